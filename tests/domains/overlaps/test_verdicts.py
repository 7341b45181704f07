"""People say what a likeness is: with grounds, once, and by two above a probability."""

from __future__ import annotations

import json

import pytest
from django.db import IntegrityError, transaction

from opensti.domains.overlaps import actions, queries
from opensti.domains.overlaps.models import (
    Document,
    Hit,
    Screening,
    Thresholds,
    Verdict,
)
from opensti.domains.procedures.models import Case
from opensti.domains.tasks import actions as tasks
from opensti.kernel.access import PUBLIC, Role, visible
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    Stale,
    StepNotAllowed,
)
from tests.factories import overlaps as factory
from tests.factories import tasks as task_factory

pytestmark = pytest.mark.django_db
AT = factory.LATER


def judge(story, finding="decline", by=None, **more):
    return actions.give_verdict(
        actor=by or story.officer,
        hit_id=story.hit.pk,
        finding=finding,
        grounds="Ba đoạn trùng nguyên văn.",
        at=AT,
        **more,
    )


def confirm(story, verdict, *, confirmed=True, by=None, note=""):
    return actions.confirm_verdict(
        actor=by or story.second,
        verdict_id=verdict.pk,
        confirmed=confirmed,
        note=note,
        at=AT,
    )


def test_a_verdict_stands_with_its_grounds_and_the_evidence_it_saw(story):
    verdict = judge(story)
    story.hit.refresh_from_db()
    assert (verdict.state, verdict.finding) == ("standing", "decline")
    assert story.hit.verdict == verdict
    assert verdict.evidence_sha256 == queries.digest(story.hit.evidence)
    entry = Entry.objects.get(position=verdict.entry_position)
    said = json.loads(entry.body)
    assert said["detail"]["evidence"] == verdict.evidence_sha256
    assert "Ba đoạn" not in entry.body


def test_above_the_threshold_a_verdict_that_lets_go_on_needs_another_person(story):
    verdict = judge(story, "none")
    assert verdict.state == "proposed"
    with pytest.raises(AccessDenied):
        confirm(story, verdict, by=story.officer)
    assert confirm(story, verdict).state == "standing"
    verdict.refresh_from_db()
    assert verdict.second_by_id == story.second.user_id


def test_below_the_threshold_one_person_is_enough(story):
    Hit.objects.filter(pk=story.hit.pk).update(probability=0.6)
    assert judge(story, "none").state == "standing"


def test_a_verdict_that_is_not_confirmed_leaves_the_likeness_open(story):
    verdict = judge(story, "acceptable")
    with pytest.raises(Invalid):
        confirm(story, verdict, confirmed=False)
    confirm(story, verdict, confirmed=False, note="Hai quy trình là một.")
    story.hit.refresh_from_db()
    assert story.hit.verdict is None
    assert judge(story, "merge").state == "standing"
    with pytest.raises(StepNotAllowed):
        confirm(story, verdict)


def test_of_two_officers_who_judge_at_once_the_second_is_told(story):
    first = judge(story)
    other = task_factory.person(Role.OFFICER)
    with pytest.raises(Stale, match=str(first.given_by.full_name)):
        judge(story, "none", by=other)
    assert Verdict.objects.count() == 1
    changed = judge(story, "merge", by=other, replaces=first.pk)
    first.refresh_from_db()
    assert (first.state, changed.state) == ("replaced", "standing")


def test_two_living_verdicts_on_one_pair_cannot_be_written(story):
    verdict = judge(story)
    verdict.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        verdict.save()


@pytest.mark.parametrize(
    ("finding", "grounds", "field"),
    [("decline", "  ", "grounds"), ("maybe", "Vì sao", "finding")],
)
def test_a_verdict_without_grounds_or_of_no_kind_is_refused(
    story, finding, grounds, field
):
    with pytest.raises(Invalid) as refusal:
        actions.give_verdict(
            actor=story.officer,
            hit_id=story.hit.pk,
            finding=finding,
            grounds=grounds,
            at=AT,
        )
    assert [p.field for p in refusal.value.problems] == [field]
    assert not Verdict.objects.exists()


def test_whoever_proposed_the_need_does_not_judge_it(story):
    own = task_factory.person(Role.OFFICER)
    need = factory.repeated_need(own)
    actions.screen_waiting(at=AT)
    hit = Screening.objects.get(object_id=need.pk).hits.order_by("-probability")[0]
    with pytest.raises(NotFound):
        actions.give_verdict(
            actor=own, hit_id=hit.pk, finding="none", grounds="Khác.", at=AT
        )


@pytest.mark.parametrize(
    "role", [Role.APPLICANT, Role.EXPERT, Role.ADMIN, Role.MANAGER]
)
def test_nobody_outside_the_office_knows_of_a_screening(story, role):
    with pytest.raises(NotFound):
        judge(story, by=task_factory.person(role))


@pytest.mark.parametrize("role", [Role.FINANCE, Role.AUDITOR, Role.LEADER])
def test_who_reads_screenings_does_not_judge_them(story, role):
    with pytest.raises(AccessDenied):
        judge(story, by=task_factory.person(role))


def test_a_verdict_holds_when_the_same_words_are_compared_again(story):
    verdict = judge(story)
    actions.ask_for_screening(
        actor=story.officer, kind="tasks.need", object_id=story.need.pk, at=AT
    )
    with pytest.raises(StepNotAllowed):
        actions.ask_for_screening(
            actor=story.officer, kind="tasks.need", object_id=story.need.pk, at=AT
        )
    actions.screen_waiting(at=AT)
    again = Screening.objects.get(object_id=story.need.pk, current=True)
    assert again.pk != story.screening.pk
    assert again.hits.get(document=story.hit.document).verdict == verdict
    with pytest.raises(StepNotAllowed):
        judge(story, replaces=verdict.pk)


def test_thresholds_are_the_leaders_and_have_a_reason(story):
    given = {"listed": 0.3, "two_people": 0.8, "at": AT}
    with pytest.raises(AccessDenied):
        actions.set_thresholds(actor=story.officer, reason="Ít quá.", **given)
    with pytest.raises(Invalid):
        actions.set_thresholds(actor=story.leader, reason=" ", **given)
    with pytest.raises(Invalid):
        actions.set_thresholds(
            actor=story.leader, listed=0.9, two_people=0.5, reason="Ngược.", at=AT
        )
    assert not Thresholds.objects.exists()
    actions.set_thresholds(actor=story.leader, reason="Ít quá.", **given)
    rule = queries.thresholds()
    assert (rule.listed, rule.two_people, rule.set_at) == (0.3, 0.8, AT)


def test_a_verdict_on_a_case_that_a_person_may_not_open_does_not_wait_for_him(story):
    party = task_factory.person(Role.OFFICER)
    factory.repeated_need(party)
    actions.screen_waiting(at=AT)
    actions.ask_for_screening(
        actor=story.officer, kind="tasks.need", object_id=story.need.pk, at=AT
    )
    actions.screen_waiting(at=AT)
    current = Screening.objects.get(object_id=story.need.pk, current=True)
    hit = current.hits.get(document__kind="tasks.need")
    verdict = actions.give_verdict(
        actor=story.officer, hit_id=hit.pk, finding="none", grounds="Khác.", at=AT
    )
    assert verdict.state == "proposed"
    waiting = {
        who.user_id: [
            item.subject
            for item in queries.work_for(who, AT.date())
            if item.kind == "overlaps.confirm"
        ]
        for who in (story.second, party)
    }
    assert waiting == {
        story.second.user_id: [queries.subject_of(current)],
        party.user_id: [],
    }


def test_an_orders_wording_from_before_it_was_public_is_not_public(db):
    task_factory.regimes()
    officer = task_factory.person(Role.OFFICER)
    order = task_factory.order(officer, title_vi="Tên đang bàn")
    actions.refresh_corpus(at=AT)
    tasks.edit_order(
        actor=officer,
        order_id=order.pk,
        title_vi="Tên được duyệt",
        objectives_vi="Mục tiêu.",
        budget_ceiling=order.budget_ceiling,
        duration_months=24,
        products=[],
        expected_version=order.version,
        at=AT,
    )
    actions.refresh_corpus(at=AT)
    Case.objects.filter(pk=order.case_id).update(state="called")

    def titles(who):
        rows = visible(who, Document.objects.order_by("pk"))
        return list(rows.values_list("title_vi", flat=True))

    assert titles(PUBLIC) == ["Tên được duyệt"]
    assert titles(officer) == ["Tên đang bàn", "Tên được duyệt"]
