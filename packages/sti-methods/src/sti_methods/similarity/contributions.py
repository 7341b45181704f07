"""A score taken apart: what each measure adds to it, and each word to a measure.

Everything is rounded to the `grid` and the last remainder goes to the largest part (or
to the constant), so that the parts add up to the whole exactly, in any order.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sti_methods.similarity import _kernels as kernels
from sti_methods.similarity.across import across_chances
from sti_methods.similarity.explanation import Feature, Share
from sti_methods.similarity.index import LOG_TF, TITLE_WEIGHT
from sti_methods.similarity.meaning import MEANING
from sti_methods.similarity.model import LISTED, grid, ranking_features
from sti_methods.similarity.records import GROUPS
from sti_methods.similarity.text import folded_words, other_terms, pieces

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from sti_methods.similarity.index import Index, Question
    from sti_methods.similarity.records import Record

AFTER = ("years between", "within three years", "length", "constant")


class Judgement(NamedTuple):
    """A candidate in the list it was judged in."""

    group: str
    rank: int | None
    score: float
    probability: float
    features: tuple[Feature, ...]
    across: bool


def judgement(
    index: Index,
    query: Record,
    match: Record,
    *,
    not_after: int | None,
    leave_out: Iterable[str] = (),
) -> Judgement:
    """Judge a candidate as `Index.rank` does, and say what the score is made of."""
    row = index._row[match.id]
    group = GROUPS[int(index._groups[row])]
    translated = index.translation(query)
    across = translated is not None and bool(translated[1][row])
    asked = translated[0] if translated is not None and across else query
    question = index._question(asked)
    lists = index.candidates(query, not_after=not_after, leave_out=leave_out)
    _group, _across, rows, measures, model = next(
        some for some in lists if (some.group, some.across) == (group, across)
    )
    listed = bool((rows == row).any())
    if not listed:
        rows = np.append(rows, row)
        more = index._compare(question, rows[-1:])
        more = index.understood(query, rows[-1:], more, across=across)
        measures = np.vstack([measures, more]) if len(measures) else more
    at = int(np.flatnonzero(rows == row)[0])
    gaps, lengths = index._gaps(query, rows), index._lengths(rows)
    words = len(folded_words(query.body))
    titled = bool(folded_words(query.title))
    place = int(np.flatnonzero(_order(model.scores(measures, gaps, lengths)) == at)[0])
    best, scores, chances = model.judge(
        measures, gaps, lengths, words, listed=max(LISTED, place + 1)
    )
    if across:
        chances = across_chances(group, titled=titled, measures=measures, order=best)
    score = float(scores[place])

    weights = model.rank.weights / model.rank.scale
    x = ranking_features(measures, gaps, lengths)[at]
    added = weights * x
    size = measures.shape[1]
    each = grid(added[:size] + added[size : 2 * size])
    rest = grid(added[2 * size :])
    shares: Mapping[str, dict[tuple[str, str], float]]
    shares = _shares(index, question, match) | {MEANING: {}}  # not told by words
    values = grid(measures[at])
    features = [
        Feature(
            name=name,
            value=float(values[n]),
            coefficient=float(
                each[n] / measures[at, n] if measures[at, n] else weights[n]
            ),
            contribution=float(each[n]),
            words=_exact(shares[name], float(values[n])),
        )
        for n, name in enumerate((*kernels.FEATURES, MEANING)[:size])
    ]
    constant = score - float(each.sum()) - float(rest.sum())
    features += [
        Feature(name=name, value=value, coefficient=weight, contribution=part)
        for name, value, weight, part in zip(
            AFTER,
            [*map(float, x[2 * size :]), 1.0],
            [*map(float, weights[2 * size :]), constant],
            [*map(float, rest), constant],
            strict=True,
        )
    ]
    return Judgement(
        group, place + 1 if listed else None, score, float(chances[place]),
        tuple(features), across,
    )  # fmt: skip


def _order(scores: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.argsort(-scores, kind="stable")


def _exact(parts: Mapping[tuple[str, str], float], whole: float) -> tuple[Share, ...]:
    """Return the parts scaled to add up to the whole, the largest first."""
    total = sum(parts.values())
    if not whole or not total:
        return ()
    scaled = grid(np.array(list(parts.values())) * (whole / total))
    values = dict(zip(parts, map(float, scaled), strict=True))
    ordered = sorted(values, key=lambda label: (-values[label], label))
    values[ordered[0]] += whole - sum(values.values())
    return tuple(
        Share(term=term, written=written, value=values[term, written])
        for term, written in ordered
    )


class _Bag(NamedTuple):
    """How often each number stands in the title, in the body, and as another term."""

    title: Counter[int]
    body: Counter[int]
    other: Counter[int]

    def counts(self, term: int) -> tuple[int, int, int]:
        return self.title[term], self.body[term], self.other[term]


def _shares(
    index: Index, question: Question, match: Record
) -> dict[str, dict[tuple[str, str], float]]:
    """Return for each measure what each shared word adds to it, up to a factor.

    The definitions are those of `compare`, word by word.
    """
    labels, held = _labels(index, match), index._question(match)
    ours, theirs = _bag(question), _bag(held)
    stream, body = held.stream, held.body
    thin = kernels.K1 * (1 - kernels.B + kernels.B * len(stream) / index._mean_length)
    found: dict[str, dict[tuple[str, str], float]] = {n: {} for n in kernels.FEATURES}

    def log_tf(count: int) -> float:
        return float(LOG_TF[min(count, 255)])

    for term in sorted(labels):
        qt, qb, qo = ours.counts(term)
        if not qt + qb + qo:
            continue
        t, b, o = theirs.counts(term)
        f = float(index._idf[term])
        q = log_tf(TITLE_WEIGHT * qt + qb + qo) * f
        w = log_tf(TITLE_WEIGHT * t + b + o) * f
        parts = {
            "words": q * w,
            "rare words": q * w * f,
            "bm25": (f - 1) * (t + b) * (kernels.K1 + 1) / (t + b + thin),
            "title covered": f if t else 0.0,
            "words to title": q * log_tf(t) * f,
            "body to body": log_tf(qb) * f * log_tf(b) * f,
            "title to title": log_tf(qt) * f * log_tf(t) * f,
        }
        for name, part in parts.items():
            if part:
                found[name][labels[term]] = found[name].get(labels[term], 0) + part

    def weight(place: int) -> float:
        return float(
            index._pair_idf[min(index._pair_df[place], len(index._pair_idf) - 1)]
        )

    our_head = _pairs(index, question.stream[: question.body])
    our_all = our_head | _pairs(index, question.stream[question.body :])
    head = _pairs(index, stream[:body])
    every = _pairs(index, stream[body:]) | head
    for name, mine, other, power in (
        ("pairs", our_all, every, 2),
        ("pairs to title", our_all, head, 1),
        ("title pairs to title pairs", our_head, head, 2),
    ):
        shared = {
            place: weight(place) ** power
            for place in sorted(mine.keys() & other.keys())
        }
        found[name] = _named(shared, other, labels)
    return found


def _named(
    shared: Mapping[int, float],
    theirs: Mapping[int, tuple[int, int]],
    labels: Mapping[int, tuple[str, str]],
) -> dict[tuple[str, str], float]:
    """Return the weights of shared places by the words that stand there in the match."""
    parts: dict[tuple[str, str], float] = {}
    for place, weight in shared.items():
        (first, one), (second, two) = (labels[term] for term in theirs[place])
        label = f"{first} {second}", f"{one} {two}"
        parts[label] = parts.get(label, 0) + weight
    return parts


def _pairs(index: Index, stream: NDArray[np.int32]) -> dict[int, tuple[int, int]]:
    """Return the first pair of neighbours of each hashed place, as `compare` has it."""
    wide = stream.astype(np.int64).astype(np.uint64)
    keys = (wide[:-1] << np.uint64(32)) | wide[1:]
    places = (keys * kernels._FIBONACCI) >> np.uint64(index._shift)
    found: dict[int, tuple[int, int]] = {}
    for place, first, second in zip(
        places.tolist(), stream[:-1].tolist(), stream[1:].tolist(), strict=True
    ):
        found.setdefault(place, (first, second))
    return found


def _labels(index: Index, match: Record) -> dict[int, tuple[str, str]]:
    """Return how each number of a record is compared and written."""
    labels: dict[int, tuple[str, str]] = {}
    of = index._terms.of_stem
    for text in (match.title, match.body):
        for piece in pieces(text, index._terms.stems):
            written = text[piece.start : piece.end]
            labels.setdefault(of[piece.stem], (piece.stem.decode(), written))
    title, body = folded_words(match.title), folded_words(match.body)
    for term in other_terms(f"{match.title}\n{match.body}", title + body):
        labels.setdefault(of[term.encode()], (term, term[1:]))
    return labels


def _bag(question: Question) -> _Bag:
    stream, body = question.stream, question.body
    parts = (stream[:body], stream[body:], question.others)
    return _Bag(*(Counter(part.tolist()) for part in parts))
