"""What the law makes the house forget; the log stays valid, its commitments say nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from opensti.domains.supervision.actions.forgetting import drop_voices
from opensti.domains.supervision.choices import Level, VoiceState
from opensti.domains.supervision.models import Petition, Support, Voice
from opensti.domains.supervision.queries.terms import terms
from opensti.kernel.access import get_visible, require
from opensti.kernel.erasures import forget_pages
from opensti.kernel.record.actions import erase_secrets, record
from opensti.kernel.refusals import Invalid, Problem, StepNotAllowed

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.kernel.access import Actor


@transaction.atomic
def erase_voice(*, actor: Actor, voice_id: int, basis: str, at: datetime) -> Voice:
    """Erase a text and who wrote it for good, with its answer; its steps stay."""
    voice = get_visible(
        actor, Voice.objects.select_for_update(of=("self",)), pk=voice_id
    )
    require(actor, "supervision.erase", voice)
    if voice.erased_at is not None:
        raise StepNotAllowed(_("It was erased already."))
    if not basis.strip():
        raise Invalid([Problem(field="basis", message=_("State the legal basis."))])
    for name in (
        *("text", "text_digest", "said_name", "email", "answer"),
        *("review_reason", "search_text"),
    ):
        setattr(voice, name, "")
    voice.author, voice.organisation, voice.show_name = None, None, False
    voice.level, voice.erased_at = Level.ANONYMOUS, at
    voice.save()
    Petition.objects.filter(voice=voice).update(title="")
    erase_secrets(actor=actor, subjects=[voice.subject], at=at, basis=basis.strip())
    record(
        actor=actor,
        act="supervision.erase",
        subject=voice.subject,
        at=at,
        basis=basis.strip(),
        public=True,
    )
    forget_pages()
    return voice


@transaction.atomic
def forget(*, at: datetime) -> int:
    """Forget what was never confirmed, and addresses no more needed; returns how many."""
    unconfirmed = at - timedelta(days=terms()["confirm"].n)
    ended = at - timedelta(days=terms()["keep_address"].n)
    gone = Voice.objects.filter(
        state=VoiceState.UNCONFIRMED, sent_at__lt=unconfirmed
    ).values("pk")
    texts = drop_voices(gone)
    supports, _kinds = Support.objects.filter(
        confirmed_at=None, sent_at__lt=unconfirmed
    ).delete()
    over = Q(state=VoiceState.CLOSED, used_at__lt=ended) | Q(
        state=VoiceState.HIDDEN, screened_at__lt=ended
    )
    addresses = Voice.objects.filter(over).exclude(email="").update(email="")
    return texts + supports + addresses
