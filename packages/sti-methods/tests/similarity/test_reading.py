from __future__ import annotations

import gzip
import json
from datetime import date

import pytest
from sti_methods.similarity import Problem, Record, Unreadable, read_records


def read(path):
    problems = []
    return read_records(path, problem=problems.append), problems


def test_a_csv_is_read_by_the_names_of_its_columns(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("\ufeffyear;ID;ten;tom_tat\n2020;n1;Lò nung;Đo nhiệt\n", "utf-8")
    assert read(file) == (
        [Record(id="n1", title="Lò nung", abstract="Đo nhiệt", year=2020)],
        [],
    )


def test_broken_rows_are_named_and_the_rest_goes_on(tmp_path):
    file = tmp_path / "a.jsonl.gz"
    rows = [
        json.dumps({"id": "a", "title": "One", "year": "2020-05-01"}),
        "{no json",
        json.dumps(["a", "list"]),
        json.dumps({"title": "without id"}),
        json.dumps({"id": "b"}),
        json.dumps({"id": "a", "title": "again"}),
        "",
        json.dumps({"id": "c", "abstract": "x" * 1_000_000, "year": "soon"}),
        json.dumps({"id": 4, "keywords": ["mill", "kiln"]}),
    ]
    file.write_bytes(gzip.compress("\n".join(rows).encode()))
    records, problems = read(file)
    assert [(r.id, r.year, len(r.abstract), r.keywords) for r in records] == [
        ("a", 2020, 0, ""),
        ("c", None, 200_000, ""),
        ("4", None, 0, "mill\nkiln"),
    ]
    assert problems == [
        Problem(2, "", "no JSON"),
        Problem(3, "", "no object"),
        Problem(4, "", "no id"),
        Problem(5, "b", "neither a title nor an abstract"),
        Problem(6, "a", "the id stands in line 1 already"),
        Problem(8, "c", "abstract: only the first 200,000 characters are compared"),
        Problem(8, "c", "“soon” is no year; compared as if it were not known"),
    ]


def test_other_encodings_are_read_and_said(tmp_path):
    file = tmp_path / "a.csv"
    file.write_bytes(b"id,title\n1,caf\xe9\n2," + "Lò nung".encode() + b"\n")
    records, problems = read(file)
    assert [r.title for r in records] == ["café", "Lò nung"]
    assert problems == [Problem(2, "", "not UTF-8; read as cp1258")]


def test_rows_with_too_many_cells_are_named(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text('id,title\n1,"two\nlines"\n2,b,c\n', "utf-8")
    records, problems = read(file)
    assert [r.title for r in records] == ["two\nlines"]
    assert problems == [Problem(4, "", "3 cells where 2 columns are named")]


def test_a_damaged_archive_keeps_what_came_before(tmp_path):
    file = tmp_path / "a.jsonl.gz"
    rows = "".join(
        json.dumps({"id": n, "title": f"t {n} {n * 7919}"}) + "\n" for n in range(5000)
    )
    whole = gzip.compress(rows.encode())
    file.write_bytes(whole[: len(whole) // 2])
    records, problems = read(file)
    assert 0 < len(records) < 5000
    assert [p.what for p in problems][-1].startswith("the archive is damaged")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "", "a.csv: the file is empty"),
        (
            "a.csv",
            "name\nx\n",
            "a.csv: the first line must name the columns: id, and title or abstract; it names: name",
        ),
        (
            "a.jsonl",
            '{"id": 1}\n',
            "a.jsonl: no row has an id and a title or an abstract",
        ),
        (
            "a.pdf",
            "%PDF-",
            "a.pdf: neither CSV nor JSON Lines by its name (.csv, .tsv, .jsonl, and .gz of these)",
        ),
    ],
)
def test_a_file_with_nothing_useful_is_refused(tmp_path, name, content, said):
    file = tmp_path / name
    file.write_text(content, "utf-8")
    with pytest.raises(Unreadable) as refused:
        read(file)
    assert str(refused.value) == said


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(Unreadable, match="there is no such file"):
        read(tmp_path / "a.csv")


def test_names_time_and_money_are_read_where_they_stand(tmp_path):
    file = tmp_path / "a.jsonl"
    rows = [
        {
            "id": "a",
            "title": "One",
            "pi": "An Nguyen; Binh Le;",
            "org": ["Institute", "Works"],
            "start": "2020-03-01",
            "end": "2021-02-28",
            "amount": 1234.5,
        },
        {
            "id": "b",
            "title": "Two",
            "begins": "05/06/2020",
            "ends": 2021,
            "amount": "N/A",
        },
        {"id": "c", "title": "Three", "kinh_phi": "1.500.000", "ends": "soon"},
        {"id": "d", "title": "Four", "amount": "1,500,000.25", "begins": "1066-10-14"},
        {"id": "e", "title": "Five", "amount": "12 or 13"},
    ]
    file.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    records, problems = read(file)
    assert [
        (r.people, r.organisations, r.begins, r.ends, r.amount) for r in records
    ] == [
        (
            ("An Nguyen", "Binh Le"),
            ("Institute", "Works"),
            date(2020, 3, 1),
            date(2021, 3, 1),
            1234.5,
        ),
        ((), (), 2020, 2021, None),
        ((), (), None, None, 1_500_000.0),
        ((), (), None, None, 1_500_000.25),
        ((), (), None, None, None),
    ]
    assert problems == [
        Problem(5, "e", "“12 or 13” is no amount; compared as if it were not known")
    ]
