"""What a wave came to: a page with pictures, and the organiser's report as Word and PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from opensti.domains.surveys import actions, queries
from opensti.kernel.access import may, require
from opensti.kernel.economies import economy_name
from opensti.kernel.refusals import Invalid, Problem, Refusal
from opensti.ui.pages import Crumb
from opensti.ui.survey_results import Results
from opensti.web.papers import issued, issued_by, language_of_paper, official
from opensti.web.surveys.forms import Declining
from opensti.web.surveys.pages import METHODS, organiser

if TYPE_CHECKING:
    from django.http import HttpResponse

    from opensti.ui.survey_results import Grid
    from opensti.web.requests import Request


def _results(request: Request, public_id: str) -> Results:
    require(request.actor, "surveys.read")
    told = queries.told_wave(request.actor, public_id)
    return Results(told, str(request.GET.get("economy", "")))


@never_cache
@require_http_methods(METHODS)
def result(request: Request, public_id: str) -> HttpResponse:
    """Each economy, what may be compared, what is recommended; declining with a reason."""
    found = _results(request, public_id)
    row = found.wave
    runs = bool(may(request.actor, "surveys.run", row))
    form = Declining(_choices(found), request.POST or None)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            _declined(request, row.pk, form)
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, _("Done."))
            return redirect("surveys:result", public_id=public_id)
    return render(
        request,
        "web/surveys/result.html",
        {
            "title": _("Result: %(name)s") % {"name": row.title},
            "breadcrumb": [
                Crumb(_("Surveys of organisations"), reverse("surveys:waves")),
                Crumb(row.title, reverse("surveys:wave", args=[public_id])),
            ],
            "row": row,
            "results": found,
            "runs": runs,
            "form": form,
            "refusal": refusal,
        },
        status=refusal.status if refusal else 200,
    )


def _choices(found: Results) -> list[tuple[str, str]]:
    return [
        (
            f"{one['economy']}:{one['programme']}",
            f"{economy_name(one['economy'])} · {found.programme(one['programme'])}",
        )
        for one in found.told.tables["needs.csv"]
    ]


def _declined(request: Request, wave_id: int, form: Declining) -> None:
    if not form.is_valid():
        raise Invalid(
            [
                Problem(field=name, message=str(errors[0]))
                for name, errors in form.errors.items()
            ]
        )
    economy, _colon, programme = form.cleaned_data["recommendation"].partition(":")
    actions.decline(
        actor=request.actor,
        wave_id=wave_id,
        economy=economy,
        programme=programme,
        reason=form.cleaned_data["reason"],
        at=now(),
    )


@never_cache
@require_safe
def report(request: Request, public_id: str, kind: str) -> HttpResponse:
    """The report in the language of the page, as Word (``docx``) or PDF (``pdf``)."""
    found = _results(request, public_id)
    row = found.wave
    language = language_of_paper()
    day = localdate(found.told.outcome.analysed_at)
    head = (
        issued_by(language, organiser(row).upper(), day)
        if row.organisation_id
        else issued(language, day)
    )
    context = head | {
        "title": _("REPORT ON A SURVEY OF NEEDS"),
        "subtitle": row.title,
        "blocks": blocks_of(found),
        "signatures": [{"capacity": _("FOR THE ORGANISER"), "note": "", "name": ""}],
        "footer": _("Results %(digest)s") % {"digest": found.told.outcome.sha256[:16]},
    }
    return official("report", context, kind=kind, name=f"survey-{public_id}")


def blocks_of(found: Results) -> list[dict[str, Any]]:
    """The report part by part: the wave, what may be compared, each economy, what follows."""
    row = found.wave
    blocks: list[dict[str, Any]] = [
        _heading(_("1. The survey")),
        {
            "kind": "pairs",
            "rows": [
                [_("Purpose"), row.purpose or "—"],
                [_("Framework"), f"{found.told.instrument.asked.base.framework.title} ({found.told.instrument.asked.base.framework.edition}), {row.get_form_display()}"],
                [_("In the field"), f"{row.opens_on:%d/%m/%Y} \u2013 {row.closes_on:%d/%m/%Y}"],
                *found.about(),
            ],
        },
        _heading(_("2. What may be compared")),
        _paragraph(
            _("A part of an economy is compared only where its reliability (omega) is .70 or more, 30 organisations or more answered, and the scale means the same everywhere. Else there is no ranking: look at the questions.")
        ),
        _table(found.reliability(), [18, 26, 10, 8, 18, 20, 24]),
    ]  # fmt: skip
    for _chart, places, pairs in found.compared():
        blocks += [_table(places), _table(pairs)]
    blocks.append(_heading(_("3. What is recommended")))
    blocks.append(_table(found.programmes(), [14, 40, 13, 9, 9, 16, 20]))
    if lines := found.findings():
        blocks.append({"kind": "list", "items": lines})
    if (since := found.since()) is not None:
        blocks += [_heading(since.title), _table(since)]
    blocks.append(_heading(_("4. Each economy")))
    for code, name in found.economies:
        blocks += _economy(Results(found.told, code), name)
    blocks.append(
        _paragraph(
            _("Figures of fewer than five organisations, or of which one has more than half of the weight, are kept back, with further ones from which they could be worked out. All figures are weighted; intervals are of 95 percent, by a bootstrap inside the strata.")
        )
    )  # fmt: skip
    return blocks


def _economy(found: Results, name: str) -> list[dict[str, Any]]:
    """One economy: practice and importance, groups, every question, needs said."""
    charts = [found.practice(), *found.needs_said()]
    return [
        {"kind": "heading", "text": name},
        *(_of_chart(one) for one in charts),
        *(_table(one) for one in found.breakdowns()),
        _table(found.items(), [60, 12, 18, 12]),
    ]


def _of_chart(chart: Any) -> dict[str, Any]:
    return {
        "kind": "table",
        "title": chart.title,
        "columns": list(chart.head),
        "rows": [list(line) for line in chart.rows],
        "right": list(chart.numeric),
        "widths": [60, 12, 12, 12],
    }


def _table(grid: Grid, widths: list[int] | None = None) -> dict[str, Any]:
    found: dict[str, Any] = {
        "kind": "table",
        "title": grid.title,
        "columns": grid.head,
        "rows": grid.rows,
        "right": grid.numeric,
    }
    return found | ({"widths": widths} if widths else {})


def _heading(text: str) -> dict[str, Any]:
    return {"kind": "heading", "text": text}


def _paragraph(text: str) -> dict[str, Any]:
    return {"kind": "paragraph", "text": text}
