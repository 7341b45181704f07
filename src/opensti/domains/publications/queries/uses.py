"""How many accepted tasks have results in use: by the year of acceptance, the field, the host.

A young cohort had little time: each says how many years it had on average, and of how many
tasks an answer is known at all. The share is of those that answered, and the bounds say
what it would be if none, or all, of the others were in use.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from opensti.domains.publications.queries.funded_rows import (
    FEWEST,
    Chosen,
    Funded,
    Named,
    funded,
    tellable,
)
from opensti.domains.publications.queries.keeping import kept
from opensti.kernel.bilingual import Words

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from opensti.domains.publications.queries.edition import Edition

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
    """Of the chosen tasks, by ``by``; at most 8 queries."""
    keys: dict[str, Callable[[Funded], Named]] = {
        "year": _year,
        "field": lambda row: row.field,
        "kind": lambda row: Named(key=row.host_kind),
    }

    def make() -> Use:
        rows = [r for r in chosen.of(funded(of, today)) if r.standing.accepted_on]
        groups: dict[str, list[Funded]] = defaultdict(list)
        for row in rows:
            groups[keys[by](row).key].append(row)
        told = tellable(
            {
                key: sum(row.standing.used is not None for row in those)
                for key, those in groups.items()
            }
        )
        return Use(
            cohorts=tuple(
                _cohort(keys[by](groups[key][0]), groups[key], today, key in told)
                for key in sorted(groups, key=lambda key: (not key, key))
            ),
            whole=_cohort(
                Named(),
                rows,
                today,
                sum(row.standing.used is not None for row in rows) >= FEWEST,
            ),
        )

    return kept("use", of, today, make, chosen, by)


def _year(row: Funded) -> Named:
    day = row.standing.accepted_on
    year = str(day.year) if day else ""
    return Named(key=year, name=Words(year, year))


def _cohort(
    of: Named,
    rows: list[Funded],
    today: date,
    told: bool,  # noqa: FBT001 -- whether its answers are many enough
) -> Cohort:
    answers = [row.standing for row in rows if row.standing.used is not None]
    stated = [one.value for one in answers if one.value is not None]
    days = sum(
        (today - row.standing.accepted_on).days
        for row in rows
        if row.standing.accepted_on
    )
    valued = told and len(stated) >= FEWEST
    return Cohort(
        of=of,
        accepted=len(rows),
        asked=sum(row.standing.asked > 0 for row in rows),
        answered=len(answers) if told else None,
        years=Fraction(days, len(rows)) / DAYS_OF_YEAR if rows else Fraction(0),
        used=sum(bool(one.used) for one in answers) if told else None,
        value=sum(stated, Decimal(0)) if valued else None,
        told=len(stated) if valued else None,
    )
