"""People who sign in, with roles that the pages find."""

from __future__ import annotations

import time
from datetime import date
from typing import TYPE_CHECKING

from opensti.domains.accounts.models import RoleGrant, User
from opensti.domains.registry.models import Membership
from opensti.kernel.access import Actor, Role
from tests.factories.registry import Users

if TYPE_CHECKING:
    from django.test import Client

LONG_AGO = date(2020, 1, 1)
KEPT = frozenset(Role) - {Role.PUBLIC, Role.MANAGER}


def account(client: Client, *who: Actor | str, sudo: bool = True) -> Client:
    """Sign ``client`` in as an actor of a factory, or as somebody new with roles."""
    actor = who[0] if who and isinstance(who[0], Actor) else None
    if actor is None:
        user = Users.create()
        roles = {Role(str(role)) for role in who}
    else:
        user = User.objects.get(pk=actor.user_id)
        roles = set(actor.roles)
        for host in actor.member_of | actor.manages:
            Membership.objects.get_or_create(
                user=user,
                organisation_id=host,
                since=LONG_AGO,
                defaults={"manager": host in actor.manages},
            )
    for role in roles & KEPT:
        RoleGrant.objects.get_or_create(user=user, role=role, since=LONG_AGO)
    client.force_login(user)
    if sudo:
        confirmed(client)
    client.user = user  # type: ignore[attr-defined]
    return client


def confirmed(client: Client) -> None:
    """The password was entered again a moment ago."""
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time(), "reauthenticated": True}
    ]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()
