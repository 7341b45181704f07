"""All pairs, compiled: dense tiles for frequent words, postings for the others.

Rows are taken sixteen at a time against blocks of columns. A tile holds the products of
the rows' and 256 columns' projections; a tile is small, so that the matrix product stays
in one thread. ``place`` of column ``j`` in its block is where row 0 of its tile has it.
"""

from __future__ import annotations

import numpy as np
from numba import njit, prange

from sti_methods.similarity._kernels import push

ROWS, TILE, STRETCH = 16, 256, 32


@njit(cache=True, nogil=True)
def split(starts, terms, weights, column, number, dense):
    """Write words with a ``column`` into ``dense``; return the rest, by ``number``."""
    out_starts = np.zeros(starts.size, np.int64)
    out_terms = np.empty(terms.size, np.int32)
    out_weights = np.empty(terms.size, np.float32)
    n = 0
    for d in range(starts.size - 1):
        for x in range(starts[d], starts[d + 1]):
            t = terms[x]
            if column[t] >= 0:
                dense[d, column[t]] = weights[x]
            elif number[t] >= 0:
                out_terms[n] = number[t]
                out_weights[n] = weights[x]
                n += 1
        out_starts[d + 1] = n
    return out_starts, out_terms[:n].copy(), out_weights[:n].copy()


@njit(cache=True, nogil=True)
def block_postings(starts, terms, weights, vocabulary, width, rows):
    """Return postings (starts, places, weights) of each block of ``width`` records.

    Places are those of tiles of so many ``rows``; one row: plain numbers in the block.
    """
    n = starts.size - 1
    blocks = (n + width - 1) // width
    at = np.zeros((blocks, vocabulary + 1), np.int64)
    for d in range(n):
        for x in range(starts[d], starts[d + 1]):
            at[d // width, terms[x] + 1] += 1
    total = 0
    for b in range(blocks):
        at[b, 0] = total
        for t in range(vocabulary):
            at[b, t + 1] += at[b, t]
        total = at[b, vocabulary]
    fill = at[:, :-1].copy()
    places = np.empty(total, np.uint32)
    out = np.empty(total, np.float32)
    for d in range(n):
        b = d // width
        j = d - b * width
        place = (j // TILE) * rows * TILE + j % TILE
        for x in range(starts[d], starts[d + 1]):
            p = fill[b, terms[x]]
            places[p] = place
            out[p] = weights[x]
            fill[b, terms[x]] = p + 1
    return at, places, out


@njit(inline="always")
def fill_tiles(tiles, b, chunk, sides, columns, width, n):
    """Write the products of a chunk's projections with those of a block's columns."""
    last = min((b + 1) * width, n, (chunk + 1) * ROWS)
    first = b * width // TILE
    for t in range((last - b * width + TILE - 1) // TILE):
        np.dot(sides[chunk], columns[first + t], tiles[t])


@njit(inline="always")
def add_postings(flat, offset, d, starts, terms, weights, at, places, of_block):
    """Add to row ``d`` what its other words share with a block's columns."""
    row = flat[offset:]
    for x in range(starts[d], starts[d + 1]):
        w = weights[x]
        for p in range(at[terms[x]], at[terms[x] + 1]):
            row[places[p]] += w * of_block[p]


@njit(inline="always")
def may_reach(estimates, lengths, least, own, margin, length):
    """Say whether an estimate and its bound reach what row or column has already."""
    hits = np.uint8(0)
    for j in range(estimates.size):
        most = estimates[j] + (margin + length * lengths[j])
        hits |= np.uint8(most >= own) | np.uint8(most >= least[j])
    return hits != 0


@njit(inline="always")
def product(own, j, starts, terms, weights):
    """Return a record's product with the one spread out in ``own``; order: terms."""
    total = 0.0
    for x in range(starts[j], starts[j + 1]):
        total += np.float64(own[terms[x]]) * np.float64(weights[x])
    return np.float32(total)


@njit(cache=True, nogil=True, parallel=True)
def best_among(candidates, starts, terms, weights, vocabulary, k, threads):
    """Return each record's k best among its candidates (-1: none), by exact products."""
    n = starts.size - 1
    values = np.full((n, k), -1.0, np.float32)
    rows = np.full((n, k), -1, np.int32)
    for thread in prange(threads):
        own = np.zeros(vocabulary, np.float32)
        for d in range(thread, n, threads):
            for x in range(starts[d], starts[d + 1]):
                own[terms[x]] = weights[x]
            filled = 0
            for c in range(candidates.shape[1]):
                j = candidates[d, c]
                if j >= 0:
                    value = product(own, j, starts, terms, weights)
                    if value > 0:
                        filled = push(values[d], rows[d], filled, k, value, j)
            for x in range(starts[d], starts[d + 1]):
                own[terms[x]] = 0
    return values, rows


@njit(fastmath=True, nogil=True)
def dot(a, b):
    total = np.float32(0)
    for i in range(a.size):
        total += a[i] * b[i]
    return total


@njit(cache=True, nogil=True, parallel=True)
def verified(
    sides, columns, rest, starts, terms, weights, at, places, of_block, width,
    all_starts, all_terms, all_weights, vocabulary, slack, known, k, threads, cut,
):  # fmt: skip
    """Return for each thread and record the k nearest, exact.

    With a ``cut`` only records from there on are compared with those before it; else
    (0) all with all.

    ``rest`` is what the projection leaves of the frequent words; two records' products
    of it are at most those of its lengths (Cauchy-Schwarz), so that a pair is looked at
    only where its estimate and this bound reach what one of the two has already:
    ``known``, a lower bound of each record's k-th best. ``slack`` bounds rounding.
    """
    n = starts.size - 1
    chunks = sides.shape[0]
    values = np.full((threads, n, k), -1.0, np.float32)
    rows = np.full((threads, n, k), -1, np.int32)
    end = cut if cut > 0 else n
    lengths = np.empty(n, np.float32)
    for d in range(n):
        lengths[d] = np.sqrt(dot(rest[d], rest[d]))
    for thread in prange(threads):
        filled = np.zeros(n, np.int32)
        least = known.copy()
        own = np.zeros(vocabulary, np.float32)
        tiles = np.empty((width // TILE, ROWS, TILE), np.float32)
        flat = tiles.reshape(-1)
        mine_values = values[thread]
        mine_rows = rows[thread]
        for b in range(at.shape[0]):
            begin = b * width
            if begin >= end:
                break
            for chunk in range(max(begin, cut) // ROWS + thread, chunks, threads):
                fill_tiles(tiles, b, chunk, sides, columns, width, n)
                for d in range(max(cut, chunk * ROWS), min(n, (chunk + 1) * ROWS)):
                    offset = (d % ROWS) * TILE
                    add_postings(
                        flat, offset, d, starts, terms, weights, at[b], places, of_block
                    )
                    spread = False
                    stop = min(d, begin + width, end)
                    margin = slack[d]
                    length = lengths[d]
                    for first in range(begin, stop, STRETCH):
                        last = min(first + STRETCH, stop)
                        where = (
                            ((first - begin) // TILE) * ROWS * TILE
                            + offset + (first - begin) % TILE
                        )  # fmt: skip
                        estimates = flat[where : where + last - first]
                        if not may_reach(
                            estimates, lengths[first:last], least[first:last],
                            least[d], margin, length,
                        ):  # fmt: skip
                            continue
                        for j in range(first, last):
                            value = estimates[j - first] + margin
                            aim = min(least[d], least[j])
                            if value + length * lengths[j] < aim:
                                continue
                            if value + dot(rest[d], rest[j]) < aim:
                                continue
                            if not spread:
                                for x in range(all_starts[d], all_starts[d + 1]):
                                    own[all_terms[x]] = all_weights[x]
                                spread = True
                            value = product(own, j, all_starts, all_terms, all_weights)
                            if value <= 0:
                                continue
                            if value >= least[d]:
                                filled[d] = push(
                                    mine_values[d], mine_rows[d], filled[d], k, value, j
                                )
                                if filled[d] == k:
                                    least[d] = max(least[d], mine_values[d, 0])
                            if value >= least[j]:
                                filled[j] = push(
                                    mine_values[j], mine_rows[j], filled[j], k, value, d
                                )
                                if filled[j] == k:
                                    least[j] = max(least[j], mine_values[j, 0])
                    if spread:
                        for x in range(all_starts[d], all_starts[d + 1]):
                            own[all_terms[x]] = 0
    return values, rows
