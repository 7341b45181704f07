"""``opensti composite``: analyse, compare, ahp and budget, files in and files out."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.utils import translation

from opensti.console.composite_analyses import composite as command
from opensti.console.main import Lazy
from tests.shared import SHARED, needs_shared

RECIPES = Path(__file__).parents[2] / "recipes"
ASEM = SHARED / "data" / "indicators" / "coinr_asem"
DATA = """uName,uCode,w,x,y
Hà Nội,HNO,9,10,6
Hải Phòng,HPH,5,30,5
Đà Nẵng,DNG,3,20,1
Cần Thơ,CTH,1,50,3
Huế,HUE,,,
"""
META = """Level,iCode,iName,Direction,Weight,Unit,Target,Denominator,Parent,Type
1,w,Patents,1,1,,,,p,Indicator
1,x,Staff,1,1,,,,p,Indicator
1,y,Delay,-1,1,,,,q,Indicator
2,p,Capacity,1,1,,,,index,Aggregate
2,q,Order,1,1,,,,index,Aggregate
3,index,Index,1,1,,,,,Aggregate
"""
RECIPE = """name: small
screen: {units: 0.5}
normalise: {method: min_max, lowest: 0, highest: 100}
"""
FEW = ("--runs", "50", "--points", "16", "--bootstrap", "20")


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def call(*given):
    return CliRunner().invoke(command, [str(one) for one in given])


def index(
    place, verb="analyse", *more, recipe=RECIPE, data=DATA, meta=META, output="out"
):
    for name, text in (("r.yaml", recipe), ("d.csv", data), ("m.csv", meta)):
        (place / name).write_text(text, encoding="utf-8")
    files = ("--data", place / "d.csv", "--meta", place / "m.csv")
    return call(verb, place / "r.yaml", *files, "--output", place / output, *more)


def table(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(place, text):
    place.write_text(text, encoding="utf-8")
    return place


def test_all_commands_stand_in_the_group():
    assert sorted(command.commands) == [
        "ahp",
        "analyse",
        "budget",
        "check",
        "compare",
        "rerun",
        "run",
    ]
    module, name = Lazy.commands_at["composite"]
    assert (module, name) == ("opensti.console.composite_analyses", "composite")


def test_an_analysis_is_a_folder_of_tables(tmp_path):
    done = index(tmp_path, "analyse", *FEW)

    assert done.exit_code == 0, done.output
    place = tmp_path / "out"
    assert sorted(file.name for file in place.iterdir()) == [
        "correlations.csv",
        "leave_one_out.csv",
        "log.json",
        "one_at_a_time.csv",
        "sobol.csv",
        "uncertainty.csv",
    ]
    rows = table(place / "uncertainty.csv")
    assert [(row["uCode"], row["nominal"], row["runs"]) for row in rows] == [
        ("HNO", "4", "50"),
        ("HPH", "3", "50"),
        ("DNG", "1", "50"),
        ("CTH", "2", "50"),
        ("HUE", "NA", "0"),
    ]
    assert rows[4]["mean"] == "NA"
    assert [row["factor"] for row in table(place / "sobol.csv")] == [
        "normalisation",
        "weights",
        "aggregation",
    ]
    assert [
        (row["code"], row["level"]) for row in table(place / "leave_one_out.csv")
    ] == [
        ("w", "1"),
        ("x", "1"),
        ("y", "1"),
        ("p", "2"),
        ("q", "2"),
    ]
    links = {
        (r["kind"], r["first"], r["second"]) for r in table(place / "correlations.csv")
    }
    assert {("parent", "w", "index"), ("group", "w", "x"), ("group", "p", "q")} <= links
    assert "50 runs: a rank moves by" in done.output
    assert "w-x -0.83" in done.output


def test_an_option_that_cannot_be_worked_out_is_told_in_words(tmp_path):
    done = index(tmp_path, "analyse", *FEW)

    assert done.exit_code == 0, done.output
    told = {row["option"]: row for row in table(tmp_path / "out" / "one_at_a_time.csv")}
    assert told["arithmetic"]["mean_change"] == "0.0"
    assert told["arithmetic"]["refused"] == ""
    assert told["geometric"]["mean_change"] == "NA"
    assert told["geometric"]["refused"].startswith("HNO has 0 in “x”: a geometric mean")


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    def bytes_of(name, seed):
        done = index(tmp_path, "analyse", *FEW, "--seed", seed, output=name)
        assert done.exit_code == 0, done.output
        return {f.name: f.read_bytes() for f in sorted((tmp_path / name).iterdir())}

    assert bytes_of("one", 7) == bytes_of("two", 7)
    assert bytes_of("three", 8) != bytes_of("one", 7)
    log = json.loads((tmp_path / "one" / "log.json").read_text(encoding="utf-8"))
    assert (log["seed"], log["index"]) == (7, "index")
    assert log["uncertainty"]["factors"][1]["levels"] == [2]
    assert log["effective_weights"]["w"] == 0.25
    assert log["alpha"]["q"] is None
    assert [one["code"] for one in log["statistics"]] == ["w", "x", "y"]
    assert sorted(log["inputs"]) == ["d.csv", "m.csv", "r.yaml"]


def test_a_run_that_fails_is_refused_with_its_number_and_nothing_is_written(tmp_path):
    assumptions = write(tmp_path / "a.yaml", "aggregation: [geometric]\n")

    done = index(tmp_path, "analyse", *FEW, "--assumptions", assumptions)

    assert done.exit_code == 2
    assert done.output == (
        "Error: Nothing was written.\n"
        "d.csv: row 2, column x: run 1: HNO has 0 in “x”, and a geometric mean needs more "
        "than 0; normalise from 1 to 100 in the assumptions, or leave that mean out. "
        "No run is skipped.\n"
    )
    assert not (tmp_path / "out").exists()


def test_a_unit_that_stays_but_has_too_little_for_an_index_has_no_rank(tmp_path):
    recipe = (
        RECIPE.replace("{units: 0.5}", "{units: 0}") + "aggregate: {least_data: 1}\n"
    )

    done = index(tmp_path, "analyse", *FEW, recipe=recipe)

    assert done.exit_code == 0, done.output
    row = table(tmp_path / "out" / "uncertainty.csv")[4]
    assert list(row.values()) == ["HUE", "NA", "NA", "NA", "NA", "NA", "0"]


def test_an_even_sequence_is_taken_where_points_are_a_power_of_two(tmp_path):
    for points, sequence in ((16, "sobol"), (12, "random")):
        done = index(tmp_path, "analyse", *FEW, "--points", points)
        assert done.exit_code == 0, done.output
        log = json.loads((tmp_path / "out" / "log.json").read_text(encoding="utf-8"))
        assert log["sensitivity"]["sequence"] == sequence


def test_where_nobody_moves_nobody_is_named(tmp_path):
    done = index(tmp_path, "analyse", *FEW)

    assert done.exit_code == 0, done.output
    [row] = [
        row
        for row in table(tmp_path / "out" / "one_at_a_time.csv")
        if row["option"] == "arithmetic"
    ]
    assert (row["mean_change"], row["most"], row["unit"]) == ("0.0", "0", "NA")


KEEPING = """imputation: [none, mean]
screening: [{units: 0.5}, {units: 0.3}]
"""


def test_who_is_screened_and_how_gaps_are_filled_are_doubted_like_the_rest(tmp_path):
    data = DATA.replace("Huế,HUE,,,", "Huế,HUE,7,,")
    assumptions = write(tmp_path / "a.yaml", KEEPING)

    done = index(tmp_path, "analyse", *FEW, "--assumptions", assumptions, data=data)

    assert done.exit_code == 0, done.output
    rows = table(tmp_path / "out" / "uncertainty.csv")
    assert (rows[4]["uCode"], rows[4]["nominal"]) == ("HUE", "NA")
    assert 0 < int(rows[4]["runs"]) < 50
    assert {row["runs"] for row in rows[:4]} == {"50"}
    assert [row["factor"] for row in table(tmp_path / "out" / "sobol.csv")] == [
        "imputation",
        "screening",
    ]
    told = [row["option"] for row in table(tmp_path / "out" / "one_at_a_time.csv")]
    assert told == ["none", "mean", "units=0.5", "units=0.3"]


def test_an_option_that_no_run_can_take_is_refused_by_its_name(tmp_path):
    assumptions = write(tmp_path / "a.yaml", "imputation: [none, latest_year]\n")
    data = DATA.replace("5,30,5", "5,,5")

    done = index(tmp_path, "analyse", *FEW, "--assumptions", assumptions, data=data)

    assert done.exit_code == 2
    assert (
        "with imputation “latest_year”: there are no earlier years to fill from"
        in done.output
    )


def test_assumptions_that_move_nothing_are_an_answer(tmp_path):
    text = "winmax: [4, 5]\nnormalisation: [{method: min_max}]\n"
    assumptions = write(tmp_path / "a.yaml", text)

    done = index(tmp_path, "analyse", *FEW, "--assumptions", assumptions)

    assert done.exit_code == 0, done.output
    assert "No assumption moves any rank." in done.output
    assert table(tmp_path / "out" / "sobol.csv")[0]["total"] == "NA"
    log = json.loads((tmp_path / "out" / "log.json").read_text(encoding="utf-8"))
    assert log["sensitivity"] == {"kind": "no_variance"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{}", "line 1, column 1: there is no assumption"),
        (
            "weigths: 3",
            "line 1, column 1: “weigths” is no assumption; there are winmax",
        ),
        ("winmax: 3", "line 1, column 9: a list of options belongs here"),
        ("winmax: [1, x]", "line 1, column 13: “x” is no number of points"),
        ("aggregation: [arithmetic, mode]", "column 27: “mode” is no kind of mean"),
        ("normalisation: [{method: min_maxx}]", "line 1, column 26: this is not known"),
        ("weights: [2]", "line 1, column 10: levels and spread belong here"),
        ("weights: {levels: [a]}", "line 1, column 20: “a” is no level"),
        (
            "weights: {levels: [3]}",
            "column 19: no code with a weight is on these levels",
        ),
        ("weights: {levels: [2], spread: 2}", "column 32: 2 is no spread of weights"),
        ("imputation: [mean, mode]", "line 1, column 20: “mode” is not known here"),
        (
            "imputation: [{method: group_mean, group: zone}]",
            "line 1, column 42: there is no column of groups “zone”",
        ),
        ("screening: [{units: 2}]", "line 1, column 21: 2 is out of range"),
    ],
)
def test_assumptions_without_sense_are_refused_at_their_line(tmp_path, text, told):
    assumptions = write(tmp_path / "a.yaml", text)

    done = index(tmp_path, "analyse", *FEW, "--assumptions", assumptions)

    assert done.exit_code == 2
    assert f"a.yaml: {told}" in done.output or told in done.output
    assert "Nothing was written." in done.output
    assert not (tmp_path / "out").exists()


def test_a_recipe_that_refuses_is_refused_as_run_does(tmp_path):
    done = index(tmp_path, "analyse", *FEW, data=DATA.replace("9,10,6", "nine,10,6"))

    assert done.exit_code == 2
    assert "d.csv: row 2, column w: “nine” is no number" in done.output


def test_an_answer_is_not_written_over_what_is_read(tmp_path):
    write(tmp_path / "file", "")

    done = index(tmp_path, "analyse", output="file")
    assert done.exit_code == 2
    assert "file is a file; name a folder." in done.output


@needs_shared("indicators/coinr_asem")
def test_the_asem_index_is_analysed_with_its_published_pillars(tmp_path):
    files = ("--data", ASEM / "asem_idata.csv", "--meta", ASEM / "asem_imeta.csv")

    done = call("analyse", RECIPES / "asem.yaml", *files, "--output", tmp_path / "out")

    assert done.exit_code == 0, done.output
    left = {r["code"]: r for r in table(tmp_path / "out" / "leave_one_out.csv")}
    assert round(float(left["Social"]["mean_change"]), 6) == 3.960784
    assert round(float(left["Instit"]["mean_change"]), 6) == 1.176471
    ranks = {r["uCode"]: r for r in table(tmp_path / "out" / "uncertainty.csv")}
    assert (ranks["VNM"]["nominal"], ranks["VNM"]["runs"]) == ("36", "1000")
    links = {
        (r["first"], r["second"]): r
        for r in table(tmp_path / "out" / "correlations.csv")
    }
    assert round(float(links["Conn", "Index"]["correlation"]), 7) == 0.9397805


# ------------------------------------------------------------------ compare


def two(tmp_path, **changed):
    for name, given in (("a", {}), ("b", changed)):
        done = index(tmp_path, "run", output=name, **given)
        assert done.exit_code == 0, done.output
    return call(
        "compare", tmp_path / "a", tmp_path / "b", "--output", tmp_path / "c.csv"
    )


def test_two_answers_stand_side_by_side(tmp_path):
    done = two(tmp_path, meta=META.replace("2,q,Order,1,1", "2,q,Order,1,0.1"))

    assert done.exit_code == 0, done.output
    rows = table(tmp_path / "c.csv")
    assert list(rows[0]) == [
        "uCode", "before", "after", "change", "rank_before", "rank_after", "risen",
        "common_before", "common_after", "common_risen",
        "p_change", "p_part", "q_change", "q_part", "rest",
    ]  # fmt: skip
    assert {row["uCode"]: (row["rank_before"], row["rank_after"]) for row in rows} == {
        "CTH": ("2", "1"),
        "HPH": ("3", "2"),
        "HNO": ("4", "3"),
        "DNG": ("1", "4"),
        "HUE": ("NA", "NA"),
    }
    for row in rows[:4]:
        parts = float(row["p_part"]) + float(row["q_part"])
        assert parts == pytest.approx(float(row["change"]), abs=1e-9)
        assert float(row["rest"]) == pytest.approx(0, abs=1e-9)
    assert "4 units in both, 4 of them at another rank." in done.output


def test_a_unit_of_one_answer_alone_is_named_and_has_na(tmp_path):
    done = two(tmp_path, data=DATA.replace("Huế,HUE,,,", "Huế,HUE,8,40,2"))

    assert done.exit_code == 0, done.output
    rows = {row["uCode"]: row for row in table(tmp_path / "c.csv")}
    assert (rows["HUE"]["before"], rows["HUE"]["risen"]) == ("NA", "NA")
    assert rows["HUE"]["rank_after"] == "1"
    assert "Only in the later: HUE." in done.output


def test_pillars_have_no_part_in_what_is_no_weighted_mean(tmp_path):
    scaled = RECIPE.replace("lowest: 0", "lowest: 1")
    done = two(tmp_path, recipe=scaled + "aggregate: geometric\n")

    assert done.exit_code == 0, done.output
    row = table(tmp_path / "c.csv")[0]
    assert (row["p_part"], row["rest"]) == ("NA", "NA")
    assert row["p_change"] != "NA"


def test_a_folder_that_is_no_answer_is_refused(tmp_path):
    two(tmp_path)
    (tmp_path / "empty").mkdir()

    def refused(*given):
        done = call("compare", *given, "--output", tmp_path / "new.csv")
        assert done.exit_code == 2
        assert not (tmp_path / "new.csv").exists()
        return done.output

    assert "empty has no scores.csv" in refused(tmp_path / "empty", tmp_path / "b")
    assert "no code of this level" in refused(
        tmp_path / "a", tmp_path / "b", "--level", 3
    )
    scores = tmp_path / "b" / "scores.csv"
    before = scores.read_text(encoding="utf-8")
    write(scores, before.replace("NA", "none", 1))
    assert "scores.csv: row 6, column index: “none” is no number" in refused(
        tmp_path / "a", tmp_path / "b"
    )
    write(scores, before.replace("HPH,", "HNO,", 1))
    assert "“HNO” stands here twice" in refused(tmp_path / "a", tmp_path / "b")
    write(scores, before)
    write(tmp_path / "b" / "log.json", "{}")
    assert "b/log.json does not say which tree" in refused(
        tmp_path / "a", tmp_path / "b"
    )


# ------------------------------------------------------------------ judges


def weigh(tmp_path, verb, text, *more):
    given = write(tmp_path / "in.csv", text)
    return call(verb, given, "--output", tmp_path / "w.csv", *more)


def test_comparisons_give_weights_and_consistency(tmp_path):
    done = weigh(tmp_path, "ahp", "code,a,b,c\na,1,3,5\nb,1/3,1,3\nc,,,\n")

    assert done.exit_code == 0, done.output
    assert [
        (r["code"], round(float(r["weight"]), 3)) for r in table(tmp_path / "w.csv")
    ] == [
        ("a", 0.637),
        ("b", 0.258),
        ("c", 0.105),
    ]
    assert "in.csv: consistency ratio 0.033 (λ 3.0385)." in done.output


def test_several_judges_have_their_own_weights_beside_those_together(tmp_path):
    text = "judge,code,a,b\nAn Lê,a,1,4\nAn Lê,b,0.25,1\nBình,a,1,1\nBình,b,1,1\n"

    done = weigh(tmp_path, "ahp", text)

    assert done.exit_code == 0, done.output
    rows = table(tmp_path / "w.csv")
    assert list(rows[0]) == ["code", "weight", "An Lê", "Bình"]
    assert [float(v) for v in list(rows[0].values())[1:]] == pytest.approx(
        [2 / 3, 0.8, 0.5]
    )
    assert "Together: consistency ratio 0.000" in done.output


CIRCLE = "code,a,b,c\na,1,5,1/5\nb,1/5,1,5\nc,5,1/5,1\n"


def test_contradictions_are_refused_unless_they_are_taken(tmp_path):
    done = weigh(tmp_path, "ahp", CIRCLE)

    assert done.exit_code == 2
    assert (
        "in.csv: row 2, column b: the comparisons contradict each other" in done.output
    )
    assert "(consistency ratio 2.759" in done.output
    assert not (tmp_path / "w.csv").exists()
    taken = weigh(tmp_path, "ahp", CIRCLE, "--accept-inconsistent")
    assert taken.exit_code == 0, taken.output
    assert "Warning: comparisons that contradict each other were taken." in taken.output


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("code,a,b\n", "row 2, column code: there is no comparison; write the"),
        ("name,a,b\nx,1,2\n", "row 1, column code: row 1 lacks this column; add it."),
        ("code,a,b\na,1,x\nb,,1\n", "row 2, column b: this is no number above 0"),
        (
            "code,a,b\na,1,3\nb,1/2,1\n",
            "row 2, column b: a to b is 3, but b to a is 0.5",
        ),
        ("code,a,b\na,2,3\nb,,1\n", "row 2, column a: 2: a thing is as important"),
        ("code,a,b\na,1,-3\nb,1,1\n", "row 2, column b: -3 is no comparison"),
        ("code,a,b\na,1,5000\nb,,1\n", "row 2, column b: 5000 is beyond every scale"),
        (
            "code,a,b\na,1,3\n",
            "row 2, column code: the row of “b” is missing; write it.",
        ),
        ("code,a,b\na,1,3\nz,1,3\n", "row 3, column code: “z” is no column"),
        (
            "code,a,b\na,1,3\na,1,3\n",
            "row 3, column code: the row of “a” stands here twice",
        ),
        (
            "code,a,b\na,1,3\n,1,3\n",
            "row 3, column code: the code is missing; write it.",
        ),
    ],
)
def test_comparisons_that_cannot_stand_are_refused_by_row_and_column(
    tmp_path, text, told
):
    done = weigh(tmp_path, "ahp", text)

    assert done.exit_code == 2
    assert told in done.output
    assert not (tmp_path / "w.csv").exists()


def test_points_give_weights(tmp_path):
    done = weigh(tmp_path, "budget", "expert,a,b\nAn,60,40\nBình,50,50\n")

    assert done.exit_code == 0, done.output
    assert (tmp_path / "w.csv").read_text(encoding="utf-8") == (
        "code,weight,deviation,least,most\n"
        "a,55.0,7.0710678118654755,50.0,60.0\n"
        "b,45.0,7.0710678118654755,40.0,50.0\n"
    )
    assert "2 experts gave points to 2 criteria." in done.output


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "expert,a,b\nAn,60,30\n",
            "row 2, column expert: the points sum to 90; give out 100.",
        ),
        ("expert,a,b\nAn,110,-10\n", "row 2, column b: -10 is below 0"),
        ("expert,a,b\nAn,100,\n", "row 2, column b: this is no number of points"),
        (
            "expert,a,b\nAn,50,50\nAn,40,60\n",
            "row 3, column expert: “An” stands here twice",
        ),
        (
            "expert,a,b\n,50,50\n",
            "row 2, column expert: the name of the expert is missing",
        ),
        ("name,a,b\nAn,50,50\n", "row 1, column expert: row 1 lacks this column"),
    ],
)
def test_points_that_cannot_stand_are_refused_by_row_and_column(tmp_path, text, told):
    done = weigh(tmp_path, "budget", text)

    assert done.exit_code == 2
    assert f"in.csv: {told}" in done.output
    assert not (tmp_path / "w.csv").exists()
