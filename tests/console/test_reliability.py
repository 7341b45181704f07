"""``opensti reliability`` on files: published answers, refusals, and null with its reason."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from django.utils import translation

from opensti.console.reliability import reliability as command
from tests.shared import SHARED, needs_shared

FOLDER = SHARED / "data" / "indicators" / "reliability"
needs_published = needs_shared("indicators/reliability")
ANSWERS = """respondent,team,A1,A2,A3
r1,x,1,2,1
r2,x,2,2,3
r3,y,4,5,4
r4,y,5,4,NA
r5,y,4,4,5
r6,z,,3,3
"""


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def run(place, *arguments, text=ANSWERS, file=None):
    if file is None:
        file = place / "items.csv"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
    given = [str(file), "--output", str(place / "told.json"), *arguments]
    return CliRunner().invoke(command, given)


def told(place, *arguments, **named):
    done = run(place, *arguments, **named)
    assert done.exit_code == 0, done.output
    return json.loads((place / "told.json").read_text(encoding="utf-8"))


SCALES = ("--scale", "visual=x1,x2,x3", "--scale", "textual=x4,x5,x6", "--scale", "speed=x7,x8,x9")  # fmt: skip


@needs_published
def test_three_scales_are_told_apart_with_the_published_figures(tmp_path):
    found = told(
        tmp_path,
        *SCALES,
        "--by",
        "school",
        file=FOLDER / "holzinger_swineford_1939.csv",
    )
    assert {
        name: [
            round(one[key], 6) for key in ("alpha", "omega", "omega_observed", "ave")
        ]
        for name, one in found["scales"].items()
    } == {
        "visual": [0.626117, 0.625318, 0.612005, 0.370559],
        "textual": [0.882707, 0.885175, 0.885061, 0.721016],
        "speed": [0.688455, 0.68776, 0.685842, 0.424488],
    }
    assert round(found["fit"]["chi2"], 3) == 85.306
    assert round(found["htmt2"]["visual~textual"], 9) == 0.384088564
    assert found["by"]["school"]["textual"]["groups"] == 2
    assert found["rows"] == 301


@needs_published
def test_one_scale_stands_at_the_top_with_the_published_interval(tmp_path):
    found = told(tmp_path, file=FOLDER / "pingouin_cronbach_alpha.csv")
    assert (found["n"], len(found["items"])) == (15, 10)
    assert [round(found[k], 3) for k in ("alpha", "alpha_low", "alpha_high")] == [
        0.592, 0.195, 0.840,
    ]  # fmt: skip


def test_gaps_are_left_out_or_taken_by_pairs_and_who_answered_is_no_item(tmp_path):
    chosen = ("--items", "a1,A2,a3", "--by", "team")
    whole = told(tmp_path, *chosen)
    pairs = told(tmp_path, *chosen, "--pairwise")
    assert (whole["items"], whole["n"], pairs["n"]) == (["A1", "A2", "A3"], 4, 6)
    assert whole["alpha"] != pairs["alpha"]
    assert whole["by"]["team"]["all"]["groups"] == 3
    assert set(whole["item_rest"]) == {"A1", "A2", "A3"}
    assert set(whole["icc"]) == {
        "ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)",
    }  # fmt: skip


def test_what_cannot_be_worked_out_is_null_with_its_reason(tmp_path):
    found = told(tmp_path, "--items", "A1,A2", "--by", "respondent")
    assert (found["omega"], found["why"]["omega"]) == (
        None, "a factor needs three items, or two beside others",
    )  # fmt: skip
    assert found["alpha"] is not None
    assert found["by"]["respondent"]["all"]["icc1"] is None
    alike = told(tmp_path, text="a,b,c\n1,1,1\n1,1,1\n")
    assert [alike[k] for k in ("alpha", "omega", "icc")] == [None] * 3
    assert set(alike["why"]) == {"alpha", "omega", "icc"}


@pytest.mark.parametrize(
    ("arguments", "text", "words"),
    [
        ((), ANSWERS, "column team: “x” is no number"),
        ((), ANSWERS, "name the items with --items"),
        (("--items", "a1,a9"), ANSWERS, "row 1 names no column “a9”"),
        (("--items", "a1,a1"), ANSWERS, "twice"),
        (("--items", "a1"), ANSWERS, "There are 1 items"),
        (("--scale", "care"), ANSWERS, "care=a1,a2,a3"),
        (("--scale", "x=a1,a2", "--scale", "y=a2,a3"), ANSWERS, "twice"),
        (("--by", "nobody"), ANSWERS, "nobody"),
        ((), "a,b\n", "no row below row 1"),
        ((), "a,b\n1,2\n3\n", "row 3"),
        ((), "a,b\n1,2\n3,4\n".encode("utf-16")[:-1], "not UTF-8"),
    ],
)
def test_a_file_is_refused_by_row_and_column_and_nothing_is_written(
    tmp_path, arguments, text, words
):
    done = run(tmp_path, *arguments, text=text)
    assert done.exit_code == 2
    assert words in done.output
    assert not (tmp_path / "told.json").exists()
