"""A change of a running contract is asked for, looked at, decided, and then in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opensti.domains.contracts.actions.acting import locked, tell
from opensti.domains.contracts.actions.limiting import (
    authority_for,
    decide_by,
    found_limits,
    refuse_what_is_over,
)
from opensti.domains.contracts.actions.patching import (
    Patch,
    laid_over,
    proposed,
    snapshot_of,
)
from opensti.domains.contracts.choices import AmendmentKind, AmendmentState
from opensti.domains.contracts.models import Amendment, Contract
from opensti.domains.contracts.models.amendments import OPEN
from opensti.domains.contracts.queries import rules_of
from opensti.domains.contracts.queries.limits import TOUCHES
from opensti.domains.procedures.choices import State
from opensti.kernel.access import get_visible, require
from opensti.kernel.checks import as_seen, keep
from opensti.kernel.files.actions import upload
from opensti.kernel.refusals import Invalid, Problem, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django.core.files.base import File

    from opensti.kernel.access import Actor
    from opensti.kernel.files.models import StoredFile


@transaction.atomic
def ask_amendment(
    *,
    actor: Actor,
    contract_id: int,
    kinds: Sequence[str],
    patch: Patch,
    reason: str,
    at: datetime,
) -> Amendment:
    """Ask for a change of a running contract, by its host's side or an officer.

    What a limit of the procedure forbids is refused at once, with the rule, its article
    and who could allow it (``Invalid``); so is a change of what another open amendment
    touches (``StepNotAllowed``). What is allowed waits for the hand that decides.
    """
    contract = locked(
        actor, contract_id, "contracts.ask_amendment", states=(State.RUNNING,)
    )
    wanted = list(dict.fromkeys(kinds))
    if not wanted or not set(wanted) <= set(AmendmentKind.values):
        raise Invalid([Problem(field="kinds", message=_("Choose what shall change."))])
    if not reason.strip():
        raise Invalid(
            [Problem(field="reason", message=_("Say why the change is needed."))]
        )
    _no_other_open(contract, wanted)
    rules, before = rules_of(contract), snapshot_of(contract)
    said = proposed(actor, contract, wanted, patch, before)
    today = timezone.localdate(at)
    found = found_limits(contract, wanted, said, before, asked_on=today)
    refuse_what_is_over(found)
    number = (
        Amendment.objects.filter(contract=contract).aggregate(last=Max("number"))[
            "last"
        ]
        or 0
    )
    amendment = Amendment.objects.create(
        contract=contract,
        number=number + 1,
        kinds=wanted,
        authority=authority_for(rules, wanted, contract.lump_sum, said, before),
        reason=reason.strip(),
        proposed=said,
        before=before,
        after=laid_over(before, said),
        limits=[limit.as_json() for limit in found],
        asked_by_id=actor.user_id,
        asked_at=at,
        due_on=decide_by(rules, wanted, contract.lump_sum, today),
    )
    tell(
        actor,
        contract,
        "contracts.ask_amendment",
        at,
        basis=found[0].article if found else "",
        detail={"amendment": amendment.number, "kinds": wanted},
        secret={"reason": amendment.reason},
    )
    return amendment


def _no_other_open(contract: Contract, kinds: Sequence[str]) -> None:
    touched = frozenset().union(*(TOUCHES[kind] for kind in kinds))
    for other in Amendment.objects.filter(contract=contract, state__in=OPEN).order_by(
        "number"
    ):
        theirs = frozenset().union(*(TOUCHES[kind] for kind in other.kinds))
        if touched & theirs:
            labels = ", ".join(str(AmendmentKind(k).label) for k in other.kinds)
            raise StepNotAllowed(
                _("Amendment %(number)s is open and touches the same: %(what)s.")
                % {"number": other.number, "what": labels},
                mend=_("Wait for its decision, or withdraw it first."),
            )


def held(
    actor: Actor, amendment_id: int, permission: str, *, version: int | None
) -> Amendment:
    """Lock the contract, then its amendment: as seen? still open? allowed?"""
    known = get_visible(actor, Amendment.objects.all(), pk=amendment_id)
    contract = (
        Contract.objects.select_for_update(of=("self",))
        .select_related("case__regime_version", "host", "leader")
        .defer("case__regime_version__content")
        .get(pk=known.contract_id)
    )
    amendment = Amendment.objects.select_for_update().get(pk=amendment_id)
    amendment.contract = contract
    if amendment.state not in OPEN:
        raise StepNotAllowed(
            _("This amendment is already: %(state)s.")
            % {"state": amendment.get_state_display()},
            mend=_("Reload the page: it shows what was decided."),
        )
    as_seen(amendment, version)
    require(actor, permission, amendment)
    return amendment


@transaction.atomic
def give_opinion(
    *,
    actor: Actor,
    amendment_id: int,
    text: str,
    at: datetime,
    version: int | None = None,
) -> Amendment:
    """Say what the office thinks of a change; it waits for whoever decides."""
    amendment = held(actor, amendment_id, "contracts.give_opinion", version=version)
    if not text.strip():
        raise Invalid([Problem(field="text", message=_("Write the opinion."))])
    amendment.opinions = [
        *amendment.opinions,
        {
            "by": actor.name,
            "roles": sorted(actor.roles - {"public"}),
            "at": at.isoformat(),
            "text": text.strip(),
        },
    ]
    amendment.state = AmendmentState.OPINIONS
    keep(amendment, "opinions", "state")
    _tell(actor, amendment, "contracts.give_opinion", at, {"text": text.strip()})
    return amendment


@transaction.atomic
def add_amendment_paper(
    *, actor: Actor, amendment_id: int, file: File[bytes], at: datetime
) -> StoredFile:
    """Keep a consent, an opinion of a council or other evidence with an open amendment."""
    amendment = held(actor, amendment_id, "contracts.add_amendment_paper", version=None)
    return upload(
        actor=actor,
        subject=f"contracts.amendment:{amendment.public_id}",
        file=file,
        at=at,
        most=20,
    )


@transaction.atomic
def refuse_amendment(
    *,
    actor: Actor,
    amendment_id: int,
    reason: str,
    at: datetime,
    decision_number: str = "",
    version: int | None = None,
) -> Amendment:
    """Refuse a change, with a reason; the contract stays as it is."""
    amendment = held(actor, amendment_id, "contracts.decide_amendment", version=version)
    if not reason.strip():
        raise Invalid([Problem(field="reason", message=_("Say why it is refused."))])
    _closed(
        actor,
        amendment,
        AmendmentState.REFUSED,
        at=at,
        reason=reason,
        number=decision_number,
    )
    _tell(
        actor, amendment, "contracts.refuse_amendment", at, {"reason": reason.strip()}
    )
    return amendment


@transaction.atomic
def withdraw_amendment(
    *,
    actor: Actor,
    amendment_id: int,
    at: datetime,
    reason: str = "",
    version: int | None = None,
) -> Amendment:
    """Take back what was asked for, by whoever asked or the host's manager."""
    amendment = held(
        actor, amendment_id, "contracts.withdraw_amendment", version=version
    )
    _closed(actor, amendment, AmendmentState.WITHDRAWN, at=at, reason=reason)
    _tell(
        actor, amendment, "contracts.withdraw_amendment", at, {"reason": reason.strip()}
    )
    return amendment


def _closed(
    actor: Actor,
    amendment: Amendment,
    state: AmendmentState,
    *,
    at: datetime,
    reason: str,
    number: str = "",
) -> None:
    amendment.state = state
    amendment.decision_reason = reason.strip()
    amendment.decision_number = number.strip()
    amendment.decided_by_id, amendment.decided_at = actor.user_id, at
    keep(
        amendment,
        "state",
        "decision_reason",
        "decision_number",
        "decided_by",
        "decided_at",
    )


def _tell(
    actor: Actor,
    amendment: Amendment,
    act: str,
    at: datetime,
    secret: Mapping[str, str],
) -> None:
    tell(
        actor,
        amendment.contract,
        act,
        at,
        detail={"amendment": amendment.number, "kinds": amendment.kinds},
        secret=secret,
    )
