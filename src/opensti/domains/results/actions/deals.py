"""Deals are kept as signed; what each brings is reported year by year."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from opensti.domains.results.actions.keeping import keep, locked
from opensti.domains.results.choices import DealKind, PartyRole
from opensti.domains.results.models import Deal, DealIncome, DealParty, Result, Right
from opensti.domains.results.queries.deals import deal_subject
from opensti.kernel.access import get_visible, require
from opensti.kernel.checks import amounts, needed, not_later, refuse_if
from opensti.kernel.files import actions as files
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Invalid, Problem, Stale, StepNotAllowed
from opensti.kernel.searchtext import search_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from decimal import Decimal

    from django.core.files.base import File

    from opensti.domains.results.actions.keeping import Named
    from opensti.kernel.access import Actor
    from opensti.kernel.files.models import StoredFile

MOST_FILES = 20
FIRST_YEAR = 1990


@dataclass(frozen=True, kw_only=True)
class DealFacts:
    """What a deal says. ``price`` is whole đồng; in another currency it is in ``terms``."""

    kind: str
    number: str
    signed_on: date
    exclusive: bool = False
    territory: str = ""
    until: date | None = None
    currency: str = "VND"
    price: Decimal | None = None
    terms: str = ""


@transaction.atomic
def sign_deal(
    *,
    actor: Actor,
    facts: DealFacts,
    parties: Sequence[Named],
    at: datetime,
    right_id: int | None = None,
    result_id: int | None = None,
) -> Deal:
    """Keep a signed deal on a right or a result one may know of.

    Raises ``Invalid`` with each problem: no taker, a number used before, a day to come.
    """
    right = result = None
    if right_id is not None:
        rows = Right.objects.select_for_update(of=("self",))
        right = get_visible(actor, rows, pk=right_id)
        about: Any = right
    else:
        rows_of = Result.objects.select_for_update(of=("self",))
        result = get_visible(actor, rows_of.select_related("contract"), pk=result_id)
        about = result
    deal = Deal(
        right=right,
        result=result,
        contract_id=about.contract_id,
        host_id=right.host_id if right else about.contract.host_id,
        created_at=at,
    )
    require(actor, "results.keep_deal", deal)
    _fill(deal, facts, parties, at)
    deal.save()
    _write_parties(deal, parties)
    _record(actor, "results.sign_deal", deal, at)
    return deal


@transaction.atomic
def change_deal(
    *,
    actor: Actor,
    deal_id: int,
    facts: DealFacts,
    parties: Sequence[Named],
    version: int,
    at: datetime,
) -> Deal:
    """Say anew what a deal says; not once a year of it was shared."""
    deal = locked(actor, Deal, deal_id, "results.keep_deal", version=version)
    if deal.incomes.filter(split__isnull=False).exists():
        raise StepNotAllowed(
            _("A year of this deal was shared already: what it rests on stays."),
            mend=_("Keep a new deal for what was agreed anew."),
        )
    _fill(deal, facts, parties, at)
    keep(deal)
    deal.parties.all().delete()
    _write_parties(deal, parties)
    _record(actor, "results.change_deal", deal, at)
    return deal


def attach_deal_file(
    *, actor: Actor, deal_id: int, file: File[bytes], at: datetime
) -> StoredFile:
    """Keep a paper with a deal: the signed contract, evidence of an income."""
    deal = get_visible(actor, Deal.objects.all(), pk=deal_id)
    require(actor, "results.keep_deal", deal)
    return files.upload(
        actor=actor,
        subject=deal_subject(deal.public_id),
        file=file,
        at=at,
        most=MOST_FILES,
    )


@transaction.atomic
def report_income(
    *,
    actor: Actor,
    deal_id: int,
    year: int,
    revenue: Decimal,
    cost: Decimal,
    tax: Decimal,
    evidence: str,
    at: datetime,
    version: int | None = None,
) -> DealIncome:
    """Report what a deal brought in a year, or mend the report until it was shared.

    Profit after tax is revenue less cost less tax, in whole đồng; a loss is negative.
    ``version`` is that of the report to be mended, None for a new one. Raises ``Stale``
    where there is one already, or another than was seen.
    """
    deal = locked(actor, Deal, deal_id, "results.report_income")
    problems = needed(revenue=revenue, cost=cost, tax=tax, evidence=evidence)
    if not FIRST_YEAR <= year <= localdate(at).year or year < deal.signed_on.year:
        problems.append(
            Problem(
                field="year",
                message=_("This is no year in which the deal could have earned."),
                mend=_("Enter a year from its signing until now."),
            )
        )
    problems += amounts(revenue=revenue, cost=cost, tax=tax)
    refuse_if(problems)
    income = DealIncome.objects.filter(deal=deal, year=year).first()
    if (income.version if income else None) != version:
        raise Stale(
            _("There is another report of this year by now."),
            mend=_("Look at it as it stands now, then act again."),
        )
    if income is None:
        income = DealIncome(deal=deal, year=year, version=0)
    elif hasattr(income, "split"):
        raise StepNotAllowed(
            _("This year was shared already: its figures stay."),
            mend=_("Report what came later in the year it came."),
        )
    income.revenue, income.cost, income.tax = revenue, cost, tax
    income.profit = revenue - cost - tax
    income.evidence = evidence.strip()
    income.reported_by_id, income.reported_at = actor.user_id, at
    income.version += 1
    income.save()
    record(
        actor=actor,
        act="results.report_income",
        subject=deal_subject(deal.public_id),
        at=at,
        detail={"year": year, "version": income.version},
        secret={
            "revenue": str(revenue),
            "cost": str(cost),
            "tax": str(tax),
            "profit": str(income.profit),
        },
    )
    return income


def _fill(deal: Deal, facts: DealFacts, parties: Sequence[Named], at: datetime) -> None:
    problems = needed(number=facts.number, signed_on=facts.signed_on)
    problems += not_later(at, signed_on=facts.signed_on)
    if facts.kind not in DealKind.values:
        problems.append(Problem(field="kind", message=_("Choose what it is.")))
    if facts.until and facts.signed_on and facts.until <= facts.signed_on:
        problems.append(
            Problem(
                field="until",
                message=_("It ends before it was signed."),
                mend=_("Check the days against the papers."),
            )
        )
    problems += amounts(price=facts.price)
    if facts.price is not None and facts.currency != "VND":
        problems.append(
            Problem(
                field="price",
                message=_("A price here is in đồng."),
                mend=_("Write a price in another currency among the terms."),
            )
        )
    if not any(party.kind == PartyRole.TAKER for party in parties):
        problems.append(
            Problem(
                field="parties",
                message=_("Nobody is named who takes."),
                mend=_("Name at least one."),
            )
        )
    if any(party.kind not in PartyRole.values for party in parties):
        problems.append(
            Problem(field="parties", message=_("Say of each party what its part is."))
        )
    used = Deal.objects.filter(host_id=deal.host_id, number=facts.number.strip())
    if used.exclude(pk=deal.pk).exists():
        problems.append(
            Problem(
                field="number",
                message=_("The host has another deal of this number."),
                mend=_("Look it up, or check the number."),
            )
        )
    if problems:
        raise Invalid(problems)
    for name, value in asdict(facts).items():
        setattr(deal, name, value.strip() if isinstance(value, str) else value)
    about = deal.right or deal.result
    deal.search_text = search_text(
        deal.number,
        about.title_vi if about else "",
        about.title_en if about else "",
        *(party.name for party in parties),
    )


def _write_parties(deal: Deal, parties: Sequence[Named]) -> None:
    DealParty.objects.bulk_create(
        DealParty(
            deal=deal,
            position=position,
            role=PartyRole(party.kind),
            organisation_id=party.organisation_id,
            name=party.name.strip(),
        )
        for position, party in enumerate(parties, start=1)
    )


def _record(actor: Actor, act: str, deal: Deal, at: datetime) -> None:
    record(
        actor=actor,
        act=act,
        subject=deal_subject(deal.public_id),
        at=at,
        detail={"kind": deal.kind, "version": deal.version},
        secret={"number": deal.number, "terms": deal.terms},
    )
