"""The page “who knows this subject”: asked, read, filtered, exported, and a seat given."""

from __future__ import annotations

import pytest
from django.urls import reverse

from opensti.domains.accounts.models import RoleGrant, User
from opensti.domains.panels import actions
from opensti.domains.panels.models import ExpertRanking, Seat
from opensti.kernel.access import Role
from tests.factories import conflicts, panels
from tests.factories.registry import Memberships, People, Positions, written
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db
SINCE = panels.AT.date().replace(year=2020)


@pytest.fixture(autouse=True)
def place_and_time(settings, tmp_path, monkeypatch):
    settings.OPENSTI_DATA_DIR = tmp_path
    monkeypatch.setattr("opensti.web.panels.knowing.now", lambda: panels.AT)


@pytest.fixture
def office():
    return panels.Office.new()


@pytest.fixture
def dossier(office):
    return panels.eligible_dossiers(office)[0]


@pytest.fixture
def knows(dossier):
    someone = People.create(
        is_expert=True, full_name="Trần Thị Kẽm", search_text="tran thi kem"
    )
    Positions.create(person=someone)
    return written(someone, f"Về {dossier.title_vi}")


def sign_in(client, actor):
    user = User.objects.get(pk=actor.user_id)
    for role in actor.roles - {Role.PUBLIC}:
        RoleGrant.objects.get_or_create(user=user, role=role, since=SINCE)
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client


def address(name, dossier):
    return reverse(f"panels:{name}", args=["dossier", dossier.public_id])


def test_an_officer_asks_reads_why_and_gives_a_seat(client, office, dossier, knows):
    council = panels.formed(office, dossiers=[dossier])
    sign_in(client, office.officer)
    page = client.get(address("knowing", dossier)).content.decode()
    assert "not ranked for this subject yet" in page
    asked = client.post(address("knowing_ask", dossier))
    assert asked.url == address("knowing", dossier)
    page = client.get(asked.url).content.decode()
    assert "being ranked" in page
    actions.rank_wanted(at=panels.AT)
    page = client.get(asked.url).content.decode()
    assert knows.full_name in page
    assert f"Về {dossier.title_vi} (2024): 100 %;" in page
    assert "few works" in page
    given = client.post(
        address("knowing_seat", dossier),
        {
            "council": council.public_id,
            "version": council.version,
            "person": knows.pk,
            "role": "member",
        },
    )
    assert given.url == asked.url
    assert Seat.objects.get().person == knows


def test_staff_of_the_host_are_marked_for_those_who_form_councils(
    client, office, dossier, knows
):
    Positions.create(person=knows, organisation=dossier.host)
    conflicts.searched(office, dossier)
    actions.ask_for_experts(
        actor=office.officer, kind="dossier", public_id=dossier.public_id, at=panels.AT
    )
    actions.rank_wanted(at=panels.AT)
    sign_in(client, office.officer)
    assert "no: conflict" in client.get(address("knowing", dossier)).content.decode()
    sign_in(client, person(Role.LEADER))
    page = client.get(address("knowing", dossier)).content.decode()
    assert (knows.full_name in page, "no: conflict" in page) == (True, False)


def test_the_list_searches_filters_and_exports(client, office, dossier, knows):
    written(People.create(is_expert=True), dossier.title_vi)
    actions.ask_for_experts(
        actor=office.officer, kind="dossier", public_id=dossier.public_id, at=panels.AT
    )
    actions.rank_wanted(at=panels.AT)
    sign_in(client, office.officer)
    url = address("knowing", dossier)
    csv = client.get(f"{url}?q=kẽm&export=csv")
    rows = b"".join(csv.streaming_content).decode().splitlines()
    assert len(rows) == 2
    assert knows.full_name in rows[1]
    for query, number in (
        ("evidence=few", 2),
        ("evidence=enough", 0),
        ("kind=institute", 1),
        ("kind=enterprise", 0),
    ):
        csv = client.get(f"{url}?{query}&export=csv")
        assert len(b"".join(csv.streaming_content).splitlines()) == number + 1, query


@pytest.mark.parametrize("role", [Role.EXPERT, Role.APPLICANT, Role.FINANCE])
def test_others_are_refused(client, dossier, role):
    sign_in(client, person(role))
    assert client.get(address("knowing", dossier)).status_code == 403
    assert client.post(address("knowing_ask", dossier)).status_code == 403
    assert not ExpertRanking.objects.exists()


def test_an_official_of_the_host_finds_no_such_page(client, dossier):
    party = person(Role.OFFICER)
    Memberships.create(
        user=User.objects.get(pk=party.user_id), organisation=dossier.host
    )
    sign_in(client, party)
    for name in ("knowing", "knowing_ask"):
        ask = client.get if name == "knowing" else client.post
        assert ask(address(name, dossier)).status_code == 404
