"""From answers and evidence to scores: item, clause, whole, and a level that hides nothing.

Scores are 0 to 5. A self-score counts only as far as evidence carries it; what does not
apply is left out, what was not answered is not a zero in the mean and stands in the way of
a level. Thresholds are choices of this house and come with the framework.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from statistics import fmean
from typing import TYPE_CHECKING, Literal

from sti_methods.reliability import Within, agreement_within

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

HIGHEST = 5
EXACT = 1e-9
Evidence = Literal["e0", "e1", "e2", "e3"]


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Thresholds of a framework.

    ``caps``: the score that each strength of evidence carries (claim, document, records,
    checked by an assessor). ``least_answered``: the part of a clause's weight that must be
    answered for a score. ``reached``: the part of its weight at which a level is reached;
    a mandatory item may lie ``behind`` it by so much. ``conforms``: the verified score from
    which a mandatory item conforms.
    """

    caps: Mapping[Evidence, float] = field(
        default_factory=lambda: {"e0": 2.0, "e1": 3.0, "e2": 4.0, "e3": 5.0}
    )
    least_answered: float = 2 / 3
    reached: float = 0.8
    behind: float = 1.0
    conforms: float = 3.0


@dataclass(frozen=True, kw_only=True)
class Item:
    """A question of a framework; weights are above 0."""

    code: str
    clause: str
    weight: float = 1.0
    mandatory: bool = False


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What one person said to one item; ``score`` None: it does not apply here."""

    respondent: str
    item: str
    score: float | None
    role: str = ""


@dataclass(frozen=True, kw_only=True)
class ItemScore:
    """One item: ``claimed`` is the mean over roles of their means, ``verified`` what the
    evidence carries of it. Both are None where nobody answered or it does not apply
    (``applies`` is then False: at least as many said so as scored it).
    """

    code: str
    clause: str
    weight: float
    mandatory: bool
    applies: bool
    claimed: float | None
    verified: float | None
    evidence: Evidence
    within: Within | None

    @property
    def answered(self) -> bool:
        return self.claimed is not None


@dataclass(frozen=True, kw_only=True)
class ClauseScore:
    """A clause, or the whole of them (``clause`` empty).

    ``answered`` is the part of the applicable weight with an answer; below the least part
    scores and level are None, and ``why`` says so: ``few_answers``, ``not_applicable``.
    ``held_back``: mandatory items that alone keep the level from being the next one.
    ``n``: respondents who answered something of it.
    """

    clause: str
    claimed: float | None
    verified: float | None
    level: int | None
    answered: float
    n: int
    why: str = ""
    held_back: tuple[str, ...] = ()

    @property
    def percent(self) -> float | None:
        return None if self.verified is None else 100 * self.verified / HIGHEST


@dataclass(frozen=True, kw_only=True)
class Scored:
    """All of one organisation's answers, scored."""

    items: tuple[ItemScore, ...]
    clauses: tuple[ClauseScore, ...]
    whole: ClauseScore
    rules: Rules

    def item(self, code: str) -> ItemScore:
        return next(one for one in self.items if one.code == code)


def score(
    items: Sequence[Item],
    answers: Iterable[Answer],
    *,
    evidence: Mapping[str, Evidence] | None = None,
    clause_weights: Mapping[str, float] | None = None,
    rules: Rules | None = None,
) -> Scored:
    """Score one organisation.

    ``evidence``: the strength shown for each item (e0, a claim, where nothing is said);
    ``clause_weights``: how much each clause counts in the whole (all the same). The whole
    is the mean of the clauses that have a score; its level is that of all items together.

    Raises ``ValueError`` for a score outside 0 to 5, an item or strength that is not known,
    two answers of one person to one item, a weight that is not above 0. Cost: linear.
    """
    rule = rules or Rules()
    known = {item.code: item for item in items}
    if len(known) < len(items):
        raise ValueError("an item stands twice")
    if any(item.weight <= 0 for item in items):
        raise ValueError("a weight is not above 0")
    shown = evidence or {}
    if unknown := [code for code in shown if code not in known]:
        raise ValueError(f"evidence for an item that is not known: {unknown[0]}")
    given = _by_item(known, answers)
    scored = tuple(
        _item(item, given[item.code], shown.get(item.code, "e0"), rule)
        for item in items
    )
    people: dict[str, set[str]] = defaultdict(set)
    for code, told in given.items():
        people[known[code].clause] |= {answer.respondent for answer in told}
    order = list(dict.fromkeys(item.clause for item in items))
    clauses = tuple(
        _clause(c, [one for one in scored if one.clause == c], len(people[c]), rule)
        for c in order
    )
    return Scored(
        items=scored,
        clauses=clauses,
        whole=_whole(scored, clauses, clause_weights or {}, people, rule),
        rules=rule,
    )


def _by_item(
    known: Mapping[str, Item], answers: Iterable[Answer]
) -> dict[str, list[Answer]]:
    given: dict[str, list[Answer]] = {code: [] for code in known}
    seen: set[tuple[str, str]] = set()
    for answer in answers:
        if answer.item not in known:
            raise ValueError(f"no item has the code {answer.item}")
        if answer.score is not None and not 0 <= answer.score <= HIGHEST:
            raise ValueError(f"{answer.score} is no score from 0 to {HIGHEST}")
        if (answer.respondent, answer.item) in seen:
            raise ValueError(f"{answer.respondent} answered {answer.item} twice")
        seen.add((answer.respondent, answer.item))
        given[answer.item].append(answer)
    return given


def _item(
    item: Item, told: Sequence[Answer], strength: Evidence, rules: Rules
) -> ItemScore:
    if strength not in rules.caps:
        raise ValueError(f"{strength} is no strength of evidence")
    roles: dict[str, list[float]] = defaultdict(list)
    scores = [answer.score for answer in told if answer.score is not None]
    for answer in told:
        if answer.score is not None:
            roles[answer.role].append(answer.score)
    applies = not told or len(scores) * 2 > len(told)
    claimed = fmean(map(fmean, roles.values())) if applies and scores else None
    return ItemScore(
        code=item.code,
        clause=item.clause,
        weight=item.weight,
        mandatory=item.mandatory,
        applies=applies,
        claimed=claimed,
        verified=None if claimed is None else min(claimed, rules.caps[strength]),
        evidence=strength,
        within=agreement_within(scores, options=HIGHEST + 1) if scores else None,
    )


def _clause(
    clause: str, items: Sequence[ItemScore], n: int, rules: Rules
) -> ClauseScore:
    applicable = [one for one in items if one.applies]
    weight = sum(one.weight for one in applicable)
    if not weight:
        return ClauseScore(
            clause=clause, claimed=None, verified=None, level=None, answered=0.0, n=n,
            why="not_applicable",
        )  # fmt: skip
    answered = [one for one in applicable if one.answered]
    part = sum(one.weight for one in answered) / weight
    if part < rules.least_answered - EXACT:
        return ClauseScore(
            clause=clause, claimed=None, verified=None, level=None, answered=part, n=n,
            why="few_answers",
        )  # fmt: skip
    level, held = _level(applicable, rules)
    return ClauseScore(
        clause=clause,
        claimed=_mean((one.weight, one.claimed) for one in answered),
        verified=_mean((one.weight, one.verified) for one in answered),
        level=level,
        answered=part,
        n=n,
        held_back=held,
    )


def _mean(pairs: Iterable[tuple[float, float | None]]) -> float:
    told = [(weight, value) for weight, value in pairs if value is not None]
    whole = sum(weight for weight, _value in told)
    return sum(weight * value for weight, value in told) / whole


def _level(items: Sequence[ItemScore], rules: Rules) -> tuple[int, tuple[str, ...]]:
    """The staged level of applicable items, and what alone keeps it from the next.

    Without an answer an item has reached nothing.
    """
    weight = sum(one.weight for one in items)
    reached = [(one, -1.0 if one.verified is None else one.verified) for one in items]

    def by_weight(level: int) -> bool:
        there = sum(one.weight for one, at in reached if at >= level - EXACT)
        return there >= rules.reached * weight - EXACT

    def behind(level: int) -> tuple[str, ...]:
        return tuple(
            one.code
            for one, at in reached
            if one.mandatory and at < level - rules.behind - EXACT
        )

    level = 0
    while level < HIGHEST and by_weight(level + 1) and not behind(level + 1):
        level += 1
    held = level < HIGHEST and by_weight(level + 1)
    return level, behind(level + 1) if held else ()


def _whole(
    items: Sequence[ItemScore],
    clauses: Sequence[ClauseScore],
    weights: Mapping[str, float],
    people: Mapping[str, set[str]],
    rules: Rules,
) -> ClauseScore:
    told = [one for one in clauses if one.verified is not None]
    n = len(set().union(*people.values())) if people else 0
    applicable = [one for one in items if one.applies]
    weight = sum(one.weight for one in applicable)
    answered = sum(one.weight for one in applicable if one.answered)
    part = answered / weight if weight else 0.0
    counts = {one.clause: weights.get(one.clause, 1.0) for one in told}
    if not told or sum(counts.values()) <= 0:
        return ClauseScore(
            clause="", claimed=None, verified=None, level=None, answered=part, n=n,
            why="few_answers" if applicable else "not_applicable",
        )  # fmt: skip
    # What has no score counts in no level either; the report says which it is.
    scored = {one.clause for one in told}
    level, held = _level([one for one in applicable if one.clause in scored], rules)
    return ClauseScore(
        clause="",
        claimed=_mean((counts[one.clause], one.claimed) for one in told),
        verified=_mean((counts[one.clause], one.verified) for one in told),
        level=level,
        answered=part,
        n=n,
        held_back=held,
    )
