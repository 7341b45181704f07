"""Small checks that all money acts share: days of a contract, amounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from opensti.kernel.checks import not_later, problem, refuse_if
from opensti.kernel.money import whole

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

    from opensti.domains.contracts.models import Contract


def day_is_past(field: str, day: date, at: datetime, contract: Contract) -> None:
    """Refuse a day that has not come, or before the contract was signed."""
    refuse_if(not_later(at, **{field: day}))
    if contract.signed_on is not None and day < contract.signed_on:
        raise problem(
            field,
            _("This day is before the contract was signed."),
            _("Enter the day on the paper."),
        )


def amount_is_positive(field: str, amount: Decimal) -> None:
    """Refuse what is not whole đồng (``kernel.money.whole``), and nothing."""
    if not whole(amount, field=field):
        raise problem(
            field, _("The amount is nothing."), _("Enter more than 0 whole đồng.")
        )
