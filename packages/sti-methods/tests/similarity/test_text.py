from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st
from sti_methods.similarity.text import (
    Stems,
    fold,
    folded_words,
    foreign,
    other_terms,
    pieces,
    sentences,
    settled,
)


def test_diacritics_case_and_composition_make_no_difference():
    spellings = ("Đổi mới", "doi moi", "ĐỔI MỚI", "Đổi mới")
    assert {tuple(folded_words(s)) for s in spellings} == {(b"doi", b"moi")}


def test_letters_of_mathematics_are_letters():
    assert fold("\U0001d4d0x\u2122") == "axtm"


def test_words_stand_where_their_letters_do():
    text = "Lo\u0300 nung m\u00b2"
    assert [text[p.start : p.end] for p in pieces(text, Stems())] == [
        "Lo\u0300",
        "nung",
        "m\u00b2",
    ]


def test_what_folding_loses_is_a_term_of_its_own():
    assert other_terms("máy nghiền", folded_words("máy nghiền")) == ["'máy", "'nghiền"]
    assert other_terms("may nghien", folded_words("may nghien")) == []


def test_the_two_ways_to_set_a_tone_are_one_word():
    assert {settled(w) for w in ("hòa", "hoà")} == {"hòa"}
    assert {settled(w) for w in ("thúy", "thuý")} == {"thúy"}


def test_english_words_are_cut_to_their_stems_and_syllables_are_not():
    stems = Stems()
    words = (b"grinding", b"grinds", b"the", b"t7", b"x" * 60)
    assert [stems[w] for w in words] == [b"grind", b"grind", b"the", b"t7", b"x" * 40]


def test_words_of_other_languages_lend_groups_of_letters():
    german = "Die Entwicklung der Maschine für das Mahlen von Zement"
    assert foreign(folded_words(german))
    assert other_terms(german, folded_words(german))[:3] == ["~entw", "~ntwi", "~twic"]
    assert not foreign(folded_words("The development of a machine for grinding"))
    assert not foreign(folded_words("Nghiên cứu máy nghiền của các nhà máy"))


def test_other_scripts_separate_words():
    assert folded_words("\u03b1-\u03b2 laser 激光x") == [b"laser", b"x"]


def test_sentences_end_at_marks_lines_and_bullets():
    text = "One. Two?  Three\n• four; five 3.5 mm"
    assert [text[a:b] for a, b in sentences(text)] == [
        "One.",
        "Two?",
        "Three",
        "four;",
        "five 3.5 mm",
    ]


@given(st.text())
@example("\U0001d56c")
@example("İ")
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_words_with_places_are_the_words(text):
    stems = Stems()
    assert [p.stem for p in pieces(text, stems)] == [
        stems[w] for w in folded_words(text)
    ]


@given(st.text())
def test_sentences_lose_no_word(text):
    inside = "\n".join(text[a:b] for a, b in sentences(text))
    assert folded_words(inside) == folded_words(text)
