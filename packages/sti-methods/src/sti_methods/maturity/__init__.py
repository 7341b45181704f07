"""How mature an organisation's way of innovating is: scores, levels, readiness, gaps."""

from sti_methods.maturity.changing import Detectable, by_peers, by_people
from sti_methods.maturity.conforming import Finding, Readiness, readiness
from sti_methods.maturity.gaps import (
    Gap,
    Plane,
    detectable_change,
    gaps,
    percentile,
    priority,
)
from sti_methods.maturity.planning import BestSet, Option, best_set
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
    "BestSet",
    "ClauseScore",
    "Detectable",
    "Finding",
    "Gap",
    "Item",
    "ItemScore",
    "Option",
    "Plane",
    "Readiness",
    "Rules",
    "Scored",
    "best_set",
    "by_peers",
    "by_people",
    "detectable_change",
    "gaps",
    "percentile",
    "priority",
    "readiness",
    "score",
]
