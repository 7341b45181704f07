"""The conditions of a plan as rules of composition for the method."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
from sti_methods import assignment

from opensti.domains.panels.choices import FormationMode
from opensti.domains.panels.problem.conditions import LEADING, Conditions
from opensti.domains.panels.queries.barred import host_of
from opensti.domains.registry.queries import place_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from opensti.domains.panels.models import ExpertLock
    from opensti.domains.panels.problem.pool import Plan
    from opensti.domains.registry.queries import ExpertFacts

GROUP = "all"


def rules_of(  # noqa: PLR0917
    plan: Plan,
    conditions: Conditions,
    items: Sequence[Any],
    people: Sequence[ExpertFacts],
    features: Mapping[str, set[int]],
    known: NDArray[np.bool_],
) -> tuple[list[assignment.Rule], list[dict[str, int]]]:
    """All rules of composition, and the cases that fewer know than was asked."""
    if plan.mode == FormationMode.REVIEWERS:
        return [], []
    here = {p.person_id for p in people}
    together = plan.mode == FormationMode.TOGETHER
    rules = [
        *_quotas(conditions, people, features),
        *_from_elsewhere(conditions, items, people, together=together),
        *_seats(
            conditions,
            features,
            [k for k in plan.locks if k.person_id in here],
            [GROUP] if together else [str(item.pk) for item in items],
        ),
    ]
    if not (together and conditions.knowing):
        return rules, []
    experts = [str(p.person_id) for p in people]
    knowing, notes = _knowing(conditions, items, experts, known)
    return [*rules, *knowing], notes


def _quotas(
    conditions: Conditions,
    people: Sequence[ExpertFacts],
    features: Mapping[str, set[int]],
) -> list[assignment.Rule]:
    """The conditions as rules; a name stands for the condition when it is in the way."""

    def ids(feature: str) -> tuple[str, ...]:
        return tuple(str(pk) for pk in sorted(features.get(feature, ())))

    asked = [
        ("seniors", conditions.seniors),
        ("enterprise", conditions.enterprise),
        ("outside", conditions.outside),
        ("women", conditions.each_gender),
        ("men", conditions.each_gender),
        ("young", conditions.young),
        *((f"aspect-{aspect}", 1) for aspect in conditions.aspects),
    ]
    rules: list[assignment.Rule] = [
        assignment.Between(name=name, experts=ids(name), least=least)
        for name, least in asked
        if least
    ]
    if conditions.per_organisation:
        houses = {
            str(p.person_id): str(p.organisation_id)
            for p in people
            if p.organisation_id is not None
        }
        rules.append(
            assignment.OnePer(
                name="per_organisation",
                group_of=houses,
                most=conditions.per_organisation,
            )
        )
    if conditions.per_province:
        provinces = {str(p.person_id): p.province for p in people if p.province}
        rules.append(
            assignment.OnePer(
                name="per_province", group_of=provinces, most=conditions.per_province
            )
        )
    return rules


def _seats(
    conditions: Conditions,
    features: Mapping[str, set[int]],
    locks: Iterable[ExpertLock],
    names: Sequence[str],
) -> list[assignment.Rule]:
    """The seats of the rule; who is fixed on a seat by hand takes it, whoever it is."""
    fixed = [lock for lock in locks if lock.must and lock.role]
    rules: list[assignment.Rule] = []
    for role, count in conditions.seats.items():
        named = _named(role, fixed, names)
        rules += [
            assignment.Seat(
                name=f"seat-{role}:{pk}",
                eligible=(str(pk),),
                proposals=_where(at, names),
            )
            for pk, at in named.items()
        ]
        eligible = None
        if role in LEADING and conditions.lead_senior:
            eligible = tuple(str(pk) for pk in features.get("seniors", ()))
        elif role == "secretary" and conditions.clerk_official:
            eligible = tuple(str(pk) for pk in features.get("officials", ()))
        taken = Counter(name for at in named.values() for name in at)
        left: dict[int, list[str]] = {}
        for name in names:
            left.setdefault(count - taken[name], []).append(name)
        rules += [
            assignment.Seat(
                # Where fewer are left to be found it is another rule, of another name.
                name=f"seat-{role}" if len(left) == 1 else f"seat-{role}::{free}",
                count=free,
                eligible=eligible,
                proposals=_where(at, names),
            )
            for free, at in sorted(left.items(), reverse=True)
            if free > 0 and role != "member"
        ]
    return rules


def _named(
    role: str, fixed: Iterable[ExpertLock], names: Sequence[str]
) -> dict[int, list[str]]:
    """In which councils each person is fixed on a seat, in the order of the councils."""
    found: dict[int, set[str]] = {}
    for lock in fixed:
        if lock.role == role:
            everywhere = lock.item_id is None or names == [GROUP]
            at = names if everywhere else [str(lock.item_id)]
            found.setdefault(lock.person_id, set()).update(at)
    return {pk: [name for name in names if name in at] for pk, at in found.items()}


def _where(some: Sequence[str], names: Sequence[str]) -> tuple[str, ...] | None:
    return None if len(some) == len(names) else tuple(some)


def _from_elsewhere(
    conditions: Conditions,
    items: Sequence[Any],
    people: Sequence[ExpertFacts],
    *,
    together: bool,
) -> list[assignment.Rule]:
    """People from another province than the host: for each host's province one rule."""
    if not conditions.elsewhere:
        return []
    home = place_of({h for item in items if (h := host_of(item)) is not None})
    cases: dict[str, set[str]] = {}
    for item in items:
        province = home.get(host_of(item) or 0)
        if province is not None:
            name = GROUP if together else str(item.pk)
            cases.setdefault(province, set()).add(name)
    return [
        assignment.Between(
            name=f"elsewhere:{province}",
            experts=tuple(
                str(p.person_id)
                for p in people
                if p.province and p.province != province
            ),
            least=conditions.elsewhere,
            proposals=tuple(sorted(named)),
        )
        for province, named in sorted(cases.items())
    ]


def _knowing(
    conditions: Conditions,
    items: Sequence[Any],
    experts: Sequence[str],
    known: NDArray[np.bool_],
) -> tuple[list[assignment.Rule], list[dict[str, int]]]:
    """So many members who know each case; where fewer are there, as many, and it is said."""
    rules: list[assignment.Rule] = []
    notes = []
    for j, item in enumerate(items):
        who = [experts[int(i)] for i in np.flatnonzero(known[:, j])]
        if len(who) < conditions.knowing:
            notes.append({"item": item.pk, "known_by": len(who)})
        if least := min(conditions.knowing, len(who), conditions.size):
            rules.append(
                assignment.Between(
                    name=f"knowing:{item.pk}", experts=tuple(who), least=least
                )
            )
    return rules, notes
