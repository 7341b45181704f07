"""Five years after closure the host is asked; what was not answered is no answer, never zero."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from opensti.domains.results import actions, queries
from opensti.domains.results.actions.uptake import in_dong
from opensti.domains.results.models import UptakeAnswer, UptakeYear
from opensti.kernel.access import PUBLIC, SYSTEM, Role
from opensti.kernel.files.serving import files_of, may_read
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    Stale,
    StepNotAllowed,
)
from tests.factories import results as factory
from tests.factories.registry import Memberships, Users
from tests.factories.strategies_goals import Goals, Indicators, Plans
from tests.factories.tasks import person

CLOSED = date(2026, 10, 5)
AT = factory.AT


@pytest.fixture
def funded(db):
    made = factory.running()
    plan(made)
    return made


def plan(funded):
    return actions.plan_uptake(
        actor=SYSTEM, contract_id=funded.contract.pk, day=CLOSED, at=AT
    )


def year(number=1):
    return UptakeYear.objects.get(number=number)


def answer(funded, number=1, *, who="host", version=None, **said):
    asked = year(number)
    return actions.answer_uptake(
        actor=getattr(funded, who),
        year_id=asked.pk,
        said=actions.Uptake(**said),
        version=asked.version if version is None else version,
        at=AT,
    )


def check(funded, act="check_uptake", note="", who="officer", number=1):
    asked = year(number)
    return getattr(actions, act)(
        actor=getattr(funded, who),
        year_id=asked.pk,
        note=note,
        version=asked.version,
        at=AT,
    )


def test_five_years_are_planned_once_each_due_on_its_day(funded):
    assert list(UptakeYear.objects.values_list("number", "due_on")) == [
        (n, date(2026 + n, 3, 31)) for n in range(1, 6)
    ]
    assert plan(funded) == []


def test_answers_are_kept_in_versions_returned_and_checked(funded):
    answer(funded, revenue=Decimal(5_000_000), jobs=3)
    with pytest.raises(Invalid):
        check(funded, "return_uptake")
    check(funded, "return_uptake", note="Thiếu minh chứng")
    assert (year().state, year().check_note) == ("returned", "Thiếu minh chứng")
    answer(funded, revenue=Decimal(6_000_000))
    check(funded)
    assert [
        (a.number, a.revenue, a.jobs, a.current)
        for a in queries.answers_of(funded.officer, year())
    ] == [(2, Decimal(6_000_000), None, True), (1, Decimal(5_000_000), 3, False)]
    with pytest.raises(StepNotAllowed):
        answer(funded, revenue=Decimal(7))
    with pytest.raises(StepNotAllowed):
        check(funded)


def test_each_side_does_its_own_part(funded):
    with pytest.raises(AccessDenied):
        answer(funded, who="officer", jobs=1)
    answer(funded, jobs=1)
    with pytest.raises(AccessDenied):
        check(funded, who="host")
    with pytest.raises(Stale):
        answer(funded, jobs=2, version=1)
    assert UptakeAnswer.objects.count() == 1
    for actor in (funded.story.applicants[1], person(Role.EXPERT), PUBLIC):
        with pytest.raises(NotFound):
            queries.uptake_year(actor, year().public_id)
        assert queries.uptake_totals(actor, by="year", today=CLOSED) == []


def test_an_empty_answer_is_none(funded):
    with pytest.raises(Invalid) as refused:
        answer(funded)
    assert [p.field for p in refused.value.problems] == ["note"]
    assert answer(funded, note="Chưa có đơn vị sử dụng.").revenue is None


def test_foreign_money_is_told_with_its_rate_and_kept_in_whole_dong(funded):
    usd = {
        "foreign_currency": "usd",
        "foreign_amount": Decimal("1000.55"),
        "foreign_rate": Decimal("26150.5"),
    }
    kept = answer(funded, **usd)
    assert (kept.exports, kept.foreign_currency) == (Decimal(26_164_883), "USD")
    for wrong in (
        {"foreign_rate": None},
        {"foreign_currency": "US"},
        {"foreign_rate": Decimal(-1)},
        {"exports": Decimal(1)},
    ):
        with pytest.raises(Invalid):
            answer(funded, **usd | wrong)


@given(
    st.decimals("0.01", 10**9, places=2),
    st.decimals("0.0001", 10**6, places=4),
)
def test_foreign_money_is_rounded_by_at_most_half_a_dong(amount, rate):
    whole = in_dong(amount, rate)
    assert whole == whole.to_integral_value()
    assert abs(whole - amount * rate) <= Decimal("0.5")


def test_no_answer_is_counted_as_such_and_never_as_zero(funded):
    today = date(2029, 1, 1)
    first = queries.uptake_totals(funded.officer, by="host", today=today)
    assert [
        (t.asked, t.answered, t.unanswered, t.awaited, t.revenue, t.jobs) for t in first
    ] == [(5, 0, 2, 3, None, None)]
    answer(funded, revenue=Decimal(0))
    answer(funded, number=2, revenue=Decimal(100), jobs=4)
    answer(funded, number=2, revenue=Decimal(90), jobs=4)
    by_year = queries.uptake_totals(funded.officer, by="year", today=today)
    assert [(t.label, t.answered, t.revenue, t.saving) for t in by_year] == [
        ("2027", 1, Decimal(0), None),
        ("2028", 1, Decimal(90), None),
        ("2029", 0, None, None),
        ("2030", 0, None, None),
        ("2031", 0, None, None),
    ]
    (by_kind,) = queries.uptake_totals(funded.officer, by="kind", today=today)
    assert (by_kind.asked, by_kind.answered, by_kind.revenue) == (5, 2, Decimal(90))


def test_what_a_task_earned_counts_for_each_goal_and_indicator_its_results_name(funded):
    today = date(2029, 1, 1)
    answer(funded, revenue=Decimal(100), jobs=4)

    def counted(by):
        return [
            (t.label, t.asked, t.answered, t.unanswered, t.revenue, t.saving, t.jobs)
            for t in queries.uptake_totals(funded.officer, by=by, today=today)
        ]

    whole = (5, 1, 1, Decimal(100), None, 4)
    assert counted("indicator") == [("", *whole)]
    first, second = Indicators.create(code="CT-1"), Indicators.create(code="CT-2")
    for number, indicator in enumerate((second, first, first, None)):
        factory.result(
            funded,
            title_vi=f"Kết quả {number}",
            indicator=indicator.public_id if indicator else "",
        )
    assert counted("indicator") == [("CT-1", *whole), ("CT-2", *whole)]
    assert counted("goal") == [("", *whole)]


def test_a_year_counts_for_its_own_goal_else_for_that_of_results_else_of_the_task(
    funded,
):
    plan = Plans.create(code="7/QĐ")
    of_task, of_result, own = (
        Goals.create(plan=plan, code=f"MT-{n}") for n in (1, 2, 3)
    )
    answer(funded, revenue=Decimal(100))

    def counted():
        totals = queries.uptake_totals(
            funded.officer, by="goal", today=date(2029, 1, 1)
        )
        return [(t.label, t.asked, t.revenue) for t in totals]

    def years(goal):
        return queries.years_for_goals(funded.officer, [goal.pk]).count()

    task = funded.contract.task
    task.goal = of_task
    task.save(update_fields=["goal"])
    assert counted() == [("7/QĐ MT-1", 5, Decimal(100))]
    assert [years(goal) for goal in (of_task, of_result, own)] == [5, 0, 0]
    factory.result(funded, goal=of_result.public_id)
    assert counted() == [("7/QĐ MT-2", 5, Decimal(100))]
    assert [years(goal) for goal in (of_task, of_result, own)] == [0, 5, 0]
    actions.link_goal(
        actor=funded.officer,
        thing="uptake",
        thing_id=year().pk,
        goal=own.public_id,
        reason="Dùng vào việc khác.",
        at=AT,
    )
    assert counted() == [("7/QĐ MT-2", 4, None), ("7/QĐ MT-3", 1, Decimal(100))]
    assert [years(goal) for goal in (of_task, of_result, own)] == [0, 4, 1]


def test_hosts_are_reminded_once_a_month_from_thirty_days_before(funded):
    user = Users.create(email="manager@vien.vn")
    Memberships.create(
        user=user,
        organisation=funded.contract.host,
        manager=True,
        since=date(2020, 1, 1),
    )
    days = (
        datetime(2027, 2, 20, 2, tzinfo=UTC),
        datetime(2027, 3, 1, 2, tzinfo=UTC),
        datetime(2027, 3, 2, 2, tzinfo=UTC),
        datetime(2027, 4, 5, 2, tzinfo=UTC),
    )
    sent = [actions.remind_hosts(at=day) for day in days]
    assert sent == [0, 1, 0, 1]
    assert "manager@vien.vn" in mail.outbox[0].to
    answer(funded, jobs=0)
    assert actions.remind_hosts(at=datetime(2027, 6, 1, 2, tzinfo=UTC)) == 0


def test_evidence_is_read_by_those_who_know_the_contract(funded):
    asked = year()
    actions.answer_uptake(
        actor=funded.host,
        year_id=asked.pk,
        said=actions.Uptake(jobs=2),
        version=asked.version,
        at=AT,
        evidence=[SimpleUploadedFile("xac-nhan.txt", "Xác nhận".encode())],
    )
    (file,) = files_of(queries.uptake_subject(asked.public_id))
    seen = {
        name
        for name, actor in {
            "host": funded.host,
            "finance": funded.finance,
            "rival": funded.story.applicants[1],
            "public": PUBLIC,
        }.items()
        if may_read(actor, file)
    }
    assert seen == {"host", "finance"}


def test_work_lists_show_what_is_due_and_what_is_to_be_checked(funded):
    today = date(2027, 4, 1)
    assert [(w.kind, w.overdue) for w in queries.work_for(funded.host, today)] == [
        ("uptake.answer", True)
    ]
    answer(funded, jobs=0)
    assert queries.work_for(funded.host, today) == []
    assert [w.kind for w in queries.work_for(funded.officer, today)] == ["uptake.check"]
