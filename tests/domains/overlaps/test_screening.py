"""What is handed in is compared without anybody asking, and can be compared again."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from opensti.domains.calls import actions as calls
from opensti.domains.overlaps import actions, problem, queries
from opensti.domains.overlaps.models import Base, Document, Hit, Notice, Screening
from opensti.domains.tasks import actions as tasks
from opensti.kernel.access import Role
from opensti.kernel.jobs.models import Job
from opensti.kernel.record.models import Entry
from tests.factories import calls as call_factory
from tests.factories import overlaps as factory
from tests.factories import tasks as task_factory
from tests.factories.registry import Organisations

pytestmark = pytest.mark.django_db


def living():
    return set(Document.objects.filter(left=None).values_list("subject", flat=True))


def found(screening):
    return [
        (hit.document.title_vi, hit.group, hit.rank)
        for hit in screening.hits.order_by("-probability")
    ]


def test_a_need_finds_the_archived_task_that_it_repeats(story):
    match = story.hit
    assert match.document.subject == f"tasks.task:{factory.task_like_it().public_id}"
    assert match.probability > 0.9
    assert story.screening.top == match.probability
    assert [h for h in story.screening.hits.all() if h.probability > 0.5] == [match]


def test_the_evidence_quotes_both_works_word_by_word(story):
    document, other = story.screening.wording, story.hit.document
    passages = story.hit.evidence["passages"]
    assert len(passages) >= 3
    for passage in passages:
        for side, text in (("query", document), ("match", other)):
            said = passage[side]
            field = said["field"]
            whole = (
                "\n".join(t for t in (text.title_vi, text.title_en) if t)
                if field == "title"
                else getattr(text, field)
            )
            assert whole[said["start"] : said["end"]] == said["text"]


def test_a_screening_can_be_done_again_to_the_same_figures(story):
    screening = story.screening
    factory.archived(("Kho lạnh", "Kho lạnh dùng năng lượng mặt trời cho thủy sản."))
    actions.refresh_corpus(at=factory.LATER)
    index = problem.index_anew(screening.base, screening.batch)
    again = problem.matches(index, screening.wording, screening.left_out, least=0.05)
    assert index.digest() == screening.corpus_digest
    assert sorted((int(m.id), m.rank, m.score, m.probability) for m in again) == sorted(
        screening.hits.values_list("document_id", "rank", "score", "probability")
    )


def test_a_need_finds_the_same_work_in_another_language(db):
    task_factory.regimes()
    factory.archived(*factory.OTHERS)
    factory.archived(factory.ABROAD, source="ABROAD", language="en")
    need = factory.repeated_need(task_factory.person(Role.APPLICANT))
    actions.screen_waiting(at=factory.LATER)
    screening = factory.story_of(need).screening
    hit = screening.hits.get(document__title_en=factory.ABROAD[0])
    told = {
        term["written"].lower(): term["translations"]
        for term in hit.evidence["translated"]
    }
    assert hit.evidence["across"]
    assert told["kẽm"] == ["zinc"]
    assert told["lò quay"] == ["rotary kiln"]
    assert hit.likeness == "same work"
    assert hit.probability > 0.9
    index = problem.index_anew(screening.base, screening.batch)
    assert index.digest() == screening.corpus_digest
    document = hit.document
    again = problem.evidence(index, screening.wording, document, screening.left_out)
    assert again == hit.evidence


def test_drafts_are_not_compared_and_withdrawn_needs_leave(db):
    task_factory.regimes()
    factory.archived(factory.REPEATED)
    somebody = task_factory.person(Role.APPLICANT)
    task_factory.draft(somebody)
    actions.screen_waiting(at=factory.LATER)
    assert not Screening.objects.exists()
    need = factory.repeated_need(somebody)
    actions.screen_waiting(at=factory.LATER)
    assert f"tasks.need:{need.public_id}" in living()
    tasks.withdraw_need(actor=somebody, need_id=need.pk, at=factory.LATER)
    actions.screen_waiting(at=factory.LATER)
    assert living() == {f"tasks.task:{factory.task_like_it().public_id}"}


def test_a_need_taken_back_before_it_was_compared_waits_for_nothing(db):
    task_factory.regimes()
    somebody = task_factory.person(Role.APPLICANT)
    need = factory.repeated_need(somebody)
    tasks.withdraw_need(actor=somebody, need_id=need.pk, at=factory.LATER)
    actions.screen_waiting(at=factory.LATER)
    assert not Screening.objects.exists()


def test_a_need_is_compared_with_another_need(db):
    task_factory.regimes()
    first = factory.repeated_need(task_factory.person(Role.APPLICANT))
    second = factory.repeated_need(task_factory.person(Role.APPLICANT))
    actions.screen_waiting(at=factory.LATER)
    titles = {
        screening.object_id: [h.document.object_id for h in screening.hits.all()]
        for screening in Screening.objects.all()
    }
    assert titles == {first.pk: [second.pk], second.pk: [first.pk]}


def test_an_order_is_not_compared_with_the_needs_that_it_answers(db):
    task_factory.regimes()
    officer = task_factory.person(Role.OFFICER)
    need = task_factory.accepted(task_factory.person(Role.APPLICANT), officer)
    other = task_factory.submitted(task_factory.person(Role.APPLICANT))
    order = task_factory.order(officer, title_vi=need.title_vi, need_ids=[need.pk])
    actions.screen_waiting(at=factory.LATER)
    screening = Screening.objects.get(kind="tasks.order", object_id=order.pk)
    assert [h.document.object_id for h in screening.hits.all()] == [other.pk]
    of_need = Screening.objects.get(kind="tasks.need", object_id=need.pk)
    assert [h.document.subject for h in of_need.hits.all()] == [
        f"tasks.need:{other.public_id}"
    ]


def test_an_order_that_is_changed_is_compared_anew(db):
    task_factory.regimes()
    factory.archived(factory.REPEATED, *factory.OTHERS)
    officer = task_factory.person(Role.OFFICER)
    order = task_factory.order(officer, title_vi="Giám sát", objectives_vi="Chưa rõ.")
    actions.screen_waiting(at=factory.LATER)
    before = Screening.objects.get(object_id=order.pk)
    title, abstract = factory.REPEATED
    tasks.edit_order(
        actor=officer,
        order_id=order.pk,
        title_vi=title,
        objectives_vi=abstract,
        budget_ceiling=order.budget_ceiling,
        duration_months=24,
        products=[],
        expected_version=order.version,
        at=factory.LATER,
    )
    actions.screen_waiting(at=factory.LATER)
    before.refresh_from_db()
    after = Screening.objects.get(object_id=order.pk, current=True)
    assert not before.current
    assert found(after)[0] == (title, "full", 1)
    assert Document.objects.filter(object_id=order.pk, kind="tasks.order").count() == 2


def test_a_sealed_dossier_leaves_no_trace_before_its_call_is_opened(db):
    officer = call_factory.officer()
    call = call_factory.published(officer)
    factory.archived(factory.REPEATED, *factory.OTHERS)
    dossier = call_factory.submitted(
        call_factory.applicant(call_factory.host()),
        call,
        title=factory.REPEATED[0],
        summary_vi=factory.REPEATED[1],
    )
    actions.screen_waiting(at=factory.LATER)
    assert not Screening.objects.exists()
    assert not Document.objects.filter(kind="calls.dossier").exists()
    assert not Job.objects.filter(kind__startswith="overlaps.").exists()
    assert not Entry.objects.filter(act__startswith="overlaps.").exists()
    call_factory.opened(officer, call)
    actions.screen_waiting(at=factory.LATER)
    screening = Screening.objects.get()
    assert (screening.kind, screening.object_id) == ("calls.dossier", dossier.pk)
    assert found(screening)[0] == (factory.REPEATED[0], "full", 1)


def test_dossiers_for_one_order_compete_and_do_not_overlap(db):
    officer, leader = call_factory.officer(), task_factory.person(Role.LEADER)
    task_factory.regimes()
    order = task_factory.approved(officer, leader)
    call = call_factory.published(officer, order)
    for _n in range(2):
        call_factory.submitted(call_factory.applicant(call_factory.host()), call)
    call_factory.opened(officer, call)
    actions.screen_waiting(at=factory.LATER)
    screenings = Screening.objects.filter(kind="calls.dossier")
    assert screenings.count() == 2
    assert [h.document.kind for s in screenings for h in s.hits.all()] == []


def test_the_office_compares_what_was_handed_in_not_what_is_being_written(db):
    officer = call_factory.officer()
    call = call_factory.published(officer)
    applicant = call_factory.applicant(call_factory.host())
    dossier = call_factory.submitted(applicant, call)
    call_factory.opened(officer, call)
    actions.screen_waiting(at=factory.LATER)
    calls.request_supplement(
        actor=officer,
        dossier_id=dossier.pk,
        what="Bổ sung.",
        until=call_factory.AFTER.date() + timedelta(days=5),
        at=call_factory.AFTER,
    )
    calls.save_dossier(
        actor=applicant,
        dossier_id=dossier.pk,
        answers={"summary_vi": "Điều chưa nộp."},
        at=call_factory.AFTER,
    )
    actions.screen_waiting(at=factory.LATER)
    assert not Document.objects.filter(abstract__contains="Điều chưa nộp").exists()


def test_an_open_work_is_compared_again_when_the_archive_grows(db):
    task_factory.regimes()
    factory.archived(*factory.OTHERS)
    need = factory.repeated_need(task_factory.person(Role.APPLICANT))
    actions.screen_waiting(at=factory.LATER)
    first = Screening.objects.get()
    assert [h for h in first.hits.all() if h.probability >= 0.5] == []
    assert actions.screen_open_again(at=factory.LATER) == 0
    factory.archived(("Kho lạnh", "Kho lạnh dùng năng lượng mặt trời cho thủy sản."))
    assert actions.screen_open_again(at=factory.LATER) == 0
    first.refresh_from_db()
    assert first.seen_again_at == factory.LATER
    factory.archived(factory.REPEATED)
    assert actions.screen_open_again(at=factory.LATER) == 1
    again = Screening.objects.get(object_id=need.pk, current=True)
    assert (again.reason, found(again)[0][0]) == ("grown", factory.REPEATED[0])


def test_a_worker_compares_some_at_a_time_and_goes_on(db):
    task_factory.regimes()
    for _n in range(3):
        factory.repeated_need(task_factory.person(Role.APPLICANT))
    assert [actions.screen_waiting(at=factory.LATER, most=2) for _n in range(3)] == [
        2,
        1,
        0,
    ]
    factory.archived(factory.REPEATED)
    rounds = [actions.screen_open_again(at=factory.LATER, most=2) for _n in range(3)]
    assert rounds == [2, 1, 0]
    factory.archived(*factory.OTHERS)
    for _n in range(3):
        assert actions.screen_open_again(at=factory.LATER, most=2) == 0
    batches = set(
        Screening.objects.filter(current=True).values_list("seen_batch", flat=True)
    )
    assert batches == {Document.objects.latest("entered").entered}


def test_an_archive_that_is_imported_again_changes_nothing(story):
    before = Document.objects.count(), Base.objects.count()
    factory.archived(factory.REPEATED, *factory.OTHERS)
    actions.screen_waiting(at=factory.LATER)
    assert (Document.objects.count(), Base.objects.count()) == before
    assert not Notice.objects.exists()


def test_a_corrected_row_of_an_archive_leaves_its_old_wording_behind(story):
    title, _abstract = factory.REPEATED
    factory.archived((title, "Một bản tóm tắt khác hẳn."))
    actions.screen_waiting(at=factory.LATER)
    old, new = Document.objects.filter(subject=story.hit.document.subject).order_by(
        "pk"
    )
    assert (old.pk, old.left, new.left) == (story.hit.document_id, new.entered, None)
    assert Hit.objects.filter(document=old).exists()


def test_every_screening_stands_in_the_record_with_its_corpus(story):
    entry = Entry.objects.get(act="overlaps.screen")
    assert entry.subject == f"overlaps.screening:{story.screening.public_id}"
    assert entry.public is False
    body = json.loads(entry.body)["detail"]
    assert body["corpus"] == story.screening.corpus_digest
    assert body["work"] == f"tasks.need:{story.need.public_id}"


def test_many_changes_come_in_steps_and_end_in_one_new_base(db, monkeypatch):
    from opensti.domains.overlaps.actions import screening  # noqa: PLC0415

    monkeypatch.setattr(screening, "CHUNK", 4)
    monkeypatch.setattr(screening, "MOST_LATER", 3)
    factory.archived(*factory.OTHERS)
    actions.refresh_corpus(at=factory.LATER)
    assert sorted(Document.objects.values_list("entered", flat=True)) == [
        1, 1, 1, 1, 2, 2, 2, 2, 3, 3,
    ]  # fmt: skip
    assert list(Base.objects.values_list("batch", "documents")) == [(3, 10)]
    factory.archived(*[(f"Đề tài {n}", "Nội dung.") for n in range(4)])
    actions.refresh_corpus(at=factory.LATER)
    assert list(Base.objects.order_by("batch").values_list("batch", "documents")) == [
        (3, 10),
        (4, 14),
    ]


SALT = (
    "Thiết bị cô đặc nước ót thu muối magie sạch cho dược phẩm.",
    "Hệ thống điện phân nước muối loãng tạo nước khử trùng tại trạm y tế xã.",
    "Vật liệu hấp phụ brom từ nước ót sau thu muối phục vụ hóa chất tinh khiết.",
)


def test_a_work_that_its_team_cut_into_several_is_told_apart(db):
    task_factory.regimes()
    house = Organisations.create(name_vi="Viện Luyện kim")
    somebody = task_factory.person(Role.APPLICANT, member_of=frozenset({house.pk}))
    need = tasks.draft_need(
        actor=somebody,
        organisation_id=house.pk,
        answers={
            **task_factory.ANSWERS,
            "title": "Chế biến sâu nước ót",
            "urgency": "\n".join(SALT),
            "objectives": "Ba sản phẩm.",
        },
        at=factory.AT,
    )
    tasks.submit_need(actor=somebody, need_id=need.pk, at=factory.AT)
    factory.archived(*factory.OTHERS)
    factory.archived(*((text[:30], text) for text in SALT), source="CAT")
    actions.screen_waiting(at=factory.LATER)
    screening = Screening.objects.get(object_id=need.pk)
    titles = {
        part.document.title_vi
        for part in queries.slices(task_factory.person(Role.OFFICER), screening)
    }
    assert titles == {text[:30] for text in SALT}


def test_passages_that_stand_twice_are_named(db):
    task_factory.regimes()
    sentence = (
        "Mỗi năm bốn mươi nghìn tấn bụi lò phải chôn lấp tại các bãi thải "
        "của ba tỉnh phía bắc."
    )
    need = task_factory.submitted(
        task_factory.person(Role.APPLICANT), urgency=sentence, objectives=sentence
    )
    actions.screen_waiting(at=factory.LATER)
    (repeat,) = Screening.objects.get(object_id=need.pk).repeats
    assert (repeat["first"]["source"], repeat["second"]["source"]) == (
        "abstract",
        "objectives",
    )
    assert repeat["first"]["text"] in sentence
