"""The best set within a budget, and how large a change is no chance."""

from __future__ import annotations

import random
from itertools import combinations

import numpy as np
import pytest
from sti_methods.maturity import Option, best_set, by_peers, by_people


def worth(chosen, priorities):
    best = {}
    for one in chosen:
        for item, gain in one.gains.items():
            best[item] = max(best.get(item, 0), gain)
    return sum(priorities[i] * g / 5 for i, g in best.items())


def tried(options, priorities, budget):
    """Every set there is, the plain way."""
    best = 0.0
    for size in range(len(options) + 1):
        for chosen in combinations(options, size):
            raised = {item for one in chosen for item in one.gains}
            if sum(o.cost for o in chosen) <= budget and all(o.needs <= raised for o in chosen):  # fmt: skip
                best = max(best, worth(chosen, priorities))
    return best


@pytest.mark.parametrize("seed", range(12))
def test_no_set_within_the_budget_is_worth_more(seed):
    draw = random.Random(seed)  # noqa: S311
    items = [f"I{n}" for n in range(5)]
    priorities = {item: draw.uniform(0.05, 1) for item in items}
    options = [
        Option(
            code=f"a{n}",
            cost=draw.randint(0, 60_000_000),
            gains={i: draw.choice([1.0, 1.5, 2.0]) for i in draw.sample(items, 2)},
            needs=frozenset(draw.sample(items, draw.randint(0, 1))),
        )
        for n in range(8)
    ]
    budget = draw.randint(10_000_000, 150_000_000)
    found = best_set(options, priorities=priorities, budget=budget)
    assert found.optimal
    assert found.cost <= budget
    assert found.value == pytest.approx(tried(options, priorities, budget))
    assert found.bound == pytest.approx(found.value, abs=1e-6)


def test_what_comes_first_is_bought_first_and_one_dong_too_much_is_too_much():
    first = Option(code="course", cost=100, gains={"S06": 1.0})
    second = Option(code="pipeline", cost=100, gains={"O06": 3.0}, needs=frozenset({"S06"}))  # fmt: skip
    priorities = {"S06": 0.1, "O06": 1.0}

    def codes(budget, *options):
        return best_set(options, priorities=priorities, budget=budget).codes

    assert codes(200, first, second) == ("course", "pipeline")
    assert codes(199, first, second) == ("course",)
    assert codes(200, second) == ()
    assert codes(0, first) == ()


@pytest.mark.parametrize(
    "wrong",
    [
        ([Option(code="a", cost=-1, gains={"x": 1.0})], 1),
        ([Option(code="a", cost=1, gains={"x": 0.0})], 1),
        ([Option(code="a", cost=1, gains={"x": 1.0})] * 2, 1),
        ([], -1),
    ],
)
def test_what_is_no_question_is_refused(wrong):
    options, budget = wrong
    with pytest.raises(ValueError, match=r"."):
        best_set(options, priorities={"x": 1.0}, budget=budget)


def test_the_detectable_change_of_peers_rests_on_deviation_and_omega():
    draw = np.random.default_rng(1)
    level = draw.normal(2.5, 1, (400, 1))
    noisy = level + draw.normal(0, 1, (400, 4))
    found = by_peers(noisy)
    # Four items of one unit of noise each: the mean errs by a half.
    assert found.least == pytest.approx(1.96 * 2**0.5 * 0.5, rel=0.06)
    assert (found.by, found.n) == ("peers", 400)
    assert by_peers(noisy[:29]) is None
    assert by_peers(noisy[:, :2]) is None


def test_the_detectable_change_of_people_rests_on_their_spread():
    assert by_people([1, 2], [1, 2, 3]) is None
    found = by_people([1, 2, 3], [2, 3, 4])
    assert (found.least, found.by, found.n) == (pytest.approx(1.96 * (2 / 3) ** 0.5), "people", 3)  # fmt: skip
