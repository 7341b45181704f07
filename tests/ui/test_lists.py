"""A list keeps its state in the address, asks a fixed number of questions, exports what it shows."""

from __future__ import annotations

import io
from types import SimpleNamespace

import django_filters
import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from opensti.kernel import access
from opensti.kernel.access import PUBLIC, AccessDenied, Role, has_role
from opensti.ui.lists import BulkAct, ListPage, SavedView
from opensti.ui.pages import BulkRow
from opensti.ui.tables import Column, NumberColumn, Table, TickColumn

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kinds")]


class KindTable(Table):
    tick = TickColumn()
    pk = NumberColumn(verbose_name="Number")
    app_label = Column(verbose_name="Part")
    model = Column(verbose_name="Name")

    class Meta(Table.Meta):
        fields = ("tick", "pk", "app_label", "model")


class KindFilter(django_filters.FilterSet):
    app_label = django_filters.CharFilter(label="Part")

    class Meta:
        model = ContentType
        fields = ("app_label",)


class Kinds(ListPage):
    title = "Kinds"
    table_class = KindTable
    filterset_class = KindFilter
    export_name = "kinds"

    def rows(self, actor):  # noqa: ARG002
        return ContentType.objects.order_by("pk")

    def search(self, rows, text):
        return rows.filter(model__contains=text)


class KindsWithActs(Kinds):
    def bulk_acts(self, actor):  # noqa: ARG002
        return [BulkAct(label="Confirm", url="/confirm/")]

    def saved_views(self, actor):  # noqa: ARG002
        return [SavedView(name="Mine", query="q=a", delete_url="/views/1/delete/")]

    def save_view_url(self, actor):  # noqa: ARG002
        return "/views/"


@pytest.fixture
def kinds():
    ContentType.objects.all().delete()
    ContentType.objects.bulk_create(
        [
            ContentType(app_label="alpha" if i % 2 else "beta", model=f"thing{i:03}")
            for i in range(120)
        ]
    )
    yield
    ContentType.objects.clear_cache()


def ask(query="", page=Kinds, *, htmx=False, method="get", data=None):
    request = getattr(RequestFactory(), method)(f"/kinds/?{query}", data)
    request.actor = PUBLIC
    request.user = SimpleNamespace(is_authenticated=False, pk=None)
    request.htmx = SimpleNamespace(boosted=False) if htmx else False
    return request if method == "post" else page.as_view()(request)


def shown(response):
    text = response.content.decode()
    return [f"thing{i:03}" for i in range(120) if f">thing{i:03}<" in text]


def exported(response):
    return b"".join(response.streaming_content).decode("utf-8-sig").splitlines()


def test_a_list_shows_its_first_page():
    assert shown(ask()) == [f"thing{i:03}" for i in range(50)]


def test_search_filter_sort_and_page_come_from_the_address():
    assert shown(ask("q=thing01&app_label=alpha")) == [
        f"thing{i:03}" for i in range(11, 20, 2)
    ]
    assert shown(ask("page=3")) == [f"thing{i:03}" for i in range(100, 120)]
    assert shown(ask("sort=-model&per_page=25")) == [
        f"thing{i:03}" for i in range(95, 120)
    ]


@pytest.mark.parametrize("size", ["9999999", "-1", "0", "²", "1e9", ""])
def test_a_page_has_a_size_that_is_offered_whatever_the_address_says(size):
    assert shown(ask(f"per_page={size}")) == [f"thing{i:03}" for i in range(50)]


def test_a_page_number_that_is_nonsense_shows_a_page():
    first, last = range(50), range(100, 120)
    for page, rows in {
        "nonsense": first,
        "-5": first,
        "0": first,
        "99": last,
        "9" * 40: first,
    }.items():
        answer = ask(f"page={page}&sort=nonsense&cols=nonsense")
        assert (page, shown(ask(f"page={page}")), answer.status_code) == (
            page,
            [f"thing{i:03}" for i in rows],
            200,
        )


@pytest.mark.parametrize(
    "query", ["cols=model", "cols=model&cols=", "cols=nonsense,model"]
)
def test_columns_are_chosen_in_the_address(query):
    assert exported(ask(f"{query}&export=csv&q=thing000")) == ["Name", "thing000"]


def test_export_holds_all_rows_that_match_and_not_only_the_page():
    lines = exported(
        ask("export=csv&app_label=beta&sort=-model&page=2&cols=app_label,model")
    )
    assert lines == ["Part,Name", *(f"beta,thing{i:03}" for i in range(118, -1, -2))]


def test_export_as_workbook_keeps_figures_as_figures(content):
    response = ask("export=xlsx&q=thing007")
    sheet = load_workbook(io.BytesIO(content(response))).active
    pk = ContentType.objects.get(model="thing007").pk
    assert list(sheet.values) == [("Number", "Part", "Name"), (pk, "alpha", "thing007")]


def test_htmx_gets_the_results_alone():
    response = ask("q=thing003", htmx=True)
    assert shown(response) == ["thing003"]
    assert "<html" not in response.content.decode()
    assert response["Vary"] == "HX-Request"


@pytest.mark.parametrize("rows", ["thing001", "thing0"])
def test_a_list_asks_twice_however_many_rows_it_shows(rows):
    with CaptureQueriesContext(connection) as asked:
        ask(f"q={rows}", page=KindsWithActs)
    assert len(asked) == 2


def test_rows_can_be_ticked_only_where_there_are_acts():
    assert "data-pick" not in ask().content.decode()
    text = ask(page=KindsWithActs).content.decode()
    assert text.count("data-pick ") == 50
    assert 'formaction="/confirm/"' in text
    assert 'action="/views/1/delete/"' in text


def test_chosen_rows_are_the_ticked_ones_or_all_that_match():
    page = KindsWithActs()
    one = ContentType.objects.get(model="thing005").pk
    ticked = ask(method="post", data={"ids": [str(one), "x", "-1", "²"]})
    every = ask(method="post", data={"all": "1", "query": "q=thing00&app_label=alpha"})
    assert [kind.model for kind in page.chosen(ticked)] == ["thing005"]
    assert [kind.model for kind in page.chosen(every)] == [
        "thing001",
        "thing003",
        "thing005",
        "thing007",
        "thing009",
    ]


def test_a_list_refuses_before_it_asks(monkeypatch):
    monkeypatch.setitem(access._granted, "ui_test.read", has_role(Role.ADMIN))

    class Secret(Kinds):
        permission = "ui_test.read"

    with CaptureQueriesContext(connection) as asked, pytest.raises(AccessDenied):
        ask(page=Secret)
    assert len(asked) == 0


def test_the_preview_of_a_bulk_act_says_what_will_happen_to_each_row():
    text = render_to_string(
        "ui/bulk_preview.html",
        {
            "title": "Confirm",
            "act_label": "Confirm",
            "possible": 1,
            "refused": 1,
            "ids": [1, 2],
            "confirm_url": "/confirm/",
            "back_url": "/kinds/",
            "rows": [
                BulkRow(label="A", text="is confirmed"),
                BulkRow(
                    label="B", refusal={"message": "Too late.", "article": "Điều 9"}
                ),
            ],
        },
        RequestFactory().get("/"),
    )
    assert (
        "is confirmed" in text,
        "Too late." in text,
        "Điều 9" in text,
        text.count('name="ids"'),
    ) == (True, True, True, 2)
