"""Letters to members: the invitation with its one-click link, reminders; each sent at least once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from socket import gaierror
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.utils.translation import override

from opensti.domains.panels.actions.acting import tell
from opensti.domains.panels.choices import (
    ANSWER_DAYS,
    ASKED,
    DUE_SOON,
    HOPELESS_AFTER,
    HOPELESS_REVIEW,
    REMIND_AFTER,
    TO_SECRETARY,
    CouncilState,
    ReminderKind,
    ReviewState,
    SeatRole,
    SeatState,
    Signing,
)
from opensti.domains.panels.models import (
    Assignment,
    Council,
    Invitation,
    Recusal,
    Reminder,
    Review,
    Seat,
    Undertaking,
)
from opensti.domains.panels.models.reviewing import new_nonce
from opensti.domains.panels.queries import review_due, rule_of, undertaking_text
from opensti.kernel.access import SYSTEM, Actor
from opensti.kernel.record.queries import log_origin
from opensti.kernel.refusals import Invalid, NotFound, Problem, Stale, StepNotAllowed

if TYPE_CHECKING:
    from datetime import date, datetime

SALT = "opensti.panels.invitation"
# After these the server surely did not take the mail; after others nobody knows.
NOT_TAKEN = (
    ValueError,
    ConnectionRefusedError,
    gaierror,
    SMTPResponseException,
    SMTPRecipientsRefused,
)


# ---- the invitation


@transaction.atomic
def invite(*, seat_id: int, at: datetime) -> Invitation | None:
    """Write the letter to an asked member who has none that still stands.

    The link is good for fourteen days, at most until the meeting. A person who is asked
    anew after an answer gets a new letter; the old link is dead then.
    """
    seat = _locked_seat(seat_id)
    council = seat.council
    if seat.state != SeatState.INVITED or council.state != CouncilState.SET_UP:
        return None
    found = Invitation.objects.select_for_update().filter(seat=seat).first()
    if found is not None and found.answered_at is None:
        return found
    ends = at + timedelta(days=ANSWER_DAYS)
    if council.meeting_at is not None:
        ends = min(ends, council.meeting_at)
    letter = found or Invitation(seat=seat)
    letter.nonce, letter.made_at, letter.expires_at = new_nonce(), at, ends
    letter.answered_at = letter.mailed_at = letter.mail_tried_at = None
    letter.mail_error = letter.reason = ""
    letter.save()
    tell(
        SYSTEM,
        council,
        "invite",
        at,
        detail={"letter": letter.public_id, "seat": seat.role},
        secret={"person": seat.person_id},
    )
    return letter


def link_token(letter: Invitation) -> str:
    """What the link carries: signed, for this one letter and nothing else."""
    return signing.dumps({"s": letter.seat_id, "n": letter.nonce}, salt=SALT)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What an invited person may know before signing in: no case, no other name."""

    letter: Invitation
    seat: Seat
    council: Council
    secret: bool
    answered: bool
    expired: bool
    open: bool


def asked_by_link(*, token: str, at: datetime) -> Asked:
    """Whom a link asks, and whether it can still be answered; it changes nothing.

    Raises ``NotFound`` for a link that was never signed here, or was replaced by a new
    letter, or whose seat was given to somebody else.
    """
    letter = _letter_of(token)
    return _asked(letter, at)


@transaction.atomic
def answer_by_link(*, token: str, accept: bool, reason: str, at: datetime) -> Asked:
    """Take the seat or decline it (with a reason) by the letter's link; once.

    A second click on the same answer does nothing. Whoever accepts reads nothing before
    having signed in, declared his interests and signed the undertaking.
    """
    letter = _letter_of(token)
    seat = _locked_seat(letter.seat_id)
    letter = Invitation.objects.select_for_update().get(pk=letter.pk)
    letter.seat = seat
    asked = _asked(letter, at)
    wanted = SeatState.ACCEPTED if accept else SeatState.DECLINED
    if letter.answered_at is not None and seat.state == wanted:
        return asked
    if not asked.open:
        raise StepNotAllowed(
            _("This invitation can no longer be answered here."),
            mend=_("Ask the secretary of the council, or sign in to change an answer."),
        )
    kept = reason.replace("\x00", "").strip()[:2000]
    if not accept and not kept:
        raise Invalid(
            [
                Problem(
                    field="reason",
                    message=_("Say why you decline."),
                    mend=_("One sentence: it helps to find somebody else."),
                )
            ]
        )
    seat.state, seat.answered_at = wanted, at
    seat.declaration = kept if not accept else seat.declaration
    seat.save(update_fields=["state", "answered_at", "declaration"])
    letter.answered_at, letter.reason = at, kept
    letter.save(update_fields=["answered_at", "reason"])
    tell(
        Actor(name=seat.person.full_name, person_id=seat.person_id),
        seat.council,
        "answer_invitation",
        at,
        detail={"accepted": accept, "seat": seat.role, "by": "link"},
        secret={"person": seat.person_id, "declaration": kept},
    )
    return _asked(letter, at)


def close_letter(*, seat: Seat, at: datetime) -> None:
    """The answer came another way: the letter's link is spent."""
    Invitation.objects.filter(seat=seat, answered_at=None).update(answered_at=at)


def sign_undertaking(
    *, actor: Actor, seat: Seat, at: datetime, digest: str | None
) -> Undertaking:
    """Keep that the member signed the text of today; part of accepting the seat.

    ``digest`` is that of the text the page showed; ``Stale`` when the words changed
    since. Entered by the keeper, it was signed on paper.
    """
    words = undertaking_text()
    if digest is not None and digest != words.digest:
        raise Stale(
            _("The words of the undertaking changed after you opened the page."),
            mend=_("Read them as they are now, then sign."),
        )
    found = Undertaking.objects.filter(seat=seat).first()
    if found is not None and found.digest == words.digest:
        return found
    own = actor.person_id == seat.person_id
    made, _new = Undertaking.objects.update_or_create(
        seat=seat,
        defaults={
            "version": words.version,
            "digest": words.digest,
            "text": words.text_vi,
            "way": Signing.ONLINE if own else Signing.PAPER,
            "signed_at": at,
            "entered_by_id": None if own else actor.user_id,
        },
    )
    tell(
        actor,
        seat.council,
        "sign_undertaking",
        at,
        detail={"version": words.version, "digest": words.digest, "way": made.way},
        secret={"person": seat.person_id},
    )
    return made


def _letter_of(token: str) -> Invitation:
    try:
        said = signing.loads(token, salt=SALT)
        seat_id, nonce = int(said["s"]), str(said["n"])
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        raise NotFound(_("This link is not valid.")) from None
    found = (
        Invitation.objects.filter(seat_id=seat_id, nonce=nonce)
        .select_related("seat__person", "seat__council__regime_version")
        .defer("seat__council__regime_version__content", "seat__council__minutes")
        .first()
    )
    if found is None or found.seat.state not in (*ASKED, SeatState.DECLINED):
        raise NotFound(_("This link is no longer valid."))
    return found


def _asked(letter: Invitation, at: datetime) -> Asked:
    seat = letter.seat
    council = seat.council
    expired = at >= letter.expires_at
    return Asked(
        letter=letter,
        seat=seat,
        council=council,
        secret=rule_of(council).secrecy,
        answered=letter.answered_at is not None,
        expired=expired,
        open=not expired
        and letter.answered_at is None
        and seat.state == SeatState.INVITED
        and council.state == CouncilState.SET_UP,
    )


def _locked_seat(seat_id: int) -> Seat:
    row = Seat.objects.filter(pk=seat_id).values_list("council_id", flat=True).first()
    if row is None:
        raise NotFound
    council = (
        Council.objects.select_for_update(of=("self",))
        .select_related("regime_version")
        .defer("regime_version__content")
        .get(pk=row)
    )
    seat = (
        Seat.objects.select_for_update(of=("self",))
        .select_related("person")
        .get(pk=seat_id)
    )
    seat.council = council
    return seat


# ---- reminders


@transaction.atomic
def note_reminders(*, at: datetime) -> int:
    """Write down every reminder that is due and was not written before; returns how many.

    One of a kind about one seat and item and day, ever: run twice, it adds nothing.
    """
    today, made = localdate(at), 0
    for kind, seat_id, item_id, due in [*_of_answers(today), *_of_reviews(today)]:
        _row, new = Reminder.objects.get_or_create(
            seat_id=seat_id,
            item_id=item_id,
            kind=kind,
            due_on=due,
            defaults={"made_at": at},
        )
        made += new
    return made


def _of_answers(today: date) -> list[tuple[ReminderKind, int, None, date]]:
    found: list[tuple[ReminderKind, int, None, date]] = []
    waiting = Invitation.objects.filter(
        answered_at=None,
        seat__state=SeatState.INVITED,
        seat__council__state=CouncilState.SET_UP,
    )
    for letter in waiting.order_by("pk"):
        sent = localdate(letter.made_at)
        if today >= sent + timedelta(days=HOPELESS_AFTER):
            found.append((ReminderKind.NO_ANSWER, letter.seat_id, None, sent))
        elif today >= sent + timedelta(days=REMIND_AFTER):
            found.append((ReminderKind.UNANSWERED, letter.seat_id, None, sent))
    unsigned = Seat.objects.filter(
        state=SeatState.ACCEPTED,
        council__state=CouncilState.SET_UP,
        undertaking=None,
        answered_at__isnull=False,
    ).exclude(role=SeatRole.ADMIN_SECRETARY)
    for seat in unsigned.order_by("pk"):
        answered = localdate(seat.answered_at)
        if today >= answered + timedelta(days=REMIND_AFTER):
            found.append((ReminderKind.UNSIGNED, seat.pk, None, answered))
    return found


def _of_reviews(today: date) -> list[tuple[ReminderKind, int, int, date]]:
    found: list[tuple[ReminderKind, int, int, date]] = []
    rows = (
        Assignment.objects.filter(
            item__council__state=CouncilState.SET_UP,
            item__council__documents_sent_at__isnull=False,
            seat__state__in=ASKED,
        )
        .select_related("item__council__regime_version")
        .defer("item__council__regime_version__content", "item__council__minutes")
        .order_by("pk")
    )
    done = set(
        Review.objects.filter(
            state=ReviewState.HANDED_IN, item__council__state=CouncilState.SET_UP
        ).values_list("item_id", "seat_id")
    )
    gone = set(
        Recusal.objects.filter(item__council__state=CouncilState.SET_UP).values_list(
            "item_id", "seat_id"
        )
    )
    for row in rows:
        key = (row.item_id, row.seat_id)
        due = review_due(row.item.council, row)
        if due is None or key in done or key in gone:
            continue
        if today > due + timedelta(days=HOPELESS_REVIEW):
            kind = ReminderKind.NO_REVIEW
        elif today > due:
            kind = ReminderKind.OVERDUE
        elif today >= due - timedelta(days=DUE_SOON):
            kind = ReminderKind.DUE_SOON
        else:
            continue
        found.append((kind, row.seat_id, row.item_id, due))
    return found


# ---- the mails


def mail_letter(*, kind: str, letter_id: int, at: datetime) -> bool:
    """Mail an invitation or a reminder, at least once; a failure is kept beside it.

    The attempt is noted before the mail goes out and confirmed after; a worker that
    dies in between sends it again with the same Message-ID. What no longer stands
    (answered, replaced, handed in) is not mailed. Returns whether it is out.
    """
    model: type[Invitation | Reminder] = (
        Invitation if kind == "invitation" else Reminder
    )
    with transaction.atomic():
        letter: Any = (
            model._default_manager.select_for_update(of=("self",))
            .select_related(
                "seat__person__user", "seat__council__secretary", "seat__council"
            )
            .get(pk=letter_id)
        )
        if letter.mailed_at is not None:
            return True
        if not _still_stands(letter):
            return False
        letter.mail_tried_at, letter.mail_error = at, ""
        letter.save(update_fields=["mail_tried_at", "mail_error"])
    with override("vi"):
        subject, body, address = _words(letter)
    mail = EmailMessage(
        subject, body, to=[address], headers={"Message-ID": message_id(kind, letter)}
    )
    try:
        if not address:
            raise ValueError(_("There is no e-mail address."))  # noqa: TRY301
        mail.send()
    except (OSError, ValueError) as error:
        letter.mail_error = str(error)[:300]
        if isinstance(error, NOT_TAKEN):
            letter.mail_tried_at = None
        letter.save(update_fields=["mail_error", "mail_tried_at"])
        return False
    with transaction.atomic():
        letter.mailed_at, letter.mail_error = at, ""
        letter.save(update_fields=["mailed_at", "mail_error"])
        tell(
            SYSTEM,
            _with_rule(letter.seat.council_id),
            "mail_invitation" if kind == "invitation" else "remind",
            at,
            detail={
                "letter": letter.public_id,
                "message_id": message_id(kind, letter),
                **({"kind": letter.kind} if kind == "reminder" else {}),
            },
            secret={"person": letter.seat.person_id},
        )
    return True


def message_id(kind: str, letter: Any) -> str:
    """The name of a letter's mail: the same however often it is sent.

    A letter written anew to the same seat is another one, so the moment belongs to it.
    """
    made = int(letter.made_at.timestamp())
    host = log_origin().partition("/")[0]
    return f"<{kind}.{letter.public_id}.{made}@{host}>"


def _with_rule(council_id: int) -> Council:
    return (
        Council.objects.select_related("regime_version")
        .defer("regime_version__content")
        .get(pk=council_id)
    )


def _still_stands(letter: Any) -> bool:
    seat = letter.seat
    if seat.council.state != CouncilState.SET_UP:
        return False
    if isinstance(letter, Invitation):
        return letter.answered_at is None and seat.state == SeatState.INVITED
    if letter.item_id is None:
        if letter.kind == ReminderKind.UNSIGNED:
            return (
                seat.state == SeatState.ACCEPTED
                and not Undertaking.objects.filter(seat=seat).exists()
            )
        return bool(seat.state == SeatState.INVITED)
    return (
        seat.state in ASKED
        and Assignment.objects.filter(item_id=letter.item_id, seat=seat).exists()
        and not Recusal.objects.filter(item_id=letter.item_id, seat=seat).exists()
        and not Review.objects.filter(
            item_id=letter.item_id, seat=seat, state=ReviewState.HANDED_IN
        ).exists()
    )


def _address(name: str, *args: str) -> str:
    return settings.OPENSTI_ADDRESS.rstrip("/") + reverse(name, args=args)


def _words(letter: Any) -> tuple[str, str, str]:
    """Subject, body and address of a letter, in the language that is on."""
    if isinstance(letter, Invitation):
        return _invitation_words(letter)
    return _reminder_words(letter)


def _person_address(seat: Seat) -> str:
    person = seat.person
    if person.user is not None and person.user.email:
        return str(person.user.email)
    return str(person.email)


def _invitation_words(letter: Invitation) -> tuple[str, str, str]:
    seat, council = letter.seat, _with_rule(letter.seat.council_id)
    title = _("a council") if rule_of(council).secrecy else council.title_vi
    when = (
        f"{localtime(council.meeting_at):%H:%M %d/%m/%Y}"
        if council.meeting_at is not None
        else _("not called yet")
    )
    body = _(
        "Dear %(name)s,\n\n"
        "by decision %(decision)s of %(day)s you are asked to take a seat in %(title)s "
        "as: %(seat)s. Meeting: %(when)s.\n\n"
        "Please take the seat or decline it here, without signing in:\n%(link)s\n"
        "The link is for you alone and ends on %(ends)s.\n\n"
        "Before you read anything you sign in, declare your interests and sign the "
        "undertaking of secrecy."
    ) % {
        "name": seat.person.full_name,
        "decision": council.decision_number,
        "day": f"{council.decided_on:%d/%m/%Y}" if council.decided_on else "",
        "title": title,
        "seat": SeatRole(seat.role).label,
        "when": when,
        "link": _address("panels:answer", link_token(letter)),
        "ends": f"{localtime(letter.expires_at):%H:%M %d/%m/%Y}",
    }
    return _("Invitation to a council"), body, _person_address(seat)


def _reminder_words(letter: Reminder) -> tuple[str, str, str]:
    """No case is named in a mail: the page behind the sign-in says which one."""
    seat, council = letter.seat, letter.seat.council
    kind = ReminderKind(letter.kind)
    if kind in TO_SECRETARY:
        to = council.secretary.email if council.secretary is not None else ""
        page = _address("panels:preparation", council.public_id)
        body = _("%(name)s, %(seat)s in “%(council)s”: %(what)s.\n\n%(page)s") % {
            "name": seat.person.full_name,
            "seat": SeatRole(seat.role).label,
            "council": council.title_vi,
            "what": kind.label,
            "page": page,
        }
        return _("Council: a member does not answer"), body, to
    page = _address(
        "panels:invitation" if letter.item_id is None else "panels:reading_room",
        council.public_id,
    )
    body = _("Dear %(name)s,\n\n%(what)s (%(day)s).\n\nPlease sign in: %(page)s") % {
        "name": seat.person.full_name,
        "what": kind.label,
        "day": f"{letter.due_on:%d/%m/%Y}",
        "page": page,
    }
    return _("Reminder from the council"), body, _person_address(seat)
