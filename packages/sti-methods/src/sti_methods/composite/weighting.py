"""Weights of the children of one parent: equal, by principal component, budget, balance.

Each function takes the codes of one group in order and gives ``Weights``; pairwise
comparisons (AHP) stand in ``judging``. Weights are stored as they were found; a composite
rescales them inside each parent. Source: OECD & JRC (2008), Handbook on Constructing
Composite Indicators, step 6.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from sti_methods.composite.unfit import Unfit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

__all__ = [
    "Budget",
    "Weights",
    "budget_weights",
    "correlation_weights",
    "equal_weights",
    "pca_weights",
    "pca_weights_of",
]

POINTS = 100.0  # what each expert gives out
_NEAR = 1e-6  # of the points: what summing decimals may leave
_FLAT = 1e-12  # of the mean size of a column: less is no spread but rounding
_FEWEST = 3  # units that have all the group: a correlation of two is always 1
_COLLINEAR = 1e-10  # least eigenvalue of correlations, whose mean is 1


@dataclass(frozen=True, kw_only=True)
class Weights:
    """One weight for each code, how it was found, and what to know of it.

    ``method``: ``equal``, ``pca``, ``budget``, ``ahp`` or ``correlation``. ``facts`` are
    numbers by code, such as ``explained``: the part of the variance that the first
    component carries. ``negative`` are the codes whose weight is below nothing: a principal
    component may do that, and such a group does not measure one thing.
    """

    method: str
    codes: tuple[str, ...]
    values: tuple[float, ...]
    facts: Mapping[str, float] = field(default_factory=dict)

    @property
    def negative(self) -> tuple[str, ...]:
        return tuple(c for c, w in zip(self.codes, self.values, strict=True) if w < 0)

    @property
    def shares(self) -> dict[str, float]:
        """Weights rescaled to sum to 1."""
        whole = sum(self.values)
        return {c: w / whole for c, w in zip(self.codes, self.values, strict=True)}

    def to_plain(self) -> dict[str, Any]:
        return {
            "method": self.method,
            "weights": dict(zip(self.codes, self.values, strict=True)),
            "negative": list(self.negative),
            "facts": dict(self.facts),
        }


@dataclass(frozen=True, kw_only=True)
class Budget:
    """What experts gave each criterion: mean, deviation, least and most points.

    ``deviation`` is the standard deviation with n - 1, None for a single expert. The
    weights are the means, in points of 100.
    """

    experts: tuple[str, ...]
    weights: Weights
    deviation: tuple[float | None, ...]
    least: tuple[float, ...]
    most: tuple[float, ...]

    def to_plain(self) -> dict[str, Any]:
        return {
            "experts": list(self.experts),
            **self.weights.to_plain(),
            "criteria": [
                {
                    "code": code,
                    "mean": mean,
                    "deviation": deviation,
                    "least": least,
                    "most": most,
                }
                for code, mean, deviation, least, most in zip(
                    self.weights.codes,
                    self.weights.values,
                    self.deviation,
                    self.least,
                    self.most,
                    strict=True,
                )
            ],
        }


def equal_weights(*, codes: Sequence[str]) -> Weights:
    """1 for each code. Raises ``Unfit``: ``no_codes``, ``code_twice``."""
    named = _codes(codes)
    return Weights(method="equal", codes=named, values=(1.0,) * len(named))


def pca_weights(*, values: NDArray[np.float64], codes: Sequence[str]) -> Weights:
    """Loadings of the first principal component of the standardised columns.

    The sign of a component is arbitrary: the loading of largest size is made positive.
    Units that lack one of the columns are left out. ``facts``: ``explained`` (part of the
    variance) and ``units`` (how many counted).

    Parameters
    ----------
    values : (units, codes) float
        Scores of one group; NaN where missing.

    Raises
    ------
    Unfit
        ``no_codes``, ``code_twice``, ``shape``; ``constant`` (code): no spread;
        ``few_units`` (units, needed): fewer than three units have all columns.

    Notes
    -----
    Jolliffe (2002), Principal Component Analysis. Cost: units·k² + k³.
    """
    named = _codes(codes)
    whole, _spread, correlation = _correlated(values, named)
    lengths, axes = np.linalg.eigh(correlation)
    first = axes[:, -1]
    first = first * np.sign(first[np.argmax(np.abs(first))])
    return Weights(
        method="pca",
        codes=named,
        values=tuple(map(float, first)),
        facts={
            "explained": float(lengths[-1] / lengths.sum()),
            "units": float(len(whole)),
        },
    )


def pca_weights_of(
    *,
    values: NDArray[np.float64],
    codes: Sequence[str],
    parents: Mapping[str, str | None],
) -> dict[str, Weights]:
    """``pca_weights`` of each group of codes that have one parent, by the parent's code.

    ``codes`` name the columns of ``values``, all of one level. A lone child has weight 1.
    """
    groups: dict[str, list[int]] = {}
    for place, code in enumerate(_codes(codes)):
        parent = parents.get(code)
        if parent is None:
            raise Unfit("no_parent", code=code)
        groups.setdefault(parent, []).append(place)
    found = {}
    for parent, places in groups.items():
        named = [codes[place] for place in places]
        found[parent] = (
            equal_weights(codes=named)
            if len(named) == 1
            else pca_weights(values=values[:, places], codes=named)
        )
    return found


def budget_weights(
    *,
    points: NDArray[np.float64],
    experts: Sequence[str],
    codes: Sequence[str],
) -> Budget:
    """Mean points of the experts, each of whom gave out 100 among the criteria.

    Parameters
    ----------
    points : (experts, codes) float
        None below 0, each row summing to 100 (to a millionth).

    Raises
    ------
    Unfit
        ``no_codes``, ``code_twice``, ``no_experts``, ``expert_twice``, ``shape``;
        ``no_number`` (expert, code), ``below_nothing`` (expert, code, points),
        ``sum`` (expert, sum, needed); all faults of the table are in ``all``.
    """
    named, judges = _codes(codes), tuple(experts)
    if not judges:
        raise Unfit("no_experts")
    if twice := _twice(judges):
        raise Unfit("expert_twice", expert=twice)
    given = np.asarray(points, dtype=np.float64)
    if given.shape != (len(judges), len(named)):
        raise Unfit("shape", rows=len(judges), columns=len(named))
    found: list[Unfit] = []
    for judge, row in zip(judges, given, strict=True):
        for code, value in zip(named, row, strict=True):
            if not np.isfinite(value):
                found.append(Unfit("no_number", expert=judge, code=code))
            elif value < 0:
                found.append(
                    Unfit("below_nothing", expert=judge, code=code, points=float(value))
                )
        if np.isfinite(row).all() and abs(float(row.sum()) - POINTS) > _NEAR:
            found.append(
                Unfit("sum", expert=judge, sum=float(row.sum()), needed=POINTS)
            )
    Unfit.raise_all(found)
    several = len(judges) > 1
    return Budget(
        experts=judges,
        weights=Weights(
            method="budget",
            codes=named,
            values=tuple(map(float, given.mean(axis=0))),
            facts={"experts": float(len(judges))},
        ),
        deviation=tuple(map(float, given.std(axis=0, ddof=1)))
        if several
        else (None,) * len(named),
        least=tuple(map(float, given.min(axis=0))),
        most=tuple(map(float, given.max(axis=0))),
    )


def correlation_weights(
    *, values: NDArray[np.float64], codes: Sequence[str]
) -> Weights:
    """Weights above 0, summing to 1, that make every column correlate alike with its parent.

    The parent is the weighted arithmetic mean of the columns as they are given. ``facts``:
    ``correlation``, the one that all reach, and ``units``.

    Raises
    ------
    Unfit
        As ``pca_weights``; ``collinear``: one column follows from others; ``no_balance``
        (code): balance would need a weight of 0 or less for it.

    Notes
    -----
    With R the correlations and v the weights times the spreads, R v is to be the same for
    all columns, so v = R⁻¹ 1: there is one such v and nothing to search. Purpose: Becker,
    Saisana, Paruolo & Vandecasteele (2017), Ecological Indicators 80:12. Cost: k³.
    """
    named = _codes(codes)
    whole, spread, correlation = _correlated(values, named)
    if np.linalg.eigvalsh(correlation)[0] < _COLLINEAR:
        raise Unfit("collinear", codes=len(named))
    of_spread = np.linalg.solve(correlation, np.ones(len(named)))
    Unfit.raise_all(
        [
            Unfit("no_balance", code=code)
            for code, one in zip(named, of_spread, strict=True)
            if one <= 0
        ]
    )
    weight = of_spread / spread
    return Weights(
        method="correlation",
        codes=named,
        values=tuple(map(float, weight / weight.sum())),
        facts={
            "correlation": float(1 / np.sqrt(of_spread.sum())),
            "units": float(len(whole)),
        },
    )


def _twice(names: Sequence[str]) -> str:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return ""


def _codes(codes: Sequence[str]) -> tuple[str, ...]:
    if not codes:
        raise Unfit("no_codes")
    if twice := _twice(codes):
        raise Unfit("code_twice", code=twice)
    return tuple(codes)


def _complete(values: NDArray[np.float64], codes: Sequence[str]) -> NDArray[np.float64]:
    """Rows without a gap."""
    given = np.asarray(values, dtype=np.float64)
    if given.ndim != 2 or given.shape[1] != len(codes):  # noqa: PLR2004 -- a table
        raise Unfit("shape", rows=len(given), columns=len(codes))
    whole = given[np.isfinite(given).all(axis=1)]
    if len(whole) < _FEWEST:
        raise Unfit("few_units", units=len(whole), needed=_FEWEST)
    return np.asarray(whole)


def _correlated(
    values: NDArray[np.float64], codes: Sequence[str]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Units that have all columns, the spread of each column, their correlations."""
    whole = _complete(values, codes)
    centred = whole - whole.mean(axis=0)
    spread = centred.std(axis=0, ddof=1)
    _varying(whole, spread, codes)
    correlation = (centred / spread).T @ (centred / spread) / (len(whole) - 1)
    return whole, spread, correlation


def _varying(
    values: NDArray[np.float64], spread: NDArray[np.float64], codes: Sequence[str]
) -> None:
    size = np.abs(values).mean(axis=0)
    Unfit.raise_all(
        [
            Unfit("constant", code=code)
            for code, one, much in zip(codes, spread, size, strict=True)
            if one <= _FLAT * much
        ]
    )
