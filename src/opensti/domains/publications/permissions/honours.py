"""Who states criteria, computes and confirms honours, and who knows of candidates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from opensti.domains.publications.choices import HonourState
from opensti.domains.publications.models import Honour, HonourCriterion, HonourRun
from opensti.domains.tasks.queries import closed_tasks
from opensti.kernel.access import STAFF, Role, grant, has_role, rule, sees

if TYPE_CHECKING:
    from opensti.kernel.access import Actor

PUBLISHED = (HonourState.CONFIRMED, HonourState.WITHDRAWN)


@rule(
    _("Who computed the candidates does not confirm them."),
    who=_("another leader"),
)
def is_another(actor: Actor, honour: Any) -> bool:
    return honour is None or honour.proposed_by_id != actor.user_id


@rule(_("Somebody else would be named."), who=_("the person who would be named"))
def is_the_person(actor: Actor, honour: Any) -> bool:
    if honour is None:
        return actor.person_id is not None
    return actor.person_id is not None and honour.person_id == actor.person_id


grant("publications.read_honours", has_role(*STAFF, Role.AUDITOR), reads=True)
grant("publications.state_criterion", has_role(Role.LEADER))
grant("publications.run_honours", has_role(Role.OFFICER, Role.LEADER))
grant("publications.confirm_honour", has_role(Role.LEADER) & is_another, dangerous=True)
grant("publications.decline_honour", has_role(Role.LEADER))
grant("publications.withdraw_honour", has_role(Role.LEADER), dangerous=True)
grant("publications.name_me", is_the_person)


def _honours(actor: Actor) -> Q:
    """What was published is everybody's; candidates are the office's, and one's own."""
    if actor.has(*STAFF, Role.AUDITOR):
        return ~Q(pk__in=[])
    seen = Q(state__in=PUBLISHED) & (
        Q(task=None) | ~Q(task__in=closed_tasks().values("pk"))
    )
    if actor.person_id is not None:
        seen |= Q(person_id=actor.person_id)
    return seen


sees(Honour, _honours)
# Criteria are what everybody is measured by: nobody may be surprised by them.
sees(HonourCriterion, lambda _actor: ~Q(pk__in=[]))
sees(
    HonourRun,
    lambda actor: ~Q(pk__in=[]) if actor.has(*STAFF, Role.AUDITOR) else Q(pk__in=[]),
)
