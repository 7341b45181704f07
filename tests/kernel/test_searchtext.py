"""Search without accents, alike on SQLite and PostgreSQL."""

from __future__ import annotations

import pytest
from django.db import connection, models
from hypothesis import given
from hypothesis import strategies as st

from opensti.kernel.searchtext import (
    Searchable,
    fold,
    matches,
    search_index,
    search_text,
)


class Title(Searchable):
    """A table made for these tests alone."""

    text = models.TextField()

    class Meta:
        app_label = "searchtext_tests"


@pytest.fixture
def titles(transactional_db):
    with connection.schema_editor() as editor:
        editor.create_model(Title)
    texts = [
        "Đổi mới công nghệ",
        "Máy đo 100% chính_xác",
        "Dổi mơi",
        "ĐTKHCN.012/25",
        "",
    ]
    Title.objects.bulk_create(
        Title(text=t, search_text=search_text(t, None, "")) for t in texts
    )
    yield Title.objects.order_by("pk")
    with connection.schema_editor() as editor:
        editor.delete_model(Title)


def test_folding():
    assert search_text("Đổi  mới", None, "", "SÁNG-TẠO", 12) == "doi moi sang tao 12"
    assert fold("Nguye\u0302\u0303n Thị Ngọc Ánh — ﬁn Straße Łódź Øre") == (
        "nguyen thi ngoc anh fin strasse lodz ore"
    )


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("doi moi", ["Đổi mới công nghệ", "Dổi mơi"]),
        ("ĐỔI", ["Đổi mới công nghệ", "Dổi mơi"]),
        ("nghệ đổi", ["Đổi mới công nghệ"]),
        ("012/25", ["ĐTKHCN.012/25"]),
        ("dtkhcn.012", ["ĐTKHCN.012/25"]),
        ("100%", ["Máy đo 100% chính_xác"]),
        ("%", []),
        ("_", []),
        ("'; drop table", []),
        ("đổi không", []),
    ],
)
def test_every_word_must_occur(titles, q, found):
    assert [t.text for t in matches(titles, q)] == found


def test_an_empty_question_narrows_nothing(titles):
    assert matches(titles, "  ").count() == 5


def test_it_joins_with_other_filters_and_counts_one_query(
    titles, django_assert_num_queries
):
    with django_assert_num_queries(1):
        rows = list(matches(titles.filter(text__startswith="Đ"), "moi")[:10])
    assert [t.text for t in rows] == ["Đổi mới công nghệ"]


def indexes():
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, Title._meta.db_table)
    return [name for name, c in found.items() if c["columns"] == ["search_text"]]


def test_the_index_is_built_and_dropped_by_a_migration(titles):
    (operation,) = search_index("searchtext_tests", "Title")

    class Apps:
        @staticmethod
        def get_model(_app, _model):
            return Title

    with connection.schema_editor() as editor:
        operation.code(Apps, editor)
    assert indexes() == ["searchtext_tests_title_search_text_idx"]
    assert [t.text for t in matches(titles, "cong nghe")] == ["Đổi mới công nghệ"]
    if connection.vendor == "sqlite":
        assert "USING COVERING INDEX" in matches(titles, "cong").explain()
    with connection.schema_editor() as editor:
        operation.reverse_code(Apps, editor)
    assert indexes() == []


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)
