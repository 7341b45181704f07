"""Approval and signature: whose turn it is, who said what, and the acts that come next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from opensti.domains.contracts import actions, queries
from opensti.domains.contracts.choices import RoundOutcome
from opensti.domains.procedures.choices import Act, State
from opensti.domains.procedures.queries import deadlines_of, may_step
from opensti.kernel.access import may
from opensti.kernel.refusals import Invalid, NotFound, Refusal, SudoNeeded
from opensti.ui.pages import Crumb
from opensti.web.contracts import chain
from opensti.web.contracts.paper_forms import (
    ActForm,
    ApproveForm,
    ReasonForm,
    ReturnForm,
    SendForm,
    SignForm,
)
from opensti.web.contracts.tables import TONES
from opensti.web.contracts.tabs import crumbs, tabs

if TYPE_CHECKING:
    from django.http import HttpResponse

    from opensti.domains.contracts.models import ApprovalRound, Contract
    from opensti.kernel.access import Actor
    from opensti.web.requests import Request


@dataclass(frozen=True, kw_only=True)
class Asked:
    """An act the reader may do now: its form, its words, and how it is asked for."""

    act: str
    title: str
    text: str
    button: str
    form: ActForm
    kind: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
def approval_page(request: Request, public_id: str) -> HttpResponse:
    """The chain of a contract, and what the reader can do in it."""
    contract = queries.contract(request.actor, public_id)
    rounds = list(queries.rounds_of(request.actor, contract))
    refusal: Refusal | None = None
    typed: ActForm | None = None
    if request.method == "POST":
        typed = _form(request, rounds)
        if typed.is_valid():
            try:
                said = _act(request, contract, typed)
            except SudoNeeded:
                raise
            except Invalid as invalid:
                typed.show(invalid.problems)
                refusal = invalid
            except Refusal as refused:
                refusal = refused
            else:
                messages.success(request, said)
                return redirect("contracts:approval", public_id=public_id)
    if refusal is not None:
        contract = queries.contract(request.actor, public_id)
        rounds = list(queries.rounds_of(request.actor, contract))
    state, today = contract.case.state, localdate()
    turn = chain.turn(request.actor, contract, rounds)
    signing = next(
        (d for d in deadlines_of(contract.case_id) if d.closed_at is None), None
    )
    return render(
        request,
        "web/contracts/approval.html",
        {
            "title": _("Approval and signature"),
            "breadcrumb": crumbs(contract, Crumb(_("Approval and signature"))),
            "tabs": tabs(contract, "contracts:approval"),
            "contract": contract,
            "tone": TONES[state],
            "steps": chain.steps(contract, rounds, today),
            "rounds": [(r, chain.said_of(r)) for r in rounds],
            "inside": bool(rounds) or may(request.actor, "contracts.send", contract),
            "overdue": chain.overdue(rounds, today),
            "sign_by": signing if state in (State.IN_APPROVAL, State.AGREED) else None,
            "sign_late": signing is not None and signing.due_on < today,
            "changed": chain.changed(contract, rounds),
            "since_last": chain.since_last(rounds),
            "faults": queries.draft_faults(contract) if state == State.DRAFT else None,
            "turn": turn,
            "asked": _asked(
                request.actor,
                contract,
                rounds,
                typed,
                approves=turn is not None and turn["mine"],
            ),
            "refusal": refusal,
        },
        status=refusal.status
        if refusal
        else 422
        if typed is not None and not typed.is_valid()
        else 200,
    )


def _asked(
    actor: Actor,
    contract: Contract,
    rounds: list[ApprovalRound],
    typed: ActForm | None,
    *,
    approves: bool,
) -> list[Asked]:
    """Every act that is possible and allowed, with what was typed in the one tried."""
    given = [
        each
        for each in _possible(contract, rounds)
        if (
            approves
            if each.act == "approve"
            else may_step(contract.case, _STEPS[each.act], actor)
            and may(actor, _PERMISSIONS[each.act], contract)
        )
    ]
    if typed is None or not typed.is_bound:
        return given
    act = typed.data.get("act", "")
    return [
        Asked(**{**each.__dict__, "form": typed}) if each.act == act else each
        for each in given
    ]


_PERMISSIONS = {
    "send": "contracts.send",
    "return": "contracts.return",
    "sign": "contracts.sign",
    "cancel": "contracts.cancel",
    "suspend": "contracts.pause",
    "resume": "contracts.pause",
}
_STEPS = {
    "send": Act.CONTRACT_SEND,
    "return": Act.CONTRACT_RETURN,
    "sign": Act.CONTRACT_SIGN,
    "cancel": Act.CONTRACT_CANCEL,
    "suspend": Act.CONTRACT_SUSPEND,
    "resume": Act.CONTRACT_RESUME,
}


def _possible(contract: Contract, rounds: list[ApprovalRound]) -> list[Asked]:
    def kept(act: str, **more: Any) -> dict[str, Any]:
        return {
            "initial": {"act": act, "version": contract.version, **more},
            "auto_id": f"id_{act}_%s",
        }

    found = [
        Asked(
            act="send",
            title=_("Send it to those who approve it"),
            text=_(
                "The text is pinned as it stands. Where the first level is of your role, "
                "you sign it by sending."
            ),
            button=_("Send for approval"),
            form=SendForm(**kept("send")),
            kind="primary",
        )
    ]
    if rounds and rounds[0].outcome == RoundOutcome.OPEN:
        found += [
            Asked(
                act="approve",
                title=_("Approve it"),
                text=_("You are asked for your password once more."),
                button=_("I have read it: approve"),
                form=ApproveForm(**kept("approve", sha256=rounds[0].sha256)),
                kind="primary",
            ),
            Asked(
                act="return",
                title=_("Send it back to be drafted"),
                text=_("Every approval of this round is void then."),
                button=_("Send back"),
                form=ReturnForm(
                    places=queries.places_of(rounds[0].content), **kept("return")
                ),
            ),
        ]
    found += [
        Asked(
            act="sign",
            title=_("Enter that it is signed"),
            text=_(
                "Needs the signed files of both sides (see Papers). Number, host, State "
                "money, days and products become public. You are asked for your password."
            ),
            button=_("Enter the signature"),
            form=SignForm(
                **kept(
                    "sign",
                    signed_on=queries.last_signature(contract)
                    if contract.case.state == State.AGREED
                    else None,
                )
            ),
            kind="primary",
        ),
        Asked(
            act="suspend",
            title=_("Suspend the contract"),
            text=_("Its days stay as they are: they are moved by an amendment only."),
            button=_("Suspend"),
            form=ReasonForm(**kept("suspend")),
        ),
        Asked(
            act="resume",
            title=_("Let the contract go on"),
            text=_("Days that were lost are given back by an amendment only."),
            button=_("Let it go on"),
            form=ReasonForm(**kept("resume")),
            kind="primary",
        ),
        Asked(
            act="cancel",
            title=_("Give the contract up"),
            text=_("For good: its task is stopped. You are asked for your password."),
            button=_("Give up"),
            form=ReasonForm(**kept("cancel")),
            kind="danger",
        ),
    ]
    return found


def _form(request: Request, rounds: list[ApprovalRound]) -> ActForm:
    """What was sent, read by the form of its act."""
    act = request.POST.get("act", "")
    data, ids = request.POST, f"id_{act}_%s"
    if act == "return":
        places = queries.places_of(rounds[0].content) if rounds else []
        return ReturnForm(data, places=places, auto_id=ids)
    forms = {
        "send": SendForm,
        "approve": ApproveForm,
        "sign": SignForm,
        "cancel": ReasonForm,
        "suspend": ReasonForm,
        "resume": ReasonForm,
    }
    if act not in forms:
        raise NotFound
    return forms[act](data, auto_id=ids)


def _act(request: Request, contract: Contract, form: ActForm) -> str:
    said = form.cleaned_data
    given: dict[str, Any] = {
        "actor": request.actor,
        "contract_id": contract.pk,
        "version": said["version"],
        "at": now(),
    }
    act = said["act"]
    if act == "send":
        actions.send_for_approval(remark=said["remark"], **given)
    elif act == "approve":
        actions.approve_level(sha256=said["sha256"], remark=said["remark"], **given)
    elif isinstance(form, ReturnForm):
        actions.return_to_draft(reason=said["reason"], marks=form.marks(), **given)
    elif act == "sign":
        actions.sign_contract(signed_on=said["signed_on"], **given)
    else:
        _BY_REASON[act](reason=said["reason"], **given)
    return str(_DONE[act])


_BY_REASON = {
    "cancel": actions.cancel_contract,
    "suspend": actions.suspend_contract,
    "resume": actions.resume_contract,
}
_DONE = {
    "send": gettext_lazy("The contract is before those who approve it."),
    "approve": gettext_lazy("You approved the contract."),
    "return": gettext_lazy("The contract is sent back to be drafted."),
    "sign": gettext_lazy("The contract is in force."),
    "cancel": gettext_lazy("The contract is given up."),
    "suspend": gettext_lazy("The contract is suspended."),
    "resume": gettext_lazy("The contract goes on."),
}
