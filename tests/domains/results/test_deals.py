"""Deals bring profit year by year; it is shared by the rules of its day, and paid once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from opensti.domains.results import actions, queries
from opensti.domains.results.models import (
    Deal,
    DealIncome,
    Payout,
    PayoutPayment,
    Result,
    ResultAuthor,
    Right,
    Split,
)
from opensti.kernel.access import PUBLIC, Role
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    Stale,
    StepNotAllowed,
)
from tests.factories import rights as factory
from tests.factories.registry import People
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db
PAID_ON = date(2028, 1, 20)


def licensed(*, profit=1000, formed_on=None, **more):
    kept = factory.disclosed()
    if formed_on is not None:
        Right.objects.filter(pk=kept.right.pk).update(formed_on=formed_on)
    deal = factory.deal(kept, **more)
    return kept, factory.income(kept, deal, profit=profit)


def share(kept, income, proposal=None, **more):
    given = {
        "actor": kept.host,
        "income_id": income.pk,
        "proposal": proposal or factory.proposal(),
        "version": income.version,
        "at": factory.NEXT_YEAR,
    }
    return actions.share_income(**given | more)


def amounts(split):
    return [(p.who, p.name, int(p.amount) // 1_000_000) for p in split.payouts.all()]


def pay(actor, payout, **more):
    given = {"paid_on": PAID_ON, "reference": "UNC 7", "at": factory.NEXT_YEAR}
    return actions.pay_payout(actor=actor, payout_id=payout.pk, **given | more)


def test_under_the_new_law_authors_share_on_the_state_part_and_the_owner_has_the_rest():
    kept, income = licensed()
    split = share(kept, income)
    assert amounts(split) == [
        ("authors", "Tác giả 1", 108),
        ("authors", "Tác giả 2", 72),
        ("broker", "Sàn công nghệ", 100),
        ("owner", "Chủ 1", 720),
    ]
    assert sum(p.amount for p in split.payouts.all()) == income.profit
    assert split.content["rules"] == [
        {"id": "authors_new", "basis": "LAW25 Art 28", "mark": "S"},
        {"id": "broker_new", "basis": "ND267 Art 34", "mark": "S"},
    ]
    assert (split.ruled_on, split.content["asked"]) == (factory.FORMED, False)


def test_the_same_broker_is_too_cheap_for_the_new_law_and_lawful_under_the_old():
    less = factory.proposal(portions={"authors": 3_000, "broker": 500})
    kept, income = licensed()
    with pytest.raises(Invalid) as refused:
        share(kept, income, less)
    (problem,) = refused.value.problems
    assert (problem.field, str(problem.message)) == (
        "broker",
        "Luật đòi hỏi ít nhất 100.000.000\xa0đ; đề xuất là 50.000.000\xa0đ.",
    )
    assert not Split.objects.exists()
    agreed = replace(less, agreement="Phụ lục 2: 5 %")
    assert amounts(share(kept, income, agreed))[2] == ("broker", "Sàn công nghệ", 50)


def old(**more):
    given = {
        "portions": {
            "authors": 3_000,
            "broker": 500,
            "research": 5_000,
            "welfare": 5_000,
        },
        "state_part": 10_000,
        "ruled_on": date(2024, 5, 1),
        "choice": "Văn bản 12/BKHCN: theo ngày hình thành",
    }
    return factory.proposal(**given | more)


def test_a_case_across_both_laws_is_asked_and_never_assumed():
    kept, income = licensed(formed_on=date(2024, 5, 1))
    basis = queries.basis_of(DealIncome.objects.get(pk=income.pk))
    assert [(s.day, [f.id for f in s.facts][:2]) for s in basis.sets] == [
        (date(2024, 5, 1), ["authors_old", "broker_old"]),
        (date(2027, 6, 1), ["authors_new", "broker_new"]),
    ]
    with pytest.raises(Invalid) as refused:
        share(kept, income, old(ruled_on=None, choice=" "))
    assert [p.field for p in refused.value.problems] == ["ruled_on", "choice"]
    split = share(kept, income, old())
    assert amounts(split) == [
        ("authors", "Tác giả 1", 180),
        ("authors", "Tác giả 2", 120),
        ("broker", "Sàn công nghệ", 50),
        ("research", kept.right.host.name_vi, 325),
        ("welfare", kept.right.host.name_vi, 325),
    ]
    assert (split.ruled_on, split.choice, split.content["asked"]) == (
        date(2024, 5, 1),
        "Văn bản 12/BKHCN: theo ngày hình thành",
        True,
    )


def test_who_only_uses_pays_the_state_before_the_rest_is_halved():
    kept, income = licensed(formed_on=date(2024, 5, 1))
    portions = old().portions | {"state": 1_000}
    split = share(kept, income, old(owned_by="user", portions=portions))
    assert amounts(split)[3:] == [
        ("state", "Ngân sách nhà nước", 65),
        ("research", kept.right.host.name_vi, 292),
        ("welfare", kept.right.host.name_vi, 292),
    ]


def test_each_broken_rule_is_named_at_its_party_and_nothing_is_written():
    kept, income = licensed(formed_on=date(2024, 5, 1))
    portions = {"authors": 2_000, "broker": 1_500, "research": 4_000, "welfare": 6_000}
    with pytest.raises(Invalid) as refused:
        share(kept, income, old(portions=portions))
    assert [p.field for p in refused.value.problems] == [
        "authors",
        "broker",
        "research",
        "welfare",
    ]
    assert not Payout.objects.exists()


@pytest.mark.parametrize(
    ("more", "broker", "field"),
    [
        ({"portions": {"authors": 10_000, "broker": 9_000}}, True, "authors"),
        ({"portions": {"authors": 3_000, "broker": 1_000}}, False, "broker"),
        ({"portions": {"authors": 20_000}}, False, "authors"),
        ({"state_part": 10_001, "portions": {"authors": 3_000}}, False, "state_part"),
    ],
)
def test_what_cannot_be_given_is_refused(more, broker, field):
    kept, income = licensed(broker=broker)
    with pytest.raises(Invalid) as refused:
        share(kept, income, factory.proposal(**{"state_part": 10_000} | more))
    assert [p.field for p in refused.value.problems] == [field]


def test_less_than_the_states_part_of_the_contract_needs_its_reason():
    kept, income = licensed()
    part = queries.basis_of(income).state_part
    with pytest.raises(Invalid) as refused:
        share(kept, income, factory.proposal(state_part=part - 1, state_reason=" "))
    assert [p.field for p in refused.value.problems] == ["state_reason"]
    told = factory.proposal(state_part=part - 1, state_reason="Biên bản góp vốn số 3.")
    content = share(kept, income, told).content
    assert (
        content["state_part"],
        content["state_part_of_contract"],
        content["state_reason"],
    ) == (part - 1, part, "Biên bản góp vốn số 3.")


def test_on_a_result_without_a_right_its_authors_share_by_their_shares():
    kept = factory.disclosed()
    people = [People.create(full_name=name) for name in ("Trần Thị A", "Lê Văn B")]
    result = Result.objects.create(
        contract=kept.funded.contract,
        kind="process",
        title_vi="Quy trình",
        formed_on=factory.FORMED,
        created_at=factory.AT,
    )
    for position, (author, part) in enumerate(
        zip(people, (7_500, 2_500), strict=True), start=1
    ):
        ResultAuthor.objects.create(
            result=result, person=author, position=position, share=part
        )
    deal = factory.deal(kept)
    Deal.objects.filter(pk=deal.pk).update(right=None, result=result)
    deal.refresh_from_db()
    income = factory.income(kept, deal, profit=1000)
    split = share(kept, income)
    whole = sum(p.amount for p in split.payouts.filter(who="authors"))
    assert [
        (p.name, p.person_id, p.amount / whole)
        for p in split.payouts.filter(who="authors")
    ] == [
        ("Trần Thị A", people[0].pk, Decimal("0.75")),
        ("Lê Văn B", people[1].pk, Decimal("0.25")),
    ]


def test_income_is_whole_dong_in_every_part():
    kept, income = licensed()
    with pytest.raises(Invalid) as refused:
        actions.report_income(
            actor=kept.host,
            deal_id=income.deal_id,
            year=2027,
            revenue=Decimal("1.5"),
            cost=Decimal(-2),
            tax=Decimal("0.1"),
            evidence="Sổ",
            at=factory.NEXT_YEAR,
            version=income.version,
        )
    assert [p.field for p in refused.value.problems] == ["revenue", "cost", "tax"]


def test_a_loss_is_not_shared():
    kept, income = licensed()
    income = actions.report_income(
        actor=kept.host,
        deal_id=income.deal_id,
        year=2027,
        revenue=Decimal(1),
        cost=Decimal(2),
        tax=Decimal(0),
        evidence="Sổ",
        at=factory.NEXT_YEAR,
        version=income.version,
    )
    assert income.profit == -1
    with pytest.raises(Invalid) as refused:
        share(kept, income)
    assert [p.field for p in refused.value.problems] == ["profit"]


def test_a_year_is_shared_once_and_its_figures_stay():
    kept, income = licensed()
    share(kept, income)
    with pytest.raises(StepNotAllowed):
        share(kept, income)
    report = {
        "actor": kept.host,
        "deal_id": income.deal_id,
        "year": 2027,
        "revenue": Decimal(5),
        "cost": Decimal(0),
        "tax": Decimal(0),
        "evidence": "Sổ",
        "at": factory.NEXT_YEAR,
    }
    with pytest.raises(StepNotAllowed):
        actions.report_income(**report, version=income.version)
    with pytest.raises(Stale):
        actions.report_income(**report)
    with pytest.raises(StepNotAllowed):
        actions.change_deal(
            actor=kept.host,
            deal_id=income.deal_id,
            facts=actions.DealFacts(
                kind="licence", number="9", signed_on=date(2027, 6, 1)
            ),
            parties=[actions.Named(name="X", kind="taker")],
            version=income.deal.version,
            at=factory.NEXT_YEAR,
        )
    assert DealIncome.objects.get().profit == income.profit


def test_an_amount_is_paid_once_whoever_presses():
    kept, income = licensed()
    payout = share(kept, income).payouts.first()
    with pytest.raises(Invalid) as refused:
        pay(kept.host, payout, reference=" ", paid_on=date(2030, 1, 1))
    assert [p.field for p in refused.value.problems] == ["reference", "paid_on"]
    pay(kept.host, payout)
    with pytest.raises(StepNotAllowed):
        pay(kept.host, payout)
    with pytest.raises(IntegrityError), transaction.atomic():
        PayoutPayment.objects.create(
            payout=payout, paid_on=PAID_ON, reference="2", made_at=factory.AT
        )
    assert PayoutPayment.objects.get().reference == "UNC 7"


def test_the_database_holds_that_profit_adds_up():
    kept, income = licensed()
    with pytest.raises(IntegrityError), transaction.atomic():
        DealIncome.objects.filter(pk=income.pk).update(tax=1)
    assert kept.again().deals.count() == 1


@pytest.mark.parametrize(
    ("facts", "parties", "field"),
    [
        ({"number": " "}, None, "number"),
        ({"kind": "gift"}, None, "kind"),
        ({"signed_on": date(2031, 1, 1)}, None, "signed_on"),
        ({"until": date(2027, 1, 1)}, None, "until"),
        ({"currency": "USD", "price": Decimal(5)}, None, "price"),
        ({}, [("Sàn", "broker")], "parties"),
    ],
)
def test_a_deal_that_cannot_be_is_refused_at_its_field(facts, parties, field):
    kept = factory.disclosed()
    given = {"kind": "licence", "number": "1", "signed_on": date(2027, 6, 1)}
    with pytest.raises(Invalid) as refused:
        actions.sign_deal(
            actor=kept.host,
            right_id=kept.right.pk,
            facts=actions.DealFacts(**given | facts),
            parties=[
                actions.Named(name=name, kind=kind)
                for name, kind in parties or [("Công ty", "taker")]
            ],
            at=factory.AT,
        )
    assert [p.field for p in refused.value.problems] == [field]
    assert not Deal.objects.exists()


def test_a_number_is_the_hosts_once():
    kept = factory.disclosed()
    factory.deal(kept)
    with pytest.raises(Invalid) as refused:
        factory.deal(kept)
    assert [p.field for p in refused.value.problems] == ["number"]


def test_an_author_sees_his_own_amount_and_nothing_else_of_the_deal():
    kept, income = licensed()
    split = share(kept, income)
    first, second = (a.person_id for a in kept.right.authors.order_by("position"))
    author = person(Role.APPLICANT, person_id=first)
    assert [p.name for p in queries.payouts(author)] == ["Tác giả 1"]
    other = split.payouts.get(person_id=second)
    with pytest.raises(NotFound):
        queries.payout(author, other.public_id)
    with pytest.raises(NotFound):
        queries.deal(author, income.deal.public_id)
    with pytest.raises(NotFound):
        pay(author, split.payouts.get(person_id=first))
    assert not PayoutPayment.objects.exists()


def test_the_host_has_its_own_deals_the_office_all_and_others_none():
    kept, income = licensed()
    share(kept, income)
    funded = kept.funded
    who = {
        "officer": funded.officer,
        "leader": funded.leader,
        "finance": funded.finance,
        "auditor": person(Role.AUDITOR),
        "host": funded.host,
        "rival": funded.story.applicants[1],
        "party": person(Role.OFFICER, member_of=frozenset({kept.right.host_id})),
        "expert": person(Role.EXPERT),
        "secretary": person(Role.SECRETARY),
        "admin": person(Role.ADMIN),
        "public": PUBLIC,
    }
    known = {"officer", "leader", "finance", "auditor", "host"}
    assert {n for n, actor in who.items() if queries.deals(actor)} == known
    assert {n for n, actor in who.items() if queries.payouts(actor)} == known
    assert {n for n, actor in who.items() if queries.incomes(actor)} == known


def test_the_office_reads_and_the_host_alone_shares_and_pays():
    kept, income = licensed()
    for actor in (kept.funded.officer, kept.funded.finance):
        with pytest.raises(AccessDenied):
            share(kept, income, actor=actor)
    payout = share(kept, income).payouts.first()
    with pytest.raises(AccessDenied):
        pay(kept.funded.officer, payout)
    with pytest.raises(NotFound):
        pay(kept.funded.story.applicants[1], payout)
    assert not PayoutPayment.objects.exists()
