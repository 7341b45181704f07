from __future__ import annotations

import csv
import gzip
import json
import os
import subprocess
import sys
from hashlib import sha256

import pytest
from click.testing import CliRunner
from django.utils import translation
from sti_methods.programming import quiet

from opensti.console.portfolio import portfolio as command

PROPOSALS = """id,merit,cost_2027,cost_2028,field
a,90,400,300,energy
b,85,500,200,energy
c,80,300,300,water
d,70,200,200,water
e,60,100,100,energy
"""
RULES = """budgets: {cost_2027: 1000, cost_2028: 800}
floors: [{where: {field: energy}, measure: count, at_least: 1}]
exclusive: [[a, b]]
requires: [[e, a]]
reserve: 1
"""


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def select(place, rules=RULES, proposals=PROPOSALS, *arguments):
    for name, text in (("proposals.csv", proposals), ("rules.yaml", rules)):
        data = text if isinstance(text, bytes) else text.encode()
        (place / name).write_bytes(data)
    files = [str(place / name) for name in ("proposals.csv", "rules.yaml")]
    given = ["select", *files, "--output", str(place / "chosen.csv"), *arguments]
    return CliRunner().invoke(command, given)


def written(place, name="chosen.csv"):
    with (place / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_best_set_is_written_with_reasons(tmp_path):
    done = select(tmp_path)

    assert done.exit_code == 0, done.output
    assert [(row["id"], row["chosen"]) for row in written(tmp_path)] == [
        ("a", "1"),
        ("b", "0"),
        ("c", "1"),
        ("d", "1"),
        ("e", "0"),
    ]
    assert written(tmp_path)[1]["reason"] == (
        "Within these conditions the set of the highest sum of merits is without it: "
        "budget: cost_2027; budget: cost_2028; only one of a, b. "
        "What would have changed it: 5 more merit."
    )
    assert "3 of 5 proposals are chosen: merit 240.\nNo set has more.\n" in done.output


def test_json_says_objective_bound_spent_and_prices(tmp_path):
    done = select(tmp_path, RULES, PROPOSALS, "--json")
    told = json.loads(done.stdout)

    assert {key: told[key] for key in ("objective", "bound", "gap", "status")} == {
        "objective": 240.0,
        "bound": 240.0,
        "gap": 0.0,
        "status": "optimal",
    }
    assert told["spent"] == {"cost_2027": 900.0, "cost_2028": 800.0}
    assert (told["conflict"], told["tied"], told["reserve"]) == ([], [], ["b"])
    assert sorted(told["chosen"]) == ["a", "c", "d"]
    assert [price["name"] for price in told["prices"]] == [
        "budget:cost_2027",
        "budget:cost_2028",
        "floor:field=energy:count",
    ]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text,
        lambda text: text.replace(",", ";"),
        lambda text: text.replace(",", "\t"),
        lambda text: text.encode("utf-16"),
        lambda text: text.replace("id,merit", "ID,Merit"),
        lambda text: "\n".join([text.split("\n")[0], *sorted(text.split("\n")[1:])[::-1]]),
    ],
)  # fmt: skip
def test_how_the_table_is_saved_and_ordered_changes_no_byte(tmp_path, change):
    first = select(tmp_path, RULES, PROPOSALS, "--json")
    before = (tmp_path / "chosen.csv").read_bytes()
    again = select(tmp_path, RULES, change(PROPOSALS), "--json")

    assert again.exit_code == 0, again.output
    assert again.stdout == first.stdout
    assert (tmp_path / "chosen.csv").read_bytes() == before


def test_a_proposal_may_be_funded_at_a_lower_level(tmp_path):
    proposals = "id,level,merit,cost\na,full,9,60\na,half,5,30\nb,full,8,70\n"
    done = select(tmp_path, "budgets: {cost: 100}", proposals, "--json")

    assert json.loads(done.stdout)["chosen"] == {"a": "half", "b": "full"}
    assert [(row["id"], row["level"]) for row in written(tmp_path)] == [
        ("a", "half"),
        ("b", "full"),
    ]


def test_ties_are_decided_by_a_draw_anyone_can_repeat(tmp_path):
    proposals = "id,merit,cost\n" + "".join(f"p{n},5,1\n" for n in range(6))
    found = {
        seed: sorted(
            json.loads(
                select(tmp_path, "budgets: {cost: 3}", proposals, "--draw", seed, "--json").stdout
            )["chosen"]
        )
        for seed in ("tin", "may", "tin")
    }  # fmt: skip

    def lots(seed):
        return sorted(
            (f"p{n}" for n in range(6)),
            key=lambda name: sha256(f"{seed}\n{name}".encode()).hexdigest(),
        )

    assert found == {seed: sorted(lots(seed)[:3]) for seed in ("tin", "may")}


def test_a_sweep_says_who_enters_with_more_money(tmp_path):
    done = select(tmp_path, RULES, PROPOSALS, "--sweep", str(tmp_path / "sweep.csv"))

    assert done.exit_code == 0, done.output
    rows = written(tmp_path, "sweep.csv")
    assert [row["part"] for row in rows] == [
        f"{n / 100:.2f}" for n in range(50, 151, 5)
    ]
    merits = [float(row["merit"]) for row in rows]
    assert merits == sorted(merits)
    assert (rows[10]["enters"], rows[10]["leaves"]) == ("", "")
    assert rows[-1]["enters"] == "e"


def test_what_cannot_be_met_says_what_would_mend_it_and_writes_nothing(tmp_path):
    rules = "budgets: {cost_2027: 1000}\nmust: [a, b, c]"
    done = select(tmp_path, rules, PROPOSALS, "--json")
    told = json.loads(done.stdout)

    assert done.exit_code == 1
    assert not (tmp_path / "chosen.csv").exists()
    assert (told["status"], told["objective"]) == ("infeasible", None)
    assert [(one["name"], one["needed"]) for one in told["conflict"]] == [
        ("budget:cost_2027", 1200.0),
        ("must:a", None),
        ("must:b", None),
        ("must:c", None),
    ]
    assert (
        "budget: cost_2027: at most 1000; the others can be met with 1200."
        in done.stderr
    )


def test_a_value_that_nobody_has_is_remarked(tmp_path):
    rules = "ceilings:\n- {where: {field: [energy, watr]}, at_most: 5}\n"
    done = select(tmp_path, rules)

    assert done.exit_code == 0
    assert done.stderr == (
        "rules.yaml: line 2: no proposal has “watr” in column field.\n"
    )


LINES = "\n".join(f"- &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40))


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ("budgets: {cost_2029: 1}", "line 1, column 11: There is no amount “cost_2029”."),
        ("budgets: {field: 1}", "row 2, column field: “energy” is no number"),
        ("budgets:\n  cost_2027: -1", "line 2, column 14: An amount below zero: -1."),
        ("budgets: {cost_2027: .nan}", "line 1, column 22: “.nan” is no number."),
        ("budgets: {cost_2027: 1, cost_2027: 2}", "line 1, column 25: “cost_2027” stands here twice"),
        ("must: [a, zz]", "line 1, column 11: Nothing has the code zz."),
        ("must: [a]\nnever:\n- b\n- a\n", "line 4, column 3: “must:a” and “never:a” cannot both hold."),
        ("floors: [{where: {feild: x}, at_least: 1}]", "line 1, column 19: There is no category “feild”."),
        ("floors: [{at_least: 2, at_most: 1}]", "line 1, column 33: The least is missing or above the most."),
        ("floor: 1", "line 1, column 1: “floor” is no rule."),
        ("- a\n- b", "line 1, column 1: Names with values belong here."),
        ("a", "line 1, column 1: Names with values belong here."),
        ("budgets: {cost_2027: 1", "this is not YAML"),
        ("budgets: 1\n---\nmust: []", "line 2, column 1: this is not YAML"),
        ("must: [\x07]", "this is not YAML"),
        ("must: !!python/object:os.system [a]", "is not read; write plain values"),
        ("must: [!secret a]", "line 1, column 8: “!secret” is not read"),
        ("must: &a [a]\nnever: *a", "line 2, column 8: references (*) are not read"),
        (f"x:\n- &a0 [l]\n{LINES}", "line 3, column 8: references (*) are not read"),
        ("must: " + "[" * 5000, "line 1, column 18: this is nested too deeply"),
        ("must: [{[a]: b}]", "line 1, column 9: a name is expected here."),
        (b"must: [\xff\xfea]", "is not UTF-8"),
    ],
)  # fmt: skip
def test_wrong_rules_are_refused_by_line_and_column(tmp_path, rules, said):
    done = select(tmp_path, rules)

    assert said in done.stderr
    assert "Nothing was written." in done.stderr
    assert done.exit_code == 2
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "proposals.csv",
        "rules.yaml",
    ]


@pytest.mark.parametrize(
    ("proposals", "said"),
    [
        ("id,score\na,1\n", "row 1 must name the columns id, merit"),
        ("id,merit,id\na,1,b\n", "row 1 must name the columns id, merit"),
        ("id,merit,cost,cost\na,1,1,1\n", "row 1 names cost more than once"),
        ("id,merit\n", "row 2, column id: there is no row below row 1"),
        ("", "row 1 must name the columns id, merit"),
        ("id,merit\n,1\n", "row 2, column id: the id is missing"),
        ("id,merit\na,1\na,2\n", "row 3, column id: row 2 says this already"),
        ("id,merit,level\na,1,x\na,2,x\n", "row 3, column level: row 2 says this already"),
        ("id,merit\na,nan\n", "row 2, column merit: “nan” is no number"),
        ("id,merit\na,inf\n", "row 2, column merit: “inf” is no number"),
        ('id,merit\na,"1,5"\n', "row 2, column merit: “1,5” is no number"),
        ("id,merit,cost\na,1,\nb,1,2\n", "row 2, column cost: “” is no number"),
        ("id,merit,cost\na,1,-2\n", "row 2, column cost: -2 is below 0"),
        ("id,merit,cost\na,1,1e16\n", "row 2, column cost: “1e16” is no number"),
        ("id,merit,cost\na,1\n", "row 2, column merit: the row has 2 cells, row 1 has 3."),
        ("id,merit,level,field\na,1,x,w\na,2,y,e\n", "row 3, column field: “e” is not what row 2 says of a"),
        ('id,merit\na,"1\n', "cannot be read as CSV"),
        (b"id,merit\n\xe1,1\n", "row 2 is not UTF-8"),
        ("id,merit\na,1\x00\n", "this is no text"),
    ],
)  # fmt: skip
def test_wrong_tables_are_refused_by_row_and_column(tmp_path, proposals, said):
    done = select(tmp_path, "{}", proposals)

    assert said in done.stderr
    assert done.exit_code == 2
    assert not (tmp_path / "chosen.csv").exists()


def test_all_that_is_wrong_with_both_files_is_said_at_once(tmp_path):
    rules = "budgets: {cost_2027: -1}\nmust: [zz]\n"
    done = select(tmp_path, rules, PROPOSALS.replace("85,500", "nan,-5"))

    assert done.stderr.splitlines()[1:] == [
        "proposals.csv: row 3, column merit: “nan” is no number; write one like 0.75, with a point.",
        "proposals.csv: row 3, column cost_2027: -5 is below 0; write 0 or more.",
        "rules.yaml: line 1, column 22: An amount below zero: -1. Write 0 or more.",
        "rules.yaml: line 2, column 8: Nothing has the code zz. Copy the code from the list.",
    ]


def test_a_draw_beside_a_stated_order_is_refused(tmp_path):
    done = select(tmp_path, "ties: {order: [a]}", PROPOSALS, "--draw", "tin")

    assert done.exit_code == 2
    assert "RULES.yaml says how ties are decided" in done.stderr


def test_no_rules_choose_all_of_positive_merit(tmp_path):
    done = select(tmp_path, "# nothing\n", "id,merit\na,1\nb,-1\nc,0.5\n", "--json")

    assert sorted(json.loads(done.stdout)["chosen"]) == ["a", "c"]


def test_the_largest_files_are_refused_before_they_are_read(tmp_path):
    (tmp_path / "chosen.csv").unlink(missing_ok=True)
    done = select(tmp_path, b"#" * 4_000_001)

    assert done.exit_code == 2
    assert "the file is larger than 4 MB" in done.stderr


def test_with_many_proposals_the_nearest_to_the_line_are_asked(tmp_path):
    rows = "".join(f"p{n:03},{n % 37},{n % 11 + 1}\n" for n in range(400))
    done = select(
        tmp_path, "budgets: {cost: 500}", f"id,merit,cost\n{rows}", "--explain", "5", "--json"
    )  # fmt: skip

    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["explained"] == {"exact": 5, "bounded": 395}
    assert len(written(tmp_path)) == 400


def test_nothing_but_json_reaches_the_output_whatever_libraries_print(tmp_path):
    """printf of the C library, as HiGHS does it, flushed or not."""
    program = (
        "import ctypes, sys\n"
        "from sti_methods.programming import quiet\n"
        "print('before')\n"
        "with quiet():\n"
        "    c = ctypes.CDLL(None)\n"
        "    c.puts(b'a line of a library')\n"
        "    c.fflush(None)\n"
        "    c.puts(b'another line')\n"
        "print('after')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout == "before\nafter\n"


def test_the_output_is_there_again_after_a_failure():
    with pytest.raises(ValueError, match="x"), quiet():
        raise ValueError("x")

    os.fstat(1)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--output", "proposals.csv"], "this file is used already"),
        (["--output", "rules.yaml"], "this file is used already"),
        (["--sweep", "chosen.csv"], "this file is used already"),
        (["--sweep", "nowhere/sweep.csv"], "nothing can be written in the folder"),
        (["--output", "nowhere/chosen.csv"], "nothing can be written in the folder"),
        (["--gap", "nan"], "this is no number"),
    ],
)
def test_no_file_is_written_over_or_alone(tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "chosen.csv").write_text("kept")
    done = select(tmp_path, RULES, PROPOSALS, *arguments)

    assert done.exit_code == 2
    assert said in done.output
    kept = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert kept == {
        "proposals.csv": PROPOSALS,
        "rules.yaml": RULES,
        "chosen.csv": "kept",
    }


def test_where_the_disk_is_full_neither_file_nor_json_is_written(tmp_path, monkeypatch):
    def full(*_given):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("opensti.console.portfolio.reason_words", full)
    done = select(
        tmp_path, RULES, PROPOSALS, "--sweep", str(tmp_path / "sweep.csv"), "--json"
    )

    assert (done.exit_code, done.stdout) == (2, "")
    assert "Nothing was written: No space left on device." in done.output
    assert {path.name for path in tmp_path.iterdir()} == {"proposals.csv", "rules.yaml"}


def test_a_small_file_that_unfolds_to_a_large_one_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("opensti.console.panels_files.MOST_TEXT", 1_000)
    rules = gzip.compress(b"# " + b"x" * 10_000 + b"\n" + RULES.encode())
    done = select(tmp_path, rules)

    assert done.exit_code == 2
    assert "rules.yaml: the file is larger than" in done.output


def test_numbers_in_other_scripts_are_none(tmp_path):
    done = select(tmp_path, RULES, PROPOSALS.replace("a,90", "a,٩٠"))

    assert done.exit_code == 2
    assert "row 2, column merit: “٩٠” is no number" in done.output
