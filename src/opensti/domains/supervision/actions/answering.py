"""A named unit answers within its term, and later says what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from opensti.domains.supervision.actions.moderating import locked
from opensti.domains.supervision.actions.receiving import ask_to_mail
from opensti.domains.supervision.choices import (
    WAITING,
    Use,
    VoiceState,
)
from opensti.domains.supervision.models import Unit
from opensti.kernel.access import require
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Invalid, Problem, StepNotAllowed

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.domains.supervision.models import Voice
    from opensti.kernel.access import Actor

TOLD = (Use.USED, Use.NOT_USED, Use.FOLLOWED_UP)


@transaction.atomic
def assign_voice(
    *, actor: Actor, voice_id: int, unit_id: int, at: datetime, reason: str = ""
) -> Voice:
    """Give a published text to the unit that answers; to another one with a reason.

    The day by which it answers stays the one set at publication.
    """
    voice = locked(actor, voice_id)
    require(actor, "supervision.moderate", voice)
    if voice.state not in WAITING:
        raise StepNotAllowed(_("Only a published text without answer is assigned."))
    if voice.due_on is None:
        raise StepNotAllowed(
            _("This petition has not reached its number of supporters."),
            mend=_("It is assigned once it has."),
        )
    unit = Unit.objects.filter(pk=unit_id, active=True).first()
    if unit is None:
        raise Invalid([Problem(field="unit", message=_("Choose a unit."))])
    if voice.unit_id == unit.pk:
        return voice
    if voice.unit_id is not None and not reason.strip():
        raise Invalid(
            [Problem(field="reason", message=_("Say why another unit answers."))]
        )
    voice.unit, voice.assigned_at, voice.state = unit, at, VoiceState.ASSIGNED
    voice.save()
    record(
        actor=actor,
        act="supervision.assign",
        subject=voice.subject,
        at=at,
        basis=voice.due_basis,
        public=True,
        detail={
            "unit": unit.code,
            "due_on": voice.due_on.isoformat(),
            "reason": reason.strip(),
        },
    )
    return voice


@transaction.atomic
def answer_voice(*, actor: Actor, voice_id: int, answer: str, at: datetime) -> Voice:
    """Answer for the unit; the moment is published with it, and it is final."""
    voice = locked(actor, voice_id)
    require(actor, "supervision.answer", voice)
    if voice.state != VoiceState.ASSIGNED:
        raise StepNotAllowed(
            _("This text is not waiting for an answer."),
            mend=_("Look at its page: somebody else may have answered."),
        )
    if not answer.strip():
        raise Invalid([Problem(field="answer", message=_("Write the answer."))])
    voice.answer, voice.answered_at = answer.strip(), at
    voice.answered_by_id, voice.state = actor.user_id, VoiceState.ANSWERED
    voice.save()
    record(
        actor=actor,
        act="supervision.answer",
        subject=voice.subject,
        at=at,
        public=True,
        detail={
            "unit": voice.unit.code if voice.unit else "",
            "due_on": voice.due_on.isoformat() if voice.due_on else "",
        },
        secret={"answer": voice.answer},
    )
    ask_to_mail(voice, "answered", at)
    return voice


@transaction.atomic
def tell_use(
    *, actor: Actor, voice_id: int, use: str, reason: str, at: datetime, link: str = ""
) -> Voice:
    """Say what became of it: used, not used, followed up; with the reason and a link."""
    voice = locked(actor, voice_id)
    require(actor, "supervision.answer", voice)
    if voice.state != VoiceState.ANSWERED:
        raise StepNotAllowed(_("What became of it is told after the answer."))
    problems = []
    if use not in TOLD:
        problems.append(Problem(field="use", message=_("Choose what became of it.")))
    if not reason.strip():
        problems.append(Problem(field="reason", message=_("Give the reasons.")))
    link = link.strip()
    # Browsers read "\\" as "/", and skip tabs: "/\\elsewhere" is another site.
    if link and not (
        link.startswith("/") and url_has_allowed_host_and_scheme(link, None)
    ):
        problems.append(
            Problem(
                field="link",
                message=_("The link leads to a page of this site."),
                mend=_("Copy the part of the address that begins with /."),
            )
        )
    if problems:
        raise Invalid(problems)
    voice.use, voice.use_reason, voice.use_link = use, reason.strip(), link
    voice.used_at, voice.state = at, VoiceState.CLOSED
    voice.save()
    record(
        actor=actor,
        act="supervision.use",
        subject=voice.subject,
        at=at,
        public=True,
        detail={"use": use, "reason": voice.use_reason, "link": link},
    )
    ask_to_mail(voice, "used", at)
    return voice
