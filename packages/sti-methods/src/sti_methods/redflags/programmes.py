"""Flags on the public funding of research, over plain records.

Each function takes records in any order and answers findings in a fixed order. Every
threshold is a parameter; its default is a choice of this package, no rule of law. A flag
asks for a look at a file; it says nothing of anybody's intention.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from sti_methods.redflags.fences import Fences

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable
    from datetime import date
    from decimal import Decimal


# ---- results registered late


@dataclass(frozen=True, kw_only=True)
class Duty:
    """A result to be registered by a day; ``done`` is the day it was, if it was."""

    id: str
    due: date
    done: date | None = None


@dataclass(frozen=True, kw_only=True)
class Late:
    """So many days after the last day; ``waits`` if it is not registered yet."""

    id: str
    days: int
    waits: bool


def late_registrations(
    duties: Iterable[Duty], *, today: date, more_than: int = 0
) -> list[Late]:
    """Results registered, or still waiting today, more than some days after the last day."""
    found = []
    for one in duties:
        days = ((one.done or today) - one.due).days
        if days > more_than:
            found.append(Late(id=one.id, days=days, waits=one.done is None))
    return sorted(found, key=lambda late: (-late.days, late.id))


# ---- one winner again and again


@dataclass(frozen=True, kw_only=True)
class Win:
    """A task won: in which programme, in which period, by whom (host, or leader and host)."""

    id: str
    programme: str
    period: str
    winner: Hashable


@dataclass(frozen=True, kw_only=True)
class Repeated:
    """One winner's tasks in one programme and period."""

    winner: Hashable
    programme: str
    period: str
    ids: tuple[str, ...]
    of: int


def repeated_winners(wins: Iterable[Win], *, more_than: int = 2) -> list[Repeated]:
    """Winners of more than so many tasks of a programme in a period.

    ``of`` is how many tasks the programme awarded in the period. A task counts once for a
    winner, however often it is listed.
    """
    by_winner: dict[tuple[str, str, Hashable], set[str]] = {}
    awarded: dict[tuple[str, str], set[str]] = {}
    for one in wins:
        by_winner.setdefault((one.programme, one.period, one.winner), set()).add(one.id)
        awarded.setdefault((one.programme, one.period), set()).add(one.id)
    found = [
        Repeated(
            winner=winner,
            programme=programme,
            period=period,
            ids=tuple(sorted(ids)),
            of=len(awarded[programme, period]),
        )
        for (programme, period, winner), ids in by_winner.items()
        if len(ids) > more_than
    ]
    return sorted(found, key=lambda r: (-len(r.ids), r.programme, r.period, r.ids))


# ---- how far a reviewer's scores swing against those of the colleagues


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A score given to an item, as a share of the most that the sheet allows (0 to 1)."""

    reviewer: Hashable
    item: str
    score: Fraction


@dataclass(frozen=True, kw_only=True)
class Swing:
    """How far a reviewer's differences from the colleagues vary.

    ``spread`` is their mean distance from their mean, ``bias`` that mean: above 0 for one
    who gives more than the colleagues throughout. All three are shares of the full score.
    """

    reviewer: Hashable
    items: int
    spread: Fraction
    bias: Fraction
    fence: Fraction


def swinging_reviewers(
    marks: Iterable[Mark],
    *,
    least_items: int = 5,
    least_reviewers: int = 5,
    threshold: Fraction | None = None,
) -> list[Swing]:
    """Reviewers who judge some items far above, others far below what colleagues give.

    A difference is a score less the mean of all other scores of the item; an item that only
    one judged gives none. Who is always mild or always strict has a bias and no spread.
    Flagged is a spread above the threshold, or without one above the upper fence (Q3 +
    1.5·IQR) among reviewers with enough items; with fewer such reviewers than
    ``least_reviewers`` there is no fence, and none is flagged. Raises ``ValueError`` where
    one reviewer has two scores of an item.
    """
    items: dict[str, dict[Hashable, Fraction]] = {}
    for one in marks:
        given = items.setdefault(one.item, {})
        if one.reviewer in given:
            raise ValueError(f"A reviewer has two scores of {one.item}.")
        given[one.reviewer] = one.score
    differences: dict[Hashable, list[Fraction]] = {}
    for given in items.values():
        whole, others = sum(given.values(), Fraction(0)), len(given) - 1
        for reviewer, score in given.items():
            if others:
                mean = (whole - score) / others
                differences.setdefault(reviewer, []).append(score - mean)
    told: dict[Hashable, tuple[int, Fraction, Fraction]] = {}
    for reviewer, values in differences.items():
        if len(values) >= least_items:
            bias = sum(values, Fraction(0)) / len(values)
            apart = sum((abs(v - bias) for v in values), Fraction(0)) / len(values)
            told[reviewer] = (len(values), apart, bias)
    fence = threshold
    if fence is None and len(told) >= least_reviewers:
        fences = Fences.of(spread for _n, spread, _bias in told.values())
        fence = fences.upper if fences else None
    if fence is None:
        return []
    found = [
        Swing(reviewer=reviewer, items=n, spread=spread, bias=bias, fence=fence)
        for reviewer, (n, spread, bias) in told.items()
        if spread > fence
    ]
    return sorted(found, key=lambda s: (-s.spread, str(s.reviewer)))


# ---- prices that nearly agree


@dataclass(frozen=True, kw_only=True)
class Price:
    """What a bidder asks in a competition, in one currency."""

    id: str
    competition: str
    bidder: Hashable
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class Near:
    """Two bids of different bidders; ``share`` is the difference of the larger amount."""

    competition: str
    ids: tuple[str, str]
    share: Fraction


def near_prices(
    prices: Iterable[Price],
    *,
    within: Fraction = Fraction(1, 1000),
    fixed: Iterable[tuple[str, Decimal]] = (),
) -> list[Near]:
    """Neighbouring prices of a competition that differ by at most a share of the larger.

    Only bids of different bidders, next to each other by amount, are paired: many equal
    bids give a chain, not every pair. Amounts of 0 or less are left out, and those that the
    competition itself states (``fixed``: competition and amount).
    """
    stated = set(fixed)
    by_competition: dict[str, list[Price]] = {}
    for one in prices:
        if one.amount > 0 and (one.competition, one.amount) not in stated:
            by_competition.setdefault(one.competition, []).append(one)
    found = []
    for competition, bids in by_competition.items():
        bids.sort(key=lambda one: (one.amount, one.id))
        for low, high in pairwise(bids):
            share = 1 - Fraction(low.amount) / Fraction(high.amount)
            if low.bidder != high.bidder and share <= within:
                ids = (low.id, high.id)
                found.append(Near(competition=competition, ids=ids, share=share))
    return sorted(found, key=lambda near: (near.share, near.competition, near.ids))


# ---- work extended again and again


@dataclass(frozen=True, kw_only=True)
class Course:
    """A work that was to last ``planned`` days, and the days each extension added."""

    id: str
    planned: int
    extensions: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Extended:
    """So many extensions of so many days; ``share`` of the days that were planned."""

    id: str
    times: int
    days: int
    share: Fraction


def many_extensions(
    courses: Iterable[Course],
    *,
    more_than: int = 1,
    longer_than: Fraction = Fraction(1, 2),
) -> list[Extended]:
    """Works extended more than so many times, or by more than a share of their length.

    Raises ``ValueError`` for a work that was planned to last less than a day.
    """
    found = []
    for one in courses:
        if one.planned < 1:
            raise ValueError(f"{one.id} was to last less than a day.")
        days = sum(one.extensions)
        share = Fraction(days, one.planned)
        if len(one.extensions) > more_than or share > longer_than:
            times = len(one.extensions)
            found.append(Extended(id=one.id, times=times, days=days, share=share))
    return sorted(found, key=lambda e: (-e.times, -e.days, e.id))


# ---- who proposed the topic carries it out


@dataclass(frozen=True, kw_only=True)
class Topic:
    """Who proposed the topic of a task, and who carries it out; ``rivals`` also applied."""

    id: str
    proposers: frozenset[Hashable]
    hosts: frozenset[Hashable]
    rivals: int = 0


@dataclass(frozen=True, kw_only=True)
class OwnTopic:
    """A topic that came back to its proposer."""

    id: str
    both: frozenset[Hashable]
    rivals: int


def own_topics(
    topics: Iterable[Topic], *, most_rivals: int | None = None
) -> list[OwnTopic]:
    """Tasks carried out by who proposed their topic; those without rivals come first.

    ``most_rivals`` leaves out topics for which more others applied.
    """
    found = [
        OwnTopic(id=one.id, both=one.proposers & one.hosts, rivals=one.rivals)
        for one in topics
        if one.proposers & one.hosts
        and (most_rivals is None or one.rivals <= most_rivals)
    ]
    return sorted(found, key=lambda own: (own.rivals, own.id))
