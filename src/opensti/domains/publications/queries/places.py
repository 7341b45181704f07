"""Tasks, their money and what is used of them, by the province of the host."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from opensti.domains.publications.queries.funded_rows import (
    Chosen,
    Funded,
    Named,
    funded,
    tellable,
)
from opensti.domains.publications.queries.keeping import kept

if TYPE_CHECKING:
    from datetime import date

    from opensti.domains.publications.queries.edition import Edition

MEASURES = ("tasks", "money", "results", "used")


@dataclass(frozen=True, kw_only=True)
class Province:
    """One province. ``used`` counts tasks in use, None where answers are too few to tell."""

    place: Named
    tasks: int
    money: Decimal
    withheld: int
    results: int
    used: int | None

    def value(self, measure: str) -> Decimal | int | None:
        found: Decimal | int | None = getattr(self, measure)
        return found


def by_province(of: Edition, today: date, chosen: Chosen) -> tuple[Province, ...]:
    """Provinces with tasks, the most first, hosts without one last; at most 8 queries."""

    def make() -> tuple[Province, ...]:
        groups: dict[str, list[Funded]] = defaultdict(list)
        for row in chosen.of(funded(of, today)):
            groups[row.province.key].append(row)
        told = tellable({key: len(_answered(rows)) for key, rows in groups.items()})
        return tuple(
            sorted(
                (_province(rows, told=key in told) for key, rows in groups.items()),
                key=lambda one: (not one.place.key, -one.tasks, one.place.key),
            )
        )

    return kept("places", of, today, make, chosen)


def _answered(rows: list[Funded]) -> list[Funded]:
    return [row for row in rows if row.standing.used is not None]


def _province(rows: list[Funded], *, told: bool) -> Province:
    return Province(
        place=rows[0].province,
        tasks=len(rows),
        money=sum((row.amount or Decimal(0) for row in rows), Decimal(0)),
        withheld=sum(row.amount is None for row in rows),
        results=sum(row.standing.results for row in rows),
        used=sum(bool(row.standing.used) for row in rows) if told else None,
    )
