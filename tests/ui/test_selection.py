"""A ranked list with its line, and a slider that says what enters and leaves."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from django.test import RequestFactory
from django.utils.safestring import mark_safe
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from opensti.ui import samples
from opensti.ui.ranked import BLOCK, Column, Line, Ranked, Row
from opensti.ui.stops import SHOWN, Stop, Stops

COLUMNS = (
    Column(label="No", kind="rank"),
    Column(label="Proposal", kind="name"),
    Column(label="What changes", kind="mark"),
)


def listed(count, **more):
    rows = [
        Row(key=f"k{n}", cells=(f"{n + 1}", f"Proposal {n}", "")) for n in range(count)
    ]
    return Ranked(id="list", caption="All", columns=COLUMNS, rows=rows, **more)


# ---------------------------------------------------------------- the list


def test_a_line_is_drawn_through_the_list(draw):
    table = Ranked(
        id="list",
        caption="A & b",
        columns=COLUMNS,
        rows=[
            Row(key="a", cells=("1", "One <i>", ""), tone="good", url="/a/?b&c"),
            Row(key="b", cells=("2", "Two", "")),
        ],
        lines=[Line(after=1, words="1 of 2 <b>")],
        changes={"b": "enters"},
    )
    with override("en"):
        assert draw('<c-ranked :table="t" />', t=table) == (
            '<div class="table-box ranked-box" role="region" tabindex="0" aria-label="A &amp; b">'
            '<table class="data data-cards ranked" data-width="40" id="list" role="table">'
            '<caption class="visually-hidden">A &amp; b</caption>'
            '<thead role="rowgroup"><tr role="row">'
            '<th scope="col" role="columnheader" class="k-rank">No</th>'
            '<th scope="col" role="columnheader" class="k-name">Proposal</th>'
            '<th scope="col" role="columnheader" class="k-mark">What changes</th></tr></thead>'
            '<tbody role="rowgroup" class="block"><tr role="row" id="list-a" data-row="a" data-tone="good">'
            '<td role="cell" class="k-rank numeric" data-label="No"><span>1</span></td>'
            '<th scope="row" role="rowheader" class="k-name"><a href="/a/?b&amp;c">One &lt;i&gt;</a></th>'
            '<td role="cell" class="k-mark" data-label="What changes"><span></span></td></tr></tbody>'
            '<tbody role="rowgroup" class="cut"><tr role="row">'
            '<td role="cell" colspan="3" aria-colspan="3">1 of 2 &lt;b&gt;</td></tr></tbody>'
            '<tbody role="rowgroup" class="block"><tr role="row" id="list-b" data-row="b" data-change="enters">'
            '<td role="cell" class="k-rank numeric" data-label="No"><span>2</span></td>'
            '<th scope="row" role="rowheader" class="k-name">Two</th>'
            '<td role="cell" class="k-mark" data-label="What changes"><span>enters</span></td></tr></tbody>'
            "</table></div>"
        )


def test_a_cell_may_hold_components_and_names_may_not():
    cells = ("1", "<b>", mark_safe('<b class="badge">x</b>'))
    body = Ranked(
        id="l", caption="", columns=COLUMNS, rows=[Row(key='"><i>', cells=cells)]
    ).body
    assert (body.count("<b"), body.count("&lt;b&gt;"), body.count("<i>")) == (1, 1, 0)
    assert 'data-row="&quot;&gt;&lt;i&gt;"' in body


def read(body):
    """Keys of the rows and words of the lines, in order, and the size of each block."""
    found = re.findall(r'data-row="([^"]+)"|colspan="\d+">([^<]*)<', body)
    blocks = [
        part.count("data-row") for part in body.split("<tbody")[1:] if "block" in part
    ]
    return [key or f"– {words}" for key, words in found], blocks


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 3 * BLOCK), st.data())
def test_every_row_stands_once_and_each_line_where_it_belongs(count, data):
    after = data.draw(st.lists(st.integers(0, count), max_size=3))
    lines = [Line(after=n, words=f"after {n}") for n in after]
    order, blocks = read(listed(count, lines=lines).body)
    rows = [one for one in order if not one.startswith("–")]
    assert rows == [f"k{n}" for n in range(count)]
    above = [
        sum(not other.startswith("–") for other in order[:place])
        for place, one in enumerate(order)
        if one.startswith("–")
    ]
    assert above == sorted(after)
    assert (sum(blocks), max(blocks, default=0) <= BLOCK, 0 in blocks) == (
        count,
        True,
        False,
    )


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"lines": [Line(after=3, words="")]}, "a line after 3 of 2 rows"),
        ({"rows": [Row(key="a", cells=("1", "x"))]}, "2 cells for 3 columns"),
        ({"rows": [Row(key="a", cells=("1", "x", ""))] * 2}, "one key"),
        ({"columns": COLUMNS[::2], "rows": []}, "one column names"),
    ],
)
def test_lists_that_make_no_sense_are_refused(more, words):
    rows = listed(2).rows
    with pytest.raises(ValueError, match=words):
        Ranked(**{"id": "l", "caption": "", "columns": COLUMNS, "rows": rows} | more)


def test_the_table_is_as_wide_as_its_columns_need():
    def width(*kinds):
        columns = [Column(label=kind, kind=kind) for kind in ("name", *kinds)]
        return Ranked(id="l", caption="", columns=columns, rows=[]).width

    assert [width(), width(*["money"] * 3), width(*["money"] * 50)] == [40, 40, 96]
    assert width(*["money"] * 4) == 52


# ---------------------------------------------------------------- the slider


def stop(value, inside, note=""):
    return Stop(
        value=value,
        label=f"{value} %",
        figures=(f"{len(inside)}.0",),
        inside=frozenset(inside),
        note=note,
    )


def stops(*found, base=100, at=100, names=None, **more):
    return Stops(
        id="budget",
        label="Budget",
        figures=("Merit",),
        stops=found,
        base=base,
        at=at,
        names={key: f"Name of {key}" for key in "abcdefgh"} if names is None else names,
        **more,
    )


def three(**more):
    return stops(
        stop(50, "c", "Not proved."), stop(100, "ab"), stop(150, "bcd"), **more
    )


def test_a_stop_says_what_enters_and_leaves_compared_with_the_base():
    with override("en"):
        found = {at: three(at=at) for at in (50, 100, 150)}
        assert {at: f.changes for at, f in found.items()} == {
            50: {"a": "leaves", "b": "leaves", "c": "enters"},
            100: {},
            150: {"a": "leaves", "c": "enters", "d": "enters"},
        }
        assert [f.summary for f in found.values()] == [
            "50 %: 1 chosen, 1 enters, 2 leave",
            "100 %: 2 chosen, 0 enter, 0 leave",
            "150 %: 3 chosen, 2 enter, 1 leaves",
        ]


def test_the_script_is_given_what_the_page_says():
    with override("en"):
        data = json.loads(json.dumps(three(marks="list").data))
    assert data == {
        "marks": "list",
        "param": "stop",
        "base": 100,
        "shown": SHOWN,
        "words": {"enters": "enters", "leaves": "leaves"},
        "more": "and %(count)s more, marked in the list",
        "none": "No row",
        "rows": [[key, f"Name of {key}"] for key in "abcd"],
        "stops": [
            {
                "value": 50,
                "label": "50 %",
                "summary": "50 %: 1 chosen, 1 enters, 2 leave",
                "figures": ["1.0"],
                "note": "Not proved.",
                "enters": [2],
                "leaves": [0, 1],
            },
            {
                "value": 100,
                "label": "100 %",
                "summary": "100 %: 2 chosen, 0 enter, 0 leave",
                "figures": ["2.0"],
                "note": "",
                "enters": [],
                "leaves": [],
            },
            {
                "value": 150,
                "label": "150 %",
                "summary": "150 %: 3 chosen, 2 enter, 1 leaves",
                "figures": ["3.0"],
                "note": "",
                "enters": [2, 3],
                "leaves": [0],
            },
        ],
    }


keys = st.frozensets(st.sampled_from("abcdefgh"))


@settings(max_examples=60, deadline=None)
@given(st.lists(keys, min_size=1, max_size=5), st.data())
def test_who_enters_and_leaves_makes_the_base_into_the_stop(sets, data):
    found = [stop(10 * n, inside) for n, inside in enumerate(sets)]
    base = data.draw(st.sampled_from(found))
    given_out = stops(*found, base=base.value, at=base.value).data
    names = [key for key, _name in given_out["rows"]]
    for one, told in zip(found, given_out["stops"], strict=True):
        enters, leaves = (
            {names[n] for n in told[change]} for change in ("enters", "leaves")
        )
        assert (base.inside | enters) - leaves == one.inside
        assert (enters & base.inside, leaves - base.inside) == (set(), set())


@pytest.mark.parametrize(
    ("asked", "at"),
    [("50", 50), ("150", 150), (None, 100), ("", 100), ("75", 100), ("<b>", 100)],
)
def test_an_address_asks_for_a_stop_there_is_or_gets_the_base(asked, at):
    assert Stops.asked(asked, stops=three().stops, base=100) == at


@pytest.mark.parametrize(
    ("found", "more", "words"),
    [
        ([stop(2, ""), stop(1, "")], {}, "ascend"),
        ([stop(1, ""), stop(1, "")], {}, "ascend"),
        ([stop(1, "")], {"base": 2, "at": 1}, "no stop 2"),
        ([stop(1, "")], {"base": 1, "at": 2}, "no stop 2"),
        ([stop(1, "a"), stop(2, "")], {"base": 1, "at": 1, "names": {}}, "name: .'a'"),
        (
            [Stop(value=1, label="", figures=(), inside=frozenset())],
            {"base": 1, "at": 1},
            "each figure",
        ),
    ],
)
def test_stops_that_make_no_sense_are_refused(found, more, words):
    with pytest.raises(ValueError, match=words):
        stops(*found, **more)


def test_a_row_that_never_moves_needs_no_name():
    assert stops(stop(100, "a"), stop(150, "ab"), names={"b": "B"}).data["rows"] == [
        ["b", "B"]
    ]


def test_the_slider_is_a_form_too_that_keeps_the_rest_of_the_address(draw):
    with override("en"):
        text = draw('<c-stops :stops="s" />', s=three(at=150, marks="list"))
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', text)
    assert hidden == [("q", "a"), ("page", "2")]
    assert re.findall(r'<option value="(\d+)"( selected)?>', text) == [
        ("50", ""),
        ("100", ""),
        ("150", " selected"),
    ]
    assert re.search(r'<input id="budget-range"[^>]*>', text).group() == (
        '<input id="budget-range" type="range" min="0" max="2" value="2" step="1" autocomplete="off"'
        ' aria-valuetext="150 %: 3 chosen, 2 enter, 1 leaves" aria-describedby="budget-help">'
    )
    assert re.findall(r'<a href="#([^"]+)">([^<]+)</a>', text) == [
        ("list-c", "Name of c"),
        ("list-d", "Name of d"),
        ("list-a", "Name of a"),
    ]
    assert "<div><dt>Merit</dt><dd data-stop-figure>3.0</dd></div>" in text
    assert '<script id="budget-data" type="application/json">' in text
    assert "data-stop-note hidden" in text


def test_names_on_the_slider_are_only_words(draw):
    bad = "</script><script>x()</script>"
    found = stops(
        stop(100, ""),
        Stop(value=150, label=bad, figures=(bad,), inside=frozenset("a"), note=bad),
        at=150,
        names={"a": bad},
    )
    text = draw('<c-stops :stops="s" />', s=found)
    assert (text.count("<script"), text.count("</script")) == (1, 1)


def test_many_that_enter_are_counted_and_the_first_are_named(draw):
    names = {f"r{n}": f"Row {n}" for n in range(SHOWN + 5)}
    found = stops(stop(100, ""), stop(150, names), names=names, at=150)
    with override("en"):
        enters, leaves = found.moves
        text = draw('<c-stops :stops="s" />', s=found)
        marked = replace(found, marks="list").moves[0]
    assert (enters.total, len(enters.first), enters.more, marked.more) == (
        SHOWN + 5,
        SHOWN,
        "and 5 more",
        "and 5 more, marked in the list",
    )
    assert (leaves.total, leaves.first, leaves.more) == (0, [], "")
    assert (text.count("<li>Row "), text.count("No row</li>")) == (SHOWN, 1)


def test_the_samples_of_the_catalogue_agree_with_each_other():
    request = RequestFactory().get("/ui/?stop=75")
    with override("en"):
        shown = samples.selection(request)
    at, merit = shown["stops"], shown["weighed"][1].rows
    assert [row[1] for row in merit] == [s.figures[0] for s in at.stops]
    values = [float(row[1]) for row in merit]
    assert (at.at, values) == (75, sorted(values))
    changed = re.findall(
        r'data-row="(\w+)"(?: data-tone="good")? data-change="(\w+)"',
        shown["ranked"].body,
    )
    assert dict(changed) == at.changes
    assert changed
