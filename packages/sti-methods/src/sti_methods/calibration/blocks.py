"""The mixed-model equations of one panel, solved through its smaller side.

Henderson's equations for y = level + merit + severity + e, both effects random: the side
with more names (E) has a diagonal block and is eliminated; what remains is dense in the
other side (K) and the level.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import cho_solve, cholesky, solve_triangular
from scipy.linalg.lapack import dpotri
from scipy.sparse import csr_array

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sti_methods.calibration.reviews import Reviews

__all__ = ["Block", "Solved", "blocks_of"]

_ROWS = 2_000  # of a dense product at a time


@dataclass(frozen=True, kw_only=True, eq=False)
class Block:
    """One panel: its reviews and the names on both sides."""

    rows: NDArray[np.int64]
    proposals: NDArray[np.int64]
    reviewers: NDArray[np.int64]
    p: NDArray[np.int64]
    r: NDArray[np.int64]

    @property
    def proposals_kept(self) -> bool:
        """Whether proposals are the smaller side."""
        return self.proposals.size < self.reviewers.size

    def solve(
        self,
        y: NDArray[np.float64],
        weight: NDArray[np.float64],
        *,
        merit: float,
        severity: float,
    ) -> Solved:
        """Solve the equations; ``merit`` and ``severity`` are residual / effect variance.

        Cost: k³ for the k names of the smaller side; memory k² floats.
        """
        w, kept = weight[self.rows], self.proposals_kept
        e, k = (self.r, self.p) if kept else (self.p, self.r)
        n_e = (self.reviewers if kept else self.proposals).size
        n_k = (self.proposals if kept else self.reviewers).size
        shrink_e, shrink_k = (severity, merit) if kept else (merit, severity)
        sum_e = np.bincount(e, weights=w, minlength=n_e)
        sum_k = np.bincount(k, weights=w, minlength=n_k)
        diagonal = sum_e + shrink_e
        across = csr_array(
            (
                np.concatenate([w, sum_e]),
                (
                    np.concatenate([e, np.arange(n_e)]),
                    np.concatenate([k, np.full(n_e, n_k)]),
                ),
            ),
            shape=(n_e, n_k + 1),
        )
        scaled = across.multiply((1 / np.sqrt(diagonal))[:, None]).tocsr()
        dense = -np.asarray((scaled.T @ scaled).todense())
        inner = np.arange(n_k)
        dense[inner, inner] += sum_k + shrink_k
        dense[inner, n_k] += sum_k
        dense[n_k, inner] += sum_k
        dense[n_k, n_k] += w.sum()
        factor = cholesky(dense, lower=True, overwrite_a=True, check_finite=False)
        solved = Solved(
            block=self,
            weight=w,
            e=e,
            k=k,
            diagonal=np.asarray(diagonal, dtype=np.float64),
            across=across,
            factor=factor,
        )
        solved.fit(y[self.rows])
        return solved


@dataclass(kw_only=True, eq=False)
class Solved:
    """The equations of a panel with their factor; effects after ``fit``."""

    block: Block
    weight: NDArray[np.float64]
    e: NDArray[np.int64]
    k: NDArray[np.int64]
    diagonal: NDArray[np.float64]
    across: csr_array
    factor: NDArray[np.float64]
    small: NDArray[np.float64] = field(init=False)
    large: NDArray[np.float64] = field(init=False)

    def effects(
        self, y: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(K and the level, E) for other scores under the same factor."""
        n_e, n_k = self.diagonal.size, self.factor.shape[0] - 1
        wy = self.weight * y
        of_e = np.bincount(self.e, weights=wy, minlength=n_e)
        right = np.append(np.bincount(self.k, weights=wy, minlength=n_k), wy.sum())
        right -= self.across.T @ (of_e / self.diagonal)
        small = cho_solve((self.factor, True), right, check_finite=False)
        return small, (of_e - self.across @ small) / self.diagonal

    def fit(self, y: NDArray[np.float64]) -> None:
        self.small, self.large = self.effects(y)

    def fitted(
        self, small: NDArray[np.float64], large: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        return np.asarray(small[-1] + small[self.k] + large[self.e])

    def rest(self, y: NDArray[np.float64]) -> NDArray[np.float64]:
        """What the equations leave of other scores: the projection of REML, row by row."""
        return self.weight * (y - self.fitted(*self.effects(y)))

    @property
    def level(self) -> float:
        return float(self.small[-1])

    @property
    def merits(self) -> NDArray[np.float64]:
        return self.small[:-1] if self.block.proposals_kept else self.large

    @property
    def severities(self) -> NDArray[np.float64]:
        return self.large if self.block.proposals_kept else self.small[:-1]

    @property
    def log_determinant(self) -> float:
        return float(
            np.log(self.diagonal).sum() + 2 * np.log(np.diag(self.factor)).sum()
        )

    @cached_property
    def inverse(self) -> NDArray[np.float64]:
        found, _info = dpotri(self.factor, lower=1)
        lower = np.tril(found, -1)
        return np.asarray(lower + lower.T + np.diag(np.diag(found)))

    def variances(
        self, *, with_level: bool
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Prediction error variances of (proposals, reviewers), in residual variances.

        ``with_level``: of the level and each effect together.
        """
        g, kept = self.inverse, self.block.proposals_kept
        small = np.diag(g)[:-1].copy()
        if with_level:
            small += 2 * g[:-1, -1] + g[-1, -1]
        large = np.empty(self.diagonal.size)
        for begin in range(0, large.size, _ROWS):
            part = slice(begin, begin + _ROWS)
            load = (self.across[part].multiply(-1 / self.diagonal[part, None])).tocsr()
            if with_level:
                load = load + csr_array(
                    (
                        np.ones(load.shape[0]),
                        (
                            np.arange(load.shape[0]),
                            np.full(load.shape[0], g.shape[0] - 1),
                        ),
                    ),
                    shape=load.shape,
                )
            large[part] = np.asarray(load.multiply(load @ g).sum(axis=1)).ravel()
        large += 1 / self.diagonal
        return (small, large) if kept else (large, small)

    def draws(
        self, generator: np.random.Generator, *, count: int, sigma: float
    ) -> NDArray[np.float64]:
        """Levels and merits of the proposals, drawn together: (proposals, count)."""
        noise = generator.standard_normal((self.factor.shape[0], count))
        moved = sigma * solve_triangular(
            self.factor, noise, trans="T", lower=True, check_finite=False
        )
        if self.block.proposals_kept:
            small = self.small[:, None] + moved
            return np.asarray(small[:-1] + small[-1])
        sway = generator.standard_normal((self.diagonal.size, count))
        sway *= sigma / np.sqrt(self.diagonal)[:, None]
        sway -= (self.across @ moved) / self.diagonal[:, None]
        sway += self.large[:, None] + (self.small[-1] + moved[-1])
        return sway


def blocks_of(reviews: Reviews) -> tuple[Block, ...]:
    """Every panel with its reviews."""
    of_row = reviews.panel[reviews.proposal]
    found = []
    for rows, proposals, reviewers in zip(
        _parts(of_row, reviews.panels),
        _parts(reviews.panel, reviews.panels),
        _parts(reviews.panel_of_reviewer, reviews.panels),
        strict=True,
    ):
        found.append(
            Block(
                rows=rows,
                proposals=proposals,
                reviewers=reviewers,
                p=np.searchsorted(proposals, reviews.proposal[rows]),
                r=np.searchsorted(reviewers, reviews.reviewer[rows]),
            )
        )
    return tuple(found)


def _parts(label: NDArray[np.int64], count: int) -> list[NDArray[np.int64]]:
    order = np.argsort(label, kind="stable")
    return np.split(order, np.searchsorted(label[order], np.arange(1, count)))
