"""Pages of screenings: the list, one work beside what it is like, and the verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from opensti.domains.overlaps import actions, queries
from opensti.domains.overlaps.choices import Kind, VerdictState
from opensti.kernel.access import may, require
from opensti.kernel.refusals import Stale
from opensti.ui.pages import Crumb
from opensti.web.lists import WorkList
from opensti.web.overlaps.documents import screening_report
from opensti.web.overlaps.forms import ConfirmForm, VerdictForm
from opensti.web.overlaps.said import (
    FIELDS,
    aligned,
    compared_by,
    facts,
    kind_said,
    percent,
    translated,
)
from opensti.web.overlaps.tables import ScreeningFilter, ScreeningTable
from opensti.web.overlaps.terms import means
from opensti.web.papers import official

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from opensti.domains.overlaps.models import Document, Screening
    from opensti.domains.overlaps.queries import Candidate
    from opensti.kernel.access import Actor
    from opensti.kernel.refusals import Refusal
    from opensti.web.requests import Request

SHOWN_PASSAGES = 12
_DIGITS = 19  # no row has a number of so many


class Screenings(WorkList):
    title = gettext_lazy("Overlap")
    lead = gettext_lazy(
        "Every need, order and dossier is compared with all that was funded or asked for before. The most probable come first."
    )
    permission = "overlaps.list"
    table_class = ScreeningTable
    filterset_class = ScreeningFilter
    hidden_columns = frozenset({"reason"})
    export_name = "overlaps"

    def rows(self, actor: Actor) -> QuerySet[Screening]:
        return queries.screenings(actor)


@require_safe
def screening_page(request: Request, public_id: str) -> HttpResponse:
    return _show(request, queries.screening(request.actor, public_id))


def _show(
    request: Request,
    screening: Screening,
    *,
    chosen: int | None = None,
    form: VerdictForm | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    actor = request.actor
    wanted = chosen or _number(request.GET.get("hit"))
    found = queries.candidates(actor, screening, asked=wanted)
    candidate = _chosen(actor, found, wanted)
    verdict = candidate.verdict if candidate else None
    may_judge = (
        candidate is not None
        and screening.current
        and may(actor, "overlaps.judge", candidate.hit)
    )
    if may_judge and form is None:
        form = VerdictForm(initial={"replaces": verdict.pk if verdict else None})
    evidence = candidate.evidence if candidate else {}
    passages = aligned(evidence.get("passages", ()))
    document = screening.wording
    return render(
        request,
        "web/overlaps/screening.html",
        {
            "title": document.title,
            "breadcrumb": [
                Crumb(_("Overlap"), reverse("overlaps:screenings")),
                Crumb(document.code or document.title),
            ],
            "screening": screening,
            "compared_by": compared_by(screening.base),
            "document": document,
            "work_url": work_url(document),
            "newer": queries.newer(screening),
            "candidates": [
                {
                    "hit": c.hit,
                    "hidden": c.hidden,
                    "verdict": c.verdict,
                    "probability": percent(c.hit.probability),
                    "current": candidate is not None and c.hit.pk == candidate.hit.pk,
                }
                for c in found
            ],
            "below": queries.below(screening)
            - sum(c.below and c.hit.verdict_id is None for c in found),
            "slices": [
                {
                    "document": part.document,
                    "url": work_url(part.document) if part.document else "",
                    "of_work": percent(part.of_work),
                    "inside": percent(part.inside),
                }
                for part in queries.slices(actor, screening)
            ],
            "repeats": [
                {
                    "words": row["words"],
                    "text": row["first"]["text"],
                    "first": FIELDS.get(row["first"]["source"], ""),
                    "second": FIELDS.get(row["second"]["source"], ""),
                }
                for row in screening.repeats
            ],
            "candidate": candidate,
            "match": candidate.hit.document
            if candidate and not candidate.hidden
            else None,
            "match_url": work_url(candidate.hit.document)
            if candidate and not candidate.hidden
            else "",
            "probability": percent(candidate.hit.probability) if candidate else "",
            "facts": facts(document, candidate.hit.document, evidence)
            if candidate and not candidate.hidden
            else (),
            "passages": passages[:SHOWN_PASSAGES],
            "more_passages": max(0, len(passages) - SHOWN_PASSAGES),
            "across": bool(evidence.get("across")),
            "translated": translated(evidence),
            "kind": kind_said(candidate.hit.likeness if candidate else ""),
            "means": means(screening.base),
            "boilerplate": len(evidence.get("boilerplate", ())),
            "verdict": verdict,
            "history": queries.history(actor, candidate)
            if candidate and not candidate.hidden
            else (),
            "form": form if may_judge else None,
            "confirm_form": ConfirmForm()
            if verdict is not None
            and verdict.state == VerdictState.PROPOSED
            and may(actor, "overlaps.confirm", verdict)
            else None,
            "may_screen": screening.current and may(actor, "overlaps.screen"),
            "refusal": refusal,
        },
        status=refusal.status if refusal else status,
    )


def _number(text: str | None) -> int | None:
    usable = text and text.isascii() and text.isdigit() and len(text) < _DIGITS
    return int(text) if text and usable else None


def _chosen(
    actor: Actor, found: Sequence[Candidate], wanted: int | None
) -> Candidate | None:
    """The candidate asked for, or else the first that waits for this reader."""
    for candidate in found:
        if candidate.hit.pk == wanted:
            return candidate
    waits = [
        c
        for c in found
        if not c.hidden
        and (
            c.verdict is None
            or (
                c.verdict.state == VerdictState.PROPOSED
                and may(actor, "overlaps.confirm", c.verdict)
            )
        )
    ]
    return next(iter([*waits, *found]), None)


def work_url(document: Document) -> str:
    """Where a work stands; task files have a page of their own."""
    names = {
        Kind.NEED: "tasks:need",
        Kind.ORDER: "tasks:order",
        Kind.DOSSIER: "calls:dossier",
        Kind.TASK: "tasks:task",
    }
    public_id = document.subject.partition(":")[2]
    return reverse(names[Kind(document.kind)], args=[public_id])


@require_POST
def judge(request: Request, hit_id: int) -> HttpResponse:
    """Give a verdict; then the next likeness, or the next work."""
    hit = queries.hit(request.actor, hit_id)
    form = VerdictForm(request.POST)
    if not form.is_valid():
        require(request.actor, "overlaps.judge", hit)
        return _show(request, hit.screening, chosen=hit.pk, form=form, status=422)
    try:
        verdict = actions.give_verdict(
            actor=request.actor,
            hit_id=hit.pk,
            finding=form.cleaned_data["finding"],
            grounds=form.cleaned_data["grounds"],
            replaces=form.cleaned_data["replaces"],
            at=now(),
        )
    except Stale as refusal:  # what was typed is shown beside the other's verdict
        hit = queries.hit(request.actor, hit_id)
        form.data = {**request.POST.dict(), "replaces": hit.verdict_id or ""}
        return _show(request, hit.screening, chosen=hit.pk, form=form, refusal=refusal)
    if verdict.state == VerdictState.PROPOSED:
        messages.info(request, _("The verdict waits for a second person."))
    else:
        messages.success(request, _("The verdict stands."))
    if hit.drawn and hit.probability < queries.thresholds().listed:
        return redirect("overlaps:drawn")
    return redirect("overlaps:screening", public_id=hit.screening.public_id)


@require_safe
def drawn(request: Request) -> HttpResponse:
    """Lead to the next likeness drawn by lot below the threshold."""
    require(request.actor, "overlaps.judge")
    hit = queries.next_drawn(request.actor)
    if hit is None:
        messages.info(request, _("Of those drawn by lot none waits for you."))
        return redirect("overlaps:corpus")
    address = reverse("overlaps:screening", args=[hit.screening.public_id])
    return redirect(f"{address}?hit={hit.pk}")


@require_POST
def confirm(request: Request, verdict_id: int) -> HttpResponse:
    """Confirm another's verdict, or give it back."""
    form = ConfirmForm(request.POST)
    outcome = form.cleaned_data if form.is_valid() else {}
    verdict = actions.confirm_verdict(
        actor=request.actor,
        verdict_id=verdict_id,
        confirmed=outcome.get("outcome") == "confirm",
        note=outcome.get("note", ""),
        at=now(),
    )
    if verdict.state == VerdictState.STANDING:
        messages.success(request, _("The verdict stands."))
    else:
        messages.info(request, _("The verdict was given back; the likeness is open."))
    screening = verdict.hit.screening
    return redirect("overlaps:screening", public_id=screening.public_id)


@require_safe
def screening_document(request: Request, public_id: str, kind: str) -> HttpResponse:
    """The report in Word or PDF, as its reader may know it."""
    screening = queries.screening(request.actor, public_id)
    found = queries.candidates(request.actor, screening)
    report = screening_report(
        screening,
        found,
        queries.below(screening),
        listed=queries.thresholds().listed,
    )
    name = f"{screening.wording.code or public_id}-overlap"
    return official("screening_report", report, kind=kind, name=name)


@require_POST
def screen_again(request: Request, public_id: str) -> HttpResponse:
    """Ask for one more comparison of a work."""
    screening = queries.screening(request.actor, public_id)
    actions.ask_for_screening(
        actor=request.actor,
        kind=screening.kind,
        object_id=screening.object_id,
        at=now(),
    )
    messages.info(request, _("The work is compared again within seconds."))
    return redirect("overlaps:screening", public_id=public_id)
