"""The meeting runs: intervals, quorum at each moment, item by item, another day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from opensti.domains.panels import actions, queries
from opensti.domains.panels.models import (
    Conflict,
    Council,
    CouncilItem,
    Meeting,
    Presence,
    Seat,
    Sitting,
    Turn,
    Undertaking,
)
from opensti.kernel.refusals import AccessDenied, Invalid, StepNotAllowed
from tests.factories import meetings, panels

pytestmark = pytest.mark.django_db


def spans(member, council):
    """From when until when a member was there, in minutes after the opening, and why not."""
    return [
        (
            (p.since - panels.OPENING) // timedelta(minutes=1),
            None
            if p.until is None
            else (p.until - panels.OPENING) // timedelta(minutes=1),
            p.why_left,
        )
        for p in Presence.objects.filter(seat=panels.seat_of(council, member)).order_by(
            "since", "pk"
        )
    ]


def act(office, name, council, at, **said):
    return getattr(actions, name)(
        actor=office.secretary,
        council_id=council.pk,
        at=meetings.minute(at),
        **said,
    )


def seat(council, member):
    return panels.seat_of(council, member).pk


def test_a_member_in_conflict_leaves_for_the_item_and_comes_back_by_itself(office):
    council, members = meetings.determining(office, orders=2, method="open")
    first = panels.item_of(council)
    for place in (5, 6):
        actions.recuse(
            actor=office.secretary,
            item_id=first.pk,
            seat_id=seat(council, members[place]),
            reason="Cùng viện.",
            at=meetings.minute(1),
        )
    meetings.begun(office, first, at=2)
    act(office, "leave", council, 4, seat_id=seat(council, members[6]))
    act(office, "leave", council, 5, seat_id=seat(council, members[7]), why="unwell")
    actions.end_item(actor=office.secretary, item_id=first.pk, at=meetings.minute(10))
    assert spans(members[5], council) == [(0, 2, "conflict"), (10, None, "")]
    assert spans(members[6], council) == [(0, 2, "other_duty")]
    assert spans(members[7], council) == [(0, 5, "unwell")]
    assert spans(members[0], council) == [(0, None, "")]
    assert queries.attended(first) == {
        seat(council, members[n]) for n in (0, 1, 2, 3, 4, 8)
    }


def test_a_conflict_found_while_the_item_runs_sends_the_member_out(office):
    council, members = meetings.determining(office, orders=2, method="open")
    first = panels.item_of(council)
    meetings.begun(office, first, at=2)
    actions.recuse(
        actor=office.secretary,
        item_id=first.pk,
        seat_id=seat(council, members[5]),
        reason="Cùng viện.",
        at=meetings.minute(4),
    )
    actions.declare_interests(
        actor=office.officer,
        person_id=members[6].person_id,
        interests=[
            actions.Interest(order_id=first.order_id, kind="declared", reason="Anh em.")
        ],
        at=meetings.minute(5),
    )
    out = members[5:7]
    for member in out:
        shown = queries.mine(member, council, panels.seat_of(council, member))
        assert (shown.item, shown.poll, shown.here) == (None, None, True)
    assert [spans(m, council) for m in out] == [
        [(0, 4, "conflict")],
        [(0, 5, "conflict")],
    ]
    live = queries.live(office.secretary, council)
    assert (live.quorum.present, live.item.pk) == (7, first.pk)
    actions.end_item(actor=office.secretary, item_id=first.pk, at=meetings.minute(10))
    assert [spans(m, council)[1:] for m in out] == [[(10, None, "")]] * 2
    assert queries.attended(first) == {
        seat(council, members[n]) for n in (0, 1, 2, 3, 4, 7, 8)
    }


def test_no_sheet_of_a_member_counts_whose_conflict_is_not_lifted(office):
    council, members = panels.prepared(
        office, dossiers=panels.eligible_dossiers(office)
    )
    item = panels.item_of(council)
    sheet = panels.scored(queries.sheet_of(item), "80")
    for member in members:
        panels.cast(member, item, sheet)
    panels.in_session(office, council)
    case = Conflict.objects.create(
        person_id=members[6].person_id, dossier_id=item.dossier_id, kind="named",
        digest="0" * 64, probability=1, found_at=panels.AT, changed_at=panels.AT,
    )  # fmt: skip
    with pytest.raises(Invalid) as refused:
        panels.concluded(office, council)
    name = panels.seat_of(council, members[6]).person.full_name
    assert [name in str(p.message) for p in refused.value.problems] == [True]
    actions.recuse(
        actor=office.secretary,
        item_id=item.pk,
        seat_id=seat(council, members[6]),
        reason="Được nêu tên.",
        at=panels.COUNTING,
    )
    assert case.state == "open"
    panels.concluded(office, council)
    (result,) = queries.results(office.secretary, Council.objects.get(pk=council.pk))
    assert len(CouncilItem.objects.get().result["problem"]["ballots"]) == 6
    assert result.outcome == "proposed"


def test_the_quorum_is_asked_for_each_moment_and_each_item(office):
    council, members = meetings.determining(office, orders=2, method="open", here=6)
    first, second = (panels.item_of(council, n) for n in (1, 2))
    actions.recuse(
        actor=office.secretary,
        item_id=first.pk,
        seat_id=seat(council, members[5]),
        reason="Cùng viện.",
        at=meetings.minute(1),
    )
    with pytest.raises(StepNotAllowed) as refused:
        meetings.begun(office, first)
    assert refused.value.article == queries.rule_of(council).basis
    assert not Turn.objects.exists()
    meetings.begun(office, second)
    live = queries.live(office.secretary, council)
    assert (live.quorum.present, live.quorum.needed, live.quorum.held) == (6, 6, True)
    act(office, "leave", council, 4, seat_id=seat(council, members[2]))
    live = queries.live(office.secretary, council)
    assert (live.quorum.present, live.quorum.held) == (5, False)
    assert len(live.quorum.missing) == 1  # the secretary's seat


def test_items_are_begun_one_at_a_time_and_a_click_twice_is_one(office):
    council, _members = meetings.determining(office, orders=2, method="open")
    first, second = (panels.item_of(council, n) for n in (1, 2))
    meetings.begun(office, first)
    meetings.begun(office, first, at=3)
    with pytest.raises(StepNotAllowed):
        meetings.begun(office, second)
    for minute in (4, 5):
        actions.end_item(
            actor=office.secretary,
            item_id=first.pk,
            how="paused",
            at=meetings.minute(minute),
        )
    meetings.begun(office, second, at=6)
    actions.end_item(actor=office.secretary, item_id=second.pk, at=meetings.minute(8))
    meetings.begun(office, first, at=9)
    assert [
        (t.item_id, t.how, t.ended_at) for t in Turn.objects.order_by("began_at")
    ] == [
        (first.pk, "paused", meetings.minute(4)),
        (second.pk, "finished", meetings.minute(8)),
        (first.pk, "", None),
    ]


def test_a_remote_member_counts_once_the_keeper_confirmed_him(office):
    council, members = panels.prepared(
        office, dossiers=panels.eligible_dossiers(office)
    )
    Council.objects.filter(pk=council.pk).update(mode="hybrid")
    panels.in_session(office, council, members[:6])
    late = members[6]
    mine = {"actor": late, "council_id": council.pk}
    actions.arrive(at=meetings.minute(3), **mine)
    actions.arrive(at=meetings.minute(4), **mine)
    live = queries.live(office.secretary, council)
    assert (live.quorum.present, Presence.objects.filter(remote=True).count()) == (6, 1)
    act(office, "confirm_arrival", council, 5, seat_id=seat(council, late))
    assert queries.live(office.secretary, council).quorum.present == 7
    # He counts from the confirmation on, not from his own word.
    assert spans(late, council) == [(5, None, "")]
    with pytest.raises(AccessDenied):
        actions.confirm_arrival(
            actor=late,
            council_id=council.pk,
            seat_id=seat(council, members[0]),
            at=meetings.minute(6),
        )
    actions.leave(at=meetings.minute(7), why="connection", **mine)
    assert spans(late, council) == [(5, 7, "connection")]


def test_in_the_room_nobody_notes_himself(office):
    council, members = meetings.determining(office, method="open", here=6)
    with pytest.raises(StepNotAllowed):
        actions.arrive(actor=members[7], council_id=council.pk, at=meetings.minute(2))
    with pytest.raises(AccessDenied):  # nor another
        actions.leave(
            actor=members[7],
            council_id=council.pk,
            seat_id=seat(council, members[0]),
            at=meetings.minute(2),
        )


def test_the_meeting_goes_on_another_day_with_whom_it_has_then(office):
    council, members = meetings.determining(office, orders=2, method="open", here=7)
    first = panels.item_of(council)
    meetings.begun(office, first)
    day = meetings.minute(60 * 24)
    with pytest.raises(Invalid):
        act(office, "adjourn", council, 5, resumes_at=day, reason=" ")
    act(office, "adjourn", council, 5, resumes_at=day, reason="Mất điện.")
    assert [t.how for t in Turn.objects.all()] == ["adjourned"]
    assert not Presence.objects.filter(until=None).exists()
    with pytest.raises(StepNotAllowed):
        meetings.begun(office, first, at=6)
    with pytest.raises(StepNotAllowed):  # nobody is there yet
        actions.resume(actor=office.secretary, council_id=council.pk, at=day)
    for member in members[2:9]:
        actions.arrive(
            actor=office.secretary,
            council_id=council.pk,
            seat_id=seat(council, member),
            at=day,
        )
    with pytest.raises(StepNotAllowed):  # neither chair nor vice chair
        actions.resume(actor=office.secretary, council_id=council.pk, at=day)
    actions.arrive(
        actor=office.secretary,
        council_id=council.pk,
        seat_id=seat(council, members[0]),
        at=day,
    )
    actions.resume(actor=office.secretary, council_id=council.pk, at=day)
    assert [
        (s.number, s.opened_at, s.ended_at, s.resumes_at) for s in Sitting.objects.all()
    ] == [(1, panels.OPENING, meetings.minute(5), day), (2, day, None, None)]


def test_only_who_was_there_for_an_item_is_counted_in_it(office):
    council, members = meetings.determining(office, orders=2, method="open", here=7)
    first, second = (panels.item_of(council, n) for n in (1, 2))
    meetings.begun(office, first)
    for member in members[:7]:
        panels.voted(member, first, "yes")
    actions.end_item(actor=office.secretary, item_id=first.pk, at=meetings.minute(9))
    act(office, "leave", council, 10, seat_id=seat(council, members[6]))
    act(office, "arrive", council, 10, seat_id=seat(council, members[7]))
    meetings.begun(office, second, at=11)
    for member in (*members[:6], members[7]):
        panels.voted(member, second, "yes")
    actions.end_item(actor=office.secretary, item_id=second.pk, at=meetings.minute(20))
    panels.concluded(office, council)
    results = queries.results(office.secretary, Council.objects.get(pk=council.pk))
    assert [(r.present, r.votes["yes"]) for r in results] == [(7, 7), (7, 7)]
    assert not Presence.objects.filter(until=None).exists()


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"method": "secret", "votes_for": 3, "votes_against": 3}, "votes_for"),
        ({"method": "secret", "votes_for": 10}, "votes_for"),
        ({"method": "secret", "votes_for": 5, "votes_against": -1}, "votes_for"),
        ({"method": "loudly", "votes_for": 9}, "method"),
    ],
)
def test_the_way_of_voting_is_the_majoritys(office, said, field):
    council, _members = meetings.determining(office, method="open")
    with pytest.raises(Invalid) as refused:
        act(office, "decide_method", council, 1, **said)
    assert [p.field for p in refused.value.problems] == [field]
    assert not Meeting.objects.exists()


def test_named_sheets_and_a_secret_vote_do_not_mix(office):
    council, members = meetings.determining(office, method="open")
    panels.voted(members[0], panels.item_of(council), "yes")
    with pytest.raises(Invalid):
        act(office, "decide_method", council, 1, method="secret", votes_for=9)
    actions.withdraw_ballot(
        actor=members[0],
        item_id=panels.item_of(council).pk,
        at=meetings.minute(1),
    )
    act(office, "decide_method", council, 1, method="secret", votes_for=9)
    assert Meeting.objects.get().method_votes == {
        "for": 9,
        "against": 0,
        "abstained": 0,
    }
    meetings.begun(office, panels.item_of(council))
    with pytest.raises(Invalid):
        act(office, "decide_method", council, 3, method="open", votes_for=9)
    with pytest.raises(StepNotAllowed):  # and no more sheets by name
        panels.voted(members[0], panels.item_of(council), "yes")


def test_nobody_is_asked_for_a_sheet_by_name_where_the_vote_is_secret(office):
    asked = []
    for method in ("open", "secret"):
        _council, members = meetings.determining(office, method=method)
        lines = queries.work_for(members[0], panels.AT.date())
        asked.append([line.kind for line in lines])
    assert asked == [["panels.vote"], []]


def test_a_vote_on_paper_stands_when_two_of_the_count_team_confirmed_it(office):
    council, members = meetings.determining(office, method="open", here=7)
    item = panels.item_of(council)
    panels.attended(
        office,
        council,
        members[:7],
        counters=[seat(council, m) for m in members[:3]],
    )
    act(office, "decide_method", council, 1, method="paper", votes_for=7)
    meetings.begun(office, item)
    poll = meetings.voting(office, item)
    given = {
        "actor": office.secretary,
        "poll_public_id": poll.public_id,
        "at": meetings.minute(5),
    }
    with pytest.raises(Invalid):  # more ballots than papers
        actions.enter_count(issued=6, yes=5, no=1, invalid=1, **given)
    with pytest.raises(Invalid):  # more papers than members
        actions.enter_count(issued=8, yes=5, no=1, invalid=1, **given)
    with pytest.raises(Invalid):
        actions.enter_count(issued=7, yes=None, no=1, invalid=1, **given)
    wrong = actions.enter_count(issued=7, yes=4, no=2, invalid=1, **given)

    def confirm(member, count):
        return actions.confirm_count(
            actor=member,
            poll_public_id=poll.public_id,
            count=count,
            at=meetings.minute(6),
        )

    confirm(members[0], wrong.digest)
    right = actions.enter_count(issued=7, yes=5, no=1, invalid=1, **given)
    with pytest.raises(StepNotAllowed):  # confirmed other numbers
        confirm(members[1], wrong.digest)
    with pytest.raises(AccessDenied):  # not of the team
        confirm(members[5], right.digest)
    assert confirm(members[0], right.digest).state == "counted"
    assert confirm(members[0], right.digest).state == "counted"  # a double click
    assert confirm(members[1], right.digest).state == "closed"
    panels.concluded(office, council)
    (result,) = queries.results(office.secretary, Council.objects.get(pk=council.pk))
    assert (result.outcome, result.votes) == (
        "proposed",
        {"yes": 5, "no": 1, "blank": 0, "cast": 6},
    )


def test_who_has_not_signed_gets_no_paper_and_confirms_no_count(office):
    council, members = meetings.determining(office, method="open", here=8)
    item = panels.item_of(council)
    team = [seat(council, m) for m in members[:3]]
    panels.attended(office, council, members[:8], counters=team)
    act(office, "decide_method", council, 1, method="paper", votes_for=8)
    meetings.begun(office, item)
    Undertaking.objects.filter(seat=team[0]).delete()
    poll = meetings.voting(office, item)
    assert poll.entitled == 7
    given = {
        "actor": office.secretary,
        "poll_public_id": poll.public_id,
        "at": meetings.minute(5),
    }
    with pytest.raises(Invalid) as refused:
        actions.enter_count(issued=8, yes=7, no=1, invalid=0, **given)
    assert members[0].name in str(refused.value.problems[0].mend)
    count = actions.enter_count(issued=7, yes=6, no=1, invalid=0, **given)
    said = {"poll_public_id": poll.public_id, "count": count.digest}
    with pytest.raises(StepNotAllowed):
        actions.confirm_count(actor=members[0], at=meetings.minute(6), **said)
    for member in members[1:3]:
        count = actions.confirm_count(actor=member, at=meetings.minute(6), **said)
    assert (count.state, count.entitled) == ("closed", 7)


def test_no_adjournment_while_a_vote_is_open_and_a_way_out_without_quorum(office):
    council, members = meetings.determining(office, here=6)
    item = panels.item_of(council)
    meetings.begun(office, item)
    poll = meetings.voting(office, item)
    said = {"resumes_at": meetings.minute(1440), "reason": "Mất điện."}
    with pytest.raises(StepNotAllowed):
        act(office, "adjourn", council, 5, **said)
    act(office, "leave", council, 6, seat_id=seat(council, members[0]))
    with pytest.raises(StepNotAllowed):  # the vote waits for the quorum …
        meetings.closed(office, poll, missing_are_blank=True)
    actions.cancel_poll(  # … or is given up, whoever is left in the room
        actor=office.secretary,
        poll_public_id=poll.public_id,
        reason="Không đủ người.",
        at=meetings.minute(7),
    )
    act(office, "adjourn", council, 8, **said)
    assert [(t.item_id, t.how) for t in Turn.objects.all()] == [(item.pk, "adjourned")]
    assert not Presence.objects.filter(until=None).exists()


def test_sheets_handed_in_before_are_opened_at_the_count_and_must_be_the_same(office):
    (dossier,) = panels.eligible_dossiers(office)
    council, members = panels.prepared(office, dossiers=[dossier])
    item = panels.item_of(council)
    for member in members:
        panels.cast(member, item, panels.scored(queries.sheet_of(item), "80"))
    panels.in_session(office, council)
    ballot = item.ballots.first()
    was = dict(ballot.scores)
    ballot.scores = dict.fromkeys(was, "0")
    ballot.save()
    with pytest.raises(StepNotAllowed) as refused:
        panels.concluded(office, council)
    assert "log check" in str(refused.value.mend)
    ballot.scores = was
    ballot.save()
    panels.concluded(office, council)
    assert panels.item_of(council).result["problem"]["opened"] == 7


def test_the_short_way_without_an_agenda_still_counts_who_was_ticked(office):
    (dossier,) = panels.eligible_dossiers(office)
    council, members = panels.prepared(office, dossiers=[dossier])
    panels.in_session(office, council)
    item = panels.item_of(council)
    for member in members:
        panels.cast(member, item, panels.scored(queries.sheet_of(item), "80"))
    panels.concluded(office, council)
    assert panels.item_of(council).outcome == "proposed"
    assert Seat.objects.filter(council=council, present=True).count() == 7
