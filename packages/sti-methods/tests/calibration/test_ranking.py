from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sti_methods.calibration import Reviews, calibrate, plain_means

from .worlds import regret, world

MIXEDLM = json.loads((Path(__file__).parent / "mixedlm.json").read_text("utf-8"))


def columns(ranking):
    return [
        ranking.mean, ranking.merit, ranking.low, ranking.high, ranking.rank,
        ranking.rank_low, ranking.rank_high, ranking.severity, ranking.drawn,
    ]  # fmt: skip


# ---- against another program


@pytest.mark.parametrize("case", MIXEDLM["cases"])
def test_variances_and_effects_are_those_of_mixedlm(case):
    """mixedlm.json keeps what statsmodels found on these random designs."""
    found = calibrate(Reviews.of(case["proposal"], case["reviewer"], case["score"]))

    v = found.variances
    stated = [case["merit_variance"], case["severity_variance"], case["residual"]]
    assert np.allclose([v.merit, v.severity, v.residual], stated, atol=1e-4)
    assert np.allclose(found.merit, case["level"] + np.array(case["merit"]), atol=1e-4)
    assert np.allclose(found.severity, case["severity"], atol=1e-4)


@pytest.mark.skipif(
    find_spec("statsmodels") is None,
    reason="for whoever has statsmodels: mixedlm.json holds the same agreement without",
)
def test_a_fresh_design_agrees_with_the_mixedlm_that_is_installed():
    import pandas as pd  # noqa: PLC0415
    import statsmodels.formula.api as formulae  # noqa: PLC0415

    planted = world(proposals=30, each=4, reviewers=10, seed=77, missing=0.1)
    r = planted.reviews
    table = pd.DataFrame(
        {"y": r.score, "p": r.proposal, "r": r.reviewer, "whole": np.ones(r.score.size)}
    )
    theirs = formulae.mixedlm(
        "y ~ 1", table, groups="whole", vc_formula={"p": "0 + C(p)", "r": "0 + C(r)"}
    ).fit(method=["lbfgs", "bfgs"], gtol=1e-10)
    ours = calibrate(r).variances

    stated = dict(zip(theirs.model.exog_vc.names, theirs.vcomp, strict=True))
    assert np.allclose(
        [ours.merit, ours.severity, ours.residual],
        [stated["p"], stated["r"], theirs.scale],
        atol=1e-4,
    )


# ---- against planted truth


def test_less_merit_is_lost_at_the_line_than_by_means_or_medians():
    won = 0
    for seed in range(100):
        w = world(proposals=300, each=4, reviewers=60, seed=seed, severity=1.0)
        found = calibrate(w.reviews, draws=1)
        lost, by_mean, by_median = (
            regret(e, w.merit, 75) for e in (found.merit, found.mean, w.median)
        )
        won += lost < min(by_mean, by_median)

    assert won >= 95


def test_without_severity_nothing_is_lost_against_the_mean():
    lost = by_mean = best = 0.0
    for seed in range(60):
        w = world(proposals=200, each=4, reviewers=40, seed=seed, severity=0.0)
        found = calibrate(w.reviews, draws=1)
        lost += regret(found.merit, w.merit, 50)
        by_mean += regret(found.mean, w.merit, 50)
        best += np.sort(w.merit)[-50:].sum()

    assert lost - by_mean <= 0.01 * by_mean
    assert lost < best / 10


@pytest.mark.parametrize(("proposals", "reviewers"), [(60, 15), (200, 40)])
def test_intervals_hold_the_truth_in_95_of_100(proposals, reviewers):
    held, ranks = [], []
    for seed in range(60):
        w = world(proposals=proposals, each=4, reviewers=reviewers, seed=seed)
        found = calibrate(w.reviews, draws=400)
        truth = 5 + w.merit
        held.append(((found.low < truth) & (truth < found.high)).mean())
        rank = np.argsort(np.argsort(-w.merit)) + 1
        ranks.append(((found.rank_low <= rank) & (rank <= found.rank_high)).mean())

    assert 0.93 <= np.mean(held) <= 0.97
    assert 0.93 <= np.mean(ranks) <= 0.98


def test_severity_and_the_chance_of_the_first_k_are_found():
    w = world(proposals=400, each=4, reviewers=40, seed=5)
    found = calibrate(w.reviews)
    chance = found.among_first(100)

    assert np.corrcoef(found.severity, w.severity)[0, 1] > 0.95
    assert np.isclose(chance.sum(), 100)
    best = np.isin(np.arange(400), np.argsort(-w.merit)[:100])
    for low, high in [(0.0, 0.2), (0.2, 0.5), (0.5, 0.8), (0.8, 1.0001)]:
        there = (chance >= low) & (chance < high)
        # Said and come true, within what so few proposals allow.
        near = 3 * np.sqrt(0.25 / there.sum())
        assert abs(best[there].mean() - chance[there].mean()) < near


def test_pairs_the_data_cannot_tell_apart_are_those_at_the_line():
    w = world(proposals=40, each=4, reviewers=10, seed=3)
    found = calibrate(w.reviews)
    unclear = list(found.unclear(10))
    above = set(found.order[:10].tolist())

    assert unclear
    assert all(a in above and b not in above for a, b, _chance in unclear)
    assert all(chance < 0.95 for _a, _b, chance in unclear)
    pairs = {(a, b): chance for a, b, chance in unclear}
    for a in above:
        for b in set(range(40)) - above:
            assert ((a, b) in pairs) == (found.better(a)[b] < 0.95)
    assert found.better(0)[0] == 0.5


def test_those_who_compete_for_one_order_are_weighed_among_themselves():
    w = world(proposals=40, each=4, reviewers=10, seed=3)
    found = calibrate(w.reviews)
    some = np.array([3, 8, 21, 30])
    chance = found.among_first(1, among=some)

    best = found.drawn[:, some].argmax(axis=1)
    assert np.array_equal(chance, np.bincount(best, minlength=4) / len(best))
    (first, *rest) = [p for p in found.order if p in some]
    assert {(a, b) for a, b, _chance in found.unclear(1, among=some)} == {
        (first, b) for b in rest if found.better(first)[b] < 0.95
    }


# ---- what a severe reviewer does


def test_the_mean_puts_the_wrong_one_first_and_calibration_mends_it():
    """Reviewer z gives everybody three points less; only b and d met him."""
    g = np.random.default_rng(1)
    rows = []
    for n in range(20):
        merit = g.normal()
        for reviewer in "wxyz"[n % 2 :][:3]:
            strict = -3.0 if reviewer == "z" else 0.0
            rows.append((f"p{n:02}", reviewer, 5 + merit + strict + g.normal(0, 0.2)))
    rows += [("best", r, s) for r, s in (("x", 9.0), ("y", 9.0), ("z", 6.0))]
    rows += [("next", r, 8.2) for r in "wxy"]
    found = calibrate(Reviews.of(*zip(*rows, strict=True)))
    place = {name: n for n, name in enumerate(found.reviews.proposals)}

    assert found.mean[place["best"]] < found.mean[place["next"]]
    assert found.rank[place["best"]] < found.rank[place["next"]]


# ---- what the design cannot tell


def test_without_a_chain_of_reviewers_plain_means_stand_and_it_is_said():
    found = calibrate(Reviews.of([*"aabb"], [*"wxyz"], [1, 3, 5, 6]))

    assert (found.method, found.why) == ("means", "no_chain")
    assert found.merit.tolist() == found.mean.tolist() == [2, 5.5]
    assert found.rank.tolist() == [2, 1]
    assert (found.low < found.merit).all()
    assert np.isnan(found.severity).all()
    assert list(found.unclear(1)) == []


def test_one_review_each_gives_means_without_interval():
    found = calibrate(Reviews.of([*"ab"], [*"xy"], [1, 2]))

    assert found.why == "no_chain"
    assert np.isnan(found.low).all()
    assert np.isnan(found.among_first(1)).all()


def test_equal_scores_make_equal_ranks():
    found = calibrate(Reviews.of([*"aabb"], [*"xyxy"], [3, 3, 3, 3]))

    assert (found.method, found.why) == ("means", "no_difference")
    assert found.rank.tolist() == [1, 1]
    assert (found.rank_low.tolist(), found.rank_high.tolist()) == ([1, 1], [2, 2])


def test_how_sure_a_plain_mean_is_shows_in_its_rank():
    far = Reviews.of([*"aabbcc"], [*"uvwxyz"], [1, 3, 2, 5, 80, 81])
    found = plain_means(far, "unnamed")

    assert (found.method, found.why) == ("means", "unnamed")
    assert found.rank.tolist() == [3, 2, 1]
    assert (found.rank_low.tolist(), found.rank_high.tolist()) == ([2, 2, 1], [3, 3, 1])
    assert found.among_first(1).tolist() == [0, 0, 1]
    one_each = plain_means(Reviews.of([*"ab"], [*"xy"], [1, 2]), "unnamed")
    assert (one_each.rank_low.tolist(), one_each.rank_high.tolist()) == ([1, 1], [2, 2])


# ---- scores without chance, and others at the edge


def full(score, proposals=6, reviewers=7):
    return Reviews.of(
        *zip(
            *(
                (f"p{i}", f"r{j}", float(score(i, j)))
                for i in range(proposals)
                for j in range(reviewers)
            ),
            strict=True,
        )
    )


def test_reviewers_who_agree_leave_the_chance_of_rounding():
    found = calibrate(full(lambda i, _j: 3 * i))

    assert found.variances.severity == 0
    assert found.variances.residual == 3**2 / 12
    assert found.rank.tolist() == [6, 5, 4, 3, 2, 1]
    assert np.allclose(found.merit, 3 * np.arange(6), atol=0.05)
    # The mean of seven scores, each rounded to whole threes.
    assert np.allclose(found.high - found.low, 2 * 2.03 * np.sqrt(0.75 / 7), rtol=0.02)


def test_severity_alone_makes_no_merit():
    found = calibrate(full(lambda _i, j: 3 * j))

    assert found.variances.merit == 0
    assert found.rank.tolist() == [1] * 6
    assert (found.rank_low.tolist(), found.rank_high.tolist()) == ([1] * 6, [6] * 6)
    assert np.allclose(found.severity, 3 * np.arange(7) - 9, atol=0.1)


def test_merit_and_severity_that_explain_all_are_both_found():
    found = calibrate(full(lambda i, j: 3 * i + j))

    assert found.variances.residual == 1 / 12
    assert np.allclose(np.diff(found.merit), 3, atol=0.01)
    assert np.allclose(np.diff(found.severity), 1, atol=0.02)


def test_scores_far_from_nothing_lose_no_digits():
    g = np.random.default_rng(0)
    noise = g.normal(size=(6, 7))
    near = calibrate(full(lambda i, j: i + noise[i, j]))
    far = calibrate(full(lambda i, j: 2.0**27 + i + noise[i, j]))

    assert np.allclose(far.merit - 2.0**27, near.merit, atol=1e-4)
    assert np.allclose(far.high - far.low, near.high - near.low, atol=1e-4)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10**6), st.booleans())
def test_every_little_design_has_an_answer(seed, steps):
    g = np.random.default_rng(seed)
    n, m = g.integers(1, 7, 2)
    rows = [
        (f"p{i}", f"r{j}", float(g.integers(0, 3)))
        for i in range(n)
        for j in range(m)
        if g.random() < 0.8
    ] or [("p0", "r0", 1.0)]
    found = calibrate(Reviews.of(*zip(*rows, strict=True)), steps=steps, draws=20)

    assert np.isfinite(found.merit).all()
    assert ((found.rank_low <= found.rank) & (found.rank <= found.rank_high)).all()
    assert not (found.low > found.merit).any()
    assert not (found.merit > found.high).any()


def test_panels_apart_keep_their_plain_level():
    one = world(proposals=20, each=3, reviewers=6, seed=1).reviews
    other = world(proposals=20, each=3, reviewers=6, seed=2).reviews

    def names(reviews, mark):
        return (
            [mark + reviews.proposals[i] for i in reviews.proposal],
            [mark + reviews.reviewers[j] for j in reviews.reviewer],
        )

    (p1, r1), (p2, r2) = names(one, "a"), names(other, "b")
    found = calibrate(
        Reviews.of(p1 + p2, r1 + r2, np.concatenate([one.score, other.score + 3]))
    )
    panel = found.reviews.panel

    assert found.reviews.panels == 2
    # No merit is taken from one panel to the other: each keeps about its own mean.
    for number, scores in ((0, one.score), (1, other.score + 3)):
        assert abs(found.merit[panel == number].mean() - scores.mean()) < 0.1


# ---- the same for the same


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(0, 50))
def test_the_order_of_rows_changes_nothing(shuffle, seed):
    r = world(proposals=12, each=3, reviewers=6, seed=seed, missing=0.2).reviews
    rows = [
        (r.proposals[p], r.reviewers[q], s)
        for p, q, s in zip(r.proposal, r.reviewer, r.score, strict=True)
    ]
    mixed = rows[:]
    shuffle.shuffle(mixed)

    first = calibrate(Reviews.of(*zip(*rows, strict=True)), draws=20)
    again = calibrate(Reviews.of(*zip(*mixed, strict=True)), draws=20)

    for a, b in zip(columns(first), columns(again), strict=True):
        assert np.array_equal(a, b, equal_nan=True)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 50), st.floats(-50, 50), st.floats(0.1, 20))
def test_another_scale_of_points_is_another_scale_of_merit(seed, shift, scale):
    r = world(proposals=12, each=3, reviewers=6, seed=seed).reviews
    names = [r.proposals[p] for p in r.proposal], [r.reviewers[q] for q in r.reviewer]

    one = calibrate(Reviews.of(*names, r.score), draws=5)
    other = calibrate(Reviews.of(*names, shift + scale * r.score), draws=5)

    assert np.allclose(shift + scale * one.merit, other.merit, atol=1e-5 * scale)
    assert np.allclose(scale * one.severity, other.severity, atol=1e-5 * scale)


def test_more_reviewers_than_proposals_is_solved_from_the_other_side():
    w = world(proposals=8, each=7, reviewers=30, seed=9)
    found = calibrate(w.reviews)

    assert len(found.reviews.reviewers) > len(found.reviews.proposals)
    assert np.corrcoef(found.merit, w.merit)[0, 1] > 0.7
    assert np.allclose(found.drawn.mean(axis=0), found.merit, atol=0.15)
    half = (found.high - found.low) / 2
    assert np.allclose(found.drawn.std(axis=0) * 2, half, rtol=0.15)


# ---- ballots in steps

CUTS = (-1.5, -0.5, 0.5, 1.5)


def test_ballots_in_steps_find_merit_and_severity():
    held, variances = [], []
    for seed in range(20):
        w = world(proposals=150, each=4, reviewers=30, seed=seed, chance=1.0, cuts=CUTS)
        found = calibrate(w.reviews, steps=True, draws=50)
        truth = found.steps.expected(w.merit)
        held.append(((found.low < truth) & (truth < found.high)).mean())
        variances.append([found.variances.merit, found.variances.severity])

    assert found.method == "steps"
    assert found.steps.points.tolist() == [1, 2, 3, 4, 5]
    # Quasi-likelihood draws variances a little towards nothing (Breslow & Clayton 1993).
    assert np.allclose(np.mean(variances, axis=0), [1.0, 0.49], rtol=0.25)
    assert 0.92 <= np.mean(held) <= 0.98


def test_steps_are_ranked_by_merit_and_told_in_steps():
    w = world(proposals=150, each=4, reviewers=30, seed=2, chance=1.0, cuts=CUTS)
    found = calibrate(w.reviews, steps=True, draws=50)

    assert found.merit.min() > 1
    assert found.merit.max() < 5
    assert (found.low <= found.merit).all()
    assert (found.merit <= found.high).all()
    assert regret(found.merit, w.merit, 40) < regret(found.mean, w.merit, 40)
    told = found.drawn_merits
    assert ((told > 1) & (told < 5)).all()
    assert np.array_equal(np.argsort(told[0]), np.argsort(found.drawn[0]))
