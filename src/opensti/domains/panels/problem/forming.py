"""A plan as a frozen problem: who may sit where, how well each fits, and the rules.

Everything that decides is written into the bytes: the pairs with their scores, loads,
rules, locks, the objective and the seed. From them alone the same answer is computed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np
from sti_methods import assignment

from opensti.domains.panels.choices import (
    FormationMode,
    Wish,
)
from opensti.domains.panels.problem.composing import GROUP, rules_of
from opensti.domains.panels.problem.conditions import (
    HAS,
    Conditions,
    aspects_of,
)
from opensti.domains.panels.problem.pool import (
    Plan,
    pool_of,
)
from opensti.domains.panels.problem.suiting import suit
from opensti.domains.panels.queries.barred import barred_pairs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from opensti.domains.panels.models import (
        ExpertLock,
    )
    from opensti.domains.registry.queries import ExpertFacts

FORMAT = "opensti-formation-2"
# As before, with people and cases by the numbers of their rows.
FORMATS = ("opensti-formation-1", FORMAT)
# What a wish is worth, in points of the score (0 to 1).
WISHES: dict[str, float] = {Wish.EAGER: 0.1, Wish.WILLING: 0.05, Wish.RELUCTANT: -0.1}
# With more pairs than this, each case keeps its best, and the best of each quota.
MOST_PAIRS = 600_000
KEPT, KEPT_OF_EACH = 150, 25
AT_ONCE = 100


@dataclass(frozen=True, kw_only=True)
class Frozen:
    """The problem with what a page needs to tell of it."""

    assignment: assignment.Problem
    mode: str
    conditions: Conditions
    seed: str
    items: tuple[int | str, ...]
    facts: Mapping[str, Any]
    format: str = FORMAT

    def to_bytes(self) -> bytes:
        document = {
            "format": self.format,
            "assignment": self.assignment.document(),
            "mode": self.mode,
            "conditions": self.conditions.as_json(),
            "seed": self.seed,
            "items": self.items,
            "facts": self.facts,
        }
        return json.dumps(
            document, ensure_ascii=False, sort_keys=True, separators=(",", ":")
        ).encode()

    @classmethod
    def of(cls, kept: bytes) -> Frozen:
        document = json.loads(kept)
        if document.get("format") not in FORMATS:
            raise ValueError(f"This is no frozen problem of {FORMAT}.")
        return cls(
            assignment=assignment.Problem.of_document(document["assignment"]),
            mode=document["mode"],
            conditions=Conditions.of(document["conditions"]),
            seed=document["seed"],
            items=tuple(document["items"]),
            facts=document["facts"],
            format=document["format"],
        )


def digest_of(kept: bytes) -> str:
    return sha256(kept).hexdigest()


# ---- the frozen problem


def freeze(plan: Plan, conditions: Conditions, *, seed: str = "") -> Frozen:
    """Write down the whole problem; a number of queries that does not grow with it."""
    items = list(
        plan.rows.select_related("dossier", "order")
        .defer("dossier__answers", "dossier__typed")
        .order_by("position")
    )
    pool = pool_of(plan, conditions)
    people = list(pool.people.values())
    where = {p.person_id: i for i, p in enumerate(people)}
    column = {item.pk: j for j, item in enumerate(items)}
    suited = suit(items=items, people=[p.person_id for p in people])
    score, known = suited.score, suited.known
    barred, reasons = _weighed(plan, items, list(where), score)
    together = plan.mode == FormationMode.TOGETHER
    # Means of each expert's own row: the same bytes on every machine.
    fit = np.round(score.mean(axis=1, keepdims=True) if together else score, 6)
    may: NDArray[np.bool_] = np.asarray(
        ~barred.any(axis=1, keepdims=True) if together else ~barred
    )
    names = [GROUP] if together else [str(item.pk) for item in items]
    for pk in plan.members:
        may[where[pk], 0] = True
    must = _must(plan.locks, where, names, column, together=together)
    features = _features(people, plan.sits_on.year)
    keep = _kept(fit, may, features, people, must)
    experts = [str(p.person_id) for p in people]
    row, col = np.nonzero(keep)
    rules, notes = rules_of(plan, conditions, items, people, features, known & may)
    problem = assignment.Problem(
        experts=tuple(experts),
        proposals=tuple(names),
        expert=row,
        proposal=col,
        score=fit[row, col],
        size=np.full(len(names), conditions.size),
        load_min=np.array([pool.load[p.person_id][0] for p in people], dtype=np.int64),
        load_max=np.array([pool.load[p.person_id][1] for p in people], dtype=np.int64),
        locked=tuple((experts[i], names[j]) for i, j in sorted(must)),
        rules=tuple(rules),
    )
    return Frozen(
        assignment=problem,
        mode=plan.mode,
        conditions=conditions,
        seed=seed,
        items=tuple(item.pk for item in items),
        facts={
            "features": {
                str(p.person_id): sorted(
                    name for name, who in features.items() if p.person_id in who
                )
                for p in people
            },
            "house": {str(p.person_id): p.organisation for p in people},
            "barred": reasons,
            "left_out": {str(pk): why for pk, why in sorted(pool.left_out.items())},
            "pool": {
                **pool.counts,
                "in_conflict": len({key.split(":")[0] for key in reasons}),
                "without_evidence": int(suited.silent.sum()),
                "pairs": int(may.sum()),
                "pairs_weighed": int(keep.sum()),
            },
            "notes": notes,
            "scores": dict(suited.method),
        },
    )


def _weighed(
    plan: Plan,
    items: Sequence[Any],
    people: Sequence[int],
    score: NDArray[np.float64],
) -> tuple[NDArray[np.bool_], dict[str, str]]:
    """Who must not sit where, and why; wishes move the scores in their place."""
    where = {pk: i for i, pk in enumerate(people)}
    column = {item.pk: j for j, item in enumerate(items)}
    barred = np.zeros(score.shape, dtype=bool)
    reasons: dict[str, str] = {}

    def bar(person: int, item: int, why: str) -> None:
        if person in where:
            barred[where[person], column[item]] = True
            reasons.setdefault(f"{person}:{item}", why)

    for (person, item), why in barred_pairs(
        items=items, people=people, on=plan.sits_on
    ).items():
        bar(person, item, why)
    for person, item, wish in plan.bids:
        if wish == Wish.CONFLICT:
            bar(person, item, "bid")
        elif person in where:
            i, j = where[person], column[item]
            score[i, j] = min(1.0, max(0.0, score[i, j] + WISHES[wish]))
    for lock in plan.locks:
        if not lock.must:
            for pk in [lock.item_id] if lock.item_id else column:
                bar(lock.person_id, pk, "lock")
    return barred, reasons


def _must(
    locks: Iterable[ExpertLock],
    where: Mapping[int, int],
    names: Sequence[str],
    column: Mapping[int, int],
    *,
    together: bool,
) -> set[tuple[int, int]]:
    found = set()
    for lock in locks:
        if lock.must and lock.person_id in where:
            places = (
                [0]
                if together
                else [column[lock.item_id]]
                if lock.item_id
                else range(len(names))
            )
            found |= {(where[lock.person_id], j) for j in places}
    return found


def _features(people: Sequence[ExpertFacts], year: int) -> dict[str, set[int]]:
    found = {
        name: {p.person_id for p in people if has(p, year)} for name, has in HAS.items()
    }
    for p in people:
        for aspect in aspects_of(p):
            found.setdefault(f"aspect-{aspect}", set()).add(p.person_id)
    return found


def _kept(
    fit: NDArray[np.float64],
    may: NDArray[np.bool_],
    features: Mapping[str, set[int]],
    people: Sequence[ExpertFacts],
    must: set[tuple[int, int]],
) -> NDArray[np.bool_]:
    """All that may be, or of each case its best and the best of each quota."""
    if int(may.sum()) <= MOST_PAIRS:
        kept = may.copy()
    else:
        kept = np.zeros(may.shape, dtype=bool)
        groups = [np.ones(len(people), dtype=bool)] + [
            np.array([p.person_id in who for p in people]) for who in features.values()
        ]
        # Some cases at a time: copies of all scores would be the most that is held.
        for first in range(0, may.shape[1], AT_ONCE):
            some = np.arange(first, min(first + AT_ONCE, may.shape[1]))
            score = np.where(may[:, some], fit[:, some], -1.0)
            for number, group in enumerate(groups):
                rows = np.flatnonzero(group)
                count = min(rows.size, KEPT_OF_EACH if number else KEPT)
                if not count:
                    continue
                best = np.argpartition(-score[rows], count - 1, axis=0)[:count]
                kept[rows[best], some] = True
        kept &= may
    for i, j in must:
        kept[i, j] = kept[i, j] or bool(may[i, j])
    return kept
