"""A statement is looked at, entered once, and each line is said to be what it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from sti_methods.bookkeeping import EXACT

from opensti.domains.contracts.actions.acting import locked, tell
from opensti.domains.contracts.actions.claiming import (
    book_receipt,
    locked_claim,
    undo_receipt,
)
from opensti.domains.contracts.choices import StatementState
from opensti.domains.contracts.models import (
    ClaimReceipt,
    Payment,
    Statement,
    StatementLine,
    StatementMatch,
)
from opensti.domains.contracts.queries.statement_files import read_statement
from opensti.domains.contracts.queries.statements import (
    alike,
    known_of,
    likely,
    lines_of,
    statement_subject,
)
from opensti.kernel.access import get_visible, require
from opensti.kernel.checks import keep, problem, required
from opensti.kernel.files import actions as files
from opensti.kernel.files import store
from opensti.kernel.files.models import FileState
from opensti.kernel.files.serving import files_of
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any

    from django.core.files.base import File

    from opensti.domains.contracts.models import Contract
    from opensti.domains.contracts.queries.statement_files import Read
    from opensti.kernel.access import Actor

BATCH = 1000


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What entering a statement does, or would do."""

    lines: tuple[Read, ...]
    known: frozenset[str]

    @property
    def new(self) -> int:
        return len(self.lines) - len(self.known)


def receive_statement(
    *, actor: Actor, account: str, file: File[bytes], at: datetime
) -> Statement:
    """Keep a file that reads without a fault; nothing is in the books yet.

    Raises ``Invalid`` with every fault by sheet, row and column, ``StepNotAllowed`` for
    the same file of the same account again; then nothing was kept.
    """
    require(actor, "contracts.import_statement")
    number = required(account=account_number(account))["account"]
    if not (file.name or "").lower().endswith(".xlsx"):
        raise problem(
            "file",
            _("This is no Excel workbook (.xlsx)."),
            _("Save the statement as XLSX and upload it again."),
        )
    try:
        with transaction.atomic():
            return _received(actor, number[:60], file, at)
    except IntegrityError:
        raise _taken_already() from None


def account_number(typed: str) -> str:
    """Letters and digits alone: however it is typed, an account is one account."""
    return "".join(c for c in typed if c.isalnum()).upper()


def _taken_already() -> StepNotAllowed:
    return StepNotAllowed(
        _("This file was taken over for this account already."),
        mend=_("Open it in the list of statements; nothing was entered again."),
    )


def _received(actor: Actor, account: str, file: File[bytes], at: datetime) -> Statement:
    statement = Statement(account=account, received_by_id=actor.user_id, received_at=at)
    kept = files.upload(
        actor=actor,
        subject=statement_subject(statement.public_id),
        kind="statement",
        file=file,
        at=at,
    )
    if Statement.objects.filter(account=account, sha256=kept.sha256).exists():
        raise _taken_already()
    if kept.state != FileState.CLEAN:
        raise StepNotAllowed(
            _("The file cannot be checked for malicious code now."),
            mend=_("Upload it again when the scanner can be reached."),
        )
    lines = read_statement(store.clean_path(kept.sha256), account=account)
    statement.name, statement.sha256 = kept.name, kept.sha256
    statement.lines_read = len(lines)
    statement.first_on = min(line.day for line in lines)
    statement.last_on = max(line.day for line in lines)
    statement.save(force_insert=True)
    _tell(
        actor,
        statement,
        "contracts.receive_statement",
        at,
        {"sha256": kept.sha256, "lines": len(lines)},
    )
    return statement


def outcome_of(statement: Statement) -> Outcome:
    """What entering a statement would do (a dry run): it reads, and writes nothing."""
    kept = files_of(statement_subject(statement.public_id), kind="statement")
    lines = read_statement(store.clean_path(kept[0].sha256), account=statement.account)
    return Outcome(lines=tuple(lines), known=frozenset(known_of(lines)))


@transaction.atomic
def import_statement(
    *, actor: Actor, statement_id: int, at: datetime, dry_run: bool = False
) -> Outcome:
    """Enter the lines of a statement that no statement brought before: all, or none.

    Statements of one account are entered one after the other, so that overlapping ones
    never enter a line twice.
    """
    require(actor, "contracts.import_statement")
    seen = get_visible(actor, Statement.objects.all(), pk=statement_id)
    rows = Statement.objects.select_for_update().filter(account=seen.account)
    statement = {row.pk: row for row in rows.order_by("pk")}[seen.pk]
    if statement.state == StatementState.ENTERED:
        raise StepNotAllowed(
            _("This statement was entered already."),
            mend=_("Nothing was entered again. Its lines stand on its page."),
        )
    outcome = outcome_of(statement)
    if dry_run:
        return outcome
    StatementLine.objects.bulk_create(
        (
            StatementLine(
                statement=statement,
                number=line.number,
                day=line.day,
                out=line.out,
                came=line.came,
                reference=line.reference,
                party=line.party,
                text=line.text,
                fingerprint=line.fingerprint,
            )
            for line in outcome.lines
            if line.fingerprint not in outcome.known
        ),
        batch_size=BATCH,
    )
    statement.state, statement.entered_at = StatementState.ENTERED, at
    statement.lines_known = len(outcome.known)
    statement.save(update_fields=["state", "entered_at", "lines_known"])
    _tell(
        actor,
        statement,
        "contracts.import_statement",
        at,
        {
            "sha256": statement.sha256,
            "entered": outcome.new,
            "known": len(outcome.known),
        },
    )
    return outcome


@transaction.atomic
def match_line(
    *,
    actor: Actor,
    line_id: int,
    at: datetime,
    payment_id: int | None = None,
    receipt_id: int | None = None,
    claim_id: int | None = None,
) -> StatementMatch:
    """Confirm that a line is a payment, a receipt, or money of a claim that came back.

    A claim's money is entered as a receipt by this very act. Amounts must agree; a line
    and a payment are matched once. How like the two are (0 to 100) is worked out here and
    kept with the match. Raises ``Invalid``, ``StepNotAllowed``.
    """
    line = _open_line(actor, line_id)
    booked = False
    receipt = payment = claim = None
    contract: Contract
    if payment_id is not None:
        found = get_visible(actor, Payment.objects.all(), pk=payment_id)
        contract = locked(actor, found.contract_id, "contracts.match_line")
        payment = Payment.objects.filter(pk=found.pk).first()
        _agrees(line.out, payment.amount if payment else None)
        _is_free(payment is not None and hasattr(payment, "match"))
    elif receipt_id is not None:
        given = get_visible(
            actor, ClaimReceipt.objects.select_related("claim"), pk=receipt_id
        )
        contract = locked(actor, given.claim.contract_id, "contracts.match_line")
        receipt = ClaimReceipt.objects.get(pk=given.pk)
        _agrees(line.came, None if receipt.taken_back_at else receipt.amount)
        _is_free(hasattr(receipt, "match"))
    elif claim_id is not None:
        claim, contract = locked_claim(actor, claim_id, "contracts.receive_claim")
        _agrees(line.came, line.came or None)
        receipt, booked = (
            book_receipt(
                actor=actor,
                contract=contract,
                claim=claim,
                amount=line.came,
                received_on=line.day,
                reference=line.reference or f"{line.statement.account}#{line.number}",
                at=at,
            ),
            True,
        )
    else:
        raise problem("target", _("Choose what this line is."))
    thing = claim or payment or receipt
    assert thing is not None  # noqa: S101 -- one of the three was found above
    score = alike(line, thing)
    match = StatementMatch.objects.create(
        line=line,
        payment=payment,
        receipt=receipt,
        score=score,
        booked=booked,
        made_by_id=actor.user_id,
        made_at=at,
    )
    keep(contract)
    tell(
        actor,
        contract,
        "contracts.match_line",
        at,
        detail={
            "line": line.fingerprint,
            "payment": payment.public_id if payment else "",
            "receipt": receipt.public_id if receipt else "",
            "amount": line.out or line.came,
            "score": score,
        },
    )
    return match


def _open_line(actor: Actor, line_id: int) -> StatementLine:
    require(actor, "contracts.import_statement")
    seen = get_visible(actor, StatementLine.objects.all(), pk=line_id)
    line = (
        StatementLine.objects.select_for_update(of=("self",))
        .select_related("statement")
        .get(pk=seen.pk)
    )
    if StatementMatch.objects.filter(line=line).exists():
        raise StepNotAllowed(
            _("This line was matched already."),
            mend=_("Undo the match first if it was wrong."),
        )
    return line


def _agrees(line: Any, booked: Any) -> None:
    if booked is None or line != booked:
        raise problem(
            "target",
            _("The amount in the books is another than that of the line."),
            _("Choose another, or mend what was entered in the books."),
        )


def _is_free(taken: bool) -> None:  # noqa: FBT001
    if taken:
        raise StepNotAllowed(
            _("Another line of a statement was matched with it already."),
            mend=_("Undo that match first if it was wrong."),
        )


@transaction.atomic
def match_exact(*, actor: Actor, statement_id: int, at: datetime) -> int:
    """Confirm every line of a statement whose reference, amount and day all agree.

    Returns how many; the others are left for a person to look at.
    """
    require(actor, "contracts.import_statement")
    statement = get_visible(actor, Statement.objects.all(), pk=statement_id)
    done = 0
    found = likely(actor, lines_of(actor, statement))
    for line_id, guess in sorted(found.items()):
        if guess.score != EXACT:
            continue
        match_line(
            actor=actor,
            line_id=line_id,
            payment_id=guess.payment.pk if guess.payment else None,
            receipt_id=guess.receipt.pk if guess.receipt else None,
            at=at,
        )
        done += 1
    return done


@transaction.atomic
def unmatch_line(*, actor: Actor, line_id: int, reason: str, at: datetime) -> None:
    """Undo a match; a receipt that was entered by it is taken back with it."""
    require(actor, "contracts.import_statement")
    line = get_visible(actor, StatementLine.objects.all(), pk=line_id)
    why = required(reason=reason)["reason"]
    match = (
        StatementMatch.objects.filter(line=line)
        .select_related("payment", "receipt__claim")
        .first()
    )
    if match is None:
        raise StepNotAllowed(_("This line is matched with nothing."))
    if match.receipt is not None:
        _claim, contract = (
            locked_claim(actor, match.receipt.claim_id, "contracts.receive_claim")
            if match.booked
            else (
                None,
                locked(actor, match.receipt.claim.contract_id, "contracts.match_line"),
            )
        )
    else:
        assert match.payment is not None  # noqa: S101 -- a constraint of the table
        contract = locked(actor, match.payment.contract_id, "contracts.match_line")
    receipt_id, booked = match.receipt_id, match.booked
    match.delete()
    if booked and receipt_id is not None:
        undo_receipt(
            actor=actor, contract=contract, receipt_id=receipt_id, reason=why, at=at
        )
    keep(contract)
    tell(
        actor,
        contract,
        "contracts.unmatch_line",
        at,
        detail={"line": line.fingerprint, "reason": why},
    )


def _tell(
    actor: Actor,
    statement: Statement,
    act: str,
    at: datetime,
    detail: Mapping[str, Any],
) -> None:
    record(
        actor=actor,
        act=act,
        subject=statement_subject(statement.public_id),
        at=at,
        detail=detail,
        secret={"name": statement.name, "account": statement.account},
    )
