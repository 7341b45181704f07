"""The ministry's council rates finished work: ballots, the count, and what follows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from opensti.domains.calls.queries import dossiers_by_id
from opensti.domains.panels import actions as panel_actions
from opensti.domains.panels import queries as panel_queries
from opensti.domains.panels.choices import Sheet
from opensti.domains.panels.models import Ballot, CouncilItem
from opensti.domains.panels.problem import solve
from opensti.domains.procedures.choices import Track
from opensti.domains.results import actions
from opensti.domains.results.models import ProductVerdict
from opensti.kernel.refusals import Invalid, NotFound
from tests.factories import acceptance as factory
from tests.factories import panels as panel_factory
from tests.factories.meetings import begun, minute, voter, voting

pytestmark = pytest.mark.django_db


def counted(council, *, present, **levels):
    """The level and the outcome of so many frozen ballots of each level."""
    item = factory.item_of(council)
    said = [level for level, n in levels.items() for _n in range(n)]
    frozen = {
        "kind": "rating",
        "present": present,
        "total": 9,
        "contents": item.contents,
        "ballots": [
            {"voter": str(n), "points": {}, "votes": {}, "vote": level}
            for n, level in enumerate(said)
        ],
    }
    found = solve(
        frozen,
        rule=panel_queries.rule_of(council),
        sheet=None,
        rating=panel_queries.rating_of(council),
    )
    return found.figures["rating"], found.outcome


def test_the_reference_cases_of_the_council_rule():
    work = factory.handed_in()
    council, _members = factory.council_of(work)

    def rating(**levels):
        return counted(council, present=sum(levels.values()), **levels)

    good, bad = "accepted", "not_accepted"
    assert rating(**{"pass": 6, "fail": 3}) == ("pass", good)
    assert rating(**{"pass": 5, "fail": 4}) == ("fail", bad)
    assert rating(**{"excellent": 6, "pass": 2}) == ("excellent", good)
    assert rating(**{"excellent": 6, "pass": 1, "fail": 1}) == ("pass", good)
    assert rating(**{"excellent": 5, "pass": 3}) == ("pass", good)


def test_members_who_gave_no_ballot_are_present_all_the_same():
    work = factory.handed_in()
    council, _members = factory.council_of(work)
    assert counted(council, present=9, excellent=6) == ("pass", "accepted")


def test_the_agenda_holds_the_dossier_the_case_and_what_is_rated():
    work = factory.handed_in()
    council, _members = factory.council_of(work)
    item = factory.item_of(council)
    assert (item.dossier_id, item.case_id, council.call_id) == (
        work.contract.dossier_id,
        work.acceptance.case_id,
        None,
    )
    first, second = work.keys
    assert [
        (c.id, c.promised, c.delivered) for c in panel_queries.criteria_of(item)
    ] == [
        (f"{first}-quality", "12", "12"),
        (f"{first}-quantity", "12", "12"),
        (f"{second}-quality", "", ""),
        ("report", "", ""),
    ]
    assert work.state == "in_council"


def test_a_sheet_is_rated_criterion_by_criterion_and_the_rule_makes_the_whole():
    work = factory.handed_in()
    council, members = factory.council_of(work)
    item = factory.item_of(council)
    with pytest.raises(Invalid) as refused:
        panel_actions.cast_ballot(
            actor=members[0], item_id=item.pk, sheet=Sheet(), at=factory.MEETING
        )
    assert [p.field for p in refused.value.problems] == [
        f"vote-{c.id}" for c in panel_queries.criteria_of(item)
    ]
    factory.rated(work, item, members[0], "excellent", opinion="")
    ballot = Ballot.objects.get(item=item, seat__person_id=members[0].person_id)
    assert (ballot.vote, ballot.state) == ("excellent", "cast")


def test_another_level_than_the_rule_makes_needs_its_reason():
    work = factory.handed_in()
    council, members = factory.council_of(work)
    item = factory.item_of(council)
    with pytest.raises(Invalid) as refused:
        factory.rated(work, item, members[0], "pass", vote="excellent", opinion="")
    assert [p.field for p in refused.value.problems] == ["opinion"]
    with pytest.raises(Invalid):  # the lowest level too
        factory.rated(work, item, members[0], "fail", opinion="")
    factory.rated(work, item, members[0], "pass", vote="excellent", opinion="Rất mới.")
    assert Ballot.objects.get(item=item).vote == "excellent"


def test_the_conclusion_accepts_the_work_and_keeps_every_product():
    work = factory.handed_in()
    council, _members = factory.judged(work, *["excellent"] * 6, "pass")
    found = work.again()
    assert (found.case.state, found.rating) == ("accepted", "excellent")
    first, second = work.keys
    assert list(
        ProductVerdict.objects.values_list(
            "product_key", "level", "quality", "quantity", "judge", "round"
        )
    ) == [
        (first, "excellent", "excellent", "excellent", "council", 1),
        (second, "excellent", "excellent", "", "council", 1),
    ]
    (result,) = panel_queries.results(work.officer, council)
    assert (result.rating, result.outcome, result.place) == (
        "Xuất sắc",
        "accepted",
        None,
    )
    assert dict(result.levels) == {"Xuất sắc": 6, "Đạt": 1, "Không đạt": 0}
    assert [line.label for line in result.rated][-1] == "Đạt"


def test_the_day_of_acceptance_is_that_of_its_results_and_of_what_they_are_as_assets():
    work = factory.handed_in()
    of = {"actor": work.host, "contract_id": work.contract.pk}
    said = {"kind": "process", "title_vi": "Quy trình", "formed_on": date(2028, 1, 1)}
    result = actions.add_result(**of, said=actions.Said(**said), at=factory.HANDED_IN)
    things = [
        actions.add_asset(
            **of,
            item=actions.Item(
                kind=kind,
                code=kind,
                name="Tài sản",
                formed_on=date(2028, 1, 1),
                original_value=Decimal(1_000_000),
            ),
            at=factory.HANDED_IN,
        )
        for kind in ("equipment_full", "result_full")
    ]
    factory.judged(work)
    day = factory.COUNTED.date()
    late = actions.add_result(**of, said=actions.Said(**said), at=factory.CONFIRMED)
    with pytest.raises(Invalid) as refused:
        actions.add_result(
            **of,
            said=actions.Said(**said, accepted_on=date(2028, 1, 2)),
            at=factory.CONFIRMED,
        )
    assert [p.field for p in refused.value.problems] == ["accepted_on"]
    for row in (work.acceptance, result, late, *things):
        row.refresh_from_db()
    assert [work.acceptance.accepted_on, result.accepted_on, late.accepted_on] == [
        day, day, day,
    ]  # fmt: skip
    assert [thing.accepted_on for thing in things] == [None, day]


def test_work_that_is_not_accepted_waits_for_what_is_next():
    work = factory.handed_in()
    factory.judged(work, *["pass"] * 4, *["fail"] * 3)
    assert (work.state, work.again().rating) == ("in_council", "fail")


def test_the_council_on_the_work_says_nothing_of_the_proposal():
    work = factory.handed_in()
    dossier = work.contract.dossier
    before = (
        panel_queries.results_of_call(dossier.call_id),
        panel_queries.scores_of([dossier.pk]),
        panel_queries.judged(work.officer, track=Track.DOSSIER, thing_id=dossier.pk),
    )
    council, _members = factory.judged(work, *["fail"] * 7)
    assert before == (
        panel_queries.results_of_call(dossier.call_id),
        panel_queries.scores_of([dossier.pk]),
        panel_queries.judged(work.officer, track=Track.DOSSIER, thing_id=dossier.pk),
    )
    (of_work,) = panel_queries.judged(
        work.officer, track=Track.ACCEPTANCE, thing_id=work.acceptance.case_id
    )
    assert (of_work.council.pk, of_work.outcome) == (council.pk, "not_accepted")


def test_a_work_is_no_dossier_that_waits_for_a_council_of_proposals():
    work = factory.handed_in()
    for kind in ("selection", "cost", "acceptance"):
        assert not panel_queries.dossiers_to_judge(work.officer, kind).exists()
    with pytest.raises(Invalid):
        panel_factory.formed(
            work.funded.story.office,
            dossiers=[work.contract.dossier],
            kind="acceptance",
        )
    kinds = {
        line.kind
        for line in panel_queries.work_for(work.officer, factory.FORMED.date())
    }
    assert "panels.form" not in kinds


def test_a_member_in_conflict_sees_zero_bits_of_the_work():
    work = factory.handed_in()
    council, members = factory.council_of(work)
    item = factory.item_of(council)
    office = work.funded.story.office
    assert panel_queries.may_read(
        members[6], panel_queries.item(members[6], item.public_id)
    )
    panel_actions.recuse(
        actor=office.secretary,
        item_id=item.pk,
        seat_id=panel_factory.seat_of(council, members[6]).pk,
        reason="Cùng viện với chủ nhiệm.",
        at=factory.FORMED,
    )
    with pytest.raises(NotFound):
        panel_queries.item(members[6], item.public_id)
    with pytest.raises(NotFound):
        factory.rated(work, item, members[6], "pass")
    assert not panel_queries.items(members[6], council).exists()
    stranger = panel_factory.expert()
    with pytest.raises(NotFound):
        panel_queries.item(stranger, item.public_id)
    assert not dossiers_by_id(actor=stranger, ids=[work.contract.dossier_id]).exists()


def secretly(work, method):
    council, members = factory.council_of(work)
    office = work.funded.story.office
    for member in members:
        seat = panel_factory.seat_of(council, member)
        assert seat.state == "accepted"
    panel_actions.mark_attendance(
        actor=office.secretary,
        council_id=council.pk,
        present=list(council.seats.values_list("pk", flat=True)),
        counters=[panel_factory.seat_of(council, m).pk for m in members[4:6]],
        at=factory.MEETING,
    )
    panel_actions.open_meeting(
        actor=office.secretary, council_id=council.pk, at=factory.MEETING
    )
    panel_actions.decide_method(
        actor=office.secretary,
        council_id=council.pk,
        method=method,
        votes_for=7,
        at=factory.MEETING,
    )
    return council, members, office


def test_the_urn_takes_levels_and_the_count_is_the_same(monkeypatch):
    work = factory.handed_in()
    council, members, office = secretly(work, "secret")
    monkeypatch.setattr(panel_factory, "OPENING", factory.MEETING)
    item = factory.item_of(council)
    begun(office, item)
    poll = voting(office, item)
    ids = [c.id for c in panel_queries.criteria_of(item)]
    choice = {f"vote-{i}": "pass" for i in ids} | {"vote": "pass"}
    votes = [voter(m, poll, choice) for m in members[:6]]
    votes.append(voter(members[6], poll, dict.fromkeys(choice, "blank")))
    for one in votes:
        one.ask()
    for one in votes:
        one.hand_in()
    panel_actions.close_poll(
        actor=office.secretary, poll_public_id=poll.public_id, at=minute(9)
    )
    panel_actions.conclude_council(
        actor=office.secretary, council_id=council.pk, at=minute(20)
    )
    assert (work.state, work.again().rating) == ("accepted", "pass")
    kept = CouncilItem.objects.get(pk=item.pk).result["figures"]
    assert kept["counts"] == {"excellent": 0, "pass": 6, "fail": 0}


def test_the_count_team_enters_how_many_papers_name_each_level(monkeypatch):
    work = factory.handed_in()
    council, members, office = secretly(work, "paper")
    monkeypatch.setattr(panel_factory, "OPENING", factory.MEETING)
    item = factory.item_of(council)
    begun(office, item)
    poll = voting(office, item)
    given = {"excellent": 1, "pass": 3, "fail": 2}

    def enter(**levels):
        return panel_actions.enter_count(
            actor=office.secretary,
            poll_public_id=poll.public_id,
            issued=7,
            invalid=1,
            levels=levels,
            at=minute(5),
        )

    with pytest.raises(Invalid):
        enter(**(given | {"pass": 4}))
    made = enter(**given)
    for member in members[4:6]:
        panel_actions.confirm_count(
            actor=member,
            poll_public_id=poll.public_id,
            count=made.digest,
            at=minute(6),
        )
    panel_actions.conclude_council(
        actor=office.secretary, council_id=council.pk, at=minute(20)
    )
    assert work.again().rating == "pass"  # 2 of 7 is not more than a third
