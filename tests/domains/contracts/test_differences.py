"""What differs between two texts: every change, nothing else, and sums that add up."""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from opensti.domains.contracts.queries import budget_differences, differences

TEXT = {
    "number": "01",
    "title_vi": "Nhiệm vụ",
    "title_en": "",
    "objectives": "Một",
    "obligations": "",
    "host": {"id": 1, "name": "Viện"},
    "leader": {"id": 2, "name": "Nguyễn Văn A"},
    "lump_sum": "none",
    "starts_on": "2026-09-01",
    "ends_on": "2028-09-01",
    "state_money": "100",
    "other_money": "0",
    "budget": "a",
    "products": [{"key": "p1", "name_vi": "Quy trình", "quality": "80 %"}],
    "milestones": [{"position": 1, "name_vi": "Mốc", "due_on": "2027-06-01"}],
    "instalments": [
        {"key": "i1", "label": "Đợt 1", "amount": "60"},
        {"key": "i2", "label": "Đợt 2", "amount": "40"},
    ],
}
MONEY = st.integers(min_value=0, max_value=10**15)
LINES = st.dictionaries(st.sampled_from("abcdefgh"), MONEY)


def lines(amounts):
    return [{"key": key, "amount": f"{amount}"} for key, amount in amounts.items()]


def test_a_text_does_not_differ_from_itself():
    assert differences(TEXT, deepcopy(TEXT)) == []


def test_every_change_is_named_once_with_before_and_after():
    after = deepcopy(TEXT)
    after["objectives"] = "Hai"
    after["ends_on"] = "2029-03-01"
    after["state_money"] = "90"
    after["leader"] = {"id": 3, "name": "Trần Thị B"}
    after["products"].append({"key": "p2", "name_vi": "Phần mềm", "quality": ""})
    after["instalments"] = [{"key": "i1", "label": "Đợt 1", "amount": "90"}]
    found = [(d.place, d.kind, d.more) for d in differences(TEXT, after)]
    assert found == [
        ("leader", "name", None),
        ("ends_on", "day", None),
        ("objectives", "text", None),
        ("state_money", "money", Decimal(-10)),
        ("product", "row", None),
        ("instalment", "row", Decimal(30)),
        ("instalment", "row", Decimal(-40)),
    ]


def test_a_row_that_moved_and_says_the_same_is_no_difference():
    after = deepcopy(TEXT)
    after["instalments"].reverse()
    assert differences(TEXT, after) == []


@given(LINES, LINES)
def test_the_differences_of_lines_make_that_of_the_sums(before, after):
    found = budget_differences(lines(before), lines(after))
    assert sum((d.more for d in found), Decimal(0)) == sum(after.values()) - sum(
        before.values()
    )
    assert {d.before["key"] for d in found if d.after is None} == set(before) - set(
        after
    )
