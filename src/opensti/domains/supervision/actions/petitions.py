"""Supporters of petitions, one each; enough of them oblige an answer in a term."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.crypto import salted_hmac
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from opensti.domains.accounts.queries import account_by_email, emails_by_id
from opensti.domains.supervision.actions.checking import plain
from opensti.domains.supervision.actions.receiving import ask_to_mail
from opensti.domains.supervision.choices import Use, VoiceKind, VoiceState
from opensti.domains.supervision.models import Petition, Support, Voice
from opensti.domains.supervision.queries.terms import due
from opensti.kernel.access import PUBLIC, SYSTEM, require
from opensti.kernel.jobs.actions import enqueue
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Invalid, NotFound, Problem, StepNotAllowed

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.kernel.access import Actor

SUPPORT_JOB = "supervision.mail_support"
_SALT = "supervision.support"
# Providers that deliver an address with dots in it as the one without.
_DOTLESS = frozenset({"gmail.com", "googlemail.com"})


def support_petition(
    *, actor: Actor, public_id: str, at: datetime, email: str = "", said_name: str = ""
) -> Support:
    """Support a petition by account, or by an address that is then confirmed.

    Twice is once: the first one stands. The name is shown only if one is given.
    """
    require(actor, "supervision.speak")
    email = email.strip().lower()
    if not actor.is_authenticated and "@" not in email:
        raise Invalid(
            [Problem(field="email", message=_("Give an e-mail address, or sign in."))]
        )
    who = (
        {"user_id": actor.user_id}
        if actor.is_authenticated
        else {"address_digest": address_digest(email)}
    )
    try:
        with transaction.atomic():
            petition = _open_petition(public_id, at)
            if actor.is_authenticated:
                same = _by_own_address(petition, actor.account_id)
                if same is not None:
                    return same
            made, new = Support.objects.get_or_create(
                petition=petition,
                **who,
                defaults={
                    "email": "" if actor.is_authenticated else email,
                    "said_name": plain(said_name),
                    "sent_at": at,
                },
            )
            if new and actor.is_authenticated:
                _count(petition, made, at)
            elif new:
                enqueue(
                    SUPPORT_JOB,
                    actor=PUBLIC,
                    at=at,
                    payload={"support": made.pk},
                    unique_key=f"{SUPPORT_JOB}:{made.pk}",
                )
    except IntegrityError:
        return Support.objects.get(petition__voice__public_id=public_id, **who)
    return made


def support_code(support: Support) -> str:
    """What the mailed link carries: signed, for this one support."""
    return signing.dumps(support.pk, salt=_SALT)


@transaction.atomic
def confirm_support(*, code: str, at: datetime) -> Support:
    """Count a supporter whose address was reached, and forget the address.

    Whoever supports it by an account with this address is counted already.
    """
    try:
        pk = signing.loads(code, salt=_SALT)
    except signing.BadSignature:
        raise NotFound(_("The link is not whole, or too old.")) from None
    support = Support.objects.filter(pk=pk).select_related("petition__voice").first()
    if support is None:
        raise NotFound(_("The link is not whole, or too old."))
    petition = _open_petition(support.petition.voice.public_id, at)
    support = Support.objects.select_for_update().get(pk=pk)
    if support.confirmed_at is None:
        if account := account_by_email(support.email):
            same = Support.objects.filter(petition=petition, user=account).first()
            if same is not None:
                support.delete()
                return same
        _count(petition, support, at)
    return support


@transaction.atomic
def close_petitions(*, at: datetime) -> int:
    """Close what gathered too few supporters until its last day."""
    today = localdate(at)
    rows = Petition.objects.select_for_update(of=("self",)).filter(
        voice__state=VoiceState.PUBLISHED, reached_at=None, closes_on__lt=today
    )
    lapsed = list(rows.select_related("voice"))
    for petition in lapsed:
        voice = petition.voice
        voice.state, voice.use, voice.used_at = VoiceState.CLOSED, Use.LAPSED, at
        voice.save(update_fields=["state", "use", "used_at"])
        record(
            actor=SYSTEM,
            act="supervision.lapse",
            subject=voice.subject,
            at=at,
            public=True,
            detail={
                "supporters": petition.supporters,
                "threshold": petition.threshold,
            },
        )
        ask_to_mail(voice, "used", at)
    return len(lapsed)


def _open_petition(public_id: str, at: datetime) -> Petition:
    """The petition that gathers now, locked, or why it does not."""
    petition = (
        Petition.objects.select_for_update(of=("self",))
        .select_related("voice")
        .filter(
            voice__public_id=public_id,
            voice__kind=VoiceKind.PETITION,
            voice__state__in=(
                VoiceState.PUBLISHED,
                VoiceState.ASSIGNED,
                VoiceState.ANSWERED,
                VoiceState.CLOSED,
            ),
        )
        .first()
    )
    if petition is None:
        raise NotFound
    over = petition.closes_on is None or petition.closes_on < localdate(at)
    if over or petition.voice.state not in {VoiceState.PUBLISHED, VoiceState.ASSIGNED}:
        raise StepNotAllowed(
            _("This petition gathers no supporters any more."),
            mend=_("Read its answer, or begin another petition."),
        )
    return petition


def _count(petition: Petition, support: Support, at: datetime) -> None:
    """One more; the one that reaches the threshold starts the term of the answer."""
    support.confirmed_at, support.email = at, ""
    support.save(update_fields=["confirmed_at", "email"])
    Petition.objects.filter(pk=petition.pk).update(supporters=F("supporters") + 1)
    petition.refresh_from_db(fields=["supporters"])
    if petition.reached_at is not None or petition.supporters < petition.threshold:
        return
    petition.reached_at = at
    petition.save(update_fields=["reached_at"])
    voice = Voice.objects.select_for_update().get(pk=petition.voice_id)
    voice.due_on, voice.due_basis = due("petition", localdate(at))
    voice.save(update_fields=["due_on", "due_basis"])
    record(
        actor=SYSTEM,
        act="supervision.reach",
        subject=voice.subject,
        at=at,
        basis=voice.due_basis,
        public=True,
        detail={
            "supporters": petition.supporters,
            "threshold": petition.threshold,
            "due_on": voice.due_on.isoformat(),
        },
    )


def _by_own_address(petition: Petition, user_id: int) -> Support | None:
    """What somebody gave by mail before signing in with the same address."""
    email = emails_by_id({user_id})[user_id]
    rows = Support.objects.filter(petition=petition, confirmed_at__isnull=False)
    return rows.filter(address_digest=address_digest(email)).first()


def address_digest(email: str) -> str:
    """One mailbox, one digest; without the house's secret key it says nothing.

    ``an+1@`` and, with some providers, ``a.n@`` reach the mailbox of ``an@``.
    """
    name, _at, host = email.lower().rpartition("@")
    name = name.partition("+")[0] or name
    if host in _DOTLESS:
        name, host = name.replace(".", ""), "gmail.com"
    return salted_hmac(_SALT, f"{name}@{host}", algorithm="sha256").hexdigest()
