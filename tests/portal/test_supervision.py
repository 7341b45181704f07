"""The pages on which citizens speak: taken once, refused with the text kept, no leak."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate, now

from opensti.domains.portfolios.models import Round
from opensti.domains.supervision import actions
from opensti.domains.supervision.actions import Speaker
from opensti.domains.supervision.models import Petition, Support, Voice
from opensti.kernel.access import Role
from tests.factories import portfolios as decided
from tests.factories import supervision as factory
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db
BUDGETS = {
    "voices": 6,
    "voice": 4,
    "voices_about": 5,
    "petitions": 2,
    "petition": 2,
    "voice_follow": 1,
}


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr("opensti.portal.supervision.guard.SOONEST", 0)
    cache.clear()


@pytest.fixture
def officer():
    return factory.in_office(Role.OFFICER)


def get(client, name, *args, status=200, **headers):
    response = client.get(reverse(f"portal:{name}", args=args), headers=headers)
    assert response.status_code == status
    return response.content.decode()


def token_of(page):
    return re.search(r'name="form_token" value="([^"]+)"', page)[1]


def send(client, name, *args, status=302, **said):
    page = get(client, name, *args)
    response = client.post(
        reverse(f"portal:{name}", args=args),
        {"form_token": token_of(page), **said},
    )
    assert response.status_code == status
    return response


def comment(client, task, status=302, **said):
    given = {
        "kind": "question",
        "text": "Ai dùng kết quả này?",
        "level": "anonymous",
        **said,
    }
    return send(client, "voices_about", "task", task.public_id, status=status, **given)


def test_a_question_is_asked_without_an_account_and_followed_by_its_code(
    client, officer
):
    task = factory.task()
    answer = comment(client, task)
    (voice,) = Voice.objects.all()
    page = client.get(answer["Location"])
    assert actions.follow_code(voice) in page.content.decode()
    assert page["Referrer-Policy"] == "same-origin"
    assert "Ai dùng" not in get(client, "voices_about", "task", task.public_id)
    actions.publish_voice(actor=officer, voice_id=voice.pk, at=now())
    for name, args in (
        ("voices", []),
        ("voice", [voice.public_id]),
        ("voices_about", ["task", task.public_id]),
    ):
        assert "Ai dùng kết quả này?" in get(client, name, *args)
    found = client.post(
        reverse("portal:voice_code"), {"code": actions.follow_code(voice)}
    )
    assert found["Location"] == answer["Location"]


def test_the_box_of_a_page_costs_nothing_and_loads_what_was_said(client, officer):
    task = factory.task()
    factory.published(officer, about=f"task:{task.public_id}", text="Rất có ích đấy.")
    where = reverse("portal:voices_about", args=["task", task.public_id])
    page = get(client, "task", task.public_id)
    assert f'hx-get="{where}"' in page
    assert f'<a href="{where}">' in page
    assert "Rất có ích" not in page
    part = get(client, "voices_about", "task", task.public_id, **{"HX-Request": "true"})
    assert "Rất có ích đấy." in part
    assert "<html" not in part


def test_a_double_click_is_one_text_and_the_second_leads_to_the_same_page(client):
    task = factory.task()
    page = get(client, "voices_about", "task", task.public_id)
    said = {
        "form_token": token_of(page),
        "kind": "comment",
        "text": "Ấn hai lần liền.",
        "level": "anonymous",
    }
    where = reverse("portal:voices_about", args=["task", task.public_id])
    places = {client.post(where, said)["Location"] for _twice in range(2)}
    assert (len(places), Voice.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"website": "http://x"}, 422),
        ({"form_token": "torn"}, 422),
        ({"text": "ngắn đấy"}, 422),
        ({"level": "organisation"}, 422),
    ],
)
def test_what_is_refused_keeps_what_was_typed(client, said, says):
    text = said.get("text", "Một câu hỏi dài tôi đã gõ mất công.")
    answer = comment(client, factory.task(), status=says, **{"text": text, **said})
    assert text in answer.content.decode()
    assert Voice.objects.count() == 0


def test_a_form_sent_faster_than_anybody_writes_is_refused(client, monkeypatch):
    monkeypatch.setattr("opensti.portal.supervision.guard.SOONEST", 60)
    answer = comment(client, factory.task(), status=422)
    assert "Ai dùng kết quả này?" in answer.content.decode()


def test_an_address_is_held_off_after_some_texts_with_the_text_kept(
    client, monkeypatch, tmp_path
):
    monkeypatch.setattr("opensti.portal.supervision.speaking.AN_HOUR", 2)
    for number in range(2):
        comment(client, factory.task(), text=f"Câu hỏi thứ {number} của tôi.")
    answer = comment(client, factory.task(), status=429, text="Câu hỏi bị chặn lại.")
    assert "Câu hỏi bị chặn lại." in answer.content.decode()
    assert Voice.objects.count() == 2
    # What others put into the cache does not push the counter out, and the other addresses
    # of one subscriber are no others; another address goes on, and no counter holds one.
    cache.clear()
    comment(client, factory.task(), status=429, text="Câu hỏi bị chặn lần nữa.")
    client.defaults["REMOTE_ADDR"] = "203.0.113.9"
    comment(client, factory.task(), text="Câu hỏi từ nơi khác.")
    counters = [path.read_text() for path in (tmp_path / "limits").iterdir()]
    assert [text for text in counters if "203.0.113" in text] == []
    assert [key for key in cache._cache if "203.0.113" in key] == []
    client.defaults["REMOTE_ADDR"] = "2001:db8::1"
    for number in range(2):
        comment(client, factory.task(), text=f"Câu hỏi thứ {number} từ mạng mới.")
    client.defaults["REMOTE_ADDR"] = "2001:db8::2:2"
    comment(client, factory.task(), status=429, text="Câu hỏi từ hàng xóm.")


def test_an_address_by_mail_confirms_by_a_button_not_by_opening(client):
    comment(client, factory.task(), level="email", email="an@example.vn")
    (voice,) = Voice.objects.all()
    where = reverse(
        "portal:voice_confirm", args=[voice.public_id, actions.confirm_code(voice)]
    )
    client.get(where)
    assert Voice.objects.get().state == "unconfirmed"
    client.post(where)
    assert Voice.objects.get().state == "received"


def test_who_is_signed_in_speaks_by_name_or_not(client_of):
    somebody = person(Role.APPLICANT)
    browser = client_of(somebody)
    task = factory.task()
    comment(browser, task, level="person", show_name="on")
    comment(browser, task, level="anonymous", text="Câu hỏi không tên của tôi.")
    named, unnamed = Voice.objects.order_by("pk")
    assert (named.author_id, named.shown_name) == (somebody.user_id, somebody.name)
    assert (unnamed.author_id, unnamed.shown_name) == (None, "")


def test_hidden_texts_stand_in_the_log_of_moderation_without_their_words(
    client, officer
):
    voice = factory.said(text="Thằng này là zq777qz ăn cắp.")
    actions.hide_voice(
        actor=officer,
        voice_id=voice.pk,
        ground_code="insult",
        words="Gọi tên một người.",
        at=now(),
    )
    page = get(client, "moderation")
    assert "Gọi tên một người." in page
    assert "zq777qz" not in page
    assert "zq777qz" not in get(client, "voices")
    get(client, "voice", voice.public_id, status=404)
    code = actions.follow_code(voice)
    mine = get(client, "voice_follow", code)
    assert "zq777qz" in mine
    client.post(
        reverse("portal:voice_follow", args=[code]), {"reason": "Đó là sự thật."}
    )
    assert Voice.objects.get().review_reason == "Đó là sự thật."


def test_what_is_overdue_is_seen_by_everybody_with_its_days(client, officer):
    unit = factory.unit(officer)
    voice = factory.assigned(officer, unit, at=now() - timedelta(days=60))
    page = get(client, "voice", voice.public_id)
    late = (localdate() - voice.due_on).days
    assert f"{late} " in page
    listed = client.get(reverse("portal:voices"), {"late": "true"}).content.decode()
    assert voice.public_id in listed
    table = b"".join(
        client.get(reverse("portal:voice_units_csv")).streaming_content
    ).decode()
    assert table.splitlines()[-1].endswith("1,0,0,1,0.0,")
    assert "Vụ khcn" in get(client, "voice_units")


def test_a_petition_is_begun_published_and_supported(client, client_of, officer):
    somebody = client_of(person(Role.APPLICANT))
    send(
        somebody,
        "petition_new",
        title="Công bố bản tiếng Anh",
        text="Đề nghị công bố cả bản tiếng Anh.",
        level="person",
    )
    voice = Voice.objects.get()
    actions.publish_voice(actor=officer, voice_id=voice.pk, at=now())
    assert "Công bố bản tiếng Anh" in get(client, "petitions")
    for _twice in range(2):
        send(somebody, "petition", voice.public_id, said_name="")
    send(client, "petition", voice.public_id, email="an@example.vn")
    given = Support.objects.get(user=None)
    client.post(reverse("portal:support_confirm", args=[actions.support_code(given)]))
    assert Petition.objects.get().supporters == 2


def test_an_alert_is_read_by_its_code_and_no_session_is_begun(client):
    factory.inspector(at=now())
    page = get(client, "alert_new")
    sent = client.post(
        reverse("portal:alert_new"),
        {
            "kind": "money",
            "text": "Tiền thuê khoán chia sai.",
            "form_token": token_of(page),
        },
    ).content.decode()
    code = re.search(r'<code class="wrap">([^<]+)</code>', sent)[1]
    case = reverse("portal:alert_case")
    opened = client.post(case, {"code": code}).content.decode()
    assert "Tiền thuê khoán chia sai." in opened
    again = client.post(
        case,
        {
            "code": code,
            "text": "Thêm: có sổ chi tiêu.",
            "form_token": token_of(opened),
        },
    ).content.decode()
    assert "Thêm: có sổ chi tiêu." in again
    wrong = client.post(case, {"code": "aaaaa-bbbbb"})
    assert (wrong.status_code, "Tiền thuê" in wrong.content.decode()) == (404, False)
    assert "sessionid" not in client.cookies


def test_where_nobody_reads_alerts_none_is_asked_for(client):
    assert "form_token" not in get(client, "alert_new")


@pytest.mark.parametrize("rows", [1, 3])
def test_more_rows_cost_no_more_queries(client, officer, rows):
    about = f"task:{factory.task().public_id}"
    for number in range(rows):
        voice = factory.published(
            officer, about=about, at=now(), text=f"Ý kiến thứ {number} của tôi."
        )
        petition = actions.receive_voice(
            actor=person(Role.APPLICANT),
            kind="petition",
            about="",
            text=f"Đề nghị thứ {number} của tôi.",
            title=f"Kiến nghị {number}",
            speaker=Speaker(level="person"),
            token=factory.token(),
            at=now(),
        )
        actions.publish_voice(actor=officer, voice_id=petition.pk, at=now())
    pages = {
        "voices": [],
        "voice": [voice.public_id],
        "voices_about": about.split(":"),
        "petitions": [],
        "petition": [petition.public_id],
        "voice_follow": [actions.follow_code(voice)],
    }
    counted = {}
    for name, args in pages.items():
        get(client, name, *args)
        with CaptureQueriesContext(connection) as asked:
            get(client, name, *args)
        counted[name] = len(asked)
    assert counted == BUDGETS


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_opens_empty_in_both_languages(client, language):
    client.cookies["django_language"] = language
    for name in (
        *("voices", "moderation", "voice_units", "voice_code", "petitions"),
        *("petition_new", "alert_new", "alert_case"),
    ):
        assert f'lang="{language}"' in get(client, name)


@pytest.mark.parametrize(("days", "taken"), [(90, True), (91, False)])
def test_an_objection_is_offered_until_its_last_day_and_no_longer(
    client_of, days, taken
):
    story = decided.judged("90", "60")
    decided.released(story)
    decision = decided.decision_on(story.dossiers[0])
    released = localdate() - timedelta(days=days)
    Round.objects.update(released_at=now() - timedelta(days=days))
    page = client_of(person(Role.APPLICANT)).get(
        reverse("portal:voice_object", args=[decision.public_id])
    )
    text = page.content.decode()
    assert f"{released + timedelta(days=90):%d/%m/%Y}" in text
    assert ('name="standing"' in text, "Đã hết thời hiệu" in text) == (taken, not taken)


def test_who_objects_signs_in_first(client):
    get(client, "voice_object", "nothing", status=404)
