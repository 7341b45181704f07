"""All pairs, block by block: each two blocks once, exactly, the best of all kept."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

import numba
import numpy as np
from scipy.sparse import csr_array, vstack

from sti_methods.similarity import index
from sti_methods.similarity.cluster.asking import piece, shared
from sti_methods.similarity.pairs import best_of, between, least_of, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from sti_methods.similarity.cluster.corpus import Part
    from sti_methods.similarity.cluster.workers import Workers

BLOCK = 50_000
_ALONE = Lock()  # the compiled loops share their threads; two of them must not meet


class Block(NamedTuple):
    """Partitions that follow each other."""

    names: list[str]
    first: int
    records: int


class Nearest(NamedTuple):
    """Each record's nearest so far: rows of the corpus (-1: none), and cosines."""

    values: NDArray[np.float32]
    rows: NDArray[np.int64]


def blocks(parts: tuple[Part, ...]) -> list[Block]:
    """Return partitions in blocks of at most 50,000 records, or of one partition."""
    found: list[Block] = []
    for part in parts:
        last = found[-1] if found else None
        if last is not None and last.records + part.records <= BLOCK:
            found[-1] = Block(
                [*last.names, part.name], last.first, last.records + part.records
            )
        else:
            found.append(Block([part.name], part.first, part.records))
    return found


def all_pairs(
    where: Path, words: int, parts: tuple[Part, ...], top: int, workers: Workers
) -> Iterator[Nearest]:
    """Yield the nearest of each block's records.

    Blocks meet in rounds, each with the one so many places on. What a record has found
    in earlier rounds bounds what is looked at in later ones; it changes no answer.
    """
    every = blocks(parts)
    n = len(every)
    workers.expect(n + n * (n - 1) // 2 + n * (n // 2))
    given = where, words
    so_far = [
        workers.submit(inside, *given, block, top, workers.threads) for block in every
    ]
    for step in range(1, n // 2 + 1):
        new: list[list[tuple[object, int]]] = [[] for _block in every]
        for one in range(n // 2 if 2 * step == n else n):
            other = (one + step) % n
            both = workers.submit(
                across, *given, every[one], every[other], so_far[one], so_far[other],
                top, workers.threads,
            )  # fmt: skip
            new[one].append((both, 0))
            new[other].append((both, 1))
        so_far = [
            workers.submit(merge, mine, some, top)
            for mine, some in zip(so_far, new, strict=True)
        ]
    for handle in so_far:
        yield workers.result(handle)


def vectors(where: Path, words: int, block: Block) -> csr_array:
    """Return a block's records, a row each of length one, as one index has them."""
    idf, rows = shared(where, "idf"), []
    for name in block.names:
        held = piece(where, name)
        own = index.vectors(
            held.at, held.docs, held.counts, held.norms, idf[held.terms]
        )
        shape = (held.norms.size, words)
        rows.append(
            csr_array((own.data, held.terms[own.indices], own.indptr), shape=shape)
        )
    return vstack(rows, format="csr")  # type: ignore[no-any-return]


def inside(where: Path, words: int, block: Block, top: int, threads: int) -> Nearest:
    """Return the nearest within a block."""
    held = vectors(where, words, block)
    with _ALONE:
        values, rows = nearest(
            held, top, approximate=False, threads=threads or numba.get_num_threads()
        )
    return Nearest(values, _placed(rows, block.first))


def across(  # noqa: PLR0917 -- as a task is handed over
    where: Path,
    words: int,
    one: Block,
    other: Block,
    of_one: Nearest,
    of_other: Nearest,
    top: int,
    threads: int,
) -> tuple[Nearest, Nearest]:
    """Return what each of two blocks has near the other's records."""
    known = np.concatenate([least_of(*of_one), least_of(*of_other)])
    with _ALONE:
        values, rows = between(
            vectors(where, words, one), vectors(where, words, other),
            known, top, threads or numba.get_num_threads(),
        )  # fmt: skip
    cut = one.records
    return (
        Nearest(values[:cut], _placed(rows[:cut], other.first - cut)),
        Nearest(values[cut:], _placed(rows[cut:], one.first)),
    )


def _placed(rows: NDArray[np.int32], first: int) -> NDArray[np.int64]:
    return np.where(rows >= 0, rows.astype(np.int64) + first, -1)


def merge(
    mine: Nearest, new: list[tuple[tuple[Nearest, Nearest], int]], top: int
) -> Nearest:
    """Return the best of what was known and what each of several pairs of blocks adds."""
    lists = [mine, *(both[side] for both, side in new)]
    return Nearest(
        *best_of(
            np.concatenate([each.values for each in lists], axis=1),
            np.concatenate([each.rows for each in lists], axis=1),
            top,
        )
    )
