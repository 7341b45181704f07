"""Pages of councils, where the council rates finished work."""

from __future__ import annotations

import pytest
from django.urls import reverse

from opensti.domains.panels import actions as panel_actions
from opensti.domains.panels import queries as panel_queries
from tests.factories import acceptance as factory
from tests.factories import panels as panel_factory
from tests.factories.meetings import begun, voting

pytestmark = pytest.mark.django_db


def page(client, name, *args, status=200, **query):
    response = client.get(reverse(f"panels:{name}", args=args), query)
    assert response.status_code == status, response.content.decode()[:2000]
    return response


def text(client, name, *args, **more):
    return page(client, name, *args, **more).content.decode()


def test_the_results_and_the_minutes_say_levels_product_by_product(client_of):
    work = factory.handed_in()
    council, _members = factory.judged(work, *["excellent"] * 6, "pass")
    officer = client_of(work.officer)
    shown = text(officer, "results", council.public_id)
    for said in (
        "Xuất sắc: 6",
        "Đạt: 1",
        "Dây chuyền: Số lượng",
        '12 <span lang="vi">bộ</span>',
    ):
        assert said in shown
    assert "Kinh phí đề xuất" not in shown
    for kind, start in (("docx", b"PK"), ("pdf", b"%PDF")):
        got = page(officer, "minutes", council.public_id, kind)
        assert got.content.startswith(start)
    for name in ("council", "meeting", "minutes_page"):
        text(officer, name, council.public_id)
    assert text(officer, "item", factory.item_of(council).public_id)
    assert "nghiệm thu đạt" in text(officer, "items")


def test_an_acceptance_council_is_not_formed_from_lists(client_of):
    work = factory.handed_in()
    officer = client_of(work.officer)
    assert 'value="acceptance"' not in text(officer, "council_new")
    page(officer, "council_new", status=404, kind="acceptance")
    page(officer, "formation_new", status=404, kind="acceptance")


def in_session(work, method, monkeypatch):
    monkeypatch.setattr(panel_factory, "OPENING", factory.MEETING)
    council, members = factory.council_of(work)
    secretary = work.funded.story.office.secretary
    panel_actions.mark_attendance(
        actor=secretary,
        council_id=council.pk,
        present=list(council.seats.values_list("pk", flat=True)),
        counters=[panel_factory.seat_of(council, m).pk for m in members[4:6]],
        at=factory.MEETING,
    )
    panel_actions.open_meeting(
        actor=secretary, council_id=council.pk, at=factory.MEETING
    )
    panel_actions.decide_method(
        actor=secretary,
        council_id=council.pk,
        method=method,
        votes_for=7,
        at=factory.MEETING,
    )
    item = factory.item_of(council)
    begun(work.funded.story.office, item)
    return council, members, voting(work.funded.story.office, item)


def test_the_secret_ballot_asks_for_levels(client_of, monkeypatch):
    work = factory.handed_in()
    _council, members, poll = in_session(work, "secret", monkeypatch)
    shown = text(client_of(members[0]), "secret", poll.public_id)
    for code in ("excellent", "pass", "fail", "blank"):
        assert f'name="vote" value="{code}"' in shown
    assert f'name="vote-{work.keys[0]}-quantity"' in shown


def test_the_count_on_paper_names_the_levels(client_of, monkeypatch):
    work = factory.handed_in()
    council, members, poll = in_session(work, "paper", monkeypatch)
    moment = factory.MEETING
    for module in ("live",):
        monkeypatch.setattr(f"opensti.web.panels.{module}.now", lambda: moment)
    keeper = client_of(work.funded.story.office.secretary)
    assert 'name="level-fail"' in text(keeper, "session", council.public_id)
    sent = keeper.post(
        reverse("panels:session", args=[council.public_id]),
        {
            "act": "enter_count",
            "poll": poll.public_id,
            "issued": "7",
            "level-excellent": "0",
            "level-pass": "5",
            "level-fail": "1",
            "invalid": "1",
        },
    )
    assert sent.status_code == 302
    poll.refresh_from_db()
    assert poll.counts == {"excellent": 0, "pass": 5, "fail": 1}
    shown = text(client_of(members[4]), "mine", council.public_id)
    assert "<dt>Đạt</dt><dd>5</dd>" in shown


def test_a_reviewer_writes_on_finished_work_before_the_meeting(client_of, monkeypatch):
    work = factory.handed_in()
    council, members = factory.council_of(work)
    item = factory.item_of(council)
    reviewer = members[2]
    panel_actions.assign_reviewers(
        actor=work.funded.story.office.secretary,
        item_id=item.pk,
        seat_ids=[panel_factory.seat_of(council, reviewer).pk],
        due_on=None,
        at=factory.FORMED,
    )
    monkeypatch.setattr("opensti.web.panels.reviewing.now", lambda: factory.FORMED)
    client = client_of(reviewer)
    assert "Dây chuyền: Chất lượng, chủng loại" in text(
        client, "review", item.public_id
    )
    data = {f"vote-{k}": v for k, v in factory.marks(work, "pass").items()}
    data |= {"act": "hand_in", "confidence": "high", "opinion": "Đạt yêu cầu."}
    sent = client.post(reverse("panels:review", args=[item.public_id]), data)
    assert sent.status_code in (302, 422), sent.content.decode()[:500]
    assert panel_queries.own_review(
        reviewer, panel_queries.item(reviewer, item.public_id)
    )
