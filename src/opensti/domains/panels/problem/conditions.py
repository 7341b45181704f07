"""The conditions of a forming: what a person chooses, with defaults that can be met."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from opensti.domains.panels.choices import (
    Aspect,
    FormationMode,
    Objective,
    SeatRole,
)
from opensti.domains.registry.choices import Gender, OrganisationKind
from opensti.kernel.citations import cited
from opensti.kernel.refusals import Problem
from opensti.kernel.searchtext import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from opensti.domains.procedures.regimes.format import CouncilRule
    from opensti.domains.registry.queries import ExpertFacts

YOUNG = 40
LEADING = (SeatRole.CHAIR.value, SeatRole.VICE.value, SeatRole.REVIEWER.value)
OFFICES = frozenset({OrganisationKind.MINISTRY_UNIT, OrganisationKind.AGENCY})
# How an aspect shows: codes of the fields of science (Frascati), or words of fields,
# posts and biographies where the registry has other codes.
ASPECT_FIELDS: dict[str, tuple[str, ...]] = {
    Aspect.TECHNICAL: ("1", "2", "3", "4"),
    Aspect.MARKET: ("502",),
    Aspect.FINANCE: ("50202",),
    Aspect.LEGAL: ("505",),
}
ASPECT_WORDS: dict[str, tuple[str, ...]] = {
    Aspect.TECHNICAL: (
        "ky thuat", "cong nghe", "che tao", "co khi", "dien tu", "vat lieu",
        "nang luong", "engineer", "technolog", "materials", "energy",
    ),
    Aspect.MARKET: ("kinh te", "thi truong", "thuong mai", "econom", "market", "trade"),
    Aspect.FINANCE: ("tai chinh", "ke toan", "ngan hang", "financ", "accounting"),
    Aspect.LEGAL: ("phap luat", "phap che", "luat", "legal", "law"),
}  # fmt: skip


# Conditions that are a number of people in each council, and fall when they give way.
COUNTS = (
    "seniors",
    "enterprise",
    "outside",
    "elsewhere",
    "each_gender",
    "young",
    "knowing",
    "least_load",
)
OTHER_COUNTS = (
    "most_load",
    "per_organisation",
    "per_province",
    "rotation_years",
    "rotation_times",
    "knowing",
)
# Nobody sits in more councils or years than this; larger numbers are slips or worse.
MOST = 1_000


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """Numbers are people in each council unless they say otherwise; 0 asks nothing."""

    seats: Mapping[str, int] = field(default_factory=dict)
    objective: str = Objective.FAIR
    leximin: bool = False
    cap: float = 0.9
    most_load: int = 3
    least_load: int = 0
    seniors: int = 0
    enterprise: int = 0
    outside: int = 0
    elsewhere: int = 0
    each_gender: int = 0
    young: int = 0
    per_organisation: int = 0
    per_province: int = 0
    rotation_years: int = 0
    rotation_times: int = 0
    knowing: int = 0
    lead_senior: bool = False
    clerk_official: bool = False
    aspects: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        return sum(self.seats.values())

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "seats": dict(self.seats), "aspects": [*self.aspects]}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Conditions:
        known = {f.name for f in fields(cls)}
        said = {name: value for name, value in kept.items() if name in known}
        said["aspects"] = tuple(said.get("aspects", ()))
        return cls(**said)


def aspects_of(person: ExpertFacts) -> frozenset[str]:
    """Which aspects a person covers, by codes of fields, else by words."""
    words = fold(person.words)
    return frozenset(
        aspect.value
        for aspect in Aspect
        if any(
            code.replace(".", "").startswith(start)
            for code in person.fields
            for start in ASPECT_FIELDS[aspect]
            if code[:1].isdigit()
        )
        or any(f" {word}" in f" {words}" for word in ASPECT_WORDS[aspect])
    )


HAS: dict[str, Callable[[ExpertFacts, int], bool]] = {
    "seniors": lambda p, _year: p.senior,
    "enterprise": lambda p, _year: p.kind == OrganisationKind.ENTERPRISE,
    "outside": lambda p, _year: p.organisation_id is not None and not p.ministry_owned,
    "women": lambda p, _year: p.gender == Gender.FEMALE,
    "men": lambda p, _year: p.gender == Gender.MALE,
    "young": lambda p, year: p.birth_year is not None and year - p.birth_year < YOUNG,
    "officials": lambda p, _year: p.kind in OFFICES,
}


def seats_by_rule(rule: CouncilRule, size: int | None = None) -> dict[str, int]:
    """The fewest seats of the rule, filled with members (else reviewers) to the size."""
    seats = {s.role.value: s.count_min for s in rule.seats}
    wanted = size or (min(rule.size_allowed) if rule.size_allowed else rule.size_min)
    order = [SeatRole.MEMBER.value, SeatRole.REVIEWER.value, *seats]
    most = {s.role.value: s.count_max for s in rule.seats}
    for role in order:
        while (
            role in seats and sum(seats.values()) < wanted and seats[role] < most[role]
        ):
            seats[role] += 1
    return {role: count for role, count in seats.items() if count}


def defaults(
    *, rule: CouncilRule, mode: str, cases: int, pool: Iterable[ExpertFacts], year: int
) -> Conditions:
    """Conditions of a balanced council that this pool can meet, so that one click does.

    A quota is asked only as far as the pool holds people for it: never more than those
    who have it can serve in all councils at their load.
    """
    people = list(pool)
    if mode == FormationMode.REVIEWERS:
        reviewers = next(
            (s.count_min for s in rule.seats if s.role.value == SeatRole.REVIEWER), 0
        )
        seats = {SeatRole.REVIEWER.value: min(max(reviewers, 2), max(1, len(people)))}
        councils, most = (
            cases,
            max(2, -(-cases * sum(seats.values()) // max(1, len(people))) + 1),
        )
        return Conditions(seats=seats, most_load=most)
    seats = seats_by_rule(rule)
    size = sum(seats.values())
    councils = 1 if mode == FormationMode.TOGETHER else cases
    most = (
        1 if councils == 1 else max(2, -(-councils * size // max(1, len(people))) + 1)
    )

    def can(kind: str, wanted: int) -> int:
        there = sum(HAS[kind](p, year) for p in people)
        return min(wanted, there * most // max(1, councils))

    leads = sum(n for role, n in seats.items() if role in LEADING)
    houses = {p.organisation_id or -p.person_id for p in people}
    covered = Counter(a for p in people for a in aspects_of(p))
    return Conditions(
        seats=seats,
        most_load=most,
        seniors=can("seniors", -(-size // 2)),
        enterprise=can("enterprise", 1),
        outside=can("outside", size // 3),
        each_gender=min(can("women", 2), can("men", 2)),
        per_organisation=_per_house(people, houses, size),
        rotation_years=3,
        knowing=2 if mode == FormationMode.TOGETHER else 0,
        lead_senior=can("seniors", leads) >= leads,
        clerk_official=can("officials", 1) == 1
        and seats.get(SeatRole.SECRETARY.value, 0) == 1
        and any(s.condition_vi for s in rule.seats if s.role.value == "secretary"),
        aspects=tuple(
            a.value
            for a in (Aspect.TECHNICAL, Aspect.MARKET)
            if covered[a.value] * most >= councils
        ),
    )


def _per_house(people: list[ExpertFacts], houses: set[int], size: int) -> int:
    """One of each house where there are houses enough with some to spare, else two."""
    if len(houses) >= 2 * size:
        return 1
    counts = Counter(p.organisation_id or -p.person_id for p in people)
    return 2 if sum(min(2, n) for n in counts.values()) >= 2 * size else 0


def condition_problems(
    conditions: Conditions, rule: CouncilRule, mode: str
) -> list[Problem]:
    """Say what in the conditions cannot be or is against the rule."""
    problems = []
    if mode != FormationMode.REVIEWERS:
        problems += _against_rule(conditions, rule)
    elif not 1 <= conditions.seats.get(SeatRole.REVIEWER.value, 0) <= 9:  # noqa: PLR2004
        problems.append(
            Problem(
                field="seats.reviewer",
                message=_("A case has one to nine reviewers."),
                mend=_("Two are usual."),
            )
        )
    problems += _choosing(conditions, mode)
    problems += [
        Problem(
            field=name,
            message=_("Give a number from 0 to %(most)d.") % {"most": MOST},
            mend=_("0 asks nothing."),
        )
        for name in (*OTHER_COUNTS, "least_load")
        if not 0 <= getattr(conditions, name) <= MOST
    ]
    for name in ("seniors", "enterprise", "outside", "elsewhere", "young"):
        if not 0 <= getattr(conditions, name) <= conditions.size:
            problems.append(_too_many(name, conditions.size))
    if not 0 <= 2 * conditions.each_gender <= conditions.size:
        problems.append(_too_many("each_gender", conditions.size // 2))
    if unknown := set(conditions.aspects) - set(Aspect.values):
        problems.append(
            Problem(
                field="aspects",
                message=_("There is no such aspect: %(names)s.")
                % {"names": ", ".join(sorted(unknown))},
                mend=_("Choose among those of the list."),
            )
        )
    return problems


def _choosing(conditions: Conditions, mode: str) -> list[Problem]:
    """What is wrong with the way to choose and the loads."""
    problems = []
    if conditions.objective not in Objective.values:
        problems.append(
            Problem(
                field="objective",
                message=_("There is no such way to choose."),
                mend=_("Choose one of the list."),
            )
        )
    if conditions.leximin and (
        conditions.objective != Objective.FAIR or mode != FormationMode.REVIEWERS
    ):
        problems.append(
            Problem(
                field="objective",
                message=_(
                    "The next-worst cases can be raised only where the weakest comes first, and "
                    "among reviewers of each case."
                ),
                mend=_("Leave it out, or choose the weakest first."),
            )
        )
    if not 0 < conditions.cap <= 1:
        problems.append(
            Problem(
                field="cap",
                message=_("The highest probability of a pair lies between 0 and 1."),
                mend=_("0.5 to 0.9 is usual."),
            )
        )
    if conditions.most_load < max(1, conditions.least_load):
        problems.append(
            Problem(
                field="most_load",
                message=_("The most an expert takes is below the least."),
                mend=_("Raise the most or lower the least."),
            )
        )
    return problems


def _too_many(name: str, most: int) -> Problem:
    return Problem(
        field=name,
        message=_("A council cannot hold so many."),
        mend=_("Ask for at most %(most)d.") % {"most": most},
    )


def _against_rule(conditions: Conditions, rule: CouncilRule) -> list[Problem]:
    problems = []
    ruled = {s.role.value: s for s in rule.seats}
    allowed = rule.size_allowed or range(rule.size_min, rule.size_max + 1)
    if conditions.size not in allowed:
        problems.append(
            Problem(
                field="seats",
                message=_("The seats add up to %(size)d; the rule says %(wanted)s.")
                % {"size": conditions.size, "wanted": ", ".join(map(str, allowed))},
                mend=_("Change the number of a seat, %(article)s.")
                % {"article": cited(rule.basis)},
            )
        )
    for role, count in conditions.seats.items():
        seat = ruled.get(role)
        if seat is None or not seat.count_min <= count <= seat.count_max:
            problems.append(
                Problem(
                    field=f"seats.{role}",
                    message=_("%(role)s: %(count)d is not what the rule says.")
                    % {
                        "role": SeatRole(role).label
                        if role in SeatRole.values
                        else role,
                        "count": count,
                    },
                    mend=_("%(min)d to %(max)d")
                    % {
                        "min": seat.count_min if seat else 0,
                        "max": seat.count_max if seat else 0,
                    },
                )
            )
    return problems


def relaxed(conditions: Conditions, rule_id: str, least: float) -> Conditions:
    """The conditions with one of them loosened by so much; unknown ones stay."""
    name = rule_id.partition(":")[0]
    steps = max(1, round(least))
    if name.startswith("aspect-"):
        gone = name.removeprefix("aspect-")
        return replace(
            conditions, aspects=tuple(a for a in conditions.aspects if a != gone)
        )
    if name.startswith("seat-"):
        roles = {
            part.strip().removeprefix("seat-").split("::")[0]
            for part in rule_id.split("+")
        }
        return replace(
            conditions,
            lead_senior=conditions.lead_senior and roles.isdisjoint(LEADING),
            clerk_official=conditions.clerk_official and "secretary" not in roles,
        )
    if name == "cap":
        return replace(
            conditions, cap=min(1.0, round(conditions.cap + steps / 1000, 3))
        )
    if name in {"women", "men"}:
        name = "each_gender"
    if name in {"most_load", "per_organisation", "per_province"}:
        return replace(conditions, **{name: getattr(conditions, name) + steps})
    if name in COUNTS:
        return replace(conditions, **{name: max(0, getattr(conditions, name) - steps)})
    return conditions
