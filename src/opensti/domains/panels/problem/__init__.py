"""Rows of councils as frozen problems for the methods, by the part of the work."""

from __future__ import annotations

from opensti.domains.panels.problem.counting import (
    Frozen,
    Solution,
    freeze,
    orders_by_item,
    place,
    sheets_by_item,
    solve,
)

__all__ = [
    "Frozen",
    "Solution",
    "freeze",
    "orders_by_item",
    "place",
    "sheets_by_item",
    "solve",
]
