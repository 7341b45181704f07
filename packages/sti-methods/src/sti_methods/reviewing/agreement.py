"""How far reviewers agree: Krippendorff's alpha, intraclass correlations, spread.

Krippendorff (2011), "Computing Krippendorff's alpha-reliability"; Shrout and Fleiss
(1979), "Intraclass correlations: uses in assessing rater reliability". Cost: linear in
the number of scores, times the number of different values for alpha.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

Level = Literal["nominal", "ordinal", "interval", "ratio"]
PAIR = 2


def krippendorff_alpha(
    *, units: Iterable[Sequence[float]], level: Level = "interval"
) -> float | None:
    """Return alpha over units, each with the values it was given; 1 is full agreement.

    A unit with fewer than two values tells nothing. ``None`` when nothing can be
    compared, or when every value is the same: no variation, so no reliability either.
    """
    pairable = [list(values) for values in units if len(values) >= PAIR]
    totals: Counter[float] = Counter()
    coincidences: Counter[tuple[float, float]] = Counter()
    for values in pairable:
        counts = Counter(values)
        totals.update(counts)
        for a, n in counts.items():
            for b, m in counts.items():
                pairs = n * (m - 1) if a == b else n * m
                coincidences[a, b] += pairs / (len(values) - 1)  # type: ignore[assignment]
    n = sum(totals.values())
    if n < PAIR or len(totals) < PAIR:
        return None
    distance = _distance(level, totals)
    observed = sum(w * distance(a, b) for (a, b), w in coincidences.items()) / n
    expected = sum(
        totals[a] * totals[b] * distance(a, b) for a in totals for b in totals
    ) / (n * (n - 1))
    return 1 - observed / expected


def _distance(
    level: Level, totals: Mapping[float, int]
) -> Callable[[float, float], float]:
    if level == "nominal":
        return lambda a, b: float(a != b)
    if level == "interval":
        return lambda a, b: (a - b) ** 2
    if level == "ratio":
        return lambda a, b: 0.0 if a == b else ((a - b) / (a + b)) ** 2
    ordered = sorted(totals)
    below = dict(
        zip(ordered, accumulate((totals[v] for v in ordered), initial=0), strict=False)
    )

    def ordinal(a: float, b: float) -> float:
        low, high = min(a, b), max(a, b)
        between = below[high] + totals[high] - below[low]
        return float((between - (totals[low] + totals[high]) / 2) ** 2)

    return ordinal


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """Single-score intraclass correlations (Shrout and Fleiss), with mean squares.

    ``one_way``: reviewers are different for each target; ``two_way``: the same
    reviewers, their harshness counts as disagreement; ``consistency``: it does not.
    """

    one_way: float | None
    two_way: float | None
    consistency: float | None
    between: float
    within: float
    error: float


def icc(table: Sequence[Sequence[float]]) -> Agreement:
    """Return ICC(1,1), ICC(2,1) and ICC(3,1) of a full table, a row for each target.

    Raises ``ValueError`` for fewer than two rows or columns, or a row that is short.
    """
    rows = [list(row) for row in table]
    n, k = len(rows), len(rows[0]) if rows else 0
    if n < PAIR or k < PAIR or any(len(row) != k for row in rows):
        raise ValueError(
            "Agreement needs a full table of two rows and columns at least."
        )
    grand = sum(map(sum, rows)) / (n * k)
    of_rows = [sum(row) / k for row in rows]
    of_columns = [sum(row[j] for row in rows) / n for j in range(k)]
    ss_rows = k * sum((m - grand) ** 2 for m in of_rows)
    ss_columns = n * sum((m - grand) ** 2 for m in of_columns)
    ss_total = sum((x - grand) ** 2 for row in rows for x in row)
    between = ss_rows / (n - 1)
    columns = ss_columns / (k - 1)
    within = (ss_total - ss_rows) / (n * (k - 1))
    error = max(ss_total - ss_rows - ss_columns, 0.0) / ((n - 1) * (k - 1))
    return Agreement(
        one_way=_share(between - within, between + (k - 1) * within),
        two_way=_share(
            between - error, between + (k - 1) * error + k * (columns - error) / n
        ),
        consistency=_share(between - error, between + (k - 1) * error),
        between=between,
        within=within,
        error=error,
    )


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


@dataclass(frozen=True, kw_only=True)
class Disagreement:
    """The scores of one thing (a work, or one criterion of it), as shares of the most.

    ``index`` is the mean distance of two reviewers; 0 none, 1 the greatest possible.
    """

    key: Hashable
    count: int
    least: float
    most: float
    mean: float
    index: float


def disagreements(
    scores: Mapping[Hashable, Sequence[float]],
) -> list[Disagreement]:
    """Order things by how far their scores (shares of the most) lie apart, widest first.

    Things with fewer than two scores come last, in the order given: there is nothing to
    compare. Ties keep the order given, so the answer is the same every time.
    """
    found = []
    for key, values in scores.items():
        ordered = sorted(values)
        k = len(ordered)
        # The sum of |a - b| over all pairs, from the sorted values.
        apart = sum(v * (2 * i - k + 1) for i, v in enumerate(ordered))
        found.append(
            Disagreement(
                key=key,
                count=k,
                least=ordered[0] if ordered else 0.0,
                most=ordered[-1] if ordered else 0.0,
                mean=sum(ordered) / k if k else 0.0,
                index=2 * apart / (k * (k - 1)) if k >= PAIR else 0.0,
            )
        )
    return sorted(found, key=lambda d: (d.count < PAIR, -d.index))


def agreement(units: Iterable[Sequence[float]]) -> float | None:
    """Alpha at interval level of the totals of all works together."""
    return krippendorff_alpha(units=units, level="interval")
