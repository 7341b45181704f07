"""Sentences side by side across languages, and the kinds that terms can tell."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from sti_methods.similarity import (
    CONTINUATION,
    NONE,
    NOT_TOLD,
    PART_OF,
    SAME_WORK,
    Grounds,
    Index,
    Record,
    Term,
    TermList,
    explain,
)
from sti_methods.similarity.kinds_across import kind_across
from sti_methods.similarity.text import fold

TERMS = TermList(
    Term(*pair.split(" = "))
    for pair in (
        "bụi = dust",
        "lò quay = rotary kiln",
        "kẽm = zinc",
        "chì = lead",
        "xỉ = slag",
        "xi măng = cement",
        "phụ gia = additive",
        "máy sấy = dryer",
        "thóc = rice",
        "hao hụt = loss",
        "độ ẩm = moisture",
        "nhiệt độ = temperature",
        "cảm biến = sensor",
        "tua bin = turbine",
    )
)
OURS = Record(
    id="ours",
    title="Bụi lò quay ABC-7",
    abstract="Bụi có kẽm và chì. Xỉ làm phụ gia xi măng. Máy sấy thóc giảm hao hụt.",
)
THEIRS = Record(
    id="theirs",
    title="ABC-7: dust of rotary kilns",
    abstract="Slags are an additive of cements. The dust holds lead and zinc.",
)
FAR = Record(
    id="far",
    title="Sensors of a turbine",
    abstract="Temperature and moisture are measured. A sensor is cheap.",
)


def told(query=OURS, match=THEIRS, **given):
    corpus = {record.id: record for record in (OURS, THEIRS, FAR, match)}
    return explain(Index(corpus.values(), terms=TERMS), query, match, **given)


def marked(sentence):
    text = sentence.text
    for term in reversed(sentence.terms):
        start, end = term.start - sentence.start, term.end - sentence.start
        text = f"{text[:start]}[{text[start:end]}]{text[end:]}"
    return text


def pairs(explanation):
    return {(marked(p.query), marked(p.match)) for p in explanation.passages}


SIDE_BY_SIDE = {
    ("[Bụi] [lò] [quay] [ABC]-[7]", "[ABC]-[7]: [dust] of [rotary] [kilns]"),
    ("[Bụi] có [kẽm] và [chì].", "The [dust] holds [lead] and [zinc]."),
    ("[Xỉ] làm [phụ] [gia] [xi] [măng].", "[Slags] are an [additive] of [cements]."),
}


def test_each_sentence_stands_beside_its_translation_and_both_mark_their_own_words():
    assert pairs(told()) == SIDE_BY_SIDE


def test_places_are_verbatim_in_both_texts():
    for query in (
        OURS,
        replace(OURS, abstract=unicodedata.normalize("NFD", OURS.abstract)),
    ):
        found = told(query=query).passages
        assert len(found) == 3
        for passage in found:
            for record, sentence in ((query, passage.query), (THEIRS, passage.match)):
                text = getattr(record, sentence.field)
                assert text[sentence.start : sentence.end] == sentence.text
                for term in sentence.terms:
                    assert sentence.start <= term.start < term.end <= sentence.end


def test_both_directions_find_the_same():
    there, back = told(), told(query=THEIRS, match=OURS)
    assert pairs(back) == {(second, first) for first, second in SIDE_BY_SIDE}
    assert sorted(p.score for p in back.passages) == sorted(
        p.score for p in there.passages
    )
    assert [(g.of_query, g.of_match) for g in (there.grounds,)] == [
        (back.grounds.of_match, back.grounds.of_query)
    ]


def test_a_text_without_diacritics_finds_its_counterparts_too():
    bare = replace(OURS, title=fold(OURS.title), abstract=fold(OURS.abstract))
    assert [p.match for p in told(query=bare).passages] == [
        p.match for p in told().passages
    ]


def test_a_title_in_capitals_finds_its_counterpart_as_one_in_small_letters_does():
    title = "Nghiên cứu bụi lò quay"
    small, loud = (
        told(query=replace(OURS, title=some)).passages
        for some in (title, title.upper())
    )
    assert [(p.score, p.match) for p in loud] == [(p.score, p.match) for p in small]
    assert "ABC-7: dust of rotary kilns" in {p.match.text for p in loud}


def test_a_higher_threshold_leaves_passages_out_and_changes_no_other():
    every = told(threshold=0.1).passages
    assert len(every) == 3
    for least in (0.5, 0.9, 0.99, 1):
        kept = told(threshold=least).passages
        assert kept == tuple(p for p in every if p.score >= 0.75 * least)


def test_one_shared_term_makes_no_passage_and_a_translation_stands_word_beside_word():
    one = Record(
        id="one", title="Zinc", abstract="Zinc of the rotary old kiln is sold."
    )
    assert told(match=one).passages == ()


def test_sentences_of_one_language_are_compared_as_written():
    line = "Rotary kilns for cement and their dust"
    query = replace(OURS, abstract=f"{OURS.abstract} {line}.")
    match = replace(THEIRS, abstract=f"{THEIRS.abstract} {line}.")
    found = {(p.query.text, p.match.text) for p in told(query, match).passages}
    assert (f"{line}.", f"{line}.") in found


def test_the_kind_is_told_where_terms_carry_enough_of_both():
    found = told()
    assert found.kind == SAME_WORK
    assert found.grounds.of_match == 1
    assert found.grounds.titles > 0.9
    assert found.grounds.told_of_match > 0.5
    assert told(match=FAR).kind == NONE


def test_within_one_language_nothing_is_said_of_terms():
    own = Record(id="own", title="Bụi lò quay", abstract="Bụi lò quay có kẽm.")
    document = told(match=own).document()
    assert "across" not in document
    assert "told_of_query" not in document["grounds"]
    assert told().document()["grounds"]["told_of_query"] > 0


GROUNDS = Grounds(
    of_query=0.6, of_match=0.6, titled=True, titles=0.0, words=0.4, method=0.0,
    sentences=3, length=40, same_team=None, later=None, whole=None,
    told_of_query=0.5, told_of_match=0.5,
)  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({}, SAME_WORK),
        ({"later": "query"}, CONTINUATION),
        ({"later": "query", "same_team": False}, SAME_WORK),
        ({"of_match": 0.4}, NOT_TOLD),
        ({"of_match": 0.4, "titles": 0.6}, SAME_WORK),
        ({"whole": "match"}, PART_OF),
        ({"told_of_match": 0.2}, NOT_TOLD),
        ({"told_of_match": 0.2, "of_query": 0.0}, NOT_TOLD),
        ({"of_query": 0.0, "of_match": 0.0}, NONE),
    ],
)
def test_the_rule_of_kinds_across_languages(changed, kind):
    assert kind_across(replace(GROUNDS, **changed)) == kind


def test_a_part_of_a_larger_work_is_told_by_the_counterparts_it_has():
    part = " ".join(["Bụi có kẽm và chì.", "Xỉ làm phụ gia xi măng."] * 4)
    whole = " ".join(
        ["The dust holds lead and zinc.", "Slags are an additive of cements."] * 4
        + [
            "Temperature of a turbine and moisture of rice.",
            "Sensors of dryers lower loss.",
        ]
        * 9
    )
    query, match = Record(id="p", abstract=part), Record(id="w", abstract=whole)
    found = told(query, match)
    assert (found.kind, found.grounds.whole) == (PART_OF, "match")
    back = told(match, query)
    assert (back.kind, back.grounds.whole) == (PART_OF, "query")
