from __future__ import annotations

import csv
import gzip
import json

import pytest
from click.testing import CliRunner
from django.utils import translation

from opensti.console.experts import experts as command
from tests.factories.sentence_models import sentence_model

MILL = {"id": "mill", "title": "Vibration of cement mills", "abstract": "Bearings."}
KILN = {"id": "kiln", "title": "Bricks of the kiln", "abstract": ""}
EXPERTS = [
    {
        "id": "grinder",
        "publications": [
            {"id": "1", "title": "Cement mills", "abstract": "Wear.", "year": 2020},
            {"id": "2", "title": "Vibration of bearings", "year": 2010},
        ],
    },
    {"id": "burner", "publications": [{"id": "1", "title": "Kiln of bricks"}]},
    {"id": "new", "keywords": ["bricks"]},
]


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def files(tmp_path):
    def written(name, *rows):
        data = "".join(f"{json.dumps(row)}\n" for row in rows).encode()
        file = tmp_path / name
        file.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return str(file)

    return written


@pytest.fixture
def given(files):
    return files("p.jsonl", MILL, KILN), files("e.jsonl", *EXPERTS)


def opensti(*arguments):
    return CliRunner().invoke(command, ["rank", *arguments])


def table(place):
    with place.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_experts_of_each_proposal_come_best_first(given, tmp_path):
    place = tmp_path / "o.csv"
    ran = opensti(*given, "--output", str(place), "--json")
    assert ran.exit_code == 0
    rows = table(place)
    assert [(row["expert"], row["proposal"]) for row in rows] == [
        ("grinder", "mill"),
        ("burner", "kiln"),
        ("new", "kiln"),
    ]
    assert all(0 < float(row["score"]) < 1 for row in rows)
    assert json.loads(ran.stdout) == {
        "method": "expertise 1",
        "model": None,
        "experts": 3,
        "experts_without_works": 1,
        "proposals": 2,
        "scores": 3,
        "output": str(place),
    }
    assert "1 experts have no work" in ran.stderr


def test_packed_files_give_the_same(given, files, tmp_path):
    packed = files("p.jsonl.gz", MILL, KILN), files("e.jsonl.gz", *EXPERTS)
    one, two = tmp_path / "1.csv", tmp_path / "2.csv"
    for place, some in ((one, given), (two, packed)):
        assert opensti(*some, "--output", str(place)).exit_code == 0
    assert one.read_bytes() == two.read_bytes()


def test_named_pairs_are_all_written_in_their_order(given, tmp_path):
    pairs, place = tmp_path / "pairs.csv", tmp_path / "o.csv"
    pairs.write_text("expert,proposal\nnew,mill\ngrinder,mill\n")
    assert opensti(*given, "--output", str(place), "--pairs", str(pairs)).exit_code == 0
    rows = table(place)
    assert [(row["expert"], row["proposal"]) for row in rows] == [
        ("new", "mill"),
        ("grinder", "mill"),
    ]
    assert (float(rows[0]["score"]), float(rows[1]["score"]) > 0) == (0, True)


def test_no_more_than_the_best_are_written_where_that_is_asked(given, tmp_path):
    place = tmp_path / "o.csv"
    assert opensti(*given, "--output", str(place), "--top", "1").exit_code == 0
    assert [row["expert"] for row in table(place)] == ["grinder", "burner"]


def test_older_works_count_less_with_a_half_life(given, tmp_path):
    def score(*more):
        place = tmp_path / "o.csv"
        assert opensti(*given, "--output", str(place), *more).exit_code == 0
        return float(table(place)[0]["score"])

    assert score("--half-life", "5", "--year", "2026") < score()


def test_a_model_is_named_and_finds_other_words(files, tmp_path):
    folder = sentence_model(tmp_path / "small")
    given = (
        files("p.jsonl", {"id": "p", "title": "mill cement"}),
        files("e.jsonl", {"id": "e", "publications": [{"id": 1, "title": "grinder"}]}),
    )
    place = tmp_path / "o.csv"
    ran = opensti(*given, "--output", str(place), "--model", str(folder))
    assert ran.exit_code == 0
    assert "meaning by the model small" in ran.stderr
    assert [row["expert"] for row in table(place)] == ["e"]


def test_a_list_of_terms_joins_the_languages(files, tmp_path):
    given = (
        files("p.jsonl", {"id": "p", "title": "Rung động của máy nghiền xi măng"}),
        files("e.jsonl", *EXPERTS),
    )
    place = tmp_path / "o.csv"
    assert opensti(*given, "--output", str(place)).exit_code == 0
    assert table(place) == []
    assert opensti(*given, "--output", str(place), "--terms", "shipped").exit_code == 0
    assert table(place)[0]["expert"] == "grinder"


def test_a_bad_line_is_refused_and_the_old_output_stays(given, files, tmp_path):
    place = tmp_path / "o.csv"
    place.write_text("as it was")
    bad = files("bad.jsonl", EXPERTS[0], {"id": "x", "publications": 3})
    ran = opensti(given[0], bad, "--output", str(place))
    assert (ran.exit_code, ran.stderr) == (
        1,
        "Error: bad.jsonl, line 2, publications: this is no list\n",
    )
    assert place.read_text() == "as it was"
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "bad.jsonl",
        "e.jsonl",
        "o.csv",
        "p.jsonl",
    ]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--half-life", "5"], "--half-life and --year need each other."),
        (["--vectors", "v.sqlite"], "--vectors needs --model."),
        (["--top", "1", "--pairs", "PAIRS"], "--top and --pairs exclude each other."),
    ],
)
def test_options_that_make_no_sense_together_are_refused(given, tmp_path, more, said):
    pairs = tmp_path / "pairs.csv"
    pairs.write_text("expert,proposal\n")
    more = [str(pairs) if each == "PAIRS" else each for each in more]
    ran = opensti(*given, "--output", str(tmp_path / "o.csv"), *more)
    assert ran.exit_code == 2
    assert said in ran.stderr
