"""Councils and what hangs on them, by the part of the work."""

from __future__ import annotations

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
    "Council",
    "CouncilItem",
    "Override",
    "Recusal",
    "Seat",
]
