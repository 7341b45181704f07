"""Councils in figures: the page of officials, and the public one."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from opensti.domains.accounts.models import RoleGrant, User
from opensti.domains.panels import queries
from opensti.domains.panels.models import Council
from opensti.kernel.access import Role
from tests.factories import panels
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db
SINCE = panels.AT.date().replace(year=2020)


@pytest.fixture(autouse=True)
def place(settings, tmp_path):
    settings.OPENSTI_DATA_DIR = tmp_path


@pytest.fixture
def council():
    office = panels.Office.new()
    made, members = panels.prepared(office, dossiers=panels.eligible_dossiers(office))
    panels.in_session(office, made)
    item = panels.item_of(made)
    for member in members:
        panels.cast(member, item, panels.scored(queries.sheet_of(item), "80"))
    return panels.concluded(office, made)


def sign_in(client, role):
    actor = person(role)
    user = User.objects.get(pk=actor.user_id)
    RoleGrant.objects.create(user=user, role=role, since=SINCE)
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client


def test_officials_see_charts_with_tables_and_filter_them(client, council):
    sign_in(client, Role.LEADER)
    url = reverse("panels:figures")
    page = client.get(url).content.decode()
    for title in ("Gender", "How often the same person sat", "From forming"):
        assert title in page
    assert "<svg" in page
    with CaptureQueriesContext(connection) as asked:
        client.get(url)
    assert len(asked) == 13
    for query in ("?kind=cost", "?kind=nonsense&year=abc", "?year=99999"):
        assert client.get(url + query).status_code == 200
    assert "nothing to count" in client.get(f"{url}?kind=cost").content.decode()


@pytest.mark.parametrize("role", [Role.EXPERT, Role.APPLICANT, Role.ADMIN])
def test_others_are_refused(client, role):
    sign_in(client, role)
    assert client.get(reverse("panels:figures")).status_code == 403


def test_everybody_reads_past_years_of_enough_councils(client, council, monkeypatch):
    url = reverse("portal:councils")
    client.cookies["django_language"] = "en"
    assert "nothing to count" in client.get(url).content.decode()
    for n in range(4):
        council.pk, council.public_id = None, f"copy{n}"
        council.save(force_insert=True)
    later = date(panels.AT.year + 1, 2, 1)
    monkeypatch.setattr("opensti.portal.views.localdate", lambda: later)
    page = client.get(url).content.decode()
    assert str(panels.AT.year) in page
    assert "Median days to conclusion" in page
    assert Council.objects.count() == 5
