"""Who stands behind dossiers: for finding who may not judge them.

For the ministry's own search for conflicts of interest: a sealed dossier is not among
them, and whoever shows what was found asks first who may see it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.timezone import localdate

from opensti.domains.calls.choices import MemberRole
from opensti.domains.calls.models import Dossier, DossierEditor, TeamMember
from opensti.domains.calls.queries.content import form_of
from opensti.domains.procedures.choices import State
from opensti.domains.procedures.queries import CASE_REGIME, regime_of
from opensti.domains.procedures.regimes.forms import key_of, references
from opensti.domains.registry.queries import organisation_ids

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from django.db.models import QuerySet

    from opensti.domains.procedures.regimes.format import ConflictRule

MAIN = frozenset({MemberRole.LEADER, MemberRole.SECRETARY, MemberRole.MAIN})
GONE = (State.DRAFT, State.WITHDRAWN, State.CANCELLED)
TOGETHER = (State.APPROVED, State.CLOSED)


@dataclass(frozen=True, kw_only=True)
class TeamTie:
    """One line of a team: a person of the registry, or only what was written."""

    person_id: int | None
    full_name: str
    organisation: str
    email: str
    main: bool


@dataclass(frozen=True, kw_only=True)
class DossierTies:
    """Everybody behind one dossier, and the rules of its regime on who may not judge."""

    dossier_id: int
    public_id: str
    code: str
    title_vi: str
    title_en: str
    call_id: int
    order_id: int | None
    host_id: int
    leader_id: int | None
    writers: tuple[int, ...]
    team: tuple[TeamTie, ...]
    partners: tuple[int, ...]
    submitted_on: date | None
    funded: bool
    rules: tuple[ConflictRule, ...]


def _opened() -> QuerySet[Dossier]:
    return Dossier.objects.filter(
        call__opened_at__isnull=False, submitted_at__isnull=False
    ).exclude(case__state__in=GONE)


def undecided_calls() -> list[int]:
    """Calls that are open for the office and have dossiers nobody has decided on yet."""
    over = (State.APPROVED, State.DECLINED, State.INELIGIBLE, State.CLOSED)
    rows = _opened().exclude(case__state__in=over).order_by()
    return sorted(set(rows.values_list("call_id", flat=True)))


def dossier_ties(
    *, ids: Collection[int] | None = None, call_id: int | None = None
) -> list[DossierTies]:
    """The people and organisations behind the dossiers of opened calls; 4 queries.

    ``ids`` or ``call_id`` narrows; with neither, every dossier that was handed in.
    """
    rows = _opened()
    if ids is not None:
        rows = rows.filter(pk__in=list(ids))
    if call_id is not None:
        rows = rows.filter(call_id=call_id)
    rows = (
        rows.select_related("case__regime_version", "created_by__person")
        .defer(*CASE_REGIME, "abstract_vi", "abstract_en", "typed", "touched")
        .order_by("pk")
    )
    found = list(rows)
    narrow = ids is not None or call_id is not None
    known = [row.pk for row in found]
    teams, writers = (
        _teams(known if narrow else None),
        _editors(known if narrow else None),
    )
    named = {row.pk: _named(row) for row in found}
    meant = organisation_ids(set().union(*named.values())) if named else {}
    return [
        DossierTies(
            dossier_id=row.pk,
            public_id=row.public_id,
            code=row.code,
            title_vi=row.title_vi,
            title_en=row.title_en,
            call_id=row.call_id,
            order_id=row.order_id,
            host_id=row.host_id,
            leader_id=row.leader_id,
            writers=tuple(
                sorted({*_person_of(row.created_by), *writers.get(row.pk, ())})
            ),
            team=tuple(teams.get(row.pk, ())),
            partners=tuple(
                sorted({meant[k] for k in named[row.pk] if k in meant} - {row.host_id})
            ),
            submitted_on=localdate(row.submitted_at) if row.submitted_at else None,
            funded=row.case.state in TOGETHER,
            rules=regime_of(row.case).conflict_rules,
        )
        for row in found
    ]


@dataclass(frozen=True, kw_only=True)
class ProjectTeam:
    """Who applied or works together in one dossier, and the day it was handed in."""

    dossier_id: int
    title: str
    people: frozenset[int]
    on: date


def project_teams(
    *, since: date, people: Collection[int] | None = None
) -> list[ProjectTeam]:
    """Teams of dossiers handed in since a day, to calls that were opened; 2 queries.

    ``people``: only those of which one of these is.
    """
    rows = _opened().filter(submitted_at__date__gte=since)
    members = TeamMember.objects.filter(person__isnull=False)
    if people is not None:
        theirs = members.filter(person_id__in=list(people)).values("dossier_id")
        rows = rows.filter(Q(leader_id__in=list(people)) | Q(pk__in=theirs))
    found: dict[int, set[int]] = {}
    heads = list(
        rows.order_by("pk").values_list("pk", "title_vi", "leader_id", "submitted_at")
    )
    if people is not None:
        members = members.filter(dossier_id__in=[pk for pk, *_rest in heads])
    else:
        members = members.filter(dossier_id__in=rows.order_by().values("pk"))
    for dossier, person in members.values_list("dossier_id", "person_id"):
        found.setdefault(dossier, set()).add(person or 0)
    return [
        ProjectTeam(
            dossier_id=pk,
            title=title,
            people=frozenset(found.get(pk, set()) | ({leader} if leader else set())),
            on=localdate(at),
        )
        for pk, title, leader, at in heads
        if at is not None
    ]


def _person_of(user: object) -> tuple[int, ...]:
    person = getattr(user, "person", None)
    return (person.pk,) if person is not None else ()


def _teams(ids: Collection[int] | None) -> dict[int, list[TeamTie]]:
    rows = TeamMember.objects.all()
    if ids is not None:
        rows = rows.filter(dossier_id__in=ids)
    found: dict[int, list[TeamTie]] = {}
    for dossier, person, name, organisation, email, role in rows.order_by(
        "dossier_id", "position"
    ).values_list(
        "dossier_id", "person_id", "full_name", "organisation_name", "email", "role"
    ):
        found.setdefault(dossier, []).append(
            TeamTie(
                person_id=person,
                full_name=name,
                organisation=organisation,
                email=email,
                main=role in MAIN,
            )
        )
    return found


def _editors(ids: Collection[int] | None) -> dict[int, list[int]]:
    rows = DossierEditor.objects.filter(user__person__isnull=False)
    if ids is not None:
        rows = rows.filter(dossier_id__in=ids)
    found: dict[int, list[int]] = {}
    for dossier, person in rows.values_list("dossier_id", "user__person"):
        found.setdefault(dossier, []).append(person)
    return found


def _named(dossier: Dossier) -> set[str | int]:
    """Organisations chosen in the answers: fields of that type, also within tables."""
    return {
        key
        for kind, value in references(form_of(dossier), dossier.answers)
        if kind == "organisation" and (key := key_of(value)) is not None
    }
