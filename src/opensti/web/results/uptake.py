"""What became of the work: the list of yearly questions, one answer, the totals."""

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

from opensti.domains.contracts import queries as contracts
from opensti.domains.results import actions, queries
from opensti.domains.results.choices import UptakeState
from opensti.kernel.access import may, require
from opensti.kernel.files.serving import files_of
from opensti.kernel.record.queries import entries_of
from opensti.kernel.searchtext import matches
from opensti.ui import charts
from opensti.ui.pages import Crumb
from opensti.web.chosen import Chooser, text_of
from opensti.web.lists import WorkList
from opensti.web.results.forms import CheckForm, PlanForm, UptakeForm
from opensti.web.results.posting import posted
from opensti.web.results.result_pages import READS, served
from opensti.web.results.tables import (
    UPTAKE_LABELS,
    UPTAKE_TONES,
    UptakeFilter,
    UptakeTable,
    uptake_state,
)
from opensti.web.timeline import timeline

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from opensti.domains.results.models import UptakeAnswer, UptakeYear
    from opensti.kernel.access import Actor
    from opensti.web.requests import Request

FIGURES = (
    "revenue",
    "saving",
    "foreign_currency",
    "foreign_amount",
    "foreign_rate",
    "jobs",
    "standards",
    "policies",
    "note",
)
BY = {
    "year": gettext_lazy("By year"),
    "kind": gettext_lazy("By kind of task"),
    "host": gettext_lazy("By host"),
    "goal": gettext_lazy("By goal"),
    "indicator": gettext_lazy("By indicator"),
}


class UptakeYears(WorkList):
    title = gettext_lazy("Uptake after the end")
    lead = gettext_lazy(
        "For some years after its end the host of each task is asked what became of the result. Who did not answer stands as “no answer”, never as zero."
    )
    permission = "results.list_uptake"
    table_class = UptakeTable
    filterset_class = UptakeFilter
    export_name = "uptake"
    template_name = "web/results/uptake_years.html"

    def context(self, actor: Actor) -> dict[str, Any]:
        return {"may_count": may(actor, "results.count_uptake")}

    def rows(self, actor: Actor) -> QuerySet[UptakeYear]:
        return queries.uptake_years(actor)

    def search(self, rows: QuerySet[UptakeYear], text: str) -> QuerySet[UptakeYear]:
        return matches(rows, text, field="contract__search_text")


@require_http_methods(READS)
def uptake_year(request: Request, public_id: str) -> HttpResponse:
    """One year: its answer in all versions; the host answers, the office checks."""
    year = queries.uptake_year(request.actor, public_id)
    return _show(request, year)


def _show(
    request: Request, year: UptakeYear, *, check: Any = None, refusal: Any = None
) -> HttpResponse:
    answers = list(queries.answers_of(request.actor, year))
    current = next((a for a in answers if a.current), None)
    may_answer = year.state != UptakeState.CHECKED and bool(
        may(request.actor, "results.answer_uptake", year)
    )
    answering = request.method == "POST" and check is None
    form = None
    status = 200
    if answering:
        require(request.actor, "results.answer_uptake", year)
    if may_answer or answering:
        form = UptakeForm(
            request.POST if answering else None,
            request.FILES if answering else None,
            initial=_initial(year, current),
        )
        outcome = posted(request, form, lambda data: _answer(request, year, form, data))
        if answering and outcome.done:
            messages.success(request, _("The answer is handed in."))
            return redirect("results:uptake_year", public_id=year.public_id)
        if answering:
            refusal, status = outcome.refusal, outcome.status
    code = uptake_state(year)
    subject = queries.uptake_subject(year.public_id)
    may_check = year.state in {UptakeState.ANSWERED, UptakeState.CHECKED} and bool(
        may(request.actor, "results.check_uptake", year)
    )
    if check is None and may_check:
        check = CheckForm(initial={"version": year.version})
    if refusal is not None:
        status = refusal.status
    return render(
        request,
        "web/results/uptake_year.html",
        {
            "title": _("Uptake, year %(n)s after the end") % {"n": year.number},
            "breadcrumb": [
                Crumb(_("Uptake after the end"), reverse("results:uptake_years")),
                Crumb(year.contract.number),
            ],
            "year": year,
            "may_link": may(request.actor, "results.link_goal", year),
            "contract": year.contract,
            "state_label": UPTAKE_LABELS[code],
            "tone": UPTAKE_TONES[code],
            "answers": answers,
            "files": files_of(subject),
            "form": form,
            "check": check,
            "refusal": refusal,
            "timeline": timeline(entries_of(subject)),
        },
        status=status,
    )


def _initial(year: UptakeYear, current: UptakeAnswer | None) -> dict[str, Any]:
    if current is None:
        return {"version": year.version}
    initial = {name: getattr(current, name) for name in FIGURES}
    if not current.foreign_currency:
        initial["exports"] = current.exports
    for n, user in enumerate(current.users):
        initial[f"user_{n}"] = text_of(user)
    return {name: "" if value is None else value for name, value in initial.items()} | {
        "version": year.version
    }


def _answer(
    request: Request, year: UptakeYear, form: Any, data: dict[str, Any]
) -> UptakeAnswer:
    chooser = Chooser(actor=request.actor)
    typed = form.users()
    chooser.look_up(("organisation", text) for text in typed)
    return actions.answer_uptake(
        actor=request.actor,
        year_id=year.pk,
        said=actions.Uptake(
            users=[chooser.read("organisation", text) for text in typed],
            exports=data["exports"],
            **{name: data[name] for name in FIGURES},
        ),
        version=data["version"],
        at=now(),
        evidence=[data["evidence"]] if data.get("evidence") else [],
    )


@require_POST
def uptake_check(request: Request, public_id: str) -> HttpResponse:
    """The office takes the answer as checked, or returns it with what is missing."""
    year = queries.uptake_year(request.actor, public_id)
    returns = "return" in request.POST
    act = actions.return_uptake if returns else actions.check_uptake
    form = CheckForm(request.POST)
    outcome = posted(
        request,
        form,
        lambda data: act(
            actor=request.actor,
            year_id=year.pk,
            note=data["note"],
            version=data["version"],
            at=now(),
        ),
    )
    if not outcome.done:
        response = _show(request, year, check=form, refusal=outcome.refusal)
        response.status_code = outcome.status
        return response
    messages.success(
        request,
        _("The answer is returned.") if returns else _("The answer is checked."),
    )
    return redirect("results:uptake_year", public_id=public_id)


@require_safe
def uptake_file(request: Request, public_id: str, file_id: str) -> HttpResponse:
    year = queries.uptake_year(request.actor, public_id)
    return served(request, file_id, queries.uptake_subject(year.public_id))


@require_safe
def uptake_statistics(request: Request) -> HttpResponse:
    """Totals by year, kind of task, host, goal or indicator, and who did not answer."""
    require(request.actor, "results.count_uptake")
    by = request.GET.get("by", "year")
    by = by if by in BY else "year"
    rows = queries.uptake_totals(request.actor, by=by, today=localdate())
    chart = charts.stacked(
        title=_("Answers on uptake"),
        head=(BY[by], _("answered"), _("no answer"), _("awaited")),
        rows=[
            (r.label or _("none named"), r.answered, r.unanswered, r.awaited)
            for r in rows
        ],
    )
    return render(
        request,
        "web/results/uptake_statistics.html",
        {
            "title": _("Uptake in figures"),
            "breadcrumb": [
                Crumb(_("Uptake after the end"), reverse("results:uptake_years")),
                Crumb(_("Uptake in figures")),
            ],
            "by": by,
            "ways": BY.items(),
            "rows": rows,
            "chart": chart if rows else None,
        },
    )


@require_http_methods(READS)
def uptake_plan(request: Request, public_id: str) -> HttpResponse:
    """Plan the yearly questions by hand, where nothing planned them."""
    contract = contracts.contract(request.actor, public_id)
    require(request.actor, "results.plan_uptake", contract)
    form = PlanForm(request.POST if request.method == "POST" else None)
    outcome = posted(
        request,
        form,
        lambda data: actions.plan_uptake(
            actor=request.actor, contract_id=contract.pk, day=data["day"], at=now()
        ),
    )
    if outcome.done:
        messages.success(request, _("The yearly questions are planned."))
        return redirect("results:uptake", public_id=public_id)
    return render(
        request,
        "web/results/form.html",
        {
            "title": _("Plan the yearly questions"),
            "breadcrumb": [
                Crumb(_("Uptake"), reverse("results:uptake", args=[public_id]))
            ],
            "form": form,
            "refusal": outcome.refusal,
            "submit": _("Plan"),
            "back": reverse("results:uptake", args=[public_id]),
        },
        status=outcome.status,
    )
