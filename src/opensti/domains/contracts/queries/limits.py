"""What the procedure allows of an amendment: plain values in, findings out, no tables.

A finding's ``verdict``: ``ok``; ``over`` (refused); ``open`` (the text leaves a gap, the
deciding hand chooses and says why); ``needed`` (a paper that the decision needs);
``unknown`` (no text that was read names a limit).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from opensti.domains.calls.choices import BudgetCategory, BudgetSource
from opensti.domains.contracts.choices import AmendmentKind, LumpSum
from opensti.kernel.access import Role
from opensti.kernel.periods import add_months, deadline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from opensti.domains.procedures.regimes.format import ExecutionRules
    from opensti.domains.procedures.regimes.format.execution import AmendmentRule
    from opensti.kernel.periods import Calendar

Verdict = Literal["ok", "over", "open", "needed", "unknown"]
Line = dict[str, Any]
# What a change touches; two open amendments of a contract never share any of these.
TOUCHES: Mapping[str, frozenset[str]] = {
    AmendmentKind.EXTEND: frozenset({"ends_on"}),
    AmendmentKind.SHORTEN: frozenset({"ends_on"}),
    AmendmentKind.BUDGET_TRANSFER: frozenset({"lines"}),
    AmendmentKind.STATE_TOTAL: frozenset({"lines", "instalments"}),
    AmendmentKind.OTHER_MONEY: frozenset({"lines"}),
    AmendmentKind.LEADER: frozenset({"leader"}),
    AmendmentKind.HOST: frozenset({"host"}),
    AmendmentKind.NAME: frozenset({"title_vi", "title_en"}),
    AmendmentKind.AIM: frozenset({"objectives"}),
    AmendmentKind.PRODUCT: frozenset({"products"}),
    AmendmentKind.CONTENT: frozenset({"obligations", "milestones", "instalments"}),
    AmendmentKind.TEAM: frozenset({"team"}),
    AmendmentKind.EQUIPMENT: frozenset({"equipment"}),
    AmendmentKind.DELEGATION: frozenset({"delegation"}),
}
# What a lump-sum mode may say never changes, and the changes that would.
NEVER: Mapping[str, str] = {
    "name": AmendmentKind.NAME,
    "aim": AmendmentKind.AIM,
    "product": AmendmentKind.PRODUCT,
    "total": AmendmentKind.STATE_TOTAL,
}


@dataclass(frozen=True, kw_only=True)
class Limit:
    """One finding: ``used`` before, ``asked`` now, ``most`` allowed; empty if no figure."""

    kind: str
    code: str
    verdict: Verdict
    article: str = ""
    used: str = ""
    asked: str = ""
    most: str = ""
    who: str = ""
    note: str = ""

    def as_json(self) -> dict[str, str]:
        return dict(self.__dict__)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What limits are measured against: the contract as signed, as it stands, as amended.

    ``extended`` are the whole months of all extensions in force; ``times`` counts the
    amendments in force by kind; periods are half-open.
    """

    lump: str
    starts_on: date
    first_ends_on: date
    ends_on: date
    milestones: int = 0
    reached: int = 0
    extended: int = 0
    times: Mapping[str, int] = field(default_factory=dict)
    lines: Sequence[Line] = ()


def whole_months(start: date, end: date) -> tuple[int, bool]:
    """Full months of a half-open period, and whether days are left over.

    A period that ends one day before the month is full is taken as full, as contracts
    are written ("from 01/09/2026 to 31/08/2028" is 24 months).
    """
    months = max((end.year - start.year) * 12 + end.month - start.month + 1, 0)
    while months and add_months(start, months) > end + timedelta(days=1):
        months -= 1
    return months, add_months(start, months) < end


def months_up(start: date, end: date) -> int:
    """Months of a period, a begun one counted as whole."""
    months, more = whole_months(start, end)
    return months + more


def band_for(rule: AmendmentRule, start: date, end: date) -> int | None:
    """How many months all extensions of a task of this length may have; none in a gap."""
    months, more = whole_months(start, end)
    ordered = sorted(rule.bands, key=lambda b: b.over_months, reverse=True)
    for band in ordered:
        over = months > band.over_months or (months == band.over_months and more)
        if band.over_months == 0:
            over = True
        if over and (band.upto_months is None or months <= band.upto_months):
            return band.months
    exact = rule.exact_band_upto
    if ordered and exact is not None and months <= exact:
        return ordered[-1].months
    return None


def sums(lines: Sequence[Line]) -> tuple[Decimal, Decimal]:
    """State money and all other money."""
    state = sum(
        (Decimal(n["amount"]) for n in lines if n["source"] == BudgetSource.STATE),
        Decimal(0),
    )
    return state, sum((Decimal(n["amount"]) for n in lines), Decimal(0)) - state


def overhead(lines: Sequence[Line]) -> Decimal:
    return sum(
        (
            Decimal(n["amount"])
            for n in lines
            if n["category"] == BudgetCategory.OVERHEAD
        ),
        Decimal(0),
    )


def needed_kinds(
    kinds: Sequence[str], before: Sequence[Line], after: Sequence[Line]
) -> set[str]:
    """Changes of totals that the asked kinds do not name, though the lines make them."""
    (state, other), (state_then, other_then) = sums(before), sums(after)
    implied = set()
    if state != state_then:
        implied.add(str(AmendmentKind.STATE_TOTAL))
    if other != other_then:
        implied.add(str(AmendmentKind.OTHER_MONEY))
    return implied - {str(kind) for kind in kinds}


def authority_of(rules: ExecutionRules, kinds: Sequence[str], lump: str) -> Role:
    """Whose decision it is: the leader's unless every change is the host's own, or lower."""
    order = (Role.MANAGER, Role.OFFICER, Role.FINANCE, Role.LEADER)
    roles = [
        rule.authority if (rule := rules.amendment(kind, lump)) else Role.LEADER
        for kind in kinds
    ]
    return max(roles, key=order.index, default=Role.LEADER)


def limits(
    rules: ExecutionRules,
    kinds: Sequence[str],
    standing: Standing,
    *,
    patch: Mapping[str, Any],
    today: date,
    calendar: Calendar,
) -> list[Limit]:
    """Every finding on an amendment, in the order of its kinds."""
    found: list[Limit] = []
    for kind in kinds:
        found += _never(rules, kind, standing)
        rule = rules.amendment(kind, standing.lump)
        if rule is None:
            found.append(
                Limit(kind=kind, code="no_rule", verdict="unknown", who="leader")
            )
            continue
        if not rule.allowed:
            found.append(
                Limit(kind=kind, code="not_allowed", verdict="over", article=rule.basis)
            )
            continue
        here = [
            finding
            for check in CHECKS
            for finding in check(rule, kind, standing, patch, today, calendar)
        ]
        found += here or [
            Limit(kind=kind, code="no_limit", verdict="unknown", article=rule.basis)
        ]
    return found


def _never(rules: ExecutionRules, kind: str, standing: Standing) -> Iterator[Limit]:
    lump = rules.lump_sum(standing.lump)
    if lump is None or standing.lump == LumpSum.NONE:
        return
    for word in lump.never_change:
        if NEVER.get(word) == kind:
            yield Limit(
                kind=kind,
                code="lump_never",
                verdict="over",
                article=lump.basis,
                note=standing.lump,
            )


def _times(
    rule: AmendmentRule, kind: str, standing: Standing, *_more: Any
) -> Iterator[Limit]:
    if rule.max_times is None:
        return
    used = standing.times.get(kind, 0)
    yield Limit(
        kind=kind,
        code="times",
        verdict="ok" if used < rule.max_times else "over",
        article=rule.basis,
        used=str(used),
        asked="1",
        most=str(rule.max_times),
    )


def _months(
    rule: AmendmentRule,
    kind: str,
    standing: Standing,
    patch: Mapping[str, Any],
    *_more: Any,
) -> Iterator[Limit]:
    if kind != AmendmentKind.EXTEND:
        return
    asked = months_up(standing.ends_on, date.fromisoformat(patch["ends_on"]))
    figures = {"kind": kind, "used": str(standing.extended), "asked": str(asked)}
    if not rule.bands:
        yield Limit(
            code="months_unknown", verdict="unknown", article=rule.basis, **figures
        )
        return
    most = band_for(rule, standing.starts_on, standing.first_ends_on)
    if most is None:
        yield Limit(
            code="months_open",
            verdict="open",
            article=rule.basis,
            who=rule.authority,
            note=str(whole_months(standing.starts_on, standing.first_ends_on)[0]),
            **figures,
        )
        return
    yield Limit(
        code="months",
        verdict="ok" if standing.extended + asked <= most else "over",
        article=rule.basis,
        most=str(most),
        **figures,
    )


def _window(
    rule: AmendmentRule,
    kind: str,
    standing: Standing,
    _patch: Mapping[str, Any],
    today: date,
    calendar: Calendar,
) -> Iterator[Limit]:
    if rule.before_end is None:
        return
    last = deadline(
        standing.ends_on,
        n=rule.before_end.n,
        unit=rule.before_end.unit.value,
        direction="before_event",
        calendar=calendar,
        roll=False,
    )
    yield Limit(
        kind=kind,
        code="before_end",
        verdict="ok" if today <= last else "over",
        article=rule.basis,
        asked=today.isoformat(),
        most=last.isoformat(),
    )


def _done(
    rule: AmendmentRule, kind: str, standing: Standing, *_more: Any
) -> Iterator[Limit]:
    """Shown by milestones reached; without milestones the deciding hand looks itself."""
    if rule.done_share is None:
        return
    share = str(rule.done_share)
    if not standing.milestones:
        yield Limit(
            kind=kind,
            code="done_open",
            verdict="open",
            article=rule.basis,
            most=share,
            who=rule.authority,
        )
        return
    enough = standing.reached >= rule.done_share * standing.milestones
    yield Limit(
        kind=kind,
        code="done",
        verdict="ok" if enough else "over",
        article=rule.basis,
        used=f"{standing.reached}/{standing.milestones}",
        most=share,
    )


def _keeps(
    rule: AmendmentRule,
    kind: str,
    standing: Standing,
    patch: Mapping[str, Any],
    *_more: Any,
) -> Iterator[Limit]:
    before = standing.lines
    after = patch.get("lines", before)  # told in words alone, it moves no money
    (state, other), (state_then, other_then) = sums(before), sums(after)
    held = {n["key"]: Decimal(n["amount"]) for n in before}
    above = [n for n in after if Decimal(n["amount"]) > held.get(n["key"], Decimal(0))]
    tests = {
        "state_total": (state_then == state, state, state_then),
        "other_total": (other_then >= other, other, other_then),
        "overhead": (
            overhead(after) == overhead(before),
            overhead(before),
            overhead(after),
        ),
        "line": (not above, None, None),
    }
    for word in rule.keeps:
        holds, was, then = tests[word]
        yield Limit(
            kind=kind,
            code=f"keeps_{word}",
            verdict="ok" if holds else "over",
            article=rule.basis,
            used="" if was is None else f"{was:f}",
            asked="" if then is None else f"{then:f}",
        )


def _papers(rule: AmendmentRule, kind: str, *_more: Any) -> Iterator[Limit]:
    if rule.needs_council:
        yield Limit(kind=kind, code="council", verdict="needed", article=rule.basis)
    for whose in rule.consents:
        yield Limit(
            kind=kind, code=f"consent_{whose}", verdict="needed", article=rule.basis
        )


CHECKS: tuple[Callable[..., Iterator[Limit]], ...] = (
    _times,
    _months,
    _window,
    _done,
    _keeps,
    _papers,
)
