"""Every tie between experts and cases, with its days, its grounds and its probability."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import product
from typing import TYPE_CHECKING

from sti_methods.conflicts.graph import (
    Case,
    Found,
    Graph,
    Position,
    Rules,
    Work,
    overlap,
)
from sti_methods.conflicts.houses import Houses
from sti_methods.conflicts.people import Meant, People, both, same_place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

OWNERS = frozenset({"stake", "company"})
# Ties between two people that are told as they are.
PERSONAL = frozenset({"family", "supervision", "coauthor", "project", "stake"})


def find(
    graph: Graph, *, experts: Iterable[int], cases: Sequence[Case], rules: Rules
) -> list[Found]:
    """Every tie of an expert to a case that counts on the day, in a fixed order.

    Each tie is told once, with the probability that it is true; ties below ``rules.least``
    or set aside (``rules.dismissed``) are not told. Nothing is told of who is no expert.
    """
    look = _Look(graph, frozenset(experts), cases, rules)
    found = {(f.expert, f.case, f.tie): f for f in look.all() if _told(f, rules)}
    return [found[key] for key in sorted(found)]


def _told(found: Found, rules: Rules) -> bool:
    keys = {found.tie, f"{found.expert}|{found.tie}", *found.identity.split(" & ")}
    return found.probability >= rules.least and keys.isdisjoint(rules.dismissed)


class _Look:
    def __init__(
        self, graph: Graph, experts: frozenset[int], cases: Sequence[Case], rules: Rules
    ) -> None:
        self.graph, self.experts, self.cases, self.rules = graph, experts, cases, rules
        self.houses = Houses(graph.organisations)
        self.people = People(graph, self.houses, rules)
        self.behind: dict[int, list[tuple[Case, Meant, str]]] = defaultdict(list)
        for case in cases:
            for meant, name in self.people.of_case(case):
                self.behind[meant.person].append((case, meant, name))
        self.posts: dict[int, list[Position]] = defaultdict(list)
        self.staff: dict[int, list[Position]] = defaultdict(list)
        for position in graph.positions:
            self.posts[position.person].append(position)
            if position.person in experts and (
                rules.counts("colleague", position.since, position.until)
                or rules.counts("host", position.since, position.until)
            ):
                for house in self.houses.of(position.organisation):
                    self.staff[house].append(position)

    def all(self) -> Iterator[Found]:
        yield from self._part()
        yield from self._hosts()
        yield from self._colleagues()
        yield from self._personal()
        yield from self._stakes()
        yield from self._companies()
        yield from self._works()
        yield from self._projects()
        yield from self._reciprocal()
        yield from self._rivals()
        yield from self._named()

    # ---- the case itself

    def _part(self) -> Iterator[Found]:
        for expert in sorted(self.experts):
            for case, meant, name in self.behind.get(expert, ()):
                yield self._of(expert, case, meant, "part", "part:team", about=name)
        for case in self.cases:
            for person in case.writers:
                if person in self.experts:
                    yield Found(
                        expert=person,
                        case=case.id,
                        kind="part",
                        probability=1.0,
                        tie="part:writer",
                    )

    def _hosts(self) -> Iterator[Found]:
        for case in self.cases:
            wanted = [("host", case.host)] if case.host is not None else []
            wanted += [("partner", p) for p in case.partners]
            for kind, organisation in wanted:
                for post in self._staff_of(organisation):
                    direct = self.houses.line(post.organisation, organisation)
                    now = self.rules.counts(kind, post.since, post.until)
                    said = kind if direct and now else "colleague"
                    if self.rules.counts(said, post.since, post.until):
                        yield self._placed(post, case, said, organisation)

    def _staff_of(self, organisation: int) -> list[Position]:
        return list(
            dict.fromkeys(
                post
                for house in sorted(self.houses.of(organisation))
                for post in self.staff.get(house, ())
            )
        )

    def _placed(
        self, post: Position, case: Case, kind: str, organisation: int
    ) -> Found:
        return Found(
            expert=post.person,
            case=case.id,
            kind=kind,
            probability=1.0,
            tie=f"{kind}:{self.houses.now(organisation)}:{post.row}",
            organisation=post.organisation,
            about=self.houses.name(post.organisation),
            since=post.since,
            until=post.until,
            row=post.row,
        )

    def _colleagues(self) -> Iterator[Found]:
        """Where an expert and a main member were in one house at one time."""
        window = self.rules.window("colleague")
        for person, behind in self.behind.items():
            main = [(case, meant) for case, meant, _name in behind if meant.main]
            if not main:
                continue
            for post in self.posts.get(person, ()):
                if not self.rules.counts("colleague", post.since, post.until):
                    continue
                for other in self._staff_of(post.organisation):
                    if other.person == person:
                        continue
                    shared = overlap(
                        (post.since, post.until), (other.since, other.until)
                    )
                    if shared is None or overlap(shared, window) is None:
                        continue
                    for case, meant in main:
                        yield self._of(
                            other.person,
                            case,
                            meant,
                            "colleague",
                            f"colleague:{person}:{other.row}:{post.row}",
                            about=self.houses.name(other.organisation),
                            organisation=other.organisation,
                            days=shared,
                            row=other.row,
                        )

    # ---- between two people

    def _personal(self) -> Iterator[Found]:
        for tie in self.graph.ties:
            if tie.other is None or tie.kind not in PERSONAL:
                continue
            if not self.rules.counts(tie.kind, tie.since, tie.until):
                continue
            for one, other in ((tie.person, tie.other), (tie.other, tie.person)):
                if one in self.experts:
                    for case, meant, _name in self.behind.get(other, ()):
                        yield self._of(
                            one,
                            case,
                            meant,
                            tie.kind,
                            f"{tie.kind}:{tie.row}",
                            days=(tie.since, tie.until),
                            row=tie.row,
                        )

    def _stakes(self) -> Iterator[Found]:
        """A stake, a board, a contract with the host or a partner, or one in dispute."""
        by_house: dict[int, list[Case]] = defaultdict(list)
        for case in self.cases:
            for place in dict.fromkeys([case.host, *case.partners]):
                if place is not None:
                    by_house[self.houses.now(place)].append(case)
        for tie in self.graph.ties:
            if tie.organisation is None or tie.person not in self.experts:
                continue
            kind = "stake" if tie.kind in OWNERS else tie.kind
            if not self.rules.counts(kind, tie.since, tie.until):
                continue
            for case in by_house.get(self.houses.now(tie.organisation), ()):
                yield Found(
                    expert=tie.person,
                    case=case.id,
                    kind=kind,
                    probability=1.0,
                    tie=f"{kind}:{tie.row}",
                    organisation=tie.organisation,
                    about=self.houses.name(tie.organisation),
                    since=tie.since,
                    until=tie.until,
                    row=tie.row,
                )

    def _companies(self) -> Iterator[Found]:
        """Both have a stake in one company."""
        owners = defaultdict(list)
        for tie in self.graph.ties:
            if (
                tie.organisation is not None
                and tie.kind in OWNERS
                and self.rules.counts("company", tie.since, tie.until)
            ):
                owners[self.houses.now(tie.organisation)].append(tie)
        for house, ties in sorted(owners.items()):
            for one, other in product(ties, ties):
                if one.person == other.person or one.person not in self.experts:
                    continue
                for case, meant, _name in self.behind.get(other.person, ()):
                    yield self._of(
                        one.person,
                        case,
                        meant,
                        "company",
                        f"company:{house}:{other.person}",
                        organisation=house,
                        about=self.houses.name(house),
                        days=overlap((one.since, one.until), (other.since, other.until))
                        or (None, None),
                        row=one.row,
                    )

    def _works(self) -> Iterator[Found]:
        for work in self.graph.works:
            kind = "coinventor" if work.patent else "coauthor"
            days = date(work.year, 1, 1), date(work.year + 1, 1, 1)
            if max(len(work.byline), len(work.authors)) > self.rules.most_authors:
                continue
            if self.rules.counts(kind, *days):
                yield from self._together(work, kind, days)

    def _together(
        self, work: Work, kind: str, days: tuple[date, date]
    ) -> Iterator[Found]:
        authors = self.people.of_work(work)
        experts = [m for m in authors if m.person in self.experts]
        behind = [m for m in authors if m.person in self.behind]
        for one, other in product(experts, behind):
            if one.person == other.person or same_place(one, other):
                continue
            for case, meant, _name in self.behind[other.person]:
                doubt = both(both(one, other), meant)
                yield self._of(
                    one.person,
                    case,
                    doubt,
                    kind,
                    f"{kind}:{work.id}:{other.person}",
                    about=work.title,
                    days=days,
                    row=work.row,
                    other=other.person,
                )

    def _projects(self) -> Iterator[Found]:
        for project in self.graph.projects:
            if not self.rules.counts("project", project.on, None) or (
                project.on < self.rules.window("project")[0]
            ):
                continue
            for one, other in product(sorted(project.people), repeat=2):
                if one == other or one not in self.experts:
                    continue
                for case, meant, _name in self.behind.get(other, ()):
                    if case.id == project.id:
                        continue
                    yield self._of(
                        one,
                        case,
                        meant,
                        "project",
                        f"project:{project.id}:{other}",
                        about=project.title,
                        days=(project.on, None),
                        row=project.row,
                    )

    def _reciprocal(self) -> Iterator[Found]:
        """Somebody behind the case judged the expert lately, and would now be judged by him."""
        first, end = self.rules.window("reciprocal")
        for judged in self.graph.judged:
            if judged.subject not in self.experts or not first <= judged.on < end:
                continue
            for case, meant, _name in self.behind.get(judged.judge, ()):
                if meant.main:
                    yield self._of(
                        judged.subject,
                        case,
                        meant,
                        "reciprocal",
                        f"reciprocal:{judged.judge}:{judged.row}",
                        about=judged.title,
                        days=(judged.on, None),
                        row=judged.row,
                    )

    def _rivals(self) -> Iterator[Found]:
        """An expert who stands behind another case that asks for the same."""
        beside: dict[int, list[Case]] = defaultdict(list)
        for case in self.cases:
            if case.rivals is not None:
                beside[case.rivals].append(case)
        for expert in sorted(self.experts):
            for own, meant, _name in self.behind.get(expert, ()):
                for case in beside.get(own.rivals or 0, ()) if own.rivals else ():
                    if case.id != own.id and all(
                        pk != expert for pk in self._sure(case)
                    ):
                        yield self._of(
                            expert,
                            case,
                            meant,
                            "competitor",
                            f"competitor:{own.id}",
                            about=own.title,
                            other=expert,
                        )

    @staticmethod
    def _sure(case: Case) -> Iterator[int]:
        yield from (m.person for m in case.team if m.person is not None)

    def _named(self) -> Iterator[Found]:
        for case in self.cases:
            for named in case.named:
                tie = f"named:{named.id}"
                if named.organisation is not None:
                    for post in self._staff_of(named.organisation):
                        if self.rules.counts("host", post.since, post.until):
                            yield Found(
                                expert=post.person,
                                case=case.id,
                                kind="named",
                                probability=1.0,
                                tie=tie,
                                organisation=post.organisation,
                                about=self.houses.name(post.organisation),
                                since=post.since,
                                until=post.until,
                                row=post.row,
                            )
                    continue
                meant = (
                    [Meant(named.person, 1.0)]
                    if named.person is not None
                    else self.people.named(named.name, named.place)
                )
                for one in meant:
                    if one.person in self.experts:
                        yield self._of(
                            one.person, case, one, "named", tie, about=named.name
                        )

    # ---- one tie

    def _of(
        self,
        expert: int,
        case: Case,
        meant: Meant,
        kind: str,
        tie: str,
        *,
        about: str = "",
        days: tuple[date | None, date | None] = (None, None),
        row: str = "",
        organisation: int | None = None,
        other: int | None = None,
    ) -> Found:
        person = meant.person if other is None else other
        return Found(
            expert=expert,
            case=case.id,
            kind=kind,
            probability=round(meant.probability, 6),
            tie=tie,
            identity=meant.identity,
            other=None if person == expert else person,
            other_name="" if person == expert else self.people.names.get(person, ""),
            organisation=organisation,
            about=about,
            since=days[0],
            until=days[1],
            row=row,
            clues=meant.clues,
        )
