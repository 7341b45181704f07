"""What a reader must know beside a split of growth: guards against artefacts of data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sti_methods.productivity.plain import Caution

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sti_methods.productivity.economy import Economy
    from sti_methods.productivity.links import Split

TINY_SHARE, HUGE_PRODUCTIVITY = 0.001, 20.0
"""A sector with fewer of the workers, and more times the productivity of the whole."""
OF_NOTE = 0.005
"""%/yr: half of what two decimals show; nearer to 0 a sign says nothing."""
FEWEST, ALIKE = 4, 1e-6
"""Sectors there must be, and how near, to suspect that one of them is the total."""

__all__ = ["disagreeing", "tiny_sectors", "totals_among"]


def tiny_sectors(economy: Economy, years: tuple[int, ...]) -> Iterator[Caution]:
    """Sectors with under 0.1 % of the workers and over 20 times the productivity.

    One caution for each, with the year in which it is worst.
    """
    work, value = economy.employment[list(years)], economy.value_added[list(years)]
    share = work / work.sum(axis=1, keepdims=True)
    whole = value.sum(axis=1, keepdims=True) / work.sum(axis=1, keepdims=True)
    relative = np.divide(value, work * whole, out=np.zeros_like(value), where=work > 0)
    worst = np.where(share < TINY_SHARE, relative, 0.0)
    for sector in np.flatnonzero(worst.max(axis=0) > HUGE_PRODUCTIVITY):
        year = int(worst[:, sector].argmax())
        values = {
            "sector": economy.sectors[sector],
            "year": economy.years[years[year]],
            "share": float(share[year, sector]),
            "relative": float(relative[year, sector]),
        }
        yield Caution(code="tiny_sector", values=values)


def totals_among(economy: Economy, years: tuple[int, ...]) -> Iterator[Caution]:
    """A sector that equals the sum of all others in each year: the total, counted twice."""
    if len(economy.sectors) < FEWEST:
        return
    work, value = economy.employment[list(years)], economy.value_added[list(years)]
    alike = np.ones(len(economy.sectors), bool)
    for cells in (work, value):
        half = cells.sum(axis=1, keepdims=True) / 2
        alike &= (np.abs(cells - half) <= ALIKE * np.abs(half)).all(axis=0)
    for sector in np.flatnonzero(alike):
        yield Caution(code="total", values={"sector": economy.sectors[sector]})


def disagreeing(splits: Mapping[str, Split]) -> Iterator[Caution]:
    """Parts whose sign depends on the convention; rates in %/yr by convention."""
    for part in ("within", "between"):
        rates = {}
        for convention, split in splits.items():
            cells = getattr(split, part)
            if part == "between" and split.dynamic is not None:
                cells = cells + split.dynamic
            rates[convention] = float(cells.sum()) * split.rate
        if min(rates.values()) < -OF_NOTE and max(rates.values()) > OF_NOTE:
            yield Caution(code="signs", values={"part": part, "rates": rates})
