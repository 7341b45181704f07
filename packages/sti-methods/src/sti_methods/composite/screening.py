"""Units and indicators with too little data leave before they can mislead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sti_methods.composite.log import Step, digest
from sti_methods.composite.unfit import Unfit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sti_methods.composite.recipe import Screening
    from sti_methods.composite.tables import Tables
    from sti_methods.composite.tree import Tree

__all__ = ["good_share", "screen"]


def good_share(
    *, values: NDArray[np.float64], axis: int, counted: str
) -> NDArray[np.float64]:
    """The share of good cells along ``axis``.

    ``missing``: of cells that are there; ``zeros``: of those there, which are not 0 (1 where
    nothing is there); ``both``: the lower of the two.
    """
    there = ~np.isnan(values)
    shares = there.mean(axis=axis)
    nonzero = (there & (values != 0)).sum(axis=axis)
    count = there.sum(axis=axis)
    of_zeros = np.where(count > 0, nonzero / np.maximum(count, 1), 1.0)
    if counted == "missing":
        return np.asarray(shares)
    return of_zeros if counted == "zeros" else np.minimum(shares, of_zeros)


def screen(
    *,
    rule: Screening,
    tables: Tables,
    tree: Tree,
    values: NDArray[np.float64],
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], Step]:
    """Which units and which indicators stay: units first, indicators on the units left.

    ``values``: (units, indicators). Raises Unfit ``nobody_left`` when fewer than two units
    stay, ``no_indicator_left`` when no indicator does.
    """
    shares = good_share(values=values, axis=1, counted=rule.counted)
    rows = shares >= rule.units
    if rows.sum() < 2:  # noqa: PLR2004 -- one unit alone has no rank
        raise Unfit("nobody_left", least=rule.units, left=int(rows.sum()))
    columns = (
        good_share(values=values[rows], axis=0, counted=rule.counted) >= rule.indicators
    )
    if not columns.any():
        raise Unfit("no_indicator_left", least=rule.indicators)
    gone = [u for u, stays in zip(tables.units, rows, strict=True) if not stays]
    codes = [c for c, stays in zip(tree.indicators, columns, strict=True) if not stays]
    step = Step(
        name="screen",
        parameters={
            "units": rule.units,
            "indicators": rule.indicators,
            "counted": rule.counted,
            "after_imputing": rule.after_imputing,
        },
        counts={
            "units_left_out": len(gone),
            "units_kept": int(rows.sum()),
            "indicators_left_out": len(codes),
        },
        units=tuple(gone),
        codes=tuple(codes),
        notes={
            unit: f"{share:.4f}"
            for unit, share, stays in zip(tables.units, shares, rows, strict=True)
            if not stays
        },
        digest=digest(values[rows][:, columns]),
    )
    return rows, columns, step
