"""What happens in screening that higher domains may want to know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class VerdictStands:
    """A verdict on a likeness took effect: ``kind`` and ``object_id`` name the work."""

    verdict_id: int
    kind: str
    object_id: int
    finding: str
    at: datetime
