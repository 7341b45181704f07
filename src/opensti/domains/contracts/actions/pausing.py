"""A contract is given up before it is signed, or stands still for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.contracts.actions.acting import locked, step, tell
from opensti.domains.contracts.actions.approving import void_round
from opensti.domains.contracts.choices import EndingState
from opensti.domains.contracts.models import Ending
from opensti.domains.procedures.choices import Act, State
from opensti.domains.tasks.actions import set_task_state
from opensti.domains.tasks.choices import TaskState
from opensti.kernel.checks import keep
from opensti.kernel.refusals import StepNotAllowed

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.domains.contracts.models import Contract
    from opensti.kernel.access import Actor

# An ending that suspended its contract and is not decided yet.
PURSUED = (EndingState.REPORTING, EndingState.REPORTED, EndingState.CHECKED)


@transaction.atomic
def cancel_contract(
    *,
    actor: Actor,
    contract_id: int,
    reason: str,
    at: datetime,
    version: int | None = None,
) -> Contract:
    """Give a contract up before it is signed, for good; its task is stopped.

    Raises ``Invalid`` without a reason (the procedure asks for one).
    """
    contract = locked(
        actor,
        contract_id,
        "contracts.cancel",
        states=(State.DRAFT, State.IN_APPROVAL, State.AGREED),
        version=version,
    )
    rests_on = step(actor, contract, Act.CONTRACT_CANCEL, at, reason=reason)
    void_round(actor, contract, at, reason=reason)
    set_task_state(
        actor=actor,
        task_id=contract.task_id,
        state=TaskState.STOPPED,
        at=at,
        basis=rests_on,
    )
    keep(contract)
    tell(
        actor,
        contract,
        Act.CONTRACT_CANCEL,
        at,
        basis=rests_on,
        detail={"reason": reason.strip()},
    )
    return contract


@transaction.atomic
def suspend_contract(
    *,
    actor: Actor,
    contract_id: int,
    reason: str,
    at: datetime,
    version: int | None = None,
) -> Contract:
    """Let a running contract stand still, with a reason. Its days stay as they are."""
    return _pause(
        actor,
        contract_id,
        State.RUNNING,
        Act.CONTRACT_SUSPEND,
        reason=reason,
        at=at,
        version=version,
    )


@transaction.atomic
def resume_contract(
    *,
    actor: Actor,
    contract_id: int,
    reason: str,
    at: datetime,
    version: int | None = None,
) -> Contract:
    """Let a contract go on that stood still, with a reason.

    The days lost are given back by an amendment, never by themselves. Refused while an
    early ending is pursued: that is what it stands still for.
    """
    contract = locked(
        actor,
        contract_id,
        "contracts.pause",
        states=(State.SUSPENDED,),
        version=version,
    )
    if Ending.objects.filter(contract=contract, state__in=PURSUED).exists():
        raise StepNotAllowed(
            _("The contract stands still because its early end is pursued."),
            mend=_("Let the ending be dropped: then the contract runs on by itself."),
        )
    return _pause(
        actor,
        contract_id,
        State.SUSPENDED,
        Act.CONTRACT_RESUME,
        reason=reason,
        at=at,
        version=version,
    )


def _pause(
    actor: Actor,
    contract_id: int,
    state: State,
    act: Act,
    *,
    reason: str,
    at: datetime,
    version: int | None,
) -> Contract:
    contract = locked(
        actor, contract_id, "contracts.pause", states=(state,), version=version
    )
    rests_on = step(actor, contract, act, at, reason=reason)
    keep(contract)
    tell(
        actor,
        contract,
        act,
        at,
        basis=rests_on,
        detail={"reason": reason.strip()},
    )
    return contract
