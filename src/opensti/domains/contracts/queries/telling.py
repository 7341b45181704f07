"""Which reports ask for a mail today, and to whom it goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models.functions import Coalesce

from opensti.domains.accounts.queries import holders_of
from opensti.domains.contracts.choices import REPORT_OWED
from opensti.domains.contracts.models import ReportDue, Telling
from opensti.domains.contracts.queries.reports import REPORTING
from opensti.domains.contracts.queries.watch import watch
from opensti.kernel.access import Role

if TYPE_CHECKING:
    from datetime import date, datetime

# A mail that could not go out is tried for so long.
TRIED = timedelta(days=3)


@dataclass(frozen=True, kw_only=True)
class ToTell:
    """One mail that is due: about which report, by which step, to whose account."""

    contract_id: int
    report: str
    due_on: date
    step: str
    user_id: int


def to_tell(today: date) -> list[ToTell]:
    """Every mail that the steps of reminding ask for today; 2 queries.

    A report is told of by the last step it has reached, so that one which was never
    noticed does not send all of them at once. Whether it was told is the caller's to see.
    """
    steps = sorted(watch().steps, key=lambda s: s.days)
    if not steps:
        return []
    rows = (
        ReportDue.objects.filter(
            state__in=REPORT_OWED, contract__case__state__in=REPORTING
        )
        .annotate(until=Coalesce("mend_until", "due_on"))
        .filter(until__lte=today - timedelta(days=steps[0].days))
        .values_list(
            "contract_id",
            "public_id",
            "until",
            "contract__leader__user_id",
            "contract__dossier__created_by_id",
            "contract__officer_id",
        )
        .order_by("until", "pk")
    )
    leaders = holders_of(Role.LEADER, today)
    found = []
    for contract_id, report, until, leader, writer, officer in rows:
        step = [s for s in steps if s.days <= (today - until).days][-1]
        people = {
            "host": [leader, writer],
            "officer": [officer],
            "leader": leaders,
        }
        users = {u for who in step.to for u in people[who] if u is not None}
        found += [
            ToTell(
                contract_id=contract_id,
                report=report,
                due_on=until,
                step=step.id,
                user_id=user,
            )
            for user in sorted(users)
        ]
    return found


def unmailed_tellings(at: datetime) -> list[int]:
    """Ids of the mails that have not gone out and are still tried."""
    rows = Telling.objects.filter(mailed_at=None, made_at__gte=at - TRIED)
    return list(rows.order_by("pk").values_list("pk", flat=True))
