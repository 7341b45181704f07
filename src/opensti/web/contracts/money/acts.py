"""The acts on the money of one contract, each with what it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from opensti.domains.contracts import actions, queries
from opensti.domains.contracts.actions.settling import most_outside, most_saved
from opensti.domains.contracts.choices import LumpSum
from opensti.kernel.access import get_visible
from opensti.kernel.money import format_money
from opensti.ui.templatetags.ui import day
from opensti.web.contracts.money import forms
from opensti.web.contracts.money.acting import MoneyAct, doing, show_act
from opensti.web.contracts.money.undoing import UNDOING

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from opensti.domains.contracts.models import Claim, Contract, Instalment
    from opensti.web.requests import Request

    Make = Callable[[Request, Contract, str], MoneyAct]


@require_http_methods(["GET", "HEAD", "POST"])
def money_act(
    request: Request, public_id: str, act: str, what: str = ""
) -> HttpResponse:
    """Show or do one act; ``what`` names the instalment, claim, list … it is about."""
    contract = queries.contract(request.actor, public_id)
    if act not in ACTS:
        raise Http404
    return show_act(request, contract, ACTS[act](request, contract, what))


def _instalment(request: Request, contract: Contract, key: str) -> Instalment:
    return get_visible(
        request.actor,
        contract.instalments.select_related("milestone"),
        key=key,
    )


def _of(part: Instalment) -> list[tuple[Any, Any]]:
    facts: list[tuple[Any, Any]] = [
        (_("Instalment"), f"{part.position}. {part.label}".strip()),
        (_("Kind"), part.get_kind_display()),
        (_("Amount"), format_money(part.amount)),
    ]
    if part.milestone is not None:
        facts.append((_("Milestone"), str(part.milestone.name)))
    if part.evidence:
        facts.append((_("Evidence"), part.evidence))
    return facts


def _pay(request: Request, contract: Contract, what: str) -> MoneyAct:
    part = _instalment(request, contract, what)
    return MoneyAct(
        permission="contracts.pay",
        title=_("Enter a payment"),
        submit=_("Enter as paid"),
        done=_("The payment is entered."),
        form=forms.PayForm,
        facts=_of(part),
        initial={"paid_on": localdate()},
        do=doing(request, actions.pay_instalment, instalment_id=part.pk),
    )


def _ask(request: Request, contract: Contract, what: str) -> MoneyAct:
    part = _instalment(request, contract, what)
    return MoneyAct(
        permission="contracts.ask_payment",
        title=_("Ask for an instalment"),
        submit=_("Send the request"),
        done=_("The request is sent; an officer checks its evidence."),
        form=forms.AskForm,
        facts=_of(part),
        do=doing(request, actions.ask_payment, instalment_id=part.pk),
    )


def _override(request: Request, contract: Contract, what: str) -> MoneyAct:
    part = next((i for i in queries.instalments_of(contract) if i.key == what), None)
    if part is None:
        raise Http404
    speaks = queries.obstacles(
        contract,
        part,
        rule=queries.rules_of(contract).payment,
        money=queries.money_of(contract, ()),
        year=localdate().year,
    )
    return MoneyAct(
        permission="contracts.override_payment",
        title=_("Let an instalment be paid against a rule"),
        submit=_("Decide"),
        done=_("The decision is entered; finance may pay the instalment."),
        form=forms.OverrideForm,
        kind="danger",
        facts=[
            *_of(part),
            *((_("Speaks against it"), o.message) for o in speaks if o.liftable),
            *((_("Cannot be lifted"), o.message) for o in speaks if not o.liftable),
        ],
        do=doing(request, actions.override_payment, instalment_id=part.pk),
    )


def _reach(request: Request, contract: Contract, what: str) -> MoneyAct:
    milestone = get_visible(
        request.actor,
        contract.milestones.all(),
        position=int(what) if what.isascii() and what.isdigit() else -1,
    )
    return MoneyAct(
        permission="contracts.reach_milestone",
        title=_("A milestone was reached"),
        submit=_("Enter as reached"),
        done=_("The milestone is entered as reached."),
        form=forms.ReachForm,
        facts=[
            (_("Milestone"), str(milestone.name)),
            (_("Evidence"), milestone.evidence or "—"),
            (_("Due"), day(milestone.due_on)),
        ],
        initial={"reached_on": localdate()},
        do=doing(request, actions.reach_milestone, milestone_id=milestone.pk),
    )


def _allocate(request: Request, contract: Contract, _what: str) -> MoneyAct:
    return MoneyAct(
        permission="contracts.allocate",
        title=_("Allocate State money for a year"),
        submit=_("Allocate"),
        done=_("The allocation is entered."),
        form=forms.AllocateForm,
        facts=[(_("State money"), format_money(contract.state_money))],
        initial={"year": localdate().year},
        do=doing(request, actions.allocate, contract_id=contract.pk),
    )


def _clear(request: Request, contract: Contract, _what: str) -> MoneyAct:
    money = queries.money_of(contract, ())
    return MoneyAct(
        permission="contracts.clear",
        title=_("Clear finished work"),
        submit=_("Confirm the list"),
        done=_("The list is confirmed; the advances are cleared by it."),
        form=forms.ClearForm,
        facts=[
            (_("Paid"), format_money(money.paid)),
            (_("Cleared"), format_money(money.cleared)),
            (_("Open advances"), format_money(money.open_advances)),
        ],
        initial={"cleared_on": localdate()},
        do=doing(request, actions.clear_work, contract_id=contract.pk),
    )


def _claim(request: Request, contract: Contract, _what: str) -> MoneyAct:
    money = queries.money_of(contract, ())
    return MoneyAct(
        permission="contracts.claim",
        title=_("Claim money back"),
        submit=_("Decide on the claim"),
        done=_("The claim is entered; its decision stands among the papers."),
        lead=_("A claim ends the payments of the contract."),
        form=forms.ClaimForm,
        kind="danger",
        facts=[
            (_("Paid"), format_money(money.paid)),
            (_("Cleared"), format_money(money.cleared)),
            (_("Open advances"), format_money(money.open_advances)),
            (_("Claimed"), format_money(money.claimed)),
        ],
        initial={"decided_on": localdate()},
        do=doing(request, actions.claim_money, contract_id=contract.pk),
    )


def _claim_of(request: Request, contract: Contract, what: str) -> Claim:
    return get_visible(
        request.actor,
        contract.claims.prefetch_related("receipts", "waivers"),
        public_id=what,
    )


def _owed(claim: Claim) -> list[tuple[Any, Any]]:
    return [
        (_("Claimed"), format_money(claim.amount)),
        (_("Decision"), claim.decision_number),
        (_("Still owed"), format_money(queries.outstanding(claim))),
    ]


def _receive(request: Request, contract: Contract, what: str) -> MoneyAct:
    claim = _claim_of(request, contract, what)
    return MoneyAct(
        permission="contracts.receive_claim",
        title=_("Money of a claim came back"),
        submit=_("Enter as received"),
        done=_("The money is entered as received."),
        form=forms.ReceiveForm,
        facts=_owed(claim),
        initial={"received_on": localdate()},
        do=doing(request, actions.receive_claim, claim_id=claim.pk),
    )


def _waive(request: Request, contract: Contract, what: str) -> MoneyAct:
    claim = _claim_of(request, contract, what)
    return MoneyAct(
        permission="contracts.waive_claim",
        title=_("Give up what is owed"),
        submit=_("Give it up"),
        done=_("What was still owed is given up."),
        form=forms.WaiveForm,
        kind="danger",
        facts=_owed(claim),
        do=doing(request, actions.waive_claim, claim_id=claim.pk),
    )


def _settle(request: Request, contract: Contract, _what: str) -> MoneyAct:
    money = queries.money_of(contract, ())
    most = most_saved(contract, money)
    whole = contract.lump_sum == LumpSum.FINAL
    return MoneyAct(
        permission="contracts.settle",
        title=_("Settle the contract"),
        submit=_("Settle"),
        done=_("The contract is settled."),
        lead=_("What is neither cleared nor saved is then owed back by the host."),
        form=forms.SettleForm,
        facts=[
            (_("Paid"), format_money(money.paid)),
            (_("Cleared"), format_money(money.cleared)),
            (_("Open advances"), format_money(money.open_advances)),
            (_("Savings the host may keep, at most"), format_money(most)),
            (
                _("Savings outside of the lump sum, at most"),
                format_money(most_outside(contract, money)),
            ),
        ],
        initial={
            "settled_on": localdate(),
            "saved": format_money(most if whole else most * 0, unit=False),
        },
        do=doing(request, actions.settle_contract, contract_id=contract.pk),
    )


def _liquidate(request: Request, contract: Contract, _what: str) -> MoneyAct:
    money = queries.money_of(contract, ())
    return MoneyAct(
        permission="contracts.liquidate",
        title=_("Liquidate the contract"),
        submit=_("Liquidate"),
        done=_("The contract is liquidated."),
        form=forms.LiquidateForm,
        facts=[
            (_("Paid"), format_money(money.paid)),
            (_("Cleared"), format_money(money.cleared)),
            (_("Open advances"), format_money(money.open_advances)),
            (_("Owed back by the host"), format_money(money.owed_by_host)),
        ],
        initial={"liquidated_on": localdate()},
        do=doing(request, actions.liquidate_contract, contract_id=contract.pk),
    )


ACTS: dict[str, Make] = {
    "pay": _pay,
    "ask": _ask,
    "override": _override,
    "reach": _reach,
    "allocate": _allocate,
    "clear": _clear,
    "claim": _claim,
    "receive": _receive,
    "waive": _waive,
    "settle": _settle,
    "liquidate": _liquidate,
    **UNDOING,
}
