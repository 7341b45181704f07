"""Which entries hold some words: by FTS5 on SQLite, by trigrams on PostgreSQL, alike.

Both look at the same folded text between spaces. A word of four letters and more also finds
what begins with it; a shorter one, and a phrase in quotes, are found as they are.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Q

from opensti.kernel.searchtext import MAX_WORDS, fold, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from opensti.domains.publications.models import SearchEntry

# Vietnamese syllables are short: shorter ones would begin too many others.
BEGINNING = 4
_MATCHED = (
    "publications_searchentry.id IN (SELECT rowid FROM publications_searchtext "
    "WHERE publications_searchtext MATCH %s)"
)
_PHRASE = re.compile(r"[\"“”„«»]([^\"“”„«»]*)[\"“”„«»]")


def asked(text: str) -> tuple[list[str], list[str]]:
    """The phrases in quotes and the other words of a question, folded."""
    phrases = [fold(found) for found in _PHRASE.findall(text)]
    rest = words(_PHRASE.sub(" ", text))
    return [p for p in phrases if p], list(dict.fromkeys(rest))[:MAX_WORDS]


def holding(
    rows: QuerySet[SearchEntry],
    column: str,
    phrases: Sequence[str],
    single: Sequence[str],
    begun: str = "",
) -> QuerySet[SearchEntry]:
    """The rows whose column holds all of it; ``begun`` is the beginning of a word."""
    if connection.vendor == "sqlite":
        parts = [f'"{p}"' for p in phrases]
        parts += [f'"{w}"*' if len(w) >= BEGINNING else f'"{w}"' for w in single]
        parts += [f'"{begun}"*'] if begun else []
        if not parts:
            return rows
        match = " AND ".join(f"{column} : {part}" for part in parts)
        return rows.extra(where=[_MATCHED], params=[match])  # noqa: S610 -- no words in it
    found = Q()
    wanted = [f" {p} " for p in phrases]
    wanted += [f" {w}" if len(w) >= BEGINNING else f" {w} " for w in single]
    wanted += [f" {begun}"] if begun else []
    for part in sorted(wanted, key=len, reverse=True):  # the rarest decides soonest
        found &= Q(**{f"{column}__contains": part})
    return rows.filter(found)
