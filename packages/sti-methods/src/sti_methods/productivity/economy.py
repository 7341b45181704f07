"""Value added and employment of the sectors of one unit, by year: what shift-share asks for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from sti_methods.productivity.plain import Faulty, digest_of, numbers, plain

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sti_methods.productivity.plain import Numbers

__all__ = ["Economy"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Economy:
    """One unit (a country, a province) with its sectors.

    ``value_added`` in prices of one base year, ``employment`` in persons or hours,
    ``value_added_current`` in prices of each year (weights of the Törnqvist convention;
    may be missing): arrays of years x sectors, NaN where not known. Value added in chained
    volumes does not add up over sectors and must not be given here.
    """

    unit: str
    sectors: tuple[str, ...]
    years: tuple[int, ...]
    value_added: Numbers
    employment: Numbers
    value_added_current: Numbers | None = field(default=None)

    def __post_init__(self) -> None:
        shape = (len(self.years), len(self.sectors))
        if not all(shape):
            raise Faulty("empty", unit=self.unit)
        for name in ("value_added", "employment", "value_added_current"):
            given = getattr(self, name)
            if given is None:
                continue
            array = numbers(given).reshape(-1, shape[1]) if np.size(given) else given
            if np.shape(array) != shape:
                raise Faulty("lengths", unit=self.unit, column=name)
            if np.isinf(array).any():
                raise Faulty("not_finite", unit=self.unit, column=name)
            object.__setattr__(self, name, array)
        for name, labels in (("sectors", self.sectors), ("years", self.years)):
            if len(set(labels)) != len(labels):
                raise Faulty("twice", unit=self.unit, column=name)
        if list(self.years) != sorted(self.years):
            raise Faulty("order", unit=self.unit, column="years")
        if (self.employment < 0).any():
            year, sector = np.argwhere(self.employment < 0)[0]
            raise Faulty(
                "negative",
                unit=self.unit,
                column="employment",
                year=self.years[year],
                sector=self.sectors[sector],
            )

    @classmethod
    def of(
        cls,
        *,
        unit: str,
        rows: Sequence[tuple[str, int, float, float, float | None]],
    ) -> Economy:
        """From rows (sector, year, value added, employment, value added in current prices).

        Sectors keep the order of the rows. A (sector, year) that has no row is not known.
        Raises ``Faulty`` ``twice`` with the sector and year.
        """
        sectors = {name: i for i, name in enumerate(dict.fromkeys(r[0] for r in rows))}
        years = {year: i for i, year in enumerate(sorted({r[1] for r in rows}))}
        cells = np.full((3, len(years), len(sectors)), np.nan)
        seen: set[tuple[str, int]] = set()
        for sector, year, *told in rows:
            if (sector, year) in seen:
                raise Faulty("twice", unit=unit, sector=sector, year=year)
            seen.add((sector, year))
            cells[:, years[year], sectors[sector]] = [
                np.nan if one is None else one for one in told
            ]
        current = cells[2] if any(r[4] is not None for r in rows) else None
        return cls(
            unit=unit,
            sectors=tuple(sectors),
            years=tuple(years),
            value_added=cells[0],
            employment=cells[1],
            value_added_current=current,
        )

    def without(self, sectors: Collection[str]) -> Economy:
        """The same unit as if these sectors were not there; unknown names change nothing."""
        kept = [i for i, name in enumerate(self.sectors) if name not in sectors]
        if len(kept) == len(self.sectors):
            return self
        if not kept:
            raise Faulty("empty", unit=self.unit)
        current = self.value_added_current
        return replace(
            self,
            sectors=tuple(self.sectors[i] for i in kept),
            value_added=self.value_added[:, kept],
            employment=self.employment[:, kept],
            value_added_current=None if current is None else current[:, kept],
        )

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that is told here."""
        return digest_of(self.to_plain())

    def to_plain(self) -> dict[str, Any]:
        """Plain data for JSON; not known is None."""
        told = {
            "unit": self.unit,
            "sectors": self.sectors,
            "years": self.years,
            "value_added": self.value_added,
            "employment": self.employment,
            "value_added_current": self.value_added_current,
        }
        found: dict[str, Any] = plain(told)
        return found

    @classmethod
    def from_plain(cls, told: Mapping[str, Any]) -> Economy:
        """The economy that ``to_plain`` told."""
        current = told["value_added_current"]
        return cls(
            unit=told["unit"],
            sectors=tuple(told["sectors"]),
            years=tuple(told["years"]),
            value_added=numbers(told["value_added"]),
            employment=numbers(told["employment"]),
            value_added_current=None if current is None else numbers(current),
        )
