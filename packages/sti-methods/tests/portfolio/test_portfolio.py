"""Against every set there is: the best, its ties, what is in the way, and what things cost."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sti_methods.portfolio import (
    Exclusive,
    Faulty,
    Level,
    Limit,
    Must,
    Never,
    Problem,
    Requires,
    Share,
    Threshold,
    Together,
    conflict,
    drawn_order,
    explain,
    listing,
    searching,
    shadow_prices,
    solve,
    standings,
    sweep,
)
from sti_methods.portfolio.reasons import holds, least_losses
from sti_methods.portfolio.sensitivity import often

NAMES = ("a", "b", "c", "d", "e")


@pytest.fixture(autouse=True, scope="module", params=["whole", "in cores"])
def searched(request):
    """Small problems are searched whole; the same must come from cores of them."""
    few, first = searching.FEW_LEVELS, (searching.FIRST, searching.FOR_A_ROW)
    if request.param == "in cores":
        searching.FEW_LEVELS, searching.FIRST, searching.FOR_A_ROW = 0, 0, 0
    yield
    searching.FEW_LEVELS, (searching.FIRST, searching.FOR_A_ROW) = few, first


@st.composite
def problems(draw):
    n = draw(st.integers(1, 5))
    names = NAMES[:n]
    levels = [
        Level(
            proposal=name,
            name=str(level),
            merit=float(draw(st.integers(-2, 9))),
            amounts={year: float(draw(st.integers(0, 5))) for year in ("y1", "y2")},
        )
        for name in names
        for level in range(draw(st.integers(1, 2)))
    ]
    field = {name: draw(st.sampled_from("xy")) for name in names}
    some = st.lists(st.sampled_from(names), min_size=2, max_size=3, unique=True)
    one = st.sampled_from(names)
    where = st.sampled_from([{}, {"field": frozenset("x")}])
    number = st.integers(0, 9).map(float)
    kinds = [
        st.builds(
            lambda m, w, v: ("limit", m, w, None, v),
            st.sampled_from(["y1", "y2", "count"]),
            where,
            number,
        ),
        st.builds(
            lambda m, w, v: ("limit", m, w, v, None),
            st.sampled_from(["y1", "count", "merit"]),
            where,
            number,
        ),
        st.builds(lambda v: ("share", v), st.sampled_from([0.25, 0.5, 0.75])),
        st.builds(lambda v: ("threshold", v), st.integers(-2, 5).map(float)),
        st.builds(lambda p: ("must", p), one),
        st.builds(lambda p: ("never", p), one),
    ]
    if n > 1:
        kinds += [
            st.builds(lambda ps: ("exclusive", tuple(ps)), some),
            st.builds(lambda ps: ("together", tuple(ps)), some),
            st.builds(lambda ps: ("requires", ps[0], ps[1]), some),
        ]
    conditions = []
    for number_, said in enumerate(draw(st.lists(st.one_of(kinds), max_size=4))):
        conditions.append(condition(f"c{number_}", said))
    return Problem.of_levels(levels, conditions, categories={"field": field})


def condition(name, said):  # noqa: PLR0911 -- one for each kind
    match said:
        case ("limit", measure, where, low, high):
            return Limit(
                name=name, measure=measure, where=where, at_least=low, at_most=high
            )
        case ("share", part):
            return Share(
                name=name, measure="y1", where={"field": frozenset("x")}, at_least=part
            )
        case ("threshold", least):
            return Threshold(name=name, at_least=least)
        case ("must", p):
            return Must(name=name, proposal=p)
        case ("never", p):
            return Never(name=name, proposal=p)
        case ("exclusive", ps):
            return Exclusive(name=name, proposals=ps)
        case ("together", ps):
            return Together(name=name, proposals=ps)
        case ("requires", p, q):
            return Requires(name=name, proposal=p, needs=q)


def sets(problem):
    """Every choice of at most one level a proposal."""
    own = [np.flatnonzero(problem.of == p) for p in range(len(problem.proposals))]
    for levels in product(*[[-1, *places.tolist()] for places in own]):
        x = np.zeros(problem.of.size, dtype=bool)
        x[[level for level in levels if level >= 0]] = True
        yield x


def allowed(problem, conditions=None):
    conditions = problem.conditions if conditions is None else conditions
    return [x for x in sets(problem) if all(holds(problem, c, x) for c in conditions)]


def best(problem, found):
    return max(round(float(problem.merit[x].sum()), 6) for x in found)


@settings(max_examples=700, deadline=None)
@given(problems())
def test_no_set_is_better_and_the_chosen_one_holds_every_condition(problem):
    found, selection = allowed(problem), solve(problem)
    if not found:
        assert selection.status == "infeasible"
        return
    x = np.zeros(problem.of.size, dtype=bool)
    x[selection.level[selection.chosen]] = True
    assert any((x == y).all() for y in found)
    assert (selection.status, selection.gap) == ("optimal", 0.0)
    assert selection.objective == selection.bound == best(problem, found)


@settings(max_examples=60, deadline=None)
@given(problems(), st.text("pq", max_size=3))
def test_of_equal_sets_the_drawn_order_decides(problem, seed):
    found = allowed(problem)
    if not found:
        return
    order = drawn_order(problem.proposals, seed)
    top = best(problem, found)
    equal = [x for x in found if round(float(problem.merit[x].sum()), 6) == top]

    def places(x):
        chosen = {problem.proposals[p] for p in problem.of[x]}
        return tuple(name not in chosen for name in order)

    selection = solve(problem, ties=order)
    said = {
        name for name, c in zip(problem.proposals, selection.chosen, strict=True) if c
    }
    assert tuple(name not in said for name in order) == min(map(places, equal))


@settings(max_examples=60, deadline=None)
@given(problems())
def test_what_is_in_the_way_cannot_be_met_and_without_any_one_it_can(problem):
    found = conflict(problem)
    if allowed(problem):
        assert found == ()
        return
    parts = [(c.condition, c.end) for c in found]

    def only(part):
        which, end = part
        if not end or isinstance(which, Threshold):
            return which
        other = "at_most" if end == "at_least" else "at_least"
        return type(which)(**{**vars(which), other: None})

    assert not allowed(problem, [only(p) for p in parts])
    for left_out in parts:
        assert allowed(problem, [only(p) for p in parts if p is not left_out])
    for one in found:
        if one.needed is not None and isinstance(one.condition, Limit | Threshold):
            others = [c for c in problem.conditions if c is not one.condition]
            mended = type(one.condition)(**{**vars(one.condition), one.end: one.needed})
            assert allowed(problem, [*others, mended])


@settings(max_examples=60, deadline=None)
@given(problems())
def test_the_price_of_turning_a_proposal_round_is_exact(problem):
    found, selection = allowed(problem), solve(problem)
    if not found:
        return
    for place, name in enumerate(problem.proposals):
        reason = explain(problem, selection, name)
        turned = [x for x in found if x[problem.of == place].any() != reason.chosen]
        assert reason.possible == bool(turned)
        if turned:
            assert reason.price == round(selection.objective - best(problem, turned), 6)


@settings(max_examples=40, deadline=None)
@given(problems(), st.integers(0, 3))
def test_always_sometimes_and_never_are_what_all_nearly_best_sets_say(problem, within):
    found, selection = allowed(problem), solve(problem)
    if not found:
        return
    near = [x for x in found if problem.merit[x].sum() >= selection.objective - within]
    for place, said in enumerate(standings(problem, selection, within=float(within))):
        has = {bool(x[problem.of == place].any()) for x in near}
        assert said == {(True,): "always", (False,): "never"}.get(
            tuple(has), "sometimes"
        )


@settings(max_examples=30, deadline=None)
@given(problems())
def test_more_money_never_costs_merit(problem):
    money = Limit(name="money", measure="y1", at_most=8.0)
    stops = sweep(
        problem.with_conditions([*problem.conditions, money]),
        ["money"],
        [0.5, 1.0, 1.5],
    )
    merits = [stop.selection.objective for stop in stops]
    assert merits == sorted(merits)


@settings(max_examples=40, deadline=None)
@given(problems(), st.integers(0, 99), st.sampled_from([0, listing.MOST_SETS]))
def test_how_often_a_proposal_is_chosen_is_counted_over_the_draws(problem, seed, most):
    """Whether all sets are written out or each draw is asked of the solver."""
    found = allowed(problem)
    if not found:
        return
    drawn = np.random.default_rng(seed).normal(size=(5, problem.of.size)).round(6)
    count = np.zeros(len(problem.proposals))
    for merit in drawn:
        best_set = max(found, key=lambda x: merit[x].sum())
        count[problem.of[best_set]] += 1
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listing, "MOST_SETS", most)
        share, gaps = often(problem, drawn, gap=0.0)

    assert np.array_equal(share, count / 5)
    assert gaps.max() <= 1e-6


def test_one_more_unit_of_a_budget_is_worth_what_another_selection_brings():
    problem = Problem.of_levels(
        [
            Level(proposal="a", merit=5, amounts={"y": 50.0}),
            Level(proposal="b", merit=4, amounts={"y": 50.0}),
            Level(proposal="c", merit=1, amounts={"y": 1.0}),
        ],
        [Limit(name="money", measure="y", at_most=100.0)],
    )
    selection = solve(problem)
    (price,) = shadow_prices(problem, selection)

    assert (selection.objective, selection.spent) == (9.0, {"y": 100.0})
    assert (price.condition, price.end, price.step, price.gain) == (
        "money",
        "at_most",
        1.0,
        1.0,
    )
    assert price.marginal == pytest.approx(4 / 50)


def test_a_smaller_cost_that_would_do_is_told():
    problem = Problem.of_levels(
        [
            Level(proposal="a", merit=5, amounts={"y": 60.0}),
            Level(proposal="b", merit=4, amounts={"y": 80.0}),
        ],
        [Limit(name="money", measure="y", at_most=100.0)],
    )
    reason = explain(problem, solve(problem), "b")

    assert (reason.chosen, reason.price, reason.lost_to) == (False, 1.0, ("money",))
    assert reason.cost_factor == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("levels", "conditions", "kind"),
    [
        ([Level(proposal="a", merit=1)] * 2, [], "twice"),
        ([Level(proposal="a", merit=float("nan"))], [], "number"),
        ([Level(proposal="a", merit=1, amounts={"y": -1.0})], [], "negative"),
        (
            [Level(proposal="a", merit=1)],
            [Must(name="m", proposal="z")],
            "unknown_proposal",
        ),
        (
            [Level(proposal="a", merit=1)],
            [Limit(name="m", measure="y", at_most=1)],
            "unknown_measure",
        ),
        (
            [Level(proposal="a", merit=1)],
            [Limit(name="m", measure="count", where={"f": frozenset("x")}, at_most=1)],
            "unknown_column",
        ),
        ([Level(proposal="a", merit=1)], [Limit(name="m", measure="count")], "limit"),
        (
            [Level(proposal="a", merit=1)],
            [Never(name="m", proposal="a")] * 2,
            "same_name",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_by_kind(levels, conditions, kind):
    with pytest.raises(Faulty) as refusal:
        Problem.of_levels(levels, conditions)

    assert refusal.value.kind == kind


# ---- larger than every set there is: what is fast lies around what is exact


def planted(seed, n=320):
    g = np.random.default_rng(seed)
    names = [f"p{i:03}" for i in range(n)]
    return Problem.of_levels(
        [
            Level(
                proposal=name,
                name=level,
                merit=float(round(merit * part**0.5, 2)),
                amounts={
                    "y1": float(round(a * part, 1)),
                    "y2": float(round(b * part, 1)),
                },
            )
            for name, merit, a, b in zip(
                names,
                g.normal(70, 10, n),
                g.lognormal(3, 0.6, n),
                g.lognormal(3, 0.6, n),
                strict=True,
            )
            for level, part in (("full", 1.0), ("half", 0.5))
        ],
        [
            Limit(name="y1", measure="y1", at_most=2000),
            Limit(name="y2", measure="y2", at_most=2200),
            Limit(
                name="floor",
                measure="count",
                where={"field": frozenset("x")},
                at_least=60,
            ),
            Exclusive(name="apart", proposals=("p001", "p002")),
        ],
        categories={"field": dict(zip(names, g.choice(["x", "w"], n), strict=True))},
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_within_a_gap_the_best_lies_between_what_was_found_and_the_bound(seed):
    problem = planted(seed)
    best_set, near = solve(problem), solve(problem, gap=1e-3)

    assert best_set.status == "optimal"
    assert near.objective <= best_set.objective <= near.bound
    assert near.bound - near.objective <= 1e-3 * near.bound


def test_a_quick_price_lies_around_the_exact_one_and_saving_enough_is_enough():
    problem = planted(3)
    selection = solve(problem)
    nearest = np.argsort(least_losses(problem, selection, None), kind="stable")
    for place in nearest[:6]:
        name = problem.proposals[place]
        exact = explain(problem, selection, name)
        quick = explain(problem, selection, name, exact=False)

        assert quick.price_low <= exact.price + 1e-6 <= quick.price + 2e-6
        assert exact.price_low == exact.price
        if quick.cost_factor is not None:
            assert quick.cost_factor <= exact.cost_factor + 1e-6


def test_of_many_equal_sets_the_order_decides_too():
    names = [f"p{n:02}" for n in range(60)]
    problem = Problem.of_levels(
        [Level(proposal=name, merit=3, amounts={"y": 1.0}) for name in names],
        [Limit(name="money", measure="y", at_most=25.0)],
    )
    order = drawn_order(names, "tin")
    selection = solve(problem, ties=order)

    chosen = {problem.proposals[p] for p in np.flatnonzero(selection.chosen)}
    assert (chosen, selection.tied) == (set(order[:25]), None)
