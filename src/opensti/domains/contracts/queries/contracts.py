"""Contracts, what they say on a day, and the versions of their budgets."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Sum

from opensti.domains.contracts.models import Budget, Contract, Payment, Terms
from opensti.domains.contracts.permissions import by_host, stake_in
from opensti.domains.procedures.queries import regime_of
from opensti.kernel.access import get_visible, visible
from opensti.kernel.searchtext import matches
from opensti.kernel.subqueries import worded_once

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.db.models import QuerySet

    from opensti.domains.procedures.regimes.format import ExecutionRules
    from opensti.kernel.access import Actor


@dataclass(frozen=True, kw_only=True)
class Signed:
    """A contract's id, the day it was signed, whole đồng paid on it."""

    contract_id: int
    signed_on: date | None
    paid: Decimal


def contract_subject(public_id: str) -> str:
    return f"contracts.contract:{public_id}"


def contracts(actor: Actor, *, q: str = "") -> QuerySet[Contract]:
    """Contracts the person may know of, newest first."""
    rows = Contract.objects.select_related("case", "host", "leader", "light").defer(
        "light__causes"
    )
    rows = visible(actor, rows)
    return matches(rows, q).order_by("-created_at", "-id")


def contract(actor: Actor, public_id: str) -> Contract:
    """One contract with its case, host and people; ``NotFound`` if it may not be known."""
    rows = Contract.objects.select_related(
        "case", "host", "leader", "officer", "task__goal__plan", "dossier"
    )
    return get_visible(actor, rows, public_id=public_id)


def contract_by_id(contract_id: int) -> Contract:
    """A contract with its case and host; the caller has decided who may know."""
    rows = Contract.objects.select_related("case__regime_version", "host", "leader")
    return rows.defer("case__regime_version__content").get(pk=contract_id)


def addresses_of_tasks(task_ids: Iterable[int]) -> dict[int, str]:
    """The contract's address by task; 1 query.

    No more than by what its acts are found in the record: of these everybody may read
    the public ones. The caller has decided who may know of the tasks.
    """
    rows = Contract.objects.filter(task_id__in=list(task_ids)).order_by()
    return dict(rows.values_list("task_id", "public_id"))


@worded_once
def contract_ids(actor: Actor) -> Any:
    """Ids of the contracts a person may know of, as a subquery."""
    return visible(actor, Contract.objects.all()).values("pk")


@worded_once
def host_contract_ids(actor: Actor) -> Any:
    """Ids of the contracts a person works on for their host, as a subquery."""
    return Contract.objects.filter(by_host(actor)).values("pk")


@worded_once
def stake_contract_ids(actor: Actor) -> Any:
    """Ids of the contracts a person has a stake in, as a subquery."""
    return Contract.objects.filter(stake_in(actor)).values("pk")


def has_stake(actor: Actor, contract_id: int) -> bool:
    """Whether a person has a stake in a contract, so that another must act; 1 query."""
    return Contract.objects.filter(stake_in(actor), pk=contract_id).exists()


def works_for_host(actor: Actor, contract_id: int) -> bool:
    """Whether a person works on a contract for its host; 1 query."""
    return Contract.objects.filter(by_host(actor), pk=contract_id).exists()


def knows_contract(actor: Actor, contract_id: int) -> bool:
    """Whether a person may know of a contract; 1 query."""
    return visible(actor, Contract.objects.filter(pk=contract_id)).exists()


def paid_of(ids: Iterable[int]) -> dict[int, Decimal]:
    """Whole đồng paid to the host of each contract that was paid any; 1 query.

    The caller has decided who may know.
    """
    rows = Payment.objects.filter(contract_id__in=list(ids)).order_by()
    return dict(rows.values_list("contract_id").annotate(Sum("amount")))


def paid_by_task(tasks: Any) -> dict[int, Signed]:
    """What was signed and paid by task, of a subquery of task ids; 1 query.

    The caller has decided who may know.
    """
    rows = Contract.objects.filter(task_id__in=tasks).order_by().values_list("task_id")
    found = rows.annotate(paid=Sum("payments__amount"))
    return {
        task: Signed(contract_id=pk, signed_on=signed_on, paid=paid or Decimal(0))
        for task, pk, signed_on, paid in found.values_list(
            "task_id", "pk", "signed_on", "paid"
        )
    }


def contract_of_dossier(actor: Actor, dossier_id: int) -> Contract | None:
    rows = Contract.objects.filter(dossier_id=dossier_id).select_related("case")
    return visible(actor, rows).first()


def rules_of(contract: Contract) -> ExecutionRules:
    """The frozen rules that govern the contract: money, reports, amendments, ending."""
    rules = regime_of(contract.case).execution
    if rules is None:  # a case is opened only under a version that has them
        raise LookupError(contract.case.regime_code)
    return rules


def terms_of(actor: Actor, contract: Contract) -> QuerySet[Terms]:
    """Everything the contract ever said, oldest first."""
    return visible(actor, Terms.objects.filter(contract=contract)).order_by("number")


def in_force_on(actor: Actor, contract: Contract, day: date) -> Terms | None:
    """What the contract said on a day; nothing before it was signed."""
    said = terms_of(actor, contract).filter(in_force_from__lte=day)
    return said.order_by("-in_force_from", "-number").first()


def budgets_of(actor: Actor, dossier_id: int) -> QuerySet[Budget]:
    """All versions of the budget, from what was asked on, oldest first."""
    rows = Budget.objects.filter(dossier_id=dossier_id).prefetch_related("items")
    return visible(actor, rows).order_by("number")


def budget_now(dossier_id: int) -> Budget | None:
    """The version that counts now; the caller has decided who may know."""
    rows = Budget.objects.filter(dossier_id=dossier_id)
    return rows.prefetch_related("items").order_by("-number").first()
