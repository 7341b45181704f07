"""Names in two languages, with the other as fallback."""

from __future__ import annotations

import unicodedata

import pytest
from django.utils import translation

from opensti.kernel.bilingual import Pair, Words, pick, written_in


class Field:
    name = Pair("name")

    def __init__(self, vi, en):
        self.name_vi, self.name_en = vi, en


@pytest.mark.parametrize(
    ("vi", "en", "in_vi", "in_en"),
    [
        ("Cơ khí", "Mechanics", "Cơ khí", "Mechanics"),
        ("Cơ khí", "", "Cơ khí", "Cơ khí"),
        ("", "Mechanics", "Mechanics", "Mechanics"),
        ("", "", "", ""),
    ],
)
def test_a_pair_reads_the_active_language_or_the_other(vi, en, in_vi, in_en):
    thing = Field(vi, en)
    with translation.override("vi"):
        assert (thing.name, str(Words(vi, en))) == (in_vi, in_vi)
    with translation.override("en"):
        assert (thing.name, str(Words(vi, en))) == (in_en, in_en)


def test_a_pair_is_never_written():
    with pytest.raises(AttributeError, match="Set name_vi and name_en"):
        Field("a", "b").name = "c"
    assert (Field.name.vi, Field.name.en) == ("name_vi", "name_en")


def test_words_come_from_a_mapping_or_one_text():
    assert Words.of({"vi": "Điểm", "en": "Points"}).as_dict() == {
        "vi": "Điểm",
        "en": "Points",
    }
    assert Words.of("Điểm") == Words("Điểm", "")
    assert not Words.of(None)
    assert pick("a", "b", language="en-gb") == "b"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Sấy thóc", "vi"),
        (unicodedata.normalize("NFD", "hẻm"), "vi"),
        ("đo", "vi"),
        ("Drying of rice", "en"),
        ("Séchage à São Paulo", "en"),
        ("Cercetări privind învățământul superior", "en"),
        ("Između građana i općina", "en"),
        ("Than đá của mỏ Žižkov", "vi"),
        ("", "en"),
    ],
)
def test_a_text_is_marked_by_the_letters_that_only_vietnamese_has(text, language):
    assert written_in(text) == language
