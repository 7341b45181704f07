"""Who is there for a plan on its day, with which loads, and why others are not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from opensti.domains.panels.choices import (
    SITTING,
    VOTING,
    CouncilState,
    FormationMode,
)
from opensti.domains.panels.models import (
    Bid,
    Council,
    CouncilItem,
    ExpertLoad,
    ExpertLock,
    FormationItem,
    Seat,
    Unavailability,
)
from opensti.domains.registry.queries import expert_pool

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from django.db.models import QuerySet

    from opensti.domains.panels.models import Formation
    from opensti.domains.panels.problem.conditions import Conditions
    from opensti.domains.registry.queries import ExpertFacts


@dataclass(frozen=True, kw_only=True)
class Plan:
    """For what people are sought: the cases of a plan, or those of a council there is."""

    mode: str
    rule_code: str
    regime_code: str
    sits_on: date
    # Rows that name a ``dossier`` or an ``order``: of a plan, or of an agenda.
    rows: QuerySet[Any]
    council_id: int | None = None
    bids: tuple[tuple[int, int, str], ...] = ()
    locks: tuple[ExpertLock, ...] = ()
    # Who sits already and stays, whatever the pool would say of them.
    members: frozenset[int] = frozenset()


def plan_of(formation: Formation) -> Plan:
    return Plan(
        mode=formation.mode,
        rule_code=formation.rule_code,
        regime_code=formation.regime_version.code,
        sits_on=formation.sits_on,
        rows=FormationItem.objects.filter(formation=formation),
        council_id=formation.council_id,
        bids=tuple(
            Bid.objects.filter(item__formation=formation).values_list(
                "person_id", "item_id", "wish"
            )
        ),
        locks=tuple(ExpertLock.objects.filter(formation=formation)),
    )


def plan_of_council(council: Council, *, on: date) -> Plan:
    """A council there is, as a plan: whoever comes in is weighed for its whole agenda."""
    return Plan(
        mode=FormationMode.TOGETHER,
        rule_code=council.rule_code,
        regime_code=council.regime_version.code,
        sits_on=on,
        rows=CouncilItem.objects.filter(council=council),
        council_id=council.pk,
        members=frozenset(
            Seat.objects.filter(council=council).values_list("person_id", flat=True)
        ),
    )


@dataclass(frozen=True, kw_only=True)
class Pool:
    """Who is there for a plan, and why others are not; by person."""

    people: Mapping[int, ExpertFacts]
    left_out: Mapping[int, str]
    load: Mapping[int, tuple[int, int]]

    @property
    def counts(self) -> dict[str, int]:
        return {
            "experts": len(self.people) + len(self.left_out),
            "available": len(self.people),
            **Counter(self.left_out.values()),
        }


def pool_of(plan: Plan, conditions: Conditions) -> Pool:
    """Weigh every expert of the registry for the day of the plan; about 12 queries."""
    if plan.mode == FormationMode.REVIEWERS:
        seats = dict(
            Seat.objects.filter(
                council_id=plan.council_id or 0, state__in=SITTING, role__in=VOTING
            ).values_list("person_id", "role")
        )
        people = expert_pool(on=plan.sits_on, ids=list(seats))
        load = dict.fromkeys(people, (conditions.least_load, conditions.most_load))
        return Pool(people=people, left_out={}, load=load)
    people = expert_pool(on=plan.sits_on)
    out: dict[int, str] = {}
    for reason, ids in (
        ("party", _parties(plan)),
        ("away", _away(plan)),
        ("rotation", _rotated(plan, conditions)),
    ):
        for pk in ids:
            if pk in people:
                out.setdefault(pk, reason)
    load = _loads(plan, conditions, people)
    for pk, (_least, most) in load.items():
        if most < 1:
            out.setdefault(pk, "full")
    for pk in plan.members:
        out.pop(pk, None)
    if absent := plan.members - set(people):
        people |= expert_pool(on=plan.sits_on, ids=absent)
    return Pool(
        people={pk: p for pk, p in people.items() if pk not in out},
        left_out=out,
        load={pk: load.get(pk, (0, 1)) for pk in people if pk not in out},
    )


def _parties(plan: Plan) -> set[int]:
    """Who writes, leads or works on one of the cases: a rival of all the others."""
    found: set[int] = set()
    for path in (
        "dossier__leader_id",
        "dossier__team__person_id",
        "dossier__created_by__person",
        "dossier__editors__user__person",
    ):
        found |= set(plan.rows.order_by().values_list(path, flat=True))
    return found - {None}


def _away(plan: Plan) -> set[int]:
    day = plan.sits_on
    return set(
        Unavailability.objects.filter(since__lte=day, until__gt=day).values_list(
            "person_id", flat=True
        )
    )


def _rotated(plan: Plan, conditions: Conditions) -> set[int]:
    """Who sat in councils of this rule too many years, or too many times, in a row."""
    if not (conditions.rotation_years or conditions.rotation_times):
        return set()
    councils = Council.objects.filter(
        rule_code=plan.rule_code,
        regime_version__code=plan.regime_code,
        decided_on__isnull=False,
        decided_on__lt=plan.sits_on,
    ).exclude(state=CouncilState.DISSOLVED)
    last = [
        *councils.order_by("-decided_on", "-pk").values_list("pk", flat=True)[
            : conditions.rotation_times
        ]
    ]
    first_year = plan.sits_on.year - conditions.rotation_years
    years: dict[int, set[int]] = {}
    times: Counter[int] = Counter()
    rows = Seat.objects.filter(
        Q(council__decided_on__year__gte=first_year) | Q(council_id__in=last),
        council__in=councils,
        state__in=SITTING,
        role__in=VOTING,
    ).values_list("person_id", "council_id", "council__decided_on")
    recent = set(last)
    for person, council, day in rows:
        years.setdefault(person, set()).add(day.year)  # type: ignore[union-attr]
        times[person] += council in recent
    gone: set[int] = set()
    if conditions.rotation_years:
        row = set(range(first_year, plan.sits_on.year))
        gone |= {person for person, sat in years.items() if row <= sat}
    if conditions.rotation_times and len(last) == conditions.rotation_times:
        gone |= {p for p, n in times.items() if n == conditions.rotation_times}
    return gone


def _loads(
    plan: Plan, conditions: Conditions, people: Mapping[int, Any]
) -> dict[int, tuple[int, int]]:
    """Least and most for each: by the plan, by the expert's word, by the year's rest."""
    said = {
        pk: (least, most, year)
        for pk, least, most, year in ExpertLoad.objects.values_list(
            "person_id", "least", "most", "most_per_year"
        )
    }
    used = Counter(
        Seat.objects.filter(
            council__created_at__year=plan.sits_on.year,
            state__in=SITTING,
            role__in=VOTING,
        )
        .exclude(council__state=CouncilState.DISSOLVED)
        .values_list("person_id", flat=True)
    )
    found = {}
    for pk in people:
        least, most, year = said.get(pk, (0, None, None))
        least = max(least, conditions.least_load)
        most = conditions.most_load if most is None else min(most, conditions.most_load)
        if year is not None:
            most = min(most, year - used[pk])
        found[pk] = (max(0, min(least, most)), max(0, most))
    return found
