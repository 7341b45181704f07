"""Names that people type are words in a drawing and in a page, whatever they look like."""

from __future__ import annotations

from datetime import date

import pytest
from defusedxml import ElementTree
from django import forms
from django.template.loader import render_to_string

from opensti.ui import charts

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = [
    "<script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</svg><img src=x onerror=alert(1)>",
    "\"'><svg onload=alert(1)>",
    "' onmouseover='alert(1)",
    '" style="x:expression(1)',
    "&lt;script&gt;&#60;b&#62;",
    "]]><!--",
    "javascript:alert(1)",
    "\u202egnp.exe\u202c \u2066txt",
    "x" * 10_000,
    "\u0301" * 500,
    "",
]
ELEMENTS = {"svg", "title", "desc", "text", "tspan", "rect", "line", "path", "circle", "polyline", "g"}  # fmt: skip


def drawn(label):
    return [
        charts.bars(title=label, head=(label, label), rows=[(label, 1), (label, 2)]),
        charts.stacked(title=label, head=(label, label, label), rows=[(label, 1, 2)]),
        charts.line(title=label, head=(label, label), rows=[(label, 1), (label, 2)]),
        charts.donut(title=label, head=(label, label), rows=[(label, 1), (label, 3)]),
        charts.histogram(title=label, head=(label, label), values=[1, 2, 3]),
        charts.gantt(
            title=label,
            head=(label, label, label),
            rows=[(label, date(2026, 1, 1), date(2026, 1, 9))],
            today=date(2026, 1, 2),
        ),
        *intervals(label),
        charts.curve(
            title=label,
            head=(label, label),
            rows=[(1, 1), (2, 3)],
            unit=label,
            here=1,
            here_words=label,
        ),
        charts.grouped(title=label, head=(label, label), rows=[(label, 1)]),
    ]


def intervals(label):
    one = charts.Interval(label=label, value=2, low=1, high=3, other=2)
    return [
        charts.intervals(
            title=label,
            head=(label,) * 4,
            rows=[one] * count,
            marks=[label],
            state=label,
            other=label,
            line=1,
            line_words=label,
            at=1,
            at_words=label,
        )
        for count in (2, 61)
    ]


@pytest.mark.parametrize("label", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_name_is_only_words_in_every_drawing(label):
    for chart in drawn(label):
        root = ElementTree.fromstring(chart.svg)
        found = {element.tag.removeprefix(SVG) for element in root.iter()}
        assert found <= ELEMENTS
        for element in root.iter():
            assert not any(
                name.lower().startswith("on") or name.lower() in ("style", "href")
                for name in element.attrib
            )


def test_a_very_long_name_is_cut_in_the_drawing_and_whole_in_the_table():
    chart = charts.bars(title="T", head=("x", "n"), rows=[("x" * 10_000, 1)])
    root = ElementTree.fromstring(chart.svg)

    assert max(len(t.text or "") for t in root.iter(f"{SVG}text")) < 100
    assert chart.rows[0][0] == "x" * 10_000


@pytest.mark.parametrize("label", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_name_is_only_words_beside_its_field(label):
    class Typed(forms.Form):
        name = forms.CharField(label=label, help_text=label)

    form = Typed({"name": ""}, prefix="p")
    page = render_to_string("ui/field.html", {"field": form["name"]})

    for tag in ("<script", "<img", "<svg", "</svg", "<!--"):
        assert tag not in page
