"""Whether answers from one organisation may be put together: r_wg, ICC(1), ICC(2).

James, Demaree & Wolf (1984), J. Applied Psychology 69:85; Bliese (2000) in Multilevel
Theory, Research, and Methods in Organizations; Shrout & Fleiss (1979), Psychological
Bulletin 86:420; McGraw & Wong (1996), Psychological Methods 1:30.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sti_methods.composite.unfit import Unfit
from sti_methods.late import Late
from sti_methods.reviewing import icc as mean_squares

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

fisher = Late("scipy.stats", "f")

# Below this agreement, or with answers this far apart, people should talk first.
LEAST_AGREEMENT = 0.5
WIDEST_RANGE = 3.0


@dataclass(frozen=True, kw_only=True)
class Within:
    """How far the answers to one question agree; ``r_wg`` is None for a single answer.

    ``raw`` is it before more disagreement than chance is taken as none at all.
    """

    count: int
    r_wg: float | None
    raw: float | None
    range: float

    @property
    def talk_first(self) -> bool:
        """Whether a consensus meeting should be held before the mean is used."""
        apart = self.range >= WIDEST_RANGE
        return apart or (self.r_wg is not None and self.r_wg < LEAST_AGREEMENT)


def agreement_within(scores: Sequence[float], *, options: int = 6) -> Within:
    """r_wg: 1 less the variance seen over that of answers by chance, (A² - 1)/12.

    ``options``: how many answers there are to choose from. More disagreement than chance
    gives 0, as is usual. Raises ``Unfit`` (``few_options``, ``few_units``).
    """
    if options < 2:  # noqa: PLR2004
        raise Unfit("few_options", options=options)
    if not len(scores):
        raise Unfit("few_units", units=0)
    table = np.asarray(scores, dtype=np.float64)
    by_chance = (options**2 - 1) / 12
    seen = float(table.var(ddof=1)) if len(table) > 1 else None
    raw = None if seen is None else 1 - seen / by_chance
    return Within(
        count=len(table),
        r_wg=None if raw is None else max(raw, 0.0),
        raw=raw,
        range=float(np.ptp(table)),
    )


@dataclass(frozen=True, kw_only=True)
class GroupAgreement:
    """ICC(1): what part of an answer is the group's; ICC(2): how sure group means are.

    ``size`` is the group size that unequal groups stand for; ``p`` of no difference
    between groups.
    """

    icc1: float
    icc2: float
    groups: int
    answers: int
    size: float
    f: float
    p: float


def agreement_of_groups(groups: Mapping[str, Sequence[float]]) -> GroupAgreement:
    """ICC(1) and ICC(2) of answers in groups, equal or not, by one-way mean squares.

    Groups without an answer are left out. Raises ``Unfit``: ``few_groups`` (fewer than
    two), ``few_units`` (no group with two answers), ``no_spread``.
    """
    held = [np.asarray(one, dtype=np.float64) for one in groups.values() if len(one)]
    k, n = len(held), sum(map(len, held))
    if k < 2:  # noqa: PLR2004
        raise Unfit("few_groups", groups=k)
    if n <= k:
        raise Unfit("few_units", units=n)
    sizes = np.array([len(one) for one in held], dtype=np.float64)
    grand = sum(float(one.sum()) for one in held) / n
    between = sum(len(one) * (float(one.mean()) - grand) ** 2 for one in held) / (k - 1)
    within = sum(float(((one - one.mean()) ** 2).sum()) for one in held) / (n - k)
    if between + within <= 0:
        raise Unfit("no_spread", item=0)
    size = (n - float((sizes**2).sum()) / n) / (k - 1)
    f = between / within if within else float("inf")
    return GroupAgreement(
        icc1=(between - within) / (between + (size - 1) * within),
        icc2=(between - within) / between if between else 0.0,
        groups=k,
        answers=n,
        size=size,
        f=f,
        p=float(fisher.sf(f, k - 1, n - k)),
    )


@dataclass(frozen=True, kw_only=True)
class Rater:
    """One intraclass correlation with its interval; ``kind`` as Shrout and Fleiss."""

    kind: str
    value: float
    low: float
    high: float


def raters(
    table: Sequence[Sequence[float]], *, level: float = 0.95
) -> tuple[Rater, ...]:
    """The six correlations of a full table (targets, judges) with intervals.

    (1,·): other judges for each target; (2,·): a sample of judges, absolute agreement;
    (3,·): these judges, consistency; (·,k): of the mean of all judges. Raises
    ``ValueError`` for a table that is not full, ``Unfit`` ``no_spread`` where all scores
    are the same.
    """
    found = mean_squares(table)
    n, k = len(table), len(table[0])
    if found.one_way is None or found.two_way is None or found.consistency is None:
        raise Unfit("no_spread", item=0)
    rows = np.asarray(table, dtype=np.float64)
    columns = n * float(((rows.mean(axis=0) - rows.mean()) ** 2).sum()) / (k - 1)
    between, within, error = found.between, found.within, found.error
    high = 1 - (1 - level) / 2

    def ratio(above: float, below: float) -> float:
        return above / below if below else float("inf")

    def single(f_low: float, f_high: float) -> tuple[float, float]:
        return tuple(  # type: ignore[return-value]
            1.0 if np.isinf(f) else (f - 1) / (f + k - 1) for f in (f_low, f_high)
        )

    f1 = ratio(between, within)
    one = single(
        f1 / fisher.ppf(high, n - 1, n * (k - 1)),
        f1 * fisher.ppf(high, n * (k - 1), n - 1),
    )
    f3 = ratio(between, error)
    three = single(
        f3 / fisher.ppf(high, n - 1, (n - 1) * (k - 1)),
        f3 * fisher.ppf(high, (n - 1) * (k - 1), n - 1),
    )
    two = _absolute(found.two_way, (between, columns, error), (n, k), high)
    of_mean_two = ratio(between - error, between + (columns - error) / n)
    told = (
        ("ICC(1,1)", found.one_way, one),
        ("ICC(2,1)", found.two_way, two),
        ("ICC(3,1)", found.consistency, three),
        ("ICC(1,k)", ratio(between - within, between), _of_mean(one, k)),
        ("ICC(2,k)", of_mean_two, _of_mean(two, k)),
        ("ICC(3,k)", ratio(between - error, between), _of_mean(three, k)),
    )
    return tuple(
        Rater(kind=kind, value=value, low=float(ends[0]), high=float(ends[1]))
        for kind, value, ends in told
    )


def _of_mean(ends: tuple[float, float], k: int) -> tuple[float, float]:
    """Bounds for the mean of k judges from those for one (Spearman and Brown)."""
    return tuple(k * end / (1 + (k - 1) * end) for end in ends)  # type: ignore[return-value]


def _absolute(
    value: float,
    squares: tuple[float, float, float],
    shape: tuple[int, int],
    high: float,
) -> tuple[float, float]:
    """Bounds of ICC(2,1) with Satterthwaite's degrees of freedom (Shrout and Fleiss, p. 424)."""
    between, columns, error = squares
    n, k = shape
    fj = columns / error if error else float("inf")
    if np.isinf(fj):
        return value, value
    upper = k * value * fj + n * (1 + (k - 1) * value) - k * value
    freedom = ((n - 1) * (k - 1) * upper**2) / (
        (n - 1) * k**2 * value**2 * fj**2 + (n * (1 + (k - 1) * value) - k * value) ** 2
    )
    f_low = float(fisher.ppf(high, n - 1, freedom))
    f_high = float(fisher.ppf(high, freedom, n - 1))
    shared = k * columns + (k * n - k - n) * error
    return (
        n * (between - f_low * error) / (f_low * shared + n * between),
        n * (f_high * between - error) / (shared + n * f_high * between),
    )
