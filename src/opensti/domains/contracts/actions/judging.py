"""A report handed in is returned with marked places, or accepted."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opensti.domains.contracts.actions.lighting import refresh_lights
from opensti.domains.contracts.choices import ReportKind, ReportState
from opensti.domains.contracts.models import (
    Milestone,
    ReportDue,
    ReportRemark,
)
from opensti.domains.contracts.problem.reports import (
    reached_milestones,
)
from opensti.domains.contracts.queries.reports import (
    form_of_report,
)
from opensti.kernel.access import get_visible
from opensti.kernel.refusals import Invalid, NotFound, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from opensti.kernel.access import Actor

from opensti.domains.contracts.actions.reporting import locked_report, tell_report

MOST_REMARK = 2000


@transaction.atomic
def return_report(
    *,
    actor: Actor,
    due_id: int,
    remarks: Mapping[str, str],
    until: date | None,
    at: datetime,
    expected_version: int,
) -> ReportDue:
    """Give the report back with what must be mended, each remark at its field.

    ``remarks`` are texts by field of the form; the empty field is the whole report. Raises
    ``Invalid`` without any remark, for a field the form has not, or a day that has passed.
    """
    due = locked_report(
        actor,
        due_id,
        _judging(due_kind(actor, due_id)),
        states=(ReportState.SUBMITTED,),
        version=expected_version,
    )
    said = {f: text.strip() for f, text in remarks.items() if text.strip()}
    known = {"", *(f.id for f in form_of_report(due).fields())}
    problems = [
        Problem(field=field, message=_("The form has no such field."))
        for field in said
        if field not in known
    ]
    problems += [
        Problem(
            field=field,
            message=_("A remark has at most %(most)d characters.")
            % {"most": MOST_REMARK},
        )
        for field, text in said.items()
        if len(text) > MOST_REMARK
    ]
    if not said:
        problems.append(
            Problem(
                field="",
                message=_("Nothing is marked."),
                mend=_("Say at least once what must be mended."),
            )
        )
    if until is not None and until < timezone.localdate(at):
        problems.append(
            Problem(
                field="until",
                message=_("This day has passed."),
                mend=_("Name a later day."),
            )
        )
    if problems:
        raise Invalid(problems)
    version = due.versions.order_by("-number").first()
    if version is None:  # a report handed in has a version
        raise NotFound
    ReportRemark.objects.bulk_create(
        ReportRemark(
            version=version,
            field=field,
            text=text,
            made_by_id=actor.user_id,
            made_at=at,
        )
        for field, text in said.items()
    )
    due.state, due.mend_until = ReportState.RETURNED, until
    _judged(due, actor, at)
    tell_report(
        actor,
        due,
        "contracts.return_report",
        at,
        number=version.number,
        fields=sorted(said),
        until=until.isoformat() if until else "",
    )
    refresh_lights(contract_ids=[due.contract_id], at=at)
    return due


@transaction.atomic
def accept_report(
    *, actor: Actor, due_id: int, at: datetime, expected_version: int
) -> ReportDue:
    """Accept what was handed in; milestones it shows as reached count as reached.

    Only those of the contract that were not reached yet, on the day the report says.
    """
    due = locked_report(
        actor,
        due_id,
        _judging(due_kind(actor, due_id)),
        states=(ReportState.SUBMITTED,),
        version=expected_version,
    )
    version = due.versions.order_by("-number").first()
    if version is None:  # a report handed in has a version
        raise NotFound
    today = timezone.localdate(at)
    said = {
        number: day
        for number, text in reached_milestones(version.answers).items()
        if (day := date.fromisoformat(text)) <= today
    }
    reached = []
    for row in Milestone.objects.select_for_update().filter(
        contract=due.contract, position__in=said, reached_on=None
    ):
        row.reached_on = said[row.position]
        row.save(update_fields=["reached_on"])
        reached.append(row.position)
    due.state, due.mend_until = ReportState.ACCEPTED, None
    _judged(due, actor, at)
    tell_report(
        actor,
        due,
        "contracts.accept_report",
        at,
        number=version.number,
        sha256=version.sha256,
        milestones=reached,
    )
    refresh_lights(contract_ids=[due.contract_id], at=at)
    return due


def _judging(kind: str) -> str:
    """Figures may also be judged by finance."""
    return (
        "contracts.judge_figures"
        if kind == ReportKind.FINANCIAL
        else "contracts.judge_report"
    )


def due_kind(actor: Actor, due_id: int) -> str:
    return get_visible(actor, ReportDue.objects.only("kind"), pk=due_id).kind


def _judged(due: ReportDue, actor: Actor, at: datetime) -> None:
    due.judged_at, due.judged_by_id = at, actor.user_id
    due.version += 1
    due.save(update_fields=["state", "mend_until", "judged_at", "judged_by", "version"])
