"""What the money of contracts asks of people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _

from opensti.domains.contracts.choices import RequestState
from opensti.domains.contracts.models import Claim, PaymentRequest
from opensti.domains.contracts.permissions import by_host, by_office
from opensti.domains.contracts.queries.contracts import contract_subject
from opensti.domains.contracts.queries.joined import Arm, Found, joined
from opensti.domains.contracts.queries.money import outstanding
from opensti.domains.contracts.queries.paying import confirmed_by
from opensti.domains.procedures.queries import frozen_rules, working_calendar
from opensti.kernel.access import Role, visible
from opensti.kernel.bilingual import Words
from opensti.kernel.work import WorkItem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from django.db.models import QuerySet

    from opensti.kernel.access import Actor
    from opensti.kernel.periods import Calendar

MOST = 50


def money_work(actor: Actor, today: date) -> list[WorkItem]:
    """Requests to check, to pay, to complete, and claims that are due; at most 5 queries."""
    return [*joined(money_arms(actor, today)), *claims_work(actor, today)]


def money_arms(actor: Actor, today: date) -> list[Arm]:
    """Requests for payment that wait for this person, each state in its arm; no query."""
    if actor.user_id is None or actor.has(Role.AUDITOR):
        return []
    arms = []
    office = by_office(actor, "contract__dossier_id")
    if actor.has(Role.OFFICER):
        arms.append(
            evidence_arm(
                PaymentRequest.objects.filter(office),
                "contracts.answer_payment_request",
                _("check the evidence of a payment request"),
                today,
            )
        )
    if actor.has(Role.FINANCE):
        arms.append(
            _requests(
                office & Q(state=RequestState.ACCEPTED),
                "contracts.pay",
                _("pay an instalment"),
            )
        )
    # Sent back to the host's side and not sent anew.
    sent_back = by_host(actor, "contract__") & Q(
        state=RequestState.RETURNED, instalment__payment=None
    )
    arms.append(
        _requests(
            sent_back
            & ~Q(instalment__requests__state__in=("asked", "accepted", "paid")),
            "contracts.ask_payment",
            _("complete a returned payment request"),
        )
    )
    return arms


def _requests(where: Q, kind: str, title: str) -> Arm:
    def line(found: Found) -> WorkItem:
        pays = found.state == RequestState.ACCEPTED
        return WorkItem(
            kind=kind,
            title=title,
            code=found.number,
            about=found.title,
            url_name="contracts:money" if pays else "contracts:payment_request",
            url_args=(found.contract_id if pays else found.key,),
            subject=contract_subject(found.contract_id),
        )

    return Arm(
        rows=PaymentRequest.objects.filter(where),
        line=line,
        key="public_id",
        state="state",
        order=("asked_at", "pk"),
        most=MOST,
    )


def evidence_arm(
    rows: QuerySet[PaymentRequest],
    kind: str,
    title: str,
    today: date,
    *,
    since: date | None = None,
) -> Arm:
    """Evidence to be checked, each by the day of its procedure; no query.

    With ``since`` only what should have been checked by then. Where there is any, the
    working days are asked for once.
    """
    calendars: list[Calendar] = []

    def line(found: Found) -> WorkItem | None:
        by = None
        if found.due_on is not None:  # the day it came
            calendars[:] = calendars or [working_calendar()]
            by = confirmed_by(frozen_rules(found.article), found.due_on, *calendars)
        if since is not None and (by is None or by > since):
            return None
        return WorkItem(
            kind=kind,
            title=title,
            code=found.number,
            about=found.title,
            url_name="contracts:payment_request",
            url_args=(found.key,),
            subject=contract_subject(found.contract_id),
            due_on=by,
            overdue=by is not None and by < today,
        )

    return Arm(
        rows=rows.filter(state=RequestState.ASKED),
        line=line,
        key="public_id",
        due_on=TruncDate("asked_at"),
        article="contract__case__regime_sha256",
        order=("asked_at", "pk"),
        most=MOST,
    )


def claims_work(actor: Actor, today: date) -> list[WorkItem]:
    """Claims of which something is still to come back, for finance; 3 queries."""
    if not actor.has(Role.FINANCE) or actor.has(Role.AUDITOR):
        return []
    return list(_claims(actor, today))


def _claims(actor: Actor, today: date) -> Iterator[WorkItem]:
    rows = visible(
        actor, Claim.objects.filter(contract__case__state__in=("recovering", "settled"))
    )
    rows = rows.select_related("contract").prefetch_related("receipts", "waivers")
    for claim in rows.order_by("due_on", "id")[:MOST]:
        if outstanding(claim):
            of = claim.contract
            yield WorkItem(
                kind="contracts.receive_claim",
                title=_("enter what came back of a claim"),
                code=of.number,
                about=Words.titled(of),
                url_name="contracts:money",
                url_args=(of.public_id,),
                subject=contract_subject(of.public_id),
                due_on=claim.due_on,
                overdue=claim.due_on is not None and claim.due_on < today,
            )
