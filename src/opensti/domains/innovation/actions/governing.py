"""Internal audits with their findings, management reviews, the records of the system."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from opensti.domains.innovation import permissions as _permissions  # noqa: F401
from opensti.domains.innovation.actions.campaigns import tell
from opensti.domains.innovation.choices import FindingState, Grade
from opensti.domains.innovation.lifecycle import NEXT_OF_FINDING
from opensti.domains.innovation.models import (
    Audit,
    AuditFinding,
    Document,
    Review,
    ReviewDecision,
)
from opensti.domains.innovation.queries.governing import expected_records, inputs_of
from opensti.kernel.access import require, visible
from opensti.kernel.checks import Faults, in_state, keep, locked_row
from opensti.kernel.files.actions import upload
from opensti.kernel.identifiers import new_public_id
from opensti.kernel.refusals import NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from django.core.files.base import File

    from opensti.kernel.access import Actor

FINDING = _("This is not possible while the finding is: %(state)s.")
MOST_YEARS = 100


@transaction.atomic
def plan_audit(
    *,
    actor: Actor,
    organisation_id: int,
    title: str,
    scope: str,
    area: str,
    auditor: str,
    auditor_area: str,
    planned_on: date,
    at: datetime,
) -> Audit:
    """Put an audit into the programme. Nobody audits the own area."""
    require(actor, "innovation.run", organisation_id)
    wrong = Faults()
    said = {
        "title": wrong.needs("title", title, _("Give the audit a name.")),
        "scope": wrong.needs("scope", scope, _("Say what is audited.")),
        "area": wrong.needs("area", area, _("Say whose work is audited.")),
        "auditor": wrong.needs("auditor", auditor, _("Name the auditor.")),
        "auditor_area": wrong.needs(
            "auditor_area", auditor_area, _("Say where the auditor works.")
        ),
    }
    if area.strip() and area.strip().casefold() == auditor_area.strip().casefold():
        wrong.add(
            "auditor_area",
            _("Nobody audits the own area."),
            _("Choose somebody who works elsewhere, or from outside."),
        )
    wrong.refuse()
    made = Audit.objects.create(
        organisation_id=organisation_id,
        planned_on=planned_on,
        planned_by_id=actor.user_id,
        scope=said.pop("scope")[:2000],
        title=said.pop("title")[:200],
        **{name: text[:120] for name, text in said.items()},
    )
    tell(actor, "innovation.plan_audit", made.subject, at)
    return made


@transaction.atomic
def hold_audit(
    *,
    actor: Actor,
    audit_id: int,
    held_on: date,
    conclusion: str,
    at: datetime,
    version: int | None = None,
) -> Audit:
    """Say that an audit was held and what it concluded; readiness counts from that day."""
    row = locked_row(actor, Audit.objects.all(), version=version, pk=audit_id)
    require(actor, "innovation.run", row)
    wrong = Faults()
    wrong.not_later("held_on", held_on, at)
    conclusion = wrong.needs(
        "conclusion", conclusion, _("Say what the audit concluded.")
    )
    if row.held_on is not None:
        wrong.add("held_on", _("This audit was held already."))
    wrong.refuse()
    row.held_on, row.conclusion = held_on, conclusion[:4000]
    keep(row, "held_on", "conclusion")
    tell(actor, "innovation.hold_audit", row.subject, at)
    return row


@transaction.atomic
def note_audit_finding(
    *, actor: Actor, audit_id: int, grade: str, text: str, at: datetime
) -> AuditFinding:
    """Note what an audit found; it stays open until its effect was verified."""
    row = locked_row(actor, Audit.objects.all(), pk=audit_id)
    require(actor, "innovation.work", row)
    wrong = Faults()
    if grade not in Grade.values:
        wrong.add("grade", _("Choose how much it weighs."))
    text = wrong.needs("text", text, _("Say what was found, and where."))
    wrong.refuse()
    made = AuditFinding.objects.create(
        audit=row, grade=grade, text=text[:2000], found_at=at
    )
    tell(actor, "innovation.note_audit_finding", row.subject, at)
    return made


@transaction.atomic
def follow_finding(
    *,
    actor: Actor,
    finding_id: int,
    state: str,
    at: datetime,
    words: str = "",
    owner_name: str = "",
    due_on: date | None = None,
    effective: bool = True,
) -> AuditFinding:
    """Bring a finding on: its cause, the action with owner and day, the effect, its end.

    ``state`` is the one it stands in for whoever acts, so that two people do not do the
    same. An action that had no effect sends it back to its cause. Whoever told the action
    does not verify it. Raises ``StepNotAllowed`` in another state.
    """
    found = visible(actor, AuditFinding.objects.filter(pk=finding_id)).first()
    if found is None:
        raise NotFound
    audit = locked_row(actor, Audit.objects.all(), pk=found.audit_id)
    require(actor, "innovation.work", audit)
    row = AuditFinding.objects.select_for_update().get(pk=finding_id)
    in_state(
        FINDING, row.state, {state} & set(NEXT_OF_FINDING), row.get_state_display()
    )
    now_in = FindingState(row.state)
    wrong = Faults()
    words = words.strip()[:2000]
    if now_in != FindingState.VERIFIED:
        wrong.needs("words", words, _("Say it in a sentence or two."))
    if now_in == FindingState.CAUSE:
        owner_name = wrong.needs("owner_name", owner_name, _("Say who does it."))
        if due_on is None:
            wrong.add("due_on", _("Say by when."))
    if now_in == FindingState.ACTION and row.acted_by_id == actor.user_id:
        wrong.add(
            "words",
            _("Whoever told the action does not verify its effect."),
            _("Let somebody else look."),
        )
    wrong.refuse()
    to = NEXT_OF_FINDING[now_in]
    if now_in == FindingState.OPEN:
        row.cause = words
    elif now_in == FindingState.CAUSE:
        row.action, row.owner_name, row.due_on = words, owner_name[:120], due_on
        row.acted_by_id = actor.user_id
    elif now_in == FindingState.ACTION:
        row.effect, row.verified_by_id = words, actor.user_id
        to = to if effective else FindingState.CAUSE
    else:
        row.closed_at = at
    row.state = to
    row.save()
    tell(actor, "innovation.follow_finding", audit.subject, at, detail={"state": to})
    return row


@transaction.atomic
def hold_review(
    *,
    actor: Actor,
    organisation_id: int,
    held_on: date,
    people: str,
    conclusion: str,
    decisions: Sequence[tuple[str, str, date]],
    at: datetime,
) -> Review:
    """Keep a management review with what the house lays before it, frozen as it stands.

    ``decisions``: (what, who, by when). Raises ``Invalid`` with everything that is wrong.
    """
    require(actor, "innovation.run", organisation_id)
    wrong = Faults()
    wrong.not_later("held_on", held_on, at)
    people = wrong.needs("people", people, _("Say who took part."))
    conclusion = wrong.needs(
        "conclusion", conclusion, _("Say what the review concluded.")
    )
    if any(not text.strip() or not owner.strip() for text, owner, _due in decisions):
        wrong.add("decisions", _("Each decision says what, who and by when."))
    wrong.refuse()
    made = Review.objects.create(
        organisation_id=organisation_id,
        held_on=held_on,
        people=people[:500],
        conclusion=conclusion[:4000],
        inputs=inputs_of(actor, organisation_id=organisation_id, at=at),
        noted_by_id=actor.user_id,
    )
    ReviewDecision.objects.bulk_create(
        ReviewDecision(
            review=made,
            text=text.strip()[:500],
            owner_name=owner.strip()[:120],
            due_on=due,
        )
        for text, owner, due in decisions
    )
    tell(actor, "innovation.hold_review", made.subject, at)
    return made


@transaction.atomic
def carry_out(
    *, actor: Actor, decision_id: int, done_on: date, at: datetime
) -> ReviewDecision:
    """Say that a decision of a review was carried out. Twice is once."""
    row = locked_row(actor, ReviewDecision.objects.all(), pk=decision_id)
    review = Review.objects.get(pk=row.review_id)
    require(actor, "innovation.work", review)
    wrong = Faults()
    wrong.not_later("done_on", done_on, at)
    wrong.refuse()
    if row.done_on is None:
        row.done_on = done_on
        row.save(update_fields=["done_on"])
        tell(actor, "innovation.carry_out", review.subject, at)
    return row


@transaction.atomic
def file_record(
    *,
    actor: Actor,
    organisation_id: int,
    code: str,
    title: str,
    owner_name: str,
    keep_years: int,
    file: File[bytes] | None,
    at: datetime,
    approved_by: str = "",
    approved_on: date | None = None,
    review_on: date | None = None,
) -> Document:
    """File a record of the system; the next revision, if there is one of its kind.

    ``code`` names one of the expected records. Raises ``Invalid`` for what the checks of
    files refuse, too.
    """
    require(actor, "innovation.work", organisation_id)
    wrong = Faults()
    if code not in {one.code for one in expected_records()}:
        wrong.add("code", _("Choose one of the expected records."))
    title = wrong.needs("title", title, _("Name the paper."))
    owner_name = wrong.needs("owner_name", owner_name, _("Say who keeps it up."))
    if not 1 <= keep_years <= MOST_YEARS:
        wrong.add("keep_years", _("A record is kept for 1 to 100 years."))
    if bool(approved_by.strip()) != (approved_on is not None):
        wrong.add("approved_on", _("An approval has a name and a day."))
    wrong.not_later("approved_on", approved_on, at)
    if file is None:
        wrong.add("file", _("Choose a file."))
    wrong.refuse()
    rows = Document.objects.filter(organisation_id=organisation_id, code=code)
    last = rows.aggregate(last=Max("number"))["last"] or 0
    made = Document(
        public_id=new_public_id(),
        organisation_id=organisation_id,
        code=code,
        number=last + 1,
        title=title[:200],
        owner_name=owner_name[:120],
        approved_by=approved_by.strip()[:120],
        approved_on=approved_on,
        keep_years=keep_years,
        review_on=review_on,
        filed_by_id=actor.user_id,
        filed_at=at,
    )
    assert file is not None  # noqa: S101 -- refused above
    kept = upload(actor=actor, subject=made.subject, file=file, at=at, kind=code)
    made.file_id = kept.public_id
    made.save()
    tell(actor, "innovation.file_record", made.subject, at)
    return made
