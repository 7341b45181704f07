"""The pages of calls and dossiers as people use them."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import localtime, now
from django.utils.translation import override

from opensti.domains.accounts.queries import account_by_id
from opensti.domains.calls import actions, queries
from opensti.domains.calls.models import Call, Dossier
from opensti.kernel.access import Role
from opensti.web.calls.documents import summary
from tests.factories import calls as make
from tests.factories.registry import Organisations, People, Positions

pytestmark = pytest.mark.django_db
PRODUCTION = "TT25-PRODUCTION"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def url(name: str, *args: Any) -> str:
    return reverse(f"calls:{name}", args=args)


def body(response: Any) -> str:
    return response.content.decode()


def form_of(response: Any) -> dict[str, str]:
    """What a browser without JavaScript would send back for the main form."""
    html = body(response)
    names: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", html):
        name = re.search(r'name="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name and 'type="radio"' not in tag and 'type="checkbox"' not in tag:
            names[name[1]] = value[1] if value else ""
    return names


# ---- calls


def test_an_officer_drafts_publishes_and_extends_a_call_in_the_browser(officer):
    browser, _actor = officer
    make.regimes()
    opens, closes = localtime(now()), localtime(now() + timedelta(days=30))
    answer = browser.post(
        url("call_new"),
        {
            "code": "BCT-2026-01",
            "title_vi": "Tuyển chọn",
            "way": "selection",
            "kind": "ministry_task",
            "opens_at": f"{opens:%Y-%m-%dT%H:%M}",
            "closes_at": f"{closes:%Y-%m-%dT%H:%M}",
        },
    )
    call = Call.objects.get()
    assert (answer.status_code, answer.url) == (302, url("call", call.public_id))
    assert browser.get(url("call_edit", call.public_id)).status_code == 200
    page = browser.get(url("call", call.public_id))
    assert 'value="publish"' in body(page)
    browser.post(
        url("call_step", call.public_id), {"act": "publish", "version": call.version}
    )
    longer = closes + timedelta(days=3)
    browser.post(
        url("call_step", call.public_id),
        {
            "act": "extend",
            "closes_at": f"{longer:%Y-%m-%dT%H:%M}",
            "reason": "Ít hồ sơ",
        },
    )
    call.refresh_from_db()
    assert (call.state, localtime(call.closes_at).date()) == (
        "published",
        longer.date(),
    )


def test_a_refused_step_says_why_and_keeps_the_reason_typed(officer, call):
    browser, _actor = officer
    answer = browser.post(
        url("call_step", call.public_id),
        {"act": "extend", "closes_at": "2020-01-01T00:00", "reason": "Lý do đã gõ"},
    )
    assert answer.status_code == 422
    assert "Lý do đã gõ" in body(answer)


def test_bad_input_in_a_call_is_named_beside_its_field(officer):
    browser, _actor = officer
    make.regimes()
    answer = browser.post(url("call_new"), {"code": "X", "title_vi": "T"})
    assert answer.status_code == 422
    assert "error-summary" in body(answer)


def test_the_page_of_a_call_is_public_and_says_that_it_is_sealed(client, call, officer):
    assert client.get(url("call", call.public_id)).status_code == 200
    assert client.get(url("calls")).status_code == 200
    assert client.post(
        url("call_step", call.public_id), {"act": "cancel"}
    ).status_code in (
        401,
        403,
    )
    page = body(officer[0].get(url("call", call.public_id)))
    assert url("early_opening", call.public_id) in page


def test_late_exception_and_early_opening_pages(officer, call, sign_in, host):
    browser, _actor = officer
    until = localtime(call.closes_at + timedelta(days=2))
    answer = browser.post(
        url("late_exception", call.public_id),
        {
            "organisation": host.pk,
            "until": f"{until:%Y-%m-%dT%H:%M}",
            "reason": "Mất điện",
        },
    )
    assert answer.status_code == 302
    assert browser.get(url("late_exception", call.public_id)).status_code == 200
    assert (
        browser.post(
            url("early_opening", call.public_id), {"reason": "Thiên tai"}
        ).status_code
        == 302
    )
    page = browser.get(url("early_opening", call.public_id))
    assert page.status_code == 200
    wish = call.early_openings.get()
    denied = browser.post(url("early_opening", call.public_id), {"wish": wish.pk})
    assert denied.status_code == 403
    second, _leader = sign_in(Role.LEADER)
    asked = second.post(url("early_opening", call.public_id), {"wish": wish.pk})
    wish.refresh_from_db()
    assert (asked.status_code, "reauthenticate" in asked.url, wish.agreed_by) == (
        302,
        True,
        None,
    )


# ---- writing


def test_an_applicant_begins_a_dossier_and_writes_every_section(applicant, call, host):
    browser, _actor = applicant
    page = browser.get(url("dossier_new", call.public_id))
    assert page.status_code == 200
    answer = browser.post(
        url("dossier_new", call.public_id), {"host": host.pk, "title_vi": "Đề tài"}
    )
    dossier = Dossier.objects.get()
    assert answer.status_code == 302
    for section in queries.form_of(dossier).sections:
        page = browser.get(url("dossier_edit", dossier.public_id, section.id))
        assert (section.id, page.status_code) == (section.id, 200)
    for name in ("dossier_team", "dossier_budget", "dossier_files", "dossier_people"):
        assert (name, browser.get(url(name, dossier.public_id)).status_code) == (
            name,
            200,
        )


def test_a_section_saved_without_javascript_keeps_what_is_wrong_as_typed(
    applicant, started
):
    browser, _actor = applicant
    where = url("dossier_edit", started.public_id, "general")
    sent = form_of(browser.get(where)) | {
        "title": "Đề tài kẽm",
        "months": "hai năm",
        "title_en": "Zinc",
    }
    answer = browser.post(where, sent)
    again = Dossier.objects.get(pk=started.pk)
    assert (answer.status_code, again.title_vi, again.answers["months"]) == (
        200,
        "Đề tài kẽm",
        "hai năm",
    )
    assert "hai năm" in body(answer)
    assert again.answers["host"]["name"] == "Viện Luyện kim"


def test_the_budget_editor_shows_unreadable_rows_again_and_sums_the_rest(
    applicant, complete
):
    browser, _actor = applicant
    where = url("dossier_budget", complete.public_id)
    page = browser.get(where)
    assert "1.200.000.000" in body(page)
    sent = {
        "version": str(complete.version),
        "budget-TOTAL_FORMS": "2",
        "budget-0-category": "labour",
        "budget-0-year": "2026",
        "budget-0-state": "1 tỷ rưỡi",
        "budget-1-category": "",
    }
    answer = browser.post(url("dossier_edit", complete.public_id, "budget"), sent)
    assert answer.status_code == 200
    assert "1 tỷ rưỡi" in body(answer)
    assert "1 tỷ rưỡi" in body(browser.get(where))
    checked = body(browser.get(url("dossier_check", complete.public_id)))
    assert "1 tỷ rưỡi" in checked


def workbook(rows: list[list[Any]]) -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return SimpleUploadedFile("du-toan.xlsx", file.getvalue())


def with_part(book: SimpleUploadedFile, name: str, content: bytes) -> Any:
    """The same workbook, one part of it broken."""
    file = io.BytesIO()
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(file, "w") as new:
        for part in old.namelist():
            new.writestr(part, content if part == name else old.read(part))
    return SimpleUploadedFile("du-toan.xlsx", file.getvalue())


def test_a_budget_is_taken_over_from_a_spreadsheet(applicant, complete):
    browser, _actor = applicant
    sheet = workbook(
        [
            ["Khoản chi", "Diễn giải", "Năm", "NSNN", "Nguồn khác"],
            ["labour", "Chuyên gia", 2026, 1_000_000_000, None],
            ["equipment", "=HYPERLINK(1)", 2027, "500.000.000", 1],
        ]
    )
    answer = browser.post(url("budget_import", complete.public_id), {"sheet": sheet})
    again = Dossier.objects.get(pk=complete.pk)
    assert (answer.status_code, int(again.asked_state), int(again.asked_other)) == (
        302,
        1_500_000_000,
        1,
    )


@pytest.mark.parametrize(
    "sheet",
    [
        SimpleUploadedFile("du-toan.xlsx", b"not a workbook"),
        SimpleUploadedFile("du-toan.xlsx", b"PK\x03\x04" + b"\x00" * 200),
        SimpleUploadedFile("du-toan.xlsx", b"x" * (2 * 1024 * 1024 + 1)),
        SimpleUploadedFile("du-toan.csv", "Năm;Tiền\n2026;1".encode("utf-16")),
        workbook([["Tên", "Tuổi"], ["Lan", 30]]),
        workbook([]),
        with_part(workbook([["Năm", "NSNN"]]), "xl/worksheets/sheet1.xml", b"<row>"),
        with_part(workbook([["Năm", "NSNN"]]), "xl/workbook.xml", b""),
        with_part(workbook([["Năm", "NSNN"]]), "docProps/core.xml", b"<a>&b;</a>"),
    ],
    ids=[
        "text",
        "broken zip",
        "too big",
        "csv in utf-16",
        "wrong columns",
        "empty",
        "sheet cut off",
        "book gone",
        "broken properties",
    ],
)
def test_a_wrong_spreadsheet_is_refused_with_how_to_mend_it(applicant, complete, sheet):
    browser, _actor = applicant
    sheet.seek(0)
    answer = browser.post(url("budget_import", complete.public_id), {"sheet": sheet})
    again = Dossier.objects.get(pk=complete.pk)
    assert (answer.status_code, int(again.asked_state)) == (422, 2_000_000_000)
    assert "error-summary" in body(answer)


def test_the_empty_sheet_can_be_downloaded_and_taken_over(applicant, complete):
    browser, _actor = applicant
    answer = browser.get(url("budget_template", complete.public_id))
    content = b"".join(answer.streaming_content)
    answer.close()
    sheet = SimpleUploadedFile("budget.xlsx", content)
    taken = browser.post(url("budget_import", complete.public_id), {"sheet": sheet})
    assert taken.status_code == 302
    assert Dossier.objects.get(pk=complete.pk).typed == {}


# ---- autosave


def autosave(browser: Any, dossier: Dossier, section: str, **sent: Any) -> Any:
    return browser.post(
        url("dossier_autosave", dossier.public_id, section),
        sent,
        headers={"accept": "application/json"},
    )


def test_autosave_keeps_and_answers_with_the_new_version(applicant, started):
    browser, _actor = applicant
    answer = autosave(browser, started, "background", version="1", need="Bụi lò")
    assert (
        answer.status_code,
        answer.json()["version"],
        answer.json()["problems"],
    ) == (
        200,
        2,
        [],
    )
    assert Dossier.objects.get(pk=started.pk).answers["need"] == "Bụi lò"


def test_autosave_after_the_sign_in_expired_is_answered_401_in_json(client, started):
    answer = autosave(client, started, "background", version="1", need="x")
    assert (answer.status_code, answer["content-type"]) == (401, "application/json")
    assert Dossier.objects.get(pk=started.pk).version == 1


def test_autosave_tells_what_the_other_writer_saved(applicant, started, sign_in, host):
    browser, _actor = applicant
    other, _manager = sign_in(Role.APPLICANT, host=host, manager=True)
    autosave(other, started, "background", version="1", need="Của quản lý")
    answer = autosave(browser, started, "background", version="1", need="Của tôi")
    said = answer.json()
    assert (answer.status_code, [c["theirs"] for c in said["changed"]]) == (
        409,
        ["Của quản lý"],
    )
    page = browser.post(
        url("dossier_edit", started.public_id, "background"),
        {"version": "1", "need": "Của tôi"},
    )
    assert page.status_code == 409
    assert "Của tôi" in body(page)
    assert "Của quản lý" in body(page)


def test_autosave_of_strangers_and_of_handed_in_dossiers_is_refused_in_json(
    applicant, sign_in, handed_in
):
    stranger, _actor = sign_in(Role.APPLICANT, host=Organisations.create())
    assert autosave(stranger, handed_in, "background", need="x").status_code == 404
    answer = autosave(applicant[0], handed_in, "background", need="x")
    assert (answer.status_code, answer.json()["refusal"]) == (409, "StepNotAllowed")


# ---- papers


CONTENTS = [
    {"content": "Khảo sát", "from_month": 1, "to_month": 6},
    {"content": "Chế tạo", "result": "Mẫu thử", "from_month": 7, "to_month": 24},
    {},
]


def test_an_answer_that_is_a_table_is_a_table_with_headings(applicant, complete):
    actions.save_dossier(
        actor=applicant[1],
        dossier_id=complete.pk,
        at=now(),
        answers={**make.ANSWERS, "contents": CONTENTS},
    )
    page = applicant[0].get(
        url("dossier", complete.public_id), HTTP_ACCEPT_LANGUAGE="en"
    )
    text = page.text[page.text.index('aria-label="Work items"') :]
    table = text[: text.index("</table>")]
    cells = re.findall(r'<td data-label="([^"]*)"[^>]*>(.*?)</td>', table)
    assert re.findall(r'<th scope="col"[^>]*>(.*?)</th>', table) == [
        "Content",
        "Result to be reached",
        "From month",
        "To month",
        "Who does it",
    ]
    assert [text for _label, text in cells] == [
        *("Khảo sát", "—", "1", "6", "—"),
        *("Chế tạo", "Mẫu thử", "7", "24", "—"),
    ]
    assert [label for label, _text in cells[:2]] == ["Content", "Result to be reached"]


def test_the_paper_of_a_dossier_keeps_its_tables(complete):
    complete.answers["contents"] = CONTENTS
    with override("en"):
        blocks = summary(complete, queries.working_content(complete))["blocks"]
    (table,) = [b for b in blocks if b.get("title") == "Work items"]
    assert (table["kind"], table["columns"][:3], table["rows"], table["right"]) == (
        "table",
        ["Content", "Result to be reached", "From month"],
        [["Khảo sát", "", "1", "6", ""], ["Chế tạo", "Mẫu thử", "7", "24", ""]],
        [2, 3],
    )


def test_papers_are_attached_read_and_taken_out(applicant, started, sign_in):
    browser, _actor = applicant
    where = url("dossier_files", started.public_id)
    sent = {"file": SimpleUploadedFile("giấy phép.pdf", PDF), "title": "Giấy phép"}
    assert browser.post(where, sent).status_code == 302
    attachment = started.attachments.get()
    place = url("dossier_file", started.public_id, attachment.file.public_id)
    answer = browser.get(place)
    assert b"".join(answer.streaming_content) == PDF
    answer.close()
    assert "attachment" in answer["content-disposition"]
    for roles in ((Role.OFFICER,), (Role.AUDITOR,), (Role.ADMIN,), (Role.EXPERT,)):
        assert sign_in(*roles)[0].get(place).status_code == 404
    browser.post(where, {"detach": attachment.pk})
    assert started.attachments.count() == 0
    assert browser.get(place).status_code == 404


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("trang.html", b"<html><script>alert(1)</script></html>"),
        ("virus.pdf", b"MZ\x90\x00 this is a program"),
        ("rong.pdf", b""),
        ("anh.svg", b"<svg onload='alert(1)'/>"),
        ("../../etc/passwd", b"root"),
    ],
)
def test_hostile_files_are_refused_and_said_why(applicant, started, name, content):
    browser, _actor = applicant
    answer = browser.post(
        url("dossier_files", started.public_id),
        {"file": SimpleUploadedFile(name, content)},
    )
    assert (answer.status_code, started.attachments.count()) == (422, 0)
    assert "error-summary" in body(answer)


def test_the_team_and_the_leader_are_linked_to_people_the_writer_knows(
    applicant, started, host
):
    browser, _actor = applicant
    lan = People.create(full_name="Nguyễn Thị Lan")
    Positions.create(person=lan, organisation=host)
    hidden = People.create(full_name="Trần Văn Nam")
    rows = [
        (f"Nguyễn Thị Lan ({lan.public_id})", "leader"),
        (f"Trần Văn Nam ({hidden.public_id})", "member"),
        ("Lê Văn Ba", "member"),
    ]
    sent = {"version": "1", "team-TOTAL_FORMS": str(len(rows))}
    for n, (name, role) in enumerate(rows):
        sent |= {f"team-{n}-full_name": name, f"team-{n}-role": role}
    browser.post(url("dossier_edit", started.public_id, "team"), sent)
    assert list(started.team.values_list("full_name", "person_id")) == [
        ("Nguyễn Thị Lan", lan.pk),
        (f"Trần Văn Nam ({hidden.public_id})", None),
        ("Lê Văn Ba", None),
    ]
    page = body(browser.get(url("dossier_team", started.public_id)))
    assert f'value="Nguyễn Thị Lan ({lan.public_id})"' in page
    assert (page.count("Đã liên kết"), page.count("Chưa liên kết")) == (1, 2)
    where = url("dossier_edit", started.public_id, "general")
    leader = f"Nguyễn Thị Lan ({lan.public_id})"
    browser.post(where, form_of(browser.get(where)) | {"leader": leader})
    again = Dossier.objects.get(pk=started.pk)
    assert (again.leader_id, again.answers["leader"]) == (
        lan.pk,
        {"id": lan.public_id, "name": "Nguyễn Thị Lan"},
    )
    place = reverse("registry:person", args=[lan.public_id])
    read = body(browser.get(url("dossier", started.public_id)))
    assert read.count(f'<a href="{place}">Nguyễn Thị Lan</a>') == 2


def test_a_section_takes_the_files_it_asks_for(applicant, started):
    browser, _actor = applicant
    Dossier.objects.filter(pk=started.pk).update(form_code=PRODUCTION)
    where = url("dossier_edit", started.public_id, "production")
    assert 'type="file"' in body(browser.get(where))
    browser.post(
        where, {"version": "1", "non_budget_proof": SimpleUploadedFile("a.pdf", PDF)}
    )
    first = started.attachments.get()
    assert (first.kind, first.file.name) == ("non_budget_proof", "a.pdf")
    bad = browser.post(
        where,
        {"version": "2", f"replace-{first.pk}": SimpleUploadedFile("b.exe", b"M")},
    )
    assert (bad.status_code, started.attachments.get().pk) == (422, first.pk)
    browser.post(
        where, {"version": "2", f"replace-{first.pk}": SimpleUploadedFile("b.pdf", PDF)}
    )
    second = started.attachments.get()
    assert (second.kind, second.file.name) == ("non_budget_proof", "b.pdf")
    assert "b.pdf" in body(browser.get(url("dossier", started.public_id)))
    browser.post(where, {"version": "3", "detach": second.pk})
    assert started.attachments.count() == 0


# ---- handing in, versions, the office


def test_handing_in_from_the_browser_gives_a_receipt(applicant, complete):
    browser, _actor = applicant
    page = browser.get(url("dossier_check", complete.public_id))
    assert 'value="dossiers.submit"' in body(page)
    sent = {"act": "dossiers.submit", "version": str(complete.version)}
    answer = browser.post(url("dossier_step", complete.public_id), sent)
    assert answer.status_code == 302
    again = browser.post(url("dossier_step", complete.public_id), sent)
    assert again.status_code == 409
    assert Dossier.objects.get(pk=complete.pk).versions.count() == 1
    page = browser.get(url("dossier", complete.public_id))
    assert page.status_code == 200
    receipt = browser.get(url("dossier_receipt", complete.public_id))
    assert receipt.content.startswith(b"c2sp.org/tlog-proof")


def test_an_incomplete_dossier_is_led_to_what_is_missing(applicant, started):
    browser, _actor = applicant
    answer = browser.post(
        url("dossier_step", started.public_id), {"act": "dossiers.submit"}
    )
    assert answer.url == url("dossier_check", started.public_id)
    page = body(browser.get(answer.url))
    assert url("dossier_edit", started.public_id, "team") in page
    assert 'value="dossiers.submit"' not in page


def test_the_page_of_a_dossier_is_named_in_the_language_of_the_reader(
    applicant, complete
):
    client, actor = applicant
    actions.save_dossier(
        actor=actor, dossier_id=complete.pk, title_en="Zinc from dust", at=now()
    )
    client.cookies["django_language"] = "en"
    page = client.get(reverse("calls:dossier", args=[complete.public_id])).content
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", page.decode(), re.DOTALL)[1]
    assert ("Zinc from dust" in heading, complete.title_vi in heading) == (True, False)


def test_the_head_of_a_dossier_says_its_state_once(applicant, complete):
    client, actor = applicant
    actions.submit_dossier(actor=actor, dossier_id=complete.pk, at=now())
    actions.withdraw_dossier(
        actor=actor, dossier_id=complete.pk, reason="Đổi kế hoạch", at=now()
    )
    client.cookies["django_language"] = "en"
    page = client.get(reverse("calls:dossier", args=[complete.public_id])).content
    lead = re.search(r'<p class="page-lead">(.*?)</p>', page.decode(), re.DOTALL)[1]
    assert re.sub(r"<[^>]+>", "", lead).lower().count("withdrawn") == 1


def test_versions_are_kept_compared_and_gone_back_to(applicant, complete):
    browser, _actor = applicant
    step = url("dossier_step", complete.public_id)
    browser.post(step, {"act": "keep"})
    autosave(
        browser, complete, "background", version=str(complete.version), need="Mới hẳn"
    )
    page = body(browser.get(url("dossier_diff", complete.public_id) + "?old=1&new=0"))
    assert "<ins>" in page
    assert browser.get(url("dossier_versions", complete.public_id)).status_code == 200
    browser.post(step, {"act": "restore", "number": "1"})
    assert Dossier.objects.get(pk=complete.pk).answers["need"] == make.ANSWERS["need"]


def test_the_office_checks_validity_in_the_browser(officer, opened):
    browser, _actor = officer
    where = url("eligibility", opened.public_id)
    page = browser.get(where)
    assert page.status_code == 200
    items = [item.id for item in queries.checklist_of(opened)]
    sent = {f"verdict-{item}": "met" for item in items}
    sent |= {"act": "confirm", "version": str(opened.case.version)}
    wrong = browser.post(where, sent | {f"verdict-{items[0]}": "not_met"})
    assert wrong.status_code == 422
    case = Dossier.objects.select_related("case").get(pk=opened.pk).case
    answer = browser.post(where, sent | {"version": str(case.version)})
    assert answer.status_code == 302
    case.refresh_from_db()
    assert case.state == "eligible"
    assert browser.get(where).status_code == 200


def test_many_are_confirmed_after_a_preview(officer, opened):
    browser, _actor = officer
    where = url("dossiers_bulk")
    preview = browser.post(where, {"ids": [opened.pk]})
    assert preview.status_code == 200
    preview = browser.post(where, {"ids": [opened.pk], "tick": "1"})
    sent = form_of(preview)
    assert (sent["tick"], sent["confirmed"]) == ("1", "1")
    case = Dossier.objects.select_related("case").get(pk=opened.pk).case
    assert case.state == "submitted"
    browser.post(where, {"ids": [opened.pk], "tick": "1", "confirmed": "1"})
    case.refresh_from_db()
    assert case.state == "eligible"


def test_a_supplement_is_asked_for_and_handed_in(officer, applicant, opened):
    until = (now() + timedelta(days=5)).date()
    officer[0].post(
        url("dossier_step", opened.public_id),
        {
            "act": "dossiers.request_supplement",
            "what": "Giấy xác nhận",
            "until": until.isoformat(),
        },
    )
    browser, _actor = applicant
    assert "Giấy xác nhận" in body(browser.get(url("dossier", opened.public_id)))
    autosave(browser, opened, "background", need="Bản bổ sung đang viết")
    seen = body(officer[0].get(url("dossier", opened.public_id)))
    assert "Bản bổ sung đang viết" not in seen
    browser.post(url("dossier_step", opened.public_id), {"act": "dossiers.supplement"})
    seen = body(officer[0].get(url("dossier", opened.public_id)))
    assert "Bản bổ sung đang viết" in seen


@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_official_papers_come_as_word_and_pdf(officer, opened, kind):
    browser, _actor = officer
    magic = {"docx": b"PK", "pdf": b"%PDF"}[kind]
    for name, public_id in (
        ("call_document", opened.call.public_id),
        ("dossier_document", opened.public_id),
        ("eligibility_document", opened.public_id),
    ):
        answer = browser.get(url(name, public_id, kind))
        assert (name, answer.status_code, answer.content[: len(magic)]) == (
            name,
            200,
            magic,
        )


# ---- who sees what


def test_no_page_of_a_sealed_dossier_is_there_for_the_office(sign_in, handed_in):
    pages = [
        url(name, handed_in.public_id)
        for name in (
            "dossier",
            "dossier_team",
            "dossier_budget",
            "dossier_files",
            "dossier_people",
            "dossier_check",
            "dossier_versions",
            "dossier_diff",
            "dossier_receipt",
            "budget_template",
        )
    ] + [
        url("eligibility", handed_in.public_id),
        url("dossier_document", handed_in.public_id, "pdf"),
        url("eligibility_document", handed_in.public_id, "pdf"),
        url("dossier_edit", handed_in.public_id, "general"),
    ]
    for role in (
        Role.OFFICER,
        Role.SECRETARY,
        Role.LEADER,
        Role.FINANCE,
        Role.AUDITOR,
        Role.ADMIN,
        Role.EXPERT,
        Role.APPLICANT,
    ):
        browser, _actor = sign_in(role)
        assert {(p, browser.get(p).status_code) for p in pages} == {
            (p, 404) for p in pages
        }
        if role != Role.ADMIN:
            for extra in ("", "?q=kem", "?export=csv", "?export=xlsx"):
                answer = browser.get(url("dossiers") + extra)
                content = (
                    b"".join(answer.streaming_content)
                    if answer.streaming
                    else answer.content
                )
                answer.close()
                assert handed_in.code.encode() not in content
        page = body(browser.get(url("call", handed_in.call.public_id)))
        assert handed_in.code not in page
        assert handed_in.title_vi not in page


def test_the_list_filters_sorts_searches_and_exports(officer, opened):
    browser, _actor = officer
    for query in (
        "",
        "?q=thu+hoi+kem",
        "?state=submitted",
        f"?call={opened.call_id}",
        "?sort=-asked_state",
        "?cols=code,title,asked_other",
    ):
        assert opened.code in body(browser.get(url("dossiers") + query))
    assert opened.code not in body(browser.get(url("dossiers") + "?state=approved"))
    answer = browser.get(url("dossiers") + "?export=csv")
    assert opened.code.encode() in b"".join(answer.streaming_content)
    answer.close()


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_take_as_many_queries_for_three_rows_as_for_one(
    officer, sign_in, opened, rows, django_assert_num_queries
):
    browser, actor = officer
    call = Call.objects.get(pk=opened.call_id)
    for _n in range(rows - 1):
        host = Organisations.create()
        _browser, other = sign_in(Role.APPLICANT, host=host)
        actions.grant_late_exception(
            actor=actor,
            call_id=call.pk,
            organisation_id=host.pk,
            until=now() + timedelta(days=1),
            reason="Thử",
            at=now(),
        )
        make_one(other, call, host)
    for name in OFFICE_PAGES:
        of = {"dossier": opened, "eligibility": opened, "call": call}.get(name)
        page = url(name, *([of.public_id] if of else []))
        browser.get(page)
        with django_assert_num_queries(BUDGETS[name]):
            assert browser.get(page).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_of_a_dossier_cost_the_same_however_much_it_holds(  # noqa: PLR0917 -- fixtures
    applicant, host, complete, sign_in, rows, django_assert_num_queries
):
    browser, actor = applicant
    actions.save_dossier(
        actor=actor,
        dossier_id=complete.pk,
        at=now(),
        team=[make.TEAM[0], *[make.TEAM[1]] * rows],
        budget=[make.BUDGET[0]] * rows,
    )
    for number in range(rows):
        colleague = sign_in(Role.APPLICANT, host=host)[1]
        actions.add_editor(
            actor=actor,
            dossier_id=complete.pk,
            email=account_by_id(colleague.user_id).email,
            at=now(),
        )
        paper = SimpleUploadedFile(f"{number}.pdf", PDF)
        browser.post(url("dossier_files", complete.public_id), {"file": paper})
        browser.post(url("dossier_step", complete.public_id), {"act": "keep"})
    section = queries.form_of(complete).sections[0].id
    for name in WRITING_PAGES:
        more = [section] if name == "dossier_edit" else []
        page = url(name, complete.public_id, *more)
        if name == "dossier_diff":
            page += "?old=1&new=0"
        browser.get(page)
        with django_assert_num_queries(BUDGETS[name]):
            assert browser.get(page).status_code == 200


OFFICE_PAGES = ("dossiers", "calls", "dossier", "call", "eligibility")
WRITING_PAGES = (
    "dossier_edit",
    "dossier_team",
    "dossier_budget",
    "dossier_files",
    "dossier_people",
    "dossier_check",
    "dossier_versions",
    "dossier_diff",
)
BUDGETS = {
    "dossiers": 10,
    "calls": 9,
    "dossier": 19,
    "call": 15,
    "eligibility": 12,
    "dossier_edit": 10,
    "dossier_team": 14,
    "dossier_budget": 17,
    "dossier_files": 11,
    "dossier_people": 8,
    "dossier_check": 10,
    "dossier_versions": 8,
    "dossier_diff": 12,
}


def make_one(actor: Any, call: Call, host: Any) -> Dossier:
    dossier = actions.start_dossier(
        actor=actor, call_id=call.pk, host_id=host.pk, at=now()
    )
    actions.save_dossier(
        actor=actor,
        dossier_id=dossier.pk,
        at=now(),
        answers=make.ANSWERS,
        team=make.TEAM,
        budget=make.BUDGET,
    )
    dossier.refresh_from_db()
    make.signed(actor, dossier, now())
    return actions.submit_dossier(actor=actor, dossier_id=dossier.pk, at=now())
