"""Pages of orders: draft from needs, change, send on, cancel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from opensti.domains.overlaps import queries as overlaps_queries
from opensti.domains.overlaps.choices import Kind
from opensti.domains.procedures.choices import Act, State
from opensti.domains.tasks import actions, queries
from opensti.kernel.access import may, require
from opensti.kernel.identifiers import row_number
from opensti.kernel.refusals import Invalid, NotFound, Stale
from opensti.ui.pages import Crumb
from opensti.web.lists import WorkList
from opensti.web.tasks.cases import case_context, version_of
from opensti.web.tasks.filters import OrderFilter
from opensti.web.tasks.forms import (
    OrderForm,
    Products,
    order_initial,
    product_rows,
    products_of,
)
from opensti.web.tasks.tables import STATE_TONES, OrderTable

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet
    from django.forms import BaseFormSet
    from django.http import HttpResponse

    from opensti.domains.tasks.models import Need, Order
    from opensti.kernel.access import Actor
    from opensti.kernel.refusals import Refusal, Text
    from opensti.web.requests import Request

# The council's conclusion and the approval have pages of their own.
STEPS: dict[Act, tuple[Callable[..., Order], str, bool]] = {
    Act.ORDER_SEND_TO_COUNCIL: (
        actions.send_to_council,
        "tasks.send_order_to_council",
        False,
    ),
    Act.ORDER_REJECT: (actions.reject_order, "tasks.reject_order", True),
    Act.ORDER_CANCEL: (actions.cancel_order, "tasks.cancel_order", True),
}
DONE: dict[str, Text] = {
    Act.ORDER_SEND_TO_COUNCIL: gettext_lazy("The order is before the council."),
    Act.ORDER_REJECT: gettext_lazy("The order was rejected; proposers are told."),
    Act.ORDER_CANCEL: gettext_lazy("The order was cancelled; proposers are told."),
}


class Orders(WorkList):
    title = gettext_lazy("Orders")
    table_class = OrderTable
    filterset_class = OrderFilter
    permission = "tasks.list_orders"
    hidden_columns = frozenset({"list", "created_at"})
    export_name = "orders"
    template_name = "web/tasks/orders.html"

    def rows(self, actor: Actor) -> QuerySet[Order]:
        return queries.orders(actor)

    def search(self, _rows: QuerySet[Order], text: str) -> QuerySet[Order]:
        return queries.orders(self.request.actor, text)  # type: ignore[attr-defined]

    def context(self, actor: Actor) -> dict[str, Any]:
        return {
            "may_draft": may(actor, "tasks.draft_order"),
            "may_enter_secret": may(actor, "tasks.enter_classified"),
        }


@require_safe
def order_page(request: Request, public_id: str) -> HttpResponse:
    require(request.actor, "tasks.list_orders")
    return _show(request, queries.order(request.actor, public_id))


def _show(
    request: Request, order: Order, refusal: Refusal | None = None, reason: str = ""
) -> HttpResponse:
    actor = request.actor
    case = case_context(order.case, actor, queries.order_subject(order.public_id))
    return render(
        request,
        "web/tasks/order.html",
        {
            "title": order.title,
            "breadcrumb": [
                Crumb(_("Orders"), reverse("tasks:orders")),
                Crumb(order.code or order.title),
            ],
            "order": order,
            "overlap": overlaps_queries.standing(actor, Kind.ORDER, order.pk),
            "tone": STATE_TONES.get(order.case.state, "neutral"),
            "needs": queries.needs_of_order(actor, order.pk),
            "refusal": refusal,
            "reason": reason,
            "may_class": may(actor, "tasks.see_class"),
            "may_link": may(actor, "tasks.link_goal", order),
            "may_edit": order.case.state in (State.DRAFT, State.DETERMINED)
            and may(actor, "tasks.edit_order", order),
            "may_list": order.list_id is None
            and may(actor, "tasks.list_order")
            and queries.ready_for_approval(order),
            **case,
            "steps": [
                {"step": step, "reason": STEPS[Act(step.act)][2]}
                for step in case["next_steps"]
                if step.allowed
                and step.act in STEPS
                and may(actor, STEPS[Act(step.act)][1], order)
            ],
        },
        status=refusal.status if refusal else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def order_new(request: Request) -> HttpResponse:
    """Draft an order, from accepted needs if some were chosen."""
    actor = request.actor
    require(actor, "tasks.draft_order")
    given = request.POST if request.method == "POST" else request.GET
    ids = {row_number(text) for text in given.getlist("needs")}
    choice = list(queries.needs_for_orders(actor))
    chosen = [need for need in choice if need.pk in ids]
    if request.method == "POST":
        form = OrderForm(actor, request.POST)
        rows = Products(request.POST, prefix="products")
        if form.is_valid() and rows.is_valid():
            try:
                order = actions.draft_order(
                    actor=actor,
                    at=now(),
                    need_ids=[n.pk for n in chosen],
                    products=products_of(rows),
                    **form.said(),
                )
            except Invalid as refusal:
                form.show(refusal.problems)
            else:
                messages.success(request, _("The order was drafted."))
                return redirect("tasks:order", public_id=order.public_id)
    else:
        form = OrderForm(actor, initial=_from_needs(chosen))
        rows = Products(prefix="products", initial=_products_from(chosen))
    return _show_editor(request, form, rows, needs=choice, chosen=chosen)


@require_http_methods(["GET", "HEAD", "POST"])
def order_edit(request: Request, public_id: str) -> HttpResponse:
    actor = request.actor
    order = queries.order(actor, public_id)
    require(actor, "tasks.edit_order", order)
    refusal: Refusal | None = None
    if request.method == "POST":
        form = OrderForm(actor, request.POST, new=False)
        rows = Products(request.POST, prefix="products")
        if form.is_valid() and rows.is_valid():
            try:
                actions.edit_order(
                    actor=actor,
                    order_id=order.pk,
                    expected_version=version_of(request) or 0,
                    products=products_of(rows),
                    kind=order.kind,
                    at=now(),
                    **form.said(),
                )
            except Invalid as invalid:
                form.show(invalid.problems)
            except Stale as stale:
                refusal = stale
            else:
                messages.success(request, _("The order was changed."))
                return redirect("tasks:order", public_id=order.public_id)
    else:
        form = OrderForm(actor, initial=order_initial(order), new=False)
        rows = Products(prefix="products", initial=product_rows(order))
    return _show_editor(request, form, rows, order=order, refusal=refusal)


def _from_needs(needs: list[Need]) -> dict[str, Any]:
    """An order begins with the words of its first need."""
    if not needs:
        return {}
    first = needs[0]
    return {
        "title_vi": first.title_vi,
        "title_en": first.title_en,
        "objectives_vi": first.objectives,
        "duration_months": first.duration_months,
        "budget_ceiling": first.budget_estimate or "",
        "field": first.field_id,
        "goal": _goal_of(needs),
        "task_kind": first.case.kind,
    }


def _goal_of(needs: list[Need]) -> str:
    """The goal that the needs name, if they name one alone."""
    named = {need.goal.public_id for need in needs if need.goal}
    return named.pop() if len(named) == 1 else ""


def _products_from(needs: list[Need]) -> list[dict[str, Any]]:
    """Each product a need asks for: its name before the dot, its measure after it."""
    rows = []
    for need in needs:
        for line in need.expected_products.splitlines():
            name, _dot, measure = line.partition(" · ")
            rows.append({"name_vi": name[:300], "quality": measure})
    return rows


def _show_editor(
    request: Request,
    form: OrderForm,
    rows: BaseFormSet[Any],
    *,
    order: Order | None = None,
    needs: list[Need] | None = None,
    chosen: list[Need] | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    wrong = form.errors or (rows.is_bound and rows.total_error_count())
    return render(
        request,
        "web/tasks/order_edit.html",
        {
            "title": order.title if order else _("New order"),
            "breadcrumb": [
                Crumb(_("Orders"), reverse("tasks:orders")),
                Crumb(_("Change") if order else _("New order")),
            ],
            "form": form,
            "rows": rows,
            "forms": [form, *rows.forms],
            "order": order,
            "needs": needs or [],
            "chosen": {n.pk for n in chosen or []},
            "refusal": refusal,
            "version": version_of(request)
            if refusal
            else order.version
            if order
            else 0,
            "back": reverse("tasks:order", args=[order.public_id])
            if order
            else reverse("tasks:orders"),
        },
        status=refusal.status if refusal else 422 if wrong else 200,
    )


@require_POST
def order_step(request: Request, public_id: str) -> HttpResponse:
    """Take one step with an order: send to the council, reject, cancel."""
    order = queries.order(request.actor, public_id)
    act = request.POST.get("act", "")
    if act not in STEPS:
        raise NotFound
    step, _permission, with_reason = STEPS[Act(act)]
    reason = request.POST.get("reason", "")
    said = {"reason": reason} if with_reason else {}
    try:
        step(
            actor=request.actor,
            order_id=order.pk,
            expected_version=version_of(request),
            at=now(),
            **said,
        )
    except (Invalid, Stale) as refusal:
        return _show(request, queries.order(request.actor, public_id), refusal, reason)
    messages.success(request, DONE[act])
    return redirect("tasks:order", public_id=order.public_id)
