"""From conditions to recommendations with their causes, and to what an economy needs.

Rules are data. Those of an organisation ask its own answers, those of a stratum or an economy
ask shares of organisations, those of a gate ask how sure the figures are, those of a pair ask
whether one economy lies behind another.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal, get_args

from sti_methods.survey.conditions import SIZES, Answer, Known, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sti_methods.survey.conditions import Cause, Condition

Level = Literal["organisation", "stratum", "economy", "gate", "pair"]
LEVELS: tuple[Level, ...] = get_args(Level)


def words(
    *,
    clauses: Iterable[str],
    items: Iterable[str],
    barriers: Iterable[str],
    roles: Iterable[str],
) -> dict[Level, Known]:
    """The words that a condition of each level may use, for one framework."""
    c, i = frozenset(clauses), frozenset(items)
    organisation = Known(
        names={
            "clause": (c,),
            "importance": (c,),
            "item": (i, frozenset(roles)),
            "others": (i,),
            "lowest": (i,),
            "highest": (i,),
            "barrier": (frozenset(barriers),),
            "overall": None,
            "size": None,
            "knowledge": None,
            "readiness": None,
            "majors": None,
            "results": None,
            "wish": None,
        },
        many=frozenset({"others", "lowest", "highest"}),
        optional=frozenset({"item"}),
    )
    shared = Known(names={"organisations": None}, shares=organisation)
    return {
        "organisation": organisation,
        "stratum": shared,
        "economy": shared,
        "gate": Known(names={"omega": None, "n": None}),
        "pair": Known(names={"g": None, "p": None, "invariant": None}),
    }


@dataclass(frozen=True, kw_only=True)
class Rule:
    """``programme`` is what is recommended, empty where the rule only warns; ``priority`` 1
    is the most pressing.
    """

    code: str
    level: Level
    condition: Condition
    programme: str = ""
    priority: int = 2

    @classmethod
    def of(
        cls,
        *,
        code: str,
        level: Level,
        when: str,
        known: Mapping[Level, Known],
        programme: str = "",
        priority: int = 2,
    ) -> Rule:
        """Read the condition in the words of the level. Raises ``Miswritten``."""
        return cls(
            code=code,
            level=level,
            condition=read(when, known[level]),
            programme=programme,
            priority=priority,
        )


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """What rules may ask of one organisation; what it did not answer is not there, or None.

    ``lowest``, ``highest`` and ``others`` ask the items named, or all but these, that it answered.

    ``items`` by code, ``by_role`` by (code, role), ``clauses``, ``importance`` by clause,
    ``barriers`` by name (1 to 5); ``knowledge``: patents and know-how to protect; ``results``:
    0 to 1; ``readiness``: percent; ``weight``: how many it stands for.
    """

    name: str
    economy: str
    stratum: str
    weight: float = 1.0
    size: str = ""
    items: Mapping[str, float] = field(default_factory=dict)
    by_role: Mapping[tuple[str, str], float] = field(default_factory=dict)
    clauses: Mapping[str, float] = field(default_factory=dict)
    importance: Mapping[str, float] = field(default_factory=dict)
    barriers: Mapping[str, float] = field(default_factory=dict)
    overall: float | None = None
    knowledge: float | None = None
    readiness: float | None = None
    majors: float | None = None
    results: float | None = None
    wish: float | None = None

    def value(self, name: str, arguments: tuple[str, ...]) -> float | None:  # noqa: PLR0911
        match name:
            case "clause":
                return self.clauses.get(arguments[0])
            case "importance":
                return self.importance.get(arguments[0])
            case "item" if len(arguments) > 1:
                return self.by_role.get((arguments[0], arguments[1]))
            case "item":
                return self.items.get(arguments[0])
            case "barrier":
                return self.barriers.get(arguments[0])
            case "others":
                rest = [v for code, v in self.items.items() if code not in arguments]
                return math.fsum(rest) / len(rest) if rest else None
            case "lowest" | "highest":
                told = [self.items[code] for code in arguments if code in self.items]
                least = min if name == "lowest" else max
                return least(told, default=None)
            case "size":
                return float(SIZES.index(self.size)) if self.size in SIZES else None
        found: float | None = getattr(self, name)
        return found


@dataclass(frozen=True)
class _Group:
    """Organisations together; a share is of the weight of those for whom it is known."""

    members: Sequence[Organisation]

    def value(self, name: str, arguments: tuple[str, ...]) -> float | None:  # noqa: ARG002
        return float(len(self.members))

    def share(self, condition: Condition) -> float | None:
        told = [(one.weight, condition.holds(one).holds) for one in self.members]
        known = math.fsum(weight for weight, holds in told if holds is not None)
        if known <= 0:
            return None
        return 100 * math.fsum(weight for weight, holds in told if holds) / known


@dataclass(frozen=True, kw_only=True)
class Sureness:
    """How sure the figure of one clause in one economy is."""

    economy: str
    clause: str
    omega: float | None
    n: int

    def value(self, name: str, arguments: tuple[str, ...]) -> float | None:  # noqa: ARG002
        return self.omega if name == "omega" else float(self.n)


@dataclass(frozen=True, kw_only=True)
class Behind:
    """One economy ``g`` pooled deviations behind ``ahead`` in a clause (above 0)."""

    economy: str
    ahead: str
    clause: str
    g: float
    p: float
    invariant: bool

    def value(self, name: str, arguments: tuple[str, ...]) -> float | None:  # noqa: ARG002
        return float(getattr(self, name))


@dataclass(frozen=True, kw_only=True)
class Recommendation:
    """A rule that speaks, of whom, and the answers that caused it.

    ``of``: an organisation, a stratum, an economy; ``clause`` and ``ahead`` for gates and
    pairs.
    """

    rule: str
    level: Level
    programme: str
    priority: int
    economy: str
    of: str
    causes: tuple[Cause, ...]
    clause: str = ""
    ahead: str = ""


@dataclass(frozen=True, kw_only=True)
class Wave:
    """All that rules may ask."""

    organisations: Sequence[Organisation]
    sureness: Sequence[Sureness] = ()
    behind: Sequence[Behind] = ()

    @cached_property
    def strata(self) -> dict[tuple[str, str], list[Organisation]]:
        """Organisations by economy and stratum."""
        found: dict[tuple[str, str], list[Organisation]] = {}
        for one in self.organisations:
            found.setdefault((one.economy, one.stratum), []).append(one)
        return found

    @cached_property
    def economies(self) -> dict[str, list[Organisation]]:
        found: dict[str, list[Organisation]] = {}
        for one in self.organisations:
            found.setdefault(one.economy, []).append(one)
        return found


def recommend(rules: Sequence[Rule], wave: Wave) -> tuple[Recommendation, ...]:
    """Every rule on everything of its level, in the order of the rules. Cost: their product."""
    found: list[Recommendation] = []
    for rule in rules:
        for told, economy, of, clause, ahead in _asked(rule, wave):
            if told.holds:
                found.append(
                    Recommendation(
                        rule=rule.code,
                        level=rule.level,
                        programme=rule.programme,
                        priority=rule.priority,
                        economy=economy,
                        of=of,
                        causes=told.causes,
                        clause=clause,
                        ahead=ahead,
                    )
                )
    return tuple(found)


def _asked(rule: Rule, wave: Wave) -> Iterable[tuple[Answer, str, str, str, str]]:
    ask = rule.condition.holds
    groups: Mapping[tuple[str, str], Sequence[Organisation]] = {}
    match rule.level:
        case "organisation":
            for one in wave.organisations:
                yield ask(one), one.economy, one.name, "", ""
        case "stratum":
            groups = wave.strata
        case "economy":
            groups = {(name, name): all_ for name, all_ in wave.economies.items()}
        case "gate":
            for sure in wave.sureness:
                yield ask(sure), sure.economy, sure.economy, sure.clause, ""
        case "pair":
            for pair in wave.behind:
                yield ask(pair), pair.economy, pair.economy, pair.clause, pair.ahead
    for (economy, of), members in groups.items():
        yield ask(_Group(members)), economy, of, "", ""


@dataclass(frozen=True, kw_only=True)
class Programme:
    """What a programme takes: seats for each organisation, organisations for each coach."""

    code: str
    seats: float = 1.0
    per_coach: float | None = None


@dataclass(frozen=True, kw_only=True)
class Price:
    """What a seat and a coach cost, in one currency, and the programme as such."""

    seat: float = 0.0
    coach: float = 0.0
    fixed: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Need:
    """``asked``: organisations that the rules speak of; ``organisations``: how many they stand
    for (the sum of their weights); ``budget`` is None without a price.
    """

    economy: str
    programme: str
    asked: int
    organisations: float
    top: float
    seats: int
    coaches: int
    budget: float | None


def needs(
    found: Iterable[Recommendation],
    *,
    wave: Wave,
    programmes: Mapping[str, Programme],
    prices: Mapping[str, Price] | None = None,
) -> tuple[Need, ...]:
    """Seats, coaches and budget of each economy and programme.

    An organisation counts once for a programme, however many rules recommend it. A rule of a
    stratum stands for all organisations in it, one of an economy or a pair for all of these.
    Seats and coaches are rounded up. Raises ``KeyError`` for a programme that is not given.
    """
    members: dict[tuple[str, str], dict[str, float]] = {}
    by_name = {(one.economy, one.name): one.weight for one in wave.organisations}
    for one in found:
        if not one.programme:
            continue
        into = members.setdefault((one.economy, one.programme), {})
        match one.level:
            case "organisation":
                into[one.of] = by_name[one.economy, one.of]
            case "stratum":
                into.update(
                    {o.name: o.weight for o in wave.strata[one.economy, one.of]}
                )
            case _:
                into.update({o.name: o.weight for o in wave.economies[one.economy]})
    told = []
    for (economy, code), weights in sorted(members.items()):
        programme, price = programmes[code], (prices or {}).get(code)
        whole = math.fsum(weights.values())
        seats = _up(whole * programme.seats)
        coaches = _up(whole / programme.per_coach) if programme.per_coach else 0
        told.append(
            Need(
                economy=economy,
                programme=code,
                asked=len(weights),
                organisations=whole,
                top=max(weights.values()),
                seats=seats,
                coaches=coaches,
                budget=None
                if price is None
                else price.fixed + seats * price.seat + coaches * price.coach,
            )
        )
    return tuple(told)


def _up(value: float) -> int:
    return math.ceil(value - 1e-9)
