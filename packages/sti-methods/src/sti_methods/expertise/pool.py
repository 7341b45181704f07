"""Experts by what they wrote, and their scores for proposals.

**Likeness** of a proposal and a piece (a work, a past review, a declaration): the cosine
of their terms, weighted by ``(1 + ln times) · idf`` with ``idf = ln((1 + N) / (1 + n)) +
1`` over all pieces and proposals of the pool. With a sentence model: the geometric mean
of its cosine and of the words' (plus .01, what unrelated texts share), so that neither
scale decides; the two must agree.

**Score**: ``sqrt(Σ (a · r · likeness)² / max(Σ a², 3))`` over the twenty nearest pieces.
``a`` is 1, for past reviews ½; ``r`` is 1, or ``2^(-age / half-life)``. The square lets
near works decide; who has written three hundred works on many subjects does not lose by
them; and a single work is taken as one of three.

A proposal in one language meets pieces of the other through a list of terms, if one is
given (`sti_methods.similarity.TermList`).
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from sti_methods.expertise._kernels import by_term, gather, like, spread, weigh
from sti_methods.expertise.explaining import Explanation, explained
from sti_methods.expertise.people import Expert, Piece, Proposal, digest
from sti_methods.expertise.rules import (
    ANY,
    LEAST_WEIGHT,
    NEAREST,
    both,
    discount,
    tongue,
    weight,
)
from sti_methods.expertise.words import (
    Columns,
    Counts,
    Vocabulary,
    counts,
    numbered,
)
from sti_methods.similarity.languages import LANGUAGES
from sti_methods.similarity.records import Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from sti_methods.similarity import SentenceModel, TermList

    Doubles = NDArray[np.float64]
    Asked = tuple[int, NDArray[np.int32], Doubles]


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of experts (rows) for proposals (columns); what is not kept is 0."""

    experts: tuple[str, ...]
    proposals: tuple[str, ...]
    matrix: sparse.csr_array

    def of(self, expert: str, proposal: str) -> float:
        row, column = self.experts.index(expert), self.proposals.index(proposal)
        return float(self.matrix[row, column])

    def ranked(self, proposal: str) -> list[tuple[str, float]]:
        """Return the experts of a proposal, the best first; equal ones by their id."""
        column = self.matrix[:, [self.proposals.index(proposal)]].tocoo()
        rows = zip(column.coords[0], column.data, strict=True)
        named = [(self.experts[row], float(score)) for row, score in rows]
        return sorted(named, key=lambda pair: (-pair[1], pair[0]))


class Pool:
    """Experts who can be asked about any proposal.

    Parameters
    ----------
    experts : sequence of Expert
        Their ids are unique.
    proposals : sequence of Proposal
        Those whose words count for how rare a word is; others may be asked about too.
    terms : TermList, optional
        By which texts of one language are compared with those of the other.
    encoder : SentenceModel, optional
        Compares the meaning too; see `sti_methods.embeddings.Encoder`.
    half_life, year : float and int, optional
        Let a piece count half as much for each ``half_life`` years before ``year``;
        pieces without a year count whole. Without: age makes no difference.

    Raises
    ------
    ValueError
        Two experts have one id, or a half-life is not above 0 or has no year.

    Notes
    -----
    Cost: .12 ms of one core for each piece of 150 words to build, 4 kB to keep; 2 ms for
    a proposal among 100,000 pieces. With a model 15 to 70 ms for each text it has not
    seen.
    """

    def __init__(
        self,
        experts: Sequence[Expert],
        proposals: Sequence[Proposal] = (),
        *,
        terms: TermList | None = None,
        encoder: SentenceModel | None = None,
        half_life: float | None = None,
        year: int | None = None,
    ) -> None:
        self.experts = tuple(experts)
        self.place = {expert.id: n for n, expert in enumerate(self.experts)}
        if len(self.place) < len(self.experts):
            raise ValueError("two experts have one id")
        if half_life is not None and (not half_life > 0 or year is None):
            raise ValueError("a half-life is above 0 and needs the year it counts from")
        self.background = tuple(proposals)
        self.terms, self.encoder = terms, encoder
        self.half_life, self.year = half_life, year
        pieces = [piece for expert in self.experts for piece in expert.pieces]
        self._starts = np.cumsum([0, *(len(e.pieces) for e in self.experts)])
        self._kinds = np.array([weight(p) for p in pieces], np.float64)
        self._discounts = np.array(
            [discount(p, half_life, year) for p in pieces], np.float64
        )
        self._text, texts, times = _different(pieces)
        self._language = np.array([tongue(p) if terms else 0 for p in texts], np.int8)
        self.vocabulary = Vocabulary()
        self._columns = Columns()
        self._index([piece.text for piece in texts], times)
        self._meaning = (
            None if encoder is None else encoder.encode(p.text for p in texts)
        )

    @cached_property
    def digest(self) -> str:
        """A name for exactly these experts (SHA-256); their order counts."""
        return digest(self.experts)

    def _index(self, texts: list[str], times: NDArray[np.int64]) -> None:
        """Index different texts, each of so many pieces."""
        known = [proposal.text for proposal in self.background]
        found = numbered(chain(texts, known), self.vocabulary, self._columns)
        often = np.zeros(self._columns.count, np.int64)
        whole = np.concatenate([times, np.ones(len(known), np.int64)])
        spread(found.starts, found.keys, whole, often)
        everything = int(whole.sum())
        self._most = np.log(1 + everything) + 1
        self._idf = np.log((1 + everything) / (1 + often)) + 1
        starts = found.starts[: len(texts) + 1]
        end = int(starts[-1])
        columns, weights = found.keys[:end], found.weights[:end]
        weigh(starts, columns, weights, self._idf.astype(np.float32))
        begins = np.zeros(self._columns.count + 1, np.int64)
        np.cumsum(np.bincount(columns, minlength=self._columns.count), out=begins[1:])
        rows, values = np.empty(end, np.int32), np.empty(end, np.float32)
        by_term(starts, columns, weights, begins[:-1].copy(), rows, values)
        self._postings = begins, rows, values

    def weighted(self, found: Counts, n: int) -> tuple[NDArray[np.int64], Doubles]:
        """Return the terms of text ``n`` of counts and their weights, of length 1."""
        part = slice(found.starts[n], found.starts[n + 1])
        keys, weights = found.keys[part], found.weights[part].astype(np.float64)
        idf = np.full(keys.size, self._most)
        at = self._columns.find(keys)
        idf[at >= 0] = self._idf[at[at >= 0]]
        weights = weights * idf
        length = float(np.sqrt(weights @ weights))
        return keys, weights / (length or 1.0)

    def versions(self, proposal: Proposal) -> dict[int, str]:
        """Return a proposal's text for the pieces of each language; ``ANY`` for all."""
        if self.terms is None:
            return {ANY: proposal.text}
        own = tongue(proposal)
        other = 1 - own
        record = Record(
            id=proposal.id, title=proposal.title, abstract=proposal.abstract
        )
        told = self.terms.into(record, LANGUAGES[other])
        return {own: proposal.text, other: f"{told.title}\n{told.abstract}".strip()}

    def _asked(self, proposals: Iterable[Proposal]) -> list[list[Asked]]:
        """Return what each proposal looks for: terms and weights in each language."""
        parts = [list(self.versions(proposal).items()) for proposal in proposals]
        found = counts((text for some in parts for _l, text in some), self.vocabulary)
        asked, n = [], 0
        for some in parts:
            versions = []
            for spoken, _text in some:
                keys, weights = self.weighted(found, n)
                at = self._columns.find(keys)
                versions.append((spoken, at[at >= 0], weights[at >= 0]))
                n += 1
            asked.append(versions)
        return asked

    def scores(
        self, proposals: Iterable[Proposal], *, most: int | None = None
    ) -> Scores:
        """Return the scores of all experts for proposals.

        Parameters
        ----------
        most : int, optional
            Keep no more than so many experts of each proposal, the best.

        Raises
        ------
        ValueError
            Two proposals have one id.
        """
        asked = tuple(proposals)
        names = tuple(proposal.id for proposal in asked)
        if len(set(names)) < len(names):
            raise ValueError("two proposals have one id")
        said = (
            None
            if self.encoder is None
            else self.encoder.encode(proposal.text for proposal in asked)
        )

        looked_for = self._asked(asked)

        def column(n: int) -> tuple[NDArray[np.int32], Doubles]:
            near = np.zeros(self._language.size, np.float64)
            for spoken, terms, weights in looked_for[n]:
                like(
                    *self._postings, self._language, terms, weights, spoken, near
                )  # fmt: skip
            if said is not None and self._meaning is not None:
                near = both(self._meaning @ said[n], near)
            found = np.zeros(len(self.experts), np.float64)
            gather(
                self._starts, self._kinds, self._discounts, self._text, near,
                NEAREST, LEAST_WEIGHT, found,
            )  # fmt: skip
            kept = np.flatnonzero(found)
            if most is not None and kept.size > most:
                kept = np.sort(kept[np.lexsort((kept, -found[kept]))[:most]])
            return kept.astype(np.int32), found[kept]

        with ThreadPoolExecutor(os.cpu_count()) as threads:
            columns = list(threads.map(column, range(len(asked))))
        ends = np.cumsum([0, *(kept.size for kept, _values in columns)])
        rows = [kept for kept, _values in columns] or [np.zeros(0, np.int32)]
        data = [values for _kept, values in columns] or [np.zeros(0)]
        matrix = sparse.csc_array(
            (np.concatenate(data), np.concatenate(rows), ends),
            shape=(len(self.experts), len(asked)),
        )
        everyone = tuple(expert.id for expert in self.experts)
        return Scores(everyone, names, matrix.tocsr())

    def explain(self, expert: str, proposal: Proposal) -> Explanation:
        """Say which pieces and terms an expert's score for a proposal is made of.

        Raises
        ------
        KeyError
            There is no such expert.
        """
        return explained(self, self.experts[self.place[expert]], proposal)


def _different(
    pieces: Iterable[Piece],
) -> tuple[NDArray[np.int64], list[Piece], NDArray[np.int64]]:
    """Return which text each piece has, the different ones, and how many have each."""
    places: dict[tuple[str, str], int] = {}
    texts: list[Piece] = []
    which = []
    for piece in pieces:
        place = places.setdefault((piece.title, piece.abstract), len(texts))
        if place == len(texts):
            texts.append(piece)
        which.append(place)
    text = np.array(which, np.int64)
    return text, texts, np.bincount(text, minlength=len(texts))
