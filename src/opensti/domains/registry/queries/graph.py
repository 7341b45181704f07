"""The registry as plain rows: who works where, wrote what, is tied to whom, and since when.

For methods that look at all of it at once; whoever shows what they found asks first who
may see it. Merged entries are read as the one that stayed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from opensti.domains.registry.choices import LinkKind, OrganisationKind, WorkKind
from opensti.domains.registry.models import (
    Authorship,
    Membership,
    Organisation,
    OrganisationLink,
    OrganisationName,
    Person,
    Position,
    Relation,
    Work,
)

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from django.db.models import QuerySet

# Sharing one of these above says nothing: half of the ministry belongs to the ministry.
ABOVE_MANY = frozenset({OrganisationKind.AGENCY, OrganisationKind.MINISTRY_UNIT})


@dataclass(frozen=True, kw_only=True)
class PersonRow:
    person_id: int
    full_name: str
    email: str
    orcid: str
    is_expert: bool
    merged_into: int | None


@dataclass(frozen=True, kw_only=True)
class OrganisationRow:
    organisation_id: int
    names: tuple[str, ...]
    parents: tuple[int, ...]
    became: int | None
    joins: bool


@dataclass(frozen=True, kw_only=True)
class PositionRow:
    row_id: int
    person_id: int
    organisation_id: int
    since: date | None
    until: date | None
    source: str


@dataclass(frozen=True, kw_only=True)
class RelationRow:
    row_id: int
    person_id: int
    kind: str
    other_id: int | None
    organisation_id: int | None
    since: date | None
    until: date | None
    source: str


@dataclass(frozen=True, kw_only=True)
class WorkRow:
    work_id: int
    title: str
    year: int | None
    patent: bool
    byline: str
    authors: tuple[tuple[int, int], ...]
    source: str


def graph_people(people: Collection[int] | None = None) -> list[PersonRow]:
    """Every person or some, merged ones too; 1 query."""
    rows = Person.objects.all()
    if people is not None:
        rows = rows.filter(pk__in=list(people))
    return [
        PersonRow(
            person_id=pk,
            full_name=name,
            email=email,
            orcid=orcid,
            is_expert=expert,
            merged_into=into,
        )
        for pk, name, email, orcid, expert, into in rows.order_by("pk").values_list(
            "pk", "full_name", "email", "orcid", "is_expert", "merged_into_id"
        )
    ]


def people_of_accounts(accounts: Collection[int]) -> set[int]:
    """The people to whom some accounts belong; 1 query."""
    return set(
        Person.objects.filter(user_id__in=list(accounts), merged_into=None).values_list(
            "pk", flat=True
        )
    )


def ever_members(pairs: Collection[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those of some (account, organisation) that ever belonged together; 1 query."""
    if not pairs:
        return set()
    rows = Membership.objects.filter(
        user_id__in={user for user, _house in pairs},
        organisation_id__in={house for _user, house in pairs},
    )
    return set(rows.values_list("user_id", "organisation_id")) & set(pairs)


def not_the_ministry(ids: Collection[int]) -> set[int]:
    """Those of some organisations that are no State agency as a whole; 1 query."""
    if not ids:
        return set()
    rows = Organisation.objects.filter(pk__in=list(ids))
    return set(rows.exclude(kind=OrganisationKind.AGENCY).values_list("pk", flat=True))


def graph_organisations(
    around: Collection[int] | None = None,
) -> list[OrganisationRow]:
    """Organisations with their names, those above them, and what became of each.

    ``around``: only these and whatever leads upwards or onwards from them, 3 queries for
    each step; else all of them, 3 queries.
    """
    if around is None:
        return _organisations(None)
    found: dict[int, OrganisationRow] = {}
    todo = set(around)
    while todo:
        for row in _organisations(todo):
            found[row.organisation_id] = row
        onwards = {
            pk
            for row in found.values()
            for pk in (*row.parents, *([row.became] if row.became else []))
        }
        todo = onwards - set(found)
    return [found[pk] for pk in sorted(found)]


def _organisations(ids: Collection[int] | None) -> list[OrganisationRow]:
    names: dict[int, list[str]] = {}
    for pk, name in (
        _of(OrganisationName.objects.all(), "organisation_id", ids)
        .order_by("pk")
        .values_list("organisation_id", "name")
    ):
        names.setdefault(pk, []).append(name)
    above: dict[int, list[int]] = {}
    became: dict[int, int] = {}
    for pk, kind, other in (
        _of(OrganisationLink.objects.all(), "organisation_id", ids)
        .order_by("pk")
        .values_list("organisation_id", "kind", "other_id")
    ):
        if kind == LinkKind.PARENT:
            above.setdefault(pk, []).append(other)
        elif kind == LinkKind.SUCCESSOR:
            became[pk] = other
    found = []
    for pk, kind, parent, into, *said in (
        _of(Organisation.objects.all(), "pk", ids)
        .order_by("pk")
        .values_list(
            "pk", "kind", "parent_id", "merged_into_id", "name_vi", "name_en", "acronym"
        )
    ):
        higher = [*above.get(pk, ()), *([parent] if parent is not None else [])]
        found.append(
            OrganisationRow(
                organisation_id=pk,
                names=tuple(dict.fromkeys(n for n in [*said, *names.get(pk, ())] if n)),
                parents=tuple(dict.fromkeys(higher)),
                became=into or became.get(pk),
                joins=kind not in ABOVE_MANY,
            )
        )
    return found


def graph_positions(people: Collection[int] | None = None) -> list[PositionRow]:
    """Positions, and the organisations for which accounts act; 2 queries."""
    found = [
        PositionRow(
            row_id=pk,
            person_id=person,
            organisation_id=organisation,
            since=since,
            until=until,
            source=source or "registry.position",
        )
        for pk, person, organisation, since, until, source in _of(
            Position.objects.all(), "person_id", people
        )
        .order_by("pk")
        .values_list("pk", "person_id", "organisation_id", "since", "until", "source")
    ]
    members = _of(
        Membership.objects.filter(user__person__isnull=False), "user__person", people
    )
    found += [
        PositionRow(
            row_id=-pk,
            person_id=person,
            organisation_id=organisation,
            since=since,
            until=until,
            source="registry.membership",
        )
        for pk, person, organisation, since, until in members.order_by(
            "pk"
        ).values_list("pk", "user__person", "organisation_id", "since", "until")
    ]
    return found


def graph_relations(people: Collection[int] | None = None) -> list[RelationRow]:
    """Ties as declared or found, from either end; 1 query."""
    rows: QuerySet[Relation] = Relation.objects.all()
    if people is not None:
        rows = rows.filter(Q(person_id__in=people) | Q(other_id__in=people))
    return [
        RelationRow(
            row_id=pk,
            person_id=person,
            kind=kind,
            other_id=other,
            organisation_id=organisation,
            since=since,
            until=until,
            source=source or "registry.relation",
        )
        for pk, person, kind, other, organisation, since, until, source in rows.order_by(
            "pk"
        ).values_list(
            "pk",
            "person_id",
            "kind",
            "other_id",
            "organisation_id",
            "since",
            "until",
            "source",
        )
    ]


def graph_works(
    *, since_year: int, people: Collection[int] | None = None
) -> list[WorkRow]:
    """Works from a year on with bylines and the authors who are known; 2 queries.

    ``people``: only those works that one of these is known to have written.
    """
    works = Work.objects.filter(year__gte=since_year)
    if people is not None:
        theirs = Authorship.objects.filter(person_id__in=list(people))
        works = works.filter(pk__in=theirs.values("work_id"))
    authors: dict[int, list[tuple[int, int]]] = {}
    for work, person, place in (
        Authorship.objects.filter(work__in=works.order_by().values("pk"))
        .order_by("work_id", "position", "pk")
        .values_list("work_id", "person_id", "position")
    ):
        authors.setdefault(work, []).append((place, person))
    return [
        WorkRow(
            work_id=pk,
            title=title,
            year=year,
            patent=kind == WorkKind.PATENT,
            byline=byline,
            authors=tuple(authors.get(pk, ())),
            source=source or "registry.work",
        )
        for pk, title, year, kind, byline, source in works.order_by("pk").values_list(
            "pk", "title", "year", "kind", "byline", "source"
        )
    ]


def _of(rows: QuerySet, name: str, people: Collection[int] | None) -> QuerySet:  # type: ignore[type-arg]
    return rows if people is None else rows.filter(**{f"{name}__in": list(people)})
