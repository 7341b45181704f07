"""A second person makes a scenario the advice of its round."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.panels.queries import results_of_call
from opensti.domains.portfolios.actions.keeping import (
    bump,
    keep,
    locked,
    open_round,
    step,
    tell,
)
from opensti.domains.portfolios.actions.scenarios import still_so
from opensti.domains.portfolios.actions.wording import reason_of_selection
from opensti.domains.portfolios.choices import Ruling, ScenarioState
from opensti.domains.portfolios.models import Decision, Scenario
from opensti.domains.portfolios.problem.solving import problem_of
from opensti.domains.portfolios.queries.addressed import Solved
from opensti.domains.portfolios.queries.scenarios import document_of
from opensti.kernel.refusals import StepNotAllowed

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.domains.portfolios.models import Round
    from opensti.kernel.access import Actor


@transaction.atomic
def adopt_scenario(
    *,
    actor: Actor,
    scenario_id: int,
    at: datetime,
    expected_version: int | None = None,
) -> Scenario:
    """Write the chosen set into the round: what is proposed, how much, and the true reason.

    Not by whoever put it forward. The officer may still propose otherwise, and the leader
    decide otherwise: each deviation then needs a reason of its own. Raises
    ``StepNotAllowed`` if results, locks or verdicts have changed since it was computed.
    """
    scenario = locked(actor, scenario_id, expected_version, whole=True)
    step(actor, scenario, "adopt")
    round_ = open_round(actor, scenario.round_id, "portfolios.adopt", scenario)
    still_so(scenario)
    for other in Scenario.objects.select_for_update().filter(
        round=round_, state=ScenarioState.ADOPTED
    ):
        step(actor, other, "replace")
        keep(other)
    scenario.adopted_by_id, scenario.adopted_at = actor.account_id, at
    keep(scenario)
    decisions = _advised(scenario, round_)
    Decision.objects.bulk_update(
        decisions,
        [
            "advised",
            "advised_amount",
            "proposed",
            "amount",
            "reason_vi",
            "reason_en",
            "deviation",
        ],
        batch_size=500,
    )
    bump(round_)
    tell(
        actor,
        scenario,
        "adopt_scenario",
        at,
        detail={
            "solution": scenario.solution_digest,
            "reasons": scenario.reasons_digest,
            "approved": sum(d.advised == Ruling.APPROVE for d in decisions),
        },
    )
    return scenario


def _advised(scenario: Scenario, round_: Round) -> list[Decision]:
    document = document_of(scenario.problem)
    solved = Solved.of(scenario, problem_of(document)[1].conditions)
    results = {r.dossier_id: r for r in results_of_call(round_.call_id)}
    found = []
    rows = Decision.objects.filter(round=round_).select_related("dossier", "lock")
    for decision in rows.order_by("pk"):
        code = decision.dossier.code
        if code not in solved.levels:
            raise StepNotAllowed(
                _("%(code)s is not among what was chosen from.") % {"code": code},
                mend=_("Copy the scenario and have the copy computed."),
            )
        decision.advised_amount = solved.amount(code)
        decision.advised = (
            Ruling.DECLINE if decision.advised_amount is None else Ruling.APPROVE
        )
        decision.proposed, decision.amount = decision.advised, decision.advised_amount
        decision.deviation = ""
        for language in ("vi", "en"):
            said = reason_of_selection(
                results.get(decision.dossier_id), decision, solved, language=language
            )
            setattr(decision, f"reason_{language}", said)
        found.append(decision)
    return found
