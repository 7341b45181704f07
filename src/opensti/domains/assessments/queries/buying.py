"""Which of the proposed actions a budget buys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sti_methods import maturity

from opensti.domains.assessments.choices import Progress

if TYPE_CHECKING:
    from decimal import Decimal

    from opensti.domains.assessments.models import Improvement
    from opensti.domains.assessments.queries.planning import Plan

WAITING = frozenset({Progress.PROPOSED, Progress.APPROVED})
WORKING = frozenset({Progress.RUNNING, Progress.DONE, Progress.EFFECTIVE})


@dataclass(frozen=True, kw_only=True)
class Bought:
    """``left``: actions that were not looked at, without a cost or with nothing to gain."""

    actions: list[Improvement]
    left: list[Improvement]
    best: maturity.BestSet
    budget: Decimal


def bought(plan: Plan, budget: Decimal) -> Bought:
    """The best set of the plan's waiting actions within a budget; no query.

    Worth: the sum of each gap's priority times its expected gain over five. What the rules
    say must come first (``prerequisites``) is in the set, under way, or already at the
    score from which an item conforms.
    """
    gaps = {gap.item.code: gap for gap in plan.gaps}
    scores = {one["code"]: one["verified"] for one in plan.result.content["items"]}
    enough = plan.asked.rules.conforms
    under_way = {
        item for one in plan.actions if one.state in WORKING for item in one.items
    }
    needs: dict[str, set[str]] = {}
    for pair in plan.file.prerequisites if plan.file else ():
        now = scores.get(pair.needs)
        below = gaps[pair.needs].current if pair.needs in gaps else now
        if pair.needs not in under_way and below is not None and below < enough:
            needs.setdefault(pair.item, set()).add(pair.needs)
    options, known, left = [], {}, []
    for one in plan.actions:
        if one.state not in WAITING:
            continue
        gains = {
            item: min(one.expected, gaps[item].target) - gaps[item].current
            for item in one.items
            if item in gaps and one.expected > gaps[item].current
        }
        if one.cost is None or not gains:
            left.append(one)
            continue
        known[one.public_id] = one
        options.append(
            maturity.Option(
                code=one.public_id,
                cost=int(one.cost),
                gains=gains,
                needs=frozenset(n for item in one.items for n in needs.get(item, ())),
            )
        )
    best = maturity.best_set(
        options,
        priorities={
            code: gap.priority for code, gap in gaps.items() if gap.priority is not None
        },
        budget=int(budget),
    )
    return Bought(
        actions=[known[code] for code in best.codes],
        left=left,
        best=best,
        budget=budget,
    )
