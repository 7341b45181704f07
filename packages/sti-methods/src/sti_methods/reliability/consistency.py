"""How far items measure one thing: alpha with its interval, each item beside the rest.

Cronbach (1951), Psychometrika 16:297; Feldt (1965), Psychometrika 30:357; Nunnally &
Bernstein (1994), Psychometric Theory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sti_methods.composite.analysis import cronbach_alpha
from sti_methods.composite.unfit import Unfit
from sti_methods.late import Late
from sti_methods.reliability.whole import answers, whole_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from sti_methods.composite.analysis import Gaps

    Table = NDArray[np.float64]

fisher = Late("scipy.stats", "f")

# An item that goes with the rest less than this measures something else.
LEAST_ITEM_REST = 0.30


@dataclass(frozen=True, kw_only=True)
class Consistency:
    """Alpha of a scale; ``low`` and ``high`` bound it with the probability ``level``."""

    alpha: float
    low: float
    high: float
    level: float
    units: int
    items: int
    gaps: Gaps


@dataclass(frozen=True, kw_only=True)
class Item:
    """One item beside the others of its scale.

    ``item_rest``: its correlation with the sum of the others (None where they do not
    vary); ``alpha_without``: alpha of the others (None for fewer than two of them);
    ``lowest`` and ``highest``: the part of answers at the least and at the greatest of
    those given.
    """

    code: str
    count: int
    mean: float
    deviation: float
    item_rest: float | None
    alpha_without: float | None
    lowest: float
    highest: float

    @property
    def weak(self) -> bool:
        return self.item_rest is not None and self.item_rest < LEAST_ITEM_REST


def consistency(
    values: Table,
    *,
    codes: Sequence[str],
    gaps: Gaps = "listwise",
    level: float = 0.95,
) -> Consistency:
    """Alpha of the columns and Feldt's interval.

    ``values``: (units, items), NaN where an answer is missing. ``pairwise`` gaps take
    each covariance from the rows that have both; the interval then counts the rows with
    any answer, which flatters it a little. Raises ``Unfit`` as ``cronbach_alpha``.
    """
    table = answers(values, items=len(codes))
    found = cronbach_alpha(values=table, codes=codes, gaps=gaps)
    n, k = found.units, len(codes)
    tail = (1 - level) / 2
    freedom = (n - 1, (n - 1) * (k - 1))
    apart = 1 - found.value
    return Consistency(
        alpha=found.value,
        low=1 - apart * float(fisher.ppf(1 - tail, *freedom)),
        high=1 - apart * float(fisher.ppf(tail, *freedom)),
        level=level,
        units=n,
        items=k,
        gaps=gaps,
    )


def items_of(values: Table, *, codes: Sequence[str]) -> tuple[Item, ...]:
    """Each item beside the rest, over the rows without a gap.

    Means and ends count every answer given. Raises ``Unfit`` (``shape``, ``few_units``).
    """
    table = answers(values, items=len(codes))
    whole = table[np.isfinite(table).all(axis=1)]
    if len(whole) < 2:  # noqa: PLR2004
        raise Unfit("few_units", units=len(whole), items=len(codes))
    found = []
    for j, code in enumerate(codes):
        given = table[np.isfinite(table[:, j]), j]
        others = np.delete(whole, j, axis=1)
        rest = others.sum(axis=1)
        varies = np.ptp(whole[:, j]) > 0 and others.shape[1] > 0 and np.ptp(rest) > 0
        found.append(
            Item(
                code=code,
                count=len(given),
                mean=float(given.mean()),
                deviation=float(given.std(ddof=1)) if len(given) > 1 else 0.0,
                item_rest=float(np.corrcoef(whole[:, j], rest)[0, 1])
                if varies
                else None,
                alpha_without=_alpha(others),
                lowest=float((given == given.min()).mean()),
                highest=float((given == given.max()).mean()),
            )
        )
    return tuple(found)


def _alpha(whole: Table) -> float | None:
    if whole.shape[1] < 2:  # noqa: PLR2004
        return None
    names = [str(j) for j in range(whole.shape[1])]
    try:
        return cronbach_alpha(values=whole, codes=names, gaps="listwise").value
    except Unfit:
        return None


def htmt(
    values: Table,
    *,
    factor: Sequence[int],
    geometric: bool = True,
    absolute: bool = True,
) -> NDArray[np.float64]:
    """How far two scales are one: correlations between beside those inside.

    (factors, factors) with ones on the diagonal, with geometric means (HTMT2), which need
    absolute correlations, or arithmetic ones, of ``absolute`` correlations or as they are.
    A scale of one item has no inside: NaN. Above .85 two scales hardly tell two things
    apart. Raises ``ValueError`` for geometric means of correlations with their signs.

    Henseler, Ringle & Sarstedt (2015), J. Academy of Marketing Science 43:115; Roemer,
    Schuberth & Henseler (2021), Industrial Management & Data Systems 121:2637.
    """
    if geometric and not absolute:
        raise ValueError("geometric means need absolute correlations")
    table = whole_rows(values, items=len(factor))
    r = np.atleast_2d(np.corrcoef(table, rowvar=False))
    r = np.abs(r) if absolute else r
    places = np.asarray(factor)
    m = int(places.max()) + 1

    def mean(found: Table) -> float:
        if not found.size:
            return float("nan")
        if geometric:
            with np.errstate(divide="ignore"):
                return float(np.exp(np.log(found).mean()))
        return float(found.mean())

    inside = [
        mean(block[np.triu_indices(len(block), 1)])
        for block in (r[np.ix_(places == f, places == f)] for f in range(m))
    ]
    told = np.eye(m)
    for a in range(m):
        for b in range(a):
            between = mean(r[np.ix_(places == a, places == b)].ravel())
            told[a, b] = told[b, a] = between / np.sqrt(inside[a] * inside[b])
    return told
