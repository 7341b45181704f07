"""“What if”: one number of a scenario changed by an address, answered on its page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from opensti.domains.portfolios import actions, queries
from opensti.domains.portfolios.actions import Plan
from opensti.domains.portfolios.problem.contents import contents_of
from opensti.domains.portfolios.problem.what_if import what_if
from opensti.domains.portfolios.queries.reasoning import figure
from opensti.kernel.bilingual import pick
from opensti.kernel.money import parse_money
from opensti.kernel.refusals import Invalid, NotFound, Problem, Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse

    from opensti.domains.portfolios.models import Scenario
    from opensti.domains.portfolios.problem.contents import Contents, Line
    from opensti.domains.portfolios.queries.conditions import Number
    from opensti.web.requests import Request

SHOWN = 40


def asking(
    request: Request, scenario: Scenario, content: Contents, lines: Mapping[str, Line]
) -> dict[str, Any]:
    """What the page shows of the question: its form, and the answer or why there is none."""
    numbers = queries.numbers_of(scenario.rules, content.problem["labels"])
    path = request.GET.get("change", "")
    typed = request.GET.get("value", "").strip()
    chosen = next((n for n in numbers if n.path == path), None)
    told: dict[str, Any] = {
        "numbers": numbers,
        "path": path,
        "typed": typed,
        "chosen": chosen,
    }
    if chosen is None or not typed:
        return told
    try:
        value = value_of(chosen, typed)
        told["said"] = queries.number_words(chosen.kind, value)
        answer = what_if(content, path=path, value=value)
    except Refusal as refused:
        return told | {"refusal": refused}
    told["answer"] = answer
    if answer.objective is not None:
        told |= {
            "objective": figure(answer.objective),
            "change": _signed(answer.objective - content.solution["objective"]),
            "spent": queries.amount_words("state", answer.spent.get("state", 0)),
            "count": len(answer.chosen),
            "enters": _named(answer.enters, lines),
            "leaves": _named(answer.leaves, lines),
        }
    return told


def _signed(value: float) -> str:
    if abs(value) < 0.005:  # noqa: PLR2004 -- shown with two places
        return figure(0)
    sign = "+" if value > 0 else "\u2212"
    return f"{sign}{figure(abs(value))}"


def _named(codes: tuple[str, ...], lines: Mapping[str, Line]) -> dict[str, Any]:
    return {
        "count": len(codes),
        "first": [
            (code, pick(lines[code].title_vi, lines[code].title_en))
            for code in codes[:SHOWN]
            if code in lines
        ],
        "more": max(0, len(codes) - SHOWN),
    }


def value_of(number: Number, typed: str) -> float:
    """The number as typed: đồng, per cent or plain; raises ``Invalid``."""
    if number.kind == "money":
        return float(parse_money(typed, field="value"))
    try:
        value = float(typed.removesuffix("%").strip().replace(",", "."))
    except ValueError:
        value = -1.0
    part = number.kind == "share"
    wrong = not 0 <= value <= (100 if part else 1e15)
    if wrong or (number.kind == "count" and value != int(value)):
        raise Invalid(
            [
                Problem(
                    field="value",
                    message=_("“%(text)s” is no number for this.")
                    % {"text": typed[:40]},
                    mend=_("Enter per cent from 0 to 100.")
                    if part
                    else _("Enter digits, as 12."),
                )
            ]
        )
    return value / 100 if part else value


@require_POST
def scenario_changed(request: Request, public_id: str) -> HttpResponse:
    """Make a scenario of a “what if”: the same rules with one number changed."""
    scenario = queries.scenario(request.actor, public_id)
    content = contents_of(scenario)
    path, typed = request.POST.get("change", ""), request.POST.get("value", "")
    numbers = queries.numbers_of(scenario.rules, content.problem["labels"])
    number = next((n for n in numbers if n.path == path), None)
    if number is None:
        raise NotFound
    value = value_of(number, typed.strip())
    said = f"{number.words} {queries.number_words(number.kind, value)}"
    made = actions.make_scenario(
        actor=request.actor,
        round_id=scenario.round_id,
        plan=Plan(
            title_vi=f"{scenario.title_vi[:180]} — {said}"[:300],
            basis=scenario.basis,
            ties=scenario.ties,
            rules=queries.replaced(scenario.rules, path, value),
        ),
        at=now(),
    )
    messages.success(request, _("The scenario is made: have it computed."))
    return redirect("portfolios:scenario", public_id=made.public_id)
