"""Scores, levels, readiness and gaps: the acceptance cases, and laws that always hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sti_methods.maturity import (
    Answer,
    Finding,
    Item,
    Rules,
    detectable_change,
    gaps,
    percentile,
    readiness,
    score,
)


def items(clause, n, **said):
    return [Item(code=f"{clause}{i}", clause=clause, **said) for i in range(n)]


def said(scores, respondent="a", role=""):
    return [
        Answer(respondent=respondent, item=item, score=value, role=role)
        for item, value in scores.items()
    ]


def all_(asked, value):
    return dict.fromkeys([item.code for item in asked], value)


def checked(asked):
    return dict.fromkeys([item.code for item in asked], "e3")


def test_half_a_clause_that_does_not_apply_is_left_out_and_half_unanswered_is_no_score():
    asked = items("C", 4) + items("L", 2)
    apart = score(
        asked, said({"C0": 4, "C1": 4, "C2": None, "C3": None, "L0": 2, "L1": 2})
    )
    assert [(c.claimed, c.why, c.answered) for c in apart.clauses] == [
        (4.0, "", 1.0), (2.0, "", 1.0),
    ]  # fmt: skip
    silent = score(asked, said({"C0": 4, "C1": 4, "L0": 2, "L1": 2}))
    assert [(c.claimed, c.level, c.why, c.answered) for c in silent.clauses] == [
        (None, None, "few_answers", 0.5), (2.0, 2, "", 1.0),
    ]  # fmt: skip
    # The whole goes on with the rest.
    assert (silent.whole.claimed, silent.whole.level) == (2.0, 2)
    nothing = score(asked, said(dict.fromkeys(["C0", "C1", "C2", "C3"])))
    assert nothing.clauses[0].why == "not_applicable"
    assert (nothing.whole.verified, nothing.whole.why) == (None, "few_answers")


def test_a_self_score_without_evidence_is_claimed_and_counts_as_two():
    asked = items("C", 3)
    claimed = score(asked, said(all_(asked, 5)))
    told = claimed.clauses[0]
    assert (told.claimed, told.verified, told.level, told.percent) == (
        5.0,
        2.0,
        2,
        40.0,
    )
    shown = score(asked, said(all_(asked, 5)), evidence=checked(asked))
    assert (shown.whole.verified, shown.whole.level) == (5.0, 5)
    papers = score(asked, said(all_(asked, 5)), evidence={"C0": "e1", "C1": "e2"})
    assert [one.verified for one in papers.items] == [3.0, 4.0, 2.0]


def test_one_weak_mandatory_item_cannot_hide_in_a_mean():
    asked = [*items("O", 49), Item(code="must", clause="O", mandatory=True)]
    values = all_(asked, 5) | {"must": 0}
    found = score(asked, said(values), evidence=checked(asked))
    assert (found.whole.verified, found.whole.level) == (4.9, 1)
    assert found.whole.held_back == ("must",)
    raised = score(asked, said(values | {"must": 4}), evidence=checked(asked))
    assert (raised.whole.level, raised.whole.held_back) == (5, ())


def test_a_level_is_reached_by_four_fifths_of_the_weight():
    asked = items("C", 5)
    four = score(asked, said(all_(asked, 3) | {"C4": 0}), evidence=checked(asked))
    assert (four.whole.level, four.whole.verified) == (3, 2.4)
    three = score(
        asked, said(all_(asked, 3) | {"C4": 0, "C3": 0}), evidence=checked(asked)
    )
    assert three.whole.level == 0
    # What was not answered was not reached.
    silent = score(
        asked, said({"C0": 3, "C1": 3, "C2": 3, "C3": 3}), evidence=checked(asked)
    )
    assert silent.whole.level == 3
    assert silent.whole.answered == 0.8


def test_roles_count_alike_however_many_answer_in_each():
    asked = items("C", 1)
    many = [
        *said({"C0": 5}, "boss", "top"),
        *said({"C0": 1}, "one", "staff"),
        *said({"C0": 2}, "two", "staff"),
    ]
    found = score(asked, many, evidence=checked(asked))
    assert (found.items[0].claimed, found.whole.n) == (3.25, 3)
    assert found.items[0].within.talk_first


def test_most_must_find_that_an_item_does_not_apply():
    asked = items("C", 1)
    split = [*said({"C0": None}, "a"), *said({"C0": 4}, "b"), *said({"C0": 2}, "c")]
    assert score(asked, split).items[0].claimed == 3.0
    even = [*said({"C0": None}, "a"), *said({"C0": 4}, "b")]
    assert not score(asked, even).items[0].applies


def test_clauses_count_as_they_are_weighed():
    asked = items("C", 1) + items("L", 1)
    answers = said({"C0": 1, "L0": 2})
    assert score(asked, answers).whole.claimed == 1.5
    weighed = score(asked, answers, clause_weights={"C": 3})
    assert weighed.whole.claimed == 1.25
    assert score(asked, answers, clause_weights={"C": 0}).whole.claimed == 2.0


SCORES = st.one_of(st.none(), st.integers(0, 5))


@given(st.lists(SCORES, min_size=1, max_size=8), st.integers(0, 7))
def test_more_evidence_and_better_answers_never_lower_anything(values, place):
    asked = items("C", len(values), mandatory=True)
    at = asked[place % len(values)].code
    answers = {item.code: value for item, value in zip(asked, values, strict=True)}
    low = score(asked, said(answers))
    shown = score(asked, said(answers), evidence={at: "e3"})
    better = answers | {at: 5} if answers[at] is not None else answers
    high = score(asked, said(better), evidence={at: "e3"})
    for one, other in ((low, shown), (shown, high)):
        before, after = one.whole, other.whole
        assert (before.verified is None) == (after.verified is None)
        assert (before.verified or 0) <= (after.verified or 0) + 1e-9
        assert (before.level or 0) <= (after.level or 0)
        if before.verified is not None:
            assert before.verified <= before.claimed
            assert (before.level or 0) <= 5


def test_ready_for_an_audit_is_a_list_of_what_blocks_and_no_figure_alone():
    asked = items("C", 4, mandatory=True) + items("L", 1)
    found = score(asked, said(all_(asked, 4)), evidence=checked(asked[:3]))
    told = readiness(found, audited=True, reviewed=False)
    assert (told.ready, told.open, told.for_audit) == (0.75, ("C3",), False)
    assert told.blockers == (("not_conforming", 1), ("no_review", 1))
    whole = score(asked, said(all_(asked, 4)), evidence=checked(asked))
    assert readiness(whole, audited=True, reviewed=True).for_audit
    minors = [Finding(item=f"C{i}", grade="minor", planned=i > 0) for i in range(4)]
    assert readiness(whole, findings=minors, audited=True, reviewed=True).blockers == (
        ("not_conforming", 4), ("minors", 4), ("unplanned", 1),
    )  # fmt: skip
    seen = [Finding(item="C0", grade="observation")]
    assert readiness(whole, findings=seen, audited=True, reviewed=True).for_audit
    free = score(items("L", 1), said({"L0": 5}))
    assert readiness(free, audited=True, reviewed=True).ready is None


def test_what_is_important_and_weak_comes_first():
    plane = gaps(
        scores={"C": 1.0, "L": 4.0, "P": 1.5, "S": 4.5},
        targets=dict.fromkeys("CLPS", 4.0),
        importance={"C": 5, "L": 4.5, "P": 2, "S": 1, "X": 5},
    )
    assert [(g.key, g.quadrant, round(g.priority, 3)) for g in plane.gaps] == [
        ("C", "act", 0.6), ("P", "later", 0.2), ("L", "keep", 0.0), ("S", "ease", 0.0),
    ]  # fmt: skip
    assert (plane.importance_line, plane.score_line) == (3.125, 2.75)


def test_change_counts_from_where_it_is_no_chance():
    assert detectable_change(deviation=1.0, reliability=0.75) == pytest.approx(1.385929)
    assert detectable_change(deviation=1.0, reliability=1.0) == 0


def test_a_percentile_counts_half_of_the_equal():
    assert percentile(3, [1, 2, 3, 3, 5]) == 60
    assert percentile(9, [1.0]) == 100


@pytest.mark.parametrize(
    ("work", "words"),
    [
        (lambda: score(items("C", 1), said({"C0": 6})), "no score"),
        (lambda: score(items("C", 1), said({"D0": 1})), "no item"),
        (lambda: score(items("C", 1), said({"C0": 1}) * 2), "twice"),
        (lambda: score(items("C", 1) * 2, []), "twice"),
        (lambda: score(items("C", 1, weight=0), []), "weight"),
        (lambda: score(items("C", 1), [], evidence={"D0": "e1"}), "evidence"),
        (lambda: score(items("C", 1), [], evidence={"C0": "e9"}), "strength"),
        (lambda: gaps(scores={}, targets={}, importance={}), "nothing"),
        (lambda: detectable_change(deviation=-1, reliability=0.5), "deviation"),
        (lambda: percentile(1, []), "no peers"),
    ],
)
def test_what_makes_no_sense_is_refused(work, words):
    with pytest.raises(ValueError, match=words):
        work()


def test_thresholds_are_the_frameworks():
    asked = items("C", 2)
    strict = Rules(caps={"e0": 0.0, "e1": 1.0, "e2": 2.0, "e3": 3.0})
    found = score(asked, said(all_(asked, 5)), evidence=checked(asked), rules=strict)
    assert found.whole.verified == 3.0
