"""What speaks against paying an instalment now, rule by rule."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Prefetch
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from sti_methods.bookkeeping import within

from opensti.domains.contracts.choices import InstalmentKind, RequestState
from opensti.domains.contracts.models import (
    Contract,
    Instalment,
    Payment,
    PaymentRequest,
)
from opensti.domains.contracts.queries.contracts import rules_of
from opensti.domains.contracts.queries.money import years_of
from opensti.domains.procedures.choices import STATE_LABELS, State
from opensti.domains.procedures.queries import working_calendar
from opensti.kernel.access import get_visible, visible
from opensti.kernel.files.models import StoredFile
from opensti.kernel.money import format_money
from opensti.kernel.periods import CalendarMissing, deadline
from opensti.kernel.searchtext import matches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date
    from fractions import Fraction

    from django.db.models import QuerySet
    from sti_methods.bookkeeping import Years

    from opensti.domains.contracts.queries.money import Money
    from opensti.domains.procedures.regimes.format import ExecutionRules
    from opensti.domains.procedures.regimes.format.execution import PaymentRule
    from opensti.kernel.access import Actor
    from opensti.kernel.periods import Calendar
    from opensti.kernel.refusals import Text

# In which states of the contract State money goes to its host.
PAYING = (State.RUNNING, State.COMPLETED)


@dataclass(frozen=True, kw_only=True)
class Obstacle:
    """One rule that an instalment does not meet.

    ``liftable``: the leader may decide that it is paid all the same.
    """

    rule: str
    message: Text
    mend: Text
    article: str = ""
    liftable: bool = False


def instalments_of(contract: Contract) -> list[Instalment]:
    """The plan of payments with what was asked, lifted and paid; 2 queries.

    The caller has decided who may know.
    """
    rows = contract.instalments.select_related("milestone", "payment", "override")
    asked = Prefetch("requests", PaymentRequest.objects.order_by("-id"))
    return list(rows.prefetch_related(asked).order_by("position"))


def obstacles(
    contract: Contract,
    instalment: Instalment,
    *,
    rule: PaymentRule,
    money: Money,
    year: int,
) -> list[Obstacle]:
    """Every rule that speaks against paying it in a budget year; no query.

    ``instalment`` comes from ``instalments_of``, ``money`` from ``money_of``. What the
    leader lifted for this instalment is left out.
    """
    lifted = set(override.rules) if (override := override_of(instalment)) else set()
    found = [*_of_plan(contract, instalment, rule), *_of_money(instalment, rule, money)]
    if rule.within_year_allocation:
        found += _of_year(instalment, rule, years_of(contract, money), year)
    return [o for o in found if not (o.liftable and o.rule in lifted)]


def still_to_pay(contract: Contract, money: Money) -> Obstacle | None:
    """What is still to be paid before a completed contract is claimed from or closed.

    A claim, the settlement and the liquidation end the time of payments: cleared work that
    was not paid, or a request that is asked or accepted, would be owed to the host for
    ever. Where the work failed or was ended early nothing is paid any more: nothing.
    1 query, and only of a completed contract.
    """
    if contract.case.state != State.COMPLETED:
        return None
    if money.owed_to_host:
        return Obstacle(
            rule="unpaid",
            message=_("Cleared work of %(amount)s was not paid yet.")
            % {"amount": format_money(money.owed_to_host)},
            mend=gettext_lazy("Pay the last instalment first."),
        )
    asked = PaymentRequest.objects.filter(
        contract=contract, state__in=(RequestState.ASKED, RequestState.ACCEPTED)
    )
    waiting = asked.select_related("instalment").order_by("id").first()
    if waiting is None:
        return None
    return Obstacle(
        rule="unpaid",
        message=_("The host's request for %(amount)s was not paid yet.")
        % {"amount": format_money(waiting.instalment.amount)},
        mend=gettext_lazy("Pay the instalment, or return the request with the reason."),
    )


def override_of(instalment: Instalment):  # type: ignore[no-untyped-def]  # noqa: ANN201
    return getattr(instalment, "override", None)


def payment_of(instalment: Instalment) -> Payment | None:
    return getattr(instalment, "payment", None)


def request_of(instalment: Instalment) -> PaymentRequest | None:
    """The newest request for an instalment, of prefetched rows."""
    return next(iter(instalment.requests.all()), None)


def _of_plan(
    contract: Contract, part: Instalment, rule: PaymentRule
) -> Iterator[Obstacle]:
    state = State(contract.case.state)
    if state not in PAYING:
        yield Obstacle(
            rule="state",
            message=_("Nothing is paid while the contract is: %(state)s.")
            % {"state": STATE_LABELS[state]},
            mend=_("Payments are made while it runs, and when it was completed."),
        )
    if part.kind == InstalmentKind.FINAL and state != State.COMPLETED:
        yield Obstacle(
            rule="accepted",
            message=_("This instalment is paid after the work was accepted."),
            mend=_("Conclude the acceptance first."),
            article=rule.basis,
        )
    asked = request_of(part)
    accepted = asked is not None and asked.state == RequestState.ACCEPTED
    if accepted or part.kind == InstalmentKind.FINAL:
        return
    if rule.mode == "items" or part.kind == InstalmentKind.ITEM:
        yield Obstacle(
            rule="evidence",
            message=_("The evidence of this item was not accepted."),
            mend=_("The host asks for it with its evidence; an officer checks it."),
            article=rule.basis,
            liftable=True,
        )
    elif part.milestone is not None and part.milestone.reached_on is None:
        yield Obstacle(
            rule="milestone",
            message=_("Its milestone was not reached: %(name)s.")
            % {"name": part.milestone.name},
            mend=_("Enter the day it was reached, or accept the host's evidence."),
            article=rule.basis,
            liftable=True,
        )
    elif part.milestone is None and part.kind == InstalmentKind.PROGRESS:
        yield Obstacle(
            rule="evidence",
            message=_("No evidence of the finished work was accepted."),
            mend=_("The host asks for it with its evidence; an officer checks it."),
            article=rule.basis,
            liftable=True,
        )


def _of_money(part: Instalment, rule: PaymentRule, money: Money) -> Iterator[Obstacle]:
    if money.paid + part.amount > money.state_money:
        yield Obstacle(
            rule="total",
            message=_("All payments together would exceed the State money, %(money)s.")
            % {"money": format_money(money.state_money)},
            mend=_("%(left)s are left; amend the instalments of the contract.")
            % {"left": format_money(money.left)},
        )
    if rule.mode == "items" or part.kind in {InstalmentKind.ITEM, InstalmentKind.FINAL}:
        return
    first, after = rule.first_advance_max, rule.next_needs_cleared
    if not money.paid:
        if first is not None and not within(
            int(part.amount), first, int(money.state_money)
        ):
            yield Obstacle(
                rule="first_advance",
                message=_(
                    "The first advance is at most %(share)s of the State money: %(most)s."
                )
                % {
                    "share": said(first),
                    "most": format_money(
                        money.state_money * first.numerator // first.denominator
                    ),
                },
                mend=_("Split the instalment by an amendment of the contract."),
                article=rule.basis,
                liftable=True,
            )
    elif after is not None and int(money.cleared) * after.denominator < (
        int(money.paid) * after.numerator
    ):
        needed = -(-int(money.paid) * after.numerator // after.denominator)
        yield Obstacle(
            rule="cleared",
            message=_(
                "The next advance needs %(share)s of what was paid to be cleared: "
                "%(needed)s; %(cleared)s are."
            )
            % {
                "share": said(after),
                "needed": format_money(needed),  # type: ignore[arg-type]
                "cleared": format_money(money.cleared),
            },
            mend=_("Clear the host's volume list of finished work first."),
            article=rule.basis,
            liftable=True,
        )


def _of_year(
    part: Instalment, rule: PaymentRule, years: Years, year: int
) -> Iterator[Obstacle]:
    left = Decimal(years.free(year))
    if part.amount > left:
        yield Obstacle(
            rule="allocation",
            message=_("Of the allocation of %(year)d only %(left)s are left.")
            % {"year": year, "left": format_money(left)},
            mend=_("Enter the decision that allocates more for this year."),
            article=rule.basis,
        )


def said(share: Fraction) -> str:
    """A share as people read it: ``50 %``, or ``2/3`` where it is no whole percent."""
    percent = share * 100
    if percent.denominator == 1:
        return f"{percent.numerator}\u00a0%"
    return f"{share.numerator}/{share.denominator}"


def payments(actor: Actor, *, q: str = "") -> QuerySet[Payment]:
    """The disbursement register: what was paid, the latest day first."""
    rows = visible(actor, Payment.objects.all()).select_related(
        "contract__host", "instalment", "match"
    )
    return (found_in(rows, q) if q else rows).order_by("-paid_on", "-id")


def found_in(rows: QuerySet[Payment], q: str) -> QuerySet[Payment]:
    """Narrow payments to those of contracts that a text finds, else of a reference.

    One after the other: both at once would read the whole register.
    """
    found = matches(Contract.objects.all(), q)
    if found.exists():
        return rows.filter(contract_id__in=found.values("pk"))
    return rows.filter(reference__icontains=q)


def payment_requests(actor: Actor) -> QuerySet[PaymentRequest]:
    """What hosts ask for, the newest first."""
    rows = visible(actor, PaymentRequest.objects.all())
    return rows.select_related("contract__host", "instalment").order_by(
        "-asked_at", "-id"
    )


def payment_request(actor: Actor, public_id: str) -> PaymentRequest:
    """One request with its contract and instalment; ``NotFound`` if it may not be known."""
    rows = PaymentRequest.objects.select_related(
        "contract__case",
        "contract__host",
        "instalment__milestone",
        "asked_by",
        "answered_by",
    )
    return get_visible(actor, rows, public_id=public_id)


def request_subject(public_id: str) -> str:
    return f"contracts.payment_request:{public_id}"


def clearance_subject(public_id: str) -> str:
    return f"contracts.clearance:{public_id}"


def papers_of(subjects: Iterable[str]) -> dict[str, list[StoredFile]]:
    """Files in use of many things at once, by subject; 1 query.

    The caller has decided who may know of the things.
    """
    found: dict[str, list[StoredFile]] = {}
    rows = StoredFile.objects.filter(
        subject__in=list(subjects), removed_at__isnull=True
    ).exclude(state="rejected")
    for file in rows:
        found.setdefault(file.subject, []).append(file)
    return found


def confirm_by(
    request: PaymentRequest, calendar: Calendar | None = None
) -> date | None:
    """By when the evidence is to be checked; nothing where no time is known.

    1 query unless the calendar is handed in.
    """
    return confirmed_by(
        rules_of(request.contract), localdate(request.asked_at), calendar
    )


def confirmed_by(
    rules: ExecutionRules, asked_on: date, calendar: Calendar | None = None
) -> date | None:
    """By when evidence that came on a day is to be checked under the rules of a contract."""
    within_ = rules.payment.confirm_within
    if within_ is None:
        return None
    try:
        return deadline(
            asked_on,
            n=within_.n,
            unit=within_.unit.value,
            calendar=calendar or working_calendar(),
        )
    except CalendarMissing:
        return None
