from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sti_methods.similarity import Place, Record, Repeat, repeats
from sti_methods.similarity.text import Stems, folded_words, pieces

PASSAGE = (
    "Wireless sensors measure the vibration of bearings in a cement mill and warn two days "
    "before one of them fails"
)


def test_a_passage_that_stands_in_two_sources_is_named_with_its_places():
    need = f"The plant stops without warning. {PASSAGE}. It costs a day."
    plan = f"What we do: {PASSAGE.upper()}!"
    assert repeats({"need": need, "plan": plan}) == (
        Repeat(
            first=Place(source="need", start=33, end=33 + len(PASSAGE), text=PASSAGE),
            second=Place(
                source="plan", start=12, end=12 + len(PASSAGE), text=PASSAGE.upper()
            ),
            words=20,
        ),
    )


def test_a_record_is_compared_with_itself_field_by_field():
    record = Record(id="r", abstract=f"{PASSAGE}. {PASSAGE}.", products=PASSAGE)
    found = repeats(record)
    assert [(r.first.source, r.second.source, r.second.start) for r in found] == [
        ("abstract", "abstract", len(PASSAGE) + 2),
        ("abstract", "products", 0),
    ]


def test_what_is_short_or_different_is_no_repeat():
    short = "the vibration of bearings in a cement mill"
    assert repeats({"a": f"{short} is one", "b": f"{short} was two"}) == ()
    assert len(repeats({"a": short, "b": short}, fewest=8)) == 1
    assert repeats({}) == repeats({"a": ""}) == ()


def test_diacritics_and_forms_of_words_make_no_difference():
    one, two = "máy nghiền xi măng rung mạnh", "May nghien xi mang, rung manh"
    assert [r.words for r in repeats({"a": one, "b": two}, fewest=6)] == [6]


def test_fewer_than_two_words_are_refused():
    with pytest.raises(ValueError, match="two words"):
        repeats({"a": "x"}, fewest=1)


words = st.lists(st.sampled_from("abcd"), max_size=40).map(" ".join)
sources = st.dictionaries(st.sampled_from("xyz"), words, max_size=3)


@given(sources, st.integers(2, 5))
def test_every_repeat_is_verbatim_and_none_is_missed(texts, fewest):
    stems = Stems()
    found = repeats(texts, fewest=fewest)
    for r in found:
        assert r.words >= fewest
        for place in (r.first, r.second):
            assert place.text == texts[place.source][place.start : place.end]
        assert folded_words(r.first.text) == folded_words(r.second.text)
        if r.first.source == r.second.source:
            assert r.first.end <= r.second.start
    spans = [(r.second.source, r.second.start, r.second.end) for r in found]
    for (source, _start, end), (after, start, _end) in pairwise(spans):
        assert source != after or end <= start
    every = [
        (name, n, w)
        for name, text in texts.items()
        for n, w in enumerate(pieces(text, stems))
    ]
    for j in range(len(every) - fewest + 1):
        second = every[j : j + fewest]
        if second[0][0] != second[-1][0]:
            continue
        twice = any(
            [w.stem for _, _, w in every[i : i + fewest]]
            == [w.stem for _, _, w in second]
            and every[i][0] == every[i + fewest - 1][0]
            for i in range(j - fewest + 1)
        )
        covered = any(
            source == name and start <= w.start < end
            for source, start, end in spans
            for name, _, w in second
        )
        assert covered or not twice
