"""The office's pages: screening by keys, acts on one text, units, alerts."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from opensti.domains.accounts.models import User
from opensti.domains.supervision import actions, queries
from opensti.domains.supervision.models import Inspector, Unit, UnitMember, Voice
from opensti.kernel.access import Role
from tests.factories import supervision as factory

pytestmark = pytest.mark.django_db
BUDGETS = {"voices": 10, "voice": 11, "alert": 11}


@pytest.fixture
def officer():
    return factory.in_office(Role.OFFICER)


@pytest.fixture
def browser(client_of, officer):
    return client_of(officer)


def place(name, *args):
    return reverse(f"supervision:{name}", args=args)


def email_of(somebody):
    return User.objects.get(pk=somebody.user_id).email


def act(browser, voice, name, status=302, **said):
    answer = browser.post(place("voice", voice.public_id), {"act": name, **said})
    assert answer.status_code == status
    return answer.content.decode()


def test_a_text_goes_through_the_house_by_its_page(browser, officer):
    unit = factory.unit(officer)
    voice = factory.said(kind="question")
    act(browser, voice, "publish")
    act(browser, voice, "assign", unit=unit.pk)
    act(browser, voice, "answer", answer="Ở ba nhà máy.")
    act(browser, voice, "use", use="used", reason="Đã đưa vào báo cáo.")
    voice.refresh_from_db()
    assert (voice.state, voice.unit_id, voice.use) == ("closed", unit.pk, "used")


def test_what_is_refused_on_the_page_keeps_what_was_typed(browser, officer):
    voice = factory.said()
    page = act(browser, voice, "hide", status=422, ground="", words="Chửi người khác.")
    assert "Chửi người khác." in page
    act(browser, voice, "burn", status=404)
    assert Voice.objects.get().state == "received"


def test_to_erase_asks_for_the_password_and_then_does_it(client_of):
    voice = factory.said(text="Nội dung phải xóa theo luật.")
    said = {"act": "erase", "basis": "Luật 91/2025/QH15"}
    leader = factory.in_office(Role.LEADER)
    answer = client_of(leader, sudo=False).post(place("voice", voice.public_id), said)
    assert answer.status_code != 422
    assert Voice.objects.get().text == "Nội dung phải xóa theo luật."
    client_of(leader).post(place("voice", voice.public_id), said)
    assert Voice.objects.get().text == ""


def test_many_are_screened_by_one_form_and_a_refusal_stands_at_its_text(browser):
    good, bad, left = factory.said(), factory.said(), factory.said()
    said = {
        f"verdict-{good.pk}": "publish",
        f"verdict-{bad.pk}": "insult",
        f"verdict-{left.pk}": "",
    }
    answer = browser.post(place("queue"), said)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="wrong-{bad.pk}"' in page
    assert f'id="wrong-{good.pk}"' not in page
    browser.post(place("queue"), {**said, f"words-{bad.pk}": "Chửi người khác."})
    states = list(Voice.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["published", "hidden", "received"]


def test_a_template_begins_an_answer(browser, officer):
    voice = factory.assigned(officer, factory.unit(officer), at=now())
    browser.post(
        place("templates"),
        {"act": "keep", "title": "Cảm ơn", "text_vi": "Cảm ơn ý kiến của ông/bà."},
    )
    made = queries.templates(officer).get()
    page = browser.get(place("voice", voice.public_id), {"template": made.pk})
    assert ">Cảm ơn ý kiến của ông/bà.</textarea>" in page.content.decode()


def test_the_leader_names_units_and_members_the_officer_reads_them(client_of, browser):
    leader = client_of("leader")
    somebody = factory.in_office(Role.OFFICER)
    email = email_of(somebody)
    leader.post(place("units"), {"act": "unit", "code": "kh", "name_vi": "Vụ Kế hoạch"})
    unit = Unit.objects.get()
    said = {"act": "member", "unit": unit.pk, "email": email}
    assert browser.post(place("units"), said).status_code == 403
    leader.post(place("units"), said)
    (member,) = UnitMember.objects.all()
    assert member.user_id == somebody.user_id
    assert "Vụ Kế hoạch" in browser.get(place("units")).content.decode()
    wrong = leader.post(place("units"), {**said, "email": "nobody@example.vn"})
    assert wrong.status_code == 422
    leader.post(place("units"), {"act": "end", "member": member.pk})
    assert UnitMember.objects.get().until is not None


def test_the_administrator_names_readers_and_reads_nothing(client_of):
    admin = client_of("admin")
    auditor = factory.in_office(Role.AUDITOR)
    email = email_of(auditor)
    admin.post(place("inspectors"), {"act": "name", "email": email})
    row = Inspector.objects.get()
    assert row.user_id == auditor.user_id
    sent = factory.alerted(at=now())
    assert admin.get(place("alerts")).status_code == 403
    reader = client_of(auditor)
    assert sent.alert.public_id in reader.get(place("alerts")).content.decode()
    admin.post(place("inspectors"), {"act": "end", "inspector": row.pk})
    assert sent.alert.public_id not in reader.get(place("alerts")).content.decode()


def test_a_reader_writes_to_the_author_and_moves_the_alert(client_of):
    reader = client_of(factory.inspector(at=now()))
    sent = factory.alerted(at=now())
    where = place("alert", sent.alert.public_id)
    reader.post(where, {"act": "reply", "text": "Ở phòng nào?", "token": "1"})
    reader.post(
        where,
        {"act": "move", "to": "acknowledged", "text": "Đã nhận.", "token": "2"},
    )
    twice = reader.post(
        where,
        {"act": "move", "to": "acknowledged", "text": "Lần hai đây.", "token": "3"},
    )
    assert (twice.status_code, "Lần hai đây." in twice.content.decode()) == (409, True)
    opened = queries.opened(actions.alert_of_code(sent.code))
    assert [m.text for m in opened.messages] == ["Ở phòng nào?", "Đã nhận."]


@pytest.mark.parametrize("rows", [1, 3])
def test_more_rows_cost_no_more_queries(client_of, browser, officer, rows):
    unit = factory.unit(officer)
    for _n in range(rows):
        voice = factory.assigned(officer, unit, at=now())
    reader = client_of(factory.inspector(at=now()))
    sent = factory.alerted(at=now())
    for number in range(rows):
        actions.continue_alert(
            code=sent.code, text="Thêm một điều nữa.", token=f"t{number}", at=now()
        )
    counted = {}
    for who, name, args in (
        (browser, "voices", []),
        (browser, "voice", [voice.public_id]),
        (reader, "alert", [sent.alert.public_id]),
    ):
        assert who.get(place(name, *args)).status_code == 200
        with CaptureQueriesContext(connection) as asked:
            who.get(place(name, *args))
        counted[name] = len(asked)
    assert counted == BUDGETS
