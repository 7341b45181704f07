"""Single payments, where the policy shows them: with their day, and the amount it allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opensti.domains.publications.disclosure import Form

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from opensti.domains.contracts.models import Payment
    from opensti.domains.publications.queries.sight import Card, Sight


def shown_payments(seen: Sight, rows: QuerySet[Payment]) -> tuple[Card, ...]:
    """Payments told one by one with their day; none where the policy gives only counts.

    1 query; none where the policy shows no single payment or not its day.
    """
    if seen.form("payment", "paid_on") is not Form.EXACT:
        return ()
    cards = (seen.card("payment", row) for row in seen.rows("payment", rows))
    return tuple(card for card in cards if card.paid_on is not None)
