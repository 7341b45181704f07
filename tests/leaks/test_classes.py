"""Closed orders and tasks are told nowhere: the whole public house before and after."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from opensti.domains.publications.queries import edition, register
from opensti.domains.results.models import Offer, Result
from opensti.domains.tasks import actions
from opensti.domains.tasks.models import Order, Task
from opensti.kernel.access import Role
from tests.factories.tasks import AT, person
from tests.leaks.disclosed import House, read

pytestmark = pytest.mark.django_db
OF_THE_TASK = {"decision", "task", "result", "offer"}


@pytest.fixture
def house(db):
    return House()


def marks_in(house, pages):
    text = "\n".join(pages.values())
    return {place for place, mark in house.marks.items() if mark in text}


def of(house, kinds):
    return {place for place in house.marks if place.partition(".")[0] in kinds}


def close(kind, row, **changed):
    act = {"order": actions.classify_order, "task": actions.classify_task}[kind]
    said = {"secrecy": "internal", "reason": "Lý do kín", "basis": "Luật 29/2018"}
    return act(
        actor=person(Role.OFFICER),
        public_id=row.public_id,
        at=AT,
        **{**said, **changed},
    )


def test_a_closed_order_takes_all_that_came_of_it_out_of_every_public_place(house):
    before = marks_in(house, read(house.ids))
    close("order", Order.objects.get())
    pages = read(house.ids)

    gone = of(house, OF_THE_TASK | {"order"})
    assert before == set(house.marks)
    # The host has other ways to be known: its own page.
    assert marks_in(house, pages) == set(house.marks) - gone
    text = "\n".join(pages.values())
    ids = [r.public_id for m in (Order, Task, Result, Offer) for r in m.objects.all()]
    assert [one for one in ids if one in text] == []
    assert "Lý do kín" not in text
