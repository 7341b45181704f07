"""From the goal to what came of it: paths of money, and what was committed beside what was paid."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from opensti.domains.publications.queries.figures import figured_funds
from opensti.domains.publications.queries.funded_rows import (
    FEWEST,
    Chosen,
    Named,
    tellable,
)
from opensti.domains.publications.queries.funds import (
    ENDS,
    UNKNOWN,
    Funds,
    counted,
    grouped,
    sums,
)
from opensti.domains.publications.queries.keeping import kept

if TYPE_CHECKING:
    from datetime import date

    from opensti.domains.publications.queries.edition import Edition
    from opensti.domains.publications.queries.funds import Numbers

# What is drawn one by one in a column; the rest is together in ``OTHERS``.
MOST = 7
UNLINKED, OTHERS = "-", "…"
BY = ("field", "call")
AT = ("kind", "province")


@dataclass(frozen=True, kw_only=True)
class Path:
    """Tasks that went the same way: keys of the four columns, how many, whole đồng."""

    keys: tuple[str, str, str, str]
    tasks: int
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class Spent:
    """Committed and paid, of one programme; ``paid`` is None where it may not be told."""

    of: Named
    tasks: int
    committed: Decimal
    paid: Decimal | None


@dataclass(frozen=True, kw_only=True)
class MoneyFlow:
    """All paths; ``names`` by key of the first three columns.

    ``withheld`` counts tasks whose amount the policy does not show: they are in no sum.
    ``hidden`` counts tasks whose use is known and not told, for fewer than ``FEWEST`` went
    the same way; they stand with those whose results are open. ``unlinked`` is the money
    that names no goal.
    """

    paths: tuple[Path, ...]
    names: tuple[dict[str, Named], ...]
    spent: tuple[Spent, ...]
    tasks: int
    committed: Decimal
    paid: Decimal | None
    unlinked: Decimal
    withheld: int
    hidden: int


def money_flow(
    of: Edition,
    today: date,
    chosen: Chosen,
    *,
    by: str = BY[0],
    at: str = AT[0],
) -> MoneyFlow:
    """Of the chosen tasks; ``by`` names the second column, ``at`` the third."""

    def make() -> MoneyFlow:
        return _flow(figured_funds(of, today).chosen(chosen), by, at)

    return kept("money", of, today, make, chosen, by, at)


def _flow(every: Funds, by: str, at: str) -> MoneyFlow:
    shown = every.where(every.amount != UNKNOWN)
    columns = [_column(shown, name) for name in ("goal", by, at)]
    ends, hidden = _ends(shown, columns[2])
    sizes = [*(len(one.keys) for one in columns), len(ENDS)]
    way = np.ravel_multi_index([*(one.numbers for one in columns), ends], sizes)
    ways, numbers = np.unique(way, return_inverse=True)
    tasks = counted(numbers, len(ways))
    money = sums(shown.amount, numbers, len(ways))
    parts = zip(*(one.tolist() for one in np.unravel_index(ways, sizes)), strict=True)
    paths = [
        Path(
            keys=(
                *(one.keys[n] for one, n in zip(columns, some, strict=True)),
                ENDS[end],
            ),
            tasks=tasks[place],
            amount=money[place],
        )
        for place, (*some, end) in enumerate(parts)
    ]
    spent = _spent(shown, by)
    unlinked, keys = grouped(shown, "goal")
    goals = dict(zip(keys, sums(shown.amount, unlinked, len(keys)), strict=True))
    return MoneyFlow(
        paths=tuple(sorted(paths, key=lambda one: one.keys)),
        names=tuple(one.names for one in columns),
        spent=spent,
        tasks=len(shown),
        committed=sum((one.committed for one in spent), Decimal(0)),
        paid=_paid(shown) if len(shown) >= FEWEST else None,
        unlinked=goals.get("", Decimal(0)),
        withheld=len(every) - len(shown),
        hidden=hidden,
    )


@dataclass(frozen=True, kw_only=True)
class _Column:
    """Where each task stands in a column that is drawn: numbers, their keys, those with a name."""

    numbers: Numbers
    keys: list[str]
    names: dict[str, Named]


def _column(funds: Funds, name: str) -> _Column:
    """The largest one by one; the others, and those not named, together."""
    numbers, keys = grouped(funds, name)
    there = set(np.unique(numbers).tolist())
    money = {
        key: amount
        for n, (key, amount) in enumerate(
            zip(keys, sums(funds.amount, numbers, len(keys)), strict=True)
        )
        if key and n in there
    }
    order = sorted(money, key=lambda key: (-money[key], key))
    drawn = frozenset(order if len(order) <= MOST + 1 else order[:MOST])
    told = [UNLINKED if not k else k if k in drawn else OTHERS for k in keys]
    known = {key: n for n, key in enumerate(dict.fromkeys([*told, UNLINKED]))}
    lookup = np.array([known[one] for one in told] or [0], dtype=np.int64)
    named = {one.key: one for one in funds.names[name] if one.key in drawn}
    return _Column(numbers=lookup[numbers], keys=list(known), names=named)


def _ends(funds: Funds, hosts: _Column) -> tuple[Numbers, int]:
    """Where each task stands; use by few of the same host column is not told apart."""
    in_use = funds.end == ENDS.index("used")
    many = counted(hosts.numbers[in_use], len(hosts.keys))
    told = tellable({key: n for key, n in zip(hosts.keys, many, strict=True) if n})
    open_ = np.array([key in told for key in hosts.keys])
    hidden = in_use & ~open_[hosts.numbers]
    instead = np.where(
        funds.results > 0, ENDS.index("published"), ENDS.index("accepted")
    )
    return np.where(hidden, instead, funds.end), int(hidden.sum())


def _spent(funds: Funds, column: str) -> tuple[Spent, ...]:
    numbers, keys = grouped(funds, column)
    names = {one.key: one for one in reversed(funds.names[column])}
    tasks = counted(numbers, len(keys))
    committed = sums(funds.amount, numbers, len(keys))
    paid = sums(funds.paid, numbers, len(keys))
    told = tellable({key: n for key, n in zip(keys, tasks, strict=True) if n})
    open_ = _paid(funds) is not None
    found = [
        Spent(
            of=names[key],
            tasks=tasks[n],
            committed=committed[n],
            paid=paid[n] if key in told and open_ else None,
        )
        for n, key in enumerate(keys)
        if tasks[n]
    ]
    return tuple(sorted(found, key=lambda one: (-one.committed, one.of.key)))


def _paid(funds: Funds) -> Decimal | None:
    """None where the policy withholds what was paid, which it does of all or of none."""
    if (funds.paid == UNKNOWN).any():
        return None
    return Decimal(int(funds.paid.sum()))
