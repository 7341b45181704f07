"""A change of policy never leaks: the whole public house read before and after it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from opensti.domains.publications.queries import edition, register
from opensti.domains.publications.queries.catalogue import CATALOGUE
from opensti.domains.tasks.models import Task
from opensti.exports.files import etag
from tests.leaks.disclosed import MONEY, TEXTS, House, issue, read

pytestmark = pytest.mark.django_db
EVERY_FIELD = {
    f"{kind.key}.{key}": None for kind in CATALOGUE.values() for key in kind.by_key
}


@pytest.fixture
def house(db):
    return House()


def marks_in(house, pages):
    """Which marks stand anywhere in what was read."""
    text = "\n".join(pages.values())
    return {place for place, mark in house.marks.items() if mark in text}


def test_what_is_withheld_stands_nowhere_and_stands_there_once_it_is_open(house):
    issue(EVERY_FIELD)
    closed = read(house.ids)
    issue({})
    opened = read(house.ids)

    assert marks_in(house, closed) == set()
    assert marks_in(house, opened) == {*TEXTS, *MONEY}
    # Pages are there and empty, but for what the standard or the targets would be without.
    gone = {a for a in opened if "?" not in a} - set(closed)
    assert {address.split("/")[1] for address in gone} == {
        "open-data",
        "statistics",
        "targets",
    }


@pytest.mark.parametrize("kind", ["order", "decision", "task", "result"])
def test_a_kind_that_is_withheld_takes_its_own_fields_and_no_others(house, kind):
    own = {place for place in house.marks if place.startswith(f"{kind}.")}
    issue({place: None for place in EVERY_FIELD if place.startswith(f"{kind}.")})

    found = marks_in(house, read(house.ids))

    assert found == set(house.marks) - own


def test_rows_that_are_withheld_are_at_no_address_and_in_no_list(house):
    issue({f"{kind}.*": None for kind in CATALOGUE})

    pages = read(house.ids)

    assert marks_in(house, pages) == set()
    text = "\n".join(pages.values())
    assert [one for one in house.ids if one in text] == []


def test_search_and_filters_are_no_way_to_ask_for_what_is_withheld(house, client):
    queries = {
        "task.title": register.tasks,
        "order.title": register.orders,
        "call.title": register.calls,
        "result.title": register.results,
    }
    assert [bool(q(house.marks[place])) for place, q in queries.items()] == [True] * 4
    issue(EVERY_FIELD)

    assert [bool(q(house.marks[place])) for place, q in queries.items()] == [False] * 4
    everything = client.get("/tasks/").content.decode().count("<tr")
    for query in ({"funder": "nobody"}, {"year": "1901"}, {"sort": "funder"}):
        assert client.get("/tasks/", query).content.decode().count("<tr") == everything


def test_a_delay_that_ends_tomorrow_shows_nothing_today_and_all_tomorrow(house):
    issue({"task.title": {"form": "exact", "delay_days": 30}})
    begun = localdate() - timedelta(days=29)
    Task.objects.update(start=begun)
    released = [
        t.decision.round for t in Task.objects.select_related("decision__round")
    ]
    for one in released:
        one.released_at -= timedelta(days=400)
        one.save()

    today = marks_in(house, read(house.ids))
    Task.objects.update(start=begun - timedelta(days=1))  # as it is tomorrow
    tomorrow = marks_in(house, read(house.ids))

    assert set(house.marks) - today == {"task.title"}
    assert tomorrow == set(house.marks)


def test_files_are_another_edition_under_another_policy_and_each_day_of_a_delay(house):
    name = "ocds-releases.json"
    shipped = etag(name)
    issue({"task.title": None})
    stricter = etag(name)
    issue({"task.title": {"form": "exact", "delay_days": 30}})
    delayed = etag(name)

    assert len({shipped, stricter, delayed}) == 3
    assert str(localdate()) in edition().tag
