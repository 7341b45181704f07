"""Classes of secrecy: closed at once, opened by a second person, never told outside."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils.timezone import localdate, now

from opensti.domains.publications.queries import record_entries
from opensti.domains.publications.queries.classified import (
    classified_figures,
    kept_back,
)
from opensti.domains.supervision.models import Voice
from opensti.domains.supervision.queries import public_voices
from opensti.domains.tasks import actions, queries
from opensti.domains.tasks.models import Order, Task
from opensti.kernel.access import PUBLIC, AccessDenied, Role, visible
from opensti.kernel.record.models import Entry
from opensti.kernel.record.queries import entries_of
from opensti.kernel.refusals import Invalid, StepNotAllowed
from tests.factories import supervision
from tests.factories.tasks import AT, Tasks, approved, person, regimes

pytestmark = pytest.mark.django_db
WHY = {"reason": "Bí quyết zqkinqz", "basis": "Điều 7 Luật 29/2018/QH14", "at": AT}
SECRET = {"number": "M-07", "year": 2024, "unit": "Văn phòng", **WHY}


@pytest.fixture
def officer(db):
    regimes()
    return person(Role.OFFICER)


@pytest.fixture
def order(officer):
    return approved(officer, person(Role.LEADER))


def classify(actor, order, secrecy="internal", **more):
    return actions.classify_order(
        actor=actor, public_id=order.public_id, secrecy=secrecy, **{**WHY, **more}
    )


def seen(actor):
    return [
        list(visible(actor, rows.objects.order_by("pk")).values_list("pk", flat=True))
        for rows in (Order, Task)
    ]


def test_an_officer_closes_at_once_and_what_follows_is_closed_too(officer, order):
    following = Tasks.create(order=order)
    own = Tasks.create(order=order, own_class=True)
    assert seen(PUBLIC) == [[order.pk], [following.pk, own.pk]]

    classify(officer, order)

    assert seen(PUBLIC) == [[], [own.pk]]
    assert seen(officer) == [[order.pk], [following.pk, own.pk]]
    told = Entry.objects.filter(act__endswith=".classify").order_by("position")
    assert [(e.act, e.public) for e in told] == [
        ("orders.classify", False),
        ("tasks.classify", False),
    ]
    assert [e.body for e in told if "zqkinqz" in str(e.body)] == []


def test_what_people_said_of_it_is_told_no_more(officer, order):
    about = Tasks.create(order=order)
    voice = supervision.published(officer, about=f"task:{about.public_id}")
    assert list(public_voices()) == [voice]

    classify(officer, order)

    assert list(public_voices()) == []
    assert list(visible(officer, Voice.objects.all())) == [voice]


def test_acts_on_what_is_closed_are_commitments_alone(officer, order):
    row = Tasks.create(order=order, state="approved", secrecy="internal")
    actions.set_task_state(actor=officer, task_id=row.pk, state="running", at=AT)

    lines = entries_of(queries.task_subject(row.public_id))
    assert [line.act for line in lines] == ["tasks.set_state"]
    assert not entries_of(queries.task_subject(row.public_id), public_only=True)


def test_opening_takes_a_leader_who_did_not_close_it(officer, order):
    closer, leader = person(Role.LEADER), person(Role.LEADER)
    classify(closer, order)
    for actor in (officer, closer):
        with pytest.raises(AccessDenied):
            classify(actor, order, "open")
    assert seen(PUBLIC)[0] == []

    classify(leader, order, "open")
    assert seen(PUBLIC)[0] == [order.pk]


def test_a_shorter_embargo_is_opening_and_a_longer_one_closing(officer, order):
    month, year = (localdate() + timedelta(days=n) for n in (30, 365))
    given = {"secrecy": "embargo", "at": now()}
    classify(officer, order, open_from=month, **given)
    classify(officer, order, open_from=year, **given)
    with pytest.raises(AccessDenied):
        classify(officer, order, open_from=month, **given)


def test_an_embargo_ends_by_its_day(officer, order):
    tomorrow = localdate() + timedelta(days=1)
    classify(officer, order, "embargo", open_from=tomorrow, at=now())
    assert seen(PUBLIC)[0] == []
    Order.objects.update(open_from=localdate())
    assert seen(PUBLIC)[0] == [order.pk]


def test_every_fault_is_told_and_nothing_is_written(officer, order):
    entries = Entry.objects.count()
    with pytest.raises(Invalid) as refused:
        classify(officer, order, "embargo", reason=" ", basis="")
    assert [p.field for p in refused.value.problems] == ["reason", "basis", "open_from"]
    with pytest.raises(StepNotAllowed):
        classify(officer, order, "classified")
    with pytest.raises(AccessDenied):
        classify(person(Role.SECRETARY), order)
    assert Entry.objects.count() == entries


def test_of_a_state_secret_there_is_a_number_a_year_and_a_unit(officer):
    order = actions.enter_classified_order(actor=officer, **SECRET)
    task = actions.enter_classified_task(actor=officer, **SECRET)

    assert (order.title_en, order.kept_by, order.kept_year, order.code) == (
        "Order that is a state secret",
        "Văn phòng",
        2024,
        "M-07",
    )
    both = [[order.pk], [task.pk]]
    assert seen(officer) == seen(person(Role.AUDITOR)) == both
    assert seen(person(Role.LEADER)) == both
    for actor in (PUBLIC, person(Role.OFFICER), person(Role.SECRETARY)):
        assert seen(actor) == [[], []]
    assert not Entry.objects.filter(public=True, subject__startswith="tasks.").exists()
    with pytest.raises(StepNotAllowed):
        actions.edit_order(
            actor=officer,
            order_id=order.pk,
            title_vi="Nội dung",
            budget_ceiling=1,
            duration_months=1,
            products=(),
            expected_version=order.version,
            at=AT,
        )


def test_of_a_state_secret_know_leaders_auditors_and_who_entered_it_and_nobody_else(
    officer,
):
    order = actions.enter_classified_order(actor=officer, **SECRET)
    task = actions.enter_classified_task(actor=officer, **SECRET)
    readers = {role: person(role) for role in Role if role != Role.PUBLIC}
    readers |= {
        "whoever entered it": officer,
        "the same without his role": replace(officer, roles=frozenset()),
        "an administrator who is an officer too": person(Role.ADMIN, Role.OFFICER),
    }

    known = {
        name: [
            *visible(actor, Order.objects.all()),
            *visible(actor, Task.objects.all()),
        ]
        for name, actor in readers.items()
    }

    assert known == {
        name: [order, task]
        if name in (Role.LEADER, Role.AUDITOR, "whoever entered it")
        else []
        for name in readers
    }
    told = record_entries(readers[Role.AUDITOR]).filter(
        act__endswith="enter_classified"
    )
    assert [entry.public for entry in told] == [False, False]


def test_the_database_keeps_nothing_more_of_a_state_secret(officer):
    task = actions.enter_classified_task(actor=officer, **SECRET)
    with pytest.raises(IntegrityError):
        Task.objects.filter(pk=task.pk).update(abstract_vi="Nội dung")


def test_they_are_a_count_of_whole_past_years_and_no_small_one(officer):
    for number in range(5):
        said = {**SECRET, "number": f"M-{number}"}
        actions.enter_classified_task(actor=officer, **said)
        actions.enter_classified_order(actor=officer, **said) if number else None
    Tasks.create_batch(5, secrecy="internal", year=localdate().year)
    Tasks.create_batch(4, secrecy="internal", year=2024)

    assert kept_back(before=localdate()) == [("task", 2024, "secret", 5)]
    assert [
        (line.kind, line.year, [n for _label, n in line.counts])
        for line in classified_figures(before=localdate()).years
    ] == [("task", 2024, [None, None, 5])]
