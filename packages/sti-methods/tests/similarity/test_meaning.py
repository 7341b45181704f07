from __future__ import annotations

import json
import random
from dataclasses import replace
from importlib.resources import files

import numpy as np
import pytest
from sti_methods.embeddings import Encoder
from sti_methods.similarity import (
    MEANING,
    VERSION,
    Index,
    Record,
    Term,
    TermList,
    Understood,
    explain,
)
from sti_methods.similarity._kernels import FEATURES
from sti_methods.similarity.index import CLOSEST
from sti_methods.similarity.meaning import UNRELATED, Meanings

from tests.factories.sentence_models import CONCEPTS, sentence_model

WORDS = [word for concept in CONCEPTS for word in concept]
QUERY = Record(
    id="q",
    title="Timely warning",
    abstract="grinder binder probe shaking timely warning of stops in the dry season",
    year=2020,
)
SYNONYMS = Record(
    id="synonyms",
    title="Early plan",
    abstract="mill cement sensor vibration early plan for a bit of the season",
    year=2018,
)
STRANGE = Record(
    id="strange",
    title="Early plan",
    abstract="paddy kiln warning block brick stops paddy oven dry furnace rice",
    year=2018,
)


@pytest.fixture(scope="module")
def encoder(tmp_path_factory):
    return Encoder(sentence_model(tmp_path_factory.mktemp("models") / "concepts"))


def drawn(seed, number):
    """Return records of random words, some without title or text."""
    chance = random.Random(seed)  # noqa: S311

    def text(most):
        return " ".join(chance.choices([*WORDS, "of", "the", "warm", "wet"], k=most))

    return [
        Record(
            id=f"r{n}",
            title=text(chance.randrange(6)),
            abstract=text(chance.choice([0, 4, 30, 60])),
            year=chance.choice([None, 2018, 2019, 2020]),
        )
        for n in range(number)
    ]


class Angles:
    """An encoder whose texts are angles, in degrees, in the last word."""

    name, digest = "angles", "0123456789abcdef"

    def encode(self, texts):
        turns = [
            np.radians(float(text.split()[-1])) if text[-1].isdigit() else n * np.pi / 2
            for n, text in enumerate(texts)
        ]
        return np.array([[np.cos(t), np.sin(t)] for t in turns], np.float32)

    def cut(self, texts):
        return np.array(["long" in text for text in texts])


def test_likeness_is_counted_from_that_of_texts_that_have_nothing_in_common():
    """Here those texts lie a quarter turn apart, one after the other."""
    meanings = Meanings(Angles())
    for angle in (0, 60, 90, 180):
        meanings.append(Record(id=f"{angle}", title=f"turn {angle}"))
    quarters = np.arange(12) % 4
    products = [
        np.cos((quarters[a] - quarters[b]) * np.pi / 2)
        for b in range(12)
        for a in range(b)
    ]
    least = np.mean(products)
    found = meanings.likeness(Record(id="q", title="turn 0"), np.array([3, 1, 0, 2]))
    expected = [max((c - least) / (1 - least), 0) for c in (-1, 0.5, 1, 0)]
    assert found == pytest.approx(expected, abs=2**-16)
    assert (found * 2**16 == np.round(found * 2**16)).all()


def test_the_texts_of_both_languages_are_as_many():
    assert {name: len(set(texts)) for name, texts in UNRELATED.items()} == {
        "en": 12,
        "vi": 12,
    }


def test_the_same_meaning_in_other_words_comes_first(encoder):
    records = [STRANGE, SYNONYMS]
    by_words = [m.id for m in Index(records).rank(QUERY)]
    by_meaning = [m.id for m in Index(records, encoder=encoder).rank(QUERY)]
    assert (by_words, by_meaning) == (["strange", "synonyms"], ["synonyms", "strange"])


@pytest.mark.parametrize("seed", range(12))
def test_the_parts_add_up_to_the_score_meaning_included(encoder, seed):
    query, *records = drawn(seed, 9)
    index = Index(records, encoder=encoder)
    ranked = {m.id: m for m in index.rank(query)}
    for match in records:
        told = explain(index, query, match)
        assert sum(f.contribution for f in told.features) == told.score
        assert sum(f.contribution for f in reversed(told.features)) == told.score
        names = [f.name for f in told.features]
        assert names[: len(FEATURES) + 1] == [*FEATURES, MEANING]
        meaning = told.features[len(FEATURES)]
        row = np.array([index.ids.index(match.id)])
        assert meaning.value == Meanings.likeness(index.meanings, query, row)[0]
        assert meaning.words == ()
        if match.id in ranked:
            found = ranked[match.id]
            assert (told.rank, told.score, told.probability) == (
                found.rank,
                found.score,
                found.probability,
            )


def test_only_the_best_by_words_are_read(encoder):
    """The rest is judged as if it stood among them, and has no rank."""
    query = replace(QUERY, id="asked")
    far = Record(id="far", title="Plan", abstract="season " + "rice " * 30, year=2018)
    records = [
        replace(SYNONYMS, id=f"s{n}", title=f"Timely warning {n}")
        for n in range(CLOSEST)
    ]
    index = Index([far, *records], encoder=encoder)
    full = next(c for c in index.candidates(query, not_after=None, leave_out=()))
    assert sorted(index.ids[row] for row in full.rows) == sorted(r.id for r in records)
    told = explain(index, query, far)
    assert (told.rank, told.features[len(FEATURES)].name) == (None, MEANING)
    assert sum(f.contribution for f in told.features) == told.score
    assert explain(Index([far, *records]), query, far).rank == CLOSEST + 1


def test_a_list_without_candidates_is_no_fault(encoder):
    index = Index([SYNONYMS], encoder=encoder)
    assert index.rank(Record(id="blank")) == []
    told = explain(index, Record(id="blank"), SYNONYMS)
    assert (told.rank, sum(f.contribution for f in told.features)) == (None, told.score)
    assert Index(encoder=encoder).rank(QUERY) == []


def test_what_was_added_is_read_too(encoder):
    index = Index([STRANGE], encoder=encoder)
    index.add(SYNONYMS)
    assert [m.id for m in index.rank(QUERY)] == ["synonyms", "strange"]


def test_another_model_is_another_version_and_another_index(encoder):
    other = Encoder(encoder.folder, most_tokens=9)
    plain, one, two = (
        Index([SYNONYMS], encoder=each) for each in (None, encoder, other)
    )
    assert [i.version for i in (plain, one, two)] == [
        VERSION,
        f"{VERSION}+{encoder.digest[:8]}",
        f"{VERSION}+{other.digest[:8]}",
    ]
    assert len({i.digest() for i in (plain, one, two)}) == 3
    assert one.digest() == Index([SYNONYMS], encoder=encoder).digest()


def test_the_explanation_names_the_model_and_what_it_read_in_part(encoder):
    shorter = Encoder(encoder.folder, most_tokens=11)
    told = explain(Index([SYNONYMS], encoder=shorter), QUERY, SYNONYMS)
    assert told.meaning == Understood(
        model="concepts", digest=shorter.digest, query_cut=True, match_cut=True
    )
    brief = replace(QUERY, title="", abstract="grinder binder")
    told = explain(Index([SYNONYMS], encoder=shorter), brief, SYNONYMS)
    assert (told.meaning.query_cut, told.meaning.match_cut) == (False, True)
    document = json.loads(json.dumps(told.document()))
    assert document["meaning"]["model"] == "concepts"
    assert document["version"] == f"{VERSION}+{shorter.digest[:8]}"
    assert "meaning" not in explain(Index([SYNONYMS]), QUERY, SYNONYMS).document()


class Translated:
    """An encoder that reads both languages: a text's field is its vector."""

    name, digest = "both", "fedcba9876543210"

    def __init__(self, known, wrong=0):
        self.field = dict(known)
        for texts in UNRELATED.values():
            self.field |= {text: n for n, text in enumerate(texts)}
        for text in UNRELATED["vi"][len(UNRELATED["vi"]) - wrong :]:
            self.field[text] = 12

    def encode(self, texts):
        return np.eye(13, dtype=np.float32)[[self.field[text] for text in texts]]

    def cut(self, texts):
        return np.zeros(len(texts), np.bool_)


@pytest.mark.parametrize(("wrong", "reads"), [(0, True), (2, True), (3, False)])
def test_a_model_reads_both_languages_if_it_finds_ten_of_twelve(wrong, reads):
    assert Meanings(Translated({}, wrong)).bilingual is reads


def test_a_model_that_reads_both_languages_has_a_say_across():
    terms = TermList([Term("máy nghiền", "mill"), Term("độ rung", "vibration")])
    query = Record(id="q", abstract="Đo độ rung máy nghiền xi măng")
    near = Record(id="near", title="Shaking of some mill in works")
    far = Record(id="far", title="Vibration of hammers now")
    encoder = Translated({query.body: 1, near.title: 1, far.title: 3})
    plain, read = (Index([near, far], terms=terms, encoder=e) for e in (None, encoder))
    assert [m.id for m in plain.rank(query)] == ["far", "near"]
    assert [(m.id, m.across) for m in read.rank(query)] == [
        ("near", True),
        ("far", True),
    ]
    told = explain(read, query, near)
    assert (told.across, told.rank, told.meaning.model) == (True, 1, "both")
    assert sum(f.contribution for f in told.features) == told.score
    assert told.features[len(FEATURES)].value == 1.0


def test_across_languages_words_alone_decide_where_the_model_reads_one(encoder):
    terms = TermList([Term("máy nghiền", "mill"), Term("độ rung", "vibration")])
    query = Record(id="q", title="Đo độ rung máy nghiền xi măng")
    far = Record(id="far", title="Vibration of a cement mill")
    own = Record(id="own", title="Đo độ rung tua bin gió")
    plain, read = (Index([far, own], terms=terms, encoder=e) for e in (None, encoder))
    across = [m for m in plain.rank(query) if m.across]
    assert [m.id for m in across] == ["far"]
    assert [m for m in read.rank(query) if m.across] == across
    told = explain(read, query, far)
    assert (told.across, told.meaning, told.score) == (True, None, across[0].score)
    assert [f.name for f in told.features][len(FEATURES)] == "years between"


def test_the_fitted_file_says_on_what_it_was_fitted_and_how_it_does():
    folder = files("sti_methods.similarity")
    words, read = (
        json.loads(folder.joinpath(name).read_text("utf-8"))
        for name in ("model.json", "model_meaning.json")
    )
    assert read["fitted on"] == words["fitted on"] | {"model": "all-MiniLM-L6-v2"}
    sizes = {len(m["rank"]["weights"]) for m in words["models"]}
    assert sizes == {2 * len(FEATURES) + 3}
    assert {len(m["rank"]["weights"]) for m in read["models"]} == {
        2 * len(FEATURES) + 5
    }
    kinds = [[(m["group"], m["title"]) for m in f["models"]] for f in (words, read)]
    assert kinds[0] == kinds[1]
    for model in read["models"]:  # more alike in meaning is never less alike
        weights, scale = (np.array(model["rank"][k]) for k in ("weights", "scale"))
        at, ratio = len(FEATURES), 2 * len(FEATURES) + 1
        assert weights[at] / scale[at] + weights[ratio] / scale[ratio] > 0
