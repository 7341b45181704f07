"""The editor of a drafted contract: section by section, kept as typed, nothing lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from opensti.domains.contracts import actions, queries
from opensti.domains.contracts.problem.drafting import (
    draft_check,
    instalments_to_begin_with,
    lump_limits,
    plan_of,
)
from opensti.domains.contracts.problem.plan_rows import (
    COLUMNS,
    read_instalments,
    read_milestones,
    read_products,
    said_rows,
    shown,
)
from opensti.domains.procedures.choices import State
from opensti.kernel.access import require
from opensti.kernel.identifiers import row_number
from opensti.kernel.refusals import Invalid, NotFound, Refusal, Stale, StepNotAllowed
from opensti.ui.pages import Crumb, Tab
from opensti.web.contracts.draft_rows import SECTIONS, MainForm, section_table
from opensti.web.contracts.tabs import crumbs
from opensti.web.tasks.cases import version_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import HttpResponse

    from opensti.domains.contracts.actions import Drafted
    from opensti.domains.contracts.models import Contract
    from opensti.kernel.refusals import Problem
    from opensti.web.requests import Request

MOST_ROWS = 200
READERS: dict[str, Any] = {
    "milestones": read_milestones,
    "products": read_products,
    "instalments": read_instalments,
}


@require_http_methods(["GET", "HEAD", "POST"])
def contract_edit(
    request: Request, public_id: str, section: str = "main"
) -> HttpResponse:
    """One section: shown, or kept and shown again with what is still wrong."""
    contract = _to_draft(request, public_id, section)
    if request.method != "POST":
        return _show(request, contract, section)
    try:
        drafted = _save(request, contract, section)
    except (Invalid, Stale) as refusal:
        return _show(request, contract, section, refusal=refusal)
    if drafted.problems:
        messages.warning(request, _("Saved. Some of it is not right yet."))
    else:
        messages.success(request, _("Saved. The contract is not sent on yet."))
    return redirect("contracts:edit_section", public_id, _next(request, section))


@require_POST
def contract_autosave(request: Request, public_id: str, section: str) -> JsonResponse:
    """Keep what is typed while it is typed; every answer is JSON, refusals too."""
    if not request.actor.is_authenticated:
        return JsonResponse(
            {
                "refusal": "AccessDenied",
                "message": _("Your sign-in has expired."),
                "mend": _("Sign in again; your text is kept on this page."),
            },
            status=401,
        )
    try:
        contract = _to_draft(request, public_id, section)
        drafted = _save(request, contract, section)
    except Refusal as refusal:
        return JsonResponse(refusal.as_dict(), status=refusal.status)
    return JsonResponse(
        {
            "version": drafted.contract.version,
            "saved_at": now().isoformat(),
            "problems": [
                {"field": p.field, "message": str(p.message), "mend": str(p.mend)}
                for p in drafted.problems
            ],
        }
    )


def _to_draft(request: Request, public_id: str, section: str) -> Contract:
    if section not in SECTIONS:
        raise NotFound
    contract = queries.contract(request.actor, public_id)
    require(request.actor, "contracts.draft", contract)
    if contract.case.state != State.DRAFT:
        raise StepNotAllowed(
            _("The contract is no longer being drafted."),
            mend=_("From now on it changes by an amendment."),
        )
    return contract


def _next(request: Request, section: str) -> str:
    """The section after this one, where the person goes on."""
    names = list(SECTIONS)
    if "next" not in request.POST:
        return section
    return names[min(names.index(section) + 1, len(names) - 1)]


def _save(request: Request, contract: Contract, section: str) -> Drafted:
    """Hand the section to the act; ``Invalid`` names what cannot be read."""
    said: dict[str, Any]
    if section == "main":
        form = MainForm(request.actor, contract, request.POST, today=localdate())
        if not form.is_valid():
            raise Invalid([])
        said = {"main": form.main()}
    else:
        parts, problems = READERS[section](_typed(request, section))
        if problems:
            raise Invalid(problems)
        said = {section: parts}
    return actions.draft_contract(
        actor=request.actor,
        contract_id=contract.pk,
        version=version_of(request),
        unfinished=True,
        at=now(),
        **said,
    )


def _typed(request: Request, section: str) -> list[Mapping[str, Any]]:
    total = row_number(request.POST.get(f"{section}-TOTAL_FORMS")) or 0
    rows = [
        {c: request.POST.get(f"{section}-{n}-{c}", "") for c in COLUMNS[section]}
        for n in range(min(total, MOST_ROWS + 1))
    ]
    return said_rows(rows, section)


def _show(
    request: Request,
    contract: Contract,
    section: str,
    *,
    refusal: Refusal | None = None,
) -> HttpResponse:
    posted = request.method == "POST"
    check = draft_check(contract)
    told: list[Problem] = [*refusal.problems] if isinstance(refusal, Invalid) else []
    here = reverse("contracts:edit_section", args=[contract.public_id, section])
    context: dict[str, Any] = {
        "title": _("Draft of the contract"),
        "lead": str(contract.title),
        "breadcrumb": crumbs(contract, Crumb(str(_("Draft")))),
        "tabs": [
            Tab(
                label=label,
                url=reverse("contracts:edit_section", args=[contract.public_id, name]),
                current=name == section,
            )
            for name, label in SECTIONS.items()
        ],
        "contract": contract,
        "section": section,
        "here": here,
        "autosave": reverse("contracts:autosave", args=[contract.public_id, section]),
        "check": check,
        "marks": queries.marks_of(request.actor, contract),
        "refusal": None if isinstance(refusal, Invalid) else refusal,
        # Whoever was told that somebody else saved takes over by saving again.
        "version": contract.version,
    }
    if section == "main":
        form = MainForm(
            request.actor,
            contract,
            request.POST if posted else None,
            today=localdate(),
        )
        form.is_valid()
        form.show(told)
        context |= {"form": form, "lumps": lump_limits(contract)}
    else:
        context |= _table(request, contract, section, told)
    return render(
        request,
        "web/contracts/edit.html",
        context,
        status=refusal.status if refusal else 200,
    )


def _table(
    request: Request, contract: Contract, section: str, told: Sequence[Problem]
) -> dict[str, Any]:
    """The table of a section: typed, proposed, or as it is kept."""
    plan = plan_of(contract)
    proposed = section == "instalments" and request.GET.get("propose") == "1"
    rows: Sequence[Mapping[str, Any]]
    if request.method == "POST":
        rows = _typed(request, section)
    elif proposed:
        rows = [shown(part) for part in instalments_to_begin_with(contract)]
    else:
        rows = [shown(part) for part in getattr(plan, section)]
    return {
        "table": section_table(
            section, rows, told, milestones=[m.name_vi for m in plan.milestones]
        ),
        "told": told,
        "proposed": proposed,
        "nothing_to_propose": proposed and not rows,
    }
