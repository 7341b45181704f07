"""Merit with its interval, ranks with theirs, reviewers with their severity.

Draws of all merits together, from their joint distribution given the scores and the
variances, tell what the data can tell apart: ranks, the chance of being among the first k,
and for a pair, who is better.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.stats import t as student

from sti_methods.calibration.blocks import blocks_of
from sti_methods.calibration.ordinal import Steps, estimate_steps
from sti_methods.calibration.variances import Variances, estimate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from sti_methods.calibration.blocks import Solved
    from sti_methods.calibration.reviews import Reviews

__all__ = ["Ranking", "calibrate", "plain_means"]

DRAWS = 1_000
LEVEL = 0.95
Method = Literal["linear", "steps", "means"]
# Why plain means are all there is.
Why = Literal["", "no_chain", "no_difference", "unnamed", "unsettled"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Ranking:
    """What the scores say of each proposal and each reviewer.

    Attributes
    ----------
    method, why
        ``means`` where nothing tells severity from merit: ``no_chain``, no reviewer joins
        proposals in more than one way, or ``no_difference``, all scores are the same; of
        ``plain_means``, what its caller says.
    merit, low, high : (proposals,)
        In points of the score: what reviewers of mean severity would give. The interval
        holds the true merit with probability .95; NaN where nothing tells.
    rank, rank_low, rank_high : (proposals,)
        1 is the best; equal merits share a rank. Where nothing tells, from 1 to the last.
    severity, severity_error : (reviewers,)
        How far a reviewer scores below (negative) or above the others of the panel.
    spread : (reviewers,)
        The standard deviation of what merit and severity leave of the scores.
    drawn : (draws, proposals)
        Merits drawn together; of steps, on the hidden scale. For ``means`` each is drawn
        by itself, and there are none where the interval is missing.
    """

    reviews: Reviews
    method: Method
    why: Why
    variances: Variances | None
    steps: Steps | None
    mean: NDArray[np.float64]
    merit: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    rank: NDArray[np.int64]
    rank_low: NDArray[np.int64]
    rank_high: NDArray[np.int64]
    severity: NDArray[np.float64]
    severity_error: NDArray[np.float64]
    spread: NDArray[np.float64]
    drawn: NDArray[np.float64]

    @property
    def order(self) -> NDArray[np.int64]:
        """Places of the proposals, the best first; equal merits by name."""
        return np.argsort(self.rank, kind="stable")

    @property
    def drawn_merits(self) -> NDArray[np.float64]:
        """The draws in the points in which merit is told: (draws, proposals)."""
        return self.drawn if self.steps is None else self.steps.expected(self.drawn)

    def among_first(
        self, k: int, *, among: NDArray[np.int64] | None = None
    ) -> NDArray[np.float64]:
        """The probability of each proposal to be among the ``k`` best; NaN without draws.

        ``among``: places of the proposals that compete, all if left out; the answer is theirs.
        """
        drawn = self.drawn if among is None else self.drawn[:, among]
        n = drawn.shape[1]
        if not drawn.size:
            return np.full(n, np.nan)
        if k <= 0 or k >= n:
            return np.full(n, 1.0 if k > 0 else 0.0)
        best = np.argpartition(-drawn, k - 1, axis=1)[:, :k]
        return np.asarray(np.bincount(best.ravel(), minlength=n) / drawn.shape[0])

    def better(
        self, place: int, *, among: NDArray[np.int64] | None = None
    ) -> NDArray[np.float64]:
        """The probability that this proposal is better than each other (.5 with itself)."""
        others = self.drawn if among is None else self.drawn[:, among]
        own = self.drawn[:, place, None]
        return np.asarray(
            (own > others).mean(axis=0) + 0.5 * (own == others).mean(axis=0)
        )

    def unclear(
        self, k: int, *, sure: float = LEVEL, among: NDArray[np.int64] | None = None
    ) -> Iterator[tuple[int, int, float]]:
        """Pairs across the line after the k-th that the data cannot tell apart.

        Yields (above, below, probability that the one above is the better), for every
        pair of which neither is the better with probability ``sure``, those of the last
        above the line first. Cost: draws x proposals for each proposal above the line.
        """
        if not self.drawn.size:
            return
        order = self.order
        if among is not None:
            order = order[np.isin(order, among)]
        below = order[k:]
        for above in order[:k][::-1]:
            chance = self.better(int(above), among=below)
            for place in np.flatnonzero(chance < sure):
                yield int(above), int(below[place]), float(chance[place])


def calibrate(
    reviews: Reviews, *, steps: bool = False, draws: int = DRAWS, seed: int = 0
) -> Ranking:
    """Rank proposals by merit, with severity of reviewers taken out.

    Score = level of the panel + merit + severity + chance, merit and severity random and
    normal, variances by REML (``steps``: ballots are steps, not points). Between panels
    that share no reviewer severity cannot be told: there the panel's plain level stays.
    Where no panel tells it, plain means are returned and ``why`` says so.

    Deterministic for the same input and seed. Cost: about 8 k³ operations for the k names
    of the smaller side, and ``draws`` x proposals floats.

    Sources: Henderson 1975, Biometrics 31:423 (prediction); Patterson & Thompson 1971,
    Biometrika 58:545 (REML).
    """
    if reviews.spare <= 0:
        return plain_means(reviews, "no_chain", draws=draws, seed=seed)
    if np.ptp(reviews.score) == 0:
        return plain_means(reviews, "no_difference", draws=draws, seed=seed)
    blocks = blocks_of(reviews)
    if steps:
        variances, solved, cut = estimate_steps(blocks, reviews.score)
        y, middle = cut.thresholds[:0], 0.0
    else:
        cut = None
        # About their middle scores keep the digits that tell them apart.
        middle = float(np.mean(reviews.score))
        y = reviews.score - middle
        variances, solved = estimate(blocks, y, reviews.weight)
    return _ranked(
        reviews, solved, variances, cut, y, middle=middle, draws=draws, seed=seed
    )


def _ranked(
    reviews: Reviews,
    solved: list[Solved],
    variances: Variances,
    steps: Steps | None,
    y: NDArray[np.float64],
    *,
    middle: float,
    draws: int,
    seed: int,
) -> Ranking:
    n, m = len(reviews.proposals), len(reviews.reviewers)
    sigma = float(np.sqrt(variances.residual))
    merit, error = np.empty(n), np.empty(n)
    severity, severity_error = np.empty(m), np.empty(m)
    squares, drawn = np.zeros(m), np.empty((draws, n))
    generator = np.random.default_rng(seed)
    for one in solved:
        block = one.block
        # What cannot be told from nothing is nothing: no order of rounding errors.
        told = one.merits if variances.merit else 0.0
        merit[block.proposals] = middle + one.level + told
        severity[block.reviewers] = one.severities if variances.severity else 0.0
        of_p, _of_r = one.variances(with_level=True)
        _of_p, of_r = one.variances(with_level=False)
        error[block.proposals] = sigma * np.sqrt(of_p)
        severity_error[block.reviewers] = sigma * np.sqrt(of_r)
        drawn[:, block.proposals] = (
            middle + one.draws(generator, count=draws, sigma=sigma).T
        )
        if y.size:
            rest = y[block.rows] - one.fitted(one.small, one.large)
            squares[block.reviewers] = np.bincount(
                block.r, weights=one.weight * rest**2, minlength=block.reviewers.size
            )
    count = np.bincount(reviews.reviewer, minlength=m)
    free = variances.residual * reviews.score.size / max(squares.sum(), 1e-300)
    spread = np.sqrt(squares / count * free) if y.size else np.full(m, np.nan)
    reach = float(student.ppf((1 + LEVEL) / 2, max(reviews.spare, 1)))
    low, high = merit - reach * error, merit + reach * error
    rank_low, rank_high = _rank_interval(drawn)
    rank = _ranks(merit)
    if steps is not None:
        merit, low, high = (steps.expected(x) for x in (merit, low, high))
    return Ranking(
        reviews=reviews,
        method="linear" if steps is None else "steps",
        why="",
        variances=variances,
        steps=steps,
        mean=reviews.mean,
        merit=merit,
        low=low,
        high=high,
        rank=rank,
        rank_low=np.minimum(rank_low, rank),
        rank_high=np.maximum(rank_high, rank),
        severity=severity,
        severity_error=severity_error,
        spread=spread,
        drawn=drawn,
    )


def _ranks(merit: NDArray[np.float64]) -> NDArray[np.int64]:
    """1 for the best; merits equal to nine digits share a rank."""
    size = max(float(np.abs(merit).max()), 1e-300)
    rounded = np.round(merit / size, 9)
    ordered = np.sort(-rounded)
    return np.searchsorted(ordered, -rounded, side="left") + 1


def _rank_interval(
    drawn: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    ranks = np.empty(drawn.shape, dtype=np.int32)
    places = np.arange(1, drawn.shape[1] + 1, dtype=np.int32)
    for row, merits in zip(ranks, drawn, strict=True):
        row[np.argsort(-merits, kind="stable")] = places
    ranks.sort(axis=0)
    tail = (1 - LEVEL) / 2
    low = ranks[int(np.floor(tail * (len(ranks) - 1)))]
    high = ranks[int(np.ceil((1 - tail) * (len(ranks) - 1)))]
    return low.astype(np.int64), high.astype(np.int64)


def plain_means(
    reviews: Reviews, why: Why, *, draws: int = DRAWS, seed: int = 0
) -> Ranking:
    """Plain means; the interval from how far reviewers of one proposal lie apart.

    Where no proposal has a second review, or all scores are the same, nothing tells how sure
    a mean or a rank is: any rank is possible.
    """
    n, m = len(reviews.proposals), len(reviews.reviewers)
    mean, count = reviews.mean, reviews.count
    apart = (reviews.score - mean[reviews.proposal]) ** 2
    free = reviews.score.size - n
    rank = _ranks(mean)
    drawn = np.empty((0, n))
    if free > 0:
        error = np.sqrt(apart.sum() / free / count)
        half = float(student.ppf((1 + LEVEL) / 2, free)) * error
        if apart.any():
            noise = np.random.default_rng(seed).standard_normal((draws, n))
            drawn = mean + error * noise
    else:
        half = np.full(n, np.nan)
    if drawn.size:
        rank_low, rank_high = _rank_interval(drawn)
    else:
        rank_low, rank_high = np.ones(n, dtype=np.int64), np.full(n, n)
    nothing = np.full(m, np.nan)
    return Ranking(
        reviews=reviews,
        method="means",
        why=why,
        variances=None,
        steps=None,
        mean=mean,
        merit=mean,
        low=mean - half,
        high=mean + half,
        rank=rank,
        rank_low=np.minimum(rank_low, rank),
        rank_high=np.maximum(rank_high, rank),
        severity=nothing,
        severity_error=nothing,
        spread=nothing,
        drawn=drawn,
    )
