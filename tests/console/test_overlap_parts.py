from __future__ import annotations

import json
import sys

import pytest
import sti_methods.similarity.cluster  # noqa: F401 -- there to be taken away
from click.testing import CliRunner
from django.utils import translation
from sti_methods import similarity

from opensti.console.overlap import overlap as command

ROWS = [
    {
        "id": f"{thing} {n}",
        "title": f"Study {n} of {thing}",
        "abstract": f"The work measures {thing} in {n} plants and trains {n} of their staff",
        "year": 2010 + n,
    }
    for n in range(4)
    for thing in ("mills", "kilns", "dust")
]


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def corpus(tmp_path):
    file = tmp_path / "corpus.jsonl"
    rows = [json.dumps(row) for row in ROWS]
    file.write_text("\n".join([*rows, "{broken"]), encoding="utf-8")
    return file


def opensti(*arguments):
    return CliRunner().invoke(command, [str(each) for each in arguments])


@pytest.fixture
def folder(corpus, tmp_path):
    done = opensti("partition", corpus, "--output", tmp_path / "parts", "--rows", 5)
    assert done.exit_code == 0, done.output
    return tmp_path / "parts"


def test_a_corpus_becomes_a_folder_and_bad_rows_an_error_file(corpus, tmp_path):
    out = tmp_path / "parts"
    done = opensti("partition", corpus, "--output", out, "--rows", 5)
    assert done.exit_code == 0, done.output
    assert done.stdout == f"12 records in 3 partitions: {out}\n"
    assert "Writing partitions: 12\n" in done.stderr
    assert f"1 remark on the files: {tmp_path / 'parts.errors.csv'}" in done.stderr
    assert (tmp_path / "parts.errors.csv").read_text(encoding="utf-8") == (
        "file,line,id,problem\ncorpus.jsonl,13,,no JSON\n"
    )
    manifest = json.loads((out / "corpus.json").read_text(encoding="utf-8"))
    assert [part["records"] for part in manifest["parts"]] == [5, 5, 2]
    again = opensti("partition", corpus, "--output", out)
    assert again.exit_code == 1
    assert "parts is there already; name another folder" in again.stderr


@pytest.mark.parametrize(
    "asked",
    [
        ("rank", "{corpus}", "--not-after-query-year", "--threshold", "0.01"),
        ("rank", "{corpus}", "--top", "2", "--terms", "shipped"),
        ("pairs", "--top", "3"),
    ],
)
def test_a_folder_is_answered_as_its_file_is(asked, corpus, folder, tmp_path):
    told = []
    for where, out in ((corpus, tmp_path / "a.csv"), (folder, tmp_path / "b.csv")):
        name, *more = (each.format(corpus=corpus) for each in asked)
        done = opensti(name, where, *more, "--output", out, "--json")
        assert done.exit_code == 0, done.output
        told.append((out.read_bytes(), json.loads(done.stdout)))
    (whole, about_file), (parted, about_folder) = told
    assert parted == whole
    counts = {"queries", "matches", "pairs", "records", "method"}
    assert {k: v for k, v in about_folder.items() if k in counts} == {
        k: v for k, v in about_file.items() if k in counts
    }
    assert (about_folder["partitions"], about_folder["workers"]) == (3, 1)
    assert len(about_folder["corpus"]) == 64


def test_what_cannot_be_compared_is_refused_and_nothing_is_written(
    corpus, folder, tmp_path, monkeypatch
):
    out = tmp_path / "out.csv"

    def said(*arguments):
        done = opensti(*arguments, "--output", out)
        assert done.exit_code == 1
        assert not out.exists()
        return done.stderr

    (tmp_path / "empty").mkdir()
    assert "empty is no partitioned corpus" in said("rank", tmp_path / "empty", corpus)
    assert "is compared exactly; leave out --approximate" in said(
        "pairs", folder, "--approximate"
    )
    part = folder / "part-00001.parquet"
    kept = part.read_bytes()
    part.write_bytes(kept[:-1] + b"x")
    assert "parts/part-00001.parquet was altered" in said("rank", folder, corpus)
    part.write_bytes(kept)
    monkeypatch.setenv("DASK_SCHEDULER_ADDRESS", "nowhere at all")
    assert "no scheduler answers at nowhere at all" in said("pairs", folder)


def test_what_to_install_is_said_where_the_extra_is_missing(
    corpus, tmp_path, monkeypatch
):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    for name in list(sys.modules):
        if name.startswith("sti_methods.similarity.cluster"):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr(similarity, "cluster")
    done = opensti("partition", corpus, "--output", tmp_path / "parts")
    assert done.exit_code == 1
    assert 'pip install "sti-methods[cluster]" (or "opensti[cluster]")' in done.stderr
