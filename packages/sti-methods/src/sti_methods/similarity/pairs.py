"""All pairs of a corpus: each record's nearest, exactly or nearly."""

from __future__ import annotations

from math import ceil, sqrt
from typing import TYPE_CHECKING, Any, NamedTuple

import numba
import numpy as np
from scipy.sparse import csr_array, vstack

from sti_methods.similarity import _rough as rough
from sti_methods.similarity import _sweep as sweep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from sti_methods.similarity.index import Index

FEWEST_IN_BLOCK, MOST_BLOCKS = 4096, 32
FREQUENT, DIMENSIONS = 256, 64  # words that are projected, exactly bounded
SAMPLE = 8192
# The rough answer: words in four directions, and which others are walked: those that
# weigh more than WORTH times the root of the share of records that have them.
ROUGH_FREQUENT, WORTH = 512, 0.26
WIDE, TURNS = 12, 4  # of the subspace iteration
# How many more than ``top`` are compared exactly: so many times ``top``, 22 at least.
TIMES, SPARE = 2, 22
EVERY, SAMPLED_FROM = 16, 4096  # which records tell how good a candidate must be
ROUNDING = 1e-5, 1.2e-7  # of a product of projections; of each addition


class Neighbour(NamedTuple):
    """A record, its nearest number ``rank``, and their cosine."""

    id: str
    rank: int
    match: str
    cosine: float


def pairs(
    index: Index, *, top: int = 10, approximate: bool = False, threads: int = 0
) -> Iterator[Neighbour]:
    """Yield each record's ``top`` nearest by the cosine of all words, best first.

    Exact, or with ``approximate`` nearly so: the cosines are exact, and of the true
    nearest 98 in 100 are there for a ``top`` of ten, more for less. Which ones are
    missed may differ between processors, not between numbers of threads. Records added
    after the index was built take part once it is built anew.

    First roughly: each record's most promising others (three times ``top``, 22 more
    than ``top`` at least), by four directions of the frequent words and the postings of
    the words worth walking, are compared exactly. That is the approximate answer. For
    the exact one the frequent words' part of each product is estimated from 64
    principal directions (of the second moments, not centred) and the rare words' part
    summed over postings; every pair that could then reach a record's ``top``, by the
    Cauchy-Schwarz bound of what the projection leaves out, is compared too (as in L2AP;
    Anastasiu & Karypis, ICDE 2014).

    Cost: each pair is worked out once, by ``threads`` (all cores by default). Roughly:
    half the sum of the squares of the worthy words' record counts in products (340
    a record and thousand records), and four products a pair. Exactly, beside that: a
    matrix product of 64 dimensions and the rare words' products (600). Memory: 4 kB a
    record, and 8 bytes for each of those neighbours of a record and thread.
    """
    vectors = index.vectors()
    threads = threads or numba.get_num_threads()
    values, rows = nearest(vectors, top, approximate, threads)
    there = rows >= 0
    of, place = np.nonzero(there)
    name = index.ids.__getitem__
    yield from map(
        Neighbour,
        map(name, of.tolist()),
        (place + 1).tolist(),
        map(name, rows[there].tolist()),
        values[there].tolist(),
    )


def nearest(
    vectors: csr_array,
    top: int,
    approximate: bool,  # noqa: FBT001
    threads: int,
) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Return each row's nearest rows and the cosines, best first; -1 where there is none."""
    whole = (vectors.indptr, vectors.indices, vectors.data)
    n, vocabulary = vectors.shape
    counts = np.bincount(vectors.indices, minlength=vocabulary)
    order = np.argsort(-counts, kind="stable")
    wanted = max(1, min(top + max(SPARE, TIMES * top), n))
    candidates = _candidates(vectors, counts, order[:ROUGH_FREQUENT], wanted, threads)
    values, rows = sweep.best_among(candidates, *whole, vocabulary, top, threads)
    if approximate:
        return best_of(values, rows, top)
    parts = _parts(vectors, counts, order[:FREQUENT])
    known = least_of(values, rows)
    return _exact(vectors, parts, known, top=top, threads=threads)


def between(
    first: csr_array,
    second: csr_array,
    known: NDArray[np.float32],
    top: int,
    threads: int,
) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Return for each row of two blocks the nearest of the other block, exactly.

    ``known`` holds for each row, those of ``first`` before those of ``second``, a cosine
    that ``top`` rows of some block reach; less similar ones may be missing. Rows of the
    answer count on from ``first`` to ``second``; -1 where there is none.
    """
    vectors = vstack([first, second], format="csr")
    counts = np.bincount(vectors.indices, minlength=vectors.shape[1])
    order = np.argsort(-counts, kind="stable")
    parts = _parts(vectors, counts, order[:FREQUENT])
    cut = first.shape[0]
    return _exact(vectors, parts, known.copy(), top=top, threads=threads, cut=cut)


def least_of(
    values: NDArray[np.float32], rows: NDArray[np.integer]
) -> NDArray[np.float32]:
    """Return the lowest cosine of each list that is full, else 0."""
    full = rows.min(axis=1, initial=0) >= 0
    return np.where(full, values.min(axis=1), np.float32(0))


def _exact(
    vectors: csr_array,
    parts: tuple[NDArray[np.float32], Any],
    known: NDArray[np.float32],
    *,
    top: int,
    threads: int,
    cut: int = 0,
) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    turned, walk = parts
    words = np.diff(vectors.indptr)
    known[words == 0] = np.inf
    slack = (ROUNDING[0] + ROUNDING[1] * (words + FREQUENT)).astype(np.float32)
    rest = np.ascontiguousarray(turned[:, DIMENSIONS:])
    given = (
        *_tiles(turned[:, :DIMENSIONS]), rest, *walk,
        vectors.indptr, vectors.indices, vectors.data, vectors.shape[1],
        slack, known, top, threads, cut,
    )  # fmt: skip
    values, rows = sweep.verified(*given)
    # Each thread's heaps side by side; the best of them all, equal ones by their row.
    return best_of(
        np.concatenate(list(values), axis=1), np.concatenate(list(rows), axis=1), top
    )


def best_of(
    values: NDArray[np.float32], rows: NDArray[Any], top: int
) -> tuple[NDArray[np.float32], NDArray[Any]]:
    """Return the ``top`` best of each row's lists, equal ones by their row."""
    order = np.lexsort((rows, -values), axis=1)[:, :top]
    return np.take_along_axis(values, order, 1), np.take_along_axis(rows, order, 1)


def _parts(
    vectors: csr_array, counts: NDArray[np.int64], frequent: NDArray[np.int64]
) -> tuple[NDArray[np.float32], Any]:
    """Return the frequent words in their principal directions, and the others' postings."""
    n, vocabulary = vectors.shape
    column = np.full(vocabulary, -1, np.int32)
    column[frequent] = np.arange(frequent.size)
    # Words of one record pair nobody; the others get numbers by how frequent they are.
    others = np.flatnonzero((column < 0) & (counts > 1))
    number = np.full(vocabulary, -1, np.int32)
    number[others[np.argsort(-counts[others], kind="stable")]] = np.arange(others.size)
    dense = np.zeros((n, frequent.size), np.float32)
    starts, terms, weights = sweep.split(
        vectors.indptr, vectors.indices, vectors.data, column, number, dense
    )
    some = dense[:: max(1, n // SAMPLE)]  # any directions are right, these are good
    _squares, directions = np.linalg.eigh((some.T @ some).astype(np.float64))
    width = _width(n)
    blocks = sweep.block_postings(
        starts, terms, weights, others.size, width, sweep.ROWS
    )
    return dense @ directions[:, ::-1].astype(np.float32), (
        starts, terms, weights, *blocks, width,
    )  # fmt: skip


def _candidates(
    vectors: csr_array,
    counts: NDArray[np.int64],
    frequent: NDArray[np.int64],
    wanted: int,
    threads: int,
) -> NDArray[np.int32]:
    """Return each row's ``wanted`` most promising others, in no order; -1: none."""
    n, vocabulary = vectors.shape
    some = vectors[:: max(1, n // SAMPLE)][:, frequent].toarray()
    # The principal directions, nearly: a few turns of subspace iteration are enough.
    start = np.random.default_rng(0).standard_normal((frequent.size, WIDE), np.float32)
    basis, _ = np.linalg.qr(start)
    for _turn in range(TURNS):
        basis, _ = np.linalg.qr(some.T @ (some @ basis))
    seen = some @ basis
    _squares, best = np.linalg.eigh(seen.T @ seen)
    found = (basis @ best)[:, ::-1][:, : rough.DIRECTIONS]
    directions = np.zeros((vocabulary, rough.DIRECTIONS), np.float32)
    directions[frequent, : found.shape[1]] = found
    sides = np.ascontiguousarray(vectors @ directions)
    # What the directions say of a word is taken off its product with itself.
    share = np.sqrt(np.maximum(0, 1 - (directions**2).sum(axis=1)))
    least = (WORTH * np.sqrt(counts / max(n, 1))).astype(np.float32)
    least[counts == 1] = np.inf  # words of one record pair nobody
    own = rough.worthy(vectors.indptr, vectors.indices, vectors.data, least, share)
    starts, terms, weights = own
    floor = np.zeros(n, np.float32)
    if n >= SAMPLED_FROM:
        # As good as drawn at random (Fibonacci hashing), and always the same ones.
        who = np.flatnonzero(
            np.arange(n, dtype=np.uint32) * np.uint32(2654435769) < 2**32 // EVERY
        )
        kept = csr_array((weights, terms, starts), shape=vectors.shape)[who]
        expected = wanted / EVERY  # so many of the wanted are among them
        place = ceil(expected + 1.5 * sqrt(expected) + 1)  # and some to be sure
        part = (kept.indptr, kept.indices, kept.data)
        given = (
            sides,
            *own,
            *_blocks(sides[who], part, vocabulary),
            who,
            place,
            threads,
        )
        floor = rough.floors(*given)
    given = (sides, *own, *_blocks(sides, own, vocabulary), floor, wanted, threads)
    values, rows = rough.promising(*given)
    return rough.merged(values, rows, threads)  # type: ignore[no-any-return]


def _blocks(
    sides: NDArray[np.float32], entries: tuple[Any, Any, Any], vocabulary: int
) -> Any:
    """Return columns' coordinates in blocks, and the columns' postings."""
    n, kept = sides.shape
    width = _width(n)
    blocks = -(-n // width)
    columns = np.zeros((blocks * width, kept), np.float32)
    columns[:n] = sides
    postings = sweep.block_postings(*entries, vocabulary, width, 1)
    turned = columns.reshape(blocks, width, kept).transpose(0, 2, 1)
    return np.ascontiguousarray(turned), *postings


def _width(n: int) -> int:
    """Return how many records a block of columns has."""
    return max(FEWEST_IN_BLOCK, -(-n // MOST_BLOCKS // sweep.TILE) * sweep.TILE)


def _tiles(sides: NDArray[np.float32]) -> Any:
    """Return projections in chunks of rows, and in tiles of columns."""
    n, kept = sides.shape
    chunks, tiles = -(-n // sweep.ROWS), -(-n // sweep.TILE)
    rows = np.zeros((chunks * sweep.ROWS, kept), np.float32)
    rows[:n] = sides
    columns = np.zeros((tiles * sweep.TILE, kept), np.float32)
    columns[:n] = sides
    return (
        rows.reshape(chunks, sweep.ROWS, kept),
        np.ascontiguousarray(
            columns.reshape(tiles, sweep.TILE, kept).transpose(0, 2, 1)
        ),
    )
