"""Pages of reports: what they show, what they keep, what a calendar program reads."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import now
from icalendar import Calendar

from opensti.domains.accounts.actions import set_password
from opensti.domains.contracts import actions, queries
from opensti.domains.contracts.models import Report, ReportDue
from opensti.kernel.access import SYSTEM, Role
from opensti.kernel.record.models import Entry
from opensti.web.answers import AnswerForm
from opensti.web.chosen import Chooser
from tests.factories import contracts as factory
from tests.factories import reports as report_factory
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db
AT = factory.LATER


def page(client, name, *args, status=200, **query):
    response = client.get(reverse(f"contracts:{name}", args=args), query)
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


def first(funded, rule="progress"):
    return ReportDue.objects.get(contract=funded.contract, rule=rule, number=1)


def at(due):
    return [due.contract.public_id, due.public_id]


def fields(due, **changed):
    """The form as a browser sends it back, with some fields changed."""
    report = Report.objects.get(due=due)
    form = AnswerForm(
        queries.form_of_report(due),
        chooser=Chooser(actor=SYSTEM),
        answers=report.answers,
    )
    return form.as_data().dict() | changed | {"version": str(report.version)}


WHOLE = {
    "summary": "Theo kế hoạch",
    "work-0-done": "Đã làm",
    "work-1-done": "Đang làm",
    "products-0-state": "in_progress",
    "spent_state_total": "100.000.000",
}


def test_the_host_writes_hands_in_mends_and_the_officer_accepts(client_of):
    funded = factory.running()
    due = first(funded)
    host, officer = client_of(funded.host), client_of(funded.officer)
    assert "Báo cáo định kỳ" in page(host, "reports", funded.contract.public_id)
    began = host.post(reverse("contracts:report_start", args=at(due)))
    edit = reverse("contracts:report_edit", args=at(due))
    assert began.url == edit
    unfinished = host.post(edit, fields(due, summary="Nháp", submit="1"))
    assert unfinished.status_code == 422
    assert "Nháp" in unfinished.content.decode()
    file = SimpleUploadedFile("phu-luc.pdf", b"%PDF-1.4\n%%EOF\n")
    data = fields(due, **WHOLE, submit="1") | {"annexes": file}
    handed = host.post(edit, data)
    assert handed.status_code == 302, handed.content.decode()[:3000]
    shown = page(officer, "report", *at(due))
    assert "Theo kế hoạch" in shown
    assert "phu-luc.pdf" in shown
    assert "100.000.000" in shown
    back = reverse("contracts:report_return", args=at(due))
    due.refresh_from_db()
    empty = officer.post(back, {"version": due.version, "remark-": " "})
    assert empty.status_code == 422
    sent = {
        "version": due.version,
        "remark-summary": "Nêu khối lượng.",
        "remark-work": "Thiếu minh chứng.",
        "until": "",
    }
    wrong = officer.post(back, sent | {"until": "mai"})
    assert (wrong.status_code, "Nêu khối lượng." in wrong.content.decode()) == (
        422,
        True,
    )
    assert officer.post(back, sent).status_code == 302
    assert officer.post(back, sent).status_code == 409
    mended = page(host, "report_edit", *at(due))
    assert mended.count("Nêu khối lượng.") == 1
    assert mended.count("Thiếu minh chứng.") == 1
    assert 'href="#id_summary"' in mended
    again = fields(due, summary="Theo kế hoạch, 40 mẫu", submit="1")
    assert host.post(edit, again).status_code == 302
    compared = page(officer, "report_compare", *at(due))
    assert "<ins>" in compared
    assert "Nêu khối lượng." in page(officer, "report", *at(due), version=1)
    due.refresh_from_db()
    accept = reverse("contracts:report_accept", args=at(due))
    assert officer.post(accept, {"version": due.version}).status_code == 302
    assert officer.post(accept, {"version": due.version}).status_code == 409
    assert first(funded).state == "accepted"


def test_typing_is_saved_and_another_writers_text_is_not_overwritten(client_of):
    funded = factory.running()
    due = report_factory.begun(funded, first(funded), at=AT)
    host = client_of(funded.host)
    save = reverse("contracts:report_autosave", args=at(due))
    typed = fields(due, summary="Bản của tôi", spent_state_total="nhiều")
    assert host.post(save, typed).json()["version"] == 2
    stale = host.post(save, fields(due) | {"version": "1", "summary": "Khác"})
    assert stale.status_code == 409
    kept = host.post(
        reverse("contracts:report_edit", args=at(due)),
        typed | {"version": "1", "summary": "Chữ không mất"},
    )
    assert (kept.status_code, "Chữ không mất" in kept.content.decode()) == (409, True)


def test_the_office_asks_for_one_report_more_and_finds_one_not_owed(client_of):
    funded = factory.running()
    officer = client_of(funded.officer)
    add = reverse("contracts:report_add", args=[funded.contract.public_id])
    said = {
        "kind": "progress",
        "label_vi": "Báo cáo đột xuất",
        "covers_from": "2027-01-01",
        "covers_to": "2026-01-01",
        "due_on": "2027-02-01",
        "ground": "Theo yêu cầu.",
    }
    wrong = officer.post(add, said)
    assert (wrong.status_code, "Báo cáo đột xuất" in wrong.content.decode()) == (
        422,
        True,
    )
    assert officer.post(add, said | {"covers_to": "2027-02-01"}).status_code == 302
    due = first(funded)
    drop = reverse("contracts:report_drop", args=at(due))
    assert officer.post(drop, {"reason": "", "version": 1}).status_code == 422
    assert officer.post(drop, {"reason": "Gộp.", "version": 1}).status_code == 302
    assert officer.post(drop, {"reason": "Gộp.", "version": 2}).status_code == 409
    assert "Gộp." in page(officer, "reports", funded.contract.public_id)
    assert client_of(funded.host).get(add).status_code == 403


def test_a_draft_and_its_files_stay_with_the_host(client_of):
    funded = factory.running()
    due = report_factory.begun(funded, first(funded), at=AT)
    report_factory.saved(funded, due, {"summary": "Nháp bí mật"}, at=AT)
    kept = actions.attach_to_report(
        actor=funded.host,
        due_id=due.pk,
        field="annexes",
        file=SimpleUploadedFile("nhap.pdf", b"%PDF-1.4\n%%EOF\n"),
        at=AT,
    )
    assert "Nháp bí mật" in page(client_of(funded.host), "report_edit", *at(due))
    for reader in (funded.officer, funded.leader, funded.finance):
        client = client_of(reader)
        assert "Nháp bí mật" not in page(client, "report", *at(due))
        page(client, "report_edit", *at(due), status=403)
        page(client, "report_file", *at(due), kept.public_id, status=404)
    rival = client_of(funded.story.applicants[1])
    for name in ("report", "report_edit", "report_return", "report_compare"):
        page(rival, name, *at(due), status=404)


def test_the_list_finds_what_is_late(client_of, monkeypatch):
    funded = factory.running()
    officer = client_of(funded.officer)
    monkeypatch.setattr(
        "opensti.web.contracts.report_tables.localdate", lambda: date(2027, 3, 1)
    )
    late = page(officer, "all_reports", late="late")
    assert late.count(f'/{funded.contract.public_id}/reports/"') == 3
    assert "Báo cáo tổng kết" not in late
    assert "Báo cáo tổng kết" in page(officer, "all_reports", kind="final")


def test_a_calendar_program_reads_what_its_owner_may_know(client_of, client):
    funded = factory.running()
    host = client_of(funded.host)
    made = host.post(reverse("contracts:calendar_link"), {"act": "make"})
    assert made.url == reverse("contracts:calendar")
    shown = page(host, "calendar")
    address = shown.split("<code>")[1].split("</code>")[0]
    feed = client.get(address)
    entries = Calendar.from_ical(feed.content).walk("VEVENT")
    assert feed["Content-Type"].startswith("text/calendar")
    uids = [str(e["uid"]) for e in entries]
    assert len(uids) == len(set(uids)) > 10
    due = first(funded)
    (mine,) = [e for e in entries if f"report-{due.public_id}@" in str(e["uid"])]
    assert (mine.decoded("dtstart"), mine.decoded("dtend")) == (
        due.due_on,
        date(2027, 2, 12),
    )
    assert not any(e.walk("VALARM") for e in entries)
    lines = feed.content.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    # the same thing keeps its name when its day moves
    due.due_on = date(2027, 2, 19)
    due.save()
    moved = Calendar.from_ical(client.get(address).content).walk("VEVENT")
    assert {str(e["uid"]) for e in moved} == set(uids)
    # a new link ends the old one, and one taken away opens nothing
    host.post(reverse("contracts:calendar_link"), {"act": "make"})
    assert client.get(address).status_code == 404
    newer = page(host, "calendar").split("<code>")[1].split("</code>")[0]
    assert client.get(newer).status_code == 200
    host.post(reverse("contracts:calendar_link"), {"act": "remove"})
    assert client.get(newer).status_code == 404


def test_a_calendar_opens_no_longer_than_the_password_it_was_made_under(client_of):
    funded = factory.running()
    host = client_of(funded.host)
    host.post(reverse("contracts:calendar_link"), {"act": "make"})
    address = page(host, "calendar").split("<code>")[1].split("</code>")[0]
    found = [host.get(address).status_code]
    set_password(
        actor=funded.host, password="mot-mat-khau-khac-26", by_link=False, at=now()
    )
    found.append(host.get(address).status_code)
    told = Entry.objects.filter(act="contracts.unlink_calendar")
    assert (found, [e.subject for e in told]) == (
        [200, 404],
        [f"contracts.calendar:{funded.host.user_id}"],
    )


def test_a_calendar_holds_nothing_of_contracts_its_owner_may_not_know(client_of):
    funded = factory.running()
    rival = client_of(funded.story.applicants[1])
    rival.post(reverse("contracts:calendar_link"), {"act": "make"})
    address = page(rival, "calendar").split("<code>")[1].split("</code>")[0]
    assert Calendar.from_ical(rival.get(address).content).walk("VEVENT") == []
    one = reverse("contracts:contract_calendar", args=[funded.contract.public_id])
    assert rival.get(one).status_code == 404
    expert = client_of(person(Role.EXPERT))
    assert expert.get(reverse("contracts:calendar")).status_code == 403
    held = Calendar.from_ical(client_of(funded.finance).get(one).content)
    assert len(held.walk("VEVENT")) == len(
        queries.days_of(funded.finance, since=date(2020, 1, 1))
    )


BUDGETS = {
    "all_reports": 9,
    "reports": 10,
    "report": 15,
    "report_edit": 10,
    "report_return": 10,
    "report_compare": 9,
    "calendar": 23,
}


@pytest.mark.parametrize("n", [1, 3])
def test_no_page_costs_more_when_there_is_more(client_of, django_assert_num_queries, n):
    funded = factory.running()
    due = first(funded)
    report_factory.submitted(funded, due, at=AT)
    for number in range(n):
        due.refresh_from_db()
        actions.return_report(
            actor=funded.officer,
            due_id=due.pk,
            remarks={"summary": f"Lần {number}", "work": "x"},
            until=None,
            at=AT,
            expected_version=due.version,
        )
        actions.submit_report(actor=funded.host, due_id=due.pk, at=AT)
    writing = report_factory.begun(
        funded,
        ReportDue.objects.get(contract=funded.contract, rule="progress", number=2),
        at=AT,
    )
    officer, host = client_of(funded.officer), client_of(funded.host)
    if n == 1:
        ReportDue.objects.exclude(pk__in=[due.pk, writing.pk]).delete()
    for name, budget in BUDGETS.items():
        client = host if name == "report_edit" else officer
        of = writing if name == "report_edit" else due
        args = {"all_reports": [], "calendar": [], "reports": at(of)[:1]}.get(
            name, at(of)
        )
        url = reverse(f"contracts:{name}", args=args)
        client.get(url)
        with django_assert_num_queries(budget):
            assert client.get(url).status_code == 200
