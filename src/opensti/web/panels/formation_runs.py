"""What a run found: councils, proof, why this expert and not that one, two runs side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from opensti.domains.panels import actions, queries
from opensti.domains.panels.choices import (
    RUN_TONES,
    FormationMode,
    FormationState,
    RunState,
)
from opensti.domains.panels.problem.explaining import mixture_of, why_not, why_this
from opensti.domains.registry.queries import people, person_names
from opensti.kernel.access import may, require
from opensti.kernel.refusals import NotFound
from opensti.kernel.searchtext import matches
from opensti.ui import charts
from opensti.ui.exports import table_response
from opensti.ui.pages import Crumb
from opensti.ui.templatetags.ui import number
from opensti.web.panels import asking
from opensti.web.panels.formations import formation_crumbs
from opensti.web.panels.proof import proof_in_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

    from opensti.domains.panels.models import Formation, FormationRun
    from opensti.kernel.access import Actor
    from opensti.web.requests import Request

ON_A_PAGE = 20
MOST_BARS = 40
FOUND = 20


def _opened(actor: Actor, public_id: str) -> tuple[FormationRun, Formation]:
    require(actor, "panels.list_formations")
    run = queries.formation_run(actor, public_id)
    return run, queries.formation(actor, run.formation.public_id)


def _crumbs(formation: Formation, *more: Crumb) -> list[Crumb]:
    url = reverse("panels:formation", args=[formation.public_id])
    return formation_crumbs(Crumb(formation.title, url), *more)


def run_name(run: FormationRun) -> str:
    return _("Run %(number)d") % {"number": run.number}


@require_http_methods(["GET", "HEAD", "POST"])
def run_page(request: Request, run: str) -> HttpResponse:
    """Councils with scores, loads and badges, and the proof; a POST exchanges an expert."""
    actor = request.actor
    found, formation = _opened(actor, run)
    if request.method == "POST":
        if request.POST.get("act") == "recompute":
            same = actions.recompute_run(actor=actor, run_public_id=run)
            if same:
                messages.success(
                    request,
                    _("Computed again from the frozen bytes: the same to the byte."),
                )
            else:
                messages.error(
                    request,
                    _(
                        "Computed again, the result differs: look at the versions of the run."
                    ),
                )
            return redirect("panels:formation_run", run=run)
        place = actions.swap_place(
            actor=actor,
            place_id=asking.whole(request.POST.get("place")) or 0,
            person_id=asking.whole(request.POST.get("person")) or 0,
            reason=request.POST.get("reason", ""),
            at=now(),
            expected_version=asking.whole(request.POST.get("version")),
        )
        messages.success(
            request,
            _("%(name)s sits now; it costs %(price)s.")
            % {"name": place.person.full_name, "price": _four(place.price or 0)},
        )
        return redirect("panels:formation_run", run=run)
    if found.state != RunState.SOLVED:
        return redirect("panels:formation", public_id=formation.public_id)
    items = queries.formation_items(actor, formation)
    together = formation.mode == FormationMode.TOGETHER
    page = Paginator([None] if together else items, ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    shown = [] if together else [item for item in page.object_list if item is not None]
    planned = formation.state == FormationState.PLANNED
    sums = queries.sums_of(actor, found)
    others = [
        r
        for r in queries.runs_of(actor, formation)
        if r.pk != found.pk and r.state == RunState.SOLVED
    ]
    return render(
        request,
        "web/panels/formation_run.html",
        {
            "title": run_name(found),
            "lead": formation.title,
            "breadcrumb": _crumbs(formation, Crumb(run_name(found))),
            "formation": formation,
            "run": found,
            "tone": RUN_TONES[found.state],
            "together": together,
            "items": items,
            "panels": queries.panels_of(actor, found, shown),
            "page": page,
            "notes": _notes(found, items),
            "proof": proof_in_words(found, together=together),
            "repeatable": found.proof.get("repeatable", True),
            "now_total": sum(total for _item, total in sums),
            "now_least": min((total for _item, total in sums), default=0),
            "by_hand": any(p.price is not None for p in queries.places_of(actor, found))
            if planned
            else False,
            "loads": _load_chart(queries.load_counts(actor, found)),
            "scores": _score_chart(sums, items),
            "others": others,
            "plans": planned and may(actor, "panels.plan", formation),
            "approves": planned and may(actor, "panels.approve_formation", formation),
            "reviewers": formation.mode == FormationMode.REVIEWERS,
        },
    )


def _notes(run: FormationRun, items: Sequence[Any]) -> list[str]:
    names = {item.pk: queries.case_name(item) for item in items}
    return [
        _("%(case)s: %(n)d in the pool know it by their works.")
        % {"case": names.get(note["item"], ""), "n": note["known_by"]}
        for note in run.proof.get("notes", ())
    ]


def _load_chart(counts: Sequence[tuple[int, int]]) -> charts.Chart:
    return charts.bars(
        title=_("How many councils the experts sit in"),
        head=[_("Councils"), _("Experts")],
        rows=[(str(load), people) for load, people in counts],
    )


def _score_chart(
    sums: Sequence[tuple[int | None, float]], items: Sequence[Any]
) -> charts.Chart | None:
    """The sum of each council; with many of them how often which sum occurs."""
    if len(sums) < 2:  # noqa: PLR2004 -- one council is no comparison
        return None
    names = {item.pk: queries.case_name(item) for item in items}
    if len(sums) <= MOST_BARS:
        return charts.bars(
            title=_("Sum of scores of each council"),
            head=[_("Case"), _("Sum of scores")],
            rows=[(names.get(pk or 0, ""), round(total, 4)) for pk, total in sums],
        )
    return charts.histogram(
        title=_("Sums of scores of the councils"),
        head=[_("Sum of scores"), _("Councils")],
        values=[round(total, 4) for _pk, total in sums],
    )


@require_safe
def why(request: Request, run: str) -> HttpResponse:
    """Why this expert sits here and who could instead; or why one does not, at what price."""
    actor = request.actor
    found, formation = _opened(actor, run)
    if found.state != RunState.SOLVED:
        raise NotFound
    items = queries.formation_items(actor, formation)
    q = request.GET.get("q", "").strip()
    place = asking.whole(request.GET.get("place"))
    person = asking.whole(request.GET.get("person"))
    case = asking.whole(request.GET.get("case"))
    together = formation.mode == FormationMode.TOGETHER
    planned = formation.state == FormationState.PLANNED
    return render(
        request,
        "web/panels/formation_why.html",
        {
            "title": _("Why this expert"),
            "lead": formation.title,
            "breadcrumb": _crumbs(
                formation,
                Crumb(run_name(found), reverse("panels:formation_run", args=[run])),
                Crumb(_("Why this expert")),
            ),
            "formation": formation,
            "run": found,
            "together": together,
            "items": [(item.pk, queries.case_name(item)) for item in items],
            "this": why_this(actor, found, place) if place else None,
            "other": why_not(
                found, person_id=person, item_id=None if together else case
            )
            if person and (together or case)
            else None,
            "q": q,
            "case": case,
            "place": place,
            "people": list(matches(people(actor, localdate()), q)[:FOUND]) if q else [],
            "plans": planned and may(actor, "panels.plan", formation),
        },
    )


@require_safe
def compare(request: Request, run: str) -> HttpResponse:
    """Two runs of a plan: figures, conditions, and where they seat other people."""
    actor = request.actor
    first, formation = _opened(actor, run)
    runs = [r for r in queries.runs_of(actor, formation) if r.state == RunState.SOLVED]
    wanted = request.GET.get("with", "")
    second = next(
        (r for r in runs if r.public_id == wanted and r.pk != first.pk), None
    ) or next((r for r in runs if r.pk != first.pk), None)
    if first.state != RunState.SOLVED:
        raise NotFound
    items = queries.formation_items(actor, formation)
    names = {item.pk: queries.case_name(item) for item in items}
    return render(
        request,
        "web/panels/formation_compare.html",
        {
            "title": _("Two runs side by side"),
            "lead": formation.title,
            "breadcrumb": _crumbs(
                formation,
                Crumb(run_name(first), reverse("panels:formation_run", args=[run])),
                Crumb(_("Two runs side by side")),
            ),
            "formation": formation,
            "first": first,
            "second": second,
            "runs": [r for r in runs if r.pk != first.pk],
            "figures": _figures(first, second) if second else [],
            "changed": _changed(first, second, names) if second else [],
            "differences": [
                {
                    "case": names.get(d.item_id or 0, formation.title),
                    "first": d.only_first,
                    "second": d.only_second,
                }
                for d in queries.differences(actor, first, second)
            ]
            if second
            else [],
        },
    )


def _figures(first: FormationRun, second: FormationRun) -> list[tuple[str, Any, Any]]:
    return [
        (
            _("Way to choose"),
            first.get_objective_display(),
            second.get_objective_display(),
        ),
        (_("Sum"), _four(first.total), _four(second.total)),
        (_("Weakest council"), _four(first.minimum), _four(second.minimum)),
        (
            _("Gap to the bound"),
            f"{_gap(first)} %",
            f"{_gap(second)} %",
        ),
        (
            _("Experts available"),
            first.proof["pool"]["available"],
            second.proof["pool"]["available"],
        ),
    ]


def _four(value: float | None) -> str:
    return number(value, 4)


def _gap(run: FormationRun) -> str:
    """By how many per cent something better could exist."""
    return number(100 * run.proof["gap"], 3)


def _changed(
    first: FormationRun, second: FormationRun, names: dict[int, str]
) -> list[tuple[str, str]]:
    """Conditions that are not the same, each in words as it stood."""
    found = []
    for name in first.conditions:
        one, two = first.conditions[name], second.conditions.get(name)
        if one != two and name != "objective":
            rule = {"each_gender": "women", "seats": "size"}.get(name, name)
            found.append(
                (
                    queries.condition_in_words(rule, first.conditions, names)
                    if one
                    else "—",
                    queries.condition_in_words(rule, second.conditions, names)
                    if two
                    else "—",
                )
            )
    return found


@require_safe
def workbook(request: Request, run: str) -> HttpResponseBase:
    """The councils of a run as a workbook, as they now stand; or what a draw chose from."""
    actor = request.actor
    found, formation = _opened(actor, run)
    if found.state != RunState.SOLVED:
        raise NotFound
    items = {item.pk: item for item in queries.formation_items(actor, formation)}
    if "mixture" in request.GET:
        return _mixture(found, items)

    def lines() -> Iterator[list[Any]]:
        for place in queries.places_of(actor, found):
            item = items.get(place.item_id or 0)
            thing = (item.dossier or item.order) if item is not None else None
            yield [
                thing.code if thing is not None else "",
                thing.title if thing is not None else formation.title,
                str(place.get_role_display()),
                place.person.full_name,
                round(place.score, 6),
                ", ".join(queries.features_in_words(place.features)),
                place.instead_of.full_name if place.instead_of else "",
                place.reason,
                place.price if place.price is not None else "",
            ]

    return table_response(
        kind="xlsx",
        name=f"councils-run-{found.number}",
        head=[
            _("Code"),
            _("Case"),
            _("Seat"),
            _("Expert"),
            _("Score"),
            _("Counts for"),
            _("Instead of"),
            _("Reason"),
            _("Price"),
        ],
        rows=lines(),
    )


def _mixture(run: FormationRun, items: Mapping[int, Any]) -> HttpResponseBase:
    rows = list(mixture_of(run))
    if not rows:
        raise NotFound
    names = person_names({person for _n, _w, _case, person in rows})
    cases = {str(pk): queries.case_name(item) for pk, item in items.items()}
    return table_response(
        kind="xlsx",
        name=f"draw-run-{run.number}",
        head=[
            _("No."),
            _("Weight, in %(parts)d parts") % run.proof,
            _("Case"),
            _("Expert, number"),
            _("Expert"),
        ],
        rows=(
            [number, weight, cases.get(case, ""), person, names.get(person, "")]
            for number, weight, case, person in rows
        ),
    )
