"""Alerts without a name: what could leak does not, and the conversation works."""

from __future__ import annotations

import io
import logging
import re
from contextlib import redirect_stdout
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import now
from docx import Document

from opensti.domains.publications.queries import latest_acts, record_entries
from opensti.domains.supervision import actions, queries
from opensti.domains.supervision.models import Alert, AlertMessage
from opensti.kernel.access import PUBLIC, Role
from opensti.kernel.jobs.models import Job
from opensti.kernel.record.models import Entry
from opensti.kernel.record.queries import log_size
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    StepNotAllowed,
)
from opensti.kernel.sealing import seal, unseal
from tests.factories import supervision as factory
from tests.factories.accounts import account
from tests.factories.supervision import AT
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db
ADDRESS, AGENT, MARK = "203.0.113.77", "ZqAgent/1", "zq501qz"
LATER = AT + timedelta(days=3)
NEXT_DAY = AT + timedelta(days=1)


@pytest.fixture(autouse=True)
def _house(tmp_path, settings):
    settings.OPENSTI_DATA_DIR = tmp_path


@pytest.fixture
def reader():
    return factory.inspector()


def kept():
    """Everything the house keeps: every column of every row, and every file."""
    found = []
    for model in apps.get_models():
        for row in model._default_manager.values():
            for value in row.values():
                text = bytes(value) if isinstance(value, bytes | memoryview) else value
                found.append(text if isinstance(text, bytes) else str(text).encode())
    found += [
        path.read_bytes()
        for path in settings.OPENSTI_DATA_DIR.rglob("*")
        if path.is_file()
    ]
    found += [repr(item).encode() for item in cache._cache.items()]
    return b"\n".join(found)


def docx(author):
    paper, file = Document(), io.BytesIO()
    paper.core_properties.author = author
    paper.add_paragraph(MARK)
    paper.save(file)
    return SimpleUploadedFile(f"{MARK}.docx", file.getvalue())


def form_token(monkeypatch):
    monkeypatch.setattr("opensti.portal.supervision.guard.SOONEST", 0)


def test_what_is_written_from_an_address_leaves_no_trace_of_who_and_what(
    client, reader, monkeypatch, caplog
):
    form_token(monkeypatch)
    caplog.set_level(logging.DEBUG)
    told = io.StringIO()
    somebody = account(client, "applicant")
    where = {"REMOTE_ADDR": ADDRESS, "HTTP_USER_AGENT": AGENT}
    page = somebody.get(reverse("portal:alert_new"), **where)
    token = re.search(r'name="form_token" value="([^"]+)"', page.content.decode())[1]
    before = {row.pk for row in Entry.objects.all()}
    with redirect_stdout(told):
        sent = somebody.post(
            reverse("portal:alert_new"),
            {
                "kind": "money",
                "text": f"Tiền {MARK} đi đâu mất.",
                "concerns": f"Ông {MARK}",
                "papers": [docx("Tác giả vô danh")],
                "form_token": token,
            },
            **where,
        )
    assert sent.status_code == 200
    shown = sent.content.decode()
    code = re.search(r'<code class="wrap">([^<]+)</code>', shown)[1]
    everything = kept()
    told_by_the_program = told.getvalue() + caplog.text + str(sent.headers)
    for secret in (MARK, ADDRESS, AGENT, code, code.replace("-", "")):
        assert secret.encode() not in everything, secret
        assert secret not in told_by_the_program, secret
    entries = Entry.objects.exclude(pk__in=before)
    assert list(entries) == []
    actions.write_alerts(at=now() + timedelta(days=1))
    (entry,) = entries.all()
    assert (entry.actor_user_id, entry.public, entry.act) == (
        None,
        False,
        "supervision.receive_alert",
    )
    assert (list(Job.objects.all()), mail.outbox) == ([], [])
    assert sent["Referrer-Policy"] == "same-origin"
    assert "no-store" in sent["Cache-Control"]
    opened = queries.alert(reader, Alert.objects.get().public_id)
    assert MARK in opened.text
    assert opened.files[0][1] == f"{MARK}.docx"
    # A file may name its author: he learns it at once.
    assert f"{MARK}.docx: Tác giả vô danh" in shown


def test_the_same_words_in_a_comment_would_have_been_found():
    factory.said(
        text=f"Tiền {MARK} đi đâu mất.",
        speaker=actions.Speaker(level="email", email="zq@example.vn"),
    )
    everything = kept()
    assert MARK.encode() in everything
    assert b"zq@example.vn" in everything


@pytest.mark.parametrize(
    "role",
    [Role.OFFICER, Role.LEADER, Role.SECRETARY, Role.FINANCE, Role.ADMIN, Role.AUDITOR],
)
def test_nobody_but_the_named_readers_learns_that_there_is_an_alert(
    role, reader, client
):
    sent = factory.alerted()
    somebody = factory.in_office(role)
    if role == Role.AUDITOR:
        assert list(queries.alerts(somebody)) == []
    else:
        with pytest.raises(AccessDenied):
            queries.alerts(somebody)
    for ask in (
        lambda: queries.alert(somebody, sent.alert.public_id),
        lambda: actions.reply_alert(
            actor=somebody, alert_id=sent.alert.pk, text="Ai đó?", token="t", at=AT
        ),
    ):
        with pytest.raises(AccessDenied):
            ask()
    assert queries.work_for(somebody, date(2026, 7, 20)) == [
        item
        for item in queries.work_for(somebody, date(2026, 7, 20))
        if item.kind != "supervision.alert"
    ]
    browser = account(client, somebody)
    for name, args in (("alerts", []), ("alert", [sent.alert.public_id])):
        answer = browser.get(reverse(f"supervision:{name}", args=args))
        assert answer.status_code == (
            200 if (role, name) == (Role.AUDITOR, "alerts") else 403
        )
        assert sent.alert.public_id not in answer.content.decode().replace(
            answer.wsgi_request.path, ""
        )
    assert [i.kind for i in queries.work_for(reader, date(2026, 7, 20))] == [
        "supervision.alert"
    ]


def test_the_record_tells_not_even_auditors_that_there_is_an_alert(reader):
    factory.alerted()
    actions.write_alerts(at=NEXT_DAY)
    assert Entry.objects.filter(subject__startswith="supervision.alert:").exists()
    seen = record_entries(reader)
    assert not seen.filter(subject__startswith="supervision.alert:").exists()
    assert seen.filter(subject__startswith="supervision.inspector:").exists()
    acts = [line.act for line in latest_acts(reader, newest=50)]
    assert "supervision.receive_alert" not in acts


def test_the_record_tells_of_alerts_by_the_day_in_no_order_and_never_by_the_moment(
    reader, monkeypatch
):
    size = log_size()
    sent = [factory.alerted(at=AT + timedelta(minutes=n)) for n in range(3)]
    actions.continue_alert(
        code=sent[0].code,
        text="Tôi gửi thêm giấy tờ.",
        token="further",
        at=AT + timedelta(minutes=9),
    )
    later = factory.alerted(at=NEXT_DAY)
    assert (log_size(), actions.write_alerts(at=AT + timedelta(hours=9))) == (size, 0)

    monkeypatch.setattr(
        "secrets.SystemRandom", lambda: type("", (), {"shuffle": list.reverse})
    )
    assert actions.write_alerts(at=NEXT_DAY) == 4
    told = Entry.objects.filter(subject__startswith="supervision.alert:")
    assert list(told.values_list("act", "subject", "recorded_at")) == [
        ("supervision.continue_alert", sent[0].alert.subject, NEXT_DAY),
        *(
            ("supervision.receive_alert", one.alert.subject, NEXT_DAY)
            for one in reversed(sent)
        ),
    ]
    assert actions.write_alerts(at=NEXT_DAY) == 0
    assert actions.write_alerts(at=NEXT_DAY + timedelta(days=1)) == 1
    assert told.last().subject == later.alert.subject


def test_whom_it_concerns_is_never_shown_it(reader):
    concerned, of_the_unit = factory.inspector(), factory.inspector()
    unit = factory.unit()
    unit.members.create(user_id=of_the_unit.user_id, since=date(2026, 1, 1))
    numbers = {name: pk for pk, name in queries.inspectors(AT)}
    sent = factory.alerted(unit_ids=[unit.pk], inspector_ids=[numbers[concerned.name]])
    assert [a.pk for a in queries.alerts(reader)] == [sent.alert.pk]
    for one in (concerned, of_the_unit):
        assert list(queries.alerts(one)) == []
        assert queries.work_for(one, date(2026, 7, 20)) == []
        with pytest.raises(NotFound):
            queries.alert(one, sent.alert.public_id)
        with pytest.raises(NotFound):
            actions.move_alert(
                actor=one,
                alert_id=sent.alert.pk,
                to="acknowledged",
                text="Đã nhận.",
                token="t",
                at=AT,
            )


def test_where_nobody_would_be_left_to_read_nothing_is_kept(reader):
    with pytest.raises(StepNotAllowed):
        factory.alerted(inspector_ids=[pk for pk, _name in queries.inspectors(AT)])
    assert Alert.objects.count() == 0


def test_both_sides_write_by_the_code_until_it_is_closed(reader):
    sent = factory.alerted()
    assert (sent.alert.acknowledge_by, sent.alert.state) == (
        date(2026, 7, 13),
        "received",
    )
    steps = [
        ("acknowledged", ""),
        ("assessed", ""),
        ("investigated", ""),
        ("closed", "confirmed"),
    ]
    for number, (to, outcome) in enumerate(steps):
        actions.move_alert(
            actor=reader,
            alert_id=sent.alert.pk,
            to=to,
            outcome=outcome,
            text=f"Bước {to}.",
            token=f"m{number}",
            at=LATER,
        )
    for _twice in range(2):
        actions.continue_alert(
            code=sent.code.upper().replace("-", " "),
            text="Xin cảm ơn các anh chị.",
            token="a",
            at=LATER,
        )
    opened = queries.opened(actions.alert_of_code(sent.code))
    assert [(m.from_author, m.text) for m in opened.messages] == [
        (False, "Bước acknowledged."),
        (False, "Bước assessed."),
        (False, "Bước investigated."),
        (False, "Bước closed."),
        (True, "Xin cảm ơn các anh chị."),
    ]
    assert (
        opened.alert.outcome,
        opened.alert.acknowledged_on,
        opened.alert.closed_on,
    ) == (
        "confirmed",
        LATER.date(),
        LATER.date(),
    )
    actions.write_alerts(at=LATER + timedelta(days=1))
    last = Entry.objects.get(act="supervision.continue_alert")
    assert (last.actor_user_id, "cảm ơn" in last.body) == (None, False)


def test_two_readers_at_once_the_second_is_told(reader):
    sent = factory.alerted()
    said = {
        "alert_id": sent.alert.pk,
        "to": "acknowledged",
        "text": "Đã nhận.",
        "at": AT,
    }
    actions.move_alert(actor=reader, token="1", **said)
    with pytest.raises(StepNotAllowed):
        actions.move_alert(actor=factory.inspector(), token="2", **said)
    assert AlertMessage.objects.count() == 1


def test_a_closed_alert_has_an_outcome_and_a_word_to_its_author(reader):
    sent = factory.alerted()
    for text, to in (("", "acknowledged"), ("Xong.", "closed")):
        with pytest.raises((Invalid, StepNotAllowed)):
            actions.move_alert(
                actor=reader, alert_id=sent.alert.pk, to=to, text=text, token="t", at=AT
            )


def test_a_wrong_code_and_none_are_told_alike(reader):
    factory.alerted()
    told = []
    for code in ("", "aaaaa-bbbbb-ccccc-ddddd-eeeee"):
        with pytest.raises(NotFound) as refused:
            actions.alert_of_code(code)
        told.append(refused.value.as_dict())
    assert told[0] == told[1]


def test_a_sealed_text_opens_only_in_its_place_and_with_its_key(tmp_path, settings):
    sealed = seal(MARK.encode(), key="alerts", about="alert:1")
    assert MARK.encode() not in sealed
    assert unseal(sealed, key="alerts", about="alert:1") == MARK.encode()
    with pytest.raises(StepNotAllowed):
        unseal(sealed, key="alerts", about="alert:2")
    assert (tmp_path / "alerts.key").stat().st_mode & 0o077 == 0
    settings.OPENSTI_DATA_DIR = tmp_path / "elsewhere"
    with pytest.raises(StepNotAllowed):
        unseal(sealed, key="alerts", about="alert:1")


def test_a_file_is_read_by_a_reader_and_by_nobody_else(reader):
    factory.alerted(files=[docx("")])
    file = Alert.objects.get().files.get()
    name, _media_type, data = actions.open_alert_file(
        actor=reader, public_id=file.public_id
    )
    assert (name, data[:2]) == (f"{MARK}.docx", b"PK")
    for somebody in (PUBLIC, person(Role.LEADER), person(Role.AUDITOR)):
        with pytest.raises(AccessDenied):
            actions.open_alert_file(actor=somebody, public_id=file.public_id)


def test_a_file_that_was_not_scanned_is_kept_sealed_and_not_handed_out(
    reader, settings
):
    settings.OPENSTI_CLAMAV = "127.0.0.1:1"
    factory.alerted(files=[docx("")])
    file = Alert.objects.get().files.get()
    assert not file.scanned
    with pytest.raises(StepNotAllowed):
        actions.open_alert_file(actor=reader, public_id=file.public_id)


def test_a_file_that_may_not_come_in_keeps_the_whole_alert_out(reader):
    with pytest.raises(Invalid) as refused:
        factory.alerted(files=[SimpleUploadedFile("x.exe", b"MZ\x90\x00")])
    assert refused.value.field == "file"
    assert Alert.objects.count() == 0


def test_only_an_auditor_is_named_and_only_by_the_administrator(reader):
    officer = factory.in_office(Role.OFFICER)
    with pytest.raises(Invalid):
        actions.name_inspector(
            actor=person(Role.ADMIN), user_id=officer.account_id, at=AT
        )
    with pytest.raises(AccessDenied):
        actions.name_inspector(
            actor=person(Role.LEADER), user_id=reader.account_id, at=AT
        )
    factory.alerted()
    (row,) = queries.inspectors(AT)
    actions.end_inspector(actor=person(Role.ADMIN), inspector_id=row[0], at=AT)
    assert list(queries.alerts(reader)) == []


def test_a_paper_that_cannot_be_read_does_not_lose_the_alert(monkeypatch):
    def broken(_data):
        raise RecursionError

    monkeypatch.setattr("opensti.domains.supervision.actions.traces.PdfReader", broken)
    factory.inspector()
    pdf = SimpleUploadedFile("a.pdf", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n")
    sent = factory.alerted(files=[pdf])
    assert (sent.traces, sent.alert.files.count()) == ((), 1)
