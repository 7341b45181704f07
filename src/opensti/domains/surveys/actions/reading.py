"""Rows of an uploaded table, each with its number; what cannot be read is told by row.

The file itself is not kept: it may hold addresses of people.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from opensti.kernel.checks import problem
from opensti.kernel.files.sniffing import check_content, extension_of
from opensti.kernel.refusals import Invalid, Problem
from opensti.kernel.spreadsheets import Column, match_columns, open_table, records

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.core.files.base import File

MOST_BYTES = 30_000_000
MOST_TOLD = 50


def read_rows(
    file: File[bytes] | None, columns: Sequence[Column], *, most: int
) -> list[tuple[int, Mapping[str, Any]]]:
    """(row, values by key) of a CSV or XLSX table; ``Invalid`` with up to 50 faults."""
    if file is None:
        raise problem("file", _("Choose a file."))
    if (file.size or 0) > MOST_BYTES:
        raise problem("file", _("The file is larger than 30 MB."), _("Split it."))
    name = file.name or ""
    faults: list[Problem] = []
    found: list[tuple[int, Mapping[str, Any]]] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table"
        with path.open("wb") as into:
            for chunk in file.chunks():
                into.write(chunk)
        check_content(path, extension_of(name, table=True))
        table = open_table(path, name=name, max_rows=most)
        matching = match_columns(table.header, columns).require()
        for one in records(table, columns, matching):
            number = one.row.number
            faults += [
                Problem(
                    field="file",
                    message=_("Row %(row)d, %(column)s: %(what)s")
                    % {"row": number, "column": p.field or "—", "what": p.message},
                    mend=p.mend,
                )
                for p in one.problems
            ]
            if not one.problems:
                found.append((number, one.values))
            if len(faults) >= MOST_TOLD:
                break
    if faults:
        raise Invalid(faults[:MOST_TOLD])
    if not found:
        raise problem("file", _("The table has no rows."))
    return found
