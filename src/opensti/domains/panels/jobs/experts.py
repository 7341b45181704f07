"""What the worker does by itself for councils: who knows which subject."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opensti.domains.panels.actions import (
    rank_wanted,
    refresh_rankings,
    want_rankings,
)
from opensti.kernel.jobs.registry import every

if TYPE_CHECKING:
    from datetime import datetime

SOON, LATER = 20, 3600


@every(seconds=SOON, name="panels.rank_experts", atomic=False)
def rank_waiting(at: datetime) -> int:
    """Rank the experts for cases that came before a council or were asked about."""
    want_rankings(at=at)
    return rank_wanted(at=at)


@every(seconds=LATER, name="panels.refresh_experts", atomic=False)
def follow_the_registry(at: datetime) -> int:
    """Let rankings follow works, people and words that changed."""
    return refresh_rankings(at=at)
