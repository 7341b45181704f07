"""``opensti assessment score`` on files: the acceptance cases, refusals by row and column."""

from __future__ import annotations

import csv
import json

import pytest
import yaml
from click.testing import CliRunner
from django.conf import settings
from django.utils.translation import override

from opensti.console.assessment import assessment
from tests.factories.assessments import small_framework

SHIPPED = settings.BASE_DIR / "frameworks" / "innovation.yaml"


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


def run(place, lines, *arguments, framework=None):
    responses = place / "r.csv"
    head = "organisation,respondent,item,score,evidence"
    responses.write_text("\n".join([head, *lines]) + "\n", "utf-8")
    if framework is None:
        framework = place / "f.json.yaml"
        framework.write_text(json.dumps(small_framework()), "utf-8")
    given = ["score", str(responses), "--framework", str(framework)]
    return CliRunner().invoke(
        assessment, [*given, "--output", str(place / "o.csv"), *arguments]
    )


def told(place, lines, **more):
    done = run(place, lines, **more)
    assert done.exit_code == 0, done.output
    with (place / "o.csv").open(encoding="utf-8") as file:
        return [tuple(row.values()) for row in csv.DictReader(file)]


def test_a_claim_without_evidence_counts_two_and_the_level_falls(tmp_path):
    lines = [f"x,r,{item},5,e3" for item in ("A1", "A2")] + ["x,r,B1,5,"]
    assert told(tmp_path, lines) == [
        ("x", "A", "5", "5", "5", "1"),
        ("x", "B", "5", "2", "2", "1"),
        ("x", "all", "5", "3.5", "2", "1"),
    ]


def test_what_does_not_apply_on_half_a_clause_is_not_a_zero(tmp_path):
    lines = ["x,r,A1,NA,", "x,r,A2,,", "x,r,B1,2,"]
    assert told(tmp_path, lines) == [
        ("x", "A", "", "", "", "1"),
        ("x", "B", "2", "2", "2", "1"),
        ("x", "all", "2", "2", "2", "1"),
    ]


def test_one_mandatory_item_at_nothing_holds_the_level_at_one(tmp_path):
    items = yaml.safe_load(SHIPPED.read_text("utf-8"))["items"]
    weak = next(i["code"] for i in items if i["mandatory"])
    lines = [f"x,r,{i['code']},{0 if i['code'] == weak else 5},e3" for i in items]
    found = told(tmp_path, lines, framework=SHIPPED)
    assert (found[-1][0], found[-1][1], found[-1][4]) == ("x", "all", "1")
    assert round(float(found[-1][2]), 1) == 4.9


def test_a_file_that_answers_the_short_form_is_scored_as_such(tmp_path):
    items = yaml.safe_load(SHIPPED.read_text("utf-8"))["items"]
    lines = [f"x,r,{i['code']},3,e1" for i in items if i["short"]]
    assert {row[4] for row in told(tmp_path, lines, framework=SHIPPED)} == {"3"}
    full = run(tmp_path, lines, "--form", "full", framework=SHIPPED)
    assert full.exit_code == 0
    with (tmp_path / "o.csv").open(encoding="utf-8") as file:
        assert "" in {row["level"] for row in csv.DictReader(file)}


def test_what_is_wrong_is_named_by_row_and_column_and_nothing_is_written(tmp_path):
    done = run(
        tmp_path,
        ["x,r,A1,6,", "x,r,Z9,3,", "x,r,A2,3,e9", "x,r,B1,3,", "x,r,B1,4,", ",r,A1,1,"],
    )
    assert done.exit_code == 2
    assert [line.split(":")[1].strip() for line in done.output.splitlines()[1:]] == [
        "row 2, column score",
        "row 3, column item",
        "row 4, column evidence",
        "row 6, column item",
        "row 7, column organisation",
    ]
    assert not (tmp_path / "o.csv").exists()


def test_an_empty_table_is_refused(tmp_path):
    assert run(tmp_path, []).exit_code == 2
