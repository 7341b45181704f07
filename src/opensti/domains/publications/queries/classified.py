"""Results that are not open: how many of each class and year, and nothing else of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from opensti.domains.results.choices import Secrecy
from opensti.domains.results.queries import closed_results

if TYPE_CHECKING:
    from datetime import date

    from opensti.kernel.refusals import Text

# A smaller count could point at one team; nor is it told that there is none.
FEWEST = 5
CLASSES = (Secrecy.EMBARGO, Secrecy.INTERNAL, Secrecy.SECRET)


@dataclass(frozen=True, kw_only=True)
class ClassifiedYear:
    """One whole past year; None in a count says: fewer than ``FEWEST``, maybe none."""

    year: int
    counts: tuple[tuple[Text, int | None], ...]


@dataclass(frozen=True, kw_only=True)
class ClassifiedFigures:
    """Whole past years with their counts, latest first, and the classes in their order."""

    classes: tuple[Text, ...]
    years: tuple[ClassifiedYear, ...]
    fewest: int = FEWEST


def classified_figures(*, before: date) -> ClassifiedFigures:
    """Count results of accepted work that are not open, by class and year; 1 query.

    A year is listed once it is over and one of its counts is large enough; no sum over
    classes or years is told, from which a small count could be worked out.
    """
    counted = closed_results(before)
    years = sorted({year for year, _class in counted}, reverse=True)
    found = []
    for year in years:
        cells = tuple(
            (one.label, _told(counted.get((year, one), 0))) for one in CLASSES
        )
        if any(count is not None for _label, count in cells):
            found.append(ClassifiedYear(year=year, counts=cells))
    return ClassifiedFigures(
        classes=tuple(one.label for one in CLASSES), years=tuple(found)
    )


def _told(count: int) -> int | None:
    return count if count >= FEWEST else None
