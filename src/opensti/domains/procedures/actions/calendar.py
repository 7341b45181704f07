"""The rest days of a year are announced: entered by an act, counted from then on."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.timezone import localdate

from opensti.domains.procedures import permissions as _permissions  # noqa: F401
from opensti.domains.procedures.choices import DeadlineState
from opensti.domains.procedures.models import AnnouncedYear, Deadline
from opensti.domains.procedures.queries import regime_of, working_calendar
from opensti.domains.procedures.regimes.announced import year_content, year_problems
from opensti.domains.procedures.regimes.loading import canonical
from opensti.kernel.access import require
from opensti.kernel.periods import (
    Period,
    deadline,
    deadline_with_suspensions,
    remaining,
    trust,
)
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Invalid, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from opensti.domains.procedures.regimes.announced import Holiday, Swap
    from opensti.domains.procedures.regimes.format import Deadline as Rule
    from opensti.kernel.access import Actor
    from opensti.kernel.periods import Calendar, Unit


@transaction.atomic
def announce_year(
    *,
    actor: Actor,
    year: int,
    source: str,
    holidays: Sequence[Holiday],
    swaps: Sequence[Swap] = (),
    verified: bool,
    at: datetime,
) -> AnnouncedYear:
    """Enter the rest days and swaps of a year, with the paper they rest on.

    ``verified``: the administrator read the official text. Deadlines that run or stand
    still through the year are counted anew; which of them moved is in the record. Raises
    ``Invalid``.
    """
    require(actor, "procedures.announce_year")
    problems = list(
        year_problems(year=year, source=source, holidays=holidays, swaps=swaps)
    )
    if problems:
        raise Invalid(problems)
    content = year_content(
        source=source.strip()[:500],
        verified=verified,
        holidays=holidays,
        swaps=swaps,
    )
    said = canonical({"year": year, "content": content})
    announced = AnnouncedYear.objects.create(
        year=year,
        sha256=hashlib.sha256(said.encode()).hexdigest(),
        content=content,
        set_by_id=actor.user_id,
        set_at=at,
    )
    moved = _count_anew(year, at)
    record(
        actor=actor,
        act="procedures.announce_year",
        subject=f"procedures.year:{year}",
        at=at,
        basis=content["source"],
        public=True,
        detail=content,
        secret={"deadlines": moved},
    )
    return announced


def _count_anew(year: int, at: datetime) -> list[dict[str, Any]]:
    """Count what runs, or stands still, through the year by the calendar as it is now.

    What was suspended is counted through each of its pauses: the days that were left on
    the day it stopped, from the day it went on.
    """
    calendar, today = working_calendar(), localdate(at)
    open_rows = Deadline.objects.select_for_update(of=("self",)).filter(
        state__in=(
            DeadlineState.RUNNING,
            DeadlineState.SUSPENDED,
            DeadlineState.MISSED,
        ),
        closed_at=None,
        started_on__lte=date(year, 12, 31),
        due_on__gte=date(year, 1, 1),
    )
    moved = []
    for row in open_rows.select_related("case").order_by("pk"):
        in_force = {d.id: d for d in regime_of(row.case).deadlines_in_force()}
        rule = in_force.get(row.code)
        if rule is None or rule.n is None or not row.article:
            continue  # a day that the office chose is no count of days
        found = _counted(row, rule, calendar)
        if found is None:
            continue
        if found != row.due_on:
            moved.append(
                {
                    "case": row.case.subject,
                    "code": row.code,
                    "from": row.due_on,
                    "to": found,
                }
            )
        row.due_on = found
        row.provisional = bool(trust(row.started_on, found, calendar).missing_years)
        if row.state == DeadlineState.MISSED and found >= today:
            row.state = DeadlineState.RUNNING
        row.save(update_fields=["due_on", "provisional", "state", "left", "extra_days"])
    return moved


def _counted(row: Deadline, rule: Rule, calendar: Calendar) -> date | None:
    """The last day by this calendar, with what is left and what pauses added set anew.

    None where it cannot be told: the pauses were not kept, or by this calendar the
    period had run out before it was suspended.
    """
    if row.extra_days and not row.pauses:
        return None
    unit: Unit = rule.unit.value
    due = deadline(
        row.started_on,
        n=rule.n or 0,
        unit=unit,
        direction=rule.direction.value,
        calendar=calendar,
    )
    pauses = [Period(*map(date.fromisoformat, pause)) for pause in row.pauses]
    try:
        last = deadline_with_suspensions(
            due, suspensions=pauses, unit=unit, calendar=calendar
        )
        if last is not None and row.suspended_on is not None:
            row.left = remaining(
                last, on=row.suspended_on, unit=unit, calendar=calendar
            )
    except StepNotAllowed:
        return None
    if last is not None:
        row.extra_days = max((last - due).days, 0)
    return last
