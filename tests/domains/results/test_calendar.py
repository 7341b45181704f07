"""What falls due after the work stands in the calendars of those who may know of it."""

from __future__ import annotations

from datetime import date

import pytest

from opensti.domains.contracts.models import Contract
from opensti.domains.procedures.queries import deadlines_of
from opensti.domains.results import actions, queries
from opensti.kernel.access import PUBLIC, SYSTEM
from tests.factories import acceptance as work_factory
from tests.factories import rights as factory

pytestmark = pytest.mark.django_db
SINCE = date(2020, 1, 1)


def days(actor, **asked):
    return [
        (day.kind, day.on, day.url_name, day.url_args)
        for day in queries.days_of(actor, **{"since": SINCE, **asked})
    ]


def test_open_days_of_a_docket_stand_there_until_they_are_done():
    kept = factory.disclosed()
    public_id = kept.right.public_id
    open_days = [
        ("docket", entry.due_on, "results:right", (public_id,))
        for entry in kept.right.docket.filter(done_on=None).order_by("due_on", "id")
    ]
    assert len(open_days) > 1
    assert days(kept.host) == sorted(open_days, key=lambda d: d[1])
    assert days(kept.host, contract=kept.funded.contract) == days(kept.host)
    after = open_days[0][1].replace(year=open_days[0][1].year + 30)
    assert days(kept.host, since=after) == []
    assert days(kept.funded.story.applicants[1]) == days(PUBLIC) == []


def test_answers_on_uptake_stand_there_until_they_are_given():
    kept = factory.disclosed()
    kept.right.docket.all().delete()
    actions.plan_uptake(
        actor=SYSTEM,
        contract_id=kept.funded.contract.pk,
        day=date(2028, 5, 5),
        at=factory.NEXT_YEAR,
    )
    found = queries.days_of(kept.host, since=SINCE)
    years = list(queries.uptake_years(kept.host))
    assert [(d.kind, d.on, d.url_args, str(d.about)) for d in found] == [
        ("uptake", year.due_on, (year.public_id,), f"năm thứ {year.number}")
        for year in years
    ]
    actions.answer_uptake(
        actor=kept.host,
        year_id=years[0].pk,
        said=actions.Uptake(jobs=3),
        version=years[0].version,
        at=factory.NEXT_YEAR,
    )
    assert len(queries.days_of(kept.host, since=SINCE)) == len(years) - 1


def test_deadlines_of_an_acceptance_lead_to_it():
    work = work_factory.confirmed(work_factory.accepted("moit_2014"))
    running = [d for d in deadlines_of(work.acceptance.case_id) if not d.closed_at]
    assert running != []
    assert days(work.officer) == [
        ("acceptance", d.due_on, "results:acceptance", (work.acceptance.public_id,))
        for d in sorted(running, key=lambda d: d.due_on)
    ]
    assert days(work.officer, contract=Contract(pk=0)) == []
