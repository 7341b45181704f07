"""Three lights from plan against fact: plain values in, causes out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opensti.domains.contracts import actions, queries
from opensti.domains.contracts.models import ContractLight, Payment, ReportDue
from opensti.domains.contracts.problem.lights import (
    Facts,
    Limits,
    Part,
    Thing,
    lights,
)
from opensti.domains.contracts.queries.watch import watch, watch_from
from opensti.domains.procedures.choices import Act
from opensti.kernel.access import SYSTEM
from tests.factories import contracts as factory
from tests.factories import reports as report_factory

TODAY = date(2027, 3, 1)
LIMITS = Limits(
    time_red_days=30,
    end_soon_days=60,
    paid_red_share=Fraction(1, 2),
    used_share=Fraction(1, 2),
    used_after_days=180,
    product_red_days=30,
)


def days_ago(n):
    return TODAY - timedelta(days=n)


def thing(**said):
    return Thing(**{"key": "k", "label_vi": "Việc"} | said)


MONEY = Decimal(1_000_000_000)
FINE = Facts(
    today=TODAY,
    ends_on=date(2028, 9, 1),
    state_money=MONEY,
    paid=Decimal(400_000_000),
    first_paid_on=days_ago(200),
    spent=Decimal(300_000_000),
    cleared=Decimal(200_000_000),
    reports=[thing(due_on=days_ago(10), done=True)],
    milestones=[thing(due_on=date(2027, 6, 1))],
    products=[thing(due_on=date(2028, 6, 1), state="in_progress")],
    instalments=[Part(amount=Decimal(400_000_000), due_on=days_ago(200))],
)


def seen(**changed):
    found = lights(replace(FINE, **changed), LIMITS)
    return (
        (found.time.value, found.money.value, found.products.value),
        [c.code for c in found.causes],
    )


def test_all_as_planned_is_green_without_causes():
    assert seen() == (("green", "green", "green"), [])


@pytest.mark.parametrize(
    ("changed", "tone", "codes"),
    [
        ({"reports": [thing(due_on=days_ago(0))]}, "green", []),
        ({"reports": [thing(due_on=days_ago(1))]}, "amber", ["report_late"]),
        ({"reports": [thing(due_on=days_ago(29))]}, "amber", ["report_late"]),
        ({"reports": [thing(due_on=days_ago(30))]}, "red", ["report_late"]),
        ({"milestones": [thing(due_on=days_ago(1))]}, "amber", ["milestone_late"]),
        ({"milestones": [thing(due_on=days_ago(90))]}, "red", ["milestone_late"]),
        ({"milestones": [thing(due_on=days_ago(90), done=True)]}, "green", []),
        ({"reports": [], "milestones": []}, "grey", ["no_plan"]),
        ({"ends_on": TODAY + timedelta(days=60)}, "amber", ["end_near"]),
        ({"ends_on": TODAY + timedelta(days=61)}, "green", []),
        ({"ends_on": TODAY}, "red", ["end_passed"]),
    ],
)
def test_time(changed, tone, codes):
    (time, money, products), found = seen(**changed)
    assert (time, money, products, found) == (tone, "green", "green", codes)


@pytest.mark.parametrize(
    ("changed", "tone", "codes"),
    [
        ({"paid": Decimal(399_999_999), "spent": Decimal(1)}, "amber", None),
        ({"paid": Decimal(200_000_000)}, "amber", ["paid_behind", "used_before_paid"]),
        ({"paid": Decimal(199_999_999)}, "red", ["paid_behind", "used_before_paid"]),
        ({"spent": MONEY + 1}, "red", ["overspent"]),
        ({"spent": MONEY}, "amber", ["used_before_paid"]),
        ({"spent": Decimal(199_999_999)}, "amber", ["unused"]),
        ({"spent": Decimal(1), "first_paid_on": days_ago(179)}, "green", []),
        ({"cleared": Decimal(199_999_999)}, "amber", ["uncleared"]),
        ({"cleared": None}, "green", []),
        ({"spent": None}, "grey", ["no_figures"]),
        (
            {"spent": None, "cleared": None, "paid": Decimal(0), "instalments": []},
            "grey",
            ["no_payment"],
        ),
        (
            {"spent": None, "cleared": None, "paid": Decimal(0)},
            "red",
            ["paid_behind", "no_payment"],
        ),
    ],
)
def test_money(changed, tone, codes):
    (time, money, products), found = seen(**changed)
    assert (time, money, products) == ("green", tone, "green")
    assert codes is None or found == codes


@pytest.mark.parametrize(
    ("products", "tone", "codes"),
    [
        ([], "grey", ["no_products"]),
        ([thing(due_on=date(2028, 1, 1))], "grey", ["products_unknown"]),
        ([thing(due_on=days_ago(1))], "amber", ["product_late"]),
        ([thing(due_on=days_ago(30), state="in_progress")], "red", ["product_late"]),
        ([thing(due_on=days_ago(99), state="done", done=True)], "green", []),
        ([thing(state="at_risk")], "amber", ["product_at_risk"]),
        ([thing(state="given_up")], "red", ["product_given_up"]),
        ([thing(state="not_started")], "green", []),
    ],
)
def test_products(products, tone, codes):
    (time, money, found), said = seen(products=products)
    assert (time, money, found, said) == ("green", "green", tone, codes)


tones = st.sampled_from(
    ["", "not_started", "in_progress", "at_risk", "done", "given_up"]
)
days = st.integers(-900, 900).map(days_ago)
amounts = st.integers(0, 2_000_000_000).map(Decimal)
things = st.lists(
    st.builds(
        Thing,
        key=st.just("k"),
        label_vi=st.just("x"),
        due_on=st.none() | days,
        done=st.booleans(),
        state=tones,
    ),
    max_size=4,
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.builds(
        Facts,
        today=st.just(TODAY),
        ends_on=days,
        state_money=amounts,
        paid=amounts,
        first_paid_on=st.none() | days,
        spent=st.none() | amounts,
        cleared=st.none() | amounts,
        reports=things,
        milestones=things,
        products=things,
        instalments=st.lists(
            st.builds(Part, amount=amounts, due_on=st.none() | days), max_size=3
        ),
    )
)
def test_every_light_that_is_not_green_has_its_cause_and_nothing_known_is_not_green(
    facts,
):
    found = lights(facts, LIMITS)
    for name in ("time", "money", "products"):
        own = {c.tone.value for c in found.causes if c.light == name}
        light = getattr(found, name).value
        assert light == "green" if not own else light in own
    if not facts.products:
        assert found.products == "grey"
    if not facts.reports and not facts.milestones:
        assert found.time != "green"
    if facts.spent is None:
        assert found.money != "green"


def test_every_threshold_says_why():
    known = watch()
    assert {limit.id for limit in known.limits} == set(Limits.__dataclass_fields__)
    assert known.escalated_after == 15
    for wrong in (
        {
            "limits": [
                {
                    "id": "x",
                    "value": "0",
                    "label_vi": "l",
                    "label_en": "l",
                    "why_vi": "v",
                    "why_en": "e",
                }
            ],
            "steps": [],
        },
        {
            "limits": [
                {
                    "id": "x",
                    "value": "1",
                    "label_vi": "l",
                    "label_en": "l",
                    "why_vi": "",
                    "why_en": "e",
                }
            ],
            "steps": [],
        },
        {
            "limits": [],
            "steps": [
                {
                    "id": "s",
                    "days": 1,
                    "to": ["nobody"],
                    "queue": False,
                    "why_vi": "",
                    "why_en": "",
                }
            ],
        },
    ):
        with pytest.raises(ValueError, match=r"x|s"):
            watch_from(wrong)


AT = datetime(2027, 3, 1, 2, 0, tzinfo=UTC)


def kept(funded):
    light = ContractLight.objects.get(contract=funded.contract)
    return light.time, light.money, light.products, light.worst


@pytest.mark.django_db
def test_the_lights_of_a_contract_follow_its_acts():
    funded = factory.running()
    assert kept(funded) == ("green", "grey", "grey", "grey")
    actions.refresh_lights(at=AT)
    assert kept(funded) == ("red", "grey", "grey", "red")
    light = queries.light_of(funded.officer, funded.contract)
    late = [c for c in light.causes if c["code"] == "report_late"]
    assert [c["number"] for c in late] == [76, 18, 18]
    assert (
        late[0]["key"]
        == ReportDue.objects.get(
            contract=funded.contract, rule="annual", number=2026
        ).public_id
    )
    for due in ReportDue.objects.filter(
        contract=funded.contract, due_on__lt=AT.date()
    ).order_by("pk"):
        report_factory.submitted(funded, due, at=AT)
    assert kept(funded) == ("green", "amber", "green", "amber")
    Payment.objects.create(
        contract=funded.contract,
        instalment=funded.contract.instalments.get(position=1),
        amount=funded.contract.instalments.get(position=1).amount,
        paid_on=AT.date(),
        reference="1",
        made_at=AT,
    )
    actions.refresh_lights(at=AT, contract_ids=[funded.contract.pk])
    assert kept(funded) == ("green", "green", "green", "green")


@pytest.mark.django_db
def test_a_contract_whose_work_ended_has_no_lights():
    funded = factory.running()
    contract = funded.again()
    factory.step(SYSTEM, contract, Act.CONTRACT_TERMINATE, AT, reason="Chấm dứt")
    actions.refresh_lights(at=AT)
    assert not ContractLight.objects.filter(contract=contract).exists()


@pytest.mark.django_db
def test_lights_and_counts_stay_with_those_who_know_the_contract():
    funded = factory.running()
    rival = funded.story.applicants[1]
    assert queries.light_of(rival, funded.contract) is None
    assert queries.light_of(funded.host, funded.contract).worst == "grey"
    nothing = queries.dashboard(rival)
    assert (nothing.states, nothing.years, list(nothing.hosts)) == ({}, {}, [])
    counted = queries.dashboard(funded.officer)
    assert counted.lights["worst"] == {"green": 0, "grey": 1, "amber": 0, "red": 0}
    assert (counted.states, counted.years) == ({"running": 1}, {2028: 1})
    assert [(h.host_id, h.contracts, h.red) for h in counted.hosts] == [
        (funded.contract.host_id, 1, 0)
    ]
