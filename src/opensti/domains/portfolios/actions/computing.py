"""A scenario is frozen, solved and explained; and computed again from its frozen bytes."""

from __future__ import annotations

import zlib
from hashlib import sha256
from time import monotonic
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.portfolios.actions.keeping import hold, keep, locked, step, tell
from opensti.domains.portfolios.choices import Basis, ScenarioState, TieRule
from opensti.domains.portfolios.lifecycle import SCENARIO_LIFECYCLE
from opensti.domains.portfolios.models import Scenario
from opensti.domains.portfolios.problem.freezing import (
    candidates_of,
    freeze,
    young_age,
)
from opensti.domains.portfolios.problem.solving import explain, select
from opensti.domains.portfolios.queries.scenarios import (
    calibrated_merits,
    ranking_bytes,
    scenario_with_bytes,
)
from opensti.kernel.access import require
from opensti.kernel.frozen import canonical, digest_of
from opensti.kernel.refusals import StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from opensti.domains.portfolios.models import Ranking
    from opensti.kernel.access import Actor

SOLVE_JOB = "portfolios.solve_scenario"
# Of the work: the set is found, then every dossier's reason.
STEPS = 100


def _nothing(_done: int, _what: str) -> None:
    """Nobody watches the progress."""


def frozen_now(scenario: Scenario) -> tuple[str, bytes, Ranking | None]:
    """The problem as it would be frozen now: its digest, its bytes, the ranking it uses.

    Also where the mean counts, the ranking tells how sure the choice is.
    """
    round_ = scenario.round
    ranking = round_.rankings.first()
    merits = (
        calibrated_merits(ranking)
        if ranking is not None and scenario.basis == Basis.CALIBRATED
        else None
    )
    content = freeze(
        candidates_of(round_, young=young_age(scenario.rules)),
        scenario=scenario.public_id,
        basis=scenario.basis,
        rules=scenario.rules,
        ties=_ties(scenario),
        merits=merits,
        ranking="" if ranking is None else ranking.problem_digest,
    )
    return digest_of(content), content, ranking


def _ties(scenario: Scenario) -> dict[str, str]:
    """The seed of a draw: of the lot alone, or of it and what the source said."""
    if scenario.ties != TieRule.DRAW:
        return {}
    if not scenario.seed_said:
        return {"draw": scenario.seed}
    both = f"{scenario.seed}\n{scenario.seed_said}"
    return {"draw": sha256(both.encode()).hexdigest()}


def compute_scenario(
    *,
    actor: Actor,
    scenario_id: int,
    at: datetime,
    progress: Callable[[int, str], object] | None = None,
) -> Scenario:
    """Freeze, choose, explain, and keep each with its digest; repeats harmlessly.

    What was kept before a worker died is not done again: it goes on with the same problem.
    """
    told = progress or _nothing
    told(0, str(_("The dossiers are weighed.")))
    scenario = _frozen(actor, scenario_id)
    if scenario.state == ScenarioState.WAITING:
        began = monotonic()
        told(1, str(_("The best set is sought.")))
        solution = select(zlib.decompress(bytes(scenario.problem or b"")))
        scenario = _solved(
            actor, scenario_id, canonical(solution), solution, monotonic() - began, at
        )
    if scenario.state == ScenarioState.SOLVED and not scenario.reasons_digest:

        def explained(done: int, of: int) -> None:
            told(2 + (STEPS - 2) * done // max(of, 1), str(_("Reasons are computed.")))

        reasons = explain(
            zlib.decompress(bytes(scenario.problem or b"")),
            zlib.decompress(bytes(scenario.solution or b"")),
            None if scenario.ranking is None else ranking_bytes(scenario.ranking)[0],
            progress=explained,
        )
        scenario = _explained(actor, scenario_id, canonical(reasons), at)
    return scenario


@transaction.atomic
def _frozen(actor: Actor, scenario_id: int) -> Scenario:
    scenario = locked(actor, scenario_id, None, whole=True)
    require(actor, "portfolios.plan", scenario)
    if scenario.state == ScenarioState.WAITING and scenario.problem is None:
        digest, content, ranking = frozen_now(scenario)
        scenario.problem, scenario.problem_digest = zlib.compress(content, 9), digest
        scenario.ranking = ranking
        keep(scenario)
    return scenario


@transaction.atomic
def _solved(  # noqa: PLR0917
    actor: Actor,
    scenario_id: int,
    content: bytes,
    solution: dict[str, Any],
    seconds: float,
    at: datetime,
) -> Scenario:
    scenario = locked(actor, scenario_id, None, whole=True)
    if scenario.state != ScenarioState.WAITING:
        return scenario
    step(actor, scenario, "refute" if solution["status"] == "infeasible" else "solve")
    scenario.solution = zlib.compress(content, 9)
    scenario.solution_digest = digest_of(content)
    scenario.proof = {
        key: solution[key]
        for key in ("status", "objective", "bound", "gap", "spent", "versions")
    } | {"chosen": len(solution["chosen"]), "tied": len(solution["tied"] or ())}
    scenario.seconds, scenario.finished_at = seconds, at
    keep(scenario)
    told: dict[str, Any] = {
        "problem": scenario.problem_digest,
        "solution": scenario.solution_digest,
        "outcome": solution["status"],
    }
    if scenario.ties == TieRule.DRAW:
        told["seed"] = scenario.seed
    tell(actor, scenario, "finish_scenario", at, detail=told)
    return scenario


@transaction.atomic
def _explained(
    actor: Actor, scenario_id: int, content: bytes, at: datetime
) -> Scenario:
    scenario = locked(actor, scenario_id, None, whole=True)
    if scenario.reasons_digest:
        return scenario
    scenario.reasons = zlib.compress(content, 9)
    scenario.reasons_digest = digest_of(content)
    keep(scenario)
    tell(
        actor,
        scenario,
        "explain_scenario",
        at,
        detail={"reasons": scenario.reasons_digest},
    )
    return scenario


@transaction.atomic
def fail_scenario(*, actor: Actor, scenario_id: int, at: datetime) -> Scenario:
    """Note that it was not computed. Asked again it draws the same: it keeps its seed.

    No permission is asked: it says what has happened.
    """
    scenario = hold(Scenario.objects.only("round_id").get(pk=scenario_id))
    if scenario.state != ScenarioState.WAITING:
        return scenario
    scenario.state = SCENARIO_LIFECYCLE.step("fail", state=scenario.state).target
    keep(scenario)
    tell(
        actor,
        scenario,
        "fail_scenario",
        at,
        detail={"problem": scenario.problem_digest},
    )
    return scenario


def recompute_scenario(*, actor: Actor, public_id: str) -> tuple[bytes, bool]:
    """Choose again from the frozen bytes: the solution, and whether it is the same to the byte.

    Reads what was kept, writes nothing; raises ``StepNotAllowed`` if nothing was chosen.
    """
    scenario = scenario_with_bytes(actor, public_id)
    if scenario.solution is None or scenario.problem is None:
        raise StepNotAllowed(
            _("This scenario has no result to compute again."),
            mend=_("Have it computed first."),
        )
    problem = zlib.decompress(bytes(scenario.problem))
    content = canonical(select(problem))
    same = digest_of(problem) == scenario.problem_digest
    return content, same and digest_of(content) == scenario.solution_digest


def recompute_reasons(*, actor: Actor, public_id: str) -> tuple[bytes, bool]:
    """The reasons again, from the frozen bytes: their bytes, and whether they are the same.

    Takes as long as the first time: two or three questions to the solver for each dossier.
    Writes nothing; raises ``StepNotAllowed`` if nothing was explained.
    """
    scenario = scenario_with_bytes(actor, public_id)
    if not scenario.reasons_digest:
        raise StepNotAllowed(
            _("This scenario has no reasons to compute again."),
            mend=_("Have it computed first."),
        )
    told = explain(
        zlib.decompress(bytes(scenario.problem or b"")),
        zlib.decompress(bytes(scenario.solution or b"")),
        None if scenario.ranking is None else ranking_bytes(scenario.ranking)[0],
        progress=lambda _done, _of: None,
    )
    content = canonical(told)
    return content, digest_of(content) == scenario.reasons_digest
