from __future__ import annotations

import csv
import json

import pytest
from click.testing import CliRunner
from django.utils import translation
from sti_methods.embeddings import Encoder

from opensti.console.overlap import overlap as command
from tests.factories.sentence_models import need_libraries, sentence_model

MILL = (
    "Wireless sensors measure the vibration of bearings in a cement mill and warn early"
)
KILN = (
    "Bricks of rice husk ash are fired in a kiln and tested for strength in wet weather"
)
CORPUS = [
    {"id": "a", "title": "Early warning for mills", "abstract": MILL, "year": 2018},
    {"id": "b", "title": "Bricks", "abstract": KILN, "year": 2019},
    {"id": "c", "title": "Warning of cement mill faults", "year": 2017},
    {"id": "d", "title": "Mills warned", "abstract": MILL, "year": 2023},
]
QUERY = {
    "id": "q",
    "title": "Mill warning",
    "abstract": f"{MILL} in time",
    "year": 2020,
}


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def files(tmp_path):
    def written(name, rows):
        file = tmp_path / name
        lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
        file.write_text("\n".join(lines), encoding="utf-8")
        return str(file)

    return written


def opensti(*arguments):
    return CliRunner().invoke(command, arguments)


def table(place):
    with place.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_each_query_gets_the_records_most_like_it_by_group(files, tmp_path):
    out = tmp_path / "out.csv"
    corpus, queries = files("c.jsonl", CORPUS), files("q.jsonl", [QUERY, CORPUS[1]])
    done = opensti("rank", corpus, queries, "--top", "2", "--output", str(out))
    assert done.exit_code == 0, done.output
    rows = table(out)
    assert list(rows[0]) == ["query", "group", "rank", "match", "score", "probability"]
    assert [(r["query"], r["group"], r["rank"], r["match"]) for r in rows[:3]] == [
        ("q", "full", "1", "d"),
        ("q", "full", "2", "a"),
        ("q", "title", "1", "c"),
    ]
    assert "b" not in {r["match"] for r in rows if r["query"] == "b"}
    assert not out.with_suffix(".errors.csv").exists()


def test_later_records_and_improbable_ones_are_left_out_when_asked(files, tmp_path):
    out = tmp_path / "out.csv"
    corpus, queries = files("c.jsonl", CORPUS), files("q.jsonl", [QUERY])
    asked = ("rank", corpus, queries, "--output", str(out), "--not-after-query-year")
    assert opensti(*asked).exit_code == 0
    everything = table(out)
    assert "d" not in {r["match"] for r in everything}
    assert opensti(*asked, "--threshold", "0.5").exit_code == 0
    probable = [r for r in everything if float(r["probability"]) >= 0.5]
    assert 0 < len(probable) < len(everything)
    assert table(out) == probable


def test_broken_rows_stand_in_an_error_file_and_the_rest_goes_on(files, tmp_path):
    out = tmp_path / "out.csv"
    corpus = files("c.jsonl", [*CORPUS, "{broken", CORPUS[0]])
    done = opensti("rank", corpus, files("q.jsonl", [QUERY]), "--output", str(out))
    assert done.exit_code == 0
    assert "2 remarks on the files" in done.stderr
    assert table(tmp_path / "out.errors.csv") == [
        {"file": "c.jsonl", "line": "5", "id": "", "problem": "no JSON"},
        {
            "file": "c.jsonl",
            "line": "6",
            "id": "a",
            "problem": "the id stands in line 1 already",
        },
    ]
    assert len({r["match"] for r in table(out)}) == 4


def test_a_useless_file_is_refused_and_nothing_is_written(files, tmp_path):
    out = tmp_path / "out.csv"
    out.write_text("kept", encoding="utf-8")
    corpus = files("c.jsonl", ["{broken"])
    done = opensti("rank", corpus, files("q.jsonl", [QUERY]), "--output", str(out))
    assert done.exit_code == 1
    assert "no row has an id and a title or an abstract" in done.stderr
    assert out.read_text(encoding="utf-8") == "kept"
    assert not list(tmp_path.glob(".*part"))


def test_pairs_lists_each_record_s_nearest(files, tmp_path):
    out = tmp_path / "out.csv"
    done = opensti(
        "pairs", files("c.jsonl", CORPUS), "--top", "1", "--output", str(out)
    )
    assert done.exit_code == 0, done.output
    near = {r["id"]: r["match"] for r in table(out)}
    assert (near["a"], near["d"]) == ("d", "a")
    assert set(near) == {"a", "b", "c", "d"}
    rough = tmp_path / "rough.csv"
    done = opensti(
        "pairs", files("c.jsonl", CORPUS), "--top", "1", "--approximate",
        "--output", str(rough),
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert table(rough) == table(out)  # among four, all are candidates


@pytest.mark.parametrize(
    ("name", "told"),
    [("=1+1", "'=1+1"), ("-1+1|x", "'-1+1|x"), ("-12", "-12"), ("a\ud83d", "a?")],
)
def test_a_cell_that_a_spreadsheet_would_run_is_quoted(files, tmp_path, name, told):
    out = tmp_path / "out.csv"
    corpus = files("c.jsonl", [{**CORPUS[0], "id": name}, CORPUS[1]])
    done = opensti("rank", corpus, files("q.jsonl", [QUERY]), "--output", str(out))
    assert done.exit_code == 0, done.output
    assert told in {r["match"] for r in table(out)}


def test_half_a_character_is_told_as_a_question_mark(files):
    title = CORPUS[0]["title"] + " \ud83d"
    done = explain(files, corpus=[{**CORPUS[0], "title": title}, CORPUS[1]])
    assert done.exit_code == 0, done.output
    assert CORPUS[0]["title"] + " ?" in done.output


def explain(files, *more, corpus=CORPUS, query="q", match="a"):
    where = files("c.jsonl", corpus), files("q.jsonl", [QUERY, CORPUS[1]])
    return opensti("explain", *where, "--query", query, "--match", match, *more)


def test_an_explanation_is_told_in_words(files):
    corpus = [{**CORPUS[0], "amount": "1,500,000"}, *CORPUS[1:]]
    done = explain(files, corpus=corpus)
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[:3] == [
        "Query: q  Mill warning",
        "Match: a  Early warning for mills",
        "Kind: continuation",
    ]
    assert (
        "        abstract: [Wireless] [sensors] [measure] the [vibration] of [bearings] in a "
        "[cement] [mill] and [warn] [early]"
    ) in lines
    assert "  Time: years from match to query: 2" in lines
    assert "  Money: query ?, match 1,500,000" in lines
    score = next(line for line in lines if line.startswith("Probability"))
    added = lines[lines.index("What makes up the score") + 1 :]
    total = sum(float(line.split()[0]) for line in added)
    assert f"score {total:.4f}"[:-1] in score
    assert "Building the index" not in done.stdout


def test_an_explanation_speaks_vietnamese(files):
    with translation.override("vi"):
        done = explain(files)
    assert "Loại: nối tiếp" in done.stdout.splitlines()


def test_an_explanation_for_programs_is_json_and_agrees_with_rank(files, tmp_path):
    out = tmp_path / "out.csv"
    done = explain(files, "--json", "--not-after-query-year")
    told = json.loads(done.stdout)
    assert explain(files, "--json", "--not-after-query-year").stdout == done.stdout
    where = str(tmp_path / "c.jsonl"), str(tmp_path / "q.jsonl")
    opensti("rank", *where, "--output", str(out), "--not-after-query-year")
    row = next(r for r in table(out) if (r["query"], r["match"]) == ("q", "a"))
    assert row == {
        "query": told["query"],
        "group": told["group"],
        "rank": str(told["rank"]),
        "match": told["match"],
        "score": f"{told['score']:.6f}",
        "probability": f"{told['probability']:.6f}",
    }


@pytest.mark.parametrize(
    ("query", "match", "said"),
    [
        ("x", "a", "q.jsonl has no record “x”."),
        ("q", "x", "c.jsonl has no record “x”."),
        ("b", "b", "“b” is the query itself; name another match."),
    ],
)
def test_an_explanation_of_what_is_not_there_is_refused(files, query, match, said):
    done = explain(files, query=query, match=match)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == f"Error: {said}\n"


def test_remarks_on_the_files_of_an_explanation_go_to_the_error_output(files):
    done = explain(files, "--json", corpus=[*CORPUS, "{broken"])
    assert json.loads(done.stdout)["match"] == "a"
    assert (
        "1 remark on the files; opensti overlap rank writes them down." in done.stderr
    )


def test_with_terms_records_of_the_other_language_are_found_and_told(files, tmp_path):
    out, terms = tmp_path / "out.csv", tmp_path / "terms.csv"
    terms.write_text("vi,en\nđộ rung,vibration\nxi măng,cement\nmáy nghiền,mill\n,x\n")
    asked = {"id": "v", "title": "Đo độ rung ổ lăn của máy nghiền xi măng"}
    corpus, queries = files("c.jsonl", CORPUS), files("q.jsonl", [asked])
    given = (corpus, queries, "--terms", str(terms))
    done = opensti("rank", *given, "--top", "1", "--output", str(out))
    assert done.exit_code == 0, done.output
    assert [(r["group"], r["match"], r["across"]) for r in table(out)] == [
        ("full", "d", "yes"),
        ("title", "c", "yes"),
    ]
    assert [
        (r["file"], r["line"], r["problem"])
        for r in table(out.with_suffix(".errors.csv"))
    ] == [("terms.csv", "5", "no term in Vietnamese")]
    told = opensti("explain", *given, "--query", "v", "--match", "c")
    assert "Found across languages, through terms:" in told.output
    assert "  máy nghiền = mill\n  xi măng = cement\n" in told.output


def test_the_shipped_terms_can_be_asked_for_and_a_missing_file_is_named(
    files, tmp_path
):
    out = tmp_path / "out.csv"
    asked = {"id": "v", "title": "Gạch không nung từ tro trấu và lò nung"}
    given = (files("c.jsonl", CORPUS), files("q.jsonl", [asked]), "--output", str(out))
    assert opensti("rank", *given, "--top", "1", "--terms", "shipped").exit_code == 0
    assert ("b", "yes") in {(r["match"], r["across"]) for r in table(out)}
    refused = opensti("rank", *given, "--terms", str(tmp_path / "none.csv"))
    assert refused.exit_code == 1
    assert "none.csv: there is no such file" in refused.output


SAME_MEANING = [
    {"id": "far", "title": "Early plan", "abstract": "paddy kiln warning block brick stops paddy oven dry furnace rice"},
    {"id": "near", "title": "Early plan", "abstract": "mill cement sensor vibration early plan for a bit of the season"},
]  # fmt: skip
IN_OTHER_WORDS = {
    "id": "q",
    "title": "Timely warning",
    "abstract": "grinder binder probe shaking timely warning of stops in the dry season",
}


def test_with_a_model_the_same_meaning_comes_first_and_the_model_is_named(
    files, tmp_path
):
    model = str(sentence_model(tmp_path / "concepts"))
    corpus, queries = files("c.jsonl", SAME_MEANING), files("q.jsonl", [IN_OTHER_WORDS])
    words, meant = tmp_path / "words.csv", tmp_path / "meant.csv"
    kept = tmp_path / "vectors.sqlite3"
    plain = opensti("rank", corpus, queries, "--output", str(words))
    done = opensti(
        "rank", corpus, queries, "--output", str(meant),
        "--model", model, "--vectors", str(kept),
    )  # fmt: skip
    assert [plain.exit_code, done.exit_code] == [0, 0], done.output
    assert [row["match"] for row in table(words)] == ["far", "near"]
    assert [row["match"] for row in table(meant)] == ["near", "far"]
    assert table(words)[0].keys() == table(meant)[0].keys()
    digest = Encoder(model).digest[:12]
    said = f"Words, and meaning by the model concepts ({digest})\n"
    assert "Words only; no model\n" in plain.stderr
    assert said in done.stderr
    first = meant.read_bytes()
    opensti("rank", corpus, queries, "--output", str(meant), "--model", model, "--vectors", str(kept))  # fmt: skip
    assert meant.read_bytes() == first


def test_an_explanation_names_the_model_and_its_measure(files, tmp_path):
    model = str(sentence_model(tmp_path / "concepts"))
    given = (
        "explain", files("c.jsonl", SAME_MEANING), files("q.jsonl", [IN_OTHER_WORDS]),
        "--query", "q", "--match", "near", "--model", model,
    )  # fmt: skip
    told = json.loads(opensti(*given, "--json").stdout)
    assert told["meaning"] == {
        "model": "concepts",
        "digest": Encoder(model).digest,
        "query_cut": False,
        "match_cut": False,
    }
    assert sum(f["contribution"] for f in told["features"]) == told["score"]
    value = next(f["value"] for f in told["features"] if f["name"] == "meaning")
    said = opensti(*given)
    assert f"  meaning (model concepts) {value:.6f}\n" in said.stdout


def test_a_model_that_cannot_be_used_is_refused_before_anything_is_written(
    files, tmp_path
):
    need_libraries()
    out = tmp_path / "out.csv"
    given = ("rank", files("c.jsonl", CORPUS), files("q.jsonl", [QUERY]), "--output", str(out))  # fmt: skip
    folder = tmp_path / "nowhere"
    done = opensti(*given, "--model", str(folder))
    assert (done.exit_code, out.exists()) == (1, False)
    assert done.stderr == (
        f"Error: {folder}: there is no such folder; name the folder of a sentence model\n"
    )
    alone = opensti(*given, "--vectors", str(tmp_path / "v"))
    assert (alone.exit_code, out.exists()) == (2, False)
    assert "--vectors needs --model." in alone.stderr
