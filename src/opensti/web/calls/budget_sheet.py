"""A budget as a spreadsheet: what columns it must have, how its rows are read."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from opensti.domains.calls.choices import BudgetCategory, BudgetSource
from opensti.domains.calls.queries import BUDGET_COLUMNS
from opensti.kernel.refusals import Invalid, Problem
from opensti.kernel.searchtext import fold

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

MOST_BYTES = 2 * 1024 * 1024
MOST_UNPACKED = 50 * 1024 * 1024
MOST_ROWS = 2000
MOST_COLUMNS = 60

# Headings that people use, folded; the column's own name and its label always count.
HEADINGS = {
    "category": ("khoan chi", "loai chi phi", "noi dung chi", "cost category"),
    "description": ("dien giai", "mo ta", "detail"),
    "year": ("nam",),
    "state": ("ngan sach nha nuoc", "nsnn", "state budget"),
    "host": ("to chuc chu tri", "von tu co", "host organisation"),
    "partner": (
        "doi tac hoac nguon khac",
        "nguon khac",
        "partner or other source",
        "other source",
    ),
}
REQUIRED = ("category", "year")


def template_head() -> list[str]:
    """The headings of the empty sheet that people can download."""
    return [
        _("Category"),
        _("Description"),
        _("Year"),
        *(str(s.label) for s in BudgetSource),
    ]


def template_rows() -> list[list[Any]]:
    """One example row for each category."""
    return [[str(c.label), "", 2026, 0, 0, 0] for c in BudgetCategory]


def read_sheet(file: UploadedFile[Any]) -> list[dict[str, Any]]:
    """Return the rows as typed; ``Invalid`` says what is wrong with the sheet."""
    if (file.size or 0) > MOST_BYTES:
        raise _refused(
            _("The sheet is larger than 2 MB."),
            _("Leave only the budget lines in it."),
        )
    book = _open(file)
    try:
        sheet = book.worksheets[0]
        lines = sheet.iter_rows(
            max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS, values_only=True
        )
        head = next(lines, ())
        places = _places(head)
        return [
            _row(line, places) for line in lines if any(c is not None for c in line)
        ]
    except Invalid:
        raise
    except Exception as error:
        raise _refused(
            _("The sheet cannot be read."),
            _("Copy the lines into the empty sheet offered here."),
        ) from error
    finally:
        book.close()


def _open(file: UploadedFile[Any]) -> Any:
    import openpyxl  # noqa: PLC0415 -- slow, seldom needed

    try:
        with zipfile.ZipFile(file) as archive:
            unpacked = sum(i.file_size for i in archive.infolist())
        file.seek(0)
        if unpacked <= MOST_UNPACKED:
            return openpyxl.load_workbook(file, read_only=True, data_only=True)
    except Exception as error:  # openpyxl raises whatever the broken part causes
        raise _refused(
            _("This is not an Excel workbook (.xlsx)."),
            _("Save it as “Excel workbook (.xlsx)” and choose it again."),
        ) from error
    raise _refused(
        _("The sheet unpacks to far more than a budget needs."),
        _("Copy the lines into the empty sheet offered here."),
    )


def _places(head: tuple[Any, ...]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, heading in enumerate(head):
        text = fold(str(heading or ""))
        for column, names in HEADINGS.items():
            if column not in found and (text == column or text in names):
                found[column] = place
    missing = [c for c in REQUIRED if c not in found]
    if missing or not set(found) & set(BudgetSource.values):
        raise _refused(
            _("The first row must hold the headings: %(head)s. Found: %(found)s.")
            % {
                "head": ", ".join(template_head()),
                "found": ", ".join(str(h) for h in head if h)[:200] or "—",
            },
            _("Download the empty sheet and copy your lines into it."),
        )
    return found


def _row(line: tuple[Any, ...], places: dict[str, int]) -> dict[str, Any]:
    row = {
        column: _cell(line[places[column]])
        for column in BUDGET_COLUMNS
        if column in places and places[column] < len(line)
    }
    row["category"] = _category(str(row.get("category", "")))
    return row


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _category(text: str) -> str:
    """A category by its code or by its label in either language."""
    wanted = fold(text)
    for language in ("vi", "en"):
        with override(language):
            for category in BudgetCategory:
                if wanted in (category.value, fold(str(category.label))):
                    return str(category.value)
    return text


def _refused(message: str, mend: str) -> Invalid:
    return Invalid([Problem(field="sheet", message=message, mend=mend)])
