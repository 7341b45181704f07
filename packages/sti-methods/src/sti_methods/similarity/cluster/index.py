"""A partitioned corpus made ready for questions."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from sti_methods.similarity.cluster.asking import (
    Asked,
    Query,
    best,
    fetch,
    forget,
    judge,
    near,
)
from sti_methods.similarity.cluster.building import WORDS, Made, made, read_words
from sti_methods.similarity.cluster.corpus import Corpus, ids_of, open_corpus
from sti_methods.similarity.cluster.crossing import all_pairs
from sti_methods.similarity.cluster.files import load
from sti_methods.similarity.cluster.workers import Unreachable, Workers
from sti_methods.similarity.index import (
    VERSION,
    Told,
    question,
    speaks_only_others,
)
from sti_methods.similarity.languages import main_language, other_than
from sti_methods.similarity.pairs import Neighbour
from sti_methods.similarity.reading import Unreadable
from sti_methods.similarity.store import Terms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sti_methods.similarity.index import Match
    from sti_methods.similarity.records import Record
    from sti_methods.similarity.terms import TermList

BATCH = 32  # queries that one task asks of a partition
FAN_IN = 16  # answers that one task joins
AHEAD = 2  # batches under way for each worker
_ALWAYS = 2**31 - 1


@dataclass(frozen=True, slots=True)
class PartedIndex:
    """What `Index` and `pairs` answer, from partitions, by many workers.

    Cost: 170 µs a record to build, 4 kB a record on disk; a query 16 ms at 100,000
    records and 110 ms at a million, divided by the workers; pairs as in one index. This
    process holds the words of the corpus, 150 bytes each, and for pairs the ids.
    """

    corpus: Corpus
    workers: Workers
    made: Made

    @classmethod
    def of(cls, corpus: Corpus, workers: Workers) -> PartedIndex:
        """Return the index of a corpus; it is built beside the partitions once.

        Every worker must see the corpus under the same path and have the same method.
        One that is there already is checked, file by file.

        Raises
        ------
        Unreadable
            A partition or a file of the index is missing or was altered.
        Unreachable
            A worker does not see the corpus, or has another version of the method.
        """
        _same_everywhere(corpus, workers)
        return cls(corpus, workers, made(corpus, workers))

    def __len__(self) -> int:
        return self.corpus.records

    def rank(
        self,
        queries: Iterable[Record],
        *,
        top: int = 10,
        latest: Callable[[Record], int | None] = lambda _query: None,
        terms: TermList | None = None,
    ) -> Iterator[tuple[Record, list[Match]]]:
        """Yield each query and what ``Index(records, terms=terms).rank`` answers.

        ``latest`` gives the ``not_after`` of a query.
        """
        known = Terms()
        words = read_words(self.made.folder / WORDS)
        known.of_stem.update(zip(words, range(len(words)), strict=True))
        idf = load(self.made.folder, "idf")
        waiting: deque[tuple[list[Record], Any]] = deque()
        rest = iter(queries)
        while some := list(islice(rest, BATCH)):
            asked = [
                self._query(query, latest(query), terms, known, idf) for query in some
            ]
            waiting.append((some, self._ask(asked, top)))
            if len(waiting) > AHEAD * self.workers.count:
                yield from self._answered(*waiting.popleft())
        while waiting:
            yield from self._answered(*waiting.popleft())

    def _query(
        self,
        query: Record,
        latest: int | None,
        terms: TermList | None,
        known: Terms,
        idf: np.ndarray[Any, np.dtype[np.float32]],
    ) -> Query:
        own = None if terms is None else main_language(query)
        if own is not None and not self._others_speak(own):
            own = None
        asked = [query]
        if terms is not None and own is not None:
            asked.append(terms.into(query, other_than(own)))
        limit = _ALWAYS if latest is None else latest
        return Query(
            Told.of(query),
            [
                Asked(query.id, question(each, known, idf), limit, bool(across), own)
                for across, each in enumerate(asked)
            ],
        )

    def _others_speak(self, own: str) -> bool:
        sets = [bits for bits in range(4) if self.made.languages >> bits & 1]
        return bool(speaks_only_others(np.array(sets, np.int8), own).any())

    def _ask(self, asked: list[Query], top: int) -> Any:
        """Have a batch of queries asked of every partition; return the answers' handle."""
        submit, where = self.workers.submit, self.made.folder
        folder, parts = self.corpus.folder, self.corpus.parts
        levels, n = 0, len(parts)
        while n > 1:
            n = -(-n // FAN_IN)
            levels += n
        self.workers.expect(2 * len(parts) + levels + 1)
        found = [submit(near, where, folder, part, asked) for part in parts]
        while len(found) > 1:
            found = [
                submit(best, found[n : n + FAN_IN])
                for n in range(0, len(found), FAN_IN)
            ]
        fetched = [submit(fetch, where, folder, part, found[0]) for part in parts]
        return submit(judge, self.made._replace(files={}), asked, fetched, top)

    def _answered(
        self, queries: list[Record], handle: Any
    ) -> Iterator[tuple[Record, list[Match]]]:
        yield from zip(queries, self.workers.result(handle), strict=True)

    def pairs(self, *, top: int = 10) -> Iterator[Neighbour]:
        """Yield what `pairs` of one index does, exactly.

        Memory of a worker: 7 kB for each record of two blocks of at most 50,000.
        """
        parts = self.corpus.parts
        ids = pa.chunked_array([ids_of(self.corpus.folder, part) for part in parts])
        first = 0
        given = self.made.folder, self.made.words, parts
        for values, rows in all_pairs(*given, top, self.workers):
            there = rows >= 0
            of, place = np.nonzero(there)
            yield from map(
                Neighbour,
                ids.take(pa.array(of + first)).to_pylist(),
                (place + 1).tolist(),
                ids.take(pa.array(rows[there])).to_pylist(),
                values[there].tolist(),
            )
            first += len(rows)


def _seen(folder: str) -> tuple[str, str]:
    """Return which method is known here, and the digest of a corpus or what is wrong.

    A worker outlives a command: what it has mapped may be deleted and made anew.
    """
    forget()
    try:
        return VERSION, open_corpus(Path(folder)).digest
    except Unreadable as refusal:
        return VERSION, str(refusal)


def _same_everywhere(corpus: Corpus, workers: Workers) -> None:
    try:
        answers = workers.everywhere(_seen, str(corpus.folder))
    except ImportError as error:
        raise Unreachable(
            f'a worker cannot do the work: {error}; install "sti-methods[cluster]" there, of the same version'
        ) from None
    for worker, (method, digest) in sorted(answers.items()):
        if method != VERSION:
            raise Unreachable(
                f"the worker {worker} has version {method} of the method, here is {VERSION}: install the same on both"
            )
        if digest != corpus.digest:
            raise Unreachable(
                f"the worker {worker} does not see {corpus.folder} as it is here ({digest}): keep the corpus on a disk that all mount under this path"
            )
