"""Who admits partners, who has changes sent to a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from opensti.domains.publications.models import Delivery, Endpoint, Partner
from opensti.kernel.access import EVERYTHING, Role, grant, has_role, sees, signed_in

if TYPE_CHECKING:
    from opensti.kernel.access import Actor

grant("publications.manage_partners", has_role(Role.ADMIN), dangerous=True)
grant("publications.list_partners", has_role(Role.ADMIN, Role.AUDITOR), reads=True)
grant("publications.keep_webhook", signed_in)
grant("publications.list_webhooks", signed_in, reads=True)


def _partners(actor: Actor) -> Q:
    if actor.has(Role.ADMIN, Role.AUDITOR):
        return EVERYTHING
    return Q(user_id=actor.user_id)


def _endpoints(actor: Actor) -> Q:
    if actor.has(Role.ADMIN, Role.AUDITOR):
        return EVERYTHING
    return Q(owner_id=actor.user_id)


def _deliveries(actor: Actor) -> Q:
    if actor.has(Role.ADMIN, Role.AUDITOR):
        return EVERYTHING
    return Q(endpoint__owner_id=actor.user_id)


sees(Partner, _partners)
sees(Endpoint, _endpoints)
sees(Delivery, _deliveries)
