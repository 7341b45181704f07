"""Whoever asks by the key of an outsider learns of plans and measures what the policy shows."""

from __future__ import annotations

import pytest
from django.test import Client

from opensti.api.routes import api
from opensti.domains.publications.queries.catalogue import CATALOGUE
from opensti.domains.strategies.models import (
    CompositeVersion,
    Goal,
    Indicator,
    MethodRun,
)
from opensti.kernel.access import Role
from tests.api.test_acts import key_of
from tests.api.test_strategies_indices import published
from tests.factories import strategies_accounts as accounts
from tests.factories import strategies_indicators as measured
from tests.factories import strategies_indices as indices
from tests.factories.tasks import person
from tests.leaks.disclosed import House, issue
from tests.leaks.reading import text_of

pytestmark = pytest.mark.django_db
EVERY_FIELD = {
    f"{kind.key}.{key}": None for kind in CATALOGUE.values() for key in kind.by_key
}
EVERY_ROW = {f"{kind}.*": None for kind in CATALOGUE}
# By model: its texts in two languages, of which an answer must tell none that is withheld.
MARKED = {"goal": (Goal, "text_vi"), "indicator": (Indicator, "name_vi")}
ROWS = (Goal, Indicator, CompositeVersion, MethodRun)


@pytest.fixture
def house(db):
    made = House()
    card = Indicator.objects.first() or measured.card()
    measured.published(card, "2024", 5)
    officer = indices.officer()
    published(officer, indices.model(officer))
    accounts.published(officer, accounts.loaded(officer, accounts.registered(officer)))
    for number, (kind, (model, column)) in enumerate(MARKED.items(), 900):
        made.marks[kind] = f"zq{number}qz"
        model._default_manager.update(**{column: made.marks[kind]})
    made.ids += [row.public_id for model in ROWS for row in model.objects.all()]
    return made


def read(house, actor):
    """All that the API of strategies answers to the key of a person."""
    key, found = key_of(actor), {}
    for path, asked in api.get_openapi_schema()["paths"].items():
        if "strategies" not in asked.get("get", {}).get("tags", ()):
            continue
        for public_id in house.ids if "{" in path else ("",):
            address = path.replace("{public_id}", public_id)
            answer = Client().get(address, HTTP_AUTHORIZATION=f"Bearer {key}")
            assert answer.status_code < 500, address
            if answer.status_code == 200:
                found[address] = text_of(answer)
    return found


def marks(house, pages):
    text = "\n".join(pages.values())
    return {place for place, mark in house.marks.items() if mark in text}


def ids(house, pages):
    text = "\n".join(pages.values())
    return {one for one in house.ids if one in text}


PLANS = {"plan.code", "plan.title", "plan.summary", "plan.act_number", "plan.issuer"}


def test_no_withheld_field_or_row_is_told_and_each_is_once_it_is_open(house):
    outsider = person(Role.APPLICANT)
    issue(EVERY_FIELD)
    without_fields = read(house, outsider)
    issue(EVERY_ROW)
    without_rows = read(house, outsider)
    issue({})
    opened = read(house, outsider)

    # Kinds without fields are shown whole or not at all.
    assert marks(house, without_fields) == {"goal", "indicator"}
    assert (marks(house, without_rows), ids(house, without_rows)) == (set(), set())
    assert marks(house, opened) > {"goal", "indicator", *PLANS}
    assert {
        m for m in ROWS if ids(house, opened) & {r.public_id for r in m.objects.all()}
    } == {*ROWS}


def test_what_is_withheld_is_still_read_by_the_key_of_the_house(house):
    issue(EVERY_ROW)
    assert marks(house, read(house, person(Role.OFFICER))) > {
        "goal",
        "indicator",
        *PLANS,
    }


def test_an_agency_reads_the_cards_that_it_is_asked_for_and_no_draft(house):
    agency, asked, other = measured.agency(), measured.card(), measured.card()
    measured.campaign((agency, asked))
    house.ids += [asked.public_id, other.public_id]
    issue(EVERY_ROW)
    assert ids(house, read(house, measured.manager(agency))) >= {asked.public_id}
    assert other.public_id not in ids(house, read(house, measured.manager(agency)))
