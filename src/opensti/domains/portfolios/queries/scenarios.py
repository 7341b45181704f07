"""Scenarios and rankings of a round, as far as a person may know of them."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Any

from opensti.domains.portfolios.choices import ScenarioState
from opensti.domains.portfolios.models import Lock, Ranking, Scenario
from opensti.kernel.access import get_visible, visible
from opensti.kernel.jobs.models import Job
from opensti.kernel.refusals import NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from opensti.domains.portfolios.models import Round
    from opensti.kernel.access import Actor

BYTES = ("problem", "solution", "reasons")


def scenarios_of(actor: Actor, round_: Round) -> QuerySet[Scenario]:
    """Scenarios of a round, the newest first, without their frozen bytes; 1 query."""
    return visible(
        actor,
        Scenario.objects.filter(round=round_)
        .select_related("created_by", "put_forward_by", "adopted_by")
        .defer(*BYTES)
        .order_by("-number"),
    )


def scenario(actor: Actor, public_id: str) -> Scenario:
    """One scenario without its frozen bytes."""
    return get_visible(
        actor,
        Scenario.objects.select_related(
            "round__call__regime_version",
            "created_by",
            "asked_by",
            "put_forward_by",
            "adopted_by",
        ).defer(*BYTES),
        public_id=public_id,
    )


def scenario_with_bytes(actor: Actor, public_id: str) -> Scenario:
    return get_visible(
        actor,
        Scenario.objects.select_related("round__call__regime_version", "ranking"),
        public_id=public_id,
    )


def scenario_job(scenario: Scenario) -> Job | None:
    """The work that computes a scenario, for its progress; 1 query."""
    if not scenario.job_id:
        return None
    return Job.objects.filter(public_id=scenario.job_id).first()


def adopted_scenario(actor: Actor, round_: Round) -> Scenario | None:
    """The scenario that a second person adopted as the advice of the round; 1 query."""
    return scenarios_of(actor, round_).filter(state=ScenarioState.ADOPTED).first()


def locks_of(round_: Round) -> dict[int, Lock]:
    """What is fixed by hand, by decision; 1 query. The caller has decided who may know."""
    rows = Lock.objects.filter(decision__round=round_).select_related("made_by")
    return {lock.decision_id: lock for lock in rows}


def document_of(content: Any) -> Mapping[str, Any]:
    """The plain data of frozen bytes; raises ``NotFound`` where there are none."""
    if content is None:
        raise NotFound
    told: Mapping[str, Any] = json.loads(zlib.decompress(bytes(content)))
    return told


def ranking_bytes(ranking: Ranking) -> tuple[bytes, bytes]:
    """The frozen scores of a ranking and what was computed from them."""
    return zlib.decompress(bytes(ranking.problem)), zlib.decompress(
        bytes(ranking.solution)
    )


def calibrated_merits(ranking: Ranking) -> dict[str, float]:
    """The calibrated merit of each dossier, by code."""
    told = document_of(ranking.solution)
    return {code: line["merit"] for code, line in told["dossiers"].items()}
