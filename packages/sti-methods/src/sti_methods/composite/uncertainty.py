"""How far ranks depend on what the makers of an index assumed: runs over the assumptions.

A *space* holds the uncertain assumptions (factors). A run takes a point between 0 and 1 for
each factor and with it one of its options. Whatever changes the columns (how far outliers
are drawn in, how values are normalised) is asked of ``prepare`` once for each combination;
weights and means are then changed for all its runs at once. Source: Saisana, Saltelli &
Tarantola (2005), Journal of the Royal Statistical Society A 168:307.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np

from sti_methods.composite.ranks import mean_rank_change, rank_statistics, ranks_of
from sti_methods.composite.rescoring import score_runs
from sti_methods.composite.sensitivity import (
    BOOTSTRAP,
    base_points,
    design,
    sobol_indices,
)
from sti_methods.composite.space import weight_sets
from sti_methods.composite.unfit import Unfit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from sti_methods.composite.ranks import RankStatistics
    from sti_methods.composite.rescoring import Mean, Structure
    from sti_methods.composite.sensitivity import Sequences, Sobol
    from sti_methods.composite.space import Factor, Space

    # What changes the columns → normalised values (units, tree.columns); {} is the recipe.
    Prepare = Callable[[Mapping[str, Any]], NDArray[np.float64]]

__all__ = [
    "Changed",
    "Model",
    "Sensitivity",
    "Uncertainty",
    "analyse_sensitivity",
    "analyse_uncertainty",
    "one_at_a_time",
]


@dataclass(frozen=True, kw_only=True, eq=False)
class Model:
    """An index that can be scored again: its tree, its means and its columns.

    ``prepare`` gives normalised values for changed assumptions, always of the same
    ``units``: a unit or indicator that leaves under a changed assumption is a row or column
    of NaN.
    """

    tree: Structure
    units: tuple[str, ...]
    prepare: Prepare
    means: Mapping[str, Mean]
    least_data: float = 0.0

    @cached_property
    def nominal(self) -> NDArray[np.float64]:
        """Ranks as the recipe stands: (units,)."""
        return ranks_of(scores=_scored(self, {}, None, self.means, (0,))[0])


@dataclass(frozen=True, kw_only=True, eq=False)
class Uncertainty:
    """Ranks of every run and what they say; ``ranks`` is (runs, units)."""

    units: tuple[str, ...]
    statistics: tuple[RankStatistics, ...]
    ranks: NDArray[np.float64]
    changes: NDArray[np.float64]
    space: Space
    seed: int

    def to_plain(self) -> dict[str, Any]:
        """All but the single runs, which the seed brings back."""
        return {
            "runs": len(self.ranks),
            "seed": self.seed,
            "factors": [factor.to_plain() for factor in self.space.factors],
            "mean_rank_change": float(self.changes.mean()),
            "statistics": [one.to_plain() for one in self.statistics],
            "versions": _versions(),
        }


@dataclass(frozen=True, kw_only=True, eq=False)
class Sensitivity:
    """Sobol indices of the mean rank change; rank statistics of the blocks A and B."""

    units: tuple[str, ...]
    sobol: Sobol
    statistics: tuple[RankStatistics, ...]
    outputs: NDArray[np.float64]
    space: Space
    sequence: Sequences

    def to_plain(self) -> dict[str, Any]:
        return {
            "runs": len(self.outputs),
            "sequence": self.sequence,
            "factors": [factor.to_plain() for factor in self.space.factors],
            "sobol": self.sobol.to_plain(),
            "statistics": [one.to_plain() for one in self.statistics],
            "versions": _versions(),
        }


@dataclass(frozen=True, kw_only=True)
class Changed:
    """One option of one factor, all else as the recipe stands: how far ranks move.

    ``refused``: why the index cannot be worked out so (``kind`` and its values); then there
    are no figures. Such an option is told, never left out. ``unit`` is None where nobody moves.
    """

    factor: str
    option: Any
    mean_change: float | None
    most: int | None
    unit: str | None
    refused: Mapping[str, Any] | None = None

    def to_plain(self) -> dict[str, Any]:
        return {
            "factor": self.factor,
            "option": self.option,
            "mean_change": self.mean_change,
            "most": self.most,
            "unit": self.unit,
            "refused": None if self.refused is None else dict(self.refused),
        }


def analyse_uncertainty(
    *, model: Model, space: Space, runs: int, seed: int
) -> Uncertainty:
    """Score the index under ``runs`` draws of all factors together.

    The same model, space, runs and seed give the same answer, byte for byte.

    Raises
    ------
    Unfit
        ``few_runs``; what a run refuses, with its number: ``not_positive`` (run, unit,
        code, parent, mean, value) and others of ``score_runs``, or what ``prepare`` raises.
        No run is left out in silence.

    Notes
    -----
    Cost: one ``prepare`` for each combination of options that change columns, then
    runs · units · codes multiplications.
    """
    if runs < 1:
        raise Unfit("few_runs", runs=runs)
    points = np.random.default_rng(seed).random((runs, len(space.open)))
    ranks = _ranks(model, space, space.chosen(points), seed)
    return Uncertainty(
        units=model.units,
        statistics=rank_statistics(
            ranks=ranks, units=model.units, nominal=model.nominal
        ),
        ranks=ranks,
        changes=mean_rank_change(ranks=ranks, nominal=model.nominal),
        space=space,
        seed=seed,
    )


def analyse_sensitivity(
    *,
    model: Model,
    space: Space,
    points: int,
    seed: int,
    bootstrap: int = BOOTSTRAP,
    sequence: Sequences = "random",
) -> Sensitivity:
    """Sobol indices of the mean absolute rank change, from points · (factors + 2) runs.

    Raises
    ------
    Unfit
        As ``design``, ``sobol_indices`` and ``analyse_uncertainty``; ``no_variance`` also
        where each factor has one option. A factor with one option has no index.
    """
    if not space.open:
        raise Unfit("no_variance", runs=0)
    count = len(space.open)
    places = design(points=points, factors=count, seed=seed, sequence=sequence)
    ranks = _ranks(model, space, space.chosen(places), seed)
    outputs = mean_rank_change(ranks=ranks, nominal=model.nominal)
    return Sensitivity(
        units=model.units,
        sobol=sobol_indices(
            outputs=outputs, factors=space.open, seed=seed, bootstrap=bootstrap
        ),
        statistics=rank_statistics(
            ranks=base_points(outputs=ranks, factors=count)[0],
            units=model.units,
            nominal=model.nominal,
        ),
        outputs=outputs,
        space=space,
        sequence=sequence,
    )


def one_at_a_time(*, model: Model, space: Space) -> tuple[Changed, ...]:
    """Each option of each factor but weights, alone.

    An option under which the index cannot be worked out, such as a geometric mean of the
    recipe's own zeros, is among them with what was refused.
    """
    return tuple(
        _changed(model, factor, option)
        for factor in space.factors
        for option in factor.options
    )


def _changed(model: Model, factor: Factor, option: Any) -> Changed:
    means, columns = model.means, {}
    if factor.kind == "means":
        means = dict.fromkeys(model.tree.upwards, option)
    else:
        columns = {factor.name: option}
    try:
        ranks = ranks_of(scores=_scored(model, columns, None, means, (0,))[0])
    except Unfit as fault:
        about = {name: value for name, value in fault.about.items() if name != "run"}
        return Changed(
            factor=factor.name,
            option=option,
            mean_change=None,
            most=None,
            unit=None,
            refused={"kind": fault.kind, **about},
        )
    moved = np.abs(ranks - model.nominal)
    place = int(np.nanargmax(moved))
    return Changed(
        factor=factor.name,
        option=option,
        mean_change=float(mean_rank_change(ranks=ranks, nominal=model.nominal)),
        most=int(moved[place]),
        unit=model.units[place] if moved[place] > 0 else None,
    )


def _ranks(
    model: Model, space: Space, chosen: NDArray[np.int64], seed: int
) -> NDArray[np.float64]:
    """(runs, units): runs of one combination of columns and means together."""
    weighted = [k for k, f in enumerate(space.factors) if f.kind == "weights"]
    others = [k for k in range(len(space.factors)) if k not in weighted]
    sets = (
        weight_sets(tree=model.tree, factor=space.factors[weighted[0]], seed=seed)
        if weighted
        else None
    )
    kinds, of_run = np.unique(chosen[:, others], axis=0, return_inverse=True)
    of_run = of_run.reshape(-1)
    scores = np.empty((len(chosen), len(model.units)))
    prepared: dict[tuple[int, ...], NDArray[np.float64]] = {}
    for number, kind in enumerate(kinds):
        runs = np.flatnonzero(of_run == number)
        changed: dict[str, Any] = {}
        means, key = model.means, []
        for place, option in zip(others, kind, strict=True):
            factor = space.factors[place]
            if factor.kind == "means":
                means = dict.fromkeys(model.tree.upwards, factor.options[option])
            else:
                changed[factor.name] = factor.options[option]
                key.append(int(option))
        if tuple(key) not in prepared:
            prepared[tuple(key)] = _prepared(model, changed, int(runs[0]))
        weights = None if sets is None else sets[chosen[runs, weighted[0]]]
        scores[runs] = _scored(
            model, changed, weights, means, runs, values=prepared[tuple(key)]
        )
    return ranks_of(scores=scores)


def _prepared(
    model: Model, changed: Mapping[str, Any], run: int
) -> NDArray[np.float64]:
    values = np.asarray(model.prepare(changed), dtype=np.float64)
    if values.shape != (len(model.units), len(model.tree.columns)):
        raise Unfit("shape", run=run, rows=len(model.units))
    return values


def _scored(
    model: Model,
    changed: Mapping[str, Any],
    weights: NDArray[np.float64] | None,
    means: Mapping[str, Mean],
    runs: Sequence[int] | NDArray[np.int64],
    *,
    values: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """Scores of some runs; a fault tells the run as it is counted in all of them."""
    if values is None:
        values = _prepared(model, changed, int(runs[0]))
    gone = np.isnan(values).all(axis=0)
    if gone.any():
        # What nobody has left the index: it is no gap that counts against a unit.
        weights = np.array(model.tree.weight_row() if weights is None else weights)
        codes = model.tree.codes
        weights[
            :, [codes.index(model.tree.columns[k]) for k in np.flatnonzero(gone)]
        ] = 0
    try:
        found = score_runs(
            tree=model.tree,
            values=values,
            weights=weights,
            means=means,
            least_data=model.least_data,
        )
    except Unfit as fault:
        about = dict(fault.about)
        if "run" in about:
            about["run"] = int(runs[int(about["run"])])
        if "row" in about:
            about["unit"] = model.units[int(about.pop("row"))]
        raise Unfit(fault.kind, **about) from None
    return found[model.tree.root]


def _versions() -> dict[str, str]:
    return {name: version(name) for name in ("numpy", "scipy", "sti-methods")}
