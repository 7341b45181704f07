"""A corpus made ready for questions: built once, asked often, added to at any time."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from hashlib import sha256
from math import ceil, sqrt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.sparse import csc_array, csr_array

from sti_methods.similarity import _kernels as kernels
from sti_methods.similarity.across import across_chances
from sti_methods.similarity.languages import (
    LANGUAGES,
    languages,
    main_language,
    other_than,
)
from sti_methods.similarity.meaning import Meanings
from sti_methods.similarity.model import LISTED, shipped, with_meaning
from sti_methods.similarity.records import GROUPS
from sti_methods.similarity.store import UNKNOWN_YEAR, Store, Terms
from sti_methods.similarity.text import folded_words, other_terms

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from sti_methods.similarity.meaning import SentenceModel
    from sti_methods.similarity.model import Model
    from sti_methods.similarity.records import Record
    from sti_methods.similarity.terms import TermList

VERSION = "2"
TITLE_WEIGHT = 2
CANDIDATES = 200
CLOSEST = 50  # of these the meaning is compared, where there is a sentence model
LOG_TF = np.concatenate([[0], 1 + np.log(np.arange(1, 256))]).astype(np.float32)
_ALWAYS = 2**31 - 1
_PLACES_A_WORD = 2
FEWEST_COMMON = 5


@dataclass(frozen=True, slots=True)
class Match:
    """A record that may be the same work as the query, in the list of its group.

    ``across``: it is in another language, found by translated terms; these are a list of
    their own in each group, with ranks and probabilities of their own.
    """

    group: str
    rank: int
    id: str
    score: float
    probability: float
    across: bool = False


class Question(NamedTuple):
    """A query as numbers; words that no record has are -1."""

    stream: NDArray[np.int32]
    body: int
    others: NDArray[np.int32]
    terms: NDArray[np.int32]
    weights: NDArray[np.float32]
    norm: float


class Candidates(NamedTuple):
    """The rows of one list that are compared closely, their measures, and what judges.

    The measures are those of `compare`, and the likeness of meaning where it is asked.
    """

    group: str
    across: bool
    rows: NDArray[np.int64]
    measures: NDArray[np.float64]
    model: Model


class Index:
    """Finds earlier work like a query's: exact, in memory, the same every time.

    First each record's cosine with the query over all words (TF-IDF with the logarithm
    of counts; a word of the title counts twice; Salton & Buckley, 1988), exact; then the
    200 best of each group are compared closely and ordered by `model`. Records known by
    title alone are a list of their own: one score cannot rank both fairly.

    With ``terms`` records that are not in the query's language are compared with its
    translation, and are lists of their own too: words that one language shares with
    itself would push them down. Vietnamese is told from everything else. A record with
    a title in both languages is compared as without terms.

    With ``encoder``, a sentence model, the 50 best of each list are compared in meaning
    too and ordered by a second `model`; lists across languages only if it reads both (see
    `Meanings.bilingual`). The cosines of `nearest` stay those of words.

    Cost on one core: 80 µs a record to build, 0.4 ms to add one, about 1 ms a query at
    30,000 records and 6 ms for the close comparison; 1 kB of memory a record.
    """

    def __init__(
        self,
        records: Iterable[Record] = (),
        *,
        terms: TermList | None = None,
        encoder: SentenceModel | None = None,
    ) -> None:
        self.terms = terms
        self.meanings = None if encoder is None else Meanings(encoder)
        self._spoken = array("b")  # a bit for each language of a record
        self.ids: list[str] = []
        self._row: dict[str, int] = {}
        self._terms = Terms()
        self._base, self._recent = Store(self._terms), Store(self._terms)
        for record in records:
            self._name(record.id)
            self._hear(record)
            self._base.append(record)
        self._build()

    def __len__(self) -> int:
        return len(self.ids)

    def __contains__(self, name: object) -> bool:
        return name in self._row

    def _name(self, name: str) -> None:
        if name in self._row:
            raise ValueError(f"two records have the id {name!r}")
        self._row[name] = len(self.ids)
        self.ids.append(name)

    def _hear(self, record: Record) -> None:
        if self.terms is not None:
            self._spoken.append(spoken(record))
        if self.meanings is not None:
            self.meanings.append(record)

    def add(self, record: Record) -> None:
        """Take one record in; it is found from now on. No rebuild.

        The weights of words stay those of the records the index was built with, so that
        earlier answers can be repeated. A thousand additions cost a query 1 ms.

        Raises
        ------
        ValueError
            A record with this id is there already.
        """
        self._name(record.id)
        self._hear(record)
        self._recent.append(record)
        self._settle()

    def _build(self) -> None:
        texts, n = self._base.texts, len(self._base)
        self._shift = shift_of(texts.stream.size)
        df = np.zeros(len(self._terms.of_stem), np.int32)
        self._pair_df = np.zeros(1 << (64 - self._shift), np.int32)
        kernels.count_frequencies(*texts, df, self._pair_df, self._shift)
        self._idf = rarity(df, n)
        self._pair_idf = rarity(np.arange(n + 1), n)
        self._at, self._docs, self._counts, self._base_norms = kernels.invert(
            *texts, TITLE_WEIGHT, df, self._idf, LOG_TF
        )
        self._phrases: NDArray[np.uint8] | None = None
        self._mean_length = mean_length(texts.stream.size, n)
        self._settle()

    def _settle(self) -> None:
        new = len(self._terms.of_stem) - self._idf.size
        unseen = rarity(np.zeros(new, np.int32), len(self._base))
        self._idf = np.concatenate([self._idf, unseen])
        self._years = np.concatenate([self._base.years, self._recent.years])
        self._groups = np.concatenate([self._base.groups, self._recent.groups])

    def holds(self, record: Record) -> bool:
        """Say whether a record stands in the index with exactly these words."""
        row = self._row.get(record.id)
        if row is None:
            return False
        n = len(self._base)
        store, d = (self._base, row) if row < n else (self._recent, row - n)
        texts, asked = store.texts, self._question(record)
        first, last = texts.starts[d : d + 2]
        return bool(
            np.array_equal(texts.stream[first:last], asked.stream)
            and texts.bodies[d] - first == asked.body
            and np.array_equal(
                texts.others[slice(*texts.other_starts[d : d + 2])], asked.others
            )
        )

    @property
    def common_at(self) -> int:
        """In how many records a phrase must stand to be common: at least five.

        A tenth of the root of their number: 18 of 30,000, 32 of 100,000, so that the
        parts and phases of one work do not make its own words common.
        """
        return max(FEWEST_COMMON, ceil(sqrt(len(self._base)) / 10))

    def common(self, stream: NDArray[np.int32], body: int) -> NDArray[np.bool_]:
        """Mark the words that stand in phrases of five common in the corpus.

        ``stream`` holds a record's words as numbers, -1 for unknown ones, its title
        before ``body``. Phrases are counted at the first call, over the records the
        index was built with: 30 µs a record, and 2 to 4 bytes a word are kept. Phrases
        share places, so that one in five hundred unique ones may pass for common in a
        corpus of less than 2,500 records; in a larger one next to none.
        """
        if self._phrases is None:
            self._phrases = np.zeros(self._pair_df.size, np.uint8)
            texts = self._base.texts
            kernels.count_phrases(
                texts.stream, texts.starts, texts.bodies, self._phrases, self._shift
            )
        return kernels.in_phrases(  # type: ignore[no-any-return]
            stream, body, self._phrases, self._shift, self.common_at
        )

    @property
    def version(self) -> str:
        """The method's version, and the first digits of the sentence model's digest."""
        if self.meanings is None:
            return VERSION
        return f"{VERSION}+{self.meanings.encoder.digest[:8]}"

    def digest(self) -> str:
        """Return a name for exactly these records as they are compared here (SHA-256)."""
        whole = sha256(f"{VERSION}\n{len(self._base)}\n".encode())
        whole.update("\n".join(self.ids).encode())
        whole.update("\n".join(map(repr, self._terms.of_stem)).encode())
        if self.terms is not None:
            whole.update(f"\nterms {self.terms.digest()}".encode())
        if self.meanings is not None:
            whole.update(f"\nmeaning {self.meanings.encoder.digest}".encode())
        for store in (self._base, self._recent):
            for numbers in (*store.texts, store.years):
                whole.update(np.ascontiguousarray(numbers).tobytes())
        return whole.hexdigest()

    def _question(self, query: Record) -> Question:
        return question(query, self._terms, self._idf)

    def _cosines(
        self, question: Question
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return each record's sum of products and norm."""
        sums = np.zeros(len(self._base), np.float32)
        kernels.accumulate(
            sums,
            question.terms,
            question.weights,
            self._at,
            self._docs,
            self._counts,
            LOG_TF,
        )
        if not len(self._recent):
            return sums, self._base_norms
        more, norms = kernels.scan(
            question.terms,
            question.weights,
            *self._recent.texts,
            TITLE_WEIGHT,
            self._idf,
            LOG_TF,
        )
        return np.concatenate([sums, more]), np.concatenate([self._base_norms, norms])

    def _compare(
        self, question: Question, rows: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return the features of rows, whichever store they stand in."""
        out = np.zeros((len(rows), len(kernels.FEATURES)))
        n = len(self._base)
        for store, first, mine in (
            (self._base, 0, rows < n),
            (self._recent, n, rows >= n),
        ):
            if mine.any():
                out[mine] = kernels.compare(
                    question.stream, question.body, question.others, rows[mine] - first,
                    *store.texts, TITLE_WEIGHT, self._idf, LOG_TF,
                    self._pair_df, self._pair_idf, self._shift, self._mean_length,
                )  # fmt: skip
        return out

    def _gaps(self, query: Record, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        return gaps(query.year, self._years[rows])

    def _lengths(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        sizes = [np.diff(store.texts.starts) for store in (self._base, self._recent)]
        return np.concatenate(sizes)[rows]

    def vectors(self) -> csr_array:
        """Return the records the index was built with, a row each of length one."""
        return vectors(self._at, self._docs, self._counts, self._base_norms, self._idf)

    def nearest(
        self,
        query: Record,
        *,
        top: int,
        not_after: int | None = None,
        leave_out: Iterable[str] = (),
        never: NDArray[np.bool_] | None = None,
    ) -> dict[str, tuple[NDArray[np.int64], NDArray[np.float32]]]:
        """Return each group's rows with the highest cosine, and the cosines, best first.

        ``never`` marks rows that are left out beside those of ``leave_out``.
        """
        question = self._question(query)
        sums, norms = self._cosines(question)
        if never is not None:
            sums[never] = 0
        sums[[self._row[name] for name in leave_out]] = 0
        itself = self._row.get(query.id, -1)
        latest = _ALWAYS if not_after is None else not_after
        found = {}
        for number, group in enumerate(GROUPS):
            rows, values = kernels.best_of(
                sums, norms, self._years, self._groups, number, latest, itself, top
            )
            found[group] = rows, values / np.float32(question.norm)
        return found

    def translation(self, query: Record) -> tuple[Record, NDArray[np.bool_]] | None:
        """Return a query in the other language, and which rows are asked with it.

        Nothing where there are no terms, no such rows, or no telling the language.
        """
        own = None if self.terms is None else main_language(query)
        if self.terms is None or own is None:
            return None
        far = speaks_only_others(np.array(self._spoken, np.int8), own)
        if not far.any():
            return None
        return self.terms.into(query, other_than(own)), far

    def candidates(
        self,
        query: Record,
        *,
        not_after: int | None,
        leave_out: Iterable[str],
    ) -> list[Candidates]:
        """Return the 200 rows of highest cosine of each list.

        With a sentence model the 50 that words order first, in the order of cosines.
        """
        leave_out = tuple(leave_out)
        titled = bool(folded_words(query.title))
        translated = self.translation(query)
        asked: list[tuple[Record, NDArray[np.bool_] | None]] = [(query, None)]
        if translated is not None:
            other, far = translated
            asked = [(query, far), (other, ~far)]
        found = []
        for across, (words, never) in enumerate(asked):
            question = self._question(words)
            near = self.nearest(
                words, top=CANDIDATES, not_after=not_after, leave_out=leave_out,
                never=never,
            )  # fmt: skip
            for group, (rows, _cosines) in near.items():
                measures = self._compare(question, rows)
                model = shipped()[group, titled]
                some = Candidates(group, bool(across), rows, measures, model)
                if self.reads(across=bool(across)):
                    some = self._closest(query, some, titled=titled)
                found.append(some)
        return found

    def _closest(self, query: Record, some: Candidates, *, titled: bool) -> Candidates:
        """Return the candidates whose meaning is compared, with that measure."""
        rows, measures = some.rows, some.measures
        if len(rows) > CLOSEST:
            gaps, lengths = self._gaps(query, rows), self._lengths(rows)
            scores = some.model.scores(measures, gaps, lengths)
            best = np.sort(np.argsort(-scores, kind="stable")[:CLOSEST])
            rows, measures = rows[best], measures[best]
        return some._replace(
            rows=rows,
            measures=self.understood(query, rows, measures, across=some.across),
            model=with_meaning()[some.group, titled],
        )

    def reads(self, *, across: bool) -> bool:
        """Say whether the meaning is compared, within a language or across."""
        return self.meanings is not None and (not across or self.meanings.bilingual)

    def understood(
        self,
        query: Record,
        rows: NDArray[np.int64],
        measures: NDArray[np.float64],
        *,
        across: bool,
    ) -> NDArray[np.float64]:
        """Return measures with the likeness of meaning as one more, the last.

        The query is read as it was written, also across languages.
        """
        if self.meanings is None or not self.reads(across=across):
            return measures
        likeness = self.meanings.likeness(query, rows, across=across)
        return np.column_stack([measures, likeness])

    def rank(
        self,
        query: Record,
        *,
        top: int = 10,
        not_after: int | None = None,
        leave_out: Iterable[str] = (),
    ) -> list[Match]:
        """Return the records most likely to be the same work, each list's best first.

        Parameters
        ----------
        query : Record
            If a record of the index has its id, that one is left out.
        top : int
            How many of each list, at most ten.
        not_after : int, optional
            Leave out records of later years; those of unknown year stay.
        leave_out : iterable of str
            Ids of records that are not asked about; each must be in the index
            (``KeyError``).
        """
        told = Told.of(query)
        found = []
        for group, across, rows, measures, model in self.candidates(
            query, not_after=not_after, leave_out=leave_out
        ):
            order, scores, chances = told.judge(
                group, measures, self._years[rows], self._lengths(rows),
                across=across, model=model,
            )  # fmt: skip
            found += [
                Match(
                    group, n, self.ids[rows[row]], float(score), float(chance), across
                )
                for n, (row, score, chance) in enumerate(
                    zip(order[: min(top, LISTED)], scores, chances, strict=False), 1
                )
            ]
        return found


def question(query: Record, terms: Terms, idf: NDArray[np.float32]) -> Question:
    """Return a query in the numbers of ``terms``; nothing is added to them."""
    known = terms.known
    title, body = folded_words(query.title), folded_words(query.body)
    loose = other_terms(f"{query.title}\n{query.body}", title + body)
    head = [known(word) for word in title]
    stream = np.array(head + [known(word) for word in body], np.int32)
    of = terms.of_stem.get
    others = np.array([of(term.encode(), -1) for term in loose], np.int32)
    every = np.concatenate(
        [np.repeat(stream[: len(head)], TITLE_WEIGHT), stream[len(head) :], others]
    )
    held, counts = np.unique(every[every >= 0], return_counts=True)
    own = LOG_TF[np.minimum(counts, 255)] * idf[held]
    return Question(
        stream, len(head), others, held.astype(np.int32),
        (own * idf[held]).astype(np.float32), float(np.sqrt(own @ own)) or 1.0,
    )  # fmt: skip


def spoken(record: Record) -> int:
    """Return a bit for each language of a record."""
    return sum(1 << LANGUAGES.index(name) for name in languages(record))


def speaks_only_others(bits: NDArray[np.int8], language: str) -> NDArray[np.bool_]:
    """Mark the records whose languages are known and are not this one."""
    theirs: NDArray[np.bool_] = (bits > 0) & (
        bits & (1 << LANGUAGES.index(language)) == 0
    )
    return theirs


class Told(NamedTuple):
    """What the order of a list needs to know of the query."""

    year: int | None
    words: int
    titled: bool

    @classmethod
    def of(cls, query: Record) -> Told:
        body, title = folded_words(query.body), folded_words(query.title)
        return cls(query.year, len(body), bool(title))

    def judge(
        self,
        group: str,
        measures: NDArray[np.float64],
        years: NDArray[np.int32],
        lengths: NDArray[np.int64],
        *,
        across: bool,
        model: Model | None = None,
    ) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
        """Return the order of a list's candidates, their scores and probabilities.

        Judged by ``model``, or else by the shipped one of words alone.
        """
        if not len(measures):
            return np.empty(0, np.int64), np.empty(0), np.empty(0)
        model = model or shipped()[group, self.titled]
        order, scores, chances = model.judge(
            measures, gaps(self.year, years), lengths, self.words
        )
        if across:
            chances = across_chances(
                group, titled=self.titled, measures=measures, order=order
            )
        return order, scores, chances


def gaps(asked: int | None, years: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return the years from each record to the query, nan where one is unknown."""
    known = years.astype(float)
    known[known == UNKNOWN_YEAR] = np.nan
    return (np.nan if asked is None else asked) - known


def vectors(
    at: NDArray[np.int64],
    docs: NDArray[np.int32],
    counts: NDArray[np.uint8],
    norms: NDArray[np.float32],
    idf: NDArray[np.float32],
) -> csr_array:
    """Return the records of postings, a row each of length one."""
    by_term = np.repeat(idf[: at.size - 1], np.diff(at))
    data = LOG_TF[counts] * by_term / np.maximum(norms, np.float32(1e-9))[docs]
    return csc_array((data, docs, at), shape=(norms.size, at.size - 1)).tocsr()


def shift_of(words: int) -> int:
    """Return how far a pair's hash is cut: two to four places for each word there is."""
    return 64 - max(12, int(np.ceil(np.log2(max(words, 1) * _PLACES_A_WORD))))


def mean_length(words: int, records: int) -> float:
    return max(words / max(records, 1), 1.0)


def rarity(df: NDArray[np.integer], n: int) -> NDArray[np.float32]:
    """Return ``ln((n + 1) / (df + 1)) + 1`` (Spärck Jones, 1972, smoothed)."""
    return (np.log((n + 1) / (df + 1)) + 1).astype(np.float32)
