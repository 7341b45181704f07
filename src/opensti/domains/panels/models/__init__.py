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
from opensti.domains.panels.models.experts import (
    CalendarLink,
    ExpertRanking,
    RankedExpert,
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
    "CalendarLink",
    "Conflict",
    "ConflictSearch",
    "ConflictVerdict",
    "Council",
    "CouncilItem",
    "DeclaredTie",
    "DismissedTie",
    "Exclusion",
    "ExpertRanking",
    "Invitation",
    "Note",
    "Override",
    "PaperOpening",
    "Question",
    "RankedExpert",
    "Recusal",
    "Reminder",
    "Review",
    "ReviewRating",
    "Seat",
    "Undertaking",
]
