"""The list of contracts, and what a contract says now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from opensti.domains.contracts import queries
from opensti.domains.procedures.choices import State
from opensti.kernel.access import may
from opensti.kernel.record.queries import entries_of
from opensti.kernel.searchtext import matches
from opensti.web.contracts.lights import lights_context
from opensti.web.contracts.tables import TONES, ContractFilter, ContractTable
from opensti.web.contracts.tabs import crumbs, tabs
from opensti.web.lists import WorkList
from opensti.web.tasks.cases import case_context
from opensti.web.timeline import timeline

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from opensti.domains.contracts.models import Contract
    from opensti.kernel.access import Actor
    from opensti.ui.pages import TimelineItem
    from opensti.web.requests import Request


class Contracts(WorkList):
    title = gettext_lazy("Contracts")
    permission = "contracts.list"
    table_class = ContractTable
    filterset_class = ContractFilter
    export_name = "contracts"

    def rows(self, actor: Actor) -> QuerySet[Contract]:
        return queries.contracts(actor)

    def search(self, rows: QuerySet[Contract], text: str) -> QuerySet[Contract]:
        return matches(rows, text)


@require_safe
def contract_page(request: Request, public_id: str) -> HttpResponse:
    """One contract: where it stands, what it promises, by when, against which money."""
    contract = queries.contract(request.actor, public_id)
    subject = queries.contract_subject(contract.public_id)
    case = case_context(contract.case, request.actor, subject)
    if not queries.knows_the_chain(request.actor, contract):
        case["timeline"] = told_to_host(subject)
    return render(
        request,
        "web/contracts/contract.html",
        {
            "title": contract.number or str(contract.title),
            "breadcrumb": crumbs(contract),
            "tabs": tabs(contract, "contracts:contract"),
            "contract": contract,
            "drafts": contract.case.state == State.DRAFT
            and bool(may(request.actor, "contracts.draft", contract)),
            "tone": TONES[contract.case.state],
            "products": contract.products.order_by("position"),
            "milestones": contract.milestones.order_by("position"),
            "instalments": contract.instalments.order_by("position"),
        }
        | lights_context(request.actor, contract)
        | case,
    )


# What the office does among itself on the way to a signature.
AMONG_OURSELVES = frozenset(
    {"contracts.approve_level", "contracts.send", "contracts.return"}
)


def told_to_host(subject: str) -> list[TimelineItem]:
    """The acts on a contract as its host may know them: what and when, not by whom."""
    acts = [e for e in entries_of(subject) if e.act not in AMONG_OURSELVES]
    return timeline(acts, with_people=False)
