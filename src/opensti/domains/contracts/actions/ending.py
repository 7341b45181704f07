"""A contract ends before its time: asked for, suspended, reported, checked."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opensti.domains.contracts.actions.acting import locked, step, tell
from opensti.domains.contracts.choices import EndingState
from opensti.domains.contracts.models import Ending, Finding
from opensti.domains.contracts.queries.ending import ending_rule, paid_to
from opensti.domains.procedures.choices import Act, State
from opensti.domains.procedures.queries import working_calendar
from opensti.kernel.checks import as_seen, in_state, keep, required
from opensti.kernel.files.actions import upload
from opensti.kernel.money import whole
from opensti.kernel.periods import deadline
from opensti.kernel.refusals import Invalid, NotFound, Problem, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from django.core.files.base import File

    from opensti.domains.procedures.regimes.format.tables import Period
    from opensti.kernel.access import Actor
    from opensti.kernel.files.models import StoredFile


def due_after(period: Period | None, on: date) -> date | None:
    """The last day of a period of the procedure; none where it names none."""
    if period is None:
        return None
    return deadline(on, n=period.n, unit=period.unit.value, calendar=working_calendar())


@transaction.atomic
def ask_ending(*, actor: Actor, contract_id: int, reason: str, at: datetime) -> Ending:
    """Ask that a contract be ended early, by its host's side or an officer.

    For a contract whose work was not accepted it begins at once what follows: the host's
    report on its money. Raises ``StepNotAllowed`` where one is pursued already.
    """
    contract = locked(
        actor,
        contract_id,
        "contracts.ask_ending",
        states=(State.RUNNING, State.SUSPENDED, State.FAILED),
    )
    required(reason=reason)
    others = Ending.objects.filter(contract=contract).exclude(state=EndingState.DROPPED)
    if others.exists():
        raise StepNotAllowed(
            _("The ending of this contract is pursued already."),
            mend=_("Open the page of its ending."),
        )
    failed = contract.case.state == State.FAILED
    ending = Ending(
        contract=contract,
        reason=reason.strip(),
        asked_by_id=actor.user_id,
        asked_at=at,
        after_failure=failed,
    )
    if failed:
        _begin(ending, at)
    ending.save()
    told(actor, ending, "contracts.ask_ending", at, reason=ending.reason)
    return ending


def _begin(ending: Ending, at: datetime) -> None:
    rule = ending_rule(ending.contract)
    ending.state, ending.begun_at = EndingState.REPORTING, at
    ending.report_due_on = due_after(rule.host_report_within, timezone.localdate(at))


def pursued(
    actor: Actor,
    contract_id: int,
    permission: str,
    *,
    states: Collection[str],
    version: int | None,
) -> Ending:
    """Lock the contract, then its ending: as seen? possible in its state?"""
    contract = locked(actor, contract_id, permission)
    ending = (
        Ending.objects.select_for_update()
        .filter(contract=contract)
        .exclude(state=EndingState.DROPPED)
        .first()
    )
    if ending is None:
        raise NotFound
    ending.contract = contract
    as_seen(ending, version)
    in_state(
        _("This is not possible while the ending is: %(state)s."),
        ending.state,
        states,
        ending.get_state_display(),
    )
    return ending


def told(actor: Actor, ending: Ending, act: str, at: datetime, **secret: str) -> None:
    tell(
        actor,
        ending.contract,
        act,
        at,
        detail={"ending": ending.public_id, "state": str(ending.state)},
        secret=secret,
    )


@transaction.atomic
def begin_ending(
    *, actor: Actor, contract_id: int, at: datetime, version: int | None = None
) -> Ending:
    """Suspend the contract; the host reports within the time of the procedure."""
    ending = pursued(
        actor,
        contract_id,
        "contracts.suspend",
        states=(EndingState.ASKED,),
        version=version,
    )
    if ending.contract.case.state == State.RUNNING:
        step(
            actor,
            ending.contract,
            Act.CONTRACT_SUSPEND,
            at,
            reason=ending.reason,
        )
    _begin(ending, at)
    keep(ending, "state", "begun_at", "report_due_on")
    told(actor, ending, Act.CONTRACT_SUSPEND, at, reason=ending.reason)
    return ending


@transaction.atomic
def drop_ending(
    *,
    actor: Actor,
    contract_id: int,
    reason: str,
    at: datetime,
    version: int | None = None,
) -> Ending:
    """Do not pursue the ending: the contract runs on. Not after a failed acceptance."""
    ending = pursued(
        actor,
        contract_id,
        "contracts.drop_ending",
        states=[s for s in EndingState if s != EndingState.DECIDED],
        version=version,
    )
    required(reason=reason)
    if ending.after_failure:
        raise StepNotAllowed(_("What a failed task owes is decided, not dropped."))
    if ending.contract.case.state == State.SUSPENDED:
        step(actor, ending.contract, Act.CONTRACT_RESUME, at, reason=reason)
    ending.state, ending.decision_reason = EndingState.DROPPED, reason.strip()
    ending.decided_by_id, ending.decided_at = actor.user_id, at
    keep(ending, "state", "decision_reason", "decided_by", "decided_at")
    told(actor, ending, "contracts.drop_ending", at, reason=reason.strip())
    return ending


@transaction.atomic
def report_ending(
    *,
    actor: Actor,
    contract_id: int,
    report: str,
    plan_products: str,
    plan_assets: str,
    unused: Decimal,
    at: datetime,
    version: int | None = None,
) -> Ending:
    """The host says what was done, what money is left, and what becomes of what there is."""
    ending = pursued(
        actor,
        contract_id,
        "contracts.report_ending",
        states=(EndingState.REPORTING, EndingState.REPORTED),
        version=version,
    )
    required(report=report, plan_products=plan_products, plan_assets=plan_assets)
    paid = paid_to(ending.contract)
    if whole(unused, field="unused") > paid:
        raise Invalid(
            [
                Problem(
                    field="unused",
                    message=_("Between nothing and what was paid: %(paid)s đồng.")
                    % {"paid": f"{paid:f}"},
                )
            ]
        )
    ending.state = EndingState.REPORTED
    ending.report, ending.reported_unused = report.strip(), unused
    ending.plan_products = plan_products.strip()
    ending.plan_assets = plan_assets.strip()
    ending.reported_by_id, ending.reported_at = actor.user_id, at
    ending.check_due_on = due_after(
        ending_rule(ending.contract).check_within, timezone.localdate(at)
    )
    keep(
        ending,
        "state",
        "report",
        "reported_unused",
        "plan_products",
        "plan_assets",
        "reported_by",
        "reported_at",
        "check_due_on",
    )
    told(actor, ending, "contracts.report_ending", at, report=ending.report)
    return ending


@transaction.atomic
def check_ending(
    *,
    actor: Actor,
    contract_id: int,
    unused: Decimal,
    proper: Decimal,
    unproven: Decimal,
    note: str,
    at: datetime,
    version: int | None = None,
) -> Ending:
    """Say of every đồng that was paid: not used, properly used, or not shown to be."""
    ending = pursued(
        actor,
        contract_id,
        "contracts.check_ending",
        states=(EndingState.REPORTED, EndingState.CHECKED),
        version=version,
    )
    required(note=note)
    paid = paid_to(ending.contract)
    parts = (
        whole(unused, field="unused"),
        whole(proper, field="proper"),
        whole(unproven, field="unproven"),
    )
    if sum(parts, Decimal(0)) != paid:
        raise Invalid(
            [
                Problem(
                    field="proper",
                    message=_("The three together are what was paid: %(paid)s đồng.")
                    % {"paid": f"{paid:f}"},
                )
            ]
        )
    ending.state, ending.paid = EndingState.CHECKED, paid
    ending.unused, ending.proper, ending.unproven = parts
    ending.check_note = note.strip()
    ending.checked_by_id, ending.checked_at = actor.user_id, at
    keep(
        ending,
        "state",
        "paid",
        "unused",
        "proper",
        "unproven",
        "check_note",
        "checked_by",
        "checked_at",
    )
    told(actor, ending, "contracts.check_ending", at, note=ending.check_note)
    return ending


@transaction.atomic
def judge_condition(
    *,
    actor: Actor,
    contract_id: int,
    condition: str,
    met: bool,
    text: str,
    at: datetime,
    version: int | None = None,
) -> Finding:
    """Find whether one condition of accepted risk is met; a later finding replaces it."""
    ending = pursued(
        actor,
        contract_id,
        "contracts.judge_condition",
        states=(EndingState.REPORTED, EndingState.CHECKED),
        version=version,
    )
    if condition not in {c.id for c in ending_rule(ending.contract).conditions}:
        raise NotFound
    required(text=text)
    said: dict[str, Any] = {
        "met": met,
        "text": text.strip(),
        "judged_by_id": actor.user_id,
        "judged_at": at,
    }
    finding, _new = Finding.objects.update_or_create(
        ending=ending, condition=condition, defaults=said
    )
    keep(ending)
    tell(
        actor,
        ending.contract,
        "contracts.judge_condition",
        at,
        detail={"ending": ending.public_id, "condition": condition, "met": met},
        secret={"text": finding.text},
    )
    return finding


@transaction.atomic
def add_ending_paper(
    *,
    actor: Actor,
    contract_id: int,
    file: File[bytes],
    at: datetime,
    condition: str = "",
) -> StoredFile:
    """Keep a paper with an ending; ``condition`` says which condition it is evidence of."""
    ending = pursued(
        actor,
        contract_id,
        "contracts.add_ending_paper",
        states=[s for s in EndingState if s != EndingState.DECIDED],
        version=None,
    )
    known = {c.id for c in ending_rule(ending.contract).conditions}
    if condition and condition not in known:
        raise NotFound
    return upload(
        actor=actor,
        subject=f"contracts.ending:{ending.public_id}",
        file=file,
        at=at,
        kind=condition,
        most=40,
    )
