"""What an action of a plan lacks: one definition for every page, list and test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef

from opensti.domains.strategies.choices import ActionState, Part
from opensti.domains.strategies.models import Assignment, Indicator, PlanAction

if TYPE_CHECKING:
    from django.db.models import QuerySet

OVER = (ActionState.DONE, ActionState.EVALUATED, ActionState.CANCELLED)
LEADS = (Part.LEAD, Part.CO_LEAD)


def judged(rows: QuerySet[PlanAction]) -> QuerySet[Any]:
    """Actions, each with what it has: ``measured`` and ``led``; no further query.

    It is measured by a card of its own or of its goal, and led by an agency that leads it
    alone or with others.
    """
    own = Indicator.actions.through._default_manager.filter(
        planaction_id=OuterRef("pk")
    )
    of_goal = Indicator.goals.through._default_manager.filter(
        goal_id=OuterRef("goal_id")
    )
    leading = Assignment.objects.filter(action_id=OuterRef("pk"), part__in=LEADS)
    return rows.annotate(measured=Exists(own) | Exists(of_goal), led=Exists(leading))


def unmeasured(rows: QuerySet[PlanAction]) -> QuerySet[PlanAction]:
    """Actions still to be done that no indicator measures."""
    return judged(rows).exclude(state__in=OVER).filter(measured=False)


def unled(rows: QuerySet[PlanAction]) -> QuerySet[PlanAction]:
    """Actions still to be done that no agency leads."""
    return judged(rows).exclude(state__in=OVER).filter(led=False)
