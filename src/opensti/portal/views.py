"""The public register: what was called, ordered and decided, and how to verify it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from opensti.domains.publications import queries
from opensti.kernel.files.serving import as_download
from opensti.kernel.identifiers import row_number
from opensti.kernel.record.queries import verifier_key, verify_receipt
from opensti.portal import jsonld
from opensti.portal.limits import limit_strangers
from opensti.portal.lists import PublicList, same
from opensti.portal.receipts import as_entered, told
from opensti.portal.statistics import links_of
from opensti.portal.tables import (
    CallTable,
    DecisionFilter,
    DecisionTable,
    OrderFilter,
    OrderTable,
    TaskFilter,
    TaskTable,
)
from opensti.ui import charts
from opensti.ui.pages import Crumb

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

    from opensti.kernel.access import Actor

LARGEST_RECEIPT = 1_000_000
VERIFICATIONS_A_MINUTE = 20
BUNDLES_A_MINUTE = 10


class Calls(PublicList):
    kind = "call"
    shows = same("code", "title", "opens_at", "closes_at", "state")
    title = gettext_lazy("Calls")
    table_class = CallTable
    export_name = "calls"

    def rows(self, actor: Actor) -> QuerySet[Any]:  # noqa: ARG002 -- the public's view
        return queries.calls()


class Orders(PublicList):
    kind = "order"
    shows = same("code", "title", "budget_ceiling", "duration_months")
    beside = frozenset({"call"})
    title = gettext_lazy("Orders")
    table_class = OrderTable
    filterset_class = OrderFilter
    export_name = "orders"

    def rows(self, actor: Actor) -> QuerySet[Any]:  # noqa: ARG002
        return queries.orders()


class Decisions(PublicList):
    kind = "decision"
    search_field = "dossier__search_text"
    shows = same("dossier", "title", "order", "host", "amount", "number") | {
        "released": "released_at"
    }
    beside = frozenset({"call"})
    title = gettext_lazy("Decisions")
    lead = gettext_lazy("Each approval with its reason, its money and its receipt.")
    table_class = DecisionTable
    filterset_class = DecisionFilter
    export_name = "decisions"

    def rows(self, actor: Actor) -> QuerySet[Any]:  # noqa: ARG002
        return queries.decisions()


class Tasks(PublicList):
    kind = "task"
    shows = same("title", "funder", "year") | {"host_name": "host"}
    title = gettext_lazy("Task archive")
    table_class = TaskTable
    filterset_class = TaskFilter
    export_name = "tasks"

    def rows(self, actor: Actor) -> QuerySet[Any]:  # noqa: ARG002
        return queries.tasks()


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What a citizen looks for first: a search, open calls, decisions, results, news."""
    at = now()
    return render(
        request,
        "portal/home.html",
        {
            "title": _("Public register of science, technology and innovation"),
            "open_calls": list(queries.open_calls(at)[:5]),
            "decisions": queries.first(queries.decisions(), 5),
            "results": queries.first(queries.results(), 5),
            "events": list(queries.coming_events(at)[:4]),
            "news": list(queries.news()[:4]),
            "totals": queries.totals(),
        },
    )


@require_safe
def call(request: HttpRequest, public_id: str) -> HttpResponse:
    found = queries.call(public_id)
    return render(
        request,
        "portal/call.html",
        {
            "title": found.code,
            "breadcrumb": [
                Crumb(_("Calls"), reverse("portal:calls")),
                Crumb(found.code),
            ],
            "call": found,
            "ld": jsonld.call(found),
            "card": queries.seen_now().card("call", found),
            "orders": queries.orders_of_call(found),
            "decisions": queries.decisions_of_call(found),
        },
    )


@require_safe
def order(request: HttpRequest, public_id: str) -> HttpResponse:
    found = queries.order(public_id)
    return render(
        request,
        "portal/order.html",
        {
            "title": found.code or _("Order"),
            "breadcrumb": [
                Crumb(_("Orders"), reverse("portal:orders")),
                Crumb(found.code),
            ],
            "order": found,
            "card": queries.seen_now().card("order", found),
            "products": found.products.order_by("position"),
        },
    )


@require_safe
def decision(request: HttpRequest, public_id: str) -> HttpResponse:
    found = queries.decision(public_id)
    return render(
        request,
        "portal/decision.html",
        {
            "title": found.dossier.code,
            "breadcrumb": [
                Crumb(_("Decisions"), reverse("portal:decisions")),
                Crumb(found.dossier.code),
            ],
            "decision": found,
            "card": queries.seen_now().card("decision", found),
            "ld": jsonld.decision(found),
            "order": queries.order_answered(found),
            "overlap": queries.overlap_of(found),
            "bundle": queries.offers_bundle(found),
            "panel": queries.offers_panel(found),
        },
    )


@require_safe
def decision_bundle(request: HttpRequest, public_id: str) -> HttpResponse:
    """What ranked and selected, frozen and without people, to compute it again."""
    limit_strangers(request, "bundle", per_minute=BUNDLES_A_MINUTE)
    name, content = queries.decision_bundle(public_id)
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = as_download(f"{name}-bundle.zip")
    return response


@require_safe
def panel_bundle(request: HttpRequest, public_id: str) -> HttpResponse:
    """How the council was formed, frozen and in numbers, to compute it again."""
    limit_strangers(request, "bundle", per_minute=BUNDLES_A_MINUTE)
    name, content = queries.panel_bundle(public_id)
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = as_download(f"{name}-panel.zip")
    return response


@require_safe
def councils(request: HttpRequest) -> HttpResponse:
    """Councils of a past year in figures: aggregates only, small cells left out."""
    today = localdate()
    years = queries.council_years(today)
    asked = row_number(request.GET.get("year"))
    year = asked if asked in years else next(iter(years), today.year)
    found = queries.council_figures(today, year)
    tables = queries.council_tables(found)
    return render(
        request,
        "portal/councils.html",
        {
            "title": _("Councils in figures"),
            "breadcrumb": [
                Crumb(_("Statistics"), reverse("portal:statistics")),
                Crumb(_("Councils in figures")),
            ],
            "links": links_of("councils"),
            "found": found,
            "charts": [
                charts.bars(
                    title=t.title,
                    head=t.head,
                    rows=t.drawn,
                    empty=_("Every count is below five") if t.hidden else "",
                )
                for t in tables
            ],
            "hidden": any(t.hidden for t in tables),
            "years": years,
            "year": year,
        },
    )


class ReceiptForm(forms.Form):
    receipt = forms.FileField(
        label=gettext_lazy("Receipt file (.tlog-proof)"), required=False
    )
    text = forms.CharField(
        label=gettext_lazy("or its text"),
        required=False,
        max_length=LARGEST_RECEIPT,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    key = forms.CharField(
        label=gettext_lazy("Public key of the log"),
        help_text=gettext_lazy(
            "Filled in with the key of this site. Use the key you noted earlier, or got elsewhere, if you do not want to trust this site."
        ),
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        file = data.get("receipt")
        if file is not None:
            if file.size > LARGEST_RECEIPT:
                raise forms.ValidationError(
                    _("This file is too large to be a receipt.")
                )
            try:
                data["text"] = file.read().decode("utf-8")
            except UnicodeDecodeError as error:
                raise forms.ValidationError(
                    _("This file is not a receipt: it is not text.")
                ) from error
        if not data.get("text", "").strip():
            raise forms.ValidationError(_("Choose a receipt file or paste its text."))
        # A form sends other line ends, and copying loses the last one.
        data["text"] = data["text"].replace("\r\n", "\n").strip() + "\n"
        return data


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Verify a receipt here, and learn how to do it without this site."""
    form = ReceiptForm(
        request.POST or None, request.FILES or None, initial={"key": verifier_key()}
    )
    verified, fault = None, ""
    if request.method == "POST":
        limit_strangers(request, "verify", per_minute=VERIFICATIONS_A_MINUTE)
    if request.method == "POST" and form.is_valid():
        try:
            verified = verify_receipt(
                form.cleaned_data["text"], form.cleaned_data["key"]
            )
        except ValueError as error:
            fault = str(error)
    return render(
        request,
        "portal/verify.html",
        {
            "title": _("Verify a receipt"),
            "form": form,
            "verified": verified,
            "told": told(verified.body) if verified and verified.body else [],
            "entry": as_entered(verified.body) if verified and verified.body else "",
            "fault": fault,
            "key": verifier_key(),
        },
        status=422 if form.errors or fault else 200,
    )
