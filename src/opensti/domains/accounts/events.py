from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class KeysTakenBack:
    """An account got another password, or was closed: what opened without one ends."""

    user_id: int
    at: datetime
