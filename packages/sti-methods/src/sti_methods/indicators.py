"""Values of indicators: how reports of several bodies become one, and what never does.

Counts are summed. A ratio of several reporters is the sum of numerators over the sum of
denominators, never a mean of ratios. A running total counts each reporter once, with its
last report, and is never summed over time. Growth rates and indices have no sum and no
mean without weights. What is measured in another unit, scope or price basis is another
thing. See docs/methods/indicators.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

Rule = Literal["sum", "ratio", "weighted", "last", "none"]

_PERIOD = re.compile(r"([0-9]{4})(?:-(?:H([12])|Q([1-4])|(0[1-9]|1[0-2])))?")
_SCALES = {"%": 100, "‰": 1000}
EARLIEST, LATEST = 1900, 2200


class Unsummable(ValueError):  # noqa: N818 -- reads as what happened
    """These reports do not become one value; ``why`` is a code, ``which`` the reporters.

    Codes: ``measures`` (different units, scopes or prices), ``not_added`` (the rule has
    several reporters stand beside each other), ``denominators`` (a ratio or a weighted
    mean lacks its parts), ``twice`` (a reporter speaks twice of one period).
    """

    def __init__(self, why: str, which: Sequence[Hashable] = ()) -> None:
        super().__init__(why)
        self.why, self.which = why, tuple(which)


@dataclass(frozen=True, kw_only=True)
class Report:
    """One reporter's value of one period.

    ``measure`` says what is measured (unit, scope, price basis …): only equal measures
    add up. ``value`` may be missing where numerator and denominator stand.
    """

    reporter: Hashable
    period: str
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    measure: Hashable = None

    @property
    def has_parts(self) -> bool:
        return self.numerator is not None and self.denominator is not None


@dataclass(frozen=True, kw_only=True)
class Total:
    """The one value, with its parts where the rule has them, and what it is made of."""

    value: Decimal
    numerator: Decimal | None
    denominator: Decimal | None
    reports: tuple[Report, ...]


@dataclass(frozen=True, order=True)
class Span:
    """A period as the months it covers: ``first`` and ``last`` count from year 0."""

    last: int
    first: int

    @property
    def months(self) -> int:
        return self.last - self.first + 1

    @property
    def year(self) -> int:
        return self.first // 12


def span_of(period: str) -> Span:
    """The months of "2024", "2024-H1", "2024-Q3" or "2024-07"; ``ValueError`` otherwise."""
    found = _PERIOD.fullmatch(period)
    if found is None or not EARLIEST <= int(found[1]) <= LATEST:
        message = f"{period!r} is no period"
        raise ValueError(message)
    january = int(found[1]) * 12
    if found[2]:
        first, months = january + 6 * (int(found[2]) - 1), 6
    elif found[3]:
        first, months = january + 3 * (int(found[3]) - 1), 3
    elif found[4]:
        first, months = january + int(found[4]) - 1, 1
    else:
        first, months = january, 12
    return Span(first + months - 1, first)


def scale_of(unit: str) -> int:
    """What a quotient is multiplied by: 100 for "%…", 1000 for "‰…", otherwise 1."""
    return _SCALES.get(unit.strip()[:1], 1)


def quotient(*, numerator: Decimal, denominator: Decimal, scale: int) -> Decimal:
    """The ratio in the unit of the card: 15, 50, 100 → 30."""
    return numerator / denominator * scale


def rounded(value: Decimal, *, decimals: int) -> Decimal:
    """As it is shown: half away from zero."""
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def agrees(given: Decimal, computed: Decimal, *, decimals: int, terms: int = 1) -> bool:
    """Whether a number says the same as the one computed, within rounding.

    The given number is rounded at ``decimals`` places; so is each of the ``terms``
    that the computed one is made of. Each may be off by half of the last place.
    """
    half = Decimal("0.5").scaleb(-decimals)
    return abs(given - computed) <= half * max(terms, 1)


def last_reports(reports: Iterable[Report], *, period: str) -> list[Report]:
    """Of each reporter the last report up to the end of a period, in order of reporters.

    For running totals. Of two that end together the finer gives way to the longer.
    """
    end = span_of(period).last
    best: dict[Hashable, tuple[tuple[int, int], Report]] = {}
    for report in reports:
        span = span_of(report.period)
        if span.last > end:
            continue
        place = (span.last, span.months)
        held = best.get(report.reporter)
        if held is None or held[0] < place:
            best[report.reporter] = (place, report)
    return [report for _place, report in best.values()]


def aggregate(reports: Sequence[Report], *, rule: Rule, scale: int = 1) -> Total | None:
    """One value of one report per reporter; ``None`` where there are none.

    ``reports`` are those that count for the period (for running totals ``last_reports``).
    ``last`` takes the latest period, and of one period the last in the order given.
    Raises ``Unsummable``. Cost: linear.
    """
    if not reports:
        return None
    if len({report.measure for report in reports}) > 1:
        raise Unsummable("measures", [r.reporter for r in reports])
    seen: set[Hashable] = set()
    for report in reports:
        if report.reporter in seen:
            raise Unsummable("twice", [report.reporter])
        seen.add(report.reporter)
    if rule == "last":
        # Of equals ``max`` takes the first: so the order is turned round.
        latest = max(reversed(reports), key=lambda r: span_of(r.period).last)
        return _alone(latest, scale)
    if len(reports) == 1 and (rule != "ratio" or not reports[0].has_parts):
        return _alone(reports[0], scale)
    if rule == "none":
        raise Unsummable("not_added", [r.reporter for r in reports])
    if rule == "sum":
        values = [_value(report, scale) for report in reports]
        return Total(
            value=sum(values, Decimal()),
            numerator=None,
            denominator=None,
            reports=tuple(reports),
        )
    return _joined(reports, rule, scale)


def _joined(reports: Sequence[Report], rule: Rule, scale: int) -> Total:
    bare = [
        r.reporter
        for r in reports
        if r.denominator is None or (rule == "ratio" and r.numerator is None)
    ]
    if bare:
        raise Unsummable("denominators", bare)
    below = sum((r.denominator or Decimal() for r in reports), Decimal())
    if rule == "ratio":
        above = sum((r.numerator or Decimal() for r in reports), Decimal())
        return Total(
            value=quotient(numerator=above, denominator=below, scale=scale),
            numerator=above,
            denominator=below,
            reports=tuple(reports),
        )
    weighed = sum(
        (_value(r, scale) * (r.denominator or Decimal()) for r in reports), Decimal()
    )
    return Total(
        value=weighed / below,
        numerator=None,
        denominator=below,
        reports=tuple(reports),
    )


def _alone(report: Report, scale: int) -> Total:
    return Total(
        value=_value(report, scale),
        numerator=report.numerator,
        denominator=report.denominator,
        reports=(report,),
    )


def _value(report: Report, scale: int) -> Decimal:
    if report.value is not None:
        return report.value
    if report.numerator is None or report.denominator is None:
        raise Unsummable("denominators", [report.reporter])
    return quotient(
        numerator=report.numerator, denominator=report.denominator, scale=scale
    )
