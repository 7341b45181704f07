"""The loops, compiled: likeness of one proposal to every piece, and of pieces to a score."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def like(starts, rows, values, language, terms, weights, spoken, out):
    """Add the cosine of one proposal, in one language, to ``out`` of each piece.

    ``rows[starts[t]:starts[t + 1]]`` are the pieces that have term ``t``. ``spoken``: -1
    for a proposal that all pieces are compared with, else only those of its language.
    """
    for n in range(terms.size):
        weight = weights[n]
        for p in range(starts[terms[n]], starts[terms[n] + 1]):
            row = rows[p]
            if spoken < 0 or language[row] == spoken:
                out[row] += weight * values[p]


@njit(cache=True, nogil=True)
def gather(starts, kinds, discounts, likeness, nearest, least, scores):
    """Write each expert's score: the root of the mean square over the nearest pieces."""
    near = np.empty(nearest, np.float64)
    share = np.empty(nearest, np.float64)
    for e in range(starts.size - 1):
        held = 0
        for p in range(starts[e], starts[e + 1]):
            value = np.float64(likeness[p]) * discounts[p]
            if held == nearest and value <= near[held - 1]:
                continue
            place = held if held < nearest else held - 1
            while place > 0 and near[place - 1] < value:
                near[place] = near[place - 1]
                share[place] = share[place - 1]
                place -= 1
            near[place] = value
            share[place] = kinds[p] * kinds[p]
            if held < nearest:
                held += 1
        total = 0.0
        weight = 0.0
        for n in range(held):
            total += near[n] * near[n]
            weight += share[n]
        scores[e] = np.sqrt(total / max(weight, least))


@njit(cache=True, nogil=True)
def tally(starts, keys, ends, times):
    """Sort the keys of each text, count equal ones in place; write where each text ends.

    Returns how many are left: ``keys[ends[n - 1]:ends[n]]`` and their ``times``.
    """
    held = 0
    for n in range(starts.size - 1):
        some = np.sort(keys[starts[n] : starts[n + 1]])
        first = held
        for key in some:
            if held > first and keys[held - 1] == key:
                times[held - 1] += 1
            else:
                keys[held] = key
                times[held] = 1
                held += 1
        ends[n] = held
    return held
