"""From the decision to the convocation, walked by the worker: who gets which letter, once.

No act of a letter is called here: the jobs that the acts ask for and the regular act of
the worker send all of them, at the hours that the clock of this test says.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.core import mail
from django.utils.translation import override

from opensti.domains.panels import actions
from opensti.domains.panels.jobs import letters, summons
from opensti.domains.panels.models import Invitation, Reserve, Seat
from opensti.domains.panels.problem.reserve import replacements
from opensti.domains.registry.models import Person
from opensti.kernel.jobs import registry, worker
from opensti.kernel.jobs.models import Job
from tests.factories import formation as factory
from tests.factories import panels
from tests.factories.accounts import Users
from tests.factories.tasks import actor_of

pytestmark = pytest.mark.django_db(transaction=True)
AT, DAY, HOUR = panels.AT, timedelta(days=1), timedelta(hours=1)


class Clock:
    """The time of the worker; ``go`` lets it work until nothing is ready."""

    def __init__(self, monkeypatch):
        self.at, self.stopped, real = AT, False, worker.timezone.now

        def now():
            # A module that is loaded meanwhile keeps this function for good.
            return real() if self.stopped else self.at

        monkeypatch.setattr(worker.timezone, "now", now)
        for module in (letters, summons):
            monkeypatch.setattr(module, "now", now)
        every = [r for r in registry.regulars() if r.name == "panels.reminders"]
        assert len(every) == 1
        monkeypatch.setattr(registry, "regulars", lambda: every)

    def go(self, at):
        """What was mailed when the worker came at this time: subject and address."""
        self.at = at
        mail.outbox.clear()
        worker.run_worker(lambda: False, once=True)
        assert not Job.objects.filter(
            kind__startswith="panels.mail", state__in=("waiting", "running", "failed")
        ).exists()
        return Counter((m.subject, m.to[0]) for m in mail.outbox)


@pytest.fixture
def clock(monkeypatch):
    told = Clock(monkeypatch)
    yield told
    told.stopped = True


@pytest.fixture(autouse=True)
def in_english():
    with override("en"):
        yield


def address(seat):
    return seat.person.user.email


def signed_in(seat):
    return actor_of(seat.person.user, person_id=seat.person_id)


def all_of(seats, subject):
    return Counter((subject, address(seat)) for seat in seats)


def formed(office):
    """A council computed by the optimiser, with its reserve, set up by decision."""
    factory.experts(40)
    for person in Person.objects.filter(is_expert=True):
        person.user = Users.create()
        person.save()
    formation = factory.planned(office, panels.eligible_dossiers(office))
    [council] = actions.approve_formation(
        actor=office.officer,
        formation_id=formation.pk,
        run_id=factory.computed(office, formation).pk,
        at=AT,
    )
    return panels.set_up(office, council)


def seats_of(council):
    rows = Seat.objects.filter(council=council, state__in=("invited", "accepted"))
    return list(rows.select_related("person__user").order_by("pk"))


def test_from_the_decision_to_the_convocation_each_gets_each_letter_once(office, clock):
    council = formed(office)
    seats = seats_of(council)
    invitation = "Giấy mời tham gia hội đồng"
    assert clock.go(AT) == all_of(seats, invitation)
    for hours in (0, 6, 12):
        assert clock.go(AT + hours * HOUR) == Counter()

    # the third day: all but two have answered; one of them without the undertaking
    silent, gone, unsigned, *ready = seats
    for seat in ready:
        actions.answer_invitation(
            actor=signed_in(seat), seat_id=seat.pk, accept=True, at=AT + DAY
        )
    by_link(unsigned, accept=True, at=AT + DAY)
    reminder = "Nhắc việc của hội đồng"
    assert clock.go(AT + 3 * DAY) == all_of([silent, gone], reminder)
    assert clock.go(AT + 3 * DAY + 6 * HOUR) == Counter()
    assert clock.go(AT + 4 * DAY) == all_of([unsigned], reminder)
    assert clock.go(AT + 5 * DAY) == Counter()

    # one declines: the first by the optimiser's own check of the reserve comes in
    by_link(gone, accept=False, at=AT + 5 * DAY)
    ranked = replacements(gone.pk)
    first = Reserve.objects.get(council=council, person_id=ranked[0].person_id)
    assert (ranked[0].rank, first.rank) == (min(r.rank for r in ranked if r.rank),) * 2
    came = actions.replace_from_reserve(
        actor=office.officer,
        seat_id=gone.pk,
        decision_number="216/QĐ-BCT",
        at=AT + 5 * DAY,
    )
    came = Seat.objects.select_related("person__user").get(pk=came.pk)
    assert came.person_id == ranked[0].person_id
    assert clock.go(AT + 5 * DAY + HOUR) == all_of([came], invitation)
    assert clock.go(AT + 5 * DAY + 7 * HOUR) == Counter()

    for seat in (silent, unsigned, came):
        actions.answer_invitation(
            actor=signed_in(seat), seat_id=seat.pk, accept=True, at=AT + 6 * DAY
        )
    assert clock.go(AT + 7 * DAY) == Counter()  # nobody owes an answer any more
    assert not Invitation.objects.filter(mailed_at=None).exists()

    # reviews: reminded of before and after the day, the last time to the secretary
    panels.with_documents(office, council)
    reviewers = [s for s in seats_of(council) if s.role == "reviewer"]
    due = AT + 12 * DAY
    actions.assign_reviewers(
        actor=office.secretary,
        item_id=panels.item_of(council).pk,
        seat_ids=[seat.pk for seat in reviewers],
        due_on=due.date(),
        at=AT + 7 * DAY,
    )
    found = [clock.go(due + n * DAY) for n in (-4, -3, -2, 0, 1, 2, 3, 4, 5)]
    told = "Hội đồng: thành viên chưa trả lời"
    none, asked = Counter(), all_of(reviewers, reminder)
    last = Counter({(told, council.secretary.email): len(reviewers)})
    assert [f for f in found if f] == [asked, asked, last]
    assert found[0] == none


def test_the_convocation_goes_out_by_the_worker_once_to_each_with_its_calendar(
    office, clock
):
    council, _members = panels.prepared(
        office, dossiers=panels.eligible_dossiers(office)
    )
    clock.go(AT)
    actions.convoke(
        actor=office.secretary, council_id=council.pk, at=AT, link="https://hop.example"
    )
    called = clock.go(AT)
    assert {to for _subject, to in called} == {address(s) for s in seats_of(council)}
    assert set(called.values()) == {1}
    assert {m.attachments[0][0] for m in mail.outbox} == {"meeting.ics"}
    assert clock.go(AT + 6 * HOUR) == Counter()


def by_link(seat, *, accept, at):
    actions.answer_by_link(
        token=actions.link_token(Invitation.objects.get(seat=seat)),
        accept=accept,
        reason="" if accept else "Đi công tác.",
        at=at,
    )
