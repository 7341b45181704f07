"""What a composite is made of: effective weights, statistics, correlations, alpha, a unit.

Everything reads arrays of units by codes with NaN where a value is missing, and names how
gaps were treated. Source: OECD & JRC (2008), Handbook on Constructing Composite Indicators,
steps 4 and 8.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from sti_methods.composite.ranks import ranks_of
from sti_methods.composite.unfit import Unfit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

__all__ = [
    "Alpha",
    "Gaps",
    "Link",
    "Standing",
    "Statistics",
    "ancestors",
    "correlation",
    "cronbach_alpha",
    "effective_weights",
    "inside_groups",
    "negative",
    "standings",
    "statistics",
    "with_parents",
]

# How gaps are treated: each pair of columns by the rows that have both, or whole rows only.
Gaps = Literal["pairwise", "listwise"]
_PAIR = 3  # rows at least: two points always correlate fully
_SKEW, _KURTOSIS = 3, 4  # rows at least for the corrected moments


@dataclass(frozen=True, kw_only=True)
class Statistics:
    """One column: what is there and how it is shaped.

    ``coverage`` is the part of units with a value; ``zeros`` the part of those values that
    are 0, ``same`` the part that has the commonest value. ``skew`` and ``kurtosis``
    (excess) are corrected for the sample (type 2); None where there are too few values or
    no spread.
    """

    code: str
    count: int
    coverage: float
    least: float | None
    most: float | None
    mean: float | None
    median: float | None
    deviation: float | None
    skew: float | None
    kurtosis: float | None
    zeros: float | None
    unique: int
    same: float | None

    def to_plain(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Link:
    """Correlation of two codes over ``units`` that have both; None: too few, or no spread."""

    first: str
    second: str
    value: float | None
    units: int

    def to_plain(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Alpha:
    """Cronbach's alpha of some columns; ``gaps`` says how missing values were treated."""

    codes: tuple[str, ...]
    gaps: Gaps
    value: float
    units: int

    def to_plain(self) -> dict[str, Any]:
        return {**asdict(self), "codes": list(self.codes)}


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a unit stands on one code beside where it stands on the index.

    ``lead`` is its rank on the index less its rank here: above 0 a strength.
    """

    code: str
    rank: int
    of: int
    value: float
    lead: int

    def to_plain(self) -> dict[str, Any]:
        return asdict(self)


def effective_weights(
    *, parents: Mapping[str, str | None], weights: Mapping[str, float]
) -> dict[str, float]:
    """What each code weighs in the index: its weight, rescaled in its parent, up the tree.

    The index (whose parent is None) has 1; the codes of one level sum to 1 where each
    branch reaches that level.

    Raises
    ------
    Unfit
        ``no_root``, ``several_roots``; ``no_weight`` (code); ``unknown_parent`` (code,
        parent); ``no_sum`` (parent): the weights of its children do not sum to more than
        0; ``circle`` (code).
    """
    roots = [code for code, parent in parents.items() if parent is None]
    if len(roots) != 1:
        raise Unfit("several_roots" if roots else "no_root", roots=len(roots))
    sums: dict[str, float] = {}
    for code, parent in parents.items():
        if parent is None:
            continue
        if parent not in parents:
            raise Unfit("unknown_parent", code=code, parent=parent)
        if not np.isfinite(weights.get(code, np.nan)):
            raise Unfit("no_weight", code=code)
        sums[parent] = sums.get(parent, 0.0) + weights[code]
    Unfit.raise_all([Unfit("no_sum", parent=p) for p, s in sums.items() if s <= 0])
    return {
        code: float(
            np.prod([
                weights[one] / sums[above]
                for one in (code, *ancestors(code=code, parents=parents))
                if (above := parents[one]) is not None
            ])
        )
        for code in parents
    }  # fmt: skip


def ancestors(*, code: str, parents: Mapping[str, str | None]) -> tuple[str, ...]:
    """Every code above, nearest first. Raises ``Unfit``: ``circle`` (code)."""
    found: list[str] = []
    above = parents.get(code)
    while above is not None:
        if above == code or above in found:
            raise Unfit("circle", code=code)
        found.append(above)
        above = parents.get(above)
    return tuple(found)


def statistics(
    *, values: NDArray[np.float64], codes: Sequence[str]
) -> tuple[Statistics, ...]:
    """Of each column of ``values`` (units, codes). Raises ``Unfit``: ``shape``."""
    table = _table(values, codes)
    return tuple(_statistics(table[:, k], code) for k, code in enumerate(codes))


def correlation(
    *, first: NDArray[np.float64], second: NDArray[np.float64]
) -> tuple[float | None, int]:
    """Pearson's r over the rows that have both, and how many; None where it has no sense.

    That is fewer than three rows, or one of the two is constant there.
    """
    both = np.isfinite(first) & np.isfinite(second)
    count = int(both.sum())
    if count < _PAIR:
        return None, count
    x, y = first[both] - first[both].mean(), second[both] - second[both].mean()
    size = float(np.sqrt((x @ x) * (y @ y)))
    least = (
        1e-12 * count * float(np.abs(first[both]).max() * np.abs(second[both]).max())
    )
    if size <= least:
        return None, count
    return float(np.clip(x @ y / size, -1.0, 1.0)), count


def inside_groups(
    *,
    values: NDArray[np.float64],
    codes: Sequence[str],
    parents: Mapping[str, str | None],
) -> tuple[Link, ...]:
    """Correlations of every two columns that have the same parent, pairwise complete."""
    table = _table(values, codes)
    return tuple(
        _link(table, codes, i, j)
        for i in range(len(codes))
        for j in range(i + 1, len(codes))
        if parents.get(codes[i]) is not None
        and parents.get(codes[i]) == parents.get(codes[j])
    )


def with_parents(
    *,
    values: NDArray[np.float64],
    codes: Sequence[str],
    parents: Mapping[str, str | None],
) -> tuple[Link, ...]:
    """Correlations of every column with each code above it, pairwise complete.

    ``values`` hold columns of every level; an ancestor without a column is a fault.

    Raises
    ------
    Unfit
        ``shape``; ``no_column`` (code).
    """
    table = _table(values, codes)
    place = {code: k for k, code in enumerate(codes)}
    found = []
    for code in codes:
        for above in ancestors(code=code, parents=parents):
            if above not in place:
                raise Unfit("no_column", code=above)
            found.append(_link(table, codes, place[code], place[above]))
    return tuple(found)


def negative(*, links: Sequence[Link], below: float = 0.0) -> tuple[Link, ...]:
    """Return those under ``below``, the lowest first: two things that pull apart.

    Inside a pillar such a pair cancels itself out in the mean.
    """
    found = [link for link in links if link.value is not None and link.value < below]
    return tuple(sorted(found, key=lambda one: (one.value or 0, one.first, one.second)))


def cronbach_alpha(
    *, values: NDArray[np.float64], codes: Sequence[str], gaps: Gaps
) -> Alpha:
    """How far columns measure one thing: k/(k-1) · (1 - Σ variances / Σ covariances).

    ``pairwise``: each covariance from the rows that have both, each variance from the rows
    that have the column; ``listwise``: from rows without a gap. The two differ, so the
    caller chooses. ``units``: whole rows that counted, or, pairwise, rows with any value.

    Raises
    ------
    Unfit
        ``shape``; ``few_codes``: fewer than two; ``few_units`` (first, second, units):
        fewer than two rows have both; ``no_sum``: covariances do not sum to more than 0.

    Notes
    -----
    Cronbach (1951), Psychometrika 16:297.
    """
    table = _table(values, codes)
    k = len(codes)
    if k < 2:  # noqa: PLR2004
        raise Unfit("few_codes", codes=k)
    there = np.isfinite(table)
    if gaps == "listwise":
        table = table[there.all(axis=1)]
        there = np.isfinite(table)
    covariance = np.empty((k, k))
    for i in range(k):
        for j in range(i, k):
            both = there[:, i] & there[:, j]
            count = int(both.sum())
            if count < 2:  # noqa: PLR2004
                raise Unfit("few_units", first=codes[i], second=codes[j], units=count)
            x, y = table[both, i], table[both, j]
            found = float((x - x.mean()) @ (y - y.mean())) / (count - 1)
            covariance[i, j] = covariance[j, i] = found
    whole = float(covariance.sum())
    if whole <= 0:
        raise Unfit("no_sum", covariances=whole)
    return Alpha(
        codes=tuple(codes),
        gaps=gaps,
        value=k / (k - 1) * (1 - float(np.trace(covariance)) / whole),
        units=int(there.any(axis=1).sum()),
    )


def standings(
    *,
    values: NDArray[np.float64],
    units: Sequence[str],
    codes: Sequence[str],
    index: NDArray[np.float64],
    unit: str,
) -> tuple[Standing, ...]:
    """Where one unit stands on every column, its greatest strengths first.

    Parameters
    ----------
    values : (units, codes) float
        Normalised values, where more is better.
    index : (units,) float
        Scores of the index. Columns that the unit lacks are left out.

    Raises
    ------
    Unfit
        ``shape``; ``unknown_unit`` (unit); ``no_score`` (unit): it has no index.
    """
    table = _table(values, codes)
    if len(table) != len(units) or len(index) != len(units):
        raise Unfit("shape", rows=len(units), columns=len(codes))
    if unit not in units:
        raise Unfit("unknown_unit", unit=unit)
    row = list(units).index(unit)
    own = ranks_of(scores=index)[row]
    if not np.isfinite(own):
        raise Unfit("no_score", unit=unit)
    found = []
    for k, code in enumerate(codes):
        if not np.isfinite(table[row, k]):
            continue
        rank = int(ranks_of(scores=table[:, k])[row])
        found.append(
            Standing(
                code=code,
                rank=rank,
                of=int(np.isfinite(table[:, k]).sum()),
                value=float(table[row, k]),
                lead=int(own) - rank,
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.lead, one.rank)))


def _table(values: NDArray[np.float64], codes: Sequence[str]) -> NDArray[np.float64]:
    table = np.asarray(values, dtype=np.float64)
    if table.ndim != 2 or table.shape[1] != len(codes):  # noqa: PLR2004
        raise Unfit("shape", rows=len(table), columns=len(codes))
    return table


def _link(table: NDArray[np.float64], codes: Sequence[str], i: int, j: int) -> Link:
    value, count = correlation(first=table[:, i], second=table[:, j])
    return Link(first=codes[i], second=codes[j], value=value, units=count)


def _statistics(column: NDArray[np.float64], code: str) -> Statistics:
    there = column[np.isfinite(column)]
    count = there.size
    kinds, often = np.unique(there, return_counts=True)
    skew, kurtosis = _shape(there)
    return Statistics(
        code=code,
        count=count,
        coverage=count / column.size if column.size else 0.0,
        least=float(there.min()) if count else None,
        most=float(there.max()) if count else None,
        mean=float(there.mean()) if count else None,
        median=float(np.median(there)) if count else None,
        deviation=float(there.std(ddof=1)) if count > 1 else None,
        skew=skew,
        kurtosis=kurtosis,
        zeros=float((there == 0).mean()) if count else None,
        unique=int(kinds.size),
        same=float(often.max() / count) if count else None,
    )


def _shape(there: NDArray[np.float64]) -> tuple[float | None, float | None]:
    """Skewness and excess kurtosis of type 2 (Joanes & Gill 1998, The Statistician 47:183)."""
    n = there.size
    if n < _SKEW or there.min() == there.max():
        return None, None
    away = there - there.mean()
    second = float((away**2).mean())
    skew = float((away**3).mean()) / second**1.5
    corrected = skew * float(np.sqrt(n * (n - 1))) / (n - 2)
    if n < _KURTOSIS:
        return corrected, None
    excess = float((away**4).mean()) / second**2 - 3
    return corrected, ((n + 1) * excess + 6) * (n - 1) / ((n - 2) * (n - 3))
