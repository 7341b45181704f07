"""Which reports a contract owes and when: rules and days in, a plan out; no database.

Days are local dates; periods are half-open. A period counted in months ends on the same
day of a later month (its last day where there is none), and what is due on a day of rest is
due on the next working day (Civil Code 2015, Articles 147 and 148). A final report has to be
there before the end, so its day of rest moves back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from opensti.kernel.periods import (
    add_months,
    deadline,
    next_working_day,
    previous_working_day,
    trust,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from opensti.domains.procedures.regimes.format import ReportRule
    from opensti.kernel.periods import Calendar

# Months of the units a rule may be counted in.
MONTHS = {"month": 1, "year": 12}


@dataclass(frozen=True, kw_only=True)
class Planned:
    """One report: the rule, its number, the period ``[covers_from, covers_to)``, its days."""

    rule: str
    kind: str
    form: str
    number: int
    label_vi: str
    label_en: str
    article: str
    covers_from: date
    covers_to: date
    opens_on: date | None
    due_on: date
    provisional: bool

    @property
    def key(self) -> tuple[str, int]:
        return self.rule, self.number


def plan(
    rules: Sequence[ReportRule], *, signed_on: date, ends_on: date, calendar: Calendar
) -> list[Planned]:
    """All reports that the rules ask for between the signing and the end, by day due.

    Periodic ones as long as their period is over before the end: what remains is told by
    the final report, or by one more periodic one where the procedure knows no final report.
    Raises ``CalendarMissing`` where the calendar is strict. Cost: linear in the reports.
    """
    if ends_on <= signed_on:
        return []
    final = any(rule.kind == "final" for rule in rules)
    found: list[Planned] = []
    for rule in rules:
        if rule.every is not None:
            spans = _periodic(rule, signed_on, ends_on, closes=not final)
        elif rule.month_day:
            spans = _yearly(rule.month_day, signed_on, ends_on)
        else:
            spans = iter([(1, signed_on, ends_on, ends_on)])
        found += [
            _planned(rule, number, covers, day, calendar)
            for number, *covers, day in spans
        ]
    return sorted(found, key=lambda p: (p.due_on, p.rule, p.number))


def _periodic(
    rule: ReportRule,
    signed_on: date,
    ends_on: date,
    *,
    closes: bool,
) -> Iterator[tuple[int, date, date, date]]:
    every = rule.every
    if every is None or every.n < 1:
        return
    number, begins = 1, signed_on
    while True:
        if every.unit in MONTHS:
            over = add_months(signed_on, number * every.n * MONTHS[every.unit])
        else:
            over = signed_on + timedelta(days=number * every.n)
        if over >= ends_on:
            if closes:
                yield number, begins, ends_on, ends_on
            return
        yield number, begins, over, over
        number, begins = number + 1, over


def _yearly(
    month_day: str, signed_on: date, ends_on: date
) -> Iterator[tuple[int, date, date, date]]:
    month, day_of_month = (int(part) for part in month_day.split("-"))
    for year in range(signed_on.year, ends_on.year + 1):
        day = date(year, month, day_of_month)
        if signed_on < day < ends_on:
            yield (
                year,
                max(signed_on, date(year, 1, 1)),
                min(ends_on, date(year + 1, 1, 1)),
                day,
            )


def _planned(
    rule: ReportRule,
    number: int,
    covers: Sequence[date],
    day: date,
    calendar: Calendar,
) -> Planned:
    # A final report is there before the end; all others when their time is over.
    roll = previous_working_day if rule.kind == "final" else next_working_day
    due = roll(day, calendar)
    opens = (
        deadline(
            day,
            n=rule.window_days,
            unit="day",
            direction="before_event",
            calendar=calendar,
            roll=False,
        )
        if rule.window_days is not None
        else None
    )
    return Planned(
        rule=rule.id,
        kind=rule.kind,
        form=rule.form,
        number=number,
        label_vi=rule.label_vi,
        label_en=rule.label_en,
        article=rule.basis,
        covers_from=covers[0],
        covers_to=covers[1],
        opens_on=None if opens is None else min(opens, due),
        due_on=due,
        provisional=bool(trust(day, due, calendar).missing_years),
    )


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A planned report as it is kept: ``touched`` once anything was written or handed in."""

    key: tuple[str, int]
    due_on: date
    touched: bool
    dropped: bool


@dataclass(frozen=True, kw_only=True)
class Replan:
    """What a new plan does to the old one: begin, move, take back up, no longer ask for."""

    begin: tuple[Planned, ...]
    move: tuple[Planned, ...]
    drop: tuple[tuple[str, int], ...]

    @property
    def nothing(self) -> bool:
        return not (self.begin or self.move or self.drop)


def replan(
    wanted: Iterable[Planned],
    kept: Iterable[Standing],
    handed_in: Iterable[tuple[str, int]],
) -> Replan:
    """Lay a new plan over the old: what was handed in stays, and stays as it was.

    ``kept`` are those still owed, or dropped by an earlier plan.
    """
    fixed = set(handed_in)
    old = {s.key: s for s in kept}
    new = {p.key: p for p in wanted if p.key not in fixed}
    return Replan(
        begin=tuple(p for key, p in new.items() if key not in old),
        move=tuple(
            p
            for key, p in new.items()
            if key in old and (old[key].dropped or old[key].due_on != p.due_on)
        ),
        drop=tuple(
            key
            for key, s in old.items()
            if key not in new and not s.dropped and not s.touched
        ),
    )
