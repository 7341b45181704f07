"""Nobody waits for an answer without a day: the office may set one, any answer ends it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils.translation import override

from opensti.domains.procedures.actions import mark_missed, set_switch
from opensti.domains.procedures.models import Deadline
from opensti.domains.tasks import actions, queries
from opensti.kernel.access import SYSTEM, Actor, Role
from opensti.kernel.record.models import Entry
from opensti.kernel.record.queries import entries_of
from opensti.kernel.refusals import AccessDenied, Invalid, Stale, StepNotAllowed
from tests.factories import tasks as make
from tests.factories.tasks import AT

if TYPE_CHECKING:
    from opensti.domains.tasks.models import Need

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 12)


@pytest.fixture(autouse=True)
def _regimes() -> None:
    make.regimes()


@pytest.fixture
def officer() -> Actor:
    return make.person(Role.OFFICER)


@pytest.fixture
def need() -> Need:
    return make.submitted(make.person(Role.APPLICANT))


def set_day(officer: Actor, need: Need, day: date | None, **more: Any) -> Need:
    return actions.set_reply_day(
        actor=officer, need_id=need.pk, day=day, **{"at": AT, **more}
    )


def days(need: Need) -> list[tuple[str, date, str, bool]]:
    """What stands in the case: code, day, state, whether it still asks for something."""
    rows = Deadline.objects.filter(case=need.case).order_by("pk")
    return [(d.code, d.due_on, d.state, d.closed_at is None) for d in rows]


def told(need: Need) -> list[dict[str, Any]]:
    """What the record says of changes of the day."""
    lines = entries_of(queries.need_subject(need.public_id))
    return [dict(e.detail) for e in lines if e.act == "needs.set_reply_day"]


def aim(days: str) -> None:
    set_switch(
        actor=SYSTEM,
        regime="moit_2026",
        switch="need_reply_days",
        value=days,
        reason="Mục tiêu của Cục",
        at=AT,
    )


def test_no_law_that_was_read_gives_a_day_so_none_runs_by_itself(need: Need) -> None:
    assert days(need) == []


def test_where_the_office_names_its_aim_working_days_run_from_submission() -> None:
    aim("10")
    need = make.submitted(make.person(Role.APPLICANT))
    (row,) = Deadline.objects.filter(case=need.case)
    assert (row.code, row.due_on, row.article, row.mark) == (
        "need_reply",
        date(2026, 6, 15),
        "OFFICE",
        "I",
    )


def test_a_day_set_is_in_the_list_in_the_work_of_the_office_and_in_the_record(
    officer: Actor, need: Need
) -> None:
    set_day(officer, need, DAY, reason="Theo kế hoạch tuần")
    work = queries.work_for(officer, DAY + timedelta(days=1))
    assert [(i.kind, i.due_on, i.overdue) for i in work] == [
        ("needs.triage", DAY, True)
    ]
    assert queries.needs(officer).get().due_on == DAY
    assert told(need) == [
        {"was": "", "reply_by": "2026-06-12", "reason": "Theo kế hoạch tuần"}
    ]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (actions.accept_need, {}),
        (actions.return_need, {"reply": "Thiếu số liệu"}),
        (actions.decline_need, {"reply": "Đã có nhiệm vụ"}),
    ],
)
def test_any_answer_ends_it(
    officer: Actor, need: Need, answer: Any, said: dict[str, str]
) -> None:
    set_day(officer, need, DAY)
    answer(actor=officer, need_id=need.pk, at=AT, **said)
    assert days(need) == [("need_reply", DAY, "met", False)]


def test_merging_ends_it_and_withdrawing_voids_it(officer: Actor) -> None:
    applicant = make.person(Role.APPLICANT)
    one, other, third = (make.submitted(applicant) for _n in range(3))
    for each in (one, third):
        set_day(officer, each, DAY)
    actions.merge_needs(
        actor=officer, need_ids=[one.pk], into_id=other.pk, reply="Trùng", at=AT
    )
    actions.withdraw_need(actor=applicant, need_id=third.pk, at=AT)
    assert (days(one), days(third)) == (
        [("need_reply", DAY, "met", False)],
        [("need_reply", DAY, "void", False)],
    )


def test_a_day_is_moved_and_taken_away_and_the_aim_of_the_office_counts_again(
    officer: Actor,
) -> None:
    aim("10")
    need = make.submitted(make.person(Role.APPLICANT))
    set_day(officer, need, DAY)
    set_day(officer, need, DAY)  # nothing changes, nothing is recorded
    set_day(officer, need, None)
    general = date(2026, 6, 15)
    assert days(need) == [
        ("need_reply", general, "void", False),
        ("need_reply", DAY, "void", False),
        ("need_reply", general, "running", True),
    ]
    assert [(said["was"], said["reply_by"]) for said in told(need)] == [
        ("2026-06-15", "2026-06-12"),
        ("2026-06-12", ""),
    ]


def test_a_day_that_was_missed_stays_missed_when_a_new_one_is_set(
    officer: Actor, need: Need
) -> None:
    set_day(officer, need, DAY)
    late = AT + timedelta(days=14)
    mark_missed(at=late)
    new = date(2026, 6, 30)
    set_day(officer, need, new, at=late)
    assert days(need) == [
        ("need_reply", DAY, "missed", False),
        ("need_reply", new, "running", True),
    ]


def test_it_is_refused_in_words_and_nothing_is_written(
    officer: Actor, need: Need
) -> None:
    before = Entry.objects.count()
    accepted = make.accepted(make.person(Role.APPLICANT), officer)
    recorded = Entry.objects.count()
    with pytest.raises(Invalid) as refused:
        set_day(officer, need, date(2026, 5, 31))
    assert [p.field for p in refused.value.problems] == ["day"]
    with pytest.raises(StepNotAllowed):
        set_day(officer, accepted, DAY)
    with pytest.raises(AccessDenied):
        set_day(make.person(Role.LEADER), need, DAY)
    assert (days(need), Entry.objects.count() - recorded, recorded > before) == (
        [],
        0,
        True,
    )


def test_of_two_officers_who_set_a_day_one_wins_and_the_other_is_told(
    officer: Actor, need: Need
) -> None:
    other = make.person(Role.OFFICER)
    seen = need.case.version
    set_day(officer, need, DAY, expected_version=seen)
    with override("en"), pytest.raises(Stale) as refused:
        set_day(other, need, date(2026, 6, 30), expected_version=seen)
    assert str(refused.value.message) == (
        f"Meanwhile {officer.name} did this: set the day of the reply. "
        "It now stands at “Sent”, with the day 12/06/2026."
    )
    assert (days(need), len(told(need))) == ([("need_reply", DAY, "running", True)], 1)


def test_who_sets_a_day_after_another_answered_is_told_what_the_other_did(
    officer: Actor, need: Need
) -> None:
    seen = need.case.version
    actions.accept_need(actor=officer, need_id=need.pk, at=AT)
    with override("en"), pytest.raises(Stale) as refused:
        set_day(make.person(Role.OFFICER), need, DAY, expected_version=seen)
    assert str(refused.value.message) == (
        f"Meanwhile {officer.name} did this: accept the need for consideration. "
        "It now stands at “Checked and taken up”."
    )
    assert days(need) == []


def test_who_answers_after_another_set_a_day_is_told_of_the_day(
    officer: Actor, need: Need
) -> None:
    seen = need.case.version
    set_day(officer, need, DAY, expected_version=seen)
    with override("en"), pytest.raises(Stale) as refused:
        actions.accept_need(
            actor=make.person(Role.OFFICER),
            need_id=need.pk,
            at=AT,
            expected_version=seen,
        )
    assert str(refused.value.message) == (
        f"Meanwhile {officer.name} did this: set the day of the reply. "
        "It now stands at “Sent”."
    )


def test_the_same_day_again_makes_nobody_else_late(officer: Actor, need: Need) -> None:
    set_day(officer, need, DAY)
    need.case.refresh_from_db()
    seen = need.case.version
    set_day(make.person(Role.OFFICER), need, DAY, expected_version=seen)
    need.case.refresh_from_db()
    assert need.case.version == seen
