"""Who may see who knows a subject: those who form councils and who follow them.

Whoever is party to a dossier, or was excluded from a case, sees no ranking for it: it
would tell who may come to judge it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q

from opensti.domains.calls.queries import ids_of_others
from opensti.domains.panels.models import (
    CalendarLink,
    ExpertRanking,
    RankedExpert,
)
from opensti.domains.panels.permissions.barring import is_no_auditor
from opensti.domains.panels.permissions.councils import hidden_ids
from opensti.domains.tasks.queries import order_ids
from opensti.kernel.access import NOTHING, Role, grant, has_role, sees, signed_in
from opensti.kernel.subqueries import worded_once

if TYPE_CHECKING:
    from opensti.kernel.access import Actor

SEEKERS = (Role.OFFICER, Role.SECRETARY, Role.LEADER, Role.AUDITOR)

grant("panels.see_experts", has_role(*SEEKERS), reads=True)
grant("panels.rank_experts", is_no_auditor & has_role(Role.OFFICER, Role.SECRETARY))
grant("panels.see_figures", has_role(*SEEKERS), reads=True)
grant("panels.see_own", has_role(Role.EXPERT), reads=True)
grant("panels.link_calendar", is_no_auditor & signed_in & has_role(Role.EXPERT))


def _rankings(actor: Actor) -> Q:
    if actor.user_id is None or not actor.has(*SEEKERS) or actor.has(Role.ADMIN):
        return NOTHING
    gone = hidden_ids(actor, "dossier_id")
    ended = hidden_ids(actor, "order_id")
    return Q(dossier_id__in=ids_of_others(actor)) & ~Q(dossier_id__in=gone) | Q(
        order_id__in=order_ids(actor)
    ) & ~Q(order_id__in=ended)


def _ranked(actor: Actor) -> Q:
    return Q(ranking_id__in=_known(actor))


@worded_once
def _known(actor: Actor) -> Any:
    return ExpertRanking.objects.filter(_rankings(actor)).values("pk")


sees(ExpertRanking, _rankings)
sees(RankedExpert, _ranked)
sees(CalendarLink, lambda actor: Q(user_id=actor.user_id or 0))
