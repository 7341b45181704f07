"""What falls due without anybody asking: instalments, yearly checks, what is long overdue."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from opensti.domains.contracts.choices import (
    CheckState,
    FindingState,
    InstalmentKind,
    RequestState,
)
from opensti.domains.contracts.models import (
    CheckFinding,
    Claim,
    Contract,
    Instalment,
    Milestone,
    Payment,
    PaymentRequest,
    SiteCheck,
)
from opensti.domains.contracts.permissions import by_office
from opensti.domains.contracts.queries.checks import next_check_by
from opensti.domains.contracts.queries.contracts import contract_subject
from opensti.domains.contracts.queries.ending import open_claims
from opensti.domains.contracts.queries.joined import Arm, Found, joined
from opensti.domains.contracts.queries.money_work import evidence_arm
from opensti.domains.contracts.queries.watch import watch
from opensti.domains.procedures.choices import State
from opensti.kernel.access import Role, visible
from opensti.kernel.bilingual import Words
from opensti.kernel.work import WorkItem

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from django.db.models import QuerySet

    from opensti.kernel.access import Actor

MOST = 50
# An instalment, and a check, stand in the list so long before they are due.
AHEAD = timedelta(days=14)
A_YEAR = timedelta(days=365)
OPEN_REQUESTS = (RequestState.ASKED, RequestState.ACCEPTED, RequestState.PAID)


def due_work(actor: Actor, today: date) -> list[WorkItem]:
    """Lines for finance, officers and leaders; at most 3 queries."""
    return [*joined(due_arms(actor, today)), *check_work(actor, today)]


def due_arms(actor: Actor, today: date) -> list[Arm]:
    """What finance is to pay, and what leaders look after, to be joined; no query."""
    if actor.user_id is None or actor.has(Role.ADMIN, Role.AUDITOR):
        return []
    arms = _to_pay(actor, today) if actor.has(Role.FINANCE) else []
    after = watch().escalated_after
    if actor.has(Role.LEADER) and after is not None:
        arms += _escalated(actor, today, today - timedelta(days=after))
    return arms


def _to_pay(actor: Actor, today: date) -> list[Arm]:
    """Instalments that wait for nobody but finance, each kind in its arm.

    First advances of contracts that were never paid, and instalments whose milestone was
    reached within a year: so the plans of all others need not be read.
    """
    asked = PaymentRequest.objects.filter(
        instalment=OuterRef("pk"), state__in=OPEN_REQUESTS
    )
    open_ = Instalment.objects.filter(~Exists(asked), payment=None)
    never_paid = Contract.objects.filter(
        ~Exists(Payment.objects.filter(contract=OuterRef("pk"))),
        by_office(actor, "dossier_id"),
        case__state=State.RUNNING,
    )
    advances = open_.filter(
        contract__in=never_paid.values("pk"),
        kind=InstalmentKind.ADVANCE,
        milestone=None,
    )
    # Asked of the milestones alone, so that no plan is read for its contract's sake.
    reached = Milestone.objects.filter(
        by_office(actor, "contract__dossier_id"),
        reached_on__gt=today - A_YEAR,
        contract__case__state=State.RUNNING,
    )
    others = open_.filter(
        milestone__in=reached.values("pk"),
        kind__in=(InstalmentKind.ADVANCE, InstalmentKind.PROGRESS),
    )

    def line(found: Found) -> WorkItem:
        about = f"{found.n}. {found.label.vi}"
        return WorkItem(
            kind="contracts.pay_due",
            title=_("pay an instalment that is due"),
            code=found.number,
            about=Words(about, about),
            url_name="contracts:money",
            url_args=(found.contract_id,),
            subject=contract_subject(found.contract_id),
            due_on=found.due_on,
            overdue=found.due_on is not None and found.due_on < today,
        )

    return [
        Arm(
            rows=rows.annotate(due=due).filter(due__lte=today + AHEAD),
            line=line,
            n="position",
            label_vi="label",
            due_on=due,
            order=("due", "pk"),
            most=MOST,
        )
        for rows, due in (
            (advances, Coalesce("due_on", "contract__starts_on")),
            (others, Coalesce("due_on", "milestone__due_on")),
        )
    ]


def _escalated(actor: Actor, today: date, since: date) -> list[Arm]:
    """What others should have done by a day, so that the leader looks after it."""
    findings = CheckFinding.objects.filter(
        state=FindingState.OPEN,
        mend_by__lte=since,
        check_of__contract__case__state__in=(State.RUNNING, State.SUSPENDED),
    )
    claims = open_claims(Claim.objects.filter(due_on__lte=since))
    requests = PaymentRequest.objects.filter(asked_at__date__lte=since)
    return [
        Arm(
            rows=visible(actor, findings),
            line=_line(
                "findings.escalated",
                _("See to it that an overdue finding is mended"),
                "contracts:check",
                today,
            ),
            contract="check_of__contract",
            key="check_of__public_id",
            due_on="mend_by",
            order=("mend_by", "pk"),
            most=MOST,
        ),
        Arm(
            rows=visible(actor, claims),
            line=_line(
                "claims.escalated",
                _("See to it that overdue money comes back"),
                "contracts:money",
                today,
            ),
            due_on="due_on",
            order=("due_on", "pk"),
            most=MOST,
        ),
        evidence_arm(
            visible(actor, requests),
            "payment_requests.escalated",
            _("See to it that overdue evidence is checked"),
            today,
            since=since,
        ),
    ]


def _line(
    kind: str, title: str, url_name: str, today: date
) -> Callable[[Found], WorkItem]:
    def line(found: Found) -> WorkItem:
        return WorkItem(
            kind=kind,
            title=title,
            code=found.number,
            about=found.title,
            url_name=url_name,
            url_args=(found.contract_id, *([found.key] if found.key else ())),
            subject=contract_subject(found.contract_id),
            due_on=found.due_on,
            overdue=found.due_on is not None and found.due_on < today,
        )

    return line


def wanted_checks(
    contracts: QuerySet[Contract], until: date | None = None
) -> list[tuple[Contract, date]]:
    """Contracts whose work must be looked at (by a day), by their procedure; 1 query.

    None of which a check is announced. The caller has decided who may know of them.
    """
    checks = SiteCheck.objects.filter(contract=OuterRef("pk"))
    held = checks.filter(state=CheckState.HELD).order_by("-held_on")
    rows = (
        contracts.filter(
            ~Exists(checks.filter(state=CheckState.PLANNED)),
            case__state=State.RUNNING,
            signed_on__isnull=False,
        )
        .annotate(looked=Coalesce(Subquery(held.values("held_on")[:1]), "signed_on"))
        .filter(*([Q(looked__lte=until)] if until else ()))
        .select_related("case", "leader", "host")
    )
    found = [
        (row, by)
        for row in rows.order_by("looked", "pk")[: MOST * 20]
        if (by := next_check_by(row, row.looked)) is not None
        and (until is None or by <= until)
    ]
    return sorted(found, key=lambda each: (each[1], each[0].pk))


def check_work(actor: Actor, today: date) -> list[WorkItem]:
    """The yearly look at the work that nobody has announced yet, for officers; 1 query."""
    if not actor.has(Role.OFFICER) or actor.has(Role.ADMIN, Role.AUDITOR):
        return []
    mine = Q(officer=None) | Q(officer_id=actor.user_id)
    contracts = visible(actor, Contract.objects.filter(mine))
    return [
        WorkItem(
            kind="checks.plan",
            title=_("Announce the check on the spot that the procedure asks for"),
            code=row.number,
            about=Words.titled(row),
            url_name="contracts:checks",
            url_args=(row.public_id,),
            subject=contract_subject(row.public_id),
            due_on=by,
            overdue=by < today,
        )
        for row, by in wanted_checks(contracts, today + AHEAD)[:MOST]
    ]
