from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sti_methods.similarity import FULL, TITLE, Index, Record, pairs
from sti_methods.similarity.text import Stems, folded_words, other_terms

WORDS = [
    "bearing",
    "vibration",
    "spectrum",
    "cement",
    "mill",
    "sensor",
    "wireless",
    "furnace",
    "kiln",
    "dust",
    "máy",
    "nghiền",
    "rung",
]
texts = st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join)


@st.composite
def corpora(draw):
    drawn = draw(
        st.lists(
            st.tuples(texts, texts, st.none() | st.integers(2000, 2005)),
            min_size=1,
            max_size=12,
        )
    )
    return [
        Record(id=f"r{n}", title=t, abstract=a, year=y)
        for n, (t, a, y) in enumerate(drawn)
    ]


def vectors(records):
    """The definition, in plain Python: words of the title count twice."""
    stems, bags = Stems(), []
    for r in records:
        title, body = folded_words(r.title), folded_words(r.body)
        terms = [stems[w] for w in title + title + body]
        terms += other_terms(f"{r.title}\n{r.body}", title + body)
        bags.append({t: 1 + np.log(terms.count(t)) for t in terms})
    n = len(records)
    df = {t: sum(t in bag for bag in bags) for bag in bags for t in bag}
    rows = [
        {t: w * (np.log((n + 1) / (df[t] + 1)) + 1) for t, w in bag.items()}
        for bag in bags
    ]
    lengths = [np.sqrt(sum(w * w for w in row.values())) or 1 for row in rows]
    return [
        {t: w / length for t, w in row.items()}
        for row, length in zip(rows, lengths, strict=True)
    ]


def cosine(a, b):
    return sum(w * b.get(t, 0) for t, w in a.items())


@given(corpora())
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_the_nearest_are_those_of_the_definition(records):
    index, plain = Index(records), vectors(records)
    query = replace(records[0], id="asked")
    found = index.nearest(query, top=20, not_after=query.year)
    told = {
        group: {
            index.ids[row]: round(float(value), 4)
            for row, value in zip(*lists, strict=True)
        }
        for group, lists in found.items()
    }
    want = {FULL: {}, TITLE: {}}
    for record, row in zip(records, plain, strict=True):
        value = cosine(plain[0], row)
        early = query.year is None or record.year is None or record.year <= query.year
        if value > 0 and early:
            want[record.group][record.id] = round(value, 4)
    assert told == {g: pytest.approx(v, abs=2e-4) for g, v in want.items()}


@given(corpora(), st.integers(1, 4), st.integers(1, 3))
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_all_pairs_are_those_of_every_product(records, top, threads):
    index, plain = Index(records), vectors(records)
    found = {r.id: [] for r in records}
    for n in pairs(index, top=top, threads=threads):
        found[n.id].append(n.cosine)
    for d, record in enumerate(records):
        values = [cosine(plain[d], row) for j, row in enumerate(plain) if j != d]
        want = sorted((v for v in values if v > 1e-9), reverse=True)[:top]
        assert found[record.id] == pytest.approx(want, abs=1e-5)


@given(corpora())
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_what_was_added_is_found_like_what_was_there(records):
    """Same order of candidates; the weights of words stay those of the first records."""
    half = len(records) // 2
    index = Index(records[:half])
    for record in records[half:]:
        index.add(record)
    again = Index(records[:half])
    for record in records[half:]:
        again.add(record)
    query = replace(records[-1], id="asked")
    assert index.rank(query) == again.rank(query)
    assert index.digest() == again.digest()
    if folded_words(records[-1].title + records[-1].body):
        lists = index.nearest(query, top=20)
        names = [index.ids[row] for rows, _ in lists.values() for row in rows]
        assert records[-1].id in names


MILL = Record(
    id="mill",
    title="Early warning of faults in cement mills",
    abstract="Wireless sensors measure the vibration of bearings; its spectrum tells two days "
    "before a bearing of the mill fails, so that the plant can plan the stop.",
    year=2020,
)
OTHERS = [
    Record(
        id=f"other {n}",
        title=f"Study of {thing}",
        abstract=f"The work looks at {thing} and how {thing} can be made better for the industry "
        "of the country by measurement, trial and training of the staff who use it.",
        year=2015 + n,
    )
    for n, thing in enumerate(
        ["rice husk ash", "shrimp feed", "solar pumps", "textile dyes", "steel slag"]
    )
]
BEFORE = Record(
    id="before", title="Early warning of faults in ball mills for cement", year=2018
)


def test_the_same_work_comes_first_and_is_probable():
    again = replace(
        MILL, id="again", year=2022, title="Early warning of cement mill faults"
    )
    found = Index([*OTHERS, MILL, BEFORE]).rank(again, top=1)
    assert [(m.group, m.rank, m.id) for m in found] == [
        (FULL, 1, "mill"),
        (TITLE, 1, "before"),
    ]
    assert found[0].probability > 0.9


def test_a_query_never_finds_itself_nor_what_came_later():
    index = Index([*OTHERS, MILL, replace(MILL, id="later", year=2023)])
    assert [m.id for m in index.rank(MILL, top=1, not_after=2020)] != ["mill"]
    assert "later" not in {m.id for m in index.rank(MILL, not_after=2020)}
    assert "later" in {m.id for m in index.rank(MILL)}


def test_two_records_with_one_id_are_refused():
    index = Index([MILL])
    with pytest.raises(ValueError, match="'mill'"):
        index.add(MILL)
    assert len(index) == 1


def test_an_empty_corpus_and_an_empty_query_find_nothing():
    assert Index().rank(MILL) == []
    assert Index([MILL]).rank(Record(id="empty")) == []


def test_the_digest_names_records_and_their_order():
    there = Index([MILL, *OTHERS]).digest()
    assert there == Index([MILL, *OTHERS]).digest()
    assert there != Index([*OTHERS, MILL]).digest()
    assert there != Index([replace(MILL, year=2021), *OTHERS]).digest()


def test_words_that_no_record_has_count_for_nothing():
    """Nor do they read or write outside the vocabulary when that is empty."""
    index = Index([MILL, *OTHERS])
    strange = replace(MILL, id="q", abstract=f"{MILL.abstract} zyx wvu tsr")
    plain = replace(MILL, id="q")
    rows = np.arange(len(index))
    told, want = (
        index._compare(index._question(query), rows)[:, [0, 1, 3, 4, 6, 7, 8, 9]]
        for query in (strange, plain)
    )
    words = [0, 2, 3, 4, 5, 6]  # all but the pairs: those of strange words weigh
    assert told[:, words].tolist() == want[:, words].tolist()
    empty = Index([Record(id="empty")])
    assert empty._compare(empty._question(MILL), np.array([0])).tolist() == [[0.0] * 10]


@given(corpora())
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_phrases_of_five_words_in_five_records_are_common(records):
    """None is missed; chance may only add one, where two phrases share a place."""
    stems = Stems()
    copies = [replace(r, id=f"{r.id}-{n}") for n in range(3) for r in records]
    index = Index(copies)
    parts = {
        r.id: [[stems[w] for w in folded_words(t)] for t in (r.title, r.body)]
        for r in copies
    }
    found = {
        name: {tuple(p[i : i + 5]) for p in both for i in range(len(p) - 4)}
        for name, both in parts.items()
    }
    for record in records:
        question = index._question(record)
        told = index.common(question.stream, question.body).tolist()
        want = []
        for part in parts[f"{record.id}-0"]:
            runs = [
                sum(tuple(part[i : i + 5]) in one for one in found.values()) >= 5
                for i in range(len(part) - 4)
            ]
            want += [any(runs[max(0, n - 4) : n + 1]) for n in range(len(part))]
        assert all(t or not w for t, w in zip(told, want, strict=True))


def test_what_stands_in_four_records_or_across_a_title_s_end_is_not_common():
    index = Index(replace(MILL, id=f"{n}") for n in range(5))
    question = index._question(MILL)
    assert index.common(question.stream, question.body).all()
    assert not index.common(question.stream[4:8], 4).any()
    four = Index(replace(MILL, id=f"{n}") for n in range(4))
    assert not four.common(question.stream, question.body).any()
    moved = replace(MILL, title="Early warning of", abstract="faults in cement mills")
    question = index._question(moved)
    assert not index.common(question.stream, question.body).any()
