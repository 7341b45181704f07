"""Add a version to a budget's trail: in a table, or from a workbook and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from opensti.domains.contracts import actions, queries
from opensti.domains.contracts.problem import sums
from opensti.domains.contracts.problem.asking import budget_basis
from opensti.domains.contracts.problem.norms import against_norms
from opensti.domains.contracts.problem.rows import as_typed, read_lines
from opensti.domains.portfolios.queries import funded
from opensti.kernel.identifiers import row_number
from opensti.kernel.refusals import (
    Invalid,
    NotFound,
    Problem,
    Refusal,
    Stale,
    StepNotAllowed,
)
from opensti.ui.exports import table_response
from opensti.ui.pages import Crumb
from opensti.web.contracts.budget import ACT_LABELS, past_lines, place_of, signed
from opensti.web.contracts.budget_rows import budget_table, typed_rows
from opensti.web.contracts.budget_sheet import (
    read_file,
    read_pasted,
    sheet_head,
    sheet_rows,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import HttpResponse, HttpResponseBase

    from opensti.domains.contracts.problem import Line
    from opensti.domains.contracts.problem.asking import Basis
    from opensti.web.contracts.budget import Place
    from opensti.web.requests import Request


@require_http_methods(["GET", "HEAD", "POST"])
def budget_edit(request: Request, public_id: str, act: str) -> HttpResponse:
    """The next version as a form; nothing is kept until it is saved whole."""
    if act not in ACT_LABELS:
        raise NotFound
    place = place_of(request.actor, public_id)
    basis = budget_basis(place.dossier)
    if act not in queries.budget_acts(request.actor, place.dossier, place.contract):
        raise StepNotAllowed(
            _("You cannot add this version to the budget now."),
            mend=_("Open the budget: it shows what can be done, and by whom."),
        )
    if request.method != "POST":
        return _show(request, place, act, basis, as_typed(basis.lines))
    rows = typed_rows(request)
    if "take" in request.POST:
        return _take(request, place, act, basis, rows)
    lines, problems = read_lines(rows)
    if "check" in request.POST or problems:
        return _show(request, place, act, basis, rows, problems=problems, lines=lines)
    try:
        _save(request, place, act, lines)
    except (Invalid, Stale) as refusal:
        return _show(request, place, act, basis, rows, refusal=refusal, lines=lines)
    messages.success(request, _("The version is kept."))
    return redirect(place.url)


def _save(request: Request, place: Place, act: str, lines: Sequence[Line]) -> None:
    said: dict[str, Any] = {
        "actor": request.actor,
        "based_on": row_number(request.POST.get("based_on")) or 0,
        "lines": lines,
        "at": now(),
        "reason": request.POST.get("whole_reason", ""),
    }
    if act == "agree" and place.contract is not None:
        actions.agree_budget(contract_id=place.contract.pk, **said)
        return
    found = {
        "propose": actions.propose_budget,
        "appraise": actions.appraise_budget,
        "approve": actions.approve_budget,
    }[act]
    found(dossier_id=place.dossier.pk, **said)


def _take(
    request: Request,
    place: Place,
    act: str,
    basis: Basis,
    rows: list[dict[str, Any]],
) -> HttpResponse:
    """Take rows over from a workbook into the form; they are saved only afterwards."""
    file = request.FILES.get("sheet")
    pasted = request.POST.get("pasted", "")
    try:
        taken = read_file(file) if file is not None else read_pasted(pasted)
    except Invalid as refusal:
        return _show(request, place, act, basis, rows, refusal=refusal)
    messages.success(
        request,
        _("%(n)d rows were read. They are not saved yet.") % {"n": len(taken)},
    )
    lines, problems = read_lines(taken)
    return _show(
        request, place, act, basis, taken, problems=problems, lines=lines, taken=True
    )


@require_safe
def budget_sheet(request: Request, public_id: str) -> HttpResponseBase:
    """The lines that count now as a workbook, to be changed and taken over again."""
    place = place_of(request.actor, public_id)
    basis = budget_basis(place.dossier)
    code = place.dossier.code or place.dossier.public_id
    return table_response(
        kind="xlsx",
        name=f"budget-lines-{code}",
        head=sheet_head(),
        rows=sheet_rows(basis.lines),
    )


def _show(
    request: Request,
    place: Place,
    act: str,
    basis: Basis,
    rows: Sequence[Mapping[str, Any]],
    *,
    problems: Sequence[Problem] = (),
    refusal: Refusal | None = None,
    lines: Sequence[Line] | None = None,
    taken: bool = False,
) -> HttpResponse:
    """The form with what was typed; what was read of it is added up and checked."""
    tables = queries.norms_of(place.dossier, place.contract)
    told = [*problems, *(refusal.problems if isinstance(refusal, Invalid) else ())]
    checked = against_norms(lines, tables) if lines is not None else None
    if checked is not None and not isinstance(refusal, Invalid):
        told += checked.problems()
    state, other = sums(lines if lines is not None else basis.lines)
    approvals = funded(dossier_id=place.dossier.pk) if act == "approve" else []
    wanted = approvals[-1].amount if approvals else None
    based_on = (
        request.POST.get("based_on", "") if request.method == "POST" else ""
    ) or str(basis.number)
    wrong = bool(problems) or refusal is not None
    return render(
        request,
        "web/contracts/budget_edit.html",
        {
            "title": ACT_LABELS[act],
            "lead": str(place.dossier.title),
            "breadcrumb": place.crumbs(Crumb(str(ACT_LABELS[act]))),
            "place": place,
            "act": act,
            "here": reverse(
                "contracts:budget_edit", args=[place.dossier.public_id, act]
            ),
            "sheet": reverse("contracts:budget_sheet", args=[place.dossier.public_id]),
            "table": budget_table(
                rows, basis=basis.lines, tables=tables, problems=told
            ),
            "told": told,
            "refusal": None if isinstance(refusal, Invalid) else refusal,
            "based_on": based_on,
            "reason": request.POST.get("whole_reason", ""),
            "pasted": "" if taken else request.POST.get("pasted", ""),
            "findings": checked.findings if checked else [],
            "prices": past_lines(request.actor, place, lines) if lines else [],
            "checked": lines is not None,
            "norms_known": bool(tables),
            "state": state,
            "other": other,
            "wanted": wanted,
            "off": signed(state - wanted) if wanted is not None else "",
            "needs_reasons": act in ("propose", "appraise"),
        },
        status=refusal.status if refusal else 422 if wrong else 200,
    )
