"""Aid money noted to a signed contract."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from opensti.domains.contracts import actions

if TYPE_CHECKING:
    from opensti.domains.contracts.models import Aid


def said(**changed: Any) -> actions.AidSaid:
    return actions.AidSaid(
        **{
            "giver": "Cơ quan Hợp tác Phát triển",
            "giver_kind": "10",
            "giver_ref": "XM-DAC-701-8",
            "amount": Decimal("120000.50"),
            "currency": "USD",
            "committed_on": date(2026, 6, 1),
            "flow": "10",
            "finance": "110",
            "aid_type": "D02",
            "tied": "5",
            "sector": "32182",
        }
        | changed
    )


def note(funded: Any, **changed: Any) -> Aid:
    return actions.note_aid(
        actor=funded.officer,
        contract_id=funded.contract.pk,
        said=said(**changed),
        at=timezone.now(),
    )
