"""Days after the work: acceptances, rights and answers on uptake, for calendars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opensti.domains.contracts.queries import Day
from opensti.domains.procedures.queries import deadlines_for
from opensti.domains.results.choices import UptakeState
from opensti.domains.results.models import Acceptance
from opensti.domains.results.queries.rights import docket_dates
from opensti.domains.results.queries.uptake import uptake_years
from opensti.kernel.access import Role, visible
from opensti.kernel.bilingual import Words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from opensti.domains.contracts.models import Contract
    from opensti.kernel.access import Actor

MOST = 2000


def days_of(
    actor: Actor, *, since: date, contract: Contract | None = None, most: int = MOST
) -> list[Day]:
    """What is due from a day on after the work, as far as a person may know, soonest first.

    Deadlines of acceptances, open entries of dockets, answers on uptake; of one contract
    where it is given. 3 queries, at most ``most`` days of each kind.
    """
    found = [
        *_acceptances(actor, since, contract, most),
        *_dockets(actor, since, contract, most),
        *_uptake(actor, since, contract, most),
    ]
    return sorted(found, key=lambda d: (d.on, d.key))


def _acceptances(
    actor: Actor, since: date, contract: Contract | None, most: int
) -> Iterator[Day]:
    known: Any = visible(actor, Acceptance.objects.all())
    if contract is not None:
        known = known.filter(contract=contract)
    rows = deadlines_for(Role, cases=known.values("case_id")).filter(due_on__gte=since)
    for row in rows.select_related("case__acceptance__contract")[:most]:
        of = row.case.acceptance
        yield Day(
            key=f"acceptance-{of.public_id}-{row.code}",
            kind="acceptance",
            on=row.due_on,
            contract_id=of.contract.public_id,
            number=of.contract.number,
            title=Words.titled(of.contract),
            about=Words(row.label_vi, row.label_en),
            changes=row.extra_days,
            url_name="results:acceptance",
            url_args=(of.public_id,),
        )


def _dockets(
    actor: Actor, since: date, contract: Contract | None, most: int
) -> Iterator[Day]:
    rows = docket_dates(actor, since=since).select_related("right__contract")
    if contract is not None:
        rows = rows.filter(right__contract=contract)
    for row in rows[:most]:
        right, of = row.right, row.right.contract
        yield Day(
            key=f"docket-{right.public_id}-{row.pk}",
            kind="docket",
            on=row.due_on,
            contract_id=of.public_id if of else "",
            number=of.number if of else "",
            title=Words.titled(right),
            about=Words(row.label_vi, row.label_en),
            url_name="results:right",
            url_args=(right.public_id,),
        )


def _uptake(
    actor: Actor, since: date, contract: Contract | None, most: int
) -> Iterator[Day]:
    rows = uptake_years(actor).filter(
        state__in=(UptakeState.DUE, UptakeState.RETURNED), due_on__gte=since
    )
    if contract is not None:
        rows = rows.filter(contract=contract)
    for row in rows.order_by("due_on", "pk")[:most]:
        yield Day(
            key=f"uptake-{row.public_id}",
            kind="uptake",
            on=row.due_on,
            contract_id=row.contract.public_id,
            number=row.contract.number,
            title=Words.titled(row.contract),
            about=Words(f"năm thứ {row.number}", f"year {row.number}"),
            changes=row.version,
            url_name="results:uptake_year",
            url_args=(row.public_id,),
        )
