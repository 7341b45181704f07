"""Words for scores: bands with open or closed ends, as data."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sti_methods.composite.reading import Part
from sti_methods.composite.unfit import Unfit

__all__ = ["Band", "band_of", "bands_of"]

# A score is a sum of products: what it misses a border by in the last digits is no miss.
DECIMALS = 9


@dataclass(frozen=True, kw_only=True)
class Band:
    """Scores between ``low`` and ``high``; ``closed_low``, ``closed_high``: the end is in it."""

    code: str
    low: float
    high: float
    closed_low: bool
    closed_high: bool
    name_vi: str = ""
    name_en: str = ""

    def holds(self, score: float) -> bool:
        above = score > self.low or (self.closed_low and score == self.low)
        below = score < self.high or (self.closed_high and score == self.high)
        return above and below


def bands_of(said: Any, path: str, found: list[Unfit]) -> tuple[Band, ...]:
    """Read bands from low to high; gaps and overlaps are faults.

    Two bands that meet leave their border to exactly one of them.
    """
    if not isinstance(said, Sequence) or isinstance(said, str):
        found.append(Unfit("recipe_list", path=path))
        return ()
    keys = ("code", "low", "high", "closed_low", "closed_high", "name_vi", "name_en")
    bands: list[Band] = []
    for n, entry in enumerate(said):
        part = Part(entry, f"{path}.{n}", keys, found)
        for key in ("code", "low", "high"):
            if key not in part:
                part.fault("recipe_needs", part.at(key), method="bands")
        band = Band(
            code=part.text("code"),
            low=part.number("low", 0.0),
            high=part.number("high", 1.0),
            closed_low=part.flag("closed_low", default=False),
            closed_high=part.flag("closed_high", default=True),
            name_vi=part.text("name_vi"),
            name_en=part.text("name_en"),
        )
        if not band.low < band.high:
            part.fault("recipe_ends", part.at("high"), lowest=band.low)
        if bands and (
            bands[-1].high != band.low or bands[-1].closed_high == band.closed_low
        ):
            part.fault("bands_join", part.at("low"), before=bands[-1].code)
        if band.code in {other.code for other in bands}:
            part.fault("bands_twice", part.at("code"), code=band.code)
        bands.append(band)
    return tuple(bands)


def band_of(*, bands: Sequence[Band], score: float) -> str:
    """The code of the band that holds ``score``; empty where there is no score.

    Raises Unfit ``outside_bands`` for a score in no band.
    """
    if math.isnan(score):
        return ""
    told = round(score, DECIMALS)
    for band in bands:
        if band.holds(told):
            return band.code
    raise Unfit("outside_bands", score=score)
