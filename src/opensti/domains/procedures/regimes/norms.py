"""What a line of a task's budget may cost at most: dated tables of norms, with their source.

The tables are data (``procedures/norms/*.yaml``). A regime names those that its budgets
are drawn up under; one that names none says that no norm is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date  # noqa: TC003 -- read at run time by reading.py
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from django.conf import settings
from django.utils.translation import gettext as _

from opensti.domains.procedures.regimes.format import Fact, Labelled
from opensti.domains.procedures.regimes.reading import read
from opensti.kernel.citations import cited
from opensti.kernel.refusals import Invalid, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

# What a share may be of, besides the id of another table.
SUMS = ("state", "total")


@dataclass(frozen=True, kw_only=True)
class Norm(Labelled):
    """The most for one unit (``amount`` by ``coefficient``), or for all lines together.

    ``share`` is of the sum that ``of`` names; ``cap`` (whole đồng) limits it. ``categories``
    are those of the budget where it is offered; empty means all.
    """

    id: str
    unit_vi: str = ""
    unit_en: str = ""
    categories: tuple[str, ...] = ()
    amount: Decimal | None = None
    coefficient: Fraction = Fraction(1)
    share: Fraction | None = None
    of: str = ""
    cap: Decimal | None = None

    def unit(self, lang: str = "vi") -> str:
        return self.unit_en if lang.startswith("en") else self.unit_vi

    def most_for(self, quantity: Decimal) -> Decimal | None:
        """The most for so many units, in whole đồng, rounded down; None for a share."""
        if self.amount is None:
            return None
        exact = Fraction(self.amount) * self.coefficient * Fraction(quantity)
        return Decimal(exact.numerator // exact.denominator)

    def most_of(self, base: Decimal) -> Decimal | None:
        """The most for all lines of the norm together, rounded down; None per unit."""
        if self.share is None:
            return None
        exact = self.share * Fraction(base)
        most = Decimal(exact.numerator // exact.denominator)
        return most if self.cap is None else min(most, self.cap)


@dataclass(frozen=True, kw_only=True)
class NormTable(Fact):
    """The norms of one text on one kind of cost, and their time."""

    id: str
    title_vi: str
    title_en: str
    since: date
    until: date | None = None
    rows: tuple[Norm, ...]

    def title(self, lang: str = "vi") -> str:
        return self.title_en if lang.startswith("en") else self.title_vi

    @property
    def said(self) -> str:
        """The text and, where it is known, its article, in the reader's language."""
        place = f" Art {self.art}" if self.art else ""
        return cited(f"NORM{place}", names={"NORM": (self.src, self.src)})

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)

    def row(self, norm_id: str) -> Norm | None:
        return next((row for row in self.rows if row.id == norm_id), None)


@dataclass(frozen=True, kw_only=True)
class NormTables:
    tables: tuple[NormTable, ...]


@lru_cache(maxsize=4)
def _read(folder: Path) -> dict[str, NormTable]:
    found: dict[str, NormTable] = {}
    problems = []
    for path in sorted(folder.glob("*.yaml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        for table in read(NormTables, content, file=path.name).tables:
            if table.id in found:
                problems.append(_twice(path.name, table.id))
            found[table.id] = table
    problems += [
        problem
        for table in found.values()
        for problem in _faults(table, {*SUMS, *found})
    ]
    if problems:
        raise Invalid(problems)
    return found


def _twice(name: str, table_id: str) -> Problem:
    return Problem(
        field=f"{name}.tables.{table_id}",
        message=_("“%(id)s” stands here twice.") % {"id": table_id},
        mend=_("Give each its own id."),
    )


def _faults(table: NormTable, sums: Iterable[str]) -> Iterable[Problem]:
    """Each norm is an amount for a unit or a share of something, and not both."""
    for row in table.rows:
        per_unit, a_share = row.amount is not None, row.share is not None
        if per_unit == a_share or (a_share and row.of not in sums):
            yield Problem(
                field=f"tables.{table.id}.{row.id}",
                message=_("A norm is an amount for a unit, or a share of a known sum."),
                mend=_("Give “amount”, or “share” with “of”."),
            )


def norm_tables() -> dict[str, NormTable]:
    """Return the tables of this house by id; a faulty file raises ``Invalid``."""
    folder: Any = settings.OPENSTI_PROCEDURES_DIR
    return _read(Path(folder) / "norms")
