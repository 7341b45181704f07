"""The figures of the method, and what it says of one piece or one text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sti_methods.expertise.people import REVIEW, Piece
from sti_methods.similarity.languages import ENGLISH, LANGUAGES, language

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from sti_methods.expertise.people import Proposal

VERSION = "expertise 1"
# Pieces a score is made of; and the weight that fewer of them are taken to have.
NEAREST, LEAST_WEIGHT = 20, 3.0
REVIEW_WEIGHT = 0.5
# The cosine that texts on nothing in common have by their common words.
SHARED_BY_ALL = 0.01
ANY = -1


def weight(piece: Piece) -> float:
    """Return what a piece counts: who reviewed a subject knows less of it than who wrote."""
    return REVIEW_WEIGHT if piece.kind == REVIEW else 1.0


def discount(piece: Piece, half_life: float | None, year: int | None) -> float:
    """Return what a piece's likeness is multiplied with: its weight and its age."""
    if half_life is None or year is None or piece.year is None:
        return weight(piece)
    return weight(piece) * float(2.0 ** (-max(year - piece.year, 0) / half_life))


def both(meaning: ArrayLike, words: ArrayLike) -> NDArray[np.float64]:
    """Return the geometric mean of two likenesses; opposite meanings are unlike."""
    known = np.maximum(np.asarray(meaning, np.float64), 0)
    return np.sqrt(known * (np.asarray(words, np.float64) + SHARED_BY_ALL))


def tongue(thing: Piece | Proposal) -> int:
    """Return the number of a text's language in `LANGUAGES`; English where it is unclear."""
    said = language(thing.abstract) or language(thing.title) or ENGLISH
    return LANGUAGES.index(said)
