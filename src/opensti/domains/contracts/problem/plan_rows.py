"""Milestones, products and instalments as people type them: read, and shown again."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from opensti.domains.contracts.problem.plan import (
    InstalmentPart,
    MilestonePart,
    ProductPart,
)
from opensti.domains.contracts.problem.rows import quantity_text, text
from opensti.kernel.money import format_money, parse_money
from opensti.kernel.refusals import Invalid, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

COLUMNS: dict[str, tuple[str, ...]] = {
    "milestones": ("was", "name_vi", "name_en", "evidence", "due_on"),
    "products": (
        "key",
        "kind",
        "name_vi",
        "name_en",
        "quantity",
        "unit",
        "quality",
        "due_on",
        "milestone",
    ),
    "instalments": (
        "key",
        "kind",
        "label",
        "amount",
        "due_on",
        "milestone",
        "evidence",
    ),
}
# What a spare row holds by itself: it says nothing yet.
GIVEN = ("was", "key", "kind", "milestone")
LENGTHS = {"name_vi": 300, "name_en": 300, "unit": 60, "label": 300}
MOST_TEXT = 5000
MOST_DIGITS = 4
Part = MilestonePart | ProductPart | InstalmentPart


def said_rows(
    rows: Sequence[Mapping[str, Any]], section: str
) -> list[Mapping[str, Any]]:
    """The rows that say anything."""
    wanted = [c for c in COLUMNS[section] if c not in GIVEN]
    return [row for row in rows if any(text(row, c) for c in wanted)]


def read_milestones(
    rows: Sequence[Mapping[str, Any]],
) -> tuple[list[MilestonePart], list[Problem]]:
    problems: list[Problem] = []
    found = []
    for number, raw in enumerate(rows, start=1):
        row = _Row("milestones", number, raw, problems)
        due = row.day()
        if due is None and not text(raw, "due_on"):
            row.wrong("due_on", _("the day is missing."), _("Choose a day."))
        if due is not None:
            found.append(
                MilestonePart(
                    was=row.number_of("was"),
                    name_vi=row.text("name_vi"),
                    name_en=row.text("name_en"),
                    evidence=row.text("evidence"),
                    due_on=due,
                )
            )
    return found, problems


def read_products(
    rows: Sequence[Mapping[str, Any]],
) -> tuple[list[ProductPart], list[Problem]]:
    problems: list[Problem] = []
    found = []
    for number, raw in enumerate(rows, start=1):
        row = _Row("products", number, raw, problems)
        found.append(
            ProductPart(
                key=text(raw, "key")[:20],
                kind=text(raw, "kind"),
                name_vi=row.text("name_vi"),
                name_en=row.text("name_en"),
                quantity=row.quantity(),
                unit=row.text("unit"),
                quality=row.text("quality"),
                due_on=row.day(),
                milestone=row.number_of("milestone"),
            )
        )
    return found, problems


def read_instalments(
    rows: Sequence[Mapping[str, Any]],
) -> tuple[list[InstalmentPart], list[Problem]]:
    problems: list[Problem] = []
    found = []
    for number, raw in enumerate(rows, start=1):
        row = _Row("instalments", number, raw, problems)
        found.append(
            InstalmentPart(
                key=text(raw, "key")[:20],
                kind=text(raw, "kind"),
                label=row.text("label"),
                amount=row.money(),
                due_on=row.day(),
                milestone=row.number_of("milestone"),
                evidence=row.text("evidence"),
            )
        )
    return found, problems


class _Row:
    """Reads the cells of one row; says what is wrong with them."""

    def __init__(
        self,
        section: str,
        number: int,
        raw: Mapping[str, Any],
        problems: list[Problem],
    ) -> None:
        self.section, self.number = section, number
        self.raw, self.problems = raw, problems

    def wrong(self, column: str, message: str, mend: str) -> None:
        self.problems.append(
            Problem(
                field=f"{self.section}.{self.number}.{column}",
                message=_("Row %(n)d: %(message)s")
                % {"n": self.number, "message": message},
                mend=mend,
            )
        )

    def text(self, column: str) -> str:
        return text(self.raw, column)[: LENGTHS.get(column, MOST_TEXT)]

    def number_of(self, column: str) -> int | None:
        said = text(self.raw, column)
        short = len(said) <= MOST_DIGITS
        return int(said) if short and said.isascii() and said.isdigit() else None

    def day(self) -> date | None:
        said = text(self.raw, "due_on")
        if not said:
            return None
        for form in ("%Y-%m-%d", "%d/%m/%Y"):
            try:
                return datetime.strptime(said, form).date()  # noqa: DTZ007 -- a day has no zone
            except ValueError:
                continue
        self.wrong(
            "due_on",
            _("“%(text)s” is not a day.") % {"text": said[:40]},
            _("Enter a day such as 31/12/2026."),
        )
        return None

    def quantity(self) -> Decimal | None:
        said = text(self.raw, "quantity")
        if not said:
            return None
        try:
            found = Decimal(said.replace(" ", "").replace(",", "."))
            if found.is_finite() and 0 < found < Decimal(10) ** 11:
                return found.quantize(Decimal("0.001"))
        except InvalidOperation:
            pass
        self.wrong(
            "quantity",
            _("“%(text)s” is not a quantity.") % {"text": said[:40]},
            _("Enter a number such as 6 or 4,5, with at most three decimals."),
        )
        return None

    def money(self) -> Decimal:
        said = text(self.raw, "amount")
        if not said:
            self.wrong(
                "amount",
                _("the amount is missing."),
                _("Enter it, or empty the row."),
            )
            return Decimal(0)
        try:
            return parse_money(said)
        except Invalid as refusal:
            self.wrong(
                "amount",
                str(refusal.message),
                _("Write digits only, such as 120.000.000."),
            )
            return Decimal(0)


def shown(part: Part) -> dict[str, Any]:
    """A part as the editor shows it."""
    return {
        name: value.isoformat()
        if isinstance(value, date)
        else format_money(value, unit=False)
        if name == "amount"
        else quantity_text(value)
        if name == "quantity"
        else value
        for name, value in part.__dict__.items()
    }
