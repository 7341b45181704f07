"""A chart and its table show the same figures."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from defusedxml import ElementTree
from django.utils.translation import override

from opensti.ui import charts
from opensti.ui.drawing import ticks

SVG = "{http://www.w3.org/2000/svg}"


def parts(chart):
    return [
        t.text
        for e in ElementTree.fromstring(chart.svg).iter()
        if e.tag != f"{SVG}svg"
        for t in e.findall(f"{SVG}title")
    ]


def samples():
    return [
        charts.bars(
            title="A & <b>",
            head=("x", "n"),
            rows=[("một <script>", 1), ("hai", Decimal("2.5"))],
        ),
        charts.stacked(
            title="S", head=("x", "a", "b"), rows=[("1", 1, 2), ("2", 0, 0)]
        ),
        charts.line(
            title="L", head=("x", "a", "b"), rows=[("1", 1, -2), ("2", None, 1.5)]
        ),
        charts.donut(title="D", head=("x", "n"), rows=[("a", 1), ("b", 3)]),
        charts.donut(title="D", head=("x", "n"), rows=[("a", 4)]),
        charts.histogram(title="H", head=("x", "n"), values=[1, 2, 2, 3], bins=2),
        charts.histogram(title="H", head=("x", "n"), values=[5, 5]),
        charts.gantt(
            title="G",
            head=("x", "a", "b"),
            rows=[("a", date(2026, 1, 1), date(2026, 1, 9))],
            today=date(2026, 1, 2),
        ),
        charts.bars(title="None", head=("x", "n"), rows=[]),
        heat_of_three(),
        heat_of_three(each=True),
        graph_of_three(),
        charts.heat(title="None", head=("x", "y", "p"), blocks=[], cells=[]),
        charts.graph(
            title="None", head=("x", "y", "p", "s"), names=[], edges=[], series=["a"]
        ),
    ]


def between(first, second, share, series=0):
    return charts.Between(
        first=first, second=second, share=share, words=f"{share:.0%}", series=series
    )


def heat_of_three(**more):
    return charts.heat(
        title="H & <b>",
        head=("one", "other", "p"),
        blocks=[("1", ["a <i>", "b", "c"]), ("2", ["d", "e"])],
        cells=[between(0, 1, 0.95), between(1, 2, 0.6), between(3, 4, 0.3)],
        **more,
    )


def graph_of_three():
    return charts.graph(
        title="G & <b>",
        head=("one", "other", "p", "state"),
        names=["a <i>", "b", "c"],
        edges=[between(0, 1, 0.95), between(1, 2, 0.6, 1)],
        series=("open", "merge"),
    )


@pytest.mark.parametrize("chart", samples(), ids=lambda chart: chart.title)
def test_a_chart_is_sound_xml_with_name_and_description_and_no_style(chart):
    root = ElementTree.fromstring(chart.svg)
    assert (
        root.get("role"),
        root.find(f"{SVG}title").text,
        bool(root.find(f"{SVG}desc").text),
    ) == ("img", chart.title, True)
    assert [
        e.tag
        for e in root.iter()
        if e.get("style") or e.tag in (f"{SVG}style", f"{SVG}script")
    ] == []


def test_bars_say_the_figures_of_the_table():
    with override("en"):
        chart = charts.bars(
            title="T", head=("Field", "n"), rows=[("A", 1234), ("B", Decimal("2.5"))]
        )
    assert chart.rows == (("A", "1,234"), ("B", "2.5"))
    assert parts(chart) == [f"{label}: {value}" for label, value in chart.rows]


def test_stacked_bars_say_the_figures_of_the_table():
    chart = charts.stacked(
        title="T", head=("Year", "a", "b"), rows=[("2025", 3, 4), ("2026", 5, 0)]
    )
    assert parts(chart) == [
        f"{row[0]}, {name}: {value}"
        for row in chart.rows
        for name, value in zip(chart.head[1:], row[1:], strict=True)
    ]


def test_lines_say_the_figures_of_the_table_and_break_where_there_is_none():
    chart = charts.line(
        title="T", head=("Year", "a"), rows=[("1", 1), ("2", None), ("3", 4)]
    )
    assert chart.rows == (("1", "1"), ("2", "—"), ("3", "4"))
    assert parts(chart) == ["a, 1: 1", "a, 3: 4"]
    assert ElementTree.fromstring(chart.svg).find(f"{SVG}path").get("d").count("M") == 2


def test_bar_lengths_are_in_the_proportion_of_the_figures():
    chart = charts.bars(
        title="T", head=("x", "n"), rows=[("a", 10), ("b", 25), ("c", 100)]
    )
    widths = [
        float(r.get("width"))
        for r in ElementTree.fromstring(chart.svg).iter(f"{SVG}rect")
    ]
    assert [round(w / widths[2], 2) for w in widths] == [0.1, 0.25, 1]


def test_a_histogram_counts_every_value_once():
    chart = charts.histogram(
        title="T", head=("x", "n"), values=[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], bins=5
    )
    assert [row[1] for row in chart.rows] == ["2", "2", "2", "2", "3"]


def test_shares_of_a_donut_add_up():
    with override("en"):
        chart = charts.donut(title="T", head=("x", "n"), rows=[("a", 1), ("b", 3)])
    assert parts(chart) == ["a: 1 (25.0 %)", "b: 3 (75.0 %)"]


def test_amounts_below_nothing_are_refused():
    with pytest.raises(ValueError, match="negative"):
        charts.bars(title="T", head=("x", "n"), rows=[("a", -1)])


def test_the_component_shows_the_table_of_the_chart(draw):
    chart = charts.bars(title="T", head=("Field", "n"), rows=[("A <", 12)])
    text = draw('<c-chart :chart="chart" />', chart=chart)
    assert re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", text) == [
        "Field",
        "n",
        "A &lt;",
        "12",
    ]


def axis(chart):
    """The figures written on the axis."""
    return [
        t.text
        for t in ElementTree.fromstring(chart.svg).iter(f"{SVG}text")
        if t.get("class") == "c-soft" and t.get("text-anchor") in ("middle", "end")
    ]


@pytest.mark.parametrize(
    ("top", "whole", "expected"),
    [
        (1, True, ["0", "1"]),
        (3, True, ["0", "1", "2", "3"]),
        (12, True, ["0", "5", "10", "15"]),
        (1, False, ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        (Decimal("0.3"), False, ["0", "0.1", "0.2", "0.3"]),
        (0, True, ["0", "1"]),
    ],
)
def test_marks_are_exact_and_whole_for_counts(top, whole, expected):
    marks = ticks(top, whole=whole)
    assert [Decimal(e) for e in expected] == marks


def test_one_dossier_is_not_counted_in_fifths():
    with override("vi"):
        one = charts.bars(title="n", head=("x", "n"), rows=[("nháp", 1)])
        share = charts.bars(title="n", head=("x", "n"), rows=[("a", Decimal(1))])
    assert axis(one) == ["0", "1"]
    assert axis(share) == ["0", "0,2", "0,4", "0,6", "0,8", "1"]


def test_bars_for_little_room_keep_their_letters_and_stand_within_it():
    label = "Nghiên cứu, chế tạo dây chuyền xử lý bụi lò"
    chart = charts.bars(title="T", head=("x", "n"), rows=[(label, 3), ("hai", 12)])
    root = ElementTree.fromstring(chart.narrow)
    box = [float(n) for n in root.get("viewBox").split()]
    texts = root.findall(f"{SVG}text")
    rects = root.findall(f"{SVG}rect")
    assert (box[2], root.get("role")) == (320, "img")
    assert {t.get("font-size") for t in texts} == {"12", "14"}
    assert [t.text for t in texts if t.text.startswith(("Ngh", "hai"))] == [
        "Nghiên cứu, chế tạo dây chuyền xử lý bụ…",
        "hai",
    ]
    assert all(float(r.get("x")) + float(r.get("width")) <= box[2] for r in rects)
    assert parts(chart) == [
        t.text
        for e in root.iter()
        if e.tag != f"{SVG}svg"
        for t in e.findall(f"{SVG}title")
    ]


@pytest.mark.parametrize("each", [False, True])
def test_a_heat_map_shades_both_halves_and_says_the_figures_of_the_table(each):
    chart = heat_of_three(each=each)
    assert chart.rows == (("a <i>", "b", "95%"), ("b", "c", "60%"), ("d", "e", "30%"))
    for drawing in (chart.svg, chart.narrow):
        cells = [
            (rect.get("class"), rect.find(f"{SVG}title").text)
            for rect in ElementTree.fromstring(drawing).iter(f"{SVG}rect")
            if rect.find(f"{SVG}title") is not None and rect.get("class") != "h-self"
        ]
        shades = ("h5", "h2", "h1")
        assert cells == [
            (shade, f"{one} – {other}: {words}")
            for shade, (one, other, words) in zip(shades, chart.rows, strict=True)
            for _half in range(2)
        ]


def places_of(drawing, css):
    return [
        tuple(float(r.get(side)) for side in ("x", "y", "width", "height"))
        for r in ElementTree.fromstring(drawing).iter(f"{SVG}rect")
        if r.get("class") == css and r.find(f"{SVG}title") is not None
    ]


def test_a_cell_stands_where_the_row_of_one_meets_the_column_of_the_other():
    chart = heat_of_three(each=True)
    for drawing in (chart.svg, chart.narrow):
        own = places_of(drawing, "h-self")
        here, there = places_of(drawing, "h2")
        assert here == pytest.approx((own[1][0], own[2][1], *own[0][2:]), abs=0.11)
        assert there == pytest.approx((own[2][0], own[1][1], *own[0][2:]), abs=0.11)
        width = float(ElementTree.fromstring(drawing).get("width"))
        assert max(x + w for x, _y, w, _h in own) <= width


def test_a_graph_joins_what_its_table_names_and_tells_series_apart_without_colour():
    chart = graph_of_three()
    assert (chart.rows, chart.legend) == (
        (("a <i>", "b", "95%", "open"), ("b", "c", "60%", "merge")),
        ("open", "merge"),
    )
    for drawing in (chart.svg, chart.narrow):
        root = ElementTree.fromstring(drawing)
        nodes = [
            (c.get("cx"), c.get("cy"), c.find(f"{SVG}title").text)
            for c in root.iter(f"{SVG}circle")
        ]
        assert [said for _x, _y, said in nodes] == ["1. a <i>", "2. b", "3. c"]
        assert len({(x, y) for x, y, _said in nodes}) == 3
        where = {(x, y): said[0] for x, y, said in nodes}
        lines = [
            (
                where[line.get("x1"), line.get("y1")],
                where[line.get("x2"), line.get("y2")],
                line.get("class"),
                line.get("stroke-dasharray"),
                line.find(f"{SVG}title").text,
            )
            for line in root.iter(f"{SVG}line")
        ]
        assert lines == [
            ("2", "3", "l2", "6 4", "b – c: 60%"),
            ("1", "2", "l1", None, "a <i> – b: 95%"),
        ]
