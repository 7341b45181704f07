"""What the public may see, and what of the record an auditor may."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils.timezone import localdate

from opensti.domains.publications import queries
from opensti.domains.publications.queries.totals import Totals
from opensti.domains.tasks import queries as tasks_queries
from opensti.kernel.access import SYSTEM, Role
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import AccessDenied, NotFound
from tests.factories import calls as call_factory
from tests.factories import portfolios as factory
from tests.factories.registry import Organisations
from tests.factories.tasks import Tasks, draft, person, regimes

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor():
    return person(Role.AUDITOR)


def on(subject, actor):
    return queries.record_entries(actor).filter(subject__startswith=subject).count()


def test_only_an_auditor_reads_the_record():
    for role in set(Role) - {Role.AUDITOR}:
        with pytest.raises(AccessDenied):
            queries.record_entries(person(role))


def test_acts_on_sealed_and_unwritten_dossiers_are_left_out_until_the_call_opens(
    auditor,
):
    officer = call_factory.officer()
    call = call_factory.published(officer)
    handed_in = call_factory.submitted(
        call_factory.applicant(Organisations.create()), call
    )
    unwritten = call_factory.written(
        call_factory.applicant(Organisations.create()), call
    )
    subjects = [f"calls.dossier:{d.public_id}" for d in (handed_in, unwritten)]
    for subject in subjects:
        assert on(subject, SYSTEM) == Entry.objects.filter(subject=subject).count() > 0
        assert on(subject, auditor) == 0
    call_factory.opened(officer, call)
    assert [on(subject, auditor) > 0 for subject in subjects] == [True, False]
    assert on("calls.call:", auditor) == on("calls.call:", SYSTEM) > 0


def test_acts_on_what_the_auditor_has_a_stake_in_are_left_out(auditor):
    story = factory.judged("90", "60")
    factory.released(story)
    partial = replace(auditor, member_of=frozenset({story.dossiers[1].host_id}))
    declined = factory.decision_on(story.dossiers[1])
    for subject in (
        f"calls.dossier:{story.dossiers[1].public_id}",
        f"portfolios.decision:{declined.public_id}",
        f"portfolios.letter:{declined.letter.public_id}",
        "portfolios.round:",
        "panels.council:",
    ):
        assert on(subject, auditor) == on(subject, SYSTEM) > 0
        assert on(subject, partial) == 0
    free = f"calls.dossier:{story.dossiers[0].public_id}"
    assert on(free, partial) == on(free, SYSTEM) > 0


def test_the_latest_acts_leave_out_what_the_record_leaves_out(auditor):
    story = factory.judged("90", "60")
    factory.released(story)
    partial = replace(auditor, member_of=frozenset({story.dossiers[1].host_id}))
    every = Entry.objects.count()
    told = [line.position for line in queries.latest_acts(partial, newest=every)]
    known = [e.position for e in queries.record_entries(partial)]
    assert told == sorted(known)
    assert 0 < len(told) < every
    assert [x.position for x in queries.latest_acts(auditor, newest=3)] == [
        every - 3,
        every - 2,
        every - 1,
    ]


def test_acts_on_needs_are_told_as_far_as_the_needs_are(auditor):
    regimes()
    draft(person(Role.APPLICANT))
    needs = tasks_queries.needs(auditor)
    told = queries.record_entries(auditor).filter(subject__startswith="tasks.need:")
    assert on("tasks.need:", SYSTEM) > 0
    assert {e.subject for e in told} == {f"tasks.need:{n.public_id}" for n in needs}


def test_the_record_is_one_query(auditor, django_assert_num_queries):
    factory.laid_out(factory.judged("90"))
    with django_assert_num_queries(1):
        positions = [e.position for e in queries.record_entries(auditor)]
    assert positions == sorted(positions, reverse=True)


def test_there_is_no_receipt_of_what_was_not_told():
    for position in (None, 10**6):
        with pytest.raises(NotFound):
            queries.public_receipt(position)


def test_statistics_count_what_the_register_holds(django_assert_num_queries):
    factory.released(factory.judged("90", "60"))
    for n in range(3):
        Tasks.create(year=2017 + n % 2, funder="NSF")
    of = queries.edition()
    with django_assert_num_queries(8):
        found = queries.figured_statistics(of, localdate())
    assert (found.calls, found.orders, found.tasks) == (1, 1, 4)
    assert found.totals == Totals(
        decisions=1,
        amount=2_000_000_000,
        withheld=0,
        by_year=((2026, 1, 2_000_000_000),),
    )
    assert found.tasks_by_year[:2] == (("2017", 2), ("2018", 1))
    assert [money for _host, money in found.money_by_host] == [2_000_000_000]
