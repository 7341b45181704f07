"""Texts as counts of terms: stems, pairs of stems that follow each other, and what
folding loses (`sti_methods.similarity.text`).

A term is a number: that of a word, or of two words, the first one's plus one in the
upper half. Words that say nothing (*the*, *và*) are no terms and part no pair.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sti_methods.expertise._kernels import enter, find, tally
from sti_methods.similarity.text import (
    PLAIN_SPELLED,
    PLAIN_WORDS,
    Stems,
    folded_words,
    other_terms,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    Longs = NDArray[np.int64]
    Reals = NDArray[np.float32]

AT_ONCE = 4096
_HALF = 32
_LEAST, _AHEAD = 1 << 18, 1 << 16
_MARKED = frozenset(f"'{word}" for word in PLAIN_SPELLED)


class Vocabulary(dict[bytes, int]):
    """A number for each folded word, the same for words of one stem; -1 for no term."""

    def __init__(self) -> None:
        super().__init__()
        self._stems = Stems()
        self.names: list[str] = []
        self._of: dict[bytes, int] = {}

    def __missing__(self, word: bytes) -> int:
        number = -1
        if word not in PLAIN_WORDS and (len(word) > 1 or word.isdigit()):
            number = self.number(self._stems[word])
        self[word] = number
        return number

    def number(self, term: bytes) -> int:
        found = self._of.setdefault(term, len(self.names))
        if found == len(self.names):
            self.names.append(term.decode())
        return found

    def name(self, key: int) -> str:
        """Return what a term's number stands for, as stems."""
        first, second = key >> _HALF, key & ((1 << _HALF) - 1)
        names = [self.names[first - 1]] if first else []
        return " ".join([*names, self.names[second]])


@dataclass(frozen=True, slots=True)
class Counts:
    """Terms of texts, a row each: ``keys[starts[n]:starts[n + 1]]`` in ascending order."""

    starts: Longs
    keys: NDArray[Any]
    weights: Reals  # 1 + ln(times)


def counts(texts: Iterable[str], vocabulary: Vocabulary) -> Counts:
    """Count the terms of texts.

    Cost: some 120 µs a text of 150 words.
    """
    return _joined(_parts(texts, vocabulary))


def numbered(texts: Iterable[str], vocabulary: Vocabulary, columns: Columns) -> Counts:
    """Count the terms of texts, each term by its number in ``columns``, new ones too."""
    return _joined(
        (lengths, columns.enter(keys), weights)
        for lengths, keys, weights in _parts(texts, vocabulary)
    )


def _parts(
    texts: Iterable[str], vocabulary: Vocabulary
) -> Iterator[tuple[Longs, Longs, Reals]]:
    for some in _batches(texts):
        lengths, keys, times = _counted(some, vocabulary)
        yield lengths, keys, (1 + np.log(times)).astype(np.float32)


def _joined(parts: Iterable[tuple[Longs, NDArray[Any], Reals]]) -> Counts:
    starts, keys, weights = [np.zeros(1, np.int64)], [], []
    last = 0
    for lengths, found, weight in parts:
        starts.append(last + np.cumsum(lengths))
        last = int(starts[-1][-1])
        keys.append(found)
        weights.append(weight)
    return Counts(
        np.concatenate(starts),
        np.concatenate(keys or [np.zeros(0, np.int64)]),
        np.concatenate(weights or [np.zeros(0, np.float32)]),
    )


class Columns:
    """A number for each different term, in the order in which they are met.

    Cost: some 30 ns a term, 24 to 48 bytes for each different one.
    """

    def __init__(self) -> None:
        self.count = 0
        self._known = np.empty(_LEAST // 2, np.int64)
        self._made(_LEAST)

    def _made(self, size: int) -> None:
        self._table = np.full(size, -1, np.int64)
        self._numbers = np.empty(size, np.int32)

    def enter(self, keys: Longs) -> NDArray[np.int32]:
        """Return the numbers of terms; those not met before get the next ones."""
        found = np.empty(keys.size, np.int32)
        for start in range(0, keys.size, _AHEAD):
            some = keys[start : start + _AHEAD]
            if 2 * (self.count + some.size) > self._table.size:
                self._grow(self.count + some.size)
            self.count = enter(
                self._table, self._numbers, self._known, self.count, some,
                found[start : start + _AHEAD],
            )  # fmt: skip
        return found

    def _grow(self, wanted: int) -> None:
        size = self._table.size
        while size < 2 * wanted:
            size *= 2
        known = self._known[: self.count]
        self._made(size)
        self._known = np.empty(size // 2, np.int64)
        enter(
            self._table, self._numbers, self._known, 0, known,
            np.empty(known.size, np.int32),
        )  # fmt: skip

    def find(self, keys: Longs) -> NDArray[np.int32]:
        """Return the numbers of terms, -1 for those never met."""
        found = np.empty(keys.size, np.int32)
        find(self._table, self._numbers, keys, found)
        return found


def _batches(texts: Iterable[str]) -> Iterator[list[str]]:
    some: list[str] = []
    for text in texts:
        some.append(text)
        if len(some) == AT_ONCE:
            yield some
            some = []
    if some:
        yield some


def _counted(
    texts: Sequence[str], vocabulary: Vocabulary
) -> tuple[Longs, Longs, Longs]:
    words: list[int] = []
    others: list[int] = []
    ends, other_ends = [], []
    for text in texts:
        folded = folded_words(text)
        words += map(vocabulary.__getitem__, folded)
        others += (
            vocabulary.number(term.encode())
            for term in other_terms(text, folded)
            if term not in _MARKED
        )
        ends.append(len(words))
        other_ends.append(len(others))
    row = np.repeat(np.arange(len(texts)), np.diff(ends, prepend=0))
    number = np.array(words, np.int64)
    row, number = row[number >= 0], number[number >= 0]
    together = row[1:] == row[:-1]
    pairs = ((number[:-1] + 1) << _HALF | number[1:])[together]
    other_row = np.repeat(np.arange(len(texts)), np.diff(other_ends, prepend=0))
    rows = np.concatenate([row, row[1:][together], other_row])
    keys = np.concatenate([number, pairs, np.array(others, np.int64)])
    # In 16 bits, which numpy sorts in one pass: there are AT_ONCE texts at most.
    keys = keys[np.argsort(rows.astype(np.int16), kind="stable")]
    starts = np.cumsum(np.bincount(rows + 1, minlength=len(texts) + 1))
    found = np.empty(len(texts), np.int64)
    times = np.empty(keys.size, np.int64)
    held = tally(starts, keys, found, times)
    return np.diff(found, prepend=0), keys[:held].copy(), times[:held]
