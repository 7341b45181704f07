"""Closed orders and tasks are told nowhere: the whole public house before and after."""

from __future__ import annotations

import pytest
from django.utils.timezone import now

from opensti.domains.portfolios.models import Decision
from opensti.domains.publications.actions import catch_up, rebuild_search, tell_changes
from opensti.domains.publications.queries import changes_after
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
    rebuild_search(at=now())
    tell_changes(at=now())
    before = marks_in(house, read(house.ids))
    close("order", Order.objects.get())
    catch_up(at=now())
    tell_changes(at=now())
    pages = read(house.ids)

    assert set(house.marks) - before == set()
    gone = of(house, OF_THE_TASK | {"order"})
    assert marks_in(house, pages) & gone == set()
    text = "\n".join(pages.values())
    assert "Lý do kín" not in text
    told = {a for a in pages if "changes" in a}
    text = "\n".join(page for a, page in pages.items() if a not in told)
    kinds = (Order, Decision, Task, Result, Offer)
    ids = [row.public_id for kind in kinds for row in kind.objects.all()]
    assert [one for one in ids if one in text] == []
    # That it is gone is told to who was told of it before, without a word of it.
    shown = {c.subject_id: c.shown for c in changes_after(0, 1000)}
    assert [shown[one] for one in ids if shown.get(one)] == []
