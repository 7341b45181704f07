"""Campaigns and ideas, initiatives with their decisions, sharing."""

from opensti.domains.innovation.models.ideas import (
    Campaign,
    Idea,
    Likeness,
    Reviewer,
    Reward,
    Score,
)
from opensti.domains.innovation.models.pipeline import (
    Assumption,
    Initiative,
    Partner,
    Right,
    StageDecision,
    Trial,
)
from opensti.domains.innovation.models.sharing import Sharing

__all__ = [
    "Assumption",
    "Campaign",
    "Idea",
    "Initiative",
    "Likeness",
    "Partner",
    "Reviewer",
    "Reward",
    "Right",
    "Score",
    "Sharing",
    "StageDecision",
    "Trial",
]
