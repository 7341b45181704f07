"""A contract whose procedure says so is liquidated after its result was registered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from opensti.domains.procedures.queries import regime_of
from opensti.domains.results.models import Registration

if TYPE_CHECKING:
    from opensti.domains.contracts.models import Contract
    from opensti.kernel.refusals import Text


def certificate_missing(contract: Contract) -> Text:
    """Why the contract cannot be liquidated yet, or nothing; at most 1 query."""
    after = regime_of(contract.case).aftermath
    if after is None or after.registration.before != "liquidation":
        return ""
    if contract.case.state not in {"completed", "settled"}:
        return ""  # work that failed has no result to register
    if contract.case.state == "settled" and not _was_accepted(contract):
        return ""
    registered = Registration.objects.filter(acceptance__contract_id=contract.pk)
    return "" if registered.exists() else _("Its result was not registered yet.")


def _was_accepted(contract: Contract) -> bool:
    """Whether the acceptance did not end in failure (or was given up)."""
    acceptance = getattr(contract, "acceptance", None)
    return acceptance is None or acceptance.case.state not in {"failed", "cancelled"}
