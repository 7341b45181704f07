from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sti_methods.embeddings import Encoder
from sti_methods.expertise import (
    DECLARED,
    ENOUGH,
    FEW,
    NOTHING,
    REVIEW,
    Expert,
    Piece,
    Pool,
    Proposal,
    digest,
)
from sti_methods.expertise.rules import LEAST_WEIGHT, NEAREST
from sti_methods.similarity import shipped_terms

from tests.factories.sentence_models import CONCEPTS, sentence_model

WORDS = [word for concept in CONCEPTS for word in concept]
MILL = Proposal(
    id="mill",
    title="Early warning of bearing faults in cement mills",
    abstract="Vibration sensors on the bearings of cement mills tell of faults early.",
)


def work(n, title, **more):
    return Piece(id=f"w{n}", title=title, **more)


def expert(name, *titles):
    return Expert(
        id=name, pieces=tuple(work(n, title) for n, title in enumerate(titles))
    )


GRINDER = expert(
    "grinder",
    "Bearing faults of cement mills seen in vibration",
    "Sensors for early warning",
    "Wear of mill linings",
)
FARMER = expert(
    "farmer",
    "Rice that tolerates salt",
    "Early ripening paddy",
    "Water of the delta",
)


def test_who_wrote_on_the_subject_comes_before_who_did_not():
    scores = Pool([FARMER, GRINDER], [MILL]).scores([MILL])
    assert [name for name, _score in scores.ranked("mill")] == ["grinder", "farmer"]


def test_the_shares_of_works_and_terms_add_up_to_the_score():
    pool = Pool([FARMER, GRINDER], [MILL])
    told = pool.explain("grinder", MILL)
    assert told.score == pytest.approx(pool.scores([MILL]).of("grinder", "mill"))
    assert sum(share.share for share in told.shares) == pytest.approx(told.score)
    for share in told.shares:
        parts = [term.share for term in share.terms]
        assert sum(parts) + share.rest == pytest.approx(share.share)
    assert told.shares[0].piece == GRINDER.pieces[0]
    assert {"cement mills", "bearing", "vibration"} <= {
        term.term for term in told.shares[0].terms
    }


def test_terms_are_told_as_the_proposal_spells_them():
    proposal = Proposal(id="p", title="Lò nung gạch và bi nghiền")
    pool = Pool([expert("a", "Lò nung vôi", "Nghiền bi")], [proposal])
    told = pool.explain("a", proposal)
    assert {term.term for share in told.shares for term in share.terms} == {
        "lò",
        "nung",
        "lò nung",
        "bi",
        "nghiền",
    }


def test_a_score_is_worked_out_by_hand():
    # Two texts with the one term "kiln" in common, each of two terms and their pair.
    proposal = Proposal(id="p", title="kiln alpha")
    pool = Pool([expert("a", "kiln beta")], [proposal])
    rare, shared = np.log(3 / 2) + 1, 1.0  # idf of n = 1 and n = 2 of N = 2
    cosine = shared**2 / (shared**2 + 2 * rare**2)
    assert pool.scores([proposal]).of("a", "p") == pytest.approx(
        cosine / np.sqrt(LEAST_WEIGHT)
    )


def test_one_work_is_taken_as_one_of_three():
    few, many = expert("few", "Cement mills"), expert("many", *["Cement mills"] * 3)
    scores = Pool([few, many], [MILL]).scores([MILL])
    assert scores.of("many", "mill") == pytest.approx(
        scores.of("few", "mill") * np.sqrt(3)
    )


def test_works_beyond_the_nearest_twenty_take_nothing_away():
    near = ["Cement mills"] * NEAREST
    narrow, broad = expert("narrow", *near), expert("broad", *near, *["Rice"] * 300)
    scores = Pool([narrow, broad], [MILL]).scores([MILL])
    assert scores.of("broad", "mill") == scores.of("narrow", "mill") > 0


def test_a_past_review_counts_half_of_a_work():
    wrote = expert("wrote", "Cement mills")
    reviewed = Expert(id="reviewed", pieces=(replace(wrote.pieces[0], kind=REVIEW),))
    scores = Pool([wrote, reviewed], [MILL]).scores([MILL])
    assert scores.of("reviewed", "mill") == pytest.approx(
        scores.of("wrote", "mill") / 2
    )


def test_declared_keywords_speak_for_who_has_no_work_and_this_is_marked():
    new = Expert(id="new", pieces=(Piece(id="d", title="cement mills", kind=DECLARED),))
    silent = Expert(id="silent")
    scores = Pool([new, silent, FARMER], [MILL]).scores([MILL])
    assert scores.of("new", "mill") > scores.of("farmer", "mill")
    assert scores.of("silent", "mill") == 0
    assert [new.evidence, silent.evidence, FARMER.evidence] == [NOTHING, NOTHING, FEW]
    assert expert("e", *["Rice"] * 5).evidence == ENOUGH


def test_age_makes_a_difference_only_where_a_half_life_is_stated():
    old = Expert(id="old", pieces=(work(1, "Cement mills", year=2016),))
    new = Expert(id="new", pieces=(work(1, "Cement mills", year=2026),))
    plain = Pool([old, new], [MILL]).scores([MILL])
    assert plain.of("old", "mill") == plain.of("new", "mill")
    aged = Pool([old, new], [MILL], half_life=10, year=2026).scores([MILL])
    assert aged.of("old", "mill") == pytest.approx(aged.of("new", "mill") / 2)


@pytest.mark.parametrize("given", [{"half_life": 5.0}, {"half_life": 0.0, "year": 1}])
def test_a_half_life_that_makes_no_sense_is_refused(given):
    with pytest.raises(ValueError, match="half-life"):
        Pool([FARMER], **given)


def test_a_vietnamese_proposal_meets_english_works_by_a_list_of_terms():
    proposal = Proposal(
        id="p", title="Giám sát rung động ổ bi của máy nghiền xi măng bằng cảm biến"
    )
    people = [GRINDER, FARMER]
    without = Pool(people, [proposal]).scores([proposal])
    assert without.ranked("p") == []
    pool = Pool(people, [proposal], terms=shipped_terms())
    found = pool.scores([proposal])
    assert found.ranked("p")[0][0] == "grinder"
    told = pool.explain("grinder", proposal)
    assert told.score == pytest.approx(found.of("grinder", "p"))


def test_a_sentence_model_finds_what_says_the_same_in_other_words(tmp_path):
    encoder = Encoder(sentence_model(tmp_path / "m"))
    said = Proposal(id="p", title="mill cement sensor vibration")
    same, other = expert("same", "grinder binder probe shaking"), expert("no", "rice")
    assert Pool([same, other], [said]).scores([said]).ranked("p") == []
    pool = Pool([same, other], [said], encoder=encoder)
    scores = pool.scores([said])
    assert [name for name, _score in scores.ranked("p")] == ["same"]
    told = pool.explain("same", said)
    assert told.score == pytest.approx(scores.of("same", "p"))
    assert told.shares[0].meaning == pytest.approx(1)
    assert told.shares[0].rest == pytest.approx(told.score)


def test_only_the_best_are_kept_where_no_more_are_wanted():
    everyone = [GRINDER, FARMER, expert("third", "Cement")]
    pool = Pool(everyone, [MILL])
    best = pool.scores([MILL], most=2)
    assert best.ranked("mill") == pool.scores([MILL]).ranked("mill")[:2]
    assert best.matrix.nnz == 2


def test_two_of_one_id_are_refused():
    with pytest.raises(ValueError, match="two experts"):
        Pool([FARMER, FARMER])
    with pytest.raises(ValueError, match="two proposals"):
        Pool([FARMER]).scores([MILL, MILL])


def test_empty_pools_and_empty_texts_have_no_scores():
    assert Pool([]).scores([MILL]).matrix.shape == (0, 1)
    assert Pool([FARMER]).scores([]).matrix.shape == (1, 0)
    nothing = Pool([Expert(id="e", pieces=(Piece(id="1"),))], [MILL])
    assert nothing.scores([MILL]).matrix.nnz == 0
    assert nothing.explain("e", MILL).shares == ()


def test_any_change_of_an_expert_is_another_digest():
    assert digest((GRINDER,)) == digest((GRINDER,))
    changed = replace(GRINDER, pieces=GRINDER.pieces[:2])
    assert digest((GRINDER,)) != digest((changed,))


titles = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)
people = st.lists(st.lists(titles, max_size=25), min_size=1, max_size=6).map(
    lambda many: [expert(f"e{n}", *some) for n, some in enumerate(many)]
)


@settings(max_examples=40, deadline=None)
@given(people, titles, st.randoms(use_true_random=False))
def test_scores_lie_between_0_and_1_and_do_not_depend_on_order(everyone, title, chance):
    asked = Proposal(id="p", title=title)
    scores = Pool(everyone, [asked]).scores([asked])
    assert ((scores.matrix.data > 0) & (scores.matrix.data <= 1 + 1e-6)).all()
    mixed = [
        replace(each, pieces=tuple(chance.sample(each.pieces, len(each.pieces))))
        for each in everyone
    ]
    random.Random(1).shuffle(mixed)  # noqa: S311 -- an order, no secret
    again = Pool(mixed, [asked]).scores([asked])
    assert dict(again.ranked("p")) == pytest.approx(dict(scores.ranked("p")), rel=1e-5)


@settings(max_examples=40, deadline=None)
@given(people, titles)
def test_every_explanation_adds_up(everyone, title):
    asked = Proposal(id="p", title=title)
    pool = Pool(everyone, [asked])
    scores = pool.scores([asked])
    for each in everyone:
        told = pool.explain(each.id, asked)
        assert told.score == pytest.approx(scores.of(each.id, "p"), rel=1e-5)
        assert sum(s.share for s in told.shares) == pytest.approx(told.score)
