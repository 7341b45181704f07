"""Assessments in the browser: run, judged, read, handed out; hidden from all others."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime, time, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import localdate, now

from opensti.domains.assessments import actions, queries
from opensti.domains.assessments.models import Assessment, Evidence, Profile, Sharing
from opensti.domains.assessments.queries.peers import quarter_day
from opensti.kernel.access import Role
from opensti.web.assessments.reading import Shown
from opensti.web.assessments.reports import blocks_of, plan_blocks
from tests.factories import assessments as factory
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db
BUDGETS = {"assessments": 9, "assessment": 13, "result": 10}


@pytest.fixture
def owner():
    return factory.factory_owner()


@pytest.fixture
def browser(client_of, owner):
    return client_of(owner)


def place(name, *args):
    return reverse(f"assessments:{name}", args=args)


def text(browser, name, *args, status=200):
    answer = browser.get(place(name, *args))
    assert answer.status_code == status
    return answer.content.decode()


def act(browser, row, act, /, status=302, **said):
    answer = browser.post(place("assessment", row.public_id), {"act": act, **said})
    assert answer.status_code == status
    return answer.content.decode()


def test_an_owner_runs_an_assessment_by_its_pages(browser, owner, client):
    factory.small()
    said = {
        "organisation": factory.house(owner),
        "title": "Năm 2026",
        "framework": "small",
        "form": "short",
        "approach": "self",
        "target": "3",
    }
    assert browser.post(place("new"), said).status_code == 302
    row = Assessment.objects.get()
    page = act(browser, row, "invite", status=200, name="Chị Lan", role="top")
    link = re.search(r"/assess/([\w-]{32})/", page)[0]
    assert link not in text(browser, "assessment", row.public_id)
    act(browser, row, "step", step="open")
    for part, items in (("A", ("A1", "A2")), ("B", ("B1",))):
        answers = {f"score-{item}": "4" for item in items} | {"importance": "4"}
        assert client.post(f"{link}{part}/", answers).status_code == 302
    paper = {"item": "A1", "title": "Sổ", "strength": "e1"}
    file = SimpleUploadedFile("a.pdf", factory.PDF)
    act(browser, row, "paper", file=file, **paper)
    for step in ("close", "check", "score", "report"):
        act(browser, row, "step", step=step)
    page = text(browser, "result", row.public_id)
    assert page.count("<svg xmlns") >= 6
    assert "Chị Lan" not in page
    kept = Evidence.objects.get()
    file = browser.get(place("file", kept.file_id))
    assert b"".join(file.streaming_content) == factory.PDF
    file.close()


def test_an_adviser_checks_finds_and_validates(client_of, owner):
    row, (token,) = factory.opened(owner, at=now())
    factory.say(token, now(), A1=4, A2=4, B1=4)
    paper = factory.shown(owner, row, "A2", now())
    adviser = client_of(factory.advised(owner, now()))
    act(adviser, row, "check", paper=paper.pk)
    act(adviser, row, "finding", item="A2", grade="minor", text="Thiếu ngày.")
    factory.go(owner, row, "close", "check", "score", "report", at=now())
    act(adviser, row, "step", step="validate", words="Đã xem tại chỗ.")
    page = text(adviser, "result", row.public_id)
    assert "lỗi nhỏ" in page.lower() or "minor" in page.lower()


def test_what_a_meeting_agrees_on_is_chosen_and_never_guessed(browser, owner):
    row, (one, two) = factory.opened(owner, "top", "mgr", at=now())
    factory.say(one, now(), A1=0, A2=3, B1=3)
    factory.say(two, now(), A1=5, A2=3, B1=3)
    row = factory.go(owner, row, "close", "meet", at=now())
    said = {"item": "A1", "reason": "Đã bàn."}
    act(browser, row, "agree", status=422, **said, score="")
    assert not row.agreed.exists()
    act(browser, row, "agree", **said, score="na")
    assert row.agreed.get().score is None


def test_what_is_refused_says_so_and_keeps_what_was_typed(browser, owner):
    row = factory.drafted(owner)
    page = act(browser, row, "invite", status=422, name="Anh Bình", role="boss")
    assert "Anh Bình" in page
    act(browser, row, "burn", status=404)
    act(browser, row, "step", status=409, step="score")


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_the_report_is_handed_out(browser, owner, kind):
    row = factory.reported(owner)
    answer = browser.get(place("report", row.public_id, kind))
    assert answer.status_code == 200
    assert answer.content[:4] == {"pdf": b"%PDF", "docx": b"PK\x03\x04"}[kind]
    assert browser.get(place("report", row.public_id, "txt")).status_code == 404


def test_the_own_past_is_compared_where_the_same_was_asked(browser, owner):
    first = factory.reported(owner)
    again = factory.reported(owner, at=now())
    factory.reported(owner, form="short", at=now())
    assert "So với các lần trước" in text(browser, "result", again.public_id)
    assert "So với các lần trước" not in text(browser, "result", first.public_id)


def test_sharing_is_said_and_taken_back_on_its_page(browser, owner):
    of = factory.house(owner)
    said = {"act": "share", "organisation": of, "audience": "ministry"}
    assert browser.post(place("sharing"), said).status_code == 302
    row = Sharing.objects.get()
    browser.post(place("sharing"), {"act": "end", "sharing": row.pk})
    row.refresh_from_db()
    assert row.until is not None


def test_a_class_is_stated_on_the_page_of_sharing(browser, owner):
    of = factory.house(owner)
    said = {"act": "describe", "organisation": of, "economy": "VNM", "sector": "C"}
    assert browser.post(place("sharing"), said).status_code == 422
    assert not Profile.objects.exists()
    answer = browser.post(place("sharing"), said | {"size": "small"})
    assert answer.status_code == 302
    assert "10 đến 49 người" in text(browser, "sharing")


def test_peers_are_told_to_the_organisation_on_its_page_and_in_its_report(client_of):
    """Frozen on the first day of this quarter; the officer reads the result without it."""
    today = now()
    before = datetime.combine(quarter_day(localdate(today)), time(3), UTC) - timedelta(
        days=3
    )
    houses = []
    for score in (0, 1, 1, 2, 2):
        owner = factory.factory_owner()
        of = factory.house(owner)
        row, (token,) = factory.opened(owner, at=before)
        factory.say(token, before, A1=score, A2=score, B1=score)
        factory.go(owner, row, "close", "check", "score", "report", at=before)
        actions.describe(
            actor=owner,
            organisation_id=of,
            economy="VNM",
            sector="C",
            size="small",
            at=before,
        )
        for audience in ("peers", "ministry"):
            actions.share(actor=owner, organisation_id=of, audience=audience, at=before)
        houses.append((owner, row))
    owner, row = houses[0]
    why = "Kết quả này chưa nằm trong bảng so sánh nào"
    assert why in text(client_of(owner), "result", row.public_id)
    actions.freeze_peers(at=today)
    page = text(client_of(owner), "result", row.public_id)
    assert (
        page.count("Việt Nam · công nghiệp chế biến, chế tạo · nhỏ: 10 đến 49 người")
        == 3
    )
    officer = client_of(person(Role.OFFICER))
    assert "So với các tổ chức tương tự" not in text(officer, "result", row.public_id)
    rows = [shown_to(one, row) for one in (owner, person(Role.OFFICER))]
    assert [
        [b["rows"] for b in blocks if b["kind"] == "table" and "Nhóm" in b["columns"]]
        for blocks in rows
    ] == [
        [
            [
                [
                    name,
                    "10",
                    "5",
                    "Việt Nam · công nghiệp chế biến, chế tạo · nhỏ: 10 đến 49 người",
                ]
                for name in ("A. Phần A", "B. Phần B", "Tất cả các phần")
            ]
        ],
        [],
    ]


def test_a_report_has_pictures_in_both_kinds_and_says_what_stands_in_them(
    owner, browser
):
    factory.reported(owner)
    row = factory.reported(owner, at=now())
    word = browser.get(place("report", row.public_id, "docx")).content
    with zipfile.ZipFile(io.BytesIO(word)) as packed:
        pictures = [n for n in packed.namelist() if n.startswith("word/media/")]
        body = packed.read("word/document.xml").decode()
    assert len(pictures) == 4  # radar, bars, quadrants, the last time
    assert body.count('descr="') == 4
    assert 'descr="Điểm có minh chứng, lần trước và lần này"' in body
    assert "1. Tóm tắt" in body


def test_an_improvement_plan_comes_into_the_report_as_rows():
    row = ["Viết chính sách", "Giám đốc", "31/12/2026", "0", "L05: 2 → 3"]
    (table,) = plan_blocks([row])
    assert (table["rows"], len(table["columns"])) == ([row], 5)
    (words,) = plan_blocks([])
    assert words["kind"] == "paragraph"


def shown_to(actor, row):
    """The blocks of the report as this person gets them."""
    found = queries.result(actor, row)
    return blocks_of(
        Shown(
            row=row,
            asked=queries.asked_of(row),
            found=found,
            earlier=queries.earlier_results(actor, row, found),
            peers=queries.among_peers(actor, row, found, today=localdate()),
        )
    )


def test_no_page_shows_anything_to_others_until_it_is_shared(client_of, owner):
    row = factory.reported(owner, title="zqbimatqz")
    paper = Evidence(public_id="x")
    others = {
        "other owner": client_of(factory.factory_owner()),
        "officer": client_of(person(Role.OFFICER)),
        "leader": client_of(person(Role.LEADER)),
        "expert": client_of(person(Role.EXPERT)),
        "auditor": client_of(person(Role.AUDITOR)),
        "admin": client_of(person(Role.ADMIN)),
    }
    places = [
        place("assessments"),
        place("assessment", row.public_id),
        place("result", row.public_id),
        place("report", row.public_id, "pdf"),
        place("file", paper.public_id),
    ]

    def learnt():
        return {
            who
            for who, browser in others.items()
            for at in places
            if "zqbimatqz" in (answer := browser.get(at)).content.decode(errors="ignore")
            or (at != places[0] and answer.status_code == 200)
        }  # fmt: skip

    assert learnt() == set()
    of = factory.house(owner)
    actions.share(actor=owner, organisation_id=of, audience="ministry", at=now())
    assert learnt() == {"officer", "leader"}


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("name", BUDGETS)
def test_a_page_costs_the_same_with_one_and_three_rows(
    browser, owner, name, rows, django_assert_num_queries
):
    row, tokens = factory.opened(owner, *["top"] * rows, at=now())
    for token in tokens:
        factory.say(token, now(), A1=4, A2=3, B1=1)
    for _n in range(rows):
        factory.shown(owner, row, "A1", now())
    factory.go(owner, row, "close", "check", "score", at=now())
    for _n in range(rows - 1):
        factory.drafted(owner)
    args = () if name == "assessments" else (row.public_id,)
    text(browser, name, *args)
    with django_assert_num_queries(BUDGETS[name]):
        text(browser, name, *args)
