from __future__ import annotations

import json
import shutil
from dataclasses import replace
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sti_methods.similarity import (
    VERSION,
    Index,
    Record,
    Term,
    TermList,
    Unreadable,
    pairs,
)
from sti_methods.similarity.cluster import (
    PartedIndex,
    Unreachable,
    building,
    crossing,
    index,
    open_corpus,
    workers,
    write_corpus,
)
from sti_methods.similarity.cluster.workers import Here

WORDS = [
    *("bearing", "vibration", "cement", "mill", "sensor", "furnace", "kiln", "dust"),
    *("máy", "nghiền", "rung", "của", "và", "trong", "được"),
]
TERMS = TermList(
    [
        Term("máy nghiền", "mill"),
        Term("rung", "vibration"),
        Term("xi măng", "cement"),
    ]
)
texts = st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join)


@st.composite
def corpora(draw):
    drawn = draw(
        st.lists(
            st.tuples(texts, texts, st.none() | st.integers(2000, 2005)),
            min_size=1,
            max_size=14,
        )
    )
    return [
        Record(id=f"r{n}", title=t, abstract=a, year=y)
        for n, (t, a, y) in enumerate(drawn)
    ]


@pytest.fixture(autouse=True)
def _small_steps(monkeypatch):
    """Let a few records fill several blocks, batches, joins and stretches."""
    monkeypatch.setattr(crossing, "BLOCK", 4)
    monkeypatch.setattr(index, "BATCH", 3)
    monkeypatch.setattr(index, "FAN_IN", 2)
    monkeypatch.setattr(building, "STRETCH", 1000)


@given(
    corpora(),
    st.integers(1, 14),
    st.integers(1, 11),
    st.sampled_from([None, TERMS]),
)
@settings(
    deadline=None,
    max_examples=12,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.function_scoped_fixture,
    ],
)
def test_however_a_corpus_is_parted_it_answers_as_one_index_to_the_last_bit(
    records, rows, top, terms
):
    whole = Index(records, terms=terms)
    queries = [
        *records,
        *(replace(record, id=f"asked {record.id}") for record in records),
    ]
    with TemporaryDirectory() as place, workers() as staff:
        corpus = write_corpus(records, f"{place}/corpus", rows=rows)
        parted = PartedIndex.of(corpus, staff)
        answers = parted.rank(
            queries, top=top, latest=lambda query: query.year, terms=terms
        )
        assert list(answers) == [
            (query, whole.rank(query, top=top, not_after=query.year))
            for query in queries
        ]
        assert list(parted.pairs(top=top)) == list(pairs(whole, top=top))


RECORDS = [
    Record(
        id=f"r{n}", title=f"{a} {b}", abstract=f"{b} of the {a} and {c} in a {a} " * 3
    )
    for n, (a, b, c) in enumerate(
        (a, b, c)
        for a in ("mill", "kiln", "bearing")
        for b in ("dust", "sensor", "rung")
        for c in ("cement", "furnace")
    )
]
FOUND = [(query, Index(RECORDS).rank(query)) for query in RECORDS]


@pytest.fixture
def corpus(tmp_path):
    return write_corpus(RECORDS, tmp_path / "corpus", rows=5)


def asked(corpus):
    with workers() as staff:
        return list(PartedIndex.of(corpus, staff).rank(RECORDS))


def test_an_index_is_built_once_and_then_read(corpus, monkeypatch):
    assert asked(corpus) == FOUND
    monkeypatch.setattr(building, "count", None)
    assert asked(open_corpus(corpus.folder)) == FOUND


def test_a_build_that_broke_off_is_made_good(corpus, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(building, "join", None)
        with pytest.raises(TypeError):
            asked(corpus)
    assert asked(corpus) == FOUND
    (where,) = corpus.folder.glob("index-*")
    assert not (where / "unfinished").exists()


def test_a_part_that_was_altered_is_refused_by_name_before_and_after_the_build(corpus):
    asked(corpus)
    part = corpus.folder / "part-00001.parquet"
    part.write_bytes(part.read_bytes() + b" ")
    said = r"corpus/part-00001\.parquet was altered after .* Partition corpus again"
    with pytest.raises(Unreadable, match=said):
        asked(corpus)
    (where,) = corpus.folder.glob("index-*")
    shutil.rmtree(where)
    with pytest.raises(Unreadable, match=said):
        asked(corpus)


def test_a_missing_part_and_an_altered_file_of_the_index_are_refused_by_name(corpus):
    asked(corpus)
    (where,) = corpus.folder.glob("index-*")
    norms = where / "part-00002" / "norms.npy"
    kept = norms.read_bytes()
    norms.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
    with pytest.raises(
        Unreadable, match=r"norms\.npy was altered .* delete that folder"
    ):
        asked(corpus)
    shutil.rmtree(where)
    assert asked(corpus) == FOUND
    (corpus.folder / "part-00000.parquet").unlink()
    with pytest.raises(Unreadable, match=r"corpus/part-00000\.parquet is missing"):
        asked(corpus)


def test_where_an_index_cannot_be_written_this_is_said(corpus):
    building.place_of(corpus).write_text("in the way", encoding="utf-8")
    with pytest.raises(Unreadable, match=r"index-\w+ cannot be written: "):
        asked(corpus)


def test_a_damaged_account_of_an_index_is_refused(corpus):
    asked(corpus)
    (made,) = corpus.folder.glob("index-*/index.json")
    made.write_text(json.dumps({"words": 1}), encoding="utf-8")
    with pytest.raises(Unreadable, match=r"index\.json is damaged: delete the folder"):
        asked(corpus)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            ("0", "{digest}"),
            f"the worker afar has version 0 of the method, here is {VERSION}",
        ),
        (
            (VERSION, "corpus: there is no such folder"),
            r"the worker afar does not see .*corpus as it is here \(corpus: there is no",
        ),
    ],
)
def test_a_worker_with_another_method_or_without_the_corpus_is_refused(
    corpus, answer, said
):
    class Afar(Here):
        def everywhere(self, _task, *_arguments):
            method, digest = answer
            return {"afar": (method, digest.format(digest=corpus.digest))}

    with pytest.raises(Unreachable, match=said):
        PartedIndex.of(corpus, Afar(lambda _done, _all: None))


def test_progress_ends_with_all_that_was_announced(corpus):
    told = []
    with workers(lambda *counts: told.append(counts)) as staff:
        parted = PartedIndex.of(corpus, staff)
        list(parted.rank(RECORDS))
        list(parted.pairs())
    done, announced = zip(*told, strict=True)
    assert list(done) == list(range(1, len(told) + 1))
    assert done[-1] == announced[-1]
