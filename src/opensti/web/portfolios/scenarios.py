"""Pages of scenarios: those of a round, one with its proof, and the acts on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from opensti.domains.portfolios import actions, queries
from opensti.domains.portfolios.choices import (
    SCENARIO_TONES,
    Basis,
    RoundState,
    ScenarioState,
    TieRule,
)
from opensti.domains.portfolios.problem.contents import (
    Contents,
    contents_of,
    intervals_of,
    lines_of,
)
from opensti.kernel.access import may
from opensti.kernel.bilingual import pick
from opensti.kernel.identifiers import row_number
from opensti.kernel.refusals import Invalid, Refusal, Stale, StepNotAllowed
from opensti.ui.exports import table_response
from opensti.ui.pages import Crumb
from opensti.web.portfolios import ranked, weighing
from opensti.web.portfolios.asked import asking
from opensti.web.portfolios.crumbs import round_crumbs, scenario_name
from opensti.web.portfolios.proposals import KINDS as PROPOSAL_KINDS
from opensti.web.portfolios.standing import places_of, state_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

    from opensti.domains.portfolios.models import Scenario
    from opensti.web.requests import Request

WITH_RESULT = (
    ScenarioState.SOLVED,
    ScenarioState.PUT_FORWARD,
    ScenarioState.ADOPTED,
    ScenarioState.REPLACED,
)


@require_safe
def scenarios_page(request: Request, public_id: str) -> HttpResponse:
    """The scenarios of a round side by side."""
    round_ = queries.whole_round(request.actor, public_id)
    found = list(queries.scenarios_of(request.actor, round_))
    measures = sorted({m for s in found for m in (s.rules.get("budgets") or {})})
    return render(
        request,
        "web/portfolios/scenarios.html",
        {
            "title": _("Scenarios"),
            "lead": pick(round_.title_vi, round_.title_en),
            "breadcrumb": round_crumbs(round_),
            "round": round_,
            "measures": [queries.measure_words(m).capitalize() for m in measures],
            "rows": [_row(s, measures) for s in found],
            "comparable": sum(s.state in WITH_RESULT for s in found),
            "may_plan": round_.state == RoundState.DRAFT
            and may(request.actor, "portfolios.prepare", round_),
        },
    )


def _row(scenario: Scenario, measures: list[str]) -> dict[str, Any]:
    proof = scenario.proof
    budgets = scenario.rules.get("budgets") or {}
    spent = proof.get("spent") or {}
    return {
        "scenario": scenario,
        "tone": SCENARIO_TONES[scenario.state],
        "comparable": scenario.state in WITH_RESULT,
        "proof": weighing.short_proof(proof),
        "spent": [
            {
                "of": queries.amount_words(m, float(budgets[m]))
                if m in budgets
                else "",
                "spent": queries.amount_words(m, spent[m]) if m in spent else "",
            }
            for m in measures
        ],
    }


@require_safe
def scenario_page(request: Request, public_id: str) -> HttpResponse:
    """One scenario: the list with the line, the slider, prices, proof; or how far it is."""
    scenario = queries.scenario(request.actor, public_id)
    if request.htmx and request.GET.get("part") == "state":
        return render(request, "web/portfolios/scenario_state.html", _course(scenario))
    return show_scenario(request, scenario)


def show_scenario(
    request: Request,
    scenario: Scenario,
    *,
    refusal: Refusal | None = None,
) -> HttpResponse:
    round_ = scenario.round
    open_ = round_.state == RoundState.DRAFT
    plans = open_ and bool(may(request.actor, "portfolios.plan", scenario))
    content: Contents | None = (
        contents_of(scenario) if scenario.solution_digest else None
    )
    labels = content.problem["labels"] if content else None
    context: dict[str, Any] = {
        "title": scenario_name(scenario),
        "breadcrumb": round_crumbs(round_, Crumb(scenario_name(scenario))),
        "scenario": scenario,
        "round": round_,
        "tone": SCENARIO_TONES[scenario.state],
        "open": open_,
        "plans": plans,
        "adopts": may(request.actor, "portfolios.adopt", scenario)
        if open_ and scenario.state == ScenarioState.PUT_FORWARD
        else None,
        "drawn": scenario.ties == TieRule.DRAW,
        "proposal_kinds": PROPOSAL_KINDS,
        "refusal": refusal,
        "typed": request.POST if refusal else {},
        "numbers": queries.numbers_of(scenario.rules, labels),
        "lists": queries.lists_of(scenario.rules),
        "calibrated": scenario.basis == Basis.CALIBRATED,
        **_course(scenario),
    }
    if content is not None and content.solution["status"] == "infeasible":
        context["conflict"] = [
            queries.conflict_words(each, labels)
            for each in content.solution["conflict"]
        ]
    elif content is not None:
        context |= _weighed(request, scenario, content, plans=plans)
    return render(
        request,
        "web/portfolios/scenario.html",
        context,
        status=refusal.status if refusal else 200,
    )


def _course(scenario: Scenario) -> dict[str, Any]:
    under_way = scenario.state == ScenarioState.WAITING or (
        scenario.state in WITH_RESULT and not scenario.reasons_digest
    )
    return {
        "scenario": scenario,
        "under_way": under_way,
        "job": queries.scenario_job(scenario) if under_way else None,
    }


def _weighed(
    request: Request, scenario: Scenario, content: Contents, *, plans: bool
) -> dict[str, Any]:
    lines = lines_of(request.actor, scenario.round)
    intervals = intervals_of(scenario)
    places = ranked.asked_places(content, lines, request.GET)
    everything = places_of(content)
    narrowed = ranked.is_narrowed(request.GET)
    stops = weighing.slider(content, lines, request.GET.get("stop"))
    frequency = any(p.frequency is not None for p in everything)
    return {
        "headline": weighing.headline(content),
        "chosen": len(content.chosen),
        "of": sum(p.rank is not None for p in everything),
        "budgets": weighing.budget_rows(content),
        "prices": weighing.other_prices(content),
        "zone": weighing.zone_words(content),
        "limits": weighing.limit_rows(content),
        "stops": stops,
        "ranked": ranked.ranked_list(
            content,
            lines,
            places,
            narrowed=narrowed,
            intervals=intervals,
            changes=stops.changes if stops else {},
            may_lock=plans,
            money=weighing.money_words(content),
        ),
        "shown": len(places),
        "all": len(everything),
        "narrowed": narrowed,
        "fields": ranked.fields_of(content),
        "states": list(state_words().items()),
        "sorts": ranked.sort_words(frequency=frequency),
        "asked": request.GET,
        "stop_asked": request.GET.get("stop", ""),
        "intervals": weighing.interval_chart(everything, intervals),
        "sweep": weighing.sweep_chart(content),
        "totals": weighing.totals(content),
        "what_if": asking(request, scenario, content, lines),
        "versions": content.solution["versions"],
        "tied": len(content.solution["tied"] or ()),
        "draw": content.problem["rules"]["ties"].get("draw", ""),
    }


@require_safe
def scenario_workbook(request: Request, public_id: str) -> HttpResponseBase:
    """The whole list, or what the filters leave of it, as a workbook."""
    scenario = queries.scenario(request.actor, public_id)
    content = contents_of(scenario)
    if content.solution["status"] == "infeasible":
        raise StepNotAllowed(
            _("This scenario has no list: its conditions cannot all be met."),
            mend=_("Copy it and change a number."),
        )
    lines = lines_of(request.actor, scenario.round)
    head, rows = ranked.file_rows(
        ranked.asked_places(content, lines, request.GET),
        lines,
        intervals_of(scenario),
    )
    return table_response(
        kind="xlsx", name=f"scenario-{scenario.public_id}", head=head, rows=rows
    )


# ---- the acts


@require_POST
def scenario_step(request: Request, public_id: str) -> HttpResponse:
    """One act on a scenario; refused, the page says why and keeps what was typed."""
    scenario = queries.scenario(request.actor, public_id)
    act = STEPS.get(request.POST.get("act", ""))
    if act is None:
        raise Invalid([], _("Choose what is to be done."))
    try:
        done = act(request, scenario)
    except (Invalid, Stale, StepNotAllowed) as refused:
        return show_scenario(request, scenario, refusal=refused)
    return redirect("portfolios:scenario", public_id=done.public_id)


def _given(request: Request, scenario: Scenario) -> dict[str, Any]:
    return {
        "actor": request.actor,
        "scenario_id": scenario.pk,
        "at": now(),
        "expected_version": row_number(request.POST.get("version")),
    }


def _copy(request: Request, scenario: Scenario) -> Scenario:
    made = actions.copy_scenario(actor=request.actor, scenario_id=scenario.pk, at=now())
    messages.success(request, _("This is the copy: change it and have it computed."))
    return made


def _commit_draw(request: Request, scenario: Scenario) -> Scenario:
    done = actions.commit_draw(**_given(request, scenario))
    messages.success(
        request, _("The digest of the seed stands in the public record now.")
    )
    return done


def _ask(request: Request, scenario: Scenario) -> Scenario:
    done = actions.ask_scenario(
        **_given(request, scenario), said=request.POST.get("said", "")
    )
    messages.success(
        request, _("The scenario is being computed. You can leave this page.")
    )
    return done


def _put_forward(request: Request, scenario: Scenario) -> Scenario:
    done = actions.put_forward(
        **_given(request, scenario), grounds=request.POST.get("grounds", "")
    )
    messages.success(
        request, _("A second person adopts the scenario, or sends it back.")
    )
    return done


def _send_back(request: Request, scenario: Scenario) -> Scenario:
    done = actions.send_back(
        **_given(request, scenario), reason=request.POST.get("reason", "")
    )
    messages.success(request, _("The scenario is not adopted; the reason is recorded."))
    return done


def _adopt(request: Request, scenario: Scenario) -> Scenario:
    done = actions.adopt_scenario(**_given(request, scenario))
    messages.success(
        request,
        _(
            "Adopted: the round now proposes what this scenario chose, with its reasons."
        ),
    )
    return done


STEPS: Mapping[str, Callable[[Request, Scenario], Scenario]] = {
    "copy": _copy,
    "commit_draw": _commit_draw,
    "ask": _ask,
    "put_forward": _put_forward,
    "send_back": _send_back,
    "adopt": _adopt,
}
