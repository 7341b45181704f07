"""Who stands where: the office, the host's side, whoever has a stake in a contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from opensti.domains.calls.queries import ids_own, ids_written
from opensti.domains.contracts.models import (
    Contract,
)
from opensti.kernel.access import (
    NOTHING,
    Role,
    has_role,
    rule,
)

if TYPE_CHECKING:
    from opensti.kernel.access import Actor

# Who knows of contracts by office.
OFFICE = (Role.OFFICER, Role.LEADER, Role.FINANCE, Role.AUDITOR)


def by_office(actor: Actor, dossier: str) -> Q:
    """What hangs on a dossier (``dossier`` is the path to its id), seen by office."""
    if not actor.has(*OFFICE) or actor.has(Role.ADMIN):
        return NOTHING
    return ~Q(**{f"{dossier}__in": ids_own(actor)})


def by_host(actor: Actor, prefix: str = "") -> Q:
    """Contracts a person works on for the host; ``prefix`` leads to the contract."""
    if actor.user_id is None or actor.has(Role.ADMIN):
        return NOTHING
    # Whoever wrote the dossier works on it as long as its host is still the same.
    seen = Q(
        **{
            f"{prefix}dossier_id__in": ids_written(actor),
            f"{prefix}host_id": F(f"{prefix}dossier__host_id"),
        }
    )
    if actor.manages:
        seen |= Q(**{f"{prefix}host_id__in": actor.manages})
    if actor.person_id is not None:
        seen |= Q(**{f"{prefix}leader_id": actor.person_id})
    return seen


def party_to(actor: Actor, prefix: str = "") -> Q:
    """Contracts whose host or leader now is the person or his house, whoever asked first."""
    party = NOTHING
    if houses := actor.member_of | actor.manages:
        party |= Q(**{f"{prefix}host_id__in": houses})
    if actor.person_id is not None:
        party |= Q(**{f"{prefix}leader_id": actor.person_id})
    return party


def stake_in(actor: Actor, prefix: str = "") -> Q:
    """Contracts an official must not act on: of his dossiers, or to which he is party."""
    return Q(**{f"{prefix}dossier_id__in": ids_own(actor)}) | party_to(actor, prefix)


def contracts_where(actor: Actor, prefix: str = "") -> Q:
    """Which contracts a person may know of, seen from a table ``prefix`` away."""
    office = by_office(actor, f"{prefix}dossier_id")
    if actor.member_of or actor.manages or actor.person_id is not None:
        office &= ~Q(
            **{
                f"{prefix}dossier_id__in": Contract.objects.filter(
                    party_to(actor)
                ).values("dossier_id")
            }
        )
    return office | by_host(actor, prefix)


@rule(
    _("You do not work on this contract for its host."),
    who=_("the leader of the task, its writers, or a manager of the host"),
)
def works_on_it(actor: Actor, contract: Any) -> bool:
    if contract is None:
        return False
    return Contract.objects.filter(by_host(actor), pk=contract.pk).exists()


@rule(
    _("You are party to this task: another official must act on its contract."),
    who=_("another official"),
)
def is_no_party(actor: Actor, contract: Any) -> bool:
    if contract is None:
        return True
    return not Contract.objects.filter(stake_in(actor), pk=contract.pk).exists()


@rule(_("An auditor reads everything and writes nothing."))
def is_no_auditor(actor: Actor, _thing: Any) -> bool:
    return not actor.has(Role.AUDITOR)


def staff(*roles: Role) -> Any:
    """An official of one of the roles who has no stake in the task."""
    return has_role(*roles) & is_no_auditor & is_no_party
