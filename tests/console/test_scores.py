from __future__ import annotations

import csv
import json

import pytest
from click.testing import CliRunner
from django.utils import translation

from opensti.console.scores import scores as command

SCORES = """proposal,reviewer,score
p1,an,8
p1,binh,6
p2,an,7
p2,binh,5.5
p3,binh,7
p3,chi,9
p4,chi,6
p4,an,5
"""


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def calibrate(place, text=SCORES, *arguments):
    file = place / "scores.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    given = ["calibrate", str(file), "--output", str(place / "merit.csv"), *arguments]
    return CliRunner().invoke(command, given)


def written(place):
    with (place / "merit.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_scores_become_merit_with_interval_and_rank(tmp_path):
    done = calibrate(tmp_path, SCORES, "--json")
    lines, told = written(tmp_path), json.loads(done.stdout)

    assert done.exit_code == 0, done.output
    assert [*lines[0]] == [
        "proposal", "mean", "merit", "low", "high", "rank", "rank_low", "rank_high", "n",
    ]  # fmt: skip
    assert [(x["proposal"], x["mean"], x["rank"], x["n"]) for x in lines] == [
        ("p3", "8.000000", "1", "2"),
        ("p1", "7.000000", "2", "2"),
        ("p2", "6.250000", "3", "2"),
        ("p4", "5.500000", "4", "2"),
    ]
    for x in lines:
        assert float(x["low"]) <= float(x["merit"]) <= float(x["high"])
        assert int(x["rank_low"]) <= int(x["rank"]) <= int(x["rank_high"])
    assert (told["method"], told["why"], told["panels"]) == ("linear", "", [])
    assert [r["reviewer"] for r in told["reviewers"]] == ["an", "binh", "chi"]


def test_the_same_file_gives_the_same_bytes(tmp_path):
    calibrate(tmp_path)
    first = (tmp_path / "merit.csv").read_bytes()
    head, *rest = SCORES.splitlines()
    calibrate(tmp_path, "\n".join([head, *reversed(rest)]))

    assert (tmp_path / "merit.csv").read_bytes() == first


def test_who_is_among_the_first_and_what_is_unclear_is_told(tmp_path):
    told = json.loads(calibrate(tmp_path, SCORES, "--json", "--first", "2").stdout)

    assert sum(told["among_first"].values()) == pytest.approx(2)
    assert {(p["above"], p["below"]) for p in told["unclear"]} <= {
        (a, b) for a in ("p3", "p1") for b in ("p2", "p4")
    }
    assert told["unclear_cut"] is False


def test_criteria_with_weights_are_joined(tmp_path):
    text = "proposal,reviewer,criterion,weight,score\n" + "".join(
        f"{p},{r},{c},{w},{s}\n"
        for p, r, c, w, s in [
            ("p1", "an", "idea", 3, 9), ("p1", "an", "team", 1, 5),
            ("p2", "an", "idea", 3, 4), ("p2", "an", "team", 1, 8),
        ]
    )  # fmt: skip
    calibrate(tmp_path, text)

    assert [(x["proposal"], x["mean"]) for x in written(tmp_path)] == [
        ("p1", "8.000000"),
        ("p2", "5.000000"),
    ]


def test_plain_means_stand_where_nothing_tells_severity_and_it_is_said(tmp_path):
    text = "proposal,reviewer,score\np1,an,8\np1,binh,6\np2,chi,7\np2,dung,6\n"
    done = calibrate(tmp_path, text)

    assert "severity cannot be told from merit" in done.stdout
    assert "2 panels share no reviewer" in done.stdout
    assert "  1: p1\n  2: p2\n" in done.stdout
    assert [x["merit"] for x in written(tmp_path)] == ["7.000000", "6.500000"]


def test_steps_are_told_in_steps(tmp_path):
    text = "proposal,reviewer,score\n" + "".join(
        f"p{p},r{(p + r) % 7},{(p * 5 + r * r) % 4}\n"
        for p in range(12)
        for r in range(4)
    )
    done = calibrate(tmp_path, text, "--steps", "--json")

    assert json.loads(done.stdout)["method"] == "steps"
    assert all(0 <= float(x["merit"]) <= 3 for x in written(tmp_path))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("proposal,reviewer\np1,an\n", "row 1 must name the columns"),
        ("proposal,reviewer,score,score\n", "lacks or repeats score"),
        ("proposal,reviewer,score,weight,weight\n", "names weight more than once"),
        ("proposal,reviewer,score\n", "there is no row below row 1"),
        ("proposal,reviewer,score\np1,an,x\n", "row 2, column score: “x” is no number"),
        ("proposal,reviewer,score\np1,an,NaN\n", "row 2, column score: “NaN”"),
        ("proposal,reviewer,score\n,an,1\n", "row 2, column proposal: the id is"),
        (
            "proposal,reviewer,score\np1,an,1\np2,an,1\np1,an,2\n",
            "row 4, column reviewer: this reviewer scored it in a row above",
        ),
        ("proposal,reviewer,score\np1,an,5e10\n", "row 2, column score: this number"),
        (
            "proposal,reviewer,score,criterion,weight\np1,an,1,a,0\n",
            "row 2, column weight: a weight is above 0",
        ),
        (
            "proposal,reviewer,score,criterion,weight\np1,an,1,a,1\np1,bo,1,a,2\n",
            "row 3, column weight: “a” weighs 1 above",
        ),
        (
            "proposal,reviewer,score,criterion\np1,an,1,a\np1,bo,1,\n",
            "row 3, column criterion: the id is missing",
        ),
        (b"proposal,reviewer,score\np\xff,an,1\n", "row 2 is not UTF-8"),
    ],
)
def test_a_bad_file_is_refused_by_row_and_column_and_nothing_is_written(
    tmp_path, text, said
):
    done = calibrate(tmp_path, text)

    assert done.exit_code == 2, done.output
    assert "Nothing was written." in done.stderr
    assert said in done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["scores.csv"]


def test_what_belongs_to_the_json_is_refused_without_it(tmp_path):
    done = calibrate(tmp_path, SCORES, "--first", "2")

    assert done.exit_code == 2
    assert "--first belongs to --json." in done.stderr
