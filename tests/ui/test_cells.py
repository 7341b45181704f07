"""Cells and selects are written quicker than by the libraries, and read the same."""

from __future__ import annotations

import re
from decimal import Decimal

from django.forms import Select
from django.forms.renderers import DjangoTemplates
from django_tables2.rows import BoundRow

from opensti.domains.accounts.models import User
from opensti.domains.calls.models import Call
from opensti.ui.cells import Cell
from opensti.ui.forms import Renderer
from opensti.ui.tables import Column, MoneyColumn, PairColumn, StateColumn, Table


class Calls(Table):
    state = Column()
    code = Column(linkify=lambda record: f"/{record.code}?a=1&b=2")
    nowhere = Column(accessor="code", linkify=lambda value: None)  # noqa: ARG005
    tax = Column(accessor="created_by__language")
    author = Column(accessor="created_by__full_name", default="nobody")
    title = PairColumn("title", linkify=lambda record: f"/{record.code}")
    money = MoneyColumn(accessor="kind", empty_values=("",))

    def render_money(self, value, record, table):
        return f"{value} {record.code} {len(table.columns)}"


def calls():
    author = User(full_name="<Trần & Co>", language="en")
    return [
        Call(code="A<1>", title_vi="Đợt 1", state="draft", created_by=author, kind="x"),
        Call(code="B", title_en="Two", state="published", kind="y"),
        Call(code="", title_vi="", state="unheard of", created_by=User(), kind=""),
    ]


def test_every_cell_reads_as_the_library_writes_it():
    table = Calls(calls())
    rows = [BoundRow(record, table=table) for record in table.data]
    cells = {column.name: Cell(table, column) for column in table.columns}
    shown = [{name: cell.shown(row) for name, cell in cells.items()} for row in rows]
    exported = [
        {name: cell.exported(row) for name, cell in cells.items()} for row in rows
    ]
    assert shown == [{name: row.get_cell(name) for name in cells} for row in rows]
    assert exported == [
        {name: row.get_cell_value(name) for name in cells} for row in rows
    ]


def test_a_row_is_odd_or_even_or_what_the_table_says_of_it():
    plain, marked = Calls(calls()), Calls(calls(), row_attrs={"id": "row"})
    assert re.findall("<tr ([^>]*)>", plain.body()) == [
        'class="even"',
        'class="odd"',
        'class="even"',
    ]
    assert re.findall("<tr ([^>]*)>", marked.body()) == [
        'id="row" class="even"',
        'id="row" class="odd"',
        'id="row" class="even"',
    ]


def test_a_select_reads_as_django_writes_it():
    widget = Select(
        attrs={"class": "wide", "required": True, "disabled": False},
        choices=[
            ("", "<none>"),
            ("Group & co", [(1, "one"), (Decimal("1000.5"), "much")]),
        ],
    )
    ours, theirs = (
        re.sub(r"\s+", " ", widget.render("name", 1, renderer=renderer)).strip()
        for renderer in (Renderer(), DjangoTemplates())
    )
    assert ours == theirs


def test_a_state_has_its_tone_also_where_another_table_keeps_it():
    class Owned(Table):
        own = StateColumn(accessor="state", tones={"draft": "wait"}, labels={})
        far = StateColumn(
            accessor="created_by__language",
            tones={"en": "good"},
            labels={"en": "English"},
        )

    class Row(Table):
        kind = StateColumn(tones={"x": "bad"}, labels={"x": "Ex"})

    first = Owned(calls()).rows[0]
    assert [
        re.findall(r'data-tone="(\w+)"', first.get_cell(name))
        for name in ("own", "far")
    ] == [["wait"], ["good"]]
    plain = Row([{"kind": "x"}])
    assert plain.rows[0].get_cell("kind") == (
        '<span class="badge" data-tone="bad" data-state="x">Ex</span>'
    )
