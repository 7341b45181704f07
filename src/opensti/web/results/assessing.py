"""The host's pages: its self-assessment, its evidence, and what its own council said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from opensti.domains.procedures.choices import Act, State
from opensti.domains.procedures.queries import may_step
from opensti.domains.results import actions, queries
from opensti.domains.results.problem import OTHER, REPORT, Claim, assessment_of
from opensti.kernel.access import require
from opensti.kernel.bilingual import pick
from opensti.kernel.refusals import Invalid, Problem, Refusal, Stale
from opensti.ui.pages import Crumb
from opensti.web.results import asking
from opensti.web.results.acceptances import crumbs

if TYPE_CHECKING:
    from django.http import HttpResponse

    from opensti.domains.results.models import Acceptance
    from opensti.web.requests import Request

OPEN = (State.AWAITED, State.AT_BASE, State.RETURNED, State.REWORK)


@require_http_methods(["GET", "HEAD", "POST"])
def assessment(request: Request, public_id: str) -> HttpResponse:
    """Product by product: what there is, how good it is, how it is shown."""
    actor = request.actor
    found = queries.acceptance(actor, public_id)
    require(actor, "results.assess", found)
    refusal: Refusal | None = None
    if request.method == "POST":
        keys = _keys(found)
        said = asking.assessment_from(request.POST, keys)
        version = asking.whole(request.POST.get("version"))
        try:
            if request.POST.get("act") == "assess":
                actions.save_assessment(
                    actor=actor,
                    acceptance_id=found.pk,
                    said=said,
                    at=now(),
                    expected_version=version,
                )
                actions.assess_self(actor=actor, acceptance_id=found.pk, at=now())
                messages.success(request, _("The self-assessment is handed in."))
                return redirect("results:acceptance", public_id=public_id)
            actions.save_assessment(
                actor=actor,
                acceptance_id=found.pk,
                said=said,
                at=now(),
                expected_version=version,
            )
        except (Invalid, Stale) as refused:
            refusal = refused
            found = queries.acceptance(actor, public_id)
        else:
            messages.success(request, _("Saved."))
            return redirect("results:assessment", public_id=public_id)
    return _show(request, found, refusal)


def _keys(found: Acceptance) -> list[str]:
    return list(
        found.contract.products.order_by("position").values_list("key", flat=True)
    )


def _show(
    request: Request, found: Acceptance, refusal: Refusal | None = None
) -> HttpResponse:
    products = list(found.contract.products.order_by("position"))
    keys = [p.key for p in products]
    is_typed = refusal is not None and "report" in request.POST
    said = (
        asking.assessment_from(request.POST, keys)
        if is_typed
        else assessment_of(found.draft)
    )
    errors = asking.by_field(refusal)
    files, parts = queries.acceptance_files(found), queries.dossier_parts(found)
    attached = {file.kind for file in files}
    return render(
        request,
        "web/results/assessment.html",
        {
            "title": _("Self-assessment"),
            "breadcrumb": crumbs(found, Crumb(str(_("Self-assessment")))),
            "acceptance": found,
            "contract": found.contract,
            "rows": [
                _row(p, said.products.get(p.key, Claim()), errors) for p in products
            ],
            "report": said.report,
            "report_text": said.text,
            "levels": list(queries.level_names(found).items()),
            "files": files,
            "kinds": [
                (REPORT, _("final report")),
                *((f"product-{p.key}", pick(p.name_vi, p.name_en)) for p in products),
                *((p.kind, pick(p.title_vi, p.title_en)) for p in parts),
                (OTHER, _("other paper")),
            ],
            "lacking": [p for p in parts if p.kind not in attached],
            "marks": _marks(request, found),
            "editable": found.case.state in OPEN,
            "may_assess": may_step(found.case, Act.ACCEPTANCE_ASSESS, request.actor),
            "version": found.draft_version
            if not isinstance(refusal, Invalid)
            else asking.whole(request.POST.get("version")) or found.draft_version,
            "refusal": refusal,
            "errors": errors,
        },
        status=refusal.status if refusal else 200,
    )


def _row(product: Any, claim: Claim, errors: Any) -> dict[str, Any]:
    return {
        "product": product,
        "claim": claim,
        "errors": {
            name: errors.get(f"{name}-{product.key}", "")
            for name in ("delivered", "quality", "quantity", "text")
        },
    }


def _marks(request: Request, found: Acceptance) -> list[Any]:
    """What the officer marked in the version that was returned last."""
    if found.case.state != State.RETURNED:
        return []
    handed = queries.dossiers_handed_in(request.actor, found)
    return handed[0].marks if handed else []


@require_POST
def assessment_autosave(request: Request, public_id: str) -> JsonResponse:
    """Keep what is being typed; nothing is handed in by it."""
    found = queries.acceptance(request.actor, public_id)
    try:
        kept = actions.save_assessment(
            actor=request.actor,
            acceptance_id=found.pk,
            said=asking.assessment_from(request.POST, _keys(found)),
            at=now(),
            expected_version=asking.whole(request.POST.get("version")),
        )
    except Stale as stale:
        return JsonResponse(
            {"message": str(stale.message), "mend": str(stale.mend), "changed": []},
            status=stale.status,
        )
    except Refusal as refusal:
        return JsonResponse(refusal.as_dict(), status=refusal.status)
    saved = kept.draft_saved_at
    return JsonResponse(
        {
            "version": kept.draft_version,
            "saved_at": saved.isoformat() if saved is not None else "",
            "problems": [],
        }
    )


@require_POST
def evidence(request: Request, public_id: str) -> HttpResponse:
    """Attach a file, or take one out that was not concluded on."""
    found = queries.acceptance(request.actor, public_id)
    try:
        if request.POST.get("remove"):
            actions.remove_evidence(
                actor=request.actor,
                acceptance_id=found.pk,
                file=request.POST["remove"],
                at=now(),
            )
            said = _("The file was taken out.")
        else:
            sent = request.FILES.get("file")
            if sent is None:
                raise _no_file()
            actions.add_evidence(
                actor=request.actor,
                acceptance_id=found.pk,
                file=sent,
                kind=request.POST.get("kind", ""),
                at=now(),
            )
            said = _("The file is attached.")
    except Invalid as refusal:
        require(request.actor, "results.assess", found)
        return _show(request, found, refusal)
    messages.success(request, said)
    return redirect("results:assessment", public_id=public_id)


def _no_file() -> Invalid:
    return Invalid(
        [
            Problem(
                field="file",
                message=_("No file was chosen."),
                mend=_("Choose one and attach it."),
            )
        ]
    )


@require_http_methods(["GET", "HEAD", "POST"])
def base_council(request: Request, public_id: str) -> HttpResponse:
    """What the host's own council said, entered by the host's manager."""
    actor = request.actor
    found = queries.acceptance(actor, public_id)
    require(actor, "results.enter_base_council", found)
    levels = queries.level_names(found)
    refusal: Refusal | None = None
    if request.method == "POST":
        passed = request.POST.get("act") != "send_back"
        try:
            actions.enter_base_council(
                actor=actor,
                acceptance_id=found.pk,
                word=asking.base_word_from(request.POST, levels),
                passed=passed,
                minutes=request.FILES.get("minutes"),
                at=now(),
                expected_version=asking.whole(request.POST.get("version")),
            )
        except (Invalid, Stale) as refused:
            refusal = refused
        else:
            messages.success(
                request,
                _("The conclusion is entered.") if passed else _("The work goes back."),
            )
            return redirect("results:acceptance", public_id=public_id)
    return render(
        request,
        "web/results/base_council.html",
        {
            "title": _("The host's own council"),
            "breadcrumb": crumbs(found, Crumb(str(_("The host's own council")))),
            "acceptance": found,
            "levels": [
                (code, label, request.POST.get(f"votes-{code}", ""))
                for code, label in levels.items()
            ],
            "typed": request.POST,
            "refusal": refusal,
            "errors": asking.by_field(refusal),
        },
        status=refusal.status if refusal else 200,
    )
