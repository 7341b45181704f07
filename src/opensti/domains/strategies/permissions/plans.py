"""Who prepares and issues plans, who comments, who may know of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from opensti.domains.strategies.choices import PUBLIC_PLANS
from opensti.domains.strategies.models import (
    Assignment,
    BudgetLine,
    Envelope,
    Goal,
    Milestone,
    Plan,
    PlanAction,
    PlanComment,
    PlanEdition,
    Risk,
)
from opensti.kernel.access import (
    EVERYTHING,
    NOTHING,
    STAFF,
    Role,
    grant,
    has_role,
    sees,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from opensti.kernel.access import Actor

READERS = STAFF | {Role.AUDITOR}
COMMENTERS = frozenset(Role) - {Role.PUBLIC, Role.AUDITOR, Role.ADMIN}

grant("strategies.list_plans", has_role(*READERS), reads=True)
grant("strategies.prepare_plan", has_role(Role.OFFICER, Role.LEADER))
grant("strategies.issue_plan", has_role(Role.LEADER), dangerous=True)
grant("strategies.follow_action", has_role(Role.OFFICER, Role.LEADER))
grant("strategies.keep_budget", has_role(Role.OFFICER, Role.FINANCE))
grant("strategies.comment", has_role(*COMMENTERS))
grant("strategies.answer_comment", has_role(Role.OFFICER, Role.LEADER))


def _of_plans(prefix: str) -> Callable[[Actor], Q]:
    """What belongs to a plan is known to whoever knows of the plan."""

    def seen(actor: Actor) -> Q:
        if actor.has(*READERS):
            return EVERYTHING
        return Q(**{f"{prefix}state__in": PUBLIC_PLANS})

    return seen


def _comments(actor: Actor) -> Q:
    """A comment is its author's and the office's until the office has answered it."""
    if actor.has(*READERS):
        return EVERYTHING
    answered = Q(answered_at__isnull=False, plan__state__in=PUBLIC_PLANS)
    if actor.user_id is None:
        return answered
    return answered | Q(author_id=actor.user_id)


def _risks(actor: Actor) -> Q:
    return EVERYTHING if actor.has(*READERS) else NOTHING


sees(Plan, _of_plans(""))
for model in (Goal, PlanAction, Envelope):
    sees(model, _of_plans("plan__"))
for part in (Milestone, Assignment, BudgetLine):
    sees(part, _of_plans("action__plan__"))
# An edition may be of a draft: what is public of it is the plan as it stands.
sees(PlanEdition, lambda actor: _of_plans("plan__")(actor) & ~Q(act_number=""))
sees(PlanComment, _comments)
sees(Risk, _risks)
