"""What is compared: a task, a proposal, a report, an award of somebody's archive."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sti_methods.similarity.text import folded_words

if TYPE_CHECKING:
    from datetime import date

FULL, TITLE = "full", "title"
GROUPS = (FULL, TITLE)
ENOUGH_WORDS = 10
LONGEST_TEXT = 200_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """One piece of work, as far as it is known.

    Parameters
    ----------
    id : str
        Unique within a corpus.
    title, abstract : str
        Texts, any may be empty; ``objectives``, ``products`` and ``keywords`` likewise.
        A title in two languages is one text with both.
    year : int, optional
        When it began. A query with a year is compared with its own and earlier years,
        and with records whose year is not known.
    begins, ends : int or date, optional
        Its time, for what the evidence says of overlap in time. A year stands whole:
        2020 to 2021 are two years. A date ``ends`` is the first day after.
    people, organisations : tuple of str
        Names as given, for the evidence only: they never change a score.
    amount : float, optional
        Public money, in the currency the reader knows.
    """

    id: str
    title: str = ""
    abstract: str = ""
    objectives: str = ""
    products: str = ""
    keywords: str = ""
    year: int | None = None
    begins: int | date | None = None
    ends: int | date | None = None
    people: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    amount: float | None = None
    extra: dict[str, str] = field(default_factory=dict, compare=False)

    @property
    def body(self) -> str:
        """Everything but the title, one field a line, in a fixed order."""
        texts = (self.abstract, self.objectives, self.products, self.keywords)
        return "\n".join(text for text in texts if text)

    @property
    def group(self) -> str:
        """``full``, or ``title`` where the rest has fewer than ten words."""
        return TITLE if len(folded_words(self.body)) < ENOUGH_WORDS else FULL


def clean(text: str) -> str:
    """Return a text in NFC without control characters, cut at 200,000 characters."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return text[:LONGEST_TEXT].replace("\x00", " ").strip()
