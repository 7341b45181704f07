from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sti_methods.similarity import (
    CONTINUATION,
    NONE,
    PART_OF,
    SAME_WORK,
    SHARED_METHOD,
    SHARED_TEXT,
    Grounds,
    Index,
    Money,
    Record,
    Span,
    Time,
    explain,
)
from sti_methods.similarity._kernels import FEATURES
from sti_methods.similarity.text import PLAIN_WORDS, Stems, folded_words

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
    "the",
    "of",
    "die",
    "und",
    "der",
    "m²",
    "½",
    "ﬁre",
]
sentences = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)
texts = st.lists(sentences, max_size=4).map(". ".join)


@st.composite
def corpora(draw):
    drawn = draw(
        st.lists(
            st.tuples(
                sentences, texts, texts, sentences, st.none() | st.integers(2000, 2005)
            ),
            min_size=2,
            max_size=8,
        )
    )
    return [
        Record(id=f"r{n}", title=t, abstract=a, objectives=o, keywords=k, year=y)
        for n, (t, a, o, k, y) in enumerate(drawn)
    ]


slow = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)


@given(corpora())
@slow
def test_the_parts_add_up_to_the_score_and_the_words_to_each_measure(records):
    index, query = Index(records[1:]), records[0]
    question = index._question(query)
    for match in records[1:]:
        told = explain(index, query, match)
        assert sum(f.contribution for f in told.features) == told.score
        assert sum(f.contribution for f in reversed(told.features)) == told.score
        row = np.array([index.ids.index(match.id)])
        measured = index._compare(question, row)[0]
        measures = told.features[: len(FEATURES)]
        assert [f.name for f in measures] == list(FEATURES)
        assert [f.value for f in measures] == pytest.approx(measured, abs=1e-11)
        for feature in measures:
            assert sum(w.value for w in feature.words) == feature.value
            assert min((w.value for w in feature.words), default=0) >= 0
            assert feature.coefficient * feature.value == pytest.approx(
                feature.contribution, abs=1e-9
            )


@given(corpora(), st.none() | st.integers(2000, 2005))
@slow
def test_score_rank_and_probability_are_those_of_rank(records, latest):
    index, query = Index(records[1:]), records[0]
    by_id = {r.id: r for r in records}
    for match in index.rank(query, not_after=latest):
        told = explain(index, query, by_id[match.id], not_after=latest)
        assert (told.group, told.rank, told.match, told.score, told.probability) == (
            match.group,
            match.rank,
            match.id,
            match.score,
            match.probability,
        )


def stems(record, sentence, spans):
    of = Stems()
    text = getattr(record, sentence.field)
    return [of[w] for start, end in spans for w in folded_words(text[start:end])]


@given(corpora(), st.floats(0.1, 1))
@slow
def test_passages_are_verbatim_and_use_each_sentence_once(records, threshold):
    index, query = Index(records), records[0]
    for match in records[1:]:
        told = explain(index, query, match, threshold=threshold)
        passages = [*told.passages, *told.boilerplate]
        for record, side in ((query, "query"), (match, "match")):
            used = [getattr(p, side) for p in passages]
            assert len({(s.field, s.start) for s in used}) == len(used)
            for s in used:
                assert s.text == getattr(record, s.field)[s.start : s.end]
                assert all(s.start <= t.start < t.end <= s.end for t in s.terms)
        for p in passages:
            ours = set(stems(query, p.query, p.query.terms))
            assert ours == set(stems(match, p.match, p.match.terms))
            written = [getattr(query, p.query.field)[a:b] for a, b in p.query.terms]
            assert PLAIN_WORDS.isdisjoint(w.encode() for w in written)
            assert threshold <= p.score <= 1


@given(corpora())
@slow
def test_the_evidence_is_the_same_when_query_and_match_change_sides(records):
    index, (one, two) = Index(records), records[:2]
    told, back = explain(index, one, two), explain(index, two, one)
    assert {(p.match, p.query, p.score) for p in back.passages} == {
        (p.query, p.match, p.score) for p in told.passages
    }
    other = {"query": "match", "match": "query", None: None}
    assert back.kind == told.kind
    assert back.grounds == replace(
        told.grounds,
        of_query=told.grounds.of_match,
        of_match=told.grounds.of_query,
        later=other[told.grounds.later],
        whole=other[told.grounds.whole],
    )


@given(corpora(), st.floats(0.2, 0.9), st.floats(0, 0.5))
@slow
def test_a_higher_threshold_leaves_out_and_changes_nothing_else(records, low, more):
    index, (query, match) = Index(records), records[:2]
    all_of, some = (
        explain(index, query, match, threshold=t).passages for t in (low, low + more)
    )
    assert some == tuple(p for p in all_of if p.score >= low + more)


MILL = Record(
    id="mill",
    title="Early warning of faults in cement mills",
    abstract="Wireless sensors measure the vibration of bearings. Its spectrum tells two days "
    "before a bearing of the mill fails. The plant can then plan the stop and order parts.",
    objectives="Halve the unplanned stops of two cement plants.\nTrain forty engineers.",
    products="A prototype of the warning device; an open data set",
    keywords="vibration, cement; bearings",
    year=2018,
    begins=2018,
    ends=2019,
    people=("Nguyễn Văn An", "Le Binh"),
    organisations=("Institute of Machines Co., Ltd",),
    amount=5e8,
)
FUNDER = (
    "This award is supported by the national programme for industry and was judged worthy "
    "of support by its council under the rules in force."
)
OTHERS = [
    Record(
        id=f"other {n}",
        title=f"Study of {thing}",
        abstract=f"The work looks at {thing} and how {thing} can be made better. {FUNDER}",
        year=2015,
    )
    for n, thing in enumerate(
        ["rice husk ash", "shrimp feed", "solar pumps", "textile dyes", "steel slag"]
    )
]
BRICKS = Record(
    id="bricks",
    title="Bricks from rice husk",
    abstract="Farmers burn husks in the open. Bricks made from their ash are light and cheap.",
    year=2020,
)
INDEX = Index([MILL, *OTHERS])


def test_an_explanation_says_what_is_shared_and_where():
    later = replace(
        MILL,
        id="later",
        title="Faults of cement mills: early warning, second stage",
        abstract="In quarries nothing is known of crusher wear. Its spectrum tells two days before "
        "a bearing of the mill fails. Belts and gears are added now.",
        objectives="Train forty engineers.",
        keywords="Bearings, gears",
        products="",
        year=2020,
        begins=date(2020, 3, 1),
        ends=date(2021, 3, 1),
        people=("AN NGUYEN VAN",),
        organisations=("Institute of Machines",),
        amount=None,
    )
    told = explain(INDEX, later, MILL)
    assert [
        (p.query.field, p.match.field, p.match.text, p.score) for p in told.passages[:2]
    ] == [
        ("abstract", "abstract", "Its spectrum tells two days before a bearing of the mill fails.", 1.0),
        ("objectives", "objectives", "Train forty engineers.", 1.0),
    ]  # fmt: skip
    second = told.passages[1].match
    assert second.terms == (Span(48, 53), Span(54, 59), Span(60, 69))
    assert told.shared.people == ("Nguyễn Văn An",)
    assert told.shared.organisations == ("Institute of Machines Co., Ltd",)
    assert told.shared.keywords == ("bearings",)
    assert told.shared.objectives == (told.passages[1],)
    assert told.shared.products == ()
    assert told.time == Time(
        query=(date(2020, 3, 1), date(2021, 3, 1)),
        match=(date(2018, 1, 1), date(2020, 1, 1)),
        common_days=0,
        common_years=0.0,
        gap_days=60,
        years_between=2,
    )
    assert told.money == Money(query=None, match=5e8)
    assert (told.kind, told.grounds.later, told.grounds.same_team) == (
        CONTINUATION,
        "query",
        True,
    )


def test_periods_that_meet_are_measured_in_days_and_years():
    told = explain(INDEX, replace(MILL, id="q", begins=2019, ends=2020), MILL).time
    assert (told.common_days, told.common_years, told.gap_days) == (365, 1.0, 0)


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({}, SAME_WORK),
        ({"year": 2020, "begins": 2020, "ends": 2021}, SAME_WORK),
        ({"abstract": "Wear of belts is new here and so are gears.", "objectives": ""}, SAME_WORK),
        (
            {"abstract": "Wear of belts is new here and so are gears.", "objectives": "", "begins": 2021},
            CONTINUATION,
        ),
        (
            {
                "abstract": "Wear of belts is new here and so are gears.",
                "objectives": "",
                "begins": 2021,
                "people": ("Somebody Else",),
                "organisations": ("Another House",),
            },
            SAME_WORK,
        ),
    ],
)  # fmt: skip
def test_the_same_subject_is_the_same_work_or_its_continuation(change, kind):
    assert explain(INDEX, replace(MILL, id="q", **change), MILL).kind == kind


def test_a_record_inside_a_larger_one_is_part_of_it():
    whole = replace(
        MILL,
        id="whole",
        title="Maintenance of heavy plants",
        abstract=f"{MILL.abstract} Crushers in quarries get oil gauges against wear. Kilns are "
        "watched by infrared cameras along the shell. Fans and their blades are balanced in "
        "place by a laser rig that two fitters carry. Conveyor belts get a camera under the "
        "return side, which finds cuts before they tear. A control room joins all of this on "
        "one screen for the shift leader, with limits for alarms and a diary of repairs.",
    )
    told = explain(INDEX, whole, MILL)
    assert (told.kind, told.grounds.whole) == (PART_OF, "query")
    back = explain(Index([whole, *OTHERS]), MILL, whole)
    assert (back.kind, back.grounds.whole) == (PART_OF, "match")


METHOD = (
    "Samples are dried at ninety degrees for a day and weighed with a precision balance. "
    "Their strength is measured by a press under slowly growing load until fracture. "
    "The regression model then relates moisture and strength with robust errors."
)
STORY = (
    "Villages along the lower river lost half their harvest in the flood of last autumn. "
    "Young families have since moved to the coast, and schools stand empty in many hamlets. "
    "The province therefore seeks new livelihoods near home."
)


@pytest.mark.parametrize(
    ("text", "kind"), [(METHOD, SHARED_METHOD), (STORY, SHARED_TEXT), ("", NONE)]
)
def test_shared_sentences_under_another_subject_are_a_method_or_text_only(text, kind):
    one = replace(BRICKS, abstract=f"{BRICKS.abstract} {text}")
    two = Record(
        id="feed",
        title="Feed for shrimps of brackish ponds",
        abstract=f"Shrimp ponds suffer from stale pellets every winter season. {text} Ponds are "
        "stocked in May. Traders buy what is left over at the pier. Larvae come from hatcheries "
        "of two provinces, where brood stock is kept in tanks with aerated sea water. Feed mills "
        "press soy, fish meal and broken grain, and cooperatives carry bags over canals by boat. "
        "Disease outbreaks close whole districts; vaccines do not exist for crustaceans.",
        year=2020,
    )
    assert explain(Index([two, *OTHERS]), one, two).kind == kind


def test_what_many_records_say_is_boilerplate_and_no_evidence():
    query = replace(BRICKS, abstract=f"{BRICKS.abstract} {FUNDER}")
    told = explain(INDEX, query, OTHERS[1])
    assert told.passages == ()
    assert [p.query.text for p in told.boilerplate] == [FUNDER]
    common = told.boilerplate[0].query.common
    assert [query.abstract[start:end] for start, end in common] == [FUNDER[:-1]]
    assert told.kind == NONE
    assert (told.grounds.of_query, told.grounds.of_match) == (0.0, 0.0)


def test_four_records_do_not_make_a_phrase_common():
    told = explain(Index(OTHERS[:4]), replace(BRICKS, abstract=FUNDER), OTHERS[1])
    assert [p.boilerplate for p in told.passages] == [False]


def test_texts_without_stops_are_cut_and_still_aligned():
    words = " ".join(f"w{n}" for n in range(100))
    one, two = (Record(id=name, abstract=words) for name in "ab")
    told = explain(Index([two]), one, two)
    assert sorted(p.query.text.count(" ") + 1 for p in told.passages) == [30, 30, 40]
    assert told.kind == SAME_WORK


def test_a_record_outside_the_list_is_judged_but_has_no_rank():
    query = replace(MILL, id="q", year=2010)
    told = explain(INDEX, query, MILL, not_after=2010)
    assert told.rank is None
    assert told.score == explain(INDEX, query, MILL).score
    assert INDEX.rank(query, not_after=2010) == []


def test_a_record_added_later_is_explained_like_the_others():
    index = Index(OTHERS)
    index.add(MILL)
    assert explain(index, replace(MILL, id="q"), MILL).kind == SAME_WORK


@pytest.mark.parametrize(
    ("match", "said"),
    [
        (replace(MILL, id="q"), "'q' is the query itself"),
        (replace(MILL, id="x"), "the index has no record 'x'"),
        (replace(MILL, title="New"), "the index has another text under the id 'mill'"),
    ],
)
def test_what_the_index_does_not_hold_is_refused(match, said):
    with pytest.raises(ValueError, match=said):
        explain(INDEX, replace(MILL, id="q"), match)


def test_the_document_is_json_and_the_same_each_time():
    query = replace(MILL, id="q", begins=date(2018, 5, 1))
    one, two = (
        json.dumps(explain(Index([MILL, *OTHERS]), query, MILL).document())
        for _ in range(2)
    )
    assert one == two
    told = json.loads(one)
    assert told["time"]["query"] == ["2018-05-01", "2020-01-01"]
    assert told["passages"][0]["query"]["terms"][0] == [0, 5]
    assert sum(f["contribution"] for f in told["features"]) == told["score"]


def test_names_alone_say_nothing_of_a_team_when_one_side_has_none():
    told = explain(INDEX, replace(MILL, id="q", people=(), organisations=()), MILL)
    assert isinstance(told.grounds, Grounds)
    assert told.grounds.same_team is None


def test_diacritics_tell_words_apart_unless_one_side_has_none():
    """“Nghiên cứu” is research and “nghiền” is to mill; “của” is plain, “cửa” a door."""
    one = Record(id="1", title="Nghiên cứu máy sàng rung của nhà máy")
    two = Record(id="2", title="Máy sàng rung nghiền cửa")
    bare = Record(id="3", title="May sang rung nghien cua")
    index = Index([two, bare])
    (told,) = explain(index, one, two, threshold=0.3).passages
    assert [one.title[a:b] for a, b in told.query.terms] == [
        "máy",
        "sàng",
        "rung",
        "máy",
    ]
    assert [two.title[a:b] for a, b in told.match.terms] == ["Máy", "sàng", "rung"]
    (told,) = explain(index, two, bare).passages
    shared = [bare.title[a:b] for a, b in told.match.terms]
    assert shared == ["sang", "rung", "nghien"]  # bare "may" and "cua" are plain words
