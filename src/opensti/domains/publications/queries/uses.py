"""How many accepted tasks have results in use: by the year of acceptance, the field, the host.

A young cohort had little time: each says how many years it had on average, and of how many
tasks an answer is known at all. The share is of those that answered, and the bounds say
what it would be if none, or all, of the others were in use.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from opensti.domains.publications.queries.figures import figured_funds
from opensti.domains.publications.queries.funded_rows import (
    FEWEST,
    Chosen,
    Named,
    tellable,
)
from opensti.domains.publications.queries.funds import UNKNOWN, Funds, counted, grouped
from opensti.domains.publications.queries.keeping import kept
from opensti.kernel.bilingual import Words

if TYPE_CHECKING:
    from opensti.domains.publications.queries.edition import Edition
    from opensti.domains.publications.queries.funds import Numbers

BY = ("year", "field", "kind")
DAYS_OF_YEAR = Fraction(1461, 4)


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """Accepted tasks of one year, field or kind of host.

    ``asked`` had a yearly question that fell due, ``answered`` a checked answer, ``used`` a
    user in one; ``value`` is what ``told`` of them state, in whole đồng. These are None
    where the answers are too few to tell.
    """

    of: Named
    accepted: int
    asked: int
    answered: int | None
    years: Fraction
    used: int | None
    value: Decimal | None
    told: int | None

    @property
    def share(self) -> Fraction | None:
        return (
            Fraction(self.used, self.answered)
            if self.used is not None and self.answered
            else None
        )

    @property
    def least(self) -> Fraction | None:
        """If nobody else's results are in use."""
        return None if self.used is None else Fraction(self.used, self.accepted)

    @property
    def most(self) -> Fraction | None:
        """If everybody else's results are."""
        if self.used is None or self.answered is None:
            return None
        return Fraction(self.used + self.accepted - self.answered, self.accepted)


@dataclass(frozen=True, kw_only=True)
class Use:
    """Cohorts, and all of them together."""

    cohorts: tuple[Cohort, ...]
    whole: Cohort


def use(of: Edition, today: date, chosen: Chosen, *, by: str = BY[0]) -> Use:
    """Of the chosen tasks, by ``by``."""

    def make() -> Use:
        every = figured_funds(of, today).chosen(chosen)
        rows = every.where(every.accepted > 0)
        numbers, names = _cohorts(rows, by)
        answered = counted(numbers[rows.used >= 0], len(names))
        keys = [one.key for one in names]
        told = tellable(dict(zip(keys, answered, strict=True)))
        cohorts = [
            _cohort(name, rows.where(numbers == n), today, name.key in told)
            for n, name in enumerate(names)
        ]
        return Use(
            cohorts=tuple(
                sorted(
                    (one for one in cohorts if one.accepted),
                    key=lambda one: (not one.of.key, one.of.key),
                )
            ),
            whole=_cohort(Named(), rows, today, int((rows.used >= 0).sum()) >= FEWEST),
        )

    return kept("use", of, today, make, chosen, by)


def _cohorts(rows: Funds, by: str) -> tuple[Numbers, list[Named]]:
    """A number of a cohort for each task, and what each cohort is called."""
    if by == "year":
        days, of_day = np.unique(rows.accepted, return_inverse=True)
        years = [date.fromordinal(day).year for day in days.tolist()]
        known = sorted(set(years))
        lookup = np.array([known.index(year) for year in years], dtype=np.int64)
        numbers = lookup[of_day]
        return numbers, [Named(key=str(y), name=Words(str(y), str(y))) for y in known]
    numbers, keys = grouped(rows, by)
    names = {one.key: one for one in reversed(rows.names[by])}
    return numbers, [names[key] for key in keys]


def _cohort(
    of: Named,
    rows: Funds,
    today: date,
    told: bool,  # noqa: FBT001 -- whether its answers are many enough
) -> Cohort:
    answers = rows.where(rows.used >= 0)
    stated = answers.value[answers.value != UNKNOWN]
    days = len(rows) * today.toordinal() - int(rows.accepted.sum())
    valued = told and len(stated) >= FEWEST
    return Cohort(
        of=of,
        accepted=len(rows),
        asked=int(rows.asked.sum()),
        answered=len(answers) if told else None,
        years=Fraction(days, len(rows)) / DAYS_OF_YEAR if len(rows) else Fraction(0),
        used=int(answers.used.sum()) if told else None,
        value=Decimal(int(stated.sum())) if valued else None,
        told=len(stated) if valued else None,
    )
