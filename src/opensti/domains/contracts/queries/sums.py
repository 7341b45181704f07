"""Whether every sum of a contract is the sum of its parts, asked of the tables themselves.

The acts refuse what does not add up and a table holds what one row alone can hold; here
the rows are added up again, so that whatever wrote them otherwise is found.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from opensti.domains.calls.choices import BudgetSource
from opensti.domains.contracts.models import (
    Budget,
    BudgetItem,
    Claim,
    ClaimReceipt,
    ClaimWaiver,
    Contract,
    Instalment,
    Payment,
    Settlement,
)
from opensti.domains.contracts.queries.money import figures, flows_of, together

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

NONE = Decimal(0)
MOST = 2_000  # contracts whose books are held at once


@dataclass(frozen=True, kw_only=True)
class Disagreement:
    """A sum that is not that of its parts. ``said`` stands written, ``found`` is added up.

    Both in whole đồng. ``what`` is a word of ``RULES``, ``where`` the number of the
    contract or the code of the dossier.
    """

    what: str
    where: str
    said: Decimal
    found: Decimal


# What is added up, in the order in which it is told.
RULES = (
    "state lines of a budget",
    "other lines of a budget",
    "instalments of a signed contract",
    "payment of an instalment",
    "payments in the books",
    "claims in the books",
    "receipts in the books",
    "waivers in the books",
    "payments at the settlement",
)


def disagreements() -> Iterator[Disagreement]:
    """Every sum that is not that of its parts, rule by rule; nothing where all agree.

    For operators: it asks of all contracts. Queries: 6, and 6 for each 2,000 contracts.
    """
    yield from _budgets()
    yield from _instalments()
    yield from _payments()
    yield from _books()
    yield from _settlements()


def _total(rows: Any, owner: str, amount: str = "amount") -> Any:
    """The sum of rows of one owner (a column's name), nothing for none, as a subquery."""
    sums = rows.filter(**{owner: OuterRef("pk")}).order_by().values(owner)
    return Coalesce(Subquery(sums.annotate(of=Sum(amount)).values("of")[:1]), NONE)


def _budgets() -> Iterator[Disagreement]:
    lines = BudgetItem.objects
    state = Q(source=BudgetSource.STATE)
    for what, column, rows in (
        (RULES[0], "state_money", lines.filter(state)),
        (RULES[1], "other_money", lines.exclude(state)),
    ):
        found = Budget.objects.annotate(found=_total(rows, "budget"))
        wrong = found.exclude(**{column: F("found")}).order_by("pk")
        for code, number, said, total in wrong.values_list(
            "dossier__code", "number", column, "found"
        ):
            yield Disagreement(
                what=what, where=f"{code} / {number}", said=said, found=Decimal(total)
            )


def _instalments() -> Iterator[Disagreement]:
    """A contract that was signed with instalments has its State money in them."""
    rows = Instalment.objects.all()
    found = Contract.objects.filter(signed_on__isnull=False, instalments__isnull=False)
    found = found.annotate(found=_total(rows, "contract")).distinct()
    wrong = found.exclude(state_money=F("found")).order_by("pk")
    for number, said, total in wrong.values_list("number", "state_money", "found"):
        yield Disagreement(what=RULES[2], where=number, said=said, found=Decimal(total))


def _payments() -> Iterator[Disagreement]:
    wrong = Payment.objects.exclude(amount=F("instalment__amount")).order_by("pk")
    for number, said, planned in wrong.values_list(
        "contract__number", "amount", "instalment__amount"
    ):
        yield Disagreement(what=RULES[3], where=number, said=said, found=planned)


def _books() -> Iterator[Disagreement]:
    """What the papers say of each contract is what its postings amount to."""
    ids = list(Contract.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), MOST):
        yield from _books_of(ids[start : start + MOST])


def _books_of(ids: list[int]) -> Iterator[Disagreement]:
    some = {"contract_id__in": ids}
    of_claims = {"claim__contract_id__in": ids}
    paid = _by(Payment.objects.filter(**some), "contract_id")
    claimed = _by(Claim.objects.filter(**some), "contract_id")
    received = _by(
        ClaimReceipt.objects.filter(**of_claims, taken_back_at=None),
        "claim__contract_id",
    )
    waived = _by(ClaimWaiver.objects.filter(**of_claims), "claim__contract_id")
    books = flows_of(ids)
    numbers = dict(Contract.objects.filter(pk__in=ids).values_list("pk", "number"))
    for pk in ids:
        posted = figures(together(books.get(pk, {})))
        for what, name, papers in (
            (RULES[4], "paid", paid),
            (RULES[5], "claimed", claimed),
            (RULES[6], "received", received),
            (RULES[7], "waived", waived),
        ):
            if posted[name] != papers.get(pk, NONE):
                yield Disagreement(
                    what=what,
                    where=numbers[pk],
                    said=posted[name],
                    found=papers.get(pk, NONE),
                )


def _by(rows: Any, column: str) -> dict[int, Decimal]:
    sums: Iterable[tuple[int, Decimal]] = (
        rows.order_by().values_list(column).annotate(Sum("amount"))
    )
    return dict(sums)


def _settlements() -> Iterator[Disagreement]:
    """What was settled is what was paid: nothing is paid after it."""
    found = Settlement.objects.annotate(
        found=Coalesce(
            Subquery(
                Payment.objects.filter(contract=OuterRef("contract"))
                .order_by()
                .values("contract")
                .annotate(of=Sum("amount"))
                .values("of")[:1]
            ),
            NONE,
        )
    )
    wrong = found.exclude(paid=F("found")).order_by("pk")
    for number, said, total in wrong.values_list("contract__number", "paid", "found"):
        yield Disagreement(what=RULES[8], where=number, said=said, found=Decimal(total))
