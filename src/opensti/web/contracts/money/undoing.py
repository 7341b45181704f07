"""What was entered by mistake is taken back, with its reason: five acts of one shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.utils.translation import gettext as _

from opensti.domains.contracts import actions, queries
from opensti.kernel.access import get_visible
from opensti.kernel.money import format_money
from opensti.ui.templatetags.ui import day
from opensti.web.contracts.money import forms
from opensti.web.contracts.money.acting import MoneyAct, doing

if TYPE_CHECKING:
    from collections.abc import Callable

    from opensti.domains.contracts.models import Contract
    from opensti.web.requests import Request


def _unpay(request: Request, contract: Contract, what: str) -> MoneyAct:
    payment = get_visible(request.actor, contract.payments.all(), public_id=what)
    return MoneyAct(
        permission="contracts.pay",
        title=_("Take a payment back"),
        submit=_("Take it back"),
        done=_("The payment is reversed in the books."),
        lead=_("For a payment entered by mistake, or that the bank sent back."),
        form=forms.ReasonForm,
        kind="danger",
        facts=[
            (_("Amount"), format_money(payment.amount)),
            (_("Paid on"), day(payment.paid_on)),
            (_("Reference"), payment.reference),
        ],
        do=doing(
            request, actions.take_back_payment, versioned=False, payment_id=payment.pk
        ),
    )


def _unreceive(request: Request, contract: Contract, what: str) -> MoneyAct:
    rows = [
        r for c in queries.claims_of(request.actor, contract) for r in c.receipts.all()
    ]
    receipt = next((r for r in rows if r.public_id == what), None)
    if receipt is None:
        raise Http404
    return MoneyAct(
        permission="contracts.receive_claim",
        title=_("Take a receipt back"),
        submit=_("Take it back"),
        done=_("The receipt is reversed in the books."),
        form=forms.ReasonForm,
        kind="danger",
        facts=[
            (_("Amount"), format_money(receipt.amount)),
            (_("Reference"), receipt.reference),
        ],
        do=doing(
            request, actions.take_back_receipt, versioned=False, receipt_id=receipt.pk
        ),
    )


def _unclear(request: Request, contract: Contract, what: str) -> MoneyAct:
    clearance = get_visible(request.actor, contract.clearances.all(), public_id=what)
    return MoneyAct(
        permission="contracts.clear",
        title=_("Take a volume list back"),
        submit=_("Take it back"),
        done=_("The list is reversed in the books."),
        form=forms.ReasonForm,
        kind="danger",
        facts=[
            (_("Number"), clearance.document_number),
            (_("Amount"), format_money(clearance.amount)),
        ],
        do=doing(
            request,
            actions.take_back_clearance,
            versioned=False,
            clearance_id=clearance.pk,
        ),
    )


def _unallocate(request: Request, contract: Contract, what: str) -> MoneyAct:
    allocation = get_visible(request.actor, contract.allocations.all(), public_id=what)
    return MoneyAct(
        permission="contracts.allocate",
        title=_("Take an allocation back"),
        submit=_("Take it back"),
        done=_("The allocation is reversed in the books."),
        form=forms.UnallocateForm,
        kind="danger",
        facts=[
            (_("Budget year"), str(allocation.year)),
            (_("Amount"), format_money(allocation.amount)),
            (_("Decision"), allocation.decision_number),
        ],
        do=doing(
            request,
            actions.cancel_allocation,
            versioned=False,
            allocation_id=allocation.pk,
        ),
    )


def _unreach(request: Request, contract: Contract, what: str) -> MoneyAct:
    milestone = get_visible(
        request.actor,
        contract.milestones.exclude(reached_on=None),
        position=int(what) if what.isascii() and what.isdigit() else -1,
    )
    return MoneyAct(
        permission="contracts.reach_milestone",
        title=_("Take a milestone back"),
        submit=_("Take it back"),
        done=_("The milestone is waited for again."),
        form=forms.ReasonForm,
        kind="danger",
        facts=[
            (_("Milestone"), str(milestone.name)),
            (
                _("Reached"),
                day(milestone.reached_on) if milestone.reached_on else "",
            ),
        ],
        do=doing(
            request,
            actions.unreach_milestone,
            versioned=False,
            milestone_id=milestone.pk,
        ),
    )


UNDOING: dict[str, Callable[[Request, Contract, str], MoneyAct]] = {
    "unpay": _unpay,
    "unreceive": _unreceive,
    "unclear": _unclear,
    "unallocate": _unallocate,
    "unreach": _unreach,
}
