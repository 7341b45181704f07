"""What the pipeline comes to: told by the method, of one's own organisation alone."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils.timezone import localdate, now

from opensti.domains.innovation import actions, queries
from opensti.kernel.access import Role
from opensti.kernel.refusals import NotFound
from tests.factories import innovation as factory
from tests.factories.innovation import AT
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db


def days(n):
    return AT + timedelta(days=n)


@pytest.fixture
def owner():
    return factory.factory_owner()


def decide(owner, row, verdict, day, **said):
    actions.decide(
        actor=owner,
        initiative_id=row.pk,
        verdict=verdict,
        reason="Vì.",
        at=days(day),
        **said,
    )


def measured(owner, at):
    return queries.measures(owner, organisation_id=factory.house(owner), at=at)


def test_conversion_time_and_stops_are_those_of_the_method(owner):
    one, two, three = (factory.initiative(owner, f"S{n}") for n in range(3))
    decide(owner, one, "move", 10, stage="validate")
    decide(owner, one, "move", 30, stage="deploy")
    decide(owner, one, "done", 40)
    decide(owner, two, "move", 20, stage="validate")
    decide(owner, two, "stop", 60, stop_reason="no_need", lesson="A.")
    decide(owner, three, "hold", 5)
    found = measured(owner, days(100))
    told = {
        s.stage: (s.entered, s.conversion, s.time and s.time.median)
        for s in found.pipeline.stages
    }
    assert told == {
        "identify": (3, 1.0, pytest.approx(20)),
        "create": (0, None, None),
        "validate": (2, 0.5, pytest.approx(20)),
        "develop": (0, None, None),
        "deploy": (1, 1.0, pytest.approx(10)),
    }
    assert (found.pipeline.stop_rate, found.pipeline.stops["validate"]) == (0.5, 1)
    assert (found.running, found.pipeline.done) == (1, 1)
    # What a stop taught is kept, and three items are few.
    assert found.pipeline.items < queries.FEW


def test_values_tests_and_mix(owner):
    row = factory.initiative(owner, horizon=3, risk="high")
    factory.initiative(owner, "Khác")
    facts = {
        "value": Decimal(100),
        "commercial": Decimal("0.5"),
        "launch": Decimal(10),
        "technical": Decimal("0.5"),
        "development": Decimal(5),
        "realised": Decimal(80),
        "realised_on": localdate(AT),
    }
    actions.describe_initiative(actor=owner, initiative_id=row.pk, facts=facts, at=AT)
    one, _two = (
        actions.assume(
            actor=owner, initiative_id=row.pk, text="A", weight=1, doubt=1, at=AT
        )
        for _n in range(2)
    )
    for _n in range(2):
        trial = actions.plan_trial(
            actor=owner, assumption_id=one.pk, plan="A", holds_if="B", at=AT
        )
        actions.tell_trial(
            actor=owner,
            trial_id=trial.pk,
            outcome="holds",
            result="A",
            then="go",
            at=AT,
        )
    found = measured(owner, days(1))
    assert (found.tested, found.assumptions) == (1, 2)
    assert (found.expected, found.estimated, found.realised.ratio) == (15, 1, 0.8)
    assert [(m.count, m.part, m.value) for m in found.by_horizon] == [
        (1, 0.5, 0), (0, 0, 0), (1, 0.5, 100)
    ]  # fmt: skip


def test_replies_are_counted_in_time_or_late(owner):
    campaign = factory.campaign(owner)
    quick, slow, _open = (factory.idea(campaign, f"Ý {n}") for n in range(3))
    factory.step(owner, quick, "decline", at=days(4))
    factory.step(owner, slow, "park", at=days(30))
    found = measured(owner, days(40)).replies
    assert (found.ideas, found.answered, found.in_time, found.part, found.late) == (
        3, 2, 1, 0.5, 1
    )  # fmt: skip
    assert found.time.median == pytest.approx(30)


def test_measures_are_the_organisations_until_it_shares_them(owner):
    factory.initiative(owner)
    of, leader = factory.house(owner), person(Role.LEADER)
    for stranger in (leader, factory.factory_owner(), person(Role.AUDITOR)):
        with pytest.raises(NotFound):
            queries.measures(stranger, organisation_id=of, at=now())
    actions.share(actor=owner, organisation_id=of, audience="ministry", at=now())
    assert queries.measures(leader, organisation_id=of, at=now()).running == 1
    with pytest.raises(NotFound):
        queries.measures(person(Role.AUDITOR), organisation_id=of, at=now())
    assert queries.measured_organisations(person(Role.ADMIN)) == []


def test_an_organisation_that_has_begun_nothing_has_no_pipeline_yet(owner):
    found = measured(owner, AT)
    assert (found.pipeline, found.replies.time, found.expected) == (None, None, None)
