"""Who drafts a contract; who may know of it and of its budget."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from opensti.domains.calls.queries import ids_own
from opensti.domains.contracts.models import (
    Budget,
    BudgetItem,
    Claim,
    Contract,
    Instalment,
    Milestone,
    Payment,
    Product,
    Terms,
)
from opensti.domains.contracts.permissions.sides import (
    OFFICE,
    by_host,
    by_office,
    contracts_where,
    staff,
)
from opensti.domains.panels.queries import kept_dossiers
from opensti.domains.tasks.queries import closed_tasks
from opensti.kernel.access import (
    NOTHING,
    Role,
    grant,
    has_role,
    sees,
)
from opensti.kernel.record.holding import hold_back

if TYPE_CHECKING:
    from opensti.kernel.access import Actor

grant("contracts.list", has_role(*OFFICE, Role.APPLICANT, Role.MANAGER), reads=True)
grant("contracts.open", staff(Role.OFFICER))
grant("contracts.draft", staff(Role.OFFICER))

# What an accepted or failed acceptance does to its contract; the procedure says who.
grant("contracts.conclude", staff(Role.OFFICER, Role.LEADER, Role.SECRETARY))

sees(Contract, contracts_where)
hold_back(
    "contracts.contract",
    lambda: Contract.objects.filter(task__in=closed_tasks().values("pk")),
)
for part in (Terms, Milestone, Product, Instalment, Payment, Claim):
    sees(part, lambda actor: contracts_where(actor, "contract__"))


def _budgets(actor: Actor, prefix: str = "") -> Q:
    """A budget is known to the office; the host knows its own once it has a contract.

    The contract is begun when the letter is out: before, what the council proposed and
    the cost team appraised is the office's alone, and of a council secretary the
    councils of whom work on the dossier.
    """
    seen = by_office(actor, f"{prefix}dossier_id")
    seen |= by_host(actor, f"{prefix}dossier__contract__")
    return seen | _by_council(actor, prefix)


def _by_council(actor: Actor, prefix: str) -> Q:
    if not actor.has(Role.SECRETARY) or actor.has(Role.ADMIN):
        return NOTHING
    return Q(
        **{
            f"{prefix}dossier_id__in": kept_dossiers(actor),
            f"{prefix}dossier__contract": None,
        }
    ) & ~Q(**{f"{prefix}dossier_id__in": ids_own(actor)})


sees(Budget, _budgets)
sees(BudgetItem, lambda actor: _budgets(actor, "budget__"))
