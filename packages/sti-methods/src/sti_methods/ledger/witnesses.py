"""What a log and its witnesses say to each other (C2SP tlog-witness, tlog-cosignature).

A witness keeps the newest checkpoint it has seen of a log and puts its name only to one
that extends it. Signing and verifying are the caller's; here are the bytes.
"""

from __future__ import annotations

from dataclasses import dataclass

from sti_methods.ledger.notes import (
    VerifierKey,
    _hash,
    _number,
    _to_base64,
    parse_checkpoint,
)

COSIGNATURE_ED25519 = 0x04
COSIGNATURE_ML_DSA_44 = 0x06
COSIGNATURES = frozenset({COSIGNATURE_ED25519, COSIGNATURE_ML_DSA_44})
TIMESTAMP = 8
MOST_HASHES = 63


def cosigned_message(*, key: VerifierKey, timestamp: int, text: str) -> bytes:
    """Return what a witness signs for the text of a checkpoint at a POSIX time."""
    if key.algorithm == COSIGNATURE_ED25519:
        return f"cosignature/v1\ntime {timestamp}\n{text}".encode()
    if key.algorithm != COSIGNATURE_ML_DSA_44:
        raise ValueError("this is not the key of a witness.")
    checkpoint = parse_checkpoint(text)
    return b"".join(
        (
            b"subtree/v1\n\0",
            _short(key.name),
            timestamp.to_bytes(8),
            _short(checkpoint.origin),
            (0).to_bytes(8),
            checkpoint.size.to_bytes(8),
            checkpoint.root,
        )
    )


def split_cosignature(value: bytes) -> tuple[int, bytes]:
    """Return the POSIX time a cosignature states and the bare signature."""
    timestamp = int.from_bytes(value[:TIMESTAMP])
    if len(value) <= TIMESTAMP or not 0 < timestamp < 1 << 63:
        raise ValueError("a cosignature begins with its time.")
    return timestamp, value[TIMESTAMP:]


@dataclass(frozen=True)
class Submission:
    """A checkpoint for a witness, with the proof from the one it saw before."""

    old: int
    proof: tuple[bytes, ...]
    checkpoint: str

    def __str__(self) -> str:
        lines = [f"old {self.old}", *map(_to_base64, self.proof)]
        return "\n".join(lines) + "\n\n" + self.checkpoint


def parse_submission(source: str) -> Submission:
    """Read the body of ``add-checkpoint``; nothing in it is trusted by this."""
    head, blank, checkpoint = source.partition("\n\n")
    first, *proof = head.split("\n")
    if not blank or not first.startswith("old ") or len(proof) > MOST_HASHES:
        raise ValueError("a submission has an old size, a proof and a checkpoint.")
    old = _number(first.removeprefix("old "))
    return Submission(old, tuple(map(_hash, proof)), checkpoint)


def _short(text: str) -> bytes:
    raw = text.encode()
    if not 0 < len(raw) < 1 << 8:
        raise ValueError("a name has at most 255 bytes.")
    return bytes([len(raw)]) + raw
