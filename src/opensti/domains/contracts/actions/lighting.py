"""The lights of running contracts, counted anew: by acts that move them, and by the clock.

They follow from rows that acts recorded, so counting them is no act of its own.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Min, Q, Sum
from django.utils import timezone

from opensti.domains.contracts.choices import REPORT_OWED, ReportState
from opensti.domains.contracts.models import (
    Contract,
    ContractLight,
    Instalment,
    Milestone,
    Payment,
    Product,
    ReportDue,
)
from opensti.domains.contracts.problem.lights import (
    ZERO,
    Facts,
    Limits,
    Part,
    Thing,
    lights,
)
from opensti.domains.contracts.queries.money import cleared_of
from opensti.domains.contracts.queries.watch import watch
from opensti.domains.procedures.choices import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime
    from decimal import Decimal

AT_ONCE = 500
# A contract has lights while its work goes on.
LIT = (State.RUNNING, State.SUSPENDED)
REPORT_FIELDS = (
    "contract_id",
    "public_id",
    "label_vi",
    "label_en",
    "number",
    "due_on",
    "mend_until",
    "state",
    "spent_state",
    "cleared_state",
    "product_states",
)
FIELDS = ["host", "time", "money", "products", "worst", "causes", "counted_at"]


def limits() -> Limits:
    known = watch()
    return Limits(
        time_red_days=known.days("time_red_days"),
        end_soon_days=known.days("end_soon_days"),
        paid_red_share=known.share("paid_red_share"),
        used_share=known.share("used_share"),
        used_after_days=known.days("used_after_days"),
        product_red_days=known.days("product_red_days"),
    )


def refresh_lights(*, at: datetime, contract_ids: Iterable[int] | None = None) -> int:
    """Count the lights of these contracts (of all that run, without ids) anew.

    Returns how many have lights; one whose work ended has none. 7 statements for every
    500 contracts, each 500 a transaction of its own, so that nobody waits for all.
    """
    rows = Contract.objects.filter(case__state__in=LIT, ends_on__isnull=False)
    gone = ContractLight.objects.exclude(contract__case__state__in=LIT)
    if contract_ids is not None:
        ids = list(contract_ids)
        rows, gone = rows.filter(pk__in=ids), gone.filter(contract_id__in=ids)
    gone.delete()
    found = [
        (pk, ends_on, money, host)
        for pk, ends_on, money, host in rows.order_by("pk").values_list(
            "pk", "ends_on", "state_money", "host_id"
        )
        if ends_on is not None
    ]
    for start in range(0, len(found), AT_ONCE):
        with transaction.atomic():
            _count(found[start : start + AT_ONCE], at)
    return len(found)


def _count(contracts: list[tuple[int, date, Decimal, int]], at: datetime) -> None:
    ids = [pk for pk, *_rest in contracts]
    today, limit = timezone.localdate(at), limits()
    milestones = _by_contract(Milestone.objects.filter(contract_id__in=ids))
    products = _by_contract(Product.objects.filter(contract_id__in=ids))
    planned, paid = _planned(ids, today), _paid(ids)
    reports = _by_contract(
        ReportDue.objects.filter(contract_id__in=ids)
        .exclude(state=ReportState.DROPPED)
        .only(*REPORT_FIELDS)
        .order_by("covers_to", "pk")
    )
    cleared = cleared_of(ids)
    made = []
    for pk, ends_on, state_money, host in contracts:
        days = {m.pk: m.due_on for m in milestones[pk]}
        states = _states(reports[pk])
        judged = lights(
            Facts(
                today=today,
                ends_on=ends_on,
                state_money=state_money,
                paid=paid[pk][0] if pk in paid else ZERO,
                first_paid_on=paid[pk][1] if pk in paid else None,
                spent=_last(reports[pk], "spent_state"),
                cleared=cleared.get(pk, _last(reports[pk], "cleared_state")),
                reports=[_report(r) for r in reports[pk]],
                milestones=[
                    Thing(
                        key=str(m.position),
                        label_vi=m.name_vi,
                        label_en=m.name_en,
                        due_on=m.due_on,
                        done=m.reached_on is not None,
                    )
                    for m in milestones[pk]
                ],
                products=[
                    Thing(
                        key=p.key,
                        label_vi=p.name_vi,
                        label_en=p.name_en,
                        due_on=p.due_on or days.get(p.milestone_id) or ends_on,
                        done=states.get(p.key) == "done",
                        state=states.get(p.key, ""),
                    )
                    for p in products[pk]
                ],
                instalments=[Part(amount=planned.get(pk, ZERO), due_on=today)],
            ),
            limit,
        )
        made.append(
            ContractLight(
                contract_id=pk,
                host_id=host,
                time=judged.time,
                money=judged.money,
                products=judged.products,
                worst=judged.worst,
                causes=[c.as_json() for c in judged.causes],
                counted_at=at,
            )
        )
    ContractLight.objects.bulk_create(
        made, update_conflicts=True, update_fields=FIELDS, unique_fields=["contract"]
    )


def _planned(ids: list[int], today: date) -> dict[int, Decimal]:
    """What should have been paid of each contract by today, added up in the database."""
    rows = Instalment.objects.filter(
        Q(due_on__lte=today) | Q(due_on=None, milestone__due_on__lte=today),
        contract_id__in=ids,
    )
    return dict(rows.order_by().values_list("contract_id").annotate(Sum("amount")))


def _paid(ids: list[int]) -> dict[int, tuple[Decimal, date]]:
    """What was paid of each contract, and when the first time."""
    rows = Payment.objects.filter(contract_id__in=ids).order_by()
    found = rows.values_list("contract_id").annotate(Sum("amount"), Min("paid_on"))
    return {pk: (amount, first) for pk, amount, first in found}


def _by_contract(rows: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.contract_id].append(row)
    return found


def _report(row: ReportDue) -> Thing:
    return Thing(
        key=row.public_id,
        label_vi=f"{row.label_vi} {row.number}",
        label_en=f"{row.label_en or row.label_vi} {row.number}",
        due_on=row.mend_until or row.due_on,
        done=row.state not in REPORT_OWED,
    )


def _last(rows: list[ReportDue], name: str) -> Decimal | None:
    """A figure of the latest report handed in that says it; rows are in order of time."""
    said = [getattr(row, name) for row in rows if getattr(row, name) is not None]
    return said[-1] if said else None


def _states(rows: list[ReportDue]) -> Mapping[str, str]:
    """State of each product by key, as the latest report that names it says."""
    found: dict[str, str] = {}
    for row in rows:
        found.update(row.product_states)
    return found
