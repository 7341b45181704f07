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
    if not named:
        if not any(block == PWT for block, _code in dataset.keys):
            raise Faulty("no_columns", columns=list(NEEDED))
        return pwt_accounts(dataset=dataset)
    if lacking := [name for name in NEEDED if name not in named]:
        raise Faulty("no_columns", columns=lacking)
    keys = {name: key_of(dataset, said) for name, said in named.items()}
    return tuple(
        _account(dataset, unit, keys, parameters.get("labour_unit", "hours"))
        for unit in dataset.units
    )


def key_of(dataset: Dataset, said: str) -> tuple[str, str]:
    """The key that ``block/code`` or a code alone names; an ambiguous one is refused."""
    block, slash, code = said.rpartition("/")
    return dataset.key_of(code, block=block) if slash else dataset.key_of(said)


def _account(
    dataset: Dataset, unit: str, keys: Mapping[str, tuple[str, str]], labour_unit: str
) -> Accounts:
    lines = {
        name: dataset.series(code, unit=unit, block=block)
        for name, (block, code) in keys.items()
    }
    years = tuple(sorted({y for line in lines.values() for y in line.years}))
    cells = {name: line.over(years) for name, line in lines.items()}
    return Accounts(
        unit=unit,
        years=years,
        value_added=cells["value_added"],
        labour=cells["labour"],
        labour_unit=labour_unit,
        assets=(Asset(name="capital", volume=cells["capital"]),),
        quality=cells.get("quality"),
        labour_share=cells.get("labour_share"),
    )


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
    alike = kept == found or (
        isinstance(kept, float)
        and isinstance(found, float)
        and math.isnan(kept)
        and math.isnan(found)
    )
    return [] if alike else [at or "/"]
