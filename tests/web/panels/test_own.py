"""An expert's own page, the calendar by its secret address, and certificates."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from django.urls import reverse
from icalendar import Calendar

from opensti.domains.accounts.models import RoleGrant, User
from opensti.domains.panels import queries
from opensti.kernel.access import Role
from tests.factories import panels
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db
SINCE = panels.AT.date().replace(year=2020)


@pytest.fixture(autouse=True)
def place_and_time(settings, tmp_path, monkeypatch):
    settings.OPENSTI_DATA_DIR = tmp_path
    monkeypatch.setattr("opensti.web.panels.own.now", lambda: panels.AT)
    monkeypatch.setattr("opensti.web.panels.own.localdate", panels.AT.date)


@pytest.fixture
def sat():
    """A council on one dossier and its members, before it met."""
    office = panels.Office.new()
    council, members = panels.prepared(
        office, dossiers=panels.eligible_dossiers(office)
    )
    return office, council, members


def sign_in(client, actor):
    user = User.objects.get(pk=actor.user_id)
    for role in actor.roles - {Role.PUBLIC}:
        RoleGrant.objects.get_or_create(user=user, role=role, since=SINCE)
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client


def concluded(office, council, members):
    panels.in_session(office, council)
    item = panels.item_of(council)
    for member in members:
        panels.cast(member, item, panels.scored(queries.sheet_of(item), "80"))
    panels.concluded(office, council)
    return item


def test_a_member_sees_load_seats_days_and_fees(client, sat):
    office, council, members = sat
    sign_in(client, members[0])
    page = client.get(reverse("panels:own")).content.decode()
    assert council.title_en in page
    assert "No meeting of this year is concluded yet." in page
    item = concluded(office, council, members)
    page = client.get(reverse("panels:own")).content.decode()
    assert "2,500,000" in page
    assert "borrowed amounts" in page
    assert item.dossier.title_vi not in page
    assert (
        "No seat in this year"
        in client.get(f"{reverse('panels:own')}?year=2025").content.decode()
    )


def test_the_secret_link_is_shown_once_reads_the_days_and_ends(client, sat):
    _office, council, members = sat
    sign_in(client, members[0])
    answer = client.post(reverse("panels:calendar_link"), {"act": "make"}, follow=True)
    address = re.search(r"<code>(http[^<]+)</code>", answer.content.decode())[1]
    assert "<code>" not in client.get(reverse("panels:own")).content.decode()
    client.logout()
    feed = client.get(address)
    assert feed["Content-Type"] == "text/calendar; charset=utf-8"
    [event] = Calendar.from_ical(feed.content).walk("VEVENT")
    assert event["dtstart"].dt == panels.MEETING
    assert council.title_vi in event["summary"] or council.title_en in event["summary"]
    sign_in(client, members[0])
    client.post(reverse("panels:calendar_link"), {"act": "remove"})
    client.logout()
    assert client.get(address).status_code == 404


def test_a_calendar_of_a_closed_account_or_a_lost_role_opens_nothing(client, sat):
    _office, _council, members = sat
    sign_in(client, members[0])
    answer = client.post(reverse("panels:calendar_link"), follow=True)
    address = re.search(r"<code>(http[^<]+)</code>", answer.content.decode())[1]
    client.logout()
    user = User.objects.filter(pk=members[0].user_id)
    user.update(is_active=False)
    assert client.get(address).status_code == 404
    user.update(is_active=True)
    RoleGrant.objects.all().delete()
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_service_is_certified_as_word_and_pdf(client, sat, kind):
    office, council, members = sat
    concluded(office, council, members)
    sign_in(client, members[0])
    for url in (
        reverse("panels:certificate", args=[council.public_id, kind]),
        reverse("panels:certificate_year", args=[2026, kind]),
    ):
        paper = client.get(url)
        assert paper.status_code == 200
        assert paper["Content-Disposition"].endswith(f'.{kind}"')
        if kind == "docx":
            parts = zipfile.ZipFile(io.BytesIO(paper.content))
            words = parts.read("word/document.xml").decode()
            assert council.title_en in words
            assert members[0].name in words
        else:
            assert paper.content.startswith(b"%PDF")
    nothing = reverse("panels:certificate_year", args=[2025, kind])
    assert client.get(nothing).status_code == 404


def test_officials_have_no_such_page(client):
    sign_in(client, person(Role.OFFICER))
    assert client.get(reverse("panels:own")).status_code == 403
