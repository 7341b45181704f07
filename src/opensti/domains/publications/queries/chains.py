"""What serves a goal, stage by stage, as the policy shows it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from opensti.domains.publications.disclosure import WHOLE_ROW
from opensti.domains.results.queries import Stage

if TYPE_CHECKING:
    from opensti.domains.publications.queries.sight import Sight
    from opensti.domains.results.queries import Chain

KINDS = {"orders": "order", "tasks": "task", "results": "result"}


def chain_as_shown(chain: Chain, by: Sight) -> Chain:
    """The chain with what is shown of it; no query.

    A stage is there where all of its rows and what they serve are open: a shorter list
    under a full count would tell how many are withheld. Money needs every amount open,
    what was planned the tree of the plan.
    """
    stages = []
    for stage in chain.stages:
        kind = KINDS.get(stage.key)
        if kind is None:
            stages.append(stage)
        elif not (by.is_open(kind, WHOLE_ROW) and by.is_open(kind, "goal")):
            stages.append(Stage(key=stage.key, count=0, rows=()))
        else:
            shown = tuple(by.one(kind, row) for row in stage.rows)
            stages.append(replace(stage, rows=shown))
    money, lines = chain.money, chain.plan_lines
    if not by.shows("plan", "tree", chain.goal.plan):
        money, lines = replace(money, planned=None, years=()), ()
    if not (by.is_open("task", "amount") and by.is_open("task", "goal")):
        money = replace(money, approved=None, other_currency=0, years=())
    return replace(chain, stages=tuple(stages), money=money, plan_lines=lines)
