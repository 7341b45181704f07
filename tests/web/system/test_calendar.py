"""The working days on the screen: gaps, announcements, and days that are provisional."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from opensti.domains.procedures.models import AnnouncedYear

pytestmark = pytest.mark.django_db

SENT = {
    "source": "Thông báo số 1/TB-BNV",
    "holidays": "2028-01-03 new_year\n2028-01-25 tet\n2028-04-04 hung_kings\n"
    "2028-05-01 labour\n\n2028-05-02 reunification\n2028-09-01 national\n",
    "swaps": "2028-01-24 2028-01-22",
}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_shows_every_year_and_that_none_is_verified(client_of, language):
    admin = client_of("admin")
    admin.cookies["django_language"] = language
    page = admin.get(reverse("procedures:calendar")).content.decode()
    word = {"vi": "chưa đối chiếu", "en": "not verified"}[language]
    assert page.count(reverse("procedures:year", args=[2028])) == 1
    assert page.count(word) == 15  # 2014 to 2027, and the gap itself


def test_an_administrator_enters_a_year_and_the_page_says_what_it_rests_on(client_of):
    admin = client_of("admin")
    url = reverse("procedures:year", args=[2028])
    assert admin.get(url).status_code == 200
    assert admin.post(url, {**SENT, "verified": "on"}).status_code == 302
    kept = AnnouncedYear.objects.get()
    assert (kept.year, kept.content["mark"]) == (2028, "V")
    assert kept.content["swaps"] == [{"rest": "2028-01-24", "work": "2028-01-22"}]
    page = admin.get(reverse("procedures:calendar")).content.decode()
    assert "Thông báo số 1/TB-BNV" in page
    again = admin.get(url).content.decode()
    assert "2028-01-25 tet" in again
    assert "2028-01-24 2028-01-22" in again


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("holidays", "2028-01-03", "2028-01-03"),
        ("holidays", "3/1/2028 tet", "3/1/2028"),
        ("swaps", "2028-01-22 2028-01-24", "2028-01-22"),
    ],
)
def test_what_cannot_be_read_is_told_and_the_text_stays(client_of, field, text, said):
    url = reverse("procedures:year", args=[2028])
    answer = client_of("admin").post(url, {**SENT, field: text})
    page = answer.content.decode()
    assert (answer.status_code, AnnouncedYear.objects.count()) == (422, 0)
    assert said in page
    assert "Thông báo số 1/TB-BNV" in page


def test_others_read_the_calendar_and_enter_nothing(client_of):
    officer = client_of("officer")
    page = officer.get(reverse("procedures:calendar"))
    assert page.status_code == 200
    assert reverse("procedures:year", args=[2028]) not in page.content.decode()
    url = reverse("procedures:year", args=[2028])
    assert officer.get(url).status_code == 403
    assert officer.post(url, SENT).status_code == 403


def test_the_page_costs_the_same_however_many_years_were_announced(client_of):
    admin = client_of("admin")
    costs = []
    for year in (2028, 2029):
        sent = {k: v.replace("2028", str(year)) for k, v in SENT.items()} | {
            "swaps": ""
        }
        url = reverse("procedures:year", args=[year])
        assert admin.post(url, sent).status_code == 302
        admin.get(reverse("procedures:calendar"))  # the calendar is made once
        with CaptureQueriesContext(connection) as asked:
            admin.get(reverse("procedures:calendar"))
        costs.append(len(asked))
    assert costs == [7, 7]
