"""What acts on results, assets and uptake share: find, lock, refuse, record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from opensti.domains.contracts.queries import contract_by_id, knows_contract
from opensti.domains.procedures.choices import STATE_LABELS, State
from opensti.kernel.checks import in_state
from opensti.kernel.refusals import NotFound

if TYPE_CHECKING:
    from datetime import date

    from opensti.domains.contracts.models import Contract
    from opensti.kernel.access import Actor
    from opensti.kernel.checks import Faults

# From its signing on, and after its end, a contract may have results.
SIGNED = frozenset(
    {
        State.RUNNING,
        State.SUSPENDED,
        State.COMPLETED,
        State.FAILED,
        State.TERMINATED,
        State.RECOVERING,
        State.SETTLED,
        State.LIQUIDATED,
    }
)


def signed_contract(actor: Actor, contract_id: int) -> Contract:
    """A contract that the person may know of and that was signed.

    Raises ``NotFound``, or ``StepNotAllowed`` before it is signed.
    """
    if not knows_contract(actor, contract_id):
        raise NotFound
    contract = contract_by_id(contract_id)
    in_state(
        _("This is not possible while the contract is: %(state)s."),
        contract.case.state,
        SIGNED,
        STATE_LABELS[State(contract.case.state)],
        mend=_("Results and assets are entered once the contract is signed."),
    )
    return contract


def known_day(faults: Faults, field: str, day: date | None, known: date | None) -> None:
    """The acceptance knows its day: nobody says another."""
    if day is not None and known is not None and day != known:
        faults.add(
            field,
            _("The work was accepted on %(day)s.") % {"day": f"{known:%d/%m/%Y}"},
            _("Leave the day empty: it is known."),
        )
