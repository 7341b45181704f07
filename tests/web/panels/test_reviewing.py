"""The pages before the meeting: by forms, by people, and what they cost."""

from __future__ import annotations

import io
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from openpyxl import load_workbook
from pypdf import PdfReader

from opensti.domains.panels import actions, queries
from opensti.domains.panels.models import (
    Note,
    PaperOpening,
    Question,
    Reserve,
    Review,
    ReviewRating,
    Undertaking,
)
from opensti.kernel.access import Role
from opensti.kernel.files import store
from tests.factories import calls as call_factory
from tests.factories import panels
from tests.factories.kept import kept
from tests.factories.registry import Memberships, Organisations, People
from tests.factories.tasks import person
from tests.web.panels.test_pages import BUDGETS, cost, sign_in, text

pytestmark = pytest.mark.django_db
AT = panels.AT
WORDS = "Mục tiêu rõ, phương pháp phù hợp; cần nêu thêm cách đo kiểm và địa chỉ. " * 12


@pytest.fixture(autouse=True)
def place_and_time(settings, tmp_path, monkeypatch):
    settings.OPENSTI_DATA_DIR = tmp_path
    for module in ("experts", "reviewing", "preparing", "taking", "answering"):
        monkeypatch.setattr(f"opensti.web.panels.{module}.now", lambda: AT)


@pytest.fixture
def office():
    return panels.Office.new()


class Room:
    def __init__(self, office, number=1):
        self.office = office
        call = call_factory.published(office.officer)
        dossiers, self.writer = [], None
        for n in range(number):
            host = Organisations.create()
            self.writer = call_factory.applicant(host)
            Memberships.create(user_id=self.writer.user_id, organisation=host)
            dossiers.append(
                call_factory.submitted(self.writer, call, title=f"Nhiệm vụ thứ {n + 1}")
            )
        call_factory.opened(office.officer, call)
        dossiers = [call_factory.eligible(office.officer, d) for d in dossiers]
        self.dossier = dossiers[-1]
        self.council, self.members = panels.prepared(office, dossiers=dossiers)
        self.first, self.second = self.members[2:4]
        self.items = [panels.item_of(self.council, n) for n in range(1, number + 1)]
        self.item = self.items[-1]
        for item in self.items:
            actions.assign_reviewers(
                actor=office.secretary,
                item_id=item.pk,
                seat_ids=[
                    panels.seat_of(self.council, m).pk
                    for m in (self.first, self.second)
                ],
                at=AT,
            )

    def reviewed(self):
        for item in self.items:
            for member, total in ((self.first, "90"), (self.second, "40")):
                scored = panels.scored(queries.sheet_of(item), total)
                actions.hand_in_review(
                    actor=member,
                    item_id=item.pk,
                    sheet=actions.Sheet(
                        scores=scored.scores, comments=scored.comments, opinion=WORDS
                    ),
                    confidence="medium",
                    at=AT,
                )

    def asked(self):
        for item in self.items:
            for _n in range(2):
                question = actions.ask_author(
                    actor=self.first, item_id=item.pk, text="Mua ở đâu?", at=AT
                )
            actions.release_question(
                actor=self.office.secretary,
                question_id=question.pk,
                text="Nguồn?",
                at=AT,
            )

    def url(self, name):
        thing = self.item if name.startswith(("item", "review")) else self.council
        return reverse(f"panels:{name}", args=[thing.public_id])


@pytest.fixture
def room(office):
    return kept(Room)(office)


def form(room, act, **more):
    scored = panels.scored(queries.sheet_of(room.item), "80")
    return {
        "act": act,
        "version": "0",
        "opinion": WORDS,
        "confidence": "high",
        **{f"score-{k}": v for k, v in scored.scores.items()},
        **{f"comment-{k}": v for k, v in scored.comments.items()},
        **more,
    }


def test_a_reviewer_saves_hands_in_takes_back_and_reads_the_paper(client, room):
    sign_in(client, room.first)
    page = client.get(room.url("review"))
    assert "data-autosave" in text(page)
    saved = client.post(
        reverse("panels:review_autosave", args=[room.item.public_id]),
        form(room, "save"),
    )
    assert saved.json()["version"] == 1
    stale = client.post(
        reverse("panels:review_autosave", args=[room.item.public_id]),
        form(room, "save"),
    )
    assert stale.status_code == 409
    answer = client.post(
        room.url("review"), form(room, "hand_in", version="1", confidence="")
    )
    assert answer.status_code == 422
    assert WORDS.strip() in text(answer)
    answer = client.post(room.url("review"), form(room, "hand_in", version="1"))
    assert answer.status_code == 302
    review = Review.objects.get()
    assert review.digest in text(client.get(room.url("review")))
    for kind, start in (("pdf", b"%PDF"), ("docx", b"PK")):
        paper = client.get(
            reverse("panels:review_paper", args=[review.public_id, kind])
        )
        assert paper.content.startswith(start)
    sign_in(client, room.second)
    assert (
        client.get(
            reverse("panels:review_paper", args=[review.public_id, "pdf"])
        ).status_code
        == 404
    )
    sign_in(client, room.first)
    client.post(room.url("review"), {"act": "back"})
    review.refresh_from_db()
    assert review.state == "draft"


def test_who_is_no_reviewer_has_no_review_page(client, room):
    for actor in (room.members[0], room.office.secretary, panels.expert()):
        sign_in(client, actor)
        assert client.get(room.url("review")).status_code == 404


def test_the_ballot_begins_from_the_review_and_is_not_cast(client, room):
    room.reviewed()
    sign_in(client, room.first)
    page = client.get(reverse("panels:ballot", args=[room.item.public_id]))
    assert WORDS.strip() in text(page)
    assert queries.my_paper(room.first, room.item).ballot is None


def test_a_note_is_kept_by_script_and_by_form_and_deleted(client, room):
    sign_in(client, room.first)
    url = reverse("panels:item_note", args=[room.item.public_id])
    said = client.post(url, {"note": "Hỏi giá", "version": "0", "autosave": "1"})
    assert said.json()["version"] == 1
    assert (
        client.post(url, {"note": "x", "version": "0", "autosave": "1"}).status_code
        == 409
    )
    assert "Hỏi giá" in text(client.get(room.url("item")))
    sign_in(client, room.second)
    assert "Hỏi giá" not in text(client.get(room.url("item")))
    sign_in(client, room.first)
    client.post(url, {"act": "delete"})
    assert not Note.objects.exists()


def test_reading_is_noted_once_for_a_member_and_never_for_a_head_request(client, room):
    sign_in(client, room.first)
    client.head(room.url("item"))
    assert PaperOpening.objects.count() == 0
    client.get(room.url("item"))
    client.get(room.url("item"))
    sign_in(client, room.office.officer)
    client.get(room.url("item"))
    assert PaperOpening.objects.count() == 1


def test_a_pdf_goes_to_a_member_with_his_name_and_to_the_office_as_it_is(client, room):
    paper = queries.reading(
        room.office.officer, queries.item(room.office.officer, room.item.public_id)
    ).files[0]
    url = reverse("panels:item_paper", args=[room.item.public_id, paper.file.public_id])
    sign_in(client, room.office.officer)
    plain = b"".join(client.get(url).streaming_content)
    sign_in(client, room.first)
    answer = client.get(url)
    assert answer.status_code == 200, text(answer)[:500]
    assert answer["Cache-Control"] == "private, no-store"
    assert answer.content != plain
    words = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    for said in (room.first.name, "03/07/2026", room.council.public_id):
        assert said in words
    assert PaperOpening.objects.get(file=paper.file.public_id).marked


def test_two_readers_at_once_get_each_his_own_mark_whatever_they_ask(room):
    paper = queries.reading(
        room.office.officer, queries.item(room.office.officer, room.item.public_id)
    ).files[0]
    url = reverse("panels:item_paper", args=[room.item.public_id, paper.file.public_id])
    browsers = Client(), Client()
    readers = room.first, room.second
    for browser, reader in zip(browsers, readers, strict=True):
        sign_in(browser, reader)
    tag = f'"{paper.file.sha256}"'
    wanted = ({}, {"Range": "bytes=0-99"}, {"If-None-Match": tag})
    for headers in wanted:
        for browser, reader, other in zip(
            browsers, readers, reversed(readers), strict=True
        ):
            answer = browser.get(url, headers=headers)
            assert (answer.status_code, answer["Cache-Control"]) == (
                200,
                "private, no-store",
            )
            assert not {"ETag", "Last-Modified", "Accept-Ranges"} & set(answer.headers)
            words = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
            assert (reader.name in words, other.name in words) == (True, False)
    noted = PaperOpening.objects.filter(file=paper.file.public_id)
    assert noted.count() == 2 * len(wanted)
    head = browsers[0].head(url)
    assert (head.status_code, head.content, head["Cache-Control"]) == (
        200,
        b"",
        "private, no-store",
    )
    assert noted.count() == 2 * len(wanted)  # nothing was taken


def test_a_paper_that_cannot_be_marked_is_refused_with_the_way_to_read_it(room):
    paper = queries.reading(
        room.office.officer, queries.item(room.office.officer, room.item.public_id)
    ).files[0]
    store.clean_path(paper.file.sha256).write_bytes(b"%PDF-1.7 broken")
    browser = Client()
    sign_in(browser, room.first)
    browser.cookies["django_language"] = "en"
    url = reverse("panels:item_paper", args=[room.item.public_id, paper.file.public_id])
    answer = browser.get(url)
    assert answer.status_code == 409
    assert "The file is damaged and cannot be marked." in text(answer)
    assert "Ask the secretary of the council for a copy on paper." in text(answer)
    assert not PaperOpening.objects.filter(file=paper.file.public_id).exists()


def test_the_link_opens_without_changing_anything_and_answers_by_post(office):
    council, members = panels.prepared(
        office, dossiers=panels.eligible_dossiers(office), accept=False
    )
    seat = panels.seat_of(council, members[2])
    letter = actions.invite(seat_id=seat.pk, at=AT)
    url = reverse("panels:answer", args=[actions.link_token(letter)])
    browser = Client(enforce_csrf_checks=True)
    page = browser.get(url)
    assert page.status_code == 200
    assert "Nhiệm vụ thứ" not in text(page)
    seat.refresh_from_db()
    assert seat.state == "invited"
    assert browser.post(url, {"answer": "accept"}).status_code == 403
    token = browser.cookies["csrftoken"].value
    sent = {"answer": "decline", "csrfmiddlewaretoken": token}
    assert browser.post(url, sent).status_code == 422
    sent |= {"answer": "accept"}
    for _twice in range(2):
        assert browser.post(url, sent).url == url
    seat.refresh_from_db()
    assert seat.state == "accepted"
    assert browser.get(url + "x/").status_code == 404
    sign_in(browser, members[2])
    room = browser.get(reverse("panels:reading_room", args=[council.public_id]))
    assert reverse("panels:invitation", args=[council.public_id]) in text(room)


def test_accepting_on_the_page_takes_the_signature(client, office):
    council, members = panels.prepared(
        office, dossiers=panels.eligible_dossiers(office), accept=False
    )
    sign_in(client, members[0])
    url = reverse("panels:invitation", args=[council.public_id])
    assert client.post(url, {"answer": "accept"}).status_code == 422
    words = queries.undertaking_text()
    assert client.post(url, {"answer": "accept", "undertaking": "0"}).status_code == 409
    assert (
        client.post(url, {"answer": "accept", "undertaking": words.digest}).status_code
        == 302
    )
    assert Undertaking.objects.get().digest == words.digest


def test_a_question_walks_from_the_reviewer_to_the_author_and_back(client, room):
    sign_in(client, room.first)
    client.post(
        reverse("panels:item_ask", args=[room.item.public_id]), {"text": "Mua ở đâu?"}
    )
    question = Question.objects.get()
    sign_in(client, room.office.secretary)
    page = client.get(room.url("preparation"))
    assert "Mua ở đâu?" in text(page)
    client.post(
        room.url("preparation_step"),
        {
            "act": "release",
            "question": question.pk,
            "text": "Nguồn thiết bị?",
            "version": "1",
        },
    )
    sign_in(client, room.writer)
    url = reverse("panels:dossier_questions", args=[room.dossier.public_id])
    page = text(client.get(url))
    assert "Nguồn thiết bị?" in page
    for hidden in ("Mua ở đâu?", room.first.name):
        assert hidden not in page
    assert reverse("panels:dossier_questions", args=[room.dossier.public_id]) in text(
        client.get(reverse("calls:dossier", args=[room.dossier.public_id]))
    )
    client.post(url, {"question": question.pk, "text": "Nhập khẩu.", "version": "2"})
    sign_in(client, room.members[5])
    assert "Nhập khẩu." in text(client.get(room.url("item")))


def test_the_chair_sees_what_divides_and_the_members_do_not(client, room):
    room.reviewed()
    chair, member = room.members[0], room.members[5]
    sign_in(client, chair)
    page = text(client.get(room.url("preparation")))
    assert "Krippendorff" in page or "<svg" in page
    review = Review.objects.first()
    client.post(
        room.url("preparation_step"),
        {"act": "rate", "review": review.pk, "thorough": 4, "reasoned": 3, "useful": 5},
    )
    assert ReviewRating.objects.count() == 1
    sign_in(client, member)
    assert client.get(room.url("preparation")).status_code == 403
    assert client.post(room.url("preparation_step"), {"act": "rate"}).status_code == 403
    sign_in(client, person(Role.SECRETARY))
    assert client.get(room.url("preparation")).status_code == 404


def test_the_list_of_reviews_exports_states_and_no_sealed_points(client, room):
    actions.save_review(
        actor=room.first,
        item_id=room.item.pk,
        sheet=actions.Sheet(opinion="Mật"),
        at=AT,
    )
    sign_in(client, room.office.secretary)
    url = reverse("panels:reviews")
    with override("en"):
        answer = client.get(url + "?export=xlsx")
    book = load_workbook(
        io.BytesIO(
            b"".join(answer.streaming_content) if answer.streaming else answer.content
        )
    )
    rows = [[c.value for c in row] for row in book.active.iter_rows()]
    assert len(rows) == 3
    assert not any("Mật" in str(c) for row in rows for c in row)
    sign_in(client, room.members[5])
    assert room.item.public_id not in text(client.get(url))


@pytest.mark.parametrize("number", [1, 3])
def test_queries_before_the_meeting_do_not_grow_with_rows(client, office, number):
    room = kept(Room)(office, number)
    room.reviewed()
    room.asked()
    found = {}
    sign_in(client, office.secretary)
    found["preparation"] = cost(client, room.url("preparation"))
    found["reviews"] = cost(client, reverse("panels:reviews"))
    sign_in(client, room.first)
    found["reading_room"] = cost(client, room.url("reading_room"))
    found["review"] = cost(client, room.url("review"))
    found["item"] = cost(client, room.url("item"))
    sign_in(client, room.writer)
    found["dossier_questions"] = cost(
        client, reverse("panels:dossier_questions", args=[room.dossier.public_id])
    )
    assert found == {name: BUDGETS[name] for name in found}


@pytest.mark.parametrize(
    ("stands_by", "page"), [(False, "council_seats"), (True, "seat_reserve")]
)
def test_a_declined_seat_leads_to_the_reserve_where_there_is_one(
    client, room, stands_by, page
):
    seat = panels.seat_of(room.council, room.members[-1])
    actions.answer_invitation(
        actor=room.members[-1], seat_id=seat.pk, accept=False, declaration="Bận.", at=AT
    )
    if stands_by:
        Reserve.objects.create(
            council=room.council, person=People.create(), rank=1, score=1.0
        )
    sign_in(client, room.office.officer)
    place = [room.council.public_id, *([seat.pk] if stands_by else [])]
    shown = text(client.get(room.url("preparation")))
    links = re.findall(
        r'<a href="([^"]*)">(?:Find somebody else|Tìm người khác)', shown
    )
    assert links == [reverse(f"panels:{page}", args=place)]


def test_a_work_queue_says_what_is_to_be_done(client, room):
    from opensti.domains.panels.queries import work_for  # noqa: PLC0415

    with override("en"):
        kinds = [line.kind for line in work_for(room.first, AT.date())]
        assert "panels.review" in kinds
        room.asked()
        kinds = [line.kind for line in work_for(office_of(room), AT.date())]
        assert "panels.question" in kinds
        kinds = [line.kind for line in work_for(room.writer, AT.date())]
        assert kinds == ["panels.answer_question"]


def office_of(room):
    return room.office.secretary
