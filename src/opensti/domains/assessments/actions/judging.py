"""What a meeting agrees on, which papers show it, and what an adviser finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from opensti.domains.assessments.actions.running import STATE, locked, tell
from opensti.domains.assessments.choices import Grade, Progress, State, Strength
from opensti.domains.assessments.lifecycle import TAKES_EVIDENCE
from opensti.domains.assessments.models import Agreed, Evidence, Finding
from opensti.domains.assessments.queries.asking import asked_of
from opensti.kernel.access import require
from opensti.kernel.checks import Faults, in_state, locked_row
from opensti.kernel.files.actions import upload
from opensti.kernel.refusals import NotFound

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.core.files.base import File

    from opensti.domains.assessments.models import Assessment, Improvement
    from opensti.kernel.access import Actor

MOST_FILES = 300
HIGHEST = 5


@transaction.atomic
def agree(
    *,
    actor: Actor,
    assessment_id: int,
    item: str,
    score: int | None,
    reason: str,
    at: datetime,
) -> Agreed:
    """Write down what a consensus meeting agreed on; it stands for the replies."""
    row = locked(actor, assessment_id)
    require(actor, "assessments.run", row)
    in_state(STATE, row.state, {State.CONSENSUS}, row.get_state_display())
    wrong = Faults()
    _asks(row, item, wrong)
    if score is not None and not 0 <= score <= HIGHEST:
        wrong.add("score", _("A score is 0 to 5, or “does not apply”."))
    reason = wrong.needs("reason", reason, _("Say what convinced the meeting."))
    wrong.refuse()
    made, _new = Agreed.objects.update_or_create(
        assessment=row,
        revision=row.revision,
        item=item,
        defaults={
            "score": score,
            "reason": reason[:1000],
            "agreed_by_id": actor.user_id,
            "agreed_at": at,
        },
    )
    tell(actor, "assessments.agree", row, at)
    return made


@transaction.atomic
def add_evidence(
    *,
    actor: Actor,
    assessment_id: int,
    item: str,
    title: str,
    strength: str,
    file: File[bytes] | None,
    at: datetime,
    valid_until: date | None = None,
    replaces: int | None = None,
    improvement_id: int | None = None,
) -> Evidence:
    """Hand in a paper that shows an item, or a new revision of one (``replaces``).

    ``improvement_id``: the action whose effect it shows, once the result is there. Raises ``Invalid`` for what the checks of files refuse, too.
    """
    row = locked(actor, assessment_id)
    require(actor, "assessments.add_evidence", row)
    action = _action(row, improvement_id)
    if action is None:
        in_state(STATE, row.state, TAKES_EVIDENCE, row.get_state_display())
    wrong = Faults()
    _asks(row, item, wrong)
    title = wrong.needs("title", title, _("Name the paper."))
    if strength not in Strength.values:
        wrong.add("strength", _("Say what the paper shows."))
    if file is None:
        wrong.add("file", _("Choose a file."))
    wrong.refuse()
    assert file is not None  # noqa: S101 -- refused above
    series, number = _place(row.pk, item, replaces)
    kept = upload(
        actor=actor,
        subject=row.subject,
        file=file,
        at=at,
        kind=item,
        most=MOST_FILES,
    )
    made = Evidence.objects.create(
        assessment=row,
        item=item,
        series=series,
        number=number,
        title=title[:200],
        strength=strength,
        file_id=kept.public_id,
        improvement=action,
        valid_until=valid_until,
        added_by_id=actor.user_id,
        added_at=at,
    )
    tell(actor, "assessments.add_evidence", row, at)
    return made


def _action(row: Assessment, improvement_id: int | None) -> Improvement | None:
    """The action that a paper is for, while its effect is not checked yet."""
    if improvement_id is None:
        return None
    found = row.improvements.filter(pk=improvement_id).first()
    if found is None:
        raise NotFound
    in_state(
        _("This is not possible while the action is: %(state)s."),
        found.state,
        {Progress.APPROVED, Progress.RUNNING, Progress.DONE},
        found.get_state_display(),
    )
    return found


def _place(assessment_id: int, item: str, replaces: int | None) -> tuple[int, int]:
    rows = Evidence.objects.filter(assessment_id=assessment_id)
    if replaces is None:
        last = rows.aggregate(last=Max("series"))["last"] or 0
        return last + 1, 1
    old = rows.filter(pk=replaces, item=item).first()
    if old is None:
        raise NotFound
    newest = rows.filter(series=old.series).aggregate(last=Max("number"))["last"]
    return old.series, newest + 1


@transaction.atomic
def check_evidence(*, actor: Actor, evidence_id: int, at: datetime) -> Evidence:
    """An adviser from outside saw that a paper shows what it is said to show."""
    row = locked_row(actor, Evidence.objects.all(), pk=evidence_id)
    assessment = locked(actor, row.assessment_id)
    require(actor, "assessments.judge", assessment)
    if _action(assessment, row.improvement_id) is None:
        in_state(
            STATE, assessment.state, TAKES_EVIDENCE, assessment.get_state_display()
        )
    if row.checked_at is None:
        row.checked_at, row.checked_by_id = at, actor.user_id
        row.save(update_fields=["checked_at", "checked_by"])
        tell(actor, "assessments.check_evidence", assessment, at)
    return row


@transaction.atomic
def note_finding(
    *,
    actor: Actor,
    assessment_id: int,
    item: str,
    grade: str,
    text: str,
    at: datetime,
    plan: str = "",
) -> Finding:
    """An adviser grades an item against what is required, apart from maturity."""
    row = locked(actor, assessment_id)
    require(actor, "assessments.judge", row)
    in_state(STATE, row.state, TAKES_EVIDENCE, row.get_state_display())
    wrong = Faults()
    _asks(row, item, wrong)
    if grade not in Grade.values:
        wrong.add("grade", _("Choose a grade."))
    text = wrong.needs("text", text, _("Say what was found."))
    wrong.refuse()
    made = Finding.objects.create(
        assessment=row,
        item=item,
        grade=grade,
        text=text[:2000],
        plan=plan.strip()[:2000],
        found_by_id=actor.user_id,
        found_at=at,
    )
    tell(actor, "assessments.note_finding", row, at)
    return made


def _asks(row: object, item: str, wrong: Faults) -> None:
    if item not in asked_of(row).by_code:  # type: ignore[arg-type]
        wrong.add("item", _("Choose one of the questions."))
