"""Pages of a council for those who form and keep it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime, now
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from opensti.domains.accounts.queries import holders_of, names_by_id
from opensti.domains.panels import actions, queries
from opensti.domains.panels.actions import Content
from opensti.domains.panels.choices import (
    COUNCIL_TONES,
    FORMED_FROM_LISTS,
    RECORDED,
    SEAT_TONES,
    CouncilKind,
    CouncilState,
    SeatState,
)
from opensti.kernel.access import Role, may, require
from opensti.kernel.citations import cited
from opensti.kernel.record.queries import entries_of
from opensti.kernel.refusals import NotFound, Refusal
from opensti.ui.pages import Crumb, Step, TimelineItem, folded
from opensti.web.panels import asking

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.http import HttpResponse, QueryDict

    from opensti.domains.panels.models import Council
    from opensti.kernel.access import Actor
    from opensti.kernel.refusals import Text
    from opensti.web.requests import Request

MOST = 500
LATEST = 12  # acts of the timeline that stand open


def crumbs(*more: Crumb) -> list[Crumb]:
    return [Crumb(_("Councils"), reverse("panels:councils")), *more]


def council_crumbs(council: Council, page: str) -> list[Crumb]:
    url = reverse("panels:council", args=[council.public_id])
    return crumbs(Crumb(council.title, url), Crumb(page))


@require_safe
def council_page(request: Request, public_id: str) -> HttpResponse:
    """Composition, agenda, what was decided and what comes next."""
    require(request.actor, "panels.list_councils")
    return show_council(request, queries.council(request.actor, public_id))


def show_council(
    request: Request,
    council: Council,
    *,
    refusal: Refusal | None = None,
    typed: Mapping[str, Any] | None = None,
) -> HttpResponse:
    actor = request.actor
    seats = queries.seats_of(actor, council)
    rule = queries.rule_of(council)
    reads = bool(may(actor, "panels.read_seats", council))
    keeps = bool(may(actor, "panels.keep", council))
    state = CouncilState(council.state)
    sitting = queries.sitting(seats)
    language = get_language() or "vi"
    agenda = queries.agenda(actor, council)
    judges = bool(may(actor, "panels.list_conflicts"))
    sees_all = (reads or judges) and queries.sees_all_of(actor, council)
    shown = queries.reviewers_shown(actor, council, agenda)
    for item in agenda:
        item.reviewer_names = shown[item.pk]  # type: ignore[attr-defined]
    # Acts are counted in it: whoever must not know of an item sees none.
    acts = _timeline(council, rule.basis) if reads and sees_all else []
    return render(
        request,
        "web/panels/council.html",
        {
            "title": council.title,
            "breadcrumb": crumbs(Crumb(council.title)),
            "council": council,
            "tone": COUNCIL_TONES[state],
            "rule": rule,
            "rule_label": rule.label(language),
            "regime_label": queries.regime_of_council(council).label(language),
            "steps": _steps(council),
            "seats": seats,
            "sitting": sitting,
            "seat_tones": SEAT_TONES,
            "declined": [
                s.person.full_name for s in seats if s.state == SeatState.DECLINED
            ]
            if reads and state is CouncilState.SET_UP
            else [],
            "unanswered": sum(s.state == SeatState.INVITED for s in seats),
            "lacking": queries.composition(council, seats)
            if state is CouncilState.DRAFT
            else [],
            "agenda": agenda,
            "sheet_kind": queries.ballot_kind(council),
            "lack_reviewers": queries.without_reviewers(council, agenda),
            "documents_by": queries.last_day_for_documents(council),
            "overrides": queries.overrides_of(actor, council),
            "own_seat": queries.own_seat(actor, council),
            "conflicts": queries.case_counts(actor, council) if judges else None,
            "states_independence": judges
            and state not in (CouncilState.DRAFT, CouncilState.DISSOLVED)
            and queries.states_independence(actor, council),
            "reads": reads,
            "may_prepare": bool(may(actor, "panels.read_disagreement", council)),
            "sees_experts": bool(may(actor, "panels.see_experts")),
            "keeps": keeps and state is not CouncilState.DISSOLVED,
            "may_form": state is CouncilState.DRAFT and may(actor, "panels.form"),
            "may_set_up": state is CouncilState.DRAFT
            and may(actor, "panels.set_up", council),
            "may_replace": state is CouncilState.SET_UP
            and may(actor, "panels.set_up", council),
            "may_override": rule.override and may(actor, "panels.override", council),
            "may_plan": may(actor, "panels.plan"),
            "secretaries": _secretaries() if state is CouncilState.DRAFT else [],
            "modes": _modes(rule.modes),
            "is_draft": state is CouncilState.DRAFT,
            "is_set_up": state is CouncilState.SET_UP,
            "refusal": refusal,
            "typed": typed or {},
            "timeline": acts[:LATEST],
            "earlier": acts[LATEST:],
        },
        status=refusal.status if refusal else 200,
    )


def _modes(modes: tuple[str, ...]) -> list[tuple[str, Text]]:
    labels = {
        "in_person": gettext_lazy("in person"),
        "online": gettext_lazy("online"),
        "hybrid": gettext_lazy("hybrid"),
    }
    return [(mode, labels[mode]) for mode in modes]


def _secretaries() -> list[tuple[int, str]]:
    names = names_by_id(set(holders_of(Role.SECRETARY, localtime().date())))
    return sorted(names.items(), key=lambda pair: pair[1])


def _timeline(council: Council, rule: str) -> list[TimelineItem]:
    """The acts, the latest first; the same act many times in a row is one line.

    The council's own rule stands on the page once and is not repeated at every act.
    """
    lines = entries_of(queries.council_subject(council.public_id))
    names = names_by_id({ln.actor_user_id for ln in lines if ln.actor_user_id})
    items = [
        TimelineItem(
            title=RECORDED.get(line.act, line.act),
            at=line.recorded_at,
            # Who voted when stays among the members: the act is shown without a name.
            who=""
            if "ballot" in line.act or "answer" in line.act
            else names.get(line.actor_user_id or 0, ""),
            text="" if line.basis == rule else cited(line.basis),
        )
        for line in reversed(lines)
    ]
    return folded(items)


def _steps(council: Council) -> list[Step]:
    done = [
        (_("Formed"), True),
        (_("Set up by decision"), bool(council.decision_number)),
        (_("Documents sent"), council.documents_sent_at is not None),
        (_("In session"), council.opened_at is not None),
        (_("Concluded"), council.concluded_at is not None),
        (_("Minutes adopted"), council.minutes_adopted_at is not None),
    ]
    reached = max(i for i, (_label, met) in enumerate(done) if met)
    return [
        Step(
            label=label,
            state="done" if i < reached else "current" if i == reached else "next",
        )
        for i, (label, _met) in enumerate(done)
    ]


# ---- a new council


@require_http_methods(["GET", "HEAD", "POST"])
def council_new(request: Request) -> HttpResponse:
    """Choose what shall be judged, and name the council."""
    actor = request.actor
    require(actor, "panels.form")
    sent = request.POST if request.method == "POST" else request.GET
    kind = sent.get("kind", CouncilKind.SELECTION)
    if kind not in FORMED_FROM_LISTS:
        raise NotFound
    refusal: Refusal | None = None
    ids = asking.numbers(sent, "ids")
    if request.method == "POST":
        of_orders = kind == CouncilKind.DETERMINATION
        try:
            council = actions.form_council(
                actor=actor,
                kind=kind,
                title_vi=sent.get("title_vi", ""),
                title_en=sent.get("title_en", ""),
                order_ids=ids if of_orders else (),
                dossier_ids=() if of_orders else ids,
                secretary_id=asking.whole(sent.get("secretary")),
                at=now(),
            )
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, _("The council was formed. Now give its seats."))
            return redirect("panels:council_seats", public_id=council.public_id)
    return render(
        request,
        "web/panels/council_new.html",
        {
            "title": _("New council"),
            "breadcrumb": crumbs(Crumb(_("New council"))),
            "kind": kind,
            "kinds": [(k.value, k.label) for k in FORMED_FROM_LISTS],
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


def _candidates(actor: Actor, kind: str, q: str) -> list[Any]:
    if kind == CouncilKind.DETERMINATION:
        return list(queries.orders_to_judge(actor).order_by("code", "pk")[:MOST])
    found = queries.dossiers_to_judge(actor, kind, q)
    return list(found.order_by("call_id", "code")[:MOST])


def _by_field(refusal: Refusal | None) -> dict[str, Text]:
    if refusal is None:
        return {}
    return {p.field: p.message for p in getattr(refusal, "problems", ())}


# ---- the acts of the keeper


def _set_up(actor: Actor, council: Council, sent: QueryDict) -> None:
    actions.set_up_council(
        actor=actor,
        council_id=council.pk,
        decision_number=sent.get("decision_number", ""),
        decided_on=asking.day(sent.get("decided_on")),
        secretary_id=asking.whole(sent.get("secretary")),
        allowance=asking.allowance(sent),
        at=now(),
        expected_version=asking.whole(sent.get("version")),
    )


def _schedule(actor: Actor, council: Council, sent: QueryDict) -> None:
    actions.schedule_meeting(
        actor=actor,
        council_id=council.pk,
        meeting_at=asking.moment(sent.get("meeting_at")),
        mode=sent.get("mode", "in_person"),
        place=sent.get("place", ""),
        allowance=asking.allowance(sent),
        at=now(),
        expected_version=asking.whole(sent.get("version")),
    )


def _send_documents(actor: Actor, council: Council, sent: QueryDict) -> None:
    actions.send_documents(
        actor=actor,
        council_id=council.pk,
        without_reviewers=sent.get("without_reviewers") == "1",
        allowance=asking.allowance(sent),
        at=now(),
        expected_version=asking.whole(sent.get("version")),
    )


def _assign(actor: Actor, council: Council, sent: QueryDict) -> None:
    del council
    actions.assign_reviewers(
        actor=actor,
        item_id=asking.whole(sent.get("item")) or 0,
        seat_ids=asking.numbers(sent, "reviewers"),
        due_on=asking.day(sent.get("due_on")),
        at=now(),
    )


def _recuse(actor: Actor, council: Council, sent: QueryDict) -> None:
    del council
    actions.recuse(
        actor=actor,
        item_id=asking.whole(sent.get("item")) or 0,
        seat_id=asking.whole(sent.get("seat")) or 0,
        reason=sent.get("reason", ""),
        at=now(),
    )


def _unrecuse(actor: Actor, council: Council, sent: QueryDict) -> None:
    del council
    actions.unrecuse(
        actor=actor,
        item_id=asking.whole(sent.get("item")) or 0,
        seat_id=asking.whole(sent.get("seat")) or 0,
        reason=sent.get("reason", ""),
        at=now(),
    )


def _remove_item(actor: Actor, council: Council, sent: QueryDict) -> None:
    del council
    actions.remove_item(
        actor=actor, item_id=asking.whole(sent.get("item")) or 0, at=now()
    )


def _dissolve(actor: Actor, council: Council, sent: QueryDict) -> None:
    actions.dissolve_council(
        actor=actor, council_id=council.pk, reason=sent.get("reason", ""), at=now()
    )


STEPS: dict[str, tuple[Callable[[Actor, Council, QueryDict], None], Text]] = {
    "set_up": (_set_up, gettext_lazy("The council is set up; its members are asked.")),
    "schedule": (_schedule, gettext_lazy("The meeting is called.")),
    "send_documents": (
        _send_documents,
        gettext_lazy("The members can now read the documents."),
    ),
    "assign": (_assign, gettext_lazy("The reviewers are named.")),
    "recuse": (_recuse, gettext_lazy("The member sees nothing more of this item.")),
    "unrecuse": (_unrecuse, gettext_lazy("The member takes part in this item again.")),
    "remove_item": (_remove_item, gettext_lazy("The item was taken off the agenda.")),
    "dissolve": (_dissolve, gettext_lazy("The council was dissolved.")),
}


@require_POST
def council_step(request: Request, public_id: str) -> HttpResponse:
    """One act on the council; what was refused is said on the page, with all that was typed."""
    council = queries.council(request.actor, public_id)
    act = STEPS.get(request.POST.get("act", ""))
    if act is None:
        raise NotFound
    do, said = act
    try:
        do(request.actor, council, request.POST)
    except Refusal as refusal:
        fresh = queries.council(request.actor, public_id)
        return show_council(request, fresh, refusal=refusal, typed=request.POST)
    messages.success(request, said)
    return redirect("panels:council", public_id=public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def item_contents(request: Request, public_id: str) -> HttpResponse:
    """What is voted on one by one, under regimes that do so."""
    actor = request.actor
    item = queries.item(actor, public_id)
    require(actor, "panels.keep", item.council)
    refusal: Refusal | None = None
    rows = [(c["title"], c["amount"]) for c in item.contents]
    if request.method == "POST":
        rows = list(
            zip(
                request.POST.getlist("title"),
                request.POST.getlist("amount"),
                strict=False,
            )
        )
        try:
            actions.set_contents(
                actor=actor,
                item_id=item.pk,
                contents=[
                    Content(title=title, amount=asking.amount(text) or 0)  # type: ignore[arg-type]
                    for title, text in rows
                ],
                at=now(),
            )
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, _("The contents were changed."))
            return redirect("panels:item", public_id=public_id)
    return render(
        request,
        "web/panels/contents.html",
        {
            "title": _("Contents to vote on"),
            "breadcrumb": council_crumbs(item.council, _("Contents to vote on")),
            "item": item,
            "rows": [*rows, *[("", "")] * 3],
            "refusal": refusal,
        },
        status=refusal.status if refusal else 200,
    )
