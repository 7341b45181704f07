"""What a seat in a council is paid at most: dated tables of norms, each with its source.

The tables are data (``procedures/fees/council.yaml``) and no part of a regime: norms
change while a case runs, and what counts is the day of the meeting.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date  # noqa: TC003 -- read at run time by reading.py
from decimal import Decimal  # noqa: TC003 -- the same
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml
from django.conf import settings
from django.utils.translation import gettext as _

from opensti.domains.procedures.regimes.format import Fact
from opensti.domains.procedures.regimes.reading import read
from opensti.kernel.citations import cited
from opensti.kernel.refusals import Invalid, Problem


@dataclass(frozen=True, kw_only=True)
class Fee:
    """What one seat of one kind of council is paid for one meeting or one review."""

    council: str
    seat: str
    per: Literal["meeting", "review"]
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class FeeTable(Fact):
    """The norms of one text and their time; ``stand_in`` names the table they borrow."""

    id: str
    title_vi: str
    title_en: str
    since: date
    until: date | None = None
    stand_in: str = ""
    rows: tuple[Fee, ...] = ()

    @property
    def said(self) -> str:
        """The text and, where it is known, its article, in the reader's language."""
        place = f" Art {self.art}" if self.art else ""
        return cited(f"NORM{place}", names={"NORM": (self.src, self.src)})

    def amount(self, *, council: str, seat: str, per: str) -> Decimal | None:
        """Return a norm; None where the text has none for this seat."""
        for row in self.rows:
            if (row.council, row.seat, row.per) == (council, seat, per):
                return row.amount
        return None


@dataclass(frozen=True, kw_only=True)
class FeeTables:
    tables: tuple[FeeTable, ...]

    def on(self, day: date) -> tuple[FeeTable, FeeTable] | None:
        """The table that holds on a day, and the one whose amounts are used."""
        holds = [
            table
            for table in self.tables
            if table.since <= day and (table.until is None or day < table.until)
        ]
        if not holds:
            return None
        table = holds[-1]
        lender = next((t for t in self.tables if t.id == table.stand_in), table)
        return table, lender


@lru_cache(maxsize=4)
def _read(path: Path) -> FeeTables:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    found = read(FeeTables, content, file=path.name)
    known = {table.id for table in found.tables}
    for table in found.tables:
        if table.stand_in and (table.stand_in not in known or table.rows):
            raise Invalid(
                [
                    Problem(
                        field=f"tables.{table.id}.stand_in",
                        message=_("This names no other table, or there are own rows."),
                        mend=_("Name a table of this file, or leave one of the two."),
                    )
                ]
            )
    return found


def council_fees() -> FeeTables:
    """Return the tables of this house; a faulty file raises ``Invalid`` with its places."""
    folder: Any = settings.OPENSTI_PROCEDURES_DIR
    return _read(Path(folder) / "fees" / "council.yaml")
