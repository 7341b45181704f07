from __future__ import annotations

import pytest
from sti_methods.similarity import Record
from sti_methods.similarity.languages import language, languages, main_language
from sti_methods.similarity.text import fold

VI = "Nghiên cứu chế tạo máy nghiền đứng để nghiền clinker xi măng"
EN = "Vibration monitoring of a vertical mill for cement clinker"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (VI, "vi"),
        (fold(VI), "vi"),
        (EN, "en"),
        ("Untersuchung der Schwingungen von Zementmühlen", "en"),
        ("Xi măng", None),
        ("2020 2021 2022 2023", None),
        ("", None),
    ],
)
def test_the_language_is_told_by_the_shape_of_words(text, said):
    assert language(text) == said


def test_a_record_has_the_languages_of_each_line_of_its_title_and_of_its_body():
    both = Record(id="a", title=f"{VI}\n{EN}", abstract=VI)
    assert (languages(both), main_language(both)) == ({"vi", "en"}, "vi")
    bare = Record(id="b", title=EN)
    assert (languages(bare), main_language(bare)) == ({"en"}, "en")
    assert (languages(Record(id="c")), main_language(Record(id="c"))) == (set(), None)
