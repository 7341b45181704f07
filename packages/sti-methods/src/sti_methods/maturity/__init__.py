"""How mature an organisation's way of innovating is: scores, levels, readiness, gaps."""

from sti_methods.maturity.conforming import Finding, Readiness, readiness
from sti_methods.maturity.gaps import (
    Gap,
    Plane,
    detectable_change,
    gaps,
    percentile,
    priority,
)
from sti_methods.maturity.scoring import (
    Answer,
    ClauseScore,
    Item,
    ItemScore,
    Rules,
    Scored,
    score,
)

__all__ = [
    "Answer",
    "ClauseScore",
    "Finding",
    "Gap",
    "Item",
    "ItemScore",
    "Plane",
    "Readiness",
    "Rules",
    "Scored",
    "detectable_change",
    "gaps",
    "percentile",
    "priority",
    "readiness",
    "score",
]
