"""A house, a browser, and people; the journeys share the first two."""

from __future__ import annotations

import os

import pytest
from django.db import connection
from playwright.sync_api import sync_playwright

from tests.chromium import CHROMIUM, FLAGS
from tests.journeys.barriers import Barriers
from tests.journeys.house import House
from tests.journeys.people import Person


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


@pytest.fixture(scope="package")
def database(tmp_path_factory):
    """An empty database of the kind that the other tests run on."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('journeys') / 'house.sqlite3'}"
        return
    import psycopg  # noqa: PLC0415 -- only there when PostgreSQL is

    given = connection.settings_dict
    name = f"journeys_{os.getpid()}"
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
def house(tmp_path_factory, database):
    house = House(tmp_path_factory.mktemp("house"), database)
    try:
        house.open()
        yield house
    finally:
        house.close()


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
def somebody(house, browser, barriers):
    """``somebody("officer")`` sits down and signs in; at the end nothing was amiss."""
    people = []

    def sits_down(name="", **wishes):
        person = Person(house, browser, barriers, name, **wishes)
        people.append(person)
        return person

    yield sits_down
    for person in people:
        person.leave()
    faults = [fault for person in people for fault in person.faults]
    assert not faults, "\n".join(dict.fromkeys(faults))
