"""What was received is published, or hidden on a ground that everybody reads."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from opensti.domains.supervision.actions.checking import plain
from opensti.domains.supervision.actions.receiving import ask_to_mail, voice_of_code
from opensti.domains.supervision.choices import VoiceKind, VoiceState
from opensti.domains.supervision.models import Petition, Voice
from opensti.domains.supervision.queries.terms import due, ground, terms
from opensti.kernel.access import PUBLIC, Role, get_visible, require
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Invalid, NotFound, Problem, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from opensti.kernel.access import Actor

MOST_AT_ONCE = 100


@transaction.atomic
def publish_voice(*, actor: Actor, voice_id: int, at: datetime) -> Voice:
    """Let everybody read a received text; from now on its answer is due."""
    voice = locked(actor, voice_id)
    require(actor, "supervision.moderate", voice)
    _received(voice)
    _screened(actor, voice, at)
    _open(actor, voice, at, "supervision.publish")
    return voice


@transaction.atomic
def hide_voice(
    *, actor: Actor, voice_id: int, ground_code: str, words: str, at: datetime
) -> Voice:
    """Hide a received or published text, for a reason that everybody reads.

    Raises ``Invalid`` without a ground of the list or without words.
    """
    voice = locked(actor, voice_id)
    require(actor, "supervision.moderate", voice)
    if voice.state not in {VoiceState.RECEIVED, VoiceState.PUBLISHED}:
        raise StepNotAllowed(
            _("Only what was just received or published can be hidden."),
            mend=_("Look at the page of the text: it says where it stands."),
        )
    if voice.reviewed_at is not None:
        raise StepNotAllowed(
            _("A second person looked at this text already; it stays as decided.")
        )
    found = ground(ground_code)
    problems = []
    if found is None or (found.only and found.only != voice.kind):
        problems.append(
            Problem(field="ground", message=_("Choose a ground of the list."))
        )
    if not words.strip():
        problems.append(
            Problem(
                field="words",
                message=_("Say in words why; everybody reads it."),
                mend=_("Do not repeat what is hidden."),
            )
        )
    if problems or found is None:
        raise Invalid(problems)
    _screened(actor, voice, at)
    voice.state = VoiceState.HIDDEN
    voice.ground, voice.ground_words = found.id, words.strip()
    voice.due_on = None
    voice.save()
    record(
        actor=actor,
        act="supervision.hide",
        subject=voice.subject,
        at=at,
        basis=found.basis.text,
        public=True,
        detail={"ground": found.id, "reason": voice.ground_words},
    )
    ask_to_mail(voice, "hidden", at)
    return voice


@transaction.atomic
def screen_in_bulk(
    *, actor: Actor, verdicts: Sequence[tuple[int, str, str]], at: datetime
) -> int:
    """Screen many at once: (id, ``publish`` or a ground, words); all or none.

    Raises ``Invalid`` naming the text a verdict cannot be taken on.
    """
    if len(verdicts) > MOST_AT_ONCE:
        raise Invalid(
            [
                Problem(
                    field="",
                    message=_("At most %(most)d texts are screened at once.")
                    % {"most": MOST_AT_ONCE},
                )
            ]
        )
    for voice_id, verdict, words in sorted(verdicts):
        try:
            if verdict == "publish":
                publish_voice(actor=actor, voice_id=voice_id, at=at)
            else:
                hide_voice(
                    actor=actor,
                    voice_id=voice_id,
                    ground_code=verdict,
                    words=words,
                    at=at,
                )
        except Invalid as invalid:
            raise Invalid(
                [
                    Problem(
                        field=f"{p.field}-{voice_id}", message=p.message, mend=p.mend
                    )
                    for p in invalid.problems
                ]
            ) from invalid
    return len(verdicts)


@transaction.atomic
def ask_review(*, code: str, reason: str, at: datetime) -> Voice:
    """The author asks, once, that somebody else looks at what was hidden."""
    voice = Voice.objects.select_for_update().get(pk=voice_of_code(code).pk)
    if voice.state != VoiceState.HIDDEN:
        raise StepNotAllowed(_("This text is not hidden."))
    if voice.review_asked_at is not None:
        raise StepNotAllowed(_("A second look is asked for once, and was."))
    reason = plain(reason)
    if not reason:
        raise Invalid(
            [Problem(field="reason", message=_("Say why it should be shown."))]
        )
    voice.review_asked_at, voice.review_reason = at, reason
    voice.review_by, _basis = due("review", localdate(at))
    voice.save()
    record(
        actor=PUBLIC,
        act="supervision.ask_review",
        subject=voice.subject,
        at=at,
        public=True,
        secret={"reason": voice.review_reason},
        role=Role.PUBLIC,
    )
    return voice


@transaction.atomic
def review_hiding(
    *, actor: Actor, voice_id: int, restore: bool, words: str, at: datetime
) -> Voice:
    """A second person keeps a text hidden or shows it; the reason is public."""
    voice = locked(actor, voice_id)
    require(actor, "supervision.review", voice)
    if (
        voice.state != VoiceState.HIDDEN
        or voice.review_asked_at is None
        or voice.reviewed_at is not None
    ):
        raise StepNotAllowed(_("No second look is asked for."))
    if not words.strip():
        raise Invalid([Problem(field="words", message=_("Give the reasons."))])
    voice.reviewed_at, voice.review_words = at, words.strip()
    voice.save()
    record(
        actor=actor,
        act="supervision.review",
        subject=voice.subject,
        at=at,
        public=True,
        detail={"restored": restore, "reason": voice.review_words},
    )
    if restore:
        _open(actor, voice, at, "supervision.publish")
    else:
        ask_to_mail(voice, "reviewed", at)
    return voice


def locked(actor: Actor, voice_id: int) -> Voice:
    """The voice, locked; ``NotFound`` where the person may not know of it."""
    rows = Voice.objects.select_for_update(of=("self",)).select_related("unit")
    voice = get_visible(actor, rows, pk=voice_id)
    if voice.erased_at is not None:
        raise NotFound(_("The text was erased."))
    return voice


def _received(voice: Voice) -> None:
    if voice.state != VoiceState.RECEIVED:
        raise StepNotAllowed(
            _("This text was screened already."),
            mend=_("Look at its page: somebody else was quicker."),
        )


def _screened(actor: Actor, voice: Voice, at: datetime) -> None:
    voice.screened_at, voice.screened_by_id = at, actor.user_id
    voice.screened_role = "+".join(sorted(actor.roles - {Role.PUBLIC}))


def _open(actor: Actor, voice: Voice, at: datetime, act: str) -> None:
    """Publish: a petition begins to gather, everything else is to be answered."""
    today = localdate(at)
    voice.state = VoiceState.PUBLISHED
    if voice.kind == VoiceKind.PETITION:
        Petition.objects.filter(voice=voice).update(
            closes_on=today + timedelta(days=terms()["petition"].open_days)
        )
    else:
        term = "objection" if voice.kind == VoiceKind.OBJECTION else "answer"
        voice.due_on, voice.due_basis = due(term, today)
    voice.save()
    record(
        actor=actor,
        act=act,
        subject=voice.subject,
        at=at,
        basis=voice.due_basis,
        public=True,
        detail={"due_on": voice.due_on.isoformat() if voice.due_on else ""},
        secret={"text": voice.text},
    )
    ask_to_mail(voice, "published", at)
