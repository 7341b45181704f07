"""When something is due: working days, deadlines from or back to an event, suspension.

A calendar is data (``procedures/calendars/*.yaml``): the yearly holidays and the
working days swapped for them, each year with its source and how far it was verified.
A year without data is refused, or flagged by ``trust`` when the caller asked for a
lenient calendar; it is never counted in silence.

Counting follows Bộ luật Dân sự 91/2015/QH13, Điều 147-148: the day of the event is not
counted; a period ends with its last day, and if that is a day of rest, with the next
working day. Unit of every count: days. Dates are local dates of the calendar's country.
"""

from __future__ import annotations

import calendar as month_lengths
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

import yaml
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from opensti.kernel.refusals import Refusal, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Unit = Literal["day", "working_day", "month", "year"]
Direction = Literal["after_event", "before_event"]
T = TypeVar("T", bound=date)

VERIFIED = "V"
_MARKS = ("V", "X", "S", "R")
_LENIENT_YEARS = (1970, 2120)


class CalendarMissing(Refusal):
    """The calendar has no data for a year that the count needs."""

    status = 422
    title = _("The working-day calendar is incomplete")

    def __init__(self, years: Iterable[int]) -> None:
        self.years = tuple(sorted(years))
        super().__init__(
            _("There is no holiday calendar for %(years)s.")
            % {"years": ", ".join(str(y) for y in self.years)},
            mend=_(
                "An administrator enters the year under Procedures, Working days, "
                "with the announcement it rests on."
            ),
        )


@dataclass(frozen=True)
class Source:
    """Where a fact of the calendar comes from and how far it was verified."""

    mark: str
    text: str
    name_vi: str = ""
    name_en: str = ""

    @property
    def verified(self) -> bool:
        return self.mark == VERIFIED


@dataclass(frozen=True)
class Calendar:
    """The working days of a country's public bodies.

    ``rest`` are days off beyond the weekly rest, ``worked`` days of weekly rest that
    are worked instead, ``swapped`` for which day off. A ``lenient`` calendar counts years without data by weekly rest
    alone; ask ``trust`` and show what it says.
    """

    country: str
    weekend: frozenset[int]
    rest: Mapping[date, Source]
    worked: Mapping[date, Source]
    years: Mapping[int, Source]
    lenient: bool = False
    swapped: Mapping[date, date] = field(default_factory=dict)
    _working: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        first, last = min(self.years), max(self.years)
        if self.lenient:
            first, last = min(first, _LENIENT_YEARS[0]), max(last, _LENIENT_YEARS[1])
        days = range(date(first, 1, 1).toordinal(), date(last + 1, 1, 1).toordinal())
        working = tuple(n for n in days if self._works(date.fromordinal(n)))
        object.__setattr__(self, "_working", working)

    def __hash__(self) -> int:
        return hash((self.country, self.lenient, len(self._working)))

    def _works(self, day: date) -> bool:
        if day in self.worked:
            return True
        return day.isoweekday() not in self.weekend and day not in self.rest

    def check(self, first: date, last: date) -> None:
        """Refuse a count over years without data (unless lenient)."""
        if not self.lenient and (missing := self.missing(first, last)):
            raise CalendarMissing(missing)

    def missing(self, first: date, last: date) -> tuple[int, ...]:
        """Return the years between the two dates that have no data."""
        first, last = min(first, last), max(first, last)
        years = range(first.year, last.year + 1)
        return tuple(y for y in years if y not in self.years)


@dataclass(frozen=True)
class Trust:
    """How far a count can be relied upon: years without data, facts not verified."""

    missing_years: tuple[int, ...]
    unverified: tuple[tuple[str, str], ...]

    @property
    def verified(self) -> bool:
        return not self.missing_years and not self.unverified


def load_calendar(path: Path, *, lenient: bool = False) -> Calendar:
    """Read a calendar file; a faulty file raises ``ValueError`` naming the entry."""
    return calendar_from(_raw(path), where=path.name, lenient=lenient)


def _raw(path: Path) -> dict[str, Any]:
    raw: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return raw


def calendar_from(
    raw: Mapping[str, Any], *, where: str, lenient: bool = False
) -> Calendar:
    """Make a calendar of plain data, as a file states it."""
    weekend = frozenset(raw["weekend"])
    names: dict[str, dict[str, str]] = raw["names"]
    rest: dict[date, Source] = {}
    worked: dict[date, Source] = {}
    years: dict[int, Source] = {}
    swapped: dict[date, date] = {}
    for year, entry in raw["years"].items():
        years[year] = own = _source(entry, where=str(year))
        for holiday in entry["holidays"]:
            day, name = holiday["day"], names[holiday["name"]]
            if day.year != year:
                raise ValueError(f"{where}: {day} stands under {year}.")
            given = own if "mark" not in holiday else _source(holiday, where=str(day))
            rest[day] = Source(given.mark, given.text, name["vi"], name["en"])
        for swap in entry["swaps"]:
            given = (
                own if "mark" not in swap else _source(swap, where=str(swap["rest"]))
            )
            off, on = swap["rest"], swap["work"]
            if off.isoweekday() in weekend or on.isoweekday() not in weekend:
                raise ValueError(
                    f"{where}: {off} for {on} is not a swap of a working day "
                    "for a day of weekly rest."
                )
            rest[off] = Source(
                given.mark,
                given.text,
                f"Nghỉ thay ngày {on:%d/%m/%Y}",
                f"Day off for {on.isoformat()}",
            )
            swapped[on] = off
            worked[on] = Source(
                given.mark,
                given.text,
                f"Làm bù ngày {off:%d/%m/%Y}",
                f"Worked for {off.isoformat()}",
            )
    return Calendar(raw["country"], weekend, rest, worked, years, lenient, swapped)


def _source(entry: Mapping[str, Any], *, where: str) -> Source:
    mark, text = entry.get("mark"), entry.get("source", "")
    if mark not in _MARKS or not text:
        raise ValueError(f"{where}: a mark of {'/'.join(_MARKS)} and a source, please.")
    return Source(mark, text)


@lru_cache(maxsize=2)
def vietnam_calendar(*, lenient: bool = False) -> Calendar:
    """Return the Vietnamese calendar of the file that is shipped (read once).

    Years that administrators announced come on top of it: ask
    ``procedures.queries.working_calendar``.
    """
    return load_calendar(_vietnam(), lenient=lenient)


def vietnam_data() -> dict[str, Any]:
    """The plain data of the same file; a copy, to put announced years into."""
    raw = _read_once(_vietnam())
    return {**raw, "years": dict(raw["years"])}


@lru_cache(maxsize=2)
def _read_once(path: Path) -> dict[str, Any]:
    return _raw(path)


def _vietnam() -> Path:
    return Path(settings.OPENSTI_PROCEDURES_DIR) / "calendars" / "vn.yaml"


def is_working_day(day: date, calendar: Calendar) -> bool:
    """Tell whether public bodies work on that day."""
    calendar.check(day, day)
    return calendar._works(day)


def add_working_days(day: date, n: int, calendar: Calendar) -> date:
    """Return the ``n``-th working day after ``day`` (before it, when negative).

    ``day`` itself is not counted; ``n`` = 0 returns it unchanged.
    """
    calendar.check(day, day)
    if n == 0:
        return day
    days, ordinal = calendar._working, day.toordinal()
    if n > 0:
        place = bisect_right(days, ordinal) + n - 1
    else:
        place = bisect_left(days, ordinal) + n
    if not 0 <= place < len(days):
        edge = max(calendar.years) + 1 if n > 0 else min(calendar.years) - 1
        raise CalendarMissing([edge])
    found = date.fromordinal(days[place])
    calendar.check(day, found)
    return found


def next_working_day(day: date, calendar: Calendar) -> date:
    """Return ``day`` if it is worked, else the first working day after it."""
    if is_working_day(day, calendar):
        return day
    return add_working_days(day, 1, calendar)


def previous_working_day(day: date, calendar: Calendar) -> date:
    """Return ``day`` if it is worked, else the last working day before it."""
    if is_working_day(day, calendar):
        return day
    return add_working_days(day, -1, calendar)


def deadline(
    start: date,
    *,
    n: int,
    unit: Unit,
    direction: Direction = "after_event",
    calendar: Calendar,
    roll: bool = True,
) -> date:
    """Return the last day on which the duty can still be done in time.

    ``after_event``: ``n`` units after ``start``; a last day of rest moves to the next
    working day (Điều 148.5). ``before_event``: ``n`` units before; a day of rest moves
    to the working day before it, so that the full time is kept. ``roll=False`` keeps
    calendar days as they fall. Months end on the same day of the month, or on its last
    day where there is no such day (Điều 148.3). Raises ``CalendarMissing``.
    """
    if n < 0:
        raise ValueError("A deadline counts forward: use direction='before_event'.")
    sign = 1 if direction == "after_event" else -1
    if unit == "working_day":
        return add_working_days(start, sign * n, calendar)
    if unit == "day":
        day = start + timedelta(days=sign * n)
    else:
        day = add_months(start, sign * n * (12 if unit == "year" else 1))
    if not roll or n == 0:
        return day
    if sign > 0:
        return next_working_day(day, calendar)
    return previous_working_day(day, calendar)


def add_months(day: date, months: int) -> date:
    """Return the same day of another month, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = month_lengths.monthrange(year, month + 1)[1]
    return day.replace(year=year, month=month + 1, day=min(day.day, last))


def working_days_left(today: date, due: date, calendar: Calendar) -> int:
    """Return the working days after ``today`` up to and with ``due``.

    0 on the day itself; negative, at least -1, once it has passed.
    """
    calendar.check(today, due)
    days = calendar._working
    count = bisect_right(days, due.toordinal()) - bisect_right(days, today.toordinal())
    return min(count, -1) if today > due else count


def trust(first: date, last: date, calendar: Calendar) -> Trust:
    """Say what in the calendar between two dates is missing or not verified."""
    first, last = min(first, last), max(first, last)
    facts: dict[str, str] = {}
    for year in range(first.year, last.year + 1):
        if (own := calendar.years.get(year)) and not own.verified:
            facts[str(year)] = own.mark
    for facts_of_days in (calendar.rest, calendar.worked):
        for day, source in facts_of_days.items():
            if first <= day <= last and not source.verified:
                facts[day.isoformat()] = source.mark
    return Trust(calendar.missing(first, last), tuple(sorted(facts.items())))


def remaining(due: date, *, on: date, unit: Unit, calendar: Calendar) -> int:
    """Return what is left of a period when it is suspended on a day.

    Working days for a period in working days, otherwise calendar days. A period that
    has run out cannot be suspended (``StepNotAllowed``).
    """
    if on > due:
        raise StepNotAllowed(
            _("The deadline of %(due)s had passed before it was suspended.")
            % {"due": f"{due:%d/%m/%Y}"},
            mend=_("Suspend a period before it runs out, or set a new deadline."),
        )
    if unit == "working_day":
        return working_days_left(on, due, calendar)
    return (due - on).days


def resumed(left: int, *, on: date, unit: Unit, calendar: Calendar) -> date:
    """Return the new last day when a suspended period goes on from a day."""
    if unit == "working_day":
        return add_working_days(on, left, calendar)
    return next_working_day(on + timedelta(days=left), calendar)


def deadline_with_suspensions(
    due: date, *, suspensions: Iterable[Period[date]], unit: Unit, calendar: Calendar
) -> date | None:
    """Return the last day after all suspensions; ``None`` while one is still open."""
    for pause in sorted(suspensions, key=lambda p: p.start):
        left = remaining(due, on=pause.start, unit=unit, calendar=calendar)
        if pause.end is None:
            return None
        due = resumed(left, on=pause.end, unit=unit, calendar=calendar)
    return due


@dataclass(frozen=True)
class Period(Generic[T]):
    """A half-open stretch of time: ``start`` belongs to it, ``end`` does not.

    ``end`` = ``None`` means that it has no end yet. Works for dates and aware times.
    """

    start: T
    end: T | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.start:
            raise ValueError("A period ends before it starts.")

    def __contains__(self, moment: T) -> bool:
        return self.start <= moment and (self.end is None or moment < self.end)

    def overlaps(self, other: Period[T]) -> bool:
        """Tell whether any moment belongs to both."""
        return self.intersection(other) is not None

    def intersection(self, other: Period[T]) -> Period[T] | None:
        """Return what belongs to both, or ``None``."""
        start = max(self.start, other.start)
        ends = [p.end for p in (self, other) if p.end is not None]
        end = min(ends) if ends else None
        return None if end is not None and end <= start else Period(start, end)

    def follows(self, other: Period[T]) -> bool:
        """Tell whether this one starts exactly where the other ends."""
        return other.end == self.start


def gaps_and_overlaps(
    periods: Iterable[Period[T]],
) -> tuple[list[Period[T]], list[Period[T]]]:
    """Return the gaps between, and the overlaps of, periods meant to follow on."""
    gaps: list[Period[T]] = []
    overlaps: list[Period[T]] = []
    seen: Period[T] | None = None
    for period in sorted(periods, key=lambda p: p.start):
        if seen is None:
            seen = period
            continue
        if (shared := period.intersection(seen)) is not None:
            overlaps.append(shared)
        elif seen.end is not None and seen.end < period.start:
            gaps.append(Period(seen.end, period.start))
        if seen.end is not None and (period.end is None or period.end > seen.end):
            seen = period
    return gaps, overlaps
