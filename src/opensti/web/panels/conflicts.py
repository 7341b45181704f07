"""Pages of conflicts of interest: the list, one case, the verdicts, whom applicants name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from opensti.domains.calls import queries as calls_queries
from opensti.domains.panels import actions, queries
from opensti.domains.panels.choices import (
    CONFLICT_TONES,
    ConflictState,
)
from opensti.domains.registry.choices import ThingKind
from opensti.domains.registry.queries import entries, organisation_of_name
from opensti.kernel.access import may, require
from opensti.kernel.refusals import NotFound, Refusal
from opensti.ui.lists import BulkAct
from opensti.ui.pages import BulkRow, Crumb
from opensti.web.lists import WorkList
from opensti.web.panels import asking
from opensti.web.panels.conflict_forms import ExclusionForm, VerdictForm
from opensti.web.panels.conflict_said import percent, ties_of
from opensti.web.panels.conflict_tables import (
    ConflictFilter,
    ConflictTable,
    thing_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from opensti.domains.panels.models import Conflict
    from opensti.kernel.access import Actor
    from opensti.web.requests import Request


def crumbs(*more: Crumb) -> list[Crumb]:
    return [Crumb(_("Conflicts of interest"), reverse("panels:conflicts")), *more]


class Conflicts(WorkList):
    title = gettext_lazy("Conflicts of interest")
    lead = gettext_lazy(
        "Ties between those who judge and what they would judge. Until a case is judged the person sees nothing of the dossier."
    )
    table_class = ConflictTable
    filterset_class = ConflictFilter
    permission = "panels.list_conflicts"
    hidden_columns = frozenset({"condition", "found_at"})
    export_name = "conflicts"
    template_name = "web/panels/conflicts.html"

    def rows(self, actor: Actor) -> QuerySet[Conflict]:
        return queries.conflict_cases(actor)

    def bulk_acts(self, actor: Actor) -> Sequence[BulkAct]:
        if not may(actor, "panels.judge_conflict"):
            return ()
        return [BulkAct(label=_("Judge"), url=reverse("panels:conflicts_judge"))]

    def context(self, actor: Actor) -> dict[str, Any]:
        found = queries.searched(actor) if may(actor, "panels.find_conflicts") else []
        return {"searched": found, "under_way": any(row.runs for row in found)}


@require_safe
def conflicts_json(request: Request) -> JsonResponse:
    """The list as data for those who may read it, with the evidence."""
    require(request.actor, "panels.list_conflicts")
    rows = list(Conflicts().narrowed(request.GET, request.actor)[0])
    return JsonResponse(
        {
            "conflicts": [
                {
                    "id": case.public_id,
                    "person": case.person.public_id,
                    "name": case.person.full_name,
                    "case": thing_of(case).public_id,
                    "code": thing_of(case).code,
                    "kind": case.kind,
                    "rule": case.rule_code,
                    "article": case.article,
                    "probability": case.probability,
                    "state": case.state,
                    "condition": case.condition,
                    "found_at": case.found_at,
                    "evidence_sha256": case.digest,
                    "evidence": case.evidence,
                }
                for case in rows
            ]
        }
    )


@require_POST
def conflicts_find(request: Request) -> HttpResponse:
    """Look through a call or a council once more, in the background."""
    actor, sent = request.actor, request.POST
    if council := sent.get("council"):
        chosen = {"council_id": queries.council(actor, council).pk}
    else:
        call = calls_queries.call(actor=actor, public_id=sent.get("call", ""))
        chosen = {"call_id": call.pk}
    actions.ask_to_find(actor=actor, at=now(), **chosen)
    messages.success(
        request, _("The search runs; the list says when it is done. You can go on.")
    )
    return redirect("panels:conflicts")


@require_POST
def conflicts_judge(request: Request) -> HttpResponse:
    """One verdict on several cases: first which, then the act."""
    require(request.actor, "panels.judge_conflict")
    chosen = list(Conflicts().chosen(request))
    confirmed = request.POST.get("confirmed") == "1"
    form = VerdictForm(request.POST if confirmed else None)
    refusal: Refusal | None = None
    if confirmed and form.is_valid():
        try:
            actions.judge_many(
                actor=request.actor,
                conflict_ids=[case.pk for case in chosen],
                finding=form.cleaned_data["finding"],
                reason=form.cleaned_data["reason"],
                condition=form.cleaned_data["condition"],
                at=now(),
            )
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, _("%(n)d cases are judged.") % {"n": len(chosen)})
            return redirect("panels:conflicts")
    return render(
        request,
        "web/panels/conflicts_judge.html",
        {
            "title": _("Judge several conflicts"),
            "breadcrumb": crumbs(Crumb(_("Judge several conflicts"))),
            "rows": [
                BulkRow(
                    label=case.person.full_name,
                    text=f"{thing_of(case).code} · {case.get_kind_display()} · {percent(case.probability)}",
                    url=reverse("panels:conflict", args=[case.public_id]),
                )
                for case in chosen
            ],
            "ids": [case.pk for case in chosen],
            "form": form,
            "refusal": refusal,
        },
        status=refusal.status if refusal else 422 if form.errors else 200,
    )


# ---- one case


@require_safe
def conflict_page(request: Request, public_id: str) -> HttpResponse:
    require(request.actor, "panels.list_conflicts")
    return _show(request, queries.conflict(request.actor, public_id))


def _show(
    request: Request,
    case: Conflict,
    *,
    form: VerdictForm | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    actor = request.actor
    verdicts = queries.verdicts_of(actor, case)
    waiting = verdicts[0] if verdicts and verdicts[0].waits else None
    judges = bool(may(actor, "panels.judge_conflict", case))
    named = queries.links_of(case.evidence)
    return render(
        request,
        "web/panels/conflict.html",
        {
            "title": case.person.full_name,
            "breadcrumb": crumbs(Crumb(case.person.full_name)),
            "case": case,
            "thing": thing_of(case),
            "tone": CONFLICT_TONES[case.state],
            "probability": percent(case.probability),
            "ties": ties_of(
                case.evidence,
                people=_addresses(actor, ThingKind.PERSON, named["people"]),
                organisations=_addresses(
                    actor, ThingKind.ORGANISATION, named["organisations"]
                ),
            ),
            "verdicts": verdicts,
            "waiting": waiting,
            "may_confirm": waiting is not None
            and waiting.digest == case.digest
            and may(actor, "panels.confirm_conflict", waiting),
            "counts": queries.counts_for(case),
            "dismissed": queries.dismissed_of(actor, case),
            "others": [
                {
                    "case": row,
                    "thing": thing_of(row),
                    "probability": percent(row.probability),
                }
                for row in queries.other_cases(actor, case)
            ],
            "form": (form or VerdictForm(initial={"version": case.version}))
            if judges
            else None,
            "judges": judges,
            "takes_two": actions.takes_two(case),
            "is_open": case.state == ConflictState.OPEN,
            "refusal": refusal,
        },
        status=refusal.status if refusal else status,
    )


def _addresses(actor: Actor, kind: ThingKind, ids: set[int]) -> dict[int, str]:
    page = "person" if kind == ThingKind.PERSON else "organisation"
    return {
        int(pk): reverse(f"registry:{page}", args=[entry.public_id])
        for pk, entry in entries(actor, kind, ids).items()
    }


@require_POST
def conflict_judge(request: Request, public_id: str) -> HttpResponse:
    case = queries.conflict(request.actor, public_id)
    form = VerdictForm(request.POST)
    if not form.is_valid():
        return _show(request, case, form=form, status=422)
    try:
        verdict = actions.judge_conflict(
            actor=request.actor,
            conflict_id=case.pk,
            finding=form.cleaned_data["finding"],
            reason=form.cleaned_data["reason"],
            condition=form.cleaned_data["condition"],
            at=now(),
            expected_version=form.cleaned_data["version"],
        )
    except Refusal as refusal:
        fresh = queries.conflict(request.actor, public_id)
        return _show(request, fresh, form=form, refusal=refusal)
    messages.success(
        request,
        _("The verdict waits for a second person; until then nothing changes.")
        if verdict.waits
        else _("The verdict holds from now on."),
    )
    return redirect("panels:conflict", public_id=public_id)


@require_POST
def conflict_step(request: Request, public_id: str) -> HttpResponse:
    """Confirm, open again, set a tie aside or let it count again."""
    actor, sent = request.actor, request.POST
    case = queries.conflict(actor, public_id)
    try:
        match sent.get("act"):
            case "confirm":
                actions.confirm_conflict(
                    actor=actor,
                    verdict_id=asking.whole(sent.get("verdict")) or 0,
                    at=now(),
                )
                said = _("Confirmed: the verdict holds from now on.")
            case "reopen":
                actions.reopen_conflict(
                    actor=actor,
                    conflict_id=case.pk,
                    reason=sent.get("reason", ""),
                    at=now(),
                )
                said = _("The case is open again.")
            case "dismiss":
                actions.dismiss_tie(
                    actor=actor,
                    conflict_id=case.pk,
                    tie=sent.get("tie", ""),
                    reason=sent.get("reason", ""),
                    at=now(),
                )
                said = _("The tie is set aside for good; no case asks about it again.")
            case "restore":
                actions.restore_tie(
                    actor=actor,
                    dismissed_id=asking.whole(sent.get("dismissed")) or 0,
                    reason=sent.get("reason", ""),
                    at=now(),
                )
                said = _("The tie counts again; the next search finds it.")
            case _other:
                raise NotFound
    except Refusal as refusal:
        if isinstance(refusal, NotFound):
            raise
        fresh = queries.conflict(actor, public_id)
        return _show(request, fresh, refusal=refusal)
    messages.success(request, said)
    return redirect("panels:conflict", public_id=public_id)


# ---- whom the applicant names


@require_http_methods(["GET", "HEAD", "POST"])
def exclusions(request: Request, public_id: str) -> HttpResponse:
    """Whom the writers of a dossier ask to leave out, with the reason."""
    actor = request.actor
    dossier = calls_queries.dossier(actor=actor, public_id=public_id)
    writes = bool(may(actor, "panels.name_exclusion", dossier))
    if not writes:
        require(actor, "panels.list_conflicts")
    form, refusal = ExclusionForm(request.POST or None), None
    if request.method == "POST":
        try:
            if (taken := asking.whole(request.POST.get("withdraw"))) is not None:
                actions.withdraw_exclusion(actor=actor, exclusion_id=taken, at=now())
                messages.success(request, _("The naming is taken back."))
                return redirect("panels:exclusions", public_id=public_id)
            if form.is_valid():
                name = form.cleaned_data["name"]
                actions.name_exclusion(
                    actor=actor,
                    dossier_id=dossier.pk,
                    name=name,
                    place=form.cleaned_data["place"],
                    organisation_id=organisation_of_name(actor, name),
                    reason=form.cleaned_data["reason"],
                    at=now(),
                )
                messages.success(request, _("The programme office will look at it."))
                return redirect("panels:exclusions", public_id=public_id)
        except Refusal as refused:
            refusal = refused
    return render(
        request,
        "web/panels/exclusions.html",
        {
            "title": _("Who should not judge this dossier"),
            "breadcrumb": [
                Crumb(_("Dossiers"), reverse("calls:dossiers")),
                Crumb(
                    dossier.code or dossier.title,
                    reverse("calls:dossier", args=[dossier.public_id]),
                ),
                Crumb(_("Who should not judge")),
            ],
            "dossier": dossier,
            "exclusions": queries.exclusions_of(actor, dossier.pk),
            "form": form if writes else None,
            "refusal": refusal,
        },
        status=refusal.status if refusal else 422 if form.errors else 200,
    )
