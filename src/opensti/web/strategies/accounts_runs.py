"""Pages of runs: the list, one with its pictures and warnings, two side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from opensti.domains.strategies import actions, queries
from opensti.domains.strategies.choices import RunState
from opensti.kernel.access import may, require
from opensti.kernel.refusals import NotFound
from opensti.ui.account_pictures import picture_response, pictures_of, units_of
from opensti.ui.pages import Crumb
from opensti.web.lists import WorkList
from opensti.web.strategies.accounts_tables import (
    RunFilter,
    RunTable,
    searched,
    sources_of,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

    from opensti.domains.strategies.models import MethodRun
    from opensti.kernel.access import Actor
    from opensti.ui.account_pictures import Picture
    from opensti.web.requests import Request

BESIDE = 12


class Runs(WorkList):
    title = gettext_lazy("Productivity accounts")
    lead = gettext_lazy(
        "Each run keeps its numbers, method and warnings, and gives the same result again."
    )
    permission = "strategies.list_accounts"
    template_name = "web/strategies/accounts/runs.html"
    table_class = RunTable
    filterset_class = RunFilter
    export_name = "productivity"

    def rows(self, actor: Actor) -> QuerySet[MethodRun]:
        return queries.account_runs(actor)

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return searched(rows, text, "title_vi", "title_en")

    def context(self, actor: Actor) -> dict[str, Any]:
        return {"may_compute": may(actor, "strategies.compute")}


def _pictures(run: MethodRun, unit: str) -> list[Picture]:
    return pictures_of(
        kind=run.kind,
        output=run.output or [],
        labels={v.public_id: v.label for v in run.vintages.all()},
        convention_words=queries.convention_words,
        unit=unit,
    )


@require_safe
def account_page(request: Request, public_id: str) -> HttpResponse:
    """One run: what was asked, what came out, what must be known beside it."""
    require(request.actor, "strategies.list_accounts")
    run = queries.account_run(request.actor, public_id)
    units = units_of(run.output or [])
    unit = request.GET.get("unit", "")
    unit = unit if unit in units else (units[0] if units else "")
    return render(
        request,
        "web/strategies/accounts/run.html",
        {
            "title": str(run.title),
            "breadcrumb": [
                Crumb(_("Productivity accounts"), reverse("strategies:account_runs")),
                Crumb(str(run.title)),
            ],
            "run": run,
            "waiting": run.state == RunState.WAITING,
            "done": run.state == RunState.DONE,
            "pictures": _pictures(run, unit),
            "units": units if run.kind == "shift_share" and len(units) > 1 else [],
            "unit": unit,
            "warnings": queries.warnings_said(run),
            "tiny": _tiny(run),
            "assumed": queries.assumed_ranges(run),
            "parameters": queries.parameters_said(run),
            "alike": queries.runs_alike(request.actor, run)[:BESIDE],
            "may_publish": run.state == RunState.DONE
            and run.published_at is None
            and may(request.actor, "strategies.publish_run"),
            "may_compute": may(request.actor, "strategies.compute"),
        },
    )


def _tiny(run: MethodRun) -> list[str]:
    """Sectors that a guard points at and that are not yet left out."""
    told = [
        one["values"]["sector"] for one in run.warnings if one["code"] == "tiny_sector"
    ]
    left = run.parameters.get("exclude", ())
    return [name for name in dict.fromkeys(told) if name not in left]


@require_POST
def account_publish(request: Request, public_id: str) -> HttpResponse:
    """Make a run public."""
    run = queries.account_run(request.actor, public_id)
    version = request.POST.get("version", "")
    actions.publish_account(
        actor=request.actor,
        run_id=run.pk,
        at=now(),
        expected_version=int(version) if version.isdecimal() else None,
    )
    messages.success(request, _("The run is public."))
    return redirect("strategies:account_run", public_id)


@require_safe
def account_beside(request: Request, public_id: str, other_id: str) -> HttpResponse:
    """Two runs of one kind, figure by figure: what another release changed."""
    require(request.actor, "strategies.list_accounts")
    one = queries.account_run(request.actor, public_id)
    other = queries.account_run(request.actor, other_id)
    if one.kind != other.kind:
        raise NotFound
    return render(
        request,
        "web/strategies/accounts/beside.html",
        {
            "title": _("Two runs side by side"),
            "breadcrumb": [
                Crumb(_("Productivity accounts"), reverse("strategies:account_runs")),
                Crumb(_("Side by side")),
            ],
            "runs": [(run, sources_of(run)) for run in (one, other)],
            "rows": [
                {**row, "what": queries.figure_words(row["what"])}
                for row in queries.side_by_side(one, other)
            ],
        },
    )


@require_safe
def account_picture(
    request: Request, public_id: str, key: str, kind: str
) -> HttpResponseBase:
    """One picture as SVG, or its table as XLSX or CSV."""
    require(request.actor, "strategies.list_accounts")
    run = queries.account_run(request.actor, public_id)
    found = picture_response(_pictures(run, request.GET.get("unit", "")), key, kind)
    if found is None:
        raise NotFound
    return found
