"""Every assignment of a tiny problem, counted one by one."""

from __future__ import annotations

from itertools import combinations, permutations, product
from typing import TYPE_CHECKING

from hypothesis import strategies as st
from sti_methods.assignment import Apart, Between, OnePer, Problem, Rule, Seat

if TYPE_CHECKING:
    from collections.abc import Iterator

Panels = tuple[tuple[str, ...], ...]


def fits(rule: Rule, proposal: str, panel: tuple[str, ...]) -> bool:
    if rule.proposals is not None and proposal not in rule.proposals:
        return True
    if isinstance(rule, Between):
        count = len(set(rule.experts) & set(panel))
        return rule.least <= count <= (len(panel) if rule.most is None else rule.most)
    if isinstance(rule, OnePer):
        groups = [rule.group_of[e] for e in panel if e in rule.group_of]
        return all(groups.count(g) <= rule.most for g in groups)
    if isinstance(rule, Apart):
        return not any(a in panel and b in panel for a, b in rule.pairs)
    return True


def seats_fit(rules: tuple[Rule, ...], proposal: str, panel: tuple[str, ...]) -> bool:
    places = [
        rule.eligible
        for rule in rules
        if isinstance(rule, Seat)
        and (rule.proposals is None or proposal in rule.proposals)
        for _ in range(rule.count)
    ]
    return any(
        all(
            eligible is None or who in eligible
            for who, eligible in zip(order, places, strict=True)
        )
        for order in permutations(panel, len(places))
    )


def assignments(problem: Problem) -> Iterator[tuple[Panels, tuple[float, ...]]]:
    """Every assignment that meets all conditions, with the sum of each proposal."""
    score = {
        (problem.experts[e], problem.proposals[p]): s
        for e, p, s in zip(
            problem.expert, problem.proposal, problem.score.tolist(), strict=True
        )
    }
    options = []
    for name, size in zip(problem.proposals, problem.size, strict=True):
        people = [e for e in problem.experts if (e, name) in score]
        options.append(
            [
                panel
                for panel in combinations(people, int(size))
                if all(fits(rule, name, panel) for rule in problem.rules)
                and seats_fit(problem.rules, name, panel)
                and all(e in panel for e, p in problem.locked if p == name)
            ]
        )
    for panels in product(*options):
        loads = [sum(e in panel for panel in panels) for e in problem.experts]
        if all(
            low <= n <= high
            for low, n, high in zip(
                problem.load_min, loads, problem.load_max, strict=True
            )
        ):
            yield (
                panels,
                tuple(
                    sum(score[e, name] for e in panel)
                    for name, panel in zip(problem.proposals, panels, strict=True)
                ),
            )


@st.composite
def problems(draw: st.DrawFn, *, rules: bool = False, most: int = 4) -> Problem:
    experts = [f"e{i}" for i in range(draw(st.integers(2, 5)))]
    proposals = [f"p{i}" for i in range(draw(st.integers(1, most - 1)))]
    cells = [(e, p) for e in experts for p in proposals]
    scores = draw(
        st.lists(
            st.none() | st.integers(-3, 9), min_size=len(cells), max_size=len(cells)
        )
    )
    pairs = [
        (e, p, s / 4) for (e, p), s in zip(cells, scores, strict=True) if s is not None
    ]
    high = {e: draw(st.integers(0, len(proposals))) for e in experts}
    return Problem.of(
        pairs,
        experts=experts,
        proposals=proposals,
        size={p: draw(st.integers(1, 3)) for p in proposals},
        load_max=high,
        load_min={e: draw(st.integers(0, min(1, high[e]))) for e in experts},
        locked=draw(
            st.lists(st.sampled_from([(e, p) for e, p, _s in pairs]), max_size=1)
        )
        if pairs
        else [],
        rules=draw(compositions(experts, proposals)) if rules else [],
    )


@st.composite
def compositions(
    draw: st.DrawFn, experts: list[str], proposals: list[str]
) -> list[Rule]:
    some = st.lists(st.sampled_from(experts), unique=True)
    where = st.none() | st.lists(st.sampled_from(proposals), unique=True)
    couples = list(combinations(experts, 2))
    rules: list[Rule] = []
    if draw(st.booleans()):
        least = draw(st.integers(0, 2))
        rules.append(
            Between(
                name="quota",
                experts=tuple(draw(some)),
                least=least,
                most=draw(st.none() | st.integers(least, 3)),
                proposals=draw(where),
            )
        )
    if draw(st.booleans()):
        rules.append(
            OnePer(
                name="one",
                group_of={e: draw(st.sampled_from("AB")) for e in draw(some)},
            )
        )
    if draw(st.booleans()):
        rules.append(
            Apart(
                name="apart",
                pairs=tuple(draw(st.lists(st.sampled_from(couples), max_size=2))),
            )
        )
    if draw(st.booleans()):
        rules.append(
            Seat(name="chair", eligible=tuple(draw(some)), proposals=draw(where))
        )
        if draw(st.booleans()):
            rules.append(
                Seat(name="secretary", eligible=draw(st.none() | some.map(tuple)))
            )
    return rules
