"""Composite indices: from a table of indicators to scores, ranks and how sure they are.

See docs/methods/composite.md.
"""

from sti_methods.composite.bands import Band, band_of
from sti_methods.composite.judged import JUDGED
from sti_methods.composite.pipeline import Run, prepare, ranked, rescore, run
from sti_methods.composite.prepared import Prepared, score
from sti_methods.composite.recipe import (
    Aggregation,
    Imputation,
    Normalisation,
    Recipe,
    Screening,
    Treatment,
)
from sti_methods.composite.tables import Tables
from sti_methods.composite.tree import Tree
from sti_methods.composite.unfit import Unfit

__all__ = [
    "JUDGED",
    "Aggregation",
    "Band",
    "Imputation",
    "Normalisation",
    "Prepared",
    "Recipe",
    "Run",
    "Screening",
    "Tables",
    "Treatment",
    "Tree",
    "Unfit",
    "band_of",
    "prepare",
    "ranked",
    "rescore",
    "run",
    "score",
]
