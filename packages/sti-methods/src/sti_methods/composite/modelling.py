"""From a run of an index to what uncertainty and sensitivity need, and usual assumptions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from sti_methods.composite.prepared import score
from sti_methods.composite.recipe import Normalisation
from sti_methods.composite.rescoring import Structure
from sti_methods.composite.space import Factor, Space
from sti_methods.composite.uncertainty import Model
from sti_methods.composite.unfit import Unfit

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from sti_methods.composite.pipeline import Run
    from sti_methods.composite.prepared import Prepared
    from sti_methods.composite.rescoring import Mean

__all__ = ["COLUMN_CHANGES", "model_of", "structure_of", "usual_space"]

# What ``prepare`` of a model can change.
COLUMN_CHANGES = ("winmax", "normalisation")
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
    tree = prepared.tree
    return Structure(
        columns=tree.indicators,
        parents={code: one.parent or None for code, one in tree.elements.items()},
        levels={code: one.level for code, one in tree.elements.items()},
        weights=dict(zip(tree.codes, map(float, prepared.weights), strict=True)),
    )


def model_of(run: Run) -> Model:
    """Return the index of a run, ready to be scored again; of the units that stayed.

    Its columns change by ``winmax`` (most points winsorised) and ``normalisation`` (a
    mapping as in a recipe). Raises ``Unfit``: as ``structure_of``; ``prepare`` raises
    ``change`` for another key, and what treatment and normalisation refuse.
    """
    prepared = run.prepared
    structure = structure_of(prepared)

    def prepare(changed: Mapping[str, Any]) -> NDArray[np.float64]:
        for key in changed:
            if key not in COLUMN_CHANGES:
                raise Unfit("change", key=str(key), known=", ".join(COLUMN_CHANGES))
        treatment, normalisation = prepared.treatment, prepared.normalisation
        if "winmax" in changed:
            treatment = replace(treatment, winsorise=int(changed["winmax"]))
        if "normalisation" in changed:
            normalisation = Normalisation.of(changed["normalisation"])
        # Means are the caller's: one that always exists, so that columns come first.
        return score(
            prepared,
            treatment=treatment,
            normalisation=normalisation,
            aggregation=replace(prepared.aggregation, method="arithmetic", levels={}),
        ).normalised

    return Model(
        tree=structure,
        units=prepared.units,
        prepare=prepare,
        means={
            code: cast("Mean", prepared.aggregation.at(structure.levels[code]))
            for code in structure.upwards
        },
        least_data=prepared.aggregation.least_data,
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
