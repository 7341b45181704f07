"""Orders, tasks and results that are not open: how many of each class and year, and nothing else of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from opensti.domains.results.choices import Secrecy
from opensti.domains.results.queries import closed_results
from opensti.domains.tasks.choices import Secrecy as Classed
from opensti.domains.tasks.queries import closed_orders_by_year, closed_tasks_by_year

if TYPE_CHECKING:
    from datetime import date

    from opensti.kernel.refusals import Text

# A smaller count could point at one team; nor is it told that there is none.
FEWEST = 5
CLASSES = (Secrecy.EMBARGO, Secrecy.INTERNAL, Secrecy.SECRET)


@dataclass(frozen=True, kw_only=True)
class ClassifiedYear:
    """One whole past year of a kind; None in a count: fewer than ``FEWEST``, maybe none."""

    kind: str
    label: Text
    year: int
    counts: tuple[tuple[Text, int | None], ...]


@dataclass(frozen=True, kw_only=True)
class ClassifiedFigures:
    """Kinds with their whole past years, latest first, and the classes in their order."""

    classes: tuple[Text, ...]
    years: tuple[ClassifiedYear, ...]
    fewest: int = FEWEST


def classified_figures(*, before: date) -> ClassifiedFigures:
    """Count what is not open, by kind, class and year; 3 queries.

    A year is listed once it is over and one of its counts is large enough; no sum over
    kinds, classes or years is told, from which a small count could be worked out.
    """
    found = []
    for kind, label, counted in (
        ("order", _("Orders"), _secrets(closed_orders_by_year(before))),
        ("task", _("Tasks"), _secrets(closed_tasks_by_year(before))),
        ("result", _("Results"), closed_results(before)),
    ):
        for year in sorted({year for year, _class in counted}, reverse=True):
            cells = tuple(
                (one.label, _told(counted.get((year, one), 0))) for one in CLASSES
            )
            if any(count is not None for _label, count in cells):
                found.append(
                    ClassifiedYear(kind=kind, label=label, year=year, counts=cells)
                )
    return ClassifiedFigures(
        classes=tuple(one.label for one in CLASSES), years=tuple(found)
    )


def kept_back(*, before: date) -> list[tuple[str, int, str, int]]:
    """The same as rows of kind, year, class and count: those alone that are told."""
    return [
        (line.kind, line.year, str(one), count)
        for line in classified_figures(before=before).years
        for one, (_label, count) in zip(CLASSES, line.counts, strict=True)
        if count is not None
    ]


def _secrets(counted: dict[tuple[int, str], int]) -> dict[tuple[int, str], int]:
    """Counts of orders and tasks under the classes of results."""
    return {
        (year, Secrecy.SECRET if one == Classed.CLASSIFIED else one): n
        for (year, one), n in counted.items()
    }


def _told(count: int) -> int | None:
    return count if count >= FEWEST else None
