"""``opensti survey`` on files: tables out, refusals by row and column, the same bytes again."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import yaml
from click.testing import CliRunner
from django.conf import settings
from django.utils import translation
from sti_methods.survey import Organisation, Wave, recommend

from opensti.console.survey import survey
from opensti.console.survey_rules import read_questions, read_rules

SHIPPED = Path(settings.BASE_DIR) / "frameworks"
FRAMEWORK = """
framework: {code: small, edition: "1"}
roles: [{code: mgr}, {code: all}]
items:
  - {code: A1, clause: "5"}
  - {code: A2, clause: "5", mandatory: true}
  - {code: A3, clause: "5", weight: 2}
"""
RULES = """
recommendations: {code: r, edition: "1", framework: small, title_vi: v, title_en: e}
barriers: [{code: money, vi: v, en: e}]
programmes: [{code: course, kind: training, seats: 2, per_coach: 10, vi: v, en: e}]
rules:
  - {code: R1, level: organisation, when: "item(A1) < 3 and barrier(money) >= 4", programme: course, vi: v, en: e}
  - {code: R2, level: gate, when: "n < 30", vi: "v,w", en: e}
"""
FRAME = """economy,size,sector,organisations,deviation
vn,small,x,100,1.5
vn,large,x,10,0.5
la,small,x,80,1
"""
HEAD = "organisation,respondent,economy,size,sector,consent,role,minutes,A1,A2,A3,barrier_money,colour"


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def answers():
    chance = np.random.default_rng(2)
    lines = []
    for place, n in (("vn,small,x", 12), ("vn,large,x", 4), ("la,small,x", 8)):
        for k in range(n):
            f = chance.normal(2.5, 1)
            said = np.clip(np.round(f + chance.normal(0, 0.5, 3)), 0, 5).astype(int)
            lines.append(f"{place[:2]}{place[3]}{k},r,{place},yes,mgr,20,{','.join(map(str, said))},{4 + k % 2},red")  # fmt: skip
    return lines


def run(
    place, *more, lines=None, frame=FRAME, framework=FRAMEWORK, rules=RULES, head=HEAD
):
    for name, text in (
        ("responses.csv", "\n".join([head, *(answers() if lines is None else lines)])),
        ("frame.csv", frame),
        ("small.yaml", framework),
        ("rules.yaml", rules),
    ):
        (place / name).write_text(text, encoding="utf-8")
    given = ["--framework", "small.yaml", "--frame", "frame.csv", "--rules", "rules.yaml", "--output", "out"]  # fmt: skip
    given = [str(place / one) if "." in one or one == "out" else one for one in given]
    return CliRunner().invoke(
        survey,
        ["analyse", str(place / "responses.csv"), *given, "--runs", "100", *more],
    )


def table(place, name):
    with (place / "out" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_wave_is_told_with_small_cells_kept_back_and_who_is_who_apart(tmp_path):
    done = run(tmp_path)
    assert done.exit_code == 0, done.output
    assert done.output.splitlines()[:2] == [
        "24 of 24 answers kept; 24 organisations in 2 economies.",
        "Columns left aside: colour",
    ]
    cells = {(c["economy"], c["by"], c["group"], c["measure"], c["key"]): c for c in table(tmp_path, "public/cells.csv")}  # fmt: skip
    large = cells["vn", "size", "large", "clause", "5"]
    assert (large["kept_back"], large["n"], large["mean"]) == ("suppressed", "", "")
    assert cells["vn", "size", "small", "clause", "5"]["kept_back"] == "suppressed"
    assert cells["vn", "", "", "clause", "5"]["n"] == "16"
    named = [f"{name}{k}" for name, n in (("vn,s", 12), ("vn,l", 4), ("la,s", 8)) for k in range(n)]  # fmt: skip
    public = "".join(p.read_text(encoding="utf-8") for p in (tmp_path / "out/public").iterdir())  # fmt: skip
    assert not [one for one in named if one[:2] + one[3:] in public]
    assert [(g["economy"], g["verdict"], g["why"]) for g in table(tmp_path, "public/reliability.csv")] == [
        ("la", "indicative", "few_units"),
        ("vn", "indicative", "few_units"),
    ]  # fmt: skip
    assert [(f["rule"], f["economy"], f["causes"], f["vi"]) for f in table(tmp_path, "public/findings.csv")] == [
        ("R2", "la", "n < 30: 8", "v,w"),
        ("R2", "vn", "n < 30: 16", "v,w"),
    ]  # fmt: skip
    told = json.loads((tmp_path / "out/internal/survey.json").read_text(encoding="utf-8"))  # fmt: skip
    assert (told["answers"], told["kept"], told["settings"]["seed"]) == (24, 24, 0)
    assert sum(float(w["weight"]) for w in table(tmp_path, "internal/weights.csv")) == pytest.approx(190, abs=1e-4)  # fmt: skip


def test_the_same_files_give_the_same_bytes_and_another_seed_others(tmp_path):
    first = run(tmp_path).output
    kept = {p: p.read_bytes() for p in (tmp_path / "out").rglob("*.*")}
    assert run(tmp_path).output == first
    assert {p: p.read_bytes() for p in (tmp_path / "out").rglob("*.*")} == kept
    assert run(tmp_path, "--seed", "1").output != first


def test_excluded_answers_are_told_by_row_with_their_reasons(tmp_path):
    lines = answers()
    lines[0] = lines[0].replace(",yes,", ",no,")
    lines[1] = lines[1].replace(",20,", ",5,")
    lines.append(lines[2])
    assert run(tmp_path, lines=lines).exit_code == 0
    assert [(e["row"], e["reasons"]) for e in table(tmp_path, "internal/exclusions.csv")] == [
        ("2", "no_consent"),
        ("3", "quick"),
        ("26", "twice"),
    ]  # fmt: skip


def test_budgets_are_told_where_there_are_prices(tmp_path):
    (tmp_path / "prices.csv").write_text("programme,currency,seat,coach,fixed\ncourse,USD,100,1000,\n")  # fmt: skip
    done = run(tmp_path, "--prices", str(tmp_path / "prices.csv"))
    assert done.exit_code == 0, done.output
    for need in table(tmp_path, "internal/needs.csv"):
        assert float(need["budget"]) == 100 * int(need["seats"]) + 1000 * int(need["coaches"])  # fmt: skip
        assert (need["currency"], int(need["seats"])) == ("USD", int(np.ceil(2 * float(need["organisations"]) - 1e-6)))  # fmt: skip


ROW = "o1,r,vn,small,x,yes,mgr,20,1,2,3,4,red"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"lines": [ROW.replace(",1,2,", ",7,2,")]}, "responses.csv: row 2, column A1: “7” is not from 0 to 5."),
        ({"lines": [ROW.replace(",1,2,", ",x,2,")]}, "responses.csv: row 2, column A1: “x” is no number"),
        ({"lines": [ROW.replace("small", "tiny")]}, "responses.csv: row 2, column size: “tiny” is no size"),
        ({"lines": [ROW.replace("yes", "perhaps")]}, "responses.csv: row 2, column consent: “perhaps” is neither yes nor no."),
        ({"lines": [ROW.replace("mgr", "boss")]}, "responses.csv: row 2, column role: “boss” is no role; write one of all, mgr."),
        ({"lines": [ROW.replace(",x,", ",z,")]}, "responses.csv: row 2, column sector: the frame has no organisation of vn, small, z."),
        ({"lines": [ROW, ROW.replace("small", "large")]}, "responses.csv: row 3, column economy: row 2 places this organisation in another economy, size or sector."),
        ({"lines": [ROW, ROW.replace("o1", "o2")], "frame": FRAME.replace(",100,", ",1,")}, "frame.csv: row 2, column organisations: 2 organisations answered, 1 there are."),
        ({"frame": FRAME.replace(",100,", ",many,")}, "frame.csv: row 2, column organisations: “many” is no whole number"),
        ({"lines": [ROW.replace("yes", "no")]}, "responses.csv: no answer is left after cleaning."),
        ({"lines": []}, "responses.csv: row 2, column organisation: there is no row below row 1."),
        ({"head": HEAD.replace("A1,A2,A3", "B1,B2,B3")}, "fewer than two columns are items of the framework."),
        ({"framework": "framework: {code: small}\n"}, "small.yaml: items: this is no framework"),
        ({"framework": FRAMEWORK.replace("code: A2", "code: A1")}, "small.yaml: items[A1]: this item stands twice"),
        ({"rules": RULES.replace("item(A1)", "item(Z9)")}, "rules.yaml: rules[R1].when: letter 6, “Z9”: this is no clause, item, role or barrier here."),
        ({"rules": RULES.replace("programme: course", "programme: trip")}, "rules.yaml: rules[R1].programme: there is no programme “trip”."),
        ({"rules": RULES.replace("level: gate", "level: world")}, "rules.yaml: rules[R2].level: “world” is no level"),
        ({"rules": RULES.replace("framework: small", "framework: other")}, "these rules are for “other”, the questions are “small”."),
        ({"rules": RULES.replace("per_coach: 10", "per_coach: 0")}, "rules.yaml: programmes[course]: seats are 0 or more"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_by_its_place_and_nothing_is_written(tmp_path, given, said):  # fmt: skip
    done = run(tmp_path, **given)
    assert done.exit_code == 2
    assert said in done.output
    assert not (tmp_path / "out").exists()


def test_a_sample_is_spread_over_the_strata(tmp_path):
    (tmp_path / "frame.csv").write_text(FRAME, encoding="utf-8")
    given = ["allocate", str(tmp_path / "frame.csv"), "--output", str(tmp_path / "plan.csv")]  # fmt: skip
    done = CliRunner().invoke(survey, [*given, "--sample", "30"])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "plan.csv").read_text(encoding="utf-8").splitlines() == [
        "economy,size,sector,organisations,sample,weight",
        "vn,small,x,100,18,5.555556",
        "vn,large,x,10,2,5.000000",
        "la,small,x,80,10,8.000000",
    ]
    CliRunner().invoke(survey, [*given, "--sample", "8", "--way", "equal", "--each-economy"])  # fmt: skip
    plan = (tmp_path / "plan.csv").read_text(encoding="utf-8").splitlines()
    assert [line.split(",")[4] for line in plan[1:]] == ["4", "4", "8"]
    few = CliRunner().invoke(survey, [*given, "--sample", "3"])
    assert (few.exit_code, "3 are too few for 3 strata of 2" in few.output) == (2, True)
    (tmp_path / "frame.csv").write_text(FRAME.replace("100,1.5", "100,"), encoding="utf-8")  # fmt: skip
    bare = CliRunner().invoke(survey, [*given, "--sample", "30"])
    assert "frame.csv: row 2, column deviation: the deviation is missing" in bare.output


# A case for each shipped rule on organisations: what it must speak of.
CASES = {
    "R01": {"clauses": {"5": 1.9}, "importance": {"5": 4.0}},
    "R02": {"items": {"C04": 3.0, "L04": 1.0}},
    "R04": {"clauses": {"8": 1.0, "5": 3.0}},
    "R05": {"items": {"O05": 1.0}, "size": "medium"},
    "R06": {"items": {"S12": 1.0}, "knowledge": 2.0},
    "R07": {"items": {"S11": 1.0}},
    "R08": {"items": {"C07": 1.0}, "barriers": {"partners": 4.0}},
    "R09": {"items": {"E01": 1.0}},
    "R10": {"items": {"E04": 2.0, "E05": 2.9, "I02": 1.0, "C01": 3.0, "O01": 4.0}},
    "R11": {"readiness": 90.0, "majors": 0.0},
    "R12": {"items": {"S04": 2.9}, "barriers": {"money": 5.0}},
    "R13": {"size": "small", "overall": 1.4},
    "R14": {"overall": 3.5},
    "R17": {"by_role": {("C06", "mgr"): 3.0, ("C06", "all"): 1.9}, "items": {"C06": 2.5}},
    "R18": {"clauses": {"8": 3.5}, "results": 0.2},
}  # fmt: skip


def test_each_shipped_rule_speaks_of_its_case_and_of_no_answer_at_all():
    asked = read_questions(SHIPPED / "innovation.yaml")
    rules = read_rules(SHIPPED / "recommendations" / "innovation.yaml", asked)
    assert [r.code for r in rules.rules] == [f"R{n:02}" for n in range(1, 19)]
    firms = [
        Organisation(name=code, economy="vn", stratum="s", **case)
        for code, case in CASES.items()
    ]
    silent = Organisation(name="silent", economy="vn", stratum="s")
    found = recommend(rules.rules, Wave(organisations=[*firms, silent]))
    spoken = {(one.rule, one.of) for one in found if one.level == "organisation"}
    assert {(code, code) for code in CASES} <= spoken
    assert "silent" not in {of for _rule, of in spoken}


def test_shipped_texts_stand_in_both_languages():
    said = yaml.safe_load((SHIPPED / "recommendations" / "innovation.yaml").read_text(encoding="utf-8"))  # fmt: skip
    both = [*said["barriers"], *said["programmes"], *said["rules"]]
    assert not [one["code"] for one in both if not one["vi"] or not one["en"] or one["vi"] == one["en"]]  # fmt: skip
