"""The walk of a council, and every turn at which it is refused."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest

from opensti.domains.panels import actions, queries
from opensti.domains.panels.actions import Allowance, Sheet
from opensti.domains.panels.choices import CouncilKind
from opensti.domains.panels.models import Ballot, Council, Override, Recusal, Seat
from opensti.domains.panels.queries import sheet_of
from opensti.domains.registry.models import Position, Relation
from opensti.kernel.access import Role
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    Stale,
    StepNotAllowed,
)
from tests.factories import panels
from tests.factories.registry import People
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db
DECISION = Allowance(reason="Không đủ chuyên gia.", number="77/QĐ-BCT")


@pytest.fixture
def dossier(office):
    return panels.eligible_dossiers(office)[0]


def add(office, council, member, role="member", **said):
    return actions.add_seat(
        actor=office.officer,
        council_id=council.pk,
        person_id=member.person_id,
        role=role,
        at=panels.AT,
        **said,
    )


# ---- forming


def test_a_council_moves_its_dossiers_when_it_is_set_up(office, dossier):
    council = panels.formed(office, dossiers=[dossier])
    panels.seated(office, council)
    dossier.case.refresh_from_db()
    assert dossier.case.state == "eligible"

    council = panels.set_up(office, council)

    dossier.case.refresh_from_db()
    assert (dossier.case.state, council.state) == ("in_council", "set_up")
    assert set(Seat.objects.values_list("state", flat=True)) == {"invited"}


def test_a_dossier_comes_before_one_council_at_a_time(office, dossier):
    panels.formed(office, dossiers=[dossier])
    with pytest.raises(Invalid) as refused:
        panels.formed(office, dossiers=[dossier])
    assert [p.field for p in refused.value.problems] == ["items"]


def test_an_expert_forms_no_council(dossier):
    with pytest.raises(AccessDenied):
        actions.form_council(
            actor=panels.expert(),
            kind="selection",
            title_vi="Hội đồng",
            dossier_ids=[dossier.pk],
            at=panels.AT,
        )


def test_too_few_seats_are_refused_with_what_the_rule_says(office, dossier):
    council = panels.formed(office, dossiers=[dossier])
    panels.seated(office, council, panels.GRANT_SEATS[:5])
    with pytest.raises(Invalid) as refused:
        panels.set_up(office, council)
    assert [p.field for p in refused.value.problems] == ["seats", "seats.member"]
    assert refused.value.article.startswith("TT25 Art 5")


def test_a_decision_of_the_head_may_allow_another_composition(office, dossier):
    council = panels.formed(office, dossiers=[dossier])
    panels.seated(office, council, panels.GRANT_SEATS[:5])
    with pytest.raises(Invalid):
        panels.set_up(office, council, allowance=Allowance(reason="", number="77"))
    council = panels.set_up(office, council, allowance=DECISION)
    made = Override.objects.get()
    assert (made.matter, made.decision_number, council.state) == (
        "composition",
        "77/QĐ-BCT",
        "set_up",
    )


def test_a_third_reviewer_is_refused(office, dossier):
    council = panels.formed(office, dossiers=[dossier])
    panels.seated(office, council)
    with pytest.raises(Invalid, match="2"):
        add(office, council, panels.expert(), "reviewer")


def test_host_staff_keep_a_seat_only_by_decision_and_then_judge_nothing(
    office, dossier
):
    council = panels.formed(office, dossiers=[dossier])
    member = panels.expert()
    Position.objects.create(person_id=member.person_id, organisation=dossier.host)
    with pytest.raises(Invalid) as refused:
        add(office, council, member)
    assert refused.value.problems[0].field == "person"
    assert Seat.objects.count() == 0

    seat = add(office, council, member, allowance=DECISION)
    assert Recusal.objects.get().seat_id == seat.pk
    assert Override.objects.get().matter == "conflict"


def test_family_is_found_from_either_end(office, dossier):
    council = panels.formed(office, dossiers=[dossier])
    leader = People.create()
    dossier.leader = leader
    dossier.save(update_fields=["leader"])
    wife, brother, friend = panels.expert(), panels.expert(), panels.expert()
    long_ago = date(2020, 1, 1)
    for one, other, kind, until in (
        (leader.pk, wife.person_id, "spouse", None),
        (brother.person_id, leader.pk, "sibling", None),
        (leader.pk, friend.person_id, "coauthor", long_ago),
    ):
        Relation.objects.create(
            person_id=one, other_id=other, kind=kind, until=until, declared_at=panels.AT
        )
    for member in (wife, brother):
        with pytest.raises(Invalid):
            add(office, council, member)
    assert add(office, council, friend).role == "member"


def test_a_member_is_replaced_only_by_an_amending_decision(office, dossier):
    council, members = panels.prepared(office, dossiers=[dossier])
    old, new = panels.seat_of(council, members[6]), panels.expert()
    given = {
        "actor": office.officer,
        "seat_id": old.pk,
        "person_id": new.person_id,
        "at": panels.AT,
    }
    with pytest.raises(Invalid):
        actions.replace_seat(decision_number="", **given)
    seat = actions.replace_seat(decision_number="300/QĐ-BCT", **given)
    old.refresh_from_db()
    assert (seat.role, seat.state, old.state) == ("member", "invited", "replaced")


# ---- answering


def test_a_declared_conflict_needs_its_reason_and_hides_the_item(office):
    dossiers = panels.eligible_dossiers(office, 2)
    council, members = panels.prepared(office, dossiers=dossiers, accept=False)
    first = panels.item_of(council, 1)
    given = {
        "actor": members[0],
        "seat_id": panels.seat_of(council, members[0]).pk,
        "accept": True,
        "at": panels.AT,
    }
    with pytest.raises(Invalid) as refused:
        actions.answer_invitation(conflicts={first.pk: " "}, **given)
    assert refused.value.problems[0].field == f"conflict-{first.pk}"
    actions.answer_invitation(conflicts={first.pk: "Cùng phòng."}, **given)
    assert [i.position for i in queries.items(members[0])] == [2]


def test_a_conflict_with_everything_means_to_decline(office, dossier):
    council, members = panels.prepared(office, dossiers=[dossier], accept=False)
    with pytest.raises(Invalid, match=r"conflict|xung"):
        actions.answer_invitation(
            actor=members[0],
            seat_id=panels.seat_of(council, members[0]).pk,
            accept=True,
            conflicts={panels.item_of(council).pk: "Cùng phòng."},
            at=panels.AT,
        )


def test_nobody_answers_for_another_member(office, dossier):
    council, members = panels.prepared(office, dossiers=[dossier], accept=False)
    with pytest.raises(AccessDenied):
        actions.answer_invitation(
            actor=members[1],
            seat_id=panels.seat_of(council, members[0]).pk,
            accept=True,
            at=panels.AT,
        )


# ---- documents and meeting


def test_documents_must_reach_members_as_early_as_the_rule_says(office):
    """TT06 Art 10-12: five working days before the meeting."""
    order = panels.old_order(office, kind="national_task", drafted=panels.NATIONAL)
    council = panels.formed(office, orders=[order], kind="determination")
    panels.seated(office, council, panels.NATIONAL_SEATS)
    panels.set_up(office, council)
    given = {"actor": office.secretary, "council_id": council.pk}
    sending = given | {"at": panels.AT, "without_reviewers": True}
    with pytest.raises(StepNotAllowed):
        actions.send_documents(**sending)
    actions.schedule_meeting(
        meeting_at=panels.AT + timedelta(days=5), at=panels.AT, **given
    )
    with pytest.raises(Invalid) as refused:
        actions.send_documents(**sending)
    assert refused.value.problems[0].field == "documents"
    actions.schedule_meeting(
        meeting_at=panels.AT + timedelta(days=7), at=panels.AT, **given
    )
    assert actions.send_documents(**sending).documents_sent_at == panels.AT


def test_documents_go_out_without_reviewers_only_when_the_sender_says_so(
    office, dossier
):
    council = panels.formed(office, dossiers=[dossier])
    members = panels.seated(office, council)
    panels.set_up(office, council)
    given = {"actor": office.secretary, "council_id": council.pk, "at": panels.AT}
    actions.schedule_meeting(meeting_at=panels.MEETING, **given)
    with pytest.raises(Invalid) as refused:
        actions.send_documents(**given)
    assert [p.field for p in refused.value.problems] == ["without_reviewers"]
    assert Council.objects.get(pk=council.pk).documents_sent_at is None
    item = panels.item_of(council)
    reviewers = [panels.seat_of(council, m).pk for m in members[2:4]]
    actions.assign_reviewers(
        actor=office.secretary, item_id=item.pk, seat_ids=reviewers, at=panels.AT
    )
    assert actions.send_documents(**given).documents_sent_at == panels.AT


def test_that_reviewers_were_missing_is_in_the_record(office, dossier):
    council, _members = panels.prepared(office, dossiers=[dossier])
    entry = Entry.objects.get(act="panels.send_documents")
    assert json.loads(entry.body)["detail"]["without_reviewers"] == 1
    assert council.documents_sent_at == panels.AT


def test_without_a_reviewer_only_the_heads_decision_opens_the_session(office, dossier):
    council, members = panels.prepared(office, dossiers=[dossier])
    there = [m for i, m in enumerate(members) if i not in (3, 6)]
    panels.attended(office, council, there)
    opening = queries.opening_of(Council.objects.get(pk=council.pk))
    assert (opening.present, opening.total, opening.needed) == (5, 7, 5)
    assert [p.met for p in opening.parts] == [True, True, False, True, True]
    with pytest.raises(Invalid):
        panels.in_session(office, council, there)

    with pytest.raises(AccessDenied):
        actions.open_meeting(
            actor=office.secretary,
            council_id=council.pk,
            allowance=DECISION,
            at=panels.OPENING,
        )
    opened = actions.open_meeting(
        actor=office.officer,
        council_id=council.pk,
        allowance=DECISION,
        at=panels.OPENING,
    )
    assert opened.state == "meeting"


def test_four_of_seven_are_no_quorum(office, dossier):
    council, members = panels.prepared(office, dossiers=[dossier])
    with pytest.raises(Invalid):
        panels.in_session(office, council, members[:4] + members[4:4])


def test_a_meeting_with_nobody_noted_cannot_even_be_allowed(office, dossier):
    council, _members = panels.prepared(office, dossiers=[dossier])
    with pytest.raises(Invalid):
        actions.open_meeting(
            actor=office.officer,
            council_id=council.pk,
            allowance=DECISION,
            at=panels.OPENING,
        )


def test_two_secretaries_open_at_once_one_is_told(office, dossier):
    council, _members = panels.prepared(office, dossiers=[dossier])
    panels.attended(office, council)
    version = Council.objects.get(pk=council.pk).version
    given = {
        "council_id": council.pk,
        "at": panels.OPENING,
        "expected_version": version,
    }
    actions.open_meeting(actor=office.secretary, **given)
    with pytest.raises(Stale):
        actions.open_meeting(actor=office.officer, **given)
    assert Entry.objects.filter(act="panels.open_meeting").count() == 1


# ---- ballots


@pytest.fixture
def sitting(office, dossier):
    council, members = panels.prepared(office, dossiers=[dossier])
    return council, members, panels.item_of(council)


def test_a_ballot_is_kept_as_typed_and_handed_in_only_when_whole(sitting):
    _council, members, item = sitting
    leaf = sheet_of(item).leaves()[0]
    typed = Sheet(scores={leaf.id: "nhiều"}, comments={leaf.id: "Tốt"})
    given = {"actor": members[0], "item_id": item.pk, "at": panels.AT}
    kept = actions.save_ballot(sheet=typed, **given)
    assert (kept.scores, kept.version, kept.total) == ({leaf.id: "nhiều"}, 1, None)
    with pytest.raises(Invalid) as refused:
        actions.cast_ballot(**given)
    assert [p.field for p in refused.value.problems] == [
        f"score-{x.id}" for x in sheet_of(item).leaves()
    ]
    kept.refresh_from_db()
    assert (kept.state, kept.scores) == ("draft", {leaf.id: "nhiều"})


@pytest.mark.parametrize("score", ["-1", "12.5", "3.3", "NaN", "1e3"])
def test_points_outside_the_criterion_are_refused(sitting, score):
    _council, members, item = sitting
    leaf = sheet_of(item).leaves()[0]
    sheet = panels.scored(sheet_of(item), "90")
    faulty = Sheet(
        scores={**sheet.scores, leaf.id: score}, comments=sheet.comments, opinion="x"
    )
    with pytest.raises(Invalid) as refused:
        actions.cast_ballot(
            actor=members[0], item_id=item.pk, sheet=faulty, at=panels.AT
        )
    assert [p.field for p in refused.value.problems] == [f"score-{leaf.id}"]


def test_low_points_need_a_word_why(sitting):
    _council, members, item = sitting
    scores = panels.points(sheet_of(item), "84")  # the last criterion gets nothing
    with pytest.raises(Invalid) as refused:
        actions.cast_ballot(
            actor=members[0], item_id=item.pk, sheet=Sheet(scores=scores), at=panels.AT
        )
    assert [p.field for p in refused.value.problems] == [
        f"comment-{sheet_of(item).leaves()[-1].id}"
    ]


def test_a_double_click_casts_once(sitting):
    _council, members, item = sitting
    sheet = panels.scored(sheet_of(item), "80")
    panels.cast(members[0], item, sheet)
    panels.cast(members[0], item, sheet)
    assert Ballot.objects.count() == 1
    assert Entry.objects.filter(act="panels.cast_ballot").count() == 1


def test_a_ballot_may_be_taken_back_until_the_count(office, sitting):
    council, members, item = sitting
    given = {"actor": members[0], "item_id": item.pk, "at": panels.AT}
    panels.cast(members[0], item, panels.scored(sheet_of(item), "80"))
    with pytest.raises(StepNotAllowed):
        actions.save_ballot(sheet=Sheet(), **given)
    assert actions.withdraw_ballot(**given).state == "draft"
    panels.in_session(office, council)
    for member in members:
        panels.cast(member, item, panels.scored(sheet_of(item), "90"))
    panels.concluded(office, council)
    with pytest.raises(StepNotAllowed):
        actions.withdraw_ballot(**given)


def test_two_windows_on_one_sheet_the_second_is_told(sitting):
    _council, members, item = sitting
    given = {"actor": members[0], "item_id": item.pk, "at": panels.AT}
    actions.save_ballot(sheet=Sheet(opinion="một"), expected_version=0, **given)
    with pytest.raises(Stale):
        actions.save_ballot(sheet=Sheet(opinion="hai"), expected_version=0, **given)
    assert Ballot.objects.get().opinion == "một"


def test_the_record_holds_a_ballot_only_as_a_commitment(sitting):
    _council, members, item = sitting
    panels.cast(members[0], item, panels.scored(sheet_of(item), "80"))
    entry = Entry.objects.get(act="panels.cast_ballot")
    assert "Có căn cứ" not in entry.body
    assert '"scores"' not in entry.body


# ---- conclusion


def test_missing_ballots_stop_the_count_until_confirmed(office, sitting):
    council, members, item = sitting
    panels.in_session(office, council)
    for member in members[:6]:
        panels.cast(member, item, panels.scored(sheet_of(item), "80"))
    with pytest.raises(Invalid) as refused:
        panels.concluded(office, council)
    assert refused.value.problems[0].field == "ballots"
    panels.concluded(office, council, missing_ballots_are_blank=True)
    assert len(panels.item_of(council).result["problem"]["ballots"]) == 6


def test_a_concluded_council_is_never_counted_again(office, sitting):
    council, members, item = sitting
    panels.in_session(office, council)
    for member in members:
        panels.cast(member, item, panels.scored(sheet_of(item), "80"))
    panels.concluded(office, council)
    with pytest.raises(StepNotAllowed):
        panels.concluded(office, council)
    with pytest.raises(StepNotAllowed):
        actions.open_meeting(
            actor=office.secretary, council_id=council.pk, at=panels.COUNTING
        )


def test_a_cost_team_states_amounts_and_the_results_of_the_call_follow(office, sitting):
    council, members, item = sitting
    panels.in_session(office, council)
    for member in members:
        panels.cast(member, item, panels.scored(sheet_of(item), "80"))
    panels.concluded(office, council)
    team = panels.formed(office, dossiers=[item.dossier], kind="cost")
    sitting_in = panels.seated(
        office, team, ("chair", "secretary", "member", "member", "member")
    )
    panels.set_up(office, team)
    panels.accepted(team, sitting_in)
    panels.with_documents(office, team)
    panels.in_session(office, team)
    with pytest.raises(Invalid):
        panels.concluded(office, team)
    money = Decimal(1_500_000_000)
    panels.concluded(office, team, amounts={panels.item_of(team).pk: money})

    (result,) = queries.results_of_call(item.dossier.call_id)
    assert (result.passed, result.proposed_amount, result.mean) == (
        True,
        money,
        Decimal("80.0000"),
    )
    item.dossier.case.refresh_from_db()
    assert item.dossier.case.stage == "cost_concluded"


@pytest.mark.parametrize("amount", [Decimal(-1), Decimal("0.5")])
def test_a_council_names_whole_amounts_of_money_or_none(office, sitting, amount):
    council, members, item = sitting
    panels.in_session(office, council)
    for member in members:
        panels.cast(member, item, panels.scored(sheet_of(item), "80"))
    with pytest.raises(Invalid) as refused:
        panels.concluded(office, council, amounts={item.pk: amount})
    assert [p.field for p in refused.value.problems] == [f"amount-{item.pk}"]
    assert Entry.objects.filter(act="panels.conclude_council").count() == 0


def test_adopted_minutes_no_longer_change(office, sitting):
    council, members, item = sitting
    panels.in_session(office, council)
    for member in members:
        panels.cast(member, item, panels.scored(sheet_of(item), "80"))
    panels.concluded(office, council)
    given = {"actor": office.secretary, "council_id": council.pk, "at": panels.COUNTING}
    actions.write_minutes(text="Hội đồng thảo luận.", **given)
    actions.adopt_minutes(**given)
    actions.adopt_minutes(**given)
    with pytest.raises(StepNotAllowed):
        actions.write_minutes(text="Khác", **given)
    assert Entry.objects.filter(act="panels.adopt_minutes").count() == 1


def test_an_auditor_does_nothing(sitting):
    council, _members, _item = sitting
    both = person(Role.AUDITOR, Role.OFFICER)
    with pytest.raises(AccessDenied):
        actions.schedule_meeting(
            actor=both, council_id=council.pk, meeting_at=panels.MEETING, at=panels.AT
        )


def test_the_decision_is_not_dated_ahead(office, dossier):
    council = panels.formed(office, dossiers=[dossier])
    panels.seated(office, council)
    with pytest.raises(Invalid) as refused:
        actions.set_up_council(
            actor=office.officer,
            council_id=council.pk,
            decision_number="1",
            decided_on=date(2026, 12, 1),
            at=panels.AT,
        )
    assert [p.field for p in refused.value.problems] == ["decided_on"]


def test_valid_dossiers_wait_for_a_council_until_they_are_on_an_agenda(office):
    dossiers = panels.eligible_dossiers(office, 2)
    party = person(Role.OFFICER, member_of=frozenset(d.host_id for d in dossiers))

    def told(who):
        return [
            (i.url_args, str(i.title).rsplit(" ", 1)[-1])
            for i in queries.work_for(who, panels.AT.date())
            if i.kind == "panels.form"
        ]

    call = (dossiers[0].call.public_id,)
    assert (told(office.officer), told(party)) == ([(call, "2")], [])
    panels.formed(office, dossiers=dossiers[:1])
    assert told(office.officer) == [(call, "1")]
    left = queries.dossiers_to_judge(office.officer, CouncilKind.SELECTION)
    assert list(left) == dossiers[1:]
