"""Three lights of a contract from plan against fact: plain values in, causes out.

Green says that what is known is as planned. Nothing known is grey, never green: a light is
as bad as its worst cause, and a cause that only says "not known" makes it grey.
Money is whole đồng in ``Decimal``, shares are exact fractions, days are local dates.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from opensti.domains.contracts.choices import Tone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

ORDER = (Tone.GREEN, Tone.GREY, Tone.AMBER, Tone.RED)
ZERO = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """From which value on a light turns; see ``procedures/watch/contracts.yaml``."""

    time_red_days: int
    end_soon_days: int
    paid_red_share: Fraction
    used_share: Fraction
    used_after_days: int
    product_red_days: int


@dataclass(frozen=True, kw_only=True)
class Thing:
    """A report, milestone or product of the plan: ``key`` leads to it, ``done`` ends it.

    ``state`` is what the last report says of a product; empty where none says anything.
    """

    key: str
    label_vi: str
    label_en: str = ""
    due_on: date | None = None
    done: bool = False
    state: str = ""


@dataclass(frozen=True, kw_only=True)
class Part:
    """An instalment: how much, and when it should have been paid (if anything says so)."""

    amount: Decimal
    due_on: date | None


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All that the lights rest on. ``spent`` and ``cleared``: none if nobody said."""

    today: date
    ends_on: date
    state_money: Decimal
    paid: Decimal = ZERO
    first_paid_on: date | None = None
    spent: Decimal | None = None
    cleared: Decimal | None = None
    reports: Sequence[Thing] = ()
    milestones: Sequence[Thing] = ()
    products: Sequence[Thing] = ()
    instalments: Sequence[Part] = ()


@dataclass(frozen=True, kw_only=True)
class Cause:
    """Why a light is not green. ``number``: days, đồng or things, by its code.

    ``link`` is the part of the contract it leads to, ``key`` the thing in it.
    """

    light: str
    code: str
    tone: Tone
    number: int
    link: str
    key: str = ""
    about_vi: str = ""
    about_en: str = ""

    def as_json(self) -> dict[str, Any]:
        return {**self.__dict__, "tone": self.tone.value}


@dataclass(frozen=True, kw_only=True)
class Lights:
    time: Tone
    money: Tone
    products: Tone
    causes: tuple[Cause, ...]

    @property
    def worst(self) -> Tone:
        return max((self.time, self.money, self.products), key=ORDER.index)


def lights(facts: Facts, limits: Limits) -> Lights:
    """Judge a running contract; causes worst first. Linear in its parts."""
    found = {
        "time": list(_time(facts, limits)),
        "money": list(_money(facts, limits)),
        "products": list(_products(facts, limits)),
    }
    causes = [cause for each in found.values() for cause in each]
    causes.sort(key=lambda c: (-ORDER.index(c.tone), -c.number))
    return Lights(
        **{name: _worst(each) for name, each in found.items()}, causes=tuple(causes)
    )


def _worst(causes: Iterable[Cause]) -> Tone:
    return max((c.tone for c in causes), key=ORDER.index, default=Tone.GREEN)


def _late(
    light: str, link: str, thing: Thing, facts: Facts, red_days: int
) -> Cause | None:
    if thing.done or thing.due_on is None or thing.due_on >= facts.today:
        return None
    days = (facts.today - thing.due_on).days
    return Cause(
        light=light,
        code=f"{link}_late",
        tone=Tone.RED if days >= red_days else Tone.AMBER,
        number=days,
        link=link,
        key=thing.key,
        about_vi=thing.label_vi,
        about_en=thing.label_en,
    )


def _time(facts: Facts, limits: Limits) -> Iterator[Cause]:
    if not facts.reports and not facts.milestones:
        yield _grey("time", "no_plan", "contract")
    for link, things in (("report", facts.reports), ("milestone", facts.milestones)):
        for thing in things:
            cause = _late("time", link, thing, facts, limits.time_red_days)
            if cause is not None:
                yield cause
    left = (facts.ends_on - facts.today).days
    waiting = sum(not m.done for m in facts.milestones)
    if left <= 0:
        yield Cause(
            light="time",
            code="end_passed",
            tone=Tone.RED,
            number=-left,
            link="contract",
        )
    elif left <= limits.end_soon_days and waiting:
        yield Cause(
            light="time",
            code="end_near",
            tone=Tone.AMBER,
            number=waiting,
            link="milestones",
        )


def _money(facts: Facts, limits: Limits) -> Iterator[Cause]:
    planned = sum(
        (p.amount for p in facts.instalments if p.due_on and p.due_on <= facts.today),
        ZERO,
    )
    if planned > facts.paid:
        behind = Fraction(int(facts.paid), int(planned)) < limits.paid_red_share
        yield _amount(
            "paid_behind",
            Tone.RED if behind else Tone.AMBER,
            planned - facts.paid,
            "money",
        )
    if facts.spent is not None:
        if facts.spent > facts.state_money:
            yield _amount(
                "overspent", Tone.RED, facts.spent - facts.state_money, "reports"
            )
        elif facts.spent > facts.paid:
            yield _amount(
                "used_before_paid", Tone.AMBER, facts.spent - facts.paid, "reports"
            )
    if _old_enough(facts, limits):
        for code, amount in (("unused", facts.spent), ("uncleared", facts.cleared)):
            if amount is not None and (
                Fraction(int(amount), int(facts.paid)) < limits.used_share
            ):
                link = "money" if code == "uncleared" else "reports"
                yield _amount(code, Tone.AMBER, facts.paid - amount, link)
    if facts.spent is None:
        code = "no_figures" if facts.paid else "no_payment"
        yield _grey("money", code, "reports" if facts.paid else "money")


def _old_enough(facts: Facts, limits: Limits) -> bool:
    return (
        facts.paid > 0
        and facts.first_paid_on is not None
        and (facts.today - facts.first_paid_on).days >= limits.used_after_days
    )


def _products(facts: Facts, limits: Limits) -> Iterator[Cause]:
    if not facts.products:
        yield _grey("products", "no_products", "contract")
    unknown = 0
    for thing in facts.products:
        if thing.done:
            continue
        about = {"about_vi": thing.label_vi, "about_en": thing.label_en}
        if thing.state in ("given_up", "at_risk"):
            yield Cause(
                light="products",
                code=f"product_{thing.state}",
                tone=Tone.RED if thing.state == "given_up" else Tone.AMBER,
                number=0,
                link="product",
                key=thing.key,
                **about,
            )
        late = _late("products", "product", thing, facts, limits.product_red_days)
        if late is not None:
            yield late
        elif not thing.state:
            unknown += 1
    if unknown:
        yield _grey("products", "products_unknown", "reports", unknown)


def _amount(code: str, tone: Tone, amount: Decimal, link: str) -> Cause:
    return Cause(light="money", code=code, tone=tone, number=int(amount), link=link)


def _grey(light: str, code: str, link: str, number: int = 0) -> Cause:
    return Cause(light=light, code=code, tone=Tone.GREY, number=number, link=link)
