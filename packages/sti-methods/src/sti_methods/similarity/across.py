"""The probability of a match across languages: a model of its own.

Translated words agree less than one's own, so that a probability fitted within a
language is too low across: of the right records it hid nearly all that had a title. This
one is a logistic model over seven measures and, for three of them, the logarithm of
their ratio to the best other candidate of the list. No weight is negative: more likeness
never lowers it. It uses no score, so that another order of candidates leaves it as it is.

Fitted on talks in both languages, cut in windows of eight sentences: everyday speech, no
task files, and nothing else was to be had. The coefficients stand in ``across.json``
with what they were fitted on and how they do on talks they had not seen;
``tools/fit_across.py`` makes the file.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from sti_methods.similarity._kernels import FEATURES
from sti_methods.similarity.model import Linear

if TYPE_CHECKING:
    from sti_methods.similarity.model import Counts, Floats

MEASURES = (
    "words", "rare words", "bm25", "pairs", "words to title", "title to title",
    "body to body",
)  # fmt: skip
BESIDE_OTHERS = ("words", "rare words", "bm25")
# So near a wrong record commonly is: where a list has no other, one is taken to be.
LEAST_RIVAL, SOFT = 0.12, 0.02


def across_features(measures: Floats, order: Counts) -> Floats:
    """Return what the probability of the candidates ``order`` of one list is made of.

    ``measures`` has a row for each candidate of the list, a column for each measure.
    """
    columns = [measures[order, FEATURES.index(name)] for name in MEASURES]
    for name in BESIDE_OTHERS:
        every = measures[:, FEATURES.index(name)]
        best, second = np.sort(np.append(every, [LEAST_RIVAL] * 2))[:-3:-1]
        mine = every[order]
        rival = np.where(mine >= best, second, best)
        columns.append(np.log((mine + SOFT) / (rival + SOFT)))
    return np.column_stack(columns)


def across_chances(
    group: str, *, titled: bool, measures: Floats, order: Counts
) -> Floats:
    """Return the probability of real overlap of candidates across languages.

    Parameters
    ----------
    group : str
        ``full`` or ``title``.
    titled : bool
        Whether the query has a title.
    measures, order
        As for `across_features`.
    """
    z = shipped_across()[group, titled](across_features(measures, order))
    return 1 / (1 + np.exp(-z))


@cache
def shipped_across() -> dict[tuple[str, bool], Linear]:
    """Return the models by group and by whether the query has a title."""
    given = json.loads(files(__package__).joinpath("across.json").read_text("utf-8"))
    return {(m["group"], m["title"]): Linear.of(m) for m in given["models"]}
