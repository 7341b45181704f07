"""What the index holds of a public row, worked out from the row alone."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from opensti.domains.publications.models import SearchEntry
from opensti.domains.publications.queries.search_sources import SOURCES
from opensti.kernel.searchtext import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opensti.domains.publications.queries.search_sources import Facts
    from opensti.kernel.bilingual import Words

MOST_TEXT = 600
MOST_WORD = 60
_MILLION = 1_000_000
# Upper ends of the bands of money in đồng; the last band has none.
BANDS = tuple(Decimal(m * _MILLION) for m in (500, 1_000, 3_000, 5_000, 10_000, 50_000))
COMPARED = (
    "public_id",
    "code",
    "title",
    "text",
    "year",
    "field",
    "province",
    "host",
    "funder",
    "state",
    "band",
)


def band_of(amount: Decimal | None) -> int | None:
    """The number of the band that an amount falls into, from below."""
    if amount is None:
        return None
    return sum(amount >= end for end in BANDS)


def facts_of(kind: str, row: Any) -> Facts:
    return SOURCES[kind].facts(row)


def entry_of(kind: str, row: Any) -> SearchEntry:
    """The entry that a public row has in the index; nothing is written."""
    facts = facts_of(kind, row)
    title = fold(_both(facts.title))
    text = fold(
        " ".join(
            (
                facts.code or "",
                _both(facts.title),
                _both(facts.host),
                *(name or "" for name in facts.names),
                facts.funder or "",
                _both(facts.about),
            )
        )
    )
    entry = SearchEntry(
        kind=kind,
        row=row.pk,
        public_id=row.public_id,
        code=fold(facts.code or "")[:120],
        title=f" {title} ",
        text=f" {_shortened(text)} ",
        year=facts.year,
        field=facts.field,
        province=facts.province,
        host=(facts.host.vi or facts.host.en)[:400],
        funder=facts.funder or "",
        state=f"{kind}.{facts.state}" if facts.state else "",
        band=band_of(facts.amount),
        at=facts.at,
        listed_at=facts.at,
        changed_at=facts.at,
    )
    entry.digest = digest_of(entry)
    return entry


def digest_of(entry: SearchEntry) -> str:
    """The same for two entries that say the same."""
    said = [getattr(entry, name) for name in COMPARED]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def words_of(entries: Iterable[SearchEntry]) -> dict[str, int]:
    """How many of the entries each word stands in."""
    found: dict[str, int] = {}
    for entry in entries:
        for word in set(entry.text.split()):
            if is_word(word):
                found[word] = found.get(word, 0) + 1
    return found


def is_word(word: str) -> bool:
    """Whether somebody could misspell it: figures and single letters are none."""
    return 1 < len(word) <= MOST_WORD and word.isalpha()


def _both(words: Words) -> str:
    return f"{words.vi} {words.en}" if words.en != words.vi else words.vi


def _shortened(text: str) -> str:
    """The first characters, up to the end of a word."""
    if len(text) <= MOST_TEXT:
        return text
    return text[: MOST_TEXT + 1].rpartition(" ")[0] or text[:MOST_TEXT]
