"""How judged work ends a contract: completed, or not completed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from opensti.domains.contracts.actions.acting import follow_task, locked, step, tell
from opensti.domains.procedures.choices import Act
from opensti.domains.tasks.choices import TaskState

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.domains.contracts.models import Contract
    from opensti.kernel.access import Actor


@transaction.atomic
def complete_contract(
    *, actor: Actor, contract_id: int, at: datetime, rating: str = ""
) -> Contract:
    """The work was accepted: the contract can be settled."""
    contract = locked(actor, contract_id, "contracts.conclude")
    rests_on = step(actor, contract, Act.CONTRACT_COMPLETE, at)
    follow_task(contract, TaskState.ACCEPTED, at)
    tell(
        actor,
        contract,
        Act.CONTRACT_COMPLETE,
        at,
        basis=rests_on,
        detail={"rating": rating},
    )
    return contract


@transaction.atomic
def fail_contract(
    *, actor: Actor, contract_id: int, at: datetime, reason: str
) -> Contract:
    """The work was not accepted, and cannot be reworked: what is owed back is next."""
    contract = locked(actor, contract_id, "contracts.conclude")
    rests_on = step(actor, contract, Act.CONTRACT_FAIL, at, reason=reason)
    follow_task(contract, TaskState.STOPPED, at)
    tell(
        actor,
        contract,
        Act.CONTRACT_FAIL,
        at,
        basis=rests_on,
        detail={"reason": reason.strip()},
    )
    return contract
