"""Records as numbers: their stems one after the other, and where each begins."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sti_methods.similarity.records import ENOUGH_WORDS
from sti_methods.similarity.text import Stems, folded_words, other_terms

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sti_methods.similarity.records import Record

UNKNOWN_YEAR = -(2**31)


class Terms(dict[bytes, int]):
    """A number for each word; words of one stem have one number."""

    def __init__(self) -> None:
        super().__init__()
        self.stems = Stems()
        self.of_stem: dict[bytes, int] = {}

    def __missing__(self, word: bytes) -> int:
        stem = self.stems[word]
        self[word] = number = self.of_stem.setdefault(stem, len(self.of_stem))
        return number

    def other(self, term: str) -> int:
        """Return the number of a term that is no folded word."""
        return self.of_stem.setdefault(term.encode(), len(self.of_stem))

    def known(self, word: bytes) -> int:
        """Return a word's number, -1 if no record has it; nothing is remembered."""
        number = self.get(word)
        if number is None:
            number = self.of_stem.get(self.stems[word], -1)
        return number


class Texts(NamedTuple):
    """What the compiled loops read; see their module for the meaning."""

    stream: NDArray[np.int32]
    starts: NDArray[np.int64]
    bodies: NDArray[np.int64]
    others: NDArray[np.int32]
    other_starts: NDArray[np.int64]


class Store:
    """Grows by one record at a time; about 5 bytes a word."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self._stream, self._starts, self._bodies = (
            array("i"),
            array("q", [0]),
            array("q"),
        )
        self._others, self._other_starts = array("i"), array("q", [0])
        self._years, self._groups = array("i"), array("b")
        self._texts: Texts | None = None

    def __len__(self) -> int:
        return len(self._years)

    def append(self, record: Record) -> None:
        """Take a record in. Cost: linear in its length, about 50 µs for an abstract."""
        self._texts = None  # its views hold the buffers, which now grow
        number, stream = self.terms.__getitem__, self._stream
        title, body = folded_words(record.title), folded_words(record.body)
        others = other_terms(f"{record.title}\n{record.body}", title + body)
        stream.extend(map(number, title))
        self._bodies.append(len(stream))
        stream.extend(map(number, body))
        self._starts.append(len(stream))
        self._others.extend(map(self.terms.other, others))
        self._other_starts.append(len(self._others))
        self._years.append(UNKNOWN_YEAR if record.year is None else record.year)
        self._groups.append(len(body) < ENOUGH_WORDS)

    @property
    def texts(self) -> Texts:
        """Views of the numbers; keep none of them over an `append`."""
        if self._texts is None:
            self._texts = Texts(
                _view(self._stream, np.int32),
                _view(self._starts, np.int64),
                _view(self._bodies, np.int64),
                _view(self._others, np.int32),
                _view(self._other_starts, np.int64),
            )
        return self._texts

    @property
    def years(self) -> NDArray[np.int32]:
        return np.array(self._years, np.int32)

    @property
    def groups(self) -> NDArray[np.int8]:
        return np.array(self._groups, np.int8)


def _view(numbers: array[int], kind: type[np.generic]) -> NDArray[Any]:
    return np.frombuffer(numbers, kind) if numbers else np.empty(0, kind)
