"""How official papers begin: days in full, grounds, who issues them, what goes with them."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils.translation import override

from opensti.web.papers import attached, grounds, issued, issued_by, long_day


@pytest.mark.parametrize(
    ("on", "vi", "en"),
    [
        (date(2026, 1, 2), "ngày 02 tháng 01 năm 2026", "2 January 2026"),
        (date(2026, 2, 10), "ngày 10 tháng 02 năm 2026", "10 February 2026"),
        (date(2026, 3, 9), "ngày 09 tháng 3 năm 2026", "9 March 2026"),
        (date(2026, 12, 31), "ngày 31 tháng 12 năm 2026", "31 December 2026"),
    ],
)
def test_only_days_below_ten_and_the_first_two_months_take_a_zero(on, vi, en):
    with override("en"):
        assert [long_day("vi", on), long_day("en", on)] == [vi, en]


def test_grounds_begin_and_end_as_grounds_do():
    said = ["Điều 17 NĐ 267/2025/NĐ-CP", "", "Căn cứ Hợp đồng số 1;", "Theo đề nghị."]
    assert grounds("vi", said) == [
        "Căn cứ Điều 17 NĐ 267/2025/NĐ-CP;",
        "Căn cứ Hợp đồng số 1;",
        "Theo đề nghị.",
    ]
    assert grounds("en", ["The request of 1 May", "Contract 1."]) == [
        "Having regard to the request of 1 May;",
        "Having regard to Contract 1.",
    ]
    assert grounds("vi", [""]) == []


def test_an_organisations_own_paper_has_no_ministry_and_no_place():
    own = issued_by("vi", "Viện Cơ khí", date(2026, 3, 9))
    assert own == {
        "language": "vi",
        "issuer_parent": "",
        "issuer": "Viện Cơ khí",
        "place_date": "ngày 09 tháng 3 năm 2026",
    }
    assert issued("vi", None)["place_date"] == "Hà Nội, ngày …… tháng …… năm ……"


def test_files_are_listed_with_digests_one_can_copy():
    assert attached([]) == []
    assert attached([{"name": "a.pdf", "sha256": "0" * 64}])[1] == {
        "kind": "list",
        "items": ["a.pdf, SHA-256 " + "0" * 64],
    }
