"""Scenarios are written, computed, put forward by one person and adopted by another."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from opensti.domains.portfolios.actions.computing import SOLVE_JOB, frozen_now
from opensti.domains.portfolios.actions.keeping import (
    bump,
    fresh,
    keep,
    locked,
    open_decision,
    open_round,
    step,
    subject_of,
    tell,
)
from opensti.domains.portfolios.actions.wording import others_named
from opensti.domains.portfolios.choices import (
    Basis,
    ScenarioState,
    TieRule,
)
from opensti.domains.portfolios.lifecycle import SCENARIO_LIFECYCLE
from opensti.domains.portfolios.models import Decision, Lock, Round, Scenario
from opensti.domains.portfolios.problem.freezing import candidates_of, young_age
from opensti.domains.portfolios.problem.stating import check_rules
from opensti.domains.procedures.queries import advice_of
from opensti.kernel.access import get_visible, require
from opensti.kernel.jobs.actions import enqueue
from opensti.kernel.jobs.models import UNFINISHED, Job, JobState
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Invalid, Problem, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from opensti.kernel.access import Actor

DRAW_ENTRY = "portfolios.draw:"
A_MOMENT = timedelta(seconds=10)
ENDED = [state for state in JobState if state not in UNFINISHED]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What an officer says of a scenario.

    ``rules`` in the form of ``sti_methods.portfolio.rules``, and of the scenario's own:
    ``levels`` {code: [{name, share, merit}]} with parts of the cost and of the merit, 0 to 1;
    ``groups`` {column: {value: [codes]}}, categories of the officer's own; ``young_age``.
    ``seed_source`` names what the draw will also be drawn from, which nobody knows yet.
    """

    title_vi: str
    title_en: str = ""
    basis: str = Basis.MEAN
    ties: str = TieRule.RANK
    seed_source: str = ""
    rules: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def make_scenario(*, actor: Actor, round_id: int, plan: Plan, at: datetime) -> Scenario:
    """Write down what to choose under; nothing is computed yet. A double click writes one.

    Raises ``Invalid`` with the place of each fault in the rules, ``StepNotAllowed`` once the
    round is before the leader.
    """
    round_ = open_round(actor, round_id)
    scenario = Scenario(
        round=round_,
        number=_next_number(round_),
        created_by_id=actor.account_id,
        created_at=at,
    )
    require(actor, "portfolios.plan", scenario)
    _write(scenario, round_, plan)
    if (twin := _twin(scenario, at)) is not None:
        return twin
    scenario.save()
    tell(actor, scenario, "make_scenario", at, digest=True)
    return scenario


def _twin(scenario: Scenario, at: datetime) -> Scenario | None:
    """The same draft that the same person began a moment ago: a second click is none."""
    return Scenario.objects.filter(
        round_id=scenario.round_id,
        state=ScenarioState.DRAFT,
        created_by_id=scenario.created_by_id,
        created_at__gt=at - A_MOMENT,
        title_vi=scenario.title_vi,
        title_en=scenario.title_en,
        basis=scenario.basis,
        ties=scenario.ties,
        seed_source=scenario.seed_source,
        seed_digest="",
        rules=scenario.rules,
    ).first()


@transaction.atomic
def change_scenario(
    *,
    actor: Actor,
    scenario_id: int,
    plan: Plan,
    at: datetime,
    expected_version: int | None = None,
) -> Scenario:
    """Change a scenario that was not asked for yet; later, copy it."""
    scenario = locked(actor, scenario_id, expected_version)
    require(actor, "portfolios.plan", scenario)
    if scenario.state != ScenarioState.DRAFT:
        raise StepNotAllowed(
            _("A scenario that was computed does not change any more."),
            mend=_("Copy it and change the copy."),
        )
    if scenario.seed_digest and (
        plan.ties != TieRule.DRAW or plan.seed_source.strip() != scenario.seed_source
    ):
        raise StepNotAllowed(
            _("The draw of this scenario stands in the record already."),
            mend=_("Copy the scenario and change the copy."),
        )
    _write(scenario, scenario.round, plan)
    keep(scenario)
    tell(actor, scenario, "change_scenario", at, digest=True)
    return scenario


@transaction.atomic
def copy_scenario(*, actor: Actor, scenario_id: int, at: datetime) -> Scenario:
    """Begin another scenario with the rules of this one; a draw needs a seed of its own."""
    old = get_visible(
        actor, Scenario.objects.defer("problem", "solution", "reasons"), pk=scenario_id
    )
    return make_scenario(
        actor=actor,
        round_id=old.round_id,
        plan=Plan(
            title_vi=old.title_vi,
            title_en=old.title_en,
            basis=old.basis,
            ties=old.ties,
            rules=old.rules,
        ),
        at=at,
    )


@transaction.atomic
def commit_draw(
    *,
    actor: Actor,
    scenario_id: int,
    at: datetime,
    expected_version: int | None = None,
) -> Scenario:
    """Choose a seed by lot and put its SHA-256 into the public record, before the draw.

    Nobody sees the seed until the draw is done. The entry names no round: it tells the
    digest and what else will be drawn from, so that anybody can hash and draw again.
    """
    scenario = locked(actor, scenario_id, expected_version)
    require(actor, "portfolios.plan", scenario)
    if scenario.state != ScenarioState.DRAFT or scenario.ties != TieRule.DRAW:
        raise StepNotAllowed(
            _("Only a scenario in preparation whose ties are drawn needs a seed."),
            mend=_("Choose the public draw as the rule for ties first."),
        )
    if scenario.seed_digest:
        raise StepNotAllowed(
            _("A seed is committed already and not yet used."),
            mend=_("Have the scenario computed."),
        )
    scenario.seed = secrets.token_hex(16)
    scenario.seed_digest = sha256(scenario.seed.encode()).hexdigest()
    scenario.seed_committed_at = at
    keep(scenario)
    record(
        actor=actor,
        act="portfolios.commit_draw",
        subject=f"{DRAW_ENTRY}{scenario.seed_digest[:16]}",
        at=at,
        public=True,
        detail={"sha256": scenario.seed_digest, "source": scenario.seed_source},
    )
    return scenario


@transaction.atomic
def ask_scenario(
    *,
    actor: Actor,
    scenario_id: int,
    at: datetime,
    said: str = "",
    expected_version: int | None = None,
) -> Scenario:
    """Have a worker choose. While one does, nothing is asked twice.

    ``said`` is what the source of a draw has said since the seed was committed.
    """
    scenario = locked(actor, scenario_id, None)
    if scenario.state == ScenarioState.WAITING:
        if not Job.objects.filter(public_id=scenario.job_id, state__in=ENDED).exists():
            return scenario
        # Its work was stopped before it began.
        scenario.state = SCENARIO_LIFECYCLE.step("fail", state=scenario.state).target
    fresh(scenario, expected_version)
    step(actor, scenario, "ask")
    open_round(actor, scenario.round_id)
    if not scenario.problem_digest:  # asked again after a failure it draws the same
        scenario.seed_said = " ".join(said.split())
    problems = _draw_problems(scenario)
    if problems:
        raise Invalid(problems)
    scenario.asked_by_id, scenario.asked_at = actor.account_id, at
    job = enqueue(
        SOLVE_JOB,
        actor=actor,
        at=at,
        payload={"scenario": scenario.pk},
        subject=subject_of(scenario),
        unique_key=f"{SOLVE_JOB}:{scenario.pk}",
    )
    scenario.job_id = job.public_id
    keep(scenario)
    tell(
        actor,
        scenario,
        "ask_scenario",
        at,
        digest=True,
        detail={"said": scenario.seed_said} if scenario.seed_said else None,
    )
    return scenario


def _draw_problems(scenario: Scenario) -> list[Problem]:
    if scenario.ties != TieRule.DRAW:
        return []
    if not scenario.seed_digest:
        return [
            Problem(
                field="ties",
                message=_("A draw needs a seed that was committed before it."),
                mend=_("Commit to a seed first: its digest goes into the record."),
            )
        ]
    if scenario.seed_source and not scenario.seed_said:
        return [
            Problem(
                field="said",
                message=_("The draw also needs what its source has said."),
                mend=_("Type it exactly as it was published: %(source)s.")
                % {"source": scenario.seed_source},
            )
        ]
    return []


@transaction.atomic
def put_forward(
    *,
    actor: Actor,
    scenario_id: int,
    grounds: str,
    at: datetime,
    expected_version: int | None = None,
) -> Scenario:
    """Propose a computed scenario as the advice of the round, for a second person."""
    scenario = locked(actor, scenario_id, expected_version)
    step(actor, scenario, "put_forward")
    open_round(actor, scenario.round_id)
    if not scenario.reasons_digest:
        raise StepNotAllowed(
            _("The reasons of this scenario are not computed yet."),
            mend=_("Wait until the work is done; the letters tell them."),
        )
    still_so(scenario)
    if not grounds.strip():
        raise Invalid(
            [
                Problem(
                    field="grounds",
                    message=_("Say why this scenario and none of the others."),
                )
            ]
        )
    scenario.put_forward_by_id, scenario.put_forward_at = actor.account_id, at
    scenario.grounds = grounds.strip()
    keep(scenario)
    tell(
        actor,
        scenario,
        "put_forward",
        at,
        detail={"solution": scenario.solution_digest},
    )
    return scenario


@transaction.atomic
def send_back(
    *,
    actor: Actor,
    scenario_id: int,
    reason: str,
    at: datetime,
    expected_version: int | None = None,
) -> Scenario:
    """The second person does not adopt it, and says why."""
    if not reason.strip():
        raise Invalid(
            [Problem(field="reason", message=_("Say what speaks against it."))]
        )
    scenario = locked(actor, scenario_id, expected_version)
    step(actor, scenario, "send_back")
    scenario.put_forward_by = scenario.put_forward_at = None
    keep(scenario)
    tell(actor, scenario, "send_back", at, detail={"reason": reason.strip()})
    return scenario


@transaction.atomic
def lock_decision(
    *,
    actor: Actor,
    decision_id: int,
    must: bool,
    reason: str,
    at: datetime,
    expected_version: int | None = None,
) -> Lock:
    """Fix by hand that a dossier is funded, or is not, in every scenario from now on."""
    decision, round_ = open_decision(actor, decision_id, expected_version)
    if not reason.strip():
        raise Invalid(
            [Problem(field="reason", message=_("Say why it is fixed by hand."))]
        )
    codes = round_.decisions.values_list("dossier__code", flat=True)
    if others := others_named(reason, {*codes}, own=decision.dossier.code):
        raise Invalid(
            [
                Problem(
                    field="reason",
                    message=_("The reason names another dossier: %(codes)s.")
                    % {"codes": ", ".join(others)},
                    mend=_("It goes into the letter to the applicant: name no other."),
                )
            ]
        )
    lock, _made = Lock.objects.update_or_create(
        decision=decision,
        defaults={
            "must": must,
            "reason": reason.strip(),
            "made_by_id": actor.account_id,
            "made_at": at,
        },
    )
    bump(round_)
    record(
        actor=actor,
        act="portfolios.lock_decision",
        subject=f"portfolios.round:{round_.public_id}",
        at=at,
        detail={
            "dossier": decision.dossier.code,
            "must": must,
            "reason": reason.strip(),
        },
    )
    return lock


@transaction.atomic
def unlock_decision(
    *,
    actor: Actor,
    decision_id: int,
    at: datetime,
    expected_version: int | None = None,
) -> Decision:
    """Take back what was fixed by hand; what was computed with it stays as it is."""
    decision, round_ = open_decision(actor, decision_id, expected_version)
    gone, _kinds = Lock.objects.filter(decision=decision).delete()
    if not gone:
        raise StepNotAllowed(_("Nothing is fixed by hand on this dossier."))
    bump(round_)
    record(
        actor=actor,
        act="portfolios.unlock_decision",
        subject=f"portfolios.round:{round_.public_id}",
        at=at,
        detail={"dossier": decision.dossier.code},
    )
    return decision


def _next_number(round_: Round) -> int:
    last = round_.scenarios.aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def _write(scenario: Scenario, round_: Round, plan: Plan) -> None:
    advice = advice_of(round_.call.regime_version)
    problems = []
    if not plan.title_vi.strip():
        problems.append(
            Problem(field="title_vi", message=_("Give the scenario a name."))
        )
    if plan.basis == Basis.CALIBRATED:
        if not advice.calibrated:
            problems.append(
                Problem(
                    field="basis",
                    message=_("The procedure does not switch the calibrated view on."),
                    mend=_("Choose the mean score by the regime."),
                )
            )
        elif not round_.rankings.exists():
            problems.append(
                Problem(
                    field="basis",
                    message=_("The calibrated ranking is not computed yet."),
                    mend=_("Have it computed on the page of the ranking."),
                )
            )
    problems += check_rules(
        plan.rules,
        candidates_of(round_, young=young_age(plan.rules)),
        partial=advice.partial_levels,
    )
    if problems:
        raise Invalid(problems)
    scenario.title_vi, scenario.title_en = plan.title_vi.strip(), plan.title_en.strip()
    scenario.basis, scenario.ties = plan.basis, plan.ties
    scenario.rules = dict(plan.rules)
    scenario.seed_source = plan.seed_source.strip() if plan.ties == TieRule.DRAW else ""


def still_so(scenario: Scenario) -> None:
    """Refuse a scenario whose frozen inputs are no longer those of the round."""
    if frozen_now(scenario)[0] != scenario.problem_digest:
        raise StepNotAllowed(
            _("Results, locks or verdicts have changed since it was computed."),
            mend=_("Copy the scenario, have the copy computed, and compare."),
        )
