"""Readers who ask to be told by mail: asked, confirmed by the link, told, let go.

The address is personal data: it stands in its row alone, and goes with it. The record
tells that somebody confirmed or left, never who.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.signing import BadSignature, Signer
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, override

from opensti.domains.publications.choices import PUBLIC_ACTS, EntryKind, Rhythm
from opensti.domains.publications.models import Subscription
from opensti.domains.publications.queries.following import followed, public_acts
from opensti.domains.publications.queries.search import (
    Question,
    newest,
    shown_entries,
)
from opensti.domains.publications.queries.search_sources import PAGES
from opensti.kernel.access import PUBLIC, SYSTEM, require
from opensti.kernel.jobs.actions import enqueue
from opensti.kernel.record.actions import record
from opensti.kernel.record.queries import log_origin
from opensti.kernel.refusals import Invalid, NotFound, Problem, TooMany

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.domains.publications.queries.search import Shown

CONFIRM_JOB = "publications.mail_confirmation"
CONFIRM_WITHIN = timedelta(days=7)
ASK_AGAIN_AFTER = timedelta(hours=1)
MOST_OF_ADDRESS = 20
MOST_ASKED = 3  # mails to one address that nobody answered yet
MOST_LINES = 50
_WORDS = re.compile(r"[^\W_]+")
DAYS = {Rhythm.DAILY: 1, Rhythm.WEEKLY: 7}


def subscribe(
    *,
    email: str,
    language: str,
    rhythm: str,
    at: datetime,
    query: str = "",
    kind: str = "",
    thing: str = "",
) -> None:
    """Ask to be told of a search or of one thing; a link in a mail confirms it.

    Says nothing of whether the address is known, for anybody may name any address: asked
    again within an hour, or after three mails of a day without an answer, it sends none. Raises
    ``Invalid``, and ``NotFound`` for a thing that may not be known.
    """
    require(PUBLIC, "publications.subscribe")
    address = _checked(email, rhythm)
    if kind:
        followed(kind, thing)
    question = Question.of(dict(parse_qsl(query))).address[:500]
    asked = {
        "email": address,
        "query": "" if kind else question,
        "kind": kind,
        "thing": thing if kind else "",
    }
    with transaction.atomic():
        row = Subscription.objects.select_for_update().filter(**asked).first()
        if row is None:
            waiting = Subscription.objects.filter(
                email=address, confirmed_at=None, asked_at__gt=at - timedelta(days=1)
            )
            if waiting.count() >= MOST_ASKED:
                return
            try:
                with transaction.atomic():
                    row = Subscription.objects.create(
                        **asked,
                        language="en" if language.startswith("en") else "vi",
                        rhythm=rhythm,
                        asked_at=at,
                    )
            except IntegrityError:  # the same was asked in the same moment
                return
        elif row.confirmed_at or row.asked_at > at - ASK_AGAIN_AFTER:
            return
        else:
            row.asked_at, row.rhythm = at, rhythm
            row.save(update_fields=["asked_at", "rhythm"])
        enqueue(
            CONFIRM_JOB,
            actor=SYSTEM,
            at=at,
            payload={"subscription": row.pk},
            unique_key=f"{CONFIRM_JOB}:{row.pk}",
        )


def mail_confirmation(*, subscription_id: int) -> bool:
    """Mail the link that confirms; nothing where it was confirmed or let go meanwhile."""
    row = Subscription.objects.filter(pk=subscription_id, confirmed_at=None).first()
    if row is None:
        return False
    with override(row.language):
        EmailMessage(
            _now("Please confirm: news from the register"),
            _now(
                "Somebody, probably you, asked that this address be told of:\n\n%(what)s\n\nTo confirm, open this page within seven days:\n%(link)s\n\nIf it was not you, do nothing: the address is erased then."
            )
            % {
                "what": _tame(told_of(row)),
                "link": _address("confirm", token(row, "confirm")),
            },
            to=[row.email],
        ).send()
    return True


@transaction.atomic
def confirm_subscription(*, token: str, at: datetime) -> Subscription:
    """Confirm by the link of the mail; a second time changes nothing.

    Raises ``NotFound`` for a link that is wrong, too old, or of a reader who left, and
    ``TooMany`` where the address has twenty already.
    """
    row = _signed(token, "confirm")
    if row.confirmed_at:
        return row
    if row.asked_at < at - CONFIRM_WITHIN:
        raise NotFound(_("This link is too old. Please ask anew."))
    held = Subscription.objects.filter(email=row.email, confirmed_at__isnull=False)
    if held.count() >= MOST_OF_ADDRESS:
        raise TooMany(
            _("This address has twenty subscriptions already."),
            mend=_("End one of them by the link in its mail."),
        )
    row.confirmed_at = row.told_until = at
    row.save(update_fields=["confirmed_at", "told_until"])
    record(
        actor=PUBLIC,
        act="publications.confirm_subscription",
        subject=f"publications.subscription:{row.public_id}",
        at=at,
        detail={"rhythm": row.rhythm},
    )
    return row


@transaction.atomic
def unsubscribe(*, token: str, at: datetime) -> None:
    """Erase a reader's address and wish for good; a second time changes nothing.

    Raises ``NotFound`` for a link that was not signed here.
    """
    public_id = _opened(token, "leave")
    row = Subscription.objects.select_for_update().filter(public_id=public_id).first()
    if row is None:
        return
    row.delete()
    record(
        actor=PUBLIC,
        act="publications.unsubscribe",
        subject=f"publications.subscription:{public_id}",
        at=at,
    )


def drop_unconfirmed(*, at: datetime) -> int:
    """Erase addresses that nobody confirmed within seven days."""
    old = Subscription.objects.filter(
        confirmed_at=None, asked_at__lt=at - CONFIRM_WITHIN
    )
    return old.delete()[0]


def send_digests(*, at: datetime) -> int:
    """Mail what is new to every reader whose day it is, each thing once; returns how many.

    What a reader was told of is noted before the mail goes out, and taken back if it was
    not taken: a worker that dies in between leaves a reader to the pages.
    """
    due = Q(pk__in=[])
    for rhythm, days in DAYS.items():
        # By days, so that a run that starts a little earlier than yesterday's counts.
        before = localdate(at) - timedelta(days=days)
        due |= Q(rhythm=rhythm) & (Q(mailed_at=None) | Q(mailed_at__date__lte=before))
    mailed = 0
    for row in Subscription.objects.filter(due, confirmed_at__isnull=False).order_by(
        "pk"
    ):
        mailed += _send_digest(row, at)
    if mailed:
        with transaction.atomic():
            record(
                actor=SYSTEM,
                act="publications.send_digests",
                subject="publications.digests",
                at=at,
                detail={"mailed": mailed},
            )
    return mailed


def _send_digest(row: Subscription, at: datetime) -> bool:
    before = row.told_until, row.mailed_at
    taken = Subscription.objects.filter(
        pk=row.pk, told_until=row.told_until, mailed_at=row.mailed_at
    ).update(told_until=at, mailed_at=at)
    if not taken:  # another worker has it
        return False
    with override(row.language):
        mail = _digest(row, at)
        try:
            if mail is not None:
                mail.send()
        except (OSError, ValueError):
            Subscription.objects.filter(pk=row.pk).update(
                told_until=before[0], mailed_at=before[1]
            )
            return False
    return mail is not None


def _digest(row: Subscription, at: datetime) -> EmailMessage | None:
    lines = _of_thing(row) if row.kind else _of_search(row)
    if not lines:
        return None
    leave = _address("leave", token(row, "leave"))
    subject = ngettext("%(n)d new: %(what)s", "%(n)d new: %(what)s", len(lines)) % {
        "n": len(lines),
        "what": told_of(row),
    }
    text = "\n\n".join(lines[:MOST_LINES])
    if len(lines) > MOST_LINES:
        text += "\n\n" + _now("More stand in the register:") + f"\n{followed_at(row)}"
    foot = _now("You asked for this by confirming your address. To end it:")
    house = log_origin().partition("/")[0]
    return EmailMessage(
        " ".join(subject.split())[:200],
        f"{text}\n\n-- \n{foot}\n{leave}",
        to=[row.email],
        headers={
            "List-Unsubscribe": f"<{leave}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Message-ID": f"<digest.{row.public_id}.{at:%Y%m%d%H%M%S}@{house}>",
        },
    )


def _of_search(row: Subscription) -> list[str]:
    question = Question.of(dict(parse_qsl(row.query)))
    rows = newest(question, since=row.told_until)[: MOST_LINES + 1]
    return [_line(each) for each in shown_entries(rows)]


def _of_thing(row: Subscription) -> list[str]:
    try:
        thing = followed(row.kind, row.thing)
    except NotFound:  # no longer public: nothing is told of it
        return []
    since = row.told_until
    return [
        f"{localdate(act.recorded_at):%d/%m/%Y}: {PUBLIC_ACTS.get(act.act, act.act)}\n{page_of(thing)}"
        for act in public_acts(thing)
        if since is None or act.recorded_at > since
    ]


def _line(thing: Shown) -> str:
    kind = EntryKind(thing.entry.kind).label
    code = f"{thing.facts.code}, " if thing.facts.code else ""
    return f"{kind}: {code}{thing.facts.title}\n{page_of(thing)}"


def page_of(thing: Shown) -> str:
    """The whole address of the page of what was found."""
    return _house() + reverse(PAGES[thing.entry.kind], args=[thing.row.public_id])


def followed_at(row: Subscription) -> str:
    """Where that can be read on which a reader is told."""
    if row.kind:
        return _house() + reverse(PAGES[row.kind], args=[row.thing])
    return f"{_house()}{reverse('portal:search')}?{row.query}"


def told_of(row: Subscription) -> str:
    """What a reader is told of, in words."""
    if row.kind:
        try:
            thing = followed(row.kind, row.thing)
        except NotFound:
            return str(EntryKind(row.kind).label)
        return str(thing.facts.title)
    question = Question.of(dict(parse_qsl(row.query)))
    said = [question.q] if question.q else []
    for name, value in question.chosen:
        label = dict(EntryKind.choices).get(value) if name == "kind" else None
        said.append(str(label or value))
    return " · ".join(said) or _now("everything new in the register")


def _tame(text: str) -> str:
    """A stranger's words in a mail to somebody else: words alone, no address, no tale."""
    return " ".join(_WORDS.findall(text))[:80]


def token(row: Subscription, purpose: str) -> str:
    """What stands in a link: whose it is, signed for one purpose."""
    return _signer(purpose).sign(row.public_id)


def _signer(purpose: str) -> Signer:
    return Signer(salt=f"publications.{purpose}")


def _opened(token: str, purpose: str) -> str:
    try:
        return _signer(purpose).unsign(token)
    except BadSignature:
        raise NotFound(_("This link is not one of ours, or was cut off.")) from None


def _signed(token: str, purpose: str) -> Subscription:
    row = (
        Subscription.objects.select_for_update()
        .filter(public_id=_opened(token, purpose))
        .first()
    )
    if row is None:
        raise NotFound(_("This link opens nothing any more. Please ask anew."))
    return row


def _checked(email: str, rhythm: str) -> str:
    address = email.strip().lower()
    problems = []
    try:
        validate_email(address)
    except ValidationError:
        problems.append(
            Problem(field="email", message=_("This is not an e-mail address."))
        )
    if rhythm not in Rhythm.values:
        problems.append(
            Problem(field="rhythm", message=_("Choose how often you want to be told."))
        )
    if problems:
        raise Invalid(problems)
    return address


def _address(name: str, signed: str) -> str:
    return _house() + reverse(f"portal:{name}", args=[signed])


def _house() -> str:
    return str(settings.OPENSTI_ADDRESS).rstrip("/")
