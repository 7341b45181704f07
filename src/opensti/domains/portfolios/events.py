from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class RoundReleased:
    """The letters of a round went out together at a moment; its decisions are public."""

    round_id: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class MailAsked:
    """Letters of a round that no mail has carried yet are to be mailed again."""

    round_id: int


@dataclass(frozen=True, kw_only=True)
class ObjectionFiled:
    objection_id: int
