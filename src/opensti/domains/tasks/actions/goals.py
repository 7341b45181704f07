"""Say which goal of a plan a need, an order or a task serves, with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from opensti.domains.strategies.queries import goal_to_link, linkable_goals
from opensti.domains.tasks.choices import Served
from opensti.domains.tasks.models import Need, Order, Task
from opensti.domains.tasks.queries import need_subject, order_subject, task_subject
from opensti.kernel.access import require, visible
from opensti.kernel.bulk import BulkLine, in_turn
from opensti.kernel.checks import locked_row, problem, required
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime

    from opensti.domains.strategies.models import Goal
    from opensti.kernel.access import Actor

_MODELS: dict[str, type[Need | Order | Task]] = {
    Served.NEED: Need,
    Served.ORDER: Order,
    Served.TASK: Task,
}
_SUBJECTS: dict[str, Callable[[str], str]] = {
    Served.NEED: need_subject,
    Served.ORDER: order_subject,
    Served.TASK: task_subject,
}


@transaction.atomic
def link_goal(
    *,
    actor: Actor,
    thing: str,
    thing_id: int,
    goal: str,
    reason: str,
    at: datetime,
) -> Need | Order | Task:
    """Say which goal a ``need``, ``order`` or ``task`` serves, whatever became of it.

    ``goal`` is its public id, empty to serve none. Raises ``Invalid`` for a goal that may
    not be chosen or a missing reason, ``StepNotAllowed`` where it serves that goal already.
    What was taken over from it before keeps the goal it has.
    """
    model = _model(thing)
    row: Any = locked_row(
        actor, model.objects.select_related("goal__plan"), pk=thing_id
    )
    require(actor, "tasks.link_goal", row)
    said = required(reason=reason)["reason"]
    was = row.goal
    row.goal = goal_to_link(public_id=goal, day=localdate(at))
    if row.goal == was:
        raise StepNotAllowed(
            _("It serves this goal already."),
            mend=_("Choose another goal, or leave it as it is."),
        )
    columns = ["goal"]
    if hasattr(row, "version"):
        # Whoever has it open on a page sees that it changed.
        row.version += 1
        columns.append("version")
    row.save(update_fields=columns)
    record(
        actor=actor,
        act=f"{thing}s.link_goal",
        subject=_SUBJECTS[thing](row.public_id),
        at=at,
        detail={"goal": _named(row.goal), "goal was": _named(was), "reason": said},
    )
    return row  # type: ignore[no-any-return]


@transaction.atomic
def link_goals_in_bulk(
    *,
    actor: Actor,
    thing: str,
    thing_ids: Sequence[int],
    goal: str,
    reason: str,
    at: datetime,
    dry_run: bool,
) -> list[BulkLine[Need | Order | Task]]:
    """Link many by the act of one; all or none. A dry run does everything and undoes it."""
    require(actor, "tasks.link_goal")
    rows: Any = visible(actor, _model(thing).objects.filter(pk__in=thing_ids))

    def link(row: Need | Order | Task) -> None:
        link_goal(
            actor=actor,
            thing=thing,
            thing_id=row.pk,
            goal=goal,
            reason=reason,
            at=at,
        )

    return in_turn(rows.order_by("pk"), link, dry_run=dry_run)


def chosen_goal(row: Need, public_id: str, *, day: date) -> Goal | None:
    """The goal that was chosen; the one it has stays as it is, also when it was closed."""
    if row.goal is not None and row.goal.public_id == public_id.strip():
        return row.goal
    return goal_to_link(public_id=public_id, day=day)


def goal_of_needs(actor: Actor, need_ids: Sequence[int], *, day: date) -> Goal | None:
    """The one open goal that needs name; nothing where they name none or several."""
    rows = visible(actor, Need.objects.filter(pk__in=list(need_ids)))
    named = set(
        rows.exclude(goal=None).order_by().values_list("goal__public_id", flat=True)
    )
    if len(named) != 1:
        return None
    return linkable_goals(day).filter(public_id=named.pop()).first()


def goal_said(goal: Goal | None) -> dict[str, str]:
    """The goal in the record, where there is one."""
    return {"goal": _named(goal)} if goal else {}


def _named(goal: Goal | None) -> str:
    return f"{goal.plan.code} {goal.code}" if goal else ""


def _model(thing: str) -> type[Need | Order | Task]:
    if thing not in _MODELS:
        raise problem(
            "thing",
            _("This cannot be linked to a goal here."),
            _("Say need, order or task."),
        )
    return _MODELS[thing]
