"""A year's profit is shared once, by the rules of its day; each amount is paid once."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.results.actions.keeping import locked
from opensti.domains.results.actions.working import (
    Proposal,
    split_content,
    work_out,
)
from opensti.domains.results.choices import Payee
from opensti.domains.results.models import (
    Deal,
    DealIncome,
    Payout,
    PayoutPayment,
    Split,
)
from opensti.domains.results.problem import digest
from opensti.domains.results.queries.deals import deal_subject
from opensti.kernel.access import visible
from opensti.kernel.checks import needed, not_later, refuse_if
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import NotFound, Stale, StepNotAllowed

if TYPE_CHECKING:
    from datetime import date, datetime

    from opensti.kernel.access import Actor


@transaction.atomic
def share_income(
    *, actor: Actor, income_id: int, proposal: Proposal, version: int, at: datetime
) -> Split:
    """Record how a year's profit is shared, for good, with one amount for each payee.

    Raises ``Invalid`` naming each rule that is broken with what it needs, or the choice
    of the law that was not made; ``StepNotAllowed`` where the year was shared already,
    ``Stale`` where its report changed.
    """
    seen = visible(actor, DealIncome.objects.filter(pk=income_id))
    deal_id = seen.values_list("deal_id", flat=True).first()
    if deal_id is None:
        raise NotFound
    deal = locked(
        actor,
        Deal,
        deal_id,
        "results.share_income",
        related=("right", "result", "contract__case", "host"),
    )
    income = _income(deal, income_id, version)
    if Split.objects.filter(income=income).exists():
        raise StepNotAllowed(
            _("This year was shared already."),
            mend=_("Reload the page: it shows who gets what."),
        )
    worked = work_out(income, proposal)
    refuse_if(worked.problems)
    if worked.answer is None:
        raise LookupError(income_id)
    content = split_content(worked, proposal)
    split = Split.objects.create(
        income=income,
        profit=income.profit,
        state_part=proposal.state_part,
        ruled_on=worked.under.day if worked.under else worked.basis.formed_on,
        choice=proposal.choice.strip(),
        agreement=proposal.agreement.strip(),
        content=content,
        sha256=digest(content),
        made_by_id=actor.user_id,
        made_at=at,
    )
    Payout.objects.bulk_create(
        Payout(
            split=split,
            position=position,
            who=Payee(who),
            person_id=payee.person_id,
            name=payee.name,
            share=payee.share,
            amount=Decimal(amount),
        )
        for position, (who, payee, amount) in enumerate(worked.payees, start=1)
    )
    record(
        actor=actor,
        act="results.share_income",
        subject=deal_subject(deal.public_id),
        at=at,
        basis=", ".join(f.basis for f in worked.under.facts) if worked.under else "",
        detail={
            "year": income.year,
            "split": split.sha256,
            "ruled_on": split.ruled_on,
            "asked": worked.basis.asked,
        },
        secret={
            "choice": split.choice,
            "agreement": split.agreement,
            "state_reason": proposal.state_reason.strip(),
        },
    )
    return split


@transaction.atomic
def pay_payout(
    *, actor: Actor, payout_id: int, paid_on: date, reference: str, at: datetime
) -> PayoutPayment:
    """Say that one amount was paid, on a day, by which paper: once."""
    seen = visible(actor, Payout.objects.filter(pk=payout_id))
    deal_id = seen.values_list("split__income__deal_id", flat=True).first()
    if deal_id is None:
        raise NotFound
    deal = locked(actor, Deal, deal_id, "results.pay_payout")
    payout = (
        Payout.objects.select_for_update(of=("self",))
        .select_related("split__income")
        .get(pk=payout_id)
    )
    if PayoutPayment.objects.filter(payout=payout).exists():
        raise StepNotAllowed(
            _("This amount was paid already."),
            mend=_("Reload the page: it shows when, and by which paper."),
        )
    refuse_if(
        [
            *needed(paid_on=paid_on, reference=reference),
            *not_later(at, paid_on=paid_on),
        ]
    )
    payment = PayoutPayment.objects.create(
        payout=payout,
        paid_on=paid_on,
        reference=reference.strip(),
        made_by_id=actor.user_id,
        made_at=at,
    )
    record(
        actor=actor,
        act="results.pay_payout",
        subject=deal_subject(deal.public_id),
        at=at,
        detail={
            "payout": payout.public_id,
            "who": payout.who,
            "year": payout.split.income.year,
        },
        secret={"amount": str(payout.amount), "reference": payment.reference},
    )
    return payment


def _income(deal: Deal, income_id: int, version: int | None) -> DealIncome:
    """The report as it was seen, under the lock of its deal; knows its deal."""
    income = DealIncome.objects.select_for_update().get(pk=income_id)
    income.deal = deal
    if version is not None and income.version != version:
        raise Stale(
            _("There is another report of this year by now."),
            mend=_("Look at it as it stands now, then act again."),
        )
    return income
