"""Rows of the registry, of dossiers and orders, as the method of expertise takes them."""

from __future__ import annotations

import pytest
from sti_methods.embeddings import Unusable

from opensti.domains.panels.problem import expertise
from opensti.domains.panels.queries import sheet_of
from opensti.domains.registry.models import Person
from tests.factories import panels as factory
from tests.factories.calls import applicant, published, submitted
from tests.factories.registry import Codes, Organisations, People, written
from tests.factories.sentence_models import sentence_model

pytestmark = pytest.mark.django_db


@pytest.fixture
def zinc(office):
    return factory.old_order(office)


def scores(people, **items):
    return expertise.scores_for(person_ids=[p.pk for p in people], **items)


def test_who_wrote_on_an_order_s_subject_scores_above_who_did_not(zinc):
    knows = written(People.create(), "Thu hồi kẽm từ bụi lò", "Lò điện")
    other = written(People.create(), "Giống lúa chịu mặn")
    found = scores([knows, other], order_ids=[zinc.pk])
    item = (expertise.ORDER, zinc.pk)
    assert found.score(knows.pk, item) > found.score(other.pk, item)
    assert (found.people, found.items) == ((knows.pk, other.pk), (item,))
    assert found.evidence == {knows.pk: "few", other.pk: "few"}
    told = found.explain(knows.pk, item)
    assert told.shares[0].piece.title == "Thu hồi kẽm từ bụi lò"
    assert told.score == pytest.approx(found.score(knows.pk, item), abs=1e-6)


def test_an_english_work_is_found_for_a_vietnamese_order(zinc):
    knows = written(People.create(), "Recovery of zinc from furnace dust")
    found = scores([knows], order_ids=[zinc.pk])
    assert found.score(knows.pk, (expertise.ORDER, zinc.pk)) > 0


def test_declared_keywords_and_fields_count_where_there_is_no_work(zinc):
    said = People.create(keywords_vi="thu hồi kẽm")
    field = People.create()
    field.fields.add(Codes.create(name_vi="Luyện kẽm", name_en="Zinc smelting"))
    silent = People.create()
    found = scores([said, field, silent], order_ids=[zinc.pk])
    item = (expertise.ORDER, zinc.pk)
    assert [found.score(p.pk, item) > 0 for p in (said, field, silent)] == [
        True,
        True,
        False,
    ]
    assert set(found.evidence.values()) == {"none"}


def test_the_same_rows_have_the_same_digests_and_others_have_others(zinc):
    knows = written(People.create(), "Thu hồi kẽm")
    first = scores([knows], order_ids=[zinc.pk])
    again = scores([knows], order_ids=[zinc.pk])
    assert (first.method, first.pool, first.asked) == (
        again.method,
        again.pool,
        again.asked,
    )
    Person.objects.filter(pk=knows.pk).update(keywords_en="zinc")
    changed = scores([knows], order_ids=[zinc.pk])
    assert (changed.pool == first.pool, changed.asked == first.asked) == (False, True)


def test_a_sealed_dossier_has_no_words_yet(office):
    sealed = submitted(
        applicant(Organisations.create()), published(office.officer), title="Kẽm"
    )
    found = scores([People.create()], dossier_ids=[sealed.pk])
    assert (found.items, found.matrix.shape) == ((), (1, 0))


def test_what_was_judged_in_a_concluded_council_is_a_past_review(office):
    council, members = factory.prepared(
        office, dossiers=factory.eligible_dossiers(office, 2)
    )
    factory.in_session(office, council)
    judged, beside = (factory.item_of(council, n) for n in (1, 2))
    sheet = sheet_of(judged)
    for member in members:
        for item in (judged, beside):
            factory.cast(member, item, factory.scored(sheet, "80"))
    reviewer = members[2].person_id
    assert expertise.reviews_of([reviewer]) == {}
    factory.concluded(office, council)
    assert expertise.reviews_of([reviewer]) == {
        reviewer: [
            ("dossier", pk) for pk in sorted([judged.dossier_id, beside.dossier_id])
        ]
    }
    known = expertise.experts([reviewer], but={("dossier", beside.dossier_id)})
    assert [piece.id for piece in known[reviewer].pieces] == [
        f"dossier:{judged.dossier_id}"
    ]


def test_meaning_is_compared_where_it_is_asked_for_and_there_is_a_model(
    zinc, settings, tmp_path
):
    settings.OPENSTI_DATA_DIR = tmp_path
    settings.OPENSTI_EMBEDDINGS = str(sentence_model(tmp_path / "small"))
    knows = written(People.create(), "mill cement")
    found = scores([knows], order_ids=[zinc.pk], meaning=True)
    assert found.method.count("+") == 2
    settings.OPENSTI_EMBEDDINGS = ""
    with pytest.raises(Unusable, match="names no sentence model"):
        scores([written(People.create(), "x")], order_ids=[zinc.pk], meaning=True)


@pytest.mark.parametrize("number", [1, 4])
def test_the_number_of_queries_does_not_grow(
    number, office, zinc, django_assert_num_queries
):
    everyone = [written(People.create(), "Kẽm", "Lò") for _n in range(number)]
    dossiers = factory.eligible_dossiers(office, number)
    with django_assert_num_queries(9):
        scores(everyone, order_ids=[zinc.pk], dossier_ids=[d.pk for d in dossiers])
