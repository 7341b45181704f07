"""Are two printed names one person? Readings, bearers, clues."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sti_methods.identities import Identities, Known, Mention, likeness, read
from sti_methods.identities.calibration import FITTED, calibrated
from sti_methods.identities.names import SURNAMES, fold

NAME = "Nguyễn Văn An"


@pytest.mark.parametrize(
    ("printed", "found"),
    [
        ("Nguyễn Văn An", "same"),
        ("PGS.TS. Nguyễn Văn An", "same"),
        ("Nguyen Van An", "folded"),
        ("Van An Nguyen", "folded"),
        ("An Van Nguyen", "reordered"),
        ("An Nguyen", "shorter"),
        ("Nguyễn An", "shorter"),
        ("Nguyen V. A.", "initials"),
        ("V. A. Nguyen", "initials"),
        ("Nguyen, V.A.", "initials"),
        ("N. V. An", "initials"),
        ("Nguyễn Văn Ân", "not"),
        ("Nguyễn Thị An", "not"),
        ("Trần Văn An", "not"),
        ("Van Nguyen", "not"),
        ("", "not"),
    ],
)
def test_a_name_is_recognised_in_the_ways_it_is_printed(printed, found):
    assert (likeness(NAME, printed), likeness(printed, NAME)) == (found, found)


words = st.sampled_from(sorted(SURNAMES)[:20])
given_names = st.sampled_from(["Hạnh", "Đạt", "Quỳnh", "Thắng", "Uyên", "Phúc"])


@settings(max_examples=60, deadline=None)
@given(words, st.lists(given_names, min_size=1, max_size=3))
def test_a_full_name_is_like_itself_bare_abroad_and_in_letters(surname, rest):
    name = " ".join([surname.capitalize(), *rest])
    bare = fold(name).split()
    west = " ".join([*bare[1:], bare[0]])
    letters = " ".join([bare[0], *(w[0] for w in bare[1:])])
    assert likeness(name, name) in {"same", "folded"}
    assert likeness(name, west) != "not"
    assert likeness(name, letters) != "not"
    assert read(name).folded == fold(name)


def people(*more: Known) -> Identities:
    return Identities.of([Known(id=1, names=(NAME,)), *more])


def test_without_a_clue_the_bearers_of_a_name_share_the_probability():
    found = people(Known(id=2, names=(NAME,))).who(Mention(name="Nguyen Van An"))
    # Two are known, and .35 unknown for each of them.
    assert [(x.id, round(x.probability, 3)) for x in found] == [(1, 0.37), (2, 0.37)]


def test_an_address_and_an_orcid_settle_it():
    known = people(Known(id=2, names=(NAME,), emails=("an@viena.vn",), orcid="0-1"))
    for mention in (
        Mention(name="Nguyen V. A.", email="AN@viena.vn"),
        Mention(name="Nguyen V. A.", orcid="0-1"),
    ):
        assert known.who(mention)[0].id == 2
        assert known.who(mention)[0].probability > 0.999


def test_another_orcid_rules_somebody_out():
    known = Identities.of([Known(id=1, names=(NAME,), orcid="0-1")])
    (found,) = known.who(Mention(name=NAME, orcid="0-2"))
    assert found.probability < 1e-5


def test_a_house_or_a_circle_tells_a_namesake_from_the_other():
    known = Identities.of(
        [
            Known(id=1, names=(NAME,), houses=frozenset({7}), circle=frozenset({50})),
            Known(id=2, names=(NAME,), houses=frozenset({8}), circle=frozenset({60})),
            *(
                Known(id=n, names=(f"Trần Thị {n}",), houses=frozenset({n}))
                for n in range(100, 300)
            ),
        ]
    )
    by_house = known.who(Mention(name=NAME, houses=frozenset({8})))
    by_circle = known.who(Mention(name=NAME, beside=frozenset({50})))
    assert (by_house[0].id, by_circle[0].id) == (2, 1)
    assert by_house[0].probability > 0.9
    assert [c.kind for c in by_circle[0].clues] == ["same", "circle"]


def test_who_is_known_not_to_be_meant_leaves_the_rest_to_the_others():
    known = people(Known(id=2, names=(NAME,)))
    found = known.who(Mention(name=NAME), but=frozenset({1}))
    assert [x.id for x in found] == [2]


def test_a_public_mail_provider_tells_nothing():
    known = Identities.of([Known(id=1, names=(NAME,), emails=("a@gmail.com",))])
    (found,) = known.who(Mention(name=NAME, email="b@gmail.com"))
    assert [c.kind for c in found.clues] == ["same"]


# ---- put right by what was true


def test_a_name_without_its_middle_names_is_believed_less_than_a_whole_one():
    said = 0.6
    whole = calibrated(said, ["folded", "other_circle", "near"])
    short = calibrated(said, ["shorter", "other_circle", "near"])
    met = calibrated(said, ["folded", "circle"])
    assert short < 0.25 < whole < said < met


def test_what_is_put_right_keeps_its_order_and_its_ends():
    steps = [0.0, 1e-7, 0.01, 0.2, 0.5, 0.8, 0.99, 1.0]
    for printed, met in FITTED:
        clues = [printed, met]
        found = [calibrated(p, clues) for p in steps]
        assert found == sorted(found)
        assert (found[0], found[1], found[-1]) == (0.0, 1e-7, 1.0)
