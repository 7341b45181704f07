"""Which assumption moves the ranks: Sobol indices with intervals, and leaving one out.

Estimators of Saltelli et al. (2010), Computer Physics Communications 181:259: first order
by (b) of table 2, total order by (f), after Jansen. Intervals by the bootstrap over base
points (Archer, Saltelli & Sobol' 1997).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from sti_methods.composite.ranks import mean_rank_change, ranks_of
from sti_methods.composite.rescoring import Structure, score_runs
from sti_methods.composite.unfit import Unfit
from sti_methods.late import Late

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from sti_methods.composite.rescoring import Mean

qmc = Late("scipy.stats", "qmc")

__all__ = [
    "LeftOut",
    "Sequences",
    "Sobol",
    "SobolIndex",
    "base_points",
    "design",
    "leave_one_out",
    "sobol_indices",
]

# ``random``: independent draws; ``sobol``: a scrambled sequence that fills space evenly.
Sequences = Literal["random", "sobol"]
LOW, HIGH = 0.05, 0.95
BOOTSTRAP = 1_000
_FEWEST = 2
_FLAT = 1e-12


@dataclass(frozen=True, kw_only=True)
class SobolIndex:
    """One factor: the part of the variance it brings alone, and with all it interacts with.

    ``*_low`` and ``*_high`` hold 90 % of the bootstrap.
    """

    factor: str
    first: float
    first_low: float
    first_high: float
    total: float
    total_low: float
    total_high: float

    def to_plain(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Sobol:
    """Indices of every factor, the variance of the output and what the intervals rest on."""

    indices: tuple[SobolIndex, ...]
    variance: float
    points: int
    bootstrap: int
    seed: int

    def to_plain(self) -> dict[str, Any]:
        return {**asdict(self), "indices": [one.to_plain() for one in self.indices]}


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """Ranks without one code: how far they move on average, at most, and who moves most.

    ``unit`` is None where nobody moves, the first of those who move alike.
    """

    code: str
    mean_change: float
    most: int
    unit: str | None
    ranks: tuple[int | None, ...]

    def to_plain(self) -> dict[str, Any]:
        return {**asdict(self), "ranks": list(self.ranks)}


def design(
    *, points: int, factors: int, seed: int, sequence: Sequences = "random"
) -> NDArray[np.float64]:
    """Return all runs of a sensitivity analysis, between 0 and 1: (points · (factors + 2), factors).

    Blocks of ``points`` rows: A, B, then for each factor A with that column from B.

    Raises
    ------
    Unfit
        ``few_points`` (points, needed), ``few_factors``; ``no_power_of_two`` (points): the
        even sequence is balanced only there.
    """
    if factors < 1:
        raise Unfit("few_factors", factors=factors)
    if points < _FEWEST:
        raise Unfit("few_points", points=points, needed=_FEWEST)
    generator = np.random.default_rng(seed)
    if sequence == "sobol":
        if points & (points - 1):
            raise Unfit("no_power_of_two", points=points)
        both = qmc.Sobol(2 * factors, scramble=True, rng=generator).random(points)
    else:
        both = generator.random((points, 2 * factors))
    a, b = both[:, :factors], both[:, factors:]
    blocks = [a, b]
    for factor in range(factors):
        mixed = a.copy()
        mixed[:, factor] = b[:, factor]
        blocks.append(mixed)
    return np.concatenate(blocks)


def base_points(
    *, outputs: NDArray[np.float64], factors: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Split outputs of ``design`` along the first axis: (A and B, blocks of the factors).

    Ranks over all runs would count A's points again and again: their statistics use A and B.
    Raises ``Unfit``: ``runs`` (runs, blocks) where the blocks are not of one size.
    """
    if len(outputs) % (factors + 2) or len(outputs) < _FEWEST * (factors + 2):
        raise Unfit("runs", runs=len(outputs), blocks=factors + 2)
    points = len(outputs) // (factors + 2)
    return outputs[: 2 * points], outputs[2 * points :].reshape(
        factors, points, *outputs.shape[1:]
    )


def sobol_indices(
    *,
    outputs: NDArray[np.float64],
    factors: Sequence[str],
    seed: int,
    bootstrap: int = BOOTSTRAP,
) -> Sobol:
    """First and total order indices from the outputs of ``design``.

    Parameters
    ----------
    outputs : (points · (factors + 2),) float
        One number for each run, in the order of the design; none may be missing.

    Raises
    ------
    Unfit
        ``few_factors``; ``runs`` (runs, blocks); ``no_output`` (run): a run gave no number,
        and no run is left out in silence; ``no_variance``: all runs gave the same;
        ``few_bootstraps``.

    Notes
    -----
    Si = mean(yB (yABi - yA)) / V, STi = Σ (yA - yABi)² / (2 N V), V the variance of A and B
    together with n - 1. Estimates are not clipped: a value below 0 says that there are too
    few points. Cost: bootstrap · points · factors.
    """
    d = len(factors)
    if d < 1:
        raise Unfit("few_factors", factors=d)
    if bootstrap < 1:
        raise Unfit("few_bootstraps", bootstrap=bootstrap)
    y = np.asarray(outputs, dtype=np.float64)
    Unfit.raise_all(
        [Unfit("no_output", run=int(k)) for k in np.flatnonzero(~np.isfinite(y))]
    )
    both, mixed = base_points(outputs=y, factors=d)
    points = mixed.shape[1]
    a, b = both[:points], both[points:]
    spread = float(both.std())
    if spread <= _FLAT * float(np.abs(both).max()):
        raise Unfit("no_variance", runs=len(y))
    first, total = _estimates(a, b, mixed)
    generator = np.random.default_rng(seed)
    firsts, totals = np.empty((bootstrap, d)), np.empty((bootstrap, d))
    for k in range(bootstrap):
        row = generator.integers(0, points, points)
        firsts[k], totals[k] = _estimates(a[row], b[row], mixed[:, row])
    # A draw of few points may repeat one of them only: it has no variance and no index.
    if not np.isfinite(totals).any():
        raise Unfit("few_points", points=points, needed=points + 1)
    limits = [LOW, HIGH]
    first_ends = np.nanquantile(firsts, limits, axis=0)
    total_ends = np.nanquantile(totals, limits, axis=0)
    return Sobol(
        indices=tuple(
            SobolIndex(
                factor=name,
                first=float(first[k]),
                first_low=float(first_ends[0, k]),
                first_high=float(first_ends[1, k]),
                total=float(total[k]),
                total_low=float(total_ends[0, k]),
                total_high=float(total_ends[1, k]),
            )
            for k, name in enumerate(factors)
        ),
        variance=float(both.var(ddof=1)),
        points=points,
        bootstrap=bootstrap,
        seed=seed,
    )


def leave_one_out(
    *,
    tree: Structure,
    values: NDArray[np.float64],
    units: Sequence[str],
    means: Mapping[str, Mean] | None = None,
    least_data: float = 0.0,
    codes: Sequence[str] | None = None,
) -> tuple[LeftOut, ...]:
    """Ranks of the index without each code in turn, its siblings' weights rescaled.

    Parameters
    ----------
    values : (units, columns) float
        Normalised indicators; what stands below a code leaves with it.
    codes
        All but the index where None.

    Raises
    ------
    Unfit
        As ``score_runs``; ``unknown_code`` (code); ``nothing_left`` (code): without it no
        unit has an index.

    Notes
    -----
    Cost: codes² · units.
    """
    asked = tuple(tree.codes if codes is None else codes)
    Unfit.raise_all(
        [Unfit("unknown_code", code=c) for c in asked if c not in tree.codes]
    )

    def scored(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        found = score_runs(
            tree=tree,
            values=values,
            weights=weights,
            means=means,
            least_data=least_data,
        )
        return ranks_of(scores=found[tree.root][0])

    nominal = scored(tree.weight_row())
    found = []
    for code in asked:
        weights = tree.weight_row()
        weights[0, [tree.codes.index(one) for one in _leaving(tree, code)]] = 0.0
        try:
            ranks = scored(weights)
        except Unfit as fault:
            if fault.kind == "nothing_left":
                raise Unfit("nothing_left", code=code) from None
            raise
        moved = np.abs(ranks - nominal)
        place = int(np.nanargmax(moved)) if np.isfinite(moved).any() else 0
        found.append(
            LeftOut(
                code=code,
                mean_change=float(mean_rank_change(ranks=ranks, nominal=nominal)),
                most=int(moved[place]),
                unit=units[place] if moved[place] > 0 else None,
                ranks=tuple(int(r) if np.isfinite(r) else None for r in ranks),
            )
        )
    return tuple(found)


def _leaving(tree: Structure, code: str) -> tuple[str, ...]:
    """The code, and what has nothing below it once the code is gone."""
    found, parent = [code], tree.parents[code]
    while parent is not None and all(
        child in found or not tree.weights[child] for child in tree.children[parent]
    ):
        found.append(parent)
        parent = tree.parents[parent]
    return tuple(one for one in found if one != tree.root)


def _estimates(
    a: NDArray[np.float64], b: NDArray[np.float64], mixed: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    variance = float(np.concatenate([a, b]).var(ddof=1))
    if variance <= 0:
        none = np.full(len(mixed), np.nan)
        return none, none
    first = (b * (mixed - a)).mean(axis=1) / variance
    total = ((a - mixed) ** 2).mean(axis=1) / (2 * variance)
    return first, total
