"""Every publicly funded task as one plain row: what all pictures of the register are made of.

Rows and their money are what the public may see. Facts that are public only in sum (what
was paid, whether a result is used) are carried along and are told by no page for fewer
than ``FEWEST`` tasks.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.timezone import localdate

from opensti.domains.contracts.queries import Signed, paid_by_task
from opensti.domains.publications.disclosure import Form
from opensti.domains.publications.queries import register
from opensti.domains.publications.queries.days import midnight
from opensti.domains.publications.queries.keeping import kept
from opensti.domains.publications.queries.sight import sight
from opensti.domains.results.queries import Standing, standings
from opensti.domains.strategies.queries import goal_words
from opensti.domains.tasks.choices import TaskState
from opensti.kernel.access import PUBLIC
from opensti.kernel.bilingual import Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from opensti.domains.publications.queries.edition import Edition
    from opensti.domains.publications.queries.sight import Sight

# Fewer tasks than these are told of in no sum that is not public one by one; as for councils.
FEWEST = 5


@dataclass(frozen=True, kw_only=True)
class Named:
    """Something with a key that never changes and a name to read; empty: not known."""

    key: str = ""
    name: Words = field(default_factory=Words)


@dataclass(frozen=True, kw_only=True)
class Funded:
    """One approved task. ``amount`` and ``paid`` in whole đồng, None where withheld.

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
    paid: Decimal | None
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
    return kept("funded", of, today, lambda: tuple(funded_now(today)))


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


def funded_now(today: date) -> Iterator[Funded]:
    """The same, worked out now, one by one; 8 queries."""
    look = sight(at=midnight(today))
    decisions = register.decisions().filter(task__isnull=False)
    tasks = decisions.order_by().values("task_id")
    known = _Known(
        orders=_orders(look),
        goals=goal_words(PUBLIC),
        signed=paid_by_task(tasks),
        standing=standings(
            tasks, results=look.rows("result", register.results()), today=today
        ),
    )
    rows = decisions.select_related(
        "round__call", "dossier__host__province", "task"
    ).order_by("round__released_at", "pk")
    shown = look.rows("decision", rows)
    # Whose task the policy withholds is no funded task that could be counted.
    some = shown.iterator(chunk_size=2000)
    return (known.row(look, row) for row in some if row.task is not None)


@dataclass(frozen=True, kw_only=True)
class _Known:
    """What belongs to the decisions: asked once for all of them."""

    orders: dict[int | None, tuple[Named, int | None]]
    goals: dict[int, tuple[str, str, str, str]]
    signed: dict[int, Signed]
    standing: dict[int, Standing]

    def row(self, look: Sight, row: Any) -> Funded:
        """One decision with its task, each field as far as the policy shows it now."""
        task, host = row.task, row.dossier.host
        card = look.card("decision", row)
        of_host = card.shows("host")
        of_order = card.shows("order")
        field_, goal_id = (
            self.orders.get(row.dossier.order_id, (Named(), None))
            if of_order
            else (Named(), None)
        )
        if task.goal_id and look.shows("task", "goal", task):
            goal_id = task.goal_id
        goal = self.goals.get(goal_id) if goal_id else None
        contract = self.signed.get(row.task_id, _NOTHING)
        signs = "signed_on" in look.open_fields("contract")
        pays = look.form("payment", "amount") is not Form.NONE
        standing = self.standing.get(row.task_id, Standing())
        if "accepted_on" not in look.open_fields("acceptance"):
            standing = replace(standing, accepted_on=None)
        about = look.open_fields("organisation") if of_host else frozenset()
        call = row.round.call
        return Funded(
            task=task.public_id,
            year=localdate(row.round.released_at).year,
            amount=card["amount"],
            goal=Named(key=goal[0], name=Words(*goal[2:])) if goal else Named(),
            call=_named(call.code, call, "title") if card.shows("call") else Named(),
            field=field_,
            host=_named(host.public_id, host, "name") if of_host else Named(),
            host_kind=host.kind if "kind" in about else "",
            province=_named(host.province.code, host.province, "name")
            if host.province and "province" in about
            else Named(),
            state=task.state if look.shows("task", "state", task) else "",
            signed_on=contract.signed_on if signs else None,
            paid=contract.paid if pays else None,
            standing=standing,
        )


_NOTHING = Signed(contract_id=0, signed_on=None, paid=Decimal(0))


def _orders(look: Sight) -> dict[int | None, tuple[Named, int | None]]:
    """Field and goal of each public order; 1 query."""
    fields = "field" in look.open_fields("result")
    goals = "goal" in look.open_fields("order")
    rows = look.rows("order", register.orders()).order_by()
    columns = ("pk", "field__code", "field__name_vi", "field__name_en", "goal_id")
    return {
        pk: (
            Named(key=code, name=Words(vi or "", en or ""))
            if code and fields
            else Named(),
            goal if goals else None,
        )
        for pk, code, vi, en, goal in rows.values_list(*columns)
    }


def _named(key: str, thing: Any, name: str) -> Named:
    return Named(
        key=key,
        name=Words(getattr(thing, f"{name}_vi"), getattr(thing, f"{name}_en")),
    )


def is_stopped(row: Funded) -> bool:
    return row.state == TaskState.STOPPED
