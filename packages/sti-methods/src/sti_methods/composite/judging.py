"""Weights from pairwise comparisons: the analytic hierarchy process with its consistency.

Saaty (1980), The Analytic Hierarchy Process; several judges are joined by the geometric
mean of their comparisons, the one way that keeps them reciprocal (Aczél & Saaty 1983,
Journal of Mathematical Psychology 27:93).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from sti_methods.composite.unfit import Unfit
from sti_methods.composite.weighting import Weights

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

__all__ = ["RANDOM_INDEX", "Hierarchy", "Judgement", "ahp_weights"]

# Mean consistency index of random reciprocal matrices of 1, 2, 3 … 15 things (Saaty 1980).
RANDOM_INDEX = (
    0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59,
)  # fmt: skip
LARGEST_RATIO = 0.10
# 0.14 is how people write 1/7: its product with 7 misses 1 by 2 %.
ROUNDED = 0.025
# Saaty's scale ends at 9; what lies this far beyond it is a slip of the pen.
LARGEST = 1_000.0


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """One matrix: weights, λ max, consistency index and ratio, and its oddest comparison.

    ``odd`` is the pair whose stated comparison lies farthest from what the weights imply,
    as a ratio: what to ask the judge about first. None where there are fewer than three.
    """

    judge: str
    values: tuple[float, ...]
    largest: float
    index: float
    ratio: float
    odd: tuple[str, str] | None
    stated: float
    implied: float

    def to_plain(self) -> dict[str, Any]:
        return {
            "judge": self.judge,
            "weights": list(self.values),
            "lambda_max": self.largest,
            "consistency_index": self.index,
            "consistency_ratio": self.ratio,
            "odd": list(self.odd) if self.odd else None,
            "stated": self.stated,
            "implied": self.implied,
        }


@dataclass(frozen=True, kw_only=True)
class Hierarchy:
    """Weights of all judges together, and each judge's own answer.

    ``accepted``: a ratio of .10 or more was taken all the same, because the caller said so.
    """

    weights: Weights
    together: Judgement
    judges: tuple[Judgement, ...]
    accepted: tuple[str, ...]

    def to_plain(self) -> dict[str, Any]:
        return {
            **self.weights.to_plain(),
            "together": self.together.to_plain(),
            "judges": [judge.to_plain() for judge in self.judges],
            "accepted": list(self.accepted),
        }


def ahp_weights(
    *,
    matrices: Mapping[str, NDArray[np.float64]],
    codes: Sequence[str],
    accept_inconsistent: bool = False,
) -> Hierarchy:
    """Weights of ``codes`` from one reciprocal matrix for each judge.

    Parameters
    ----------
    matrices : {judge: (k, k) float}
        Entry (i, j) says how many times as important i is as j. Reciprocals may be rounded
        by up to 2.5 % (0.14 for 1/7); then the entry of 1 or more counts and the other is
        its exact reciprocal.
    accept_inconsistent
        Take consistency ratios of .10 or more; the answer names whose.

    Raises
    ------
    Unfit
        ``no_codes``, ``no_judges``, ``code_twice``, ``too_many`` (codes, most): Saaty's
        index is known up to 15; ``shape`` (judge); ``no_number``, ``not_positive``,
        ``beyond_scale`` (more than 1,000 times), ``diagonal``, ``reciprocal`` (judge, row,
        column, values); ``inconsistent`` (judge, ratio, row, column, stated, implied). All faults of one kind of check are in ``all``.

    Notes
    -----
    Weights are the principal right eigenvector; they sum to 1. Cost: judges · k³.
    """
    named = tuple(codes)
    if not named:
        raise Unfit("no_codes")
    if len(set(named)) < len(named):
        raise Unfit("code_twice", code=next(c for c in named if named.count(c) > 1))
    if len(named) > len(RANDOM_INDEX):
        raise Unfit("too_many", codes=len(named), most=len(RANDOM_INDEX))
    if not matrices:
        raise Unfit("no_judges")
    given = {judge: _checked(judge, m, named) for judge, m in matrices.items()}
    each = tuple(_judged(judge, matrix, named) for judge, matrix in given.items())
    mean = np.exp(np.mean([np.log(matrix) for matrix in given.values()], axis=0))
    together = each[0] if len(each) == 1 else _judged("", mean, named)
    odd = [
        one for one in dict.fromkeys([*each, together]) if one.ratio >= LARGEST_RATIO
    ]
    if not accept_inconsistent:
        Unfit.raise_all([_inconsistent(one) for one in odd])
    return Hierarchy(
        weights=Weights(
            method="ahp",
            codes=named,
            values=together.values,
            facts={"consistency_ratio": together.ratio, "judges": float(len(each))},
        ),
        together=together,
        judges=each,
        accepted=tuple(one.judge for one in odd),
    )


def _inconsistent(one: Judgement) -> Unfit:
    row, column = one.odd or ("", "")
    return Unfit(
        "inconsistent",
        judge=one.judge,
        ratio=one.ratio,
        row=row,
        column=column,
        stated=one.stated,
        implied=one.implied,
    )


def _checked(
    judge: str, matrix: NDArray[np.float64], codes: Sequence[str]
) -> NDArray[np.float64]:
    """The matrix with exact reciprocals; every entry that cannot stand is a fault."""
    given = np.asarray(matrix, dtype=np.float64)
    if given.shape != (len(codes), len(codes)):
        raise Unfit("shape", judge=judge, rows=len(codes), columns=len(codes))
    _check_entries(judge, given, codes)
    found: list[Unfit] = []
    exact = given.copy()
    for i, j in combinations(range(len(codes)), 2):
        there, back = float(given[i, j]), float(given[j, i])
        if abs(there * back - 1) > ROUNDED:
            place = {"judge": judge, "row": codes[i], "column": codes[j]}
            found.append(Unfit("reciprocal", **place, stated=there, back=back))
        elif there >= back:
            exact[j, i] = 1 / there
        else:
            exact[i, j] = 1 / back
    Unfit.raise_all(found)
    return exact


def _check_entries(
    judge: str, given: NDArray[np.float64], codes: Sequence[str]
) -> None:
    found: list[Unfit] = []
    for i, j in np.ndindex(given.shape):
        place = {"judge": judge, "row": codes[i], "column": codes[j]}
        value = float(given[i, j])
        if not np.isfinite(value):
            found.append(Unfit("no_number", **place))
        elif value <= 0:
            found.append(Unfit("not_positive", **place, stated=value))
        elif not 1 / LARGEST <= value <= LARGEST:
            found.append(Unfit("beyond_scale", **place, stated=value, most=LARGEST))
        elif i == j and value != 1:
            found.append(Unfit("diagonal", **place, stated=value))
    Unfit.raise_all(found)


def _judged(judge: str, matrix: NDArray[np.float64], codes: Sequence[str]) -> Judgement:
    size = len(codes)
    lengths, axes = np.linalg.eig(matrix)
    # Of a positive matrix the longest is real, alone, and of one sign (Perron 1907).
    weight = np.abs(axes[:, np.argmax(lengths.real)].real)
    weight /= weight.sum()
    largest = float((matrix @ weight / weight).mean())
    # Two things are always consistent; rounding must not say otherwise.
    several = size > 2  # noqa: PLR2004
    index = max(largest - size, 0.0) / (size - 1) if several else 0.0
    ratio = index / RANDOM_INDEX[size - 1] if several else 0.0
    implied = weight[:, None] / weight[None, :]
    # Rounded, so that of equals the first is named.
    apart = np.round(np.abs(np.log(matrix / implied)), 9)
    i, j = (
        int(k) for k in np.unravel_index(int(np.argmax(np.triu(apart))), apart.shape)
    )
    return Judgement(
        judge=judge,
        values=tuple(map(float, weight)),
        largest=largest,
        index=index,
        ratio=ratio,
        odd=(codes[i], codes[j]) if several else None,
        stated=float(matrix[i, j]),
        implied=float(implied[i, j]),
    )
