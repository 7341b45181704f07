"""Who is this account, on a day, in every respect that a rule may ask about?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from opensti.domains.accounts.queries import roles_of
from opensti.domains.registry.models import Membership, Person
from opensti.kernel.access import Actor, Role

if TYPE_CHECKING:
    from datetime import date

    from opensti.domains.accounts.models import User


def actor_for(*, user: User, on: date, sudo: bool) -> Actor:
    """Return who ``user`` is on a day: roles, person, organisations; 4 queries."""
    roles, on_behalf = roles_of(user_id=user.pk, on=on)
    person_id = (
        Person.objects.filter(user_id=user.pk).values_list("pk", flat=True).first()
    )
    held = list(
        Membership.objects.filter(
            Q(until=None) | Q(until__gt=on), user_id=user.pk, since__lte=on
        ).values_list("organisation_id", "manager")
    )
    manages = frozenset(organisation for organisation, manager in held if manager)
    return Actor(
        user_id=user.pk,
        name=str(user),
        roles=roles | {Role.PUBLIC} | ({Role.MANAGER} if manages else frozenset()),
        person_id=person_id,
        member_of=frozenset(organisation for organisation, _manager in held),
        manages=manages,
        on_behalf=on_behalf,
        sudo=sudo,
    )
