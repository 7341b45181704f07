"""A house, a browser, and people; the journeys share the first two."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from playwright.sync_api import sync_playwright

from tests.chromium import CHROMIUM, FLAGS
from tests.journeys.barriers import Barriers
from tests.journeys.house import House
from tests.journeys.people import Person

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def pytest_collection_modifyitems(items):
    here = os.path.dirname(__file__)
    for item in items:
        if str(item.path).startswith(here):
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(
                    pytest.mark.skip(
                        reason="journeys need a browser: apt-get install chromium-headless-shell"
                    )
                )
    # of the journeys, those that put the clock forward come last
    places = [n for n, item in enumerate(items) if str(item.path).startswith(here)]
    journeys = sorted(
        (items[n] for n in places),
        key=lambda item: item.path.name == "test_decision.py",
    )
    for n, item in zip(places, journeys, strict=True):
        items[n] = item


@pytest.fixture(autouse=True)
def _own_place():
    """The house has its own settings; nothing is changed in this process."""


@contextmanager
def empty_database(place: Path, name: str) -> Iterator[str]:
    """An empty database of the kind that the other tests run on."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{place / name}.sqlite3"
        return
    import psycopg  # noqa: PLC0415 -- only there when PostgreSQL is

    given = connection.settings_dict
    name = f"{name}_{os.getpid()}"
    where = {
        "host": given["HOST"] or None,
        "port": given["PORT"] or None,
        "user": given["USER"] or None,
        "password": given["PASSWORD"] or None,
    }
    with psycopg.connect(dbname="postgres", autocommit=True, **where) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        word = f":{given['PASSWORD']}" if given["PASSWORD"] else ""
        yield f"postgres://{given['USER']}{word}@{given['HOST']}:{given['PORT'] or 5432}/{name}"
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="package")
def house(tmp_path_factory):
    """The house that the journeys share: its clock runs forward for all of them."""
    place = tmp_path_factory.mktemp("house")
    with empty_database(place, "journeys") as database:
        house = House(place, database)
        try:
            house.open()
            yield house
        finally:
            house.close()


@pytest.fixture
def own_house(tmp_path):
    """``own_house(scene, …, opens=day)`` is a house for one journey, now or long ago."""
    with ExitStack() as kept:

        def made(*scene, opens=None):
            database = kept.enter_context(empty_database(tmp_path, "life"))
            house = House(tmp_path, database, *scene, opens=opens)
            kept.callback(house.close)
            house.open()
            return house

        yield made


@pytest.fixture(scope="package")
def browser():
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def barriers():
    return Barriers()


@pytest.fixture
def guests(browser, barriers):
    """``guests(house)`` lets people sit down there; at the end nothing was amiss."""
    people = []

    def of(house):
        def sits_down(name="", **wishes):
            people.append(Person(house, browser, barriers, name, **wishes))
            return people[-1]

        return sits_down

    yield of
    for person in people:
        person.leave()
    faults = [fault for person in people for fault in person.faults]
    assert not faults, "\n".join(dict.fromkeys(faults))


@pytest.fixture
def somebody(house, guests):
    """``somebody("officer")`` sits down in the shared house and signs in."""
    return guests(house)
