"""Cells of plain tables: texts and numbers, and what counts as missing."""

from __future__ import annotations

import math
from typing import Any

__all__ = ["blank", "number", "text"]

MISSING = frozenset({"", "na", "nan", "n/a", "null", "none", "#n/a"})
# Fourth powers of what is left after dividing must still be numbers.
LARGEST = 1e30


def text(cell: Any) -> str:
    """The cell as text without blanks at the ends."""
    if cell is None:
        return ""
    if isinstance(cell, float) and math.isfinite(cell) and cell == int(cell):
        return str(int(cell))
    return str(cell).strip()


def blank(cell: Any) -> bool:
    """Whether the cell says that nothing is known."""
    return text(cell).lower() in MISSING


def number(cell: Any) -> float | None:
    """The number, NaN where it is missing, None where it is no number.

    A decimal comma or a space between thousands is no number: whoever wrote it must say
    which of the two it is.
    """
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        value = float(cell)
        return value if math.isnan(value) or abs(value) <= LARGEST else None
    said = text(cell)
    if said.lower() in MISSING:
        return math.nan
    if not said.isascii() or "_" in said:
        return None
    try:
        value = float(said)
    except ValueError:
        return None
    return value if abs(value) <= LARGEST else None
