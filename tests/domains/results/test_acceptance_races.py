"""Two connections at once on one acceptance. They meet on PostgreSQL only."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection

from opensti.domains.panels import actions as panel_actions
from opensti.domains.results import actions
from opensti.domains.results.models import ExpertOpinion, HandedIn, Registration
from opensti.kernel.record.models import Entry
from opensti.kernel.record.queries import check_log
from tests.factories import acceptance as factory
from tests.races import done, queued

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _two_writers():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time: run with PostgreSQL")
    yield
    assert check_log() == []


def acts(name):
    return Entry.objects.filter(act=name).count()


def test_a_dossier_handed_in_by_two_at_once_is_one_version():
    work = factory.passed(factory.assessed(factory.running()))

    def submit():
        return factory.submitted(work)

    done(queued(work.again().case, submit, submit))
    assert (HandedIn.objects.count(), work.state) == (1, "submitted")


def test_a_result_recognised_by_two_leaders_at_once_completes_its_contract_once():
    work = factory.confirmed(factory.accepted())

    def recognise():
        return factory.recognised(work)

    done(queued(work.again().case, recognise, recognise))
    assert (acts("acceptances.recognise"), acts("contracts.complete")) == (1, 1)


def test_one_certificate_of_two_entered_at_once_stands():
    work = factory.recognised(factory.confirmed(factory.accepted()))

    def register(number):
        return lambda: factory.registered(work, number)

    threads = queued(work.again().case, register("A-1"), register("B-2"))
    assert Registration.objects.count() == 1
    assert sum(thread.fault is not None for thread in threads) == 1


def test_a_council_that_concludes_and_an_officer_who_asks_an_expert_do_not_embrace():
    work = factory.handed_in("moit_2014")
    council, members = factory.council_of(work)
    item = factory.item_of(council)
    for member in members:
        factory.rated(work, item, member, "pass")
    secretary = work.funded.story.office.secretary
    told = {"actor": secretary, "council_id": council.pk, "at": factory.MEETING}
    seats = list(council.seats.values_list("pk", flat=True))
    panel_actions.mark_attendance(**told, present=seats)
    panel_actions.open_meeting(**told)

    def conclude():
        return panel_actions.conclude_council(**told | {"at": factory.COUNTED})

    def ask():
        return actions.ask_opinion(
            actor=replace(work.officer),
            acceptance_id=work.acceptance.pk,
            ground="complaint",
            expert="GS. TS. Trần Văn B",
            at=factory.COUNTED,
        )

    done(queued(work.again().case, conclude, ask))
    assert (work.state, ExpertOpinion.objects.count()) == ("accepted", 1)
