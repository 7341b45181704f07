"""How fast acts become public, and how far published rows say what they must.

The lag is from the day on which something was done, as its papers say, to the public entry
in the record. What is asked of a row are the fields that the standards of open data ask.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.utils.timezone import localdate
from pydantic import TypeAdapter
from sti_methods.waiting import NINE_TENTHS, Wait, median, quantile

from opensti.domains.publications.queries import register
from opensti.domains.publications.queries.figures import figured
from opensti.domains.tasks.choices import TaskState
from opensti.kernel.record.queries import public_details

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

    from opensti.domains.publications.queries.edition import Edition

# The day that the paper of an act bears, by its name in the public entry.
PAPERS = {
    "orders.approve": "decided_on",
    "contracts.sign": "signed_on",
    "acceptances.recognise": "decided_on",
    "acceptances.register": "registered_on",
}
RELEASE = "portfolios.release"


@dataclass(frozen=True, kw_only=True)
class Lag:
    """One kind of act: how many, and after how many days everybody could read of it."""

    act: str
    acts: int
    median: int
    late: int
    worst: int
    same_day: int

    @property
    def share(self) -> Fraction:
        return Fraction(self.same_day, self.acts)


@dataclass(frozen=True, kw_only=True)
class Completeness:
    """One field of one kind of row: how many rows there are, and how many say it."""

    kind: str
    field: str
    due: int
    said: int

    @property
    def share(self) -> Fraction | None:
        return Fraction(self.said, self.due) if self.due else None


@dataclass(frozen=True, kw_only=True)
class Openness:
    lags: tuple[Lag, ...]
    fields: tuple[Completeness, ...]

    @property
    def due(self) -> int:
        return sum(one.due for one in self.fields)

    @property
    def said(self) -> int:
        return sum(one.said for one in self.fields)


def openness(of: Edition, today: date) -> Openness:
    """Of all public acts and rows; 6 queries once for a state of the house."""
    return figured("openness", of, today, openness_now, read_openness)


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[Openness]:
    return TypeAdapter(Openness)


def written_openness(found: Openness) -> bytes:
    return _adapter().dump_json(found)


def read_openness(content: bytes) -> Openness:
    return _adapter().validate_json(content)


def openness_now() -> Openness:
    """The same, worked out now; 6 queries."""
    days: dict[str, list[int]] = defaultdict(list)
    for act, at, detail in public_details(PAPERS):
        if said := detail.get(PAPERS[act]):
            days[act].append(max(0, (localdate(at) - date.fromisoformat(said)).days))
    decided = register.decisions().order_by()
    moments = decided.values_list("round__decided_at", "round__released_at")
    for signed, released in moments:
        if signed is not None and released is not None:
            lag = (localdate(released) - localdate(signed)).days
            days[RELEASE].append(max(0, lag))
    return Openness(
        lags=tuple(_lag(act, days[act]) for act in sorted(days)),
        fields=tuple(_fields()),
    )


def _fields() -> Iterator[Completeness]:
    """What is asked of each kind of row, counted in one query for each kind."""
    ours = register.tasks().exclude(state=TaskState.ARCHIVED)
    rows: dict[str, tuple[QuerySet[Any], dict[str, Q]]] = {
        "order": (
            register.orders(),
            {
                "title_en": ~Q(title_en=""),
                "field": ~Q(field=None),
                "goal": ~Q(goal=None),
            },
        ),
        "call": (register.calls(), {"title_en": ~Q(title_en="")}),
        "decision": (
            register.decisions(),
            {"amount": ~Q(amount=None), "reason_vi": ~Q(reason_vi="")},
        ),
        "task": (
            ours,
            {
                "title_en": ~Q(title_en=""),
                "host": ~Q(host=None),
                "amount": ~Q(amount=None),
                "start": ~Q(start=None),
                "end": ~Q(end=None),
                "goal": ~Q(goal=None),
            },
        ),
        "result": (
            register.results(),
            {
                "title_en": ~Q(title_en=""),
                "readiness": ~Q(trl_end=None),
                "goal": ~Q(goal=None),
                "registered_on": ~Q(registered_on=None),
            },
        ),
    }
    for kind, (found, wanted) in rows.items():
        counts = found.order_by().aggregate(
            due=Count("pk"),
            **{f"said_{key}": Count("pk", filter=said) for key, said in wanted.items()},
        )
        for key in wanted:
            yield Completeness(
                kind=kind, field=key, due=counts["due"], said=counts[f"said_{key}"]
            )


def _lag(act: str, days: list[int]) -> Lag:
    waits = [Wait(one, over=True) for one in days]
    return Lag(
        act=act,
        acts=len(days),
        median=median(waits) or 0,
        late=quantile(waits, NINE_TENTHS) or 0,
        worst=max(days),
        same_day=days.count(0),
    )
