"""The decision that ends a contract early: whose cause, accepted risk, what is paid back."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from sti_methods.refunds import Kind, Refund, ShareOutOfRange, refund

from opensti.domains.contracts.actions.acting import follow_task, step, tell
from opensti.domains.contracts.actions.claiming import claim_money
from opensti.domains.contracts.actions.ending import (
    due_after,
    pursued,
)
from opensti.domains.contracts.choices import Cause, EndingState
from opensti.domains.contracts.events import ContractEnded
from opensti.domains.contracts.queries.ending import (
    ending_rule,
    findings_of,
    money_said,
    paid_to,
    percent,
    refund_rules,
)
from opensti.domains.procedures.choices import Act
from opensti.domains.tasks.choices import TaskState
from opensti.kernel.checks import keep, required
from opensti.kernel.events import publish
from opensti.kernel.files.serving import files_of
from opensti.kernel.refusals import Invalid, Problem, Stale

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from fractions import Fraction

    from opensti.domains.contracts.models import Ending
    from opensti.domains.procedures.regimes.format.execution import EndingRule
    from opensti.kernel.access import Actor


@transaction.atomic
def decide_ending(
    *,
    actor: Actor,
    contract_id: int,
    cause: str,
    decision_number: str,
    reason: str,
    at: datetime,
    risk_accepted: bool | None = None,
    shares: Mapping[Kind, Fraction] | None = None,
    council_opinion: str = "",
    version: int | None = None,
) -> Ending:
    """End a contract early (or settle what a failed one owes) and claim what is owed.

    ``shares`` chooses within what the procedure allows for each kind of money; what is not
    chosen is the least. Where the procedure goes by conduct, ``risk_accepted`` is asked:
    accepted, nothing of the money properly used goes back, and every condition must have
    been found met on evidence. The acceptance of the work is stopped (``ContractEnded``).
    """
    ending = pursued(
        actor,
        contract_id,
        "contracts.terminate",
        states=(EndingState.CHECKED,),
        version=version,
    )
    contract, rule = ending.contract, ending_rule(ending.contract)
    required(decision_number=decision_number, reason=reason)
    if cause not in Cause.values:
        raise Invalid([Problem(field="cause", message=_("Say whose cause it is."))])
    if ending.paid != paid_to(contract):
        raise Stale(
            _("Something was paid after the money was checked."),
            mend=_("Check the money of the host again."),
        )
    accepted = _risk(ending, rule, risk_accepted)
    worked = _refund(ending, rule, cause, accepted=bool(accepted), shares=shares or {})
    ending.state, ending.cause = EndingState.DECIDED, cause
    ending.risk_accepted, ending.council_opinion = accepted, council_opinion.strip()
    ending.working = _working(worked, rule)
    ending.refund = Decimal(worked.total)
    ending.decision_number, ending.decision_reason = (
        decision_number.strip(),
        reason.strip(),
    )
    ending.decided_by_id, ending.decided_at = actor.user_id, at
    if not ending.after_failure:
        rests_on = step(actor, contract, Act.CONTRACT_TERMINATE, at, reason=reason)
        follow_task(contract, TaskState.STOPPED, at, basis=decision_number)
    else:
        rests_on = rule.basis
    if worked.total:
        today = timezone.localdate(at)
        ending.claim = claim_money(
            actor=actor,
            contract_id=contract.pk,
            amount=Decimal(worked.total),
            reason=reason,
            basis=rule.basis,
            decision_number=decision_number,
            decided_on=today,
            due_on=due_after(rule.pay_within, today),
            working=ending.working,
            at=at,
        )
    keep(
        ending,
        "state",
        "cause",
        "risk_accepted",
        "council_opinion",
        "working",
        "refund",
        "decision_number",
        "decision_reason",
        "decided_by",
        "decided_at",
        "claim",
    )
    if not ending.after_failure:
        publish(
            ContractEnded(
                contract_id=contract.pk, reason=reason.strip(), actor=actor, at=at
            )
        )
    tell(
        actor,
        contract,
        "contracts.terminate",
        at,
        basis=rests_on,
        detail={
            "ending": ending.public_id,
            "cause": cause,
            "risk_accepted": accepted,
            "refund": ending.refund,
            "decision": ending.decision_number,
        },
        secret={"reason": ending.decision_reason},
    )
    return ending


def _risk(ending: Ending, rule: EndingRule, said: bool | None) -> bool | None:  # noqa: FBT001 -- the leader's answer
    """The answer on accepted risk; asked only where the procedure goes by conduct."""
    if rule.refund_by != "conduct":
        return None
    if said is None:
        raise Invalid(
            [
                Problem(
                    field="risk_accepted",
                    message=_("Say whether the risk is accepted."),
                )
            ]
        )
    if not said:
        return False
    found = findings_of(ending)
    proven = {f.kind for f in files_of(f"contracts.ending:{ending.public_id}")}
    lacking = [
        condition
        for condition in rule.conditions
        if condition.id not in found
        or not found[condition.id].met
        or condition.id not in proven
    ]
    if lacking:
        refusal = Invalid(
            [
                Problem(
                    field="risk_accepted",
                    message=_("Not found met on evidence: %(vi)s / %(en)s.")
                    % {"vi": c.label_vi, "en": c.label_en},
                    mend=_("Enter the finding and its evidence, or do not accept."),
                )
                for c in lacking
            ]
        )
        refusal.article = rule.basis
        raise refusal
    return True


def _refund(
    ending: Ending,
    rule: EndingRule,
    cause: str,
    *,
    accepted: bool,
    shares: Mapping[Kind, Fraction],
) -> Refund:
    amounts: dict[Kind, int] = {
        "unused": int(ending.unused or 0),
        "proper": int(ending.proper or 0),
        "unproven": int(ending.unproven or 0),
    }
    try:
        return refund(
            amounts,
            rules=refund_rules(rule),
            cause=cause,
            lump=ending.contract.lump_sum,
            chosen=shares,
            risk_accepted=accepted,
        )
    except ShareOutOfRange as error:
        row = error.row
        law = next((r for r in rule.refunds if r.id == row.rule), None)
        refusal = Invalid(
            [
                Problem(
                    field=f"share_{row.money}",
                    message=_("Of money %(money)s between %(least)s and %(most)s.")
                    % {
                        "money": money_said(row.money),
                        "least": percent(row.least),
                        "most": percent(row.most),
                    },
                )
            ]
        )
        refusal.article = law.basis if law else rule.basis
        refusal.who = _("nobody under this procedure")
        raise refusal from error


def _working(worked: Refund, rule: EndingRule) -> list[dict[str, Any]]:
    """The rows as they are kept: money, amount, bounds and share as fractions, refund."""
    laws = {r.id: r for r in rule.refunds}
    return [
        {
            "money": row.money,
            "amount": str(row.amount),
            "least": str(row.least),
            "most": str(row.most),
            "share": str(row.chosen),
            "refund": str(row.refund),
            "source": row.source,
            "article": laws[row.rule].basis
            if row.rule
            else (rule.basis if row.source == "accepted_risk" else ""),
        }
        for row in worked.rows
    ]
