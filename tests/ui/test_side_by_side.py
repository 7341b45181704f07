"""Figures with intervals, along a scale and by scenario: drawn to scale, told as a table."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise

import pytest
from defusedxml import ElementTree
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from opensti.ui import charts
from opensti.ui.drawing import ticks_between

SVG = "{http://www.w3.org/2000/svg}"
HEAD = ("Proposal", "Merit", "From", "To")
MARKS = {"marks": ("chosen", "reserve", "not chosen"), "state": "State"}
STEP = re.compile(r"([MLHVZmlhvz])([^MLHVZmlhvz]*)")


def interval(label, value, low=None, high=None, other=None, kind=0):  # noqa: PLR0917 -- as the row is read
    return charts.Interval(
        label=label, value=value, low=low, high=high, other=other, kind=kind
    )


def three():
    return [
        interval("a <i>", 80, 75, 85, Decimal("78.5")),
        interval("b", 70, 60, 80, 71, 1),
        interval("c", 50, kind=2),
    ]


def drawings(chart):
    return [ElementTree.fromstring(d) for d in (chart.svg, chart.narrow) if d]


def tips(root):
    return [g.find(f"{SVG}title").text for g in root.iter(f"{SVG}g")]


def walked(path):
    """The points a path goes through."""
    x = y = 0.0
    for letter, figures in STEP.findall(path):
        numbers = [float(n) for n in re.findall(r"-?[0-9.]+", figures)]
        if letter in "MLml":
            pairs = zip(numbers[::2], numbers[1::2], strict=True)
            for right, down in pairs:
                x, y = (right, down) if letter in "ML" else (x + right, y + down)
                yield x, y
        for number in numbers:
            if letter in "Hh":
                x = number if letter == "H" else x + number
            elif letter in "Vv":
                y = number if letter == "V" else y + number
            else:
                continue
            yield x, y


def points(root):
    """Every point that something is drawn at, letters apart."""
    for e in root.iter():
        at = {name: float(v) for name, v in e.attrib.items() if name in NUMBERS}
        match e.tag.removeprefix(SVG):
            case "circle":
                yield at["cx"] - at["r"], at["cy"] - at["r"]
                yield at["cx"] + at["r"], at["cy"] + at["r"]
            case "line":
                yield at["x1"], at["y1"]
                yield at["x2"], at["y2"]
            case "rect":
                yield at["x"], at["y"]
                yield at["x"] + at["width"], at["y"] + at["height"]
            case "path":
                yield from walked(e.get("d"))
            case "text":
                yield at["x"], at["y"]


NUMBERS = {"x", "y", "cx", "cy", "r", "x1", "y1", "x2", "y2", "width", "height"}


def outside(chart):
    found = []
    for root in drawings(chart):
        _x, _y, width, height = map(float, root.get("viewBox").split())
        found += [
            (x, y)
            for x, y in points(root)
            if not (-0.1 <= x <= width + 0.1 and -0.1 <= y <= height + 0.1)
        ]
    return found


# ---------------------------------------------------------------- intervals


def test_intervals_say_the_figures_of_the_table():
    with override("en"):
        chart = charts.intervals(
            title="T & <b>",
            head=HEAD,
            rows=three(),
            other="Mean",
            line=1,
            line_words="1 of 3",
            at=55,
            at_words="At least 55",
            **MARKS,
        )
    assert (chart.head, chart.numeric, chart.rows) == (
        (*HEAD, "Mean", "State"),
        (1, 2, 3, 4),
        (
            ("a <i>", "80.0", "75.0", "85.0", "78.5", "chosen"),
            ("b", "70.0", "60.0", "80.0", "71.0", "reserve"),
            ("c", "50.0", "—", "—", "—", "not chosen"),
        ),
    )
    assert chart.legend == (*MARKS["marks"], "Mean", "1 of 3", "At least 55")
    assert [words for _sign, words in chart.signed] == list(chart.legend)
    for root in drawings(chart):
        assert tips(root) == [
            "a <i>: 80.0 (75.0 – 85.0); Mean: 78.5; State: chosen",
            "b: 70.0 (60.0 – 80.0); Mean: 71.0; State: reserve",
            "c: 50.0; Mean: —; State: not chosen",
        ]


def shapes(group):
    return [
        (e.tag.removeprefix(SVG), e.get("class"))
        for e in group
        if e.tag != f"{SVG}title"
    ]


def test_what_a_row_is_can_be_seen_without_colour():
    chart = charts.intervals(title="T", head=HEAD, rows=three(), **MARKS)
    for root in drawings(chart):
        assert [shapes(g) for g in root.iter(f"{SVG}g")] == [
            [("path", "l1"), ("path", "c-second"), ("circle", "c1")],
            [("path", "l2"), ("path", "c-second"), ("path", "c2")],
            [("circle", "c-hollow l8")],
        ]


def test_dots_and_ends_stand_to_scale_in_both_drawings():
    rows = [interval("a", 80, 75, 85), interval("b", 70, 60, 80)]
    for root in drawings(charts.intervals(title="T", head=HEAD, rows=rows)):
        (low, high), (lower, higher) = [
            [x for x, _y in walked(d)] for d in paths(root, "l1")
        ]
        dots = [float(c.get("cx")) for c in root.iter(f"{SVG}circle")]
        unit = (high - lower) / 25
        assert [(x - lower) / unit for x in (low, higher, *dots)] == pytest.approx(
            [15, 20, 20, 10], abs=0.05
        )


def test_the_line_of_funding_lies_between_the_rows_it_parts():
    for after in range(4):
        chart = charts.intervals(
            title="T", head=HEAD, rows=three(), line=after, line_words="line", **MARKS
        )
        for root in drawings(chart):
            (cut,) = [e for e in root.iter(f"{SVG}line") if e.get("class") == "c-cut"]
            middles = [max(y for _x, y in points(g)) for g in root.iter(f"{SVG}g")]
            at = float(cut.get("y1"))
            assert sum(y < at for y in middles) == after
            assert "line" in [t.text for t in root.iter(f"{SVG}text")]


@pytest.mark.parametrize(
    ("rows", "more", "words"),
    [
        ([interval("a", 1, 0)], {}, "one end only"),
        ([interval("a", 1, 2, 0)], {}, "ends before it begins"),
        ([interval("a", 1, kind=1)], {}, "no mark"),
        ([interval("a", float("nan"))], {}, "cannot be drawn"),
        ([interval("a", 1)], {"line": 2}, "a line after 2 of 1 rows"),
        ([interval("a", 1)], {"marks": "abcde"}, "shapes for 4 kinds"),
    ],
)
def test_intervals_that_make_no_sense_are_refused(rows, more, words):
    with pytest.raises(ValueError, match=words):
        charts.intervals(title="T", head=HEAD, rows=rows, **more)


def test_nothing_known_is_said():
    with override("en"):
        none = charts.intervals(title="T", head=HEAD, rows=[interval("a", None)])
    assert ("No figures yet" in none.svg, none.rows) == (True, ())


def many(count):
    return [
        interval(
            f"P{n}",
            Decimal(9000 - n) / 100,
            Decimal(8900 - n) / 100,
            Decimal(9200 - n) / 100,
            kind=0 if n < count // 3 else 2 - n % 2,
        )
        for n in range(count)
    ]


def paths(root, css):
    return [e.get("d") for e in root.iter(f"{SVG}path") if e.get("class") == css]


def test_many_rows_are_thin_columns_and_lanes_tell_what_each_is():
    rows = many(61)
    with override("en"):
        chart = charts.intervals(
            title="T", head=HEAD, rows=rows, line=20, line_words="20 of 61", **MARKS
        )
    assert len(chart.rows) == 61
    for root in drawings(chart):
        by_kind = {
            css: [list(walked(d)) for d in paths(root, f"{css} c-reach")]
            for css in ("l1", "l2", "l8")
        }
        # from one end to the other: two points for each column
        assert {css: len(ds[0]) for css, ds in by_kind.items()} == {
            "l1": 40,
            "l2": 2 * sum(r.kind == 1 for r in rows),
            "l8": 2 * sum(r.kind == 2 for r in rows),
        }
        said = tips(root)
        assert said[:2] == ["Places 1–20", "Places 22"]
        assert said[-1] == "20 of 61"
        (cut,) = [e for e in root.iter(f"{SVG}line") if e.get("class") == "c-cut"]
        chosen = [x for x, _y in by_kind["l1"][0]]
        others = [x for css in ("l2", "l8") for x, _y in by_kind[css][0]]
        assert max(chosen) < float(cut.get("x1")) < min(others)


def test_the_legend_shows_what_is_drawn():
    def strokes(count):
        chart = charts.intervals(
            title="T",
            head=HEAD,
            rows=many(count),
            other="Mean",
            line=1,
            line_words="l",
            **MARKS,
        )
        return list(chart.signed)[-2:]

    (few, _line), (lots, _upright) = strokes(60), strokes(61)
    assert ("m0 -6v12" in few[0], "m0 -6v12" in lots[0]) == (True, False)
    assert ('x2="14"' in strokes(60)[1][0], 'x2="14"' in strokes(61)[1][0]) == (
        True,
        False,
    )


def test_two_thousand_rows_are_a_drawing_of_some_kilobytes():
    chart = charts.intervals(title="T", head=HEAD, rows=many(2000), **MARKS)
    assert (len(chart.rows), len(chart.svg) < 200_000, outside(chart)) == (
        2000,
        True,
        [],
    )


figures = st.decimals(-1000, 1000, places=2)


@st.composite
def any_rows(draw):
    count = draw(st.sampled_from([1, 2, 3, 60, 61, 90]))
    rows = []
    for n in range(count):
        value = draw(st.none() | figures)
        low, high = sorted([draw(figures), draw(figures)])
        ends = draw(st.booleans())
        rows.append(
            interval(
                f"row {n}",
                value,
                low if ends else None,
                high if ends else None,
                draw(st.none() | figures),
                draw(st.integers(0, 2)),
            )
        )
    return rows


@settings(max_examples=25, deadline=None)
@given(any_rows(), st.data())
def test_everything_is_drawn_within_the_picture(rows, data):
    chart = charts.intervals(
        title="T",
        head=HEAD,
        rows=rows,
        other="Mean",
        line=data.draw(st.none() | st.integers(0, len(rows))),
        at=data.draw(st.none() | figures),
        **MARKS,
    )
    assert outside(chart) == []


@settings(max_examples=40, deadline=None)
@given(figures, figures)
def test_round_marks_enclose_what_lies_between(one, other):
    low, high = sorted([one, other])
    marks = ticks_between(low, high)
    steps = {b - a for a, b in pairwise(marks)}
    assert (marks[0] <= low, high <= marks[-1], len(steps)) == (True, True, 1)
    assert 2 <= len(marks) <= 9


# ---------------------------------------------------------------- along a scale


def sweep(**more):
    return charts.curve(
        title="C & <b>",
        head=("Budget", "Merit", "By score"),
        rows=[(50, 500, 450), (100, 700, None), (125, Decimal("762.5"), 640)],
        unit="%",
        **more,
    )


def test_a_curve_says_the_figures_of_the_table_and_marks_where_we_are():
    with override("en"):
        chart = sweep(here=100, here_words="Budget of the year")
    assert chart.rows == (
        ("50\u00a0%", "500.0", "450"),
        ("100\u00a0%", "700.0", "—"),
        ("125\u00a0%", "762.5", "640"),
    )
    for root in drawings(chart):
        dots = [
            (c.get("class"), c.get("r"), c.find(f"{SVG}title").text)
            for c in root.iter(f"{SVG}circle")
        ]
        assert dots == [
            ("c1", "3", "Merit, 50\u00a0%: 500.0"),
            ("c1", "6", "Merit, 100\u00a0%: 700.0"),
            ("c1", "3", "Merit, 125\u00a0%: 762.5"),
            ("c2", "3", "By score, 50\u00a0%: 450"),
            ("c2", "3", "By score, 125\u00a0%: 640"),
        ]
        assert [d.count("M") for css in ("l1", "l2") for d in paths(root, css)] == [
            1,
            2,
        ]
        assert "Budget of the year" in [t.text for t in root.iter(f"{SVG}text")]
    assert (outside(chart), len(chart.signed)) == ([], 2)


def test_a_curve_is_to_scale_both_ways():
    for zero in (True, False):
        for root in drawings(sweep(zero=zero)):
            (x1, y1), (x2, y2), (x3, y3) = [
                (float(c.get("cx")), float(c.get("cy")))
                for c in root.iter(f"{SVG}circle")
            ][:3]
            assert (x2 - x1) / (x3 - x1) == pytest.approx(50 / 75, abs=0.005)
            assert (y1 - y2) / (y1 - y3) == pytest.approx(200 / 262.5, abs=0.005)


def test_a_curve_that_does_not_begin_at_nothing_says_so_on_its_axis():
    def lowest(chart):
        return next(
            t.text
            for t in ElementTree.fromstring(chart.svg).iter(f"{SVG}text")
            if t.get("text-anchor") == "end"
        )

    with override("en"):
        assert [lowest(sweep(zero=zero)) for zero in (True, False)] == ["0", "400"]


@pytest.mark.parametrize("rows", [[(2, 1), (1, 1)], [(1, 1), (1, 2)], [(None, 1)]])
def test_a_curve_ascends(rows):
    with pytest.raises(ValueError, match="ascends"):
        charts.curve(title="T", head=("x", "y"), rows=rows)


# ---------------------------------------------------------------- scenarios


def scenarios(**more):
    return charts.grouped(
        title="G & <b>",
        head=("Province", "A", "B", "C"),
        rows=[("Hà Nội <i>", 12, 10, 13), ("Huế", 3, None, 3)],
        **more,
    )


def test_scenarios_say_the_figures_of_the_table_with_their_differences():
    with override("en"):
        chart = scenarios()
    assert (chart.head, chart.rows) == (
        ("Province", "A", "B", "C", "B against A", "C against A"),
        (
            ("Hà Nội <i>", "12", "10", "13", "−2", "+1"),
            ("Huế", "3", "—", "3", "—", "0"),
        ),
    )
    assert chart.legend == ("A", "B", "C")
    for root in drawings(chart):
        assert tips(root) == [
            f"{row[0]}, {name}: {value}"
            for row in chart.rows
            for name, value in zip("ABC", row[1:4], strict=True)
        ]
    assert outside(chart) == []


def test_differences_are_to_the_scenario_named_or_left_out():
    with override("en"):
        assert scenarios(base=2).head[4:] == ("A against C", "B against C")
        assert scenarios(base=2).rows[0][4:] == ("−1", "−3")
    assert scenarios(base=None).head == ("Province", "A", "B", "C")


def test_bars_of_scenarios_are_in_the_proportion_of_the_figures():
    for root in drawings(scenarios()):
        widths = [float(r.get("width")) for r in root.iter(f"{SVG}rect")]
        assert [round(12 * w / widths[0], 1) for w in widths] == [12, 10, 13, 3, 0, 3]


def test_scenarios_that_cannot_be_told_apart_or_drawn_are_refused():
    with pytest.raises(ValueError, match="negative"):
        charts.grouped(title="T", head=("x", "a"), rows=[("1", -1)])
    with pytest.raises(ValueError, match="at most 8"):
        charts.grouped(title="T", head=range(10), rows=[range(10)])


# ---------------------------------------------------------------- the component


def test_a_chart_may_point_to_the_list_that_has_its_figures(draw):
    chart = charts.intervals(title="T", head=HEAD, rows=three(), **MARKS)
    with override("en"):
        own = draw('<c-chart :chart="c" />', c=chart)
        other = draw('<c-chart :chart="c" table="#ranked" />', c=chart)
    assert [
        (page.count("<table"), page.count('href="#ranked"')) for page in (own, other)
    ] == [
        (1, 0),
        (0, 1),
    ]
    assert own.count('<svg viewBox="0 0 14 14" aria-hidden="true">') == 3
