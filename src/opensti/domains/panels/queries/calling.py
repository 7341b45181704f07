"""Convocations: for when, how late they may go, and who got which letter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opensti.domains.panels.choices import CouncilState
from opensti.domains.panels.models import Convocation, Sitting, Summons
from opensti.domains.panels.queries.rules import rule_of
from opensti.domains.procedures.queries import working_calendar
from opensti.kernel.access import visible
from opensti.kernel.periods import deadline
from opensti.kernel.record.queries import log_origin

if TYPE_CHECKING:
    from datetime import date, datetime

    from opensti.domains.panels.models import Council
    from opensti.kernel.access import Actor


def called_for(council: Council) -> datetime | None:
    """When the council meets next: the date called, or the one it was adjourned to."""
    if council.state == CouncilState.MEETING:
        last = Sitting.objects.filter(council=council).order_by("number").last()
        return last.resumes_at if last is not None else None
    return council.meeting_at


def last_day_before(council: Council, day: date) -> date | None:
    """The last day on which what must reach members before a meeting reaches them."""
    rule = rule_of(council)
    if rule.documents_before is None:
        return None
    return deadline(
        day,
        n=rule.documents_before.n,
        unit=rule.documents_before.unit.value,
        direction="before_event",
        calendar=working_calendar(),
    )


def convocations(actor: Actor, council: Council) -> list[Convocation]:
    """Every calling of the meeting, the latest first."""
    return list(
        visible(actor, Convocation.objects.filter(council=council)).order_by("-number")
    )


def letters_of(actor: Actor, called: Convocation) -> list[Summons]:
    """The letters of a convocation that the person may read."""
    return list(
        visible(actor, Summons.objects.filter(convocation=called))
        .select_related("seat__person")
        .order_by("pk")
    )


def unmailed_summons(convocation_id: int) -> list[int]:
    return list(
        Summons.objects.filter(convocation_id=convocation_id, mailed_at=None)
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def log_name() -> str:
    """The name of this house in identifiers of mails and calendar entries."""
    return log_origin().partition("/")[0]


def planned(called: Convocation, agenda: list[Any]) -> list[tuple[Any, int, int]]:
    """The agenda as one person may know it: item, minutes after the beginning, length.

    Counted from the items he may know alone, so that no gap tells of another.
    """
    after, rows = 0, []
    for item in agenda:
        long = int(called.plan.get(str(item.pk), 0))
        rows.append((item, after, long))
        after += long
    return rows
