"""``opensti import terms``: put in, replaced, removed, bad rows named."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from django.utils import translation

from opensti.console.imports import imports
from opensti.domains.overlaps.models import TermFile
from opensti.kernel.record.models import Entry

pytestmark = pytest.mark.django_db


def run(*arguments):
    given = ["terms", *map(str, arguments)]
    return CliRunner().invoke(imports, given)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def table(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "thuat-ngu.csv"
    file.write_text("vi;en;weight\nrươi;ragworm;\ncù lao;islet;2\n;nothing;\n", "utf-8")
    return file


def test_terms_come_into_use_and_bad_rows_are_named(table, tmp_path):
    done = run(table, "--reason", "Từ của viện.", "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout) == {
        "terms": 2,
        "left_out": 1,
        "errors": "thuat-ngu.csv.errors.csv",
    }
    row = TermFile.objects.get()
    assert row.terms == [["rươi", "ragworm", 1.0], ["cù lao", "islet", 2.0]]
    assert (row.in_use, row.put_by, row.reason) == (True, None, "Từ của viện.")
    errors = (tmp_path / "thuat-ngu.csv.errors.csv").read_text("utf-8-sig")
    assert errors.splitlines() == ["row,problem,cell", "4,no term in Vietnamese,"]


def test_a_second_file_replaces_the_first_and_all_can_be_removed(table):
    run(table, "--reason", "Một.")
    table.write_text("vi,en\ncói,sedge\n", "utf-8")
    second = run(table, "--reason", "Hai.")
    assert (second.exit_code, second.stdout) == (
        0,
        "1 terms of your own are in use.\n",
    )
    gone = run("--remove", "--reason", "Sai.")
    assert gone.exit_code == 0
    assert not TermFile.objects.filter(in_use=True).exists()
    assert list(
        TermFile.objects.order_by("pk").values_list("ended_reason", flat=True)
    ) == [
        "Hai.",
        "Sai.",
    ]
    again = run("--remove", "--reason", "Sai.")
    assert again.exit_code == 2
    assert "No list of your own is in use." in again.output


def test_a_file_that_cannot_be_used_is_refused_and_leaves_nothing(table):
    table.write_text("a,b\nx,y\n", "utf-8")
    refused = run(table, "--reason", "Thử.")
    assert refused.exit_code == 2
    assert "“vi”" in refused.output
    assert run("--reason", "Thử.").exit_code == 2
    assert run(table, "--remove", "--reason", "Thử.").exit_code == 2
    assert not TermFile.objects.exists()
    assert not Entry.objects.filter(act="overlaps.put_terms").exists()
