"""Who plans councils and may know of the plan; what an expert sees of it.

A plan names who is weighed for which case. An official who must see nothing of one of
its cases therefore sees nothing of the whole plan. An expert sees the titles on which
wishes are asked, never the plan, and no title he is in conflict with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from opensti.domains.panels.choices import FormationState
from opensti.domains.panels.models import (
    Bid,
    ExpertLoad,
    ExpertLock,
    Formation,
    FormationItem,
    FormationRun,
    Place,
    Reserve,
    Unavailability,
)
from opensti.domains.panels.permissions.barring import (
    barred_dossiers,
    barred_orders,
    is_no_auditor,
)
from opensti.domains.panels.permissions.councils import (
    FOLLOWERS,
    _clerks,
    hidden_ids,
    known_councils,
)
from opensti.kernel.access import NOTHING, Role, grant, has_role, rule, sees
from opensti.kernel.subqueries import worded_once

if TYPE_CHECKING:
    from opensti.kernel.access import Actor


@rule(
    _("You may say this only of yourself."),
    who=_("the expert, or a programme officer"),
)
def is_oneself(actor: Actor, person_id: Any) -> bool:
    return actor.person_id is not None and actor.person_id == person_id


@rule(_("There is no entry of yours in the registry."), who=_("an expert"))
def is_somebody(actor: Actor, _thing: Any) -> bool:
    return actor.person_id is not None


PLANNERS = (Role.OFFICER, Role.SECRETARY)
grant(
    "panels.list_formations",
    has_role(*PLANNERS, Role.LEADER, Role.AUDITOR),
    reads=True,
)
grant("panels.plan", is_no_auditor & has_role(*PLANNERS))
grant("panels.approve_formation", is_no_auditor & has_role(Role.OFFICER))
grant(
    "panels.set_availability",
    is_no_auditor & (has_role(Role.OFFICER) | (has_role(Role.EXPERT) & is_oneself)),
)
grant("panels.bid", is_no_auditor & has_role(Role.EXPERT) & is_somebody)


def _rows(grounds: list[Q]) -> Any:
    """Cases on any of some grounds: each a question of its own, answered from an index."""
    found = NOTHING
    for ground in grounds:
        found |= Q(pk__in=FormationItem.objects.filter(ground).values("pk"))
    return FormationItem.objects.filter(found)


def _party(actor: Actor) -> list[Q]:
    """Cases that a person wrote, works on, or whose host he belongs to."""
    grounds = [
        Q(dossier__created_by_id=actor.user_id or 0),
        Q(dossier__editors__user_id=actor.user_id or 0),
    ]
    if actor.person_id is not None:
        grounds += [
            Q(dossier__leader_id=actor.person_id),
            Q(dossier__team__person_id=actor.person_id),
        ]
    if houses := actor.member_of | actor.manages:
        grounds += [
            Q(dossier__host_id__in=houses),
            Q(order__assigned_host_id__in=houses),
        ]
    return grounds


def hidden_formation_items(actor: Actor) -> Any:
    """Cases of plans of which a person must see nothing: party to it, or in conflict."""
    if actor.user_id is None:
        return FormationItem.objects.none()
    grounds = [
        *_party(actor),
        Q(dossier_id__in=hidden_ids(actor, "dossier_id")),
        Q(order_id__in=hidden_ids(actor, "order_id")),
    ]
    if actor.person_id is not None:
        grounds += [
            Q(dossier_id__in=barred_dossiers(actor)),
            Q(order_id__in=barred_orders(actor)),
        ]
    return _rows(grounds)


def _formations(actor: Actor) -> Q:
    if actor.has(Role.ADMIN) or actor.user_id is None:
        return NOTHING
    if actor.has(*FOLLOWERS):
        known = Q(pk__isnull=False)
    elif clerks := _clerks(actor):
        known = Q(created_by_id__in=clerks) | Q(secretary_id__in=clerks)
    else:
        return NOTHING
    return known & Q(
        ~Exists(
            FormationItem.objects.filter(
                formation_id=OuterRef("pk"), pk__in=_hidden_ids(actor)
            )
        )
    )


@worded_once
def _hidden_ids(actor: Actor) -> Any:
    return hidden_formation_items(actor).values("pk")


@worded_once
def _planned(actor: Actor) -> Any:
    return Formation.objects.filter(_formations(actor)).values("pk")


@worded_once
def _asked(actor: Actor) -> Any:
    return FormationItem.objects.filter(asked_for_wishes(actor)).values("pk")


def _of_formations(actor: Actor) -> Q:
    return Q(formation_id__in=_planned(actor))


def _of_runs(actor: Actor) -> Q:
    return Q(run__formation_id__in=_planned(actor))


def asked_for_wishes(actor: Actor) -> Q:
    """Cases on which an expert is asked for wishes and which he may know of.

    Whoever is party to one case of a plan competes with the others of it, and is asked
    for no wish there at all.
    """
    if actor.person_id is None or not actor.has(Role.EXPERT):
        return NOTHING
    rivals = _rows(_party(actor)).values("formation_id")
    mine = Bid.objects.filter(person_id=actor.person_id, wish="conflict")
    return (
        Q(
            formation__bidding_until__isnull=False,
            formation__state=FormationState.PLANNED,
        )
        & ~Q(formation_id__in=rivals)
        & ~Q(pk__in=_hidden_ids(actor))
        & ~Q(pk__in=mine.values("item_id"))
    )


def items_of(actor: Actor) -> Q:
    return _of_formations(actor) | Q(pk__in=_asked(actor))


def _bids(actor: Actor) -> Q:
    seen = Q(item__formation_id__in=_planned(actor))
    if actor.person_id is not None:
        seen |= Q(person_id=actor.person_id, item_id__in=_asked(actor))
    return seen


def _of_experts(actor: Actor) -> Q:
    """Absences and loads: the expert's own, and all for those who plan or follow."""
    if actor.user_id is None:
        return NOTHING
    if actor.has(*FOLLOWERS) and not actor.has(Role.ADMIN):
        return Q(pk__isnull=False)
    return Q(person_id=actor.person_id) if actor.person_id is not None else NOTHING


def _reserve(actor: Actor) -> Q:
    """Of councils that a person keeps or follows; never the members'."""
    if actor.has(Role.ADMIN) or actor.user_id is None:
        return NOTHING
    if actor.has(*FOLLOWERS):
        known = Q(pk__isnull=False)
    elif clerks := _clerks(actor):
        known = Q(council__secretary_id__in=clerks)
    else:
        return NOTHING
    return known & Q(council_id__in=known_councils(actor))


sees(Formation, _formations)
sees(FormationItem, items_of)
sees(FormationRun, _of_formations)
sees(ExpertLock, _of_formations)
sees(Place, _of_runs)
sees(Bid, _bids)
sees(Unavailability, _of_experts)
sees(ExpertLoad, _of_experts)
sees(Reserve, _reserve)
