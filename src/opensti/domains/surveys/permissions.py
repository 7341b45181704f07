"""Whose waves these are: of who manages them, by name; published, everybody's.

A manager reads what he entered (strata, whom he asks) and figures that may be told.
Answers of an organisation are seen by whoever gave them, by nobody else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from opensti.domains.surveys.choices import State
from opensti.domains.surveys.models import (
    Declined,
    Manager,
    Outcome,
    Respondent,
    Stratum,
    Unit,
    Wave,
)
from opensti.kernel.access import NOTHING, Role, grant, has_role, rule, sees

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from opensti.kernel.access import Actor


def managed(actor: Actor) -> QuerySet[Manager, int]:
    """Ids of the waves that this person manages now, as a subquery."""
    rows = Manager.objects.filter(user_id=actor.account_id, until=None)
    return rows.order_by().values_list("wave_id", flat=True)


@rule(
    _("Surveys are begun by a programme officer, or by a manager for his organisation."),
    who=_("a programme officer; a manager of the organisation"),
)  # fmt: skip
def begins_it(actor: Actor, organisation_id: Any) -> bool:
    if organisation_id is None:
        return actor.has(Role.OFFICER)
    return organisation_id in actor.manages


@rule(_("You do not manage this survey."), who=_("a survey manager named in it"))
def runs_it(actor: Actor, wave: Any) -> bool:
    return (
        actor.is_authenticated
        and wave is not None
        and managed(actor).filter(wave_id=wave.pk).exists()
    )


grant(
    "surveys.read",
    has_role(*(frozenset(Role) - {Role.PUBLIC})),
    reads=True,
)
grant("surveys.draft", begins_it)
grant("surveys.run", runs_it)


def _own(actor: Actor, wave: str) -> Q:
    if not actor.is_authenticated:
        return NOTHING
    return Q(**{f"{wave}__in": managed(actor)})


def _told(actor: Actor, wave: str) -> Q:
    """What of published waves is everybody's, with the own."""
    state = "state" if wave == "pk" else f"{wave}__state"
    return Q(**{state: State.PUBLISHED}) | _own(actor, wave)


sees(Wave, lambda actor: _told(actor, "pk"))
sees(Outcome, lambda actor: _told(actor, "wave"))
sees(Declined, lambda actor: _told(actor, "wave"))
sees(Manager, lambda actor: _own(actor, "wave"))
sees(Stratum, lambda actor: _own(actor, "wave"))
sees(Unit, lambda actor: _own(actor, "wave"))
sees(Respondent, lambda actor: _own(actor, "unit__wave"))
