"""What the coherence test finds, and what a finding is about."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from opensti.kernel.bilingual import Words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opensti.domains.strategies.models import Indicator, Plan, PlanAction
    from opensti.kernel.refusals import Text


@dataclass(frozen=True, kw_only=True)
class About:
    """A thing a finding is about: its kind (plan, card, goal, action), id, code and name."""

    kind: str
    id: str
    code: str
    name: Words
    plan: str = ""


@dataclass(frozen=True, kw_only=True)
class PlanFinding:
    """``code`` and ``figures`` are what the words are made of, ``texts`` what they name."""

    code: str
    severity: str
    figures: Mapping[str, float | int] = field(default_factory=dict)
    texts: Mapping[str, Text] = field(default_factory=dict)
    # Where acts differ: the plan, the comparator and the value of each.
    acts: tuple[tuple[str, str, str], ...] = ()
    about: tuple[About, ...] = ()


def card_about(card: Indicator) -> About:
    return About(
        kind="card",
        id=card.public_id,
        code=card.code,
        name=Words(card.name_vi, card.name_en),
    )


def plan_about(plan: Plan) -> About:
    return About(
        kind="plan",
        id=plan.public_id,
        code=plan.code,
        name=Words(plan.title_vi, plan.title_en),
    )


def action_about(action: PlanAction) -> About:
    return About(
        kind="action",
        id=action.public_id,
        code=action.code,
        name=Words(action.text_vi, action.text_en),
        plan=action.plan.public_id,
    )
