"""Plans of councils: choose cases, set conditions, have councils computed, approve."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from opensti.domains.panels import actions, queries
from opensti.domains.panels.choices import (
    FORMATION_TONES,
    FORMED_FROM_LISTS,
    RUN_TONES,
    Aspect,
    CouncilKind,
    FormationMode,
    FormationState,
    Objective,
    RunState,
    SeatRole,
)
from opensti.domains.registry.queries import people
from opensti.kernel.access import may, require
from opensti.kernel.refusals import NotFound, Refusal
from opensti.kernel.searchtext import matches
from opensti.ui.pages import Crumb
from opensti.web.panels import asking
from opensti.web.panels.councils import (
    _by_field,
    _candidates,
    _secretaries,
    crumbs,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.http import HttpResponse, QueryDict

    from opensti.domains.panels.models import Formation
    from opensti.kernel.access import Actor
    from opensti.kernel.refusals import Text
    from opensti.web.requests import Request

FOUND = 50
# The fields of the conditions, in groups as the page shows them.
COMPOSITION: tuple[tuple[str, Text], ...] = (
    ("seniors", gettext_lazy("With a doctorate or a professor's title, at least")),
    ("enterprise", gettext_lazy("From enterprises, at least")),
    ("outside", gettext_lazy("From outside the ministry, at least")),
    ("elsewhere", gettext_lazy("From another province than the host, at least")),
    ("each_gender", gettext_lazy("Women, and men, at least of each")),
    ("young", gettext_lazy("Under forty, at least")),
    ("per_organisation", gettext_lazy("Of one organisation, at most (0: any number)")),
    ("per_province", gettext_lazy("Of one province, at most (0: any number)")),
    ("knowing", gettext_lazy("Who know each case by their works, at least")),
)
LOADS: tuple[tuple[str, Text], ...] = (
    ("most_load", gettext_lazy("Councils for one expert, at most")),
    ("least_load", gettext_lazy("Councils for one expert, at least")),
    ("rotation_years", gettext_lazy("Years in a row, then a pause (0: no limit)")),
    ("rotation_times", gettext_lazy("Councils in a row, then a pause (0: no limit)")),
)
NUMBERS = tuple(name for name, _label in (*COMPOSITION, *LOADS))


def formation_crumbs(*more: Crumb) -> list[Crumb]:
    return crumbs(Crumb(_("Forming of councils"), reverse("panels:formations")), *more)


# ---- a new plan


@require_http_methods(["GET", "HEAD", "POST"])
def formation_new(request: Request) -> HttpResponse:
    """Choose the cases and how they are judged; all conditions have defaults."""
    actor = request.actor
    require(actor, "panels.plan")
    sent = request.POST if request.method == "POST" else request.GET
    kind = sent.get("kind", CouncilKind.SELECTION)
    if kind not in FORMED_FROM_LISTS:
        raise NotFound
    ids = asking.numbers(sent, "ids")
    refusal: Refusal | None = None
    if request.method == "POST":
        of_orders = kind == CouncilKind.DETERMINATION
        try:
            formation = actions.plan_formation(
                actor=actor,
                kind=kind,
                mode=sent.get("mode", ""),
                title_vi=sent.get("title_vi", ""),
                title_en=sent.get("title_en", ""),
                order_ids=ids if of_orders else (),
                dossier_ids=() if of_orders else ids,
                council_id=asking.whole(sent.get("council")),
                sits_on=asking.day(sent.get("sits_on")),
                secretary_id=asking.whole(sent.get("secretary")),
                at=now(),
            )
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(
                request, _("The plan stands. Have the councils computed, or change it.")
            )
            return redirect("panels:formation", public_id=formation.public_id)
    return render(
        request,
        "web/panels/formation_new.html",
        {
            "title": _("Plan councils"),
            "breadcrumb": formation_crumbs(Crumb(_("Plan councils"))),
            "kind": kind,
            "kinds": [(k.value, k.label) for k in FORMED_FROM_LISTS],
            "modes": [
                (mode.value, mode.label)
                for mode in FormationMode
                if mode != FormationMode.REVIEWERS
            ],
            "things": _candidates(actor, kind, sent.get("q", "")),
            "chosen": set(ids),
            "secretaries": _secretaries(),
            "typed": sent,
            "q": sent.get("q", ""),
            "refusal": refusal,
            "problems": _by_field(refusal),
        },
        status=refusal.status if refusal else 200,
    )


# ---- the plan


@require_safe
def formation_page(request: Request, public_id: str) -> HttpResponse:
    """Conditions, the pool, what the last run found, and what comes next."""
    require(request.actor, "panels.list_formations")
    formation = queries.formation(request.actor, public_id)
    if request.htmx and request.GET.get("part") == "run":
        runs = queries.runs_of(request.actor, formation)
        return render(
            request,
            "web/panels/formation_run_state.html",
            {"formation": formation, **_last_run(runs)},
        )
    return show_formation(request, formation)


def show_formation(
    request: Request,
    formation: Formation,
    *,
    refusal: Refusal | None = None,
) -> HttpResponse:
    actor = request.actor
    rule = queries.formation_rule(formation)
    language = get_language() or "vi"
    items = queries.formation_items(actor, formation)
    runs = queries.runs_of(actor, formation)
    planned = formation.state == FormationState.PLANNED
    plans = planned and bool(may(actor, "panels.plan", formation))
    typed = request.POST if refusal else None
    reviewers = formation.mode == FormationMode.REVIEWERS
    wishes = queries.wish_counts(actor, formation)
    last = _last_run(runs)
    run = last["last"]
    q = request.GET.get("q", "").strip()
    return render(
        request,
        "web/panels/formation.html",
        {
            "title": formation.title,
            "breadcrumb": formation_crumbs(Crumb(formation.title)),
            "formation": formation,
            "tone": FORMATION_TONES[formation.state],
            "rule": rule,
            "rule_label": rule.label(language),
            "reviewers": reviewers,
            "items": items,
            "seats": _seat_fields(formation, rule, typed, language),
            "composition": [] if reviewers else _fields(formation, COMPOSITION, typed),
            "loads": _fields(formation, LOADS[:2] if reviewers else LOADS, typed),
            "objectives": Objective.choices,
            "aspects": [] if reviewers else Aspect.choices,
            "conditions": formation.conditions,
            "pool": _pool(formation, run),
            "locks": queries.locks_of(actor, formation),
            "people": _found(request, q) if plans and q else [],
            "q": q,
            "runs": runs,
            "run_tones": RUN_TONES,
            "wishes": sum(wishes.values()),
            "secretaries": _secretaries() if plans else [],
            "plans": plans,
            "approves": plans
            and run is not None
            and run.state == RunState.SOLVED
            and may(actor, "panels.approve_formation", formation),
            "is_random": formation.conditions.get("objective") == Objective.RANDOM,
            "refusal": refusal,
            "problems": _by_field(refusal),
            **last,
            "contradiction": queries.contradiction_in_words(
                run, {item.pk: queries.case_name(item) for item in items}
            )
            if run is not None
            else None,
        },
        status=refusal.status if refusal else 200,
    )


def _last_run(runs: list[Any]) -> dict[str, Any]:
    last = runs[0] if runs else None
    job = (
        queries.job_of(last)
        if last is not None and last.state in (RunState.WAITING, RunState.RUNNING)
        else None
    )
    return {
        "last": last,
        "job": job,
        "under_way": last is not None
        and last.state in (RunState.WAITING, RunState.RUNNING),
        "run_tone": RUN_TONES[last.state] if last is not None else "neutral",
    }


def _seat_fields(
    formation: Formation, rule: Any, typed: Mapping[str, Any] | None, language: str
) -> list[dict[str, Any]]:
    kept = formation.conditions["seats"]
    if formation.mode == FormationMode.REVIEWERS:
        return [
            {
                "name": "seat-reviewer",
                "label": _("Reviewers of each case"),
                "value": typed.get("seat-reviewer")
                if typed
                else kept.get("reviewer", 0),
                "least": 1,
                "most": 9,
            }
        ]
    return [
        {
            "name": f"seat-{seat.role.value}",
            "label": SeatRole(seat.role.value).label,
            "value": typed.get(f"seat-{seat.role.value}")
            if typed
            else kept.get(seat.role.value, 0),
            "least": seat.count_min,
            "most": seat.count_max,
            "help": seat.condition_en
            if language.startswith("en")
            else seat.condition_vi,
        }
        for seat in rule.seats
    ]


def _fields(
    formation: Formation,
    names: tuple[tuple[str, Text], ...],
    typed: Mapping[str, Any] | None,
) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "label": label,
            "value": typed.get(name) if typed else formation.conditions.get(name, 0),
        }
        for name, label in names
    ]


POOL: tuple[tuple[str, Text], ...] = (
    ("experts", gettext_lazy("Experts of the registry")),
    ("available", gettext_lazy("Available")),
    ("away", gettext_lazy("Away on the day")),
    ("rotation", gettext_lazy("Sat too long in a row")),
    ("full", gettext_lazy("Have taken enough this year")),
    ("party", gettext_lazy("Party to a case")),
    ("in_conflict", gettext_lazy("In conflict with a case")),
    ("without_evidence", gettext_lazy("No works that show what they know")),
)


def _pool(formation: Formation, run: Any) -> list[tuple[Text, int]]:
    counts = {**formation.pool, **(run.proof.get("pool", {}) if run else {})}
    return [(label, counts[name]) for name, label in POOL if name in counts]


def _found(request: Request, q: str) -> list[Any]:
    rows = people(request.actor, localdate())
    return list(matches(rows, q)[:FOUND])


# ---- the acts on a plan


def _change(actor: Actor, formation: Formation, sent: QueryDict) -> None:
    conditions: dict[str, Any] = {
        name: number
        for name in NUMBERS
        if (number := asking.whole(sent.get(name))) is not None
    }
    seats = {
        name.removeprefix("seat-"): count
        for name, value in sent.items()
        if name.startswith("seat-") and (count := asking.whole(str(value))) is not None
    }
    conditions["seats"] = {role: count for role, count in seats.items() if count}
    if (objective := sent.get("objective")) is not None:
        conditions["objective"] = objective
    cap = asking.share(sent.get("cap"))
    if cap is not None:
        conditions["cap"] = cap
    if formation.mode == FormationMode.REVIEWERS:
        conditions["leximin"] = sent.get("leximin") == "1"
    else:
        conditions["aspects"] = tuple(sent.getlist("aspects"))
        conditions["lead_senior"] = sent.get("lead_senior") == "1"
        conditions["clerk_official"] = sent.get("clerk_official") == "1"
    actions.change_formation(
        actor=actor,
        formation_id=formation.pk,
        conditions=conditions,
        sits_on=asking.day(sent.get("sits_on")),
        secretary_id=asking.whole(sent.get("secretary")),
        at=now(),
        expected_version=asking.whole(sent.get("version")),
    )
    if sent.get("then") == "run":
        actions.ask_run(actor=actor, formation_id=formation.pk, at=now())


def _lock(actor: Actor, formation: Formation, sent: QueryDict) -> None:
    actions.lock_expert(
        actor=actor,
        formation_id=formation.pk,
        person_id=asking.whole(sent.get("person")) or 0,
        item_id=asking.whole(sent.get("item")),
        must=sent.get("must") == "1",
        role=sent.get("role", ""),
        reason=sent.get("reason", ""),
        at=now(),
        expected_version=asking.whole(sent.get("version")),
    )


def _unlock(actor: Actor, formation: Formation, sent: QueryDict) -> None:
    actions.unlock_expert(
        actor=actor,
        formation_id=formation.pk,
        lock_id=asking.whole(sent.get("lock")) or 0,
        at=now(),
        expected_version=asking.whole(sent.get("version")),
    )


def _open_bidding(actor: Actor, formation: Formation, sent: QueryDict) -> None:
    actions.open_bidding(
        actor=actor,
        formation_id=formation.pk,
        until=asking.day(sent.get("until")),
        at=now(),
        expected_version=asking.whole(sent.get("version")),
    )


def _close_bidding(actor: Actor, formation: Formation, sent: QueryDict) -> None:
    actions.close_bidding(
        actor=actor,
        formation_id=formation.pk,
        at=now(),
        expected_version=asking.whole(sent.get("version")),
    )


def _commit_seed(actor: Actor, formation: Formation, sent: QueryDict) -> None:
    actions.commit_seed(
        actor=actor,
        formation_id=formation.pk,
        at=now(),
        expected_version=asking.whole(sent.get("version")),
    )


def _run(actor: Actor, formation: Formation, sent: QueryDict) -> None:
    actions.ask_run(
        actor=actor,
        formation_id=formation.pk,
        at=now(),
        expected_version=asking.whole(sent.get("version")),
    )


def _relax(actor: Actor, formation: Formation, sent: QueryDict) -> None:
    actions.relax_formation(
        actor=actor,
        formation_id=formation.pk,
        at=now(),
        expected_version=asking.whole(sent.get("version")),
    )
    actions.ask_run(actor=actor, formation_id=formation.pk, at=now())


def _approve(actor: Actor, formation: Formation, sent: QueryDict) -> None:
    actions.approve_formation(
        actor=actor,
        formation_id=formation.pk,
        run_id=asking.whole(sent.get("run")) or 0,
        due_on=asking.day(sent.get("due_on")),
        at=now(),
        expected_version=asking.whole(sent.get("version")),
    )


def _drop(actor: Actor, formation: Formation, sent: QueryDict) -> None:
    actions.drop_formation(
        actor=actor,
        formation_id=formation.pk,
        reason=sent.get("reason", ""),
        at=now(),
    )


STEPS: dict[str, tuple[Callable[[Actor, Formation, QueryDict], None], Text]] = {
    "change": (_change, gettext_lazy("The conditions are kept.")),
    "lock": (_lock, gettext_lazy("It is fixed by hand.")),
    "unlock": (_unlock, gettext_lazy("What was fixed by hand is free again.")),
    "open_bidding": (
        _open_bidding,
        gettext_lazy("Experts are asked for their wishes."),
    ),
    "close_bidding": (_close_bidding, gettext_lazy("No more wishes are asked.")),
    "commit_seed": (
        _commit_seed,
        gettext_lazy("The digest of the seed stands in the record."),
    ),
    "run": (_run, gettext_lazy("The councils are being computed.")),
    "relax": (
        _relax,
        gettext_lazy("The conditions are loosened; the councils are being computed."),
    ),
    "approve": (_approve, gettext_lazy("The councils are formed.")),
    "drop": (_drop, gettext_lazy("The plan was given up.")),
}


@require_POST
def formation_step(request: Request, public_id: str) -> HttpResponse:
    """One act on the plan; what was refused is said on the page, with all that was typed."""
    formation = queries.formation(request.actor, public_id)
    act = STEPS.get(request.POST.get("act", ""))
    if act is None:
        raise NotFound
    do, said = act
    try:
        do(request.actor, formation, request.POST)
    except Refusal as refusal:
        return show_formation(
            request, queries.formation(request.actor, public_id), refusal=refusal
        )
    messages.success(request, str(said))
    return redirect("panels:formation", public_id=public_id)
