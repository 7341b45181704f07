"""Texts that share their words: shingles, compared exactly."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

WORD = re.compile(r"\w+")


@dataclass(frozen=True, kw_only=True)
class Text:
    """A proposal's words and who wrote it."""

    id: str
    author: Hashable
    text: str


@dataclass(frozen=True, kw_only=True)
class Overlap:
    """Two texts: shingles of both over shingles of either, and over those of the shorter."""

    ids: tuple[str, str]
    jaccard: Fraction
    contained: Fraction
    shared: int


def shingles(text: str, *, words: int = 5) -> frozenset[tuple[str, ...]]:
    """Every run of so many words; case and the way accents are composed make no difference.

    A text with fewer words has none. Raises ``ValueError`` for runs of no word.
    """
    if words < 1:
        raise ValueError("A shingle has at least one word.")
    said = WORD.findall(unicodedata.normalize("NFC", text).casefold())
    return frozenset(zip(*(said[n:] for n in range(words)), strict=False))


def overlapping_texts(
    texts: Iterable[Text],
    *,
    words: int = 5,
    at_least: Fraction = Fraction(3, 10),
    most_common: int = 50,
) -> list[Overlap]:
    """Pairs of texts by different authors whose Jaccard share is at least so much.

    A shingle that stands in more than ``most_common`` texts is a phrase of the form (the
    heading of a template) and counts for none. Time grows with the texts and with the pairs
    that share a rarer shingle, not with all pairs. Raises ``ValueError`` where an id comes twice.
    """
    given = sorted(texts, key=lambda one: one.id)
    if len({one.id for one in given}) != len(given):
        raise ValueError("Two texts have one id.")
    sets = [shingles(one.text, words=words) for one in given]
    places: dict[tuple[str, ...], list[int]] = {}
    for number, runs in enumerate(sets):
        for run in runs:
            places.setdefault(run, []).append(number)
    shared: Counter[tuple[int, int]] = Counter()
    size = [0] * len(given)
    for found in places.values():
        if len(found) > most_common:
            continue
        for n, a in enumerate(found):
            size[a] += 1
            for b in found[n + 1 :]:
                shared[a, b] += 1
    told = []
    for (a, b), both in shared.items():
        jaccard = Fraction(both, size[a] + size[b] - both)
        if jaccard >= at_least and given[a].author != given[b].author:
            told.append(
                Overlap(
                    ids=(given[a].id, given[b].id),
                    jaccard=jaccard,
                    contained=Fraction(both, min(size[a], size[b])),
                    shared=both,
                )
            )
    return sorted(told, key=lambda one: (-one.jaccard, one.ids))
