"""Salami: one project cut into several calls.

The rule. Given a work, the *slices* are earlier or later records of its team (a person
or an organisation in common) of which at least two fifths stand in it, while they hold
less than two thirds of it. They are taken greedily, the one that covers most of what is
still uncovered first, as long as one covers a tenth of the work. The work is sliced if
two or more slices cover together three fifths of it. All shares are of words by rarity
that stand in matched sentences, without plain words and boilerplate (see `explain`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sti_methods.similarity.explain import THRESHOLD
from sti_methods.similarity.index import CANDIDATES
from sti_methods.similarity.kinds import share_within, weights_of
from sti_methods.similarity.particulars import organisation_key, person_key
from sti_methods.similarity.passages import aligned, stretches

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from sti_methods.similarity.explanation import Passage
    from sti_methods.similarity.index import Index
    from sti_methods.similarity.records import Record

    Places = dict[tuple[str, int], float]

INSIDE, NOT_ALL, ADDS, TOGETHER, FEWEST_SLICES = 0.4, 2 / 3, 0.1, 0.6, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """A record that holds a part of the work.

    ``of_work`` is the share of the work it holds, ``adds`` what no slice before it
    holds, ``inside`` the share of the slice that stands in the work; ``passages`` have
    the work as their query. ``people`` and ``organisations`` as written in the slice.
    """

    id: str
    of_work: float
    adds: float
    inside: float
    people: tuple[str, ...]
    organisations: tuple[str, ...]
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sliced:
    """A work that two or more records of its team cover together by ``covered``."""

    work: str
    covered: float
    slices: tuple[Slice, ...]


def salami(index: Index, work: Record, others: Iterable[Record]) -> Sliced | None:
    """Return how other records of its team cut a work in slices, if they do.

    Parameters
    ----------
    index : Index
        Gives the rarity of words and what is boilerplate; it may hold none of these.
    work : Record
    others : iterable of Record
        Where slices are looked for. Records without a name in common are left out.

    Notes
    -----
    Cost: a few milliseconds for each other record of the team.
    """
    whole = stretches(index, work)
    weights = weights_of(whole)
    total = sum(weights.values())
    if not total:
        return None
    found: list[tuple[Slice, Places]] = []
    for other in others:
        people, organisations = _team(work, other)
        if other.id == work.id or not (people or organisations):
            continue
        theirs = stretches(index, other)
        passages = tuple(
            p for p in aligned(whole, theirs, threshold=THRESHOLD) if not p.boilerplate
        )
        held = {
            place: weights[place]
            for p in passages
            for t in p.query.terms
            if (place := (p.query.field, t.start)) in weights
        }
        inside = share_within(weights_of(theirs), (p.match for p in passages))
        of_work = sum(held.values()) / total
        if inside >= INSIDE and of_work < NOT_ALL:
            part = Slice(
                id=other.id,
                of_work=round(of_work, 9),
                adds=0.0,
                inside=inside,
                people=people,
                organisations=organisations,
                passages=passages,
            )
            found.append((part, held))
    return _covering(work.id, found, total)


def _covering(
    work: str, found: list[tuple[Slice, Places]], total: float
) -> Sliced | None:
    covered: Places = {}
    chosen: list[Slice] = []
    left = sorted(found, key=lambda one: one[0].id)
    while left:
        gains = [
            sum(w for place, w in held.items() if place not in covered) / total
            for _part, held in left
        ]
        gain = max(gains)
        if gain < ADDS:
            break
        part, held = left.pop(gains.index(gain))
        covered |= held
        chosen.append(
            Slice(
                id=part.id,
                of_work=part.of_work,
                adds=gain,
                inside=part.inside,
                people=part.people,
                organisations=part.organisations,
                passages=part.passages,
            )
        )
    share = sum(part.adds for part in chosen)
    if len(chosen) < FEWEST_SLICES or share < TOGETHER:
        return None
    return Sliced(work=work, covered=share, slices=tuple(chosen))


def all_salami(
    index: Index,
    records: Iterable[Record],
    *,
    of: Collection[str] | None = None,
    progress: Callable[[int], None] = lambda _done: None,
) -> Iterator[Sliced]:
    """Yield each record of a portfolio that others of it cut in slices, in its order.

    Slices are looked for among the 200 records nearest by words.

    Parameters
    ----------
    index : Index
        Holds the records.
    records : iterable of Record
        All those of the index that may be slices.
    of : collection of str, optional
        Ids of those that may be the work; all of them by default.
    progress : callable, optional
        Told how many works have been looked at.

    Notes
    -----
    Cost: one query a record, and a few milliseconds for each near record of its team.
    """
    by_id = {record.id: record for record in records}
    works = [r for r in by_id.values() if of is None or r.id in of]
    for done, work in enumerate(works, 1):
        near = index.nearest(work, top=CANDIDATES)
        others = [
            by_id[index.ids[row]]
            for rows, _cosines in near.values()
            for row in rows
            if index.ids[row] in by_id
        ]
        sliced = salami(index, work, others)
        if sliced is not None:
            yield sliced
        progress(done)


def _team(one: Record, other: Record) -> tuple[tuple[str, ...], tuple[str, ...]]:
    people = {person_key(name) for name in one.people}
    houses = {organisation_key(name) for name in one.organisations}
    return (
        tuple(name for name in other.people if person_key(name) in people),
        tuple(n for n in other.organisations if organisation_key(n) in houses),
    )
