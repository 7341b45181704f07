"""What happens to needs, orders and tasks that higher domains may want to know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class NeedSubmitted:
    need_id: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class NeedAnswered:
    """A proposer is told what became of the need: ``state`` is the case's new state."""

    need_id: int
    user_id: int
    state: str
    reply: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class OrderWritten:
    """An order was drafted, or says something else now."""

    order_id: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class OrderSentToCouncil:
    order_id: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class OrderConcluded:
    order_id: int
    determined: bool
    at: datetime


@dataclass(frozen=True, kw_only=True)
class OrderListApproved:
    list_id: int
    order_ids: tuple[int, ...]
    at: datetime


@dataclass(frozen=True, kw_only=True)
class OrderEnded:
    """An order was rejected or cancelled after needs had been taken into it."""

    order_id: int
    state: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class TaskCreated:
    task_id: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ArchiveGrew:
    """Rows of an archive of earlier tasks were brought in or replaced."""

    source: str
    at: datetime
