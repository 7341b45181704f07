"""What happens in a procedure that a higher domain may listen to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from opensti.kernel.access import Actor


@dataclass(frozen=True, kw_only=True)
class StepTaken:
    """A case moved."""

    actor: Actor
    case_id: int
    subject: str
    track: str
    act: str
    old_state: str
    new_state: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class DeadlineMissed:
    """A deadline passed without the act that would have met it."""

    case_id: int
    subject: str
    code: str
    due_on: date
    binding_on: str
    consequence: str
    at: datetime
