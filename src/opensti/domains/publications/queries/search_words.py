"""Which entries hold some words: by FTS5 on SQLite, by trigrams on PostgreSQL, alike.

Both look at the same folded text between spaces. A word of four letters and more also finds
what begins with it; a shorter one, and a phrase in quotes, are found as they are.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import numpy as np
from django.db import connection
from django.db.models import Q

from opensti.domains.publications.models import SearchEntry
from opensti.kernel.searchtext import MAX_WORDS, fold, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from opensti.domains.publications.queries.search_columns import Ids

# Vietnamese syllables are short: shorter ones would begin too many others.
BEGINNING = 4
# The plus keeps SQLite from looking up each of a hundred thousand rows by its number: it
# walks an index in the order that is asked for, and stops once it has enough.
_MATCHED = (
    "+publications_searchentry.id IN (SELECT rowid FROM publications_searchtext "
    "WHERE publications_searchtext MATCH %s)"
)
_ROWS = (
    "SELECT rowid FROM publications_searchtext WHERE publications_searchtext MATCH %s"
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
        match = _match(column, phrases, single, begun)
        if not match:
            return rows
        return rows.extra(where=[_MATCHED], params=[match])  # noqa: S610 -- no words in it
    found = Q()
    wanted = [f" {p} " for p in phrases]
    wanted += [f" {w}" if len(w) >= BEGINNING else f" {w} " for w in single]
    wanted += [f" {begun}"] if begun else []
    for part in sorted(wanted, key=len, reverse=True):  # the rarest decides soonest
        found &= Q(**{f"{column}__contains": part})
    return rows.filter(found)


def ids_holding(
    column: str, phrases: Sequence[str], single: Sequence[str], begun: str = ""
) -> Ids:
    """The ids of all such rows, in no order; 1 query.

    SQLite tells them from the words alone: of a hundred thousand no row is looked up.
    """
    match = (
        _match(column, phrases, single, begun) if connection.vendor == "sqlite" else ""
    )
    if not match:
        return ids_of(
            holding(SearchEntry.objects.all(), column, phrases, single, begun)
        )
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [match])
        return np.fromiter((pk for (pk,) in cursor.fetchall()), dtype=np.int64)


def ids_of(rows: QuerySet[SearchEntry]) -> Ids:
    """The ids of rows in no order; 1 query."""
    found = rows.order_by().values_list("pk", flat=True).iterator(10_000)
    return np.fromiter(found, dtype=np.int64)


def beginning(
    rows: QuerySet[SearchEntry], column: str, text: str
) -> QuerySet[SearchEntry]:
    """The rows whose column begins with a folded text, by its index.

    SQLite asks no index for a pattern, and compares by code points: a stretch says the same.
    """
    if connection.vendor != "sqlite":
        return rows.filter(**{f"{column}__startswith": text})
    ends = text + chr(sys.maxunicode)
    return rows.filter(**{f"{column}__gte": text, f"{column}__lt": ends})


def _match(
    column: str, phrases: Sequence[str], single: Sequence[str], begun: str
) -> str:
    """The question as FTS5 asks it; empty where there is none."""
    parts = [f'"{p}"' for p in phrases]
    parts += [f'"{w}"*' if len(w) >= BEGINNING else f'"{w}"' for w in single]
    parts += [f'"{begun}"*'] if begun else []
    return " AND ".join(f"{column} : {part}" for part in parts)
