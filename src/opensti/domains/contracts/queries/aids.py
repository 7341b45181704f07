"""Aid money of a contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opensti.domains.contracts.models import Aid

if TYPE_CHECKING:
    from opensti.domains.contracts.models import Contract


def aids_of(contract: Contract) -> list[Aid]:
    """Every commitment that was noted, dropped ones too; 1 query.

    The caller has decided who may know of the contract.
    """
    return list(Aid.objects.filter(contract=contract).order_by("number"))
