"""A second person makes a scenario the advice of its round."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

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
from opensti.domains.portfolios.problem.freezing import STATE
from opensti.domains.portfolios.queries.scenarios import document_of
from opensti.kernel.refusals import StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Mapping
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
    problem = document_of(scenario.problem)
    solution = document_of(scenario.solution)
    reasons: Mapping[str, Any] = document_of(scenario.reasons)["reasons"]
    amounts = {
        (level["proposal"], level["name"]): level["amounts"][STATE]
        for level in problem["levels"]
    }
    results = {r.dossier_id: r for r in results_of_call(round_.call_id)}
    found = []
    rows = Decision.objects.filter(round=round_).select_related("dossier", "lock")
    for decision in rows.order_by("pk"):
        code = decision.dossier.code
        if (code, "") not in amounts:
            raise StepNotAllowed(
                _("%(code)s is not among what was chosen from.") % {"code": code},
                mend=_("Copy the scenario and have the copy computed."),
            )
        chosen = code in solution["chosen"]
        decision.advised = Ruling.APPROVE if chosen else Ruling.DECLINE
        decision.advised_amount = (
            Decimal(amounts[code, solution["chosen"][code]]) if chosen else None
        )
        decision.proposed, decision.amount = decision.advised, decision.advised_amount
        decision.deviation = ""
        for language in ("vi", "en"):
            said = reason_of_selection(
                results.get(decision.dossier_id),
                decision,
                reasons.get(code),
                barred=problem["barred"].get(code, ""),
                labels=problem["labels"],
                language=language,
            )
            setattr(decision, f"reason_{language}", said)
        found.append(decision)
    return found
