"""The log's name and signing key: given by the place, or made once beside the data."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from sti_methods.ledger import (
    Checkpoint,
    Note,
    Policy,
    Signature,
    VerifierKey,
    parse_policy,
    parse_verifier_key,
)

SEED = 32


def log_origin() -> str:
    return getattr(settings, "OPENSTI_LOG_ORIGIN", "") or "opensti.localhost/log"


def verifier_key() -> VerifierKey:
    """Return the public key that receipts are checked with."""
    return VerifierKey(log_origin(), _private_key().public_key().public_bytes_raw())


def kept_key() -> VerifierKey | None:
    """Return the public key if this installation has one; none is made by asking."""
    file = Path(settings.OPENSTI_DATA_DIR) / "log.key"
    given = getattr(settings, "OPENSTI_LOG_KEY", "")
    return verifier_key() if given or file.exists() else None


def known_keys() -> list[VerifierKey]:
    """Return today's key and those the log signed with before."""
    former = getattr(settings, "OPENSTI_LOG_FORMER_KEYS", ())
    return [verifier_key(), *map(parse_verifier_key, former)]


def log_policy() -> Policy:
    """Return who is asked to witness the log, and how many of them are enough."""
    file = getattr(settings, "OPENSTI_LOG_POLICY", "")
    if not file:
        return Policy()
    try:
        return parse_policy(Path(file).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(
            f"OPENSTI_LOG_POLICY ({file}) cannot be used: {error}"
        ) from error


def sign_checkpoint(*, size: int, root: bytes) -> str:
    """Return the signed note over the log at ``size``."""
    key = verifier_key()
    text = Checkpoint(key.name, size, root).text
    signature = Signature(key.name, key.key_id, _private_key().sign(text.encode()))
    return str(Note(text, (signature,)))


def _private_key() -> Ed25519PrivateKey:
    given = getattr(settings, "OPENSTI_LOG_KEY", "")
    seed = _seed(given or _kept(Path(settings.OPENSTI_DATA_DIR) / "log.key"))
    return Ed25519PrivateKey.from_private_bytes(seed)


def read_seed(path: Path) -> bytes:
    """Return the 32 secret bytes kept in a file, made once for its owner alone."""
    return _seed(_kept(path))


def _seed(text: str) -> bytes:
    try:
        seed = base64.b64decode(text.strip(), validate=True)
    except binascii.Error:
        seed = b""
    if len(seed) != SEED:
        raise ImproperlyConfigured("A signing key must be 32 bytes in base64.")
    return seed


def _kept(path: Path) -> str:
    """Read the key file; the first process that needs it makes it, whole or not at all."""
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        pass
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(base64.b64encode(secrets.token_bytes(SEED)) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # fails when another process was first
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text(encoding="ascii")
