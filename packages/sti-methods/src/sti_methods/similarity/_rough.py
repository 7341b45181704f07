"""All pairs, roughly: who may be near, from a little of each record, compiled.

A product is estimated in two parts. Frequent words come as four coordinates in their
principal directions. The other part is a sum over postings, of *worthy* words alone: a
frequent word only where it weighs much in the record, since its postings are long. What
the directions say of a word already is taken off its weight (``share``), so that a word
in both parts is not counted twice.

An estimate is always added up in one order, and a record's candidates are those with
the highest estimates, equal ones by their row: the same however many threads.
"""

from __future__ import annotations

import numpy as np
from numba import njit, prange

from sti_methods.similarity._kernels import push

DIRECTIONS, ROWS, STRETCH = 4, 16, 64
NEVER, ABOVE_NOTHING = np.float32(9), np.float32(1e-6)


@njit(cache=True, nogil=True)
def worthy(starts, terms, weights, least, share):
    """Return the entries that weigh more than ``least`` of their word, times its share."""
    out_starts = np.zeros(starts.size, np.int64)
    out_terms = np.empty(terms.size, np.int32)
    out_weights = np.empty(terms.size, np.float32)
    n = 0
    for d in range(starts.size - 1):
        for x in range(starts[d], starts[d + 1]):
            t = terms[x]
            if weights[x] > least[t]:
                out_terms[n] = t
                out_weights[n] = weights[x] * share[t]
                n += 1
        out_starts[d + 1] = n
    return out_starts, out_terms[:n].copy(), out_weights[:n].copy()


@njit(inline="always")
def walk(sums, d, starts, terms, weights, at, places, of_block):
    """Add what the worthy words of record ``d`` share with the columns of a block."""
    for x in range(starts[d], starts[d + 1]):
        w = weights[x]
        t = terms[x]
        for p in range(np.uint64(at[t]), np.uint64(at[t + 1])):
            sums[places[p]] += w * of_block[p]


@njit(inline="always")
def estimates(out, sums, side, sides, first, least, own):
    """Write a stretch of estimates, clear its sums, and say whether one may count.

    It counts if it reaches what its row (``own``) or its column has already.
    """
    stop = first + STRETCH
    c0 = sides[0, first:stop]
    c1 = sides[1, first:stop]
    c2 = sides[2, first:stop]
    c3 = sides[3, first:stop]
    part = sums[first:stop]
    hits = np.uint8(0)
    for i in range(out.size):
        value = part[i] + (
            side[0] * c0[i] + side[1] * c1[i] + side[2] * c2[i] + side[3] * c3[i]
        )
        part[i] = 0
        out[i] = value
        hits |= np.uint8(value >= own) | np.uint8(value >= least[i])
    return hits != 0


@njit(cache=True, nogil=True, parallel=True)
def floors(
    sides, starts, terms, weights, columns, at, places, of_block, who, k, threads
):
    """Return each record's k-th best estimate among the columns; 0: too few.

    ``who`` tells which record each column is.
    """
    n = starts.size - 1
    width = columns.shape[2]
    found = np.zeros(n, np.float32)
    for thread in prange(threads):
        sums = np.zeros(width, np.float32)
        values = np.empty(STRETCH, np.float32)
        never = np.full(STRETCH, NEVER, np.float32)
        best = np.empty(k, np.float32)
        rows = np.empty(k, np.int64)
        for d in range(thread, n, threads):
            filled = 0
            least = ABOVE_NOTHING
            for b in range(at.shape[0]):
                walk(sums, d, starts, terms, weights, at[b], places, of_block)
                stop = min(who.size - b * width, width)
                for first in range(0, stop, STRETCH):
                    if not estimates(
                        values, sums, sides[d], columns[b], first, never, least
                    ):
                        continue
                    for i in range(min(STRETCH, stop - first)):
                        j = who[b * width + first + i]
                        if values[i] >= least and j != d:
                            filled = push(best, rows, filled, k, values[i], j)
                            if filled == k:
                                least = best[0]
            if filled == k:
                found[d] = best[0]
    return found


@njit(cache=True, nogil=True, parallel=True)
def promising(
    sides, starts, terms, weights, columns, at, places, of_block, floor, k, threads
):
    """Return for each thread and record the k others with the highest estimate.

    Those below a record's ``floor`` are left out; -1 where there are fewer. ``least``
    holds what a record has for sure: threads may read it late, which costs time only.
    """
    n = starts.size - 1
    chunks = (n + ROWS - 1) // ROWS
    width = columns.shape[2]
    values = np.full((threads, n, k), -1.0, np.float32)
    rows = np.full((threads, n, k), -1, np.int32)
    least = np.full(n + width, NEVER, np.float32)
    for d in range(n):
        least[d] = max(floor[d], ABOVE_NOTHING)
    for thread in prange(threads):
        filled = np.zeros(n, np.int32)
        sums = np.zeros(width, np.float32)
        some = np.empty(STRETCH, np.float32)
        mine_values = values[thread]
        mine_rows = rows[thread]
        for b in range(at.shape[0]):
            begin = b * width
            for chunk in range(begin // ROWS + thread, chunks, threads):
                for d in range(chunk * ROWS, min(n, (chunk + 1) * ROWS)):
                    walk(sums, d, starts, terms, weights, at[b], places, of_block)
                    stop = min(d - begin, width)
                    for first in range(0, stop, STRETCH):
                        theirs = least[begin + first : begin + first + STRETCH]
                        if not estimates(
                            some, sums, sides[d], columns[b], first, theirs, least[d]
                        ):
                            continue
                        for i in range(min(STRETCH, stop - first)):
                            value = some[i]
                            j = begin + first + i
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
                    for i in range(max(stop, 0), width):
                        sums[i] = 0
    return values, rows


@njit(cache=True, nogil=True, parallel=True)
def merged(values, rows, threads):
    """Return the best of what each thread has found for a record, in no order."""
    n, k = values.shape[1:]
    out = np.full((n, k), -1, np.int32)
    for thread in prange(threads):
        best = np.empty(k, np.float32)
        for d in range(thread, n, threads):
            filled = 0
            for other in range(values.shape[0]):
                for i in range(k):
                    if rows[other, d, i] >= 0:
                        filled = push(
                            best, out[d], filled, k,
                            values[other, d, i], rows[other, d, i],
                        )  # fmt: skip
    return out
