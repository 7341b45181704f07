"""From an act to the bytes that go into the log; pure, so receipts verify anywhere.

The leaf of a public entry is its body, canonical JSON (RFC 8785). The leaf of any
other entry is only ``{"sealed": SHA-256(salt || body), "v": 1}``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from hashlib import sha256
from typing import Any
from uuid import UUID

import rfc8785

VERSION = 1
SALT = 32
LONGEST_LEAF = 0xFFFF


def plain(value: Any) -> Any:
    """Return ``value`` as JSON has it; amounts and dates become text, exactly."""
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted(plain(item) for item in value)
    for kind, write in WRITTEN:
        if isinstance(value, kind):
            return write(value)
    raise TypeError(f"{type(value).__name__} has no place in the record; make it text.")


def canonical(value: Any) -> str:
    """Return the one JSON text of ``value`` (RFC 8785)."""
    return rfc8785.dumps(plain(value)).decode()


def moment(at: datetime) -> str:
    """Return a time as the record writes it: UTC, microseconds."""
    if at.tzinfo is None:
        raise ValueError("the record needs an aware time.")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def commitment(*, salt: bytes, text: str) -> str:
    """Return what binds to ``text`` without telling it: hex SHA-256(salt || text)."""
    return sha256(salt + text.encode()).hexdigest()


def leaf_of(*, body: str, salt: bytes, public: bool) -> bytes:
    """Return the bytes that are hashed into the tree and served to everybody."""
    if public:
        return body.encode()
    sealed = commitment(salt=salt, text=body)
    return canonical({"v": VERSION, "sealed": sealed}).encode()


def actor_of(
    *, user_id: int | None, on_behalf: Mapping[str, int], salt: bytes, public: bool
) -> Any:
    """Return who acted, as the body has it: a commitment where everybody may read."""
    if user_id is None:
        return None
    person = {"user": user_id, "on_behalf": dict(on_behalf)}
    if public:
        return {"commitment": commitment(salt=salt, text=canonical(person))}
    return person


# A moment is also a date: it must come first.
WRITTEN: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (datetime, moment),
    (date, date.isoformat),
    (Decimal, "{:f}".format),
    (UUID, str),
    (bytes, bytes.hex),
)
