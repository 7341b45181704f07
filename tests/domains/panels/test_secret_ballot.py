"""The secret vote, attacked: twice, replayed, borrowed, late, absent, in conflict, traced."""

from __future__ import annotations

import json
import logging
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opensti.domains.panels import actions, queries
from opensti.domains.panels.actions.acting import SIGN_FIRST
from opensti.domains.panels.models import (
    Ballot,
    CouncilItem,
    Credential,
    Poll,
    SecretBallot,
    Undertaking,
)
from opensti.kernel.access import PUBLIC, Role
from opensti.kernel.record.models import Entry, Secret
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    StepNotAllowed,
)
from tests.factories import meetings, panels
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db
YES, NO, BLANK = {"vote": "yes"}, {"vote": "no"}, {"vote": "blank"}


@pytest.fixture
def room(office):
    """A council of nine, seven of them there, and the vote on its one item."""
    council, members = meetings.determining(office, here=7)
    item = panels.item_of(council)
    meetings.begun(office, item)
    return council, members, item, meetings.voting(office, item)


def test_the_vote_is_counted_and_every_voter_finds_his_ballot(office, room):
    council, members, item, poll = room
    choices = [YES, YES, YES, YES, YES, NO, BLANK]
    voters = [
        meetings.voter(m, poll, c) for m, c in zip(members, choices, strict=False)
    ]
    for one in voters:
        one.ask()
    poll.refresh_from_db()
    assert poll.state == "casting"
    marks = [one.hand_in() for one in voters]
    poll = meetings.closed(office, poll)
    actions.end_item(actor=office.secretary, item_id=item.pk, at=meetings.minute(10))
    panels.concluded(office, council)
    council.refresh_from_db()
    (found,) = queries.published(office.secretary, council)
    by_mark = {b.mark: b.choice for b in found.ballots}
    assert [by_mark[m] for m in marks] == choices
    assert [b.mark for b in found.ballots] == sorted(marks)
    assert (poll.issued, poll.cast, poll.invalid, poll.private_key) == (7, 7, 0, "")
    (result,) = queries.results(office.secretary, council)
    assert (result.votes, result.present) == (
        {"yes": 5, "no": 1, "blank": 1, "cast": 7},
        7,
    )
    # At least two thirds of seven present, and half of nine: five of each.
    assert result.outcome == "proposed"
    entry = Entry.objects.get(position=poll.entry_position)
    assert json.loads(entry.body)["detail"]["ballots"] == poll.digest


def test_a_member_gets_one_paper_whatever_he_asks(office, room):
    _council, members, _item, poll = room
    first = meetings.voter(members[0], poll, YES)
    first.ask()
    again = first.signature
    first.ask()
    assert first.signature == again
    with pytest.raises(StepNotAllowed):
        meetings.voter(members[0], poll, NO).ask()
    assert Credential.objects.count() == 1


def test_a_ballot_handed_in_twice_is_one_ballot(office, room):
    _council, members, _item, poll = room
    one = meetings.voter(members[0], poll, YES)
    one.ask()
    actions.open_urn(
        actor=office.secretary, poll_public_id=poll.public_id, at=meetings.minute(5)
    )
    assert one.hand_in() == one.hand_in()
    assert SecretBallot.objects.count() == 1


def test_nothing_gets_into_the_urn_without_a_signature_of_this_vote(office):
    council, members = meetings.determining(office, orders=2, here=7)
    first, second = (panels.item_of(council, n) for n in (1, 2))
    meetings.decided(office, first, members, ["yes"] * 7)
    meetings.begun(office, second, at=11)
    poll = meetings.voting(office, second, at=12)
    other = Poll.objects.get(item=first)
    spare = meetings.voter(members[0], poll, YES)
    spare.ask()
    actions.open_urn(
        actor=office.secretary, poll_public_id=poll.public_id, at=meetings.minute(13)
    )
    old = SecretBallot.objects.filter(poll=other).first()
    tries = [
        (old.message, old.signature),  # another vote's ballot
        (spare.message.hex(), old.signature),
        (spare.message.hex() + "00", spare.signature.hex()),  # changed after signing
        (spare.message.hex(), "00" * 256),
        (spare.message.hex(), ""),
        ("", spare.signature.hex()),
        ("nothing", "nothing"),
    ]
    for message, signature in tries:
        with pytest.raises(Invalid):
            actions.hand_in(
                poll_public_id=poll.public_id, message=message, signature=signature
            )
    assert SecretBallot.objects.filter(poll=poll).count() == 0


@pytest.mark.parametrize("known", [True, False])
def test_a_flood_of_ballots_without_a_signature_locks_nothing(office, room, known):
    """A transaction locks the whole file of SQLite, the vote's row of PostgreSQL."""
    poll = room[3]
    begun = len(connection.savepoint_ids)
    with CaptureQueriesContext(connection) as asked, pytest.raises((Invalid, NotFound)):
        actions.hand_in(
            poll_public_id=poll.public_id if known else "nothing",
            message="00" * 40,
            signature="01" * 384,
        )
    assert (len(asked), len(connection.savepoint_ids)) == (1, begun)


def test_a_paper_of_this_vote_filled_in_for_another_is_not_valid(office, room):
    _council, members, _item, poll = room
    one = meetings.voter(members[0], poll, YES, named="another-vote")
    two = meetings.voter(members[1], poll, {"vote": "perhaps"})
    three = meetings.voter(members[2], poll, {"vote": "yes", "from": "member 3"})
    for voter in (one, two, three):
        voter.ask()
    actions.open_urn(
        actor=office.secretary, poll_public_id=poll.public_id, at=meetings.minute(5)
    )
    for voter in (one, two, three):
        voter.hand_in()
    poll = meetings.closed(office, poll)
    assert (poll.cast, poll.invalid) == (3, 3)
    assert set(SecretBallot.objects.values_list("valid", flat=True)) == {False}
    assert list(SecretBallot.objects.values_list("choice", flat=True)) == [{}] * 3


def test_ballots_come_in_after_the_papers_and_before_the_closing(office, room):
    _council, members, _item, poll = room
    early = meetings.voter(members[0], poll, YES)
    early.ask()
    with pytest.raises(StepNotAllowed):
        early.hand_in()
    late = meetings.voter(members[1], poll, NO)
    late.ask()
    actions.open_urn(
        actor=office.secretary, poll_public_id=poll.public_id, at=meetings.minute(5)
    )
    with pytest.raises(StepNotAllowed):  # no more papers
        meetings.voter(members[2], poll, NO).ask()
    early.hand_in()
    with pytest.raises(Invalid) as refused:
        meetings.closed(office, poll)
    assert refused.value.problems[0].field == "missing"
    meetings.closed(office, poll, missing_are_blank=True)
    with pytest.raises(StepNotAllowed):
        late.hand_in()
    early.hand_in()  # his answer was lost: it is in the urn, and stays one
    assert SecretBallot.objects.count() == 1


def test_who_is_not_there_or_may_not_judge_gets_no_paper(office):
    council, members = meetings.determining(office, here=8)
    item = panels.item_of(council)
    actions.recuse(
        actor=office.secretary,
        item_id=item.pk,
        seat_id=panels.seat_of(council, members[7]).pk,
        reason="Em ruột chủ trì.",
        at=meetings.minute(1),
    )
    meetings.begun(office, item)
    poll = meetings.voting(office, item)
    assert poll.entitled == 7
    with pytest.raises(StepNotAllowed):  # absent
        meetings.voter(members[8], poll, YES).ask()
    with pytest.raises(NotFound):  # in conflict: there is no such vote
        meetings.voter(members[7], poll, YES).ask()
    for stranger in (panels.expert(), person(Role.OFFICER), office.secretary):
        with pytest.raises((AccessDenied, NotFound)):
            meetings.voter(stranger, poll, YES).ask()
    with pytest.raises(NotFound):
        meetings.voter(PUBLIC, poll, YES).ask()
    assert Credential.objects.count() == 0


def test_without_the_undertaking_there_is_neither_paper_nor_sheet(office):
    council, members = meetings.determining(office, here=7)
    meetings.begun(office, panels.item_of(council))
    late = meetings.voter(
        members[0], meetings.voting(office, panels.item_of(council)), YES
    )
    open_council, (first, *_rest) = panels.prepared(
        office, dossiers=panels.eligible_dossiers(office)
    )
    item = panels.item_of(open_council)
    sheet = panels.scored(queries.sheet_of(item), "80")
    for place, member in ((council, members[0]), (open_council, first)):
        Undertaking.objects.filter(seat=panels.seat_of(place, member)).delete()
    for votes in (late.ask, lambda: panels.cast(first, item, sheet)):
        with pytest.raises(StepNotAllowed) as refused:
            votes()
        assert str(refused.value.mend) == str(SIGN_FIRST)
    assert (Credential.objects.count(), Ballot.objects.count()) == (0, 0)
    for place, member in ((council, members[0]), (open_council, first)):
        seat = panels.seat_of(place, member)
        actions.answer_invitation(
            actor=member, seat_id=seat.pk, accept=True, at=meetings.minute(3)
        )
    late.ask()
    panels.cast(first, item, sheet)
    assert (Credential.objects.count(), Ballot.objects.count()) == (1, 1)


@pytest.mark.parametrize("voted", ["paper", "urn", "closed"])
def test_a_vote_in_which_a_member_in_conflict_had_a_ballot_begins_anew(
    office, room, voted
):
    council, members, item, poll = room
    voters = [meetings.voter(m, poll, YES) for m in members[:7]]
    for one in voters[: 1 if voted == "paper" else 7]:
        one.ask()
    if voted != "paper":
        for one in voters:
            one.hand_in()
    if voted == "closed":
        meetings.closed(office, poll)
    for gone in (members[8], members[0]):  # who had no ballot spoils no vote
        poll.refresh_from_db()
        assert poll.state != "cancelled"
        actions.recuse(
            actor=office.secretary,
            item_id=item.pk,
            seat_id=panels.seat_of(council, gone).pk,
            reason="Cùng viện.",
            at=meetings.minute(9),
        )
    poll.refresh_from_db()
    assert (poll.state, poll.private_key, poll.ballots.count()) == ("cancelled", "", 0)
    assert "từ đầu" in poll.counts["reason"]
    with pytest.raises(NotFound):
        meetings.voter(members[0], poll, YES).ask()
    anew = meetings.voting(office, item, at=10)
    assert (anew.entitled, anew.state) == (6, "issuing")


def test_what_is_no_ballot_paper_is_not_signed(office, room):
    _council, members, _item, poll = room
    for blinded in ("", "xyz", "00" * 256, "ff" * 256, "01"):
        with pytest.raises(Invalid):
            actions.issue_credential(
                actor=members[0],
                poll_public_id=poll.public_id,
                blinded=blinded,
                at=meetings.minute(4),
            )
    assert Credential.objects.count() == 0


def test_neither_rows_nor_record_nor_log_tell_who_voted_how(office, room, caplog):
    _council, members, _item, poll = room
    caplog.set_level(logging.DEBUG)
    voters = [meetings.voter(m, poll, YES) for m in members[:6]]
    voters.append(meetings.voter(members[6], poll, NO))
    for one in voters:
        one.ask()
    before = Entry.objects.count()
    marks = [one.hand_in() for one in voters]
    # No entry is made when a ballot comes in: its place in the record would tell.
    assert Entry.objects.count() == before
    meetings.closed(office, poll)
    names = {f.name for f in SecretBallot._meta.get_fields()}
    assert names == {"id", "poll", "mark", "message", "signature", "choice", "valid"}
    order = list(SecretBallot.objects.order_by("pk").values_list("mark", flat=True))
    written = sorted(marks)
    if connection.vendor == "sqlite":
        # The key is the place of the row: there is no second, hidden one in order.
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, rowid FROM panels_secretballot")
            assert all(a == b for a, b in cursor.fetchall())
    else:
        with connection.cursor() as cursor:
            cursor.execute("SELECT mark FROM panels_secretballot ORDER BY ctid")
            assert [m for (m,) in cursor.fetchall()] == written
            cursor.execute("SELECT DISTINCT xmin::text FROM panels_secretballot")
            assert len(cursor.fetchall()) == 1
    assert sorted(order) == written
    ballots = list(SecretBallot.objects.all())
    told = "\n".join(
        [
            *Entry.objects.values_list("body", flat=True),
            *Secret.objects.values_list("value", flat=True),
            caplog.text,
        ]
    )
    for ballot in ballots:
        assert ballot.mark not in told
        assert ballot.signature not in told
        assert ballot.message not in told
    kept = {(c.blinded, c.signed) for c in Credential.objects.filter(poll=poll)}
    assert len(kept) == 7
    assert not {b.signature for b in ballots} & {s for pair in kept for s in pair}


def test_the_key_is_gone_when_the_vote_is_over(office, room):
    _council, members, _item, poll = room
    assert "PRIVATE KEY" in poll.private_key
    meetings.voter(members[0], poll, YES).ask()
    actions.cancel_poll(
        actor=office.secretary,
        poll_public_id=poll.public_id,
        reason="Mất kết nối.",
        at=meetings.minute(6),
    )
    again = meetings.voting(office, panels.item_of(poll.item.council), at=7)
    assert again.pk != poll.pk
    assert set(
        Poll.objects.filter(state="cancelled").values_list("private_key", flat=True)
    ) == {""}
    assert SecretBallot.objects.count() == 0


def test_more_ballots_than_papers_stop_the_closing(office, room):
    """A thief of the key can stuff the urn, not unseen."""
    _council, members, _item, poll = room
    meetings.voter(members[0], poll, YES).ask()
    actions.open_urn(
        actor=office.secretary, poll_public_id=poll.public_id, at=meetings.minute(5)
    )
    for mark in ("a" * 64, "b" * 64):
        SecretBallot.objects.create(
            poll=poll, mark=mark, message="", signature="", choice=YES
        )
    with pytest.raises(StepNotAllowed):
        meetings.closed(office, poll, missing_are_blank=True)


def test_a_vote_waits_for_the_quorum(office, room):
    council, members, _item, poll = room
    for member in members[4:7]:
        actions.leave(
            actor=office.secretary,
            council_id=council.pk,
            seat_id=panels.seat_of(council, member).pk,
            at=meetings.minute(4),
        )
    meetings.voter(members[0], poll, YES).ask()
    actions.open_urn(
        actor=office.secretary, poll_public_id=poll.public_id, at=meetings.minute(5)
    )
    with pytest.raises(StepNotAllowed) as refused:
        meetings.closed(office, poll, missing_are_blank=True)
    assert "4/9" in str(refused.value) or "4" in str(refused.value)


def test_the_council_cannot_conclude_past_an_open_vote(office, room):
    council, _members, _item, _poll = room
    with pytest.raises(StepNotAllowed):
        panels.concluded(office, council)
    assert CouncilItem.objects.get(council=council).outcome == ""


def test_scores_are_voted_secretly_too(office):
    dossiers = panels.eligible_dossiers(office)
    council, members = panels.prepared(office, dossiers=dossiers)
    panels.in_session(office, council)
    actions.decide_method(
        actor=office.secretary,
        council_id=council.pk,
        method="secret",
        votes_for=6,
        votes_against=1,
        at=meetings.minute(1),
    )
    item = panels.item_of(council)
    sheet = queries.sheet_of(item)
    meetings.begun(office, item)
    poll = meetings.voting(office, item)
    for number, member in enumerate(members):
        said = panels.points(sheet, str(70 + number))
        choice = {f"score-{k}": v for k, v in said.items()}
        meetings.voter(member, poll, choice).ask()
    assert Credential.objects.filter(poll=poll).count() == 7
    poll.refresh_from_db()
    assert poll.state == "casting"


@pytest.mark.parametrize(
    "typed", ["0e-999999", "1e1", "5_0", "٥", "5." + "0" * 99, "NaN", "+5", "<b>5</b>"]
)
def test_points_are_numbers_as_people_write_them(typed):
    """What a ballot says is kept and published: no exponents, no endless zeros."""
    assert queries.points(typed) is None


@pytest.mark.parametrize("typed", ["7", "7.5", " 7,50 ", "-1"])
def test_points_with_comma_or_dot_are_read(typed):
    assert queries.points(typed) == Decimal(typed.strip().replace(",", "."))
