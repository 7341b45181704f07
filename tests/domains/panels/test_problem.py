"""The reference's cases H.3 that a regime's own rule decides, from frozen ballots."""

from __future__ import annotations

from fractions import Fraction

import pytest

from opensti.domains.panels.problem import place, solve
from opensti.domains.procedures.queries import active_version, regime_of
from tests.factories.tasks import regimes

pytestmark = pytest.mark.django_db


def rule_of(code, rule_id):
    regimes()
    return regime_of(active_version(code)).council_rule(rule_id)


def sheet_of(code, sheet_id):
    return regime_of(active_version(code)).score_sheet(sheet_id)


def frozen(kind, ballots, **said):
    return {
        "kind": kind,
        "present": len(ballots),
        "total": len(ballots),
        "host_proposed": False,
        "contents": [],
        "asked": "",
        "chair_score": "",
        "ballots": [
            {"voter": str(n), "points": {}, "votes": {}, "vote": "", **b}
            for n, b in enumerate(ballots, start=1)
        ],
        **said,
    }


def totals(sheet, *sums):
    """Ballots that give these sums, filled from the first criterion."""
    ballots = []
    for total in sums:
        left, points = Fraction(total), {}
        for leaf in sheet.leaves():
            given = min(Fraction(leaf.max), left)
            points[leaf.id] = str(given)
            left -= given
        ballots.append({"points": points})
    return ballots


def test_h3_4_nine_of_twelve_is_not_more_than_three_quarters():
    rule = rule_of("national_2013", "determination_council")
    votes = [{"vote": "yes"}] * 9 + [{"vote": "no"}] * 3
    assert not solve(frozen("vote", votes), rule=rule, sheet=None).passed
    votes = [{"vote": "yes"}] * 10 + [{"vote": "no"}] * 2
    assert solve(frozen("vote", votes), rule=rule, sheet=None).passed


def test_h3_4_six_of_nine_ballots_accept_a_content_under_decree_268():
    rule = rule_of("nd268_2025", "review_council")
    contents = [
        {"id": "c1", "title": "Đổi mới thiết bị", "amount": "700"},
        {"id": "c2", "title": "Đào tạo", "amount": "300"},
    ]
    ballots = [
        {"votes": {"c1": "yes" if n < 6 else "no", "c2": "yes" if n < 5 else "no"}}
        for n in range(9)
    ]
    found = solve(frozen("items", ballots, contents=contents), rule=rule, sheet=None)
    assert found.passed
    assert [(c["id"], c["passed"], c["yes"]) for c in found.figures["contents"]] == [
        ("c1", True, 6),
        ("c2", False, 5),
    ]
    assert found.figures["amount"] == "700"


def test_h3_5_an_outlier_is_left_out_and_the_proposer_gets_his_bonus():
    rule = rule_of("national_2013", "selection_council")
    sheet = sheet_of("national_2013", "de_tai_natural_technical")
    ballots = totals(sheet, 90, 88, 86, 85, 60, 84, 87)
    found = solve(frozen("score", ballots, host_proposed=True), rule=rule, sheet=sheet)
    assert Fraction(found.figures["mean_of_all"]) == Fraction(580, 7)
    assert Fraction(found.figures["mean"]) == Fraction(260, 3)
    assert found.final == Fraction(286, 3)
    assert [b["voter"] for b in found.figures["ballots"] if not b["valid"]] == ["5"]
    assert found.passed


@pytest.mark.parametrize(("zeros", "passed"), [(2, True), (3, False)])
def test_h3_6_zeros_from_more_than_a_quarter_of_eight_present_fail(zeros, passed):
    rule = rule_of("national_2013", "selection_council")
    sheet = sheet_of("national_2013", "de_tai_natural_technical")
    # The last criterion gets nothing when the sum leaves it out (84 of 100).
    ballots = totals(sheet, *[84] * zeros, *[90] * (8 - zeros))
    assert solve(frozen("score", ballots), rule=rule, sheet=sheet).passed is passed


@pytest.mark.parametrize(("zeros", "passed"), [(3, True), (4, False)])
def test_h3_6_zeros_from_more_than_a_third_of_nine_present_fail(zeros, passed):
    rule = rule_of("moit_2014", "selection_council")
    sheet = sheet_of("moit_2014", "standin_natural")
    ballots = totals(sheet, *[84] * zeros, *[90] * (9 - zeros))
    assert solve(frozen("score", ballots), rule=rule, sheet=sheet).passed is passed


@pytest.mark.parametrize(
    ("sheet_id", "feasibility", "other", "passed"),
    [("I.10A", 38, 34, False), ("I.10A", 40, 30, True), ("I.10B", 45, 25, True)],
)
def test_h3_7_a_sheet_passes_by_total_and_feasibility(
    sheet_id, feasibility, other, passed
):
    rule = rule_of("nd268_2025", "review_council")
    sheet = sheet_of("nd268_2025", sheet_id)
    points = {}
    for criterion in sheet.criteria:
        left = feasibility if criterion.id == "feasibility" else other
        for leaf in criterion.leaves():
            given = min(int(leaf.max), left)
            points[leaf.id] = str(given)
            left -= given
        if criterion.id != "feasibility":
            other = left
    found = solve(
        frozen(
            "items",
            [{"points": points, "votes": {"c1": "yes"}}],
            contents=[{"id": "c1", "title": "x", "amount": "1"}],
        ),
        rule=rule,
        sheet=sheet,
    )
    assert [b["passed"] for b in found.figures["ballots"]] == [passed]


def test_equal_scores_go_to_who_asks_less_state_money():
    """TT20 Art 11.8: less money from the state first."""
    rule = rule_of("national_2013", "selection_council")
    sheet = sheet_of("national_2013", "de_tai_natural_technical")
    ballots = totals(sheet, *[80] * 7)
    solved = {}
    for name, asked in (("a", "900"), ("b", "700"), ("c", "800")):
        said = frozen("score", ballots, asked=asked)
        solved[name] = (said, solve(said, rule=rule, sheet=sheet))
    ranked = place(
        solved,
        rule=rule,
        sheets=dict.fromkeys("abc", sheet),
        orders=dict.fromkeys("abc", "o"),
    )
    assert {o: dict(r.places) for o, r in ranked.items()} == {
        "o": {"b": 1, "c": 2, "a": 3}
    }


def test_dossiers_compete_within_their_order_and_those_without_one_together():
    rule = rule_of("national_2013", "selection_council")
    sheet = sheet_of("national_2013", "de_tai_natural_technical")
    solved = {}
    for name, total in (("a", 80), ("b", 95), ("c", 90), ("d", 75), ("e", 85)):
        said = frozen("score", totals(sheet, *[total] * 7), asked="900")
        solved[name] = (said, solve(said, rule=rule, sheet=sheet))
    ranked = place(
        solved,
        rule=rule,
        sheets=dict.fromkeys("abcde", sheet),
        orders={"a": "o1", "b": "o2", "c": "o1", "d": "", "e": ""},
    )
    assert {o: dict(r.places) for o, r in ranked.items()} == {
        "o1": {"c": 1, "a": 2},
        "o2": {"b": 1},
        "": {"e": 1, "d": 2},
    }


def test_equal_scores_for_different_orders_are_no_tie():
    rule = rule_of("moit_2026", "grant_council")
    sheet = sheet_of("moit_2026", "standin_natural")
    said = frozen("score", totals(sheet, *[80] * 7))
    solved = {name: (said, solve(said, rule=rule, sheet=sheet)) for name in "ab"}
    ranked = place(
        solved,
        rule=rule,
        sheets=dict.fromkeys("ab", sheet),
        orders={"a": "o1", "b": "o2"},
    )
    assert {o: (dict(r.places), r.steps) for o, r in ranked.items()} == {
        "o1": ({"a": 1}, ()),
        "o2": ({"b": 1}, ()),
    }


def test_a_tie_no_rule_decides_follows_the_councils_recommendation():
    rule = rule_of("moit_2026", "grant_council")
    sheet = sheet_of("moit_2026", "standin_natural")
    said = frozen("score", totals(sheet, *[80] * 7))
    solved = {name: (said, solve(said, rule=rule, sheet=sheet)) for name in "ab"}
    known = {
        "rule": rule,
        "sheets": dict.fromkeys("ab", sheet),
        "orders": dict.fromkeys("ab", ""),
    }
    open_tie = place(solved, **known)[""]
    assert (dict(open_tie.places), open_tie.open) == ({"a": 1, "b": 1}, (("a", "b"),))
    said_so = place(solved, **known, recommended=["b", "a"])[""]
    assert dict(said_so.places) == {"b": 1, "a": 2}


def test_a_result_is_reckoned_again_from_what_was_kept():
    rule = rule_of("moit_2026", "grant_council")
    sheet = sheet_of("moit_2026", "standin_natural")
    said = frozen("score", totals(sheet, 90, 80, 70, 71, 88, 66, 79))
    assert solve(said, rule=rule, sheet=sheet) == solve(said, rule=rule, sheet=sheet)
