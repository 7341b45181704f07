"""What is frozen as plain data: one form of bytes for one content, and its digest."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any


def canonical(document: Any) -> bytes:
    """The bytes of plain data: one form for one content."""
    return json.dumps(
        document, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    ).encode()


def digest_of(content: bytes) -> str:
    """SHA-256 of frozen bytes, in hexadecimal digits."""
    return sha256(content).hexdigest()
