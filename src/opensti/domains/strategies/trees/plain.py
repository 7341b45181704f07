"""A tree as plain data: the same facts give the same text, and so the same digest."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from opensti.kernel.frozen import canonical, digest_of


def plain(thing: Any) -> Any:
    """Return what JSON can keep: days and figures as text, nothing that says nothing."""
    if is_dataclass(thing):
        found = {f.name: plain(getattr(thing, f.name)) for f in fields(thing)}
        return {k: v for k, v in found.items() if v not in ("", None, [], False)}
    if isinstance(thing, (tuple, list)):
        return [plain(one) for one in thing]
    if isinstance(thing, Enum):
        return str(thing.value)
    if isinstance(thing, Decimal):
        text = f"{thing:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(thing, date):
        return thing.isoformat()
    return thing.strip() if isinstance(thing, str) else thing


def digest(content: Any) -> str:
    """SHA-256 of the canonical text of plain data."""
    return digest_of(canonical(content))
