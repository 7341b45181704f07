"""Which of the people known is meant by a printed name: a probability, and its grounds.

Bayes over everybody who can bear the name, and somebody unknown:

    P(i) = w_i / (sum over j of w_j + w_unknown),  w_i = product of the factors of i

A factor is how much likelier a clue is if it is that person than if it is a namesake.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sti_methods.identities.names import NOT, likeness, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PUBLIC_MAIL = frozenset(
    [
        "gmail.com",
        "yahoo.com",
        "yahoo.com.vn",
        "hotmail.com",
        "outlook.com",
        "icloud.com",
    ]
)
# How much likelier each clue is if it is he; counted in planted worlds.
PRINTED: Mapping[str, float] = {
    "same": 1.0,
    "folded": 1.0,
    "reordered": 1.0,
    "shorter": 0.5,
    "initials": 0.6,
}
SAME_HOUSE = 0.9  # he is met under an organisation of his
SAME_DOMAIN = 0.8
SAME_CIRCLE = 0.42  # he is met beside people he is known to have worked with
SAME_NEAR = 0.7  # he works where one of those beside him works
OUTSIDE = 0.35  # unknown bearers of a name for each known one
CERTAIN, IMPOSSIBLE = 1e6, 1e-6
RAREST = 1e-4


@dataclass(frozen=True, kw_only=True)
class Known:
    """A person as the registry knows him; houses are organisations with those above."""

    id: int
    names: tuple[str, ...]
    orcid: str = ""
    emails: tuple[str, ...] = ()
    houses: frozenset[int] = frozenset()
    circle: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Mention:
    """A printed name with what stands beside it."""

    name: str
    orcid: str = ""
    email: str = ""
    houses: frozenset[int] = frozenset()
    beside: frozenset[int] = frozenset()
    # Houses of those beside him: a hint only, people write with others too.
    near: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Clue:
    """One ground: what it is, and by how much it moves the odds."""

    kind: str
    factor: float


@dataclass(frozen=True)
class Identity:
    """Somebody who may be meant, how probably, and why."""

    id: int
    probability: float
    clues: tuple[Clue, ...]


@dataclass
class Identities:
    """People to be recognised; ``outside`` is how many unknown bear a name for each known."""

    outside: float = OUTSIDE
    people: dict[int, Known] = field(default_factory=dict)
    _by_given: dict[tuple[str, str], list[int]] = field(
        default_factory=lambda: defaultdict(list)
    )
    _by_letters: dict[tuple[str, str], list[int]] = field(
        default_factory=lambda: defaultdict(list)
    )
    _by_mail: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    _by_orcid: dict[str, int] = field(default_factory=dict)
    _houses: Counter[int] = field(default_factory=Counter)
    _domains: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, people: Iterable[Known], *, outside: float = OUTSIDE) -> Identities:
        """Index people by what their names can be printed as."""
        made = cls(outside=outside)
        for person in people:
            made._add(person)
        return made

    def _add(self, person: Known) -> None:
        self.people[person.id] = person
        for printed in person.names:
            for reading in read(printed).readings:
                for word in reading.rest:
                    _put(self._by_given, (reading.surname, word), person.id)
                    _put(self._by_letters, (reading.surname[:1], word), person.id)
                    _put(self._by_letters, (reading.surname, word[:1]), person.id)
        for mail in person.emails:
            _put(self._by_mail, mail.lower(), person.id)
        if person.orcid:
            self._by_orcid[person.orcid] = person.id
        self._houses.update(person.houses)
        self._domains.update({d for m in person.emails if (d := domain(m))})

    def candidates(self, mention: Mention) -> list[tuple[int, str]]:
        """Everybody who can bear the printed name, with how far it is the same."""
        ids = set(self._bearers(mention.name))
        if mention.email:
            ids.update(self._by_mail.get(mention.email.lower(), ()))
        if mention.orcid in self._by_orcid:
            ids.add(self._by_orcid[mention.orcid])
        found = []
        for pk in sorted(ids):
            alike = min(
                (likeness(mention.name, n) for n in self.people[pk].names),
                key=_RANKED.__getitem__,
            )
            if alike != NOT or self._sure(mention, self.people[pk]):
                found.append((pk, alike))
        return found

    def _bearers(self, name: str) -> Iterable[int]:
        for reading in read(name).readings:
            full = [w for w in reading.rest if len(w) > 1]
            known = len(reading.surname) > 1
            index = self._by_given if known and full else self._by_letters
            for word in full or (reading.rest if known else ()):
                yield from index.get((reading.surname, word), ())

    @staticmethod
    def _sure(mention: Mention, person: Known) -> bool:
        mails = {m.lower() for m in person.emails}
        return bool(
            (mention.orcid and mention.orcid == person.orcid)
            or (mention.email and mention.email.lower() in mails)
        )

    def who(
        self, mention: Mention, *, but: frozenset[int] = frozenset()
    ) -> list[Identity]:
        """Who may be meant, the most probable first; ``but``: known not to be."""
        weighed = []
        for pk, alike in self.candidates(mention):
            if pk in but:
                continue
            clues = tuple(self._clues(mention, self.people[pk], alike))
            weighed.append((pk, math.prod(c.factor for c in clues), clues))
        bearers = sum(PRINTED.get(clues[0].kind, 0.0) for _pk, _w, clues in weighed)
        unknown = self.outside * max(bearers, min(PRINTED.values()))
        total = sum(w for _pk, w, _clues in weighed) + unknown
        found = [Identity(pk, w / total, clues) for pk, w, clues in weighed]
        return sorted(found, key=lambda x: (-x.probability, x.id))

    def _clues(self, mention: Mention, person: Known, alike: str) -> Iterable[Clue]:
        yield Clue(alike, PRINTED.get(alike, RAREST))
        if mention.orcid and person.orcid:
            same = mention.orcid == person.orcid
            yield Clue(
                "orcid" if same else "other_orcid", CERTAIN if same else IMPOSSIBLE
            )
        mails = {m.lower() for m in person.emails}
        if mention.email and mention.email.lower() in mails:
            yield Clue("email", CERTAIN)
        elif (there := domain(mention.email)) and (
            his := {d for m in mails if (d := domain(m))}
        ):
            yield self._shared(
                "domain",
                common=there in his,
                mine=SAME_DOMAIN,
                bearers=self._domains[there],
            )
        if mention.houses and person.houses:
            common = mention.houses & person.houses
            rarest = min((self._houses[h] for h in common), default=0)
            yield self._shared(
                "organisation", common=bool(common), mine=SAME_HOUSE, bearers=rarest
            )
        met: frozenset[int] = frozenset()
        if mention.beside and person.circle:
            common = met = mention.beside & person.circle
            chance = len(person.circle) * len(mention.beside)
            yield self._shared(
                "circle", common=bool(common), mine=SAME_CIRCLE, bearers=chance
            )
        # Where he is met beside his circle, the house of the circle is no further clue.
        if mention.near and person.houses and not met:
            common = mention.near & person.houses
            rarest = min((self._houses[h] for h in common), default=0)
            yield self._shared(
                "near", common=bool(common), mine=SAME_NEAR, bearers=rarest
            )

    def _shared(self, kind: str, *, common: bool, mine: float, bearers: int) -> Clue:
        """``mine``: how often it is shared if it is he; else by chance, as many bear it."""
        chance = min(max(bearers / max(len(self.people), 1), RAREST), 0.5)
        if common:
            return Clue(kind, mine / chance)
        return Clue(f"other_{kind}", (1 - mine) / (1 - chance))


_RANKED = {"same": 0, "folded": 1, "reordered": 2, "shorter": 3, "initials": 4, NOT: 5}


def domain(email: str) -> str:
    """The domain of an institution's address; that of a public provider says nothing."""
    found = email.rpartition("@")[2].strip().lower()
    return "" if found in PUBLIC_MAIL else found


def _put(
    index: dict[tuple[str, str], list[int]] | dict[str, list[int]],
    key: tuple[str, str] | str,
    value: int,
) -> None:
    rows = index[key]  # type: ignore[index]
    if not rows or rows[-1] != value:
        rows.append(value)
