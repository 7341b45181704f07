"""A small index: six units, four indicators, two pillars, one index."""

from __future__ import annotations

from sti_methods.composite import Recipe, Tables

UNITS = ("A", "B", "C", "D", "E", "F")
CELLS = {
    "w": (1.0, 2.0, 3.0, 4.0, 5.0, 7.0),
    "x": (10.0, 30.0, 20.0, 50.0, 40.0, 60.0),
    "y": (6.0, 5.0, 4.0, 3.0, 1.0, 2.0),
    "z": (0.1, 0.2, 0.4, 0.3, 0.6, 0.5),
}
GROUPS = ("north", "north", "north", "south", "south", "south")


def data(**cells):
    columns = {**CELLS, **cells}
    return [
        {
            "uName": f"Unit {unit}",
            "uCode": unit,
            "region": GROUPS[n],
            "size": (n + 1) * 10.0,
            **{code: column[n] for code, column in columns.items()},
        }
        for n, unit in enumerate(UNITS)
    ]


def line(code, kind="Indicator", level=1, parent="", **more):
    return {
        "iCode": code, "iName": code, "Type": kind, "Level": level, "Parent": parent,
        "Direction": 1, "Weight": 1, "Target": "", "Denominator": "", **more,
    }  # fmt: skip


def meta(**changes):
    """``changes``: code → columns to change there."""
    rows = [
        line("w", parent="p"),
        line("x", parent="p"),
        line("y", parent="q", Direction=-1),
        line("z", parent="q"),
        line("p", "Aggregate", 2, "index"),
        line("q", "Aggregate", 2, "index"),
        line("index", "Aggregate", 3),
        line("region", "Group", ""),
        line("size", "Denominator", ""),
    ]
    return [row | changes.get(row["iCode"], {}) for row in rows]


def tables(cells=None, changes=None, **more):
    return Tables.of(data=data(**(cells or {})), meta=meta(**(changes or {})), **more)


def recipe(**said):
    return Recipe.of({"name": "small", **said})
