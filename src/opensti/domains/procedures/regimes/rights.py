"""What offices of intellectual property await, and by when: dated rules, each with its source.

The rules are data (``procedures/rights/offices.yaml``) and no part of a regime: what
counts is the law on the day of filing, wherever the money came from.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date  # noqa: TC003 -- read at run time by reading.py
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import yaml
from django.conf import settings

from opensti.domains.procedures.regimes.format import Fact
from opensti.domains.procedures.regimes.format.facts import Labelled, Source
from opensti.domains.procedures.regimes.format.tables import (
    Period,  # noqa: TC001 -- the same
)
from opensti.domains.procedures.regimes.reading import read
from opensti.kernel.citations import cited
from opensti.kernel.periods import add_months

if TYPE_CHECKING:
    from collections.abc import Mapping

Start = Literal[
    "filed",
    "priority",
    "first_filed",
    "formal",
    "published",
    "requested",
    "published_and_requested",
    "granted",
]
Closing = Literal["", "formal", "published", "requested", "examined"]


@dataclass(frozen=True, kw_only=True)
class OfficeName:
    """Which office of a country keeps these kinds."""

    country: str
    kinds: tuple[str, ...]
    name_vi: str
    name_en: str


@dataclass(frozen=True, kw_only=True)
class DocketRule(Labelled, Fact):
    """Something with a day: ``n`` after ``starts_on``, met by the day of ``closes_on``.

    ``what``: for the owner (``host``), awaited of the ``office``, a ``fee``, or the end of
    the ``term``. With ``every`` it comes again, ``most`` times at most, and never after
    the term. ``opens_before``: how long before the day it can be done; ``grace``: how long
    after it still can. ``needs`` names a day that must be known beside the start.
    ``priority`` is the day of the first filing anywhere, else that of filing;
    ``first_filed`` that of filing where no earlier priority is claimed.
    """

    id: str
    kinds: tuple[str, ...]
    country: str
    what: Literal["host", "office", "fee", "term"]
    starts_on: Start
    n: Period
    closes_on: Closing = ""
    needs: Literal["", "granted"] = ""
    every: Period | None = None
    most: int = 1
    opens_before: Period | None = None
    grace: Period | None = None
    since: date | None = None
    until: date | None = None

    def covers(self, filed: date | None) -> bool:
        """Half-open, by the day of filing; what was not filed is under the law of now."""
        if filed is None:
            return self.until is None
        return (self.since is None or self.since <= filed) and (
            self.until is None or filed < self.until
        )

    def starts(self, days: Mapping[str, date | None]) -> date | None:
        """The day it is counted from; None while a day it rests on is not known."""
        filed, priority = days.get("filed"), days.get("priority")
        if self.needs and days.get(self.needs) is None:
            return None
        if self.starts_on == "priority":
            return filed and (priority or filed)
        if self.starts_on == "first_filed":
            return filed if priority is None or priority == filed else None
        if self.starts_on == "published_and_requested":
            both = (days.get("published"), days.get("requested"))
            known = [day for day in both if day is not None]
            return max(known) if len(known) == len(both) else None
        return days.get(self.starts_on)


@dataclass(frozen=True, kw_only=True)
class Due:
    """One day that a rule gives; ``turn`` counts what comes again, from 1."""

    rule: DocketRule
    turn: int
    due_on: date
    opens_on: date | None
    grace_until: date | None


@dataclass(frozen=True, kw_only=True)
class Offices:
    """All offices, their sources and rules."""

    offices: tuple[OfficeName, ...]
    sources: tuple[Source, ...]
    rules: tuple[DocketRule, ...]

    def of(self, *, kind: str, country: str, filed: date | None) -> list[DocketRule]:
        """The rules for a kind in a country by the law of the day of filing."""
        return [
            rule
            for rule in self.rules
            if rule.country == country and kind in rule.kinds and rule.covers(filed)
        ]

    def office(self, *, kind: str, country: str) -> OfficeName | None:
        found = (o for o in self.offices if o.country == country and kind in o.kinds)
        return next(found, None)

    def term(
        self, *, kind: str, country: str, days: Mapping[str, date | None]
    ) -> date | None:
        """The day protection ends; None where no rule counts it or a day is not known."""
        for rule in self.of(kind=kind, country=country, filed=days.get("filed")):
            start = rule.starts(days) if rule.what == "term" else None
            if start is not None:
                return after(start, rule.n)
        return None

    def dues(
        self,
        *,
        kind: str,
        country: str,
        days: Mapping[str, date | None],
        ends: date | None,
    ) -> list[Due]:
        """Every day that the rules give now, none of those that recur on or after ``ends``."""
        found = []
        for rule in self.of(kind=kind, country=country, filed=days.get("filed")):
            start = rule.starts(days)
            if start is None:
                continue
            for turn in range(1, rule.most + 1):
                due = after(start, rule.n, rule.every, turn - 1)
                if rule.what == "term" and ends is not None:
                    due = ends
                elif rule.every is not None and ends is not None and due >= ends:
                    break
                found.append(
                    Due(
                        rule=rule,
                        turn=turn,
                        due_on=due,
                        opens_on=_beside(due, rule.opens_before, -1),
                        grace_until=_beside(due, rule.grace, 1),
                    )
                )
        return found

    def said(self, article: str) -> str:
        """The article of a rule in words, in the reader's language."""
        return cited(article, names={s.id: s.names for s in self.sources})


def after(
    start: date,
    period: Period,
    every: Period | None = None,
    times: int = 0,
    *,
    sign: int = 1,
) -> date:
    """Calendar months from a day, as the day falls; ``period`` and ``every`` in months or years."""
    months = _months(period) + (0 if every is None else times * _months(every))
    return add_months(start, sign * months)


def _beside(day: date, period: Period | None, sign: int) -> date | None:
    return None if period is None else after(day, period, sign=sign)


def _months(period: Period) -> int:
    return period.n * {"month": 1, "year": 12}[period.unit]


@lru_cache(maxsize=4)
def _read(path: Path) -> Offices:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    return read(Offices, content, file=path.name)


def offices() -> Offices:
    """Return the rules of this house; a faulty file raises ``Invalid`` with its places."""
    folder: Any = settings.OPENSTI_PROCEDURES_DIR
    return _read(Path(folder) / "rights" / "offices.yaml")
