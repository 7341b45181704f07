"""The calibrated ranking of a round: computed where the procedure lets it advise."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.portfolios.models import Ranking, Round
from opensti.domains.portfolios.problem.ranking import freeze_ranking, solve_ranking
from opensti.domains.portfolios.queries.ranking import advises
from opensti.domains.portfolios.queries.scenarios import ranking_bytes
from opensti.kernel.access import get_visible, require
from opensti.kernel.frozen import digest_of
from opensti.kernel.jobs.actions import enqueue
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import StepNotAllowed

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.kernel.access import Actor

RANK_JOB = "portfolios.rank_round"


def rank_round(*, actor: Actor, round_id: int, at: datetime) -> Ranking:
    """Freeze the scores of a round, rank its dossiers by calibrated merit, keep both.

    The same scores are ranked once: asked again, the ranking that is there is returned.
    Raises ``StepNotAllowed`` where the procedure of the call does not switch it on.
    """
    with transaction.atomic():
        round_ = _round(actor, round_id)
        problem = freeze_ranking(round_)
        known = Ranking.objects.filter(
            round=round_, problem_digest=digest_of(problem)
        ).first()
        if known is not None:
            return known
    # Long work holds no lock; what was frozen cannot change meanwhile.
    solution = solve_ranking(problem)
    with transaction.atomic():
        round_ = _round(actor, round_id)
        ranking, made = Ranking.objects.get_or_create(
            round=round_,
            problem_digest=digest_of(problem),
            defaults={
                "problem": zlib.compress(problem, 9),
                "solution": zlib.compress(solution, 9),
                "solution_digest": digest_of(solution),
                "made_by_id": actor.user_id,
                "made_at": at,
            },
        )
        if made:
            record(
                actor=actor,
                act="portfolios.rank_round",
                subject=f"portfolios.round:{round_.public_id}",
                at=at,
                detail={
                    "ranking": ranking.public_id,
                    "problem": ranking.problem_digest,
                    "solution": ranking.solution_digest,
                },
            )
    return ranking


def _round(actor: Actor, round_id: int) -> Round:
    """Possible? allowed? In any state: the ranking tells why, also after the decision."""
    round_ = get_visible(
        actor, Round.objects.select_related("call__regime_version"), pk=round_id
    )
    require(actor, "portfolios.prepare", round_)
    advice = advises(round_)
    if not advice.calibrated:
        raise StepNotAllowed(
            _("The procedure of this call does not switch the calibrated ranking on."),
            mend=_(
                "An administrator answers the switch “calibrated_beside” with a reason; it holds for calls that are made from then on."
            ),
            article=advice.rule.basis if advice.rule is not None else "",
            who=_("an administrator, who answers the switches of procedures"),
        )
    return round_


def ask_ranking(round_: Round, *, actor: Actor, at: datetime) -> None:
    """Have a worker rank a round that was laid out, where the procedure lets it advise."""
    if advises(round_).calibrated:
        enqueue(
            RANK_JOB,
            actor=actor,
            at=at,
            payload={"round": round_.pk},
            subject=f"portfolios.round:{round_.public_id}",
            unique_key=f"{RANK_JOB}:{round_.pk}",
        )


def recompute_ranking(*, actor: Actor, public_id: str) -> bool:
    """Rank again from the frozen bytes: is everything the same to the byte? Writes nothing."""
    ranking = get_visible(actor, Ranking.objects.all(), public_id=public_id)
    problem, solution = ranking_bytes(ranking)
    return (
        digest_of(problem) == ranking.problem_digest
        and digest_of(solution) == ranking.solution_digest
        and solve_ranking(problem) == solution
    )
