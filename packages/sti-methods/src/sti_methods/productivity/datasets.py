"""Long series with their key, unit and vintage; what is ambiguous is refused, not guessed.

A workbook may use one code in several blocks for different things: a series is known by
(block, code, unit), never by its code alone. Readers of files hand rows over; nothing here
opens one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from sti_methods.productivity.plain import Faulty, digest_of, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sti_methods.productivity.plain import Numbers

__all__ = ["Dataset", "Point", "Series"]


@dataclass(frozen=True, kw_only=True)
class Point:
    """One number. ``place`` says where it stands in the file (sheet, row, column)."""

    block: str
    code: str
    unit: str
    year: int
    value: float
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class Series:
    """The years and values of one key, in the order of the years."""

    block: str
    code: str
    unit: str
    years: tuple[int, ...]
    values: tuple[float, ...]

    def over(self, years: Iterable[int]) -> Numbers:
        """Values of these years; NaN where the series has none."""
        known = dict(zip(self.years, self.values, strict=True))
        found = np.array([known.get(year, np.nan) for year in years])
        found.setflags(write=False)
        return found


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """Points of one provider, one version: ``digest`` says which ones to the last bit."""

    provider: str
    version: str
    points: tuple[Point, ...]

    def __post_init__(self) -> None:
        seen: dict[tuple[str, str, str, int], Point] = {}
        for point in self.points:
            key = (point.block, point.code, point.unit, point.year)
            if not math.isfinite(point.value):
                raise Faulty("not_finite", **_key(point), place=point.place)
            if key in seen:
                places = [seen[key].place, point.place]
                raise Faulty("twice", **_key(point), places=places)
            seen[key] = point

    @cached_property
    def _series(self) -> dict[tuple[str, str, str], Series]:
        cells: dict[tuple[str, str, str], dict[int, float]] = {}
        for p in self.points:
            cells.setdefault((p.block, p.code, p.unit), {})[p.year] = p.value
        return {
            (block, code, unit): Series(
                block=block,
                code=code,
                unit=unit,
                years=tuple(sorted(told)),
                values=tuple(told[year] for year in sorted(told)),
            )
            for (block, code, unit), told in cells.items()
        }

    @cached_property
    def _places(self) -> dict[str, dict[str, str]]:
        """By code: its blocks, each with the first place it stands in."""
        found: dict[str, dict[str, str]] = {}
        for p in self.points:
            found.setdefault(p.code, {}).setdefault(p.block, p.place)
        return found

    @property
    def units(self) -> tuple[str, ...]:
        """Units, in the order they first stand in."""
        return tuple(dict.fromkeys(p.unit for p in self.points))

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """(block, code) of all series, in the order they first stand in."""
        return tuple(dict.fromkeys((p.block, p.code) for p in self.points))

    def key_of(self, code: str, *, block: str | None = None) -> tuple[str, str]:
        """The one key a code means.

        Raises ``Faulty`` ``ambiguous`` (the code stands in several blocks: ``blocks`` and
        ``places``) or ``unknown``.
        """
        blocks = self._places.get(code, {})
        if block is not None:
            if block not in blocks:
                raise Faulty("unknown", block=block, code=code)
            return block, code
        if len(blocks) > 1:
            raise Faulty(
                "ambiguous", code=code, blocks=[*blocks], places=[*blocks.values()]
            )
        if not blocks:
            raise Faulty("unknown", block="", code=code)
        return next(iter(blocks)), code

    def series(self, code: str, *, unit: str, block: str | None = None) -> Series:
        """A series by code and unit, and by block where the code stands in several.

        Raises ``Faulty`` as ``key_of``; a unit without the series has one without years.
        """
        key = (*self.key_of(code, block=block), unit)
        empty = Series(block=key[0], code=code, unit=unit, years=(), values=())
        return self._series.get(key, empty)

    @property
    def digest(self) -> str:
        """SHA-256 of the points in the order of their keys; places do not count."""
        ordered = sorted(
            [p.block, p.code, p.unit, p.year, p.value] for p in self.points
        )
        return digest_of([self.provider, self.version, ordered])

    def to_plain(self) -> dict[str, Any]:
        """Plain data for JSON."""
        found: dict[str, Any] = plain(
            {
                "provider": self.provider,
                "version": self.version,
                "points": [vars(p) for p in self.points],
            }
        )
        return found

    @classmethod
    def from_plain(cls, told: Mapping[str, Any]) -> Dataset:
        """The data set that ``to_plain`` told."""
        return cls(
            provider=told["provider"],
            version=told["version"],
            points=tuple(Point(**one) for one in told["points"]),
        )


def _key(point: Point) -> dict[str, Any]:
    return {
        "block": point.block,
        "code": point.code,
        "unit": point.unit,
        "year": point.year,
    }
