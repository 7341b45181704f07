"""A plan in the browser: taken up, carried out, checked; findings on their way."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import now

from opensti.domains.assessments import actions, queries
from opensti.domains.assessments.models import Finding, Improvement, Recommendation
from opensti.kernel.access import Role
from tests.factories import assessments as factory
from tests.factories.tasks import person
from tests.papers import word_said

pytestmark = pytest.mark.django_db
BUDGETS = {"plan": 16, "improvement": 20, "findings": 10, "changes": 15}


@pytest.fixture
def owner():
    return factory.factory_owner()


@pytest.fixture
def row(owner):
    factory.rules()
    row, (token,) = factory.opened(owner, at=now())
    factory.say(token, now(), A1=4, A2=3, B1=1)
    return factory.go(owner, row, "close", "check", "score", at=now())


def place(name, thing):
    return reverse(f"assessments:{name}", args=[thing.public_id])


def report_of(row):
    return reverse("assessments:report", args=[row.public_id, "docx"])


def send(browser, name, thing, status=302, /, **said):
    answer = browser.post(place(name, thing), said)
    page = answer.content.decode()
    assert answer.status_code == status, page
    return page


def test_an_owner_takes_up_a_recommendation_and_brings_it_to_its_effect(client_of, owner, row):  # fmt: skip
    browser = client_of(owner)
    page = browser.get(place("plan", row)).content.decode()
    assert ("Khóa học" in page, "item(B1) &lt; 2" in page, "Lãnh đạo 1,0 (1)" in page) == (True,) * 3  # fmt: skip
    advice = Recommendation.objects.get()
    send(browser, "plan", row, act="take", advice=advice.pk, version=advice.version, what="Đi học", owner="Lan", due_on="2030-01-31")  # fmt: skip
    action = Improvement.objects.get()
    for move in ("approve", "begin", "finish"):
        send(browser, "improvement", action, act="move", move=move, words="Đã học.")
    page = send(browser, "improvement", action, 422, **{"act": "check", "score-B1": "3", "words": "Xem."})  # fmt: skip
    assert "Xem." in page
    paper = {"item": "B1", "title": "Sổ", "strength": "e1", "file": SimpleUploadedFile("a.pdf", factory.PDF)}  # fmt: skip
    send(browser, "improvement", action, act="paper", **paper)
    send(browser, "improvement", action, **{"act": "check", "score-B1": "3", "words": "Xem."})  # fmt: skip
    action.refresh_from_db()
    assert (action.state, action.after) == ("effective", {"B1": 3})
    assert "Đi học" in browser.get(place("plan", row)).content.decode()


def test_what_a_plan_refuses_is_told_and_what_was_typed_stays(client_of, owner, row):
    browser = client_of(owner)
    page = send(browser, "plan", row, 422, act="action", what="Mở sổ", cost="1,5", expected="3")  # fmt: skip
    assert "Mở sổ" in page
    advice = Recommendation.objects.get()
    send(browser, "plan", row, 422, act="decline", advice=advice.pk, reason=" ")
    send(browser, "plan", row, 409, act="decline", advice=advice.pk, version=9, reason="x")  # fmt: skip
    send(browser, "plan", row, act="profile", size="small", barrier_money="5", knowledge="no")  # fmt: skip
    assert Recommendation.objects.filter(rule="W3").exists()
    send(browser, "plan", row, act="gap", item="B1", cause="Chưa ai lo.")
    assert "Chưa ai lo." in browser.get(place("plan", row)).content.decode()
    send(browser, "plan", row, 404, act="burn")


def test_an_action_is_linked_to_what_the_house_knows(client_of, owner, row):
    browser = client_of(owner)
    action = factory.improvement(owner, row, at=now())
    page = browser.get(place("improvement", action)).content.decode()
    assert 'value="programme:course"' in page
    send(browser, "improvement", action, act="link", help="programme:course")
    page = send(browser, "improvement", action, 422, act="link", organisation="Không có")  # fmt: skip
    assert "Khóa học" in page
    send(browser, "improvement", action, act="unlink", link=action.links.get().pk)
    send(browser, "improvement", action, act="edit", version=action.version, what="Sổ mới", expected="4")  # fmt: skip
    action.refresh_from_db()
    assert (action.what, action.expected) == ("Sổ mới", 4)


def test_the_plan_stands_in_the_report_of_whoever_sees_it(client_of, owner, row):
    factory.improvement(owner, row, at=now(), what="zqbisoq", cost=Decimal(5_000_000))
    word = word_said(client_of(owner).get(report_of(row)).content)
    assert ("zqbisoq" in word, "5.000.000" in word) == (True, True)
    actions.share(actor=owner, organisation_id=row.organisation_id, audience="ministry", at=now())  # fmt: skip
    word = word_said(client_of("officer").get(report_of(row)).content)
    assert ("zqbisoq" in word, "1. Tóm tắt" in word) == (False, True)


def test_a_finding_is_brought_to_its_end_by_both_sides(client_of, owner):
    adviser = factory.advised(owner, now())
    row, (token,) = factory.opened(owner, at=now())
    factory.say(token, now(), A1=4, A2=4, B1=4)
    actions.note_finding(actor=adviser, assessment_id=row.pk, item="A2", grade="minor", text="Thiếu.", at=now())  # fmt: skip
    row = factory.go(owner, row, "close", "check", "score", at=now())
    ours, theirs = client_of(owner), client_of(adviser)
    one = Finding.objects.get().pk
    send(ours, "findings", row, 422, act="cause", finding=one, words="")
    for browser, act in ((ours, "cause"), (ours, "action"), (theirs, "verify"), (ours, "close")):  # fmt: skip
        send(browser, "findings", row, act=act, finding=one, words="Có.")
    assert Finding.objects.get().state == "closed"
    member = client_of(factory.member(factory.house(owner)))
    assert member.get(place("findings", row)).status_code == 404


def test_no_page_of_a_plan_is_shown_outside(client_of, owner, row):
    action = factory.improvement(owner, row, at=now())
    actions.share(actor=owner, organisation_id=factory.house(owner), audience="ministry", at=now())  # fmt: skip
    pages = [place("plan", row), place("findings", row), place("improvement", action)]
    for stranger in (factory.factory_owner(), person(Role.OFFICER), person(Role.AUDITOR)):  # fmt: skip
        browser = client_of(stranger)
        assert [browser.get(page).status_code for page in pages] == [404] * 3
    browser = client_of(owner)
    assert [browser.get(page).status_code for page in pages] == [200] * 3


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("name", BUDGETS)
def test_a_page_costs_the_same_with_one_and_three_rows(client_of, owner, name, rows, django_assert_num_queries):  # fmt: skip
    adviser = factory.advised(owner, now())
    factory.rules()
    if name == "changes":
        factory.reported(owner)
    row, tokens = factory.opened(owner, *["top"] * rows, at=now())
    for token in tokens:
        factory.say(token, now(), A1=4, A2=3, B1=1)
    for _n in range(rows):
        actions.note_finding(actor=adviser, assessment_id=row.pk, item="A2", grade="minor", text="x", at=now())  # fmt: skip
    row = factory.go(owner, row, "close", "check", "score", at=now())
    for _n in range(rows):
        action = factory.improvement(owner, row, at=now())
    actions.link_improvement(actor=owner, improvement_id=action.pk, kind="programme", key="course", at=now())  # fmt: skip
    browser = client_of(owner)
    page = place(name, action if name == "improvement" else row)
    browser.get(page)
    with django_assert_num_queries(BUDGETS[name]):
        assert browser.get(page).status_code == 200


def test_an_organisation_looks_at_its_module_and_freezes_it(client_of, owner):
    factory.small()
    browser, at = client_of(owner), reverse("assessments:modules")
    said = {"organisation": factory.house(owner), "act": "look"}
    module = json.dumps(factory.small_module())
    page = browser.post(at, said | {"file": SimpleUploadedFile("m.yaml", module.encode())})  # fmt: skip
    assert ("Mức 5" in page.content.decode(), queries.own_modules(owner).count()) == (True, 0)  # fmt: skip
    wrong = module.replace('"clause": "G"', '"clause": "H"')
    page = browser.post(at, said | {"text": wrong, "act": "keep"})
    assert (page.status_code, "items[G1].clause" in page.content.decode()) == (422, True)  # fmt: skip
    for text in ("", "a: &a 1\nb: *a", "include: x.yaml", "framework: ["):
        assert browser.post(at, said | {"text": text}).status_code == 422
    assert browser.post(at, said | {"text": module, "act": "keep"}).status_code == 302
    (version,) = queries.own_modules(owner)
    assert (version.framework.code, version.number) == ("green", 1)
    assert queries.own_modules(factory.factory_owner()).count() == 0
    assert client_of(person(Role.OFFICER)).get(at).status_code == 403


def test_what_changed_and_what_a_budget_buys_are_shown(client_of, owner, row):
    browser = client_of(owner)
    assert browser.get(place("changes", row)).status_code == 404
    action = factory.improvement(
        owner, row, at=now(), items=["A1"], cost=Decimal(5_000_000)
    )
    page = browser.get(place("plan", row), {"budget": "6.000.000"}).content.decode()
    assert page.count(action.what) == 2
    assert "0,040" in page
    again, (token,) = factory.opened(owner, at=now())
    factory.say(token, now(), A1=4, A2=3, B1=2)
    factory.go(owner, again, "close", "check", "score", at=now())
    page = browser.get(place("changes", again)).content.decode()
    assert ("+1,0" in page, "1 → 2" in page, "Quy tắc W1" in page) == (True,) * 3
