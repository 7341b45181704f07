"""From what two texts share to an order and a probability.

Candidates of one list are ordered by a linear score over the features of `compare`,
each also divided by the best of the list, the years between and the length. It was
fitted as a listwise softmax (Cao et al., ICML 2007): the chance that the record which
an official archive names as the earlier part of the same work comes first. A logistic
model over the same features, the distance to the best other candidate and the place in
the list turns this into the probability of real overlap (Platt, 1999).

The coefficients stand in ``model.json`` with what they were fitted on and how they do
on records they had not seen; ``tools/fit_overlap.py`` makes the file.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Counts = NDArray[np.int64]

LISTED = 10
LONGEST_GAP, USUAL_GAP, YEARS = 40, 2, 5
GRID = 2.0**-40
NEVER = 3.0  # how far away a second candidate is where there is none


@dataclass(frozen=True, slots=True)
class Linear:
    """``weights · (x - mean) / scale + intercept``."""

    mean: Floats
    scale: Floats
    weights: Floats
    intercept: float = 0.0

    @classmethod
    def of(cls, given: dict[str, Any]) -> Linear:
        mean, scale, weights = (
            np.array(given[name]) for name in ("mean", "scale", "weights")
        )
        return cls(mean, scale, weights, given["intercept"])

    def __call__(self, x: Floats) -> Floats:
        return ((x - self.mean) / self.scale) @ self.weights + self.intercept


def grid(x: Floats) -> Floats:
    """Return numbers as whole multiples of ``GRID``, whose sums are exact in any order.

    So equal candidates are equal on every machine, whichever way it adds up, and the
    parts of a score add up to it to the last bit.
    """
    return np.round(x / GRID) * GRID


def ranking_features(features: Floats, gaps: Floats, lengths: Counts) -> Floats:
    """Return what the order is made of, a row per candidate of one list.

    ``gaps`` are years from candidate to query (nan where unknown), ``lengths`` words.
    """
    best = features.max(axis=0, keepdims=True)
    years = _years(gaps)
    return np.column_stack(
        [
            features,
            features / np.maximum(best, 1e-9),
            years / YEARS,
            years <= YEARS * 0.6,
            np.log1p(lengths),
        ]
    )


def probability_features(
    features: Floats,
    scores: Floats,
    gaps: Floats,
    lengths: Counts,
    words: int,
    *,
    listed: int = LISTED,
) -> tuple[NDArray[np.int64], Floats]:
    """Return the best of a list, best first, and what their probability is made of."""
    order = np.argsort(-scores, kind="stable")[:listed]
    score = scores[order]
    second = score[1] if len(score) > 1 else score[0] - NEVER
    rival = np.where(np.arange(len(score)) == 0, second, score[0])
    weight = np.exp(scores - scores.max())
    share = (weight / weight.sum())[order]
    return order, np.column_stack(
        [
            features[order],
            score - rival,
            score,
            np.log(share + 1e-6),
            _years(gaps[order]) / YEARS,
            np.log1p(lengths[order]),
            np.full(len(order), np.log1p(words)),
        ]
    )


def _years(gaps: Floats) -> Floats:
    return np.clip(np.nan_to_num(gaps, nan=USUAL_GAP), 0, LONGEST_GAP)


@dataclass(frozen=True, slots=True)
class Model:
    """One list's order and probability, with and without a title in the query."""

    rank: Linear
    probability: Linear

    def scores(self, features: Floats, gaps: Floats, lengths: Counts) -> Floats:
        """Return each candidate's score, on the `grid`."""
        return grid(self.rank(ranking_features(features, gaps, lengths)))

    def judge(
        self,
        features: Floats,
        gaps: Floats,
        lengths: Counts,
        words: int,
        *,
        listed: int = LISTED,
    ) -> tuple[NDArray[np.int64], Floats, Floats]:
        """Return the best of a list, best first: rows, scores, probabilities."""
        scores = self.scores(features, gaps, lengths)
        order, x = probability_features(
            features, scores, gaps, lengths, words, listed=listed
        )
        return order, scores[order], 1 / (1 + np.exp(-self.probability(x)))


@cache
def shipped() -> dict[tuple[str, bool], Model]:
    """Return the models by group and by whether the query has a title."""
    return _read("model.json")


@cache
def with_meaning() -> dict[tuple[str, bool], Model]:
    """Return the models that have the likeness of meaning as their last measure."""
    return _read("model_meaning.json")


def _read(name: str) -> dict[tuple[str, bool], Model]:
    given = json.loads(files(__package__).joinpath(name).read_text("utf-8"))
    return {
        (m["group"], m["title"]): Model(
            Linear.of(m["rank"]), Linear.of(m["probability"])
        )
        for m in given["models"]
    }
