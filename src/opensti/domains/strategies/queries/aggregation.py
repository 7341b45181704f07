"""One value of a card and period from the reports of all bodies that report it.

What counts of a reporter is the last approved row of the newest vintage: a correction
that waits for approval changes nothing yet. A value of the ministry's own stands for the
whole: reports of agencies are not added to it. Whoever is late keeps the last value, with
a mark; nothing is interpolated.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.utils import timezone
from sti_methods.indicators import (
    Report,
    Span,
    Unsummable,
    aggregate,
    last_reports,
    scale_of,
    span_of,
)

from opensti.domains.strategies.choices import CampaignState, ObservationState
from opensti.domains.strategies.models import CampaignItem, Indicator, Observation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime
    from decimal import Decimal
    from typing import Any

COUNTED = (ObservationState.APPROVED, ObservationState.PUBLISHED)


@dataclass(frozen=True, kw_only=True)
class Source:
    """One report within a value: whose, of which period and vintage.

    ``carried``: it is of an earlier period and stands in for one that is late.
    ``status`` is that of the value: provisional, final or revised.
    """

    observation_id: int
    public_id: str
    reporter_id: int | None
    period: str
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    status: str
    vintage: str
    sha256: str
    decided_at: datetime | None
    carried: bool = False


@dataclass(frozen=True, kw_only=True)
class Aggregated:
    """The value of a period, and all that it is made of.

    ``value`` is ``None`` where there is none; then ``why`` is a code: ``no_data``,
    or that of ``sti_methods.indicators.Unsummable``. ``reporters`` are organisations by
    id (``None``: the ministry's own value); ``missing`` were asked and have not reported,
    ``late`` of them those whose day is past. ``provisional``: at least one part is.
    """

    period: str
    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    reporters: tuple[int | None, ...] = ()
    missing: tuple[int, ...] = ()
    late: tuple[int, ...] = ()
    provenance: tuple[Source, ...] = ()
    why: str = ""

    @property
    def carried(self) -> bool:
        """Whether an earlier value stands in for one that is late."""
        return any(source.carried for source in self.provenance)

    @property
    def provisional(self) -> bool:
        return any(source.status == "provisional" for source in self.provenance)

    @property
    def complete(self) -> bool:
        """Whether everybody who was asked is in the value with this period's report."""
        return self.value is not None and not self.missing


def value_of(
    indicator: Indicator,
    *,
    period: str,
    as_of: datetime | None = None,
    published_only: bool = False,
) -> Aggregated:
    """The value of one card and period as it stood at ``as_of`` (now). 2 queries.

    Raises ``ValueError`` for what is no period.
    """
    span_of(period)
    found = values_of(
        [indicator], published_only=published_only, as_of=as_of, periods=[period]
    )
    return found[indicator.pk][period]


def values_of(
    indicators: Iterable[Indicator],
    *,
    published_only: bool = False,
    as_of: datetime | None = None,
    periods: Sequence[str] | None = None,
) -> dict[int, dict[str, Aggregated]]:
    """Of each card the values of all periods, oldest first. 2 queries for all cards.

    Periods are those that somebody reported or was asked for, or those given.
    ``published_only`` counts what everybody may read, of periods with a published value:
    who is late is the office's affair; ``as_of`` what was approved (published) by then.
    """
    cards = {card.pk: card for card in indicators}
    moment = as_of or timezone.now()
    rows: dict[int, list[Source]] = defaultdict(list)
    for indicator_id, source in _counted(cards, moment, published_only, cell=""):
        rows[indicator_id].append(source)
    asked = _asked(cards, moment)
    return {
        pk: _of_card(
            card,
            rows[pk],
            asked.get(pk, {}),
            timezone.localdate(moment),
            {row.period for row in rows[pk]}
            if published_only and periods is None
            else periods,
        )
        for pk, card in cards.items()
    }


def breakdown_of(
    indicator: Indicator,
    *,
    period: str,
    as_of: datetime | None = None,
    published_only: bool = False,
) -> dict[str, Aggregated]:
    """The values of the parts of one period by cell ("province=01"). 3 queries.

    Only of reports that count in the whole: a correction without parts has none.
    """
    moment = as_of or timezone.now()
    whole = value_of(
        indicator, period=period, as_of=moment, published_only=published_only
    )
    keys = {
        (s.reporter_id, s.period, s.vintage, s.decided_at)
        for s in whole.provenance
        if not s.carried
    }
    cells: dict[str, list[Source]] = defaultdict(list)
    found = _rows({indicator.pk: indicator}, moment, published_only)
    for row in found.exclude(cell="").order_by("pk"):
        source = _source(row)
        key = (source.reporter_id, source.period, source.vintage, source.decided_at)
        if key in keys:
            cells[row.cell].append(source)
    return {cell: _joined(indicator, period, cells[cell]) for cell in sorted(cells)}


# ---- what counts


def _rows(cards: Mapping[int, Indicator], moment: datetime, published: bool) -> Any:  # noqa: FBT001
    by_then = (
        {"state": ObservationState.PUBLISHED, "published_at__lte": moment}
        if published
        else {"state__in": COUNTED, "decided_at__lte": moment}
    )
    return Observation.objects.filter(
        indicator_id__in=list(cards), **by_then
    ).select_related("vintage")


def _counted(
    cards: Mapping[int, Indicator],
    moment: datetime,
    published: bool,  # noqa: FBT001
    *,
    cell: str,
) -> list[tuple[int, Source]]:
    """Of each card, reporter and period the one row that counts. 1 query."""
    best: dict[tuple[int, int | None, str], tuple[Any, Observation]] = {}
    began: dict[tuple[Any, ...], tuple[date, int]] = {}
    for row in _rows(cards, moment, published).filter(cell=cell).order_by("pk"):
        key = (row.indicator_id, row.reporter_id, row.period)
        # A late correction of an old vintage does not outrank the newer one.
        first = began.setdefault((*key, row.vintage_label), (_day_of(row), row.pk))
        place = (first, row.pk)
        held = best.get(key)
        if held is None or held[0] < place:
            best[key] = (place, row)
    return [
        (row.indicator_id, _source(row))
        for _place, row in sorted(best.values(), key=lambda pair: pair[1].pk)
    ]


def _day_of(row: Observation) -> date:
    """The day of a vintage: when it came out, else when it was got, else approved."""
    if row.vintage is not None:
        return row.vintage.published_on or row.vintage.retrieved_on
    return timezone.localdate(row.decided_at or row.entered_at)


def _source(row: Observation) -> Source:
    return Source(
        observation_id=row.pk,
        public_id=row.public_id,
        reporter_id=row.reporter_id,
        period=row.period,
        value=row.value,
        numerator=row.numerator,
        denominator=row.denominator,
        status=row.status,
        vintage=row.vintage_label,
        sha256=row.sha256,
        decided_at=row.decided_at,
    )


def _asked(
    cards: Mapping[int, Indicator], moment: datetime
) -> dict[int, dict[str, dict[int, date]]]:
    """Who was asked for what, and until when: by card, period, agency. 1 query."""
    found: dict[int, dict[str, dict[int, date]]] = defaultdict(
        lambda: defaultdict(dict)
    )
    items = (
        CampaignItem.objects.filter(indicator_id__in=list(cards))
        .exclude(campaign__state=CampaignState.DRAFT)
        .filter(campaign__opens_on__lte=timezone.localdate(moment))
        .order_by("pk")
        .values_list(
            "indicator_id", "campaign__period", "agency_id", "campaign__due_on"
        )
    )
    for indicator_id, period, agency_id, due_on in items:
        held = found[indicator_id][period].get(agency_id)
        found[indicator_id][period][agency_id] = max(held or due_on, due_on)
    return found


# ---- one card


def _of_card(
    card: Indicator,
    rows: Sequence[Source],
    asked: Mapping[str, Mapping[int, date]],
    today: date,
    periods: Iterable[str] | None,
) -> dict[str, Aggregated]:
    wanted = (
        set(periods) if periods is not None else {r.period for r in rows} | {*asked}
    )
    spans = {period: span_of(period) for period in wanted | {r.period for r in rows}}
    return {
        period: _of_period(
            card, period, rows, asked=asked.get(period, {}), today=today, spans=spans
        )
        for period in sorted(wanted, key=lambda p: (spans[p], p))
    }


def _of_period(
    card: Indicator,
    period: str,
    rows: Sequence[Source],
    *,
    asked: Mapping[int, date],
    today: date,
    spans: Mapping[str, Span],
) -> Aggregated:
    now = [row for row in rows if row.period == period]
    own = [row for row in now if row.reporter_id is None]
    if own:
        return _joined(card, period, own)
    there = {row.reporter_id for row in now}
    missing = tuple(sorted(a for a in asked if a not in there))
    late = tuple(a for a in missing if asked[a] < today)
    if card.cumulative:
        # A running total stands until the next report: whoever is silent keeps his.
        now = [
            replace(row, carried=row.reporter_id in late)
            for row in _running(rows, period)
        ]
    else:
        before = _last_before(rows, period, spans)
        now += [replace(before[a], carried=True) for a in late if a in before]
    return replace(_joined(card, period, now), missing=missing, late=late)


def _running(rows: Sequence[Source], period: str) -> list[Source]:
    """Of each agency the last report; the ministry's own where there are none."""
    of = {(row.reporter_id, row.period): row for row in rows}
    last = [
        of[report.reporter, report.period]  # type: ignore[index]
        for report in last_reports(map(_report, rows), period=period)
    ]
    agencies = [row for row in last if row.reporter_id is not None]
    return agencies or last


def _last_before(
    rows: Sequence[Source], period: str, spans: Mapping[str, Span]
) -> dict[int | None, Source]:
    """Of each reporter the last report of an earlier period of the same length."""
    here = spans[period]
    found: dict[int | None, Source] = {}
    for row in sorted(rows, key=lambda r: spans[r.period]):
        span = spans[row.period]
        if row.reporter_id is None or span.last > here.last or row.period == period:
            continue
        if span.months == here.months:
            found[row.reporter_id] = row
    return found


def _report(source: Source) -> Report:
    """All of one card: so of one measure."""
    return Report(
        reporter=source.reporter_id,
        period=source.period,
        value=source.value,
        numerator=source.numerator,
        denominator=source.denominator,
    )


def _joined(card: Indicator, period: str, sources: Sequence[Source]) -> Aggregated:
    reports = [_report(source) for source in sources]
    about = Aggregated(
        period=period,
        value=None,
        reporters=tuple(s.reporter_id for s in sources if not s.carried),
        provenance=tuple(sources),
    )
    try:
        total = aggregate(reports, rule=card.aggregation, scale=scale_of(card.unit_vi))  # type: ignore[arg-type]
    except Unsummable as refused:
        return replace(about, why=refused.why)
    if total is None:
        return replace(about, why="no_data")
    return replace(
        about,
        value=total.value,
        numerator=total.numerator,
        denominator=total.denominator,
    )
