"""Targets that cannot hold together are found, with their numbers."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sti_methods.coherence import (
    Act,
    Finding,
    Grown,
    Share,
    differing,
    implied_employment,
    implied_value_added,
    labour_identities,
    labour_identity,
    over_envelope,
    parts_of_growth,
    tfp_identity,
)


def test_8_5_of_value_added_and_7_5_of_productivity_leave_0_93_for_employment() -> None:
    implied = 1.085 / 1.075 * 100 - 100
    assert round(implied, 2) == 0.93
    figures = {
        "value_added": 8.5,
        "productivity": 7.5,
        "implied": pytest.approx(implied),
        "trend": 5.294876402649229,
    }
    assert labour_identity(
        value_added=8.5, productivity=7.5, trend=5.294876402649229
    ) == Finding(code="employment_against_trend", severity="warning", figures=figures)


def test_a_trend_within_a_point_is_only_told() -> None:
    found = labour_identity(value_added=8.5, productivity=7.5, trend=0.49)
    assert (found.code, found.severity) == ("employment_near_trend", "note")


def test_three_targets_that_disagree_conflict() -> None:
    found = labour_identity(value_added=8.5, productivity=7.5, employment=3)
    assert (found.code, found.severity) == ("labour_identity_broken", "conflict")
    assert found.figures["comes_to"] == pytest.approx(10.725)
    held = labour_identity(value_added=8.5, productivity=7.5, employment=0.93)
    assert (held.code, held.severity) == ("labour_identity_holds", "note")


PERSON, HOUR, NONE = (
    Grown(key=key, rate=7.5, labour=labour)
    for key, labour in enumerate(("person", "hour", "none"))
)
PERSONS, HOURS, UNSAID = (
    Grown(key=key, rate=3, labour=labour)
    for key, labour in enumerate(("person", "hour", "none"), start=10)
)


def judged(**asked):
    return [
        (p.finding.code, p.productivity.key, p.employment and p.employment.key)
        for p in labour_identities(value_added=8.5, **asked)
    ]


def test_productivity_per_hour_meets_persons_in_words_only() -> None:
    (alone, unlike) = labour_identities(
        value_added=8.5, productivity=[HOUR], employment=[PERSONS]
    )
    assert alone.finding.code == "employment_implied"
    assert unlike.finding == Finding(
        code="labour_unlike",
        severity="warning",
        figures={
            "value_added": 8.5,
            "productivity": 7.5,
            "implied": pytest.approx(0.930232558),
            "other": 3,
        },
    )
    assert (unlike.productivity, unlike.employment) == (HOUR, PERSONS)


def test_each_labour_meets_its_own_and_then_nothing_is_unlike() -> None:
    assert judged(productivity=[PERSON, HOUR], employment=[HOURS, PERSONS]) == [
        ("labour_identity_broken", 0, 10),
        ("labour_identity_broken", 1, 11),
    ]
    assert judged(productivity=[PERSON], employment=[HOURS, PERSONS]) == [
        ("labour_unlike", 0, 11),
        ("labour_identity_broken", 0, 10),
    ]


def test_labour_that_is_not_said_is_never_worked_with() -> None:
    assert judged(productivity=[NONE], employment=[PERSONS, UNSAID]) == [
        ("labour_unstated", 2, None)
    ]
    assert judged(productivity=[PERSON], employment=[UNSAID]) == [
        ("employment_implied", 0, None),
        ("labour_unlike", 0, 12),
    ]


def test_a_trend_of_another_labour_does_not_stand_beside_it() -> None:
    assert judged(productivity=[HOUR], trends=[PERSONS]) == [("trend_unlike", 1, 10)]
    assert judged(productivity=[HOUR], trends=[PERSONS, HOURS]) == [
        ("employment_against_trend", 1, 11)
    ]


GROWN = st.builds(
    Grown,
    key=st.integers(0, 9),
    rate=st.integers(-20, 40),
    labour=st.sampled_from(["person", "hour", "none"]),
)
UNLIKE = {"labour_unlike", "trend_unlike"}


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    worths=st.lists(GROWN, max_size=3),
    jobs=st.lists(GROWN, max_size=3),
    trends=st.lists(GROWN, max_size=3),
)
def test_only_like_labour_is_multiplied_and_every_productivity_is_answered(
    worths: list[Grown], jobs: list[Grown], trends: list[Grown]
) -> None:
    found = labour_identities(
        value_added=8.5, productivity=worths, employment=jobs, trends=trends
    )
    assert {p.productivity for p in found} == set(worths)
    for pair in found:
        assert (pair.finding.code == "labour_unstated") == (
            pair.productivity.labour == "none"
        )
        if pair.employment is not None:
            like = pair.employment.labour == pair.productivity.labour
            assert like == (pair.finding.code not in UNLIKE)
    # No target of employment is passed over in silence where a stated productivity stands.
    if any(worth.labour != "none" for worth in worths):
        assert set(jobs) <= {p.employment for p in found}


def test_half_of_eight_per_cent_of_growth_is_four_of_tfp() -> None:
    assert tfp_identity(share=50, growth=8).figures["implied"] == 4
    broken = tfp_identity(share=50, growth=8, tfp=2.7)
    assert (broken.code, broken.severity) == ("tfp_identity_broken", "conflict")
    seen = tfp_identity(share=50, growth=8, observed=0.73)
    assert (seen.code, seen.severity) == ("tfp_against_observed", "warning")


def test_a_part_that_grows_too_fast_leaves_a_shrinking_rest() -> None:
    found = parts_of_growth(whole=6.5, parts=[Share(share=70, growth=10)])
    assert (found.code, found.severity) == ("rest_implied", "warning")
    assert found.figures["rest"] == pytest.approx(-5 / 3)
    full = [Share(share=60, growth=5), Share(share=40, growth=10)]
    assert parts_of_growth(whole=7, parts=full).code == "parts_hold"
    assert parts_of_growth(whole=8.5, parts=full).severity == "conflict"
    with pytest.raises(ValueError, match="110"):
        parts_of_growth(whole=7, parts=[Share(share=110, growth=5)])


def test_two_acts_with_6_5_and_7_5_conflict() -> None:
    both = [Act(key=1, value=6.5, low=6.5), Act(key=2, value=7.5, low=7.5)]
    assert differing(both) == Finding(
        code="targets_differ",
        severity="conflict",
        figures={"least": 6.5, "most": 7.5, "acts": 2},
    )
    assert differing(both[:1]) is None
    assert differing([both[0], both[0]]) is None


def test_acts_that_no_value_fulfils_exclude_each_other() -> None:
    found = differing([Act(key=1, value=30, high=30), Act(key=2, value=40, low=40)])
    assert found is not None
    assert found.code == "targets_exclude"


def test_budget_lines_above_their_envelope_are_told_by_how_much() -> None:
    assert over_envelope(planned=5, envelope=5) is None
    assert over_envelope(planned=7, envelope=5) == Finding(
        code="over_envelope",
        severity="conflict",
        figures={"planned": 7, "envelope": 5, "over": 2},
    )


@given(value_added=st.floats(-20, 40), productivity=st.floats(-20, 40))
def test_implied_employment_closes_the_identity(
    value_added: float, productivity: float
) -> None:
    implied = implied_employment(value_added=value_added, productivity=productivity)
    assert implied_value_added(
        productivity=productivity, employment=implied
    ) == pytest.approx(value_added, abs=1e-9)


def test_productivity_cannot_fall_by_all_of_it() -> None:
    with pytest.raises(ValueError, match="cannot fall"):
        implied_employment(value_added=1, productivity=-100)
