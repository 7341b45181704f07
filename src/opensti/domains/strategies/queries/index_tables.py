"""The two tables of a composite index as people bring them: CSV or a workbook."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from opensti.kernel.files.sniffing import check_content, extension_of
from opensti.kernel.refusals import Invalid, Problem
from opensti.kernel.spreadsheets import open_table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from opensti.kernel.refusals import Text

MOST_UNITS = 5_000
MOST_CELLS = 500_000


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A table as it was brought; ``at`` is where each row stood in its file."""

    header: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    at: tuple[int, ...]

    @classmethod
    def kept(cls, plain: Mapping[str, Any]) -> Sheet:
        """A table as a version keeps it."""
        return cls(
            header=tuple(plain["header"]),
            rows=tuple(tuple(row) for row in plain["rows"]),
            at=tuple(plain["at"]),
        )

    @property
    def is_whole(self) -> bool:
        """Whether each row has a cell for each name of the header, and its number."""
        return len(self.at) == len(self.rows) and all(
            len(row) == len(self.header) for row in self.rows
        )

    def to_plain(self) -> dict[str, Any]:
        return {
            "header": list(self.header),
            "rows": [list(row) for row in self.rows],
            "at": list(self.at),
        }


def read_sheet(path: Path, *, name: str, field: str) -> Sheet:
    """The table as its header and its rows of texts, numbers and gaps.

    ``name`` is the name of the file, ``field`` where a page shows what is wrong with it.
    Raises ``Invalid`` for a file that is no table, is not what its name says, has no rows,
    or is larger than an index can be.
    """
    check_content(path, extension_of(name, table=True))
    table = open_table(path, name=name, max_rows=MOST_UNITS)
    header = [heading.strip() for heading in table.header]
    rows: list[tuple[Any, ...]] = []
    at: list[int] = []
    found: list[Problem] = []
    for row in table.rows:
        found += row.problems
        rows.append(tuple(_cell(row.values.get(name)) for name in table.header))
        at.append(row.number)
        if len(rows) * len(header) > MOST_CELLS:
            raise Invalid([_too_large(field)])
    if found:
        raise Invalid(found)
    if not rows:
        raise Invalid(
            [
                Problem(
                    field=field,
                    message=_(
                        "The table has a first row with names and nothing below."
                    ),
                    mend=_("Put one row for each unit or indicator below the names."),
                )
            ]
        )
    return Sheet(header=tuple(header), rows=tuple(rows), at=tuple(at))


def _too_large(field: str) -> Problem:
    message: Text = _("The table has more than %(most)s cells.") % {"most": MOST_CELLS}
    return Problem(
        field=field,
        message=message,
        mend=_("Leave out columns that are not in the table of indicators."),
    )


def _cell(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return None if value is None else str(value)
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, str):
        return value.strip() or None
    return value
