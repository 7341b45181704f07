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
from opensti.domains.panels.models.reviewing import (
    Invitation,
    Note,
    PaperOpening,
    Question,
    Reminder,
    Review,
    ReviewRating,
    Undertaking,
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
    "Invitation",
    "Note",
    "Override",
    "PaperOpening",
    "Question",
    "Recusal",
    "Reminder",
    "Review",
    "ReviewRating",
    "Seat",
    "Undertaking",
]
