"""``opensti procedure``: the exit code and the text say whether a file is sound."""

from __future__ import annotations

import json
from datetime import date

import pytest
from click.testing import CliRunner

from opensti.console.procedure import procedure
from opensti.domains.procedures.regimes.loading import load_regime, regime_files
from opensti.domains.procedures.regimes.simulation import simulate_regime
from opensti.kernel.periods import vietnam_calendar

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


def test_a_file_that_is_not_there_is_named_once():
    result = run("check", "--lang", "en", "nonexist.yaml")
    assert (result.exit_code, result.output) == (
        1,
        (
            "nonexist.yaml: [not_readable] There is no such file.\n"
            "    → Check the path.\n"
            "1 file, 1 fault.\n"
        ),
    )


def test_the_answer_speaks_one_language():
    found = run("check", "nonexist.yaml").output.splitlines()[-1]
    times = run("simulate", FILES[3], "--runs", "1").output
    assert found == "1 tệp, 1 lỗi."
    assert "giai đoạn" in times
    assert "median" not in times


def test_a_simulation_tells_how_far_it_is_and_changes_nothing():
    told = []
    regime = load_regime(regime_files()[3])
    plan = {"start": date(2026, 6, 1), "calendar": vietnam_calendar(lenient=True)}
    watched = simulate_regime(regime, runs=3, progress=told.append, **plan)
    assert told == [1, 2, 3]
    assert watched == simulate_regime(regime, runs=3, **plan)
    piped = run("simulate", FILES[3], "--runs", "2", "--json")
    assert piped.stderr == ""


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
