"""Planted scores: merits and severities that are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from sti_methods.calibration import Reviews

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class World:
    reviews: Reviews
    merit: NDArray[np.float64]
    severity: NDArray[np.float64]
    median: NDArray[np.float64]


def world(
    *,
    proposals: int,
    each: int,
    reviewers: int,
    seed: int,
    severity: float = 0.7,
    merit: float = 1.0,
    chance: float = 0.8,
    missing: float = 0.0,
    cuts: tuple[float, ...] = (),
) -> World:
    """``each`` reviewers drawn for every proposal, a share of the reviews lost again."""
    g = np.random.default_rng(seed)
    p = np.repeat(np.arange(proposals), each)
    r = np.concatenate(
        [g.choice(reviewers, each, replace=False) for _n in range(proposals)]
    )
    u, s = g.normal(0, merit, proposals), g.normal(0, severity, reviewers)
    y = 5 + u[p] + s[r] + g.normal(0, chance, p.size)
    kept = (g.random(p.size) >= missing) | (np.arange(p.size) % each == 0)
    p, r, y = p[kept], r[kept], y[kept]
    if cuts:
        y = 1.0 + np.digitize(y - 5, cuts)
    reviews = Reviews.of([f"p{i:05}" for i in p], [f"r{j:05}" for j in r], y)
    median = np.array([np.median(y[p == i]) for i in range(proposals)])
    there = np.array([int(name[1:]) for name in reviews.reviewers])
    return World(reviews, u, s[there], median)


def regret(estimate: NDArray[np.float64], merit: NDArray[np.float64], k: int) -> float:
    """The merit lost at the funding line: the best k less those that are chosen."""
    chosen = np.argsort(-estimate, kind="stable")[:k]
    return float(np.sort(merit)[-k:].sum() - merit[chosen].sum())
