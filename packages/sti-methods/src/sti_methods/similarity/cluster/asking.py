"""A question to many partitions: near rows of each, the best of all, compared closely."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sti_methods.similarity import _kernels as kernels
from sti_methods.similarity.cluster.corpus import ids_of
from sti_methods.similarity.cluster.files import load
from sti_methods.similarity.index import (
    CANDIDATES,
    LOG_TF,
    TITLE_WEIGHT,
    Match,
    Question,
    Told,
    speaks_only_others,
)
from sti_methods.similarity.model import LISTED
from sti_methods.similarity.records import GROUPS
from sti_methods.similarity.store import Texts

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from sti_methods.similarity.cluster.building import Made
    from sti_methods.similarity.cluster.corpus import Part


class Asked(NamedTuple):
    """A query in one language, for the records that may be asked with it.

    ``apart`` is the query's own language where records in other languages alone are
    asked in their own; ``across``: this is the question to those.
    """

    id: str
    question: Question
    latest: int
    across: bool
    apart: str | None


class Query(NamedTuple):
    told: Told
    asked: list[Asked]


class Near(NamedTuple):
    """Rows of the corpus and their cosines (times the query's length), best first."""

    rows: NDArray[np.int64]
    values: NDArray[np.float32]


class Found(NamedTuple):
    """Records of one partition among those of a list: their places in it, and themselves."""

    places: NDArray[np.int64]
    texts: Texts
    years: NDArray[np.int32]
    ids: list[str]


class Piece(NamedTuple):
    """A partition's part of the index, as it is compared."""

    texts: Texts
    terms: NDArray[np.int32]
    at: NDArray[np.int64]
    docs: NDArray[np.int32]
    counts: NDArray[np.uint8]
    norms: NDArray[np.float32]
    years: NDArray[np.int32]
    groups: NDArray[np.int8]
    spoken: NDArray[np.int8]


@lru_cache(maxsize=1024)
def piece(where: Path, name: str) -> Piece:
    """Map a partition's part of the index; each worker does so once."""
    folder = where / name
    texts = Texts(*(load(folder, each) for each in Texts._fields))
    return Piece(texts, *(load(folder, each) for each in Piece._fields[1:]))


@lru_cache(maxsize=16)
def shared(where: Path, name: str) -> NDArray[Any]:
    """Map what all partitions share."""
    return load(where, name)


def forget() -> None:
    """Let go of what is mapped."""
    piece.cache_clear()
    shared.cache_clear()


def near(
    where: Path, folder: Path, part: Part, queries: list[Query]
) -> list[list[Near]]:
    """Return the rows of a partition nearest each question, a list for each group."""
    held = piece(where, part.name)
    asked = [each for query in queries for each in query.asked]
    own = pc.index_in(
        pa.array([each.id for each in asked], pa.string()),
        value_set=ids_of(folder, part),
    )
    found = []
    for each, itself in zip(asked, own.to_pylist(), strict=True):
        sums = np.zeros(held.norms.size, np.float32)
        terms, weights = each.question.terms, each.question.weights
        place = np.searchsorted(held.terms, terms).astype(np.int32)
        place[place == held.terms.size] = 0
        known = held.terms[place] == terms if held.terms.size else place > 0
        kernels.accumulate(
            sums, place[known], weights[known], held.at, held.docs, held.counts, LOG_TF
        )
        if each.apart is not None:
            far = speaks_only_others(held.spoken, each.apart)
            sums[far != each.across] = 0
        lists = []
        for group in range(len(GROUPS)):
            rows, values = kernels.best_of(
                sums, held.norms, held.years, held.groups, group, each.latest,
                -1 if itself is None else itself, CANDIDATES,
            )  # fmt: skip
            lists.append(Near(rows + part.first, values))
        found.append(lists)
    return found


def best(found: list[list[list[Near]]]) -> list[list[Near]]:
    """Return the nearest rows of several answers of `near`; equal ones by their row."""
    return [
        [_best(list(same)) for same in zip(*lists, strict=True)]
        for lists in zip(*found, strict=True)
    ]


def _best(lists: list[Near]) -> Near:
    rows = np.concatenate([each.rows for each in lists])
    values = np.concatenate([each.values for each in lists])
    order = np.lexsort((rows, -values))[:CANDIDATES]
    return Near(rows[order], values[order])


def fetch(
    where: Path, folder: Path, part: Part, nearest: list[list[Near]]
) -> list[list[Found]]:
    """Return the records of a partition that are among the nearest."""
    held, ids = piece(where, part.name), None
    found = []
    for lists in nearest:
        mine = []
        for rows, _values in lists:
            here = (rows >= part.first) & (rows < part.first + part.records)
            places = np.flatnonzero(here)
            local = rows[places] - part.first
            if ids is None and local.size:
                ids = ids_of(folder, part)
            names = [] if ids is None else ids.take(pa.array(local)).to_pylist()
            mine.append(
                Found(places, _some(held.texts, local), held.years[local], names)
            )
        found.append(mine)
    return found


def _some(texts: Texts, rows: NDArray[np.int64]) -> Texts:
    """Return some of the records, in this order."""
    stream, starts = _gathered(texts.stream, texts.starts, rows)
    heads = texts.bodies[rows] - texts.starts[rows]
    others, other_starts = _gathered(texts.others, texts.other_starts, rows)
    return Texts(stream, starts, starts[:-1] + heads, others, other_starts)


def _gathered(
    values: NDArray[np.int32], starts: NDArray[np.int64], rows: NDArray[np.int64]
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return the stretches of some rows, one after the other, and where each begins."""
    sizes = starts[rows + 1] - starts[rows]
    begins = _starts(sizes)
    shift = np.repeat(starts[rows] - begins[:-1], sizes)
    return values[np.arange(begins[-1]) + shift], begins


def _starts(sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


def judge(
    made: Made, queries: list[Query], found: list[list[list[Found]]], top: int
) -> list[list[Match]]:
    """Return each query's matches, from what all partitions have fetched."""
    idf, pair_idf, pair_df = (
        shared(made.folder, name) for name in ("idf", "pair_idf", "pair_df")
    )
    lists = iter(zip(*found, strict=True))
    answers = []
    for told, asked in queries:
        matches: list[Match] = []
        for each in asked:
            for group, pieces in zip(
                GROUPS, zip(*next(lists), strict=True), strict=True
            ):
                texts, ids = _together(list(pieces))
                measures = kernels.compare(
                    each.question.stream, each.question.body, each.question.others,
                    np.arange(len(ids)), *texts, TITLE_WEIGHT, idf, LOG_TF,
                    pair_df, pair_idf, made.shift, made.mean_length,
                )  # fmt: skip
                listed = np.argsort(np.concatenate([some.places for some in pieces]))
                years = np.concatenate([some.years for some in pieces])
                order, scores, chances = told.judge(
                    group,
                    measures[listed],
                    years[listed],
                    np.diff(texts.starts)[listed],
                    across=each.across,
                )
                matches += [
                    Match(
                        group,
                        n,
                        ids[listed[row]],
                        float(score),
                        float(chance),
                        each.across,
                    )
                    for n, (row, score, chance) in enumerate(
                        zip(order[: min(top, LISTED)], scores, chances, strict=False), 1
                    )
                ]
        answers.append(matches)
    return answers


def _together(pieces: list[Found]) -> tuple[Texts, list[str]]:
    """Return the records of all partitions, one partition after the other."""
    every = [each.texts for each in pieces]
    starts = _starts(np.concatenate([np.diff(texts.starts) for texts in every]))
    heads = np.concatenate([texts.bodies - texts.starts[:-1] for texts in every])
    loose = np.concatenate([np.diff(texts.other_starts) for texts in every])
    whole = Texts(
        np.concatenate([texts.stream for texts in every]),
        starts,
        starts[:-1] + heads,
        np.concatenate([texts.others for texts in every]),
        _starts(loose),
    )
    return whole, [name for each in pieces for name in each.ids]
