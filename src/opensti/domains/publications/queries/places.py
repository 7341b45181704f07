"""Tasks, their money and what is used of them, by the province of the host."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from opensti.domains.publications.queries.figures import figured_funds
from opensti.domains.publications.queries.funded_rows import Chosen, Named, tellable
from opensti.domains.publications.queries.funds import (
    UNKNOWN,
    Funds,
    counted,
    grouped,
    sums,
)
from opensti.domains.publications.queries.keeping import kept

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

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
    """Provinces with tasks, the most first, hosts without one last."""

    def make() -> tuple[Province, ...]:
        return _provinces(figured_funds(of, today).chosen(chosen))

    return kept("places", of, today, make, chosen)


def _provinces(funds: Funds) -> tuple[Province, ...]:
    numbers, keys = grouped(funds, "province")
    count = len(keys)
    names = {one.key: one for one in reversed(funds.names["province"])}
    tasks = counted(numbers, count)
    money = sums(funds.amount, numbers, count)
    results = sums(funds.results, numbers, count)
    withheld = counted(numbers[funds.amount == UNKNOWN], count)
    answered = counted(numbers[funds.used >= 0], count)
    used = counted(numbers[funds.used > 0], count)
    told = tellable(dict(zip(keys, answered, strict=True)))
    found = [
        Province(
            place=names[key],
            tasks=tasks[n],
            money=money[n],
            withheld=withheld[n],
            results=int(results[n]),
            used=used[n] if key in told else None,
        )
        for n, key in enumerate(keys)
        if tasks[n]
    ]
    order = sorted(found, key=lambda p: (not p.place.key, -p.tasks, p.place.key))
    return tuple(order)
