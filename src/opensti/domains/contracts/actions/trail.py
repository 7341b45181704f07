"""A budget on its way from what was asked to the contract: each hand adds one version."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.calls.queries import dossier_by_id
from opensti.domains.contracts.actions.acting import locked
from opensti.domains.contracts.actions.budgeting import begin_trail, write_budget
from opensti.domains.contracts.choices import BudgetStage
from opensti.domains.contracts.models import Budget, Contract
from opensti.domains.contracts.problem import Line, line_of, lines_digest, sums
from opensti.domains.contracts.problem.changed_lines import unsound_lines
from opensti.domains.contracts.problem.lump import lump_problems, marked
from opensti.domains.contracts.problem.norms import against_norms
from opensti.domains.contracts.problem.trail import off_by, unexplained
from opensti.domains.contracts.queries import budget_subject, norms_of, rules_of
from opensti.domains.contracts.queries.budgets import (
    WITH_COST_TEAM,
    WITH_COUNCIL,
    above_past,
)
from opensti.domains.portfolios.queries import funded
from opensti.domains.procedures.choices import STATE_LABELS, State
from opensti.kernel.access import require
from opensti.kernel.checks import in_state, keep, refuse_if
from opensti.kernel.money import format_money
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Problem, Stale, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from opensti.domains.calls.models import Dossier
    from opensti.kernel.access import Actor


@transaction.atomic
def propose_budget(
    *,
    actor: Actor,
    dossier_id: int,
    based_on: int,
    lines: Sequence[Line],
    at: datetime,
    reason: str = "",
) -> Budget:
    """Keep what the council proposes, line by line, each change with its reason.

    ``based_on`` is the number of the version the person saw (``budget_basis``). A line is never dropped: it stays with the amount 0. ``NotFound``,
    ``AccessDenied``, ``StepNotAllowed`` outside the council's time, ``Stale``, ``Invalid``.
    """
    return _by_dossier(
        actor,
        dossier_id,
        "contracts.propose_budget",
        BudgetStage.PANEL,
        states=WITH_COUNCIL,
        based_on=based_on,
        lines=lines,
        at=at,
        reason=reason,
    )


@transaction.atomic
def appraise_budget(
    *,
    actor: Actor,
    dossier_id: int,
    based_on: int,
    lines: Sequence[Line],
    at: datetime,
    reason: str = "",
) -> Budget:
    """Keep what the cost team appraised; the same rules as for the council's version."""
    return _by_dossier(
        actor,
        dossier_id,
        "contracts.appraise_budget",
        BudgetStage.APPRAISED,
        states=WITH_COST_TEAM,
        based_on=based_on,
        lines=lines,
        at=at,
        reason=reason,
    )


def _by_dossier(
    actor: Actor,
    dossier_id: int,
    act: str,
    stage: BudgetStage,
    *,
    states: frozenset[State],
    based_on: int,
    lines: Sequence[Line],
    at: datetime,
    reason: str,
) -> Budget:
    dossier = dossier_by_id(actor=actor, dossier_id=dossier_id, lock=True)
    require(actor, act, dossier)
    state = State(dossier.case.state)
    in_state(
        _("This is not possible while the dossier is: %(state)s."),
        state,
        states,
        STATE_LABELS[state],
    )
    last = begin_trail(actor, dossier, at)
    if done := _done_already(actor, last, stage, lines):
        return done
    _must_be_based_on(last, based_on)
    before = [line_of(i) for i in last.items.all()]
    refuse_if(list(unsound_lines(before, lines)))
    problems = unexplained(before, lines)
    if stage == BudgetStage.APPRAISED:
        problems += _dear(actor, dossier.pk, lines)
    checked = against_norms(lines, norms_of(dossier))
    refuse_if([*problems, *checked.problems()])
    budget = write_budget(
        actor=actor,
        dossier_id=dossier.pk,
        stage=stage,
        lines=checked.lines,
        at=at,
        reason=reason,
    )
    _tell(actor, dossier, act, budget, at)
    return budget


@transaction.atomic
def approve_budget(
    *,
    actor: Actor,
    dossier_id: int,
    based_on: int,
    lines: Sequence[Line],
    at: datetime,
    reason: str = "",
) -> Budget:
    """Bring the lines to what was decided, to the đồng; possible once the letter is out.

    A contract that is still drafted takes over the new sums. Refused with the difference
    where the State money of the lines is not the decision's.
    """
    contract = None
    contract_id = (
        Contract.objects.filter(dossier_id=dossier_id)
        .values_list("pk", flat=True)
        .first()
    )
    dossier = dossier_by_id(actor=actor, dossier_id=dossier_id)
    require(actor, "contracts.approve_budget", dossier)
    if contract_id is not None:
        contract = _drafted(contract_id)
    dossier = dossier_by_id(actor=actor, dossier_id=dossier_id, lock=True)
    approvals = funded(dossier_id=dossier_id)
    if not approvals:
        raise StepNotAllowed(
            _("The decision on this dossier is not out yet."),
            mend=_("Approve the budget once the letters have been released."),
        )
    last = begin_trail(actor, dossier, at)
    if done := _done_already(actor, last, BudgetStage.APPROVED, lines):
        return done
    _must_be_based_on(last, based_on)
    refuse_if(list(unsound_lines([line_of(i) for i in last.items.all()], lines)))
    amount = approvals[-1].amount
    state, other = sums(lines)
    problems = []
    if amount is not None and state != amount:
        problems.append(
            Problem(
                field="lines",
                message=_(
                    "The State money of the lines is %(sum)s, the decision says %(amount)s: "
                    "%(off)s."
                )
                % {
                    "sum": format_money(state),
                    "amount": format_money(amount),
                    "off": off_by(state, amount),
                },
                mend=_("Change the lines until they sum to the decision."),
            )
        )
    problems += _dear(actor, dossier.pk, lines)
    checked = against_norms(lines, norms_of(dossier))
    refuse_if([*problems, *checked.problems()])
    budget = write_budget(
        actor=actor,
        dossier_id=dossier.pk,
        stage=BudgetStage.APPROVED,
        lines=[replace(line, lump=False) for line in checked.lines],
        at=at,
        reason=reason,
        basis=approvals[-1].decision_number,
    )
    if contract is not None:
        contract.state_money, contract.other_money = state, other
        keep(contract, "state_money", "other_money")
    _tell(actor, dossier, "contracts.approve_budget", budget, at)
    return budget


@transaction.atomic
def agree_budget(
    *,
    actor: Actor,
    contract_id: int,
    based_on: int,
    lines: Sequence[Line],
    at: datetime,
    reason: str = "",
) -> Budget:
    """Keep the budget that the contract will be signed with, while it is drafted.

    The State money is at most what was approved; the lines are marked as part of the lump
    sum as the contract's mode says. The instalments are checked anew where they no longer
    sum to it (``draft_check``).
    """
    contract = locked(
        actor, contract_id, "contracts.agree_budget", states={State.DRAFT}
    )
    dossier = dossier_by_id(actor=actor, dossier_id=contract.dossier_id, lock=True)
    last = begin_trail(actor, dossier, at)
    approved = (
        Budget.objects.filter(dossier_id=dossier.pk, stage=BudgetStage.APPROVED)
        .order_by("-number")
        .first()
    )
    if approved is None:
        raise StepNotAllowed(
            _("No budget of this task is approved yet."),
            mend=_("Bring the lines to the decision first: “approve the budget”."),
        )
    rule = rules_of(contract).lump_sum(contract.lump_sum)
    wanted = marked(lines, rule)
    if done := _done_already(actor, last, BudgetStage.CONTRACT, wanted):
        return done
    _must_be_based_on(last, based_on)
    refuse_if(list(unsound_lines([line_of(i) for i in last.items.all()], lines)))
    state, other = sums(lines)
    problems = []
    if state > approved.state_money:
        problems.append(
            Problem(
                field="lines",
                message=_(
                    "The State money of the lines is %(sum)s, approved is %(amount)s: %(off)s."
                )
                % {
                    "sum": format_money(state),
                    "amount": format_money(approved.state_money),
                    "off": off_by(state, approved.state_money),
                },
                mend=_("Lower the lines: a contract never has more than was approved."),
            )
        )
    if other < approved.other_money:
        problems.append(
            Problem(
                field="lines",
                message=_(
                    "The other money of the lines is %(sum)s, approved is %(amount)s: %(off)s."
                )
                % {
                    "sum": format_money(other),
                    "amount": format_money(approved.other_money),
                    "off": off_by(other, approved.other_money),
                },
                mend=_(
                    "What the host and its partners promised stays: raise their lines."
                ),
            )
        )
    if rule is not None:
        problems += lump_problems(lines, rule)
    problems += _dear(actor, dossier.pk, lines)
    checked = against_norms(wanted, norms_of(dossier, contract))
    refuse_if([*problems, *checked.problems()])
    budget = write_budget(
        actor=actor,
        dossier_id=dossier.pk,
        stage=BudgetStage.CONTRACT,
        lines=checked.lines,
        at=at,
        reason=reason,
        basis=approved.basis,
    )
    contract.state_money, contract.other_money = state, other
    keep(contract, "state_money", "other_money")
    _tell(actor, dossier, "contracts.agree_budget", budget, at)
    return budget


def _dear(actor: Actor, dossier_id: int, lines: Sequence[Line]) -> list[Problem]:
    """Lines dearer than like lines of signed contracts say on what ground."""
    return [
        Problem(
            field=f"lines.{number}.ground",
            message=_(
                "Row %(n)d: the unit price is above the highest of %(count)d signed "
                "contracts, %(highest)s."
            )
            % {
                "n": number,
                "count": past.n,
                "highest": format_money(past.highest),
            },
            mend=_("Lower it, or say on what ground it goes above."),
        )
        for number, past in above_past(actor, dossier_id, lines)
    ]


def _drafted(contract_id: int) -> Contract:
    """The contract, locked, while it can still take over other sums."""
    contract = (
        Contract.objects.select_for_update(of=("self",))
        .select_related("case")
        .get(pk=contract_id)
    )
    if contract.case.state != State.DRAFT:
        raise StepNotAllowed(
            _("The contract is no longer being drafted."),
            mend=_("From now on its budget changes by an amendment."),
        )
    return contract


def _done_already(
    actor: Actor, last: Budget, stage: BudgetStage, lines: Sequence[Line]
) -> Budget | None:
    """The version itself, where the same person sends the same lines a second time."""
    same = last.stage == stage and last.made_by_id == actor.user_id
    # The digest tells lines apart by their norm too, which only the check fills in.
    kept = [replace(line_of(i), norm_max=None) for i in last.items.all()]
    sent = [replace(line, norm_max=None) for line in lines]
    return last if same and lines_digest(kept) == lines_digest(sent) else None


def _must_be_based_on(last: Budget, based_on: int) -> None:
    if based_on != last.number:
        raise Stale(
            _("The budget has another version since you opened the page."),
            mend=_("Look at the new version, then act again."),
        )


def _tell(
    actor: Actor, dossier: Dossier, act: str, budget: Budget, at: datetime
) -> None:
    """Record a version by its digest; its lines stay in the house."""
    record(
        actor=actor,
        act=act,
        subject=budget_subject(dossier.public_id),
        at=at,
        basis=budget.basis,
        detail={
            "dossier": dossier.code,
            "number": budget.number,
            "stage": str(budget.stage),
            "budget": budget.sha256,
            "state_money": budget.state_money,
            "other_money": budget.other_money,
            "reason": budget.reason,
        },
    )
