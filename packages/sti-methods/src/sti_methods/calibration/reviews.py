"""Reviews as numbers: who scored what, and which panels share a reviewer.

A proposal and a reviewer are joined by a review. Proposals that no chain of reviewers
joins stand in different *panels*: nothing in the scores tells a strict panel from one
with weaker proposals.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

__all__ = ["Faulty", "Reviews"]

# Sums and squares of scores stay exact enough within these.
LARGEST = 1e9


class Faulty(ValueError):  # noqa: N818 -- a refusal of the input, told by its row
    """A review cannot be read: ``row`` counts from 0, -1 is the table as a whole.

    ``kind``: ``lengths``, ``empty``, ``name``, ``number``, ``weight`` or ``twice``.
    """

    def __init__(self, row: int, column: str, kind: str) -> None:
        super().__init__(f"Row {row}, {column or 'all columns'}: {kind}.")
        self.row, self.column, self.kind = row, column, kind


@dataclass(frozen=True, kw_only=True, eq=False)
class Reviews:
    """One score for each proposal and reviewer, in the order of their names.

    Attributes
    ----------
    proposals, reviewers
        Names, sorted.
    proposal, reviewer : (n,) int
        Places in those, sorted by proposal, then reviewer.
    score : (n,) float
    weight : (n,) float
        How much a score tells beside a full one: 1, less where criteria are missing.
    panel : (proposals,) int, panel_of_reviewer : (reviewers,) int
        Connected parts of the graph of reviews, numbered by their first proposal.
    """

    proposals: tuple[str, ...]
    reviewers: tuple[str, ...]
    proposal: NDArray[np.int64]
    reviewer: NDArray[np.int64]
    score: NDArray[np.float64]
    weight: NDArray[np.float64]
    panel: NDArray[np.int64]
    panel_of_reviewer: NDArray[np.int64]

    @classmethod
    def of(
        cls,
        proposal: Sequence[str],
        reviewer: Sequence[str],
        score: Sequence[float] | NDArray[np.float64],
        *,
        criterion: Sequence[str] | None = None,
        weights: Mapping[str, float] | None = None,
    ) -> Reviews:
        """Read scores, one a row; with criteria, one a row and criterion.

        With criteria a review's score is the weighted mean over them. Where a reviewer
        left some out, the others stand for it after the mean of each criterion is taken
        off, and the review weighs less, as a mean of fewer does.

        Raises
        ------
        Faulty
            With the row: lengths that differ, empty names, a score that is no number,
            the same reviewer twice for one proposal (and criterion), a weight that is
            not above 0, a criterion without weight.
        """
        y = np.asarray(score, dtype=np.float64)
        kinds = ["" for _row in proposal] if criterion is None else list(criterion)
        if not len(proposal) == len(reviewer) == y.size == len(kinds):
            raise Faulty(-1, "", "lengths")
        if not y.size:
            raise Faulty(-1, "", "empty")
        _check(proposal, reviewer, y, kinds)
        shares = _shares(kinds, weights)
        names, p = np.unique(np.asarray(proposal, dtype=object), return_inverse=True)
        people, r = np.unique(np.asarray(reviewer, dtype=object), return_inverse=True)
        sorts, c = np.unique(np.asarray(kinds, dtype=object), return_inverse=True)
        p, r, c = (np.asarray(a, dtype=np.int64).ravel() for a in (p, r, c))
        _twice(p, r, c)
        share = np.array([shares[kind] for kind in sorts])
        mean = np.bincount(c, weights=y) / np.bincount(c)
        pair, at = np.unique(p * len(people) + r, return_inverse=True)
        at = np.asarray(at, dtype=np.int64).ravel()
        there = np.bincount(at, weights=share[c])
        off = np.bincount(at, weights=share[c] * (y - mean[c])) / there
        told = there**2 / np.bincount(at, weights=share[c] ** 2)
        full = share.sum() ** 2 / (share**2).sum()
        p, r = pair // len(people), pair % len(people)
        panel, of_reviewer = _panels(p, r, len(names), len(people))
        return cls(
            proposals=tuple(map(str, names)),
            reviewers=tuple(map(str, people)),
            proposal=p,
            reviewer=r,
            score=off + float(share @ mean / share.sum()),
            weight=told / full,
            panel=panel,
            panel_of_reviewer=of_reviewer,
        )

    @property
    def panels(self) -> int:
        return int(self.panel.max()) + 1

    @property
    def count(self) -> NDArray[np.int64]:
        """How many reviews each proposal has."""
        return np.bincount(self.proposal, minlength=len(self.proposals))

    @property
    def mean(self) -> NDArray[np.float64]:
        """The plain mean of each proposal's scores."""
        sums = np.bincount(
            self.proposal, weights=self.score, minlength=len(self.proposals)
        )
        return sums / self.count

    @property
    def spare(self) -> int:
        """Reviews beyond those that fix a level of each proposal and reviewer.

        0: severity cannot be told from merit and chance anywhere.
        """
        levels = len(self.proposals) + len(self.reviewers) - self.panels
        return self.score.size - levels


def _check(
    proposal: Sequence[str],
    reviewer: Sequence[str],
    score: NDArray[np.float64],
    criterion: Sequence[str],
) -> None:
    for column, said in (("proposal", proposal), ("reviewer", reviewer)):
        for row, name in enumerate(said):
            if not name.strip():
                raise Faulty(row, column, "name")
    for row in np.flatnonzero(~(np.abs(score) <= LARGEST))[:1]:
        raise Faulty(int(row), "score", "number")
    named = {bool(kind) for kind in criterion}
    if len(named) > 1:
        row = next(n for n, kind in enumerate(criterion) if not kind)
        raise Faulty(row, "criterion", "name")


def _shares(
    criterion: Sequence[str], weights: Mapping[str, float] | None
) -> dict[str, float]:
    shares = dict.fromkeys(criterion, 1.0 if weights is None else -1.0)
    for row, kind in enumerate(criterion):
        if weights is not None:
            shares[kind] = weights.get(kind, -1.0)
        if not 0 < shares[kind] <= LARGEST:
            raise Faulty(row, "weight", "weight")
    return shares


def _twice(p: NDArray[np.int64], r: NDArray[np.int64], c: NDArray[np.int64]) -> None:
    order = np.lexsort((np.arange(p.size), c, r, p))
    a, b = order[:-1], order[1:]
    again = (p[a] == p[b]) & (r[a] == r[b]) & (c[a] == c[b])
    if again.any():
        row = int(b[again].min())
        raise Faulty(row, "reviewer", "twice")


def _panels(
    p: NDArray[np.int64], r: NDArray[np.int64], proposals: int, reviewers: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    size = proposals + reviewers
    graph = coo_array((np.ones(p.size), (p, proposals + r)), shape=(size, size))
    _count, label = connected_components(graph, directed=False)
    _first, index, number = np.unique(
        label[:proposals], return_index=True, return_inverse=True
    )
    place = np.argsort(np.argsort(index))
    of_label = np.full(label.max() + 1, -1, dtype=np.int64)
    of_label[label[:proposals]] = place[np.asarray(number).ravel()]
    return of_label[label[:proposals]], of_label[label[proposals:]]
