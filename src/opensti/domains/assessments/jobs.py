"""What the worker does for assessments: reminds of the plan, makes the tables of peers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opensti.domains.assessments.actions import freeze_peers, remind_improvements
from opensti.kernel.jobs.registry import every

if TYPE_CHECKING:
    from datetime import datetime

DAILY = 24 * 3600


@every(seconds=DAILY, name="assessments.remind_improvements", atomic=False)
def remind(at: datetime) -> None:
    """Remind of what is due or late; a second run on a day adds none."""
    remind_improvements(at=at)


@every(seconds=DAILY, name="assessments.freeze_peers")
def compare(at: datetime) -> None:
    """Make the table of the quarter, once its day has come."""
    freeze_peers(at=at)
