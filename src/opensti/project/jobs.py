"""What the worker does by itself for those who read the house from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from opensti.exports.harvest import refresh
from opensti.kernel.jobs.registry import every

if TYPE_CHECKING:
    from datetime import datetime

TEN_MINUTES = 600


@every(seconds=TEN_MINUTES, name="exports.harvest", atomic=False)
def follow_the_register(at: datetime) -> None:  # noqa: ARG001 -- it takes minutes
    """Let harvesters know what changed; each step is told at its own time."""
    refresh(clock=timezone.now)
