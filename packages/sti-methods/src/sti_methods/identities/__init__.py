"""Are two mentions of a name the same person? A probability, and the clues that made it."""

from sti_methods.identities.matching import (
    OUTSIDE,
    Clue,
    Identities,
    Identity,
    Known,
    Mention,
    domain,
)
from sti_methods.identities.names import Name, fold, fold_all, likeness, read

__all__ = [
    "OUTSIDE",
    "Clue",
    "Identities",
    "Identity",
    "Known",
    "Mention",
    "Name",
    "domain",
    "fold",
    "fold_all",
    "likeness",
    "read",
]
