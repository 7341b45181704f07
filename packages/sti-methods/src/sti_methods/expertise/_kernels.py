"""The loops, compiled: likeness of one proposal to every piece, and of pieces to a score."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def like(starts, rows, values, language, terms, weights, spoken, out):
    """Add the cosine of one proposal, in one language, to ``out`` of each text.

    ``rows[starts[t]:starts[t + 1]]`` are the texts that have term ``t``. ``spoken``: -1
    for a proposal that all texts are compared with, else only those of its language.
    """
    for n in range(terms.size):
        weight = weights[n]
        for p in range(starts[terms[n]], starts[terms[n] + 1]):
            row = rows[p]
            if spoken < 0 or language[row] == spoken:
                out[row] += weight * values[p]


@njit(cache=True, nogil=True)
def gather(starts, kinds, discounts, texts, likeness, nearest, least, scores):
    """Write each expert's score: the root of the mean square over the nearest pieces.

    ``texts[p]`` is the text of piece ``p``: whoever wrote together has the same one.
    """
    near = np.empty(nearest, np.float64)
    share = np.empty(nearest, np.float64)
    for e in range(starts.size - 1):
        held = 0
        for p in range(starts[e], starts[e + 1]):
            value = np.float64(likeness[texts[p]]) * discounts[p]
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


@njit(cache=True, nogil=True)
def enter(table, numbers, known, held, keys, out):
    """Give each key its number, a new one to a key not met before; return how many are held.

    ``table`` (-1 where free) is open, its length a power of two, at most half full when
    all keys are in; ``known[n]`` is the key of number ``n``.
    """
    mask = np.uint64(table.size - 1)
    for n in range(keys.size):
        key = keys[n]
        place = _place(key, mask)
        while table[place] != -1 and table[place] != key:
            place = (place + np.uint64(1)) & mask
        if table[place] == -1:
            table[place] = key
            numbers[place] = held
            known[held] = key
            held += 1
        out[n] = numbers[place]
    return held


@njit(cache=True, nogil=True)
def find(table, numbers, keys, out):
    """Write the number of each key, -1 for one that was never met."""
    mask = np.uint64(table.size - 1)
    for n in range(keys.size):
        place = _place(keys[n], mask)
        while table[place] != -1 and table[place] != keys[n]:
            place = (place + np.uint64(1)) & mask
        out[n] = numbers[place] if table[place] != -1 else -1


@njit(cache=True, nogil=True)
def _place(key, mask):
    mixed = np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)
    return (mixed ^ (mixed >> np.uint64(32))) & mask


@njit(cache=True, nogil=True)
def spread(starts, columns, times, often):
    """Count in how many pieces each term is; text ``n`` stands for ``times[n]`` of them."""
    for n in range(times.size):
        for p in range(starts[n], starts[n + 1]):
            often[columns[p]] += times[n]


@njit(cache=True, nogil=True)
def weigh(starts, columns, weights, idf):
    """Multiply weights with ``idf`` in place and bring each text to length 1."""
    for n in range(starts.size - 1):
        total = 0.0
        for p in range(starts[n], starts[n + 1]):
            weights[p] *= idf[columns[p]]
            total += np.float64(weights[p]) * np.float64(weights[p])
        length = np.sqrt(total)
        if length > 0:
            for p in range(starts[n], starts[n + 1]):
                weights[p] = np.float32(np.float64(weights[p]) / length)


@njit(cache=True, nogil=True)
def by_term(starts, columns, weights, ends, rows, values):
    """Turn rows into columns: ``rows[ends[t - 1]:ends[t]]`` are the texts of term ``t``.

    ``ends[t]`` is where term ``t`` begins when this is called, and where it ends after.
    """
    for n in range(starts.size - 1):
        for p in range(starts[n], starts[n + 1]):
            place = ends[columns[p]]
            rows[place] = n
            values[place] = weights[p]
            ends[columns[p]] = place + 1
