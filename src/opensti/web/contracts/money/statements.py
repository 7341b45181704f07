"""Statements of the agency's accounts: looked at, entered, matched line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from opensti.domains.contracts import actions, queries
from opensti.domains.contracts.choices import StatementState
from opensti.kernel.access import may, require
from opensti.kernel.identifiers import row_number
from opensti.kernel.refusals import Invalid, Refusal, StepNotAllowed
from opensti.ui.pages import Crumb
from opensti.web.contracts.money.forms import StatementForm
from opensti.web.contracts.money.tables import StatementFilter, StatementTable
from opensti.web.lists import WorkList

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from opensti.domains.contracts.models import Statement, StatementLine
    from opensti.domains.contracts.queries.statements import Likely
    from opensti.kernel.access import Actor
    from opensti.web.requests import Request

SHOWN = 100


class Statements(WorkList):
    title = gettext_lazy("Statements of accounts")
    permission = "contracts.read_statements"
    table_class = StatementTable
    filterset_class = StatementFilter
    export_name = "statements"
    template_name = "web/contracts/money/statements.html"

    def rows(self, actor: Actor) -> QuerySet[Statement]:
        return queries.statements(actor)

    def search(self, rows: QuerySet[Statement], text: str) -> QuerySet[Statement]:
        return rows.filter(Q(name__icontains=text) | Q(account__icontains=text))

    def context(self, actor: Actor) -> dict[str, Any]:
        return {"may_import": bool(may(actor, "contracts.import_statement"))}


def _crumbs(*more: Crumb) -> list[Crumb]:
    return [
        Crumb(_("Statements of accounts"), reverse("contracts:statements")),
        *more,
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def statement_new(request: Request) -> HttpResponse:
    """Take a statement's file; every fault in it is named, and then nothing is kept."""
    require(request.actor, "contracts.import_statement")
    form = StatementForm(request.POST or None, request.FILES or None)
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            statement = actions.receive_statement(
                actor=request.actor,
                account=form.cleaned_data["account"],
                file=form.cleaned_data["file"],
                at=now(),
            )
        except Invalid as refused:
            form.show(refused)
        except StepNotAllowed as refused:
            refusal = refused
        else:
            return redirect("contracts:statement", statement.public_id)
    return render(
        request,
        "web/contracts/money/act.html",
        {
            "title": _("Take a statement over"),
            "breadcrumb": _crumbs(Crumb(_("Take a statement over"))),
            "form": form,
            "submit": _("Look at it"),
            "kind": "primary",
            "refusal": refusal,
            "back": reverse("contracts:statements"),
        },
        status=refusal.status if refusal else 422 if request.method == "POST" else 200,
    )


@require_safe
def statement(request: Request, public_id: str) -> HttpResponse:
    """A statement before it is entered (a dry run), or its lines and what they are."""
    found = queries.statement(request.actor, public_id)
    shown: dict[str, Any] = {
        "title": found.name,
        "lead": found.account,
        "breadcrumb": _crumbs(Crumb(found.name)),
        "statement": found,
        "may_import": bool(may(request.actor, "contracts.import_statement")),
    }
    if found.state == StatementState.RECEIVED:
        would = actions.outcome_of(found)
        shown |= {
            "would": would,
            "first": [(r, r.fingerprint in would.known) for r in would.lines[:SHOWN]],
        }
    else:
        shown |= _lines(request, found)
    return render(request, "web/contracts/money/statement.html", shown)


def _lines(request: Request, found: Statement) -> dict[str, Any]:
    rows = queries.lines_of(request.actor, found)
    only_open = request.GET.get("open") == "1"
    if only_open:
        rows = rows.filter(match=None)
    page = Paginator(rows, SHOWN).get_page(request.GET.get("page"))
    guesses = queries.likely(request.actor, list(page.object_list))
    may_see = queries.contracts(request.actor)
    told = [_told(line, guesses.get(line.pk)) for line in page.object_list]
    ids = {row["contract"].pk for row in told if row["contract"] is not None}
    known = set(may_see.filter(pk__in=ids).values_list("pk", flat=True))
    for row in told:
        if row["contract"] is not None and row["contract"].pk not in known:
            row["contract"] = None  # matched with what this person may not know of
    return {
        "page": page,
        "only_open": only_open,
        "lines": told,
        "exact": sum(g.exact for g in guesses.values()),
    }


def _told(line: StatementLine, guess: Likely | None) -> dict[str, Any]:
    match = getattr(line, "match", None)
    thing = None
    if match is not None:
        thing = match.payment or match.receipt.claim
    elif guess is not None:
        thing = guess.payment or guess.claim or (guess.receipt and guess.receipt.claim)
    return {
        "line": line,
        "match": match,
        "guess": guess,
        "contract": thing.contract if thing else None,
    }


@require_POST
def statement_enter(request: Request, public_id: str) -> HttpResponse:
    found = queries.statement(request.actor, public_id)
    done = actions.import_statement(
        actor=request.actor, statement_id=found.pk, at=now()
    )
    messages.success(
        request,
        ngettext("%(count)d line is entered.", "%(count)d lines are entered.", done.new)
        % {"count": done.new},
    )
    return redirect("contracts:statement", public_id)


@require_POST
def statement_match(request: Request, public_id: str) -> HttpResponse:
    """Confirm all lines whose reference, amount and day agree."""
    found = queries.statement(request.actor, public_id)
    count = actions.match_exact(actor=request.actor, statement_id=found.pk, at=now())
    messages.success(
        request,
        ngettext("%(count)d line is matched.", "%(count)d lines are matched.", count)
        % {"count": count},
    )
    return redirect("contracts:statement", public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def line_match(request: Request, line_id: int) -> HttpResponse:
    """Say what a line is, or undo it."""
    require(request.actor, "contracts.import_statement")
    line = queries.statement_line(request.actor, line_id)
    back = reverse("contracts:statement", args=[line.statement.public_id])
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            _matched(request, line)
        except (Invalid, StepNotAllowed) as refused:
            refusal = refused
        else:
            return redirect(back)
    matched = getattr(line, "match", None)
    payments, receipts, claims = (
        ([], [], []) if matched else queries.candidates(request.actor, line)
    )
    return render(
        request,
        "web/contracts/money/line.html",
        {
            "title": _("Line %(number)d") % {"number": line.number},
            "lead": line.statement.name,
            "breadcrumb": _crumbs(
                Crumb(line.statement.name, back), Crumb(str(line.number))
            ),
            "line": line,
            "matched": matched,
            "payments": payments,
            "receipts": receipts,
            "claims": [(c, queries.outstanding(c)) for c in claims],
            "target": request.POST.get("target", ""),
            "reason": request.POST.get("reason", ""),
            "refusal": refusal,
            "back": back,
        },
        status=refusal.status if refusal else 200,
    )


def _matched(request: Request, line: StatementLine) -> None:
    if request.POST.get("act") == "unmatch":
        actions.unmatch_line(
            actor=request.actor,
            line_id=line.pk,
            reason=request.POST.get("reason", ""),
            at=now(),
        )
        messages.success(request, _("The match is undone."))
        return
    kind, _colon, text = request.POST.get("target", "").partition(":")
    chosen = row_number(text)
    actions.match_line(
        actor=request.actor,
        line_id=line.pk,
        payment_id=chosen if kind == "payment" else None,
        receipt_id=chosen if kind == "receipt" else None,
        claim_id=chosen if kind == "claim" else None,
        at=now(),
    )
    messages.success(request, _("The line is matched."))
