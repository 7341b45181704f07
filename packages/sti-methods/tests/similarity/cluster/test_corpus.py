from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sti_methods.similarity import Problem, Record, Unreadable
from sti_methods.similarity.cluster import open_corpus, partition, write_corpus
from sti_methods.similarity.cluster.corpus import read_part

days = st.none() | st.integers(-5, 3000) | st.dates()
words = st.text(
    st.characters(exclude_categories=["Cs"]), max_size=20
)  # half characters cannot be written
given_records = st.lists(
    st.builds(
        Record,
        id=words,
        title=words,
        abstract=words,
        keywords=words,
        year=st.none() | st.integers(1900, 2100),
        begins=days,
        ends=days,
        people=st.lists(words, max_size=3).map(tuple),
        organisations=st.lists(words, max_size=3).map(tuple),
        amount=st.none() | st.floats(allow_nan=False),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda record: record.id,
)


def read(corpus):
    return [r for part in corpus.parts for r in read_part(corpus.folder, part)]


@given(given_records, st.integers(1, 9))
@settings(deadline=None, max_examples=40)
def test_records_come_back_as_they_went_in_and_in_their_order(
    tmp_path_factory, records, rows
):
    folder = tmp_path_factory.mktemp("place") / "corpus"
    corpus = write_corpus(records, folder, rows=rows)
    assert read(corpus) == records
    assert open_corpus(folder) == corpus
    assert [part.records for part in corpus.parts] == [
        min(rows, len(records) - first) for first in range(0, len(records), rows)
    ]


def lines(place, *rows):
    texts = (row if isinstance(row, str) else json.dumps(row) for row in rows)
    place.write_text("\n".join(texts), encoding="utf-8")
    return place


ROWS = [{"id": f"r{n}", "title": f"Work {n}", "start": "2020-03-01"} for n in range(5)]


def test_files_become_one_corpus_and_bad_rows_are_told_with_their_file(tmp_path):
    one = lines(tmp_path / "one.jsonl", *ROWS[:3], "{broken")
    two = lines(tmp_path / "two.jsonl", ROWS[3], ROWS[1], {"id": "empty"}, ROWS[4])
    told, done = [], []
    corpus = partition(
        [one, two],
        tmp_path / "corpus",
        rows=2,
        problem=lambda file, problem: told.append((file.name, problem)),
        done=done.append,
    )
    assert read(corpus) == [
        Record(id=f"r{n}", title=f"Work {n}", begins=date(2020, 3, 1)) for n in range(5)
    ]
    assert done == [2, 4, 5]
    assert told == [
        ("one.jsonl", Problem(4, "", "no JSON")),
        ("two.jsonl", Problem(2, "r1", "the id stands in line 2 of one.jsonl already")),
        ("two.jsonl", Problem(3, "empty", "neither a title nor an abstract")),
    ]


def test_half_a_character_is_written_as_a_question_mark(tmp_path):
    file = tmp_path / "one.jsonl"
    file.write_text(r'{"id": "a", "title": "máy \ud83d nghiền"}', encoding="utf-8")
    corpus = partition([file], tmp_path / "corpus")
    assert read(corpus) == [Record(id="a", title="máy ? nghiền")]


def test_a_folder_that_is_there_is_kept_and_a_failed_one_leaves_nothing(tmp_path):
    one = lines(tmp_path / "one.jsonl", *ROWS)
    corpus = partition([one], tmp_path / "corpus")
    with pytest.raises(Unreadable, match="corpus is there already; name another"):
        partition([one], tmp_path / "corpus")
    assert open_corpus(tmp_path / "corpus") == corpus
    useless = lines(tmp_path / "none.jsonl", "{broken")
    with pytest.raises(Unreadable, match="no row has an id and a title"):
        partition([useless], tmp_path / "other")
    with pytest.raises(ValueError, match="it must be one at least"):
        partition([one], tmp_path / "other", rows=0)
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "corpus",
        "none.jsonl",
        "one.jsonl",
    ]


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        (None, "corpus is no partitioned corpus: it has no corpus.json"),
        ("{", "corpus/corpus.json is damaged"),
        ('{"parts": []}', "corpus/corpus.json is damaged: KeyError"),
        ('{"format": 2}', "corpus has format 2; known here is 1"),
    ],
)
def test_a_folder_that_is_no_corpus_is_refused(tmp_path, manifest, said):
    folder = tmp_path / "corpus"
    folder.mkdir()
    if manifest is not None:
        (folder / "corpus.json").write_text(manifest, encoding="utf-8")
    with pytest.raises(Unreadable, match=said):
        open_corpus(folder)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"file": "../../secret.parquet"}, "is no name of a partition"),
        ({"file": "part-0000\0.parquet"}, "is no name of a partition"),
        ({"records": -3}, "part-00000.parquet has -3 records"),
        ({"records": 2.5}, "part-00000.parquet has 2.5 records"),
        ({"records": 7}, "its partitions have 9 records"),
    ],
)
def test_a_manifest_that_somebody_changed_is_refused(tmp_path, changed, said):
    place = tmp_path / "corpus" / "corpus.json"
    partition([lines(tmp_path / "one.jsonl", *ROWS)], tmp_path / "corpus", rows=2)
    told = json.loads(place.read_text("utf-8"))
    told["parts"] = [told["parts"][0] | changed, told["parts"][1]]
    told["records"] = 4
    place.write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(Unreadable) as refused:
        open_corpus(tmp_path / "corpus")
    assert said in str(refused.value)
    assert "corpus/corpus.json is damaged" in str(refused.value)


def test_a_manifest_without_partitions_is_refused(tmp_path):
    folder = tmp_path / "corpus"
    folder.mkdir()
    manifest = {"format": 1, "records": 0, "parts": []}
    (folder / "corpus.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(Unreadable, match="its partitions have 0 records"):
        open_corpus(folder)


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(Unreadable, match="none: there is no such folder"):
        open_corpus(tmp_path / "none")
