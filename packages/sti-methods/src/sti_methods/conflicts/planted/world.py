"""Invented worlds whose ties are known: for measuring, fitting and testing the method.

The world is made first, with everybody's true career; then what registers show of it:
names printed in many ways, authors not linked, old names of merged organisations, teams
written by hand. The truth is worked out from the world by its own plain loops.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sti_methods.conflicts.graph import (
    Case,
    Graph,
    Judged,
    Member,
    Named,
    Organisation,
    Person,
    Position,
    Project,
    Tie,
    Work,
)
from sti_methods.conflicts.planted.names import (
    GIVEN,
    MIDDLES,
    STYLES,
    SURNAMES,
    printed,
)
from sti_methods.conflicts.planted.truth import TODAY, Career, true_pairs
from sti_methods.identities.names import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

STRANGERS = 0.08  # of those who write and propose, so many are in no register


@dataclass
class World:
    """What registers show (``graph``, ``cases``), and which ties are true."""

    graph: Graph
    cases: tuple[Case, ...]
    experts: tuple[int, ...]
    on: date
    truth: dict[tuple[int, int], set[str]]
    # Whom each printed name means: authors by work, teams by case; some are strangers.
    authors: dict[int, list[int]]
    teams: list[list[int]]
    # Names under which organisations were written, for the matching of printed words.
    affiliations: dict[int, str]


def plant(
    people: int = 10_000, *, seed: int = 1, experts: int | None = None, cases: int = 400
) -> World:
    """Make a world of so many people; the same seed makes the same world."""
    dice = random.Random(seed)
    houses = _organisations(dice, max(people // 25, 12))
    true = _people(dice, people, houses)
    true.strangers = frozenset(n for n in range(people) if dice.random() < STRANGERS)
    known = [n for n in range(people) if n not in true.strangers]
    circles = _circles(dice, true)
    works = list(_works(dice, true, circles, people * 6 // 5))
    ties = _ties(dice, true, known)
    projects = [
        Project(
            id=1_000_000 + n,
            title=f"Project {n}",
            people=frozenset(_team(dice, circles, dice.choice(known), 5))
            - true.strangers,
            on=_day(dice, 9),
            row=f"project:{n}",
        )
        for n in range(people // 8)
    ]
    judged = [
        Judged(
            judge=dice.choice(known),
            subject=dice.choice(known),
            on=_day(dice, 5),
            row=f"seat:{n}",
        )
        for n in range(people // 5)
    ]
    teams, shown = _cases(dice, true, circles, known, cases)
    chosen = tuple(sorted(dice.sample(known, experts or people // 4)))
    graph = Graph(
        people=tuple(
            Person(id=n, name=name, email=true.emails[n])
            for n, name in enumerate(true.names)
            if n not in true.strangers
        ),
        organisations=tuple(true.organisations),
        positions=tuple(_positions(dice, true)),
        works=tuple(works),
        ties=tuple(ties),
        projects=tuple(projects),
        judged=tuple(judged),
    )
    truth = true_pairs(true, graph, shown, teams, set(chosen))
    return World(
        graph=graph,
        cases=tuple(shown),
        experts=chosen,
        on=TODAY,
        truth=truth,
        authors={n: row[2] for n, row in enumerate(true.works)},
        teams=teams,
        affiliations={row.id: row.names[0] for row in true.organisations},
    )


def _pick(dice: random.Random, rows: tuple[tuple[str, float], ...]) -> str:
    return dice.choices([r[0] for r in rows], [r[1] for r in rows])[0]


def _day(dice: random.Random, years: int) -> date:
    return TODAY - timedelta(days=dice.randrange(1, years * 365))


def _organisations(dice: random.Random, count: int) -> list[Organisation]:
    """Institutes, universities with faculties, a ministry above many, some merged away."""
    rows: list[Organisation] = [
        Organisation(id=0, names=("Bộ Công Thương", "Ministry"), joins=False)
    ]
    for n in range(1, count):
        parents: tuple[int, ...] = ()
        if n > 10 and dice.random() < 0.25:
            parents = (dice.randrange(1, n // 2),)
        elif dice.random() < 0.3:
            parents = (0,)
        became = None
        if n > 10 and dice.random() < 0.08:
            became = dice.randrange(1, n // 2)
        rows.append(
            Organisation(
                id=n,
                names=(f"Viện Nghiên cứu số {n}", f"Institute {n}", f"VNC{n}"),
                parents=parents,
                became=became,
            )
        )
    return rows


def _people(
    dice: random.Random, count: int, organisations: list[Organisation]
) -> Career:
    weights = [0.0] + [1 / (1 + n % 40) for n in range(1, len(organisations))]
    places = range(len(organisations))
    names, posts, emails = [], [], []
    for n in range(count):
        name = f"{_pick(dice, SURNAMES)} {_pick(dice, MIDDLES)} {dice.choice(GIVEN)}"
        career: list[tuple[int, date, date | None]] = []
        start = TODAY - timedelta(days=dice.randrange(400, 9000))
        for _move in range(dice.choice((1, 1, 1, 2, 2, 3))):
            stays = dice.randrange(500, 4000)
            end = start + timedelta(days=stays)
            place = dice.choices(places, weights)[0]
            career.append((place, start, end if end < TODAY else None))
            if end >= TODAY:
                break
            start = end
        else:
            place, since, _end = career[-1]
            career[-1] = (place, since, None)
        where = dice.choice(career)[0]
        mail = "gmail.com" if dice.random() < 0.3 else f"vnc{where}.vn"
        names.append(name)
        posts.append(career)
        emails.append(f"{fold(name).replace(' ', '.')}{n}@{mail}")
    return Career(names=names, posts=posts, emails=emails, organisations=organisations)


def _circles(dice: random.Random, true: Career) -> list[list[int]]:
    """With whom each works: people of the own house first, and some from elsewhere."""
    at: dict[int, list[int]] = defaultdict(list)
    for n, career in enumerate(true.posts):
        at[career[-1][0]].append(n)
    found = []
    for n, career in enumerate(true.posts):
        house = [m for m in at[career[-1][0]] if m != n]
        near = dice.sample(house, min(len(house), 7))
        found.append(near + [dice.randrange(len(true.names)) for _ in range(4)])
    return found


def _team(
    dice: random.Random, circles: list[list[int]], lead: int, size: int
) -> list[int]:
    pool = [m for m in circles[lead] if m != lead]
    return list(dict.fromkeys([lead, *dice.sample(pool, min(size - 1, len(pool)))]))


def _works(
    dice: random.Random, true: Career, circles: list[list[int]], count: int
) -> Iterator[Work]:
    for n in range(count):
        authors = _team(
            dice, circles, dice.randrange(len(true.names)), dice.randrange(2, 7)
        )
        style = dice.choice(STYLES)
        year = TODAY.year - dice.randrange(0, 9)
        patent = dice.random() < 0.08
        true.works.append((year, patent, authors))
        linked = {
            place: person
            for place, person in enumerate(authors, start=1)
            if dice.random() < 0.85 and person not in true.strangers
        }
        yield Work(
            id=n,
            title=f"Work {n}",
            year=year,
            patent=patent,
            byline=tuple(printed(true.names[a], style) for a in authors),
            authors=linked,
            row=f"work:{n}",
        )


def _ties(dice: random.Random, true: Career, people: list[int]) -> list[Tie]:
    rows = []
    for n in range(len(people) // 4):
        one, other = dice.sample(people, 2)
        kind = dice.choice(
            ("family", "family", "supervision", "supervision", "dispute")
        )
        since = _day(dice, 18)
        rows.append(
            Tie(
                person=one,
                kind="stake" if kind == "dispute" else kind,
                other=other,
                since=since,
                until=since + timedelta(days=4 * 365)
                if kind == "supervision"
                else None,
                row=f"relation:{n}",
            )
        )
    for n in range(len(people) // 5):
        since = _day(dice, 12)
        rows.append(
            Tie(
                person=dice.choice(people),
                kind=dice.choice(("company", "stake", "contract")),
                organisation=dice.randrange(1, len(true.organisations)),
                since=since,
                until=dice.choice(
                    (None, since + timedelta(days=dice.randrange(200, 2500)))
                ),
                row=f"stake:{n}",
            )
        )
    return rows


def _positions(dice: random.Random, true: Career) -> Iterator[Position]:
    for n, career in enumerate(true.posts):
        if n in true.strangers:
            continue
        for m, (place, since, until) in enumerate(career):
            yield Position(
                person=n,
                organisation=place,
                since=None if dice.random() < 0.1 and m == 0 else since,
                until=until,
                row=f"position:{n}.{m}",
            )


def _cases(
    dice: random.Random,
    true: Career,
    circles: list[list[int]],
    people: list[int],
    count: int,
) -> tuple[list[list[int]], list[Case]]:
    teams, shown = [], []
    for n in range(count):
        team = _team(dice, circles, dice.choice(people), 6)
        host = true.posts[team[0]][-1][0]
        named = tuple(
            Named(id=n * 3 + k, person=dice.choice(people))
            for k in range(dice.choice((0, 0, 1, 2)))
        )
        teams.append(team)
        shown.append(
            Case(
                id=n,
                title=f"Dossier {n}",
                team=tuple(
                    _member(dice, true, person, main=place < 3)
                    for place, person in enumerate(team)
                ),
                host=host,
                partners=(dice.randrange(1, len(true.organisations)),)
                if dice.random() < 0.4
                else (),
                named=named,
            )
        )
    return teams, shown


def _member(dice: random.Random, true: Career, person: int, *, main: bool) -> Member:
    where = true.posts[person][-1][0]
    said = dice.choice(true.organisations[where].names[:2])
    return Member(
        person=person
        if dice.random() < 0.75 and person not in true.strangers
        else None,
        name=printed(
            true.names[person], dice.choice(("marked", "marked", "bare", "west"))
        ),
        organisation=said if dice.random() < 0.9 else "",
        email=true.emails[person] if dice.random() < 0.5 else "",
        main=main,
    )
