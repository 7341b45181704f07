"""Signed contracts as everybody may come to know of them; nothing of drafts.

That a contract was signed, by whom, over how much and from when to when stands in a public
act. What else is told of one the disclosure policy decides; these rows only bring it along.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from opensti.domains.contracts.choices import AmendmentState, ReportState
from opensti.domains.contracts.models import Amendment, Contract, Payment, ReportDue
from opensti.domains.registry.queries import organisation_pairs
from opensti.domains.tasks.queries import closed_tasks
from opensti.kernel.refusals import NotFound
from opensti.kernel.searchtext import matches

if TYPE_CHECKING:
    from collections.abc import Collection

HANDED_IN = (ReportState.SUBMITTED, ReportState.RETURNED, ReportState.ACCEPTED)
FEWEST = 5  # as in the public figures of councils: a smaller count points at somebody


def signed_contracts(q: str = "") -> QuerySet[Contract]:
    """Contracts that were signed, newest first, with counts and sums of what hangs on them."""
    return _told(matches(_signed(), q)).order_by("-signed_on", "-id")


def _signed() -> QuerySet[Contract]:
    """Signed contracts on tasks that everybody may know of."""
    rows = Contract.objects.filter(signed_on__isnull=False)
    return rows.exclude(task__in=closed_tasks().values("pk"))


def signed_contract(public_id: str) -> Contract:
    """One signed contract, else ``NotFound``; 1 query."""
    found = signed_contracts().filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def contract_of_task(task_id: int) -> Contract | None:
    """The signed contract of a task; 1 query."""
    return signed_contracts().filter(task_id=task_id).first()


def _told(rows: QuerySet[Contract]) -> QuerySet[Contract]:
    return (
        rows.select_related("case", "host", "task", "dossier__call", "settlement")
        .defer(
            "objectives",
            "obligations",
            "dossier__abstract_vi",
            "dossier__abstract_en",
            "dossier__search_text",
            "task__abstract_vi",
            "task__abstract_en",
            "settlement__figures",
        )
        .annotate(
            paid=Subquery(
                _hanging(Payment.objects.all()).annotate(n=Sum("amount")).values("n")
            ),
            payments_made=_count(Payment.objects.all()),
            amended=_count(Amendment.objects.filter(state=AmendmentState.IN_FORCE)),
            reports_owed=_count(ReportDue.objects.exclude(state=ReportState.DROPPED)),
            reports_in=_count(ReportDue.objects.filter(state__in=HANDED_IN)),
        )
    )


def _hanging(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.order_by().filter(contract_id=OuterRef("pk")).values("contract_id")


def _count(rows: QuerySet[Any]) -> Coalesce:
    found = _hanging(rows).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(found, output_field=IntegerField()), 0)


def amendments_in_force(contract_id: int) -> list[Amendment]:
    """What was changed by decision, in the order of the decisions; 1 query."""
    rows = Amendment.objects.filter(
        contract_id=contract_id, state=AmendmentState.IN_FORCE
    )
    return list(rows.select_related("budget").order_by("number"))


@dataclass(frozen=True, kw_only=True)
class MoneyLine:
    """Contracts of one year, host or kind: how many, over how much State money."""

    label: str
    contracts: int
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class PaidYear:
    """What was paid in one year; no amount where too few contracts were paid."""

    year: int
    contracts: int
    amount: Decimal | None


def signed_by_year() -> list[MoneyLine]:
    """Contracts by the year in which they were signed, oldest first; 1 query."""
    # By day, from the index alone: the year is not worked out for each contract.
    days = (
        _signed()
        .order_by("signed_on")
        .values_list("signed_on")
        .annotate(n=Count("pk"), money=Sum("state_money"))
    )
    return [
        MoneyLine(
            label=str(year),
            contracts=sum(n for _day, n, _money in lines),
            amount=sum((money for _day, _n, money in lines), start=Decimal()),
        )
        for year, found in groupby(days, key=lambda line: line[0].year)
        if (lines := list(found))
    ]


def signed_by_host(most: int = 10) -> list[tuple[str, str, int, Decimal]]:
    """Hosts with the most State money: both names, contracts, amount; 2 queries.

    By host, from the index alone: names are read of as many as there are hosts.
    """
    sums = list(
        _signed()
        .order_by()
        .values_list("host")
        .annotate(n=Count("pk"), money=Sum("state_money"))
    )
    named = organisation_pairs([host for host, _n, _money in sums])
    found: dict[tuple[str, str], tuple[int, Decimal]] = {}
    for host, number, money in sums:
        n, amount = found.get(named[host], (0, Decimal()))
        found[named[host]] = n + number, amount + money
    best = sorted(found.items(), key=lambda one: (-one[1][1], one[0][0]))
    return [(vi, en, n, amount) for (vi, en), (n, amount) in best[:most]]


def paid_by_year() -> list[PaidYear]:
    """Payments of each year; the amount only where enough contracts were paid; 1 query."""
    rows = (
        Payment.objects.filter(contract__signed_on__isnull=False)
        .exclude(contract__task__in=closed_tasks().values("pk"))
        .order_by("paid_on__year")
        .values_list("paid_on__year")
        .annotate(n=Count("contract", distinct=True), money=Sum("amount"))
    )
    return [
        PaidYear(year=year, contracts=n, amount=money if n >= FEWEST else None)
        for year, n, money in rows
    ]


def payments_of_contract(contract_id: int) -> QuerySet[Payment]:
    """What was paid to the host, oldest first; the policy decides on each line."""
    return Payment.objects.filter(contract_id=contract_id).order_by("paid_on", "pk")


def payments_told() -> QuerySet[Payment]:
    """What was paid on tasks that everybody may know of; the policy decides on each line."""
    return Payment.objects.filter(contract__in=_signed().order_by().values("pk"))


def payments_of_tasks(task_ids: Collection[int]) -> QuerySet[Payment]:
    """What was paid on the contracts of some tasks, oldest first, with each contract."""
    rows = payments_told().filter(contract__task__in=task_ids)
    return rows.select_related("contract").order_by("paid_on", "pk")
