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
from opensti.domains.panels.problem.graph import build as build_ties
from opensti.domains.panels.problem.secret import freeze_secret
from opensti.domains.panels.problem.ties import Problem as TiesProblem
from opensti.domains.panels.problem.ties import (
    Thing,
    dismissed_keys,
    house_years,
    rules_for,
)
from opensti.domains.panels.problem.ties import solve as solve_ties
from opensti.domains.panels.problem.weighing import (
    digest_of,
    in_order,
    main_kind,
    together,
)
from opensti.domains.panels.queries.naming import under

__all__ = [
    "Frozen",
    "Solution",
    "Thing",
    "TiesProblem",
    "build_ties",
    "digest_of",
    "dismissed_keys",
    "freeze",
    "freeze_secret",
    "house_years",
    "in_order",
    "main_kind",
    "orders_by_item",
    "place",
    "rules_for",
    "sheets_by_item",
    "solve",
    "solve_ties",
    "together",
    "under",
]
