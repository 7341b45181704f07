from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sti_methods.scheduling import Problem, Route, Stage, simulate

WEEKDAYS = tuple(n for n in range(738000, 738000 + 1500) if n % 7 not in (0, 6))


def problem(**changes) -> Problem:
    made = Problem(
        stages=(
            Stage(id="check", pool="officer", least=5, likely=5, most=5),
            Stage(
                id="council",
                pool="secretary",
                least=1,
                likely=1,
                most=1,
                meets_every=10,
            ),
            Stage(id="end", pool="officer", least=0, likely=0, most=0, final=True),
        ),
        routes=(
            Route(origin="check", target="council", weight=1),
            Route(origin="council", target="end", weight=1),
        ),
        pools=(("officer", 100), ("secretary", 1)),
        start="check",
        cases_per_year=20,
        days=WEEKDAYS,
        runs=20,
    )
    return replace(made, **changes)


def test_five_working_days_with_hands_enough_take_a_week():
    times = {s.id: s for s in simulate(problem()).stages}
    assert times["check"].median == 7
    assert times["check"].waiting == 0


def test_one_pair_of_hands_makes_cases_wait_there():
    result = simulate(
        problem(cases_per_year=60, pools=(("officer", 1), ("secretary", 1)))
    )
    assert result.waits_most_at == "check"
    assert result.median > simulate(problem(cases_per_year=60)).median


def test_everybody_ends_somewhere():
    result = simulate(problem())
    assert (result.finished, result.unfinished) == (400, 0)
    assert result.ends == (("end", 1.0),)


def test_the_same_seed_gives_the_same_answer_another_seed_another():
    assert simulate(problem()) == simulate(problem())
    assert simulate(problem(seed=2)) != simulate(problem())


def test_a_stage_without_a_way_on_is_counted_as_unfinished():
    result = simulate(problem(routes=problem().routes[:1]))
    assert (result.finished, result.unfinished) == (0, 400)


@pytest.mark.parametrize(
    "changes",
    [
        {"start": "nowhere"},
        {"runs": 0},
        {"pools": (("officer", 0),)},
        {"days": (1,)},
    ],
)
def test_a_faulty_problem_is_refused(changes):
    with pytest.raises(ValueError, match=r"\w"):
        problem(**changes)


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 5), st.integers(1, 60))
def test_more_hands_never_make_the_median_wait_longer(people, cases):
    few = simulate(
        problem(cases_per_year=cases, pools=(("officer", people), ("secretary", 1)))
    )
    many = simulate(
        problem(cases_per_year=cases, pools=(("officer", 500), ("secretary", 1)))
    )
    wait = {s.id: s.waiting_p90 for s in few.stages}["check"]
    assert {s.id: s.waiting_p90 for s in many.stages}["check"] <= wait
