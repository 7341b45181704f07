"""Verify a receipt offline: no database, no network, only the log's public key."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
from sti_methods.ledger import (
    Policy,
    VerifierKey,
    cosigned_message,
    leaf_hash,
    open_note,
    parse_checkpoint,
    parse_note,
    parse_proof,
    parse_verifier_key,
    split_cosignature,
)
from sti_methods.ledger.notes import ED25519
from sti_methods.ledger.witnesses import COSIGNATURE_ML_DSA_44, COSIGNATURES

from opensti.kernel.record.leaves import leaf_of

LONGEST_RECEIPT = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Verified:
    """What a receipt proves: this leaf stands at this place under this signature."""

    position: int
    size: int
    root: bytes
    origin: str
    leaf: str
    body: dict[str, Any] | None  # None when the entry stays sealed
    witnesses: tuple[str, ...] = ()  # who has seen the checkpoint, of those asked for

    def as_dict(self) -> dict[str, Any]:
        return {
            "valid": True,
            "origin": self.origin,
            "position": self.position,
            "size": self.size,
            "root": self.root.hex(),
            "leaf": self.leaf,
            "body": self.body,
            "witnesses": list(self.witnesses),
        }


def verify_signature(key: VerifierKey, message: bytes, signature: bytes) -> bool:
    """Say whether the signature is the key's: a log's, or a witness's with its time."""
    try:
        if key.algorithm in COSIGNATURES:
            timestamp, signature = split_cosignature(signature)
            message = cosigned_message(
                key=key, timestamp=timestamp, text=message.decode()
            )
        elif key.algorithm != ED25519:
            return False
        public: Ed25519PublicKey | MLDSA44PublicKey
        if key.algorithm == COSIGNATURE_ML_DSA_44:
            public = MLDSA44PublicKey.from_public_bytes(key.public)
        else:
            public = Ed25519PublicKey.from_public_bytes(key.public)
        public.verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def verify_receipt(
    text: str, key: str | VerifierKey | None, *, policy: Policy | None = None
) -> Verified:
    """Return what the receipt proves, or raise ``ValueError`` with the reason.

    The log is the one of ``key``, or one of the policy's; with a policy as many of its
    witnesses must have seen the checkpoint as its quorum says.
    """
    if len(text) > LONGEST_RECEIPT:
        raise ValueError("this is too long to be a receipt.")
    policy = policy or Policy()
    logs = [parse_verifier_key(key) if isinstance(key, str) else key] if key else []
    logs = logs or [log.key for log in policy.logs]
    proof = parse_proof(text)
    extra = _extra(proof.extra)
    leaf = extra["leaf"]
    checkpoint = proof.opened(
        leaf=leaf_hash(leaf.encode()), keys=logs, verify=verify_signature
    )
    body = _body(extra)
    if body is not None and body.get("position") != proof.index:
        raise ValueError("the entry names another position than the receipt.")
    return Verified(
        position=proof.index,
        size=checkpoint.size,
        root=checkpoint.root,
        origin=checkpoint.origin,
        leaf=leaf,
        body=body,
        witnesses=_witnesses(proof.checkpoint, policy),
    )


def _witnesses(checkpoint: str, policy: Policy) -> tuple[str, ...]:
    """Return the witnesses that cosigned, or refuse when they are fewer than asked for."""
    seen = [key for key, _line in cosignatures(checkpoint, policy.witness_keys)]
    if not policy.satisfied_by(seen):
        raise ValueError(
            "fewer witnesses have seen the checkpoint than the policy asks."
        )
    return tuple(name for name, party in policy.witnesses.items() if party.key in seen)


def cosignatures(
    checkpoint: str, keys: list[VerifierKey]
) -> list[tuple[VerifierKey, str]]:
    """Return which witnesses signed a checkpoint, each with its line; all must be valid."""
    known = {(key.name, key.key_id): key for key in keys}
    note = parse_note(checkpoint)
    found = []
    for signature in note.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is None:
            continue
        if not verify_signature(key, note.text.encode(), signature.value):
            raise ValueError(f"the signature of {key.name} is not valid.")
        found.append((key, str(signature)))
    return found


def opened_checkpoint(text: str, keys: list[VerifierKey]) -> tuple[int, bytes]:
    """Return size and root of a signed checkpoint, or of the one within a receipt."""
    source = parse_proof(text).checkpoint if text.startswith("c2sp.org/") else text
    note = open_note(source=source, keys=keys, verify=verify_signature)
    checkpoint = parse_checkpoint(note.text)
    if checkpoint.origin not in {key.name for key in keys}:
        raise ValueError("the checkpoint is of another log.")
    return checkpoint.size, checkpoint.root


def _extra(raw: bytes | None) -> dict[str, str]:
    found = _json(raw or b"", "the receipt does not carry its entry.")
    if not all(
        isinstance(found.get(name, ""), str) for name in ("leaf", "body", "salt")
    ):
        raise ValueError("the receipt does not carry its entry.")
    if "leaf" not in found:
        raise ValueError("the receipt does not carry its entry.")
    return found


def _body(extra: dict[str, str]) -> dict[str, Any] | None:
    """Return the entry's body, once it is shown to be what the leaf commits to."""
    leaf = extra["leaf"]
    body = extra.get("body")
    if body is None:
        found = _json(leaf.encode(), "the entry is not JSON.")
        return None if "sealed" in found else found
    try:
        salt = bytes.fromhex(extra.get("salt", ""))
    except ValueError:
        raise ValueError("the receipt's salt is not hexadecimal.") from None
    sealed = leaf_of(body=body, salt=salt, public=False).decode()
    if leaf not in (body, sealed):
        raise ValueError("the body shown is not the one that the log commits to.")
    return _json(body.encode(), "the entry is not JSON.")


def _json(raw: bytes, otherwise: str) -> dict[str, Any]:
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        raise ValueError(otherwise) from None
    if not isinstance(found, dict):
        raise ValueError(otherwise)  # noqa: TRY004 -- every refusal here is a ValueError
    return found
