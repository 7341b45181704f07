"""All pairs of a corpus: each record's nearest, exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numba
import numpy as np

from sti_methods.similarity import _kernels as kernels

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sti_methods.similarity.index import Index


class Neighbour(NamedTuple):
    """A record, its nearest number ``rank``, and their cosine."""

    id: str
    rank: int
    match: str
    cosine: float


def pairs(index: Index, *, top: int = 10, threads: int = 0) -> Iterator[Neighbour]:
    """Yield each record's ``top`` nearest by the cosine of all words, best first; exact.

    Records added after the index was built take part once it is built anew.

    Cost: each pair is worked out once, when the later record's turn comes: half the sum
    of the squares of the words' record counts in products, shared by ``threads`` (all
    cores by default); ``8 · n · top · threads`` bytes beside the index.
    """
    vectors = index.vectors()
    ids = index.ids[: vectors.shape[0]]
    threads = threads or numba.get_num_threads()
    by_term = vectors.tocsc()
    values, rows = kernels.neighbours(
        by_term.indptr, by_term.indices, by_term.data,
        vectors.indptr, vectors.indices, vectors.data, top, threads,
    )  # fmt: skip
    # Each thread's heaps side by side; the best of them all, equal ones by their row.
    values, rows = (np.concatenate(list(part), axis=1) for part in (values, rows))
    order = np.lexsort((rows, -values), axis=1)[:, :top]
    for d, name in enumerate(ids):
        for rank, place in enumerate(order[d], 1):
            if rows[d, place] >= 0:
                yield Neighbour(
                    name, rank, ids[rows[d, place]], float(values[d, place])
                )
