"""The Penn World Table: a row for each country and year, read into accounts of growth."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sti_methods.productivity.accounts import Accounts, Asset
from sti_methods.productivity.datasets import Dataset, Point
from sti_methods.productivity.plain import numbers
from sti_methods.productivity.reading import Faults, number_of, text_of, year_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sti_methods.productivity.plain import Numbers
    from sti_methods.productivity.reading import Row

__all__ = ["pwt_accounts", "pwt_dataset"]

PWT = "pwt"
COLUMNS = ("rgdpna", "emp", "avh", "hc", "rnna", "rkna", "labsh", "rtfpna")
NEEDED = ("isocode", "year", "rgdpna", "emp", "hc", "rnna")


def pwt_dataset(*, rows: Iterable[Row], version: str) -> Dataset:
    """The Penn World Table (Feenstra, Inklaar & Timmer 2015) as a data set.

    One block ``pwt``; codes are its columns, units its country codes. Raises ``Unreadable``
    as ``dataset_of``, and ``rounded``: a copy whose index of human capital has whole
    numbers only (it lies between 1 and 4) has lost what it is asked for.
    """
    faults = Faults()
    head: list[str] = []
    points: list[Point] = []
    first: dict[tuple[str, int], int] = {}
    for sheet, number, cells in rows:
        if not head:
            head = [text_of(cell).casefold() for cell in cells]
            _head(sheet, number, head, faults)
            continue
        told = dict(zip(head, cells, strict=False))
        key = _key((sheet, number), told, first, faults)
        if key is not None:
            points += _points((sheet, number), told, key, faults)
    known = [point for point in points if point.code == "hc"]
    if len(known) > 1 and all(point.value.is_integer() for point in known):
        row = int(known[0].place.split(":", 1)[0])
        faults.add("rounded", ("", row, "hc"), cell=text_of(known[0].value))
    if not points:
        faults.add("empty", ("", 1, "isocode"))
    faults.stop()
    return Dataset(provider="Penn World Table", version=version, points=tuple(points))


def _head(sheet: str, number: int, head: list[str], faults: Faults) -> None:
    for name in dict.fromkeys((*NEEDED, *COLUMNS)):
        if head.count(name) > 1:
            faults.add("twice_named", (sheet, number, name))
        elif name not in head and name in NEEDED:
            faults.add("missing_column", (sheet, number, name))
    faults.stop()


def _key(
    at: tuple[str, int],
    told: dict[str, Any],
    first: dict[tuple[str, int], int],
    faults: Faults,
) -> tuple[str, int] | None:
    unit, year = text_of(told["isocode"]), year_of(told.get("year"))
    if not unit:
        faults.add("no_code", (*at, "isocode"))
        return None
    if year is None:
        faults.add("no_year", (*at, "year"), cell=text_of(told.get("year")))
        return None
    before = first.setdefault((unit, year), at[1])
    if before != at[1]:
        faults.add("twice", (*at, "year"), before=str(before), code=unit)
        return None
    return unit, year


def _points(
    at: tuple[str, int], told: dict[str, Any], key: tuple[str, int], faults: Faults
) -> Iterator[Point]:
    for name in COLUMNS:
        value = number_of(told.get(name))
        if value is None or value <= 0:
            code = "no_number" if value is None else "not_positive"
            faults.add(code, (*at, name), cell=text_of(told.get(name)))
        elif not math.isnan(value):
            yield Point(
                block=PWT,
                code=name,
                unit=key[0],
                year=key[1],
                value=value,
                place=f"{at[1]}:{name}",
            )


def pwt_accounts(*, dataset: Dataset) -> tuple[Accounts, ...]:
    """What growth accounting asks for, of each country of the Penn World Table.

    Hours are ``emp`` x ``avh`` (persons where no year has hours), quality is ``hc``,
    capital ``rkna`` (services) or, where none is published, ``rnna`` (the stock, which
    the answer says), the labour share ``labsh``.
    """
    found = []
    for unit in dataset.units:
        years = tuple(sorted({p.year for p in dataset.points if p.unit == unit}))
        cells = {
            name: dataset.series(name, unit=unit, block=PWT).over(years)
            if (PWT, name) in dataset.keys
            else numbers([None] * len(years))
            for name in COLUMNS
        }
        hours, services = _any(cells["avh"]), _any(cells["rkna"])
        found.append(
            Accounts(
                unit=unit,
                years=years,
                value_added=cells["rgdpna"],
                labour=cells["emp"] * cells["avh"] if hours else cells["emp"],
                labour_unit="hours" if hours else "persons",
                assets=(
                    Asset(
                        name="capital",
                        volume=cells["rkna"] if services else cells["rnna"],
                    ),
                ),
                capital_measure="services" if services else "stock",
                quality=cells["hc"] if _any(cells["hc"]) else None,
                labour_share=cells["labsh"] if _any(cells["labsh"]) else None,
            )
        )
    return tuple(found)


def _any(cells: Numbers) -> bool:
    return any(not math.isnan(value) for value in cells)
