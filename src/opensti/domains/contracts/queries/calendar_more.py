"""Days of what is asked, claimed and confirmed: the office's own part of the calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from opensti.domains.contracts.choices import (
    AmendmentKind,
    CheckState,
    EndingState,
    RequestState,
)
from opensti.domains.contracts.models import (
    Amendment,
    Claim,
    Contract,
    Ending,
    PaymentRequest,
    SiteCheck,
)
from opensti.domains.contracts.models.amendments import OPEN
from opensti.domains.contracts.queries.due_work import wanted_checks
from opensti.domains.contracts.queries.ending import open_claims
from opensti.domains.contracts.queries.paying import confirm_by
from opensti.domains.procedures.queries import working_calendar
from opensti.kernel.bilingual import Words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from typing import Any

    from django.db.models import QuerySet

    Pages = tuple[str, tuple[Any, ...]]
    Told = tuple[str, str, date, Contract, Words, Pages]


def more_days(contracts: QuerySet[Contract], since: date, most: int) -> Iterator[Told]:
    """Kind, key, day, contract, what it is about and its page; 7 queries.

    The caller has decided who may know of the contracts.
    """
    ids = contracts.order_by().values("pk")
    yield from _amendments(ids, since, most)
    yield from _endings(ids, since, most)
    yield from _claims(ids, since, most)
    yield from _requests(ids, since, most)
    yield from _confirmations(ids, since, most)
    for row, by in wanted_checks(contracts.order_by())[:most]:
        if by >= since:
            page = ("contracts:checks", (row.public_id,))
            yield "check_wanted", row.public_id, by, row, Words(), page


def _amendments(ids: Any, since: date, most: int) -> Iterator[Told]:
    rows = Amendment.objects.filter(contract__in=ids, state__in=OPEN, due_on__gte=since)
    for row in rows.select_related("contract").order_by("due_on", "pk")[:most]:
        kinds = ", ".join(str(AmendmentKind(kind).label) for kind in row.kinds)
        of, about = row.contract, Words(kinds, kinds)
        page = ("contracts:amendment", (of.public_id, row.number))
        if row.due_on is not None:
            yield "amendment", row.public_id, row.due_on, of, about, page


def _endings(ids: Any, since: date, most: int) -> Iterator[Told]:
    rows = Ending.objects.filter(
        Q(state=EndingState.REPORTING, report_due_on__gte=since)
        | Q(state=EndingState.REPORTED, check_due_on__gte=since),
        contract__in=ids,
    )
    for row in rows.select_related("contract").order_by("pk")[:most]:
        reports = row.state == EndingState.REPORTING
        day = row.report_due_on if reports else row.check_due_on
        said = _("report of the host") if reports else _("check of its report")
        of, about = row.contract, Words(said, said)
        page = ("contracts:ending", (of.public_id,))
        if day is not None:
            yield "ending", row.public_id, day, of, about, page


def _claims(ids: Any, since: date, most: int) -> Iterator[Told]:
    rows = open_claims(Claim.objects.filter(contract__in=ids, due_on__gte=since))
    for row in rows.select_related("contract").order_by("due_on", "pk")[:most]:
        of, about = row.contract, Words(row.decision_number, row.decision_number)
        page = ("contracts:money", (of.public_id,))
        if row.due_on is not None:
            yield "claim", row.public_id, row.due_on, of, about, page


def _requests(ids: Any, since: date, most: int) -> Iterator[Told]:
    rows = PaymentRequest.objects.filter(
        contract__in=ids, state=RequestState.ASKED
    ).select_related("contract__case", "instalment")
    calendar = working_calendar()
    for row in rows.order_by("asked_at", "pk")[:most]:
        by = confirm_by(row, calendar)
        label = f"{row.instalment.position}. {row.instalment.label}".strip(". ")
        page = ("contracts:payment_request", (row.public_id,))
        if by is not None and by >= since:
            about = Words(label, label)
            yield "evidence", row.public_id, by, row.contract, about, page


def _confirmations(ids: Any, since: date, most: int) -> Iterator[Told]:
    rows = SiteCheck.objects.filter(contract__in=ids, state=CheckState.HELD).filter(
        Q(confirm_volume_by__gte=since, volume_confirmed_on=None)
        | Q(confirm_spending_by__gte=since, spending_confirmed_on=None)
    )
    for row in rows.select_related("contract").order_by("pk")[:most]:
        page = ("contracts:check", (row.contract.public_id, row.public_id))
        for what, by, on in (
            ("volume", row.confirm_volume_by, row.volume_confirmed_on),
            ("spending", row.confirm_spending_by, row.spending_confirmed_on),
        ):
            if by is not None and on is None and by >= since:
                said = _("work done") if what == "volume" else _("money used")
                key, about = f"{row.public_id}-{what}", Words(said, said)
                yield "confirmation", key, by, row.contract, about, page
