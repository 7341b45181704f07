"""Sheets go out and come in: all rows or none, every fault with its row and column."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override

from opensti.domains.strategies import actions, queries
from opensti.domains.strategies.models import CampaignItem, Observation
from opensti.kernel.refusals import AccessDenied, Invalid, StepNotAllowed
from tests.factories import strategies_indicators as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
D = Decimal
FILLED = ("Value", "Numerator", "Denominator", "Source", "Note")


class Asked:
    """An agency that is asked for a count and a percentage."""

    def __init__(self):
        self.agency = make.agency()
        self.count = make.card(code="A-COUNT")
        self.ratio = make.percent(code="B-RATIO")
        self.campaign = make.campaign(
            (self.agency, self.count), (self.agency, self.ratio)
        )
        self.manager = make.manager(self.agency)

    def sheet(self):
        return openpyxl.load_workbook(
            io.BytesIO(queries.sheet_of(self.manager, self.campaign, self.agency))
        )

    def hand_in(self, book, *, dry_run=False, actor=None):
        out = io.BytesIO()
        book.save(out)
        return self.hand_in_bytes(
            "bieu.xlsx", out.getvalue(), dry_run=dry_run, actor=actor
        )

    def hand_in_bytes(self, name, content, *, dry_run=False, actor=None):
        return actions.hand_in_sheet(
            actor=actor or self.manager,
            campaign_id=self.campaign.pk,
            agency_id=self.agency.pk,
            file=SimpleUploadedFile(name, content),
            at=make.AT,
            dry_run=dry_run,
        )


@pytest.fixture
def asked():
    return Asked()


def column(sheet, name):
    return next(c.column for c in sheet[1] if c.value == name)


def fill(book, code, **values):
    sheet = book.worksheets[0]
    for row in range(2, sheet.max_row + 1):
        if sheet.cell(row, 1).value == code and not sheet.cell(row, 4).value:
            for name, value in values.items():
                sheet.cell(row, column(sheet, name)).value = value
            return row
    raise AssertionError(code)


def filled(asked):
    book = asked.sheet()
    fill(book, "A-COUNT", Value=12, Source="Sở KHCN")
    fill(book, "B-RATIO", Numerator=15, Denominator=50)
    return book


def told(refused):
    return [str(p.message) for p in refused.value.problems]


def counted(result):
    return (
        result.entered,
        result.corrected,
        result.unchanged,
        result.empty,
        result.faults,
    )


def test_the_sheet_locks_codes_and_leaves_values_open(asked):
    make.approved(asked.count, "2024", 9, reporter=asked.agency)
    book = asked.sheet()
    sheet = book.worksheets[0]
    assert sheet.protection.sheet
    assert {
        cell.value: sheet.cell(2, cell.column).protection.locked for cell in sheet[1]
    } == {
        "Code of the indicator": True,
        "Indicator": True,
        "Unit": True,
        "Part": True,
        "Reporting period": True,
        "Last value": True,
        "Value": False,
        "Numerator": False,
        "Denominator": False,
        "State of the value": False,
        "Source": False,
        "Note": False,
        "Mark of the sheet": True,
    }
    assert sheet.cell(2, column(sheet, "Last value")).value == "9 (2024)"
    assert book.worksheets[1].cell(1, 1).value == asked.campaign.title_en


def test_a_filled_sheet_is_taken_by_the_acts_of_one_row(asked):
    assert counted(asked.hand_in(filled(asked))) == (2, 0, 0, 0, [])
    rows = Observation.objects.order_by("indicator__code").values_list(
        "indicator__code", "value", "reporter", "entered_by", "source", "file_name"
    )
    assert list(rows) == [
        (
            "A-COUNT",
            D(12),
            asked.agency.pk,
            asked.manager.user_id,
            "Sở KHCN",
            "bieu.xlsx",
        ),
        ("B-RATIO", D(30), asked.agency.pk, asked.manager.user_id, "", "bieu.xlsx"),
    ]
    assert len(set(Observation.objects.values_list("sha256", flat=True))) == 1
    assert not CampaignItem.objects.filter(observation=None).exists()


def test_the_same_sheet_twice_makes_no_second_rows(asked):
    book = filled(asked)
    asked.hand_in(book)
    assert counted(asked.hand_in(book)) == (0, 0, 2, 0, [])
    assert Observation.objects.count() == 2


def test_a_dry_run_writes_nothing_and_tells_what_would_be(asked):
    assert counted(asked.hand_in(filled(asked), dry_run=True)) == (2, 0, 0, 0, [])
    assert not Observation.objects.exists()


def test_empty_rows_are_left(asked):
    book = asked.sheet()
    fill(book, "A-COUNT", Value=3)
    assert counted(asked.hand_in(book)) == (1, 0, 0, 1, [])


def test_one_fault_and_nothing_is_taken(asked):
    book = filled(asked)
    row = fill(book, "B-RATIO", Value=77)
    with pytest.raises(Invalid) as refused:
        asked.hand_in(book)
    assert told(refused) == [
        f"Row {row}, column Value: The value says 77, but 15 / 50 makes 30.0."
    ]
    assert not Observation.objects.exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("mười hai", "“mười hai” is not a number."),
        ("12,5", "“12,5” is a text with a comma."),
        ("1.234.567", "“1.234.567” is not a number."),
    ],
)
def test_text_for_a_number_is_refused_with_row_and_column(asked, text, message):
    book = asked.sheet()
    row = fill(book, "A-COUNT", Value=text)
    result = asked.hand_in(book, dry_run=True)
    assert [str(p.message) for p in result.faults] == [
        f"Row {row}, column Value: {message}"
    ]


def test_a_code_that_was_not_asked_for_is_refused(asked):
    book = filled(asked)
    sheet = book.worksheets[0]
    sheet.cell(2, 1).value = make.card(code="FOREIGN").code
    with pytest.raises(Invalid) as refused:
        asked.hand_in(book)
    assert told(refused) == [
        "Row 2, column Code of the indicator: The indicator “FOREIGN” is not asked for here."
    ]
    assert not Observation.objects.exists()


def test_the_sheet_of_another_agency_is_refused(asked):
    other = Asked.__new__(Asked)
    other.agency, other.campaign = make.agency(), asked.campaign
    CampaignItem.objects.create(
        campaign=asked.campaign, agency=other.agency, indicator=asked.count
    )
    other.manager = make.manager(other.agency)
    book = other.sheet()
    fill(book, "A-COUNT", Value=99)
    with pytest.raises(Invalid) as refused:
        asked.hand_in(book)
    assert told(refused) == [
        "Row 2, column Mark of the sheet: This row is of the sheet of another agency or campaign."
    ]
    with pytest.raises(AccessDenied):
        asked.hand_in(filled(asked), actor=other.manager)
    assert not Observation.objects.exists()


def test_a_sheet_older_than_what_was_reported_is_refused(asked):
    old = filled(asked)
    newer = asked.sheet()
    fill(newer, "A-COUNT", Value=13)
    asked.hand_in(newer)
    with pytest.raises(Invalid) as refused:
        asked.hand_in(old)
    assert told(refused) == [
        "Row 2, column –: A-COUNT was reported after this sheet was downloaded."
    ]
    assert [r.value for r in Observation.objects.all()] == [D(13)]


def test_a_sheet_corrects_with_a_reason_in_the_note(asked):
    asked.hand_in(filled(asked))
    again = asked.sheet()
    fill(again, "A-COUNT", Value=14)
    with pytest.raises(Invalid):
        asked.hand_in(again)
    fill(again, "A-COUNT", Note="Thiếu một chi nhánh")
    assert counted(asked.hand_in(again)) == (0, 1, 1, 0, [])
    newest = Observation.objects.get(indicator=asked.count, replaces__isnull=False)
    assert (newest.value, newest.note, newest.replaces.value) == (
        D(14),
        "Thiếu một chi nhánh",
        D(12),
    )


def test_rows_ten_times_over_are_refused_by_their_numbers(asked):
    book = filled(asked)
    sheet = book.worksheets[0]
    for _ in range(9):
        sheet.append([sheet.cell(2, c).value for c in range(1, 14)])
    result = asked.hand_in(book, dry_run=True)
    assert [str(p.message) for p in result.faults] == [
        f"Row {row}, column Code of the indicator: A-COUNT stands in row 2 already."
        for row in range(4, 13)
    ]


def test_a_sheet_downloaded_in_vietnamese_comes_back_under_english(asked):
    with override("vi"):
        book = asked.sheet()
    assert book.worksheets[0].cell(1, 1).value == "Mã chỉ tiêu"
    fill(book, "A-COUNT", **{"Giá trị": 4, "Tình trạng số liệu": "tạm tính"})
    assert counted(asked.hand_in(book)) == (1, 0, 0, 1, [])
    assert Observation.objects.get().status == "provisional"


def words_of(book):
    """The names of the sheets, the headings, and how it is filled in."""
    table, guide = book.worksheets
    heads = {cell.value for cell in table[1]}
    return {*book.sheetnames, *heads, *(row[0].value for row in guide.iter_rows())}


def test_a_vietnamese_sheet_says_nothing_in_english(asked):
    english = words_of(asked.sheet())
    with override("vi"):
        both = english & words_of(asked.sheet())
    # The names of the agency and the code of the period are what they are.
    assert (len(english), len([w for w in both if asked.agency.name_vi in w])) == (
        24,
        1,
    )
    assert len(both) == 1


def test_wrong_columns_are_refused(asked):
    with pytest.raises(Invalid) as refused:
        asked.hand_in_bytes("bieu.csv", b"ten;so\nA;5\n")
    assert told(refused) == [
        "The column “Code of the indicator” is missing.",
        "The column “Mark of the sheet” is missing.",
    ]


def test_parts_in_the_sheet_add_up_or_the_row_says_by_how_much(asked):
    asked.count.dimensions = [
        {
            "code": "province",
            "name_vi": "Tỉnh",
            "name_en": "",
            "complete": True,
            "parts": [{"code": c, "name_vi": c, "name_en": ""} for c in ("01", "79")],
        }
    ]
    asked.count.save()
    book = asked.sheet()
    sheet = book.worksheets[0]
    value = column(sheet, "Value")
    for row, number in ((2, 12), (3, 7), (4, 4)):
        sheet.cell(row, value).value = number
    result = asked.hand_in(book, dry_run=True)
    assert [str(p.message) for p in result.faults] == [
        "Row 2, column parts: The parts of “province” make 11, the whole is 12: 1 apart."
    ]
    sheet.cell(4, value).value = 5
    assert counted(asked.hand_in(book)) == (1, 0, 0, 1, [])
    assert Observation.objects.exclude(cell="").count() == 2


def test_a_closed_campaign_takes_no_sheet(asked):
    asked.campaign.state = "closed"
    asked.campaign.save()
    with pytest.raises(StepNotAllowed):
        asked.hand_in(filled(asked))


# ---- the office's table


def table(*rows):
    out = io.StringIO()
    head = ["code", "period", "agency", "value", "numerator", "denominator", "reason"]
    writer = csv.DictWriter(out, head)
    writer.writeheader()
    writer.writerows(rows)
    return SimpleUploadedFile("bang.csv", out.getvalue().encode())


def take(*rows, actor=None, **more):
    return actions.import_observations(
        actor=actor or make.officer(), file=table(*rows), at=make.AT, **more
    )


def test_the_office_enters_values_of_many_bodies_from_a_table():
    card, ratio, agency = make.card(), make.percent(), make.agency()
    rows = [
        {"code": card.code, "period": "2025", "agency": agency.name_vi, "value": 5},
        {"code": card.code, "period": "2024", "agency": agency.public_id, "value": 4},
        {"code": ratio.code, "period": "2025", "numerator": 1, "denominator": 4},
    ]
    assert counted(take(*rows)) == (3, 0, 0, 0, [])
    assert counted(take(*rows)) == (0, 0, 3, 0, [])
    found = Observation.objects.order_by("pk").values_list(
        "period", "reporter", "value"
    )
    assert sorted(found, key=str) == sorted(
        [
            ("2025", agency.pk, D(5)),
            ("2024", agency.pk, D(4)),
            ("2025", None, D(25)),
        ],
        key=str,
    )


def test_a_table_corrects_only_with_a_reason():
    card = make.card()
    row = {"code": card.code, "period": "2025", "value": 5}
    take(row)
    with pytest.raises(Invalid) as refused:
        take(row | {"value": 6})
    assert "stands with another value" in told(refused)[0]
    assert counted(take(row | {"value": 6, "reason": "Đếm lại"})) == (0, 1, 0, 0, [])


def test_all_faults_of_a_table_are_told_at_once():
    card = make.card()
    result = take(
        {"code": "NONE", "period": "2025", "value": 5},
        {"code": card.code, "period": "2025", "agency": "Không có", "value": 5},
        {"code": card.code, "period": "2025-Q1", "value": 5},
        {"code": card.code, "period": "", "value": 5},
        dry_run=True,
    )
    assert sorted(str(p.message).partition(":")[0] for p in result.faults) == [
        "Row 2, column Code of the indicator",
        "Row 3, column Agency",
        "Row 4, column Reporting period",
        "Row 5, column Reporting period",
    ]
    assert not Observation.objects.exists()


def test_a_manager_has_no_table_of_the_office():
    with pytest.raises(AccessDenied):
        take(
            {"code": make.card().code, "period": "2025", "value": 5},
            actor=make.manager(make.agency()),
        )
