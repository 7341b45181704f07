"""The pages on which news and events are written, and on which everybody reads them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import localtime, now
from icalendar import Calendar

from opensti.domains.publications.models import Article
from opensti.kernel.access import Role
from tests.factories.accounts import confirmed
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db
BUDGETS = {"articles": 8, "article": 11}
PORTAL_BUDGETS = {"news": 3, "events": 3, "news_item": 3, "event": 3}
SAID = {
    "title_vi": "Hội thảo vật liệu",
    "title_en": "Conference on materials",
    "lead_vi": "Mời dự hội thảo.",
    "lead_en": "You are invited.",
    "body_vi": "Một.\n\n<script>Hai</script>",
    "link": "https://example.org/dang-ky",
}


def event():
    at = localtime(now() + timedelta(days=3)).replace(second=0, microsecond=0)
    return SAID | {
        "event_kind": "conference",
        "starts_at": f"{at:%Y-%m-%dT%H:%M}",
        "place_vi": "Hà Nội",
    }


def post(client, name, *args, status=302, **data):
    response = client.post(reverse(f"publications:{name}", args=args), data)
    assert response.status_code == status, response.content.decode()
    return response


def step(client, act, **more):
    row = Article.objects.order_by("-pk").first()
    post(client, "article_step", row.public_id, act=act, version=row.version, **more)
    row.refresh_from_db()
    return row


def published(client_of, kind="news", **said):
    officer, leader = (client_of(person(role)) for role in (Role.OFFICER, Role.LEADER))
    post(officer, "article_new", kind, **(said or SAID))
    step(leader, "approve")
    return step(officer, "publish", publish_on=f"{localtime(now()):%Y-%m-%d}")


def test_an_event_is_written_approved_published_read_corrected_and_withdrawn(
    client, client_of
):
    officer, leader = (client_of(person(role)) for role in (Role.OFFICER, Role.LEADER))
    post(officer, "article_new", "event", status=422, **SAID)
    post(officer, "article_new", "event", **event())
    row = Article.objects.get()
    here = reverse("portal:event", args=[row.public_id])
    assert client.get(here).status_code == 404
    kept = officer.post(
        reverse("publications:article_autosave", args=[row.public_id]),
        event() | {"title_vi": "Hội thảo vật liệu mới", "version": row.version},
    )
    assert kept.json()["version"] == 2
    file = SimpleUploadedFile("chuong-trinh.txt", b"Chuong trinh")
    officer.post(
        reverse("publications:article_file_add", args=[row.public_id]), {"file": file}
    )
    refused = officer.post(
        reverse("publications:article_step", args=[row.public_id]),
        {"act": "approve", "version": 3},
    )
    assert refused.status_code == 403
    step(leader, "approve")
    step(officer, "publish", publish_on=f"{localtime(now()):%Y-%m-%d}")
    page = client.get(here).content.decode()
    assert "Hội thảo vật liệu mới" in page
    assert "<p>Một.</p>" in page
    assert "&lt;script&gt;Hai" in page
    calendar = client.get(reverse("portal:event_calendar", args=[row.public_id]))
    [entry] = Calendar.from_ical(calendar.content).walk("VEVENT")
    assert (str(entry["summary"]), str(entry["location"])) == (
        "Hội thảo vật liệu mới",
        "Hà Nội",
    )
    asked = reverse("register:correction_new", args=["event", row.public_id])
    edit = officer.get(reverse("publications:article_edit", args=[row.public_id]))
    assert edit["Location"] == asked
    said = {
        "field": "lead_vi",
        "value": "Xin mời.",
        "reason": "Câu chữ",
        "basis": "CV 7",
    }
    proposed = officer.post(asked, said)["Location"]
    assert "Xin mời." not in client.get(here).content.decode()
    assert officer.post(f"{proposed}confirm/").status_code == 403
    confirmed(leader)
    assert leader.post(f"{proposed}confirm/").status_code == 302
    page = client.get(here).content.decode()
    assert ("Xin mời." in page, "Câu chữ" in page, "Mời dự" in page) == (True,) * 3
    step(officer, "withdraw", reason="Hoãn vì bão")
    gone = client.get(here)
    assert gone.status_code == 410
    page = gone.content.decode()
    assert ("Hoãn vì bão" in page, "Xin mời." in page) == (True, False)
    assert officer.get(reverse("publications:articles")).status_code == 200
    assert row.public_id not in client.get(reverse("portal:events")).content.decode()


def test_a_text_written_against_an_older_state_is_shown_and_not_lost(client_of):
    officer = client_of(person(Role.OFFICER))
    post(officer, "article_new", "news", **SAID)
    row = Article.objects.get()
    post(officer, "article_edit", row.public_id, version=1, **SAID | {"title_vi": "A"})
    late = post(
        officer,
        "article_edit",
        row.public_id,
        status=409,
        version=1,
        **SAID | {"title_vi": "Chữ của tôi"},
    )
    assert "Chữ của tôi" in late.content.decode()


def test_strangers_see_neither_drafts_nor_the_pages_of_the_office(client, client_of):
    post(client_of(person(Role.OFFICER)), "article_new", "news", **SAID)
    row = Article.objects.get()
    for who in (Role.EXPERT, Role.APPLICANT, Role.MANAGER):
        reader = client_of(person(who))
        for name, args in (("articles", []), ("article", [row.public_id])):
            url = reverse(f"publications:{name}", args=args)
            assert reader.get(url).status_code == 403
    for where in (
        reverse("portal:news_item", args=[row.public_id]),
        reverse("portal:event", args=[row.public_id]),
    ):
        assert client.get(where).status_code == 404
    assert SAID["title_vi"] not in client.get(reverse("portal:news")).content.decode()


@pytest.mark.parametrize("more", [0, 2])
def test_no_page_costs_more_when_there_is_more(
    client, client_of, django_assert_num_queries, more
):
    for _n in range(more):
        published(client_of)
        published(client_of, "event", **event())
    news = published(client_of)
    coming = published(client_of, "event", **event())
    officer = client_of(person(Role.OFFICER))
    for reader, space, budgets in (
        (officer, "publications", BUDGETS),
        (client, "portal", PORTAL_BUDGETS),
    ):
        for name, number in budgets.items():
            of = {"article": news, "news_item": news, "event": coming}.get(name)
            url = reverse(f"{space}:{name}", args=[of.public_id] if of else [])
            reader.get(url)
            with django_assert_num_queries(number):
                assert reader.get(url).status_code == 200, name


def test_what_an_official_publishes_holds_no_letter_that_nobody_sees(client, client_of):
    turned = {name: f"{text}\u202e\u200b" for name, text in SAID.items()}
    row = published(client_of, **turned | {"link": SAID["link"]})
    assert {name: getattr(row, name) for name in SAID} == SAID
    shown = client.get(reverse("portal:news_item", args=[row.public_id]))
    assert not {"\u202e", "\u200b"} & set(shown.content.decode())
