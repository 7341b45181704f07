"""Plans as a program reads them by key: with the ids that acts ask for; money whole đồng."""

from __future__ import annotations

from datetime import date  # noqa: TC003 -- read by the schemas at run time
from functools import partial
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest  # noqa: TC002
from ninja import Query, Router, Schema

from opensti.api.acts import Bearer
from opensti.api.audience import seen_by
from opensti.api.contracts import Page  # noqa: TC001 -- read at run time
from opensti.domains.publications import queries as publications
from opensti.domains.strategies import queries
from opensti.domains.strategies.trees import in_order, plain

if TYPE_CHECKING:
    from opensti.kernel.access import Actor

router = Router(auth=Bearer(), tags=["strategies"])


class PlanOut(Schema):
    id: int
    public_id: str
    version: int
    code: str
    kind: str
    state: str
    title_vi: str
    title_en: str
    act_number: str
    issued_on: date | None
    starts_on: date | None
    ends_on: date | None
    comments_until: date | None
    mark: str


class Plans(Schema):
    count: int
    items: list[PlanOut]


class ActionOut(Schema):
    id: int
    public_id: str
    version: int
    code: str
    goal_id: int
    state: str
    state_reason: str
    milestones: list[int]
    budget_lines: list[int]


class PlanGoal(Schema):
    id: int
    public_id: str
    version: int
    code: str
    parent_id: int | None


class PlanTreeOut(Schema):
    """The tree as a file would say it, and the ids of its goals and actions."""

    plan: PlanOut
    tree: dict[str, Any]
    goals: list[PlanGoal]
    actions: list[ActionOut]


@router.get("/plans", response=Plans)
def plans(request: HttpRequest, page: Query[Page]) -> dict[str, Any]:
    """Plans the owner of the key may know of, latest first."""
    rows = publications.plans_known(_actor(request), partial(seen_by, request), page.q)
    return {
        "count": rows.count(),
        "items": list(rows[page.offset : page.offset + page.limit]),
    }


@router.get("/plans/{public_id}", response=PlanTreeOut)
def plan(request: HttpRequest, public_id: str) -> dict[str, Any]:
    """One plan with its tree, empty where it is withheld; risks only for the office."""
    actor = _actor(request)
    found, open_tree = publications.plan_known(
        actor, partial(seen_by, request), public_id
    )
    if not open_tree:
        return {"plan": found, "tree": {}, "goals": [], "actions": []}
    sight = queries.sight(actor, found)
    tree = plain(in_order(queries.tree_of(found)))
    if publications.plan_above_known(actor, partial(seen_by, request), found) is None:
        tree.pop("parent", None)
    if not any(action.risks.all() for action in sight.actions):
        _without_risks(tree)
    return {
        "plan": found,
        "tree": tree,
        "goals": [node.goal for node in sight.nodes],
        "actions": [
            {
                "id": action.pk,
                "public_id": action.public_id,
                "version": action.version,
                "code": action.code,
                "goal_id": action.goal_id,
                "state": action.state,
                "state_reason": action.state_reason,
                "milestones": [row.pk for row in action.milestones.all()],
                "budget_lines": [row.pk for row in action.budget_lines.all()],
            }
            for action in sight.actions
        ],
    }


def _without_risks(tree: dict[str, Any]) -> None:
    """Take out what only the office reads: the risks of actions."""
    for goal in tree.get("goals", []):
        for action in goal.get("actions", []):
            action.pop("risks", None)
        _without_risks(goal)


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor
