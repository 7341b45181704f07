"""Start, settle, suspend and miss what is due in a case."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from opensti.domains.procedures import permissions as _permissions  # noqa: F401
from opensti.domains.procedures.choices import (
    END_STATES,
    SET_BY_OFFICE,
    DeadlineState,
    Mark,
    OfficeAct,
    Track,
    Unit,
)
from opensti.domains.procedures.events import DeadlineMissed
from opensti.domains.procedures.models import Case, Deadline
from opensti.domains.procedures.queries import regime_of, unsettled, working_calendar
from opensti.kernel.access import require
from opensti.kernel.events import publish
from opensti.kernel.periods import (
    deadline,
    remaining,
    resumed,
    trust,
)
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from opensti.domains.procedures.regimes.format import Deadline as Rule
    from opensti.kernel.access import Actor, Role
    from opensti.kernel.periods import Calendar

OPEN = (DeadlineState.RUNNING, DeadlineState.SUSPENDED)


def open_deadlines(
    case: Case,
    *,
    starts: set[str],
    on: date,
    at: datetime,
    calendar: Calendar | None = None,
    only: str = "",
) -> int:
    """Start the deadlines of the case's procedure that hang on one of ``starts``.

    One that runs in a stage starts when the later of the two comes, its event or the
    stage, and is counted from the event.
    An event that concerns many cases (the call closed) starts nothing in those that
    have left the stage it is about: one of the acts that meet it must be possible now.
    """
    regime = regime_of(case)
    if case.state in END_STATES[Track(case.track)]:
        return 0
    hanging = [
        (d, since)
        for d in regime.deadlines_in_force()
        if d.track.value == case.track
        and only in ("", d.id)
        and (since := _since(d, case, starts, on)) is not None
    ]
    if not hanging:
        return 0
    running = set(case.deadlines.filter(state__in=OPEN).values_list("code", flat=True))
    now = {s.act for s in regime.track(case.track).steps_from(case.stage)}
    calendar = calendar or working_calendar()
    rows = []
    for d, since in hanging:
        by_event = d.starts_on.startswith("event:")
        waits = by_event and not d.ahead and now.isdisjoint(d.closes_on)
        if d.id in running or waits:
            continue
        due = deadline(
            since,
            n=d.n or 0,
            unit=d.unit.value,
            direction=d.direction.value,
            calendar=calendar,
        )
        rows.append(
            Deadline(
                case=case,
                code=d.id,
                label_vi=d.label_vi,
                label_en=d.label_en,
                started_on=since,
                started_at=at,
                due_on=due,
                unit=d.unit,
                binding_on=d.binding_on or "",
                consequence=d.consequence or "none",
                article=d.basis[:120],
                mark=d.v,
                provisional=bool(trust(since, due, calendar).missing_years),
            )
        )
    Deadline.objects.bulk_create(rows)
    return len(rows)


def _since(rule: Rule, case: Case, starts: set[str], on: date) -> date | None:
    """The day a deadline is counted from if it starts now; none if it does not."""
    if not rule.runs_in:
        return on if rule.starts_on in starts else None
    if case.stage != rule.runs_in:
        return None
    if rule.starts_on in starts:
        return on
    kept = case.event_days.get(rule.starts_on)
    entered = f"stage:{rule.runs_in}" in starts
    return date.fromisoformat(kept) if entered and kept else None


def settle_deadlines(case: Case, *, act: str, at: datetime, today: date) -> None:
    """Close what this act meets (or meets too late)."""
    codes = {d.id for d in regime_of(case).deadlines if act in d.closes_on}
    codes |= {code for code, acts in SET_BY_OFFICE.items() if act in acts}
    if not codes:
        return
    open_rows = case.deadlines.filter(code__in=codes)
    open_rows.filter(state__in=OPEN, due_on__lt=today).exclude(
        state=DeadlineState.SUSPENDED
    ).update(state=DeadlineState.MISSED, closed_at=at)
    open_rows.filter(state=DeadlineState.MISSED, closed_at=None).update(closed_at=at)
    open_rows.filter(state__in=OPEN).update(state=DeadlineState.MET, closed_at=at)


def void_deadlines(case: Case, *, at: datetime) -> None:
    """The case has ended: what still ran no longer applies, what was missed stays so."""
    case.deadlines.filter(state=DeadlineState.MISSED, closed_at=None).update(
        closed_at=at
    )
    case.deadlines.filter(state__in=OPEN).update(state=DeadlineState.VOID, closed_at=at)


@transaction.atomic
def start_deadline(*, case_id: int, event: str, on: date, at: datetime) -> int:
    """An event happened in a case (the call closed): start what hangs on it."""
    return start_deadlines(case_ids=[case_id], event=event, on=on, at=at)


@transaction.atomic
def start_deadlines(
    *, case_ids: Iterable[int], event: str, on: date, at: datetime
) -> int:
    """The same for many cases; returns how many deadlines were started."""
    rows = Case.objects.select_for_update().filter(pk__in=list(case_ids))
    cases, calendar, start = (
        list(rows.order_by("pk")),
        working_calendar(),
        f"event:{event}",
    )
    for case in cases:
        _keep_day(case, start, on)
    return sum(
        open_deadlines(case, starts={start}, on=on, at=at, calendar=calendar)
        for case in cases
    )


@transaction.atomic
def move_event(*, case_id: int, event: str, on: date, at: datetime) -> int:
    """The day of an event changed (the contract was extended): count anew what hangs on it.

    What was missed already and is still open is set aside too: it was due on the old day.
    Returns how many deadlines were started.
    """
    case = Case.objects.select_for_update().get(pk=case_id)
    start = f"event:{event}"
    codes = [d.id for d in regime_of(case).deadlines_in_force() if d.starts_on == start]
    case.deadlines.filter(unsettled(), code__in=codes).update(
        state=DeadlineState.VOID, closed_at=at
    )
    return start_deadline(case_id=case_id, event=event, on=on, at=at)


def _keep_day(case: Case, start: str, on: date) -> None:
    """Keep the day of an event where a deadline is counted from it in a later stage."""
    waiting = any(
        d.starts_on == start and d.runs_in for d in regime_of(case).deadlines_in_force()
    )
    if waiting and case.state not in END_STATES[Track(case.track)]:
        case.event_days = {**case.event_days, start: on.isoformat()}
        case.save(update_fields=["event_days"])


@transaction.atomic
def set_day(
    *,
    case_id: int,
    code: str,
    due_on: date | None,
    label_vi: str,
    label_en: str,
    binding_on: Role,
    actor: Actor,
    act: OfficeAct,
    at: datetime,
) -> date | None:
    """Put a day that the office chose in place of what is due under ``code``.

    Returns the day that stood before. ``None`` takes the office's day away; what the
    procedure itself gives for this stage then counts again. The caller's action records
    ``act``, and asks ``still_as_seen`` first.
    """
    case = Case.objects.select_for_update().get(pk=case_id)
    before = case.deadlines.filter(unsettled(), code=code).order_by("-pk").first()
    was = before.due_on if before else None
    if due_on == was:
        return was
    case.last_act, case.last_by = str(act), actor.name[:200]
    case.version += 1
    case.save(update_fields=["last_act", "last_by", "version"])
    # A day that has passed stays missed; one still to come never counted.
    case.deadlines.filter(code=code, state=DeadlineState.MISSED, closed_at=None).update(
        closed_at=at
    )
    case.deadlines.filter(code=code, state__in=OPEN).update(
        state=DeadlineState.VOID, closed_at=at
    )
    today = timezone.localdate(at)
    if due_on is None:
        entered = timezone.localdate(case.entered_at)
        open_deadlines(
            case, starts={f"stage:{case.stage}"}, on=entered, at=at, only=code
        )
        return was
    Deadline.objects.create(
        case=case,
        code=code,
        label_vi=label_vi,
        label_en=label_en,
        started_on=today,
        started_at=at,
        due_on=due_on,
        unit=Unit.DAY,
        binding_on=binding_on,
        consequence="none",
        mark=Mark.I,
        provisional=bool(trust(today, due_on, working_calendar()).missing_years),
    )
    return was


@transaction.atomic
def suspend_deadlines(
    *, actor: Actor, case_id: int, at: datetime, reason: str
) -> list[Deadline]:
    """Stop the clock of a case; what is left is kept for the day it goes on."""
    case = Case.objects.select_for_update().get(pk=case_id)
    running = list(
        Deadline.objects.select_for_update().filter(
            case=case, state=DeadlineState.RUNNING
        )
    )
    if not running:
        raise StepNotAllowed(_("No deadline is running in this case."))
    require(actor, "procedures.suspend_deadlines", case)
    today, calendar = timezone.localdate(at), working_calendar()
    for row in running:
        row.left = remaining(row.due_on, on=today, unit=row.unit, calendar=calendar)  # type: ignore[arg-type]
        row.state, row.suspended_on = DeadlineState.SUSPENDED, today
        row.save(update_fields=["left", "state", "suspended_on"])
    record(
        actor=actor,
        act="procedures.suspend_deadlines",
        subject=case.subject,
        at=at,
        detail={"deadlines": [d.code for d in running], "reason": reason},
    )
    return running


@transaction.atomic
def resume_deadlines(
    *, actor: Actor, case_id: int, at: datetime, reason: str
) -> list[Deadline]:
    """Let the clock go on; the days lost are added."""
    case = Case.objects.select_for_update().get(pk=case_id)
    stopped = list(
        Deadline.objects.select_for_update().filter(
            case=case, state=DeadlineState.SUSPENDED
        )
    )
    if not stopped:
        raise StepNotAllowed(_("No deadline of this case is suspended."))
    require(actor, "procedures.suspend_deadlines", case)
    today, calendar = timezone.localdate(at), working_calendar()
    for row in stopped:
        due = resumed(row.left or 0, on=today, unit=row.unit, calendar=calendar)  # type: ignore[arg-type]
        row.extra_days += max((due - row.due_on).days, 0)
        row.pauses = [
            *row.pauses,
            [str(row.suspended_on), today.isoformat()],
        ]
        row.due_on, row.state = due, DeadlineState.RUNNING
        row.provisional = bool(trust(row.started_on, due, calendar).missing_years)
        row.left = row.suspended_on = None
        row.save(
            update_fields=[
                "due_on",
                "state",
                "provisional",
                "left",
                "suspended_on",
                "extra_days",
                "pauses",
            ]
        )
    record(
        actor=actor,
        act="procedures.resume_deadlines",
        subject=case.subject,
        at=at,
        detail={"deadlines": [d.code for d in stopped], "reason": reason},
    )
    return stopped


@transaction.atomic
def mark_missed(*, at: datetime) -> int:
    """Mark what was due before today; each is told to whoever listens."""
    late = list(
        Deadline.objects.select_for_update(of=("self",))
        .filter(state=DeadlineState.RUNNING, due_on__lt=timezone.localdate(at))
        .select_related("case")
        .order_by("pk")
    )
    for row in late:
        row.state = DeadlineState.MISSED
        row.save(update_fields=["state"])
        publish(
            DeadlineMissed(
                case_id=row.case_id,
                subject=row.case.subject,
                code=row.code,
                due_on=row.due_on,
                binding_on=row.binding_on,
                consequence=row.consequence,
                at=at,
            )
        )
    return len(late)
