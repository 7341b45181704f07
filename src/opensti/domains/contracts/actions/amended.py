"""A decided change takes effect: rows, budget version, terms, and what others must know."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opensti.domains.contracts.actions.acting import tell, write_terms
from opensti.domains.contracts.actions.amending import held
from opensti.domains.contracts.actions.budgeting import write_budget
from opensti.domains.contracts.actions.limiting import (
    found_limits,
    refuse_what_is_over,
)
from opensti.domains.contracts.actions.patching import (
    Snapshot,
    line_from,
    snapshot_of,
)
from opensti.domains.contracts.choices import (
    AmendmentKind,
    AmendmentState,
    BudgetStage,
)
from opensti.domains.contracts.events import TermsChanged
from opensti.domains.contracts.models import Product
from opensti.domains.contracts.problem import contract_text
from opensti.domains.contracts.queries.limits import TOUCHES
from opensti.domains.procedures.actions import move_event, set_title
from opensti.domains.procedures.choices import Event, State
from opensti.kernel.checks import keep
from opensti.kernel.events import publish
from opensti.kernel.refusals import Invalid, Problem, Stale, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from opensti.domains.contracts.models import Amendment, Budget, Contract
    from opensti.domains.contracts.queries.limits import Limit
    from opensti.kernel.access import Actor

PRODUCT_COLUMNS = ("kind", "name_vi", "name_en", "unit", "quality")


@transaction.atomic
def decide_amendment(
    *,
    actor: Actor,
    amendment_id: int,
    decision_number: str,
    effective_on: date,
    at: datetime,
    reason: str = "",
    council_opinion: str = "",
    consents: Mapping[str, str] | None = None,
    version: int | None = None,
) -> Amendment:
    """Approve a change by the hand that the procedure names; it is in force from a day.

    ``consents`` maps whose consent it is (``new_person``) to the paper that gives it. The
    limits are asked again: others may have been decided meanwhile. The day lies between
    the terms that are in force now and today. Raises ``StepNotAllowed`` when it was
    decided already, ``Stale`` when the contract changed under it, ``Invalid`` where a
    paper, a number or a reason is missing or a limit is passed.
    """
    amendment = held(actor, amendment_id, "contracts.decide_amendment", version=version)
    contract = amendment.contract
    if contract.case.state != State.RUNNING:
        raise StepNotAllowed(_("Only a running contract is amended."))
    before = snapshot_of(contract)
    _as_it_was(amendment, before)
    found = found_limits(
        contract,
        amendment.kinds,
        amendment.proposed,
        before,
        asked_on=timezone.localdate(amendment.asked_at),
    )
    refuse_what_is_over(found)
    amendment.decision_number = decision_number.strip()
    amendment.decision_reason = reason.strip()
    amendment.council_opinion = council_opinion.strip()
    amendment.consents = {
        k: v.strip() for k, v in (consents or {}).items() if v.strip()
    }
    amendment.effective_on = effective_on
    _complete(amendment, contract, found, today=timezone.localdate(at))
    amendment.limits = [limit.as_json() for limit in found]
    basis = next((limit.article for limit in found if limit.article), "")
    amendment.budget = _apply(actor, amendment, at, basis)
    amendment.terms = write_terms(
        actor,
        contract,
        in_force_from=effective_on,
        at=at,
        reason=amendment.reason,
        basis=amendment.decision_number,
    )
    amendment.before, amendment.after = before, snapshot_of(contract)
    amendment.state = AmendmentState.IN_FORCE
    amendment.decided_by_id, amendment.decided_at = actor.user_id, at
    keep(
        amendment,
        "decision_number",
        "decision_reason",
        "council_opinion",
        "consents",
        "effective_on",
        "limits",
        "budget",
        "terms",
        "before",
        "after",
        "state",
        "decided_by",
        "decided_at",
    )
    if contract.ends_on is not None:  # a constraint: signed contracts have their days
        move_event(
            case_id=contract.case_id,
            event=Event.CONTRACT_END,
            on=contract.ends_on,
            at=at,
        )
    publish(
        TermsChanged(
            contract_id=contract.pk, terms_id=amendment.terms.pk, actor=actor, at=at
        )
    )
    _record(actor, amendment, at, basis)
    return amendment


def _as_it_was(amendment: Amendment, now: Snapshot) -> None:
    """What the change touches still stands as it stood when it was asked for."""
    touched = set().union(*(TOUCHES[kind] for kind in amendment.kinds))
    then = amendment.before
    moved = ("lines" in touched and then["lines"] != now["lines"]) or any(
        then["terms"][name] != now["terms"][name]
        for name in touched & now["terms"].keys()
    )
    if moved:
        raise Stale(
            _("The contract changed since this was asked for."),
            mend=_("Let it be withdrawn and asked for anew."),
        )


def _complete(
    amendment: Amendment, contract: Contract, found: list[Limit], *, today: date
) -> None:
    """Every paper, number and reason that the decision needs."""
    faults = []
    if not amendment.decision_number:
        faults.append(
            Problem(field="decision_number", message=_("A decision has its number."))
        )
    last = contract.terms.order_by("-in_force_from").values_list(
        "in_force_from", flat=True
    )[0]
    day = amendment.effective_on
    if day is None or not last <= day <= today:
        faults.append(
            Problem(
                field="effective_on",
                message=_("In force from a day between %(first)s and today.")
                % {"first": f"{last:%d/%m/%Y}"},
            )
        )
    if any(n.verdict == "open" for n in found) and not amendment.decision_reason:
        faults.append(
            Problem(
                field="reason",
                message=_("The text leaves this open: say why you decide so."),
            )
        )
    needed = {n.code for n in found if n.verdict == "needed"}
    if "council" in needed and not amendment.council_opinion:
        faults.append(
            Problem(
                field="council_opinion",
                message=_("The opinion of a council is needed."),
            )
        )
    faults += [
        Problem(
            field=code,
            message=_("Name the paper that gives this consent."),
        )
        for code in sorted(needed)
        if code.startswith("consent_")
        and code.removeprefix("consent_") not in amendment.consents
    ]
    if faults:
        raise Invalid(faults)


def _apply(
    actor: Actor, amendment: Amendment, at: datetime, basis: str
) -> Budget | None:
    """Write the patch to the contract's rows; a changed budget is one more version."""
    contract, said = amendment.contract, amendment.proposed
    for name in ("title_vi", "title_en", "objectives", "obligations"):
        if name in said:
            setattr(contract, name, said[name])
    for name in ("leader", "host"):
        if name in said:
            setattr(contract, f"{name}_id", said[name]["id"])
    if "ends_on" in said:
        contract.ends_on = date.fromisoformat(said["ends_on"])
    _apply_parts(contract, said)
    budget = None
    if "lines" in said:
        budget = write_budget(
            actor=actor,
            dossier_id=contract.dossier_id,
            stage=BudgetStage.AMENDED,
            lines=[line_from(row) for row in said["lines"]],
            at=at,
            reason=amendment.reason,
            basis=basis or amendment.decision_number,
        )
        contract.state_money = budget.state_money
        contract.other_money = budget.other_money
    contract.search_text = contract_text(contract, contract.dossier.code)
    keep(
        contract,
        "title_vi",
        "title_en",
        "objectives",
        "obligations",
        "leader",
        "host",
        "ends_on",
        "state_money",
        "other_money",
        "search_text",
    )
    if "title_vi" in said:
        set_title(case_id=contract.case_id, title=contract.title_vi)
    return budget


def _apply_parts(contract: Contract, said: Mapping[str, Any]) -> None:
    """Products, days of milestones, and instalments that are not paid."""
    if "products" in said:
        _write_products(contract, said["products"])
    for position, day in said.get("milestones", {}).items():
        contract.milestones.filter(position=int(position)).update(
            due_on=date.fromisoformat(day)
        )
    changed = said.get("instalments", {})
    if contract.instalments.filter(key__in=changed, payment__isnull=False).exists():
        raise StepNotAllowed(
            _("An instalment that this changes was paid meanwhile."),
            mend=_("Withdraw the amendment and ask for it anew, as things stand now."),
        )
    for key, new in changed.items():
        contract.instalments.filter(key=key, payment=None).update(
            amount=Decimal(new["amount"]),
            due_on=date.fromisoformat(new["due_on"]) if new["due_on"] else None,
        )


def _write_products(contract: Contract, rows: list[dict[str, Any]]) -> None:
    """Products keep their key; those left out go, new ones come at the end."""
    held = {p.key: p for p in contract.products.all()}
    kept_keys = {row["key"] for row in rows}
    contract.products.exclude(key__in=kept_keys).delete()
    last = max((p.position for p in held.values()), default=0)
    for row in rows:
        product = held.get(row["key"])
        if product is None:
            last += 1
            product = Product(contract=contract, key=row["key"], position=last)
        for name in PRODUCT_COLUMNS:
            setattr(product, name, row[name])
        product.quantity = None if row["quantity"] is None else Decimal(row["quantity"])
        product.due_on = date.fromisoformat(row["due_on"]) if row["due_on"] else None
        product.save()


def _record(actor: Actor, amendment: Amendment, at: datetime, basis: str) -> None:
    """Everybody may read what was changed from which day; names are commitments."""
    contract, said = amendment.contract, amendment.proposed
    detail: dict[str, Any] = {
        "amendment": amendment.number,
        "kinds": amendment.kinds,
        "decision": amendment.decision_number,
        "effective_on": amendment.effective_on,
        "terms": amendment.terms.sha256 if amendment.terms else "",
    }
    if "ends_on" in said:
        detail["ends_on"] = said["ends_on"]
    if amendment.budget is not None:
        detail["budget"] = amendment.budget.sha256
        detail["state_money"] = contract.state_money
        detail["other_money"] = contract.other_money
    secret = {"reason": amendment.reason, "decision_reason": amendment.decision_reason}
    for kind in (AmendmentKind.LEADER, AmendmentKind.HOST):
        if kind.value in said:
            secret[kind.value] = said[kind.value]["name"]
    tell(
        actor,
        contract,
        "contracts.decide_amendment",
        at,
        basis=basis,
        public=True,
        detail=detail,
        secret=secret,
    )
