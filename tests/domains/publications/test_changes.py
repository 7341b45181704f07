"""What changed in the public register is told once, in order, and never too early."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils.timezone import localdate, now

from opensti.domains.publications.actions import tell_changes
from opensti.domains.publications.models import Change
from opensti.domains.publications.queries import changes_after
from opensti.domains.publications.queries import policies as in_force
from opensti.domains.registry.actions import edit_organisation
from opensti.domains.results.choices import Secrecy
from opensti.domains.results.models import Result
from opensti.kernel.access import SYSTEM, Role
from opensti.kernel.record.actions import record
from tests.factories import policies
from tests.factories import portfolios as decided
from tests.factories import results as factory
from tests.factories.registry import Organisations
from tests.factories.tasks import Tasks, person
from tests.races import Act, ended

postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has one writer at a time"
)


def told(after=0):
    return [
        (c.kind, c.subject_id, c.act, c.position is not None, c.shown)
        for c in changes_after(after, 1000)
    ]


def acted(task, at=None):
    """A public act on a task, as its record tells it."""
    with transaction.atomic():
        return record(
            actor=SYSTEM, act="tasks.set_state", subject=f"tasks.task:{task.public_id}",
            at=at or now(), public=True,
        )  # fmt: skip


def embargoed(until):
    funded = factory.running()
    found = factory.result(funded)
    factory.accepted(funded)
    Result.objects.filter(pk=found.pk).update(secrecy=Secrecy.EMBARGO, open_from=until)
    return found


@pytest.mark.django_db
def test_a_released_decision_is_told_with_the_position_of_its_entry():
    story = decided.judged("90")
    decided.released(story)
    tell_changes(at=now())
    decision = decided.decision_on(story.dossiers[0])
    (found,) = [c for c in changes_after(0, 1000) if c.kind == "decision"]
    assert (found.subject_id, found.act, found.position, found.shown) == (
        decision.public_id, "portfolios.release_decision", decision.entry_position, True,
    )  # fmt: skip


@pytest.mark.django_db
def test_nothing_is_told_twice():
    task = Tasks.create()
    acted(task)
    assert tell_changes(at=now()) > 0
    assert tell_changes(at=now()) == 0
    seen = told()
    acted(task)
    tell_changes(at=now())
    assert told(len(seen)) == [("task", task.public_id, "tasks.set_state", True, True)]


@pytest.mark.django_db
def test_what_is_shown_without_an_act_of_its_own_is_told_as_opened():
    task = Tasks.create()
    tell_changes(at=now())
    assert ("task", task.public_id, "opened", False, True) in told()


@pytest.mark.django_db
def test_what_nobody_may_know_of_is_told_by_no_change():
    hidden = embargoed(localdate() + timedelta(days=2))
    tell_changes(at=now())
    assert hidden.public_id not in {name for _k, name, *_rest in told()}


@pytest.mark.django_db
def test_an_embargo_ends_by_itself_and_is_told_on_its_day():
    found = embargoed(localdate() + timedelta(days=1))
    tell_changes(at=now())
    before = Change.objects.count()
    Result.objects.filter(pk=found.pk).update(open_from=localdate())
    tell_changes(at=now() + timedelta(days=1))
    assert told(before) == [("result", found.public_id, "opened", False, True)]


@pytest.mark.django_db
def test_what_is_hidden_later_is_told_as_hidden_and_leads_nowhere():
    found = embargoed(localdate())
    tell_changes(at=now())
    before = Change.objects.count()
    Result.objects.filter(pk=found.pk).update(secrecy=Secrecy.INTERNAL)
    tell_changes(at=now() + timedelta(days=1))
    assert told(before) == [("result", found.public_id, "hidden", False, False)]
    assert {row[-1] for row in told() if row[1] == found.public_id} == {False}


@pytest.mark.django_db
def test_another_policy_is_told_and_hides_at_once(monkeypatch):
    task = Tasks.create()
    tell_changes(at=now())
    before = Change.objects.count()
    other = policies.policy({"task.*": None})
    monkeypatch.setattr(in_force, "shipped_policy", lambda: other)
    tell_changes(at=now())
    assert told(before) == [
        ("policy", other.digest[:40], "changed", False, True),
        ("task", task.public_id, "hidden", False, False),
    ]


@pytest.mark.django_db
def test_a_corrected_organisation_is_told_without_the_act():
    found = Organisations.create()
    tell_changes(at=now())
    before = Change.objects.count()
    edit_organisation(
        actor=person(Role.OFFICER), organisation_id=found.pk,
        facts={"acronym": "VX"}, at=now(),
    )  # fmt: skip
    tell_changes(at=now())
    assert told(before) == [("organisation", found.public_id, "", False, True)]


@postgresql
@pytest.mark.django_db(transaction=True)
def test_acts_that_end_in_another_order_are_told_once_and_in_order():
    """The first act writes last: whoever follows misses neither, and sees no gap."""
    tasks = [Tasks.create() for _n in range(4)]
    tell_changes(at=now())
    seen, followed = Change.objects.count(), []

    def follow():
        nonlocal seen
        tell_changes(at=now())
        for change in changes_after(seen, 1000):
            followed.append((change.seq, change.subject_id))
            seen = change.seq

    threads = []
    with transaction.atomic():
        acted(tasks[0])
        for task in tasks[1:]:
            threads.append(Act(lambda task=task: acted(task)))
            threads[-1].start()
        watcher = Act(lambda: (tell_changes(at=now()), Change.objects.count())[1])
        watcher.start()
        watcher.join(20)
        assert watcher.given == seen  # nothing of what is not done
    ended(threads)
    follow()
    assert sorted(name for _seq, name in followed) == sorted(t.public_id for t in tasks)
    assert followed[0][1] == tasks[0].public_id
    numbers = [seq for seq, _name in followed]
    assert numbers == list(range(numbers[0], numbers[0] + 4))


@postgresql
@pytest.mark.django_db(transaction=True)
def test_two_who_tell_at_once_tell_everything_once():
    tasks = [Tasks.create() for _n in range(3)]
    for task in tasks:
        acted(task)
    threads = [Act(lambda: tell_changes(at=now())) for _n in range(2)]
    for thread in threads:
        thread.start()
    ended(threads)
    acts = [c.subject_id for c in Change.objects.filter(act="tasks.set_state")]
    assert acts == [task.public_id for task in tasks]
    numbers = list(Change.objects.values_list("seq", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
