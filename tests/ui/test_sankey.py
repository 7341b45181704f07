"""The Sankey: every figure in the table, nothing overlaps, a form for a phone, hostile words."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise

import pytest

from opensti.ui.drawing import NARROW, noted
from opensti.ui.sankey import Way, sankey
from opensti.ui.sharing import share_card
from opensti.ui.svgfiles import svg_file
from opensti.ui.waits import Waited, waits

WAYS = [
    Way(keys=("g1", "f1", "used"), amount=Decimal(60), count=2),
    Way(keys=("g1", "f2", "running"), amount=Decimal(30), count=1),
    Way(keys=("-", "f2", "used"), amount=Decimal(10), count=1),
]


def drawn(ways=WAYS, **more):
    given = {
        "title": "Tiền",
        "heads": ["Mục tiêu", "Lĩnh vực", "Kết quả"],
        "names": {(0, "g1"): "<script>alert(1)</script>", (0, "-"): "Không"},
        "said": lambda amount: f"{int(amount)} tỷ",
        "figures": ("Đồng", "Nhiệm vụ"),
        "last": {"-"},
    }
    return sankey(ways=ways, **(given | more))


def test_the_table_has_each_band_with_its_sum():
    assert drawn().rows == (
        ("<script>alert(1)</script>", "f1", "60", "2"),
        ("<script>alert(1)</script>", "f2", "30", "1"),
        ("Không", "f2", "10", "1"),
        ("f1", "used", "60", "2"),
        ("f2", "running", "30", "1"),
        ("f2", "used", "10", "1"),
    )


def test_words_are_escaped_and_each_band_says_what_it_is():
    for picture in (drawn().svg, drawn().narrow):
        assert "<script>" not in picture
        assert "f1 → used: 60 tỷ · 60 %" in picture


def test_labels_of_one_column_keep_apart_however_thin_their_bands():
    many = [
        Way(keys=("g", f"f{n:02}", "x"), amount=Decimal(1 if n else 10_000))
        for n in range(9)
    ]
    found = drawn(many)
    heights = sorted(
        float(y)
        for y in re.findall(r'y="([\d.]+)" class="c-halo" [^>]*>f\d\d<', found.svg)
    )
    assert len(heights) == 9
    assert all(b - a >= 34 for a, b in pairwise(heights))
    assert f'width="{NARROW}"' in found.narrow


def test_nothing_to_show_says_so():
    assert drawn([]).rows == ()
    assert drawn([Way(keys=("a", "b"), amount=Decimal(0))]).rows == ()


def test_the_source_is_printed_in_the_picture_and_in_the_file_under_its_title():
    found = noted(drawn(), "Nguồn: <sổ>. 27/11/2026.")
    for picture in (found.svg, found.narrow):
        assert "Nguồn: &lt;sổ&gt;. 27/11/2026." in picture
    file = svg_file(found).decode()
    assert ">Tiền</text>" in file
    assert re.search(r'viewBox="0 -34 960 ', file)


def test_a_card_to_share_is_a_picture_of_the_size_that_is_shown():
    found = share_card(noted(drawn(), "Nguồn."))
    assert found[:8] == b"\x89PNG\r\n\x1a\n"
    assert [int.from_bytes(found[at : at + 4], "big") for at in (16, 20)] == [1200, 630]


ROWS = [
    Waited(label="Nhanh", limit=10, middle=4, late=9, longest=11, cases=7),
    Waited(
        label="Chậm", limit=10, middle=14, late=None, longest=400, longest_runs=True
    ),
]


def test_what_is_over_the_limit_has_another_colour_and_the_longest_stays_in_the_picture():
    head = ["Bước", "Hồ sơ", "Hạn", "Nửa", "9/10", "Lâu nhất"]
    found = waits(title="Thời gian", head=head, rows=ROWS)
    assert found.rows[0] == ("Nhanh", "7", "10", "4", "9", "11")
    assert found.rows[1][:5] == ("Chậm", "0", "10", "14", "—")
    assert (found.svg.count('class="c1"'), found.svg.count('class="c5"')) == (1, 1)
    assert "400 →" in found.svg
    assert waits(title="Thời gian", head=head, rows=[]).rows == ()


@pytest.mark.parametrize("width", ["svg", "narrow"])
def test_nothing_is_drawn_beyond_the_edge(width):
    head = ["Bước", "Hồ sơ", "Hạn", "Nửa", "9/10", "Lâu nhất"]
    picture = getattr(waits(title="T", head=head, rows=ROWS), width)
    wide = float(re.search(r'viewBox="0 0 ([\d.]+)', picture)[1])
    assert all(
        float(x) <= wide for x in re.findall(r' (?:x|cx|x2)="([\d.]+)"', picture)
    )
