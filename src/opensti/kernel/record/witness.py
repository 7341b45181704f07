"""Witness other people's logs: sign a checkpoint only if it extends the last one seen.

The service side of C2SP tlog-witness, without a database: one file for each log holds
the newest checkpoint, signed by the log and by us, and is on the disk before the
signature is handed out. Cosignatures are ML-DSA-44, as the specification advises.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from sti_methods.ledger import (
    EMPTY_ROOT,
    Checkpoint,
    Note,
    Signature,
    VerifierKey,
    cosigned_message,
    open_note,
    parse_checkpoint,
    parse_note,
    parse_submission,
    verify_consistency,
)
from sti_methods.ledger.notes import ED25519
from sti_methods.ledger.witnesses import COSIGNATURE_ML_DSA_44

from opensti.kernel.record.journal import flush_folder
from opensti.kernel.record.keys import read_seed
from opensti.kernel.record.receipts import verify_signature

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

TEXT = "text/plain; charset=utf-8"
SIZE = "text/x.tlog.size"


@dataclass(frozen=True)
class Answer:
    """What is sent back."""

    status: HTTPStatus
    body: str
    content_type: str = TEXT


class Refused(Exception):  # noqa: N818 -- reads as what happened
    """The checkpoint is not signed, and this is what is answered."""

    def __init__(
        self, status: HTTPStatus, reason: str, content_type: str = TEXT
    ) -> None:
        super().__init__(reason)
        self.answer = Answer(status, f"{reason}\n", content_type)


class Witness:
    """One witness: its name, its key, the logs it knows, the folder of what it saw."""

    def __init__(self, *, name: str, logs: Sequence[VerifierKey], folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._private = MLDSA44PrivateKey.from_seed_bytes(
            read_seed(folder / "witness.key")
        )
        public = self._private.public_key().public_bytes_raw()
        self.key = VerifierKey(name, public, COSIGNATURE_ML_DSA_44)
        self._folder = folder
        self._logs = [key for key in logs if key.algorithm == ED25519]

    def add_checkpoint(self, body: bytes, *, at: int) -> Answer:
        """Answer one submission; ``at`` is the POSIX time."""
        try:
            line = self._cosign(body, at)
        except Refused as refused:
            return refused.answer
        return Answer(HTTPStatus.OK, f"{line}\n")

    def latest(self, origin_hash: str) -> str | None:
        """Return the newest checkpoint seen of a log, by the SHA-256 of its origin."""
        known = {sha256(key.name.encode()).hexdigest() for key in self._logs}
        file = self._folder / f"{origin_hash}.checkpoint"
        if origin_hash not in known or not file.exists():
            return None
        return file.read_text(encoding="utf-8")

    def _cosign(self, body: bytes, at: int) -> Signature:
        try:
            sent = parse_submission(body.decode())
            new = parse_checkpoint(parse_note(sent.checkpoint).text)
        except ValueError as error:
            raise Refused(HTTPStatus.BAD_REQUEST, str(error)) from None
        keys = [key for key in self._logs if key.name == new.origin]
        if not keys:
            raise Refused(HTTPStatus.NOT_FOUND, "this log is not known here.")
        try:
            note = open_note(source=sent.checkpoint, keys=keys, verify=verify_signature)
        except ValueError as error:
            raise Refused(HTTPStatus.FORBIDDEN, str(error)) from None
        if sent.old > new.size:
            raise Refused(HTTPStatus.BAD_REQUEST, "the old size is beyond the new one.")
        with self._held(new.origin) as file:
            seen = _seen(file)
            if sent.old != seen.size:
                raise Refused(HTTPStatus.CONFLICT, str(seen.size), SIZE)
            _require_extension(seen, new, sent.proof)
            line = self._signed(note.text, at)
            _write(file, str(Note(note.text, (*note.signatures, line))))
        return line

    def _signed(self, text: str, at: int) -> Signature:
        message = cosigned_message(key=self.key, timestamp=at, text=text)
        value = at.to_bytes(8) + self._private.sign(message)
        return Signature(self.key.name, self.key.key_id, value)

    @contextmanager
    def _held(self, origin: str) -> Iterator[Path]:
        """Hold a log's file against others: compare and write are one step."""
        name = sha256(origin.encode()).hexdigest()
        lock = os.open(self._folder / f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield self._folder / f"{name}.checkpoint"
        finally:
            os.close(lock)


def _seen(file: Path) -> Checkpoint:
    """Return what was cosigned last, or the empty log."""
    if not file.exists():
        return Checkpoint("", 0, EMPTY_ROOT)
    return parse_checkpoint(parse_note(file.read_text(encoding="utf-8")).text)


def _require_extension(
    seen: Checkpoint, new: Checkpoint, proof: tuple[bytes, ...]
) -> None:
    good = verify_consistency(
        old=seen.size,
        new=new.size,
        old_root=seen.root,
        new_root=new.root,
        proof=proof,
    )
    if not good or (new.size == 0 and new.root != EMPTY_ROOT):
        raise Refused(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "the checkpoint does not extend the one seen before.",
        )


def _write(file: Path, text: str) -> None:
    draft = file.with_suffix(f".{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as written:
        written.write(text)
        written.flush()
        os.fsync(written.fileno())
    draft.rename(file)
    flush_folder(file.parent)
