"""One order for what has none of its own: so the same facts are the same tree."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opensti.domains.strategies.trees.format import (
        ActionTree,
        GoalTree,
        PlanTree,
    )


def in_order(tree: PlanTree) -> PlanTree:
    """The tree with parts in the order in which a plan is read back."""
    return replace(
        tree,
        goals=tuple(_goal(goal) for goal in tree.goals),
        envelopes=tuple(
            sorted(tree.envelopes, key=lambda e: (e.year or 0, str(e.source.value)))
        ),
    )


def _goal(goal: GoalTree) -> GoalTree:
    return replace(
        goal,
        goals=tuple(_goal(each) for each in goal.goals),
        targets=tuple(
            sorted(
                goal.targets,
                key=lambda t: (t.card, t.measure.value, t.to_year, t.from_year or 0),
            )
        ),
        actions=tuple(_action(each) for each in goal.actions),
    )


def _action(action: ActionTree) -> ActionTree:
    return replace(
        action,
        depends_on=tuple(sorted(action.depends_on)),
        indicators=tuple(sorted(action.indicators)),
        assignments=tuple(
            sorted(action.assignments, key=lambda a: (a.agency, a.part.value))
        ),
        milestones=tuple(
            sorted(action.milestones, key=lambda m: (m.due_on, m.name_vi))
        ),
        risks=tuple(sorted(action.risks, key=lambda r: r.text)),
        budget=tuple(sorted(action.budget, key=lambda b: (b.year, b.source.value))),
    )
