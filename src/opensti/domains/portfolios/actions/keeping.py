"""A scenario and its round: locked, stepped, kept and told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from opensti.domains.portfolios.choices import RoundState
from opensti.domains.portfolios.lifecycle import SCENARIO_LIFECYCLE
from opensti.domains.portfolios.models import Decision, Round, Scenario
from opensti.kernel.access import get_visible, require
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Stale, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from opensti.kernel.access import Actor


def open_round(
    actor: Actor,
    round_id: int,
    permission: str = "portfolios.prepare",
    thing: Scenario | None = None,
) -> Round:
    """The round, locked, while its officer prepares it."""
    round_ = get_visible(
        actor,
        Round.objects.select_for_update(of=("self",)).select_related("call"),
        pk=round_id,
    )
    require(actor, permission, thing or round_)
    if round_.state != RoundState.DRAFT:
        raise StepNotAllowed(
            _("The proposal is before the leader already."),
            mend=_("The leader can send it back."),
        )
    return round_


def open_decision(
    actor: Actor, decision_id: int, version: int | None
) -> tuple[Decision, Round]:
    decision = get_visible(
        actor, Decision.objects.select_related("dossier"), pk=decision_id
    )
    round_ = open_round(actor, decision.round_id)
    if version is not None and round_.version != version:
        raise Stale(
            _("This round was changed by somebody else after you opened it."),
            mend=_("Look at it as it stands now, then act again."),
        )
    return decision, round_


def bump(round_: Round) -> None:
    round_.version += 1
    round_.save(update_fields=["version"])


def locked(
    actor: Actor, scenario_id: int, version: int | None, *, whole: bool = False
) -> Scenario:
    """The scenario as the person saw it, locked after its round, always in this order.

    Its frozen bytes only where they are asked for (``whole``).
    """
    seen = get_visible(actor, Scenario.objects.only("round_id"), pk=scenario_id)
    scenario = hold(seen, whole=whole)
    fresh(scenario, version)
    return scenario


def hold(seen: Scenario, *, whole: bool = False) -> Scenario:
    """The same, whoever may know of it."""
    Round.objects.select_for_update().get(pk=seen.round_id)
    rows = Scenario.objects.select_for_update(of=("self",)).select_related(
        "round__call__regime_version"
    )
    return (rows if whole else rows.defer("problem", "solution", "reasons")).get(
        pk=seen.pk
    )


def fresh(scenario: Scenario, version: int | None) -> None:
    if version is not None and scenario.version != version:
        raise Stale(
            _("This scenario was changed by somebody else after you opened it."),
            mend=_("Your text is still in the form: look, then send it again."),
        )


def step(actor: Actor, scenario: Scenario, name: str) -> None:
    taken = SCENARIO_LIFECYCLE.step(name, state=scenario.state)
    require(actor, taken.permission, scenario)
    scenario.state = taken.target


def keep(scenario: Scenario) -> None:
    scenario.version += 1
    scenario.save()


def subject_of(scenario: Scenario) -> str:
    return f"portfolios.round:{scenario.round.public_id}"


def tell(
    actor: Actor,
    scenario: Scenario,
    act: str,
    at: datetime,
    *,
    digest: bool = False,
    detail: Mapping[str, Any] | None = None,
) -> None:
    told: dict[str, Any] = {
        "scenario": scenario.number,
        "public_id": scenario.public_id,
        **(detail or {}),
    }
    if digest:
        told |= {
            "basis": scenario.basis,
            "ties": scenario.ties,
            "rules": scenario.rules,
        }
    record(
        actor=actor,
        act=f"portfolios.{act}",
        subject=subject_of(scenario),
        at=at,
        detail=told,
    )
