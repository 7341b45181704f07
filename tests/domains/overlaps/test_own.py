"""A writer looks into the public archive first; nobody else knows, nothing else shows."""

from __future__ import annotations

import pytest

from opensti.domains.overlaps import actions, problem, queries
from opensti.domains.overlaps.models import OwnCheck
from opensti.kernel.access import Role, visible
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import AccessDenied, NotFound
from tests.factories import calls as call_factory
from tests.factories import overlaps as factory
from tests.factories import tasks as task_factory

pytestmark = pytest.mark.django_db
AT = factory.LATER


def ask(actor, work, kind="tasks.need"):
    return actions.check_own_draft(
        actor=actor, kind=kind, public_id=work.public_id, at=AT
    )


def answered(check):
    actions.answer_own_checks(batch=actions.refresh_corpus(at=AT), at=AT)
    check.refresh_from_db()
    return [m.document.subject for m in queries.own_matches(check)]


@pytest.fixture
def writer(db):
    task_factory.regimes()
    factory.archived(factory.REPEATED, *factory.OTHERS)
    return task_factory.person(Role.APPLICANT)


def draft_of_it(writer):
    title, abstract = factory.REPEATED
    return task_factory.draft(writer, title=title, urgency=abstract)


def test_a_draft_is_compared_with_the_archive_before_it_is_handed_in(writer):
    check = ask(writer, draft_of_it(writer))
    assert answered(check) == [f"tasks.task:{factory.task_like_it().public_id}"]
    assert (check.done_at, check.corpus_size) == (AT, 11)


def test_what_is_not_public_is_not_found(writer):
    factory.repeated_need(task_factory.person(Role.APPLICANT))
    check = ask(writer, draft_of_it(writer))
    assert answered(check) == [f"tasks.task:{factory.task_like_it().public_id}"]
    assert check.corpus_size == 11


def test_an_approved_order_is_public_and_found(writer):
    officer, leader = call_factory.officer(), task_factory.person(Role.LEADER)
    title, abstract = factory.REPEATED
    order = task_factory.approved(
        officer, leader, title_vi=title, objectives_vi=abstract
    )
    check = ask(writer, draft_of_it(writer))
    assert set(answered(check)) == {
        f"tasks.order:{order.public_id}",
        f"tasks.task:{factory.task_like_it().public_id}",
    }


def test_a_dossier_that_is_being_written_is_compared_as_it_is_now(writer):
    officer = call_factory.officer()
    call = call_factory.published(officer)
    applicant = call_factory.applicant(call_factory.host())
    title, abstract = factory.REPEATED
    dossier = call_factory.written(applicant, call, title=title, summary_vi=abstract)
    check = ask(applicant, dossier, "calls.dossier")
    assert answered(check) == [f"tasks.task:{factory.task_like_it().public_id}"]


def test_only_the_writer_asks_and_only_he_reads_the_answer(writer):
    need = draft_of_it(writer)
    with pytest.raises(NotFound):
        ask(task_factory.person(Role.OFFICER), need)
    sent = factory.repeated_need(writer)
    with pytest.raises(AccessDenied):
        ask(task_factory.person(Role.OFFICER), sent)
    check = ask(writer, need)
    for role in Role:
        other = task_factory.person(role)
        assert not visible(other, OwnCheck.objects.all()).exists()
    assert visible(writer, OwnCheck.objects.all()).get() == check
    assert not Entry.objects.filter(act__startswith="overlaps.").exists()


def test_asking_again_takes_the_place_of_the_last_answer(writer):
    need = draft_of_it(writer)
    answered(ask(writer, need))
    check = ask(writer, need)
    assert (check.done_at, check.found, OwnCheck.objects.count()) == (None, [], 1)


def test_a_dossier_is_not_compared_with_the_order_that_it_answers(writer):
    officer, leader = call_factory.officer(), task_factory.person(Role.LEADER)
    title, abstract = factory.REPEATED
    order = task_factory.approved(
        officer, leader, title_vi=title, objectives_vi=abstract
    )
    call = call_factory.published(officer, order)
    applicant = call_factory.applicant(call_factory.host())
    dossier = call_factory.written(applicant, call, title=title, summary_vi=abstract)
    check = ask(applicant, dossier, "calls.dossier")
    assert answered(check) == [f"tasks.task:{factory.task_like_it().public_id}"]


def test_a_draft_that_cannot_be_compared_holds_up_no_other(writer, monkeypatch):
    bad, good = ask(writer, draft_of_it(writer)), ask(writer, draft_of_it(writer))
    whole = problem.matches

    def matches(index, document, left_out, *, least):
        if document.object_id == bad.object_id:
            raise ValueError("no such word")
        return whole(index, document, left_out, least=least)

    monkeypatch.setattr(problem, "matches", matches)
    assert answered(good) == [f"tasks.task:{factory.task_like_it().public_id}"]
    assert OwnCheck.objects.get() == good
