"""Whether a set holds a condition to the last digit, and what is asked again where it does not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sti_methods.portfolio.rows import Row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["cut_of", "meets", "narrower"]

# A row's limits hold to this share of its unit as the solver sees them.
TOLERANCE = 1e-6


def meets(row: Row, x: NDArray[np.bool_]) -> bool:
    """Whether a set holds a row, by exact sums."""
    return not (_above(row, x) or _below(row, x))


def _above(row: Row, x: NDArray[np.bool_]) -> bool:
    passed = row.total(x) - row.most
    return passed > 0 and passed > row.unsure(x, row.most)


def _below(row: Row, x: NDArray[np.bool_]) -> bool:
    passed = row.least - row.total(x)
    return passed > 0 and passed > row.unsure(x, row.least)


def cut_of(row: Row, x: NDArray[np.bool_]) -> Row | None:
    """What every set that holds the row holds, and ``x`` does not; None: ``x`` holds it.

    A set above a limit has to lose one of what adds to it or to take one of what takes off
    (a cover; Balas 1975, Mathematical Programming 8:146), and the other way round below.
    """
    if _above(row, x):
        sign = 1.0
    elif _below(row, x):
        sign = -1.0
    else:
        return None
    there, adds = x[row.column], sign * row.value > 0
    turned = (there & adds) | (~there & ~adds)
    return Row(
        condition=row.condition,
        column=row.column[turned],
        value=np.where(there[turned], 1.0, -1.0),
        least=-np.inf,
        most=float(np.count_nonzero(there & adds)) - 1.0,
    )


def narrower(
    rows: Sequence[Row], asked: Sequence[Row], x: NDArray[np.bool_]
) -> tuple[list[Row], bool]:
    """The rows with limits drawn in where the solver passed them."""
    found, faulty = [], False
    for row, before in zip(rows, asked, strict=True):
        last, least = before, TOLERANCE * row.unit
        if _above(row, x):
            off = max(2 * (row.total(x) - row.most), least)
            last, faulty = replace(before, most=before.most - off), True
        elif _below(row, x):
            off = max(2 * (row.least - row.total(x)), least)
            last, faulty = replace(before, least=before.least + off), True
        found.append(last)
    return found, faulty
