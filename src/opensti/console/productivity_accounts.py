"""Files of ``opensti productivity growth``: accounts by unit and year, or the Penn World Table."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from sti_methods.productivity import (
    Accounts,
    Asset,
    Faulty,
    Unreadable,
    average_growth,
    perpetual_inventory,
    pwt_accounts,
    pwt_dataset,
)

from opensti.console.panels_files import Findings, rows
from opensti.console.productivity_files import (
    amount,
    head_of,
    refuse,
    sheet_rows,
    year_in,
)
from opensti.console.productivity_words import fault_words

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = ("unit", "year", "value_added")
LABOUR = ("hours", "employment", "average_hours")
OTHERS = (
    "labour_quality",
    "labour_share",
    "labour_income",
    "value_added_current",
    "capital",
    "investment",
)
CAPITAL, INCOME = "capital_", "income_"


@dataclass(frozen=True, kw_only=True)
class Inventory:
    """How investment becomes capital; ``growth`` None: as investment itself grew."""

    depreciation: float | None
    growth: float | None


@dataclass
class _Read:
    """Cells by unit, column and year, and the row of each unit and year."""

    path: Path
    cells: dict[str, dict[str, dict[int, float]]] = field(default_factory=dict)
    at: dict[tuple[str, int], int] = field(default_factory=dict)


def read_pwt(path: Path, found: Findings) -> tuple[Accounts, ...]:
    """Accounts of the countries of the Penn World Table."""
    try:
        data = pwt_dataset(rows=sheet_rows(path, found), version=path.name)
    except Unreadable as refusal:
        for fault in refusal.faults:
            refuse(path, fault, found)
        found.stop()
        raise
    return pwt_accounts(dataset=data)


def read_accounts(
    path: Path, inventory: Inventory, found: Findings
) -> tuple[Accounts, ...]:
    """Accounts of a table with a row for each unit and year; gaps stay gaps."""
    head = head_of(path)
    assets = _assets(path, head, inventory, found)
    columns = tuple(
        dict.fromkeys(
            [*LABOUR, *OTHERS]
            + [CAPITAL + name for name in assets if name]
            + [INCOME + name for name in assets if name]
        )
    )
    read = _Read(path=path)
    for row, (unit, when, *stated) in rows(path, COLUMNS, found, optional=columns):
        year = year_in(path, row, when, found)
        if not unit:
            found.add(path, row, "unit", _("the id is missing; write it."))
        if not unit or year is None:
            continue
        before = read.at.setdefault((unit, year), row)
        if before != row:
            again = _("row %(row)s says this already; leave one of the two out.")
            found.add(path, row, "year", again % {"row": before})
            continue
        for column, cell in zip(("value_added", *columns), stated, strict=True):
            value = amount(path, row, column, cell, found)
            if not math.isnan(value) and _sound(path, row, column, value, found):
                read.cells.setdefault(unit, {}).setdefault(column, {})[year] = value
    if not read.at and not found.count:
        found.add(path, 2, "unit", fault_words("empty", {}))
    found.stop()
    units = dict.fromkeys(unit for unit, _year in read.at)
    accounts = [_accounts(read, unit, assets, inventory, found) for unit in units]
    found.stop()
    return tuple(one for one in accounts if one is not None)


def _assets(
    path: Path, head: list[str], inventory: Inventory, found: Findings
) -> tuple[str, ...]:
    """Names of the assets; one without a name where the file has ``capital`` itself."""
    if not set(head) & {"hours", "employment"}:
        found.add(
            path, 1, "hours", _("there is neither hours nor employment; add one.")
        )
    if "average_hours" in head and "employment" not in head:
        found.add(path, 1, "employment", fault_words("missing_column", {}))
    named = [n.removeprefix(CAPITAL) for n in head if n.startswith(CAPITAL)]
    if "capital" in head or (not named and "investment" in head):
        if named:
            what = _("there is also %(other)s; leave the whole or the parts out.")
            found.add(path, 1, "capital", what % {"other": CAPITAL + named[0]})
        if "capital" not in head and inventory.depreciation is None:
            what = _("capital from investment needs --depreciation; say it.")
            found.add(path, 1, "investment", what)
        found.stop()
        return ("",)
    if not named:
        what = _("there is neither capital, capital_… nor investment; add one.")
        found.add(path, 1, "capital", what)
    for name in named if len(named) > 1 else ():
        if INCOME + name not in head:
            what = _(
                "several kinds of capital need the income of each; add the column."
            )
            found.add(path, 1, INCOME + name, what)
    found.stop()
    return tuple(named)


def _sound(path: Path, row: int, column: str, value: float, found: Findings) -> bool:
    free = column.startswith(INCOME) or column == "investment"
    if value < 0 or (value == 0 and not free):
        found.add(
            path, row, column, fault_words("not_positive", {"cell": f"{value:g}"})
        )
        return False
    if column == "labour_share" and value >= 1:
        what = _("%(cell)s is not between 0 and 1; write 45 %% as 0.45.")
        found.add(path, row, column, what % {"cell": f"{value:g}"})
        return False
    return True


def _accounts(
    read: _Read,
    unit: str,
    assets: tuple[str, ...],
    inventory: Inventory,
    found: Findings,
) -> Accounts | None:
    years = tuple(sorted(year for of, year in read.at if of == unit))
    cells = read.cells.get(unit, {})

    def over(column: str) -> list[float]:
        return [cells.get(column, {}).get(year, math.nan) for year in years]

    hours = over("hours")
    if "hours" not in cells and "average_hours" in cells:
        pairs = zip(over("employment"), over("average_hours"), strict=True)
        hours = [persons * each for persons, each in pairs]
    told = any(not math.isnan(value) for value in hours)
    share = over("labour_share")
    if "labour_share" not in cells and "labour_income" in cells:
        pairs = zip(over("labour_income"), over("value_added_current"), strict=True)
        share = [income / value for income, value in pairs]
    volumes = {
        name: over(CAPITAL + name) if name else over("capital") for name in assets
    }
    if assets == ("",) and "capital" not in cells and "investment" in cells:
        volumes = {"": _inventory(read, unit, years, inventory, found)}
    try:
        return Accounts(
            unit=unit,
            years=years,
            value_added=over("value_added"),  # type: ignore[arg-type]
            labour=hours if told else over("employment"),  # type: ignore[arg-type]
            labour_unit="hours" if told else "persons",
            assets=tuple(
                Asset(
                    name=name or "capital",
                    volume=volume,  # type: ignore[arg-type]
                    income=over(INCOME + name) if len(assets) > 1 else None,  # type: ignore[arg-type]
                )
                for name, volume in volumes.items()
            ),
            quality=over("labour_quality") if "labour_quality" in cells else None,  # type: ignore[arg-type]
            labour_share=share if any(not math.isnan(s) for s in share) else None,  # type: ignore[arg-type]
        )
    except Faulty as fault:
        year = fault.values.get("year", years[0])
        column = str(fault.values.get("column", "value_added"))
        if column == "labour_share" and "labour_share" not in cells:
            column = "labour_income"
        what = _(
            "labour's part of value added is %(cell)s; it must be between 0 and 1."
        )
        value = fault.values.get("value", math.nan)
        found.add(read.path, read.at[unit, year], column, what % {"cell": f"{value:g}"})
        return None


def _inventory(
    read: _Read,
    unit: str,
    years: tuple[int, ...],
    inventory: Inventory,
    found: Findings,
) -> list[float]:
    """Capital from investment; years without a row are years without knowledge."""
    told = read.cells[unit]["investment"]
    span = range(years[0], years[-1] + 1)
    first, last = told.get(years[0], 0.0), told.get(years[-1], 0.0)
    growth = inventory.growth
    if growth is None and first > 0 and last > 0 and len(years) > 1:
        growth = average_growth(first=first, last=last, years=years[-1] - years[0])
    if growth is None or inventory.depreciation is None or first <= 0:
        what = _(
            "the first capital of %(unit)s needs investment above 0 in its first and last year; fill it or give --prior-growth."
        )
        row = read.at[unit, years[0]]
        found.add(read.path, row, "investment", what % {"unit": unit})
        return [math.nan] * len(years)
    try:
        stock = perpetual_inventory(
            investment=[told.get(year, math.nan) for year in span],
            depreciation=inventory.depreciation,
            growth=growth,
        )
    except Faulty as fault:
        what = _(
            "growth %(growth)s and depreciation %(depreciation)s give no first capital of %(unit)s; give --prior-growth."
        )
        values = {
            "growth": f"{growth:.4f}",
            "depreciation": inventory.depreciation,
            "unit": unit,
        }
        row = read.at[unit, years[0]]
        found.add(read.path, row, "investment", what % {**values, "why": fault.code})
        return [math.nan] * len(years)
    return [float(stock[year - years[0]]) for year in years]
