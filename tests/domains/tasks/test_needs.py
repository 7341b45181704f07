"""A need is written, handed in, answered; nobody acts out of turn, nothing half."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from opensti.domains.procedures.choices import Act, State
from opensti.domains.tasks import actions, queries
from opensti.domains.tasks.events import NeedAnswered
from opensti.domains.tasks.models import Need
from opensti.kernel import events
from opensti.kernel.access import PUBLIC, Role
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    Stale,
    StepNotAllowed,
)
from tests.factories import tasks as make
from tests.factories.registry import Organisations
from tests.factories.tasks import ANSWERS, AT

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _regimes() -> None:
    make.regimes()


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[NeedAnswered]]:
    heard: list[NeedAnswered] = []
    monkeypatch.setitem(events._handlers, NeedAnswered, [heard.append])
    return heard


def acts() -> list[str]:
    return list(
        Entry.objects.exclude(act__startswith="procedures.")
        .order_by("position")
        .values_list("act", flat=True)
    )


def test_a_need_keeps_in_columns_what_lists_read() -> None:
    need = make.draft(make.person(Role.APPLICANT))
    assert (
        need.title_vi,
        need.problem,
        need.expected_products,
        need.budget_estimate,
        need.duration_months,
        need.case.state,
        need.case.title,
        need.case.subject,
    ) == (
        ANSWERS["title"],
        ANSWERS["urgency"],
        "Quy trình · 80 %",
        4_000_000_000,
        24,
        "draft",
        ANSWERS["title"],
        f"tasks.need:{need.public_id}",
    )


def test_a_need_goes_from_draft_to_accepted_and_each_act_is_recorded() -> None:
    applicant, officer = make.person(Role.APPLICANT), make.person(Role.OFFICER)
    need = make.accepted(applicant, officer)
    assert need.case.state == State.TRIAGED
    assert acts() == ["needs.draft", "needs.submit", "needs.accept"]


def test_an_unfinished_need_is_kept_but_not_submitted() -> None:
    applicant = make.person(Role.APPLICANT)
    need = actions.draft_need(actor=applicant, at=AT, answers={"title": "Bụi lò"})
    with pytest.raises(Invalid) as refused:
        actions.submit_need(actor=applicant, need_id=need.pk, at=AT)
    assert [p.field for p in refused.value.problems] == [
        "proposed_type",
        "urgency",
        "objectives",
        "user_known",
    ]
    need.refresh_from_db()
    assert (need.case.state, need.submitted_at, acts()) == (
        "draft",
        None,
        ["needs.draft"],
    )


def test_saving_changes_the_version_and_saving_the_same_again_does_not() -> None:
    applicant = make.person(Role.APPLICANT)
    need = make.draft(applicant)
    said = {**ANSWERS, "title": "Thu hồi chì"}

    def save(version: int) -> Need:
        return actions.save_need(
            actor=applicant,
            need_id=need.pk,
            answers=said,
            expected_version=version,
            at=AT,
        )

    assert (save(1).version, save(2).version, save(2).case.title) == (
        2,
        2,
        "Thu hồi chì",
    )
    assert acts() == ["needs.draft", "needs.save"]


def test_of_two_who_write_at_once_the_second_is_told_what_changed() -> None:
    applicant = make.person(Role.APPLICANT)
    need = make.draft(applicant)
    first, second = {**ANSWERS, "title": "Một"}, {**ANSWERS, "title": "Hai"}
    actions.save_need(
        actor=applicant, need_id=need.pk, answers=first, expected_version=1, at=AT
    )
    with pytest.raises(Stale) as refused:
        actions.save_need(
            actor=applicant, need_id=need.pk, answers=second, expected_version=1, at=AT
        )
    assert "Tên vấn đề" in str(refused.value.message)
    need.refresh_from_db()
    assert (need.title_vi, need.version) == ("Một", 2)


def test_a_submitted_text_is_fixed() -> None:
    applicant = make.person(Role.APPLICANT)
    need = make.submitted(applicant)
    with pytest.raises(StepNotAllowed):
        actions.save_need(
            actor=applicant,
            need_id=need.pk,
            answers={**ANSWERS, "title": "Khác"},
            expected_version=need.version,
            at=AT,
        )
    need.refresh_from_db()
    assert need.title_vi == ANSWERS["title"]


def test_a_returned_need_can_be_written_and_submitted_again() -> None:
    applicant, officer = make.person(Role.APPLICANT), make.person(Role.OFFICER)
    need = make.submitted(applicant)
    actions.return_need(actor=officer, need_id=need.pk, reply="Thiếu số liệu", at=AT)
    actions.save_need(
        actor=applicant,
        need_id=need.pk,
        answers={**ANSWERS, "urgency": "Có số liệu"},
        expected_version=1,
        at=AT,
    )
    need = actions.submit_need(actor=applicant, need_id=need.pk, at=AT)
    assert (need.case.state, need.reply) == ("submitted", "Thiếu số liệu")


def test_two_officers_who_answer_at_once_do_not_both_win() -> None:
    applicant = make.person(Role.APPLICANT)
    one, two = make.person(Role.OFFICER), make.person(Role.OFFICER)
    need = make.submitted(applicant)
    seen = need.case.version
    actions.accept_need(actor=one, need_id=need.pk, at=AT, expected_version=seen)
    with pytest.raises(Stale):
        actions.decline_need(
            actor=two, need_id=need.pk, reply="Không", at=AT, expected_version=seen
        )
    need.refresh_from_db()
    assert (need.case.state, need.reply) == ("triaged", "")


def test_a_double_click_submits_once() -> None:
    applicant = make.person(Role.APPLICANT)
    need = make.submitted(applicant)
    with pytest.raises(StepNotAllowed):
        actions.submit_need(actor=applicant, need_id=need.pk, at=AT)
    assert acts() == ["needs.draft", "needs.submit"]


@pytest.mark.parametrize("act", [actions.return_need, actions.decline_need])
def test_an_answer_that_closes_the_door_needs_words(act: object) -> None:
    officer = make.person(Role.OFFICER)
    need = make.submitted(make.person(Role.APPLICANT))
    with pytest.raises(Invalid) as refused:
        act(actor=officer, need_id=need.pk, reply="  ", at=AT)  # type: ignore[operator]
    assert refused.value.problems[0].field == "reply"
    need.refresh_from_db()
    assert need.case.state == "submitted"


def test_merging_keeps_one_and_tells_every_proposer(told: list[NeedAnswered]) -> None:
    officer = make.person(Role.OFFICER)
    people = [make.person(Role.APPLICANT) for _n in range(3)]
    kept, *others = [make.submitted(p, title=f"Bụi {n}") for n, p in enumerate(people)]
    actions.merge_needs(
        actor=officer,
        need_ids=[kept.pk, *(o.pk for o in others)],
        into_id=kept.pk,
        reply="Cùng một vấn đề",
        at=AT,
    )
    assert sorted(
        queries.merged_needs(officer, kept.pk).values_list("pk", flat=True)
    ) == [o.pk for o in others]
    assert {(t.user_id, t.state) for t in told} == {
        (people[0].user_id, "submitted"),
        (people[1].user_id, "merged"),
        (people[2].user_id, "merged"),
    }


def test_a_merge_with_one_need_that_cannot_be_merged_merges_none() -> None:
    officer, applicant = make.person(Role.OFFICER), make.person(Role.APPLICANT)
    kept, free, gone = (make.submitted(applicant) for _n in range(3))
    actions.decline_need(actor=officer, need_id=gone.pk, reply="Đã có", at=AT)
    with pytest.raises(StepNotAllowed):
        actions.merge_needs(
            actor=officer,
            need_ids=[free.pk, gone.pk],
            into_id=kept.pk,
            reply="Gộp",
            at=AT,
        )
    free.refresh_from_db()
    assert (free.case.state, free.merged_into_id, free.reply) == ("submitted", None, "")


def test_a_dry_run_of_a_bulk_answer_writes_nothing_and_says_what_would_happen() -> None:
    officer, applicant = make.person(Role.OFFICER), make.person(Role.APPLICANT)
    good, bad = make.submitted(applicant), make.submitted(applicant)
    actions.withdraw_need(actor=applicant, need_id=bad.pk, at=AT)
    before = acts()
    lines = actions.triage_in_bulk(
        actor=officer,
        act=Act.NEED_ACCEPT,
        need_ids=[good.pk, bad.pk],
        reply="",
        at=AT,
        dry_run=True,
    )
    good.refresh_from_db()
    assert [(line.thing.pk, type(line.refusal)) for line in lines] == [
        (good.pk, type(None)),
        (bad.pk, StepNotAllowed),
    ]
    assert (good.case.state, acts()) == ("submitted", before)


def test_a_bulk_answer_is_all_or_nothing() -> None:
    officer, applicant = make.person(Role.OFFICER), make.person(Role.APPLICANT)
    good, bad = make.submitted(applicant), make.submitted(applicant)
    actions.withdraw_need(actor=applicant, need_id=bad.pk, at=AT)
    with pytest.raises(Stale):
        actions.triage_in_bulk(
            actor=officer,
            act=Act.NEED_ACCEPT,
            need_ids=[good.pk, bad.pk],
            reply="",
            at=AT,
            dry_run=False,
        )
    good.refresh_from_db()
    assert good.case.state == "submitted"


def test_a_stranger_neither_sees_nor_changes_a_need() -> None:
    need = make.submitted(make.person(Role.APPLICANT))
    stranger = make.person(Role.APPLICANT)
    with pytest.raises(NotFound):
        actions.withdraw_need(actor=stranger, need_id=need.pk, at=AT)
    with pytest.raises(NotFound):
        queries.need(stranger, need.public_id)
    assert list(queries.needs(stranger)) == []


def test_who_may_know_of_a_need() -> None:
    organisation = Organisations.create()
    maker = make.person(Role.APPLICANT, member_of=frozenset({organisation.pk}))
    draft = actions.draft_need(
        actor=maker, at=AT, organisation_id=organisation.pk, answers=ANSWERS
    )
    manager = make.person(Role.MANAGER, manages=frozenset({organisation.pk}))
    colleague = make.person(Role.APPLICANT, member_of=frozenset({organisation.pk}))
    others = {
        "maker": maker,
        "manager": manager,
        "colleague": colleague,
        "officer": make.person(Role.OFFICER),
        "secretary": make.person(Role.SECRETARY),
        "leader": make.person(Role.LEADER),
        "finance": make.person(Role.FINANCE),
        "auditor": make.person(Role.AUDITOR),
        "expert": make.person(Role.EXPERT),
        "admin": make.person(Role.ADMIN),
        "public": PUBLIC,
    }

    def who_sees() -> set[str]:
        return {name for name, actor in others.items() if queries.needs(actor).exists()}

    assert who_sees() == {"maker", "manager", "auditor"}
    actions.submit_need(actor=maker, need_id=draft.pk, at=AT)
    assert who_sees() == {
        "maker",
        "manager",
        "officer",
        "secretary",
        "leader",
        "finance",
        "auditor",
    }


def test_nobody_proposes_in_the_name_of_a_foreign_organisation() -> None:
    organisation = Organisations.create()
    with pytest.raises(AccessDenied):
        actions.draft_need(
            actor=make.person(Role.APPLICANT),
            at=AT,
            organisation_id=organisation.pk,
            answers=ANSWERS,
        )
    assert Need.objects.count() == 0


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMIN])
def test_auditors_and_administrators_propose_nothing(role: Role) -> None:
    with pytest.raises(AccessDenied):
        make.draft(make.person(role))
    assert Need.objects.count() == 0


def test_needs_are_found_without_accents() -> None:
    officer = make.person(Role.OFFICER)
    need = make.submitted(make.person(Role.APPLICANT))
    make.submitted(make.person(Role.APPLICANT), title="Khác", objectives="Khác")
    assert list(queries.needs(officer, "bui kem")) == [need]


def test_work_is_listed_for_who_must_do_it() -> None:
    applicant, officer = make.person(Role.APPLICANT), make.person(Role.OFFICER)
    make.draft(applicant)
    make.submitted(applicant)
    make.accepted(applicant, officer)
    today = AT.date()

    def kinds(actor: object) -> list[str]:
        return sorted(i.kind for i in queries.work_for(actor, today))  # type: ignore[arg-type]

    assert kinds(applicant) == ["needs.finish", "needs.read"]
    assert kinds(officer) == ["needs.order", "needs.triage"]
    assert kinds(make.person(Role.AUDITOR)) == []
    assert kinds(PUBLIC) == []
