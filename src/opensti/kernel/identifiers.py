"""Codes that name things: checked before they are kept, never used as primary keys.

Each ``*_code`` function returns the canonical form or raises ``Invalid`` naming the
field; ``is_*`` ask. Sources: tax codes, Thông tư 105/2020/TT-BTC Điều 5 (structure) and
the check digit in common use (weights 31 … 3, modulo 11); ORCID, ISO/IEC 7064 MOD 11-2;
ROR, Crockford base 32 with ISO/IEC 7064 MOD 97-10.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from opensti.kernel.refusals import Invalid, Problem

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_TAX_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
_TAX = re.compile(r"(\d{10})(?:-?(\d{3}))?")
_ORCID = re.compile(
    r"(?:https?://(?:www\.)?orcid\.org/)?(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dXx])/?"
)
_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
_ROR = re.compile(
    rf"(?:(?:https?://)?ror\.org/)?(0[{_CROCKFORD}]{{6}}\d{{2}})/?", re.IGNORECASE
)
# No 0/o, 1/i/l, u/v confusion when read aloud or copied by hand.
PUBLIC_ALPHABET = "23456789abcdefghjkmnpqrstwxyz"
PUBLIC_LENGTH = 12
LONGEST_NUMBER = 18


def row_number(text: object) -> int | None:
    """Return the number of a row or a version as a form sent it, or nothing.

    Longer ones than any database counts are none of ours.
    """
    said = str(text or "").strip()
    if said.isascii() and said.isdigit() and len(said) <= LONGEST_NUMBER:
        return int(said)
    return None


def is_tax_code(text: str) -> bool:
    """Tell whether this is an organisation's tax code (10 digits, or 13 for a branch)."""
    match = _TAX.fullmatch(text.strip().replace(" ", ""))
    if match is None or match[2] == "000":
        return False
    digits = [int(c) for c in match[1]]
    weighted = sum(w * d for w, d in zip(_TAX_WEIGHTS, digits, strict=False))
    return digits[9] == 10 - weighted % 11


def tax_code(text: str, *, field: str = "tax_code") -> str:
    """Return "0123456789" or "0123456789-001"."""
    if not is_tax_code(text):
        raise _invalid(
            field,
            _("“%(text)s” is not a valid tax code.") % {"text": text},
            _("Enter its 10 digits (13 for a branch) and check for a mistyped digit."),
        )
    digits = re.sub(r"\D", "", text)
    return (
        digits
        if len(digits) == len(_TAX_WEIGHTS) + 1
        else f"{digits[:10]}-{digits[10:]}"
    )


def is_orcid(text: str) -> bool:
    """Tell whether this is an ORCID iD with a right check character."""
    match = _ORCID.fullmatch(text.strip())
    if match is None:
        return False
    value = "".join(match.groups())
    total = 0
    for digit in value[:-1]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    return value[-1].upper() == ("X" if check == len("1234567890") else str(check))


def orcid(text: str, *, field: str = "orcid") -> str:
    """Return "0000-0002-1825-0097" from any common way to write it."""
    match = _ORCID.fullmatch(text.strip())
    if match is None or not is_orcid(text):
        raise _invalid(
            field,
            _("“%(text)s” is not a valid ORCID iD.") % {"text": text},
            _(
                "Copy it from orcid.org: four groups of four, such as 0000-0002-1825-0097."
            ),
        )
    return "-".join(match.groups()).upper()


def is_ror(text: str) -> bool:
    """Tell whether this is a ROR id with right check digits."""
    match = _ROR.fullmatch(text.strip())
    if match is None:
        return False
    number = 0
    for char in match[1][:-2].lower():
        number = number * 32 + _CROCKFORD.index(char)
    return int(match[1][-2:]) == 98 - number * 100 % 97


def ror(text: str, *, field: str = "ror") -> str:
    """Return the bare ROR id, such as "05hzgxd58"."""
    match = _ROR.fullmatch(text.strip())
    if match is None or not is_ror(text):
        raise _invalid(
            field,
            _("“%(text)s” is not a valid ROR id.") % {"text": text},
            _("Copy it from ror.org: nine characters that start with 0."),
        )
    return match[1].lower()


def new_public_id() -> str:
    """Return a short id for addresses: unguessable (58 bits), easy to read aloud."""
    return "".join(secrets.choice(PUBLIC_ALPHABET) for _n in range(PUBLIC_LENGTH))


def is_public_id(text: str) -> bool:
    """Tell whether this has the form of a public id."""
    return len(text) == PUBLIC_LENGTH and set(text) <= set(PUBLIC_ALPHABET)


_TOKEN = re.compile(r"\{([A-Z_]+)\}")


@dataclass(frozen=True)
class CodePattern:
    """How a kind of code is written, as data: ``"{TYPE}.{XXX}/{YY}"``.

    ``{X…}`` is the running number, at least as many digits as there are X; ``{YY}`` and
    ``{YYYY}`` the year; every other token is a part given by name.
    """

    text: str

    def __post_init__(self) -> None:
        tokens = _TOKEN.findall(self.text)
        if sum(set(t) == {"X"} for t in tokens) != 1:
            raise ValueError(f"{self.text}: one running number {{X…}}, please.")
        if _TOKEN.sub("", self.text).count("{") or len(tokens) != len(set(tokens)):
            raise ValueError(f"{self.text}: unknown or repeated token.")

    @cached_property
    def _expression(self) -> re.Pattern[str]:
        parts = []
        for n, piece in enumerate(_TOKEN.split(self.text)):
            parts.append(self._group(piece) if n % 2 else re.escape(piece))
        return re.compile("".join(parts))

    @staticmethod
    def _group(token: str) -> str:
        if set(token) == {"X"}:
            return rf"(?P<number>\d{{{len(token)},}})"
        if token in {"YY", "YYYY"}:
            return rf"(?P<year>\d{{{len(token)}}})"
        return rf"(?P<{token.lower()}>[^\W_][\w-]*)"

    def write(self, *, number: int, year: int, **parts: str) -> str:
        """Return the code; ``KeyError`` names a part that was not given."""

        def fill(match: re.Match[str]) -> str:
            token = match[1]
            if set(token) == {"X"}:
                return str(number).zfill(len(token))
            if token in {"YY", "YYYY"}:
                return str(year).zfill(4)[-len(token) :]
            return parts[token.lower()]

        return _TOKEN.sub(fill, self.text)

    def read(self, code: str) -> dict[str, str] | None:
        """Return the parts of a code written by this pattern, or ``None``."""
        match = self._expression.fullmatch(code.strip())
        return match.groupdict() if match else None

    def check(self, code: str, *, field: str = "code") -> str:
        """Return the code, or refuse it with an example of the pattern."""
        if self.read(code) is None:
            raise _invalid(
                field,
                _("“%(text)s” is not written as %(pattern)s.")
                % {"text": code, "pattern": self.text},
                _("X stands for the running number, Y for the year."),
            )
        return code.strip()


def _invalid(
    field: str, message: str | _StrPromise, mend: str | _StrPromise
) -> Invalid:
    return Invalid([Problem(field=field, message=message, mend=mend)])
