"""Where a funded task stands follows its contract: forward, by officials, in public."""

from __future__ import annotations

from datetime import date

import pytest

from opensti.domains.tasks import actions
from opensti.domains.tasks.choices import TaskState
from opensti.domains.tasks.models import Task
from opensti.domains.tasks.queries import task_subject
from opensti.kernel.access import AccessDenied, Role
from opensti.kernel.record.queries import entries_of
from opensti.kernel.refusals import NotFound, StepNotAllowed
from tests.factories.tasks import AT, person

pytestmark = pytest.mark.django_db


def task(state=TaskState.APPROVED):
    return Task.objects.create(state=state, title_vi="Thu hồi kẽm")


def move(row, state, actor=None, **more):
    return actions.set_task_state(
        actor=actor or person(Role.OFFICER),
        task_id=row.pk,
        state=state,
        at=AT,
        **more,
    )


def test_a_task_runs_with_the_days_of_its_contract_and_is_accepted():
    row = task()
    days = {"start": date(2026, 9, 1), "end": date(2028, 9, 1)}
    done = move(row, TaskState.RUNNING, basis="01/HĐ", **days)
    assert (done.state, done.start, done.end) == ("running", *days.values())
    done = move(row, TaskState.RUNNING, end=date(2029, 3, 1))
    assert (done.start, done.end) == (date(2026, 9, 1), date(2029, 3, 1))
    move(row, TaskState.ACCEPTED)
    public = entries_of(task_subject(row.public_id), public_only=True)
    assert [(e.act, e.detail["state"], e.detail["end"]) for e in public] == [
        ("tasks.set_state", "running", "2028-09-01"),
        ("tasks.set_state", "running", "2029-03-01"),
        ("tasks.set_state", "accepted", "2029-03-01"),
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (TaskState.APPROVED, TaskState.ACCEPTED),
        (TaskState.ACCEPTED, TaskState.RUNNING),
        (TaskState.STOPPED, TaskState.RUNNING),
        (TaskState.ARCHIVED, TaskState.RUNNING),
        (TaskState.RUNNING, TaskState.APPROVED),
    ],
)
def test_there_is_no_way_back_and_none_beside_the_contract(old, new):
    row = task(old)
    with pytest.raises(StepNotAllowed):
        move(row, new)
    row.refresh_from_db()
    assert row.state == old


def test_only_officials_say_where_a_task_stands():
    row = task()
    for stranger in (person(Role.EXPERT), person(Role.MANAGER), person(Role.FINANCE)):
        with pytest.raises(AccessDenied):
            move(row, TaskState.RUNNING, stranger)
    with pytest.raises(NotFound):
        actions.set_task_state(
            actor=person(Role.OFFICER), task_id=0, state=TaskState.RUNNING, at=AT
        )
