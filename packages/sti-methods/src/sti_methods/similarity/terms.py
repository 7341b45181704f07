"""A list of terms in Vietnamese and English, and a text in the words of the other.

The list that is shipped was written for this package; an installation loads its own
from a file and learns more from its titles in both languages (`learning`). A text is
translated term by term, the longest first, so that "máy phát điện" is a generator and
no machine; up to three translations of a term are used. What is no term stays if it may
be a name (capitals, digits, no Vietnamese syllable).
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from importlib.resources import files
from io import StringIO
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sti_methods.similarity.languages import (
    ENGLISH,
    LANGUAGES,
    VIETNAMESE,
    language,
    syllable,
)
from sti_methods.similarity.reading import Problem, Unreadable
from sti_methods.similarity.text import PLAIN_WORDS, Stems, fold, settled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from sti_methods.similarity.records import Record

MOST_TRANSLATIONS, MOST_WORDS = 3, 8
_WORD = re.compile(r"[^\W_]+")
# The same in a text whose letters are not composed: places are those of the text.
_SPELLED = re.compile(r"(?:[^\W_][\u0300-\u036f]*)+")
_BETWEEN = re.compile(r"[ \t\u00a0-]{1,2}")
Key = tuple[str, ...]
# Why a row of a file is no use.
NO_VI, NO_EN, TOO_LONG, NO_WEIGHT, TWICE, BROKEN = (
    "no vi", "no en", "too long", "no weight", "twice", "broken"
)  # fmt: skip
_SAID = {
    NO_VI: "no term in Vietnamese",
    NO_EN: "no term in English",
    TOO_LONG: f"a term of more than {MOST_WORDS} words",
    NO_WEIGHT: "“{}” is no weight",
    TWICE: "“{}” stands there already",
    BROKEN: "more cells than there are columns; put texts with commas in quotation marks",
}


class Term(NamedTuple):
    """One term and one translation; of several the heavier are used."""

    vi: str
    en: str
    weight: float = 1.0


class BadRow(NamedTuple):
    """A row of a file of terms that is no use: why, and the cell it lies in."""

    line: int
    why: str
    cell: str


class Gloss(NamedTuple):
    """``text[start:end]`` of a text is a term with these translations."""

    start: int
    end: int
    written: str
    translations: tuple[str, ...]


class _Known(NamedTuple):
    """Terms with their translations, and how many words the longest has that begins so."""

    terms: Mapping[Key, tuple[str, ...]]
    longest: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    written: str


class TermList:
    """Terms by which texts of one language are looked for in the other.

    The order in which terms are given makes no difference; of equal ones the heaviest
    counts.

    Cost: 10 µs a term to build, some 2 µs a word to translate.
    """

    def __init__(self, terms: Iterable[Term]) -> None:
        heaviest: dict[tuple[str, str], float] = {}
        for term in terms:
            pair = _plain(term.vi), _plain(term.en)
            if all(pair):
                heaviest[pair] = max(term.weight, heaviest.get(pair, 0.0))
        self.terms = tuple(
            Term(vi, en, heaviest[vi, en]) for vi, en in sorted(heaviest)
        )
        self._stems = Stems()
        self._exact = _known(self._by_key(VIETNAMESE, self._spelled))
        folded = self._by_key(VIETNAMESE, lambda text: tuple(fold(text).split()))
        unclear = self._short_and_ambiguous()
        self._folded = _known(
            {key: known for key, known in folded.items() if key not in unclear}
        )
        self._english = _known(self._by_key(ENGLISH, self._stemmed))

    def __len__(self) -> int:
        return len(self.terms)

    def __iter__(self) -> Iterator[Term]:
        return iter(self.terms)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TermList) and self.terms == other.terms

    def __hash__(self) -> int:
        return hash(self.terms)

    def digest(self) -> str:
        """Return a name for exactly these terms (SHA-256)."""
        whole = sha256()
        for term in self.terms:
            whole.update(f"{term.vi}\t{term.en}\t{term.weight!r}\n".encode())
        return whole.hexdigest()

    def _by_key(
        self, source: str, key: Callable[[str], Key]
    ) -> dict[Key, tuple[str, ...]]:
        found: dict[Key, dict[str, float]] = defaultdict(dict)
        for vi, en, weight in self.terms:
            term, other = (vi, en) if source == VIETNAMESE else (en, vi)
            some = found[key(term)]
            some[other] = max(weight, some.get(other, 0.0))
        return {
            words: tuple(sorted(some, key=lambda t: (-some[t], t))[:MOST_TRANSLATIONS])
            for words, some in found.items()
            if 0 < len(words) <= MOST_WORDS
        }

    def _short_and_ambiguous(self) -> frozenset[Key]:
        """Single syllables that stand for several once their diacritics are gone."""
        spelled = defaultdict(set)
        for term in self.terms:
            spelled[tuple(fold(term.vi).split())].add(self._spelled(term.vi))
        return frozenset(k for k, s in spelled.items() if len(k) == 1 and len(s) > 1)

    @staticmethod
    def _spelled(text: str) -> Key:
        return tuple(settled(word.lower()) for word in _WORD.findall(text))

    def _stemmed(self, text: str) -> Key:
        return tuple(
            self._stems[word.encode("ascii", "replace")].decode()
            for word in _WORD.findall(fold(text))
        )

    def glosses(self, text: str, into: str) -> list[Gloss]:
        """Return the terms of a text in their order, the longest first at each place.

        A Vietnamese text in ASCII is read without diacritics; single syllables that
        then stand for several words are left alone.

        Raises
        ------
        ValueError
            ``into`` is neither ``vi`` nor ``en``.
        """
        return [piece for piece in self._parts(text, into) if isinstance(piece, Gloss)]

    def translate(self, text: str, into: str) -> str:
        """Return a text's terms in the other language, and the words that may be names.

        In a text all in capitals, as titles of papers often are, they make no name.
        """
        said: list[str] = []
        loud = text.isupper()
        for part in self._parts(text, into):
            if isinstance(part, Gloss):
                said += part.translations
            elif stays(part.written.lower() if loud else part.written, into):
                said.append(part.written)
        return " ".join(said)

    def _parts(self, text: str, into: str) -> Iterator[Gloss | _Word]:
        if into not in LANGUAGES:
            raise ValueError(f"{into!r} is neither of {', '.join(LANGUAGES)}")
        words = [
            _Word(m.start(), m.end(), unicodedata.normalize("NFC", m[0]))
            for m in _SPELLED.finditer(text)
        ]
        (known, longest_of), keys = self._reading(text, words, into)
        n = 0
        while n < len(words):
            most = min(longest_of.get(keys[n], 0), len(words) - n)
            longest = min(1, most)
            while (
                longest < most
                and _BETWEEN.fullmatch(
                    text, words[n + longest - 1].end, words[n + longest].start
                )
            ):  # fmt: skip
                longest += 1
            for size in range(longest, 0, -1):
                others = known.get(tuple(keys[n : n + size]))
                if others:
                    start, end = words[n].start, words[n + size - 1].end
                    yield Gloss(start, end, text[start:end], others)
                    n += size
                    break
            else:
                yield words[n]
                n += 1

    def _reading(
        self, text: str, words: list[_Word], into: str
    ) -> tuple[_Known, list[str]]:
        if into == VIETNAMESE:
            stems = self._stems
            keys = [
                stems[fold(w.written).encode("ascii", "replace")].decode()
                for w in words
            ]
            return self._english, keys
        if text.isascii():
            keys = [w.written.lower() for w in words]
            return self._folded, keys
        return self._exact, [settled(w.written.lower()) for w in words]

    def into(self, record: Record, target: str) -> Record:
        """Return a record in the words of the other language.

        Where lines of the title are in ``target`` already they alone are the title;
        other fields are kept or translated whole.
        """
        lines = record.title.split("\n")
        there = [line for line in lines if language(line) == target]
        title = "\n".join(there or [self.translate(line, target) for line in lines])
        abstract, objectives, products, keywords = (
            text if language(text) == target else self.translate(text, target)
            for text in (
                record.abstract, record.objectives, record.products, record.keywords
            )
        )  # fmt: skip
        return replace(
            record, title=title, abstract=abstract, objectives=objectives,
            products=products, keywords=keywords,
        )  # fmt: skip


def _known(terms: Mapping[Key, tuple[str, ...]]) -> _Known:
    longest: dict[str, int] = {}
    for key in terms:
        longest[key[0]] = max(len(key), longest.get(key[0], 0))
    return _Known(terms, longest)


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(unicodedata.normalize("NFC", text.lower())))


def stays(word: str, into: str) -> bool:
    """Say whether a word that is no term may be a name or a number, the same in both."""
    folded = fold(word).encode("ascii", "replace")
    if folded in PLAIN_WORDS:
        return False
    if into == VIETNAMESE:
        return True
    return word[:1].isupper() or not syllable(folded)


@cache
def shipped_terms() -> TermList:
    """Return the list that comes with the package: some thousand pairs, EUPL like it."""
    text = files(__package__).joinpath("terms.csv").read_text("utf-8")
    rows = csv.DictReader(StringIO(text))
    return TermList(Term(row["vi"], row["en"]) for row in rows)


def read_terms(
    path: str | Path, *, problem: Callable[[Problem], None] = lambda _problem: None
) -> TermList:
    """Return the terms of a CSV file (UTF-8) with the columns vi, en and perhaps weight.

    ``problem`` is told of each row left out: see `checked_terms`.

    Raises
    ------
    Unreadable
        The file is not there, is no UTF-8, names no such columns or has no term.
    """
    path = Path(path)
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise Unreadable(f"{path.name}: there is no such file") from None
    except UnicodeDecodeError:
        raise Unreadable(f"{path.name}: the file is not in UTF-8") from None
    reader = csv.DictReader(StringIO(text, newline=""), restval="")
    names = [(name or "").strip().lower() for name in reader.fieldnames or ()]
    if not {"vi", "en"} <= set(names):
        raise Unreadable(
            f"{path.name}: the first line must name the columns vi and en; it names: {', '.join(names)[:200]}"
        )
    reader.fieldnames = names
    try:
        terms, bad = checked_terms((reader.line_num, row) for row in reader)
    except csv.Error as error:
        raise Unreadable(f"{path.name}: line {reader.line_num}: {error}") from None
    for row in bad:
        problem(Problem(row.line, "", _SAID[row.why].format(row.cell)))
    if not terms:
        raise Unreadable(f"{path.name}: no row has a term in both languages")
    return TermList(terms)


def checked_terms(
    rows: Iterable[tuple[int, Mapping[Any, Any]]],
) -> tuple[list[Term], list[BadRow]]:
    """Return the terms of rows with ``vi``, ``en`` and perhaps ``weight``, and bad rows.

    A row is bad with one side empty, a weight that is no number above 0 (with a decimal
    point or comma), a term of more than eight words, or a pair that an earlier row has;
    and with anything under ``None``, where `csv.DictReader` puts cells without a column.
    """
    found: dict[tuple[str, str], Term] = {}
    bad = []
    for line, row in rows:
        term, why, cell = _term(row)
        if term is not None and term[:2] in found:
            why, cell = TWICE, f"{term.vi} = {term.en}"
        elif term is not None:
            found[term[:2]] = term
        if why:
            bad.append(BadRow(line, why, cell))
    return list(found.values()), bad


def _term(row: Mapping[Any, Any]) -> tuple[Term | None, str, str]:
    if row.get(None):
        return None, BROKEN, ""
    vi, en = _plain(row["vi"]), _plain(row["en"])
    stated = (row.get("weight") or "").strip()
    if not vi or not en:
        return None, NO_VI if not vi else NO_EN, ""
    if max(len(vi.split()), len(en.split())) > MOST_WORDS:
        return None, TOO_LONG, ""
    try:
        # A comma: as Vietnamese spreadsheets write a half.
        weight = float(stated.replace(",", ".") or 1)
    except ValueError:
        weight = float("nan")
    if not isfinite(weight) or weight <= 0:
        return None, NO_WEIGHT, "".join(filter(str.isprintable, stated))[:20]
    return Term(vi, en, weight), "", ""
