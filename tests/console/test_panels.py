from __future__ import annotations

import csv
import gzip
import json

import pytest
from click.testing import CliRunner
from django.utils import translation

from opensti.console.panels import panels as command

SCORES = """expert,proposal,score
an,p1,0.9
binh,p1,0.8
chi,p1,0.3
an,p2,0.7
binh,p2,0.6
chi,p2,0.5
"""
CONFLICTS = "expert,proposal\nan,p2\n"
EXPERTS = """expert,sector,may chair
an,university,yes
binh,enterprise,no
chi,enterprise,yes
"""


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def place(tmp_path):
    (tmp_path / "scores.csv").write_text(SCORES, encoding="utf-8")
    (tmp_path / "conflicts.csv").write_text(CONFLICTS, encoding="utf-8")
    return tmp_path


def form(place, *arguments, size=1, load=("--max-load", "2")):
    given = [
        "form", str(place / "scores.csv"), "--conflicts", str(place / "conflicts.csv"),
        "--size", str(size), *load, "--output", str(place / "out.csv"), *arguments,
    ]  # fmt: skip
    return CliRunner().invoke(command, given)


def written(place, name="out.csv"):
    with (place / name).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def refused(done, place, said):
    assert done.exit_code == 2, done.output
    assert done.stderr.splitlines()[0].endswith("Nothing was written.")
    assert said in done.stderr
    assert (
        sorted(p.name for p in place.iterdir() if p.name.startswith((".", "out"))) == []
    )


def test_panels_are_written_and_the_outcome_is_one_json_object(place):
    done = form(place, "--json")
    assert done.exit_code == 0, done.output
    assert written(place) == [
        ["proposal", "expert", "score"],
        ["p1", "an", "0.9"],
        ["p2", "binh", "0.6"],
    ]
    outcome = json.loads(done.stdout)
    kept = ("total", "minimum", "bound", "status", "conflict")
    assert {name: outcome[name] for name in kept} == {
        "total": 1.5,
        "minimum": 0.6,
        "bound": 1.5,
        "status": "optimal",
        "conflict": None,
    }
    assert outcome["seconds"] >= 0


def test_without_json_it_is_said_in_words(place):
    done = form(place, "--objective", "fair")
    assert done.stdout.splitlines()[1:] == [
        "total 1.500000 (no assignment has more than 1.500000)",
        "worst proposal 0.600000 (none can have more than 0.600000)",
        "proved to be the best",
    ]


def test_compressed_files_marks_semicolons_and_other_columns_are_read(place):
    text = "\ufeff" + SCORES.replace(",", ";").replace("\n", ";x\n")
    (place / "scores.csv").write_bytes(gzip.compress(text.encode("utf-8")))
    (place / "conflicts.csv").write_bytes(CONFLICTS.encode("utf-16"))
    done = form(place)
    assert done.exit_code == 0, done.output
    assert written(place)[1:] == [["p1", "an", "0.9"], ["p2", "binh", "0.6"]]


def test_loads_come_from_a_file(place):
    loads = "expert,minimum,maximum\nan,0,1\nbinh,0,0\nchi,1,1\nduc,0,3\n"
    (place / "loads.csv").write_text(loads, encoding="utf-8")
    done = form(place, load=("--loads", str(place / "loads.csv")))
    assert done.exit_code == 0, done.output
    assert written(place)[1:] == [["p1", "an", "0.9"], ["p2", "chi", "0.5"]]


def test_leximin_says_how_many_proposals_are_settled(place):
    done = form(place, "--objective", "fair", "--leximin", "--json")
    assert done.exit_code == 0, done.output
    outcome = json.loads(done.stdout)
    assert (outcome["total"], outcome["minimum"], outcome["settled"]) == (1.5, 0.6, 2)
    assert (
        "settled as in every leximin assignment, proved: 2"
        in form(place, "--objective", "fair", "--leximin").stdout
    )
    done = form(place, "--leximin")
    assert done.exit_code == 2
    assert "--leximin belongs to --objective fair" in done.stderr


def test_a_draw_tells_its_seed_and_its_chances(place):
    chances = place / "chances.csv"
    asked = (
        "--objective", "random", "--seed", "2026", "--max-probability", "0.5",
        "--probabilities", str(chances), "--json",
    )  # fmt: skip
    done = form(place, *asked)
    assert done.exit_code == 0, done.output
    outcome = json.loads(done.stdout)
    assert (outcome["seed"], outcome["max_probability"]) == ("2026", 0.5)
    assert outcome["seed_sha256"].startswith(
        "158a323a7ba44870f23d96f1516dd70aa48e9a72db4e"
    )
    assert written(place, "chances.csv")[1:] == [
        ["p1", "an", "0.5"],
        ["p1", "binh", "0.5"],
        ["p2", "binh", "0.5"],
        ["p2", "chi", "0.5"],
    ]
    first = written(place)
    assert form(place, *asked).exit_code == 0
    assert written(place) == first


def test_where_nothing_fits_the_reason_and_the_least_relief_are_said(place):
    done = form(place, size=3)
    assert done.exit_code == 1
    assert done.stderr.splitlines() == [
        "Error: No assignment meets every condition; nothing was written.",
        "These cannot be met together; without any one of them they can:",
        "  - the size of p2 (2 experts may be chosen, 1 are in conflict)",
        "The least that mends everything:",
        "  - size of p2: 2 instead of 3",
    ]
    assert not (place / "out.csv").exists()
    told = json.loads(form(place, "--json", size=3).stdout)
    assert (told["total"], told["status"]) == (None, "infeasible")
    assert told["conflict"] == [
        {"kind": "size", "proposals": ["p2"], "candidates": 2, "barred": 1}
    ]
    assert told["relief"] == [
        {"kind": "size", "stated": 3, "needed": 2, "proposal": "p2"}
    ]


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("scores", "expert,score\na,1\n", "row 1 must name the columns expert, proposal, score"),
        ("scores", "", "row 1 must name the columns"),
        ("scores", "expert,proposal,score\n", "there is no row below row 1"),
        ("scores", SCORES + "an,p1,0.4\n", "scores.csv: row 8, column proposal: row 2 says this"),
        ("scores", SCORES + "duc,p1,viel\n", "scores.csv: row 8, column score: “viel” is no number"),
        ("scores", SCORES + "duc,p1,nan\n", "row 8, column score: “nan” is no number"),
        ("scores", SCORES + "duc,p1,1e999\n", "row 8, column score"),
        ("scores", SCORES + 'duc,p1,"0,5"\n', "column score: “0,5” is no number"),
        ("scores", SCORES + ",p1,1\n", "row 8, column expert: the id is missing"),
        ("scores", SCORES + "duc,p1\n", "row 8, column score: the row has 2 cells"),
        ("scores", SCORES + '"duc,p1,1\n', "look for a missing quote"),
        ("scores", SCORES + "duc\x00,p1,1\n", "this is no text"),
        ("scores", b"expert,proposal,score\nB\xecnh,p1,1\n", "row 2 is not UTF-8"),
        ("scores", b"\x1f\x8bbroken", "compressed file is damaged"),
        ("conflicts", "expert,proposal\nanh,p1\n", "conflicts.csv: row 2, column expert: “anh” is not in scores.csv"),
        ("conflicts", "expert,proposal\nan,p9\n", "row 2, column proposal: “p9” is not in scores.csv"),
        ("conflicts", "expert,proposal\nan,p1\nan,p1\n", "row 3, column proposal: row 2 says this"),
        ("loads", "expert,minimum,maximum\nan,0,1\n", "scores.csv: row 3, column expert: “binh” has no row in loads.csv"),
        ("loads", "expert,minimum,maximum\nan,3,1\n", "loads.csv: row 2, column minimum: 3 is above the maximum 1"),
        ("loads", "expert,minimum,maximum\nan,0,viel\n", "row 2, column maximum: “viel” is no whole number"),
        ("loads", "expert,minimum,maximum\nan,-1,1\n", "row 2, column minimum: “-1” is no whole number"),
        ("loads", "expert,minimum,maximum\nan,0,1\nan,0,2\n", "row 3, column expert: row 2 says this"),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_by_row_and_column_and_nothing_is_written(
    place, file, text, said
):
    target = place / f"{file}.csv"
    target.write_bytes(text if isinstance(text, bytes) else text.encode())
    load = (
        ("--loads", str(place / "loads.csv"))
        if file == "loads"
        else ("--max-load", "2")
    )
    refused(form(place, load=load), place, said)


def test_all_that_is_wrong_is_said_at_once_but_not_without_end(place):
    bad = "".join(f"x{i},p1,?\n" for i in range(30))
    (place / "scores.csv").write_text(SCORES + bad, encoding="utf-8")
    done = form(place)
    assert len(done.stderr.splitlines()) == 22
    assert done.stderr.splitlines()[-1] == "… and 10 more."


@pytest.mark.parametrize(
    ("load", "arguments", "said"),
    [
        ((), (), "either --max-load or --loads"),
        (("--max-load", "1", "--min-load", "2"), (), "must not be above"),
        (("--max-load", "1"), ("--objective", "random"), "needs --seed"),
        (("--max-load", "1"), ("--seed", "s"), "belong to --objective random"),
    ],
)
def test_options_that_do_not_go_together_are_refused(place, load, arguments, said):
    done = form(place, *arguments, load=load)
    assert done.exit_code == 2
    assert said in done.stderr


RULES = """experts: experts.csv
rules:
  - name: one from business
    where: {sector: enterprise}
    at_least: 1
    at_most: 1
  - name: one a sector
    per: sector
  - name: rivals
    apart: [[an, chi]]
  - name: chair
    seats: 1
    where:
      may chair: [yes]
    proposals: [p1]
locked:
  - [binh, p1]
"""


def ruled(place, text):
    (place / "rules.yaml").write_text(text, encoding="utf-8")
    (place / "experts.csv").write_text(EXPERTS, encoding="utf-8")
    (place / "conflicts.csv").write_text("expert,proposal\n", encoding="utf-8")
    return form(place, "--rules", str(place / "rules.yaml"), size=2)


def test_rules_come_from_a_file_and_seats_are_written(place):
    done = ruled(place, RULES)
    assert done.exit_code == 0, done.output
    assert written(place) == [
        ["proposal", "expert", "score", "seat"],
        ["p1", "an", "0.9", "chair"],
        ["p1", "binh", "0.8", ""],
        ["p2", "an", "0.7", ""],
        ["p2", "binh", "0.6", ""],
    ]


def test_rules_that_cannot_be_met_are_named(place):
    done = ruled(place, RULES.replace("[[an, chi]]", "[[an, chi], [an, binh]]"))
    assert done.exit_code == 1
    assert "the rule “rivals” for p1" in done.stderr


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("at_most: 1\n", "at_most: 0\n", "line 6: at_most 0 is below at_least 1"),
        ("at_least: 1", "at_least: one", "line 5: “one” is no whole number"),
        ("sector: enterprise", "branch: enterprise", "line 4: no column of the experts' table"),
        ("per: sector", "per: branch", "line 8: no column"),
        ("[an, chi]", "[an, zoe]", "line 10: “zoe” is unknown"),
        ("[an, chi]", "[an]", "line 10: write [expert, other expert]"),
        ("[an, chi]", "[an, an]", "line 10: “an” stands in a pair with itself"),
        ("seats: 1", "seats: 0", "line 12: “0” is no whole number from 1 on"),
        ("[p1]", "[p7]", "line 15: “p7” is unknown"),
        ("[binh, p1]", "[binh]", "line 17: write [expert, proposal]"),
        ("experts.csv", "others.csv", "line 1: there is no file “others.csv”"),
        ("locked", "looked", "line 17: “looked” is unknown"),
        ("name: rivals", "title: rivals", "line 9: “title” is unknown"),
        ("name: rivals", "name: chair", "line 11: another rule is called “chair”"),
        ("    per: sector\n", "    at_most: 1\n", "line 7: the rule needs apart, per, seats, or where"),
        ("rules:", "rules", "is not YAML"),
    ],
)  # fmt: skip
def test_a_bad_rule_is_refused_by_line(place, before, after, said):
    assert before in RULES
    refused(ruled(place, RULES.replace(before, after)), place, said)


def test_a_lock_in_conflict_is_refused(place):
    ruled(place, RULES)
    (place / "out.csv").unlink()
    (place / "conflicts.csv").write_text("expert,proposal\nbinh,p1\n", encoding="utf-8")
    done = form(place, "--rules", str(place / "rules.yaml"), size=2)
    refused(done, place, "'binh', 'p1' is locked but in conflict")


BUSINESS = """experts: experts.csv
rules:
  - name: one from business
    where: {sector: enterprise}
    at_least: 1
"""


def test_a_draw_with_rules_says_the_least_probability_that_would_do(place):
    ruled(place, BUSINESS)
    rules = "--rules", str(place / "rules.yaml")
    drawn = "--objective", "random", "--seed", "s", "--max-probability", "0.4"
    done = form(place, *rules, *drawn)
    assert done.exit_code == 1
    assert "largest probability: 0.5 instead of 0.4" in done.stderr


def test_a_draw_with_rules_writes_the_mixture_it_chose_from(place):
    ruled(place, BUSINESS)
    asked = (
        "--rules", str(place / "rules.yaml"), "--objective", "random", "--seed", "s",
        "--max-probability", "0.5", "--mixture", str(place / "mixture.csv"), "--json",
    )  # fmt: skip
    done = form(place, *asked)
    assert done.exit_code == 0, done.output
    outcome = json.loads(done.stdout)
    assert (outcome["expected"], outcome["status"]) == (pytest.approx(1.1), "optimal")
    rows = written(place, "mixture.csv")[1:]
    weights = {number: int(weight) for number, weight, _p, _e in rows}
    assert (len(weights), sum(weights.values())) == (
        outcome["mixture"],
        outcome["parts"],
    )
    assert outcome["expected"] <= outcome["bound_expected"]
    drawn = {(row[0], row[1]) for row in written(place)[1:]}
    assert drawn in [
        {(p, e) for n, _w, p, e in rows if n == number} for number in weights
    ]
    done = form(place, *asked[2:])
    assert done.exit_code == 2
    assert "--mixture belongs to a draw with --rules" in done.stderr
