"""Every goal, action and target of a tree, with its place in the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from opensti.domains.strategies.trees.format import (
        ActionTree,
        GoalTree,
        PlanTree,
        TargetTree,
    )


def all_goals(
    goals: Iterable[GoalTree], parent: str = "", at: str = ""
) -> Iterator[tuple[str, str, GoalTree]]:
    """Place in the file, code of the goal above, the goal; those above come first."""
    for goal in goals:
        place = f"{at}.goals[{goal.code}]".lstrip(".")
        yield place, parent, goal
        yield from all_goals(goal.goals, goal.code, place)


def all_actions(tree: PlanTree) -> Iterator[tuple[str, GoalTree, ActionTree]]:
    for place, _parent, goal in all_goals(tree.goals):
        for action in goal.actions:
            yield f"{place}.actions[{action.code}]", goal, action


def all_targets(tree: PlanTree) -> Iterator[tuple[str, GoalTree, TargetTree]]:
    for place, _parent, goal in all_goals(tree.goals):
        for number, target in enumerate(goal.targets):
            yield f"{place}.targets[{number}]", goal, target
