from __future__ import annotations

from dataclasses import replace

import pytest
from sti_methods.similarity import (
    Index,
    Problem,
    Record,
    Term,
    TermList,
    Translated,
    Unreadable,
    explain,
    read_terms,
    shipped_terms,
)
from sti_methods.similarity.terms import Gloss
from sti_methods.similarity.text import fold

TERMS = TermList(
    [
        Term("máy", "machine"),
        Term("máy phát điện", "generator"),
        Term("mây", "cloud"),
        Term("xi măng", "cement"),
        Term("độ rung", "vibration"),
        Term("thiết bị", "device", 0.5),
        Term("thiết bị", "equipment"),
    ]
)


def test_the_longest_term_is_the_one_that_is_meant():
    text = "Máy phát điện và thiết bị"
    assert TERMS.glosses(text, "en") == [
        Gloss(0, 13, "Máy phát điện", ("generator",)),
        Gloss(17, 25, "thiết bị", ("equipment", "device")),
    ]
    assert TERMS.translate(text, "en") == "generator equipment device"


def test_a_term_does_not_reach_over_a_stop():
    assert TERMS.translate("máy, phát điện", "en") == "machine"


def test_names_and_numbers_stay_and_other_syllables_go():
    said = TERMS.translate("Đo độ rung tại Hoàng Thạch bằng IoT 4.0 của hãng", "en")
    assert said == "vibration Hoàng Thạch IoT 4 0"


def test_without_diacritics_a_syllable_of_several_words_is_left_alone():
    assert TERMS.translate(fold("thiết bị đo độ rung máy"), "en") == (
        "equipment device vibration"
    )


def test_decomposed_letters_and_the_older_tone_are_the_same_term():
    terms = TermList([Term("điều hòa", "air conditioning")])
    assert terms.translate("điều hoà", "en") == "air conditioning"


def test_english_is_met_in_every_inflection():
    assert TERMS.translate("Vibrations of two cement machines", "vi") == (
        "độ rung two xi măng máy"
    )


def test_only_these_two_languages_are_known():
    with pytest.raises(ValueError, match="'fr' is neither of vi, en"):
        TERMS.translate("machine", "fr")


def test_the_order_of_terms_makes_no_difference_and_each_term_does():
    again = TermList(reversed(TERMS.terms))
    assert (again, again.digest()) == (TERMS, TERMS.digest())
    assert TermList(TERMS.terms[1:]).digest() != TERMS.digest()


def test_titles_in_the_language_asked_for_are_not_translated_again():
    record = Record(
        id="q",
        title="Đo độ rung máy nghiền xi măng\nMeasuring vibration in cement works",
        abstract="Thiết bị đo độ rung xi măng",
        keywords="a cement sensor network",
    )
    assert TERMS.into(record, "en") == replace(
        record,
        title="Measuring vibration in cement works",
        abstract="equipment device vibration cement",
    )


def test_the_shipped_list_is_clean_and_large():
    terms = shipped_terms()
    assert len({term.vi for term in terms}) > 900
    assert all(len(t.vi.split()) <= 8 and len(t.en.split()) <= 8 for t in terms)
    assert terms.translate("xử lý nước thải dệt nhuộm", "en") == (
        "wastewater treatment textile weaving dyeing"
    )


def test_a_file_is_read_and_each_bad_row_named(tmp_path):
    file = tmp_path / "terms.csv"
    file.write_text(
        "VI,en,weight\n"
        "xi măng,cement,\n"
        ",cement,\n"
        "máy,,\n"
        "máy,machine,heavy\n"
        "máy,machine,0\n"
        "Xi Măng,Cement,2\n"
        "a b c d e f g h i,long,\n"
        "lò hơi,boiler,2\n"
        "cói,sedge,1,5\n"
        'rươi,ragworm,"1,5"\n',
        "utf-8",
    )
    problems = []
    terms = read_terms(file, problem=problems.append)
    assert terms == TermList(
        [
            Term("xi măng", "cement"),
            Term("lò hơi", "boiler", 2),
            Term("rươi", "ragworm", 1.5),
        ]
    )
    assert problems == [
        Problem(3, "", "no term in Vietnamese"),
        Problem(4, "", "no term in English"),
        Problem(5, "", "“heavy” is no weight"),
        Problem(6, "", "“0” is no weight"),
        Problem(7, "", "“xi măng = cement” stands there already"),
        Problem(8, "", "a term of more than 8 words"),
        Problem(
            10,
            "",
            "more cells than there are columns; put texts with commas in quotation marks",
        ),
    ]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (None, "there is no such file"),
        (b"vi,en\nm\xe1y,machine\n", "the file is not in UTF-8"),
        (b"", "the first line must name the columns vi and en; it names: "),
        (b"a,b\n", "the first line must name the columns vi and en; it names: a, b"),
        (b"vi,en\n,\n", "no row has a term in both languages"),
    ],
)
def test_a_file_without_terms_is_refused(tmp_path, given, why):
    file = tmp_path / "terms.csv"
    if given is not None:
        file.write_bytes(given)
    with pytest.raises(Unreadable) as refusal:
        read_terms(file)
    assert str(refusal.value) == f"terms.csv: {why}"


QUERY = Record(
    id="q", title="Đo độ rung máy nghiền", abstract="Thiết bị đo độ rung lò xi măng"
)
FAR = Record(id="far", title="Vibration of a cement machine")
OWN = Record(id="own", title="Đo độ rung tua bin gió")
BOTH = Record(id="both", title="Đo độ rung lò nung\nMeasuring vibration in kilns")
CORPUS = [FAR, OWN, BOTH, Record(id="none", title="Children and their schools")]


def test_a_record_of_the_other_language_is_found_in_a_list_of_its_own():
    found = Index(CORPUS, terms=TERMS).rank(QUERY)
    assert [(m.id, m.rank, m.across) for m in found] == [
        ("own", 1, False),
        ("both", 2, False),
        ("far", 1, True),
    ]


def test_without_terms_or_other_languages_answers_are_the_same():
    own = [OWN, BOTH]
    assert Index(own, terms=TERMS).rank(QUERY) == Index(own).rank(QUERY)
    without = Index(CORPUS).rank(QUERY)
    assert [
        m for m in Index(CORPUS, terms=TERMS).rank(QUERY) if not m.across
    ] == without


def test_what_was_added_is_found_across_languages_too():
    index = Index(CORPUS[1:], terms=TERMS)
    index.add(FAR)
    assert [m.id for m in index.rank(QUERY) if m.across] == ["far"]


def test_the_name_of_an_index_holds_its_terms():
    plain, one, other = (
        Index(CORPUS, terms=terms).digest()
        for terms in (None, TERMS, TermList(TERMS.terms[1:]))
    )
    assert plain == Index(CORPUS).digest()
    assert len({plain, one, other}) == 3


def test_the_explanation_says_which_terms_were_translated():
    index = Index(CORPUS, terms=TERMS)
    match = next(m for m in index.rank(QUERY) if m.across)
    told = explain(index, QUERY, FAR)
    assert (told.across, told.rank, told.score, told.probability) == (
        True,
        match.rank,
        match.score,
        match.probability,
    )
    assert sum(f.contribution for f in told.features) == told.score
    assert told.translated == tuple(
        Translated(
            field=field, start=start, end=end, written=written, translations=(en,)
        )
        for field, start, end, written, en in (
            ("title", 3, 10, "độ rung", "vibration"),
            ("title", 11, 14, "máy", "machine"),
            ("abstract", 12, 19, "độ rung", "vibration"),
            ("abstract", 23, 30, "xi măng", "cement"),
        )
    )
    assert told.document()["translated"][0]["written"] == "độ rung"


def test_an_explanation_within_one_language_is_told_as_before():
    with_terms, without = (
        explain(Index(CORPUS, terms=terms), QUERY, OWN).document()
        for terms in (TERMS, None)
    )
    assert with_terms == without
    assert "translated" not in without


def test_in_a_text_all_in_capitals_they_make_no_name():
    given = "Đo độ rung lò nung PLC"
    assert TERMS.translate(given.upper(), "en") == TERMS.translate(given, "en")
