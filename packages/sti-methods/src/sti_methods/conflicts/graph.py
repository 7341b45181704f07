"""The frozen graph: people, where they were when, what they made together, who judged whom."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class Person:
    id: int
    name: str
    email: str = ""
    orcid: str = ""


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """``became``: what it was merged into or followed by; ``joins``: sharing it tells."""

    id: int
    names: tuple[str, ...] = ()
    parents: tuple[int, ...] = ()
    became: int | None = None
    joins: bool = True


@dataclass(frozen=True, kw_only=True)
class Position:
    """Half-open: not on ``until``; without a day it began or ends nobody knows when."""

    person: int
    organisation: int
    since: date | None = None
    until: date | None = None
    row: str = ""


@dataclass(frozen=True, kw_only=True)
class Work:
    """``byline``: all names as printed; ``authors``: the place of each who is known."""

    id: int
    title: str
    year: int
    patent: bool = False
    byline: tuple[str, ...] = ()
    authors: Mapping[int, int] = field(default_factory=dict)
    row: str = ""


@dataclass(frozen=True, kw_only=True)
class Tie:
    """A tie of a person to another or to an organisation, of one of the kinds found."""

    person: int
    kind: str
    other: int | None = None
    organisation: int | None = None
    since: date | None = None
    until: date | None = None
    row: str = ""


@dataclass(frozen=True, kw_only=True)
class Project:
    """Who works or worked together on one project, and the day that counts."""

    id: int
    title: str
    people: frozenset[int]
    on: date
    row: str = ""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """Somebody judged what somebody else leads or works on."""

    judge: int
    subject: int
    on: date
    title: str = ""
    row: str = ""


@dataclass(frozen=True, kw_only=True)
class Member:
    """One of a team: known, or only as it was written."""

    person: int | None = None
    name: str = ""
    organisation: str = ""
    email: str = ""
    main: bool = True


@dataclass(frozen=True, kw_only=True)
class Named:
    """Whom the applicant named: a person, an organisation, or only words."""

    id: int
    person: int | None = None
    organisation: int | None = None
    name: str = ""
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class Case:
    """What is to be judged, and everybody behind it; ``rivals``: those with the same compete."""

    id: int
    title: str = ""
    team: tuple[Member, ...] = ()
    writers: tuple[int, ...] = ()
    host: int | None = None
    partners: tuple[int, ...] = ()
    named: tuple[Named, ...] = ()
    rivals: int | None = None


@dataclass(frozen=True, kw_only=True)
class Graph:
    people: tuple[Person, ...]
    organisations: tuple[Organisation, ...] = ()
    positions: tuple[Position, ...] = ()
    works: tuple[Work, ...] = ()
    ties: tuple[Tie, ...] = ()
    projects: tuple[Project, ...] = ()
    judged: tuple[Judged, ...] = ()


# Years after which a tie no longer counts; ``None``: it always does.
YEARS: Mapping[str, int | None] = {
    "host": 0,
    "partner": 0,
    "colleague": 3,
    "family": None,
    "stake": 0,
    "company": 0,
    "contract": 2,
    "supervision": 10,
    "coauthor": 3,
    "coinventor": 5,
    "project": 3,
    "reciprocal": 2,
}
KINDS = (
    "part",
    "host",
    "family",
    "partner",
    "company",
    "stake",
    "contract",
    "supervision",
    "colleague",
    "coinventor",
    "coauthor",
    "project",
    "reciprocal",
    "competitor",
    "named",
)


@dataclass(frozen=True, kw_only=True)
class Rules:
    """The day, the years of each kind, below which probability a tie is not told."""

    on: date
    years: Mapping[str, int | None] = field(default_factory=lambda: dict(YEARS))
    least: float = 0.1
    # A work of more authors than this ties nobody: a collaboration of hundreds.
    most_authors: int = 30
    # Identities that somebody found to be wrong: never told again.
    dismissed: frozenset[str] = frozenset()

    def window(self, kind: str) -> tuple[date, date]:
        """The days that count for a kind, half-open: from so many years ago up to today."""
        years = self.years.get(kind, 0)
        end = self.on + timedelta(days=1)
        if years is None:
            return date.min, end
        return (self.on if years == 0 else back(self.on, years)), end

    def counts(self, kind: str, since: date | None, until: date | None) -> bool:
        """Whether a time, half-open and perhaps without ends, meets the window of a kind."""
        first, end = self.window(kind)
        return (since is None or since < end) and (until is None or until > first)


def back(on: date, years: int) -> date:
    """The same day so many years ago; from 29 February the 28th."""
    try:
        return on.replace(year=on.year - years)
    except ValueError:
        return on.replace(year=on.year - years, day=28)


def overlap(
    a: tuple[date | None, date | None], b: tuple[date | None, date | None]
) -> tuple[date | None, date | None] | None:
    """The time that two half-open times share, or nothing."""
    since = max((s for s in (a[0], b[0]) if s is not None), default=None)
    until = min((u for u in (a[1], b[1]) if u is not None), default=None)
    if since is not None and until is not None and since >= until:
        return None
    return since, until


@dataclass(frozen=True, kw_only=True)
class Found:
    """One tie of an expert to a case: what kind, since when, on which grounds, how sure."""

    expert: int
    case: int
    kind: str
    probability: float
    # Names the tie itself, whichever case asks; ``identity``: what it rests on, or nothing.
    tie: str
    identity: str = ""
    other: int | None = None
    other_name: str = ""
    organisation: int | None = None
    about: str = ""
    since: date | None = None
    until: date | None = None
    row: str = ""
    clues: tuple[tuple[str, float], ...] = ()
