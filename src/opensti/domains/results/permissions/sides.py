"""Who stands on which side of a contract, as far as results are concerned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from opensti.domains.contracts.queries import (
    contract_ids,
    has_stake,
    works_for_host,
)
from opensti.kernel.access import Role, has_role, rule

if TYPE_CHECKING:
    from opensti.kernel.access import Actor, Predicate

# Who opens lists of what came of tasks; the rows are narrowed to what each may know.
READERS = (
    Role.OFFICER,
    Role.LEADER,
    Role.FINANCE,
    Role.AUDITOR,
    Role.APPLICANT,
    Role.MANAGER,
)


def _contract_id(thing: Any) -> int:
    """The id of the contract: of itself, or of what hangs on it."""
    found: int | None = getattr(thing, "contract_id", None)
    return thing.pk if found is None else found


@rule(
    _("You do not work on this task for its host."),
    who=_("the leader of the task, its writers, or a manager of the host"),
)
def is_of_the_host(actor: Actor, thing: Any) -> bool:
    return thing is not None and works_for_host(actor, _contract_id(thing))


@rule(
    _("You are party to this task: another official must act here."),
    who=_("another official"),
)
def has_no_stake(actor: Actor, thing: Any) -> bool:
    return thing is None or not has_stake(actor, _contract_id(thing))


def office(*roles: Role) -> Predicate:
    """An official of one of the roles who has no stake in the task."""
    return has_role(*roles) & has_no_stake


def of_known_contracts(actor: Actor, prefix: str = "") -> Q:
    """What hangs on a contract (``prefix`` leads to the row that does)."""
    return Q(**{f"{prefix}contract_id__in": contract_ids(actor)})
