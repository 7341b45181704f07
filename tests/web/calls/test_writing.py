"""A dossier is written in the browser: sections, team, papers, by itself."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import override

from opensti.domains.calls import actions, queries
from opensti.domains.calls.models import Dossier
from opensti.kernel.access import Role
from opensti.web.calls.documents import summary
from tests.factories import calls as make
from tests.factories.registry import Organisations, People, Positions
from tests.web.calls.browsing import PDF, autosave, body, form_of, url

pytestmark = pytest.mark.django_db
PRODUCTION = "TT25-PRODUCTION"


def test_an_applicant_begins_a_dossier_and_writes_every_section(applicant, call, host):
    browser, _actor = applicant
    page = browser.get(url("dossier_new", call.public_id))
    assert page.status_code == 200
    answer = browser.post(
        url("dossier_new", call.public_id), {"host": host.pk, "title_vi": "Đề tài"}
    )
    assert answer.status_code == 302, body(answer)
    dossier = Dossier.objects.get()
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
