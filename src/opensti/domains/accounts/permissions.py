"""Who manages accounts, who lends roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from opensti.domains.accounts.choices import LENDABLE
from opensti.domains.accounts.models import (
    ApiToken,
    Delegation,
    RoleGrant,
    SavedView,
    User,
)
from opensti.kernel.access import (
    EVERYTHING,
    Role,
    grant,
    has_role,
    sees,
    signed_in,
)

if TYPE_CHECKING:
    from opensti.kernel.access import Actor

grant("accounts.manage", has_role(Role.ADMIN))
grant("accounts.erase", has_role(Role.ADMIN), dangerous=True)
grant("accounts.list", has_role(Role.ADMIN, Role.AUDITOR), reads=True)
grant("accounts.lend", has_role(*LENDABLE, Role.ADMIN))
grant("accounts.grant_role", has_role(Role.ADMIN), dangerous=True)
grant("accounts.lend_role", signed_in, dangerous=True)
grant("accounts.save_view", signed_in, reads=True)
grant("accounts.issue_token", signed_in, dangerous=True)


def _people(actor: Actor) -> Q:
    if actor.has(Role.ADMIN, Role.AUDITOR):
        return EVERYTHING
    return Q(pk=actor.user_id)


def _grants(actor: Actor) -> Q:
    if actor.has(Role.ADMIN, Role.AUDITOR):
        return EVERYTHING
    return Q(user_id=actor.user_id)


def _delegations(actor: Actor) -> Q:
    if actor.has(Role.ADMIN, Role.AUDITOR):
        return EVERYTHING
    return Q(lender_id=actor.user_id) | Q(borrower_id=actor.user_id)


sees(User, _people)
sees(RoleGrant, _grants)
sees(Delegation, _delegations)
sees(SavedView, lambda actor: Q(user_id=actor.user_id))
sees(ApiToken, _grants)
grant("record.read", has_role(Role.AUDITOR), reads=True)
