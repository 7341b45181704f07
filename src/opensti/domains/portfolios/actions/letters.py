"""The outbox: letters are read by a second pair of eyes and go out together."""

from __future__ import annotations

from collections.abc import Sequence  # noqa: TC003 -- read by the dry run's caller
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from socket import gaierror
from typing import TYPE_CHECKING

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.calls.actions import step_dossier
from opensti.domains.portfolios.actions.wording import mail_text
from opensti.domains.portfolios.choices import LetterState, RoundState, Ruling
from opensti.domains.portfolios.events import MailAsked, RoundReleased
from opensti.domains.portfolios.lifecycle import ROUND_LIFECYCLE
from opensti.domains.portfolios.models import Decision, Letter, Round
from opensti.domains.portfolios.permissions import closed_decisions
from opensti.domains.portfolios.queries.deviations import advice_told
from opensti.domains.procedures.choices import Act
from opensti.domains.tasks.actions import create_task
from opensti.kernel.access import SYSTEM, get_visible, require
from opensti.kernel.events import publish
from opensti.kernel.record.actions import record
from opensti.kernel.record.queries import log_origin
from opensti.kernel.refusals import Invalid, Problem, Refusal, Stale, StepNotAllowed

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.kernel.access import Actor

# After these the server surely did not take the mail: there was none to talk to, or it
# said no. After any other fault, as a connection lost at the end, nobody knows.
NOT_TAKEN = (
    ValueError,
    ConnectionRefusedError,
    gaierror,
    SMTPResponseException,
    SMTPRecipientsRefused,
)


def _letter(actor: Actor, letter_id: int) -> Letter:
    letter = get_visible(
        actor, Letter.objects.select_for_update(of=("self",)), pk=letter_id
    )
    require(actor, "portfolios.edit_letter", letter)
    if letter.state == LetterState.RELEASED:
        raise StepNotAllowed(_("This letter has been released already."))
    return letter


@transaction.atomic
def edit_letter(
    *,
    actor: Actor,
    letter_id: int,
    subject: str,
    body: str,
    at: datetime,
    expected_version: int,
) -> Letter:
    """Change the words of a letter; somebody else must check it (again)."""
    letter = _letter(actor, letter_id)
    if letter.version != expected_version:
        raise Stale(
            _("This letter was changed by somebody else after you opened it."),
            mend=_("Your text is still in the form: look, then send it again."),
        )
    problems = [
        Problem(field=name, message=_("A letter is never sent empty."))
        for name, text in (("subject", subject), ("body", body))
        if not text.strip()
    ]
    if problems:
        raise Invalid(problems)
    letter.subject, letter.body = " ".join(subject.split())[:300], body.strip()
    letter.state, letter.checked_by, letter.checked_at = (
        LetterState.PREPARED,
        None,
        None,
    )
    letter.edited_by_id = actor.user_id
    letter.version += 1
    letter.save()
    record(
        actor=actor,
        act="portfolios.edit_letter",
        subject=f"portfolios.letter:{letter.public_id}",
        at=at,
    )
    return letter


@transaction.atomic
def check_letter(*, actor: Actor, letter_id: int, at: datetime) -> Letter:
    """A person has read the letter as the applicant will get it.

    Not whoever changed its words last: ``AccessDenied`` says who could. A letter as the
    decision prepared it may be checked by any officer without a stake in its dossier.
    """
    letter = _letter(actor, letter_id)
    if letter.state == LetterState.CHECKED:
        raise StepNotAllowed(_("This letter is checked already."))
    require(actor, "portfolios.check_letter", letter)
    letter.state = LetterState.CHECKED
    letter.checked_by_id, letter.checked_at = actor.user_id, at
    letter.version += 1
    letter.save()
    record(
        actor=actor,
        act="portfolios.check_letter",
        subject=f"portfolios.letter:{letter.public_id}",
        at=at,
    )
    return letter


def check_letters(
    *, actor: Actor, letter_ids: Sequence[int], at: datetime, dry_run: bool
) -> list[tuple[int, Refusal | None]]:
    """Check several letters: the single act in a loop, all or nothing.

    Returns each letter with its refusal. With ``dry_run`` nothing is kept.
    """
    answers: list[tuple[int, Refusal | None]] = []
    with transaction.atomic():
        for letter_id in letter_ids:
            try:
                with transaction.atomic():
                    check_letter(actor=actor, letter_id=letter_id, at=at)
                answers.append((letter_id, None))
            except Refusal as refusal:
                answers.append((letter_id, refusal))
        if dry_run:
            transaction.set_rollback(True)
    return answers


@transaction.atomic
def release_round(
    *, actor: Actor, round_id: int, at: datetime, expected_version: int | None = None
) -> Round:
    """Release all letters of the round in one moment; then the decisions are public.

    Each dossier is approved or declined, each approval becomes a task file, and each
    decision gets its own entry in the record (public for approvals), which is what
    its receipt proves. The mails follow as jobs. Raises ``StepNotAllowed`` naming
    the letters that nobody has checked.
    """
    round_ = get_visible(actor, Round.objects.select_for_update(), pk=round_id)
    if expected_version is not None and round_.version != expected_version:
        raise Stale(_("This round was changed by somebody else after you opened it."))
    taken = ROUND_LIFECYCLE.step("release", state=round_.state)
    require(actor, taken.permission, round_)
    unchecked = list(
        Letter.objects.filter(
            decision__round=round_, state=LetterState.PREPARED
        ).values_list("decision__dossier__code", flat=True)
    )
    if unchecked:
        raise StepNotAllowed(
            _("Nobody has checked the letters on: %(codes)s.")
            % {"codes": ", ".join(unchecked)},
            mend=_("Read each letter as the applicant will get it, then check it."),
        )
    round_.state, round_.released_at = RoundState.RELEASED, at
    round_.version += 1
    decisions = list(
        round_.decisions.select_related(
            "dossier__order", "dossier__host", "dossier__leader", "dossier__call"
        ).order_by("pk")
    )
    for decision in decisions:
        approved = decision.ruling == Ruling.APPROVE
        dossier = step_dossier(  # the leader ruled; releasing only gives it effect
            actor=SYSTEM,
            dossier_id=decision.dossier_id,
            act=Act.DOSSIER_APPROVE if approved else Act.DOSSIER_DECLINE,
            at=at,
            reason=decision.reason_vi,
        )
        if approved:
            decision.task = create_task(
                actor=SYSTEM,
                dossier=dossier,
                amount=decision.amount,
                decision_number=round_.decision_number,
                at=at,
            )
        entry = record(
            actor=actor,
            act="portfolios.release_decision",
            subject=f"portfolios.decision:{decision.public_id}",
            at=at,
            basis=round_.decision_number,
            public=approved,
            detail={
                "decision_number": round_.decision_number,
                "decided_at": round_.decided_at,
                "call": dossier.call.code,
                "dossier": dossier.code,
                "title_vi": dossier.title_vi,
                "host": dossier.host.name_vi,
                "ruling": decision.ruling,
                "amount": None if decision.amount is None else str(decision.amount),
                "reason_vi": decision.reason_vi,
            },
        )
        decision.entry_position = entry.position
    Decision.objects.bulk_update(decisions, ["task", "entry_position"])
    # Of what is closed to everybody not even the number.
    closed = set(closed_decisions().filter(round=round_).values_list("pk", flat=True))
    told = [d for d in decisions if d.pk not in closed]
    Letter.objects.filter(decision__round=round_).update(
        state=LetterState.RELEASED, released_at=at
    )
    entry = record(
        actor=actor,
        act="portfolios.release",
        subject=f"portfolios.round:{round_.public_id}",
        at=at,
        basis=round_.decision_number,
        public=True,
        detail={
            "decision_number": round_.decision_number,
            "call": round_.call.code,
            "approved": sum(d.ruling == Ruling.APPROVE for d in told),
            "declined": sum(d.ruling == Ruling.DECLINE for d in told),
            **advice_told(round_, told),
        },
    )
    round_.entry_position = entry.position
    round_.save()
    publish(RoundReleased(round_id=round_.pk, at=at))
    return round_


@transaction.atomic
def mail_again(*, actor: Actor, round_id: int, at: datetime) -> int:
    """Ask once more for the mails that could not be sent; returns how many wait."""
    round_ = get_visible(actor, Round.objects.all(), pk=round_id)
    require(actor, "portfolios.prepare", round_)
    waiting = Letter.objects.filter(
        decision__round=round_, state=LetterState.RELEASED, mailed_at=None
    ).count()
    if not waiting:
        raise StepNotAllowed(_("Every letter of this round has been mailed."))
    record(
        actor=actor,
        act="portfolios.mail_again",
        subject=f"portfolios.round:{round_.public_id}",
        at=at,
        detail={"letters": waiting},
    )
    publish(MailAsked(round_id=round_.pk))
    return waiting


def mail_letter(*, letter_id: int, at: datetime) -> Letter:
    """Send one released letter by e-mail, at least once; a failure is kept beside it.

    The attempt is noted before the mail goes out and confirmed after. A worker that
    dies in between leaves an attempt whose end nobody knows: the letter is then sent
    again, because a letter twice is better than none. Both mails carry the same
    Message-ID, made of the letter's public id, by which mail programs may know the
    second for the first, and ``mail_repeated`` lets the page say that it may have
    arrived twice. A letter whose mail is confirmed is left alone, so a retried job is
    harmless, and one job at a time mails a round. No lock is held while the mail
    travels.
    """
    with transaction.atomic():
        letter = (
            Letter.objects.select_for_update(of=("self",))
            .select_related("recipient")
            .get(pk=letter_id)
        )
        if letter.mailed_at is not None or letter.state != LetterState.RELEASED:
            return letter
        letter.mail_repeated = letter.mail_repeated or letter.mail_is_unsure
        letter.mail_tried_at, letter.mail_error = at, ""
        letter.save(update_fields=["mail_tried_at", "mail_repeated", "mail_error"])
    mail = EmailMessage(
        letter.subject,
        mail_text(letter),
        to=[letter.recipient.email],
        headers={"Message-ID": message_id(letter)},
    )
    try:
        mail.send()
    except (OSError, ValueError) as error:  # no connection; an address no mail goes to
        letter.mail_error = str(error)[:300]
        if isinstance(error, NOT_TAKEN):
            letter.mail_tried_at = None
        letter.save(update_fields=["mail_error", "mail_tried_at"])
        return letter
    with transaction.atomic():
        letter.mailed_at, letter.mail_error = at, ""
        letter.save(update_fields=["mailed_at", "mail_error"])
        record(
            actor=SYSTEM,
            act="portfolios.mail_letter",
            subject=f"portfolios.letter:{letter.public_id}",
            at=at,
            detail={"message_id": message_id(letter), "repeated": letter.mail_repeated},
        )
    return letter


def message_id(letter: Letter) -> str:
    """The name of a letter's mail: the same whenever, and however often, it is sent."""
    return f"<letter.{letter.public_id}@{log_origin().partition('/')[0]}>"
