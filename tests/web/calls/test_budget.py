"""The budget of a dossier, typed or taken over from a spreadsheet."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from opensti.domains.calls.models import Dossier
from tests.web.calls.browsing import body, url

pytestmark = pytest.mark.django_db


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
