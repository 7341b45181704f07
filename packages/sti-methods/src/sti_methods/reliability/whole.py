"""Answers as arrays, held to what every statistic asks of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sti_methods.composite.unfit import Unfit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Table = NDArray[np.float64]


def answers(values: Table, *, items: int | None = None) -> Table:
    """The table as floats, two-dimensional; raises ``Unfit`` ``shape`` or ``infinite``."""
    table = np.asarray(values, dtype=np.float64)
    if table.ndim != 2 or (items is not None and table.shape[1] != items):  # noqa: PLR2004
        raise Unfit("shape", dimensions=table.ndim)
    if np.isinf(table).any():
        raise Unfit("infinite")
    return table


def whole_rows(values: Table, *, items: int | None = None) -> Table:
    """Rows without a gap; raises ``few_units``, and ``no_spread`` for an item all alike."""
    table = answers(values, items=items)
    table = table[np.isfinite(table).all(axis=1)]
    if len(table) < 2:  # noqa: PLR2004
        raise Unfit("few_units", units=len(table), items=table.shape[1])
    spread = np.ptp(table, axis=0)
    for item in np.flatnonzero(spread <= 0):
        raise Unfit("no_spread", item=int(item))
    return table
