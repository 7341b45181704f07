"""What a piece of work says of itself, in plain words and numbers.

The domain that keeps the work writes it; a domain that compares works reads it and
needs to know nothing else about needs, orders, dossiers or tasks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkText:
    """One piece of work as it stands.

    ``subject`` names it as the record does (``tasks.need:ab12``), ``object_id`` is its
    row; ``stamp`` is another one as soon as the words are. Texts in two languages stand
    one after the other. ``begins`` and ``ends`` are years. ``answers`` names the works
    this one comes from (a dossier its order, an order its needs): alike by intention.
    """

    object_id: int
    subject: str
    stamp: str
    code: str = ""
    title_vi: str = ""
    title_en: str = ""
    abstract: str = ""
    objectives: str = ""
    products: str = ""
    keywords: str = ""
    year: int | None = None
    begins: int | None = None
    ends: int | None = None
    people: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    amount: Decimal | None = None
    currency: str = "VND"
    source: str = ""
    answers: tuple[str, ...] = ()


def joined(*texts: str) -> str:
    """Texts that say something, one under the other, none twice."""
    return "\n".join(dict.fromkeys(text.strip() for text in texts if text.strip()))
