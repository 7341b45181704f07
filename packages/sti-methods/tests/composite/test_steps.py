"""Each step against values worked out by hand, and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kurtosis, skew
from sti_methods.composite import Tables, Treatment, Unfit, aggregating, ranked, run
from sti_methods.composite.aggregating import aggregate
from sti_methods.composite.expectation import fill_normal
from sti_methods.composite.treating import moments, treat

from .small import CELLS, UNITS, data, meta, recipe, tables

nan = float("nan")


def refused(cells=None, changes=None, **said):
    """What a run refuses: kind with unit and code, in order."""
    with pytest.raises(Unfit) as refusal:
        run(recipe=recipe(**said), tables=tables(cells, changes))
    return [
        (f.kind, *(f.about[k] for k in ("unit", "code") if k in f.about))
        for f in refusal.value.all
    ]


def scores(code, cells=None, changes=None, **said):
    made = run(recipe=recipe(**said), tables=tables(cells, changes))
    return [round(float(v), 9) for v in made.scores[code]]


def line(made, name):
    return next(step for step in made.log if step.name == name)


# ------------------------------------------------------------------ denominate


def test_an_indicator_is_divided_by_its_denominator():
    given = {"x": {"Denominator": "size"}}
    made = run(recipe=recipe(), tables=tables(changes=given))

    assert made.prepared.raw[:, 1].tolist() == pytest.approx(
        [1, 1.5, 2 / 3, 1.25, 0.8, 1]
    )
    assert line(made, "denominate").parameters == {"denominators": {"x": "size"}}


def test_the_recipe_may_name_other_denominators_or_none():
    given = {"x": {"Denominator": "size"}}
    named = run(recipe=recipe(denominate={"w": "size"}), tables=tables(changes=given))
    none = run(recipe=recipe(denominate=False), tables=tables(changes=given))

    assert named.prepared.raw[:, 0] == pytest.approx([0.1, 0.1, 0.1, 0.1, 0.1, 7 / 60])
    assert named.prepared.raw[:, 1].tolist() == list(CELLS["x"])
    assert none.prepared.raw.tolist() == tables().values.tolist()


def test_a_denominator_of_nothing_is_refused_with_its_unit():
    rows = data()
    rows[1]["size"], rows[4]["size"] = 0, -5
    given = Tables.of(data=rows, meta=meta(x={"Denominator": "size"}))
    with pytest.raises(Unfit) as refusal:
        run(recipe=recipe(), tables=given)

    assert [(f.kind, f.about["row"], f.about["unit"]) for f in refusal.value.all] == [
        ("denominator_sign", 3, "B"),
        ("denominator_sign", 6, "E"),
    ]


# ------------------------------------------------------------------ screen


def test_a_unit_that_leaves_is_not_ranked_and_the_others_are_ranked_anew():
    gaps = {"w": (nan, *CELLS["w"][1:]), "x": (nan, *CELLS["x"][1:])}
    made = run(recipe=recipe(screen={"units": 0.75}), tables=tables(gaps))

    assert line(made, "screen").units == ("A",)
    assert made.ranks["index"].tolist()[1:] == [5, 4, 3, 2, 1]
    assert np.isnan(made.ranks["index"][0])
    assert np.isnan(made.scores["index"][0])


def test_zeros_can_count_against_a_unit():
    zeros = {"w": (0, *CELLS["w"][1:]), "x": (0, *CELLS["x"][1:])}
    by_zeros = {"units": 0.75, "counted": "zeros"}
    made = run(recipe=recipe(screen=by_zeros), tables=tables(zeros))
    kept = run(recipe=recipe(screen={"units": 0.75}), tables=tables(zeros))

    assert line(made, "screen").units == ("A",)
    assert line(kept, "screen").units == ()


def test_a_thin_indicator_leaves_and_its_pillar_stands_on_the_other():
    made = run(
        recipe=recipe(screen={"indicators": 0.6}),
        tables=tables({"w": (nan, nan, nan, 4.0, 5.0, 7.0)}),
    )

    assert line(made, "screen").codes == ("w",)
    assert made.prepared.tree.children("p") == ("x",)
    assert made.scores["p"].tolist() == made.scores["x"].tolist()


def test_screening_all_away_is_refused():
    gaps = dict.fromkeys(("w", "x", "y"), (nan,) * 5 + (1.0,))

    assert refused(gaps, screen={"units": 0.9}) == [("nobody_left",)]
    assert refused(gaps, screen={"indicators": 0.9}) == [("nothing_left", "p")]


# ------------------------------------------------------------------ impute


def test_means_are_those_of_the_group_and_leave_what_was_there():
    gaps = {"w": (nan, 2.0, 4.0, 10.0, nan, 30.0)}
    made = run(
        recipe=recipe(impute={"method": "group_mean", "group": "region"}),
        tables=tables(gaps),
    )
    raw = made.prepared.raw

    assert raw[:, 0].tolist() == [3.0, 2.0, 4.0, 10.0, 20.0, 30.0]
    assert raw[:, 1:].tolist() == tables(gaps).values[:, 1:].tolist()
    assert line(made, "impute").cells == {"w": ("A", "E")}


def test_values_that_were_there_never_change_whatever_the_order_of_groups():
    mixed = data(w=(nan, 2.0, 4.0, 10.0, nan, 30.0))
    for row, region in zip(mixed, ("s", "n", "s", "n", "s", "n"), strict=True):
        row["region"] = region
    given = Tables.of(data=mixed, meta=meta())
    for method in ("group_mean", "group_median", "mean", "median", "em"):
        group = {"group": "region"} if method.startswith("group") else {}
        # em: the two indicators of p need more than three units, and have six.
        made = run(recipe=recipe(impute={"method": method, **group}), tables=given)
        there = ~np.isnan(given.values)

        assert (made.prepared.raw[there] == given.values[there]).all(), method
        assert made.prepared.imputed.tolist() == (~there).tolist(), method


def test_a_group_without_values_is_refused_with_its_units():
    gaps = {"w": (nan, nan, nan, 10.0, 1.0, 30.0)}
    with pytest.raises(Unfit) as refusal:
        run(
            recipe=recipe(impute={"method": "group_mean", "group": "region"}),
            tables=tables(gaps),
        )

    assert refusal.value.kind == "impute_nothing"
    assert refusal.value.about == {"code": "w", "group": "north", "units": "A, B, C"}


def test_a_unit_without_group_is_refused_only_where_it_needs_one():
    rows = data(w=(nan, 2.0, 4.0, 10.0, 5.0, 30.0))
    rows[0]["region"] = ""
    said = {"method": "group_median", "group": "region"}
    with pytest.raises(Unfit) as refusal:
        run(recipe=recipe(impute=said), tables=Tables.of(data=rows, meta=meta()))

    assert (refusal.value.kind, refusal.value.about["unit"]) == ("impute_no_group", "A")
    rows[0]["w"] = 1.0
    assert run(recipe=recipe(impute=said), tables=Tables.of(data=rows, meta=meta()))


def test_the_latest_year_fills_with_its_year_in_the_log():
    older = [r | {"Time": 2020} for r in data(w=(9.0,) * 6, x=(8.0,) * 6)]
    last = [r | {"Time": 2023} for r in data(w=(nan, 8.0, nan, nan, nan, nan))]
    this = [r | {"Time": 2024} for r in data(w=(nan, nan, 3.0, 4.0, 5.0, 7.0))]
    given = Tables.of(data=[*older, *last, *this], meta=meta())
    said = {"method": "latest_year", "most_years": 4}
    made = run(recipe=recipe(impute=said), tables=given)
    recent = run(recipe=recipe(impute=said | {"most_years": 3}), tables=given)

    assert made.prepared.raw[:, 0].tolist() == [9.0, 8.0, 3.0, 4.0, 5.0, 7.0]
    assert line(made, "impute").notes == {"w": "B 2023, A 2020"}
    assert line(recent, "impute").counts == {
        "missing": 2,
        "imputed": 1,
        "left_missing": 1,
    }


def test_without_earlier_years_the_latest_cannot_be_taken():
    assert refused({"w": (nan, *W[1:])}, impute="latest_year") == [("impute_no_years",)]
    assert scores("index", impute="latest_year") == scores("index")


def test_expectation_fills_from_what_goes_together():
    rng = np.random.default_rng(3)
    base = rng.normal(size=200)
    truth = np.column_stack([base, 2 * base + 5, -base]) + 0.05 * rng.normal(
        size=(200, 3)
    )
    gaps = truth.copy()
    gaps[:40, 1] = nan
    gaps[40:60, 0] = nan
    filled = fill_normal(values=gaps, parent="p")

    assert (filled[~np.isnan(gaps)] == gaps[~np.isnan(gaps)]).all()
    assert np.abs(filled - truth).max() < 0.5
    # The mean alone would miss by as much as the data spread.
    assert np.abs(filled - truth)[:40, 1].mean() < 0.1


def test_expectation_agrees_with_the_closed_form_of_two_columns():
    """With one column complete the likelihood factors (Anderson 1957): a regression fills."""
    x = np.array([1.0, 2.0, 4.0, 5.0, 7.0, 9.0])
    y = np.array([2.0, 3.0, 7.0, 8.0, nan, nan])
    slope, start = np.polyfit(x[:4], y[:4], 1)
    filled = fill_normal(values=np.column_stack([x, y]), parent="p")

    assert filled[4:, 1] == pytest.approx(start + slope * x[4:], abs=1e-6)


def test_expectation_refuses_what_it_cannot_tell():
    x = np.arange(8.0)
    twice = np.column_stack([x, 3 * x + 1, (x - 4) ** 2])
    twice[0, 2] = nan
    with pytest.raises(Unfit, match="em_singular"):
        fill_normal(values=twice, parent="p")
    few = {"w": (nan, nan, nan, nan, nan, 1.0)}
    assert refused(few, impute="em") == [("em_few",)]


# ------------------------------------------------------------------ treat


@given(
    st.lists(st.floats(-1e3, 1e3), min_size=5, max_size=30).filter(
        lambda v: np.ptp(v) > 1
    )
)
def test_moments_are_the_sample_corrected_ones(values):
    column = np.array(values)[:, None]

    assert moments(column)[:, 0] == pytest.approx(
        [skew(values, bias=False), kurtosis(values, bias=False)], rel=1e-6, abs=1e-6
    )


def test_points_move_one_by_one_until_the_indicator_passes():
    column = np.array([*range(1, 31), 300.0, 400.0])[:, None]
    outcome = treat(values=column, rule=Treatment(method="outliers"), codes=["a"])

    assert (outcome.high.tolist(), outcome.low.tolist()) == ([2], [0])
    assert outcome.values[:, 0].tolist() == [*range(1, 31), 30.0, 30.0]
    assert not outcome.failing.any()


def test_what_still_fails_is_logged_from_its_own_values():
    column = np.exp(np.linspace(0, 12, 40))[:, None]
    rule = Treatment(method="outliers", winsorise=1)
    outcome = treat(values=column, rule=rule, codes=["a"])
    low, high = column.min(), column.max()

    assert outcome.logged.tolist() == [True]
    assert outcome.high.tolist() == [0]
    assert outcome.values == pytest.approx(np.log(column - low + 0.01 * (high - low)))


def test_what_fails_even_then_is_a_warning():
    cells = {"w": (0.0, 0.0, 0.0, 0.0, 0.0, 1.0)}
    said = {"method": "outliers", "winsorise": 0, "log": False}
    made = run(recipe=recipe(treat=said), tables=tables(cells))

    assert [w["code"] for w in line(made, "treat").warnings] == ["w"]
    assert line(made, "treat").counts["still_failing"] == 1


def test_an_indicator_can_be_left_as_it_is():
    column = np.array([*range(1, 31), 300.0, 400.0])[:, None]
    rule = Treatment(method="outliers", leave=("a",))

    assert (
        treat(values=column, rule=rule, codes=["a"]).values.tolist() == column.tolist()
    )


def test_low_outliers_are_raised_and_gaps_stay():
    column = np.array([-500.0, nan, *range(1, 31)])[:, None]
    outcome = treat(values=column, rule=Treatment(method="outliers"), codes=["a"])

    assert outcome.low.tolist() == [1]
    assert outcome.values[0, 0] == 1.0
    assert np.isnan(outcome.values[1, 0])


# ------------------------------------------------------------------ normalise

W = (1.0, 2.0, 3.0, 4.0, 5.0, 7.0)


@pytest.mark.parametrize(
    ("said", "w", "y"),
    [
        ({"method": "min_max"}, [0, 100 / 6, 200 / 6, 50, 400 / 6, 100],
         [0, 20, 40, 60, 100, 80]),
        ({"method": "min_max", "lowest": 1}, [1, 17.5, 34, 50.5, 67, 100],
         [1, 20.8, 40.6, 60.4, 100, 80.2]),
        ({"method": "rank"}, [1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 6, 5]),
        ({"method": "borda"}, [0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 5, 4]),
        ({"method": "percentile_rank"}, [0, 20, 40, 60, 80, 100], [0, 20, 40, 60, 100, 80]),
        ({"method": "distance_to_max"}, [0, 1 / 6, 2 / 6, 0.5, 4 / 6, 1],
         [0, 0.2, 0.4, 0.6, 1, 0.8]),
        ({"method": "distance_to_reference", "reference": "C", "lowest": 0, "highest": 1},
         [0, 0.5, 1, 1, 1, 1], [0, 0.5, 1, 1, 1, 1]),
        ({"method": "distance_to_reference", "reference": "C", "highest": 1, "capped": False},
         [0, 0.5, 1, 1.5, 2, 3], [0, 0.5, 1, 1.5, 2.5, 2]),
    ],
)  # fmt: skip
def test_normalised_values_by_hand(said, w, y):
    assert scores("w", normalise=said) == pytest.approx(w, abs=1e-8)
    assert scores("y", normalise=said) == pytest.approx(y, abs=1e-8)


def test_z_scores_have_the_stated_mean_and_sample_deviation():
    found = np.array(scores("y", normalise={"method": "z", "mean": 10, "deviation": 2}))

    assert (found.mean(), found.std(ddof=1)) == pytest.approx((10, 2))
    assert np.argmax(found) == 4  # y is better when less


def test_distance_to_target_runs_from_the_worst_to_the_target():
    goals = {
        "w": {"Target": 5}, "x": {"Target": 60}, "y": {"Target": 2}, "z": {"Target": 1},
    }  # fmt: skip
    said = {"method": "distance_to_target"}

    assert scores("w", changes=goals, normalise=said) == [0, 25, 50, 75, 100, 100]
    assert scores("y", changes=goals, normalise=said) == [0, 25, 50, 75, 100, 100]


def test_goalposts_are_stated_ends_and_turned_for_less_is_better():
    posts = {"w": [0, 10], "x": [0, 50], "y": [1, 11], "z": [0, 1]}
    said = {"method": "goalposts", "posts": posts}

    assert scores("w", normalise=said) == [10, 20, 30, 40, 50, 70]
    assert scores("x", normalise=said) == [20, 60, 40, 100, 80, 100]
    assert scores("y", normalise=said) == [50, 60, 70, 80, 100, 90]


def test_equals_share_the_lower_place():
    assert scores("w", {"w": (1, 1, 2, 2, 2, 3)}, normalise="rank") == [
        1,
        1,
        3,
        3,
        3,
        6,
    ]


def test_normalisation_refuses_what_it_cannot_place():
    flat = {"w": (2.0,) * 6}
    posts = {"w": [0, 10], "x": [0, 50], "y": [1, 11]}

    for method in (
        "min_max",
        "z",
        "rank",
        "borda",
        "percentile_rank",
        "distance_to_max",
    ):
        assert refused(flat, normalise=method) == [("constant", "w")]
    assert refused({"w": (nan,) * 6}) == [("no_values", "w")]
    assert refused(normalise="distance_to_target") == [
        ("no_target", code) for code in ("w", "x", "y", "z")
    ]
    goals = {c: {"Target": t} for c, t in (("w", 1), ("x", 60), ("y", 6), ("z", 1))}
    assert refused(changes=goals, normalise="distance_to_target") == [
        ("target_low", "w"),
        ("target_low", "y"),
    ]
    assert refused(normalise={"method": "goalposts", "posts": posts}) == [
        ("no_posts", "z")
    ]
    assert refused(normalise="none") == [("direction_none", "y")]
    reference = {"method": "distance_to_reference", "reference": "A"}
    assert refused(normalise=reference) == [
        ("reference_low", "A", code) for code in ("w", "x", "y", "z")
    ]


def test_a_trace_left_by_adding_is_no_difference():
    """0.1 + 0.2 is not 0.3 in the last digit; min-max would put the two 100 points apart."""
    assert refused({"w": (0.3, 0.1 + 0.2, 0.3, 0.3, 0.3, 0.3)}) == [("constant", "w")]


def test_a_reference_that_left_is_refused():
    gaps = {"w": (nan, *W[1:]), "x": (nan, *W[1:])}
    said = {"method": "distance_to_reference", "reference": "A"}

    assert refused(gaps, screen={"units": 0.9}, normalise=said) == [
        ("no_reference", "A", "")
    ]


# ------------------------------------------------------------------ weigh, aggregate


def test_weights_are_rescaled_inside_each_parent():
    given = {"w": {"Weight": 3}, "q": {"Weight": 0.5}, "p": {"Weight": 1.5}}
    made = run(recipe=recipe(), tables=tables(changes=given))

    assert made.effective_weights == {
        "w": 0.5625, "x": 0.1875, "y": 0.125, "z": 0.125, "p": 0.75, "q": 0.25, "index": 1.0,
    }  # fmt: skip
    assert made.scores["index"] == pytest.approx(
        0.5625 * made.scores["w"]
        + 0.1875 * made.scores["x"]
        + 0.125 * (made.scores["y"] + made.scores["z"])
    )


def test_a_missing_weight_is_refused_unless_weights_are_not_taken_from_there():
    given = {"w": {"Weight": ""}, "q": {"Weight": "NA"}}

    assert refused(changes=given) == [("missing_weight", "w"), ("missing_weight", "q")]
    assert scores("index", changes=given, weights="equal") == scores("index")
    mine = {"mine": {"w": 1, "x": 1, "y": 1, "z": 1, "p": 1}}
    assert refused(weights="mine", weight_sets=mine) == [("missing_weight", "q")]


def test_weights_of_nothing_are_refused():
    assert refused(changes={"w": {"Weight": 0}, "x": {"Weight": 0}}) == [
        ("weight_sum", "p")
    ]


def test_weights_can_be_handed_over():
    codes = dict.fromkeys(("w", "x", "y", "z", "p"), 1.0)
    made = run(recipe=recipe(), tables=tables(), weights=codes | {"q": 3.0})

    assert made.effective_weights["q"] == 0.75
    assert line(made, "weigh").parameters["weights"] == "handed over"


def test_a_missing_child_is_skipped_and_too_few_give_no_score():
    gaps = {"w": (nan, *W[1:])}

    assert scores("p", gaps)[0] == scores("x", gaps)[0]
    made = run(recipe=recipe(aggregate={"least_data": 0.6}), tables=tables(gaps))
    assert np.isnan(made.scores["p"][0])
    assert line(made, "aggregate").cells == {"p": ("A",)}
    assert np.isnan(made.scores["index"][0])


@pytest.mark.parametrize("method", ["geometric", "harmonic"])
def test_nothing_under_such_a_mean_is_refused_with_unit_and_indicator(method):
    assert refused(aggregate=method) == [
        ("not_positive", "A", "w"),
        ("not_positive", "A", "x"),
        ("not_positive", "A", "y"),
        ("not_positive", "A", "z"),
    ]
    assert run(
        recipe=recipe(aggregate=method, normalise={"lowest": 1}), tables=tables()
    )


def test_a_level_may_have_its_own_mean():
    said = {"method": "arithmetic", "levels": {3: "geometric"}}
    made = run(recipe=recipe(aggregate=said, normalise={"lowest": 1}), tables=tables())

    assert made.scores["p"] == pytest.approx((made.scores["w"] + made.scores["x"]) / 2)
    assert made.scores["index"] == pytest.approx(
        np.sqrt(made.scores["p"] * made.scores["q"])
    )


def join(method, values, weights):
    rows = np.array(values, dtype=float)
    return aggregate(
        values=rows,
        weights=np.array(weights, dtype=float),
        join=np.ones((rows.shape[1], 1)),
        method=method,
        least_data=0.0,
        codes=[f"c{n}" for n in range(rows.shape[1])],
        parents=["p"],
        units=[f"u{n}" for n in range(len(rows))],
    )[:, 0].tolist()


def test_means_by_hand():
    assert join("arithmetic", [[2, 8]], [1, 3]) == [6.5]
    assert join("geometric", [[2, 8]], [1, 1]) == pytest.approx([4])
    assert join("harmonic", [[2, 8]], [1, 1]) == pytest.approx([3.2])


def test_copeland_counts_duels_won_less_lost():
    # u0 beats u1 on the heavy child, u2 loses to both.
    assert join("copeland", [[3, 1], [2, 3], [1, 2]], [0.6, 0.4]) == [2, 0, -2]
    # Half of the weight each is a drawn duel.
    assert join("copeland", [[3, 1], [2, 3]], [1, 1]) == [0, 0]
    # What one of the two lacks does not count.
    assert join("copeland", [[3, nan], [2, 3]], [0.1, 0.9]) == [1, -1]


def test_copeland_is_the_same_in_blocks_and_at_once(monkeypatch):
    values = np.random.default_rng(5).normal(size=(23, 4)).round(1)
    values[3, 1] = values[9, 2] = nan
    once = join("copeland", values, [1, 2, 3, 4])
    monkeypatch.setattr(aggregating, "ROWS", 5)

    assert join("copeland", values, [1, 2, 3, 4]) == once
    assert sum(once) == 0


@given(
    st.lists(
        st.lists(st.floats(0.01, 1e4), min_size=3, max_size=3), min_size=1, max_size=6
    ),
    st.lists(st.floats(0.1, 10), min_size=3, max_size=3),
)
def test_harmonic_is_below_geometric_is_below_arithmetic(values, weights):
    low, middle, high = (
        np.array(join(m, values, weights))
        for m in ("harmonic", "geometric", "arithmetic")
    )

    assert (low <= middle * (1 + 1e-9)).all()
    assert (middle <= high * (1 + 1e-9)).all()


# ------------------------------------------------------------------ rank


def test_equals_share_the_better_rank_and_what_is_missing_has_none():
    ranks = ranked(np.array([5.0, nan, 7.0, 5.0, 1.0]))

    assert ranks.tolist()[0::2] == [2.0, 1.0, 4.0]
    assert ranks[3] == 2.0
    assert np.isnan(ranks[1])


def test_the_last_digit_does_not_part_equals():
    assert ranked(np.array([0.1 + 0.2, 0.3, 0.2])).tolist() == [1.0, 1.0, 3.0]


@given(st.permutations(range(6)), st.sampled_from(["min_max", "z", "percentile_rank"]))
def test_the_order_of_the_rows_changes_no_rank(order, method):
    rows = data()
    turned = Tables.of(data=[rows[n] for n in order], meta=meta())
    said = recipe(normalise=method)
    ranks = dict(
        zip(UNITS, run(recipe=said, tables=tables()).ranks["index"], strict=True)
    )
    again = run(recipe=said, tables=turned)

    assert dict(zip(again.units, again.ranks["index"], strict=True)) == ranks


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=6, max_size=6).filter(
        lambda v: max(v) - min(v) > 1e-3
    ),
    st.floats(-10, 10),
    st.floats(0.1, 50),
)
def test_min_max_stays_within_its_ends_and_reaches_both(values, low, span):
    found = scores(
        "w", {"w": tuple(values)}, normalise={"lowest": low, "highest": low + span}
    )

    assert (min(found), max(found)) == pytest.approx((low, low + span), abs=1e-8)


@given(st.floats(0.01, 100))
def test_weights_of_one_parent_may_be_multiplied_by_any_number(factor):
    given = {"w": {"Weight": 3 * factor}, "x": {"Weight": 2 * factor}}
    plain = {"w": {"Weight": 3}, "x": {"Weight": 2}}

    assert scores("index", changes=given) == pytest.approx(
        scores("index", changes=plain)
    )
