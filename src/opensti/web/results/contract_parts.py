"""The parts of a contract's page that show what came of it: results and assets, uptake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opensti.domains.contracts import queries as contracts
from opensti.domains.procedures.queries import regime_of, working_calendar
from opensti.domains.results import queries
from opensti.kernel.access import may
from opensti.kernel.bilingual import pick
from opensti.ui.pages import Crumb
from opensti.web.contracts.tabs import crumbs, tabs
from opensti.web.results.tables import (
    ASSET_TONES,
    UPTAKE_LABELS,
    UPTAKE_TONES,
    owner_words,
    uptake_state,
)

if TYPE_CHECKING:
    from django.http import HttpResponse

    from opensti.web.requests import Request


@require_safe
def contract_results(request: Request, public_id: str) -> HttpResponse:
    """What a task brought forth, and the inventory of what its money paid for."""
    contract = contracts.contract(request.actor, public_id)
    found = list(queries.with_book(queries.assets_of(request.actor, contract)))
    results = list(queries.results_of(request.actor, contract))
    keys = {result.product_key for result in results}
    calendar = working_calendar()
    today = localdate()
    assets = []
    for asset in found:
        owed = queries.next_due(asset, calendar=calendar)
        assets.append(
            {
                "asset": asset,
                "owner": owner_words(asset),
                "tone": ASSET_TONES[asset.state],
                "owed": owed,
                "step": pick(owed.step.label_vi, owed.step.label_en) if owed else "",
                "late": bool(owed and owed.late(today)),
            }
        )
    return render(
        request,
        "web/results/contract_results.html",
        {
            "title": contract.number or contract.title,
            "breadcrumb": crumbs(contract, Crumb(_("Results and assets"))),
            "tabs": tabs(contract, "results:contract_results"),
            "contract": contract,
            "results": results,
            "promised": [
                p for p in contract.products.order_by("position") if p.key not in keys
            ],
            "assets": assets,
            "stocktakes": queries.stocktakes_of(request.actor, contract),
            "may_add": may(request.actor, "results.add", contract),
            "may_keep": may(request.actor, "results.keep_assets", contract),
        },
    )


@require_safe
def contract_uptake(request: Request, public_id: str) -> HttpResponse:
    """What became of the work in the years after its end."""
    contract = contracts.contract(request.actor, public_id)
    aftermath = regime_of(contract.case).aftermath
    years = [
        {
            "year": year,
            "answer": getattr(year, "answer", None),
            "label": UPTAKE_LABELS[uptake_state(year)],
            "tone": UPTAKE_TONES[uptake_state(year)],
        }
        for year in queries.uptake_years_of(request.actor, contract)
    ]
    return render(
        request,
        "web/results/contract_uptake.html",
        {
            "title": contract.number or contract.title,
            "breadcrumb": crumbs(contract, Crumb(_("Uptake"))),
            "tabs": tabs(contract, "results:uptake"),
            "contract": contract,
            "rule": aftermath.uptake if aftermath else None,
            "years": years,
            "may_plan": not years
            and may(request.actor, "results.plan_uptake", contract),
        },
    )
