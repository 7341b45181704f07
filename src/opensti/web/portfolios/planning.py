"""The form of a scenario: fields for everybody, the same rules as text for analysts."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from opensti.domains.portfolios import actions, queries
from opensti.domains.portfolios.actions import Plan
from opensti.domains.portfolios.choices import Barred, Basis, ScenarioState, TieRule
from opensti.domains.portfolios.problem.freezing import YOUNG, candidates_of, young_age
from opensti.domains.portfolios.problem.stating import check_rules
from opensti.domains.procedures.queries import advice_of
from opensti.kernel.access import require
from opensti.kernel.bilingual import pick
from opensti.kernel.identifiers import row_number
from opensti.kernel.money import format_money
from opensti.kernel.refusals import (
    Invalid,
    Problem,
    Refusal,
    Stale,
    StepNotAllowed,
)
from opensti.ui.pages import Crumb
from opensti.web.portfolios import rules_form, rules_typed
from opensti.web.portfolios.crumbs import round_crumbs, scenario_name
from opensti.web.portfolios.rules_form import SHARE, Shape
from opensti.web.portfolios.rules_text import read_rules, rules_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import HttpResponse

    from opensti.domains.portfolios.models import Round, Scenario
    from opensti.domains.portfolios.problem.freezing import Candidates
    from opensti.web.portfolios.said import Said
    from opensti.web.requests import Request

FORM, TEXT = "form", "text"
MORE_ROWS = 3


@require_http_methods(["GET", "HEAD", "POST"])
def scenario_new(request: Request, public_id: str) -> HttpResponse:
    """Write down what to choose under."""
    round_ = queries.whole_round(request.actor, public_id)
    require(request.actor, "portfolios.prepare", round_)
    return _write(request, round_, None)


@require_http_methods(["GET", "HEAD", "POST"])
def scenario_edit(request: Request, public_id: str) -> HttpResponse:
    """Change what was written, as long as nothing was computed of it."""
    scenario = queries.scenario(request.actor, public_id)
    require(request.actor, "portfolios.plan", scenario)
    if scenario.state != ScenarioState.DRAFT:
        raise StepNotAllowed(
            _("A scenario that was computed does not change any more."),
            mend=_("Copy it and change the copy."),
        )
    return _write(request, scenario.round, scenario)


def _write(request: Request, round_: Round, scenario: Scenario | None) -> HttpResponse:
    rules: Mapping[str, Any] = scenario.rules if scenario else {}
    if request.method != "POST":
        shape, candidates = _shape(round_, rules)
        view = _asked_view(request.GET.get("as"), rules, shape)
        typed = _opening(scenario) | (
            {"text": rules_text(rules)}
            if view == TEXT
            else rules_typed.typed_of(rules, shape)
        )
        return _show(request, round_, scenario, candidates, shape, view, typed)
    sent: dict[str, str] = {name: str(value) for name, value in request.POST.items()}
    view = TEXT if sent.get("as") == TEXT else FORM
    said, shape, candidates = _read(round_, sent, view)
    show = sent.get("show", "")
    if show:
        return _converted(
            request, round_, scenario, candidates, shape, view, said, sent
        )
    if said.problems:
        refusal = Invalid(_all_faults(round_, candidates, said, sent))
        return _show(
            request, round_, scenario, candidates, shape, view, sent, refusal=refusal
        )
    try:
        saved = _save(request, round_, scenario, said, sent)
    except (Invalid, Stale, StepNotAllowed) as refused:
        told = _at_fields(refused, said)
        return _show(
            request, round_, scenario, candidates, shape, view, sent, refusal=told
        )
    messages.success(
        request,
        _("The scenario is saved. Have it computed when it says what you mean."),
    )
    return redirect("portfolios:scenario", public_id=saved.public_id)


def _read(
    round_: Round, sent: Mapping[str, str], view: str
) -> tuple[Said, Shape, Candidates]:
    if view == TEXT:
        said = read_rules(sent.get("text", ""))
        shape, candidates = _shape(round_, said.rules)
        return said, shape, candidates
    columns: dict[str, Any] = {
        value: {}
        for name, value in sent.items()
        if name.startswith("group-") and name.endswith("-column") and value.strip()
    }
    first, candidates = _shape(round_, {"groups": columns})
    said = rules_form.said_in_form(sent, first)
    # Groups of the officer's own are offered as values, too.
    shape = Shape.of(candidates, _groups(said.rules.get("groups")))
    return rules_form.said_in_form(sent, shape), shape, candidates


def _save(
    request: Request,
    round_: Round,
    scenario: Scenario | None,
    said: Said,
    sent: Mapping[str, str],
) -> Scenario:
    plan = Plan(
        title_vi=sent.get("title_vi", ""),
        title_en=sent.get("title_en", ""),
        basis=_one_of(sent.get("basis"), Basis.values, Basis.MEAN),
        ties=_one_of(sent.get("ties"), TieRule.values, TieRule.RANK),
        seed_source=sent.get("seed_source", ""),
        rules=said.rules,
    )
    if scenario is None:
        return actions.make_scenario(
            actor=request.actor, round_id=round_.pk, plan=plan, at=now()
        )
    return actions.change_scenario(
        actor=request.actor,
        scenario_id=scenario.pk,
        plan=plan,
        at=now(),
        expected_version=row_number(sent.get("version")),
    )


def _all_faults(
    round_: Round, candidates: Candidates, said: Said, sent: Mapping[str, str]
) -> list[Problem]:
    """What could not be read, and what is wrong with the rest: told together."""
    found = [*said.problems]
    if not sent.get("title_vi", "").strip():
        found.append(Problem(field="title_vi", message=_("Give the scenario a name.")))
    partial = advice_of(round_.call.regime_version).partial_levels
    known = {problem.field for problem in found}
    rest = said.at_fields(check_rules(said.rules, candidates, partial=partial))
    return [*found, *(p for p in rest if p.field not in known or p.field == "text")]


def _one_of(said: str | None, known: Sequence[str], otherwise: str) -> str:
    return said if said is not None and said in known else otherwise


def _at_fields(refused: Refusal, said: Said) -> Refusal:
    if isinstance(refused, Invalid):
        return Invalid(said.at_fields(refused.problems))
    return refused


def _converted(  # noqa: PLR0917 -- what was sent, and how it is shown next
    request: Request,
    round_: Round,
    scenario: Scenario | None,
    candidates: Candidates,
    shape: Shape,
    view: str,
    said: Said,
    sent: dict[str, str],
) -> HttpResponse:
    """More rows, or the same rules in the other way of writing; nothing is saved."""
    wanted = sent["show"]
    refusal: Refusal | None = None
    if wanted in ("limit", "level", "group"):
        count = rules_form.row_count(sent, wanted) + MORE_ROWS
        sent[f"{wanted}-rows"] = str(min(count, rules_form.MOST_ROWS))
    elif said.problems:
        refusal = Invalid(said.problems)
    elif wanted == TEXT:
        view, sent["text"] = TEXT, rules_text(said.rules)
    elif rules_typed.fits_form(said.rules, shape):
        view = FORM
        sent |= rules_typed.typed_of(said.rules, shape)
    else:
        refusal = Invalid(
            [], _("The text says more than the fields can show; it stays a text.")
        )
    return _show(
        request, round_, scenario, candidates, shape, view, sent, refusal=refusal
    )


def _shape(round_: Round, rules: Mapping[str, Any]) -> tuple[Shape, Candidates]:
    candidates = candidates_of(round_, young=young_age(rules))
    return Shape.of(candidates, _groups(rules.get("groups"))), candidates


def _groups(said: Any) -> dict[str, Any]:
    """The groups as far as they are ones; what is none is for ``check_rules`` to refuse."""
    if not isinstance(said, dict):
        return {}
    return {name: each for name, each in said.items() if isinstance(each, dict)}


def _asked_view(asked: str | None, rules: Mapping[str, Any], shape: Shape) -> str:
    if asked == TEXT or not rules_typed.fits_form(rules, shape):
        return TEXT
    return FORM


def _opening(scenario: Scenario | None) -> dict[str, str]:
    if scenario is None:
        return {"basis": Basis.MEAN, "ties": TieRule.RANK}
    return {
        "title_vi": scenario.title_vi,
        "title_en": scenario.title_en,
        "basis": scenario.basis,
        "ties": scenario.ties,
        "seed_source": scenario.seed_source,
        "version": str(scenario.version),
    }


def _show(  # noqa: PLR0917 -- the page and what was typed into it
    request: Request,
    round_: Round,
    scenario: Scenario | None,
    candidates: Candidates,
    shape: Shape,
    view: str,
    typed: Mapping[str, str],
    *,
    refusal: Refusal | None = None,
) -> HttpResponse:
    advice = advice_of(round_.call.regime_version)
    problems = _by_field(refusal)
    title = (
        _("Change %(scenario)s") % {"scenario": scenario_name(scenario)}
        if scenario
        else _("New scenario")
    )
    return render(
        request,
        "web/portfolios/scenario_form.html",
        {
            "title": title,
            "lead": pick(round_.title_vi, round_.title_en),
            "breadcrumb": round_crumbs(round_, Crumb(title)),
            "back": reverse("portfolios:scenario", args=[scenario.public_id])
            if scenario
            else reverse("portfolios:scenarios", args=[round_.public_id]),
            "view": view,
            "typed": typed,
            "problems": problems,
            "refusal": refusal,
            "calibrated": advice.calibrated,
            "partial": advice.partial_levels,
            "bases": Basis.choices,
            "ties": TieRule.choices,
            "young_help": _young_help(len(candidates.without_birth)),
            "candidates": len(candidates.open),
            "barred": len(candidates.rows) - len(candidates.open),
            "shut": [
                (row.code, pick(row.title_vi, row.title_en), Barred(row.barred).label)
                for row in candidates.rows
                if row.barred
            ],
            "without_years": candidates.without_years,
            "budgets": _budgets(candidates, typed, problems),
            "limits": _rows(typed, problems, "limit", LIMIT_PARTS),
            "levels": _rows(typed, problems, "level", LEVEL_PARTS),
            "groups": _rows(typed, problems, "group", GROUP_PARTS),
            "columns": shape.columns,
            "values": sorted(
                {
                    name
                    for column, values in shape.values.items()
                    if column not in ("order", "leader")
                    for name in values.values()
                }
            ),
            "measures": _measures(shape),
            "codes": [
                (row.code, pick(row.title_vi, row.title_en)) for row in candidates.open
            ],
        },
        status=refusal.status if refusal else 200,
    )


LIMIT_PARTS = ("column", "value", "measure", "at_least", "at_most")
LEVEL_PARTS = ("code", "name", "share", "merit")
GROUP_PARTS = ("column", "value", "codes")


def _rows(
    typed: Mapping[str, str],
    problems: Mapping[str, str],
    kind: str,
    parts: tuple[str, ...],
) -> list[dict[str, Any]]:
    count = rules_form.row_count(typed, kind) or (2 if kind == "limit" else 1)
    return [
        {
            "n": n,
            "number": n + 1,
            **{part: typed.get(f"{kind}-{n}-{part}", "") for part in parts},
            "problems": {
                part: problems[f"{kind}-{n}-{part}"]
                for part in parts
                if f"{kind}-{n}-{part}" in problems
            },
        }
        for n in range(count)
    ]


def _budgets(
    candidates: Candidates, typed: Mapping[str, str], problems: Mapping[str, str]
) -> list[dict[str, Any]]:
    """A field for each amount, with what all who can be chosen ask together."""
    found = []
    for measure in sorted(candidates.measures, key=_state_first):
        name = f"budget-{measure}"
        asked = sum(row.amounts.get(measure, 0) for row in candidates.open)
        found.append(
            {
                "name": name,
                "words": queries.measure_words(measure),
                "value": typed.get(name, ""),
                "help": _("All together ask %(asked)s.")
                % {"asked": format_money(Decimal(asked))},
                "problem": problems.get(name, ""),
                "own": measure.startswith("state"),
            }
        )
    return found


def _young_help(unknown: int) -> str:
    said = _("%(age)d where nothing is entered.") % {"age": YOUNG}
    if unknown:
        more = ngettext(
            "Of %(n)d dossier the age of the leader is not known.",
            "Of %(n)d dossiers the age of the leader is not known.",
            unknown,
        )
        said += " " + more % {"n": unknown}
    return said


def _state_first(measure: str) -> tuple[bool, str]:
    return not measure.startswith("state"), measure


def _measures(shape: Shape) -> list[tuple[str, str]]:
    plain = ["count", *sorted(shape.measures, key=_state_first), "merit"]
    return [
        *((m, queries.measure_words(m)) for m in plain),
        *(
            (
                f"{SHARE}{m}",
                _("share of the %(measure)s (%%)")
                % {"measure": queries.measure_words(m)},
            )
            for m in ("count", "state")
        ),
    ]


def _by_field(refusal: Refusal | None) -> dict[str, str]:
    """What is wrong at each field, all of it."""
    found: dict[str, str] = {}
    for problem in refusal.problems if isinstance(refusal, Invalid) else ():
        said = f"{problem.message} {problem.mend}".strip()
        found[problem.field] = " ".join(
            filter(None, [found.get(problem.field, ""), said])
        )
    return found
