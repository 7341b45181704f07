"""What the worker does by itself: notice every hour what was missed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opensti.domains.procedures.actions import mark_missed
from opensti.kernel.jobs.registry import every

if TYPE_CHECKING:
    from datetime import datetime


@every(seconds=3600, name="procedures.deadlines")
def notice_missed_deadlines(at: datetime) -> int:
    return mark_missed(at=at)
