"""A slip in what is published of an order or a task file is mended in the open.

Whoever corrects is not whoever asked for it: ``publications`` sees to that. What was said
before, what is said now and why stand in the public entry.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.tasks.models import Order, Task
from opensti.domains.tasks.problem import (
    LONGEST_TITLE,
    MOST_DONG,
    order_search_text,
    task_search_text,
)
from opensti.domains.tasks.queries import order_subject, task_subject
from opensti.kernel.access import PUBLIC, get_visible, require
from opensti.kernel.checks import problem
from opensti.kernel.record.actions import record

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.kernel.access import Actor

TEXT, NUMBER, MONEY = "text", "number", "money"
# What may be corrected; what has effects of its own is amended by the act that has them.
TASK_FIELDS = {
    "title_vi": TEXT,
    "title_en": TEXT,
    "abstract_vi": TEXT,
    "abstract_en": TEXT,
    "host_name": TEXT,
    "funder": TEXT,
    "year": NUMBER,
    "amount": MONEY,
}
ORDER_FIELDS = {
    "title_vi": TEXT,
    "title_en": TEXT,
    "objectives_vi": TEXT,
    "objectives_en": TEXT,
}
YEARS = range(1945, 2200)
LONGEST = {
    "title_vi": LONGEST_TITLE,
    "title_en": LONGEST_TITLE,
    "host_name": 300,
    "funder": 300,
}


@transaction.atomic
def correct_task(
    *,
    actor: Actor,
    public_id: str,
    field: str,
    value: str,
    reason: str,
    basis: str,
    at: datetime,
) -> int:
    """Correct one fact of a public task file; returns the number of the public entry.

    Raises ``NotFound``, ``AccessDenied``, or ``Invalid`` for a value that cannot be.
    """
    rows = Task.objects.select_for_update()
    found = get_visible(PUBLIC, rows, public_id=public_id)
    require(actor, "tasks.correct", found)
    change = _changed(found, TASK_FIELDS, field, value)
    found.search_text = task_search_text(found)
    found.save(update_fields=[field, "search_text"])
    entry = record(
        actor=actor,
        act="tasks.correct",
        subject=task_subject(public_id),
        at=at,
        basis=basis,
        public=True,
        detail={"changes": [change], "reason": reason},
    )
    return entry.position


@transaction.atomic
def correct_order(
    *,
    actor: Actor,
    public_id: str,
    field: str,
    value: str,
    reason: str,
    basis: str,
    at: datetime,
) -> int:
    """Correct one text of a public order; returns the number of the public entry.

    Raises as ``correct_task``.
    """
    rows = Order.objects.select_for_update(of=("self",))
    found = get_visible(PUBLIC, rows, public_id=public_id)
    require(actor, "tasks.correct", found)
    change = _changed(found, ORDER_FIELDS, field, value)
    found.search_text = order_search_text(found)
    found.version += 1
    found.save(update_fields=[field, "search_text", "version"])
    entry = record(
        actor=actor,
        act="orders.correct",
        subject=order_subject(public_id),
        at=at,
        basis=basis,
        public=True,
        detail={"changes": [change], "reason": reason},
    )
    return entry.position


def checked_value(fields: dict[str, str], field: str, value: str) -> Any:
    """The value a column can hold; raises ``Invalid``."""
    kind, text = fields.get(field), value.strip()
    if kind is None:
        raise problem("field", _("This is not corrected here."))
    if kind == TEXT:
        if field == "title_vi" and not text:
            raise problem("value", _("A title in Vietnamese is needed."))
        return text[: LONGEST.get(field, len(text))]
    if not text:
        return None
    if kind == NUMBER:
        if not (text.isascii() and text.isdigit() and int(text) in YEARS):
            raise problem("value", _("This is not a year."))
        return int(text)
    try:
        money = Decimal(text)
    except InvalidOperation:
        money = Decimal(-1)
    if not (money.is_finite() and 0 <= money < MOST_DONG):
        raise problem("value", _("This is not an amount of money."))
    return money


def _changed(
    found: Any, fields: dict[str, str], field: str, value: str
) -> dict[str, str]:
    """Write the value to the row, unsaved; returns what it was and is."""
    now = checked_value(fields, field, value)
    was = getattr(found, field)
    setattr(found, field, now)
    return {"field": field, "was": _text(was), "now": _text(now)}


def _text(value: Any) -> str:
    if value is None:
        return ""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
