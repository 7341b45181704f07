"""Lines of a budget as people type them, and as they are kept: exact both ways."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from opensti.domains.calls.choices import BudgetCategory, BudgetSource
from opensti.domains.contracts.problem import Line
from opensti.domains.contracts.problem.trail import amount_of
from opensti.kernel.money import LIMIT, format_money, parse_money
from opensti.kernel.refusals import Invalid, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

MOST_ROWS = 500
FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST_QUANTITY = Decimal(10) ** 11
COLUMNS = (
    "key",
    "category",
    "description",
    "year",
    "source",
    "quantity",
    "unit",
    "price",
    "amount",
    "norm",
    "ground",
    "abroad",
    "reason",
)
# What a spare row holds by itself: it is no line yet.
GIVEN = ("category", "source", "key", "norm")
TEXTS = {"description": 500, "unit": 60, "norm": 80, "ground": 2000, "reason": 2000}


def read_lines(
    typed: Sequence[Mapping[str, Any]],
) -> tuple[list[Line], list[Problem]]:
    """The lines that can be kept, and what is wrong with the others; blank rows fall out.

    Rows are numbered as they are typed, from 1; a problem's field is ``lines.3.price``.
    """
    lines: list[Line] = []
    problems: list[Problem] = []
    if len(typed) > MOST_ROWS:
        problems.append(
            Problem(
                field="lines",
                message=_("There are more than %(most)d rows.") % {"most": MOST_ROWS},
                mend=_("Join rows of the same kind."),
            )
        )
    keys: set[str] = set()
    for number, raw in enumerate(typed[:MOST_ROWS], start=1):
        if all(not text(raw, c) for c in COLUMNS if c not in GIVEN):
            continue
        key = text(raw, "key")[:20]
        if key in keys:
            key = ""  # a row that was copied is a line of its own
        keys.add(key)
        lines.append(_line(raw, number, key, problems))
    if sum((line.amount for line in lines), Decimal(0)) >= LIMIT:
        problems.append(
            Problem(
                field="lines",
                message=_("The sum of the budget is larger than can be kept."),
                mend=_("Check the amounts: they are in đồng, not in thousands."),
            )
        )
    return lines, problems


def _line(
    raw: Mapping[str, Any], number: int, key: str, problems: list[Problem]
) -> Line:
    reader = _Row(raw, number, problems)
    quantity, price = reader.quantity(), reader.money("price")
    amount = reader.money("amount")
    if quantity is not None and price is not None:
        exact = amount_of(quantity, price)
        if amount is not None and amount != exact:
            reader.wrong(
                "amount",
                _("quantity times unit price is %(money)s.")
                % {"money": format_money(exact)},
                _("Empty the amount: it is worked out by itself."),
            )
        if exact >= LIMIT:
            reader.wrong("amount", _("the amount is larger than can be kept."), "")
            exact = Decimal(0)
        amount = exact
    elif amount is None and not reader.failed:
        reader.wrong(
            "amount",
            _("the amount is missing."),
            _("Enter it, or quantity and unit price."),
        )
    return Line(
        key=key,
        category=reader.choice("category", BudgetCategory.values),
        source=reader.choice("source", BudgetSource.values),
        year=reader.year(),
        quantity=quantity,
        price=price,
        amount=amount or Decimal(0),
        abroad=bool(text(raw, "abroad")),
        description=reader.text("description"),
        unit=reader.text("unit"),
        norm=reader.text("norm"),
        ground=reader.text("ground"),
        reason=reader.text("reason"),
    )


class _Row:
    """Reads the cells of one row; says what is wrong with them."""

    def __init__(
        self, raw: Mapping[str, Any], number: int, problems: list[Problem]
    ) -> None:
        self.raw, self.number, self.problems = raw, number, problems
        self.failed = False

    def wrong(self, column: str, message: str, mend: str) -> None:
        self.failed = True
        self.problems.append(
            Problem(
                field=f"lines.{self.number}.{column}",
                message=_("Row %(n)d: %(message)s")
                % {"n": self.number, "message": message},
                mend=mend,
            )
        )

    def text(self, column: str) -> str:
        return text(self.raw, column)[: TEXTS[column]]

    def money(self, column: str) -> Decimal | None:
        value = self.raw.get(column)
        if not text(self.raw, column):
            return None
        try:
            return parse_money(
                value if isinstance(value, int | Decimal) else str(value)
            )
        except Invalid as refusal:
            self.wrong(
                column,
                str(refusal.message),
                _("Write digits only, such as 120.000.000."),
            )
            return None

    def quantity(self) -> Decimal | None:
        said = text(self.raw, "quantity")
        if not said:
            return None
        try:
            found = Decimal(said.replace(" ", "").replace(",", "."))
        except InvalidOperation:
            found = Decimal(-1)
        if (
            not found.is_finite()
            or not 0 <= found < MOST_QUANTITY
            or found != found.quantize(Decimal("0.001"))
        ):
            self.wrong(
                "quantity",
                _("“%(text)s” is not a quantity.") % {"text": said[:40]},
                _("Enter a number such as 6 or 4,5, with at most three decimals."),
            )
            return None
        return found.quantize(Decimal("0.001"))

    def choice(self, column: str, values: Sequence[Any]) -> str:
        said = text(self.raw, column)
        if said not in values:
            self.wrong(
                column,
                _("“%(text)s” is not one of the choices.") % {"text": said[:80]},
                _("Choose from the list."),
            )
        return said

    def year(self) -> int:
        said = text(self.raw, "year")
        if (
            said.isascii()
            and said.isdigit()
            and FIRST_YEAR <= int(said[:6]) <= LAST_YEAR
        ):
            return int(said)
        self.wrong(
            "year",
            _("“%(text)s” is not a year.") % {"text": said[:40]},
            _("Enter a year such as 2026."),
        )
        return FIRST_YEAR


def text(raw: Mapping[str, Any], column: str) -> str:
    value = raw.get(column)
    if value is None or value is False:
        return ""
    return str(value).replace("\x00", "").strip()


def as_typed(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """Lines as the editor shows them; amounts in the reader's grouping."""
    return [
        {
            **{c: getattr(line, c) for c in COLUMNS},
            "quantity": quantity_text(line.quantity),
            "price": _money(line.price),
            "amount": _money(line.amount),
            "abroad": "1" if line.abroad else "",
            "reason": "",
        }
        for line in lines
    ]


def quantity_text(quantity: Decimal | None) -> str:
    """A quantity without zeros that say nothing: ``4,5``."""
    if quantity is None:
        return ""
    plain = f"{quantity:f}"
    return plain.rstrip("0").rstrip(".").replace(".", ",") if "." in plain else plain


def _money(amount: Decimal | None) -> str:
    return "" if amount is None else format_money(amount, unit=False)
