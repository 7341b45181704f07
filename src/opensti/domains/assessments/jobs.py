"""Work that a worker does for assessments: tables of peers at their days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opensti.domains.assessments.actions import freeze_peers
from opensti.kernel.jobs.registry import every

if TYPE_CHECKING:
    from datetime import datetime

DAILY = 24 * 3600


@every(seconds=DAILY, name="assessments.freeze_peers")
def compare(at: datetime) -> None:
    """Make the table of the quarter, once its day has come."""
    freeze_peers(at=at)
