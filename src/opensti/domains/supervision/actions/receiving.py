"""A citizen or an organisation speaks: received, confirmed, supported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from opensti.domains.publications.queries import subject
from opensti.domains.supervision.actions.checking import (
    digest_of,
    plain,
    problems_of,
    refuse_doubles,
    refuse_floods,
)
from opensti.domains.supervision.choices import (
    Level,
    Standing,
    VoiceKind,
    VoiceState,
)
from opensti.domains.supervision.models import Objection, Petition, Voice
from opensti.domains.supervision.queries.terms import due, objections_until, terms
from opensti.kernel.access import PUBLIC, Role, require
from opensti.kernel.jobs.actions import enqueue
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Invalid, NotFound, Problem, StepNotAllowed
from opensti.kernel.searchtext import search_text

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.domains.publications.queries import Subject
    from opensti.kernel.access import Actor

MAIL_JOB = "supervision.mail"
_FOLLOW, _CONFIRM = "supervision.follow", "supervision.confirm"


@dataclass(frozen=True, kw_only=True)
class Speaker:
    """As whom somebody speaks, and what is shown of it."""

    level: str
    said_name: str = ""
    show_name: bool = False
    email: str = ""
    organisation_id: int | None = None


def follow_code(voice: Voice) -> str:
    """The code by which an author finds the own text again, without an account."""
    return f"{voice.public_id}-{_keyed(_FOLLOW, voice)}"


def confirm_code(voice: Voice) -> str:
    """What the mailed link carries that confirms the address."""
    return _keyed(_CONFIRM, voice)


def voice_of_code(code: str) -> Voice:
    """The voice that a follow code belongs to, else ``NotFound``."""
    public_id, _dash, key = code.strip().partition("-")
    found = Voice.objects.filter(public_id=public_id).first()
    if found is None or not constant_time_compare(key, _keyed(_FOLLOW, found)):
        raise NotFound(_("No text belongs to this code."))
    return found


def receive_voice(
    *,
    actor: Actor,
    kind: str,
    about: str,
    text: str,
    speaker: Speaker,
    token: str,
    at: datetime,
    title: str = "",
    standing: str = "",
) -> Voice:
    """Take a text about a public thing (``decision:ab12``; a petition needs none).

    The same ``token`` twice is one text. Raises ``Invalid`` with what to mend,
    ``NotFound`` where the thing is not public now, ``TooMany`` on a flood,
    ``StepNotAllowed`` for an objection out of its time.
    """
    require(actor, "supervision.speak")
    twin = Voice.objects.filter(token=token).first()
    if twin is not None:
        return twin
    text, title = plain(text), plain(title)
    problems = [
        *problems_of(text),
        *_problems_of_speaker(actor, VoiceKind(kind), speaker),
        *_problems_of_kind(kind, about, title, standing),
    ]
    if problems:
        raise Invalid(problems)
    address, _colon, public_id = about.partition(":")
    thing = subject(address, public_id, at=at) if about else None
    place = (address, public_id)
    refuse_doubles(kind=kind, about=place, text=text)
    refuse_floods(about=place, at=at)
    if kind == VoiceKind.OBJECTION and thing is not None:
        _refuse_late(thing, at)
    known = speaker.level in {Level.PERSON, Level.ORGANISATION}
    voice = Voice(
        token=token,
        kind=kind,
        about_kind=address,
        about_id=public_id,
        about_vi=thing.label.vi[:500] if thing else "",
        about_en=thing.label.en[:500] if thing else "",
        text=text,
        text_digest=digest_of(text),
        level=speaker.level,
        author_id=actor.user_id if known else None,
        organisation_id=speaker.organisation_id
        if speaker.level == Level.ORGANISATION
        else None,
        said_name=plain(speaker.said_name) if speaker.level == Level.EMAIL else "",
        show_name=speaker.show_name and speaker.level != Level.ANONYMOUS,
        email=speaker.email.strip() if speaker.level == Level.EMAIL else "",
        state=VoiceState.UNCONFIRMED,
        sent_at=at,
        search_text=search_text(
            text, title, *((thing.label.vi, thing.label.en) if thing else ())
        ),
    )
    try:
        with transaction.atomic():
            voice.save(force_insert=True)
            _further(voice, thing, title, standing)
            if speaker.level == Level.EMAIL:
                ask_to_mail(voice, "confirm", at)
            else:
                _receive(actor if known else PUBLIC, voice, at)
    except IntegrityError:
        twin = Voice.objects.filter(token=token).first()
        if twin is None:
            raise
        return twin
    return voice


@transaction.atomic
def confirm_voice(*, public_id: str, code: str, at: datetime) -> Voice:
    """The address was reached: the text is received. A second time changes nothing."""
    voice = Voice.objects.select_for_update().filter(public_id=public_id).first()
    if voice is None or not constant_time_compare(code, confirm_code(voice)):
        raise NotFound(_("The link is not whole, or too old. Send the text again."))
    if voice.state == VoiceState.UNCONFIRMED:
        _receive(PUBLIC, voice, at)
    return voice


def ask_to_mail(voice: Voice, what: str, at: datetime) -> None:
    """Tell the author by mail, as far as the house has an address."""
    if voice.email or voice.author_id is not None:
        enqueue(
            MAIL_JOB,
            actor=PUBLIC,
            at=at,
            payload={"voice": voice.pk, "what": what},
            unique_key=f"{MAIL_JOB}:{voice.pk}:{what}",
        )


def _receive(actor: Actor, voice: Voice, at: datetime) -> None:
    """Begin the life of a text; until it is published the log holds a commitment only."""
    voice.state = VoiceState.RECEIVED
    voice.received_at = at
    voice.screen_by, _basis = due("screen", localdate(at))
    voice.save(update_fields=["state", "received_at", "screen_by"])
    record(
        actor=actor,
        act="supervision.receive",
        subject=voice.subject,
        at=at,
        public=True,
        detail={
            "kind": voice.kind,
            "about": f"{voice.about_kind}:{voice.about_id}" if voice.about_id else "",
            "level": voice.level,
        },
        secret={"text": voice.text},
        role=Role.PUBLIC,
    )


def _further(voice: Voice, thing: Subject | None, title: str, standing: str) -> None:
    """What a petition and an objection have beside their text."""
    if voice.kind == VoiceKind.PETITION:
        Petition.objects.create(
            voice=voice, title=title, threshold=terms()["petition"].at_least
        )
    if voice.kind == VoiceKind.OBJECTION and thing is not None:
        Objection.objects.create(
            voice=voice, dossier_id=thing.row.dossier_id, standing=standing
        )


def _problems_of_speaker(
    actor: Actor, kind: VoiceKind, speaker: Speaker
) -> list[Problem]:
    level = speaker.level
    if level not in Level.values:
        return [Problem(field="level", message=_("Say as whom you speak."))]
    found = []
    if level == Level.EMAIL and "@" not in speaker.email:
        found.append(
            Problem(
                field="email", message=_("Give the address that confirms the text.")
            )
        )
    if level in {Level.PERSON, Level.ORGANISATION} and not actor.is_authenticated:
        found.append(Problem(field="level", message=_("Sign in to speak by name.")))
    if level == Level.ORGANISATION and speaker.organisation_id not in actor.manages:
        found.append(
            Problem(
                field="organisation",
                message=_("You do not speak for this organisation."),
                mend=_("Its manager speaks for it."),
            )
        )
    if kind == VoiceKind.OBJECTION and level in {Level.ANONYMOUS, Level.EMAIL}:
        found.append(
            Problem(
                field="level",
                message=_("Who objects to a decision is known to the house."),
                mend=_("Sign in, or write a comment instead."),
            )
        )
    if kind == VoiceKind.PETITION and level == Level.ANONYMOUS:
        found.append(
            Problem(
                field="level",
                message=_("A petition needs somebody who can be reached."),
                mend=_("Give an e-mail address; it is shown to nobody."),
            )
        )
    return found


def _problems_of_kind(
    kind: str, about: str, title: str, standing: str
) -> list[Problem]:
    if kind == VoiceKind.PETITION and not title.strip():
        return [Problem(field="title", message=_("Give the petition a title."))]
    if kind == VoiceKind.OBJECTION:
        if not about.startswith("decision:"):
            return [Problem(field="text", message=_("Only a decision is objected to."))]
        if standing not in Standing.values:
            return [
                Problem(
                    field="standing", message=_("Say how the decision concerns you.")
                )
            ]
    return []


def _refuse_late(thing: Subject, at: datetime) -> None:
    """Objections are taken while their term since the release of the decision runs."""
    within = terms()["object_within"]
    if thing.since is None:
        return
    last = objections_until(thing.since)
    if localdate(at) > last:
        raise StepNotAllowed(
            _("The time to object to this decision ended on %(day)s.")
            % {"day": f"{last:%d/%m/%Y}"},
            mend=_("Write a comment or a petition: it is answered as well."),
            article=within.basis.text,
        )


def _keyed(salt: str, voice: Voice) -> str:
    return salted_hmac(salt, voice.public_id, algorithm="sha256").hexdigest()[:32]
