"""The parts of a contract's page, in order; each is a page of its own with its address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from opensti.ui.pages import Crumb, Tab

if TYPE_CHECKING:
    from opensti.domains.contracts.models import Contract
    from opensti.kernel.refusals import Text

# Label and name of the page; each takes the contract's public id.
PARTS: tuple[tuple[Text, str], ...] = (
    (_("Overview"), "contracts:contract"),
    (pgettext_lazy("contract", "Budget"), "contracts:budget"),
    (_("Reports"), "contracts:reports"),
    (_("Papers"), "contracts:papers"),
    (_("Approval and signature"), "contracts:approval"),
    (_("Payments and accounts"), "contracts:money"),
    (_("Checks"), "contracts:checks"),
    (_("Amendments"), "contracts:amendments"),
    (_("In force on a day"), "contracts:terms"),
    (_("Acceptance"), "results:of_contract"),
    (_("Results and assets"), "results:contract_results"),
    (_("Uptake"), "results:uptake"),
    (_("Rights"), "results:contract_rights"),
    (_("Early end"), "contracts:ending"),
)


def tabs(contract: Contract, here: str) -> list[Tab]:
    """The parts of a contract; ``here`` is the name of the page that is shown."""
    return [
        Tab(
            label=label,
            url=reverse(name, args=[contract.public_id]),
            current=name == here,
        )
        for label, name in PARTS
    ]


def crumbs(contract: Contract, *more: Crumb) -> list[Crumb]:
    """The way to a page of a contract."""
    name = contract.number or str(contract.title)
    here = reverse("contracts:contract", args=[contract.public_id])
    return [
        Crumb(str(_("Contracts")), reverse("contracts:contracts")),
        Crumb(name, here) if more else Crumb(name),
        *more,
    ]
