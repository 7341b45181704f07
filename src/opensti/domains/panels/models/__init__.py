"""Councils and what hangs on them, by the part of the work."""

from __future__ import annotations

from opensti.domains.panels.models.conflicts import (
    Conflict,
    ConflictSearch,
    ConflictVerdict,
    DeclaredTie,
    DismissedTie,
    Exclusion,
)
from opensti.domains.panels.models.councils import (
    Assignment,
    Ballot,
    Council,
    CouncilItem,
    Override,
    Recusal,
    Seat,
)

__all__ = [
    "Assignment",
    "Ballot",
    "Conflict",
    "ConflictSearch",
    "ConflictVerdict",
    "Council",
    "CouncilItem",
    "DeclaredTie",
    "DismissedTie",
    "Exclusion",
    "Override",
    "Recusal",
    "Seat",
]
