"""The acceptance of a contract's work is opened on the day the contract is signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opensti.domains.contracts.queries import contract_by_id
from opensti.domains.procedures.actions import (
    move_event,
    open_case,
    start_deadline,
)
from opensti.domains.procedures.choices import Event, Track
from opensti.domains.results.models import Acceptance
from opensti.kernel.access import SYSTEM

if TYPE_CHECKING:
    from opensti.domains.contracts.events import (
        ContractSigned,
        TermsChanged,
    )


def open_acceptance(event: ContractSigned) -> None:
    """Open the case of acceptance; what hangs on the contract's end runs from now."""
    contract = contract_by_id(event.contract_id)
    acceptance = Acceptance(contract=contract, created_at=event.at)
    acceptance.case = open_case(
        actor=SYSTEM,
        track=Track.ACCEPTANCE,
        kind=contract.case.kind,
        regime_version_id=contract.case.regime_version_id,
        subject=f"results.acceptance:{acceptance.public_id}",
        title=contract.title_vi,
        at=event.at,
    )
    acceptance.save()
    if contract.ends_on is not None:  # a constraint: signed contracts have their days
        start_deadline(
            case_id=acceptance.case_id,
            event=Event.CONTRACT_END,
            on=contract.ends_on,
            at=event.at,
        )


def follow_terms(event: TermsChanged) -> None:
    """The end of the contract may be another day: count anew what hangs on it."""
    contract = contract_by_id(event.contract_id)
    acceptance = Acceptance.objects.get(contract=contract)
    if contract.ends_on is not None:
        move_event(
            case_id=acceptance.case_id,
            event=Event.CONTRACT_END,
            on=contract.ends_on,
            at=event.at,
        )
