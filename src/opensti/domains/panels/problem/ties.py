"""The registry, the dossiers and the councils as one frozen graph for finding ties."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.timezone import localdate
from sti_methods import conflicts as method

from opensti.domains.calls.queries import dossier_ties, project_teams
from opensti.domains.panels.choices import SeatState
from opensti.domains.panels.models import (
    CouncilItem,
    DismissedTie,
    Exclusion,
    Recusal,
    Seat,
)
from opensti.domains.panels.problem.weighing import under
from opensti.domains.registry.choices import RelationKind
from opensti.domains.registry.queries import (
    graph_organisations,
    graph_people,
    graph_positions,
    graph_relations,
    graph_works,
)
from opensti.domains.tasks.queries import order_ties
from opensti.kernel.record.leaves import canonical

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date

    from opensti.domains.calls.queries import DossierTies
    from opensti.domains.procedures.regimes.format import ConflictRule
    from opensti.domains.tasks.queries import OrderTies

FAMILY = (
    RelationKind.SPOUSE,
    RelationKind.PARENT,
    RelationKind.CHILD,
    RelationKind.SIBLING,
    RelationKind.IN_LAW,
)
TIE_OF: dict[str, str] = {
    **dict.fromkeys(FAMILY, "family"),
    RelationKind.SUPERVISOR: "supervision",
    RelationKind.STUDENT: "supervision",
    RelationKind.COAUTHOR: "coauthor",
    RelationKind.COLLEAGUE: "project",
    RelationKind.DISPUTE: "stake",
    RelationKind.OWNER: "company",
    RelationKind.BOARD: "company",
    RelationKind.INTEREST: "stake",
    RelationKind.ADVISER: "contract",
    RelationKind.EMPLOYEE: "contract",
}


@dataclass(frozen=True)
class Thing:
    """What is judged: a dossier or an order; orders have negative numbers in the graph."""

    kind: str
    pk: int

    @property
    def number(self) -> int:
        return self.pk if self.kind == "dossier" else -self.pk

    @classmethod
    def of(cls, number: int) -> Thing:
        return cls("dossier", number) if number > 0 else cls("order", -number)

    @property
    def columns(self) -> dict[str, int]:
        return {f"{self.kind}_id": self.pk}


@dataclass(frozen=True, kw_only=True)
class Problem:
    """The graph with the cases, and the rules of each case's regime."""

    graph: method.Graph
    cases: tuple[method.Case, ...]
    rules_of: Mapping[int, tuple[ConflictRule, ...]]
    words: Mapping[int, str]
    survivors: Mapping[int, int] = field(default_factory=dict)

    @property
    def things(self) -> list[Thing]:
        return [Thing.of(case.id) for case in self.cases]

    def counted(self) -> dict[str, int]:
        """How many rows of each register were looked at."""
        graph = self.graph
        return {
            "people": len(graph.people),
            "organisations": len(graph.organisations),
            "positions": len(graph.positions),
            "works": len(graph.works),
            "relations": len(graph.ties),
            "projects": len(graph.projects),
            "judged": len(graph.judged),
            "cases": len(self.cases),
        }

    def digest(self) -> str:
        """The SHA-256 of all that was looked at, row by row in one order."""
        frozen = sha256()
        for rows in (*asdict_rows(self.graph), self.cases):
            for row in rows:
                frozen.update(canonical(_plain(asdict(row))).encode())
                frozen.update(b"\n")
        return frozen.hexdigest()


def asdict_rows(graph: method.Graph) -> tuple[tuple[Any, ...], ...]:
    return (
        graph.people,
        graph.organisations,
        graph.positions,
        graph.works,
        graph.ties,
        graph.projects,
        graph.judged,
    )


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {
        key: {str(k): v for k, v in value.items()} if isinstance(value, dict) else value
        for key, value in row.items()
    }


def house_years() -> dict[str, int | None]:
    """Years of each kind: the method's, as this house changed them."""
    years: dict[str, int | None] = dict(method.YEARS)
    for kind, said in settings.OPENSTI_CONFLICT_YEARS.items():
        if kind in years:
            years[kind] = int(said) if str(said).strip() else None
    return years


def rules_for(
    on: date,
    rules: Iterable[ConflictRule] = (),
    dismissed: Collection[str] = (),
) -> method.Rules:
    """The rules of the day: years as the regime says them, else as the house does."""
    known = {rule.id: rule for rule in rules}
    years = house_years()
    for kind in years:
        rule = known.get(under(kind, known))
        if rule is not None and rule.years is not None:
            years[kind] = rule.years
    return method.Rules(
        on=on,
        years=years,
        least=settings.OPENSTI_CONFLICT_LEAST,
        dismissed=frozenset(dismissed),
    )


def dismissed_keys() -> frozenset[str]:
    """Identities and ties set aside for good; those of a tie are told with the person."""
    return frozenset(
        key if "|" in key else f"{person}|{key}"
        for person, key in DismissedTie.objects.filter(restored_at=None).values_list(
            "person_id", "key"
        )
    )


def build(
    *,
    on: date,
    dossiers: Collection[int] = (),
    orders: Collection[int] = (),
    people: Collection[int] | None = None,
) -> Problem:
    """Freeze what is known about some things and everybody, or only some people.

    With ``people`` only what the registry is sure of is looked at (no printed names): fast
    enough for the giving of a seat. 16 queries, and 3 for each floor of organisations.
    """
    behind = dossier_ties(ids=dossiers) if dossiers else []
    ordered = order_ties(orders) if orders else []
    years = house_years()
    most = [y for y in years.values() if y is not None]
    since = method.back(on, max([*most, 1]))
    works_since = method.back(
        on, max(years["coauthor"] or 0, years["coinventor"] or 0, 1)
    )
    within = None if people is None else set(people)
    everybody = None
    if within is not None:
        everybody = set(within)
        for d in behind:
            everybody |= {
                *d.writers,
                *(m.person_id or 0 for m in d.team),
                d.leader_id or 0,
            }
    persons = graph_people(everybody)
    survivors = {p.person_id: p.merged_into for p in persons if p.merged_into}
    now = _Survivors(survivors)
    positions = graph_positions(everybody)
    relations = graph_relations(everybody)
    houses = None
    if within is not None:
        houses = {p.organisation_id for p in positions}
        houses |= {r.organisation_id for r in relations if r.organisation_id}
        houses |= {d.host_id for d in behind} | {
            pk for d in behind for pk in d.partners
        }
        houses |= {o.host_id for o in ordered if o.host_id}
    named = _named([d.dossier_id for d in behind], now)
    if houses is not None:
        houses |= {
            n.organisation for ns in named.values() for n in ns if n.organisation
        }
    graph = method.Graph(
        people=tuple(
            method.Person(
                id=p.person_id, name=p.full_name, email=p.email, orcid=p.orcid
            )
            for p in persons
            if p.merged_into is None
        ),
        organisations=tuple(
            method.Organisation(
                id=o.organisation_id,
                names=o.names,
                parents=o.parents,
                became=o.became,
                joins=o.joins,
            )
            for o in graph_organisations(houses)
        ),
        positions=tuple(
            method.Position(
                person=now(p.person_id),
                organisation=p.organisation_id,
                since=p.since,
                until=p.until,
                row=f"{p.source} #{p.row_id}",
            )
            for p in positions
        ),
        works=tuple(
            method.Work(
                id=w.work_id,
                title=w.title,
                year=w.year or 0,
                patent=w.patent,
                byline=() if within is not None else _byline(w.byline),
                authors={place: now(pk) for place, pk in w.authors},
                row=w.source,
            )
            for w in graph_works(since_year=works_since.year, people=within)
            if w.year
        ),
        ties=tuple(
            method.Tie(
                person=now(r.person_id),
                kind=TIE_OF[r.kind],
                other=now(r.other_id) if r.other_id else None,
                organisation=r.organisation_id,
                since=r.since,
                until=r.until,
                row=f"{r.source} #{r.row_id}",
            )
            for r in relations
            if r.kind in TIE_OF
        ),
        projects=tuple(
            method.Project(
                id=t.dossier_id,
                title=t.title,
                people=frozenset(now(pk) for pk in t.people),
                on=t.on,
                row=f"calls.dossier #{t.dossier_id}",
            )
            for t in project_teams(since=since, people=within)
        ),
        judged=tuple(_judged(since, now, within)),
    )
    return Problem(
        graph=graph,
        cases=tuple(
            [_case(d, named, now, known=within is not None) for d in behind]
            + [_order(o) for o in ordered]
        ),
        rules_of={
            **{d.dossier_id: d.rules for d in behind},
            **{-o.order_id: o.rules for o in ordered},
        },
        words={
            **{d.dossier_id: f"{d.code} {d.title_vi} {d.title_en}" for d in behind},
            **{-o.order_id: f"{o.code} {o.title_vi} {o.title_en}" for o in ordered},
        },
        survivors=survivors,
    )


class _Survivors:
    """A merged person is read as the one that stayed."""

    def __init__(self, into: Mapping[int, int]) -> None:
        self._into = into

    def __call__(self, person: int) -> int:
        seen = set()
        while person in self._into and person not in seen:
            seen.add(person)
            person = self._into[person]
        return person


def _byline(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(";") if name.strip())


def _case(
    d: DossierTies,
    named: Mapping[int, list[method.Named]],
    now: _Survivors,
    *,
    known: bool,
) -> method.Case:
    team = [
        method.Member(
            person=now(m.person_id) if m.person_id else None,
            name=m.full_name,
            organisation=m.organisation,
            email=m.email,
            main=m.main,
        )
        for m in d.team
        if m.person_id or not known
    ]
    if d.leader_id and all(m.person != now(d.leader_id) for m in team):
        team.insert(0, method.Member(person=now(d.leader_id)))
    return method.Case(
        id=d.dossier_id,
        title=f"{d.code} {d.title_vi}".strip(),
        team=tuple(
            replace(m, main=True) if d.leader_id and m.person == now(d.leader_id) else m
            for m in team
        ),
        writers=tuple(now(pk) for pk in d.writers),
        host=d.host_id,
        partners=d.partners,
        named=tuple(
            n
            for n in named.get(d.dossier_id, ())
            if n.person or n.organisation or not known
        ),
        rivals=d.order_id,
    )


def _order(o: OrderTies) -> method.Case:
    return method.Case(
        id=-o.order_id, title=f"{o.code} {o.title_vi}".strip(), host=o.host_id
    )


def _named(dossiers: Collection[int], now: _Survivors) -> dict[int, list[method.Named]]:
    found: dict[int, list[method.Named]] = {}
    for pk, dossier, person, organisation, name, place in (
        Exclusion.objects.filter(dossier_id__in=list(dossiers), withdrawn_at=None)
        .order_by("pk")
        .values_list(
            "pk", "dossier_id", "person_id", "organisation_id", "name", "place"
        )
    ):
        found.setdefault(dossier, []).append(
            method.Named(
                id=pk,
                person=now(person) if person else None,
                organisation=organisation,
                name=name,
                place=place,
            )
        )
    return found


def _judged(
    since: date, now: _Survivors, within: set[int] | None
) -> Iterable[method.Judged]:
    """Who sat in a session in which a dossier was judged, and who leads it."""
    away = set(Recusal.objects.values_list("seat_id", "item_id"))
    rows = CouncilItem.objects.filter(
        dossier__leader__isnull=False, council__opened_at__date__gte=since
    )
    if within is not None:
        rows = rows.filter(dossier__leader_id__in=within)
    items = rows.order_by("council_id", "pk").values_list(
        "council_id",
        "pk",
        "dossier__leader_id",
        "council__opened_at",
        "council__title_vi",
    )
    by_council = {
        council: list(group) for council, group in groupby(items, key=lambda r: r[0])
    }
    for seat, council, person in (
        Seat.objects.filter(council_id__in=by_council, state=SeatState.ACCEPTED)
        .order_by("pk")
        .values_list("pk", "council_id", "person_id")
    ):
        for _council, item, leader, opened, title in by_council[council]:
            if opened is not None and (seat, item) not in away:
                yield method.Judged(
                    judge=now(person),
                    subject=now(leader),
                    on=localdate(opened),
                    title=title,
                    row=f"panels.seat #{seat}",
                )


def tie_of(found: method.Found) -> dict[str, Any]:
    """A tie as it is frozen in a case."""
    return {
        "kind": found.kind,
        "tie": found.tie,
        "identity": found.identity,
        "probability": found.probability,
        "other": found.other,
        "other_name": found.other_name,
        "organisation": found.organisation,
        "about": found.about,
        "since": found.since.isoformat() if found.since else None,
        "until": found.until.isoformat() if found.until else None,
        "source": found.row,
        "clues": [list(clue) for clue in found.clues],
    }


def solve(
    problem: Problem, *, people: Iterable[int], on: date
) -> dict[tuple[int, int], list[dict[str, Any]]]:
    """Every tie by person and thing; cases under the same years are looked at together."""
    dismissed = dismissed_keys()
    experts = list(people)
    groups: dict[tuple[Any, ...], list[method.Case]] = {}
    for case in problem.cases:
        rules = rules_for(on, problem.rules_of[case.id])
        key = tuple(sorted((k, -1 if v is None else v) for k, v in rules.years.items()))
        groups.setdefault(key, []).append(case)
    found: dict[tuple[int, int], list[dict[str, Any]]] = {}
    for cases in groups.values():
        rules = rules_for(on, problem.rules_of[cases[0].id], dismissed)
        for one in method.find(
            problem.graph, experts=experts, cases=cases, rules=rules
        ):
            found.setdefault((one.expert, one.case), []).append(tie_of(one))
    return found
