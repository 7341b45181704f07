"""What is frozen to look for ties: registry, dossiers, orders and councils as one graph."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from django.utils.timezone import localdate
from sti_methods import conflicts as method

from opensti.domains.calls.queries import dossier_ties, project_teams
from opensti.domains.panels.choices import SeatState
from opensti.domains.panels.models import CouncilItem, Exclusion, Recusal, Seat
from opensti.domains.panels.problem.ties import Problem, house_years
from opensti.domains.registry.choices import RelationKind
from opensti.domains.registry.queries import (
    graph_organisations,
    graph_people,
    graph_positions,
    graph_relations,
    graph_works,
)
from opensti.domains.tasks.queries import order_ties

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date

    from opensti.domains.calls.queries import DossierTies
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
        for o in ordered:
            everybody |= set(o.people)
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
        houses |= {pk for o in ordered for pk in (o.host_id, *o.partners) if pk}
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
            + [_order(o, now) for o in ordered]
        ),
        rules_of={
            **{d.dossier_id: d.rules for d in behind},
            **{-o.order_id: o.rules for o in ordered},
        },
        words={
            **{d.dossier_id: f"{d.code} {d.title_vi} {d.title_en}" for d in behind},
            **{-o.order_id: f"{o.code} {o.title_vi} {o.title_en}" for o in ordered},
        },
        years=years,
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


def _order(o: OrderTies, now: _Survivors) -> method.Case:
    """Nobody has applied yet: who asked for the order stands where a team would."""
    return method.Case(
        id=-o.order_id,
        title=f"{o.code} {o.title_vi}".strip(),
        team=tuple(method.Member(person=now(pk)) for pk in o.people),
        host=o.host_id,
        partners=o.partners,
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
