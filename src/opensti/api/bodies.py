"""What a program sent, read within bounds before any act sees it.

A form of the house sends at most a thousand fields of text that a database can keep. A
body says no more: no list and no object has more than ``MOST`` entries, no number more
than ``DIGITS`` digits before or after its point, no text what cannot be kept or seen.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, NoReturn

from django.utils.translation import gettext as _

from opensti.kernel.refusals import Invalid, Problem
from opensti.kernel.unseen import first_unseen

LONGEST = 2_000_000
MOST = 1_000
DIGITS = 40
_HALF = re.compile("[\ud800-\udfff]")


def parsed(text: str | bytes) -> dict[str, Any]:
    """The arguments that a body says; ``Invalid`` where it says them in no usable way."""
    if len(text) > LONGEST:
        raise faulty("", _("The body is longer than an act can be."))
    try:
        data = json.loads(text, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise faulty("", _("The body is not JSON.")) from None
    if not isinstance(data, dict):
        raise faulty("", _("The body is not a JSON object."))
    for name, said in data.items():
        _bounded(said, name)
    return data


def bounded(said: dict[str, Any]) -> None:
    """Raise ``Invalid`` where a body, read already, says what cannot be kept."""
    for name, value in said.items():
        _bounded(value, name)


def faulty(field: str, message: str) -> Invalid:
    """The refusal of what was sent, before an act was asked."""
    return Invalid(
        [Problem(field=field, message=message, mend=_("Send the arguments as JSON."))]
    )


def _no_number(name: str) -> NoReturn:
    """``NaN`` and the infinities are no JSON, though the library reads them."""
    raise ValueError(name)


def _bounded(said: Any, field: str) -> None:
    """Raise ``Invalid`` where a value, however deep, is past what an act can be told."""
    if isinstance(said, str):
        if not _can_be_kept(said):
            raise faulty(field, _("This text has a character that cannot be kept."))
        if letter := first_unseen(said):
            raise Invalid(
                [
                    Problem(
                        field=field,
                        message=_(
                            "This text has a letter that nobody sees: %(letter)s."
                        )
                        % {"letter": letter},
                        mend=_("Send the text without it."),
                    )
                ]
            )
    elif isinstance(said, int | Decimal):
        if not _measured(Decimal(said)):
            raise faulty(field, _("This number has too many digits."))
    elif isinstance(said, dict | list):
        if len(said) > MOST:
            raise faulty(
                field, _("At most %(most)d entries are taken at once.") % {"most": MOST}
            )
        for part in said:
            _bounded(part, field)
        for part in said.values() if isinstance(said, dict) else ():
            _bounded(part, field)


def _can_be_kept(text: str) -> bool:
    """No NUL (PostgreSQL) and no half of a pair (no database)."""
    return "\x00" not in text and not _HALF.search(text)


def _measured(number: Decimal) -> bool:
    """Whether writing the number out takes no more digits than a number has."""
    few = len(number.as_tuple().digits) <= 2 * DIGITS
    return few and abs(number.adjusted()) <= DIGITS
