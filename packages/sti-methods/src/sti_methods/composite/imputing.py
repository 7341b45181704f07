"""Missing values filled: each fill is marked, and what cannot be filled is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sti_methods.composite.expectation import fill_normal
from sti_methods.composite.log import Step, digest
from sti_methods.composite.unfit import Unfit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sti_methods.composite.recipe import Imputation
    from sti_methods.composite.tables import Tables
    from sti_methods.composite.tree import Tree

__all__ = ["impute"]


def impute(
    *,
    rule: Imputation,
    tables: Tables,
    kept: NDArray[np.bool_],
    tree: Tree,
    values: NDArray[np.float64],
    past: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.bool_], Step]:
    """Fill NaN of ``values`` (kept units, indicators); what was there is never touched.

    ``mean``, ``median``: of the indicator; ``group_mean``, ``group_median``: among the units
    of the same group; ``em``: expectation under a multivariate normal of the indicators of
    one parent (Dempster, Laird & Rubin 1977); ``latest_year``: the unit's own latest earlier
    value, its year in the log; what has none stays missing.

    Returns the filled array, which cells were filled, and the log's line.

    Raises
    ------
    Unfit
        ``impute_nothing`` (an indicator, or a group in it, has no value to fill from),
        ``impute_no_group``, ``impute_no_years``, ``em_few``, ``em_singular``, ``em_steps``.
    """
    missing = np.isnan(values)
    units = [u for u, stays in zip(tables.units, kept, strict=True) if stays]
    notes: dict[str, str] = {}
    if rule.method == "none":
        filled = values.copy()
    elif rule.method in {"mean", "median"}:
        filled = _by_groups(rule, tree, values, [""] * len(units), units)
    elif rule.method in {"group_mean", "group_median"}:
        column = tables.groups[rule.group]
        groups = [g for g, stays in zip(column, kept, strict=True) if stays]
        filled = _by_groups(rule, tree, values, groups, units)
    elif rule.method == "em":
        filled = _em(tree, values)
    else:
        filled, notes = _latest(rule, tables, tree, values, past, units)
    done = missing & ~np.isnan(filled)
    cells = {
        code: tuple(units[i] for i in np.flatnonzero(done[:, n]))
        for n, code in enumerate(tree.indicators)
        if done[:, n].any()
    }
    step = Step(
        name="impute",
        parameters={
            "method": rule.method,
            "group": rule.group,
            "most_years": rule.most_years,
        },
        counts={
            "missing": int(missing.sum()),
            "imputed": int(done.sum()),
            "left_missing": int(np.isnan(filled).sum()),
        },
        cells=cells,
        notes=notes,
        digest=digest(filled),
    )
    return filled, done, step


def _by_groups(
    rule: Imputation,
    tree: Tree,
    values: NDArray[np.float64],
    groups: list[str],
    units: list[str],
) -> NDArray[np.float64]:
    middle = np.median if rule.method.endswith("median") else np.mean
    filled, found = values.copy(), list[Unfit]()
    names = np.array(groups)
    for n, code in enumerate(tree.indicators):
        gaps = np.isnan(values[:, n])
        for group in dict.fromkeys(names[gaps].tolist()):
            if rule.group and not group:
                found.extend(
                    Unfit("impute_no_group", unit=units[i], code=code, group=rule.group)
                    for i in np.flatnonzero(gaps & (names == ""))
                )
                continue
            inside = names == group
            there = values[inside & ~gaps, n]
            if not there.size:
                found.append(
                    Unfit(
                        "impute_nothing",
                        code=code,
                        group=group,
                        units=", ".join(
                            units[i] for i in np.flatnonzero(inside & gaps)
                        ),
                    )
                )
                continue
            filled[inside & gaps, n] = middle(there)
    Unfit.raise_all(found)
    return filled


def _em(tree: Tree, values: NDArray[np.float64]) -> NDArray[np.float64]:
    filled, found = values.copy(), list[Unfit]()
    parents = dict.fromkeys(tree.elements[c].parent for c in tree.indicators)
    for parent in parents:
        places = [
            n
            for n, c in enumerate(tree.indicators)
            if tree.elements[c].parent == parent
        ]
        if not np.isnan(values[:, places]).any():
            continue
        try:
            filled[:, places] = fill_normal(values=values[:, places], parent=parent)
        except Unfit as fault:
            found.append(fault)
    Unfit.raise_all(found)
    return filled


def _latest(  # noqa: PLR0917 -- the step with its tables
    rule: Imputation,
    tables: Tables,
    tree: Tree,
    values: NDArray[np.float64],
    past: NDArray[np.float64],
    units: list[str],
) -> tuple[NDArray[np.float64], dict[str, str]]:
    if np.isnan(values).any() and not tables.years:
        raise Unfit("impute_no_years", table="data", row=1, column="Time")
    filled, marks = values.copy(), dict[str, list[str]]()
    this = tables.year or 0  # without years there is no layer
    for layer, year in enumerate(tables.years):
        if this - year > rule.most_years:
            continue
        found = np.isnan(filled) & ~np.isnan(past[layer])
        for unit, n in np.argwhere(found):
            marks.setdefault(tree.indicators[n], []).append(f"{units[unit]} {year}")
        filled[found] = past[layer][found]
    return filled, {code: ", ".join(said) for code, said in marks.items()}
