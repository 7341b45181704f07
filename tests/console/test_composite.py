from __future__ import annotations

import ast
import csv
import json
import math
import re
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.utils import translation
from openpyxl import Workbook
from sti_methods.composite.finding import REFUSED

from opensti.console import composite_files
from opensti.console.composite import composite as command
from opensti.domains.strategies.queries.index_words import FAULTS
from tests.shared import SHARED, needs_shared

STEPS = (
    "aggregating", "bands", "denominating", "elements", "expectation", "finding", "imputing", "judged",
    "normalising", "pipeline", "prepared", "reading", "recipe", "screening", "tables",
    "treating", "tree",
)  # fmt: skip
RECIPES = Path(__file__).parents[2] / "recipes"
ASEM = SHARED / "data" / "indicators" / "coinr_asem"
DATA = """uName,uCode,region,w,x,y
Hà Nội,HNO,north,1,10,6
Hải Phòng,HPH,north,,30,5
Đà Nẵng,DNG,south,3,20,4
Cần Thơ,CTH,south,4,50,3
"""
META = """Level,iCode,iName,Direction,Weight,Unit,Target,Denominator,Parent,Type
1,w,Patents,1,1,,,,p,Indicator
1,x,Staff,1,3,,,,p,Indicator
1,y,Delay,-1,1,,,,q,Indicator
2,p,Capacity,1,1,,,,index,Aggregate
2,q,Order,1,1,,,,index,Aggregate
3,index,Index,1,1,,,,,Aggregate
,region,Region,,,,,,,Group
"""
RECIPE = """name: small
impute: {method: group_mean, group: region}
normalise: {method: min_max, lowest: 0, highest: 100}
"""


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def call(place, verb="run", *, recipe=RECIPE, data=DATA, meta=META, output="out"):
    for name, text in (("r.yaml", recipe), ("d.csv", data), ("m.csv", meta)):
        (place / name).write_text(text, encoding="utf-8")
    given = [verb, str(place / "r.yaml"), "--data", str(place / "d.csv")]
    given += ["--meta", str(place / "m.csv")]
    if verb == "run":
        given += ["--output", str(place / output)]
    return CliRunner().invoke(command, given)


def table(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def refused(place, done):
    """The lines of the refusal; nothing may have been written."""
    assert done.exit_code == 2, done.output
    assert done.stdout == ""
    assert sorted(p.name for p in place.iterdir()) == ["d.csv", "m.csv", "r.yaml"]
    first, *lines = done.stderr.splitlines()
    assert first == "Error: Nothing was written."
    return lines


def test_an_index_is_written_with_ranks_and_log(tmp_path):
    done = call(tmp_path)
    out = tmp_path / "out"

    assert done.exit_code == 0, done.output
    assert sorted(p.name for p in out.iterdir()) == [
        "log.json",
        "ranks.csv",
        "scores.csv",
    ]
    assert table(out / "scores.csv")[1] == {
        "uCode": "HPH", "index": "35.416666666666664", "p": "37.5",
        "q": "33.33333333333333", "w": "0.0", "x": "50.0", "y": "33.33333333333333",
    }  # fmt: skip
    assert [(r["uCode"], r["index"], r["w"]) for r in table(out / "ranks.csv")] == [
        ("HNO", "4", "3"),
        ("HPH", "3", "3"),
        ("DNG", "2", "2"),
        ("CTH", "1", "1"),
    ]
    log = json.loads((out / "log.json").read_text(encoding="utf-8"))
    assert [step["step"] for step in log["steps"]] == [
        "leave_out", "denominate", "screen", "impute", "weigh", "treat", "normalise",
        "aggregate", "aggregate", "rank",
    ]  # fmt: skip
    assert log["steps"][3]["cells"] == {"w": ["HPH"]}
    assert log["effective_weights"]["x"] == 0.375
    assert log["inputs"]["data"]["file"] == "d.csv"
    assert done.stdout.splitlines()[:2] == [
        "4 units, 3 indicators, 3 aggregates.",
        "1 of 1 missing values filled.",
    ]


def test_the_same_files_give_the_same_bytes(tmp_path):
    call(tmp_path, output="one")
    call(tmp_path, output="two")

    for name in ("scores.csv", "ranks.csv", "log.json"):
        assert (tmp_path / "one" / name).read_bytes() == (
            tmp_path / "two" / name
        ).read_bytes()


def test_check_tries_every_step_and_writes_nothing(tmp_path):
    done = call(tmp_path, "check")

    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[-1] == "Nothing is wrong with recipe and tables."
    assert not (tmp_path / "out").exists()


def test_a_workbook_says_the_same_as_a_csv(tmp_path):
    call(tmp_path, output="csv")
    paths = []
    for name, text in (("d", DATA), ("m", META)):
        book = Workbook()
        for row in csv.reader(text.splitlines()):
            book.active.append([_cell(cell) for cell in row])
        paths.append(tmp_path / f"{name}.xlsx")
        book.save(paths[-1])
    done = CliRunner().invoke(
        command,
        ["run", str(tmp_path / "r.yaml"), "--data", str(paths[0]), "--meta", str(paths[1]),
         "--output", str(tmp_path / "xlsx")],
    )  # fmt: skip

    assert done.exit_code == 0, done.output
    for name in ("scores.csv", "ranks.csv"):
        assert (tmp_path / "xlsx" / name).read_bytes() == (
            tmp_path / "csv" / name
        ).read_bytes()


def _cell(cell):
    try:
        return float(cell)
    except ValueError:
        return cell or None


def test_faults_of_all_three_files_are_said_at_once_with_row_and_column(tmp_path):
    done = call(
        tmp_path,
        recipe=RECIPE + "normalize: z\ntreat:\n",
        data=DATA.replace("3,20,4", '"1,5",20,4').replace("CTH", "HNO"),
        meta=META.replace("Delay,-1", "Delay,up").replace(
            "p,Indicator", "u,Indicator", 1
        ),
    )

    assert refused(tmp_path, done) == [
        "r.yaml: line 4, column 1: normalize: this is not known here; is it “normalise”?",
        (
            "r.yaml: line 5, column 1: treat: this is named but says nothing, and no step is "
            "skipped in silence; fill it in or delete the line."
        ),
        (
            "m.csv: row 4, column Direction: “up” is no direction; write 1 where more is "
            "better, -1 where less is."
        ),
        "m.csv: row 2, column Parent: no aggregate has the code “u”; write one that has.",
        (
            "d.csv: row 4, column w: “1,5” is no number; write it as 1234.5, and leave the "
            "cell empty where nothing is known."
        ),
        "d.csv: row 5, column uCode: “HNO” stands in row 2 already; leave one of the two out.",
    ]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"recipe": RECIPE + "aggregate: geometric\n"},
         ("d.csv: row 2, column w: HNO has 0 in “w”: a geometric mean needs more than 0; "
         "normalise from 1 to 100, or take the arithmetic mean.")),
        ({"meta": META.replace("Staff,1,3", "Staff,1,")},
         "m.csv: row 3, column Weight: “x” has no weight (given); write it, 0 for none."),
        ({"data": DATA.replace(",10,6", ",50,6").replace(",30,", ",50,").replace(",20,", ",50,")},
         ("m.csv: row 3, column iCode: “x” is 50 everywhere: min_max cannot tell units apart; "
         "leave it out.")),
        ({"data": DATA.replace("north,1,", "north,,")},
         ("m.csv: row 2, column iCode: “w” has no value in the group “north” to fill HNO, HPH "
         "from; take another group, or leave it out.")),
        ({"recipe": RECIPE.replace("region", "zone")},
         ("r.yaml: line 2, column 30: impute.group: there is no column of groups “zone”; "
         "there are: region.")),
        ({"recipe": "normalise: distance_to_target\nimpute: mean\n"},
         "m.csv: row 2, column Target: “w” has no target; write it."),
        ({"recipe": "screen: {units: 1}\n",
          "data": DATA.replace(",10,6", ",,6").replace(",20,4", ",,4")},
         ("r.yaml: line 1, column 10: screen.units: only 1 units have 1 of the data; ask for "
         "less, or leave thin indicators out.")),
        ({"recipe": "year: 2030\n"},
         ("r.yaml: line 1, column 1: year: no row is of the year 2030 (there are: -); correct "
         "it, or add the rows.")),
        ({"recipe": "impute: latest_year\n"},
         ("d.csv: row 1, column Time: there are no earlier years to fill from; add their rows, "
         "or impute otherwise.")),
        ({"meta": META.replace(",index,Aggregate", ",,Aggregate", 1)},
         "m.csv: row 5, column Parent: “p” has no parent; write the code of the aggregate above."),
    ],
)  # fmt: skip
def test_each_refusal_stands_at_its_place(tmp_path, change, line):
    assert refused(tmp_path, call(tmp_path, **change))[0] == line


@pytest.mark.parametrize(
    "text",
    ["name: [a\nb: c\n", "name: a\n\ttreat: b\n", "!x name: a\n", "a: &b 1\nc: *b\n"],
)
def test_a_recipe_that_is_no_plain_yaml_is_refused_by_line(tmp_path, text):
    done = call(tmp_path, recipe=text)

    assert refused(tmp_path, done)[0].startswith("r.yaml: line ")


def test_a_country_called_no_stays_a_code(tmp_path):
    done = call(
        tmp_path,
        recipe="impute: mean\nweights: mine\nweight_sets: {mine: {NO: 1, x: 3, y: 1, p: 1, q: 1}}\n",
        data=DATA.replace(",w,", ",NO,"),
        meta=META.replace("1,w,", "1,NO,"),
    )

    assert done.exit_code == 0, done.output
    assert table(tmp_path / "out" / "ranks.csv")[0]["NO"] == "4"


def test_a_unit_that_left_is_shown_as_na_never_as_nothing(tmp_path):
    done = call(tmp_path, recipe="screen: {units: 0.9}\n")
    scores, ranks = (table(tmp_path / "out" / f"{n}.csv") for n in ("scores", "ranks"))

    assert done.exit_code == 0, done.output
    assert set(scores[1].values()) == set(ranks[1].values()) == {"HPH", "NA"}
    assert [r["index"] for r in ranks] == ["3", "NA", "2", "1"]
    assert "1 unit left for want of data: HPH." in done.stdout


def test_an_earlier_answer_is_replaced_and_files_of_others_stay(tmp_path):
    call(tmp_path)
    (tmp_path / "out" / "notes.txt").write_text("mine", encoding="utf-8")
    done = call(tmp_path, recipe=RECIPE.replace("100", "10"))

    assert done.exit_code == 0, done.output
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
        "log.json", "notes.txt", "ranks.csv", "scores.csv",
    ]  # fmt: skip
    assert table(tmp_path / "out" / "scores.csv")[3]["index"] == "10.0"


def test_a_failure_while_writing_leaves_what_was_there(tmp_path, monkeypatch):
    call(tmp_path)
    before = {p.name: p.read_bytes() for p in (tmp_path / "out").iterdir()}

    def broken(value):
        raise OSError(value)

    monkeypatch.setattr(composite_files, "_rank", broken)
    done = call(tmp_path, recipe=RECIPE.replace("100", "10"))

    assert isinstance(done.exception, OSError)
    assert {p.name: p.read_bytes() for p in (tmp_path / "out").iterdir()} == before
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "d.csv",
        "m.csv",
        "out",
        "r.yaml",
    ]


def test_a_file_is_not_taken_for_a_folder_and_no_input_is_overwritten(tmp_path):
    assert call(tmp_path, output="d.csv").exit_code == 2
    assert (tmp_path / "d.csv").read_text(encoding="utf-8") == DATA
    (tmp_path / "out").mkdir()
    own = tmp_path / "out" / "scores.csv"
    own.write_text(DATA, encoding="utf-8")
    done = CliRunner().invoke(
        command,
        ["run", str(tmp_path / "r.yaml"), "--data", str(own), "--meta",
         str(tmp_path / "m.csv"), "--output", str(tmp_path / "out")],
    )  # fmt: skip

    assert done.exit_code == 2
    assert own.read_text(encoding="utf-8") == DATA


def test_every_refusal_of_the_method_has_its_words():
    said = set()
    for name in STEPS:
        module = import_module(f"sti_methods.composite.{name}")
        tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
        for call_ in (n for n in ast.walk(tree) if isinstance(n, ast.Call)):
            called = getattr(call_.func, "id", getattr(call_.func, "attr", ""))
            if called in {"Unfit", "fault"}:
                said |= {
                    a.value
                    for a in ast.walk(call_.args[0])
                    if isinstance(a, ast.Constant) and a.value != "Indicator"
                }

    # Asked for by programs only: a recipe cannot say such a thing.
    said |= {*REFUSED.values()}
    assert said - {"change", "weight_shape", "weight_unknown"} == FAULTS.keys() - {
        "recipe_near"
    }


# ------------------------------------------------------------------ shipped recipes

CRITERIA = [("DIR", "GR1", 1), *((f"R{n}", "GR2", 1) for n in range(1, 5)),
            *((f"O{n}", "GR3", 1) for n in range(1, 6))]  # fmt: skip


def evaluation(levels):
    head = "Level,iCode,iName,Direction,Weight,Parent,Type\n"
    meta = head + "".join(f"1,{c},{c},1,{w},{p},Indicator\n" for c, p, w in CRITERIA)
    for code, weight in (("GR1", 10), ("GR2", 30), ("GR3", 60)):
        meta += f"2,{code},{code},1,{weight},EV,Aggregate\n"
    meta += "3,EV,Evaluation,1,1,,Aggregate\n"
    data = "uCode," + ",".join(c for c, _p, _w in CRITERIA) + "\n"
    for unit, cells in levels.items():
        data += f"{unit}," + ",".join(map(str, cells)) + "\n"
    return data, meta


def test_organisations_are_evaluated_by_ten_thirty_sixty_with_bands(tmp_path):
    data, meta = evaluation(
        {
            "best": [5] * 10,
            "mixed": [5, 4, 4, 4, 4, 3, 3, 3, 3, 3],
            "border": [5, 5, 5, 5, 5, 2, 2, 2, 3, 3],
            "least": [1] * 10,
        }
    )
    recipe = (RECIPES / "organisation_evaluation.yaml").read_text(encoding="utf-8")
    done = call(tmp_path, recipe=recipe, data=data, meta=meta)

    assert done.exit_code == 0, done.output
    scores = {
        r["uCode"]: float(r["EV"]) for r in table(tmp_path / "out" / "scores.csv")
    }
    assert scores == pytest.approx(
        {"best": 5, "mixed": 3.5, "border": 3.44, "least": 1}
    )
    assert {r["uCode"]: r["EV"] for r in table(tmp_path / "out" / "bands.csv")} == {
        "best": "xuat_sac", "mixed": "kha", "border": "kha", "least": "kem",
    }  # fmt: skip


def test_an_organisation_without_one_level_has_no_score_and_no_band(tmp_path):
    data, meta = evaluation({"a": [5] * 10, "b": [3] * 9 + [""], "c": [2] * 10})
    recipe = (RECIPES / "organisation_evaluation.yaml").read_text(encoding="utf-8")
    call(tmp_path, recipe=recipe, data=data, meta=meta)

    assert [r["EV"] for r in table(tmp_path / "out" / "bands.csv")] == [
        "xuat_sac",
        "NA",
        "trung_binh",
    ]
    assert [r["EV"] for r in table(tmp_path / "out" / "ranks.csv")] == ["1", "NA", "2"]


def test_provinces_are_filled_from_their_latest_year(tmp_path):
    years = DATA.replace("uCode,", "uCode,Time,").replace("HNO,", "HNO,2025,")
    for code in ("HPH", "DNG", "CTH"):
        years = years.replace(f"{code},", f"{code},2025,")
    years += "Hải Phòng,HPH,2024,north,2,29,5\n"
    recipe = (RECIPES / "province_innovation.yaml").read_text(encoding="utf-8")
    done = call(tmp_path, recipe=recipe, data=years)

    assert done.exit_code == 0, done.output
    log = json.loads((tmp_path / "out" / "log.json").read_text(encoding="utf-8"))
    impute = next(step for step in log["steps"] if step["step"] == "impute")
    assert impute["notes"] == {"w": "HPH 2024"}
    assert float(table(tmp_path / "out" / "scores.csv")[1]["w"]) == pytest.approx(
        100 / 3
    )


@pytest.mark.parametrize("language", ["", ".vi"])
def test_what_the_handbook_shows_can_be_run(tmp_path, language):
    name = f"make-a-composite-index{language}.md"
    page = RECIPES.parent / "docs" / "howto" / name
    blocks = re.findall(
        r"```\w*\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL
    )
    data, meta, recipe, *_commands = blocks
    done = call(tmp_path, recipe=recipe, data=data, meta=meta)

    assert done.exit_code == 0, done.output
    assert [r["index"] for r in table(tmp_path / "out" / "ranks.csv")] == [
        "4",
        "3",
        "2",
        "1",
    ]


def test_what_is_wrong_is_said_in_vietnamese(tmp_path):
    with translation.override("vi"):
        done = call(tmp_path, recipe=RECIPE + "aggregate: geometric\n")

    assert done.stderr.splitlines()[1] == (
        "d.csv: dòng 2, cột w: HNO có giá trị 0 ở “w”: trung bình geometric cần số lớn hơn 0; "
        "hãy chuẩn hoá từ 1 đến 100, hoặc dùng trung bình cộng."
    )


@needs_shared("indicators/coinr_asem")
def test_the_shipped_asem_recipe_gives_the_published_index(tmp_path):
    out = tmp_path / "deep" / "out"
    done = CliRunner().invoke(
        command,
        ["run", str(RECIPES / "asem.yaml"), "--data", str(ASEM / "asem_idata.csv"),
         "--meta", str(ASEM / "asem_imeta.csv"), "--output", str(out)],
    )  # fmt: skip
    published = {
        row["UnitCode"]: row
        for row in table(ASEM / "published_asem_coin_object_aggregates.csv")
    }
    scores = table(out / "scores.csv")

    assert done.exit_code == 0, done.output
    assert (len(scores), len(scores[0])) == (51, 61)
    for row in scores:
        for code, value in published[row["uCode"]].items():
            if code not in {"UnitCode", "UnitName"}:
                assert math.isclose(float(row[code]), float(value), abs_tol=1e-7)
