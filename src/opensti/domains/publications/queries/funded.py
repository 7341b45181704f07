"""Every publicly funded task as one plain row: what all pictures of the register are made of.

Rows and their money are what the public may see. Facts that are public only in sum (what
was paid, whether a result is used) are carried along and are told by no page for fewer
than ``FEWEST`` tasks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.timezone import localdate

from opensti.domains.contracts.queries import Signed, paid_by_task
from opensti.domains.publications.queries import register
from opensti.domains.publications.queries.kept import kept
from opensti.domains.results.queries import Standing, standings
from opensti.domains.strategies.queries import goal_words
from opensti.domains.tasks.choices import TaskState
from opensti.kernel.access import PUBLIC
from opensti.kernel.bilingual import Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from opensti.domains.publications.queries.edition import Edition

# Fewer tasks than these are told of in no sum that is not public one by one; as for councils.
FEWEST = 5


@dataclass(frozen=True, kw_only=True)
class Named:
    """Something with a key that never changes and a name to read; empty: not known."""

    key: str = ""
    name: Words = field(default_factory=Words)


@dataclass(frozen=True, kw_only=True)
class Funded:
    """One approved task. ``amount`` in whole đồng, None where the policy withholds it.

    ``paid`` and ``standing.used`` are public in sum alone.
    """

    task: str
    year: int
    amount: Decimal | None
    goal: Named
    call: Named
    field: Named
    host: Named
    host_kind: str
    province: Named
    state: str
    signed_on: date | None
    paid: Decimal
    standing: Standing


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """Which tasks are looked at; empty: all."""

    year: int | None = None
    field: str = ""

    def of(self, rows: Iterable[Funded]) -> list[Funded]:
        return [
            row
            for row in rows
            if self.year in {None, row.year} and self.field in {"", row.field.key}
        ]


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What can be looked at: years, newest first, and fields by name."""

    years: tuple[int, ...]
    fields: tuple[Named, ...]


def funded(of: Edition, today: date) -> tuple[Funded, ...]:
    """All of them, the oldest decision first; 8 queries once for a state of the house."""
    return kept("funded", of, today, lambda: _funded(today))


def tellable(counts: Mapping[str, int]) -> frozenset[str]:
    """Groups whose figures may be told beside the figure of all of them.

    None of fewer than ``FEWEST``; and where those left out are fewer than that together,
    not the smallest other one, for a subtraction would tell them.
    """
    shown = {key: n for key, n in counts.items() if n >= FEWEST}
    left = sum(n for key, n in counts.items() if key not in shown)
    if 0 < left < FEWEST and shown:
        del shown[min(shown, key=lambda key: (shown[key], key))]
    return frozenset(shown)


def choices(rows: Iterable[Funded]) -> Choices:
    fields = {row.field.key: row.field for row in rows if row.field.key}
    return Choices(
        years=tuple(sorted({row.year for row in rows}, reverse=True)),
        fields=tuple(fields[key] for key in sorted(fields)),
    )


def _funded(today: date) -> tuple[Funded, ...]:
    decisions = register.decisions().filter(task__isnull=False)
    tasks = decisions.order_by().values("task_id")
    asked = _orders()
    goals = goal_words(PUBLIC)
    signed = paid_by_task(tasks)
    standing = standings(tasks, today=today)
    nothing = Signed(contract_id=0, signed_on=None, paid=Decimal(0))
    found = []
    for row in decisions.order_by("round__released_at", "pk").values(*_COLUMNS):
        field_, of_order = asked.get(row["dossier__order_id"], (Named(), None))
        goal = goals.get(row["task__goal_id"] or of_order)
        task = row["task_id"]
        contract = signed.get(task, nothing)
        found.append(
            Funded(
                task=row["task__public_id"],
                year=localdate(row["round__released_at"]).year,
                amount=row["amount"],
                goal=Named(key=goal[0], name=Words(*_told(*goal[1:])))
                if goal
                else Named(),
                call=_named(row, "round__call__code", "round__call__title"),
                field=field_,
                host=_named(row, "dossier__host__public_id", "dossier__host__name"),
                host_kind=row["dossier__host__kind"],
                province=_named(
                    row,
                    "dossier__host__province__code",
                    "dossier__host__province__name",
                ),
                state=row["task__state"],
                signed_on=contract.signed_on,
                paid=contract.paid,
                standing=standing.get(task, Standing()),
            )
        )
    return tuple(found)


_COLUMNS = (
    "task_id",
    "task__public_id",
    "task__state",
    "task__goal_id",
    "amount",
    "round__released_at",
    "round__call__code",
    "round__call__title_vi",
    "round__call__title_en",
    "dossier__order_id",
    "dossier__host__public_id",
    "dossier__host__name_vi",
    "dossier__host__name_en",
    "dossier__host__kind",
    "dossier__host__province__code",
    "dossier__host__province__name_vi",
    "dossier__host__province__name_en",
)


def _orders() -> dict[int | None, tuple[Named, int | None]]:
    """Field and goal of each public order; 1 query."""
    rows = register.orders().order_by()
    columns = ("pk", "field__code", "field__name_vi", "field__name_en", "goal_id")
    return {
        row["pk"]: (_named(row, "field__code", "field__name"), row["goal_id"])
        for row in rows.values(*columns)
    }


def _named(row: dict[str, object], key: str, name: str) -> Named:
    if not row[key]:
        return Named()
    return Named(
        key=str(row[key]),
        name=Words(str(row[f"{name}_vi"] or ""), str(row[f"{name}_en"] or "")),
    )


def _told(code: str, vi: str, en: str) -> tuple[str, str]:
    return f"{code}: {vi}", f"{code}: {en or vi}"


def is_stopped(row: Funded) -> bool:
    return row.state == TaskState.STOPPED
