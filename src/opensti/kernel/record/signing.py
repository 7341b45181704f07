"""Put the ministry's name to the record as it stands, and to nothing else ever after.

Signing is the worker's regular work (``jobs``), never that of an act or of a page that
is only read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.kernel.record.journal import Journal, journal_path, open_journal
from opensti.kernel.record.keys import known_keys, sign_checkpoint
from opensti.kernel.record.models import Checkpoint
from opensti.kernel.record.queries import (
    entry_at,
    extends,
    latest_checkpoint,
    log_edge,
    receipt,
)
from opensti.kernel.record.receipts import opened_checkpoint
from opensti.kernel.refusals import Refusal, StepNotAllowed

if TYPE_CHECKING:
    from datetime import datetime

    from sti_methods.ledger import Edge

logger = structlog.get_logger(__name__)


class LogBroken(Refusal):
    """The record is not what was signed before; nothing is signed until it is mended."""

    status = 503
    title = _("The record does not continue what was signed")


def checkpoint(*, at: datetime) -> Checkpoint:
    """Sign the log as it stands, unless that has been done; never within an act.

    What is signed must be committed and must continue what was signed before, as the
    database and the journal outside of it tell. The journal is written first: what was
    signed is on the disk before anybody can be shown it.
    """
    with open_journal() as journal, transaction.atomic(durable=True):
        edge = log_edge()
        root = edge.root()
        last = latest_checkpoint()
        before = _kept_last(journal, last)
        told = (last.size, bytes(last.root)) if last else None
        if last is not None and before == told == (edge.size, root):
            return last
        for earlier in filter(None, {before, told}):
            _require_continuation(*earlier, edge, root)
        note = sign_checkpoint(size=edge.size, root=root)
        if before is None or before[0] != edge.size:
            journal.append(note)
        signed, _made = Checkpoint.objects.get_or_create(
            size=edge.size, defaults={"root": root, "note": note, "signed_at": at}
        )
        return signed


def sign_after_act(*, at: datetime) -> None:
    """Sign at once when somebody is about to be handed the receipt of what was just done.

    The act is done and stays done: a record that cannot be signed is a matter for the
    administrators, who hear of it here and from the worker.
    """
    try:
        checkpoint(at=at)
    except (LogBroken, OSError):
        logger.critical("record.not_signed", exc_info=True)


def begin_journal() -> int:
    """Write the journal anew from the checkpoints in the database; return how many.

    For an installation older than the journal, or one whose files were lost. Whoever
    asks has checked the record before, against a checkpoint from outside if he can.
    """
    with open_journal() as journal:
        if journal.last is not None:
            raise StepNotAllowed(
                _("There is a journal of signed checkpoints already."),
                mend=_("Nothing is to be begun: the next signature goes on in it."),
            )
        notes = list(Checkpoint.objects.values_list("note", flat=True))
        for note in notes:
            journal.append(note)
    return len(notes)


def _kept_last(journal: Journal, last: Checkpoint | None) -> tuple[int, bytes] | None:
    """Return size and root of what the journal holds last; refuse one that is no witness."""
    note = journal.last
    if note is None:
        if last is None:
            return None
        raise LogBroken(
            _("The journal of signed checkpoints is missing: %(file)s.")
            % {"file": journal_path()},
            mend=_(
                "Put back the file from the backup. If it is lost: “opensti log check --against” a checkpoint kept elsewhere, then “opensti log begin-journal”."
            ),
        )
    try:
        return opened_checkpoint(note, known_keys())
    except ValueError as error:
        raise LogBroken(
            _("The journal of signed checkpoints was altered: %(file)s.")
            % {"file": journal_path()},
            mend=_("Put back the file from the backup (%(why)s).") % {"why": error},
        ) from None


def issue_receipt(*, position: int, at: datetime, disclose: bool = False) -> str:
    """Return the receipt of an entry, signing the log first where that is due."""
    entry = entry_at(position)
    last = latest_checkpoint()
    if last is None or last.size <= position:
        checkpoint(at=at)
    return receipt(entry, disclose=disclose)


def _require_continuation(
    size: int, signed_root: bytes, edge: Edge, root: bytes
) -> None:
    """Refuse to sign a log that is not the one signed before, only longer."""
    if not extends(size, signed_root, edge, root):
        raise LogBroken(
            _("The record is not the one that was signed at %(size)s entries.")
            % {"size": size},
            mend=_("Run “opensti log check”: it names the rows."),
        )
