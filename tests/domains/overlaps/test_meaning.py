"""A sentence model beside the words: in what is found, and in what is kept of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.checks import Error, run_checks
from sti_methods.embeddings import Encoder, Unusable

from opensti.domains.overlaps import actions, problem, queries
from opensti.domains.overlaps.models import Base, Screening
from opensti.kernel.access import Role
from tests.factories import overlaps as factory
from tests.factories import tasks as task_factory
from tests.factories.sentence_models import need_libraries, sentence_model

pytestmark = pytest.mark.django_db


def own_checks():
    """What the domain's check says; the others are about the machine."""
    found = run_checks(include_deployment_checks=True)
    return [said for said in found if (said.id or "").startswith("overlaps.")]


@pytest.fixture
def model(settings, tmp_path):
    folder = sentence_model(tmp_path / "concepts")
    settings.OPENSTI_EMBEDDINGS = str(folder)
    return Encoder(folder)


def bases():
    return list(Base.objects.order_by("pk").values_list("method", "model"))


def test_a_screening_with_a_model_says_so_and_can_be_done_again(model, db):
    story = factory.screened()
    screening = story.screening
    method = f"{problem.METHOD}+{model.digest[:8]}"
    assert bases() == [(method, "concepts")]
    assert screening.base.model_digest == model.digest
    assert screening.method == method
    assert story.hit.evidence["meaning"] == {
        "model": "concepts",
        "digest": model.digest,
        "query_cut": False,
        "match_cut": False,
    }
    assert "meaning" in [f["name"] for f in story.hit.evidence["features"]]
    assert (Path(django_settings.OPENSTI_DATA_DIR) / problem.VECTORS).is_file()
    again = problem.index_anew(screening.base, screening.batch)
    assert again.digest() == screening.corpus_digest
    found = problem.evidence(
        again, screening.wording, story.hit.document, screening.left_out
    )
    assert found == story.hit.evidence


def test_without_a_model_nothing_is_said_of_meaning(db):
    story = factory.screened()
    assert bases() == [(problem.METHOD, "")]
    assert story.screening.method == problem.METHOD
    assert "meaning" not in story.hit.evidence


def test_another_setting_is_another_base_and_open_works_are_compared_by_it(
    settings, model, db
):
    folder = settings.OPENSTI_EMBEDDINGS
    method = f"{problem.METHOD}+{model.digest[:8]}"
    settings.OPENSTI_EMBEDDINGS = ""
    story = factory.screened()
    for setting, meant in ((folder, (method, "concepts")), ("", (problem.METHOD, ""))):
        settings.OPENSTI_EMBEDDINGS = setting
        actions.screen_open_again(at=factory.LATER)
        actions.ask_for_screening(
            actor=story.officer,
            kind="tasks.need",
            object_id=story.need.pk,
            at=factory.LATER,
        )
        actions.screen_waiting(at=factory.LATER)
        newest = Screening.objects.get(object_id=story.need.pk, current=True)
        assert (newest.method, newest.base.model) == meant
        assert queries.corpus_state().base == newest.base
    assert bases() == [(problem.METHOD, ""), (method, "concepts"), (problem.METHOD, "")]


def test_the_index_of_a_model_that_is_no_longer_set_is_refused(settings, model, db):
    base = factory.screened().screening.base
    settings.OPENSTI_EMBEDDINGS = ""
    with pytest.raises(
        problem.OtherModel, match=r"with the model concepts .* names none$"
    ):
        problem.index_anew(base, base.batch)


def test_a_setting_that_names_no_model_compares_nothing_by_words_instead(
    settings, tmp_path, db
):
    task_factory.regimes()
    settings.OPENSTI_EMBEDDINGS = str(tmp_path / "nowhere")
    need = factory.repeated_need(task_factory.person(Role.APPLICANT))
    with pytest.raises(Unusable):
        actions.screen_waiting(at=factory.LATER)
    waiting = Screening.objects.get(object_id=need.pk)
    assert (waiting.state, Base.objects.count()) == ("waiting", 0)
    settings.OPENSTI_EMBEDDINGS = ""
    actions.screen_waiting(at=factory.LATER)
    assert Screening.objects.get(object_id=need.pk).method == problem.METHOD


def test_the_check_before_production_names_a_model_that_cannot_be_used(
    settings, tmp_path
):
    assert own_checks() == []
    need_libraries()
    folder = tmp_path / "nowhere"
    settings.OPENSTI_EMBEDDINGS = str(folder)
    assert own_checks() == [
        Error(
            f"OPENSTI_EMBEDDINGS: {folder}: there is no such folder; name the folder of a sentence model",
            id="overlaps.E001",
        )
    ]
    settings.OPENSTI_EMBEDDINGS = str(sentence_model(folder))
    assert own_checks() == []
