"""Answers as they came: which are kept, pooled and scored."""

from __future__ import annotations

import numpy as np
import pytest
from sti_methods.composite.unfit import Unfit
from sti_methods.maturity import Answer, Item, score
from sti_methods.survey import Cleaning, Responses, clause_scores, clean, pool

NAN = float("nan")


def responses(rows, *, minutes=None, consent=None, skipped=None, names=None):
    values = np.array(rows, dtype=float)
    n = len(values)
    return Responses(
        organisation=["f"] * n,
        respondent=names or [str(k) for k in range(n)],
        values=values,
        skipped=np.isnan(values) if skipped is None else np.array(skipped),
        minutes=np.array(minutes or [NAN] * n, dtype=float),
        consent=np.array(consent or [True] * n),
    )


def test_each_row_is_left_out_for_its_reasons_and_no_other():
    found = clean(
        responses(
            [
                [1, 2, 3, 4, 5, 0],
                [2, 2, 2, 2, 2, 2],
                [1, 2, 3, 1, 2, 3],
                [1, 2, 3, NAN, NAN, NAN],
                [4, 4, 3, 4, 5, 4],
                [5, 1, 3, 4, 5, 0],
                [1, 2, 3, 4, 5, 0],
            ],
            minutes=[20, 21, 6, 19, 22, 20, 20],
            consent=[True, True, True, True, False, True, True],
            names=["a", "b", "c", "d", "e", "a", "g"],
        ),
        rules=Cleaning(copied=6),
    )
    assert found.median == 20
    assert found.reasons == (
        (),
        ("straight",),
        ("quick",),
        ("gaps",),
        ("no_consent",),
        ("twice",),
        ("copy",),
    )
    assert found.kept.tolist() == [True, *[False] * 6]
    assert set(found.count().values()) == {1}


def test_exactly_a_third_of_gaps_or_of_the_median_time_stays_and_what_applies_not_is_no_gap():
    rows = [[1, 2, 3, 4, NAN, NAN], [1, 2, 3, 5, NAN, NAN], [1, 2, NAN, NAN, NAN, NAN]]
    skipped = np.isnan(np.array(rows))
    skipped[2] = False
    found = clean(responses(rows, minutes=[5, 15, 15], skipped=skipped))
    assert found.kept.all()


def test_a_row_without_any_answer_has_gaps_and_without_times_nobody_is_quick():
    found = clean(responses([[NAN, NAN], [1, 2]], skipped=[[False] * 2] * 2))
    assert (found.reasons, found.median) == ((("gaps",), ()), None)


def test_nothing_and_crooked_tables_are_refused():
    with pytest.raises(Unfit) as caught:
        clean(responses(np.empty((0, 3))))
    assert caught.value.kind == "few_units"
    with pytest.raises(Unfit) as caught:
        clean(responses([[1, 2]], minutes=[1, 2]))
    assert caught.value.kind == "shape"


def test_an_organisation_is_scored_as_an_assessment_scores_it():
    chance = np.random.default_rng(5)
    values = np.round(chance.uniform(0, 5, (5, 6)))
    values[chance.random((5, 6)) < 0.25] = NAN
    clauses, weights = ["4", "4", "4", "5", "5", "5"], [1, 2, 1, 1, 1, 3]
    role = ["top", "mgr", "mgr", "all", "mgr"]
    pooled = pool(values, organisation=["x"] * 5, role=role)
    mine = clause_scores(pooled.values, clauses=clauses, weights=weights)
    items = [
        Item(code=str(j), clause=c, weight=w)
        for j, (c, w) in enumerate(zip(clauses, weights, strict=True))
    ]
    answers = [
        Answer(respondent=str(i), item=str(j), score=values[i, j], role=role[i])
        for i in range(5)
        for j in range(6)
        if np.isfinite(values[i, j])
    ]
    theirs = score(items, answers)
    assert {c: float(v[0]) for c, v in mine.items()} == pytest.approx(
        {one.clause: one.claimed for one in theirs.clauses}
    )
    assert (pooled.respondents.tolist(), sorted(pooled.by_role)) == (
        [5],
        ["all", "mgr", "top"],
    )


def test_a_clause_with_less_than_two_thirds_of_its_weight_has_no_score():
    found = clause_scores(
        np.array([[4, NAN, NAN], [4, 2, NAN]]), clauses=["8"] * 3, weights=[1, 1, 1]
    )["8"]
    assert np.isnan(found[0])
    assert found[1] == 3
