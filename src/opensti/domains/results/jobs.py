"""What the worker does for results: remind the hosts of the yearly answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opensti.domains.results.actions import remind_hosts
from opensti.kernel.jobs.registry import every

if TYPE_CHECKING:
    from datetime import datetime

DAILY = 24 * 3600


@every(seconds=DAILY, name="results.remind_uptake", atomic=False)
def remind_uptake(at: datetime) -> None:
    """Remind whose answer is due or late; a second run on a day adds none."""
    remind_hosts(at=at)
