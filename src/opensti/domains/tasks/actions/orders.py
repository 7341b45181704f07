"""The order: drafted from needs, judged by a council, opened to applicants, closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from opensti.domains.procedures import actions as procedures_actions
from opensti.domains.procedures import queries as procedures_queries
from opensti.domains.procedures.choices import Act, State, TaskKind, Track
from opensti.domains.strategies.queries import goal_to_link
from opensti.domains.tasks.actions.goals import goal_of_needs, goal_said
from opensti.domains.tasks.actions.needs import digest_of, locked_need
from opensti.domains.tasks.choices import ListState, Secrecy
from opensti.domains.tasks.events import (
    NeedAnswered,
    OrderConcluded,
    OrderEnded,
    OrderSentToCouncil,
    OrderWritten,
)
from opensti.domains.tasks.models import Need, Order, OrderProduct
from opensti.domains.tasks.permissions import author_of
from opensti.domains.tasks.problem import Product, Wanted, order_search_text
from opensti.domains.tasks.queries import need_subject, order_subject
from opensti.kernel.access import get_visible, require
from opensti.kernel.events import publish
from opensti.kernel.identifiers import new_public_id
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Invalid, Problem, Stale, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from decimal import Decimal

    from opensti.domains.tasks.problem import OrderSaid
    from opensti.kernel.access import Actor

# After the council the officer enters what it changed; after approval nothing moves.
EDITABLE = (State.DRAFT, State.DETERMINED)


@transaction.atomic
def draft_order(
    *,
    actor: Actor,
    title_vi: str,
    budget_ceiling: Decimal,
    duration_months: int,
    at: datetime,
    need_ids: Sequence[int] = (),
    products: Sequence[Product] = (),
    task_kind: str = TaskKind.MINISTRY,
    goal: str | None = None,
    **said: Unpack[OrderSaid],
) -> Order:
    """Draft an order and take the needs it answers into it.

    ``goal`` is the public id of the goal it serves, empty for none; where nothing is
    said, it is that of its needs if they name one alone that is open. Raises ``Invalid`` with what is wrong or missing.
    """
    require(actor, "tasks.draft_order")
    wanted = Wanted(
        title_vi=title_vi,
        budget_ceiling=budget_ceiling,
        duration_months=duration_months,
        **said,
    )
    _refuse(wanted.problems(products))
    day = localdate(at)
    served = (
        goal_of_needs(actor, need_ids, day=day)
        if goal is None
        else goal_to_link(public_id=goal, day=day)
    )
    regime_version = procedures_queries.regime_in_force(day, task_kind)
    public_id = new_public_id()
    case = procedures_actions.open_case(
        actor=actor,
        track=Track.ORDER,
        regime_version_id=regime_version.pk,
        subject=order_subject(public_id),
        title=wanted.title_vi.strip()[:500],
        at=at,
        kind=task_kind,
    )
    order = Order(
        public_id=public_id,
        case=case,
        created_by_id=author_of(actor),
        created_at=at,
        goal=served,
        **wanted.columns(),
    )
    order.search_text = order_search_text(order)
    order.save()
    _write_products(order, products)
    record(
        actor=actor,
        act="orders.create",
        subject=order_subject(public_id),
        at=at,
        detail=_said(order, products) | goal_said(served),
    )
    for pk in sorted(set(need_ids)):
        _take(actor=actor, order=order, need_id=pk, at=at)
    publish(OrderWritten(order_id=order.pk, at=at))
    return order


@transaction.atomic
def edit_order(
    *,
    actor: Actor,
    order_id: int,
    title_vi: str,
    budget_ceiling: Decimal,
    duration_months: int,
    products: Sequence[Product],
    expected_version: int,
    at: datetime,
    **said: Unpack[OrderSaid],
) -> Order:
    """Change what the order says, until it is approved; ``said`` as in ``draft_order``."""
    order = _locked(actor, order_id)
    if order.case.state not in EDITABLE:
        raise StepNotAllowed(
            _("The order can no longer be changed: it is %(state)s.")
            % {"state": procedures_queries.stage_label(order.case, "vi")},
            mend=_("Draft another order, or cancel this one."),
        )
    require(actor, "tasks.edit_order", order)
    if order.secrecy == Secrecy.CLASSIFIED:
        raise StepNotAllowed(
            _("A state secret is not kept in this system: it is kept elsewhere."),
            mend=_(
                "Keep it with the office for state secrets; enter nothing of it here."
            ),
        )
    wanted = Wanted(
        title_vi=title_vi,
        budget_ceiling=budget_ceiling,
        duration_months=duration_months,
        **said,
    )
    _refuse(wanted.problems(products))
    columns = wanted.columns()
    changed = sorted(k for k, v in columns.items() if getattr(order, k) != v)
    if order.version != expected_version:
        raise Stale(
            _("Somebody else changed this order meanwhile. Different now: %(fields)s.")
            % {"fields": ", ".join(changed) or "-"},
            mend=_("Copy your text, reload the page, and enter it again."),
        )
    for column, value in columns.items():
        setattr(order, column, value)
    order.version += 1
    order.search_text = order_search_text(order)
    order.save()
    order.products.all().delete()
    _write_products(order, products)
    if "title_vi" in changed:
        procedures_actions.set_title(case_id=order.case_id, title=order.title_vi)
    record(
        actor=actor,
        act="orders.edit",
        subject=order_subject(order.public_id),
        at=at,
        detail={"changed": changed, **_said(order, products)},
    )
    publish(OrderWritten(order_id=order.pk, at=at))
    return order


@transaction.atomic
def take_into_order(
    *, actor: Actor, order_id: int, need_ids: Sequence[int], at: datetime
) -> Order:
    """Take more needs into an order that is still a draft; proposers are told."""
    order = _locked(actor, order_id)
    if order.case.state != State.DRAFT:
        raise StepNotAllowed(_("Needs are taken into an order while it is a draft."))
    require(actor, "tasks.draft_order")
    for pk in sorted(set(need_ids)):
        _take(actor=actor, order=order, need_id=pk, at=at)
    publish(OrderWritten(order_id=order.pk, at=at))
    return order


@transaction.atomic
def send_to_council(
    *, actor: Actor, order_id: int, at: datetime, expected_version: int | None = None
) -> Order:
    """Lay the order before the council that determines it."""
    order = _locked(actor, order_id)
    require(actor, "tasks.send_order_to_council", order)
    if not order.products.exists() or not order.objectives_vi:
        raise Invalid(
            [
                Problem(
                    field="objectives_vi",
                    message=_("The council judges objectives and required products."),
                    mend=_("Enter the objectives and at least one product first."),
                )
            ]
        )
    _step(
        actor=actor,
        order=order,
        act=Act.ORDER_SEND_TO_COUNCIL,
        at=at,
        expected_version=expected_version,
    )
    publish(OrderSentToCouncil(order_id=order.pk, at=at))
    return order


@transaction.atomic
def conclude_determined(
    *, actor: Actor, order_id: int, basis: str, at: datetime, note: str = ""
) -> Order:
    """The council proposes the order; ``basis`` names its minutes or decision."""
    order = _locked(actor, order_id)
    require(actor, "tasks.conclude_order", order)
    _step(
        actor=actor,
        order=order,
        act=Act.ORDER_CONCLUDE_DETERMINED,
        at=at,
        reason=note,
        council=basis,
    )
    publish(OrderConcluded(order_id=order.pk, determined=True, at=at))
    return order


@transaction.atomic
def conclude_rejected(
    *, actor: Actor, order_id: int, basis: str, reason: str, at: datetime
) -> Order:
    """The council does not propose the order; proposers of its needs are told why."""
    order = _locked(actor, order_id)
    require(actor, "tasks.conclude_order", order)
    _step(
        actor=actor,
        order=order,
        act=Act.ORDER_CONCLUDE_REJECTED,
        at=at,
        reason=_needed(reason),
        council=basis,
    )
    publish(OrderConcluded(order_id=order.pk, determined=False, at=at))
    _tell_proposers(order, reason, at)
    return order


@transaction.atomic
def reject_order(
    *,
    actor: Actor,
    order_id: int,
    reason: str,
    at: datetime,
    expected_version: int | None = None,
) -> Order:
    """The leader does not approve the order; it leaves its list."""
    return _end(
        actor=actor,
        order_id=order_id,
        act=Act.ORDER_REJECT,
        permission="tasks.reject_order",
        reason=reason,
        at=at,
        expected_version=expected_version,
    )


@transaction.atomic
def cancel_order(
    *,
    actor: Actor,
    order_id: int,
    reason: str,
    at: datetime,
    expected_version: int | None = None,
) -> Order:
    """Give the order up, for a stated reason."""
    return _end(
        actor=actor,
        order_id=order_id,
        act=Act.ORDER_CANCEL,
        permission="tasks.cancel_order",
        reason=reason,
        at=at,
        expected_version=expected_version,
    )


@transaction.atomic
def mark_called(*, actor: Actor, order_id: int, at: datetime, call: str = "") -> Order:
    """A call (or a direct assignment) opens the order to applicants."""
    order = _locked(actor, order_id)
    require(actor, "tasks.call_order", order)
    _step(actor=actor, order=order, act=Act.ORDER_CALL, at=at, call=call)
    return order


@transaction.atomic
def close_order(
    *, actor: Actor, order_id: int, at: datetime, reason: str = ""
) -> Order:
    """Nothing more will come of the order: its tasks are decided, or nobody applied."""
    order = _locked(actor, order_id)
    require(actor, "tasks.call_order", order)
    _step(actor=actor, order=order, act=Act.ORDER_CLOSE, at=at, reason=reason)
    return order


def _locked(actor: Actor, order_id: int) -> Order:
    return get_visible(
        actor,
        Order.objects.select_for_update(of=("self",)).select_related("case"),
        pk=order_id,
    )


def _step(
    *,
    actor: Actor,
    order: Order,
    act: Act,
    at: datetime,
    reason: str = "",
    expected_version: int | None = None,
    **detail: str,
) -> None:
    """Move the order's case and record it; every step of an order goes through here."""
    case = procedures_actions.take_step(
        actor=actor,
        case_id=order.case_id,
        act=act,
        at=at,
        reason=reason,
        expected_version=expected_version,
    )
    order.case = case
    record(
        actor=actor,
        act=act,
        subject=order_subject(order.public_id),
        at=at,
        basis=procedures_queries.basis(case, act),
        detail={k: v for k, v in {"reason": reason, **detail}.items() if v},
    )


def _end(
    *,
    actor: Actor,
    order_id: int,
    act: Act,
    permission: str,
    reason: str,
    at: datetime,
    expected_version: int | None,
) -> Order:
    order = _locked(actor, order_id)
    require(actor, permission, order)
    _step(
        actor=actor,
        order=order,
        act=act,
        at=at,
        reason=_needed(reason),
        expected_version=expected_version,
    )
    if order.list is not None and order.list.state == ListState.DRAFT:
        order.list = None
        order.save(update_fields=["list"])
    publish(OrderEnded(order_id=order.pk, state=order.case.state, at=at))
    _tell_proposers(order, reason, at)
    return order


def _take(*, actor: Actor, order: Order, need_id: int, at: datetime) -> Need:
    need = locked_need(actor, need_id)
    case = procedures_actions.take_step(
        actor=actor, case_id=need.case_id, act=Act.NEED_TAKE_INTO_ORDER, at=at
    )
    need.case = case
    need.replied_at = at
    need.save(update_fields=["replied_at"])
    order.needs.add(need)
    record(
        actor=actor,
        act=Act.NEED_TAKE_INTO_ORDER,
        subject=need_subject(need.public_id),
        at=at,
        basis=procedures_queries.basis(case, Act.NEED_TAKE_INTO_ORDER),
        detail={"order": order.public_id},
    )
    publish(
        NeedAnswered(
            need_id=need.pk,
            user_id=need.created_by_id,
            state=case.state,
            reply=order.title_vi,
            at=at,
        )
    )
    return need


def _tell_proposers(order: Order, reply: str, at: datetime) -> None:
    for need in order.needs.select_for_update().order_by("pk"):
        need.reply = reply
        need.replied_at = at
        need.save(update_fields=["reply", "replied_at"])
        publish(
            NeedAnswered(
                need_id=need.pk,
                user_id=need.created_by_id,
                state=order.case.state,
                reply=reply,
                at=at,
            )
        )


def _write_products(order: Order, products: Sequence[Product]) -> None:
    OrderProduct.objects.bulk_create(
        OrderProduct(
            order=order,
            position=number,
            name_vi=product.name_vi.strip()[:300],
            name_en=product.name_en.strip()[:300],
            quantity=product.quantity,
            unit=product.unit.strip()[:60],
            quality=product.quality.strip(),
        )
        for number, product in enumerate(products, start=1)
    )


def _said(order: Order, products: Sequence[Product]) -> dict[str, Any]:
    """The order in the record: its figures in plain, its wording by digest."""
    return {
        "ceiling": str(order.budget_ceiling),
        "months": order.duration_months,
        "way": str(order.way),
        "digest": digest_of(
            [
                order.title_vi,
                order.objectives_vi,
                [
                    [p.name_vi, str(p.quantity or ""), p.unit, p.quality]
                    for p in products
                ],
            ]
        ),
    }


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise Invalid(problems)


def _needed(reason: str) -> str:
    if not reason.strip():
        raise Invalid(
            [
                Problem(
                    field="reason",
                    message=_("A reason is required."),
                    mend=_("Say why, so that those concerned understand it."),
                )
            ]
        )
    return reason.strip()
