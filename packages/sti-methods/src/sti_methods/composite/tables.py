"""The two tables of an index: data of units, and the tree of indicators with its columns.

Layout as in the R package COINr (Becker, Caperna, Del Sorbo, Norlén, Papadimitriou &
Saisana 2022, Journal of Open Source Software 7:4567), so that its tables can be read. Every
fault is gathered, each with table, row (as a spreadsheet counts) and column.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from sti_methods.composite.cells import blank, number, text
from sti_methods.composite.elements import Element, Reader
from sti_methods.composite.unfit import Unfit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

__all__ = ["DATA", "META", "Tables"]

DATA, META = "data", "meta"
FIXED = ("uName", "uCode", "Time")


@dataclass(frozen=True, kw_only=True)
class Tables:
    """Units x indicators of one year, with what stands beside them.

    ``values``: (units, indicators), NaN where missing. ``years`` with ``past``: earlier years,
    latest first, as (years, units, indicators). ``denominators``: (units,) each.
    ``past_denominators``: (years, units) each. ``elements``: code → indicator or aggregate.
    """

    units: tuple[str, ...]
    names: tuple[str, ...]
    rows: tuple[int, ...]
    indicators: tuple[str, ...]
    values: NDArray[np.float64]
    year: int | None
    years: tuple[int, ...]
    past: NDArray[np.float64]
    denominators: Mapping[str, NDArray[np.float64]]
    past_denominators: Mapping[str, NDArray[np.float64]]
    groups: Mapping[str, tuple[str, ...]]
    elements: Mapping[str, Element]

    @classmethod
    def of(
        cls,
        *,
        data: Sequence[Mapping[str, Any]],
        meta: Sequence[Mapping[str, Any]],
        data_rows: Sequence[int] | None = None,
        meta_rows: Sequence[int] | None = None,
        year: int | None = None,
    ) -> Tables:
        """Read and check both tables.

        Parameters
        ----------
        data, meta
            Rows as mappings from column to text or number; empty, NA and NaN are missing.
        data_rows, meta_rows
            The row of each in its file; 2, 3, 4 … where left out.
        year
            Which ``Time`` is the year of the index; the latest where left out. Earlier ones
            are kept for imputing by the latest year.

        Raises
        ------
        Unfit
            ``all`` holds every fault, each with ``table``, ``row``, ``column``: ``empty``,
            ``no_column``, ``no_code``, ``twice``, ``type``, ``level``, ``direction``,
            ``weight``, ``number``, ``parent_unknown``, ``parent_level``, ``cycle``,
            ``no_parent``, ``no_children``, ``denominator_unknown``, ``not_in_data``,
            ``not_in_meta``, ``year``, ``no_year``, ``fixed``.
        """
        read = Reader(rows=meta, at=list(meta_rows or range(2, len(meta) + 2)))
        elements = read.elements()
        found = read.found
        values = _Data(
            rows=data,
            at=list(data_rows or range(2, len(data) + 2)),
            kinds=read.kinds,
            kind_rows=read.kind_rows,
            found=found,
        )
        values.check()
        times = values.times()
        Unfit.raise_all(found)
        return values.tables(cls, elements, times, year)


@dataclass(kw_only=True)
class _Data:
    """The data table while it is read."""

    rows: Sequence[Mapping[str, Any]]
    at: Sequence[int]
    kinds: Mapping[str, str]
    kind_rows: Mapping[str, int]
    found: list[Unfit]
    numbers: dict[tuple[int, str], float] = field(default_factory=dict)

    def fault(self, kind: str, row: int, column: str, **about: str | float) -> None:
        self.found.append(Unfit(kind, table=DATA, row=row, column=column, **about))

    def check(self) -> None:
        """Columns of both tables must be the same, numbers numbers."""
        if not self.rows:
            self.fault("empty", 2, "uCode")
            return
        columns = list(dict.fromkeys(str(name) for row in self.rows for name in row))
        if "uCode" not in columns:
            self.fault("no_column", 1, "uCode")
        for column in columns:
            if column not in FIXED and column not in self.kinds:
                self.fault("not_in_meta", 1, column)
        for code, kind in self.kinds.items():
            if kind != "Aggregate" and code not in columns:
                self.found.append(
                    Unfit(
                        "not_in_data",
                        table=META,
                        row=self.kind_rows[code],
                        column="iCode",
                        code=code,
                    )
                )
            if kind == "Aggregate" and code in columns:
                self.fault("aggregate_in_data", 1, code)
        self._read_numbers()

    def _read_numbers(self) -> None:
        counted = [
            c for c, k in self.kinds.items() if k in {"Indicator", "Denominator"}
        ]
        for row, at in zip(self.rows, self.at, strict=True):
            for code in counted:
                value = number(row.get(code))
                if value is None:
                    self.fault("number", at, code, value=text(row.get(code))[:40])
                    value = np.nan
                self.numbers[at, code] = value

    def times(self) -> list[int | None]:
        """The year of each row; unit and year together are named once."""
        found: list[int | None] = []
        seen: dict[tuple[str, int | None], int] = {}
        some = any(not blank(row.get("Time")) for row in self.rows)
        for row, at in zip(self.rows, self.at, strict=True):
            value = number(row.get("Time"))
            year: int | None = None
            if value is None or (math.isfinite(value) and value != int(value)):
                self.fault("year", at, "Time", value=text(row.get("Time"))[:40])
            elif math.isfinite(value):
                year = int(value)
            elif some:
                self.fault("no_year", at, "Time")
            found.append(year)
            code = text(row.get("uCode"))
            if not code:
                self.fault("no_code", at, "uCode")
            elif (before := seen.setdefault((code, year), at)) != at:
                self.fault("twice", at, "uCode", code=code, before=before)
        return found

    def tables(
        self,
        cls: type[Tables],
        elements: Mapping[str, Element],
        times: Sequence[int | None],
        year: int | None,
    ) -> Tables:
        """Lay the rows out by unit and year."""
        known = sorted({t for t in times if t is not None}, reverse=True)
        if year is not None and year not in known:
            raise Unfit(
                "year_unknown",
                table=DATA,
                row=1,
                column="Time",
                code=year,
                known=", ".join(str(t) for t in known) or "-",
            )
        this = year if year is not None else (known[0] if known else None)
        years = tuple(t for t in known if this is not None and t < this)
        order = [n for n, t in enumerate(times) if t == this]
        order += [n for past in years for n, t in enumerate(times) if t == past]
        latest: dict[str, int] = {}
        for n in order:
            latest.setdefault(text(self.rows[n].get("uCode")), n)
        place = {
            code: i for i, code in enumerate(sorted(latest, key=lambda c: latest[c]))
        }
        units = tuple(place)
        indicators = tuple(c for c, e in elements.items() if e.kind == "Indicator")
        denominators = [c for c, k in self.kinds.items() if k == "Denominator"]
        columns = [*indicators, *denominators]
        cube = np.full((1 + len(years), len(units), len(columns)), np.nan)
        layer = {this: 0} | {t: n for n, t in enumerate(years, 1)}
        for n in order:
            unit = place[text(self.rows[n].get("uCode"))]
            cube[layer[times[n]], unit] = [self.numbers[self.at[n], c] for c in columns]
        width = len(indicators)
        rows = [self.rows[latest[unit]] for unit in units]
        return cls(
            units=units,
            names=tuple(
                text(row.get("uName")) or unit
                for unit, row in zip(units, rows, strict=True)
            ),
            rows=tuple(self.at[latest[unit]] for unit in units),
            indicators=indicators,
            values=cube[0, :, :width].copy(),
            year=this,
            years=years,
            past=cube[1:, :, :width].copy(),
            denominators={
                code: cube[0, :, width + n] for n, code in enumerate(denominators)
            },
            past_denominators={
                code: cube[1:, :, width + n] for n, code in enumerate(denominators)
            },
            groups={
                code: tuple(
                    "" if blank(row.get(code)) else text(row.get(code)) for row in rows
                )
                for code, kind in self.kinds.items()
                if kind == "Group"
            },
            elements=elements,
        )
