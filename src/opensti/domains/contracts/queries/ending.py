"""Early endings: where they stand, between which shares money goes back, who owes."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from sti_methods.refunds import KINDS, RefundRule, bounds

from opensti.domains.contracts import permissions as _permissions  # noqa: F401
from opensti.domains.contracts.choices import Cause, EndingState
from opensti.domains.contracts.models import (
    Claim,
    ClaimReceipt,
    ClaimWaiver,
    Ending,
    Finding,
    Payment,
)
from opensti.domains.contracts.queries.contracts import contract_ids, rules_of
from opensti.domains.procedures.choices import State
from opensti.domains.procedures.queries import working_calendar
from opensti.kernel.access import Role, visible
from opensti.kernel.bilingual import Words
from opensti.kernel.periods import deadline
from opensti.kernel.work import WorkItem

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction

    from django.db.models import QuerySet
    from sti_methods.refunds import Kind

    from opensti.domains.contracts.models import Contract
    from opensti.domains.procedures.regimes.format.execution import EndingRule
    from opensti.kernel.access import Actor
    from opensti.kernel.refusals import Text

NONE = Decimal(0)
# Money may come back until the contract is liquidated.
RETURNING = (State.RECOVERING, State.SETTLED)
MONEY: dict[str, Text] = {
    "unused": _("not used"),
    "proper": _("properly used"),
    "unproven": _("not shown to be properly used"),
}


def ending_of(actor: Actor, contract: Contract) -> Ending | None:
    """The ending of a contract that is pursued or decided, the latest; 1 query."""
    rows = Ending.objects.filter(contract=contract).exclude(state=EndingState.DROPPED)
    return (
        visible(actor, rows)
        .select_related("asked_by", "reported_by", "checked_by", "decided_by", "claim")
        .order_by("-pk")
        .first()
    )


def early_end(contract: Any) -> QuerySet[Ending]:
    """The decision that ended a contract early, for an id or an ``OuterRef``.

    Not what settled a contract that had failed. The caller has decided who may know.
    """
    rows = Ending.objects.filter(contract=contract, after_failure=False)
    return rows.filter(decided_at__isnull=False).order_by("-pk")


def findings_of(ending: Ending) -> dict[str, Finding]:
    """What was found on each condition, by its id; the caller has decided who may know."""
    rows = Finding.objects.filter(ending=ending).select_related("judged_by")
    return {row.condition: row for row in rows}


def paid_to(contract: Contract) -> Decimal:
    """Whole đồng of state money paid to the host; the caller has decided who may know."""
    rows = Payment.objects.filter(contract=contract)
    return rows.aggregate(total=Sum("amount"))["total"] or Decimal(0)


def ending_rule(contract: Contract) -> EndingRule:
    """What the frozen procedure says of an early end; no query."""
    return rules_of(contract).ending


def refund_rules(rule: EndingRule) -> list[RefundRule]:
    """The procedure's shares as plain values for ``sti_methods.refunds``."""
    return [
        RefundRule(
            id=r.id,
            money=r.money,
            least=r.share_min,
            most=r.share_max,
            cause=r.cause,
            lump=r.lump,
        )
        for r in rule.refunds
    ]


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """Between which shares one kind of money goes back, for one cause."""

    money: Text
    cause: Text
    least: Fraction
    most: Fraction
    article: str
    label_vi: str = ""
    label_en: str = ""
    known: bool = True

    @property
    def least_said(self) -> str:
        return percent(self.least)

    @property
    def most_said(self) -> str:
        return percent(self.most)


def percent(share: Fraction) -> str:
    """A share as people read it, ``40 %`` or ``12,5 %``; a fraction where no comma ends."""
    hundredths = share * 100
    rest = hundredths.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest > 1:
        return f"{share.numerator}/{share.denominator}"
    exact = Decimal(hundredths.numerator) / Decimal(hundredths.denominator)
    return f"{number_format(exact.normalize())} %"


def bounds_of(contract: Contract) -> list[Bounds]:
    """What the procedure says of every kind of money and cause; no query."""
    rule = ending_rule(contract)
    known = {r.id: r for r in rule.refunds}
    found = []
    for money in KINDS:
        for cause in Cause:
            least, most, name, source = bounds(
                money,
                rules=refund_rules(rule),
                cause=cause.value,
                lump=contract.lump_sum,
            )
            law = known.get(name)
            found.append(
                Bounds(
                    money=MONEY[money],
                    cause=cause.label,
                    least=least,
                    most=most,
                    article=law.basis if law else "",
                    label_vi=law.label_vi if law else "",
                    label_en=law.label_en if law else "",
                    known=source != "not_known",
                )
            )
    return found


def money_said(money: Kind | str) -> str:
    return str(MONEY[money])


@dataclass(frozen=True, kw_only=True)
class Owing:
    """A host that owes state money back; ``barred`` where its procedure says so."""

    host_id: int
    host_vi: str
    host_en: str
    contract_id: str
    number: str
    amount: Decimal
    due_on: date | None
    late: bool
    barred: bool


def owing_known(actor: Actor, at: date, *, host_id: int | None = None) -> list[Owing]:
    """Who owes money back on a day, as far as the person may know; 1 query.

    What is open of claims, those of a settlement too; of one host where it is named. A host
    that is ``barred`` may not compete until it has paid.
    """
    claims = visible(actor, Claim.objects.all())
    return _owing(
        claims if host_id is None else claims.filter(contract__host_id=host_id), at
    )


def open_claims(claims: QuerySet[Claim]) -> QuerySet[Any]:
    """Claims of which something is neither received nor given up; ``open`` says how much."""
    back = ClaimReceipt.objects.filter(taken_back_at=None)
    return (
        claims.filter(contract__case__state__in=RETURNING)
        .annotate(open=F("amount") - _sum_of(back) - _sum_of(ClaimWaiver.objects.all()))
        .filter(open__gt=0)
    )


def _owing(claims: QuerySet[Claim], at: date) -> list[Owing]:
    rows = (
        open_claims(claims)
        .filter(decided_on__lte=at)
        .select_related("contract__case__regime_version", "contract__host")
        .defer("contract__case__regime_version__content")
        .order_by("due_on", "pk")
    )
    return [
        Owing(
            host_id=row.contract.host_id,
            host_vi=row.contract.host.name_vi,
            host_en=row.contract.host.name_en,
            contract_id=row.contract.public_id,
            number=row.contract.number,
            amount=row.open,
            due_on=row.due_on,
            late=row.due_on is not None and row.due_on < at,
            barred=ending_rule(row.contract).barred_until_paid,
        )
        for row in rows
    ]


def _sum_of(answers: QuerySet[Any]) -> Coalesce:
    """What came back of a claim, or was given up, as part of a query on claims."""
    rows = answers.filter(claim=OuterRef("pk")).order_by().values("claim")
    return Coalesce(Subquery(rows.annotate(n=Sum("amount")).values("n")), NONE)


def stop_due(ending: Ending) -> date | None:
    """By when the procedure wants it decided whether a contract ends; often none is named."""
    rules = rules_of(ending.contract)
    rule = rules.amendment("stop", ending.contract.lump_sum)
    if rule is None or rule.decide_within is None or ending.after_failure:
        return None
    return deadline(
        timezone.localdate(ending.asked_at),
        n=rule.decide_within.n,
        unit=rule.decide_within.unit.value,
        calendar=working_calendar(),
    )


# Who has the next word in each state, and by when.
NEXT: dict[str, tuple[tuple[Role, ...], Text, str]] = {
    EndingState.ASKED: (
        (Role.LEADER,),
        _("Suspend the contract or let it run"),
        "stop",
    ),
    EndingState.REPORTING: (
        (),
        _("Report on the end of the contract"),
        "report_due_on",
    ),
    EndingState.REPORTED: (
        (Role.OFFICER, Role.FINANCE),
        _("Check what the host reports"),
        "check_due_on",
    ),
    EndingState.CHECKED: ((Role.LEADER,), _("Decide the end of the contract"), ""),
}


def ending_work(actor: Actor, today: date) -> list[WorkItem]:
    """Endings that wait for this person; the host's managers report; 1 query."""
    if actor.has(Role.AUDITOR) or not actor.is_authenticated:
        return []
    rows = (
        Ending.objects.filter(state__in=list(NEXT), contract__in=contract_ids(actor))
        .select_related("contract__case__regime_version")
        .defer("contract__case__regime_version__content")
        .order_by("pk")
    )
    found = []
    for row in rows:
        roles, title, day = NEXT[row.state]
        mine = (
            row.contract.host_id in actor.manages
            if row.state == EndingState.REPORTING
            else actor.has(*roles)
        )
        if not mine:
            continue
        due = stop_due(row) if day == "stop" else getattr(row, day) if day else None
        found.append(
            WorkItem(
                kind=f"contracts.ending_{row.state}",
                title=title,
                about=Words(vi=row.contract.title_vi, en=row.contract.title_en),
                code=row.contract.number,
                url_name="contracts:ending",
                url_args=(row.contract.public_id,),
                due_on=due,
                overdue=due is not None and due < today,
            )
        )
    return found
