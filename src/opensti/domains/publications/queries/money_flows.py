"""From the goal to what came of it: paths of money, and what was committed beside what was paid."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from opensti.domains.publications.queries.funded_rows import (
    FEWEST,
    Chosen,
    Funded,
    Named,
    funded,
    is_stopped,
    tellable,
)
from opensti.domains.publications.queries.keeping import kept

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from opensti.domains.publications.queries.edition import Edition

# What is drawn one by one in a column; the rest is together in ``OTHERS``.
MOST = 7
UNLINKED, OTHERS = "-", "…"
# From the last to the first: what a task's money has come to.
ENDS = ("used", "published", "accepted", "running", "approved", "stopped")
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
    """Of the chosen tasks; ``by`` names the second column, ``at`` the third. At most 8 queries."""

    def make() -> MoneyFlow:
        return _flow(chosen.of(funded(of, today)), by, at)

    return kept("money", of, today, make, chosen, by, at)


def end_of(row: Funded) -> str:
    """How far a task came; only what is known counts."""
    if is_stopped(row):
        return "stopped"
    if row.standing.used:
        return "used"
    if row.standing.results:
        return "published"
    if row.standing.accepted_on:
        return "accepted"
    return "running" if row.signed_on else "approved"


def _flow(rows: Sequence[Funded], by: str, at: str) -> MoneyFlow:
    shown = [row for row in rows if row.amount is not None]
    columns: tuple[Callable[[Funded], Named], ...] = (
        lambda row: row.goal,
        lambda row: row.field if by == "field" else row.call,
        lambda row: row.province if at == "province" else Named(key=row.host_kind),
    )
    names: list[dict[str, Named]] = []
    keys: list[list[str]] = []
    for column in columns:
        found = [column(row) for row in shown]
        drawn = _largest(shown, found)
        names.append({one.key: one for one in found if one.key in drawn})
        keys.append(
            [
                UNLINKED if not one.key else one.key if one.key in drawn else OTHERS
                for one in found
            ]
        )
    ends, hidden = _ends(shown, list(zip(*keys, strict=True)))
    tasks: Counter[tuple[str, ...]] = Counter()
    money: dict[tuple[str, ...], Decimal] = defaultdict(Decimal)
    for row, *way in zip(shown, *keys, ends, strict=True):
        tasks[tuple(way)] += 1
        money[tuple(way)] += row.amount or 0
    spent = _spent(shown, columns[1])
    return MoneyFlow(
        paths=tuple(
            Path(keys=(way[0], way[1], way[2], way[3]), tasks=tasks[way], amount=amount)
            for way, amount in sorted(money.items())
        ),
        names=tuple(names),
        spent=spent,
        tasks=len(shown),
        committed=sum((one.committed for one in spent), Decimal(0)),
        paid=_paid(shown) if len(shown) >= FEWEST else None,
        unlinked=sum(
            (row.amount or Decimal(0) for row in shown if not row.goal.key), Decimal(0)
        ),
        withheld=len(rows) - len(shown),
        hidden=hidden,
    )


def _largest(rows: Sequence[Funded], found: Sequence[Named]) -> frozenset[str]:
    """Keys drawn one by one: all when they fit, else those with most money."""
    money: dict[str, Decimal] = defaultdict(Decimal)
    for row, one in zip(rows, found, strict=True):
        if one.key:
            money[one.key] += row.amount or 0
    order = sorted(money, key=lambda key: (-money[key], key))
    return frozenset(order if len(order) <= MOST + 1 else order[:MOST])


def _ends(
    rows: Sequence[Funded], ways: Sequence[tuple[str, ...]]
) -> tuple[list[str], int]:
    """Where each task stands; use by few of the same host column is not told apart."""
    found = [end_of(row) for row in rows]
    used = Counter(
        way[-1] for way, end in zip(ways, found, strict=True) if end == "used"
    )
    told, hidden = tellable(used), 0
    for place, (way, end) in enumerate(zip(ways, found, strict=True)):
        if end == "used" and way[-1] not in told:
            hidden += 1
            standing = rows[place].standing
            found[place] = "published" if standing.results else "accepted"
    return found, hidden


def _spent(
    rows: Iterable[Funded], column: Callable[[Funded], Named]
) -> tuple[Spent, ...]:
    of: dict[str, list[Funded]] = defaultdict(list)
    for row in rows:
        of[column(row).key].append(row)
    told = tellable({key: len(those) for key, those in of.items()})
    found = [
        Spent(
            of=column(those[0]),
            tasks=len(those),
            committed=sum((r.amount or Decimal(0) for r in those), Decimal(0)),
            paid=_paid(those) if key in told else None,
        )
        for key, those in of.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.committed, one.of.key)))


def _paid(rows: Iterable[Funded]) -> Decimal | None:
    """None where the policy withholds what was paid."""
    found = [row.paid for row in rows]
    return (
        None if None in found else sum((p for p in found if p is not None), Decimal(0))
    )
