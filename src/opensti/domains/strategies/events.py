"""What happened to plans and indicators that others may follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class PlanOpened:
    """A plan was opened for comments, or its last day for them was moved."""

    plan_id: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class PlanIssued:
    """An act issued or amended a plan: it has a new edition."""

    plan_id: int
    edition_id: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class DecisionHeld:
    """A stocktake was held that gives an organisation something to carry out."""

    decision_id: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ValueReturned:
    """A reported value was sent back to whoever entered it."""

    observation_id: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class CommentAnswered:
    """The office answered what somebody said of a plan."""

    comment_id: int
    at: datetime
