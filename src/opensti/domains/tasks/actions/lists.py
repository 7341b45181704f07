"""The list of orders that the leader approves under one decision number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from opensti.domains.procedures import actions as procedures_actions
from opensti.domains.procedures import queries as procedures_queries
from opensti.domains.procedures.choices import Act
from opensti.domains.tasks.choices import ListState
from opensti.domains.tasks.events import OrderListApproved
from opensti.domains.tasks.models import Order, OrderList
from opensti.domains.tasks.permissions import author_of
from opensti.domains.tasks.problem import order_search_text
from opensti.domains.tasks.queries import (
    list_subject,
    order_subject,
    ready_for_approval,
)
from opensti.kernel.access import get_visible, require, visible
from opensti.kernel.events import publish
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Invalid, Problem, Stale, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from opensti.kernel.access import Actor

CODE = "ĐH.{year}.{number:03d}"


@transaction.atomic
def make_order_list(
    *,
    actor: Actor,
    title_vi: str,
    order_ids: Sequence[int],
    at: datetime,
    title_en: str = "",
) -> OrderList:
    """Put orders that wait for approval on one list for the leader."""
    require(actor, "tasks.list_order")
    if not title_vi.strip():
        raise Invalid(
            [
                Problem(
                    field="title_vi",
                    message=_("The list has no title."),
                    mend=_("Enter a title."),
                )
            ]
        )
    batch = OrderList.objects.create(
        title_vi=title_vi.strip()[:300],
        title_en=title_en.strip()[:300],
        created_by_id=author_of(actor),
        created_at=at,
    )
    orders = _put(actor, batch, order_ids)
    record(
        actor=actor,
        act="order_lists.create",
        subject=list_subject(batch.public_id),
        at=at,
        detail={"orders": [o.public_id for o in orders]},
    )
    return batch


@transaction.atomic
def change_order_list(
    *,
    actor: Actor,
    list_id: int,
    title_vi: str,
    order_ids: Sequence[int],
    at: datetime,
    title_en: str = "",
) -> OrderList:
    """Change what stands on a list that is not approved yet."""
    batch = _locked_draft(actor, list_id)
    require(actor, "tasks.list_order")
    batch.title_vi = title_vi.strip()[:300] or batch.title_vi
    batch.title_en = title_en.strip()[:300]
    batch.save(update_fields=["title_vi", "title_en"])
    batch.orders.update(list=None)
    orders = _put(actor, batch, order_ids)
    record(
        actor=actor,
        act="order_lists.change",
        subject=list_subject(batch.public_id),
        at=at,
        detail={"orders": [o.public_id for o in orders]},
    )
    return batch


@transaction.atomic
def approve_order_list(
    *,
    actor: Actor,
    list_id: int,
    decision_number: str,
    decided_on: date,
    at: datetime,
    expected_orders: Mapping[int, int] | None = None,
) -> OrderList:
    """Approve every order on the list, under one decision; public from now on.

    Dangerous: asks for the password. ``expected_orders`` is what the leader saw (order
    to its version); if list or wording changed meanwhile, nothing is approved (``Stale``).
    """
    # Codes run through the year: the oldest list's row makes approvals queue up.
    OrderList.objects.select_for_update().order_by("pk").first()
    batch = _locked_draft(actor, list_id)
    require(actor, "tasks.approve_orders", batch)
    _refuse_bad_decision(decision_number, decided_on, at)
    orders = list(
        batch.orders.select_for_update(of=("self",))
        .select_related("case")
        .order_by("pk")
    )
    now_there = {o.pk: o.version for o in orders}
    if expected_orders is not None and dict(expected_orders) != now_there:
        changed = [o.title for o in orders if expected_orders.get(o.pk) != o.version]
        raise Stale(
            _(
                "The list changed meanwhile: %(count)d orders; new or changed: %(which)s."
            )
            % {"count": len(orders), "which": ", ".join(changed) or "-"},
            mend=_("Read the list again, then approve it."),
        )
    if not orders:
        raise StepNotAllowed(
            _("The list is empty."), mend=_("Put orders on it, then approve.")
        )
    number = _last_number(decided_on.year)
    named = []
    for order in orders:
        case = procedures_actions.take_step(
            actor=actor, case_id=order.case_id, act=Act.ORDER_APPROVE, at=at
        )
        order.case = case
        if not order.code:
            number += 1
            order.code = CODE.format(year=decided_on.year, number=number)
        order.search_text = order_search_text(order)
        order.save(update_fields=["code", "search_text"])
        entry = record(
            actor=actor,
            act=Act.ORDER_APPROVE,
            subject=order_subject(order.public_id),
            at=at,
            basis=procedures_queries.basis(case, Act.ORDER_APPROVE),
            public=True,
            detail={
                "decision": decision_number.strip(),
                "decided_on": decided_on.isoformat(),
                **_public(order),
            },
        )
        # The list names its orders; what each says stands in the order's own entry.
        if entry.public:
            named.append(
                {"order": order.public_id, "code": order.code, "entry": entry.position}
            )
    entry = record(
        actor=actor,
        act="order_lists.approve",
        subject=list_subject(batch.public_id),
        at=at,
        basis=procedures_queries.basis(orders[0].case, Act.ORDER_APPROVE),
        public=True,
        detail={
            "decision": decision_number.strip(),
            "decided_on": decided_on.isoformat(),
            "title_vi": batch.title_vi,
            "orders": named,
        },
    )
    batch.state = ListState.APPROVED
    batch.decision_number = decision_number.strip()[:100]
    batch.decided_on = decided_on
    batch.decided_by_id = actor.user_id
    batch.entry_position = entry.position
    batch.save()
    publish(
        OrderListApproved(
            list_id=batch.pk, order_ids=tuple(o.pk for o in orders), at=at
        )
    )
    return batch


def _locked_draft(actor: Actor, list_id: int) -> OrderList:
    batch = get_visible(actor, OrderList.objects.select_for_update(), pk=list_id)
    if batch.state != ListState.DRAFT:
        raise StepNotAllowed(
            _("This list was approved already, by decision %(number)s.")
            % {"number": batch.decision_number},
            mend=_("Put further orders on a new list."),
        )
    return batch


def _put(actor: Actor, batch: OrderList, order_ids: Sequence[int]) -> list[Order]:
    orders = list(
        visible(actor, Order.objects.select_for_update(of=("self",)))
        .select_related("case")
        .prefetch_related("products")
        .filter(pk__in=order_ids)
        .order_by("pk")
    )
    wrong = [
        o
        for o in orders
        if not ready_for_approval(o) or o.list_id not in (None, batch.pk)
    ]
    if len(orders) != len(set(order_ids)) or wrong or not orders:
        raise Invalid(
            [
                Problem(
                    field="orders",
                    message=_(
                        "A list takes whole orders that may be approved next, each once."
                    ),
                    mend=_("Leave out: %(which)s.")
                    % {"which": ", ".join(o.title for o in wrong)}
                    if wrong
                    else _("Choose at least one such order."),
                )
            ]
        )
    Order.objects.filter(pk__in=[o.pk for o in orders]).update(list=batch)
    return orders


def _refuse_bad_decision(number: str, decided_on: date, at: datetime) -> None:
    problems = []
    if not number.strip():
        problems.append(
            Problem(
                field="decision_number",
                message=_("The decision has no number."),
                mend=_("Enter the number under which it was signed."),
            )
        )
    if decided_on > localdate(at):
        problems.append(
            Problem(
                field="decided_on",
                message=_("The decision is dated in the future."),
                mend=_("Enter the day it was signed."),
            )
        )
    if problems:
        raise Invalid(problems)


def _last_number(year: int) -> int:
    prefix = CODE.format(year=year, number=0)[:-3]
    last = Order.objects.filter(code__startswith=prefix).aggregate(Max("code"))[
        "code__max"
    ]
    return int(last.removeprefix(prefix)) if last else 0


def _public(order: Order) -> dict[str, Any]:
    """What everybody may read of an approved order, for ever."""
    return {
        "order": order.public_id,
        "code": order.code,
        "title_vi": order.title_vi,
        "objectives_vi": order.objectives_vi,
        "products": [
            {
                "name_vi": p.name_vi,
                "quantity": "" if p.quantity is None else f"{p.quantity:f}",
                "unit": p.unit,
                "quality": p.quality,
            }
            for p in order.products.all()
        ],
        "budget_ceiling": str(order.budget_ceiling),
        "months": order.duration_months,
        "way": str(order.way),
    }
