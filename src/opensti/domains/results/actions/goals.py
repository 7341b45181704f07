"""Say which goal of a plan a result or a year of uptake serves, with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from opensti.domains.results.actions.registry import goal_words, keep_version
from opensti.domains.results.choices import Served
from opensti.domains.results.models import Result, UptakeYear
from opensti.domains.results.queries import result_subject, uptake_subject
from opensti.domains.strategies.queries import goal_to_link
from opensti.kernel.access import require, visible
from opensti.kernel.bulk import BulkLine, in_turn
from opensti.kernel.checks import keep, locked_row, problem, required
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from opensti.kernel.access import Actor

_MODELS: dict[str, type[Result | UptakeYear]] = {
    Served.RESULT: Result,
    Served.UPTAKE: UptakeYear,
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
) -> Result | UptakeYear:
    """Say which goal a ``result``, or a year of ``uptake``, serves.

    ``goal`` is its public id; empty to serve none (a year of uptake then serves again what
    its results serve). Raises ``Invalid`` for a goal that may not be chosen or a missing
    reason, ``StepNotAllowed`` where it serves that goal already.
    """
    model = _model(thing)
    rows = model.objects.select_related("contract__case", "goal__plan")
    row: Any = locked_row(actor, rows, pk=thing_id)
    require(actor, "results.link_goal", row)
    said = required(reason=reason)["reason"]
    was = row.goal
    row.goal = goal_to_link(public_id=goal, day=localdate(at))
    if row.goal == was:
        raise StepNotAllowed(
            _("It serves this goal already."),
            mend=_("Choose another goal, or leave it as it is."),
        )
    keep(row, "goal")
    if isinstance(row, Result):
        keep_version(actor, row, at, reason=said)
        act, subject = "results.link_goal", result_subject(row.public_id)
    else:
        act, subject = "uptake.link_goal", uptake_subject(row.public_id)
    record(
        actor=actor,
        act=act,
        subject=subject,
        at=at,
        detail={
            "goal": goal_words(row.goal),
            "goal was": goal_words(was),
            "reason": said,
        },
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
) -> list[BulkLine[Result | UptakeYear]]:
    """Link many by the act of one; all or none. A dry run does everything and undoes it."""
    require(actor, "results.link_goal")
    rows: Any = visible(actor, _model(thing).objects.filter(pk__in=thing_ids))

    def link(row: Result | UptakeYear) -> None:
        link_goal(
            actor=actor,
            thing=thing,
            thing_id=row.pk,
            goal=goal,
            reason=reason,
            at=at,
        )

    return in_turn(rows.order_by("pk"), link, dry_run=dry_run)


def _model(thing: str) -> type[Result | UptakeYear]:
    if thing not in _MODELS:
        raise problem(
            "thing",
            _("This cannot be linked to a goal here."),
            _("Say result or uptake."),
        )
    return _MODELS[thing]
