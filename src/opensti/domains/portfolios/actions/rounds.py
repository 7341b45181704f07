"""From the council's results to the leader's decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from opensti.domains.calls.actions import step_dossier
from opensti.domains.calls.queries import call_to_decide
from opensti.domains.panels.queries import results_of_call
from opensti.domains.portfolios.actions.competing import check_winners, taken_orders
from opensti.domains.portfolios.actions.overlapping import check_overlaps
from opensti.domains.portfolios.actions.ranking import ask_ranking
from opensti.domains.portfolios.actions.wording import (
    check_ruling,
    letter_text,
    reason_of_result,
)
from opensti.domains.portfolios.choices import ObjectionState, RoundState, Ruling
from opensti.domains.portfolios.lifecycle import ROUND_LIFECYCLE
from opensti.domains.portfolios.models import Decision, Letter, Round
from opensti.domains.procedures.choices import Act, State
from opensti.domains.procedures.queries import basis, may_step, one_winner
from opensti.kernel.access import SYSTEM, get_visible, require
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Invalid, NotFound, Problem, Stale, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from decimal import Decimal

    from opensti.domains.panels.queries import CallResult
    from opensti.kernel.access import Actor


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What the leader rules on one dossier."""

    ruling: Ruling
    amount: Decimal | None
    reason_vi: str
    reason_en: str = ""
    deviation: str = ""


def _locked(actor: Actor, round_id: int, step: str, version: int | None) -> Round:
    """Lock the round; possible? allowed? still as the person saw it?"""
    round_ = get_visible(actor, Round.objects.select_for_update(), pk=round_id)
    if version is not None and round_.version != version:
        raise Stale(
            _("This round was changed by somebody else after you opened it."),
            mend=_("Look at it as it stands now, then act again."),
        )
    taken = ROUND_LIFECYCLE.step(step, state=round_.state)
    require(actor, taken.permission, round_)
    round_.state = taken.target
    round_.version += 1
    return round_


def _waiting(call_id: int, *, but: Round | None = None) -> list[CallResult]:
    """Results on which no round rules yet, or whose refusal did not hold."""
    laid_out = Decision.objects.filter(round__call_id=call_id)
    if but is not None:
        laid_out = laid_out.exclude(round=but)
    running = laid_out.exclude(round__state=RoundState.RELEASED)
    again = laid_out.filter(
        objections__state=ObjectionState.UPHELD, dossier__case__state=State.OBJECTED
    ).exclude(
        Q(dossier_id__in=running.values("dossier_id"))
        | Q(dossier__objections__state=ObjectionState.OPEN)
    )
    taken = set(laid_out.values_list("dossier_id", flat=True)) - set(
        again.values_list("dossier_id", flat=True)
    )
    return [r for r in results_of_call(call_id) if r.dossier_id not in taken]


def _proposed_amount(result: CallResult) -> Decimal | None:
    """As council or cost team named it, zero included; else what was asked."""
    if not result.chosen:
        return None
    named = result.proposed_amount
    return result.asked if named is None else named


@transaction.atomic
def prepare_round(
    *, actor: Actor, call_id: int, title_vi: str, title_en: str = "", at: datetime
) -> Round:
    """Lay out the concluded results of a call: one proposed ruling for each dossier.

    A dossier that the council proposed is proposed for approval, with the amount the
    council or the cost team named, else the amount asked; the others for refusal. Where
    one dossier of an order can be approved, those that another one outranks are others.
    A refusal whose objection was upheld is laid out again. Where the procedure lets it
    advise, a worker ranks the dossiers by calibrated merit. Raises ``StepNotAllowed``
    when nothing is concluded or all is laid out already.
    """
    call = call_to_decide(actor=actor, call_id=call_id)
    results = _waiting(call_id)
    if not results:
        raise StepNotAllowed(
            _("No dossier of this call waits for a proposal to the leader."),
            mend=_("Conclude the council first."),
        )
    round_ = Round(
        call=call,
        title_vi=title_vi.strip() or call.title_vi,
        title_en=title_en.strip() or call.title_en,
        created_by_id=actor.account_id,
        created_at=at,
    )
    require(actor, "portfolios.prepare", round_)
    round_.save()
    Decision.objects.bulk_create(
        Decision(
            round=round_,
            dossier_id=result.dossier_id,
            found=Ruling.APPROVE if result.chosen else Ruling.DECLINE,
            proposed=Ruling.APPROVE if result.chosen else Ruling.DECLINE,
            amount=_proposed_amount(result),
            months=result.months,
            rank=result.rank,
            mean=result.mean,
            reason_vi=reason_of_result(result, "vi"),
            reason_en=reason_of_result(result, "en"),
        )
        for result in results
    )
    require(actor, "portfolios.prepare", round_)
    record(
        actor=actor,
        act="portfolios.prepare",
        subject=f"portfolios.round:{round_.public_id}",
        at=at,
        detail={"call": call.code, "dossiers": len(results)},
    )
    # The record lets one writer through at a time: a second officer sees the first here.
    if len(_waiting(call_id, but=round_)) != len(results):
        raise Stale(
            _("Somebody else has just laid out results of this call."),
            mend=_("Open the list of selection rounds."),
        )
    ask_ranking(round_, actor=actor, at=at)
    return round_


@transaction.atomic
def edit_decision(
    *,
    actor: Actor,
    decision_id: int,
    proposed: Ruling,
    amount: Decimal | None,
    reason_vi: str,
    reason_en: str,
    at: datetime,
    deviation: str = "",
    expected_version: int | None = None,
) -> Decision:
    """Change what is proposed on one dossier, while the round is being prepared.

    Other than the adopted scenario advises it takes a ``deviation``, the reason for it.
    """
    decision = get_visible(
        actor, Decision.objects.select_related("dossier__order"), pk=decision_id
    )
    round_ = Round.objects.select_for_update().get(pk=decision.round_id)
    if expected_version is not None and round_.version != expected_version:
        raise Stale(
            _("This round was changed by somebody else after you opened it."),
            mend=_("Your text is still in the form: look, then send it again."),
        )
    if round_.state != RoundState.DRAFT:
        raise StepNotAllowed(_("The proposal is before the leader already."))
    require(actor, "portfolios.prepare", round_)
    problems = check_ruling(
        decision,
        ruling=proposed,
        amount=amount,
        reason_vi=reason_vi,
        deviation=deviation,
    )
    if problems:
        raise Invalid(problems)
    decision.proposed = proposed
    decision.amount = amount if proposed == Ruling.APPROVE else None
    decision.reason_vi, decision.reason_en = reason_vi.strip(), reason_en.strip()
    decision.deviation = deviation.strip() if decision.departs_from_advice else ""
    decision.save(
        update_fields=["proposed", "amount", "reason_vi", "reason_en", "deviation"]
    )
    round_.version += 1
    round_.save(update_fields=["version"])
    record(
        actor=actor,
        act="portfolios.edit_decision",
        subject=f"portfolios.round:{round_.public_id}",
        at=at,
        detail={
            "dossier": decision.dossier.code,
            "proposed": decision.proposed,
            "amount": None if decision.amount is None else str(decision.amount),
            **({"deviation": decision.deviation} if decision.deviation else {}),
        },
    )
    return decision


@transaction.atomic
def propose_round(
    *,
    actor: Actor,
    round_id: int,
    proposal: str,
    at: datetime,
    expected_version: int | None = None,
) -> Round:
    """Lay the round before the leader; each dossier moves to its proposal."""
    round_ = _locked(actor, round_id, "propose", expected_version)
    round_.proposal = proposal.strip()
    round_.proposed_by_id, round_.proposed_at = actor.user_id, at
    decisions = list(
        round_.decisions.select_related("dossier__case", "dossier__order").order_by(
            "pk"
        )
    )
    problems = [
        problem
        for decision in decisions
        for problem in check_ruling(
            decision,
            ruling=Ruling(decision.proposed),
            amount=decision.amount,
            reason_vi=decision.reason_vi,
            deviation=decision.deviation,
        )
    ]
    proposed = {d.pk: d.proposed for d in decisions}
    problems += check_winners(round_, decisions, proposed)
    problems += check_overlaps(decisions, proposed)
    if problems:
        raise Invalid(problems)
    round_.save()
    for decision in decisions:
        case = decision.dossier.case
        if case.state != State.PROPOSED:  # returned rounds come twice
            case = step_dossier(
                actor=actor,
                dossier_id=decision.dossier_id,
                act=Act.DOSSIER_PROPOSE,
                at=at,
                reason=gettext("The objection was upheld.")
                if case.state == State.OBJECTED
                else "",
            ).case
        approves = decision.proposed == Ruling.APPROVE
        if not may_step(
            case, Act.DOSSIER_APPROVE if approves else Act.DOSSIER_DECLINE, SYSTEM
        ):
            raise StepNotAllowed(
                _("The procedure does not let %(code)s be decided like this yet.")
                % {"code": decision.dossier.code},
                mend=_("Have its costs appraised first, or propose to decline it."),
                article=basis(case, Act.DOSSIER_PROPOSE),
            )
    record(
        actor=actor,
        act="portfolios.propose",
        subject=f"portfolios.round:{round_.public_id}",
        at=at,
        detail={
            "decisions": [
                {
                    "dossier": d.dossier.code,
                    "proposed": d.proposed,
                    "amount": None if d.amount is None else str(d.amount),
                }
                for d in decisions
            ]
        },
    )
    return round_


@transaction.atomic
def return_round(
    *,
    actor: Actor,
    round_id: int,
    reason: str,
    at: datetime,
    expected_version: int | None = None,
) -> Round:
    """The leader sends the proposal back, saying why."""
    if not reason.strip():
        raise Invalid(
            [Problem(field="reason", message=_("Say what the officer should change."))]
        )
    round_ = _locked(actor, round_id, "return", expected_version)
    round_.save()
    record(
        actor=actor,
        act="portfolios.return",
        subject=f"portfolios.round:{round_.public_id}",
        at=at,
        detail={"reason": reason.strip()},
    )
    return round_


@transaction.atomic
def decide_round(
    *,
    actor: Actor,
    round_id: int,
    decision_number: str,
    rulings: Mapping[int, Rule],
    at: datetime,
    expected_version: int | None = None,
) -> Round:
    """The leader decides every dossier of the round, and the letters are prepared.

    ``rulings`` by decision id; a decision left out is decided as proposed. Nothing
    is told to applicants or the public before ``release_round``. Raises ``Invalid`` when
    a second dossier of an order would be approved where only one can be, ``NotFound``
    for a ruling on what is not decided in this round.
    """
    round_ = _locked(actor, round_id, "decide", expected_version)
    decisions = list(
        round_.decisions.select_related(
            "dossier__case",
            "dossier__order",
            "dossier__host",
            "dossier__created_by",
            "round__call",
        ).order_by("pk")
    )
    if rulings.keys() - {decision.pk for decision in decisions}:
        raise NotFound
    problems = []
    if not decision_number.strip():
        problems.append(
            Problem(
                field="decision_number",
                message=_("Enter the number of the decision."),
                mend=_("It is the number of the signed paper, for example 123/QĐ-BCT."),
            )
        )
    for decision in decisions:
        rule = rulings.get(decision.pk) or Rule(
            ruling=Ruling(decision.proposed),
            amount=decision.amount,
            reason_vi=decision.reason_vi,
            reason_en=decision.reason_en,
            deviation=decision.deviation,
        )
        problems += check_ruling(
            decision,
            ruling=rule.ruling,
            amount=rule.amount,
            reason_vi=rule.reason_vi,
            deviation=rule.deviation,
        )
        decision.ruling = rule.ruling
        decision.amount = rule.amount if rule.ruling == Ruling.APPROVE else None
        decision.reason_vi = rule.reason_vi.strip()
        decision.reason_en = rule.reason_en.strip()
        decision.departs_from_council = rule.ruling != decision.found
        decision.deviation = (
            rule.deviation.strip() if decision.departs_from_advice else ""
        )
    ruled = {d.pk: d.ruling for d in decisions}
    problems += check_winners(round_, decisions, ruled)
    problems += check_overlaps(decisions, ruled)
    if problems:
        raise Invalid(problems)
    round_.decision_number = decision_number.strip()
    round_.decided_by_id, round_.decided_at = actor.user_id, at
    round_.save()
    Decision.objects.bulk_update(
        decisions,
        [
            "ruling",
            "amount",
            "reason_vi",
            "reason_en",
            "departs_from_council",
            "deviation",
        ],
    )
    letters = []
    for decision in decisions:
        to = decision.dossier.created_by
        subject, body = letter_text(decision, round_, to.language)
        letters.append(
            Letter(
                decision=decision,
                language=to.language,
                recipient=to,
                subject=subject,
                body=body,
            )
        )
    Letter.objects.bulk_create(letters)
    record(
        actor=actor,
        act="portfolios.decide",
        subject=f"portfolios.round:{round_.public_id}",
        at=at,
        detail={
            "decision_number": round_.decision_number,
            "decisions": [
                {
                    "dossier": d.dossier.code,
                    "ruling": d.ruling,
                    "amount": None if d.amount is None else str(d.amount),
                    "departs_from_council": d.departs_from_council,
                    **({"deviation": d.deviation} if d.deviation else {}),
                }
                for d in decisions
            ],
        },
    )
    # The record lets one writer through at a time: a second leader sees the first here.
    won = {
        d.dossier.order_id
        for d in decisions
        if d.ruling == Ruling.APPROVE
        and d.dossier.order_id is not None
        and one_winner(d.dossier.case) is not None
    }
    if won and taken_orders(round_, won):
        raise Stale(
            _("Another round has just approved a dossier of the same order."),
            mend=_("Look at the round again: only one of them can be approved."),
        )
    return round_
