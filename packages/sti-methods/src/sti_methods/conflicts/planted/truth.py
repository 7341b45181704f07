"""Which ties are true in an invented world: plain loops over everybody's career."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from sti_methods.conflicts.graph import YEARS, Case, Graph, Organisation, back

if TYPE_CHECKING:
    from collections.abc import Callable

TODAY = date(2026, 7, 1)


@dataclass
class Career:
    """Everybody's true life: name, posts, address, works."""

    names: list[str]
    posts: list[list[tuple[int, date, date | None]]]
    emails: list[str]
    organisations: list[Organisation]
    strangers: frozenset[int] = frozenset()
    works: list[tuple[int, bool, list[int]]] = field(default_factory=list)


# ---- the truth, by plain loops over the world


def true_pairs(
    true: Career,
    graph: Graph,
    cases: list[Case],
    teams: list[list[int]],
    experts: set[int],
) -> dict[tuple[int, int], set[str]]:
    found: dict[tuple[int, int], set[str]] = defaultdict(set)
    behind: dict[int, list[int]] = defaultdict(list)
    for number, team in enumerate(teams):
        for person in team:
            # A stranger has no career in any register: nothing can be found through him.
            if person not in true.strangers:
                behind[person].append(number)
    houses = _true_houses(true.organisations)

    def add(kind: str, expert: int, case: int) -> None:
        if expert in experts:
            found[expert, case].add(kind)

    def between(kind: str, one: int, other: int) -> None:
        for a, b in ((one, other), (other, one)):
            for case in behind.get(b, ()):
                if a != b and a in experts:
                    add(kind, a, case)

    for expert in experts:
        for case in behind.get(expert, ()):
            add("part", expert, case)
    _true_places(true, cases, teams, houses, add)
    for tie in graph.ties:
        if tie.other is not None and _lately(tie.kind, tie.since, tie.until):
            between(tie.kind, tie.person, tie.other)
    _true_stakes(true, graph, cases, behind, add)
    for year, patent, authors in true.works:
        kind = "coinventor" if patent else "coauthor"
        if _lately(kind, date(year, 1, 1), date(year + 1, 1, 1)):
            _pairs(between, kind, authors)
    for project in graph.projects:
        if project.on >= back(TODAY, 3):
            _pairs(between, "project", sorted(project.people))
    for judged in graph.judged:
        if judged.on >= back(TODAY, 2):
            for case in behind.get(judged.judge, ()):
                if judged.judge in teams[case][:3] and judged.judge != judged.subject:
                    add("reciprocal", judged.subject, case)
    for shown in cases:
        for named in shown.named:
            if named.person is not None:
                add("named", named.person, shown.id)
    return dict(found)


def _pairs(
    between: Callable[[str, int, int], None], kind: str, people: list[int]
) -> None:
    for n, one in enumerate(people):
        for other in people[n + 1 :]:
            between(kind, one, other)


def _lately(kind: str, since: date | None, until: date | None) -> bool:
    years = YEARS[kind]
    if since is not None and since > TODAY:
        return False
    if years is None or until is None:
        return True
    return until > (TODAY if years == 0 else back(TODAY, years))


def _true_houses(organisations: list[Organisation]) -> list[set[int]]:
    def now(pk: int) -> int:
        became = organisations[pk].became
        return pk if became is None else now(became)

    found = []
    for row in organisations:
        here = now(row.id)
        reached, todo = {here}, [here]
        while todo:
            for parent in organisations[todo.pop()].parents:
                above = now(parent)
                if organisations[above].joins and above not in reached:
                    reached.add(above)
                    todo.append(above)
        found.append(reached)
    return found


def _true_places(
    true: Career,
    cases: list[Case],
    teams: list[list[int]],
    houses: list[set[int]],
    add: Callable[[str, int, int], None],
) -> None:
    first = back(TODAY, 3)
    recent: dict[int, list[tuple[int, date, date | None]]] = defaultdict(list)
    for person, career in enumerate(true.posts):
        for place, since, until in career:
            if until is None or until > first:
                for house in houses[place]:
                    recent[house].append((person, since, until))
    for case in cases:
        for asked in (case.host, *case.partners):
            for house in houses[asked or 0]:
                for person, _since, _until in recent[house]:
                    add("place", person, case.id)
        for main in teams[case.id][:3]:
            if main in true.strangers:
                continue
            for place, since, until in true.posts[main]:
                if until is not None and until <= first:
                    continue
                for house in houses[place]:
                    for person, begun, ended in recent[house]:
                        start = max(since, begun, first)
                        ends = [d for d in (until, ended) if d is not None]
                        if person != main and (not ends or start < min(ends)):
                            add("place", person, case.id)


def _true_stakes(
    true: Career,
    graph: Graph,
    cases: list[Case],
    behind: dict[int, list[int]],
    add: Callable[[str, int, int], None],
) -> None:
    def now(pk: int) -> int:
        became = true.organisations[pk].became
        return pk if became is None else now(became)

    owners: dict[int, set[int]] = defaultdict(set)
    for tie in graph.ties:
        if tie.organisation is None:
            continue
        kind = "contract" if tie.kind == "contract" else "stake"
        if not _lately(kind, tie.since, tie.until):
            continue
        here = now(tie.organisation)
        if kind == "stake":
            owners[here].add(tie.person)
        for case in cases:
            if here in {now(p) for p in (case.host, *case.partners) if p is not None}:
                add(kind, tie.person, case.id)
    for people in owners.values():
        for one in people:
            for other in people:
                for number in behind.get(other, ()):
                    if one != other:
                        add("company", one, number)
