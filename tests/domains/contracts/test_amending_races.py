"""Two hands at once decide one amendment, or ask for two: it happens once (PostgreSQL)."""

from __future__ import annotations

import pytest
from django.db import connection

from opensti.domains.contracts.models import Amendment, Terms
from opensti.kernel.access import Role
from opensti.kernel.refusals import StepNotAllowed
from tests.factories import amendments as factory
from tests.factories.tasks import person
from tests.races import queued

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite lets one write at a time"
    ),
]


def test_two_leaders_deciding_at_once_decide_once():
    funded = factory.running()
    amendment = factory.asked(funded, "extend", months=3)
    other = person(Role.LEADER)
    first, second = queued(
        funded.contract,
        lambda: factory.decided(amendment, funded.leader),
        lambda: factory.decided(amendment, other),
    )
    faults = [act.fault for act in (first, second)]
    assert [type(f) for f in faults if f is not None] == [StepNotAllowed]
    assert Terms.objects.filter(contract=funded.contract).count() == 2


def test_two_asking_at_once_for_the_same_ask_once():
    funded = factory.running()
    first, second = queued(
        funded.contract,
        lambda: factory.asked(funded, "extend", months=3),
        lambda: factory.asked(funded, "extend", months=4, actor=funded.host),
    )
    faults = [act.fault for act in (first, second)]
    assert [type(f) for f in faults if f is not None] == [StepNotAllowed]
    assert Amendment.objects.count() == 1
