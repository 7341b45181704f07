"""The trail of a budget: every version, any two side by side to the đồng."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from opensti.domains.accounts.queries import names_by_id
from opensti.domains.calls import queries as calls
from opensti.domains.calls.choices import BudgetCategory, BudgetSource
from opensti.domains.contracts import actions, queries
from opensti.domains.contracts.choices import BudgetStage
from opensti.domains.contracts.problem import line_of, sums
from opensti.domains.contracts.problem.asking import budget_basis
from opensti.domains.contracts.problem.norms import against_norms
from opensti.domains.contracts.problem.rows import quantity_text
from opensti.domains.contracts.problem.trail import compare, sums_beside
from opensti.kernel.access import may
from opensti.kernel.identifiers import row_number
from opensti.kernel.money import format_money
from opensti.kernel.record.queries import entries_of
from opensti.kernel.refusals import NotFound
from opensti.ui.exports import table_response
from opensti.ui.pages import Crumb
from opensti.web.contracts.tabs import crumbs, tabs
from opensti.web.timeline import timeline

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from decimal import Decimal

    from django.http import HttpResponse, HttpResponseBase

    from opensti.domains.calls.models import Dossier
    from opensti.domains.contracts.models import Contract
    from opensti.domains.contracts.problem import Line
    from opensti.domains.contracts.problem.trail import Change
    from opensti.kernel.access import Actor
    from opensti.kernel.refusals import Text
    from opensti.web.requests import Request

ACT_LABELS: dict[str, Text] = {
    "propose": gettext_lazy("Enter what the council proposes"),
    "appraise": gettext_lazy("Enter what the cost team appraised"),
    "approve": gettext_lazy("Bring the lines to the decision"),
    "agree": gettext_lazy("Agree on the contract's budget"),
}
KINDS: dict[str, tuple[str, Text]] = {
    "added": ("good", gettext_lazy("added")),
    "removed": ("bad", gettext_lazy("removed")),
    "changed": ("warn", gettext_lazy("changed")),
    "same": ("neutral", gettext_lazy("the same")),
}


@dataclass(frozen=True, kw_only=True)
class Version:
    """One version as a reader sees it; ``kept`` is false for what is only asked yet."""

    number: int
    stage: Text
    lines: Sequence[Line]
    state: Decimal
    other: Decimal
    difference: str
    by: str = ""
    at: datetime | None = None
    reason: str = ""
    basis: str = ""
    sha256: str = ""
    kept: bool = True


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the comparison in words."""

    change: Change
    tone: str
    label: Text
    category: str
    source: str
    difference: str
    factors: str


@dataclass(frozen=True)
class Place:
    """Whose budget it is: a dossier, and its contract once there is one."""

    dossier: Dossier
    contract: Contract | None

    @property
    def url(self) -> str:
        if self.contract is not None:
            return reverse("contracts:budget", args=[self.contract.public_id])
        return reverse("contracts:dossier_budget", args=[self.dossier.public_id])

    def crumbs(self, *more: Crumb) -> list[Crumb]:
        name = pgettext("contract", "Budget")
        here = Crumb(name, self.url) if more else Crumb(name)
        if self.contract is not None:
            return crumbs(self.contract, here, *more)
        return [
            Crumb(str(_("Dossiers")), reverse("calls:dossiers")),
            Crumb(
                self.dossier.code or str(self.dossier.title),
                reverse("calls:dossier", args=[self.dossier.public_id]),
            ),
            here,
            *more,
        ]


@require_safe
def contract_budget(request: Request, public_id: str) -> HttpResponse:
    """The trail on the contract's own page."""
    contract = queries.contract(request.actor, public_id)
    return _page(request, Place(contract.dossier, contract))


@require_safe
def dossier_budget(request: Request, public_id: str) -> HttpResponse:
    """The trail before there is a contract; afterwards it is the contract's."""
    place = place_of(request.actor, public_id)
    if place.contract is not None:
        return redirect(place.url)
    return _page(request, place)


@require_safe
def budget_workbook(request: Request, public_id: str) -> HttpResponseBase:
    contract = queries.contract(request.actor, public_id)
    return _workbook(request, Place(contract.dossier, contract))


@require_safe
def dossier_workbook(request: Request, public_id: str) -> HttpResponseBase:
    return _workbook(request, place_of(request.actor, public_id))


@require_POST
def contract_open(request: Request, public_id: str) -> HttpResponse:
    """Begin the contract of a funded dossier that has none."""
    place = place_of(request.actor, public_id)
    made = actions.open_contract(
        actor=request.actor, dossier_id=place.dossier.pk, at=now()
    )
    return redirect("contracts:contract", made.public_id)


def place_of(actor: Actor, public_id: str) -> Place:
    """The dossier as the office reads its budget; who may not know of it finds nothing."""
    dossier = calls.dossier(actor=actor, public_id=public_id)
    if not may(actor, "contracts.read_trail", dossier):
        raise NotFound
    return Place(dossier, queries.contract_of_dossier(actor, dossier.pk))


def versions_of(actor: Actor, place: Place) -> list[Version]:
    """Every version, oldest first, and at the end what is asked and not kept yet."""
    budgets = list(queries.budgets_of(actor, place.dossier.pk))
    names = names_by_id({b.made_by_id for b in budgets if b.made_by_id})
    found: list[Version] = []
    for b in budgets:
        found.append(
            Version(
                number=b.number,
                stage=BudgetStage(b.stage).label,
                lines=[line_of(item) for item in b.items.all()],
                state=b.state_money,
                other=b.other_money,
                difference=signed(b.state_money - found[-1].state) if found else "",
                by=names.get(b.made_by_id or 0, ""),
                at=b.made_at,
                reason=b.reason,
                basis=b.basis,
                sha256=b.sha256,
            )
        )
    if place.contract is not None:
        return found
    basis = budget_basis(place.dossier)
    if basis.budget is None:
        state, other = sums(basis.lines)
        found.append(
            Version(
                number=basis.number,
                stage=BudgetStage.ASKED.label,
                lines=basis.lines,
                state=state,
                other=other,
                difference=signed(state - found[-1].state) if found else "",
                kept=False,
            )
        )
    return found


def signed(amount: Decimal) -> str:
    """A difference with its sign, or ``0``."""
    if not amount:
        return "0"
    text = format_money(abs(amount), unit=False)
    return f"{'+' if amount > 0 else '−'}{text}"  # noqa: RUF001 -- a minus, not a hyphen


def _chosen(request: Request, versions: Sequence[Version]) -> tuple[Version, Version]:
    """The two versions of ``?v=1&v=3``; without, the last two."""
    by_number = {v.number: v for v in versions}
    asked = [row_number(text) for text in request.GET.getlist("v")][:2]
    picked = [by_number[n] for n in asked if n in by_number]
    if len(picked) == 2:  # noqa: PLR2004 -- two sides
        return picked[0], picked[1]
    last = versions[-1]
    before = versions[-2] if len(versions) > 1 else last
    return (before, last) if not picked else (picked[0], last)


def _rows(request: Request, before: Version, after: Version) -> list[Row]:
    """The lines of both that the filters leave."""
    only = {
        "category": request.GET.get("category", ""),
        "source": request.GET.get("source", ""),
        "year": request.GET.get("year", ""),
    }
    changed = request.GET.get("changed") == "1"
    found = []
    for change in compare(before.lines, after.lines):
        line = change.line
        if changed and change.kind == "same":
            continue
        if any(v and v != str(getattr(line, name)) for name, v in only.items()):
            continue
        tone, label = KINDS[change.kind]
        found.append(
            Row(
                change=change,
                tone=tone,
                label=label,
                category=str(BudgetCategory(line.category).label),
                source=str(BudgetSource(line.source).label),
                difference=signed(change.difference),
                factors=_factors(change),
            )
        )
    return found


def _factors(change: Change) -> str:
    """Quantity by unit price, before and after where they differ."""
    said = [
        f"{quantity_text(line.quantity)} {line.unit} × {format_money(line.price)}"  # noqa: RUF001
        for line in (change.before, change.after)
        if line is not None and line.quantity is not None and line.price is not None
    ]
    return " → ".join(dict.fromkeys(said))


def _page(request: Request, place: Place) -> HttpResponse:
    actor = request.actor
    versions = versions_of(actor, place)
    if not versions:
        raise NotFound
    before, after = _chosen(request, versions)
    rows = _rows(request, before, after)
    tables = queries.norms_of(place.dossier, place.contract)
    latest = versions[-1].lines
    acts = queries.budget_acts(actor, place.dossier, place.contract)
    state = sums_beside(before.lines, after.lines)
    return render(
        request,
        "web/contracts/budget.html",
        {
            "title": pgettext("contract", "Budget"),
            "lead": str(place.dossier.title),
            "breadcrumb": place.crumbs(),
            "tabs": tabs(place.contract, "contracts:budget")
            if place.contract is not None
            else [],
            "versions": versions,
            "before": before,
            "after": after,
            "rows": rows,
            "sum_before": sum(row.change.old for row in rows),
            "sum_after": sum(row.change.new for row in rows),
            "sum_difference": signed(
                sum((row.change.difference for row in rows), start=before.state * 0)
            ),
            "sums": [
                (label, [(s, signed(s.difference)) for s in of])
                for label, of in (
                    (_("By source"), state["source"]),
                    (_("By year"), state["year"]),
                    (_("By category"), state["category"]),
                )
            ],
            "categories": BudgetCategory.choices,
            "sources": BudgetSource.choices,
            "years": sorted({line.year for v in versions for line in v.lines}),
            "filter": {
                name: request.GET.get(name, "")
                for name in ("category", "source", "year", "changed")
            },
            "acts": [
                (
                    ACT_LABELS[act],
                    reverse(
                        "contracts:budget_edit", args=[place.dossier.public_id, act]
                    ),
                )
                for act in acts
            ],
            "opens": place.contract is None
            and "approve" in acts
            and bool(may(actor, "contracts.open")),
            "place": place,
            "norm_tables": [(t.title(get_language() or "vi"), t) for t in tables],
            "findings": against_norms(latest, tables).findings,
            "prices": past_lines(actor, place, latest),
            "workbook": f"{place.url}workbook/?{request.GET.urlencode()}",
            "timeline": timeline(
                entries_of(queries.budget_subject(place.dossier.public_id))
            ),
        },
    )


def past_lines(
    actor: Actor, place: Place, lines: Sequence[Line]
) -> list[tuple[Line, queries.PastPrice]]:
    """Lines that signed contracts can be set beside, with what those cost."""
    past = queries.past_prices(actor, place.dossier.pk, lines)
    return [(line, past[line.key]) for line in lines if line.key in past]


def _workbook(request: Request, place: Place) -> HttpResponseBase:
    versions = versions_of(request.actor, place)
    if not versions:
        raise NotFound
    before, after = _chosen(request, versions)
    head = [
        _("Line"),
        _("Category"),
        _("Description"),
        _("Year"),
        _("Source"),
        f"{before.number} {before.stage} (VND)",
        f"{after.number} {after.stage} (VND)",
        f"{_('Difference')} (VND)",
        _("How it changed"),
        _("Reason of the change"),
    ]
    rows = [
        [
            row.change.key,
            row.category,
            row.change.line.description,
            row.change.line.year,
            row.source,
            row.change.old,
            row.change.new,
            row.change.difference,
            str(row.label),
            row.change.after.reason if row.change.after else "",
        ]
        for row in _rows(request, before, after)
    ]
    code = place.dossier.code or place.dossier.public_id
    return table_response(kind="xlsx", name=f"budget-{code}", head=head, rows=rows)
