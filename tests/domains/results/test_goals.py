"""The chain of a goal: every stage, every đồng, and nothing to whom may not know."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from importlib import import_module

import pytest
from django.db import migrations, models
from django.db.migrations.state import ProjectState
from django.db.utils import ConnectionHandler

from opensti.domains.contracts.models import Contract
from opensti.domains.results import actions, queries
from opensti.domains.results.models import Result, ResultVersion, UptakeYear
from opensti.domains.strategies.models import Goal
from opensti.domains.tasks.models import Need, Order, Task
from opensti.kernel.access import PUBLIC, SYSTEM, Role
from opensti.kernel.refusals import AccessDenied, Invalid, NotFound, StepNotAllowed
from tests.factories import money
from tests.factories import results as factory
from tests.factories.registry import Organisations
from tests.factories.results import AT
from tests.factories.strategies_goals import Actions, Goals, Indicators, planned
from tests.factories.tasks import Tasks, person

STATE = Decimal(2_000_000_000)


@pytest.fixture
def funded(db):
    return factory.running()


@pytest.fixture
def goal(funded):
    """A goal with one below it; the task of the contract serves the one below."""
    top = Goals.create(code="MT-1")
    below = Goals.create(plan=top.plan, parent=top, code="MT-1.1")
    order = Order.objects.get(pk=funded.contract.dossier.order_id)
    Order.objects.filter(pk=order.pk).update(goal=below)
    Task.objects.filter(pk=funded.contract.task_id).update(goal=below)
    return top


def link(actor, row, goal, *, thing="result", reason="Theo đề án."):
    return actions.link_goal(
        actor=actor,
        thing=thing,
        thing_id=row.pk,
        goal=goal.public_id,
        reason=reason,
        at=AT,
    )


def counts(chain):
    return {stage.key: stage.count for stage in chain.stages}


def answered(funded, **said):
    actions.plan_uptake(
        actor=SYSTEM, contract_id=funded.contract.pk, day=date(2026, 6, 1), at=AT
    )
    asked = UptakeYear.objects.order_by("number").first()
    actions.answer_uptake(
        actor=funded.host,
        year_id=asked.pk,
        said=actions.Uptake(**said),
        version=asked.version,
        at=AT,
    )


def test_a_result_takes_the_goal_of_its_task_and_may_be_given_another(funded, goal):
    made = factory.result(funded)
    assert made.goal.code == "MT-1.1"
    assert factory.result(funded, goal="").goal is None
    other, card = Goals.create(), Indicators.create(code="CT-9")
    said = factory.said(goal=other.public_id, indicator=card.public_id)
    changed = actions.change_result(
        actor=funded.host,
        result_id=made.pk,
        said=said,
        reason="Ghi rõ hơn.",
        version=1,
        at=AT,
    )
    assert (changed.goal, changed.indicator) == (other, card)
    kept = actions.change_result(
        actor=funded.host,
        result_id=made.pk,
        said=replace(said, goal=None, indicator=None, title_vi="Tên khác"),
        reason="Đổi tên.",
        version=2,
        at=AT,
    )
    assert (kept.goal, kept.indicator) == (other, card)
    assert [
        (v.number, v.content["goal"], v.content["indicator"])
        for v in ResultVersion.objects.filter(result=made).order_by("number")
    ] == [
        (1, f"{goal.plan.code} MT-1.1", ""),
        (2, f"{other.plan.code} {other.code}", "CT-9"),
        (3, f"{other.plan.code} {other.code}", "CT-9"),
    ]


def test_the_office_sets_another_goal_with_the_reason_and_the_host_does_not(
    funded, goal
):
    made, other = factory.result(funded), Goals.create()
    with pytest.raises(AccessDenied):
        link(funded.host, made, other)
    with pytest.raises(Invalid):
        link(funded.officer, made, other, reason=" ")
    with pytest.raises(Invalid):
        link(funded.officer, made, other, thing="need")
    done = link(funded.officer, made, other)
    assert (done.goal, done.version) == (other, 2)
    assert ResultVersion.objects.get(number=2).reason == "Theo đề án."
    with pytest.raises(StepNotAllowed):
        link(funded.officer, made, other)
    with pytest.raises(NotFound):
        link(person(Role.APPLICANT), made, goal)


def test_the_chain_counts_every_stage_and_every_dong(funded, goal):
    money.allocated(funded)
    payment = money.pay(funded)
    money.clear(funded, 123_456_789)
    factory.result(funded)
    users = [{"name": "Thép Hòa Bình"}, {"name": "Thép Hòa Bình"}]
    answered(funded, revenue=Decimal(987_654_321), jobs=7, users=users)
    planned(goal, 2026, 1_000_000_001)
    planned(goal.children.get(), 2027, 2_000_000_002)
    planned(Goals.create(), 2026, 999)
    Tasks.create(goal=goal, amount=Decimal(5_000_001), currency="VND", year=2020)
    Tasks.create(goal=goal, amount=Decimal(700), currency="USD")
    chain = queries.goal_chain(funded.officer, goal)
    contract = Contract.objects.get(pk=funded.contract.pk)
    task = Task.objects.get(pk=contract.task_id)
    assert counts(chain) == {
        "needs": 0,
        "orders": 1,
        "dossiers": 2,
        "tasks": 3,
        "contracts": 1,
        "results": 1,
        "uptake": 5,
    }
    found = chain.money
    assert (found.planned, found.approved, found.other_currency) == (
        Decimal(3_000_000_003),
        task.amount + 5_000_001,
        1,
    )
    assert (found.contracted, found.of_state) == (
        contract.state_money + contract.other_money,
        contract.state_money,
    )
    assert (found.paid, found.settled) == (payment.amount, Decimal(123_456_789))
    assert (found.revenue, found.saving, found.jobs, found.users) == (
        Decimal(987_654_321),
        None,
        7,
        ("Thép Hòa Bình",),
    )
    for name in ("planned", "approved", "paid", "settled"):
        by_year = sum(getattr(year, name) for year in found.years)
        assert by_year == getattr(found, name), name


def test_a_sub_goal_is_rolled_up_and_a_goal_alone_is_not(funded, goal):
    del funded
    officer = person(Role.OFFICER)
    below = goal.children.get()
    assert counts(queries.goal_chain(officer, goal))["contracts"] == 1
    assert counts(queries.goal_chain(officer, goal, below=False))["contracts"] == 0
    assert counts(queries.goal_chain(officer, below))["contracts"] == 1
    assert counts(queries.goal_chain(officer, Goals.create())) == dict.fromkeys(
        queries.CHAIN_STAGES, 0
    )


def test_who_is_barred_learns_nothing_through_the_chain(funded, goal):
    money.allocated(funded)
    money.pay(funded)
    factory.result(funded)
    answered(funded, revenue=Decimal(5))
    hidden = ("dossiers", "contracts", "results", "uptake")
    full = queries.goal_chain(funded.officer, goal)
    assert all(counts(full)[key] > 0 for key in hidden)
    houses = frozenset(dossier.host_id for dossier in full.stage("dossiers").rows) | {
        funded.contract.host_id
    }
    barred = person(Role.OFFICER, member_of=houses)
    found = queries.goal_chain(barred, goal)
    assert {key: counts(found)[key] for key in hidden} == dict.fromkeys(hidden, 0)
    sums = found.money
    assert (sums.contracted, sums.paid, sums.settled, sums.revenue, sums.users) == (
        Decimal(0),
        Decimal(0),
        Decimal(0),
        None,
        (),
    )


def test_the_public_sees_public_stages_alone(funded, goal):
    money.allocated(funded)
    money.pay(funded)
    factory.result(funded, title_vi="Kín", secrecy="internal")
    factory.result(funded, title_vi="Mở")
    factory.accepted(funded)
    answered(funded, revenue=Decimal(5))
    found = queries.goal_chain(PUBLIC, goal)
    assert counts(found) == {
        "needs": 0,
        "orders": 1,
        "dossiers": 0,
        "tasks": 1,
        "contracts": 0,
        "results": 1,
        "uptake": 0,
    }
    assert [row.title_vi for row in found.stage("results").rows] == ["Mở"]
    assert (found.money.contracted, found.money.paid, found.money.revenue) == (
        Decimal(0),
        Decimal(0),
        None,
    )


@pytest.mark.parametrize("rows", [1, 3])
def test_the_chain_costs_the_same_whatever_serves_the_goal(
    funded, goal, rows, django_assert_num_queries
):
    for number in range(rows):
        factory.result(funded, title_vi=f"Kết quả {number}")
        Tasks.create(goal=goal)
        planned(goal, 2026 + number, 5)
    with django_assert_num_queries(22):
        queries.goal_chain(funded.officer, goal)


def test_gaps_name_what_serves_nothing_and_what_nothing_serves(funded, goal):
    Need.objects.all().delete()
    Tasks.create()  # somebody else's archive is not missed
    served = Goals.create(plan=goal.plan, code="MT-2")
    empty = Goals.create(plan=goal.plan, code="MT-3")
    Goals.create(plan=goal.plan, code="MT-4", closed_on=date(2020, 1, 1))
    Tasks.create(goal=served)
    unlinked = factory.result(funded, goal="")
    factory.result(funded)
    measured, bare = Actions.create(goal=served), Actions.create(goal=served)
    Indicators.create().actions.add(measured)
    measured.assignments.create(agency=Organisations.create(), part="lead")
    bare.assignments.create(agency=Organisations.create(), part="support")
    found = queries.goal_gaps(funded.officer, today=date(2027, 3, 1))
    assert [g.code for g in found.goals] == ["MT-3"]
    assert (found.tasks.count, found.results.rows) == (0, (unlinked,))
    assert found.unmeasured == (bare,)
    assert found.unowned == (bare,)
    Task.objects.filter(pk=funded.contract.task_id).update(goal=None)
    again = queries.goal_gaps(funded.officer, today=date(2027, 3, 1))
    assert [g.code for g in again.goals] == ["MT-1", "MT-1.1", "MT-3"]
    assert [t.pk for t in again.tasks.rows] == [funded.contract.task_id]
    assert empty.tasks.count() == 0


# ---- what was written before plans were kept


def key():
    return ("id", models.BigAutoField(primary_key=True))


def to(model):
    return models.ForeignKey(model, models.PROTECT)


BEFORE = {
    "strategies": [
        migrations.CreateModel(
            "Plan", [key(), ("code", models.CharField(max_length=60))]
        ),
        migrations.CreateModel(
            "Goal",
            [key(), ("plan", to("Plan")), ("code", models.CharField(max_length=40))],
        ),
        migrations.CreateModel(
            "Indicator", [key(), ("code", models.CharField(max_length=60))]
        ),
    ],
    "results": [
        migrations.CreateModel(
            "Result",
            [
                key(),
                ("goal", models.CharField(max_length=60, blank=True)),
                ("indicator", models.CharField(max_length=60, blank=True)),
                ("details", models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel("UptakeYear", [key()]),
    ],
}


def stood(state, database):
    result = state.apps.get_model("results", "Result")
    fields = [f.attname for f in result._meta.fields]
    return [
        {name: getattr(row, name) for name in fields if name != "id"}
        for row in result.objects.using(database.alias).order_by("pk")
    ]


@pytest.mark.django_db
def test_old_texts_become_links_or_are_kept_in_the_details_and_come_back(monkeypatch):
    only = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
    database = ConnectionHandler({"default": only})["default"]
    monkeypatch.setattr(
        "django.db.utils.ConnectionHandler.__getitem__", lambda *_said: database
    )
    state = ProjectState()
    for app, operations in BEFORE.items():
        step = migrations.Migration("0001_initial", app)
        step.operations = operations
        with database.schema_editor() as editor:
            state = step.apply(state, editor)
    old = state.apps
    plan, other = (
        old.get_model("strategies", "Plan").objects.create(code=code)
        for code in ("2795/QĐ-BCT", "36/QĐ-TTg")
    )
    goals = old.get_model("strategies", "Goal").objects
    alone = goals.create(plan=plan, code="MT-7")
    twice = goals.create(plan=plan, code="MT-1")
    goals.create(plan=other, code="MT-1")
    card = old.get_model("strategies", "Indicator").objects.create(code="CT-2")
    results = old.get_model("results", "Result").objects
    written = [
        ("MT-7", "CT-2", {"doi": "10.1/x"}),
        ("MT-1", "", {}),
        ("2795/QĐ-BCT MT-1", "CT-3", {}),
        ("Nâng năng suất", " ", {"release": "1"}),
        ("", "", {}),
    ]
    for goal, indicator, details in written:
        results.create(goal=goal, indicator=indicator, details=details)
    step = import_module("opensti.domains.results.migrations.0006_h_goals").Migration(
        "0006_h_goals", "results"
    )
    before = state.clone()
    with database.schema_editor() as editor:
        after = step.apply(state, editor)
    assert stood(after, database) == [
        {"goal_id": alone.pk, "indicator_id": card.pk, "details": {"doi": "10.1/x"}},
        # Two plans have such a code: nobody guesses which was meant.
        {"goal_id": None, "indicator_id": None, "details": {"goal_said": "MT-1"}},
        {
            "goal_id": twice.pk,
            "indicator_id": None,
            "details": {"indicator_said": "CT-3"},
        },
        {
            "goal_id": None,
            "indicator_id": None,
            "details": {
                "release": "1",
                "goal_said": "Nâng năng suất",
                "indicator_said": " ",
            },
        },
        {"goal_id": None, "indicator_id": None, "details": {}},
    ]
    with database.schema_editor() as editor:
        step.unapply(before, editor)
    back = [
        (row["goal"], row["indicator"], row["details"])
        for row in stood(before, database)
    ]
    assert back == [("2795/QĐ-BCT MT-7", *written[0][1:]), *written[1:]]
    database.close()


def test_what_was_written_before_survives_a_change_of_the_result(funded):
    made = factory.result(funded)
    Result.objects.update(details={"goal_said": "MT-7", "release": "1.0"})
    changed = actions.change_result(
        actor=funded.host,
        result_id=made.pk,
        said=factory.said(details={"release": "2.0"}),
        reason="Bản mới.",
        version=1,
        at=AT,
    )
    assert changed.details == {"goal_said": "MT-7", "release": "2.0"}
    assert not Goal.objects.exists()
