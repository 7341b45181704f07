"""Indicators divided by the size of the unit, so that large and small can be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sti_methods.composite.log import Step, digest
from sti_methods.composite.unfit import Unfit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sti_methods.composite.recipe import Recipe
    from sti_methods.composite.tables import Tables
    from sti_methods.composite.tree import Tree

__all__ = ["denominate"]


def denominate(
    *,
    recipe: Recipe,
    tables: Tables,
    tree: Tree,
    values: NDArray[np.float64],
    past: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64], Step]:
    """Divide each indicator that has a denominator by it; a missing one leaves NaN.

    ``values``: (units, indicators); ``past``: (years, units, indicators), each year by its
    own denominators. Raises Unfit ``denominator_sign`` for each denominator of nothing or
    less that would be used.
    """
    values, past = values.copy(), past.copy()
    found: list[Unfit] = []
    done: dict[str, str] = {}
    for n, code in enumerate(tree.indicators):
        column = tree.elements[code].denominator
        if recipe.denominate is not None:
            column = recipe.denominate.get(code, "")
        if not column or not recipe.denominated:
            continue
        sizes = tables.denominators[column]
        olds = tables.past_denominators[column]
        wrong = ~np.isnan(values[:, n]) & (sizes <= 0)
        found.extend(
            Unfit(
                "denominator_sign",
                table="data",
                row=tables.rows[unit],
                column=column,
                unit=tables.units[unit],
                code=code,
                value=float(sizes[unit]),
            )
            for unit in np.flatnonzero(wrong)
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            values[:, n] /= sizes
            past[:, :, n] /= np.where(olds > 0, olds, np.nan)
        done[code] = column
    Unfit.raise_all(found)
    step = Step(
        name="denominate",
        parameters={"denominators": done},
        counts={"indicators": len(done)},
        codes=tuple(done),
        digest=digest(values),
    )
    return values, past, step
