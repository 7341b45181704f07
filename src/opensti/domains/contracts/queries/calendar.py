"""Days of contracts: what is due when, for calendars and lists of work."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from opensti.domains.contracts import permissions as _permissions  # noqa: F401
from opensti.domains.contracts.choices import REPORT_OWED, CheckState, FindingState
from opensti.domains.contracts.models import (
    CheckFinding,
    Contract,
    ContractCalendar,
    Instalment,
    Milestone,
    ReportDue,
    SiteCheck,
)
from opensti.domains.contracts.permissions import OFFICE
from opensti.domains.contracts.queries.calendar_more import more_days
from opensti.domains.procedures.choices import State
from opensti.domains.procedures.queries import deadlines_for
from opensti.kernel.access import Role, visible
from opensti.kernel.bilingual import Words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from opensti.kernel.access import Actor

MOST = 2000
# A contract's days count while there is something to do in it.
ALIVE = (
    State.RUNNING,
    State.SUSPENDED,
    State.COMPLETED,
    State.FAILED,
    State.TERMINATED,
    State.RECOVERING,
    State.SETTLED,
)


@dataclass(frozen=True, kw_only=True)
class Day:
    """One day of a contract. ``key`` is the same for as long as the thing is the same.

    ``kind`` is a code (``report``, ``milestone``, ``end`` …), ``about`` says which one.
    ``url_name`` and ``url_args`` are its page, without them it is the contract's.
    """

    key: str
    kind: str
    on: date
    contract_id: str
    number: str
    title: Words
    about: Words = field(default_factory=Words)
    changes: int = 0
    url_name: str = ""
    url_args: tuple[str, ...] = ()


Ids = QuerySet[Any, Any]


def days_of(
    actor: Actor, *, since: date, contract: Contract | None = None, most: int = MOST
) -> list[Day]:
    """What is due from a day on in the contracts a person may know of, soonest first.

    Of one contract where it is given. 14 queries, at most ``most`` days of each kind.
    """
    contracts = visible(actor, Contract.objects.filter(case__state__in=ALIVE))
    if contract is not None:
        contracts = contracts.filter(pk=contract.pk)
    ids = contracts.values("pk")
    # Of all contracts only who pays, or is paid, reads when each instalment is due.
    pays = contract is not None or not actor.has(*OFFICE) or actor.has(Role.FINANCE)
    found = [
        *_ends(contracts, since, most),
        *_reports(ids, since, most),
        *_milestones(ids, since, most),
        *(_instalments(ids, since, most) if pays else ()),
        *_checks(ids, since, most),
        *_findings(ids, since, most),
        *_deadlines(contracts.values("case_id"), since, most),
        *(
            _day(kind, key, on, of, about=about, url_name=name, url_args=args)
            for kind, key, on, of, about, (name, args) in more_days(
                contracts, since, most
            )
        ),
    ]
    return sorted(found, key=lambda d: (d.on, d.key))


def _day(kind: str, key: object, on: date, of: Contract, **more: Any) -> Day:
    return Day(
        key=f"{kind}-{key}",
        kind=kind,
        on=on,
        contract_id=of.public_id,
        number=of.number,
        title=Words.titled(of),
        **more,
    )


def _ends(contracts: QuerySet[Contract], since: date, most: int) -> Iterator[Day]:
    rows = contracts.filter(ends_on__gte=since).order_by("ends_on", "pk")[:most]
    for row in rows:
        if row.ends_on is not None:
            yield _day("end", row.public_id, row.ends_on, row, changes=row.version)


def _reports(ids: Ids, since: date, most: int) -> Iterator[Day]:
    rows = ReportDue.objects.filter(
        Q(mend_until__gte=since) | Q(mend_until=None, due_on__gte=since),
        contract__in=ids,
        state__in=REPORT_OWED,
    )
    for row in rows.select_related("contract").order_by("due_on", "pk")[:most]:
        yield _day(
            "report",
            row.public_id,
            row.mend_until or row.due_on,
            row.contract,
            about=Words(
                f"{row.label_vi} {row.number}",
                f"{row.label_en or row.label_vi} {row.number}",
            ),
            changes=row.version,
            url_name="contracts:report",
            url_args=(row.contract.public_id, row.public_id),
        )


def _milestones(ids: Ids, since: date, most: int) -> Iterator[Day]:
    rows = Milestone.objects.filter(
        contract__in=ids, reached_on=None, due_on__gte=since
    )
    for row in rows.select_related("contract").order_by("due_on", "pk")[:most]:
        yield _day(
            "milestone",
            f"{row.contract.public_id}-{row.position}",
            row.due_on,
            row.contract,
            about=Words(row.name_vi, row.name_en),
        )


def _instalments(ids: Ids, since: date, most: int) -> Iterator[Day]:
    rows = Instalment.objects.filter(
        Q(due_on__gte=since) | Q(due_on=None, milestone__due_on__gte=since),
        contract__in=ids,
        payment=None,
    )
    rows = rows.select_related("contract", "milestone").order_by("due_on", "pk")
    for row in rows[:most]:
        on = row.due_on or (row.milestone.due_on if row.milestone else None)
        if on is not None:
            label = f"{row.position}. {row.label}".strip(". ")
            about = Words(label, label)
            yield _day("instalment", row.key, on, row.contract, about=about)


def _checks(ids: Ids, since: date, most: int) -> Iterator[Day]:
    rows = SiteCheck.objects.filter(
        contract__in=ids, state=CheckState.PLANNED, planned_on__gte=since
    )
    for row in rows.select_related("contract").order_by("planned_on", "pk")[:most]:
        yield _day(
            "check",
            row.public_id,
            row.planned_on,
            row.contract,
            about=Words(row.place, row.place),
            changes=row.version,
            url_name="contracts:check",
            url_args=(row.contract.public_id, row.public_id),
        )


def _findings(ids: Ids, since: date, most: int) -> Iterator[Day]:
    rows = CheckFinding.objects.filter(
        check_of__contract__in=ids, state=FindingState.OPEN, mend_by__gte=since
    ).select_related("check_of__contract")
    for row in rows.order_by("mend_by", "pk")[:most]:
        check = row.check_of
        if row.mend_by is not None:
            yield _day(
                "finding",
                f"{check.public_id}-{row.position}",
                row.mend_by,
                check.contract,
                changes=row.version,
                url_name="contracts:check",
                url_args=(check.contract.public_id, check.public_id),
            )


def _deadlines(cases: Ids, since: date, most: int) -> Iterator[Day]:
    rows = deadlines_for(Role, cases=cases).filter(due_on__gte=since)
    for row in rows.select_related("case__contract")[:most]:
        of = row.case.contract
        yield _day(
            "deadline",
            f"{of.public_id}-{row.code}",
            row.due_on,
            of,
            about=Words(row.label_vi, row.label_en),
            changes=row.extra_days,
        )


def user_of_calendar(digest: str) -> int | None:
    """Whose calendar a secret's digest opens, if anybody's."""
    rows = ContractCalendar.objects.filter(digest=digest)
    return rows.values_list("user_id", flat=True).first()


def own_calendar(actor: Actor) -> ContractCalendar | None:
    return visible(actor, ContractCalendar.objects.all()).first()
