from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as F  # noqa: N817 -- read as a figure

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sti_methods.ballots import (
    Attendee,
    Bonus,
    Candidate,
    Outlier,
    QuorumRule,
    RatingRule,
    ScoreBallot,
    ScoreRule,
    Share,
    Threshold,
    Vote,
    VoteRule,
    count_items,
    count_votes,
    figure,
    judge_sheet,
    quorum,
    rank,
    rate,
    score,
)


def at_least(fraction: str, of: str) -> Share:
    return Share(test="at_least", fraction=F(fraction), of=of)


def more_than(fraction: str, of: str) -> Share:
    return Share(test="more_than", fraction=F(fraction), of=of)


def votes(yes: int, no: int = 0) -> list[Vote]:
    return [Vote(voter=str(n), yes=n < yes) for n in range(yes + no)]


TT50_DETERMINATION = VoteRule(
    passes=(at_least("2/3", "present"), at_least("1/2", "total"))
)
TT06_ORDER = VoteRule(passes=(more_than("3/4", "cast"),))
ND268_ITEM = VoteRule(passes=(at_least("2/3", "cast"),))
RATING = RatingRule(
    levels=("excellent", "pass", "fail"),
    best="excellent",
    worst="fail",
    otherwise="pass",
    best_share=at_least("3/4", "present"),
    worst_share=more_than("1/3", "present"),
)
TT20 = ScoreRule(
    criteria=(("all", F(100)),),
    pass_mean=F(70),
    zero_rule=more_than("1/4", "present"),
    outlier=Outlier(limit=F(20), basis="mean", passes="one"),
    bonus=Bonus(percent=F(10), needs_mean=F(70)),
)


def whole(*points: int) -> list[ScoreBallot]:
    return [
        ScoreBallot(voter=f"m{n}", points={"all": F(p)}) for n, p in enumerate(points)
    ]


def ratings(**counts: int) -> dict[str, str]:
    said = [level for level, n in counts.items() for _ in range(n)]
    return {f"m{n}": level for n, level in enumerate(said)}


def test_case_h3_1_four_of_six_present_but_not_half_of_nine_is_not_proposed():
    result = count_votes(TT50_DETERMINATION, votes(4, 2), present=6, total=9)
    assert [t.holds for t in result.tests] == [True, False]
    assert [(t.count, t.base) for t in result.tests] == [(4, 6), (4, 9)]
    assert not result.passed


def test_case_h3_2_three_fails_of_nine_are_not_more_than_a_third_but_four_are():
    three = rate(RATING, ratings(fail=3, **{"pass": 6}), present=9, total=9)
    four = rate(RATING, ratings(fail=4, **{"pass": 5}), present=9, total=9)
    assert (three.level, four.level) == ("pass", "fail")


def test_case_h3_3_six_excellent_of_eight_is_three_quarters_unless_somebody_fails_it():
    six = rate(RATING, ratings(excellent=6, **{"pass": 2}), present=8, total=9)
    one_fails = rate(
        RATING, ratings(excellent=6, fail=1, **{"pass": 1}), present=8, total=9
    )
    assert (six.level, one_fails.level) == ("excellent", "pass")
    assert [s.code for s in one_fails.steps][-2:] == ["someone_says_worst", "rated"]


def test_case_h3_4_nine_of_twelve_is_not_more_than_three_quarters_six_of_nine_is_two_thirds():
    tt06 = count_votes(TT06_ORDER, votes(9, 3), present=12, total=12)
    nd268 = count_items(ND268_ITEM, {"item": votes(6, 3)}, present=9, total=9)
    assert (tt06.passed, nd268.accepted) == (False, ("item",))


def test_case_h3_5_a_far_ballot_is_not_valid_and_the_proposer_gets_a_tenth_more():
    result = score(
        TT20, whole(90, 88, 86, 85, 60, 84, 87), present=7, host_proposed=True
    )
    assert result.mean_of_all == F(580, 7)
    assert figure(result.mean_of_all, 1) == "82.9"
    assert result.invalid == ("m4",)
    outlier = next(s for s in result.steps if s.code == "ballot_outlier")
    assert outlier.values["percent"] == "27.6"
    assert figure(result.mean, 1) == "86.7"
    assert result.mean == F(520, 6)
    assert result.final == F(520, 6) * F(11, 10)
    assert figure(result.final, 1) == "95.3"
    assert result.passed


def zeros(count: int, present: int, rule: Share) -> bool:
    sheet = ScoreRule(criteria=(("a", F(20)), ("b", F(80))), zero_rule=rule)
    ballots = [
        ScoreBallot(voter=str(n), points={"a": F(0 if n < count else 10), "b": F(70)})
        for n in range(present)
    ]
    return score(sheet, ballots, present=present).passed


def test_case_h3_6_zeros_up_to_the_fraction_are_allowed_one_more_is_not():
    tt20, tt50 = more_than("1/4", "present"), more_than("1/3", "present")
    assert [zeros(2, 8, tt20), zeros(3, 8, tt20)] == [True, False]
    assert [zeros(3, 9, tt50), zeros(4, 9, tt50)] == [True, False]


def sheet_rule(feasibility: int) -> ScoreRule:
    return ScoreRule(
        criteria=(("feasibility", F(60)), ("rest", F(50))),
        thresholds=(
            Threshold(name="total", criteria=("feasibility", "rest"), at_least=F(70)),
            Threshold(
                name="feasibility",
                criteria=("feasibility",),
                at_least=F(feasibility),
            ),
        ),
    )


def test_case_h3_7_a_sheet_must_reach_the_total_and_the_criterion():
    i10a = judge_sheet(
        sheet_rule(40),
        ScoreBallot(voter="a", points={"feasibility": F(38), "rest": F(34)}),
    )
    i10b = judge_sheet(
        sheet_rule(45),
        ScoreBallot(voter="a", points={"feasibility": F(45), "rest": F(25)}),
    )
    assert (i10a.total, i10a.passed) == (F(72), False)
    assert (i10b.total, i10b.passed) == (F(70), True)


def test_case_h3_8_a_missing_reviewer_stops_one_council_and_not_the_others():
    def seats(roles: list[tuple[str, bool]]) -> list[Attendee]:
        return [Attendee(role=r, present=p, authorised=r == "vice") for r, p in roles]

    with_reviewers = seats(
        [
            ("chair", True),
            ("vice", True),
            ("reviewer", True),
            ("reviewer", False),
            ("secretary", True),
            ("member", True),
            ("member", False),
        ]
    )
    without = seats(
        [("chair", True), ("vice", True), ("secretary", True)]
        + [("member", True)] * 2
        + [("member", False)] * 2
    )
    two_thirds = at_least("2/3", "total")
    tt25 = quorum(
        QuorumRule(
            share=two_thirds, roles=("chair_or_vice", "both_reviewers", "secretary")
        ),
        with_reviewers,
    )
    nd268 = quorum(
        QuorumRule(share=two_thirds, roles=("chair_or_authorised_vice",)), without
    )
    tt44e = quorum(
        QuorumRule(share=two_thirds, roles=("chair_or_vice", "one_reviewer")),
        with_reviewers,
    )
    assert (tt25.present, tt25.total) == (5, 7)
    assert [tt25.held, nd268.held, tt44e.held] == [False, True, True]
    assert tt25.missing == ("both_reviewers",)


def test_a_vice_chair_needs_the_authority_where_the_rule_asks_for_it():
    rule = QuorumRule(
        share=at_least("1/2", "total"), roles=("chair_or_authorised_vice",)
    )
    seats = [Attendee(role="chair", present=False), Attendee(role="vice", present=True)]
    allowed = [seats[0], Attendee(role="vice", present=True, authorised=True)]
    assert (quorum(rule, seats).held, quorum(rule, allowed).held) == (False, True)


def test_repeated_passes_leave_out_what_one_pass_keeps():
    ballots = whole(90, 90, 90, 90, 90, 90, 68, 30)
    repeated = replace(
        TT20, outlier=Outlier(limit=F(20), basis="mean", passes="repeated")
    )
    assert score(TT20, ballots, present=8).invalid == ("m7",)
    assert score(repeated, ballots, present=8).invalid == ("m7", "m6")


def test_points_as_basis_allow_what_percent_of_the_mean_does_not():
    by_points = ScoreRule(
        criteria=TT20.criteria,
        outlier=Outlier(limit=F(20), basis="points", passes="one"),
    )
    ballots = whole(50, 50, 50, 35)
    assert score(TT20, ballots, present=4).invalid == ("m3",)
    assert score(by_points, ballots, present=4).invalid == ()


def test_no_bonus_below_the_mark_and_none_for_a_stranger():
    assert score(TT20, whole(69, 69), present=2, host_proposed=True).bonus == 0
    assert score(TT20, whole(80, 80), present=2).bonus == 0


def test_no_ballots_is_no_pass_and_no_mean():
    result = score(TT20, [], present=7)
    assert (result.passed, result.mean, result.steps[-1].code) == (
        False,
        None,
        "no_valid_ballot",
    )


@pytest.mark.parametrize(
    "ballots",
    [
        whole(101),
        whole(-1),
        [ScoreBallot(voter="a", points={"other": F(3)})],
        whole(50) * 2,
        whole(50, 60),
    ],
)
def test_faulty_ballots_are_refused(ballots):
    with pytest.raises(ValueError, match=r"\w"):
        score(TT20, ballots, present=1)


def test_ties_are_broken_in_order_and_what_remains_is_said():
    ranking = rank(
        [
            Candidate(
                id="a", final=F(80), passed=True, ties={"less_state_money": F(5)}
            ),
            Candidate(
                id="b", final=F(80), passed=True, ties={"less_state_money": F(3)}
            ),
            Candidate(id="c", final=F(90), passed=False),
            Candidate(id="d", final=F(75), passed=True),
            Candidate(id="e", final=F(75), passed=True),
        ],
        ties=("less_state_money", "excellent_task"),
    )
    assert ranking.places == (("b", 1), ("a", 2), ("d", 3), ("e", 3), ("c", 5))
    assert ranking.open == (("d", "e"),)
    assert [s.code for s in ranking.steps] == [
        "tie_broken",
        "tie_figure_missing",
        "tie_open",
    ]


def tied(*figures):
    """Dossiers of one score, each with what is known for the tie rules."""
    return [
        Candidate(id=name, final=F(80), passed=True, ties=known)
        for name, known in zip("abc", figures, strict=False)
    ]


def test_a_rule_for_ties_is_not_passed_over_because_its_figure_is_missing():
    rules = ("excellent_task", "content_mean")
    ranking = rank(tied({"content_mean": F(40)}, {"content_mean": F(30)}), ties=rules)
    assert ranking.places == (("a", 1), ("b", 1))
    assert [s.code for s in ranking.steps] == ["tie_figure_missing", "tie_open"]
    assert str(ranking.steps[0]) == (
        "a, b have the same score 80; “earlier task rated excellent” comes next, but "
        "its figure is not known."
    )


def test_where_a_figure_is_missing_the_councils_recommendation_decides():
    known = [
        {"content_mean": F(40), "council_recommends": F(1)},
        {"content_mean": F(30), "council_recommends": F(2)},
    ]
    rules = ("excellent_task", "content_mean", "council_recommends")
    ranking = rank(tied(*known), ties=rules)
    assert ranking.places == (("b", 1), ("a", 2))
    assert [s.code for s in ranking.steps] == ["tie_figure_missing", "tie_broken"]


def test_every_step_can_be_said_in_words():
    result = score(TT20, whole(90, 88, 20), present=3, host_proposed=True)
    assert [str(s) for s in result.steps] == [
        "Mean of 3 ballots: 66.",
        "Ballot of m0: 90 points, 24 from the mean (36.4 %), limit 13.2: not valid.",
        "Ballot of m1: 88 points, 22 from the mean (33.3 %), limit 13.2: not valid.",
        "Ballot of m2: 20 points, 46 from the mean (69.7 %), limit 13.2: not valid.",
        "There is no valid ballot.",
    ]
    votes_said = count_votes(TT06_ORDER, votes(9, 3), present=12, total=12).steps
    assert [s.said(str) for s in votes_said] == [
        "in favour: 9 of 12 is more than 3/4: no."
    ]


@given(st.integers(0, 60), st.integers(1, 60), st.fractions(0, 1))
def test_a_share_compares_exactly(count, base, fraction):
    share = Share(test="at_least", fraction=fraction, of="present")
    strict = Share(test="more_than", fraction=fraction, of="present")
    assert share.holds(count, base) == (F(count, base) >= fraction)
    assert strict.holds(count, base) == (F(count, base) > fraction)


@given(st.lists(st.integers(0, 100), min_size=1, max_size=15))
def test_valid_and_invalid_are_everybody_and_the_mean_lies_between(points):
    result = score(TT20, whole(*points), present=len(points))
    everybody = {f"m{n}" for n in range(len(points))}
    assert set(result.valid) | set(result.invalid) == everybody
    assert not set(result.valid) & set(result.invalid)
    if result.mean is not None:
        kept = [points[int(v[1:])] for v in result.valid]
        assert min(kept) <= result.mean <= max(kept)


@given(st.integers(0, 12), st.integers(0, 12))
def test_one_more_yes_never_turns_a_pass_into_a_fail(yes, no):
    present = yes + no + 1
    fewer = count_votes(TT06_ORDER, votes(yes, no + 1), present=present, total=present)
    more = count_votes(TT06_ORDER, votes(yes + 1, no), present=present, total=present)
    assert more.passed or not fewer.passed


@given(
    st.lists(st.sampled_from(["excellent", "pass", "fail"]), min_size=1, max_size=12)
)
def test_a_rating_is_always_one_of_the_levels_and_order_does_not_matter(said):
    forward = rate(RATING, dict(enumerate_(said)), present=len(said), total=len(said))
    backward = rate(
        RATING, dict(enumerate_(said[::-1])), present=len(said), total=len(said)
    )
    assert forward.level == backward.level
    assert forward.level in RATING.levels


def enumerate_(said):
    return ((f"m{n}", level) for n, level in enumerate(said))


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=1, max_size=10))
def test_ranking_does_not_depend_on_the_order_given(rows):
    candidates = [
        Candidate(id=f"c{n}", final=F(s), passed=p) for n, (s, p) in enumerate(rows)
    ]
    assert rank(candidates) == rank(candidates[::-1])
