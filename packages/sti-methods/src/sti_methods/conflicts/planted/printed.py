"""What existing systems do: the same words printed. Here to be measured beside.

``by_words`` compares affiliation, e-mail domain and names as printed, as conference
systems with a list of collaborators do; ``by_profile`` compares domains, declared
relations and publications that both profiles list. Written anew after their manuals.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sti_methods.conflicts.graph import Case, Person, back
from sti_methods.identities import domain, fold, fold_all

if TYPE_CHECKING:
    from sti_methods.conflicts.planted.world import World


def by_words(world: World, years: int = 3) -> set[tuple[int, int]]:
    """Same affiliation as printed, same e-mail domain, same name as printed."""
    people = {p.id: p for p in world.graph.people}
    places: dict[int, set[str]] = defaultdict(set)
    for position in world.graph.positions:
        if position.until is None or position.until > world.on:
            places[position.person].add(
                fold_all(world.affiliations[position.organisation])
            )
    beside = _collaborators(world, years)
    by_place, by_domain, by_name = defaultdict(set), defaultdict(set), defaultdict(set)
    for pk in world.experts:
        for place in places[pk]:
            by_place[place].add(pk)
        if there := domain(people[pk].email):
            by_domain[there].add(pk)
        by_name[fold(people[pk].name)].add(pk)
    found: set[tuple[int, int]] = set()
    for case in world.cases:
        words = {fold_all(m.organisation) for m in case.team if m.organisation}
        if case.host is not None:
            words.add(fold_all(world.affiliations[case.host]))
        names = {fold(m.name) for m in case.team}
        for m in case.team:
            if m.person is not None:
                words |= places[m.person]
                names |= beside[m.person]
        hit = set().union(*(by_place[w] for w in words), *(by_name[n] for n in names))
        for there in _domains(case, people):
            hit |= by_domain[there]
        found |= {(pk, case.id) for pk in hit}
    return found


def by_profile(world: World, years: int = 3) -> set[tuple[int, int]]:
    """Same domain of an address, a declared relation, a publication of both profiles."""
    people = {p.id: p for p in world.graph.people}
    experts = set(world.experts)
    by_domain = defaultdict(set)
    for pk in experts:
        if there := domain(people[pk].email):
            by_domain[there].add(pk)
    tied: dict[int, set[int]] = defaultdict(set)
    for tie in world.graph.ties:
        if tie.other is not None:
            tied[tie.person].add(tie.other)
            tied[tie.other].add(tie.person)
    for work in world.graph.works:
        if work.year >= back(world.on, years).year:
            for one in work.authors.values():
                tied[one].update(work.authors.values())
    found: set[tuple[int, int]] = set()
    for case in world.cases:
        hit: set[int] = set()
        for m in case.team:
            if m.person is not None:
                hit |= {m.person, *tied[m.person]} & experts
        for there in _domains(case, people):
            hit |= by_domain[there]
        found |= {(pk, case.id) for pk in hit}
    return found


def _collaborators(world: World, years: int) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for work in world.graph.works:
        if work.year >= back(world.on, years).year:
            names = {fold(name) for name in work.byline}
            for person in work.authors.values():
                found[person] |= names
    return found


def _domains(case: Case, people: dict[int, Person]) -> set[str]:
    mails = {m.email for m in case.team if m.email}
    mails |= {people[m.person].email for m in case.team if m.person is not None}
    return {d for m in mails if (d := domain(m))}
