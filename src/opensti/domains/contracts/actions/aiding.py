"""Note which money of a contract is aid, for everybody to know."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opensti.domains.contracts.actions.acting import locked
from opensti.domains.contracts.choices import (
    AidFinance,
    AidFlow,
    AidGiver,
    AidSector,
    AidTied,
    AidType,
)
from opensti.domains.contracts.models import Aid
from opensti.domains.contracts.queries import contract_subject
from opensti.kernel.checks import NEEDED
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Invalid, NotFound, Problem, StepNotAllowed

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

    from opensti.domains.contracts.models import Contract
    from opensti.kernel.access import Actor

CURRENCY = re.compile(r"[A-Z]{3}")
CODES = {
    "giver_kind": AidGiver.values,
    "flow": AidFlow.values,
    "finance": AidFinance.values,
    "aid_type": AidType.values,
    "tied": AidTied.values,
    "sector": AidSector.values,
}


@dataclass(frozen=True, kw_only=True)
class AidSaid:
    """A giver's commitment, with its codes of the Development Assistance Committee."""

    giver: str
    giver_kind: str
    amount: Decimal
    currency: str
    committed_on: date
    flow: str
    finance: str
    aid_type: str
    tied: str
    sector: str
    giver_ref: str = ""


@transaction.atomic
def note_aid(*, actor: Actor, contract_id: int, said: AidSaid, at: datetime) -> Aid:
    """Note a commitment of aid to a signed contract; public.

    Raises ``StepNotAllowed`` before the contract is signed, ``Invalid`` for what lacks or
    is no code, no amount or a day that has not come.
    """
    contract = _signed(actor, contract_id)
    problems = _wrong(said, timezone.localdate(at))
    if problems:
        raise Invalid(problems)
    known = Aid.objects.filter(contract=contract).count()
    aid = Aid.objects.create(
        contract=contract, number=known + 1, noted_at=at, **asdict(said)
    )
    told = asdict(said) | {
        "amount": f"{said.amount}",
        "committed_on": said.committed_on.isoformat(),
    }
    record(
        actor=actor,
        act="contracts.note_aid",
        subject=contract_subject(contract.public_id),
        at=at,
        detail={"aid": aid.number, **told},
        public=True,
    )
    return aid


@transaction.atomic
def drop_aid(
    *, actor: Actor, contract_id: int, number: int, reason: str, at: datetime
) -> Aid:
    """Take back a commitment that was noted wrongly or is not kept; public.

    Raises ``NotFound`` for another number, ``StepNotAllowed`` once it was dropped,
    ``Invalid`` without a reason.
    """
    contract = _signed(actor, contract_id)
    aid = Aid.objects.filter(contract=contract, number=number).first()
    if aid is None:
        raise NotFound
    if aid.dropped_at is not None:
        raise StepNotAllowed(_("This aid was dropped already."))
    if not reason.strip():
        raise Invalid([Problem(field="reason", message=NEEDED)])
    aid.dropped_for, aid.dropped_at = reason.strip(), at
    aid.save()
    record(
        actor=actor,
        act="contracts.drop_aid",
        subject=contract_subject(contract.public_id),
        at=at,
        detail={"aid": number, "reason": aid.dropped_for},
        public=True,
    )
    return aid


def _signed(actor: Actor, contract_id: int) -> Contract:
    contract = locked(actor, contract_id, "contracts.note_aid")
    if contract.signed_on is None:
        raise StepNotAllowed(
            _("Aid is noted once the contract is signed."),
            mend=_("Until then it stands in the budget as other money."),
        )
    return contract


def _wrong(said: AidSaid, today: date) -> list[Problem]:
    found = [
        Problem(field=name, message=_("This is none of the codes."))
        for name, codes in CODES.items()
        if getattr(said, name) not in codes
    ]
    if not said.giver.strip():
        found.append(Problem(field="giver", message=NEEDED))
    if said.amount <= 0:
        found.append(
            Problem(field="amount", message=_("An amount is more than nothing."))
        )
    if not CURRENCY.fullmatch(said.currency):
        found.append(
            Problem(
                field="currency",
                message=_("A currency is three capital letters, such as USD."),
            )
        )
    if said.committed_on > today:
        found.append(
            Problem(field="committed_on", message=_("This day has not come yet."))
        )
    return found
