"""Money is whole đồng: read as people type it, shown as they write it, never rounded in silence.

Unit everywhere: đồng (VND), ``Decimal`` without fraction, at most 15 digits
(``MoneyField``: a column refuses a fraction that the database would round). Refusals are
``Invalid`` and name the field and the value. Groups of thousands: "." in Vietnamese, "," in English.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Literal, overload

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from opensti.kernel.refusals import Invalid, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.utils.functional import _StrPromise

MAX_DIGITS = 18  # of the columns: sums of amounts fit as well
# SQLite keeps whole numbers exactly up to 2**53, about 9 * 10**15: no amount reaches that.
LIMIT = Decimal(10) ** 15
MILLION = Decimal(1_000_000)
_SIGNS = re.compile(r"(vnđ|vnd|đồng|₫|đ|dong)\.?$", re.IGNORECASE)
_SPACES = re.compile(r"[\s\u00a0\u202f]+")
_GROUPED = re.compile(r"^\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*$")
_NBSP = "\u00a0"


if TYPE_CHECKING:
    Column = models.DecimalField[Decimal, Decimal]
else:
    Column = models.DecimalField


class MoneyField(Column):
    """A column of whole đồng; ``Invalid`` on writing what is not whole.

    Both databases would round a fraction to the nearest even đồng in silence. To
    migrations it is the plain column that it is in the database.
    """

    def deconstruct(self) -> Any:
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.DecimalField", args, options

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if value is not None and not hasattr(value, "as_sql"):
            if not isinstance(value, Decimal):
                value = self.to_python(value)
            value = whole(value, field=self.name, negative=True)
        return super().get_db_prep_save(value, connection)


@overload
def money_field(
    *, null: Literal[True], **options: Any
) -> models.DecimalField[Decimal | None, Decimal | None]: ...
@overload
def money_field(**options: Any) -> models.DecimalField[Decimal, Decimal]: ...
def money_field(**options: Any) -> Any:
    """Return a column of whole đồng."""
    return MoneyField(max_digits=MAX_DIGITS, decimal_places=0, **options)


def whole(amount: Decimal, *, field: str, negative: bool = False) -> Decimal:
    """Return an amount that a program handed over, if it is whole đồng.

    Raises ``Invalid`` for a fraction of a đồng, what is no number, more than 15 digits,
    and a negative amount (unless ``negative``); nothing is ever rounded.
    """
    return _checked(amount, field=field, negative=negative)


def parse_money(
    text: str | int | Decimal, *, field: str = "", negative: bool = False
) -> Decimal:
    """Return whole đồng from "1.234.567", "1,234,567 đ", "1 234 567 VND" or a number.

    Raises ``Invalid`` for fractions of a đồng, words, mixed or wrong groups ("1.23"),
    negative amounts (unless ``negative``) and more than 15 digits.
    """
    if isinstance(text, (int, Decimal)):
        return _checked(Decimal(text), field=field, negative=negative)
    plain = _SPACES.sub(" ", text.strip())
    plain = _SIGNS.sub("", plain).strip()
    sign = 1
    if plain[:1] in {"-", "\u2212", "+"}:
        sign, plain = (1 if plain[0] == "+" else -1), plain[1:].strip()
    if re.fullmatch(r"\d{1,3}(?: \d{3})+", plain):
        plain = plain.replace(" ", "")
    if match := _GROUPED.match(plain):
        plain = plain.replace(match[1], "")
    if not (plain.isascii() and plain.isdigit()):
        raise _invalid(
            field, _("“%(text)s” is not an amount in whole đồng.") % {"text": text}
        )
    return _checked(sign * Decimal(plain), field=field, negative=negative)


def from_million(text: str | float | Decimal, *, field: str = "") -> Decimal:
    """Return whole đồng from millions of đồng: "1.234,5" (vi) or 1234.5 → 1234500000.

    In text the last of "." and "," followed by other than three digits is the decimal
    sign; "1.234" is 1234 million. A result that is not whole is refused.
    """
    if isinstance(text, str):
        plain = _SPACES.sub("", text.strip())
        if not _GROUPED.match(plain):
            head, sign, tail = plain.replace(",", ".").rpartition(".")
            plain = f"{head.replace('.', '')}{sign}{tail}"
        else:
            plain = plain.replace(".", "").replace(",", "")
    else:
        plain = str(text)
    try:
        amount = Decimal(plain) * MILLION
    except InvalidOperation:
        raise _invalid(
            field, _("“%(text)s” is not an amount in million đồng.") % {"text": text}
        ) from None
    return _checked(amount, field=field, negative=False)


def to_million(amount: Decimal, *, places: int = 3) -> Decimal:
    """Return millions of đồng, rounded half-even to ``places`` for display only."""
    return (amount / MILLION).quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)


def total(amounts: Iterable[Decimal | None]) -> Decimal:
    """Return the sum in đồng; empty cells count nothing, fractions are refused."""
    result = sum((a for a in amounts if a is not None), Decimal(0))
    return _checked(result, field="", negative=True)


def format_money(
    amount: Decimal | None, *, unit: bool = True, language: str | None = None
) -> str:
    """Return "1.234.567 đ" in Vietnamese, "1,234,567 VND" in English, "" for nothing."""
    if amount is None:
        return ""
    english = (language or get_language() or "vi").startswith("en")
    digits = f"{int(amount):,}"
    if not english:
        digits = digits.replace(",", ".")
    if not unit:
        return digits
    return f"{digits}{_NBSP}{'VND' if english else 'đ'}"


def format_million(
    amount: Decimal | None, *, places: int = 1, language: str | None = None
) -> str:
    """Return "1.234,5 triệu đ" or "VND 1,234.5 million" (trailing zeros dropped)."""
    if amount is None:
        return ""
    english = (language or get_language() or "vi").startswith("en")
    digits = f"{to_million(amount, places=places):,.{places}f}"
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    if english:
        return f"VND{_NBSP}{digits} million"
    swapped = digits.translate(str.maketrans(",.", ".,"))
    return f"{swapped}{_NBSP}triệu{_NBSP}đ"


def in_words(amount: Decimal) -> str:
    """Return the amount in Vietnamese words, as decisions write it ("Bằng chữ")."""
    whole = _checked(amount, field="", negative=True)
    if whole == 0:
        return "Không đồng"
    groups: list[int] = []
    rest = abs(int(whole))
    while rest:
        rest, group = divmod(rest, 1000)
        groups.append(group)
    words = ["âm"] if whole < 0 else []
    top = len(groups) - 1
    for place in range(top, -1, -1):
        if group := groups[place]:
            words += _three_digits(group, full=place < top)
            words += _SCALES[place % 3]
        if place and place % 3 == 0 and any(groups[place : place + 3]):
            words += ["tỷ"] * (place // 3)
    sentence = " ".join([*words, "đồng"])
    return sentence[0].upper() + sentence[1:]


_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_SCALES: tuple[list[str], ...] = ([], ["nghìn"], ["triệu"])
_FIVE, _TEN = 5, 10


def _three_digits(number: int, *, full: bool) -> list[str]:
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    words = [_DIGITS[hundreds], "trăm"] if hundreds or full else []
    if tens == 0:
        if ones:
            words += (["linh"] if words else []) + [_DIGITS[ones]]
        return words
    words += ["mười"] if tens == 1 else [_DIGITS[tens], "mươi"]
    if ones == 1 and tens > 1:
        return [*words, "mốt"]
    if ones == _FIVE:
        return [*words, "lăm"]
    return [*words, _DIGITS[ones]] if ones else words


def _checked(amount: Decimal, *, field: str, negative: bool) -> Decimal:
    if not amount.is_finite():
        raise _invalid(field, _("This is not an amount."))
    if amount != amount.to_integral_value():
        raise _invalid(
            field,
            _("An amount has no fractions of a đồng: %(amount)s.")
            % {"amount": f"{amount:f}"},
        )
    if amount < 0 and not negative:
        raise _invalid(field, _("An amount here cannot be negative."))
    if abs(amount) >= LIMIT:
        raise _invalid(field, _("The amount has more than 15 digits."))
    return Decimal(int(amount))


def _invalid(field: str, message: str | _StrPromise) -> Invalid:
    mend = _("Enter whole đồng, for example 1.234.567 or 1234567.")
    return Invalid([Problem(field=field, message=message, mend=mend)])
