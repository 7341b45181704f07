"""Sentence beside sentence: which stretches of two texts say the same.

Sentences are compared by the cosine of their words, each once, weighed by its rarity
in the corpus; plain words (of, the, của) count for nothing. Words with diacritics are
compared as they are spelled ("nghiên" is not "nghiền"), and folded where one of the
two sentences has none. Pairs are taken best first,
each sentence once: with a higher threshold some pairs fall away and none is changed.
Sentences in two languages are compared by terms (`crossing`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.sparse import csr_array

from sti_methods.similarity.explanation import Passage, Sentence, Span
from sti_methods.similarity.reading import TEXTS
from sti_methods.similarity.text import (
    PLAIN_SPELLED,
    PLAIN_WORDS,
    pieces,
    sentences,
    settled,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from sti_methods.similarity.crossing import Crossing
    from sti_methods.similarity.index import Index
    from sti_methods.similarity.records import Record
    from sti_methods.similarity.text import Piece

FEWEST_SHARED = 3
ACROSS = 0.75  # of the threshold, for sentences in two languages
LONGEST, CUT = 60, 30
MOST_SENTENCES = 2_000
_AT_ONCE = 4096
_BLOCK = 256
_SAME = 1 - 1e-6
_LISTED = re.compile(r"\s*[;,|\n\u2022]\s*")


class Word(NamedTuple):
    """A word where it stands in its field, with its stem and its rarity.

    ``spelled`` is the stem of an ASCII word, else the word with its diacritics;
    ``weight`` is 0 for plain words.
    """

    start: int
    end: int
    stem: bytes
    spelled: bytes
    weight: float
    common: bool


@dataclass(frozen=True, slots=True)
class Stretch:
    """A sentence of a field, or a cut of one that is too long, with its words."""

    field: str
    start: int
    end: int
    text: str
    words: tuple[Word, ...]

    @property
    def folded(self) -> bool:
        """Whether no word has diacritics."""
        return all(word.spelled == word.stem for word in self.words)


def key_of(word: Word, *, folded: bool) -> bytes:
    """Return what a word is compared by."""
    return word.stem if folded else word.spelled


def stretches(index: Index, record: Record) -> list[Stretch]:
    """Return a record's sentences with their words, field by field.

    Sentences of more than 60 words (texts without stops) are cut every 30; keywords are
    cut at commas, too. The first 2,000 are returned.
    """
    cells = [(field, getattr(record, field)) for field in TEXTS]
    parts = {field: pieces(text, index._terms.stems) for field, text in cells}
    stems = [piece.stem for field in TEXTS for piece in parts[field]]
    numbers = np.array([index._terms.of_stem.get(stem, -1) for stem in stems], np.int32)
    common = index.common(numbers, len(parts["title"])).tolist()
    unseen = float(np.log(len(index._base) + 1) + 1)
    rarity = [float(index._idf[n]) if n >= 0 else unseen for n in numbers.tolist()]
    found, at = [], 0
    for field, text in cells:
        words = []
        for n, piece in enumerate(parts[field], at):
            spelled, plain = _spelled(piece, text[piece.start : piece.end])
            weight = 0.0 if plain else rarity[n]
            words.append(
                Word(piece.start, piece.end, piece.stem, spelled, weight, common[n])
            )
        at += len(words)
        found += list(_cut(field, text, words))
    return found[:MOST_SENTENCES]


def _spelled(piece: Piece, written: str) -> tuple[bytes, bool]:
    """Return a word as it is spelled, and whether it is plain."""
    if written.isascii():
        return piece.stem, piece.stem in PLAIN_WORDS
    word = settled(written.lower())
    return word.encode(), word in PLAIN_SPELLED


def _cut(field: str, text: str, words: list[Word]) -> Iterator[Stretch]:
    spans = listed(text) if field == "keywords" else sentences(text)
    n = 0
    for start, end in spans:
        first = n
        while n < len(words) and words[n].start < end:
            n += 1
        inside = words[first:n]
        if len(inside) <= LONGEST:
            cuts = [start, end]
        else:
            cuts = [start, *(w.start for w in inside[CUT:-CUT:CUT]), end]
        for a, b in pairwise(cuts):
            some = tuple(w for w in inside if a <= w.start < b)
            last = min(b, some[-1].end) if some and b != end else b
            yield Stretch(field, a, last, text[a:last], some)


def listed(text: str) -> list[tuple[int, int]]:
    """Return where each keyword begins and ends; ends at , ; | a line or a bullet."""
    spans, start = [], 0
    for stop in [*_LISTED.finditer(text), None]:
        end = len(text) if stop is None else stop.start()
        inner = text[start:end]
        if inner.strip():
            lead = len(inner) - len(inner.lstrip())
            spans.append((start + lead, start + len(inner.rstrip())))
        start = end if stop is None else stop.end()
    return spans


def aligned(
    ours: list[Stretch],
    theirs: list[Stretch],
    *,
    threshold: float,
    crossing: Crossing | None = None,
) -> list[Passage]:
    """Return the pairs of sentences that share enough words, best first.

    A pair shares at least three words that are not plain, or all of them; in two
    languages at least two terms, and three quarters of the threshold are enough, as
    terms never carry all of a sentence. The same pairs come out when the two texts
    change sides.

    Cost: the product of the numbers of sentences; a millisecond for two abstracts.
    """
    taken, given = np.zeros(len(ours), bool), np.zeros(len(theirs), bool)
    found = []
    for scores, rows, columns in _ordered(ours, theirs, threshold, crossing):
        # A text that repeats one sentence has millions of pairs: most are passed over here.
        free = ~(taken[rows] | given[columns])
        for score, i, j in zip(
            scores[free].tolist(),
            rows[free].tolist(),
            columns[free].tolist(),
            strict=True,
        ):
            if not (taken[i] or given[j]):
                taken[i] = given[j] = True
                shared = None if crossing is None else crossing.shared(i, j)
                shared = shared or _shared(ours[i], theirs[j])
                found.append(_passage(ours[i], theirs[j], score, *shared))
    return found


def _ordered(
    ours: list[Stretch],
    theirs: list[Stretch],
    threshold: float,
    crossing: Crossing | None,
) -> Iterator[tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]]:
    """Yield pairs that reach the threshold; equal ones in an order both sides share.

    Best first, some thousands at a time: their scores and the numbers of both sentences.
    """
    pairs = _likeness(ours, theirs, folded=True)
    mine, others = (np.array([s.folded for s in side], bool) for side in (ours, theirs))
    loose = mine[:, None] | others
    if not loose.all():
        pairs = np.where(loose, pairs, _likeness(ours, theirs, folded=False))
    least = np.full(pairs.shape, float(threshold))
    if crossing is not None:
        across = crossing.across()
        pairs = np.where(across, crossing.likeness, pairs)
        least[across] *= ACROSS
    i, j = np.nonzero((pairs >= least) & (pairs > 0))
    scores = pairs[i, j]
    order = np.lexsort((i, abs(i - j), i + j, -scores))
    for first in range(0, len(order), _AT_ONCE):
        some = order[first : first + _AT_ONCE]
        yield scores[some], i[some], j[some]


def _likeness(
    ours: list[Stretch], theirs: list[Stretch], *, folded: bool
) -> NDArray[np.float64]:
    """Return the cosine of each two sentences, 0 where they share too little."""
    out = np.zeros((len(ours), len(theirs)))
    weights = {
        key_of(w, folded=folded): w.weight
        for stretch in (*ours, *theirs)
        for w in stretch.words
        if w.weight
    }
    # In one order whichever side is which, so that the sums are the same to the bit.
    places = {key: n for n, key in enumerate(sorted(weights))}
    if not places:
        return out
    squares = np.array([weights[key] for key in places]) ** 2
    mine, others = (_rows(side, places, folded=folded) for side in (ours, theirs))
    norms, other_norms = (np.sqrt(part @ squares) for part in (mine, others))
    heavy = (others * squares).T.tocsc()
    columns = others.T.tocsc()
    for first in range(0, len(ours), _BLOCK):
        block = mine[first : first + _BLOCK]
        both = np.asarray((block @ heavy).toarray())
        count = np.asarray((block @ columns).toarray())
        size = norms[first : first + _BLOCK, None] * other_norms[None, :]
        value = np.round(both / np.maximum(size, 1e-12), 9)
        enough = (count >= FEWEST_SHARED) | ((value >= _SAME) & (count > 0))
        out[first : first + _BLOCK] = np.where(enough, value, 0)
    return out


def _rows(side: list[Stretch], places: dict[bytes, int], *, folded: bool) -> csr_array:
    at, columns = [0], []
    for stretch in side:
        keys = {key_of(w, folded=folded) for w in stretch.words if w.weight}
        columns += sorted(places[key] for key in keys)
        at.append(len(columns))
    return csr_array(
        (np.ones(len(columns)), np.array(columns, np.int64), np.array(at, np.int64)),
        shape=(len(side), len(places)),
    )


def _shared(ours: Stretch, theirs: Stretch) -> tuple[list[Word], list[Word]]:
    """Return the words of two sentences that stand in both, in order."""
    folded = ours.folded or theirs.folded
    first, second = (
        {key_of(w, folded=folded) for w in side.words if w.weight}
        for side in (ours, theirs)
    )
    keys = first & second
    mine, others = (
        [w for w in side.words if w.weight and key_of(w, folded=folded) in keys]
        for side in (ours, theirs)
    )
    return mine, others


def _passage(
    ours: Stretch, theirs: Stretch, score: float, mine: list[Word], others: list[Word]
) -> Passage:
    shared = mine + others
    common = sum(w.weight for w in shared if w.common)
    return Passage(
        query=_sentence(ours, mine),
        match=_sentence(theirs, others),
        score=score,
        boilerplate=common * 2 >= sum(w.weight for w in shared),
    )


def _sentence(stretch: Stretch, shared: list[Word]) -> Sentence:
    common: list[Span] = []
    before = None
    for word in stretch.words:
        if word.common:
            begins = common.pop().start if before and before.common else word.start
            common.append(Span(begins, word.end))
        before = word
    return Sentence(
        field=stretch.field,
        start=stretch.start,
        end=stretch.end,
        text=stretch.text,
        terms=tuple(Span(w.start, w.end) for w in shared),
        common=tuple(common),
    )
