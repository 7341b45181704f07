"""An assessment from its brief to its archive: brief, links, steps, scores."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from opensti.domains.assessments import permissions as _permissions  # noqa: F401
from opensti.domains.assessments.actions.advising import advise
from opensti.domains.assessments.choices import (
    Approach,
    Form,
    Step,
)
from opensti.domains.assessments.lifecycle import INVITES, STEPS
from opensti.domains.assessments.models import (
    Assessment,
    FrameworkVersion,
    Participant,
    Reply,
    Result,
)
from opensti.domains.assessments.queries.asking import asked_of, token_digest
from opensti.domains.assessments.queries.counting import scored
from opensti.domains.assessments.queries.days import held_days
from opensti.kernel.access import require, visible
from opensti.kernel.checks import Faults, in_state, keep, locked_row, problem
from opensti.kernel.frozen import canonical, digest_of
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from opensti.kernel.access import Actor

LONGEST_LINK = timedelta(days=180)
MOST_PEOPLE = 500
STATE = _("This is not possible while the assessment is: %(state)s.")


@transaction.atomic
def draft_assessment(
    *,
    actor: Actor,
    organisation_id: int,
    title: str,
    at: datetime,
    framework: str = "innovation",
    modules: Sequence[str] = (),
    form: str = Form.SHORT,
    approach: str = Approach.SELF,
    purpose: str = "",
    scope: str = "",
    target: int = 3,
) -> Assessment:
    """Begin an assessment by its brief; what it asks is frozen in it now.

    ``framework`` and ``modules`` are codes of what is in force. Raises ``Invalid`` with
    everything that is wrong.
    """
    require(actor, "assessments.run", organisation_id)
    wrong = Faults()
    title = wrong.needs("title", title, _("Give the assessment a name."))
    if form not in Form.values:
        wrong.add("form", _("Choose the short or the full form."))
    if approach not in Approach.values:
        wrong.add("approach", _("Choose how it is done."))
    if not 1 <= target <= 5:  # noqa: PLR2004 -- the scale
        wrong.add("target", _("The target is a level from 1 to 5."))
    rows = visible(actor, FrameworkVersion.objects.filter(active=True))
    known = {row.framework.code: row for row in rows.select_related("framework")}
    base = known.get(framework)
    if base is None or base.framework.extends:
        wrong.add("framework", _("There is no such framework here."))
    parts = [known.get(code) for code in dict.fromkeys(modules)]
    if any(p is None or p.framework.extends != framework for p in parts):
        wrong.add("modules", _("There is no such module of this framework."))
    wrong.refuse()
    assert base is not None  # noqa: S101 -- refused above
    made = Assessment.objects.create(
        organisation_id=organisation_id,
        version_of=base,
        digests=[base.sha256, *(part.sha256 for part in parts if part is not None)],
        form=form,
        title=title[:200],
        purpose=purpose.strip()[:2000],
        scope=scope.strip()[:2000],
        approach=approach,
        target=target,
        drafted_by_id=actor.user_id,
        drafted_at=at,
    )
    tell(actor, "assessments.draft", made, at)
    return made


@transaction.atomic
def invite(
    *,
    actor: Actor,
    assessment_id: int,
    name: str,
    role: str,
    until: date | None,
    at: datetime,
) -> tuple[Participant, str]:
    """Ask somebody by a link; returns the row and the token, which is told only now.

    Raises ``Invalid`` for a role the framework does not know, or a day that is past or
    more than half a year away.
    """
    row = locked(actor, assessment_id)
    require(actor, "assessments.run", row)
    in_state(STATE, row.state, INVITES, row.get_state_display())
    today = localdate(at)
    wrong = Faults()
    name = wrong.needs("name", name, _("Say who is asked."))
    if role not in {one.code for one in asked_of(row).roles}:
        wrong.add("role", _("Choose one of the roles."))
    last = until or today + timedelta(days=30)
    if not today < last <= today + LONGEST_LINK:
        wrong.add("until", _("A link is valid from tomorrow to half a year from now."))
    if row.participants.count() >= MOST_PEOPLE:
        wrong.add("name", _("No more than 500 people can be asked."))
    wrong.refuse()
    token = secrets.token_urlsafe(24)
    made = Participant.objects.create(
        assessment=row,
        name=name[:120],
        role=role,
        token_digest=token_digest(token),
        until=last,
    )
    tell(actor, "assessments.invite", row, at, secret={"participant": made.pk})
    return made, token


@transaction.atomic
def revoke(*, actor: Actor, participant_id: int, at: datetime) -> Participant:
    """Let a link lead nowhere from now on; what was said by it counts no longer."""
    row = locked_row(actor, Participant.objects.all(), pk=participant_id)
    assessment = locked(actor, row.assessment_id)
    require(actor, "assessments.run", assessment)
    in_state(STATE, assessment.state, INVITES, assessment.get_state_display())
    if row.revoked_at is None:
        row.revoked_at = at
        row.save(update_fields=["revoked_at"])
        tell(
            actor, "assessments.revoke", assessment, at, secret={"participant": row.pk}
        )
    return row


@transaction.atomic
def set_days(
    *,
    actor: Actor,
    assessment_id: int,
    audited_on: date | None,
    reviewed_on: date | None,
    at: datetime,
) -> Assessment:
    """Say when the last internal audit and the last management review were held."""
    row = locked(actor, assessment_id)
    require(actor, "assessments.run", row)
    wrong = Faults()
    wrong.not_later("audited_on", audited_on, at)
    wrong.not_later("reviewed_on", reviewed_on, at)
    wrong.refuse()
    row.audited_on, row.reviewed_on = audited_on, reviewed_on
    keep(row, "audited_on", "reviewed_on")
    tell(actor, "assessments.draft", row, at)
    return row


@transaction.atomic
def step(
    *,
    actor: Actor,
    assessment_id: int,
    act: str,
    at: datetime,
    version: int | None = None,
    words: str = "",
) -> Assessment:
    """Bring an assessment to its next state; scoring freezes what it came to.

    ``words``: why it is reopened, or what a validating adviser says. Raises
    ``StepNotAllowed`` where the state does not allow it, ``Stale``, ``Invalid`` without
    words where they are needed.
    """
    row = locked(actor, assessment_id, version)
    if act not in Step.values:
        raise problem("act", _("There is no such step."))
    froms, to = STEPS[Step(act)]
    judged = act == Step.VALIDATE
    require(actor, "assessments.judge" if judged else "assessments.run", row)
    in_state(STATE, row.state, froms, row.get_state_display())
    if act in {Step.REOPEN, Step.VALIDATE} and not words.strip():
        raise problem("words", _("Say in a sentence why."))
    if act == Step.OPEN and not row.participants.filter(revoked_at=None).exists():
        raise StepNotAllowed(
            _("Nobody is asked yet."), mend=_("Make a link for at least one person.")
        )
    if act == Step.SCORE:
        _score(row, at)
    if act == Step.VALIDATE:
        Result.objects.filter(assessment=row, revision=row.revision).update(
            validated_by_id=actor.user_id,
            validated_at=at,
            validation=words.strip()[:2000],
        )
    if act == Step.REOPEN:
        row.revision += 1
    row.state = to
    keep(row, "state", "revision")
    tell(actor, "assessments.step", row, at, detail={"step": act})
    return row


def _score(row: Assessment, at: datetime) -> Result:
    people = list(row.participants.all())
    if not Reply.objects.filter(participant__in=people, scored=True).exists():
        raise StepNotAllowed(
            _("Nobody has answered."), mend=_("Reopen it and ask again.")
        )
    _take_days(row)
    content = scored(row, asked_of(row), people, localdate(at))
    found = Result.objects.create(
        assessment=row,
        revision=row.revision,
        content=content,
        sha256=digest_of(canonical(content)),
        scored_at=at,
    )
    advise(row, content)
    return found


def _take_days(row: Assessment) -> None:
    """What the house itself knows of audits and reviews counts, if it is later."""
    audited, reviewed = held_days(row.organisation_id)
    for name, day in (("audited_on", audited), ("reviewed_on", reviewed)):
        typed = getattr(row, name)
        if day is not None and (typed is None or typed < day):
            setattr(row, name, day)
    row.save(update_fields=["audited_on", "reviewed_on"])


def locked(actor: Actor, assessment_id: int, version: int | None = None) -> Assessment:
    return locked_row(
        actor, Assessment.objects.all(), version=version, pk=assessment_id
    )


def tell(
    actor: Actor,
    act: str,
    row: Assessment,
    at: datetime,
    *,
    detail: dict[str, Any] | None = None,
    secret: dict[str, Any] | None = None,
) -> None:
    """An entry that names neither the organisation nor what it said."""
    record(
        actor=actor,
        act=act,
        subject=row.subject,
        at=at,
        detail=detail or {},
        secret=secret or {},
    )
