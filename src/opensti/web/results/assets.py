"""The inventory: the list of all, one asset with its book, entering and bringing in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from opensti.domains.contracts import queries as contracts
from opensti.domains.results import actions, queries
from opensti.domains.results.models import WHOLE
from opensti.kernel.access import may, require
from opensti.kernel.bilingual import pick
from opensti.kernel.files.serving import files_of
from opensti.kernel.record.queries import entries_of
from opensti.ui.exports import table_response
from opensti.ui.pages import Crumb
from opensti.web.chosen import text_of
from opensti.web.lists import WorkList
from opensti.web.results.asset_acts import acts_for, keeper
from opensti.web.results.fields import percent_text
from opensti.web.results.forms import AssetForm, ImportForm, StocktakeForm
from opensti.web.results.ownership import ownership_context
from opensti.web.results.posting import posted
from opensti.web.results.result_pages import READS, crumbs, served
from opensti.web.results.tables import ASSET_TONES, AssetFilter, AssetTable
from opensti.web.timeline import timeline

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse, HttpResponseBase

    from opensti.domains.contracts.models import Contract
    from opensti.domains.results.models import Asset
    from opensti.kernel.access import Actor
    from opensti.web.requests import Request


class Assets(WorkList):
    title = gettext_lazy("Assets formed")
    permission = "results.list_assets"
    table_class = AssetTable
    filterset_class = AssetFilter
    hidden_columns = frozenset({"quantity", "state_share", "place", "custodian"})
    export_name = "assets"

    def rows(self, actor: Actor) -> QuerySet[Asset]:
        return queries.with_book(queries.assets(actor))


@require_safe
def asset_page(request: Request, public_id: str) -> HttpResponse:
    """One asset: who owns it, what is owed on it by when, and its whole book."""
    asset = queries.asset(request.actor, public_id)
    today = localdate()
    subject = queries.asset_subject(asset.public_id)
    papers: dict[str, list[Any]] = {}
    for file in files_of(subject):
        papers.setdefault(file.kind, []).append(file)
    return render(
        request,
        "web/results/asset.html",
        {
            "title": asset.name,
            "breadcrumb": crumbs(asset.contract, Crumb(asset.code)),
            "asset": asset,
            "contract": asset.contract,
            "tone": ASSET_TONES[asset.state],
            "steps": [
                {
                    "label": pick(o.step.label_vi, o.step.label_en),
                    "owed": o,
                    "basis": o.step.basis,
                    "verified": o.step.verified,
                    "mark": o.step.v,
                    "late": o.late(today),
                    "by": _OWES[o.step.by],
                }
                for o in queries.steps_of(asset)
            ],
            "book": [
                {"event": event, "files": papers.get(event.public_id, [])}
                for event in queries.events_of(request.actor, asset)
            ],
            "acts": acts_for(request.actor, asset),
            "may_keep": may(request.actor, "results.keep_assets", asset),
            "timeline": timeline(entries_of(subject)),
        }
        | ownership_context(queries.ownership_of(asset)),
    )


_OWES = {
    "host": gettext_lazy("the host"),
    "officer": gettext_lazy("the office"),
    "leader": gettext_lazy("the leader"),
}


@require_safe
def asset_file(request: Request, public_id: str, file_id: str) -> HttpResponse:
    asset = queries.asset(request.actor, public_id)
    return served(request, file_id, queries.asset_subject(asset.public_id))


@require_http_methods(READS)
def asset_new(request: Request, public_id: str) -> HttpResponse:
    contract = contracts.contract(request.actor, public_id)
    require(request.actor, "results.keep_assets", contract)
    return _form(request, contract, None)


@require_http_methods(READS)
def asset_edit(request: Request, public_id: str) -> HttpResponse:
    asset = queries.asset(request.actor, public_id)
    require(request.actor, "results.keep_assets", asset)
    return _form(request, asset.contract, asset)


_SAME = (
    "code",
    "name",
    "kind",
    "formed_on",
    "accepted_on",
    "unit",
    "is_car",
    "serial",
    "place",
    "custodian",
)


def _form(request: Request, contract: Contract, asset: Asset | None) -> HttpResponse:
    initial: dict[str, Any] = {"state_share": "100", "quantity": "1"}
    if asset is not None:
        initial = {name: getattr(asset, name) for name in (*_SAME, "version")} | {
            "result": asset.result.public_id if asset.result else "",
            "custodian": text_of(
                {
                    "id": asset.custodian_organisation.public_id,
                    "name": asset.custodian,
                }
                if asset.custodian_organisation
                else {"name": asset.custodian}
            ),
            "quantity": f"{asset.quantity.normalize():f}",
            "original_value": str(asset.original_value),
            "state_share": percent_text(asset.state_share),
        }
    form = AssetForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        results=queries.results_of(request.actor, contract),
        editing=asset is not None,
    )

    def act(data: dict[str, Any]) -> Asset:
        item = actions.Item(
            **{name: data[name] for name in _SAME} | keeper(request, data),
            quantity=data["quantity"],
            original_value=data["original_value"],
            state_share=WHOLE if data["state_share"] is None else data["state_share"],
            result=data["result"],
        )
        if asset is None:
            return actions.add_asset(
                actor=request.actor, contract_id=contract.pk, item=item, at=now()
            )
        return actions.change_asset(
            actor=request.actor,
            asset_id=asset.pk,
            item=item,
            reason=data["reason"],
            version=data["version"] or 0,
            at=now(),
        )

    outcome = posted(request, form, act)
    if outcome.done:
        messages.success(request, _("The asset is kept."))
        return redirect("results:asset", public_id=outcome.value.public_id)
    title = _("Correct the asset") if asset else _("Enter an asset")
    return render(
        request,
        "web/results/form.html",
        {
            "title": title,
            "breadcrumb": crumbs(contract, Crumb(title)),
            "form": form,
            "refusal": outcome.refusal,
            "submit": _("Keep"),
            "back": reverse("results:asset", args=[asset.public_id])
            if asset
            else reverse("results:contract_results", args=[contract.public_id]),
        },
        status=outcome.status,
    )


@require_http_methods(READS)
def assets_import(request: Request, public_id: str) -> HttpResponse:
    """Bring an inventory in from a table: all of it, or none and every fault told."""
    contract = contracts.contract(request.actor, public_id)
    require(request.actor, "results.keep_assets", contract)
    form = ImportForm(
        request.POST if request.method == "POST" else None, request.FILES or None
    )
    outcome = posted(
        request,
        form,
        lambda data: actions.import_assets(
            actor=request.actor, contract_id=contract.pk, file=data["file"], at=now()
        ),
    )
    if outcome.done:
        messages.success(
            request, _("%(n)s assets are entered.") % {"n": len(outcome.value)}
        )
        return redirect("results:contract_results", public_id=public_id)
    return render(
        request,
        "web/results/import.html",
        {
            "title": _("Bring the inventory in from a table"),
            "breadcrumb": crumbs(contract, Crumb(_("From a table"))),
            "contract": contract,
            "form": form,
            "refusal": outcome.refusal,
            "columns": actions.COLUMNS,
            "submit": _("Bring it in"),
            "back": reverse("results:contract_results", args=[public_id]),
        },
        status=outcome.status,
    )


@require_safe
def assets_template(request: Request, public_id: str) -> HttpResponseBase:
    """An empty table with the right columns."""
    contract = contracts.contract(request.actor, public_id)
    require(request.actor, "results.keep_assets", contract)
    return table_response(
        kind="xlsx",
        name="inventory",
        head=[str(column.label) for column in actions.COLUMNS],
        rows=[],
    )


@require_http_methods(READS)
def stocktake(request: Request, public_id: str) -> HttpResponse:
    """The stocktake of a year: what is there is ticked, the rest is missing."""
    contract = contracts.contract(request.actor, public_id)
    require(request.actor, "results.keep_assets", contract)
    assets = [
        a
        for a in queries.assets_of(request.actor, contract)
        if a.state not in {"gone", "recalled"}
    ]
    form = StocktakeForm(
        request.POST if request.method == "POST" else None,
        initial={"on": localdate()},
        assets=assets,
    )
    outcome = posted(
        request,
        form,
        lambda data: actions.take_stock(
            actor=request.actor,
            contract_id=contract.pk,
            year=data["on"].year,
            on=data["on"],
            found=set(data["found"]),
            note_text=data["note_text"],
            at=now(),
        ),
    )
    if outcome.done:
        messages.success(request, _("The stocktake is written."))
        return redirect("results:contract_results", public_id=public_id)
    return render(
        request,
        "web/results/form.html",
        {
            "title": _("Stocktake"),
            "breadcrumb": crumbs(contract, Crumb(_("Stocktake"))),
            "form": form,
            "refusal": outcome.refusal,
            "submit": _("Write the stocktake"),
            "back": reverse("results:contract_results", args=[public_id]),
        },
        status=outcome.status,
    )
