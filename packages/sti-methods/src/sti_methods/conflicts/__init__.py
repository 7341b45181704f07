"""Ties between those who judge and what they would judge, found in a frozen graph."""

from sti_methods.conflicts.finding import find
from sti_methods.conflicts.graph import (
    KINDS,
    YEARS,
    Case,
    Found,
    Graph,
    Judged,
    Member,
    Named,
    Organisation,
    Person,
    Position,
    Project,
    Rules,
    Tie,
    Work,
    back,
    overlap,
)
from sti_methods.conflicts.houses import Houses

METHOD = "conflicts-2"

__all__ = [
    "KINDS",
    "METHOD",
    "YEARS",
    "Case",
    "Found",
    "Graph",
    "Houses",
    "Judged",
    "Member",
    "Named",
    "Organisation",
    "Person",
    "Position",
    "Project",
    "Rules",
    "Tie",
    "Work",
    "back",
    "find",
    "overlap",
]
