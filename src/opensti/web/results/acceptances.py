"""The list of acceptances, and one acceptance with what comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from opensti.domains.accounts.queries import holders_of, names_by_id
from opensti.domains.contracts.queries import contract as known_contract
from opensti.domains.panels.models import Formation
from opensti.domains.panels.queries import council_of_work, judged, planned_of_work
from opensti.domains.procedures.choices import Act, State, Track
from opensti.domains.procedures.queries import may_step
from opensti.domains.results import queries
from opensti.domains.results.choices import OpinionGround
from opensti.kernel.access import Role, may
from opensti.kernel.bilingual import Words
from opensti.kernel.files.serving import serve
from opensti.kernel.refusals import NotFound, Refusal
from opensti.kernel.searchtext import matches
from opensti.ui.pages import Crumb
from opensti.web.contracts.tabs import crumbs as contract_crumbs
from opensti.web.contracts.tabs import tabs
from opensti.web.lists import WorkList
from opensti.web.results import asking
from opensti.web.results.steps import STEPS
from opensti.web.results.tables import (
    ACCEPTANCE_TONES,
    AcceptanceFilter,
    AcceptanceTable,
)
from opensti.web.tasks.cases import case_context

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet
    from django.http import HttpResponse, HttpResponseBase

    from opensti.domains.results.models import Acceptance
    from opensti.kernel.access import Actor
    from opensti.web.requests import Request

JUDGED = (State.IN_COUNCIL, State.ACCEPTED, State.CONFIRMED)
ENDED_WELL = (State.ACCEPTED, State.CONFIRMED, State.RECOGNISED, State.REGISTERED)


class Acceptances(WorkList):
    title = gettext_lazy("Acceptances")
    permission = "results.list_acceptances"
    table_class = AcceptanceTable
    filterset_class = AcceptanceFilter
    export_name = "acceptances"

    def rows(self, actor: Actor) -> QuerySet[Acceptance]:
        return queries.acceptances(actor)

    def search(self, rows: QuerySet[Acceptance], text: str) -> QuerySet[Acceptance]:
        return matches(rows, text, "contract__search_text")


def crumbs(acceptance: Acceptance, *more: Crumb) -> list[Crumb]:
    """The way to a page of an acceptance, through its contract."""
    here = reverse("results:acceptance", args=[acceptance.public_id])
    label = str(_("Acceptance"))
    return contract_crumbs(
        acceptance.contract, Crumb(label, here) if more else Crumb(label), *more
    )


@require_safe
def acceptance_page(request: Request, public_id: str) -> HttpResponse:
    """Where the acceptance stands, what was found product by product, what comes next."""
    return show(request, queries.acceptance(request.actor, public_id))


@require_safe
def of_contract(request: Request, public_id: str) -> HttpResponse:
    """The acceptance of a contract's work; before the signing there is none."""
    contract = known_contract(request.actor, public_id)
    found = queries.acceptance_of(request.actor, contract.pk)
    if found is not None:
        return show(request, found)
    return render(
        request,
        "web/results/no_acceptance.html",
        {
            "title": _("Acceptance"),
            "breadcrumb": contract_crumbs(contract, Crumb(str(_("Acceptance")))),
            "tabs": tabs(contract, "results:of_contract"),
        },
    )


def show(
    request: Request,
    acceptance: Acceptance,
    *,
    refusal: Refusal | None = None,
    typed: Mapping[str, Any] | None = None,
) -> HttpResponse:
    actor, contract = request.actor, acceptance.contract
    handed = queries.dossiers_handed_in(actor, acceptance)
    names = queries.level_names(acceptance)
    rules = queries.aftermath_of(acceptance)
    worst = queries.scale_of(acceptance).worst
    council = (
        council_of_work(acceptance.case_id) if queries.has_council(acceptance) else None
    )
    councils = judged(actor, track=Track.ACCEPTANCE, thing_id=acceptance.case_id)
    found = queries.product_lines(actor, acceptance, handed[0] if handed else None)
    may_do = _acts(actor, acceptance, council, councils, found)
    today = localdate()
    return render(
        request,
        "web/results/acceptance.html",
        {
            "title": _("Acceptance"),
            "breadcrumb": crumbs(acceptance),
            "tabs": tabs(contract, "results:of_contract"),
            "acceptance": acceptance,
            "contract": contract,
            "tone": ACCEPTANCE_TONES[acceptance.case.state],
            "rating": names.get(acceptance.rating, ""),
            "rating_is_worst": acceptance.rating == worst,
            "rules": rules,
            "products": found,
            "levels": list(names.items()),
            "handed": handed,
            "parts": [
                (Words(p["title_vi"], p["title_en"]), p["code"], bool(p["files"]))
                for p in (handed[0].content.get("parts", ()) if handed else ())
            ],
            "base_councils": [
                (
                    base,
                    names.get(base.level, base.level),
                    [(names.get(k, k), n) for k, n in base.votes.items()],
                )
                for base in queries.base_councils(actor, acceptance)
            ]
            if rules.acceptance.base_level
            else [],
            "councils": councils,
            "council_now": council,
            "plan_now": planned_of_work(actor, contract.dossier_id)
            if may_do["form_council"]
            else None,
            "opinions": [
                (o, names.get(o.level, "")) for o in queries.opinions(actor, acceptance)
            ]
            if rules.acceptance.independent_when
            else [],
            "grounds": [
                (g.value, g.label)
                for g in OpinionGround
                if g.value in rules.acceptance.independent_when
            ],
            "files": queries.acceptance_files(acceptance),
            "registration": getattr(acceptance, "registration", None),
            "handovers": queries.handovers(actor, acceptance),
            "in_time": queries.last_day_in_time(acceptance),
            "no_rework": queries.no_rework_because(acceptance)
            if may_do["conclude"]
            else "",
            "rework_by": queries.last_day_of_rework(acceptance, today)
            if may_do["conclude"]
            else None,
            "secretaries": _secretaries() if may_do["form_council"] else [],
            "may": may_do,
            "refusal": refusal,
            "typed": typed or {},
            "errors": asking.by_field(refusal),
        }
        | case_context(
            acceptance.case, actor, queries.acceptance_subject(acceptance.public_id)
        ),
        status=refusal.status if refusal else 200,
    )


def _secretaries() -> list[tuple[int, str]]:
    names = names_by_id(set(holders_of(Role.SECRETARY, localdate())))
    return sorted(names.items(), key=lambda pair: pair[1])


def _acts(
    actor: Actor,
    acceptance: Acceptance,
    council: Any,
    councils: list[Any],
    products: list[queries.ProductLine],
) -> dict[str, bool]:
    """What this person can do here now; the actions ask again."""
    case = acceptance.case
    rounds = {p.verdict.round for p in products if p.verdict is not None}
    is_judged = acceptance.rework_times + 1 in rounds
    by_council = queries.has_council(acceptance)
    judges = bool(may(actor, "results.judge", acceptance))
    host = bool(may(actor, "results.assess", acceptance))
    registers = bool(may(actor, "results.register", acceptance))
    registered = getattr(acceptance, "registration", None) is not None

    def can(act: Act, permission: str) -> bool:
        return may_step(case, act, actor) and bool(may(actor, permission, acceptance))

    before = case.state in (
        State.AWAITED, State.AT_BASE, State.RETURNED, State.REWORK,
    )  # fmt: skip
    return {
        "assess": host and before,
        "assess_self": host and may_step(case, Act.ACCEPTANCE_ASSESS, actor),
        "base": can(Act.ACCEPTANCE_CONCLUDE_BASE, "results.enter_base_council"),
        "submit": can(Act.ACCEPTANCE_SUBMIT, "results.submit_acceptance"),
        "return": council is None
        and can(Act.ACCEPTANCE_RETURN, "results.check_acceptance"),
        "form_council": by_council
        and council is None
        and not is_judged
        and case.state in (State.SUBMITTED, State.IN_COUNCIL)
        and bool(may(actor, "results.form_council", acceptance)),
        "judge": judges and not by_council and case.state == State.SUBMITTED,
        "conclude": judges
        and by_council
        and case.state == State.IN_COUNCIL
        and is_judged,
        "fail_late": judges
        and before
        and may_step(case, Act.ACCEPTANCE_FAIL, actor)
        and queries.is_overdue(acceptance, localdate()),
        "ask_opinion": bool(
            queries.aftermath_of(acceptance).acceptance.independent_when
        )
        and case.state in JUDGED
        and bool(councils)
        and bool(may(actor, "results.ask_opinion", acceptance)),
        "enter_opinion": bool(may(actor, "results.ask_opinion", acceptance)),
        "confirm": can(Act.ACCEPTANCE_CONFIRM, "results.confirm_completion"),
        "recognise": can(Act.ACCEPTANCE_RECOGNISE, "results.recognise"),
        "register": registers
        and not registered
        and may_step(case, Act.ACCEPTANCE_REGISTER, actor),
        "hand_over": case.state in ENDED_WELL
        and bool(may(actor, "results.prepare_handover", acceptance)),
    }


@require_POST
def acceptance_step(request: Request, public_id: str) -> HttpResponse:
    """One act; what was refused is said on the page, with all that was typed."""
    acceptance = queries.acceptance(request.actor, public_id)
    act = STEPS.get(request.POST.get("act", ""))
    if act is None:
        raise NotFound
    do, said = act
    try:
        done = do(request, acceptance, now())
    except Refusal as refusal:
        if refusal.status in (401, 403, 404):
            raise
        fresh = queries.acceptance(request.actor, public_id)
        return show(request, fresh, refusal=refusal, typed=request.POST)
    messages.success(request, said)
    if isinstance(done, Formation):
        return redirect("panels:formation", public_id=done.public_id)
    return redirect("results:acceptance", public_id=public_id)


@require_safe
def file(request: Request, public_id: str, file: str) -> HttpResponseBase:
    return serve(queries.acceptance_file(request.actor, public_id, file))
