"""Who is meant where only a name is printed: in bylines and in teams."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sti_methods.identities import Identities, Identity, Known, Mention, fold, fold_all
from sti_methods.identities.calibration import calibrated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sti_methods.conflicts.graph import Case, Graph, Member, Rules, Work
    from sti_methods.conflicts.houses import Houses

CIRCLE_MOST = 12  # authors of a work that still make a circle of acquaintances


@dataclass(frozen=True)
class Meant:
    """A person somewhere, sure or perhaps; ``identity`` names the doubt."""

    person: int
    probability: float
    identity: str = ""
    clues: tuple[tuple[str, float], ...] = ()
    main: bool = True


def both(one: Meant, other: Meant) -> Meant:
    """Two who must both be meant; what rests on one doubt is counted once."""
    if other.identity and other.identity == one.identity:
        return one
    keys = [k for k in (one.identity, other.identity) if k]
    return Meant(
        other.person,
        one.probability * other.probability,
        " & ".join(keys),
        (*one.clues, *other.clues),
        one.main and other.main,
    )


def same_place(one: Meant, other: Meant) -> bool:
    """Two candidates for one printed name were not its two authors."""
    a, b = one.identity.partition("|")[2], other.identity.partition("|")[2]
    return bool(a) and a == b


class People:
    """The graph's people, recognised by name, place and circle."""

    def __init__(self, graph: Graph, houses: Houses, rules: Rules) -> None:
        self._houses, self._rules = houses, rules
        self._dismissed: dict[str, set[int]] = defaultdict(set)
        for key in rules.dismissed:
            who, bar, mention = key.partition("|")
            if bar and who.isdigit():
                self._dismissed[mention].add(int(who))
        places: dict[int, set[int]] = defaultdict(set)
        for position in graph.positions:
            places[position.person] |= houses.of(position.organisation)
        self._places = places
        circles: dict[int, set[int]] = defaultdict(set)
        for work in graph.works:
            if len(work.byline or work.authors) <= CIRCLE_MOST:
                _join(circles, work.authors.values())
        for project in graph.projects:
            _join(circles, project.people)
        self._known = Identities.of(
            Known(
                id=person.id,
                names=(person.name,),
                orcid=person.orcid,
                emails=(person.email,) if person.email else (),
                houses=frozenset(places[person.id]),
                circle=frozenset(circles[person.id]),
            )
            for person in graph.people
        )
        self.names = {person.id: person.name for person in graph.people}
        self._answers: dict[tuple[Mention, frozenset[int]], list[Identity]] = {}

    def _who(self, mention: Mention, key: str, *, printed: bool = False) -> list[Meant]:
        """Who may be meant; ``printed``: in a byline, where the odds are put right."""
        but = frozenset(self._dismissed.get(key, ()))
        asked = (mention, but)
        found = self._answers.get(asked)
        if found is None:
            found = self._known.who(mention, but=but)
            self._answers[asked] = found
        sure = [_put_right(one) if printed else one.probability for one in found]
        whole = max(sum(sure), 1.0)  # one of them at most
        return [
            Meant(
                person=one.id,
                probability=probability / whole,
                identity=f"{one.id}|{key}",
                clues=tuple((c.kind, round(c.factor, 4)) for c in one.clues),
            )
            for one, probability in zip(found, sure, strict=True)
            if probability / whole >= self._rules.least
        ]

    def of_case(self, case: Case) -> list[tuple[Meant, str]]:
        """Everybody of a team, with the name as written."""
        return [
            (one, case.team[place].name)
            for place, meant in self.of_team(case)
            for one in meant
        ]

    def of_team(self, case: Case) -> Iterator[tuple[int, list[Meant]]]:
        """Each place of a team, from 0, with everybody who may be meant there."""
        sure = [m.person for m in case.team if m.person is not None]
        beside = frozenset({*sure, *case.writers})
        for place, member in enumerate(case.team):
            if member.person is not None:
                yield place, [Meant(member.person, 1.0, main=member.main)]
            else:
                found = self._member(case, member, beside)
                yield place, [one for one in found if one.person not in beside]

    def _member(
        self, case: Case, member: Member, beside: frozenset[int]
    ) -> Iterable[Meant]:
        place = self._houses.named(member.organisation)
        houses = self._houses.of(place) if place is not None else frozenset()
        near = (
            self._houses.of(case.host)
            if case.host is not None and not houses
            else frozenset()
        )
        key = f"team:{fold(member.name)}@{fold_all(member.organisation) or member.email.lower()}"
        mention = Mention(
            name=member.name,
            email=member.email,
            houses=houses,
            beside=beside,
            near=near,
        )
        for one in self._who(mention, key):
            yield Meant(
                one.person, one.probability, one.identity, one.clues, member.main
            )

    def named(self, name: str, place: str) -> list[Meant]:
        """Whom an applicant means by a name and a place."""
        at = self._houses.named(place)
        houses = self._houses.of(at) if at is not None else frozenset()
        key = f"named:{fold(name)}@{fold_all(place)}"
        return self._who(Mention(name=name, houses=houses), key)

    def of_work(self, work: Work) -> list[Meant]:
        """Everybody who may be an author of a work."""
        found = [Meant(pk, 1.0) for pk in dict.fromkeys(work.authors.values())]
        for _place, meant in self.of_byline(work):
            found += meant
        return found

    def of_byline(self, work: Work) -> Iterator[tuple[int, list[Meant]]]:
        """Each place of a byline, from 1, whose author is not known, with who may be it."""
        sure = frozenset(work.authors.values())
        near = frozenset().union(*(self._places.get(pk, ()) for pk in sure))
        anchor = min(sure, default=0)
        for place, name in enumerate(work.byline, start=1):
            if place in work.authors:
                continue
            key = f"byline:{fold(name)}+{anchor}"
            mention = Mention(name=name, beside=sure, near=near)
            meant = self._who(mention, key, printed=True)
            yield place, [m for m in meant if m.person not in sure]


def _put_right(one: Identity) -> float:
    return calibrated(one.probability, [clue.kind for clue in one.clues])


def _join(circles: Mapping[int, set[int]], people: Iterable[int]) -> None:
    members = list(people)
    for one in members:
        circles[one].update(other for other in members if other != one)
