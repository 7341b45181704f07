"""The one door to the books: postings are added, and undone by a posting the other way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opensti.domains.contracts.models import Contract, Posting

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

    from opensti.domains.contracts.choices import Account, PostingKind
    from opensti.kernel.access import Actor


def post(
    *,
    actor: Actor,
    contract: Contract,
    kind: PostingKind,
    day: date,
    debit: Account,
    credit: Account,
    amount: Decimal,
    source: str,
    at: datetime,
    key: str = "",
    year: int | None = None,
    memo: str = "",
) -> Posting | None:
    """Add one posting; nothing where there is nothing to post. The caller holds the lock.

    ``key`` (by default kind and source) is posted once only, whatever happens.
    """
    if not amount:
        return None
    return Posting.objects.create(
        contract=contract,
        kind=kind,
        day=day,
        year=year or day.year,
        debit=debit,
        credit=credit,
        amount=amount,
        memo=memo[:300],
        source=source,
        key=key or f"{kind}:{source}",
        made_by_id=actor.user_id,
        made_at=at,
    )


def reverse_source(
    *, actor: Actor, contract: Contract, source: str, day: date, at: datetime, memo: str
) -> list[Posting]:
    """Undo all that was posted for a thing and was not undone yet."""
    wrong = Posting.objects.filter(
        contract=contract, source=source, reverses=None, reversal=None
    )
    return [
        Posting.objects.create(
            contract=contract,
            kind=posting.kind,
            day=day,
            year=posting.year,
            debit=posting.credit,
            credit=posting.debit,
            amount=posting.amount,
            memo=memo[:300],
            source=source,
            key=f"reverse:{posting.pk}",
            reverses=posting,
            made_by_id=actor.user_id,
            made_at=at,
        )
        for posting in wrong.order_by("id")
    ]
