"""A limit holds to the last đồng: no set that passes it is taken, none that meets it is lost."""

from __future__ import annotations

import pytest
from sti_methods.portfolio import Level, Limit, Problem, Share, searching, solve


def problem_of(costs, merits, condition):
    levels = [
        Level(proposal=f"p{n}", merit=float(merit), amounts={"y": float(cost)})
        for n, (cost, merit) in enumerate(zip(costs, merits, strict=True))
    ]
    return Problem.of_levels(
        levels, [condition], categories={"field": {"p0": "x", "p1": "x"}}
    )


def most(amount):
    return Limit(name="budget", measure="y", at_most=float(amount))


@pytest.mark.parametrize("few", [searching.FEW_LEVELS, 0])
@pytest.mark.parametrize("size", [10**9, 10**10, 10**11, 10**12])
@pytest.mark.parametrize("beyond", [1, 10, 500, 5_000, 50_000])
def test_a_budget_spent_to_the_last_dong_has_no_room_for_more(
    size, beyond, few, monkeypatch
):
    monkeypatch.setattr(searching, "FEW_LEVELS", few)
    found = solve(problem_of([size, beyond], [5, 1], most(size)))

    assert (found.status, found.objective, found.spent) == (
        "optimal",
        5.0,
        {"y": float(size)},
    )


@pytest.mark.parametrize(
    ("costs", "condition"),
    [
        ([0.1, 0.2], most(0.3)),
        ([1.1, 2.2], most(3.3)),
        ([0.7] * 10, most(7)),
        (
            [1, 2, 7],
            Share(
                name="s",
                measure="y",
                where={"field": frozenset("x")},
                at_least=0.3,
                at_most=0.3,
            ),
        ),
        (
            [0.5, 0.45, 0.05],
            Share(name="s", measure="y", where={"field": frozenset("x")}, at_most=0.95),
        ),
    ],
)
def test_decimals_that_meet_a_limit_exactly_meet_it(costs, condition):
    found = solve(problem_of(costs, [1] * len(costs), condition))

    assert found.chosen.all()
