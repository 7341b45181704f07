"""How sure a printed author is, put right by how often such an answer was true.

Bayes takes the clues for independent. In bylines they are not: somebody of the right house
who never wrote with these authors is met beside a namesake who did, and a name without its
middle names is borne by people nobody counts. So the odds of each answer are moved by
``logit p' = a + b logit p``, fitted for each way of printing and each clue.

The constants were fitted on the planted world of seed 7 (10,000 people, 286,000 answers) and
tested on seed 11; ``benchmarks/conflicts.py`` shows both. Another world would give others.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

# (how it is printed, what was met beside it): a, b.
FITTED: Mapping[tuple[str, str], tuple[float, float]] = {
    ("full", "circle"): (1.90, 0.84),
    ("full", "near"): (-0.10, 0.87),
    ("full", "nobody"): (0.75, 0.88),
    ("initials", "circle"): (0.37, 0.78),
    ("initials", "near"): (-1.07, 0.91),
    ("initials", "nobody"): (-0.46, 0.86),
    ("shorter", "circle"): (-0.12, 0.62),
    ("shorter", "near"): (-2.05, 0.64),
    ("shorter", "nobody"): (-2.14, 0.65),
}
PARTLY = frozenset({"shorter", "initials"})
LEAST = 1e-6  # what is surer, or less sure, is left as it is


def calibrated(probability: float, clues: Collection[str]) -> float:
    """The probability that an author is meant, from Bayes' and the kinds of its clues."""
    if not LEAST < probability < 1 - LEAST:
        return probability
    printed = next((kind for kind in clues if kind in PARTLY), "full")
    met = next((kind for kind in ("circle", "near") if kind in clues), "nobody")
    a, b = FITTED[printed, met]
    return 1 / (1 + math.exp(-a - b * math.log(probability / (1 - probability))))
