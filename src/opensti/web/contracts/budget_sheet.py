"""The lines of a budget as a workbook: written as they are read again, cell by cell."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from opensti.domains.calls.choices import BudgetCategory, BudgetSource
from opensti.domains.contracts.problem.rows import COLUMNS, MOST_ROWS, read_lines
from opensti.kernel.refusals import Invalid, Problem
from opensti.kernel.searchtext import fold
from opensti.kernel.spreadsheets import Column, as_text, match_columns, open_table
from opensti.web.contracts.budget_rows import headings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.core.files.uploadedfile import UploadedFile

    from opensti.domains.contracts.problem import Line

MOST_BYTES = 2 * 1024 * 1024
REQUIRED = ("category", "year", "source", "amount")
_ALIASES = {
    "category": ("khoản chi", "nội dung chi", "cost category"),
    "description": ("diễn giải", "mô tả", "detail"),
    "year": ("năm",),
    "source": ("nguồn", "nguồn vốn"),
    "quantity": ("số lượng", "khối lượng"),
    "unit": ("đơn vị tính", "đvt"),
    "price": ("đơn giá", "price"),
    "amount": ("thành tiền", "số tiền"),
}


def sheet_head() -> list[str]:
    """The headings; those of money name the currency."""
    return [_heading(c) for c in COLUMNS]


def sheet_rows(lines: Iterable[Line]) -> list[list[Any]]:
    """One row a line; figures are figures, a choice is said by its label."""
    return [
        [
            line.key,
            str(BudgetCategory(line.category).label),
            line.description,
            line.year,
            str(BudgetSource(line.source).label),
            line.quantity,
            line.unit,
            line.price,
            line.amount,
            line.norm,
            line.ground,
            _("yes") if line.abroad else "",
            "",
        ]
        for line in lines
    ]


def read_file(file: UploadedFile[Any]) -> list[dict[str, Any]]:
    """Rows of an uploaded table as typed; ``Invalid`` names the column or the cell."""
    if (file.size or 0) > MOST_BYTES:
        raise Invalid(
            [
                Problem(
                    field="sheet",
                    message=_("The sheet is larger than 2 MB."),
                    mend=_("Leave only the budget lines in it."),
                )
            ]
        )
    return _read(b"".join(file.chunks()), file.name or "")


def read_pasted(text: str) -> list[dict[str, Any]]:
    """Rows pasted from a spreadsheet program, with their headings in the first line."""
    if not text.strip():
        raise Invalid(
            [
                Problem(
                    field="sheet",
                    message=_("There is no workbook and nothing is pasted."),
                    mend=_("Choose a file, or paste the rows with their headings."),
                )
            ]
        )
    return _read(text.encode(), "pasted.tsv")


def _read(content: bytes, name: str) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet"
        path.write_bytes(content)
        table = open_table(path, name=name, max_rows=MOST_ROWS)
        labels = headings()
        columns = [
            Column(
                key=c,
                label=labels[c],
                aliases=(*_other_names(c), *_ALIASES.get(c, ())),
                required=c in REQUIRED,
            )
            for c in COLUMNS
        ]
        found = match_columns(table.header, columns).require().found
        places = {h: _letters(n) for n, h in enumerate(table.header, start=1)}
        rows: list[dict[str, Any]] = []
        problems: list[Problem] = []
        numbers: list[int] = []
        for row in table.rows:
            typed = {c: _cell(row.values.get(found[c])) for c in COLUMNS if c in found}
            for column, kinds in (
                ("category", BudgetCategory),
                ("source", BudgetSource),
            ):
                value = _chosen(typed.get(column, ""), kinds.choices)
                if value is None:
                    problems.append(
                        Problem(
                            field="sheet",
                            message=_(
                                "Cell %(cell)s: “%(text)s” is not one of: %(known)s."
                            )
                            % {
                                "cell": f"{places[found[column]]}{row.number}",
                                "text": typed[column][:80],
                                "known": ", ".join(str(k.label) for k in kinds),
                            },
                            mend=_("Correct the cell and take the sheet over again."),
                        )
                    )
                else:
                    typed[column] = value
            typed["abroad"] = _mark(typed.get("abroad", ""))
            problems += [
                Problem(field="sheet", message=p.message, mend=p.mend)
                for p in row.problems
            ]
            rows.append(typed)
            numbers.append(row.number)
    problems += _figures(rows, numbers, {c: places[h] for c, h in found.items()})
    if problems:
        raise Invalid(problems)
    return rows


def _figures(
    rows: list[dict[str, Any]], numbers: Sequence[int], letters: Mapping[str, str]
) -> list[Problem]:
    """What cannot be read as a figure or a year, each with its cell."""
    found = []
    for p in read_lines(rows)[1]:
        _part, number, column = (*p.field.split("."), "", "")[:3]
        if not number or column not in letters or column in ("category", "source"):
            continue
        cell = f"{letters[column]}{numbers[int(number) - 1]}"
        found.append(
            Problem(
                field="sheet",
                message=_("Cell %(cell)s: %(message)s")
                % {"cell": cell, "message": str(p.message).partition(": ")[2]},
                mend=p.mend,
            )
        )
    return found


def _other_names(column: str) -> list[str]:
    """The heading in either language: a workbook travels between readers."""
    found = []
    for language in ("vi", "en"):
        with override(language):
            found += [headings()[column], _heading(column)]
    return found


def _heading(column: str) -> str:
    label = headings()[column]
    return f"{label} (VND)" if column in ("price", "amount") else label


def _cell(value: Any) -> str:
    """A cell as a person would have typed it; a figure without float noise."""
    if value is None:
        return ""
    text = as_text(value)
    if isinstance(value, float):
        # A workbook keeps every figure as a float; whole ones are whole đồng.
        return str(int(value)) if value.is_integer() else text.replace(".", ",")
    return text


def _chosen(text: str, choices: Sequence[tuple[Any, Any]]) -> str | None:
    """A choice by its code or its label in either language; None for anything else."""
    wanted = fold(text)
    for language in ("vi", "en"):
        with override(language):
            for value, label in choices:
                if wanted and wanted in (fold(str(value)), fold(str(label))):
                    return str(value)
    return None


def _mark(text: str) -> str:
    return "" if fold(text) in ("", "0", "no", "khong", "false") else "1"


def _letters(number: int) -> str:
    """The name of a column in a spreadsheet: 1 → A, 27 → AA."""
    name = ""
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
