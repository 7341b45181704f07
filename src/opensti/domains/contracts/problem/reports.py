"""Reports as plain values: rows filled in beforehand, figures that must add up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from opensti.kernel.money import format_money
from opensti.kernel.refusals import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from opensti.domains.procedures.regimes.format import Form

ZERO = Decimal(0)
SUMS = {"state": "spent_state_total", "other": "spent_other_total"}


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What a report says of money, in whole đồng; ``None`` where it does not say."""

    spent_state: Decimal | None = None
    spent_other: Decimal | None = None
    received_state: Decimal | None = None
    cleared_state: Decimal | None = None


def whole(value: Any) -> Decimal | None:
    """Whole đồng of an answer; ``None`` if it is none (the form says what is wrong)."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return Decimal(value)


def figures(answers: Mapping[str, Any]) -> Figures:
    return Figures(
        spent_state=whole(answers.get("spent_state_total")),
        spent_other=whole(answers.get("spent_other_total")),
        received_state=whole(answers.get("received_state")),
        cleared_state=whole(answers.get("cleared_state")),
    )


def rows(answers: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """The rows of a table that can be read as rows."""
    value = answers.get(name)
    if not isinstance(value, list):
        return []
    return [row for row in value if isinstance(row, Mapping)]


def sums_by_source(answers: Mapping[str, Any]) -> dict[str, Decimal]:
    """Money used since the contract began, by source, added up from the lines."""
    found = dict.fromkeys(SUMS, ZERO)
    for row in rows(answers, "money"):
        source = str(row.get("source", ""))
        if source in found:
            found[source] += (whole(row.get("before")) or ZERO) + (
                whole(row.get("period")) or ZERO
            )
    return found


def figure_problems(form: Form, answers: Mapping[str, Any]) -> Iterator[Problem]:
    """What does not add up in a report's money; nothing where the form has no lines.

    The lines of each source add up to its sum, and no more is cleared than was used. That
    more was used than received is told beside the books, not refused: a host may advance.
    """
    asked = {f.id for f in form.fields()}
    said = figures(answers)
    if "money" in asked:
        lines = sums_by_source(answers)
        for source, field in SUMS.items():
            stated = whole(answers.get(field))
            if stated is not None and stated != lines[source]:
                yield Problem(
                    field=field,
                    message=_(
                        "The lines add up to %(lines)s, but the sum says %(stated)s."
                    )
                    % {
                        "lines": format_money(lines[source]),
                        "stated": format_money(stated),
                    },
                    mend=_("Mend the line or the sum that is wrong."),
                )
        yield from _twice(answers)
    if said.cleared_state is not None and said.cleared_state > (
        said.spent_state or ZERO
    ):
        yield Problem(
            field="cleared_state",
            message=_("More is cleared than was used."),
            mend=_("Only money that was used can be cleared."),
        )


def _twice(answers: Mapping[str, Any]) -> Iterator[Problem]:
    seen: set[tuple[str, str]] = set()
    for number, row in enumerate(rows(answers, "money"), start=1):
        key = (str(row.get("category", "")), str(row.get("source", "")))
        if all(key) and key in seen:
            yield Problem(
                field=f"money.{number}.category",
                message=_("This category and source stand in the table twice."),
                mend=_("Join the two rows."),
            )
        seen.add(key)


@dataclass(frozen=True, kw_only=True)
class Compared:
    """A figure of the report beside the same figure of the books."""

    what: str
    reported: Decimal | None
    kept: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        if self.reported is None or self.kept is None:
            return None
        return self.reported - self.kept


def compared(
    said: Figures, *, paid: Decimal | None, cleared: Decimal | None
) -> list[Compared]:
    """Received against paid, used against paid, cleared against cleared; as far as said."""
    found = [
        Compared(what="received", reported=said.received_state, kept=paid),
        Compared(what="used", reported=said.spent_state, kept=paid),
        Compared(what="cleared", reported=said.cleared_state, kept=cleared),
    ]
    return [c for c in found if c.reported is not None]


@dataclass(frozen=True, kw_only=True)
class Promised:
    """A milestone or product as a report lists it."""

    number: int
    name: str


def prefilled(
    form: Form,
    *,
    milestones: Iterable[Promised],
    products: Iterable[Promised],
    budget: Mapping[tuple[str, str], Decimal],
    used: Mapping[tuple[str, str], Decimal],
    received: Decimal | None,
) -> dict[str, Any]:
    """Answers a report begins with, so that nobody types what the contract says.

    ``budget`` and ``used`` are whole đồng by (category, ``state`` or ``other``); ``used``
    is what the last report handed in says was used.
    """
    asked = {f.id for f in form.fields()}
    answers: dict[str, Any] = {}
    if "work" in asked:
        answers["work"] = [{"no": m.number, "planned": m.name} for m in milestones]
    if "products" in asked:
        answers["products"] = [{"no": p.number, "product": p.name} for p in products]
    if "money" in asked:
        answers["money"] = [
            {
                "category": category,
                "source": source,
                "planned": int(amount),
                "before": int(used.get((category, source), ZERO)),
                "period": 0,
            }
            for (category, source), amount in budget.items()
        ]
        if received is not None:
            answers["received_state"] = int(received)
    return {name: value for name, value in answers.items() if value}


def used_by_line(answers: Mapping[str, Any]) -> dict[tuple[str, str], Decimal]:
    """What an earlier report says was used so far, by category and source."""
    found: dict[tuple[str, str], Decimal] = {}
    for row in rows(answers, "money"):
        key = (str(row.get("category", "")), str(row.get("source", "")))
        found[key] = (
            found.get(key, ZERO)
            + (whole(row.get("before")) or ZERO)
            + (whole(row.get("period")) or ZERO)
        )
    return found


def product_states(answers: Mapping[str, Any]) -> dict[int, str]:
    """State of each product by its number, as a report says it."""
    return _by_number(answers, "products", "state")


def reached_milestones(answers: Mapping[str, Any]) -> dict[int, str]:
    """Day (ISO) on which a milestone was reached, by its number, as a report says it."""
    return _by_number(answers, "work", "reached_on")


def _by_number(answers: Mapping[str, Any], table: str, column: str) -> dict[int, str]:
    found: dict[int, str] = {}
    for row in rows(answers, table):
        number, value = row.get("no"), row.get(column)
        if isinstance(number, int) and value:
            found[number] = str(value)
    return found
