"""Sentence beside sentence across Vietnamese and English, by a list of terms.

A *unit* of a Vietnamese sentence is a term of the list, or a word that may be a name. It
is shared where one of its translations stands, word beside word, in the English
sentence. Whichever of two texts asks, the Vietnamese one is read by the list, so that
both directions find the same.

How alike two sentences are is the geometric mean of the shares of them that are shared,
words weighed by the square of their rarity and each once: within one language that is
their cosine. A word that no term translates can be shared by none; it counts a part
(`UNTOLD`) of what it weighs.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.sparse import csr_array

from sti_methods.similarity.languages import (
    ENGLISH,
    VIETNAMESE,
    language,
    main_language,
)
from sti_methods.similarity.terms import stays
from sti_methods.similarity.text import folded_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from sti_methods.similarity.passages import Stretch, Word
    from sti_methods.similarity.records import Record
    from sti_methods.similarity.terms import TermList
    from sti_methods.similarity.text import Stems

    Places = frozenset[tuple[str, int]]

UNTOLD = 0.1
FEWEST_UNITS = 2
MOST_NAMES = 0.4  # of a sentence
_TINY = 1e-12
Phrase = tuple[bytes, ...]


class Unit(NamedTuple):
    """A term or a name of a Vietnamese text: its words, and what it may be in English."""

    words: tuple[Word, ...]
    phrases: tuple[Phrase, ...]


class Crossing:
    """The sentences of two records, compared by terms where their languages differ.

    Cost: some 20 µs a sentence to read; to compare, a product of sparse matrices for
    each English sentence (a millisecond for two abstracts).
    """

    def __init__(
        self,
        terms: TermList,
        stems: Stems,
        sides: tuple[
            tuple[Record, Sequence[Stretch]], tuple[Record, Sequence[Stretch]]
        ],
    ) -> None:
        self._terms, self._stems = terms, stems
        self.languages = tuple(
            tuple(
                language(s.text) or main_language(record) or ENGLISH for s in stretches
            )
            for record, stretches in sides
        )
        self.sides = tuple(tuple(stretches) for _record, stretches in sides)
        self.units = tuple(
            tuple(
                self._units(stretch) if said == VIETNAMESE else ()
                for stretch, said in zip(stretches, spoken, strict=True)
            )
            for stretches, spoken in zip(self.sides, self.languages, strict=True)
        )
        self.told: tuple[Places, ...] = tuple(
            frozenset(
                (stretch.field, word.start)
                for stretch, said, units in zip(stretches, spoken, read, strict=True)
                for word in (
                    (w for unit in units for w in unit.words)
                    if said == VIETNAMESE
                    else self._english(stretch)
                )
            )
            for stretches, spoken, read in zip(
                self.sides, self.languages, self.units, strict=True
            )
        )

    def _units(self, stretch: Stretch) -> tuple[Unit, ...]:
        units: list[Unit] = []
        inside: set[Word] = set()
        for gloss in self._terms.glosses(stretch.text, ENGLISH):
            first, last = gloss.start + stretch.start, gloss.end + stretch.start
            words = tuple(w for w in stretch.words if first <= w.start < last)
            inside.update(words)
            phrases = {
                tuple(self._stems[word] for word in folded_words(text))
                for text in gloss.translations
            }
            units.append(Unit(words, tuple(sorted(phrases - {()}))))
        loud = stretch.text.isupper()
        for n, w in enumerate(stretch.words):
            written = self._written(stretch, w)
            # A capital at the beginning, or among nothing else, makes no name.
            name = written.lower() if loud or not n else written
            if w.weight and w not in inside and stays(name, ENGLISH):
                units.append(Unit((w,), ((w.stem,),)))
        return tuple(u for u in units if any(w.weight for w in u.words))

    def _english(self, stretch: Stretch) -> list[Word]:
        spans = [
            (g.start + stretch.start, g.end + stretch.start)
            for g in self._terms.glosses(stretch.text, VIETNAMESE)
        ]
        inside = [w for w in stretch.words if any(a <= w.start < b for a, b in spans)]
        names = [
            w
            for w in stretch.words[1:]
            if w.weight and not self._written(stretch, w).islower()
        ]
        if len(names) > MOST_NAMES * len(stretch.words):  # a title in capitals
            names = []
        return [*inside, *names]

    @staticmethod
    def _written(stretch: Stretch, word: Word) -> str:
        return stretch.text[word.start - stretch.start : word.end - stretch.start]

    def across(self) -> NDArray[np.bool_]:
        """Return which pairs of sentences are in two languages."""
        ours, theirs = (
            np.array([said == VIETNAMESE for said in s]) for s in self.languages
        )
        return ours[:, None] != theirs[None, :]  # type: ignore[no-any-return]

    @cached_property
    def likeness(self) -> NDArray[np.float64]:
        """How alike each two sentences in two languages are, 0 for too few units."""
        out = np.zeros((len(self.sides[0]), len(self.sides[1])))
        for side in (0, 1):  # which of the two is read as the Vietnamese one
            rows, columns = (
                [n for n, said in enumerate(self.languages[which]) if said == wanted]
                for which, wanted in ((side, VIETNAMESE), (1 - side, ENGLISH))
            )
            if not rows:
                continue
            vietnamese = _Vietnamese(
                [self.sides[side][n] for n in rows],
                [self.units[side][n] for n in rows],
                self.told[side],
            )
            for column in columns:
                stretch = self.sides[1 - side][column]
                found = vietnamese.beside(stretch, self.told[1 - side])
                if side == 0:
                    out[rows, column] = found
                else:
                    out[column, rows] = found
        return out

    def titles(self) -> float:
        """Return how alike the two most alike lines of the titles are."""
        heads = [
            [n for n, s in enumerate(side) if s.field == "title"] for side in self.sides
        ]
        some = self.likeness[np.ix_(*heads)]
        return float(some.max()) if some.size else 0.0

    def shared(self, i: int, j: int) -> tuple[list[Word], list[Word]] | None:
        """Return the words that two sentences share by terms, in order.

        ``None`` where both are in one language: then they are compared as written.
        """
        if self.languages[0][i] == self.languages[1][j]:
            return None
        first = self.languages[0][i] == VIETNAMESE
        units = self.units[0][i] if first else self.units[1][j]
        en = self.sides[1][j] if first else self.sides[0][i]
        names = {unit.phrases: n for n, unit in enumerate(units)}
        found = list(_standing(en.words, _by_first(names)))
        numbers = {number for number, _words in found}
        mine = {w for u in units if names[u.phrases] in numbers for w in u.words}
        others = {w for _number, words in found for w in words}
        ours, theirs = (
            sorted((w for w in some if w.weight), key=lambda w: w.start)
            for some in (mine, others)
        )
        return (ours, theirs) if first else (theirs, ours)


class _Vietnamese:
    """The Vietnamese sentences of one side as rows over their different units."""

    def __init__(
        self, stretches: list[Stretch], of: list[tuple[Unit, ...]], told: Places
    ) -> None:
        self.names: dict[tuple[Phrase, ...], int] = {}
        at, numbers, weights = [0], [], []
        for units in of:
            mine: dict[int, float] = {}
            for unit in units:
                number = self.names.setdefault(unit.phrases, len(self.names))
                mine.setdefault(number, sum(w.weight**2 for w in unit.words))
            numbers += sorted(mine)
            weights += [mine[n] for n in sorted(mine)]
            at.append(len(numbers))
        shape = (len(stretches), max(len(self.names), 1))
        where = np.array(numbers, np.int64), np.array(at, np.int64)
        self.heavy = csr_array((np.array(weights, float), *where), shape=shape)
        self.has = csr_array((np.ones(len(numbers)), *where), shape=shape)
        untold = np.array([_untold(stretch, told) for stretch in stretches])
        self.whole = np.asarray(self.heavy.sum(axis=1)).ravel() + UNTOLD * untold
        self.wanted = _by_first(self.names)

    def beside(self, stretch: Stretch, told: Places) -> NDArray[np.float64]:
        """Return how alike each sentence is to one in English."""
        stems = sorted({w.stem for w in stretch.words if w.weight})
        place = {stem: n for n, stem in enumerate(stems)}
        squares, part = np.zeros(len(stems)), np.full(len(stems), UNTOLD)
        for w in stretch.words:
            if w.weight:
                squares[place[w.stem]] = w.weight**2
                if (stretch.field, w.start) in told:
                    part[place[w.stem]] = 1
        pairs = {
            (number, place[w.stem])
            for number, words in _standing(stretch.words, self.wanted)
            for w in words
            if w.weight
        }
        if not pairs:
            return np.zeros(len(self.whole))
        i, j = np.array(sorted(pairs)).T
        shape = (self.has.shape[1], len(stems))
        covers = csr_array((np.ones(len(i)), (i, j)), shape=shape)
        there = np.zeros(self.has.shape[1])
        there[i] = 1
        covered = np.asarray((self.has @ covers).toarray()) > 0
        share = (self.heavy @ there) / np.maximum(self.whole, _TINY)
        # What is shared counts whole, whether or not a term of English told it.
        all_of_it = np.where(covered, squares, squares * part).sum(axis=1)
        other = (covered @ squares) / np.maximum(all_of_it, _TINY)
        value: NDArray[np.float64] = np.round(np.minimum(np.sqrt(share * other), 1), 9)
        value[np.asarray(self.has @ there) < FEWEST_UNITS] = 0.0
        return value


def _untold(stretch: Stretch, told: Places) -> float:
    """Return the squares of what no term translates, each word once."""
    some = {
        w.spelled: w.weight**2
        for w in stretch.words
        if w.weight and (stretch.field, w.start) not in told
    }
    return sum(weight for _word, weight in sorted(some.items()))


def _by_first(
    names: dict[tuple[Phrase, ...], int],
) -> dict[bytes, list[tuple[Phrase, int]]]:
    found: dict[bytes, list[tuple[Phrase, int]]] = defaultdict(list)
    for phrases, number in names.items():
        for phrase in phrases:
            found[phrase[0]].append((phrase, number))
    return found


def _standing(
    words: Sequence[Word], wanted: dict[bytes, list[tuple[Phrase, int]]]
) -> Iterable[tuple[int, Sequence[Word]]]:
    """Yield which units stand in an English sentence, and where."""
    stems = [w.stem for w in words]
    for n, stem in enumerate(stems):
        for phrase, number in wanted.get(stem, ()):
            if tuple(stems[n : n + len(phrase)]) == phrase:
                yield number, words[n : n + len(phrase)]
