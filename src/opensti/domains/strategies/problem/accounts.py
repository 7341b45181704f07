"""Questions of the productivity accounts: from series to arrays, and from arrays to answers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, TypeVar

from sti_methods.productivity import (
    Accounts,
    Asset,
    Dataset,
    Economy,
    Faulty,
    GrowthAccounting,
    Point,
    ShiftShare,
    economies_of,
    pwt_accounts,
)
from sti_methods.productivity.plain import canonical, digest_of

from opensti.domains.strategies.choices import RunKind
from opensti.domains.strategies.problem import targets

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from opensti.domains.strategies.models import Series

PWT = "pwt"
One = TypeVar("One", Accounts, Economy)
NEEDED = ("value_added", "labour", "capital")
COLUMNS = (*NEEDED, "quality", "labour_share")


class FaultyAt(Faulty):
    """A refusal with the field of the question that it is about."""

    def __init__(self, found: Faulty, field: str) -> None:
        super().__init__(found.code, **found.values)
        self.field = field


def dataset_from(*, provider: str, version: str, rows: Iterable[Series]) -> Dataset:
    """The data set of kept series, gaps left out."""
    points = tuple(
        Point(
            block=row.block,
            code=row.code,
            unit=row.unit,
            year=row.first_year + place,
            value=float(value),
        )
        for row in rows
        for place, value in enumerate(row.values)
        if value is not None
    )
    return Dataset(provider=provider, version=version, points=points)


def questions_of(
    *, kind: str, parameters: Mapping[str, Any], dataset: Dataset
) -> list[dict[str, Any]]:
    """Freeze what is asked of one data set: one question for each convention.

    Raises ``Faulty``: ``unknown`` and ``ambiguous`` (a series by its code alone that stands
    in several blocks), ``no_unit``, and what the methods refuse.
    """
    if kind == RunKind.GROWTH:
        told = _accounts(dataset, parameters)
        return [
            GrowthAccounting(
                accounts=tuple(_units(told, parameters["units"])),
                first=parameters["first"],
                last=parameters["last"],
                shares=tuple(parameters["shares"]),
            ).to_plain()
        ]
    economies = tuple(
        _units(
            economies_of(
                dataset=dataset,
                value_added=parameters["value_added"],
                employment=parameters["employment"],
                value_added_current=parameters.get("value_added_current") or None,
            ),
            parameters["units"],
        )
    )
    economies = tuple(_only(one, parameters["sectors"]) for one in economies)
    if kind == RunKind.TARGETS:
        return [targets.question(economies=economies, parameters=parameters)]
    exclude = tuple(parameters["exclude"])
    for one in economies:
        for name in exclude:
            if name not in one.sectors:
                raise Faulty("no_sector", unit=one.unit, sector=name)
    return [
        ShiftShare(
            economies=economies,
            convention=convention,
            first=parameters["first"],
            last=parameters["last"],
            exclude=exclude,
        ).to_plain()
        for convention in parameters["conventions"]
    ]


def _units(told: Iterable[One], units: Sequence[str]) -> list[One]:
    known = {one.unit: one for one in told}
    if not units:
        return list(known.values())
    for name in units:
        if name not in known:
            raise Faulty("no_unit", unit=name)
    return [known[name] for name in units]


def _only(economy: Economy, sectors: Sequence[str]) -> Economy:
    for name in sectors:
        if name not in economy.sectors:
            raise Faulty("no_sector", unit=economy.unit, sector=name)
    if not sectors:
        return economy
    return economy.without([name for name in economy.sectors if name not in sectors])


def _accounts(dataset: Dataset, parameters: Mapping[str, Any]) -> tuple[Accounts, ...]:
    named = {n: c for n, c in parameters.get("columns", {}).items() if c}
    kinds = parameters.get("capitals", ())
    if not named and not kinds:
        if not any(block == PWT for block, _code in dataset.keys):
            raise Faulty("no_columns", columns=list(NEEDED))
        return pwt_accounts(dataset=dataset)
    needed = [name for name in NEEDED if not (kinds and name == "capital")]
    if lacking := [name for name in needed if name not in named]:
        raise Faulty("no_columns", columns=lacking)
    said = {f"columns.{name}": text for name, text in named.items()}
    assets = [("capital", "columns.capital", "")] if not kinds else []
    for place, one in enumerate(kinds):
        volume, income = (f"capitals.{place}.{name}" for name in ("volume", "income"))
        said[volume] = one["volume"]
        if one["income"]:
            said[income] = one["income"]
        assets.append((one["name"], volume, income))
    keys = {at: _key_at(dataset, text, at) for at, text in said.items()}
    return tuple(
        _account(dataset, unit, keys, assets, parameters.get("labour_unit", "hours"))
        for unit in dataset.units
    )


def _key_at(dataset: Dataset, said: str, at: str) -> tuple[str, str]:
    try:
        return key_of(dataset, said)
    except Faulty as fault:
        raise FaultyAt(fault, at) from None


def key_of(dataset: Dataset, said: str) -> tuple[str, str]:
    """The key that ``block/code`` or a code alone names; an ambiguous one is refused."""
    block, slash, code = said.rpartition("/")
    return dataset.key_of(code, block=block) if slash else dataset.key_of(said)


def _account(
    dataset: Dataset,
    unit: str,
    keys: Mapping[str, tuple[str, str]],
    assets: Sequence[tuple[str, str, str]],
    labour_unit: str,
) -> Accounts:
    """The accounts of a unit; ``keys`` by field, ``assets`` by name, volume and income."""
    lines = {
        at: dataset.series(code, unit=unit, block=block)
        for at, (block, code) in keys.items()
    }
    years = tuple(sorted({y for line in lines.values() for y in line.years}))
    cells = {at: line.over(years) for at, line in lines.items()}
    try:
        return Accounts(
            unit=unit,
            years=years,
            value_added=cells["columns.value_added"],
            labour=cells["columns.labour"],
            labour_unit=labour_unit,
            assets=tuple(
                Asset(name=name, volume=cells[volume], income=cells.get(income))
                for name, volume, income in assets
            ),
            quality=cells.get("columns.quality"),
            labour_share=cells.get("columns.labour_share"),
        )
    except Faulty as fault:
        at = {name: f"columns.{name}" for name in COLUMNS}
        for name, volume, income in assets:
            at |= {name: volume, f"{name} income": income}
        if fault.values.get("column") in at:
            raise FaultyAt(fault, at[fault.values["column"]]) from None
        raise


def digest_of_questions(questions: Sequence[Mapping[str, Any]]) -> str:
    """SHA-256 of frozen questions, each told anew by its method."""
    return digest_of(
        [{"vintage": q["vintage"], "asked": _again(q["asked"])} for q in questions]
    )


def _again(asked: Mapping[str, Any]) -> dict[str, Any]:
    if asked["method"] == RunKind.GROWTH:
        return GrowthAccounting.from_plain(asked).to_plain()
    if asked["method"] == RunKind.SHIFT_SHARE:
        return ShiftShare.from_plain(asked).to_plain()
    return targets.again(asked)


def answer(questions: Sequence[Mapping[str, Any]]) -> bytes:
    """The answers to frozen questions as canonical bytes: the same again, always."""
    return canonical(
        [{"vintage": q["vintage"], "answer": _solved(q["asked"])} for q in questions]
    )


def _solved(asked: Mapping[str, Any]) -> dict[str, Any]:
    if asked["method"] == RunKind.TARGETS:
        return targets.solve(asked)
    question: GrowthAccounting | ShiftShare
    if asked["method"] == RunKind.GROWTH:
        question = GrowthAccounting.from_plain(asked)
    else:
        question = ShiftShare.from_plain(asked)
    found, left = question.solve()
    return {
        "question": question.digest,
        "method": question.method,
        "version": question.version,
        "convention": getattr(question, "convention", ""),
        "answers": [one.to_plain() for one in found],
        "uncounted": [one.to_plain() for one in left],
    }


def differing(kept: Any, found: Any, *, at: str = "") -> list[str]:
    """Paths at which two answers differ, at most twenty."""
    if isinstance(kept, dict) and isinstance(found, dict):
        names = dict.fromkeys([*kept, *found])
        told = [differing(kept.get(n), found.get(n), at=f"{at}/{n}") for n in names]
        return [one for some in told for one in some][:20]
    if isinstance(kept, list) and isinstance(found, list) and len(kept) == len(found):
        told = [
            differing(a, b, at=f"{at}/{i}")
            for i, (a, b) in enumerate(zip(kept, found, strict=True))
        ]
        return [one for some in told for one in some][:20]
    return [] if _alike(kept, found) else [at or "/"]


def _alike(kept: Any, found: Any) -> bool:
    """Equal; PostgreSQL hands 3e+20 back as a whole number, which is not quite that float."""
    if any(
        isinstance(one, bool) or not isinstance(one, (int, float))
        for one in (kept, found)
    ):
        return bool(kept == found)
    one, other = float(kept), float(found)
    return one == other or (math.isnan(one) and math.isnan(other))
