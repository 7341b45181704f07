"""The loops, compiled. Everything is arrays; no allocation inside the inner ones.

A *stream* is the stems of all records one after the other; record ``d`` is
``stream[starts[d]:starts[d + 1]]``, its title before ``bodies[d]``. Pairs of stems that
follow each other, and phrases of five, are counted in tables of hashed places.
"""

from __future__ import annotations

import numpy as np
from numba import njit

_FIBONACCI = np.uint64(11400714819323198485)
K1, B = 1.2, 0.75
PHRASE, MOST_COUNTED = 5, 255
FEATURES = (
    "words",
    "pairs",
    "bm25",
    "title covered",
    "words to title",
    "pairs to title",
    "rare words",
    "body to body",
    "title to title",
    "title pairs to title pairs",
)


@njit(inline="always")
def place(first, second, shift):
    """Return the hashed place of a pair of stems."""
    key = (np.uint64(first) << np.uint64(32)) | np.uint64(second)
    return np.int64((key * _FIBONACCI) >> np.uint64(shift))


@njit(cache=True, nogil=True)
def count_frequencies(stream, starts, bodies, others, other_starts, df, pair_df, shift):
    """Count in how many records each stem, other term and pair stands, in place."""
    seen = np.full(df.size, -1, np.int64)
    pair_seen = np.full(pair_df.size, -1, np.int32)
    for d in range(starts.size - 1):
        for p in range(starts[d], starts[d + 1]):
            t = stream[p]
            if seen[t] != d:
                seen[t] = d
                df[t] += 1
            if p + 1 < starts[d + 1] and p + 1 != bodies[d]:
                h = place(t, stream[p + 1], shift)
                if pair_seen[h] != d:
                    pair_seen[h] = d
                    pair_df[h] += 1
        for p in range(other_starts[d], other_starts[d + 1]):
            t = others[p]
            if seen[t] != d:
                seen[t] = d
                df[t] += 1


@njit(inline="always")
def phrase(stream, start, shift):
    """Return the hashed place of `PHRASE` stems; -1 where one of them is unknown."""
    key = np.uint64(0)
    for p in range(start, start + PHRASE):
        if stream[p] < 0:
            return np.int64(-1)
        key = (key ^ np.uint64(stream[p] + 1)) * _FIBONACCI
        key ^= key >> np.uint64(29)
    return np.int64((key * _FIBONACCI) >> np.uint64(shift))


@njit(cache=True, nogil=True)
def count_phrases(stream, starts, bodies, counts, shift):
    """Count in how many records each phrase stands, up to 255, in place."""
    longest = 1
    for d in range(starts.size - 1):
        longest = max(longest, starts[d + 1] - starts[d])
    keep = np.empty(longest, np.int64)
    for d in range(starts.size - 1):
        n = 0
        for p in range(starts[d], starts[d + 1] - PHRASE + 1):
            if p >= bodies[d] or p + PHRASE <= bodies[d]:
                keep[n] = phrase(stream, p, shift)
                n += 1
        part = np.sort(keep[:n])
        for i in range(n):
            if (i == 0 or part[i] != part[i - 1]) and counts[part[i]] < MOST_COUNTED:
                counts[part[i]] += 1


@njit(cache=True, nogil=True)
def in_phrases(stream, body, counts, shift, least):
    """Mark the words of a record that stand in a phrase of at least so many records."""
    marked = np.zeros(stream.size, np.bool_)
    for p in range(stream.size - PHRASE + 1):
        if p >= body or p + PHRASE <= body:
            h = phrase(stream, p, shift)
            if h >= 0 and counts[h] >= least:
                marked[p : p + PHRASE] = True
    return marked


@njit(inline="always")
def bag(d, stream, starts, bodies, others, other_starts, title_weight, tf, found):
    """Gather a record's terms with their weighted counts; return how many there are."""
    n = 0
    for p in range(starts[d], starts[d + 1]):
        t = stream[p]
        if tf[t] == 0:
            found[n] = t
            n += 1
        tf[t] += title_weight if p < bodies[d] else 1
    for p in range(other_starts[d], other_starts[d + 1]):
        t = others[p]
        if tf[t] == 0:
            found[n] = t
            n += 1
        tf[t] += 1
    return n


@njit(inline="always")
def longest_of(starts, other_starts):
    """Return how many terms the longest record has, and one."""
    longest = 1
    for d in range(starts.size - 1):
        size = starts[d + 1] - starts[d] + other_starts[d + 1] - other_starts[d]
        longest = max(longest, size + 1)
    return longest


@njit(cache=True, nogil=True)
def invert(stream, starts, bodies, others, other_starts, title_weight, df, idf, log_tf):
    """Return postings (starts, records, counts) and each record's norm."""
    at = np.zeros(df.size + 1, np.int64)
    for t in range(df.size):
        at[t + 1] = at[t] + df[t]
    docs = np.empty(at[df.size], np.int32)
    counts = np.empty(at[df.size], np.uint8)
    fill = at[:-1].copy()
    norms = np.zeros(starts.size - 1, np.float32)
    tf = np.zeros(df.size, np.int32)
    found = np.empty(longest_of(starts, other_starts), np.int32)
    for d in range(starts.size - 1):
        n = bag(
            d, stream, starts, bodies, others, other_starts, title_weight, tf, found
        )
        total = 0.0
        for i in range(n):
            t = found[i]
            c = min(tf[t], 255)
            docs[fill[t]] = d
            counts[fill[t]] = c
            fill[t] += 1
            w = log_tf[c] * idf[t]
            total += w * w
            tf[t] = 0
        norms[d] = np.sqrt(total)
    return at, docs, counts, norms


@njit(cache=True, nogil=True)
def accumulate(acc, terms, weights, at, docs, counts, log_tf):
    """Add to each record's sum what the query's terms give it."""
    for i in range(terms.size):
        if terms[i] + 1 < at.size:
            w = weights[i]
            for p in range(at[terms[i]], at[terms[i] + 1]):
                acc[docs[p]] += w * log_tf[counts[p]]


@njit(cache=True, nogil=True)
def scan(
    terms,
    weights,
    stream,
    starts,
    bodies,
    others,
    other_starts,
    title_weight,
    idf,
    log_tf,
):
    """Return sums and norms of records that stand in no postings yet."""
    of_term = np.zeros(idf.size, np.float32)
    for i in range(terms.size):
        of_term[terms[i]] = weights[i]
    sums = np.zeros(starts.size - 1, np.float32)
    norms = np.zeros(starts.size - 1, np.float32)
    tf = np.zeros(idf.size, np.int32)
    found = np.empty(longest_of(starts, other_starts), np.int32)
    for d in range(starts.size - 1):
        n = bag(
            d, stream, starts, bodies, others, other_starts, title_weight, tf, found
        )
        total = 0.0
        for i in range(n):
            t = found[i]
            w = log_tf[min(tf[t], 255)]
            sums[d] += of_term[t] * w
            total += (w * idf[t]) ** 2
            tf[t] = 0
        norms[d] = np.sqrt(total)
    return sums, norms


@njit(inline="always")
def sink(values, rows, n, value, row):
    """Put an entry in the place of a heap's root and let it sink among the first n."""
    i = 0
    while True:
        c = 2 * i + 1
        if c >= n:
            break
        if c + 1 < n and (
            values[c + 1] < values[c]
            or (values[c + 1] == values[c] and rows[c + 1] > rows[c])
        ):
            c += 1
        if values[c] < value or (values[c] == value and rows[c] > row):
            values[i] = values[c]
            rows[i] = rows[c]
            i = c
        else:
            break
    values[i] = value
    rows[i] = row


@njit(inline="always")
def push(values, rows, n, k, value, row):
    """Keep the k best in a heap whose root is the worst; equal values: lower row first."""
    if n < k:
        i = n
        while i > 0:
            up = (i - 1) >> 1
            if values[up] > value or (values[up] == value and rows[up] < row):
                values[i] = values[up]
                rows[i] = rows[up]
                i = up
            else:
                break
        values[i] = value
        rows[i] = row
        return n + 1
    if value < values[0] or (value == values[0] and row > rows[0]):
        return n
    sink(values, rows, k, value, row)
    return n


@njit(cache=True, nogil=True)
def best_of(acc, norms, years, groups, group, latest, itself, k):
    """Return the k records of a group with the highest cosine, best first."""
    values = np.empty(k, np.float32)
    rows = np.empty(k, np.int64)
    n = 0
    for d in range(norms.size):
        if acc[d] > 0 and groups[d] == group and years[d] <= latest and d != itself:
            n = push(values, rows, n, k, acc[d] / norms[d], d)
    order = np.empty(n, np.int64)
    out = np.empty(n, np.float32)
    m = n
    while n > 0:  # the root is the worst: take it off n times
        n -= 1
        order[n] = rows[0]
        out[n] = values[0]
        sink(values, rows, n, values[n], rows[n])
    return order[:m], out[:m]


@njit(inline="always")
def pair_set(stream, start, cut, stop, shift, keep):
    """Write the distinct pairs of a stretch (none across ``cut``), sorted; how many."""
    n = 0
    for p in range(start, stop - 1):
        if p + 1 != cut:
            keep[n] = place(stream[p], stream[p + 1], shift)
            n += 1
    if n == 0:
        return 0
    part = np.sort(keep[:n])
    m = 0
    for i in range(n):
        if i == 0 or part[i] != part[i - 1]:
            keep[m] = part[i]
            m += 1
    return m


@njit(cache=True, nogil=True)
def pair_places(stream, starts, bodies, shift):
    """Return the places of each record's distinct pairs, one record after the other."""
    out = np.empty(stream.size, np.int64)
    n = 0
    for d in range(starts.size - 1):
        n += pair_set(stream, starts[d], bodies[d], starts[d + 1], shift, out[n:])
    return out[:n]


@njit(inline="always")
def shared_mass(ours, n, theirs, m, pair_idf_of, pair_df, power):
    """Return the weight of the pairs in both, and of the second's pairs (idf², summed)."""
    both = 0.0
    mass = 0.0
    i = 0
    for j in range(m):
        w = pair_idf_of[min(pair_df[theirs[j]], pair_idf_of.size - 1)]
        w = w if power == 1 else w * w
        mass += w
        while i < n and ours[i] < theirs[j]:
            i += 1
        if i < n and ours[i] == theirs[j]:
            both += w
    return both, mass


@njit(cache=True, nogil=True)
def compare(
    q_stream, q_body, q_others, rows, stream, starts, bodies, others, other_starts,
    title_weight, idf, log_tf, pair_df, pair_idf_of, shift, mean_length,
):  # fmt: skip
    """Return one row of `FEATURES` per candidate.

    Cost: linear in the words of the candidates.
    """
    vocabulary = idf.size
    out = np.zeros((rows.size, len(FEATURES)), np.float64)
    q_all = np.zeros(vocabulary, np.float32)
    q_title = np.zeros(vocabulary, np.float32)
    q_rest = np.zeros(vocabulary, np.float32)
    q_size = q_stream.size
    q_terms = np.empty(q_size + q_others.size, np.int64)
    n_q = 0
    for p in range(q_size):
        t = q_stream[p]
        if t < 0 or t >= vocabulary:  # a word that no record has counts for nothing
            continue
        if q_all[t] == 0:
            q_terms[n_q] = t
            n_q += 1
        if p < q_body:
            q_all[t] += title_weight
            q_title[t] += 1
        else:
            q_all[t] += 1
            q_rest[t] += 1
    for p in range(q_others.size):
        t = q_others[p]
        if 0 <= t < vocabulary:
            if q_all[t] == 0:
                q_terms[n_q] = t
                n_q += 1
            q_all[t] += 1
    norm_all = norm_title = norm_rest = norm_rare = self_bm25 = 0.0
    q_length = np.float64(q_size)
    for i in range(n_q):
        t = q_terms[i]
        f = idf[t]
        c = q_all[t]
        plain = q_title[t] + q_rest[t]
        self_bm25 += (
            (f - 1.0) * plain * (K1 + 1)
            / (plain + K1 * (1 - B + B * q_length / mean_length))
            if plain > 0 else 0.0
        )  # fmt: skip
        w = log_tf[min(np.int64(c), 255)]
        q_all[t] = w * f
        norm_all += (w * f) ** 2
        norm_rare += w * w * f**3
        if q_title[t] > 0:
            q_title[t] = log_tf[min(np.int64(q_title[t]), 255)] * f
            norm_title += q_title[t] ** 2
        if q_rest[t] > 0:
            q_rest[t] = log_tf[min(np.int64(q_rest[t]), 255)] * f
            norm_rest += q_rest[t] ** 2
    q_pairs = np.empty(max(q_size, 1), np.int64)
    q_title_pairs = np.empty(max(q_body, 1), np.int64)
    n_pairs = pair_set(q_stream, 0, q_body, q_size, shift, q_pairs)
    n_title_pairs = pair_set(q_stream, 0, q_body, q_body, shift, q_title_pairs)
    _none, q_pair_mass = shared_mass(
        q_pairs, n_pairs, q_pairs, n_pairs, pair_idf_of, pair_df, 2
    )
    _none, q_title_mass = shared_mass(
        q_title_pairs, n_title_pairs, q_title_pairs, n_title_pairs,
        pair_idf_of, pair_df, 2,
    )  # fmt: skip
    longest = 1
    for r in range(rows.size):
        d = rows[r]
        size = starts[d + 1] - starts[d] + other_starts[d + 1] - other_starts[d]
        longest = max(longest, size)
    found = np.empty(longest, np.int64)
    pairs = np.empty(longest, np.int64)
    in_title = np.zeros(vocabulary, np.int32)
    in_rest = np.zeros(vocabulary, np.int32)
    in_other = np.zeros(vocabulary, np.int32)
    for r in range(rows.size):
        d = rows[r]
        n = 0
        for p in range(starts[d], starts[d + 1]):
            t = stream[p]
            if in_title[t] + in_rest[t] == 0:
                found[n] = t
                n += 1
            if p < bodies[d]:
                in_title[t] += 1
            else:
                in_rest[t] += 1
        for p in range(other_starts[d], other_starts[d + 1]):
            t = others[p]
            if in_title[t] + in_rest[t] + in_other[t] == 0:
                found[n] = t
                n += 1
            in_other[t] += 1
        length = np.float64(starts[d + 1] - starts[d])
        thin = K1 * (1 - B + B * length / mean_length)
        words = norm = bm25 = covered = title_mass = to_title = norm_t = 0.0
        rare = norm_r = rest = norm_b = title = 0.0
        for i in range(n):
            t = found[i]
            f = idf[t]
            a = in_title[t]
            b = in_rest[t]
            w = log_tf[min(title_weight * a + b + in_other[t], 255)]
            norm += (w * f) ** 2
            norm_r += w * w * f**3
            q = q_all[t]
            if q > 0:
                words += q * w * f
                rare += q * w * f * f
                if a + b > 0:
                    bm25 += (f - 1.0) * (a + b) * (K1 + 1) / (a + b + thin)
            if a > 0:
                w = log_tf[min(a, 255)] * f
                norm_t += w * w
                title_mass += f
                to_title += q * w
                title += q_title[t] * w
                if q > 0:
                    covered += f
            if b > 0:
                w = log_tf[min(b, 255)] * f
                norm_b += w * w
                rest += q_rest[t] * w
            in_title[t] = in_rest[t] = in_other[t] = 0
        m = pair_set(stream, starts[d], bodies[d], starts[d + 1], shift, pairs)
        both, mass = shared_mass(
            q_pairs, n_pairs, pairs, m, pair_idf_of, pair_df, 2
        )  # fmt: skip
        if norm > 0 and norm_all > 0:
            out[r, 0] = words / np.sqrt(norm * norm_all)
            out[r, 6] = rare / np.sqrt(norm_r * norm_rare)
        if mass > 0 and q_pair_mass > 0:
            out[r, 1] = both / np.sqrt(mass * q_pair_mass)
        if self_bm25 > 0:
            out[r, 2] = bm25 / self_bm25
        if title_mass > 0:
            out[r, 3] = covered / title_mass
        if norm_t > 0 and norm_all > 0:
            out[r, 4] = to_title / np.sqrt(norm_t * norm_all)
        if norm_b > 0 and norm_rest > 0:
            out[r, 7] = rest / np.sqrt(norm_b * norm_rest)
        if norm_t > 0 and norm_title > 0:
            out[r, 8] = title / np.sqrt(norm_t * norm_title)
        m = pair_set(stream, starts[d], bodies[d], bodies[d], shift, pairs)
        both, mass = shared_mass(q_pairs, n_pairs, pairs, m, pair_idf_of, pair_df, 1)
        if mass > 0:
            out[r, 5] = both / mass
        both, mass = shared_mass(
            q_title_pairs, n_title_pairs, pairs, m, pair_idf_of, pair_df, 2
        )  # fmt: skip
        if mass > 0 and q_title_mass > 0:
            out[r, 9] = both / np.sqrt(mass * q_title_mass)
    return out
