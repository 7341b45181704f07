"""Pages of order lists: make, change, approve, and the list as Word and PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from opensti.domains.tasks import actions, queries
from opensti.domains.tasks.choices import ListState, Way
from opensti.kernel.access import may, require
from opensti.kernel.bilingual import pick
from opensti.kernel.identifiers import row_number
from opensti.kernel.money import format_money
from opensti.kernel.record.queries import entries_of
from opensti.kernel.refusals import Invalid, Stale
from opensti.ui.pages import Crumb
from opensti.web.lists import WorkList
from opensti.web.papers import issued, language_of_paper, official, signed_by
from opensti.web.tasks.filters import OrderListFilter
from opensti.web.tasks.forms import ApproveForm, ListForm
from opensti.web.tasks.tables import OrderListTable
from opensti.web.timeline import timeline

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.forms import Form
    from django.http import HttpResponse

    from opensti.domains.tasks.models import Order, OrderList
    from opensti.kernel.access import Actor
    from opensti.kernel.refusals import Refusal
    from opensti.web.requests import Request

WAITING = "……"


class Lists(WorkList):
    title = gettext_lazy("Order lists")
    table_class = OrderListTable
    filterset_class = OrderListFilter
    permission = "tasks.list_orders"
    export_name = "order-lists"
    searchable = False
    template_name = "web/tasks/lists.html"

    def rows(self, actor: Actor) -> QuerySet[OrderList]:
        return queries.order_lists(actor)

    def context(self, actor: Actor) -> dict[str, Any]:
        return {"may_list": may(actor, "tasks.list_order")}


@require_safe
def list_page(request: Request, public_id: str) -> HttpResponse:
    require(request.actor, "tasks.list_orders")
    return _show(request, queries.order_list(request.actor, public_id))


def _show(
    request: Request,
    batch: OrderList,
    *,
    form: Form | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    actor = request.actor
    orders = list(batch.orders.all())
    open_ = batch.state == ListState.DRAFT
    return render(
        request,
        "web/tasks/list.html",
        {
            "title": batch.title,
            "breadcrumb": [
                Crumb(_("Order lists"), reverse("tasks:lists")),
                Crumb(batch.title),
            ],
            "list": batch,
            "orders": orders,
            "ceiling": sum(o.budget_ceiling for o in orders),
            "form": (form or ApproveForm(initial={"decided_on": localdate()}))
            if open_ and may(actor, "tasks.approve_orders")
            else None,
            "may_change": open_ and may(actor, "tasks.list_order"),
            "refusal": refusal,
            "timeline": timeline(entries_of(queries.list_subject(batch.public_id))),
        },
        status=refusal.status if refusal else 422 if form is not None else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def list_new(request: Request) -> HttpResponse:
    require(request.actor, "tasks.list_order")
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def list_edit(request: Request, public_id: str) -> HttpResponse:
    require(request.actor, "tasks.list_order")
    return _edit(request, queries.order_list(request.actor, public_id))


def _edit(request: Request, batch: OrderList | None) -> HttpResponse:
    actor = request.actor
    orders = queries.orders_for_list(actor, batch.pk if batch else None)
    initial: dict[str, Any] = (
        {
            "title_vi": batch.title_vi,
            "title_en": batch.title_en,
            "orders": [str(o.pk) for o in batch.orders.all()],
        }
        if batch
        else {"orders": request.GET.getlist("orders")}
    )
    form = ListForm(
        orders, request.POST if request.method == "POST" else None, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        said = {
            "title_vi": form.cleaned_data["title_vi"],
            "title_en": form.cleaned_data["title_en"],
            "order_ids": [int(pk) for pk in form.cleaned_data["orders"]],
        }
        try:
            made = (
                actions.change_order_list(
                    actor=actor, list_id=batch.pk, at=now(), **said
                )
                if batch
                else actions.make_order_list(actor=actor, at=now(), **said)
            )
        except Invalid as refusal:
            form.show(refusal.problems)
        else:
            messages.success(request, _("The list is ready for the leader."))
            return redirect("tasks:list", public_id=made.public_id)
    return render(
        request,
        "web/tasks/list_edit.html",
        {
            "title": batch.title if batch else _("New order list"),
            "breadcrumb": [
                Crumb(_("Order lists"), reverse("tasks:lists")),
                Crumb(_("Change") if batch else _("New order list")),
            ],
            "form": form,
            "orders": orders,
            "back": reverse("tasks:list", args=[batch.public_id])
            if batch
            else reverse("tasks:lists"),
        },
        status=422 if form.errors else 200,
    )


@require_POST
def list_approve(request: Request, public_id: str) -> HttpResponse:
    """Approve the list as it was shown; the password is asked for before anything else."""
    batch = queries.order_list(request.actor, public_id)
    require(request.actor, "tasks.approve_orders", batch)
    form = ApproveForm(request.POST)
    if not form.is_valid():
        return _show(request, batch, form=form)
    try:
        actions.approve_order_list(
            actor=request.actor,
            list_id=batch.pk,
            decision_number=form.cleaned_data["decision_number"],
            decided_on=form.cleaned_data["decided_on"],
            expected_orders=_seen(request),
            at=now(),
        )
    except Invalid as refusal:
        form.show(refusal.problems)
        return _show(request, batch, form=form)
    except Stale as refusal:
        again = queries.order_list(request.actor, public_id)
        return _show(request, again, form=form, refusal=refusal)
    messages.success(request, _("The orders are approved and public."))
    return redirect("tasks:list", public_id=batch.public_id)


def _seen(request: Request) -> dict[int, int]:
    """Each order with the version that was on the page: ``12:3``."""
    seen = {}
    for pair in request.POST.getlist("seen"):
        order, _colon, shown = pair.partition(":")
        pk, version = row_number(order), row_number(shown)
        if pk is not None and version is not None:
            seen[pk] = version
    return seen


@require_safe
def list_document(request: Request, public_id: str, kind: str) -> HttpResponse:
    """The list as an official paper, in Word or PDF."""
    require(request.actor, "tasks.list_orders")
    batch = queries.order_list(request.actor, public_id)
    return official(
        "order_list", _paper(batch), kind=kind, name=f"order-list-{batch.public_id}"
    )


def _paper(batch: OrderList) -> dict[str, Any]:
    language = language_of_paper()
    return {
        **issued(language, batch.decided_on),
        "number": batch.decision_number or WAITING,
        "subtitle": pick(batch.title_vi, batch.title_en),
        "blocks": [
            {
                "kind": "table",
                "columns": [
                    _("No."),
                    _("Code"),
                    _("Order"),
                    _("Objectives"),
                    _("Required products"),
                    _("Months"),
                    _("Ceiling"),
                    _("Way"),
                ],
                "right": [0, 5, 6],
                "widths": [1, 2.5, 5, 6, 6, 1.5, 3, 3],
                "rows": [
                    [str(number), *_cells(order)]
                    for number, order in enumerate(batch.orders.all(), start=1)
                ],
            }
        ],
        "signatures": [
            signed_by(language, batch.decided_by.full_name if batch.decided_by else "")
        ],
    }


def _cells(order: Order) -> list[str]:
    return [
        order.code,
        pick(order.title_vi, order.title_en),
        pick(order.objectives_vi, order.objectives_en),
        "; ".join(
            " ".join(
                t
                for t in (
                    p.name,
                    ""
                    if p.quantity is None
                    else f"{p.quantity.normalize():f} {p.unit}",
                    p.quality,
                )
                if t
            )
            for p in order.products.all()
        ),
        str(order.duration_months),
        format_money(order.budget_ceiling),
        str(Way(order.way).label),
    ]
