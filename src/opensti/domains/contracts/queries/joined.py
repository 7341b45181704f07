"""Lines of work from several tables, asked for in one query.

A person's home page asks many tables of contracts the same: which contract, which thing
of it, due when. Each table gives an ``Arm``; ``joined`` makes one statement of them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import CharField, DateField, F, IntegerField, Value
from django.db.models.functions import Cast, Coalesce

from opensti.kernel.bilingual import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.db.models import QuerySet
    from django.db.models.expressions import Combinable

    from opensti.kernel.work import WorkItem


@dataclass(frozen=True, kw_only=True)
class Found:
    """One row of an arm, whatever its table; texts are empty where the arm names none."""

    contract_id: str
    number: str
    title: Words
    key: str
    label: Words
    n: int
    due_on: date | None
    article: str
    state: str


@dataclass(frozen=True, kw_only=True)
class Arm:
    """What one table adds: its rows in order, where each value stands, the line it makes.

    ``contract`` is the path to the contract (``"contract"``), the others are paths or
    expressions of the row. At most ``most`` rows are read, the first by ``order``; a row of
    which ``line`` makes nothing is left out.
    """

    rows: QuerySet[Any]
    line: Callable[[Found], WorkItem | None]
    contract: str = "contract"
    key: str = ""
    label_vi: str = ""
    label_en: str = ""
    n: str = ""
    due_on: str | Combinable | None = None
    article: str | Combinable = ""
    state: str = ""
    order: tuple[str, ...] = ("pk",)
    most: int = 200


def joined(arms: Sequence[Arm]) -> list[WorkItem]:
    """The lines of all arms, arm by arm, the first due first; 1 query at most."""
    if not arms:
        return []
    first, *others = (_selected(place, arm) for place, arm in enumerate(arms))
    rows = first.union(*others, all=True) if others else first
    found = [(place, pk, _found(values)) for place, pk, *values in rows]
    found.sort(key=lambda row: (row[0], row[2].due_on or date.max, row[1]))
    lines = (arms[place].line(row) for place, _pk, row in found)
    return [line for line in lines if line is not None]


def _selected(place: int, arm: Arm) -> QuerySet[Any]:
    """The rows of an arm with the columns that all arms have, in their order."""
    columns = {
        "w_place": Value(place, output_field=IntegerField()),
        "w_pk": F("pk"),
        "w_contract": F(f"{arm.contract}__public_id"),
        "w_number": F(f"{arm.contract}__number"),
        "w_title_vi": F(f"{arm.contract}__title_vi"),
        "w_title_en": F(f"{arm.contract}__title_en"),
        "w_key": _text(arm.key),
        "w_label_vi": _text(arm.label_vi),
        "w_label_en": _text(arm.label_en),
        "w_n": F(arm.n) if arm.n else Value(0, output_field=IntegerField()),
        "w_due_on": _day(arm.due_on),
        "w_article": _text(arm.article),
        "w_state": _text(arm.state),
    }
    # Within a union no database takes a part that is sorted or cut: which rows, is asked inside.
    kept = arm.rows.order_by(*arm.order).values("pk")[: arm.most]
    rows = arm.rows.model._default_manager.filter(pk__in=kept)
    named: QuerySet[Any] = rows.order_by().annotate(**columns)
    return named.values_list(*columns)


def _text(where: str | Combinable) -> Any:
    if where == "":
        return Value("", output_field=CharField())
    named = F(where) if isinstance(where, str) else where
    return Coalesce(named, Value(""), output_field=CharField())


def _day(where: str | Combinable | None) -> Any:
    # Cast, else PostgreSQL takes an empty column of the first part for text.
    if where is None:
        return Cast(Value(None), DateField())
    return F(where) if isinstance(where, str) else where


def _found(values: Sequence[Any]) -> Found:
    public_id, number, vi, en, key, label_vi, label_en, n, due, article, state = values
    return Found(
        contract_id=public_id,
        number=number,
        title=Words(vi, en),
        key=key,
        label=Words(label_vi, label_en),
        n=n,
        due_on=due,
        article=article,
        state=state,
    )
