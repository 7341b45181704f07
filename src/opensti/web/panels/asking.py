"""How pages of councils read what was sent, and how they answer a refused act."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import get_current_timezone, is_naive, make_aware

from opensti.domains.panels.choices import Allowance
from opensti.kernel.money import parse_money
from opensti.kernel.refusals import Invalid

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.http import QueryDict

LONGEST_NUMBER = 12


def whole(text: str | None) -> int | None:
    """A whole number as sent; nothing if it was left out or garbled."""
    text = (text or "").strip()
    if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER:
        return int(text)
    return None


def numbers(sent: QueryDict, name: str) -> list[int]:
    return [n for n in map(whole, sent.getlist(name)) if n is not None]


def day(text: str | None) -> date | None:
    try:
        return parse_date((text or "").strip())
    except ValueError:
        return None


def moment(text: str | None) -> datetime | None:
    """A local date and time as a browser sends it."""
    try:
        found = parse_datetime((text or "").strip())
    except ValueError:
        return None
    if found is None:
        return None
    return make_aware(found, get_current_timezone()) if is_naive(found) else found


def amount(text: str | None) -> Decimal | None:
    """Whole đồng as people write them; nothing when left out, -1 when not an amount."""
    if not (text or "").strip():
        return None
    try:
        return parse_money(text or "")
    except (Invalid, InvalidOperation):
        return Decimal(-1)


def share(text: str | None) -> float | None:
    """A share between 0 and 1 as people write it; nothing when left out, -1 if garbled."""
    text = (text or "").strip().replace(",", ".")
    if not text:
        return None
    try:
        found = float(text)
    except ValueError:
        return -1.0
    return found if 0 <= found <= 1 else -1.0


def allowance(sent: QueryDict) -> Allowance | None:
    """The decision that allows to depart from a rule, if any of its two boxes is filled."""
    reason, number = (
        sent.get("override_reason", "").strip(),
        sent.get("override_number", "").strip(),
    )
    return Allowance(reason=reason, number=number) if reason or number else None


def by_item(sent: QueryDict, prefix: str) -> dict[int, str]:
    """What was typed for single items: ``prefix-12`` -> text."""
    found = {}
    for name, value in sent.items():
        if name.startswith(f"{prefix}-"):
            pk = whole(name.removeprefix(f"{prefix}-"))
            if pk is not None:
                found[pk] = str(value)
    return found
