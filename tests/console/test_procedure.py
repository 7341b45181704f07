"""``opensti procedure``: the exit code and the text say whether a file is sound."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from opensti.console.procedure import procedure
from opensti.domains.procedures.regimes.loading import regime_files

FILES = [str(p) for p in regime_files()]


def run(*arguments):
    return CliRunner().invoke(procedure, list(arguments))


def test_the_shipped_files_have_no_fault():
    result = run("check", "--lang", "en", *FILES)
    assert (result.output, result.exit_code) == ("4 files, 0 faults.\n", 0)


def test_a_faulty_file_ends_with_code_1_and_says_what_where_and_how(tmp_path):
    path = tmp_path / "broken.yaml"
    path.write_text("need: [", encoding="utf-8")
    result = run("check", "--json", "--lang", "en", str(path))
    assert result.exit_code == 1
    found = json.loads(result.output)
    assert [(f["file"], f["code"]) for f in found] == [("broken.yaml", "not_readable")]
    assert found[0]["mend"]


def test_a_diagram_is_written(tmp_path):
    target = tmp_path / "out.svg"
    result = run("diagram", FILES[0], "-o", str(target), "--stage", "in_council")
    assert result.exit_code == 0
    assert target.read_text(encoding="utf-8").startswith("<svg ")
    assert run("diagram", FILES[0], "--stage", "moon").exit_code == 2


def test_a_simulation_repeats_with_its_seed():
    arguments = ("simulate", FILES[3], "--runs", "3", "--start", "2026-06-01", "--json")
    first = run(*arguments)
    assert (first.exit_code, first.output) == (0, run(*arguments).output)
    result = json.loads(first.output)
    assert result["unfinished"] == 0
    assert result["median"] > 0


@pytest.mark.django_db
def test_load_and_list():
    assert run("load").exit_code == 0
    listed = json.loads(run("list", "--json").output)
    assert [row["code"] for row in listed] == [
        "moit_2014",
        "moit_2026",
        "national_2013",
        "nd268_2025",
    ]
