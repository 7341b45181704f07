"""A contract is begun for each task that was funded, when its letter is out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opensti.domains.calls.queries import dossiers_on_agenda
from opensti.domains.contracts.actions.acting import tell
from opensti.domains.contracts.actions.budgeting import begin_trail, write_budget
from opensti.domains.contracts.choices import BudgetStage, ProductKind
from opensti.domains.contracts.models import Budget, Contract, Product
from opensti.domains.contracts.problem import contract_text, line_of
from opensti.domains.contracts.queries import contract_subject
from opensti.domains.portfolios.queries import funded
from opensti.domains.procedures.actions import open_case, start_deadline
from opensti.domains.procedures.choices import Event, Track
from opensti.domains.procedures.queries import NoRegime, active_version, regime_of
from opensti.kernel.access import SYSTEM, require
from opensti.kernel.refusals import NotFound, StepNotAllowed

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.domains.calls.models import Dossier
    from opensti.domains.portfolios.events import RoundReleased
    from opensti.domains.portfolios.queries import Funded
    from opensti.domains.procedures.models import RegimeVersion
    from opensti.kernel.access import Actor


def open_contracts(event: RoundReleased) -> None:
    """Begin the contracts of a round whose letters went out (follows ``RoundReleased``).

    Where the frozen procedure ends with the decision and no newer version of it goes on,
    none is begun: the officer's page says so and begins it once there is one.
    """
    for approval in funded(round_id=event.round_id):
        (dossier,) = dossiers_on_agenda(ids=[approval.dossier_id])
        version = _version(dossier)
        if version is not None:
            _open(SYSTEM, dossier, version, approval, event.at)


@transaction.atomic
def open_contract(*, actor: Actor, dossier_id: int, at: datetime) -> Contract:
    """Begin the contract of a funded dossier that has none yet."""
    approvals = funded(dossier_id=dossier_id)
    dossier = next(iter(dossiers_on_agenda(ids=[dossier_id])), None)
    if not approvals or dossier is None:
        raise NotFound
    require(actor, "contracts.open", None)
    if Contract.objects.filter(dossier_id=dossier_id).exists():
        raise StepNotAllowed(
            _("The contract of this task was begun already."),
            mend=_("Open it from the list of contracts."),
        )
    version = _version(dossier)
    if version is None:
        raise StepNotAllowed(
            _("No version of this procedure goes on after the decision."),
            mend=_("Have an administrator load the procedures anew, then try again."),
        )
    return _open(actor, dossier, version, approvals[-1], at)


def _version(dossier: Dossier) -> RegimeVersion | None:
    """The dossier's own frozen version, or the first later one that has contracts."""
    if regime_of(dossier.case).contract is not None:
        return dossier.case.regime_version
    try:
        version = active_version(dossier.case.regime_code)
    except NoRegime:
        return None
    return version if regime_of(version).contract is not None else None


def _open(
    actor: Actor,
    dossier: Dossier,
    version: RegimeVersion,
    approval: Funded,
    at: datetime,
) -> Contract:
    """Write the draft with what was asked, promised and decided."""
    contract = Contract(
        task_id=approval.task_id,
        dossier=dossier,
        title_vi=dossier.title_vi,
        title_en=dossier.title_en,
        host=dossier.host,
        leader=dossier.leader,
        decision_number=approval.decision_number,
        decided_on=timezone.localdate(approval.decided_at),
        created_at=at,
    )
    contract.case = open_case(
        actor=actor,
        track=Track.CONTRACT,
        kind=dossier.case.kind,
        regime_version_id=version.pk,
        subject=contract_subject(contract.public_id),
        title=dossier.title_vi,
        at=at,
    )
    budget = _budgets(actor, dossier, approval, at)
    contract.state_money, contract.other_money = budget.state_money, budget.other_money
    contract.search_text = contract_text(contract, dossier.code)
    contract.save()
    if dossier.order is not None:
        Product.objects.bulk_create(
            Product(
                contract=contract,
                position=position,
                kind=ProductKind.PRODUCT,
                name_vi=promised.name_vi,
                name_en=promised.name_en,
                quantity=promised.quantity,
                unit=promised.unit,
                quality=promised.quality,
            )
            for position, promised in enumerate(
                dossier.order.products.order_by("position"), start=1
            )
        )
    start_deadline(
        case_id=contract.case_id,
        event=Event.DECISION_SIGNED,
        on=contract.decided_on,
        at=at,
    )
    tell(
        actor,
        contract,
        "contracts.open",
        at,
        basis=approval.decision_number,
        detail={
            "dossier": dossier.code,
            "budget": budget.sha256,
            "state_money": budget.state_money,
            "other_money": budget.other_money,
        },
    )
    return contract


def _budgets(actor: Actor, dossier: Dossier, approval: Funded, at: datetime) -> Budget:
    """Begin the trail with what was asked; approved as it stands where the sums agree."""
    last = begin_trail(actor, dossier, at)
    if approval.amount is None or last.state_money != approval.amount:
        return last
    return write_budget(
        actor=actor,
        dossier_id=dossier.pk,
        stage=BudgetStage.APPROVED,
        lines=[
            replace(line_of(item), reason="")
            for item in last.items.order_by("position")
        ],
        at=at,
        basis=approval.decision_number,
    )
