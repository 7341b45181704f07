"""Finished work clears advances: a volume list is confirmed, and what it comes to."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.contracts.actions.acting import locked, tell
from opensti.domains.contracts.actions.lighting import refresh_lights
from opensti.domains.contracts.actions.posting import post, reverse_source
from opensti.domains.contracts.actions.refusing import day_is_past
from opensti.domains.contracts.choices import Account, PostingKind
from opensti.domains.contracts.models import Clearance
from opensti.domains.contracts.queries import rules_of
from opensti.domains.contracts.queries.money import money_of
from opensti.domains.contracts.queries.paying import clearance_subject
from opensti.domains.procedures.choices import State
from opensti.kernel.access import get_visible
from opensti.kernel.checks import keep, problem, required
from opensti.kernel.files import actions as files
from opensti.kernel.files.serving import files_of
from opensti.kernel.money import format_money, whole
from opensti.kernel.refusals import StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from django.core.files.base import File

    from opensti.domains.contracts.models import Contract
    from opensti.kernel.access import Actor

MOST_FILES = 30
# Work may be cleared as long as the contract is not settled.
CLEARING = (
    State.RUNNING,
    State.SUSPENDED,
    State.COMPLETED,
    State.FAILED,
    State.TERMINATED,
    State.RECOVERING,
)
# In these nothing is paid any more: a list beyond what was paid would be owed for ever.
UNPAID = (State.FAILED, State.TERMINATED, State.RECOVERING)


@transaction.atomic
def clear_work(
    *,
    actor: Actor,
    contract_id: int,
    document_number: str,
    cleared_on: date,
    amount: Decimal,
    work: str,
    at: datetime,
    other_amount: Decimal = Decimal(0),
    papers: Iterable[File[bytes]] = (),
    version: int | None = None,
) -> Clearance:
    """Confirm a list of finished work: State money it clears, and others' money it proves.

    State money cleared never exceeds that of the contract; while it is still paid it may go
    beyond what was paid, which is then owed to the host. Where the procedure pays by items,
    each is cleared by its payment and by nothing else. Raises ``Invalid`` with what is wrong.
    """
    contract = locked(
        actor, contract_id, "contracts.clear", states=CLEARING, version=version
    )
    given = required(document_number=document_number, work=work)
    number = given["document_number"]
    day_is_past("cleared_on", cleared_on, at, contract)
    _amounts(contract, amount, other_amount)
    if contract.clearances.filter(document_number=number, taken_back_at=None).exists():
        raise problem(
            "document_number",
            _("This list was entered already."),
            _("Each list has a number of its own; take the other entry back if wrong."),
        )
    clearance = Clearance.objects.create(
        contract=contract,
        document_number=number,
        cleared_on=cleared_on,
        amount=amount,
        other_amount=other_amount,
        work=given["work"],
        made_by_id=actor.user_id,
        made_at=at,
    )
    subject = clearance_subject(clearance.public_id)
    for file in papers:
        files.upload(
            actor=actor,
            subject=subject,
            kind="volume_list",
            file=file,
            at=at,
            most=MOST_FILES,
        )
    _book(actor, contract, clearance, at)
    keep(contract)
    tell(
        actor,
        contract,
        "contracts.clear",
        at,
        basis=rules_of(contract).payment.basis,
        detail={
            "document": number,
            "cleared_on": cleared_on.isoformat(),
            "amount": amount,
            "other_amount": other_amount,
            "papers": [f.sha256 for f in files_of(subject)],
        },
    )
    refresh_lights(contract_ids=[contract.pk], at=at)
    return clearance


def _amounts(contract: Contract, amount: Decimal, other_amount: Decimal) -> None:
    if not whole(amount, field="amount") + whole(other_amount, field="other_amount"):
        raise problem(
            "amount", _("The list clears nothing."), _("Enter more than 0 whole đồng.")
        )
    rule = rules_of(contract).payment
    if amount and rule.mode == "items":
        refusal = problem(
            "amount",
            _("This procedure clears State money with the payment of each item."),
            _("Enter 0: a list proves the money of others alone."),
        )
        refusal.article = rule.basis
        raise refusal
    money = money_of(contract, ())
    if contract.case.state in UNPAID and amount > money.open_advances:
        raise problem(
            "amount",
            _("Nothing is paid any more: no more can be cleared than was paid."),
            _("At most %(free)s were paid and neither cleared nor claimed back.")
            % {"free": format_money(money.open_advances)},
        )
    free = money.state_money - money.cleared
    if amount > free:
        raise problem(
            "amount",
            _("More would be cleared than the State money of the contract."),
            _("At most %(free)s can still be cleared; the rest is the host's money.")
            % {"free": format_money(free)},
        )


def _book(actor: Actor, contract: Contract, clearance: Clearance, at: datetime) -> None:
    source = f"clearance:{clearance.public_id}"
    post(
        actor=actor,
        contract=contract,
        kind=PostingKind.CLEAR,
        day=clearance.cleared_on,
        debit=Account.SPENT,
        credit=Account.ADVANCES,
        amount=clearance.amount,
        source=source,
        memo=clearance.document_number,
        at=at,
    )
    post(
        actor=actor,
        contract=contract,
        kind=PostingKind.CONTRIBUTE,
        day=clearance.cleared_on,
        debit=Account.OTHER_SPENT,
        credit=Account.OTHERS,
        amount=clearance.other_amount,
        source=source,
        memo=clearance.document_number,
        at=at,
    )


@transaction.atomic
def take_back_clearance(
    *, actor: Actor, clearance_id: int, reason: str, at: datetime
) -> Clearance:
    """A list was entered by mistake: undo its postings; the list stays, struck out.

    Refused where a claim or the settlement rests on what was cleared.
    """
    seen = get_visible(actor, Clearance.objects.all(), pk=clearance_id)
    contract = locked(actor, seen.contract_id, "contracts.clear", states=CLEARING)
    why = required(reason=reason)["reason"]
    if contract.claims.exists():
        raise StepNotAllowed(
            _("A claim rests on what was cleared."),
            mend=_("Enter a further list, or give the claim up by a decision."),
        )
    clearance = Clearance.objects.get(pk=seen.pk)
    if clearance.taken_back_at is not None:
        raise StepNotAllowed(_("This list was taken back already."))
    reverse_source(
        actor=actor,
        contract=contract,
        source=f"clearance:{clearance.public_id}",
        day=clearance.cleared_on,
        at=at,
        memo=why,
    )
    clearance.taken_back_at = at
    clearance.save(update_fields=["taken_back_at"])
    keep(contract)
    tell(
        actor,
        contract,
        "contracts.take_back_clearance",
        at,
        detail={"document": clearance.document_number, "reason": why},
    )
    refresh_lights(contract_ids=[contract.pk], at=at)
    return clearance
