"""One member's level from his marks: TT50 Art 34.8 and TT11, as the reference states it."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sti_methods.ballots import Mark, MemberRule, member_level

RULE = MemberRule(
    best="excellent",
    worst="fail",
    otherwise="pass",
    quantity_ok=Fraction(3, 4),
    quantity_least=Fraction(3, 4),
)
LEVELS = st.sampled_from(["excellent", "pass", "fail"])


def quality(level):
    return Mark(sort="quality", level=level)


def quantity(level, share=None):
    return Mark(sort="quantity", level=level, share=share)


def report(level):
    return Mark(sort="report", level=level)


def test_all_products_excellent_and_a_report_that_passes_make_excellent():
    marks = [quality("excellent"), quantity("excellent"), report("pass")]
    assert member_level(RULE, marks).level == "excellent"


def test_a_product_that_only_passes_makes_the_whole_pass():
    marks = [quality("excellent"), quality("pass"), report("excellent")]
    assert member_level(RULE, marks).level == "pass"


def test_one_quality_that_fails_makes_the_whole_fail():
    found = member_level(RULE, [quality("fail"), quality("excellent"), report("pass")])
    assert (found.level, found.reason) == ("fail", "quality")


def test_three_of_four_quantities_suffice_if_the_fourth_reaches_three_quarters():
    three = [quantity("pass")] * 3
    nearly = member_level(
        RULE, [*three, quantity("fail", Fraction(3, 4)), report("pass")]
    )
    short = member_level(
        RULE, [*three, quantity("fail", Fraction(74, 100)), report("pass")]
    )
    unknown = member_level(RULE, [*three, quantity("fail"), report("pass")])
    assert [(f.level, f.reason) for f in (nearly, short, unknown)] == [
        ("pass", "met"),
        ("fail", "short"),
        ("fail", "short"),
    ]


def test_two_of_three_quantities_are_too_few():
    marks = [quantity("pass"), quantity("pass"), quantity("fail", Fraction(99, 100))]
    found = member_level(RULE, [*marks, report("pass")])
    assert (found.level, found.reason) == ("fail", "quantity")


def test_a_report_that_fails_or_a_late_dossier_fails_whatever_was_made():
    good = [quality("excellent"), quantity("excellent", Fraction(2))]
    assert member_level(RULE, [*good, report("fail")]).reason == "report"
    late = member_level(RULE, [*good, report("pass")], late=True)
    assert (late.level, late.reason) == ("fail", "late")


def test_an_unknown_level_is_refused():
    with pytest.raises(ValueError, match="good"):
        member_level(RULE, [quality("good")])


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(LEVELS, min_size=1, max_size=8), LEVELS)
def test_mending_one_mark_never_lowers_the_whole(levels, said):
    order = ["fail", "pass", "excellent"]
    before = member_level(RULE, [*map(quality, levels), report(said)]).level
    better = [*levels]
    better[0] = order[min(order.index(better[0]) + 1, 2)]
    after = member_level(RULE, [*map(quality, better), report(said)]).level
    assert order.index(after) >= order.index(before)
