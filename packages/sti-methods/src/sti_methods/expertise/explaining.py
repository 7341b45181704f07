"""Why an expert has a score: the works, and the words in them, that it is made of.

The score is ``sqrt(M)`` with ``M`` a sum over pieces: a piece's share is its part of
``M``, divided by the score, so that the shares add up to the score. A piece's likeness
is a sum over terms; its share is parted by it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from sti_methods.expertise import rules
from sti_methods.expertise.words import counts
from sti_methods.similarity.text import Stems, pieces, settled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sti_methods.expertise.people import Expert, Piece, Proposal
    from sti_methods.expertise.pool import Pool

MOST_TERMS = 8


@dataclass(frozen=True, slots=True)
class TermShare:
    """A term as the proposal spells it, and its part of the share."""

    term: str
    share: float


@dataclass(frozen=True, slots=True)
class Share:
    """What a piece adds to the score, and by which terms.

    ``terms`` are those with the largest parts; ``rest`` is what all others and, with a
    sentence model, the meaning beyond words add. ``meaning`` is the model's cosine.
    """

    piece: Piece
    likeness: float
    share: float
    terms: tuple[TermShare, ...]
    rest: float
    meaning: float | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """An expert's score for a proposal: ``shares`` add up to it."""

    expert: str
    proposal: str
    score: float
    evidence: str
    shares: tuple[Share, ...]


def explained(pool: Pool, expert: Expert, proposal: Proposal) -> Explanation:
    """Return the explanation of one score; see `Pool.explain`."""
    versions = pool.versions(proposal)
    names = {spoken: _Names(text) for spoken, text in versions.items()}
    asked = {
        spoken: dict(
            zip(
                *map(
                    np.ndarray.tolist,
                    pool.weighted(counts([text], pool.vocabulary), 0),
                ),
                strict=True,
            )
        )
        for spoken, text in versions.items()
    }
    found = counts([piece.text for piece in expert.pieces], pool.vocabulary)
    meaning = _meaning(pool, expert, proposal)
    near: list[tuple[float, int, float, dict[str, float]]] = []
    for n, piece in enumerate(expert.pieces):
        spoken = rules.ANY if rules.ANY in versions else rules.tongue(piece)
        shared: dict[str, float] = {}
        keys, weights = pool.weighted(found, n)
        for key, weight in zip(keys.tolist(), weights.tolist(), strict=True):
            if key in asked[spoken]:
                name = names[spoken].of(pool.vocabulary.name(key))
                part = weight * asked[spoken][key]
                shared[name] = shared.get(name, 0.0) + part
        like = sum(shared.values())
        if meaning is not None:
            like = float(rules.both(np.array(meaning[n]), np.array(like)))
        near.append(
            (like * rules.discount(piece, pool.half_life, pool.year), n, like, shared)
        )
    near.sort(key=lambda each: (-each[0], each[1]))
    near = near[: rules.NEAREST]
    weight = max(
        sum(rules.weight(expert.pieces[n]) ** 2 for _v, n, _l, _s in near),
        rules.LEAST_WEIGHT,
    )
    score = sqrt(sum(value**2 for value, *_rest in near) / weight)
    shares = tuple(
        _share(
            expert.pieces[n],
            likeness,
            value**2 / weight / score,
            shared,
            None if meaning is None else float(meaning[n]),
        )
        for value, n, likeness, shared in near
        if value > 0
    )
    return Explanation(expert.id, proposal.id, score, expert.evidence, shares)


def _meaning(
    pool: Pool, expert: Expert, proposal: Proposal
) -> NDArray[np.float32] | None:
    if pool.encoder is None:
        return None
    vectors = pool.encoder.encode(
        [proposal.text, *(piece.text for piece in expert.pieces)]
    )
    return np.asarray(vectors[1:] @ vectors[0], np.float32)


def _share(
    piece: Piece,
    likeness: float,
    share: float,
    shared: dict[str, float],
    meaning: float | None,
) -> Share:
    whole = sum(shared.values()) + (0 if meaning is None else rules.SHARED_BY_ALL)
    parts = sorted(shared.items(), key=lambda each: (-each[1], each[0]))[:MOST_TERMS]
    terms = tuple(TermShare(term, share * part / whole) for term, part in parts)
    rest = share - sum(term.share for term in terms)
    return Share(piece, likeness, share, terms, max(rest, 0.0), meaning)


class _Names:
    """How a text writes what the terms stand for."""

    def __init__(self, text: str) -> None:
        self._words: dict[str, str] = {}
        self._marked: dict[str, str] = {}
        stems = Stems()
        for piece in pieces(text, stems):
            written = text[piece.start : piece.end].lower()
            self._words.setdefault(piece.stem.decode(), written)
            if not written.isascii():
                self._marked.setdefault(f"'{settled(written)}", written)

    def of(self, name: str) -> str:
        if name.startswith("~"):
            group = name[1:]
            words = self._words.values()
            return next((word for word in words if group in word), group)
        if name.startswith("'"):
            return self._marked.get(name, name[1:])
        return " ".join(self._words.get(word, word) for word in name.split())
