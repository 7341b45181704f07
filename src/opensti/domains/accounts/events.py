from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.kernel.access import Actor


@dataclass(frozen=True, kw_only=True)
class KeysTakenBack:
    """An account got another password, or was closed: what opened without one ends."""

    user_id: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class AccountErased:
    """An account was erased: forget its owner, and the address that was its own, too."""

    actor: Actor
    user_id: int
    address: str
    basis: str
    at: datetime
