"""The pages of councils: the whole walk by forms, what is refused, and what they cost."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from opensti.domains.accounts.models import RoleGrant, User
from opensti.domains.panels import actions, queries
from opensti.domains.panels.models import (
    Ballot,
    Council,
    ExpertRanking,
    RankedExpert,
    Recusal,
    Seat,
)
from opensti.domains.panels.queries import sheet_of
from opensti.domains.registry.models import Person
from opensti.kernel.access import Role
from opensti.web.panels.documents import minutes_document, score_document
from tests.factories import calls, panels, portfolios
from tests.factories.kept import kept
from tests.factories.tasks import person
from tests.web.panels.test_meetings import BUDGETS as MEETINGS

pytestmark = pytest.mark.django_db
SINCE = panels.AT.date().replace(year=2020)


@pytest.fixture(autouse=True)
def place_and_time(settings, tmp_path, monkeypatch):
    settings.OPENSTI_DATA_DIR = tmp_path
    for module in (
        "councils",
        "seats",
        "experts",
        "sessions",
        "reviewing",
        "preparing",
        "taking",
        "answering",
    ):
        monkeypatch.setattr(f"opensti.web.panels.{module}.now", lambda: panels.AT)


@pytest.fixture
def office():
    return panels.Office.new()


@pytest.fixture
def dossier(office):
    return panels.eligible_dossiers(office)[0]


def sign_in(client, actor, *roles):
    """The browser of somebody whom a factory made."""
    user = User.objects.get(pk=actor.user_id)
    for role in roles or actor.roles - {Role.PUBLIC}:
        RoleGrant.objects.get_or_create(user=user, role=role, since=SINCE)
    client.force_login(user)
    return client


def text(response):
    return response.content.decode()


def cost(client, url):
    """How many queries of council, case, registry and record a page asks, after the first."""
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        response = client.get(url)
    assert response.status_code == 200, text(response)[:2000]
    return len(asked)


@kept
def judged(office, number):
    """A council on some dossiers whose every member cast every ballot, in session."""
    council, members = panels.prepared(
        office, dossiers=panels.eligible_dossiers(office, number)
    )
    panels.in_session(office, council)
    for n in range(1, number + 1):
        item = panels.item_of(council, n)
        for member in members:
            panels.cast(member, item, panels.scored(sheet_of(item), "80"))
    return council, members


def test_an_officer_forms_a_council_gives_seats_and_sets_it_up(client, office, dossier):
    sign_in(client, office.officer)
    sign_in(client, office.secretary)
    sign_in(client, office.officer)
    page = client.get(reverse("panels:council_new"))
    assert dossier.code in text(page)
    answer = client.post(
        reverse("panels:council_new"),
        {
            "kind": "selection",
            "title_vi": "Hội đồng số 1",
            "ids": [dossier.pk],
            "secretary": office.secretary.user_id,
        },
    )
    council = Council.objects.get()
    seats = reverse("panels:council_seats", args=[council.public_id])
    assert answer.url == seats
    for role in panels.GRANT_SEATS:
        answer = client.post(
            seats,
            {"act": "add", "person": panels.expert().person_id, "role": role},
        )
        assert answer.status_code == 302
    step = reverse("panels:council_step", args=[council.public_id])
    answer = client.post(
        step,
        {
            "act": "set_up",
            "decision_number": "215/QĐ-BCT",
            "decided_on": "2026-07-03",
            "secretary": office.secretary.user_id,
        },
    )
    assert answer.status_code == 302
    council.refresh_from_db()
    assert (council.state, council.decision_number) == ("set_up", "215/QĐ-BCT")


def test_a_council_in_session_is_marked_as_being_there_now(client, office, dossier):
    council, _members = panels.prepared(office, dossiers=[dossier])
    panels.in_session(office, council)
    sign_in(client, office.secretary)
    client.cookies["django_language"] = "en"
    page = text(client.get(reverse("panels:council", args=[council.public_id])))
    steps = re.search(r'<ol class="steps".*?</ol>', page, re.DOTALL)[0]
    assert " ".join(re.sub(r"<[^>]+>", " ", steps).split()) == (
        "Formed (done) Set up by decision (done) Documents sent (done) "
        "In session (now) Concluded (to come) Minutes adopted (to come)"
    )


def test_many_ballots_are_one_line_that_opens_to_the_single_ones(client, office):
    council, members = judged(office, 1)
    sign_in(client, office.secretary)
    client.cookies["django_language"] = "en"
    page = text(client.get(reverse("panels:council", args=[council.public_id])))
    timeline = re.search(r'<ol class="timeline">.*?</ol>', page, re.DOTALL)[0]
    assert timeline.count(f"cast a ballot: {len(members)} times") == 1
    run = re.search(r"<details>.*?</details>", timeline, re.DOTALL)[0]
    assert run.count("<li>") == len(members)


def test_a_refused_act_says_why_and_keeps_what_was_typed(client, office, dossier):
    council = panels.formed(office, dossiers=[dossier])
    sign_in(client, office.officer)
    answer = client.post(
        reverse("panels:council_step", args=[council.public_id]),
        {"act": "set_up", "decision_number": "215/QĐ-BCT", "decided_on": "2026-07-03"},
    )
    assert answer.status_code == 422
    assert 'value="215/QĐ-BCT"' in text(answer)
    assert "Điều 5.2-5.3 TT 25/2026/TT-BCT" in text(answer)
    assert "TT25 Art" not in text(answer)


def test_a_member_accepts_and_declares_a_conflict_on_one_page(client, office):
    council, members = panels.prepared(
        office, dossiers=panels.eligible_dossiers(office, 2), accept=False
    )
    sign_in(client, members[0])
    url = reverse("panels:invitation", args=[council.public_id])
    first, second = panels.item_of(council, 1), panels.item_of(council, 2)
    assert first.dossier.title_vi in text(client.get(url))
    signed = {"undertaking": queries.undertaking_text().digest}
    refused = client.post(url, {"answer": "accept", "has_conflict": first.pk, **signed})
    assert (refused.status_code, Recusal.objects.count()) == (422, 0)
    answer = client.post(
        url,
        {
            "answer": "accept",
            **signed,
            "has_conflict": first.pk,
            f"conflict-{first.pk}": "Cùng phòng thí nghiệm.",
        },
    )
    assert answer.status_code == 302
    page = text(client.get(reverse("panels:council", args=[council.public_id])))
    assert first.dossier.code not in page
    assert second.dossier.code in page
    gone = client.get(reverse("panels:item", args=[first.public_id]))
    assert gone.status_code == 404


def test_a_ballot_is_autosaved_handed_in_and_taken_back(client, office, dossier):
    council, members = panels.prepared(office, dossiers=[dossier])
    item = panels.item_of(council)
    sign_in(client, members[0])
    url = reverse("panels:ballot", args=[item.public_id])
    save = reverse("panels:ballot_autosave", args=[item.public_id])
    leaf = sheet_of(item).leaves()[0]
    said = client.post(save, {f"score-{leaf.id}": "9", "version": "0"}).json()
    assert (said["version"], said["problems"]) == (1, [])
    stale = client.post(save, {f"score-{leaf.id}": "8", "version": "0"})
    assert stale.status_code == 409
    refused = client.post(
        url, {"act": "cast", f"score-{leaf.id}": "99", "version": "1", "opinion": "Tốt"}
    )
    assert refused.status_code == 422
    assert f'id="score-{leaf.id}_error"' in text(refused)
    assert 'value="99"' in text(refused)
    sheet = panels.scored(sheet_of(item), "80")
    form = {"act": "cast", "version": "1", "opinion": sheet.opinion}
    form |= {f"score-{k}": v for k, v in sheet.scores.items()}
    form |= {f"comment-{k}": v for k, v in sheet.comments.items()}
    assert client.post(url, form).status_code == 302
    assert Ballot.objects.get().state == "cast"
    assert "readonly" in text(client.get(url))
    assert client.post(url, {"act": "withdraw"}).status_code == 302
    assert Ballot.objects.get().state == "draft"


def test_the_secretary_keeps_the_meeting_and_hands_out_its_papers(
    client, office, dossier
):
    council, members = panels.prepared(office, dossiers=[dossier])
    item = panels.item_of(council)
    sign_in(client, office.secretary)
    url = reverse("panels:meeting", args=[council.public_id])
    refused = client.post(url, {"act": "open"})
    assert refused.status_code == 422
    seats = list(Seat.objects.values_list("pk", flat=True))
    assert client.post(url, {"act": "attendance", "present": seats}).status_code == 302
    assert client.post(url, {"act": "open"}).status_code == 302
    for member in members:
        panels.cast(member, item, panels.scored(sheet_of(item), "80"))
    part = client.get(url + "?part=progress", headers={"hx-request": "true"})
    assert re.findall(r'value="(\d+)" max="(\d+)"', text(part)) == [("7", "7")]
    answer = client.post(
        url, {"act": "conclude", f"recommendation-{item.pk}": "Rút gọn nội dung 3."}
    )
    results = reverse("panels:results", args=[council.public_id])
    assert answer.url == results
    assert "Rút gọn nội dung 3." in text(client.get(results))
    client.post(results, {"act": "write", "text": "Hội đồng nhất trí."})
    assert client.post(results, {"act": "adopt"}).status_code == 302
    for name in ("minutes", "scores"):
        for kind, begins in (("pdf", b"%PDF"), ("docx", b"PK")):
            paper = client.get(
                reverse(f"panels:{name}", args=[council.public_id, kind])
            )
            assert paper.content[:4].startswith(begins)


def test_the_results_say_every_figure_in_both_languages(client, office):
    council, _members = judged(office, 1)
    panels.concluded(office, council)
    sign_in(client, office.secretary)
    url = reverse("panels:results", args=[council.public_id])
    vietnamese = text(client.get(url, headers={"accept-language": "vi"}))
    english = text(client.get(url, headers={"accept-language": "en"}))
    assert "Mean 80 is at least 70: yes." in english
    assert "Trung bình 80 đạt ít nhất 70: đúng." in vietnamese


def test_the_minutes_go_by_rank_with_their_own_numbers_and_name_the_agenda(office):
    council, members = panels.prepared(
        office, dossiers=panels.eligible_dossiers(office, 3)
    )
    panels.in_session(office, council)
    for n, points in ((1, "72"), (2, "90"), (3, "81")):
        for member in members:
            item = panels.item_of(council, n)
            panels.cast(member, item, panels.scored(sheet_of(item), points))
    council = panels.concluded(office, council)
    with override("en"):
        found = queries.minutes_of(office.secretary, council, whole=True)
        blocks = minutes_document(found, [], queries.rule_of(council))["blocks"]
    starts = [n for n, b in enumerate(blocks) if b["kind"] == "article"]
    assert [
        (blocks[n]["label"], *(row[1] for row in blocks[n + 1]["rows"][:2]))
        for n in starts
    ] == [("3.1.", "2", "1"), ("3.2.", "3", "2"), ("3.3.", "1", "3")]
    assert [row[0] for row in blocks[starts[0] + 1]["rows"][:2]] == [
        "Number on the agenda",
        "Rank",
    ]
    assert blocks[starts[0] - 1]["text"].startswith("Order by order and by rank")


def test_the_papers_and_the_page_show_order_by_order_who_competes(client):
    story = portfolios.judged("72", "95", "90", orders=2)
    council = Council.objects.get()
    a, b, c = story.dossiers
    secretary = story.office.secretary
    with override("en"):
        found = queries.minutes_of(secretary, council, whole=True)
        said = [
            block["text"]
            for block in minutes_document(found, [], queries.rule_of(council))["blocks"]
            if block["kind"] in {"paragraph", "article"}
        ]
        scores = score_document(found)["blocks"]
    first = f"Order {a.order.code}: {a.order.title_en}"
    limit = "Only one dossier of the order can be approved, Art. 6-13, Circular 25/2026/TT-BCT."
    of_first = [first, limit, *(f"{d.code} {d.title_vi}" for d in (c, a))]
    of_second = [
        f"Order {b.order.code}: {b.order.title_en}",
        f"{b.code} {b.title_vi}",
    ]
    at = said.index(first)
    assert said[at : at + 4] == of_first
    at = said.index(of_second[0])
    assert said[at : at + 2] == of_second
    assert {
        table["title"]: [(row[0], row[1].split()[0]) for row in table["rows"]]
        for table in scores
        if table["columns"][0] == "Rank"
    } == {
        first: [(1, c.code), (2, a.code)],
        of_second[0]: [(1, b.code)],
    }
    sign_in(client, secretary)
    agenda = text(client.get(reverse("panels:council", args=[council.public_id])))
    assert [agenda.count(f"Đặt hàng {o.code}") for o in (a.order, b.order)] == [2, 1]
    page = text(client.get(reverse("panels:results", args=[council.public_id])))
    for order in (a.order, b.order):
        assert f"Đặt hàng {order.code}" in page
    assert page.count("đạt, xếp sau hồ sơ khác") == 2  # in the summary and by itself
    # Where one dossier alone answers an order nobody needs to be told of a limit.
    assert page.count("Mỗi đặt hàng chỉ phê duyệt một hồ sơ.") == 1
    assert "Không theo đặt hàng" not in page


def test_the_secretary_recommends_a_place_among_the_dossiers_of_an_order(client):
    story = portfolios.handed_in(2)
    dossiers = [calls.eligible(story.officer, d) for d in story.dossiers]
    council, _members = panels.prepared(story.office, dossiers=dossiers)
    panels.in_session(story.office, council)
    sign_in(client, story.office.secretary)
    page = text(client.get(reverse("panels:meeting", args=[council.public_id])))
    assert page.count("Thứ hạng đề nghị trong các hồ sơ cùng đặt hàng") == 2
    assert page.count(f"Đặt hàng {dossiers[0].order.code}") == 2


def test_the_page_warns_of_missing_reviewers_and_asks_before_sending(client, office):
    council = panels.formed(office, dossiers=panels.eligible_dossiers(office))
    panels.seated(office, council)
    panels.set_up(office, council)
    sign_in(client, office.secretary)
    where = reverse("panels:council", args=[council.public_id])
    step = reverse("panels:council_step", args=[council.public_id])
    client.post(step, {"act": "schedule", "meeting_at": "2026-07-20T09:00"})
    page = text(client.get(where))
    assert "1 mục trong chương trình họp chưa có phản biện" in page
    refused = client.post(step, {"act": "send_documents"})
    assert (refused.status_code, "without_reviewers" in text(refused)) == (422, True)
    sent = client.post(step, {"act": "send_documents", "without_reviewers": "1"})
    assert sent.status_code == 302


def test_a_stranger_finds_none_of_the_pages(client, office):
    council, _members = judged(office, 1)
    item = panels.item_of(council)
    sign_in(client, panels.expert())
    for name, args in (
        ("council", [council.public_id]),
        ("invitation", [council.public_id]),
        ("meeting", [council.public_id]),
        ("results", [council.public_id]),
        ("minutes", [council.public_id, "pdf"]),
        ("item", [item.public_id]),
        ("item_paper", [item.public_id, "x"]),
        ("ballot", [item.public_id]),
    ):
        assert client.get(reverse(f"panels:{name}", args=args)).status_code == 404, name
    for name in ("councils", "items", "ballots"):
        assert council.title_vi not in text(client.get(reverse(f"panels:{name}")))


def test_a_member_has_no_page_of_the_meeting_and_a_keeper_no_ballot(client, office):
    council, members = judged(office, 1)
    sign_in(client, members[0])
    assert (
        client.get(reverse("panels:meeting", args=[council.public_id])).status_code
        == 403
    )
    sign_in(client, office.secretary)
    item = panels.item_of(council)
    assert (
        client.get(reverse("panels:ballot", args=[item.public_id])).status_code == 404
    )


def test_search_and_exports_of_a_recused_member_leave_the_item_out(client, office):
    council, members = judged(office, 2)
    first, second = panels.item_of(council, 1), panels.item_of(council, 2)
    sign_in(client, members[0])
    urls = [
        reverse("panels:items") + "?q=nhiem vu",
        reverse("panels:items") + "?export=csv",
        reverse("panels:ballots") + "?q=nhiem vu",
        reverse("panels:ballots") + "?export=csv",
    ]

    def told(url):
        answer = client.get(url)
        body = (
            b"".join(answer.streaming_content).decode()
            if answer.streaming
            else text(answer)
        )
        return [t.dossier.title_vi in body for t in (first, second)]

    assert [told(u) for u in urls] == [[True, True]] * 4
    actions.recuse(
        actor=office.secretary,
        item_id=first.pk,
        seat_id=panels.seat_of(council, members[0]).pk,
        reason="Anh em.",
        at=panels.OPENING,
    )
    assert [told(u) for u in urls] == [[False, True]] * 4


# Six of each say who is asking; one reads the views kept under a name on lists.
OWN = {
    "councils": 9,
    "items": 9,
    "ballots": 9,
    "council": 19,
    "meeting": 14,
    "results": 10,
    "item": 27,
    "ballot": 11,
    "council_seats": 9,
    "invitation": 10,
    "reviews": 9,
    "knowing": 15,
    "reading_room": 14,
    "preparation": 25,
    "review": 15,
    "dossier_questions": 8,
    "own": 14,
}
BUDGETS = OWN | {k: v for k, v in MEETINGS.items() if not k.endswith("_state")}


@pytest.mark.parametrize("number", [1, 3])
def test_queries_do_not_grow_with_rows(client, office, number):
    council, members = judged(office, number)
    item = panels.item_of(council)
    leader = person(Role.LEADER)
    sign_in(client, leader)
    found = {
        name: cost(client, reverse(f"panels:{name}")) for name in ("councils", "items")
    }
    sign_in(client, office.secretary)
    for name in ("council", "meeting"):
        found[name] = cost(client, reverse(f"panels:{name}", args=[council.public_id]))
    sign_in(client, members[0])
    found["ballots"] = cost(client, reverse("panels:ballots"))
    found["ballot"] = cost(client, reverse("panels:ballot", args=[item.public_id]))
    found["invitation"] = cost(
        client, reverse("panels:invitation", args=[council.public_id])
    )
    sign_in(client, office.officer)
    found["council_seats"] = cost(
        client, reverse("panels:council_seats", args=[council.public_id])
    )
    dossier = panels.item_of(council).dossier
    ranking = ExpertRanking.objects.create(dossier=dossier, made_at=panels.AT)
    for n, member in enumerate(members[:number]):
        RankedExpert.objects.create(
            ranking=ranking,
            person_id=member.person_id,
            place=n + 1,
            score=0.1,
            evidence="few",
        )
    Person.objects.update(is_expert=True)
    found["knowing"] = cost(
        client, reverse("panels:knowing", args=["dossier", dossier.public_id])
    )
    panels.concluded(office, council)
    sign_in(client, members[0])
    found["own"] = cost(client, f"{reverse('panels:own')}?year=2026")
    sign_in(client, office.secretary)
    found["results"] = cost(client, reverse("panels:results", args=[council.public_id]))
    # The pages before the meeting are measured in test_reviewing.py.
    before = {"item", "reviews", "reading_room", "preparation", "review"}
    before |= {"dossier_questions"}
    assert found == {k: v for k, v in OWN.items() if k not in before}
