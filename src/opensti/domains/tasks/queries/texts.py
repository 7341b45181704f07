"""Needs, orders and task files as texts that can be compared with others.

For the ministry's own screening, which no person asks for: whoever shows a text asks
first who may see it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count
from django.utils.timezone import localdate

from opensti.domains.procedures.choices import State
from opensti.domains.tasks.models import Need, Order, Task
from opensti.domains.tasks.queries.cases import (
    need_subject,
    order_subject,
    task_subject,
)
from opensti.kernel.worktext import WorkText, joined

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from django.db.models import QuerySet

# A need that was answered or merged, an order that was ended, is asked for no more.
LIVING_NEEDS = (State.SUBMITTED, State.TRIAGED, State.ORDERED)
ENDED_ORDERS = (State.REJECTED, State.CANCELLED)
_CHUNK = 2000


def _needs() -> QuerySet[Need]:
    return Need.objects.filter(case__state__in=LIVING_NEEDS)


def _orders() -> QuerySet[Order]:
    return Order.objects.exclude(case__state__in=ENDED_ORDERS)


def need_stamps() -> dict[int, str]:
    """Every need that is before the office, by row, with what tells its wording."""
    return {pk: str(version) for pk, version in _needs().values_list("pk", "version")}


def order_stamps() -> dict[int, str]:
    """Every order that was not ended, by row, with what tells its wording and needs."""
    rows = _orders().annotate(taken=Count("needs")).order_by()
    return {pk: _stamp(v, n) for pk, v, n in rows.values_list("pk", "version", "taken")}


def _stamp(version: int, needs: int) -> str:
    return f"{version}/{needs}"


def task_stamps() -> dict[int, str]:
    """Every task file, ours and of archives, with the digest of an archived row."""
    return dict(Task.objects.order_by().values_list("pk", "source_digest"))


def need_texts(ids: Collection[int]) -> Iterator[WorkText]:
    """The needs as texts, in the order of their rows; 1 query."""
    rows = Need.objects.select_related("organisation", "created_by").filter(pk__in=ids)
    return map(_need_text, rows.order_by("pk"))


def text_of_need(need_id: int) -> WorkText | None:
    """One need as a text, also while it is a draft; None where it is gone."""
    rows = Need.objects.select_related("organisation", "created_by")
    need = rows.filter(pk=need_id).first()
    return None if need is None else _need_text(need)


def _need_text(need: Need) -> WorkText:
    houses = (need.organisation.name_vi,) if need.organisation else ()
    return WorkText(
        object_id=need.pk,
        subject=need_subject(need.public_id),
        stamp=str(need.version),
        title_vi=need.title_vi,
        title_en=need.title_en,
        abstract=need.problem,
        objectives=need.objectives,
        products=need.expected_products,
        year=localdate(need.submitted_at or need.created_at).year,
        people=(need.created_by.full_name,),
        organisations=houses,
        amount=need.budget_estimate,
    )


def order_texts(ids: Collection[int]) -> Iterator[WorkText]:
    """The orders as texts, in the order of their rows; 3 queries."""
    rows = (
        Order.objects.select_related("assigned_host")
        .prefetch_related("products", "needs")
        .filter(pk__in=ids)
    )
    for order in rows.order_by("pk"):
        products = [
            joined(product.name_vi, product.name_en, product.quality)
            for product in order.products.all()
        ]
        houses = (order.assigned_host.name_vi,) if order.assigned_host else ()
        yield WorkText(
            object_id=order.pk,
            subject=order_subject(order.public_id),
            stamp=_stamp(order.version, len(order.needs.all())),
            code=order.code,
            title_vi=order.title_vi,
            title_en=order.title_en,
            objectives=joined(order.objectives_vi, order.objectives_en),
            products=joined(*products),
            year=localdate(order.created_at).year,
            organisations=houses,
            amount=order.budget_ceiling,
            answers=lineage(order),
        )


def lineage(order: Order) -> tuple[str, ...]:
    """The subjects of the needs an order was made from, by row."""
    needs = sorted(order.needs.all(), key=lambda need: need.pk)
    return tuple(need_subject(need.public_id) for need in needs)


def task_texts(ids: Collection[int]) -> Iterator[WorkText]:
    """The task files as texts, in the order of their rows; 3 queries for 2,000."""
    rows = (
        Task.objects.select_related("order", "host", "leader")
        .prefetch_related("order__needs")
        .defer("search_text")
        .filter(pk__in=ids)
    )
    for task in rows.order_by("pk").iterator(chunk_size=_CHUNK):
        came_from: tuple[str, ...] = ()
        if task.order is not None:
            came_from = (order_subject(task.order.public_id), *lineage(task.order))
        host = task.host.name_vi if task.host else task.host_name
        leader = task.leader.full_name if task.leader else task.leader_name
        yield WorkText(
            object_id=task.pk,
            subject=task_subject(task.public_id),
            stamp=task.source_digest,
            code=task.code,
            title_vi=task.title_vi,
            title_en=task.title_en,
            abstract=joined(task.abstract_vi, task.abstract_en),
            year=task.year,
            begins=task.start.year if task.start else task.year,
            ends=task.end.year if task.end else None,
            people=(leader,) if leader else (),
            organisations=(host,) if host else (),
            amount=task.amount,
            currency=task.currency,
            source=task.source,
            answers=came_from,
        )
