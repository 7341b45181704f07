from __future__ import annotations

import csv
import gzip
import json

import pytest
from click.testing import CliRunner
from django.utils import translation
from openpyxl import Workbook

from opensti.console.imports import imports
from opensti.domains.registry.models import ImportRun, Organisation, Person
from tests.shared import SHARED, needs_shared

pytestmark = pytest.mark.django_db
ROR = "linkage/tables/ror_vn_194_records.json"
CSV = "Mã;Tên tổ chức;MST;Trực thuộc\n1;Viện Cơ khí;0100109106;\n2;Phòng Hàn;;1\n3;;;\n"


def run(*arguments: object):
    return CliRunner().invoke(imports, [str(a) for a in arguments])


def table(folder, text=CSV, name="to-chuc.csv", encoding="utf-8"):
    file = folder / name
    file.write_bytes(text.encode(encoding))
    return file


def answer(result):
    return json.loads(result.stdout.splitlines()[-1])


def counts(result):
    found = answer(result)
    return [found[k] for k in ("rows", "created", "changed", "unchanged", "refused")]


@needs_shared(ROR)
def test_ror_brings_all_194_in_and_twice_doubles_nothing():
    file = SHARED / "data" / ROR
    first, second = run("ror", file, "--json"), run("ror", file, "--json")
    assert (first.exit_code, counts(first)) == (0, [194, 194, 0, 0, 0])
    assert (second.exit_code, counts(second)) == (0, [194, 0, 0, 194, 0])
    assert Organisation.objects.count() == 194
    assert answer(first)["links_outside"] == 21
    # No provinces are coded in this registry: every place is told, none is lost.
    assert len(answer(first)["without_province"]) == 194


@needs_shared(ROR)
def test_ror_says_what_was_left_out(tmp_path):
    records = json.loads((SHARED / "data" / ROR).read_text(encoding="utf-8"))
    file = tmp_path / "one.json"
    file.write_text(
        json.dumps([r for r in records if r["id"].endswith("00g2j5111")]),
        encoding="utf-8",
    )
    with translation.override("en"):
        said = run("ror", file).stdout.splitlines()
    assert said[-3:] == [
        "1 created, 0 changed, 0 as before, 0 refused.",
        "2 links to organisations outside the file were left out.",
        (
            "1 without a province, because no code of the registry fits the place (it stands "
            "as the address): Ho Chi Minh City."
        ),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_csv_is_read_in_any_usual_encoding_and_refused_rows_are_named(
    tmp_path, encoding
):
    errors = tmp_path / "errors.csv"
    result = run(
        "organisations",
        table(tmp_path, encoding=encoding),
        "--errors",
        errors,
        "--json",
    )
    assert (result.exit_code, counts(result)) == (1, [3, 2, 0, 0, 1])
    with errors.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert [(line["row"], line["key"]) for line in lines] == [("4", "3")]
    assert Organisation.objects.get(name_vi="Phòng Hàn").parent.tax_code == "0100109106"


def test_the_error_file_once_mended_brings_in_what_was_missing(tmp_path):
    errors = tmp_path / "errors.csv"
    run("organisations", table(tmp_path), "--source", "x", "--errors", errors)
    text = errors.read_text(encoding="utf-8-sig").replace("4,3,,", "4,3,Viện Ba,")
    result = run(
        "organisations", table(tmp_path, text, "mended.csv"), "--source", "x", "--json"
    )
    assert (result.exit_code, counts(result)) == (0, [1, 1, 0, 0, 0])


def test_a_workbook_is_read_and_columns_are_matched_by_hand(tmp_path):
    book = Workbook()
    book.active.append(["Người", "Hòm thư", "Sinh"])
    book.active.append(["Lê Văn An", "an@example.vn", 1980])
    book.active.append([None, None, None])
    file = tmp_path / "people.xlsx"
    book.save(file)
    refused = run("people", file)
    assert (refused.exit_code, Person.objects.count()) == (2, 0)
    assert "--map full_name=" in refused.stderr
    options = ("--map", "full_name=Người", "--map", "email=Hòm thư")
    result = run("people", file, *options, "--map", "birth_year=Sinh", "--json")
    assert (result.exit_code, counts(result)) == (0, [1, 1, 0, 0, 0])
    assert list(Person.objects.values_list("full_name", "email", "birth_year")) == [
        ("Lê Văn An", "an@example.vn", 1980)
    ]


def test_preview_and_dry_run_write_nothing(tmp_path):
    file = table(tmp_path)
    shown = run("organisations", file, "--preview", "--json")
    assert [row["name_vi"] for row in answer(shown)] == ["Viện Cơ khí", "Phòng Hàn", ""]
    dry = run("organisations", file, "--dry-run", "--json")
    assert counts(dry) == [3, 2, 0, 0, 1]
    assert Organisation.objects.count() == 0
    assert ImportRun.objects.get().dry_run


def test_json_lines_may_be_packed(tmp_path):
    file = tmp_path / "works.jsonl.gz"
    with gzip.open(file, "wt", encoding="utf-8") as out:
        out.write('{"title": "Về máy", "year": 2020}\n\n{"title": "Về thép"}\n')
    assert counts(run("works", file, "--json")) == [2, 2, 0, 0, 0]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", b"not a workbook"),
        ("a.pdf", b"%PDF-1.7"),
        ("a.csv", b""),
        ("a.csv", b"\xff\xfe\x00"),
        ("a.jsonl", b""),
        ("a.csv", b"name\n"),
        ("a.csv.gz", b"not packed"),
    ],
)
def test_what_is_no_table_is_refused_with_the_way_to_mend_it(tmp_path, name, content):
    file = tmp_path / name
    file.write_bytes(content)
    result = run("organisations", file, "--json")
    assert result.exit_code == 2
    assert answer(result)["mend"]
    assert Organisation.objects.count() == 0


def test_a_line_that_is_no_json_is_a_refused_row(tmp_path):
    file = tmp_path / "a.jsonl"
    file.write_text('{"title": "A"}\n{broken\n[1]\n', encoding="utf-8")
    result = run("works", file, "--json", "--errors", tmp_path / "e.csv")
    assert (result.exit_code, counts(result)) == (1, [3, 1, 0, 0, 2])


@pytest.mark.parametrize("content", [b"{", b"[1]", b'{"items": [{"name": "x"}]}'])
def test_ror_refuses_what_holds_no_ror_records(tmp_path, content):
    file = tmp_path / "ror.json"
    file.write_bytes(content)
    assert run("ror", file).exit_code == 2
