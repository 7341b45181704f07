"""All contracts' money for the year's end, read in parts: rows for a workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count
from django.utils.translation import gettext as _

from opensti.domains.contracts.choices import InstalmentKind
from opensti.domains.contracts.models import Contract, Payment
from opensti.domains.contracts.queries.money import figures, flows_of, together
from opensti.domains.procedures.choices import STATE_LABELS, State
from opensti.kernel.access import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.db.models import QuerySet

    from opensti.kernel.access import Actor

CHUNK = 500
# Before the signature there is no money.
WITHOUT = ("draft", "in_approval", "agreed", "cancelled")
YEARLY = ("allocated", "paid", "cleared", "received")
WHOLE = ("paid", "cleared", "saved", "claimed", "received", "waived", "contributed")


def settled_contracts(actor: Actor) -> QuerySet[Contract]:
    """Every contract with money that the person may know of."""
    rows = visible(actor, Contract.objects.exclude(case__state__in=WITHOUT))
    return rows.order_by("id")


def contract_heads(year: int) -> list[str]:
    of_year = {
        "allocated": _("Allocated"),
        "paid": _("Paid"),
        "cleared": _("Cleared"),
        "received": _("Received back"),
    }
    whole = {
        **of_year,
        "saved": _("Savings left to the host"),
        "claimed": _("Claimed"),
        "waived": _("Given up"),
        "contributed": _("Other money proven as spent"),
    }
    return [
        _("Contract"),
        _("Task"),
        _("Host"),
        _("State"),
        _("State money"),
        _("Instalments"),
        *(f"{of_year[name]} {year}" for name in YEARLY),
        *(f"{whole[name]}: {_('in all')}" for name in WHOLE),
        _("Open advances"),
        _("Owed back by the host"),
        _("State money not paid"),
    ]


def contract_rows(
    actor: Actor, year: int, told: Callable[[int], None]
) -> Iterator[list[Any]]:
    """One row for each contract, then their sums; 3 queries for every 500 contracts.

    Amounts of the year's columns are of that budget year, the others up to now.
    """
    sums: list[Any] = []
    last, done = 0, 0
    base = settled_contracts(actor).select_related("case", "host")
    while part := list(base.filter(pk__gt=last)[:CHUNK]):
        ids = [c.pk for c in part]
        flows = flows_of(ids)
        counts = dict(
            Contract.objects.filter(pk__in=ids)
            .order_by()
            .values_list("pk")
            .annotate(Count("instalments"))
        )
        for contract in part:
            years = flows.get(contract.pk, {})
            of_year, whole = figures(years.get(year, {})), figures(together(years))
            amounts = [
                *(of_year[name] for name in YEARLY),
                *(whole[name] for name in WHOLE),
                max(whole["advances"], whole["advances"] * 0),
                whole["claimed"] - whole["received"] - whole["waived"],
                contract.state_money - whole["paid"],
            ]
            added = [contract.state_money, counts.get(contract.pk, 0), *amounts]
            sums = [a + b for a, b in zip(sums, added, strict=True)] if sums else added
            yield [
                contract.number,
                contract.title_vi,
                contract.host.name_vi,
                STATE_LABELS[State(contract.case.state)],
                *added,
            ]
        last, done = ids[-1], done + len(ids)
        told(done)
    if sums:
        yield [_("Together"), "", "", "", *sums]


def payment_heads() -> list[str]:
    return [
        _("Contract"),
        _("Instalment"),
        _("Kind"),
        _("Paid on"),
        _("Reference"),
        _("Amount"),
    ]


def payment_rows(actor: Actor, year: int) -> Iterator[list[Any]]:
    """The payments of a budget year, by contract and day; 1 query, read in parts."""
    kinds = {str(k): str(k.label) for k in InstalmentKind}
    rows = visible(actor, Payment.objects.filter(paid_on__year=year))
    for number, position, label, kind, day, reference, amount in (
        rows.order_by("contract_id", "paid_on", "id")
        .values_list(
            "contract__number",
            "instalment__position",
            "instalment__label",
            "instalment__kind",
            "paid_on",
            "reference",
            "amount",
        )
        .iterator(chunk_size=2000)
    ):
        yield [number, f"{position}. {label}", kinds[kind], day, reference, amount]
