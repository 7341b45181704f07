"""What the worker does for assessments: remind of actions and of their effect checks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opensti.domains.assessments.actions import remind_improvements
from opensti.kernel.jobs.registry import every

if TYPE_CHECKING:
    from datetime import datetime

DAILY = 24 * 3600


@every(seconds=DAILY, name="assessments.remind_improvements", atomic=False)
def remind(at: datetime) -> None:
    """Remind of what is due or late; a second run on a day adds none."""
    remind_improvements(at=at)
