"""Orders are drafted from needs, listed, approved under one decision, and then public."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from opensti.domains.procedures.models import RegimeVersion
from opensti.domains.procedures.queries import regime_of
from opensti.domains.tasks import actions, queries
from opensti.domains.tasks.models import Order, OrderList
from opensti.kernel.access import PUBLIC, SYSTEM, Actor, Role
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    Stale,
    StepNotAllowed,
    SudoNeeded,
)
from tests.factories import tasks as make
from tests.factories.registry import Organisations, People
from tests.factories.tasks import AT

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _regimes() -> None:
    make.regimes()


@pytest.fixture
def officer() -> Actor:
    return make.person(Role.OFFICER)


@pytest.fixture
def leader() -> Actor:
    return make.person(Role.LEADER)


def test_an_order_takes_its_needs_with_it(officer: Actor) -> None:
    need = make.accepted(make.person(Role.APPLICANT), officer)
    order = make.order(officer, need_ids=[need.pk])
    need.refresh_from_db()
    assert (need.case.state, list(order.needs.all()), order.products.count()) == (
        "ordered",
        [need],
        1,
    )


def test_an_order_from_a_need_that_is_not_accepted_is_not_made(officer: Actor) -> None:
    need = make.submitted(make.person(Role.APPLICANT))
    with pytest.raises(StepNotAllowed):
        make.order(officer, need_ids=[need.pk])
    assert Order.objects.count() == 0


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({"title_vi": " "}, ["title_vi"]),
        ({"budget_ceiling": Decimal(-1)}, ["budget_ceiling"]),
        ({"duration_months": 0}, ["duration_months"]),
        ({"way": "direct"}, ["grounds", "assigned_host"]),
        ({"way": "auction"}, ["way"]),
        ({"products": [actions.Product(name_vi=" ")]}, ["products.1.name_vi"]),
    ],
)
def test_what_is_wrong_with_an_order_is_named(
    officer: Actor, said: dict[str, object], fields: list[str]
) -> None:
    with pytest.raises(Invalid) as refused:
        make.order(officer, **said)
    assert [p.field for p in refused.value.problems] == fields
    assert Order.objects.count() == 0


def test_a_direct_assignment_names_its_host_and_grounds(officer: Actor) -> None:
    host = Organisations.create()
    order = make.order(
        officer, way="direct", grounds="Điều 30", assigned_host_id=host.pk
    )
    assert (order.way, order.assigned_host, order.grounds) == (
        "direct",
        host,
        "Điều 30",
    )


def edit(actor: Actor, order: Order, version: int, **said: object) -> Order:
    given: dict[str, object] = {
        "title_vi": order.title_vi,
        "objectives_vi": order.objectives_vi,
        "budget_ceiling": order.budget_ceiling,
        "duration_months": order.duration_months,
        "products": [actions.Product(name_vi="Máy", quantity=Decimal(2))],
        **said,
    }
    return actions.edit_order(
        actor=actor,
        order_id=order.pk,
        expected_version=version,
        at=AT,
        **given,  # type: ignore[arg-type]
    )


def test_of_two_officers_who_change_an_order_one_is_told(officer: Actor) -> None:
    order = make.order(officer)
    edit(officer, order, 1, title_vi="Một")
    with pytest.raises(Stale) as refused:
        edit(make.person(Role.OFFICER), order, 1, title_vi="Hai")
    assert "title_vi" in str(refused.value.message)
    order.refresh_from_db()
    assert (
        order.title_vi,
        order.version,
        [p.name_vi for p in order.products.all()],
    ) == (
        "Một",
        2,
        ["Máy"],
    )


def test_an_approved_list_gives_codes_and_public_entries(
    officer: Actor, leader: Actor
) -> None:
    first, second = make.order(officer), make.order(officer, title_vi="Hai")
    batch = make.order_list(officer, first, second)
    approved = actions.approve_order_list(
        actor=leader,
        list_id=batch.pk,
        decision_number="1234/QĐ-BCT",
        decided_on=AT.date(),
        at=AT,
        expected_orders={first.pk: 1, second.pk: 1},
    )
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.code, second.code, first.case.state, second.case.state) == (
        "ĐH.2026.001",
        "ĐH.2026.002",
        "approved",
        "approved",
    )
    entries = Entry.objects.filter(public=True, act__startswith="order").order_by(
        "position"
    )
    assert [(e.act, e.subject) for e in entries] == [
        ("orders.approve", f"tasks.order:{first.public_id}"),
        ("orders.approve", f"tasks.order:{second.public_id}"),
        ("order_lists.approve", f"tasks.order_list:{batch.public_id}"),
    ]
    assert approved.entry_position == entries[2].position
    assert sorted(o.pk for o in queries.orders(PUBLIC)) == [first.pk, second.pk]


def test_a_list_of_many_long_orders_is_approved(officer: Actor, leader: Actor) -> None:
    orders = [make.order(officer, objectives_vi="Mục tiêu. " * 400) for _n in range(16)]
    batch = make.order_list(officer, *orders)
    approve(leader, batch)
    entry = Entry.objects.get(act="order_lists.approve")
    own = Entry.objects.filter(act="orders.approve").order_by("position")
    assert [
        (order["order"], order["entry"])
        for order in json.loads(entry.body)["detail"]["orders"]
    ] == [(e.subject.removeprefix("tasks.order:"), e.position) for e in own]
    assert len(own) == len(orders)


def test_before_approval_the_public_knows_of_no_order(officer: Actor) -> None:
    make.order_list(officer, make.order(officer))
    for actor in (
        PUBLIC,
        make.person(Role.APPLICANT),
        make.person(Role.EXPERT),
        make.person(Role.ADMIN),
    ):
        assert (queries.orders(actor).count(), queries.order_lists(actor).count()) == (
            0,
            0,
        )


def approve(actor: Actor, batch: OrderList, **said: object) -> OrderList:
    given: dict[str, object] = {
        "decision_number": "1/QĐ",
        "decided_on": AT.date(),
        "at": AT,
        **said,
    }
    return actions.approve_order_list(
        actor=actor,
        list_id=batch.pk,
        **given,  # type: ignore[arg-type]
    )


def test_approval_asks_for_the_password(officer: Actor, leader: Actor) -> None:
    batch = make.order_list(officer)
    with pytest.raises(SudoNeeded):
        approve(replace(leader, sudo=False), batch)
    batch.refresh_from_db()
    assert batch.state == "draft"


def test_only_the_leader_approves(officer: Actor) -> None:
    batch = make.order_list(officer)
    with pytest.raises(AccessDenied):
        approve(officer, batch)
    batch.refresh_from_db()
    assert batch.state == "draft"


def test_a_list_that_changed_since_it_was_read_is_not_approved(
    officer: Actor, leader: Actor
) -> None:
    order = make.order(officer)
    batch = make.order_list(officer, order)
    edit(officer, order, 1, budget_ceiling=Decimal(9_000_000_000))
    with pytest.raises(Stale):
        approve(leader, batch, expected_orders={order.pk: 1})
    order.refresh_from_db()
    assert (order.case.state, order.code) == ("draft", "")


def test_approving_twice_is_refused_with_the_decision(
    officer: Actor, leader: Actor
) -> None:
    batch = make.order_list(officer)
    approve(leader, batch)
    with pytest.raises(StepNotAllowed) as refused:
        approve(leader, batch)
    assert "1/QĐ" in str(refused.value.message)
    assert Entry.objects.filter(act="order_lists.approve").count() == 1


def test_a_decision_needs_a_number_and_a_day_that_has_come(
    officer: Actor, leader: Actor
) -> None:
    batch = make.order_list(officer)
    with pytest.raises(Invalid) as refused:
        approve(
            leader, batch, decision_number=" ", decided_on=AT.date() + timedelta(days=2)
        )
    assert [p.field for p in refused.value.problems] == [
        "decision_number",
        "decided_on",
    ]


def test_a_decision_signed_after_midnight_in_hanoi_is_of_today(
    officer: Actor, leader: Actor
) -> None:
    batch = make.order_list(officer)
    night = datetime(2026, 6, 1, 17, 30, tzinfo=UTC)  # 00:30 of the second of June
    approve(leader, batch, at=night, decided_on=date(2026, 6, 2))
    batch.refresh_from_db()
    assert batch.decided_on == date(2026, 6, 2)


def test_a_list_takes_only_whole_orders_and_each_once(officer: Actor) -> None:
    empty = make.order(officer, products=[])
    with pytest.raises(Invalid):
        make.order_list(officer, empty)
    order = make.order(officer)
    make.order_list(officer, order)
    with pytest.raises(Invalid):
        make.order_list(officer, order)
    assert OrderList.objects.count() == 1


def test_a_cancelled_order_leaves_its_list_and_tells_its_proposers(
    officer: Actor, leader: Actor
) -> None:
    need = make.accepted(make.person(Role.APPLICANT), officer)
    order = make.order(officer, need_ids=[need.pk])
    make.order_list(officer, order)
    actions.cancel_order(actor=leader, order_id=order.pk, reason="Trùng lặp", at=AT)
    order.refresh_from_db()
    need.refresh_from_db()
    assert (order.case.state, order.list, need.reply) == (
        "cancelled",
        None,
        "Trùng lặp",
    )


def test_an_approved_order_is_called_and_no_longer_changed(
    officer: Actor, leader: Actor
) -> None:
    order = make.approved(officer, leader)
    assert list(queries.orders_to_call(officer)) == [order]
    with pytest.raises(StepNotAllowed):
        edit(officer, order, order.version, title_vi="Khác")
    actions.mark_called(actor=officer, order_id=order.pk, at=AT, call="C-1")
    order.refresh_from_db()
    assert (order.case.state, list(queries.orders_to_call(officer))) == ("called", [])


def test_under_a_procedure_with_a_council_the_order_waits_for_it(
    officer: Actor,
) -> None:
    secretary = make.person(Role.SECRETARY)
    order = make.order(officer)
    _put_under(order, "national_2013")
    assert queries.orders_for_list(officer) == []
    actions.send_to_council(actor=officer, order_id=order.pk, at=AT)
    actions.conclude_determined(actor=secretary, order_id=order.pk, basis="BB-1", at=AT)
    order.refresh_from_db()
    assert (order.case.state, queries.orders_for_list(officer)) == (
        "determined",
        [order],
    )


def _put_under(order: Order, code: str) -> None:
    """As if the order had been drafted while an older procedure was in force."""
    version = RegimeVersion.objects.get(code=code, active=True)
    case = order.case
    case.regime_version = version
    case.regime_code, case.regime_sha256 = version.code, version.sha256
    case.stage = regime_of(version).order.initial
    case.save()


def test_a_task_file_is_opened_from_an_approved_dossier() -> None:
    host, leader = Organisations.create(), People.create()

    class Dossier:
        code, order_id = "C1-0007", None
        title_vi, title_en = "Thu hồi kẽm", "Zinc"
        abstract_vi, abstract_en = "Tóm tắt", ""
        host_id, leader_id = host.pk, leader.pk

    dossier = Dossier()
    dossier.host, dossier.leader = host, leader  # type: ignore[attr-defined]
    task = actions.create_task(
        actor=SYSTEM,
        dossier=dossier,  # type: ignore[arg-type]
        amount=Decimal(10),
        decision_number="9/QĐ",
        at=AT,
    )
    assert (task.code, task.state, task.host_name, task.leader_name, task.year) == (
        "C1-0007",
        "approved",
        host.name_vi,
        leader.full_name,
        2026,
    )
    assert list(queries.tasks(PUBLIC, "thu hoi kem")) == [task]
