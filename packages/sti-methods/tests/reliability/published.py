"""Data that others published answers for; skipped, with a word, where they are not there."""

from __future__ import annotations

import csv
from functools import cache

import numpy as np

from tests.shared import SHARED, needs_shared

FOLDER = SHARED / "data" / "indicators" / "reliability"
needs_published = needs_shared("indicators/reliability")
ITEMS = tuple(f"x{i}" for i in range(1, 10))
FACTOR = (0, 0, 0, 1, 1, 1, 2, 2, 2)
# Shrout and Fleiss (1979), table 2: six targets, four judges.
SHROUT_FLEISS = [
    [9, 2, 5, 8],
    [6, 1, 3, 2],
    [8, 4, 6, 8],
    [7, 1, 2, 6],
    [10, 5, 6, 9],
    [6, 2, 4, 7],
]


@cache
def pupils():
    """301 pupils, nine tests (Holzinger and Swineford 1939), and their schools."""
    path = FOLDER / "holzinger_swineford_1939.csv"
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return (
        np.array([[float(row[item]) for item in ITEMS] for row in rows]),
        np.array([row["school"] for row in rows]),
    )


def scale(number):
    """The three items of one factor, and their names."""
    places = [j for j, of in enumerate(FACTOR) if of == number]
    return pupils()[0][:, places], [ITEMS[j] for j in places]
