"""Two connections at once: what officers and members do to one meeting side by side.

Acts of two connections meet on PostgreSQL only: SQLite lets one writer in after the
other. There these tests say that they skip.
"""

from __future__ import annotations

import pytest
from django.db import connection

from opensti.domains.panels import actions, queries
from opensti.domains.panels.actions.polls import digest_of
from opensti.domains.panels.choices import UNDER_WAY
from opensti.domains.panels.models import (
    Ballot,
    Council,
    Credential,
    Poll,
    Presence,
    SecretBallot,
    Signature,
    Sitting,
    Turn,
)
from opensti.kernel.record.models import Entry
from opensti.kernel.record.queries import check_log
from tests.factories import meetings, panels
from tests.races import at_once, done, queued

pytestmark = pytest.mark.django_db(transaction=True)
YES, NO = {"vote": "yes"}, {"vote": "no"}


@pytest.fixture(autouse=True)
def _two_writers():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time: run with PostgreSQL")
    yield
    assert check_log() == []


def acts(name):
    return Entry.objects.filter(act=f"panels.{name}").count()


@pytest.fixture
def office():
    return panels.Office.new()


@pytest.fixture
def two(office):
    """A council in session with two items, voting secretly."""
    council, members = meetings.determining(office, orders=2)
    return council, members, panels.item_of(council), panels.item_of(council, 2)


@pytest.fixture
def room(office):
    """A council whose members all have their paper; the urn is open."""
    council, members = meetings.determining(office)
    item = panels.item_of(council)
    meetings.begun(office, item)
    poll = meetings.voting(office, item)
    voters = [meetings.voter(m, poll, YES) for m in members]
    for one in voters:
        one.ask()
    return council, members, item, poll, voters


def keeper(office, name, at=5, **said):
    return lambda: getattr(actions, name)(
        actor=office.secretary, at=meetings.minute(at), **said
    )


def officer(office, name, at=5, **said):
    return lambda: getattr(actions, name)(
        actor=office.officer, at=meetings.minute(at), **said
    )


def test_two_officers_begin_two_items_and_one_is_before_the_council(office, two):
    council, _members, first, second = two
    ran = queued(
        council,
        keeper(office, "begin_item", item_id=first.pk),
        officer(office, "begin_item", item_id=second.pk),
    )
    assert done(ran) == [True, False]
    assert [t.item_id for t in Turn.objects.all()] == [first.pk]


@pytest.mark.parametrize("name", ["begin_item", "open_poll", "end_item"])
def test_two_officers_click_the_same_and_it_happens_once(office, two, name):
    council, _members, first, _second = two
    if name != "begin_item":
        meetings.begun(office, first)
    said = {"item_id": first.pk, **({"bits": 2048} if name == "open_poll" else {})}
    ran = queued(
        council,
        keeper(office, name, **said),
        officer(office, name, **said),
    )
    assert done(ran) == [True, True]
    assert acts(name) == 1
    assert Turn.objects.count() == 1
    assert Poll.objects.count() == (name == "open_poll")


def test_two_officers_close_the_same_vote_and_it_is_counted_once(office, room):
    council, _members, _item, poll, voters = room
    for one in voters:
        one.hand_in()
    said = {"poll_public_id": poll.public_id}
    ran = queued(
        council,
        keeper(office, "close_poll", **said),
        officer(office, "close_poll", **said),
    )
    assert done(ran) == [True, True]
    assert ran[0].given.digest == ran[1].given.digest
    assert (acts("close_poll"), SecretBallot.objects.count()) == (1, len(voters))


def test_one_officer_closes_a_vote_and_another_gives_it_up(office, room):
    council, _members, _item, poll, voters = room
    for one in voters:
        one.hand_in()
    said = {"poll_public_id": poll.public_id}
    ran = queued(
        council,
        keeper(office, "close_poll", **said),
        officer(office, "cancel_poll", reason="Máy hỏng.", **said),
    )
    assert done(ran) == [True, False]
    assert [p.state for p in Poll.objects.all()] == ["closed"]
    assert SecretBallot.objects.count() == len(voters)


def test_a_conflict_is_found_while_the_keeper_closes_the_vote(office, room):
    council, members, item, poll, voters = room
    for one in voters:
        one.hand_in()
    ran = queued(
        council,
        officer(
            office,
            "recuse",
            item_id=item.pk,
            seat_id=panels.seat_of(council, members[5]).pk,
            reason="Cùng viện.",
        ),
        keeper(office, "close_poll", poll_public_id=poll.public_id),
    )
    assert done(ran) == [True, False]
    assert [p.state for p in Poll.objects.all()] == ["cancelled"]
    assert SecretBallot.objects.count() == 0


def test_a_conflict_is_found_while_the_member_asks_for_his_paper(office):
    council, members = meetings.determining(office)
    item = panels.item_of(council)
    meetings.begun(office, item)
    poll = meetings.voting(office, item)
    voter = meetings.voter(members[5], poll, YES)
    ran = at_once(
        officer(
            office,
            "recuse",
            item_id=item.pk,
            seat_id=panels.seat_of(council, members[5]).pk,
            reason="Cùng viện.",
        ),
        voter.ask,
    )
    assert done(ran)[0]
    poll.refresh_from_db()
    # either he was first and the vote begins anew, or he gets no paper
    assert (done(ran)[1], poll.state) in [(True, "cancelled"), (False, "issuing")]
    assert not Credential.objects.filter(poll__state__in=UNDER_WAY).exists()


def test_a_ballot_that_meets_the_closing_is_counted_or_refused_never_lost(office, room):
    _council, _members, _item, poll, voters = room
    for one in voters[:6]:
        one.hand_in()
    ran = at_once(
        *[one.hand_in for one in voters[6:]],
        keeper(
            office,
            "close_poll",
            poll_public_id=poll.public_id,
            missing_are_blank=True,
        ),
    )
    poll.refresh_from_db()
    told = {thread.given for thread in ran[:-1] if thread.fault is None}
    kept = set(SecretBallot.objects.values_list("mark", flat=True))
    assert (ran[-1].fault, poll.state, poll.cast) == (None, "closed", len(kept))
    assert told <= kept
    assert len(kept) == 6 + len(told)
    assert poll.digest == digest_of(list(SecretBallot.objects.order_by("mark")))


def test_the_same_paper_asked_for_twice_at_once_is_one(office):
    council, members = meetings.determining(office)
    meetings.begun(office, panels.item_of(council))
    poll = meetings.voting(office, panels.item_of(council))
    voter = meetings.voter(members[0], poll, YES)
    other = meetings.voter(members[0], poll, NO)
    ran = at_once(voter.ask, voter.ask)
    assert done(ran) == [True, True]
    assert done(at_once(other.ask)) == [False]
    assert (Credential.objects.count(), acts("issue_credential")) == (1, 1)


def test_the_last_two_papers_at_once_open_the_urn_once(office):
    council, members = meetings.determining(office)
    meetings.begun(office, panels.item_of(council))
    poll = meetings.voting(office, panels.item_of(council))
    voters = [meetings.voter(m, poll, YES) for m in members]
    for one in voters[:-2]:
        one.ask()
    ran = at_once(
        voters[-1].ask,
        voters[-2].ask,
        keeper(office, "open_urn", poll_public_id=poll.public_id),
    )
    assert ran[2].fault is None
    assert acts("open_urn") == 1
    poll.refresh_from_db()
    assert poll.state == "casting"


def test_the_attendance_is_ticked_while_members_ask_for_papers(office):
    council, members = meetings.determining(office)
    meetings.begun(office, panels.item_of(council))
    poll = meetings.voting(office, panels.item_of(council))
    seats = [panels.seat_of(council, m).pk for m in members]
    ran = at_once(
        keeper(office, "mark_attendance", council_id=council.pk, present=seats),
        *[meetings.voter(m, poll, YES).ask for m in members[:4]],
    )
    assert done(ran) == [True] * 5


def test_an_adjournment_and_the_opening_of_a_vote_exclude_each_other(office, two):
    council, _members, first, _second = two
    meetings.begun(office, first)
    adjourns = keeper(
        office,
        "adjourn",
        council_id=council.pk,
        resumes_at=meetings.minute(1440),
        reason="Hết giờ.",
    )
    ran = queued(
        council, officer(office, "open_poll", item_id=first.pk, bits=2048), adjourns
    )
    assert done(ran) == [True, False]
    actions.cancel_poll(
        actor=office.secretary,
        poll_public_id=Poll.objects.get().public_id,
        reason="Hoãn.",
        at=meetings.minute(6),
    )
    ran = queued(
        council, adjourns, officer(office, "open_poll", item_id=first.pk, bits=2048)
    )
    assert done(ran) == [True, False]
    assert not Poll.objects.filter(state__in=UNDER_WAY).exists()


def test_the_quorum_goes_while_the_keeper_opens_the_vote(office):
    council, members = meetings.determining(office, here=6)
    item = panels.item_of(council)
    meetings.begun(office, item)
    seat = panels.seat_of(council, members[0]).pk
    ran = queued(
        council,
        officer(office, "leave", council_id=council.pk, seat_id=seat),
        keeper(office, "open_poll", item_id=item.pk, bits=2048),
    )
    assert done(ran) == [True, False]
    assert not Poll.objects.exists()


@pytest.mark.parametrize("name", ["arrive", "leave"])
def test_a_member_and_the_keeper_note_the_same_at_once(office, name):
    council, members = meetings.determining(office, method="open", here=8)
    member = members[8 if name == "arrive" else 0]
    before = Presence.objects.count()
    said = {
        "council_id": council.pk,
        "seat_id": panels.seat_of(council, member).pk,
    }
    ran = queued(
        council,
        keeper(office, name, **said),
        officer(office, name, **said),
    )
    assert done(ran) == [True, True]
    assert acts(name) == 1
    assert Presence.objects.count() == before + (name == "arrive")


def test_two_of_the_count_team_confirm_at_once_and_the_count_stands_once(office):
    council, members = meetings.determining(office, method="open", here=7)
    seats = [panels.seat_of(council, m).pk for m in members]
    panels.attended(office, council, members[:7], counters=seats[:3])
    actions.decide_method(
        actor=office.secretary,
        council_id=council.pk,
        method="paper",
        votes_for=7,
        at=meetings.minute(1),
    )
    meetings.begun(office, panels.item_of(council))
    poll = meetings.voting(office, panels.item_of(council))
    numbers = {"issued": 7, "yes": 5, "no": 1, "invalid": 1}
    count = keeper(office, "enter_count", poll_public_id=poll.public_id, **numbers)()

    def confirms(member):
        return lambda: actions.confirm_count(
            actor=member,
            poll_public_id=poll.public_id,
            count=count.digest,
            at=meetings.minute(6),
        )

    ran = at_once(*[confirms(m) for m in members[:3]])
    assert done(ran) == [True] * 3
    assert acts("close_poll") == 1
    poll.refresh_from_db()
    assert (poll.state, poll.counts) == ("closed", {"yes": 5, "no": 1})


def test_a_sheet_that_meets_the_count_is_counted_or_refused(office):
    council, members = panels.prepared(
        office, dossiers=panels.eligible_dossiers(office)
    )
    panels.in_session(office, council, members)
    item = panels.item_of(council)
    sheet = panels.scored(queries.sheet_of(item), "80")
    for member in members[:-1]:
        panels.cast(member, item, sheet)
    ran = at_once(
        lambda: panels.cast(members[-1], item, sheet),
        keeper(
            office,
            "conclude_council",
            at=30,
            council_id=council.pk,
            missing_ballots_are_blank=True,
        ),
        officer(
            office,
            "conclude_council",
            at=30,
            council_id=council.pk,
            missing_ballots_are_blank=True,
        ),
    )
    assert sorted(done(ran[1:])) == [False, True]
    cast = Ballot.objects.filter(state="cast").count()
    assert cast == len(members) - 1 + done(ran)[0]
    (result,) = queries.results(office.officer, Council.objects.get(pk=council.pk))
    assert result.votes.get("cast", len(result.ballots)) == cast


def test_a_remark_and_a_signature_at_once_leave_no_signature_over_other_words(office):
    council, members = meetings.determining(office, method="open")
    item = panels.item_of(council)
    for member in members:
        panels.voted(member, item, "yes")
    panels.concluded(office, council)
    read = meetings.digest(members[5], council)
    queued(
        council,
        lambda: actions.sign_minutes(
            actor=members[5],
            council_id=council.pk,
            digest=read,
            at=meetings.minute(40),
        ),
        keeper(office, "write_remark", at=40, item_id=item.pk, text="Sửa lại."),
    )
    now = meetings.digest(members[5], council)
    standing = Signature.objects.filter(voided_at=None)
    assert (now != read, list(standing)) == (True, [])


def test_two_officers_go_on_after_an_adjournment_and_there_is_one_sitting(office, two):
    council, members, _first, _second = two
    keeper(
        office,
        "adjourn",
        council_id=council.pk,
        resumes_at=meetings.minute(1440),
        reason="Hết giờ.",
    )()
    arrivals = [
        keeper(
            office,
            "arrive",
            at=1440,
            council_id=council.pk,
            seat_id=panels.seat_of(council, m).pk,
        )
        for m in members
    ]
    assert done(at_once(*arrivals[:4])) == [True] * 4
    for arrives in arrivals[4:]:
        arrives()
    ran = queued(
        council,
        keeper(office, "resume", at=1441, council_id=council.pk),
        officer(office, "resume", at=1441, council_id=council.pk),
    )
    assert done(ran) == [True, True]
    assert acts("resume") == 1
    assert list(Sitting.objects.values_list("number", flat=True)) == [1, 2]
