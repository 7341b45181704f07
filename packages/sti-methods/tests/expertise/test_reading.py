from __future__ import annotations

import gzip
import json

import pytest
from sti_methods.expertise import (
    DECLARED,
    REVIEW,
    Bad,
    Expert,
    Piece,
    Proposal,
    read_experts,
    read_pairs,
    read_proposals,
)

GOOD = {
    "id": "e1",
    "publications": [{"id": 7, "title": "Mills", "abstract": None, "year": "2020"}],
    "reviews": [{"id": "r", "title": "Kilns"}],
    "keywords": ["cement", "xi măng"],
    "fields": "materials",
}


def written(folder, *lines, name="file.jsonl"):
    place = folder / name
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    data = "".join(f"{text}\n" for text in texts).encode()
    place.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return place


def refusal(read, place, **more):
    with pytest.raises(Bad) as caught:
        read(place, **more)
    return str(caught.value)


@pytest.mark.parametrize("name", ["experts.jsonl", "experts.jsonl.gz"])
def test_experts_are_read_with_all_they_are_known_by(tmp_path, name):
    assert read_experts(written(tmp_path, GOOD, "", {"id": 2}, name=name)) == [
        Expert(
            id="e1",
            pieces=(
                Piece(id="7", title="Mills", year=2020),
                Piece(id="r", title="Kilns", kind=REVIEW),
                Piece(id=DECLARED, title="cement; xi măng\nmaterials", kind=DECLARED),
            ),
        ),
        Expert(id="2"),
    ]


def test_proposals_are_read(tmp_path):
    place = written(tmp_path, {"id": "p", "title": " Kiln ", "abstract": "Heat."})
    assert read_proposals(place) == [Proposal(id="p", title="Kiln", abstract="Heat.")]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "file.jsonl, line 2: this is no JSON; one object a line is"),
        ([1], "file.jsonl, line 2: this is no object in braces"),
        ({}, "file.jsonl, line 2, id: an id is a text or a whole number"),
        ({"id": " "}, "file.jsonl, line 2, id: an id is a text or a whole number"),
        ({"id": "e1"}, "file.jsonl, line 2, id: “e1” stands in line 1 already"),
        (
            {"id": "x" * 201},
            "file.jsonl, line 2, id: more than 200 characters",
        ),
        (
            {"id": "e", "publications": {}},
            "file.jsonl, line 2, publications: this is no list",
        ),
        (
            {"id": "e", "publications": ["Mills"]},
            "file.jsonl, line 2, publications 1: this is no object in braces",
        ),
        (
            {"id": "e", "publications": [{"title": "no id"}]},
            "file.jsonl, line 2, publications 1, id: an id is a text or a whole number",
        ),
        (
            {"id": "e", "publications": [{"id": 1, "title": 3}]},
            "file.jsonl, line 2, publications 1, title: this is no text",
        ),
        (
            {"id": "e", "reviews": [{"id": 1, "year": "soon"}]},
            "file.jsonl, line 2, reviews 1, year: “soon” is no year",
        ),
        (
            {"id": "e", "keywords": [1]},
            "file.jsonl, line 2, keywords: not all of the list are texts",
        ),
    ],
)
def test_the_first_fault_of_experts_is_named_by_line_and_field(tmp_path, line, said):
    assert refusal(read_experts, written(tmp_path, GOOD, line)) == said


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "file.jsonl: there is nothing in it"),
        (
            [{"id": 1, "title": ""}],
            "file.jsonl, line 1, title and abstract: the proposal has neither",
        ),
        (
            [{"id": 1, "title": ["a"]}],
            "file.jsonl, line 1, title: this is no text",
        ),
    ],
)
def test_faults_of_proposals_are_named(tmp_path, lines, said):
    assert refusal(read_proposals, written(tmp_path, *lines)) == said


def test_files_that_are_none_are_named(tmp_path):
    assert refusal(read_experts, tmp_path / "none.jsonl") == (
        "none.jsonl: there is no such file"
    )
    (tmp_path / "latin.jsonl").write_bytes(b'{"id": 1}\n{"id": "\xe9"}\n')
    assert refusal(read_experts, tmp_path / "latin.jsonl") == (
        "latin.jsonl, line 2: the line is not in UTF-8"
    )
    (tmp_path / "cut.jsonl.gz").write_bytes(gzip.compress(b'{"id": 1}\n')[:-6])
    assert "the archive is damaged" in refusal(read_experts, tmp_path / "cut.jsonl.gz")


PAIRS = {"experts": {"e1", "e2"}, "proposals": {"p"}}


def test_pairs_are_read_in_their_order(tmp_path):
    place = written(tmp_path, "proposal,expert", "p,e2", "p,e1", name="pairs.csv")
    assert read_pairs(place, **PAIRS) == [("e2", "p"), ("e1", "p")]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            ["a,b"],
            "pairs.csv, line 1: the first line must name the columns expert and proposal",
        ),
        (["expert,proposal"], "pairs.csv: there is no pair in it"),
        (
            ["expert,proposal", "e1,q"],
            "pairs.csv, line 2, proposal: there is no proposal “q”",
        ),
        (
            ["expert,proposal", "e1"],
            "pairs.csv, line 2, proposal: there is no proposal “”",
        ),
        (
            ["expert,proposal", "e1,p,1"],
            "pairs.csv, line 2: more cells than there are columns",
        ),
        (
            ["expert,proposal", "e1,p", "e1,p"],
            "pairs.csv, line 3: the pair stands in line 2 already",
        ),
    ],
)
def test_faults_of_pairs_are_named_by_row_and_column(tmp_path, rows, said):
    assert refusal(read_pairs, written(tmp_path, *rows, name="pairs.csv"), **PAIRS) == (
        said
    )
