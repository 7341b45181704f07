"""The server dies in the middle of each act of a meeting: nothing half done, all done again."""

from __future__ import annotations

import pytest
from django.core import serializers

from opensti.domains.panels import actions
from opensti.domains.panels.actions import acting
from opensti.domains.panels.models import (
    Confirmation,
    Council,
    CouncilItem,
    Credential,
    Meeting,
    Poll,
    Presence,
    Seat,
    SecretBallot,
    Signature,
    Sitting,
    Turn,
)
from opensti.kernel.record.models import Entry
from opensti.kernel.record.queries import check_log
from tests.factories import meetings, panels

pytestmark = pytest.mark.django_db
TABLES = (
    *(Council, CouncilItem, Seat, Meeting, Sitting, Presence, Turn),
    *(Poll, Credential, SecretBallot, Confirmation, Signature, Entry),
)


class PowerCut(Exception):  # noqa: N818 -- what happens, not what is wrong
    """Everything not committed is gone."""


def rows():
    return [
        serializers.serialize("json", table.objects.order_by("pk")) for table in TABLES
    ]


@pytest.fixture
def office():
    return panels.Office.new()


@pytest.fixture
def survives(monkeypatch):
    """Do an act after it died as its last step, and tell that it left nothing before."""

    def twice(act):
        def dies(**_said):
            raise PowerCut

        before = rows()
        with monkeypatch.context() as broken:
            broken.setattr(acting, "record", dies)
            with pytest.raises(PowerCut):
                act()
        assert rows() == before
        done = act()
        assert rows() != before
        return done

    return twice


def test_every_act_of_a_meeting_is_whole_or_not_at_all(office, survives):
    council, members = meetings.determining(office, method="open", orders=2)
    item = panels.item_of(council)
    seats = [panels.seat_of(council, m).pk for m in members]

    def keeps(name, at, **said):
        return survives(
            lambda: getattr(actions, name)(
                actor=office.secretary, at=meetings.minute(at), **said
            )
        )

    whole = {"council_id": council.pk}
    keeps("decide_method", 1, method="secret", votes_for=9, **whole)
    keeps("leave", 2, seat_id=seats[8], why="connection", **whole)
    keeps("arrive", 3, seat_id=seats[8], remote=True, **whole)
    keeps("begin_item", 4, item_id=item.pk)
    keeps("leave", 5, seat_id=seats[7], why="conflict", said="Cùng viện.", **whole)
    poll = keeps("open_poll", 6, item_id=item.pk, bits=meetings.BITS)
    voters = [meetings.voter(m, poll, {"vote": "yes"}) for m in members[:7]]
    survives(voters[0].ask)
    for one in voters[1:]:
        one.ask()
    vote = {"poll_public_id": poll.public_id}
    keeps("cancel_poll", 7, reason="Máy hỏng.", **vote)
    poll = keeps("open_poll", 8, item_id=item.pk, bits=meetings.BITS)
    vote = {"poll_public_id": poll.public_id}
    voters = [meetings.voter(m, poll, {"vote": "yes"}) for m in members[:7]]
    for one in voters:
        one.ask()
    keeps("open_urn", 9, **vote)
    for one in voters:
        one.hand_in()
    poll = keeps("close_poll", 10, **vote)
    assert (poll.cast, poll.invalid, poll.private_key) == (7, 0, "")
    keeps("end_item", 11, item_id=item.pk)
    again = meetings.minute(1440)
    keeps("adjourn", 12, resumes_at=again, reason="Hết giờ.", **whole)
    for seat in seats:
        actions.arrive(actor=office.secretary, seat_id=seat, at=again, **whole)
    keeps("resume", 1441, **whole)
    second = panels.item_of(council, 2)
    meetings.begun(office, second, at=1442)
    poll = meetings.voting(office, second, at=1443)
    voters = [meetings.voter(m, poll, {"vote": "yes"}) for m in members]
    for one in voters:
        one.ask(1444)
    for one in voters:
        one.hand_in()
    meetings.closed(office, poll, at=1445)
    keeps("end_item", 1446, item_id=second.pk)
    keeps("conclude_council", 1447, **whole)
    read = meetings.digest(members[0], council)
    survives(
        lambda: actions.sign_minutes(
            actor=members[1], digest=read, at=meetings.minute(1500), **whole
        )
    )
    assert check_log() == []
