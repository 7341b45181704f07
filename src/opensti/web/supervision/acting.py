"""The acts on one text: when each is offered, and what it is told by its form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.timezone import now

from opensti.domains.supervision import actions
from opensti.domains.supervision.choices import Effect, VoiceState
from opensti.kernel.identifiers import row_number
from opensti.kernel.refusals import NotFound

if TYPE_CHECKING:
    from opensti.domains.supervision.models import Objection, Voice
    from opensti.web.requests import Request

Fits = Callable[["Voice", "Objection | None"], bool]
Do = Callable[["Request", "Voice"], object]


@dataclass(frozen=True, kw_only=True)
class Act:
    """One act of the page: its name in the form, who may, when it is offered."""

    name: str
    permission: str
    fits: Fits
    do: Do


def take(request: Request, voice: Voice) -> None:
    """Take the act that the form names, else ``NotFound``."""
    act = next((one for one in ACTS if one.name == request.POST.get("act")), None)
    if act is None:
        raise NotFound
    act.do(request, voice)


def _in(*states: VoiceState) -> Fits:
    return lambda voice, _objection: voice.state in states


def _said(request: Request, name: str) -> str:
    return str(request.POST.get(name, ""))


def _ruled(voice: Voice, objection: Objection | None) -> bool:
    return (
        objection is not None
        and objection.ruled_at is None
        and voice.state in {VoiceState.PUBLISHED, VoiceState.ASSIGNED}
    )


def _stands(_voice: Voice, objection: Objection | None) -> bool:
    return (
        objection is not None
        and objection.effect == Effect.SUSPEND
        and objection.lifted_at is None
    )


ACTS = (
    Act(
        name="publish",
        permission="supervision.moderate",
        fits=_in(VoiceState.RECEIVED),
        do=lambda r, v: actions.publish_voice(actor=r.actor, voice_id=v.pk, at=now()),
    ),
    Act(
        name="assign",
        permission="supervision.moderate",
        fits=lambda v, _o: (
            v.state in {VoiceState.PUBLISHED, VoiceState.ASSIGNED}
            and v.due_on is not None
        ),
        do=lambda r, v: actions.assign_voice(
            actor=r.actor,
            voice_id=v.pk,
            unit_id=row_number(r.POST.get("unit")) or 0,
            reason=_said(r, "reason"),
            at=now(),
        ),
    ),
    Act(
        name="answer",
        permission="supervision.answer",
        fits=_in(VoiceState.ASSIGNED),
        do=lambda r, v: actions.answer_voice(
            actor=r.actor, voice_id=v.pk, answer=_said(r, "answer"), at=now()
        ),
    ),
    Act(
        name="use",
        permission="supervision.answer",
        fits=_in(VoiceState.ANSWERED),
        do=lambda r, v: actions.tell_use(
            actor=r.actor,
            voice_id=v.pk,
            use=_said(r, "use"),
            reason=_said(r, "reason"),
            link=_said(r, "link"),
            at=now(),
        ),
    ),
    Act(
        name="hide",
        permission="supervision.moderate",
        fits=lambda v, _o: (
            v.state in {VoiceState.RECEIVED, VoiceState.PUBLISHED}
            and v.reviewed_at is None
        ),
        do=lambda r, v: actions.hide_voice(
            actor=r.actor,
            voice_id=v.pk,
            ground_code=_said(r, "ground"),
            words=_said(r, "words"),
            at=now(),
        ),
    ),
    Act(
        name="review",
        permission="supervision.review",
        fits=lambda v, _o: (
            v.state == VoiceState.HIDDEN
            and v.review_asked_at is not None
            and v.reviewed_at is None
        ),
        do=lambda r, v: actions.review_hiding(
            actor=r.actor,
            voice_id=v.pk,
            restore=_said(r, "restore") == "yes",
            words=_said(r, "words"),
            at=now(),
        ),
    ),
    Act(
        name="rule",
        permission="supervision.rule",
        fits=_ruled,
        do=lambda r, v: actions.rule_on_objection(
            actor=r.actor,
            voice_id=v.pk,
            effect=_said(r, "effect"),
            reason=_said(r, "reason"),
            at=now(),
        ),
    ),
    Act(
        name="lift",
        permission="supervision.rule",
        fits=_stands,
        do=lambda r, v: actions.lift_suspension(
            actor=r.actor, voice_id=v.pk, reason=_said(r, "reason"), at=now()
        ),
    ),
    Act(
        name="erase",
        permission="supervision.erase",
        fits=lambda v, _o: v.erased_at is None,
        do=lambda r, v: actions.erase_voice(
            actor=r.actor, voice_id=v.pk, basis=_said(r, "basis"), at=now()
        ),
    ),
)
