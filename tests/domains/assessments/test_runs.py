"""An assessment from its brief to its archive; whose it is; what an answer costs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opensti.domains.assessments import actions, queries
from opensti.domains.assessments.models import Agreed, Participant, Reply, Result
from opensti.kernel.access import PUBLIC, Role
from opensti.kernel.files.serving import readable_file
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    StepNotAllowed,
)
from tests.factories import assessments as factory
from tests.factories.assessments import AT
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return factory.factory_owner()


def found(row, clause="whole"):
    content = Result.objects.filter(assessment=row).last().content
    if clause == "whole":
        return content["whole"]
    return next(c for c in content["clauses"] if c["clause"] == clause)


def test_an_assessment_goes_its_way_to_the_archive(owner):
    adviser = factory.advised(owner)
    row = factory.reported(owner)
    row = factory.go(adviser, row, "validate")
    row = factory.go(owner, row, "archive")
    assert row.state == "archived"
    acts = Entry.objects.filter(act="assessments.step").count()
    assert acts == 7
    frozen = Result.objects.get(assessment=row)
    assert (frozen.validated_by_id, frozen.validation) == (adviser.user_id, "Vì cần.")


@pytest.mark.parametrize("act", ["close", "score", "report", "archive", "reopen"])
def test_what_the_state_does_not_allow_is_refused(owner, act):
    row = factory.drafted(owner)
    with pytest.raises(StepNotAllowed):
        factory.go(owner, row, act)


def test_a_claim_without_evidence_counts_as_far_as_it_carries(owner):
    row, (token,) = factory.opened(owner)
    factory.say(token, A1=5, A2=5, B1=5)
    factory.shown(owner, row, "B1")
    factory.go(owner, row, "close", "check", "score")
    assert [(found(row, c)["claimed"], found(row, c)["verified"]) for c in "AB"] == [
        (5, 2),
        (5, 4),
    ]


def test_what_does_not_apply_is_no_zero_and_the_report_says_why(owner):
    row, (token,) = factory.opened(owner)
    factory.say(token, A1=None, A2=None, B1=2)
    factory.go(owner, row, "close", "check", "score")
    assert (found(row, "A")["verified"], found(row, "A")["why"]) == (
        None,
        "not_applicable",
    )
    assert found(row)["verified"] == 2


def test_two_people_at_0_and_5_are_told_to_talk_and_their_word_counts(owner):
    row, (one, two) = factory.opened(owner, "top", "mgr")
    factory.say(one, A1=0, A2=3, B1=3)
    factory.say(two, A1=5, A2=3, B1=3)
    row = factory.go(owner, row, "close", "meet")
    (talk,) = queries.opened(owner, row.public_id).talks
    assert talk.item.code == "A1"
    assert (round(talk.scores.within.raw, 2), talk.scores.within.r_wg) == (-3.29, 0)
    actions.agree(
        actor=owner,
        assessment_id=row.pk,
        item="A1",
        score=2,
        reason="Có làm nhưng không đều.",
        at=AT,
    )
    factory.go(owner, row, "check", "score")
    assert found(row, "A")["claimed"] == 2.5
    assert Agreed.objects.get().agreed_by_id == owner.user_id


def test_reopening_is_a_new_revision_and_the_old_result_stays(owner):
    row = factory.reported(owner)
    before = Result.objects.get(assessment=row).sha256
    row = factory.go(owner, row, "reopen")
    assert (row.state, row.revision) == ("open", 2)
    row = factory.go(owner, row, "close", "check", "score")
    assert [(r.revision, r.sha256 == before) for r in row.results.all()] == [
        (1, True),
        (2, True),
    ]


def test_saving_an_answer_is_two_queries_and_leaves_no_entry(owner):
    _row, (token,) = factory.opened(owner)
    factory.say(token, A1=1)
    entries = Entry.objects.count()
    with CaptureQueriesContext(
        connection,
    ) as made:
        factory.say(token, A1=2, A2=3, B1=None)
    assert [
        q["sql"].split()[0]
        for q in made.captured_queries
        if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))
    ] == [
        "SELECT",
        "INSERT",
    ]
    assert Entry.objects.count() == entries
    assert dict(Reply.objects.values_list("item", "score")) == {
        "A1": 2,
        "A2": 3,
        "B1": None,
    }


def test_an_answer_sent_again_is_one_answer(owner):
    _row, (token,) = factory.opened(owner)
    for _time in range(2):
        factory.say(token, A1=4)
    assert Reply.objects.count() == 1


def test_a_link_is_told_once_and_leads_nowhere_when_it_is_over(owner):
    row, (token,) = factory.opened(owner)
    kept = Participant.objects.get()
    assert token not in str(kept.__dict__)
    assert len(token) >= 32
    with pytest.raises(NotFound):
        queries.answering("x" * 32, AT.date())
    with pytest.raises(NotFound):
        queries.answering(token, AT.date() + timedelta(days=31))
    actions.revoke(actor=owner, participant_id=kept.pk, at=AT)
    with pytest.raises(NotFound):
        factory.say(token, A1=1)
    assert row.state == "open"


def test_closed_answers_take_nothing_more(owner):
    row, (token,) = factory.opened(owner)
    factory.say(token, A1=1)
    factory.go(owner, row, "close")
    with pytest.raises(StepNotAllowed):
        factory.say(token, A1=5)
    assert Reply.objects.get().score == 1


@pytest.mark.parametrize(
    ("said", "importance"),
    [({"Z9": (1, "")}, {}), ({"A1": (6, "")}, {}), ({}, {"A": 9}), ({}, {"Q": 3})],
)
def test_what_was_not_asked_is_refused(owner, said, importance):
    _row, (token,) = factory.opened(owner)
    with pytest.raises(Invalid):
        actions.save_replies(token=token, said=said, importance=importance, at=AT)


def test_evidence_has_revisions_and_a_check_from_outside_carries_most(owner):
    adviser = factory.advised(owner)
    row, (token,) = factory.opened(owner)
    factory.say(token, A1=5, A2=5, B1=5)
    first = factory.shown(owner, row, "B1", strength="e1")
    second = factory.shown(owner, row, "B1", replaces=first.pk)
    assert (second.series, second.number) == (first.series, 2)
    with pytest.raises(AccessDenied):
        actions.check_evidence(actor=owner, evidence_id=second.pk, at=AT)
    actions.check_evidence(actor=adviser, evidence_id=second.pk, at=AT)
    actions.note_finding(
        actor=adviser, assessment_id=row.pk, item="A2", grade="major", text="x", at=AT
    )
    factory.go(owner, row, "close", "check", "score")
    assert found(row, "B")["verified"] == 5
    content = Result.objects.get(assessment=row).content
    assert dict(content["readiness"]["blockers"])["majors"] == 1


def test_nobody_else_knows_of_an_assessment_until_it_is_shared(owner):
    row, (token,) = factory.opened(owner)
    factory.say(token, A1=4, A2=4, B1=4)
    paper = factory.shown(owner, row, "A1")
    row = factory.go(owner, row, "close", "check", "score", "report")
    officer, leader = person(Role.OFFICER), person(Role.LEADER)
    people = {
        "owner": owner,
        "member": factory.member(factory.house(owner)),
        "adviser": factory.advised(owner),
        "other": factory.factory_owner(),
        "officer": officer,
        "leader": leader,
        "auditor": person(Role.AUDITOR),
        "admin": person(Role.ADMIN),
        "expert": person(Role.EXPERT),
        "public": PUBLIC,
    }

    def knows(actor):
        try:
            readable_file(actor, paper.file_id)
            file = True
        except NotFound:
            file = False
        return (
            queries.assessments(actor).exists(),
            queries.result(actor, row) is not None,
            file,
        )

    learnt = {who: knows(actor) for who, actor in people.items()}
    mine, nothing = (True, True, True), (False, False, False)
    assert learnt == dict.fromkeys(people, nothing) | {
        "owner": mine,
        "member": mine,
        "adviser": mine,
    }
    actions.share(
        actor=owner, organisation_id=factory.house(owner), audience="ministry", at=AT
    )
    assert {who for who, actor in people.items() if knows(actor)[1]} == {
        "owner", "member", "adviser", "officer", "leader",
    }  # fmt: skip
    assert knows(officer) == (True, True, False)
    factory.go(owner, row, "reopen")
    assert knows(officer) == (False, False, False)


def test_only_a_manager_runs_it(owner):
    row = factory.drafted(owner)
    for stranger in (factory.member(factory.house(owner)), factory.advised(owner)):
        with pytest.raises(AccessDenied):
            factory.go(stranger, row, "open")
    with pytest.raises(NotFound):
        factory.go(factory.factory_owner(), row, "open")
    with pytest.raises(AccessDenied):
        actions.draft_assessment(
            actor=person(Role.LEADER),
            organisation_id=factory.house(owner),
            title="x",
            framework="small",
            at=AT,
        )


def test_a_faulty_brief_and_a_faulty_link_are_told_all_that_is_wrong(owner):
    factory.small()
    with pytest.raises(Invalid) as refused:
        actions.draft_assessment(
            actor=owner,
            organisation_id=factory.house(owner),
            title=" ",
            framework="none",
            modules=["x"],
            form="long",
            approach="none",
            target=6,
            at=AT,
        )
    assert [p.field for p in refused.value.problems] == [
        "title", "form", "approach", "target", "framework", "modules",
    ]  # fmt: skip
    row = factory.drafted(owner)
    with pytest.raises(Invalid) as refused:
        actions.invite(
            actor=owner,
            assessment_id=row.pk,
            name="",
            role="boss",
            until=AT.date(),
            at=AT,
        )
    assert [p.field for p in refused.value.problems] == ["name", "role", "until"]
    with pytest.raises(StepNotAllowed):
        factory.go(owner, row, "open")
