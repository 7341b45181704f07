"""What a reported value must hold: numbers that fit, quotients that agree, parts that add up."""

from __future__ import annotations

from collections.abc import Sequence  # noqa: TC003 -- read by the addresses at run time
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from sti_methods.indicators import agrees, quotient, rounded, scale_of, span_of

from opensti.domains.strategies.choices import (
    Aggregation,
    IndicatorKind,
    Rhythm,
    ValueStatus,
)
from opensti.kernel.checks import Faults
from opensti.kernel.refusals import Problem

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from opensti.domains.strategies.models import Indicator

PLACES, DIGITS = 8, 16
# How long a period is in months, and how it is written.
LENGTHS = {
    Rhythm.MONTH: (1, "2025-07"),
    Rhythm.QUARTER: (3, "2025-Q3"),
    Rhythm.HALF: (6, "2025-H1"),
    Rhythm.YEAR: (12, "2025"),
    Rhythm.ONCE: (12, "2025"),
}
REST = "*"


@dataclass(frozen=True, kw_only=True)
class PartValue:
    """The value of one part: ``cell`` is "province=01", or "province=*" for the rest."""

    cell: str
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class ValueFacts:
    """What is reported: a value, or numerator and denominator, of one period.

    ``vintage_label`` names the release of the statistics it is from; with ``vintage_id``
    it is that of a loaded data set.
    """

    period: str
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    status: str = ValueStatus.FINAL
    vintage_id: int | None = None
    vintage_label: str = ""
    source: str = ""
    note: str = ""
    parts: Sequence[PartValue] = ()


def number_problems(field: str, number: Decimal | None) -> list[Problem]:
    """What cannot be kept exactly in 24 digits, 8 of them behind the point."""
    if number is None:
        return []
    if not number.is_finite() or abs(number) >= Decimal(10) ** DIGITS:
        return [Problem(field=field, message=_("This is no number that can be kept."))]
    if number != number.quantize(Decimal(1).scaleb(-PLACES)):
        return [Problem(field=field, message=_("At most 8 places after the comma."))]
    return []


def period_problems(card: Indicator, period: str, at: datetime) -> list[Problem]:
    """Whether a period is written as the rhythm of the card has it, and has begun."""
    months, example = LENGTHS[Rhythm(card.rhythm)]
    mend = _("Write it like %(example)s.") % {"example": example}
    try:
        span = span_of(period)
    except ValueError:
        message = _("“%(period)s” is no period.") % {"period": period}
        return [Problem(field="period", message=message, mend=mend)]
    if span.months != months:
        message = _("The card is reported %(rhythm)s.") % {
            "rhythm": card.get_rhythm_display()
        }
        return [Problem(field="period", message=message, mend=mend)]
    today = localdate(at)
    if span.first > today.year * 12 + today.month - 1:
        message = _("The period %(period)s has not begun.") % {"period": period}
        return [Problem(field="period", message=message)]
    return []


def checked(
    card: Indicator, facts: ValueFacts, *, at: datetime, own: bool
) -> ValueFacts:
    """The facts with computed quotients; raises ``Invalid`` with all that does not hold.

    ``own`` is a value of the ministry itself: a published figure may lack its parts.
    """
    faults = Faults()
    faults.found += period_problems(card, facts.period, at)
    if facts.status not in ValueStatus.values:
        faults.add("status", _("Choose one of the list."))
    whole = _numbers(card, facts, faults, own=own)
    parts = [
        _numbers(card, part, faults, own=own, prefix=f"{part.cell}: ")
        for part in facts.parts
    ]
    if not faults.found:
        _add_up(card, whole, parts, faults)
    faults.refuse()
    found: ValueFacts = replace(whole, parts=parts)
    return found


def _numbers(  # noqa: C901, PLR0911, PLR0912 -- one check after another
    card: Indicator, said: Any, faults: Faults, *, own: bool, prefix: str = ""
) -> Any:
    """One value checked, with its quotient where it is a ratio."""

    def add(field: str, message: Any, mend: Any = "") -> None:
        faults.add("parts" if prefix else field, f"{prefix}{message}", mend)

    sound = True
    for name in ("value", "numerator", "denominator"):
        for found in number_problems(name, getattr(said, name)):
            add(name, found.message)
            sound = False
    if not sound:
        return said
    above, below, value = said.numerator, said.denominator, said.value
    if below is not None and below <= 0:
        add("denominator", _("A denominator is above 0."))
        return said
    ratio = card.aggregation == Aggregation.RATIO
    if above is not None and not ratio:
        add("numerator", _("Values of this card have no numerator."))
        return said
    if below is not None and not ratio and card.aggregation != Aggregation.WEIGHTED:
        add("denominator", _("Values of this card have no denominator."))
        return said
    if (above is None) != (below is None) and ratio:
        add(
            "numerator" if above is None else "denominator",
            _("Numerator and denominator come together."),
        )
        return said
    if ratio and above is None and not own:
        add(
            "numerator",
            _("A ratio is reported with its numerator and denominator."),
            _("Only so can reports of several bodies become one percentage."),
        )
        return said
    if card.aggregation == Aggregation.WEIGHTED and below is None and not own:
        add("denominator", _("A weighted mean needs the weight as denominator."))
        return said
    if ratio and above is not None and below is not None:
        computed = quotient(
            numerator=above, denominator=below, scale=scale_of(card.unit_vi)
        )
        if value is not None and not agrees(value, computed, decimals=card.decimals):
            add(
                "value",
                _("The value says %(given)s, but %(above)s / %(below)s makes %(made)s.")
                % {
                    "given": f"{value:f}",
                    "above": f"{above:f}",
                    "below": f"{below:f}",
                    "made": f"{rounded(computed, decimals=card.decimals):f}",
                },
                _("Mend the wrong one of the three, or leave the value empty."),
            )
            return said
        value = rounded(computed, decimals=PLACES)
        if number_problems("value", value):
            add("value", _("This is no number that can be kept."))
            return said
    if value is None:
        add("value", _("A value is missing."))
    elif value < 0 and card.kind == IndicatorKind.COUNT:
        add("value", _("A count is not negative."))
    return replace(said, value=value)


def _add_up(
    card: Indicator, whole: ValueFacts, parts: Sequence[PartValue], faults: Faults
) -> None:
    known = {d["code"]: d for d in card.dimensions}
    by_dimension: dict[str, list[PartValue]] = {}
    seen: set[str] = set()
    for part in parts:
        name, _sign, code = part.cell.partition("=")
        dimension = known.get(name)
        codes = {p["code"] for p in dimension["parts"]} if dimension else set()
        if dimension is None or code not in codes | {REST}:
            faults.add(
                "parts",
                _("The card knows no part “%(cell)s”.") % {"cell": part.cell},
                _("Use the codes that stand on the card."),
            )
        elif part.cell in seen:
            faults.add(
                "parts", _("The part “%(cell)s” stands twice.") % {"cell": part.cell}
            )
        else:
            by_dimension.setdefault(name, []).append(part)
        seen.add(part.cell)
    if faults.found:
        return
    for name, found in by_dimension.items():
        if known[name]["complete"]:
            _complete(card, whole, found, name, faults)
        else:
            _within(card, whole, found, name, faults)


def _complete(
    card: Indicator,
    whole: ValueFacts,
    parts: Sequence[PartValue],
    dimension: str,
    faults: Faults,
) -> None:
    """Parts of a complete dimension make the whole, within the rounding of each."""
    if card.aggregation == Aggregation.RATIO and whole.denominator is not None:
        for name in ("numerator", "denominator"):
            _compare(
                getattr(whole, name),
                _sum(parts, name),
                dimension,
                faults,
                slack=Decimal(0),
            )
    elif card.aggregation == Aggregation.SUM:
        half = Decimal("0.5").scaleb(-card.decimals)
        exact = all(
            number == rounded(number, decimals=card.decimals)
            for number in (whole.value, *(p.value for p in parts))
            if number is not None
        )
        counts = card.kind == IndicatorKind.COUNT
        slack = Decimal(0) if counts or not exact else half * (len(parts) + 1)
        _compare(whole.value, _sum(parts, "value"), dimension, faults, slack=slack)
    elif card.aggregation == Aggregation.WEIGHTED and whole.denominator is not None:
        weight = _sum(parts, "denominator")
        _compare(whole.denominator, weight, dimension, faults, slack=Decimal(0))
        if weight and whole.value is not None:
            mean = (
                sum(
                    (
                        (p.value or Decimal()) * (p.denominator or Decimal())
                        for p in parts
                    ),
                    Decimal(),
                )
                / weight
            )
            slack = Decimal(1).scaleb(-card.decimals)
            _compare(whole.value, mean, dimension, faults, slack=slack)


def _within(
    card: Indicator,
    whole: ValueFacts,
    parts: Sequence[PartValue],
    dimension: str,
    faults: Faults,
) -> None:
    """Parts of a dimension that leaves a rest are not more than the whole."""
    if card.aggregation not in {Aggregation.SUM, Aggregation.RATIO}:
        return
    names = ("value",) if card.aggregation == Aggregation.SUM else ("denominator",)
    for name in names:
        total = getattr(whole, name)
        numbers = [getattr(p, name) for p in parts]
        if total is None or any(n is None or n < 0 for n in numbers):
            continue
        made = _sum(parts, name)
        half = Decimal("0.5").scaleb(-card.decimals) * (len(parts) + 1)
        if made > total + half:
            faults.add(
                "parts",
                _(
                    "The parts of “%(dimension)s” make %(made)s, more than the whole of %(whole)s: by %(by)s."
                )
                % {
                    "dimension": dimension,
                    "made": f"{made:f}",
                    "whole": f"{total:f}",
                    "by": f"{made - total:f}",
                },
            )


def _sum(parts: Sequence[PartValue], name: str) -> Decimal:
    return sum((getattr(p, name) or Decimal() for p in parts), Decimal())


def _compare(
    whole: Decimal | None,
    made: Decimal,
    dimension: str,
    faults: Faults,
    *,
    slack: Decimal,
) -> None:
    if whole is None or abs(made - whole) <= slack:
        return
    faults.add(
        "parts",
        _(
            "The parts of “%(dimension)s” make %(made)s, the whole is %(whole)s: %(by)s apart."
        )
        % {
            "dimension": dimension,
            "made": f"{made:f}",
            "whole": f"{whole:f}",
            "by": f"{abs(made - whole):f}",
        },
        _("Mend the parts, or state the rest as “%(cell)s”.")
        % {"cell": f"{dimension}={REST}"},
    )
