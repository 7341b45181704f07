"""Ask the productivity accounts: choose data, then what is computed; or without a sector."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from opensti.domains.strategies import actions, queries
from opensti.domains.strategies.choices import RunKind
from opensti.kernel.access import require
from opensti.kernel.refusals import Invalid
from opensti.ui.pages import Crumb
from opensti.web.strategies.accounts import show_problems
from opensti.web.strategies.accounts_forms import (
    FORMS,
    AskForm,
    CapitalRow,
    CapitalRows,
    ChooseForm,
)

if TYPE_CHECKING:
    from django.http import HttpResponse

    from opensti.web.requests import Request


def account_new(request: Request) -> HttpResponse:
    """First the kind and the releases, then the rest; each step is an address."""
    require(request.actor, "strategies.compute")
    rows = queries.vintages(request.actor)
    choices = [(v.public_id, f"{v.dataset.code} {v.label}") for v in rows]
    chosen = ChooseForm(
        request.GET if "kind" in request.GET else None,
        initial={"kind": RunKind.SHIFT_SHARE, "vintages": request.GET.get("vintages")},
    )
    chosen.fields["vintages"].choices = choices  # type: ignore[attr-defined]
    trail = [
        Crumb(_("Productivity accounts"), reverse("strategies:account_runs")),
        Crumb(_("New run")),
    ]
    base = {"title": _("New run"), "breadcrumb": trail}
    if not chosen.is_bound or not chosen.is_valid():
        page = "web/strategies/accounts/choose.html"
        told = {**base, "form": chosen, "none": not choices}
        return render(request, page, told, status=422 if chosen.is_bound else 200)
    kind, ids = chosen.cleaned_data["kind"], chosen.cleaned_data["vintages"]
    known = queries.series_choices(request.actor, ids)
    form = FORMS[kind](
        request.POST or None,
        initial={
            "shares": "0.5, 0.55, 0.6, 0.667",
            "conventions": ["mr", "three", "midpoint", "chained"],
        },
        known=known,
    )
    capitals = (
        CapitalRows(request.POST or None, prefix="capitals")
        if kind == RunKind.GROWTH
        else None
    )
    valid = capitals is None or not capitals.is_bound or capitals.is_valid()
    if request.method == "POST" and form.is_valid() and valid:
        filled = [row for row in capitals or () if row.said()]
        try:
            run = actions.ask_account(
                actor=request.actor,
                question=_question(kind, ids, form, filled),
                at=now(),
            )
        except Invalid as refusal:  # what was typed stays
            show_problems(form, refusal, filled)
        else:
            messages.success(request, _("The run is asked for."))
            return redirect("strategies:account_run", run.public_id)
    return render(
        request,
        "web/strategies/accounts/form.html",
        {
            **base,
            "title": RunKind(kind).label.capitalize(),
            "lead": ", ".join(name for one, name in choices if one in ids),
            "form": form,
            "rows": {_("Capital of several kinds"): capitals}
            if capitals is not None
            else {},
            "rows_help": _(
                "In place of one series of capital, for example IT and other capital: the services (or stock) of each, and what each earns or its share of the cost of capital."
            ),
            "submit": _("Compute"),
            "back": reverse("strategies:account_new"),
        },
        status=422 if request.method == "POST" else 200,
    )


def _question(
    kind: str, ids: list[str], form: AskForm, capitals: list[CapitalRow]
) -> actions.Question:
    told: dict[str, Any] = dict(form.cleaned_data)
    columns = {
        name.removeprefix("column_"): told.pop(name)
        for name in list(told)
        if name.startswith("column_")
    }
    for name in ("promised_value_added", "promised"):
        if told.get(name) is not None:
            told[name] /= 100  # people say 8.5 %
    return actions.Question(
        kind=kind,
        vintages=ids,
        columns=columns,
        capitals=[actions.CapitalSeries(**row.said()) for row in capitals],
        **told,
    )


@require_POST
def account_without(request: Request, public_id: str) -> HttpResponse:
    """Ask the same again with one more sector left out."""
    require(request.actor, "strategies.compute")
    run = queries.account_run(request.actor, public_id)
    sector = request.POST.get("sector", "")
    told = {
        field.name: run.parameters[field.name]
        for field in fields(actions.Question)
        if field.name in run.parameters
    }
    told["capitals"] = [
        actions.CapitalSeries(**one) for one in told.get("capitals", ())
    ]
    told["exclude"] = [*run.parameters.get("exclude", ()), sector]
    without = _("without %(sector)s") % {"sector": sector}
    again = actions.ask_account(
        actor=request.actor,
        question=actions.Question(
            kind=run.kind,
            title_vi=f"{run.title_vi}, {without}"[:300],
            title_en=f"{run.title_en}, {without}"[:300] if run.title_en else "",
            **told,
        ),
        at=now(),
    )
    messages.success(request, _("The run is asked for."))
    return redirect("strategies:account_run", again.public_id)
