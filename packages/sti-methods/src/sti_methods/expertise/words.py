"""Texts as counts of terms: stems, pairs of stems that follow each other, and what
folding loses (`sti_methods.similarity.text`).

A term is a number: that of a word, or of two words, the first one's plus one in the
upper half. Words that say nothing (*the*, *và*) are no terms and part no pair.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sti_methods.expertise._kernels import tally
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
    keys: Longs
    weights: Reals  # 1 + ln(times)


def counts(texts: Iterable[str], vocabulary: Vocabulary) -> Counts:
    """Count the terms of texts.

    Cost: some 120 µs a text of 150 words.
    """
    starts, keys, weights = [np.zeros(1, np.int64)], [], []
    last = 0
    for some in _batches(texts):
        lengths, found, times = _counted(some, vocabulary)
        starts.append(last + np.cumsum(lengths))
        last = int(starts[-1][-1])
        keys.append(found)
        weights.append((1 + np.log(times)).astype(np.float32))
    return Counts(
        np.concatenate(starts),
        np.concatenate(keys or [np.zeros(0, np.int64)]),
        np.concatenate(weights or [np.zeros(0, np.float32)]),
    )


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
    keys = keys[np.argsort(rows, kind="stable")]
    starts = np.cumsum(np.bincount(rows + 1, minlength=len(texts) + 1))
    found = np.empty(len(texts), np.int64)
    times = np.empty(keys.size, np.int64)
    held = tally(starts, keys, found, times)
    return np.diff(found, prepend=0), keys[:held].copy(), times[:held]
