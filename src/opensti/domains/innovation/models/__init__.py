"""Campaigns and ideas, initiatives with their decisions, what steers them, sharing."""

from opensti.domains.innovation.models.governing import (
    Audit,
    AuditFinding,
    Document,
    Objective,
    Portfolio,
    Review,
    ReviewDecision,
    Signal,
)
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
    "Audit",
    "AuditFinding",
    "Campaign",
    "Document",
    "Idea",
    "Initiative",
    "Likeness",
    "Objective",
    "Partner",
    "Portfolio",
    "Review",
    "ReviewDecision",
    "Reviewer",
    "Reward",
    "Right",
    "Score",
    "Sharing",
    "Signal",
    "StageDecision",
    "Trial",
]
