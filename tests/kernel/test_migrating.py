"""Tables made at once are the tables made step by step."""

from __future__ import annotations

import re

import pytest
from django.db import migrations, models
from django.db.migrations.state import ProjectState
from django.db.models import Q
from django.db.utils import ConnectionHandler

from opensti.kernel.migrating import TablesAtOnce

pytestmark = pytest.mark.django_db


def key(**more):
    return [("id", models.BigAutoField(primary_key=True)), *more.items()]


def to(model):
    return models.ForeignKey(model, models.PROTECT)


BEFORE = [migrations.CreateModel("House", key(name=models.CharField(max_length=9)))]
OPERATIONS = [
    migrations.CreateModel("Shelf", key(name=models.CharField(max_length=9))),
    migrations.CreateModel("Book", key(title=models.TextField())),
    migrations.AddField("house", "opened", models.DateField(null=True)),
    migrations.AddField("house", "best", models.ForeignKey("Book", models.PROTECT, null=True)),
    migrations.AddField("shelf", "height", models.IntegerField(default=0), preserve_default=False),
    migrations.AddField("book", "shelf", to("Shelf")),
    migrations.AddField("book", "lent_to", models.ManyToManyField("House")),
    migrations.AddIndex("book", models.Index(fields=["title"], name="book_title")),
    migrations.AddConstraint(
        "shelf", models.CheckConstraint(condition=Q(height__gt=0), name="shelf_stands")
    ),
    migrations.AddConstraint(
        "book",
        models.UniqueConstraint(fields=["shelf"], condition=Q(title=""), name="one_blank"),
    ),
    migrations.AddConstraint(
        "house", models.UniqueConstraint(fields=["name"], name="house_name")
    ),
    migrations.RunSQL("INSERT INTO calls_shelf (name, height) VALUES ('a', 1)"),
    migrations.AlterField("shelf", "name", models.CharField(max_length=20)),
    migrations.CreateModel("Page", key(book=to("Book"))),
    migrations.AddField("page", "shelf", to("Shelf")),
]  # fmt: skip


def empty():
    only = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
    return ConnectionHandler({"default": only})["default"]


def migrated(kind):
    """Migrate an empty database; return what stands in it and what was executed."""
    database = empty()
    executed = []

    def watch(execute, sql, *rest):
        executed.append(sql)
        return execute(sql, *rest)

    state = ProjectState()
    for operations, base in ((BEFORE, migrations.Migration), (OPERATIONS, kind)):
        step = base("0001_initial", "calls")
        step.operations = operations
        with database.execute_wrapper(watch), database.schema_editor() as editor:
            state = step.apply(state, editor)
    with database.cursor() as cursor:
        cursor.execute("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2")
        stands = cursor.fetchall()
        cursor.execute("SELECT name, height FROM calls_shelf")
        stands += cursor.fetchall()
    database.close()
    return stands, executed, state


def test_the_same_tables_keys_and_indices_stand_as_step_by_step():
    by_step, _executed, state_by_step = migrated(migrations.Migration)
    at_once, _executed, state = migrated(TablesAtOnce)
    assert at_once == by_step
    assert [name for kind, name, *_ in at_once if kind == "index"] != []
    assert state == state_by_step


def test_a_new_table_is_made_once_and_not_made_over():
    _stands, executed, _state = migrated(TablesAtOnce)
    made = [m[1] for sql in executed if (m := re.match(r'CREATE TABLE "(\w+)"', sql))]
    assert made == [
        "calls_house",
        "calls_shelf",
        "calls_book",
        "calls_book_lent_to",
        "new__calls_house",  # a table of before: SQLite adds a constraint by copying
        "new__calls_shelf",  # changed after rows were written into it
        "calls_page",
    ]


def test_whoever_asks_for_the_statements_is_shown_every_step():
    database = empty()
    step = TablesAtOnce("0001_initial", "calls")
    step.operations = [*BEFORE, *OPERATIONS]
    with database.schema_editor(collect_sql=True, atomic=False) as editor:
        step.apply(ProjectState(), editor, collect_sql=True)
    every = [f"-- {operation.describe()}" for operation in step.operations]
    assert [line for line in editor.collected_sql if line in every] == every
