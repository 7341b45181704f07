"""From a run of an index to what uncertainty and sensitivity need, and usual assumptions."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from sti_methods.composite.pipeline import prepare as begin
from sti_methods.composite.prepared import score
from sti_methods.composite.recipe import Imputation, Normalisation, Screening
from sti_methods.composite.rescoring import Structure
from sti_methods.composite.space import Factor, Space
from sti_methods.composite.tree import Tree
from sti_methods.composite.uncertainty import Model
from sti_methods.composite.unfit import Unfit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from sti_methods.composite.pipeline import Run
    from sti_methods.composite.prepared import Prepared
    from sti_methods.composite.rescoring import Mean

__all__ = ["COLUMN_CHANGES", "model_of", "structure_of", "usual_space"]

# What ``prepare`` of a model can change.
COLUMN_CHANGES = ("winmax", "normalisation", "imputation", "screening")
BEFORE_TREATMENT = ("imputation", "screening")
# What makers of indices commonly choose between, as in the published ASEM runs.
POINTS = (1, 2, 3, 4, 5)
NORMALISATIONS: tuple[dict[str, Any], ...] = (
    {"method": "min_max", "lowest": 1, "highest": 100},
    {"method": "z", "mean": 10, "deviation": 2},
)
SPREAD = 0.25


def structure_of(prepared: Prepared) -> Structure:
    """Return the tree of an index as it is re-scored, with the weights of its recipe.

    Raises ``Unfit``: ``several_roots``: the tree has more than one index at its top.
    """
    return _structure(prepared.tree, prepared.weights)


def _structure(tree: Tree, weights: NDArray[np.float64]) -> Structure:
    return Structure(
        columns=tree.indicators,
        parents={code: one.parent or None for code, one in tree.elements.items()},
        levels={code: one.level for code, one in tree.elements.items()},
        weights=dict(zip(tree.codes, map(float, weights), strict=True)),
    )


def model_of(run: Run, space: Space | None = None) -> Model:
    """Return the index of a run, ready to be scored again.

    Its columns change by ``winmax`` (most points winsorised), ``normalisation``,
    ``imputation`` and ``screening`` (each as in a recipe). It is of the units and
    indicators that stay in the run, or under some option of ``space``: one that is not
    there under an option is a row or column of NaN. A weight that was found from the data
    stays as it was found.

    Raises
    ------
    Unfit
        As ``structure_of``; ``screening_found``: an option keeps an indicator that the run
        left out, whose weight would have to be found from the data. ``prepare`` raises
        ``change`` for another key, and what the steps refuse, with the ``factor`` and the
        ``option`` where that is screening or imputation.
    """
    prepared, begun = run.prepared, _Begun(run)
    starts = [prepared, *begun.known(space)]
    units = tuple(u for u in run.units if any(u in one.units for one in starts))
    tree, weights = _widest(run, starts)
    structure = _structure(tree, weights)

    def prepare(changed: Mapping[str, Any]) -> NDArray[np.float64]:
        for key in changed:
            if key not in COLUMN_CHANGES:
                raise Unfit("change", key=str(key), known=", ".join(COLUMN_CHANGES))
        start = begun.of(changed)
        treatment, normalisation = prepared.treatment, prepared.normalisation
        if "winmax" in changed:
            treatment = replace(treatment, winsorise=int(changed["winmax"]))
        if "normalisation" in changed:
            normalisation = Normalisation.of(changed["normalisation"])
        # Means are the caller's: one that always exists, so that columns come first.
        found = score(
            start,
            treatment=treatment,
            normalisation=normalisation,
            aggregation=replace(prepared.aggregation, method="arithmetic", levels={}),
        ).normalised
        if (start.units, start.tree.indicators) == (units, tree.indicators):
            return found
        whole = np.full((len(units), len(tree.indicators)), np.nan)
        rows = [units.index(unit) for unit in start.units]
        columns = [tree.indicators.index(code) for code in start.tree.indicators]
        whole[np.ix_(rows, columns)] = found
        return whole

    return Model(
        tree=structure,
        units=units,
        prepare=prepare,
        means={
            code: cast("Mean", prepared.aggregation.at(structure.levels[code]))
            for code in structure.upwards
        },
        least_data=prepared.aggregation.least_data,
    )


class _Begun:
    """What is ready before treatment, once for each way to screen and to impute."""

    def __init__(self, run: Run) -> None:
        self.run = run
        recipe = run.recipe
        self.done = {(recipe.screen, recipe.impute): run.prepared}

    def of(self, changed: Mapping[str, Any]) -> Prepared:
        recipe, told = self.run.recipe, []
        screening, imputation = recipe.screen, recipe.impute
        if "screening" in changed:
            screening = Screening.of(changed["screening"])
            told.append("screening")
        if "imputation" in changed:
            imputation = Imputation.of(changed["imputation"])
            told.append("imputation")
        key = (screening, imputation)
        if key not in self.done:
            # Weights are the model's; here they must only exist.
            other = replace(
                recipe,
                screen=screening,
                impute=imputation,
                weights="equal",
                found=None,
            )
            try:
                self.done[key], _kept, _log = begin(
                    recipe=other, tables=self.run.tables
                )
            except Unfit as refusal:
                option = ", ".join(_plainly(changed[name]) for name in told)
                about = {"factor": ", ".join(told), "option": option}
                Unfit.raise_all(
                    [Unfit(one.kind, **{**one.about, **about}) for one in refusal.all]
                )
        return self.done[key]

    def known(self, space: Space | None) -> list[Prepared]:
        """Of all options together; one that is refused is refused when a run takes it."""
        factors = [
            [(one.name, option) for option in one.options]
            for one in (space.factors if space else ())
            if one.name in BEFORE_TREATMENT
        ]
        found = []
        for options in product(*factors):
            with suppress(Unfit):
                found.append(self.of(dict(options)))
        return found


def _plainly(option: Any) -> str:
    if isinstance(option, str):
        return option
    return " ".join(f"{key}={value}" for key, value in option.items())


def _widest(run: Run, starts: list[Prepared]) -> tuple[Tree, NDArray[np.float64]]:
    """The tree with every indicator that stays somewhere, and its weights."""
    prepared, recipe = run.prepared, run.recipe
    full = Tree.of(tables=run.tables).without(codes=recipe.leave_out)
    stays = {code for one in starts for code in one.tree.indicators}
    if stays == set(prepared.tree.indicators):
        return prepared.tree, prepared.weights
    tree = full.without(codes=[code for code in full.indicators if code not in stays])
    if recipe.found is not None and 1 in recipe.found.levels:
        raise Unfit("screening_found", path="screening")
    weights, _step = tree.weigh(recipe=recipe, weights=None)
    standing = dict(zip(prepared.tree.codes, prepared.weights, strict=True))
    return tree, np.array(
        [standing.get(c, w) for c, w in zip(tree.codes, weights, strict=True)]
    )


def usual_space(run: Run) -> Space:
    """Assumptions that are commonly doubted, as far as the recipe makes them.

    Points winsorised 1 to 5 where the recipe treats outliers; min-max from 1 to 100 or
    z-scores about 10, and arithmetic or geometric means, where it normalises; weights of
    the levels between indicators and index (of indicators where there are none) ±25 %.
    """
    prepared = run.prepared
    levels = sorted(prepared.tree.at_level)
    factors = []
    if prepared.treatment.method != "none":
        factors.append(Factor(name="winmax", kind="columns", options=POINTS))
    if prepared.normalisation.method != "none":
        factors.append(
            Factor(name="normalisation", kind="columns", options=NORMALISATIONS)
        )
    factors.append(
        Factor(
            name="weights",
            kind="weights",
            levels=tuple(levels[1:-1] or levels[:1]),
            spread=SPREAD,
        )
    )
    if prepared.normalisation.method != "none":
        factors.append(
            Factor(
                name="aggregation", kind="means", options=("arithmetic", "geometric")
            )
        )
    return Space(factors=tuple(factors))
