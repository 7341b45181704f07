"""What happens to councils that higher domains may want to know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class CouncilSetUp:
    council_id: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class SeatFilled:
    """A member came in after the council was set up; the letter waits to be written."""

    seat_id: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class CouncilConcluded:
    council_id: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class MinutesAdopted:
    council_id: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class MeetingCalled:
    """Letters to the members wait to be mailed."""

    convocation_id: int
