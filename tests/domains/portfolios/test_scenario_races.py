"""Two connections at once: what officers, leaders and workers do to one round side by side."""

from __future__ import annotations

import pytest
from django.db import connection

from opensti.domains.portfolios import actions
from opensti.domains.portfolios.models import Decision, Lock, Scenario
from opensti.kernel.access import Role
from opensti.kernel.jobs.models import Job
from opensti.kernel.record.models import Entry
from opensti.kernel.record.queries import check_log
from tests.factories import portfolios as factory
from tests.factories.tasks import person
from tests.races import at_once, done, queued

pytestmark = pytest.mark.django_db(transaction=True)
MONEY = 2_000_000_000
AT = factory.LAID_OUT


@pytest.fixture(autouse=True)
def _two_writers():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time: run with PostgreSQL")
    yield
    assert check_log() == []


@pytest.fixture
def story():
    return factory.judged("90", "85", orders=2)


@pytest.fixture
def round_(story):
    return factory.laid_out(story)


def told(name):
    return Entry.objects.filter(act=f"portfolios.{name}").count()


def test_two_leaders_adopt_two_scenarios_and_the_round_says_what_one_of_them_says(
    story, round_
):
    one = factory.put_forward(story, round_)
    two = factory.put_forward(story, round_, rules={"budgets": {"state": 2 * MONEY}})
    other = person(Role.LEADER)

    def adopt(who, scenario):
        return lambda: actions.adopt_scenario(actor=who, scenario_id=scenario.pk, at=AT)

    both = queued(round_, adopt(story.leader, one), adopt(other, two))
    assert done(both) == [True, True]
    states = dict(Scenario.objects.values_list("pk", "state"))
    assert sorted(states.values()) == ["adopted", "replaced"]
    wins = 2 if states[two.pk] == "adopted" else 1
    advised = Decision.objects.filter(round=round_, advised="approve").count()
    assert advised == wins


def test_a_lock_that_meets_the_adoption_is_in_what_was_adopted_or_comes_after(
    story, round_
):
    scenario = factory.put_forward(story, round_)
    last = Decision.objects.filter(round=round_).latest("pk")
    adopt, lock = queued(
        round_,
        lambda: actions.adopt_scenario(
            actor=story.leader, scenario_id=scenario.pk, at=AT
        ),
        lambda: actions.lock_decision(
            actor=story.officer, decision_id=last.pk, must=True, reason="Cần.", at=AT
        ),
    )
    assert lock.fault is None
    assert Lock.objects.count() == 1
    # Adopted before the lock, or refused because of it: never over it.
    entries = list(
        Entry.objects.filter(
            act__in=["portfolios.adopt_scenario", "portfolios.lock_decision"]
        )
        .order_by("position")
        .values_list("act", flat=True)
    )
    assert entries == (
        ["portfolios.lock_decision"]
        if adopt.fault
        else ["portfolios.adopt_scenario", "portfolios.lock_decision"]
    )


def test_two_clicks_ask_for_one_work(story, round_):
    scenario = factory.scenario(story, round_)

    def ask():
        return actions.ask_scenario(actor=story.officer, scenario_id=scenario.pk, at=AT)

    assert done(queued(round_, ask, ask)) == [True, True]
    assert (
        Job.objects.filter(kind="portfolios.solve_scenario").count(),
        told("ask_scenario"),
    ) == (1, 1)


def test_two_scenarios_begun_at_once_have_two_numbers(story, round_):
    threads = queued(
        round_,
        lambda: factory.scenario(story, round_, title_vi="Một"),
        lambda: factory.scenario(story, round_, title_vi="Hai"),
    )
    assert done(threads) == [True, True]
    assert sorted(Scenario.objects.values_list("number", flat=True)) == [1, 2]


def test_two_workers_compute_one_scenario_and_it_is_kept_once(story, round_):
    scenario = factory.scenario(story, round_)
    actions.ask_scenario(actor=story.officer, scenario_id=scenario.pk, at=AT)

    def compute():
        return actions.compute_scenario(
            actor=story.officer, scenario_id=scenario.pk, at=AT
        )

    assert done(at_once(compute, compute)) == [True, True]
    assert (told("finish_scenario"), told("explain_scenario")) == (1, 1)


def test_a_round_laid_before_the_leader_meets_the_adoption(story, round_):
    scenario = factory.put_forward(story, round_)
    adopt, propose = queued(
        round_,
        lambda: actions.adopt_scenario(
            actor=story.leader, scenario_id=scenario.pk, at=AT
        ),
        lambda: actions.propose_round(
            actor=story.officer, round_id=round_.pk, proposal="Trình.", at=AT
        ),
    )
    assert propose.fault is None
    adopted = Scenario.objects.get(pk=scenario.pk).state == "adopted"
    assert adopted == (adopt.fault is None)
    advised = Decision.objects.filter(round=round_).exclude(advised="").count()
    assert advised == (2 if adopted else 0)
