"""What every act on a contract begins and ends with: lock, allowed; keep, record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from opensti.domains.contracts.models import Contract, Terms
from opensti.domains.contracts.problem import digest, terms_content
from opensti.domains.contracts.queries import budget_now, contract_subject
from opensti.domains.procedures.actions import take_step
from opensti.domains.procedures.choices import STATE_LABELS, State
from opensti.domains.procedures.queries import basis
from opensti.domains.tasks.actions import set_task_state
from opensti.kernel.access import SYSTEM, require
from opensti.kernel.checks import in_state, locked_row
from opensti.kernel.record.actions import record

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date, datetime

    from opensti.domains.tasks.choices import TaskState
    from opensti.kernel.access import Actor
    from opensti.kernel.record.models import Entry
    from opensti.kernel.refusals import Text

NOTHING: Mapping[str, Any] = {}


def while_contract(
    contract: Contract, states: Collection[str], *, mend: Text = ""
) -> None:
    """Raise ``StepNotAllowed`` unless the contract is in one of the states."""
    in_state(
        _("This is not possible while the contract is: %(state)s."),
        contract.case.state,
        states,
        STATE_LABELS[State(contract.case.state)],
        mend=mend,
    )


def locked(
    actor: Actor,
    contract_id: int,
    permission: str,
    *,
    states: Collection[str] = (),
    version: int | None = None,
) -> Contract:
    """Lock a contract; still as the person saw it? possible in its state? allowed?

    Raises ``NotFound``, ``Stale``, ``StepNotAllowed`` or ``AccessDenied``.
    """
    rows = Contract.objects.select_related("case__regime_version", "host", "leader")
    rows = rows.defer("case__regime_version__content")
    contract = locked_row(actor, rows, version=version, pk=contract_id)
    if states:
        while_contract(contract, states)
    require(actor, permission, contract)
    return contract


def step(
    actor: Actor, contract: Contract, act: str, at: datetime, *, reason: str = ""
) -> str:
    """Move the contract's case by one step of its procedure; returns the article."""
    rests_on = basis(contract.case, act)
    contract.case = take_step(
        actor=actor, case_id=contract.case_id, act=act, at=at, reason=reason
    )
    return rests_on


def tell(
    actor: Actor,
    contract: Contract,
    act: str,
    at: datetime,
    *,
    basis: str = "",
    public: bool = False,
    detail: Mapping[str, Any] = NOTHING,
    secret: Mapping[str, Any] = NOTHING,
) -> Entry:
    """Record an act on a contract; ``act`` is its full name (``contracts.sign``)."""
    return record(
        actor=actor,
        act=act,
        subject=contract_subject(contract.public_id),
        at=at,
        basis=basis,
        public=public,
        detail=detail,
        secret=secret,
    )


def follow_task(
    contract: Contract, state: TaskState, at: datetime, *, basis: str = ""
) -> None:
    """Let the public task file say where its contract brought the task."""
    set_task_state(
        actor=SYSTEM,
        task_id=contract.task_id,
        state=state,
        at=at,
        basis=basis or contract.number,
        start=contract.starts_on,
        end=contract.ends_on,
    )


def write_terms(
    actor: Actor,
    contract: Contract,
    *,
    in_force_from: date,
    at: datetime,
    reason: str = "",
    basis: str = "",
) -> Terms:
    """Keep what the contract says from a day on, whole; the caller has locked it."""
    budget = budget_now(contract.dossier_id)
    content = terms_content(
        contract,
        products=contract.products.order_by("position"),
        milestones=contract.milestones.order_by("position"),
        instalments=contract.instalments.order_by("position"),
        budget_sha256=budget.sha256 if budget else "",
    )
    last = contract.terms.order_by("-number").values_list("number", flat=True).first()
    return Terms.objects.create(
        contract=contract,
        number=(last or 0) + 1,
        in_force_from=in_force_from,
        reason=reason.strip(),
        basis=basis[:200],
        content=content,
        sha256=digest(content),
        made_by_id=actor.user_id,
        made_at=at,
    )
