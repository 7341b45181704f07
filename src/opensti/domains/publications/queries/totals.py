"""How much the register holds, counted by the database alone.

What the policy withholds of a row is in no sum; how many rows that is, is said beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, FloatField, Q, Sum, Value
from django.db.models.functions import Cast, Floor
from django.utils.timezone import localtime
from pydantic import TypeAdapter

from opensti.domains.publications.disclosure import WHOLE_ROW, Form
from opensti.domains.publications.queries.figures import figured
from opensti.domains.publications.queries.register import (
    calls,
    decisions,
    orders,
    seen_now,
    tasks,
)
from opensti.kernel.bilingual import Words

if TYPE_CHECKING:
    from datetime import date

    from opensti.domains.publications.queries.edition import Edition
    from opensti.domains.publications.queries.sight import Sight

_MILLION = 1_000_000
MOST_YEARS, MOST_NAMES = 15, 10


@dataclass(frozen=True, kw_only=True)
class Totals:
    """Approvals and their money in whole đồng.

    ``withheld`` counts those whose amount the policy does not show: they are in no sum.
    ``amount`` is None where that is all of them; ``by_year`` is empty where the policy does
    not open the day of release.
    """

    decisions: int
    amount: Decimal | None
    withheld: int
    by_year: tuple[tuple[int, int, Decimal], ...] = ()


def totals(*, by: Sight | None = None) -> Totals | None:
    """What was approved, as far as it is shown; None where decisions are not. 1 query."""
    by = by or seen_now()
    rows = decisions(by=by).order_by()
    if by.form("decision", WHOLE_ROW) is Form.NONE:
        return None
    shown = by.showing("decision", "amount", rows.model)
    # By round first: the year of a moment is worked out here, not for every decision.
    rounds = rows.values("round__released_at").annotate(
        number=Count("pk"),
        told=Count("amount", filter=shown),
        money=Sum(_money(by), filter=shown),
    )
    years: dict[int, tuple[int, Decimal]] = {}
    whole = told = 0
    for row in rounds:
        released = row["round__released_at"]
        number, money = years.get(localtime(released).year, (0, Decimal(0)))
        years[localtime(released).year] = (
            number + row["number"],
            money + Decimal(row["money"] or 0),
        )
        whole, told = whole + row["number"], told + row["told"]
    amount = sum((money for _n, money in years.values()), Decimal(0))
    by_day = by.is_open("decision", "released_at")
    return Totals(
        decisions=whole,
        amount=amount if told or not whole else None,
        withheld=whole - told,
        by_year=tuple((year, *years[year]) for year in sorted(years)) if by_day else (),
    )


def _money(by: Sight) -> Any:
    """An amount as the policy shows it: whole, or rounded to millions, half of one up."""
    if by.form("decision", "amount") is not Form.ROUNDED:
        return F("amount")
    amount = Cast(F("amount"), FloatField())
    return Floor((amount + _MILLION // 2) / Value(float(_MILLION))) * _MILLION


@dataclass(frozen=True, kw_only=True)
class Statistics:
    """Counts for the public, in whole đồng; ``totals`` is None where decisions are not shown."""

    calls: int
    orders: int
    tasks: int
    totals: Totals | None
    tasks_by_year: tuple[tuple[str, int], ...]
    tasks_by_funder: tuple[tuple[str, int], ...]
    money_by_host: tuple[tuple[Words, Decimal], ...]


def figured_statistics(of: Edition, today: date) -> Statistics:
    """The counts of that state of the house."""
    return figured("statistics", of, today, statistics, read_statistics)


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[Statistics]:
    return TypeAdapter(Statistics)


def written_statistics(found: Statistics) -> bytes:
    return _adapter().dump_json(found)


def read_statistics(content: bytes) -> Statistics:
    return _adapter().validate_json(content)


def statistics() -> Statistics:
    """Count what the register shows; 8 queries however much it holds."""
    by = seen_now()
    years = sorted(_tasks_by("year", by))
    funders = sorted(_tasks_by("funder", by), key=lambda f: (-f[1], f[0]))
    return Statistics(
        calls=calls(by=by).count(),
        orders=orders(by=by).count(),
        tasks=tasks(by=by).count(),
        totals=totals(by=by),
        tasks_by_year=tuple((str(year), n) for year, n in years[-MOST_YEARS:]),
        tasks_by_funder=tuple(funders[:MOST_NAMES]),
        money_by_host=_money_by_host(by) if by.is_open("decision", "host") else (),
    )


def _tasks_by(key: str, by: Sight) -> list[tuple[Any, int]]:
    """How many tasks of each year or funder; none where that is not open; 1 query."""
    if not by.is_open("task", key):
        return []
    found = tasks(by=by).exclude(**{key: None}).order_by().values(key)
    rows = found.annotate(n=Count("pk"))
    return [(row[key], row["n"]) for row in rows if row[key] != ""]


def _money_by_host(by: Sight) -> tuple[tuple[Words, Decimal], ...]:
    """The hosts with most of what is shown; 1 query."""
    rows = decisions(by=by).order_by()
    shown = by.showing("decision", "amount", rows.model)
    names = ("dossier__host__name_vi", "dossier__host__name_en")
    hosts = (
        rows.filter(shown & ~Q(amount=None))
        .values(*names)
        .annotate(money=Sum(_money(by)))
        .order_by("-money", *names)[:MOST_NAMES]
    )
    return tuple(
        (Words(row[names[0]] or "", row[names[1]] or ""), Decimal(row["money"]))
        for row in hosts
    )
