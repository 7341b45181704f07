"""The published ASEM tables (Becker, COINr, MIT): read as they stand."""

from __future__ import annotations

import csv
from functools import cache
from typing import NamedTuple

import numpy as np
from sti_methods.composite.rescoring import Structure

from tests.shared import SHARED, needs_shared

ASEM = SHARED / "data" / "indicators" / "coinr_asem"
needs_asem = needs_shared("indicators/coinr_asem")
NAMES = frozenset({"", "uCode", "uName", "UnitCode", "UnitName", "Variable"})


class Table(NamedTuple):
    units: tuple[str, ...]
    codes: tuple[str, ...]
    values: np.ndarray

    def of(self, *codes):
        return self.values[:, [self.codes.index(code) for code in codes]]


def rows(name):
    with (ASEM / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def number(cell):
    try:
        return float(cell)
    except ValueError:
        return np.nan


@cache
def table(name):
    read = rows(name)
    key = next(
        column for column in read[0] if column in {"uCode", "UnitCode", "Variable"}
    )
    codes = tuple(column for column in read[0] if column not in NAMES)
    return Table(
        tuple(row[key] for row in read),
        codes,
        np.array([[number(row[code]) for code in codes] for row in read]),
    )


@cache
def meta():
    return [row for row in rows("asem_imeta") if row["Level"]]


def parents():
    return {row["iCode"]: row["Parent"] or None for row in meta()}


def weights():
    return {row["iCode"]: float(row["Weight"]) for row in meta()}


def children(parent):
    return tuple(code for code, above in parents().items() if above == parent)


def structure():
    return Structure(
        columns=table("published_asem_coin_object_normalised").codes,
        parents=parents(),
        levels={row["iCode"]: int(float(row["Level"])) for row in meta()},
        weights=weights(),
    )


PILLARS = (
    "Physical", "ConEcFin", "Political", "Instit", "P2P", "Environ", "Social", "SusEcFin",
)  # fmt: skip
