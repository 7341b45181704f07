"""Conditions and levels as plain data, for JSON and for words."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from sti_methods.portfolio.problem import (
    Exclusive,
    Limit,
    Must,
    Never,
    Requires,
    Share,
    Threshold,
    Together,
)

if TYPE_CHECKING:
    from sti_methods.portfolio.problem import Condition, Problem

__all__ = ["condition_data", "place_of"]

KINDS: dict[type, str] = {
    Limit: "limit",
    Share: "share",
    Exclusive: "exclusive",
    Requires: "requires",
    Together: "together",
    Must: "must",
    Never: "never",
    Threshold: "threshold",
}


def condition_data(condition: Condition) -> dict[str, Any]:
    """A condition as plain data: its ``kind`` and all it says."""
    found: dict[str, Any] = {"kind": KINDS[type(condition)]}
    for field in fields(condition):
        value = getattr(condition, field.name)
        if field.name == "where":
            value = {column: sorted(value[column]) for column in sorted(value)}
        found[field.name] = list(value) if isinstance(value, tuple) else value
    return found


def place_of(problem: Problem, proposal: str, level: str) -> int:
    """The place of a named level among all levels."""
    for place in problem.levels_of(problem.place(proposal)):
        if problem.names[place] == level:
            return int(place)
    raise KeyError(proposal, level)
