"""What the search finds, and whom an open case bars."""

from __future__ import annotations

from datetime import timedelta

import pytest

from opensti.domains.panels import actions, queries
from opensti.domains.panels.actions import Interest
from opensti.domains.panels.models import (
    Conflict,
    Recusal,
)
from opensti.domains.panels.queries import blocked_pairs
from opensti.domains.registry.actions import declare_relation
from opensti.kernel.access import Role, may, visible
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    StepNotAllowed,
)
from tests.factories import calls, conflicts, panels
from tests.factories.registry import Organisations
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db
LATER = panels.AT + timedelta(hours=1)
judge = conflicts.judge


# ---- found


def test_authors_of_one_work_are_found_with_work_year_and_rule(
    written_together, dossier
):
    case = conflicts.case_of(written_together, dossier)
    (tie,) = case.evidence
    assert (
        case.kind,
        case.state,
        case.probability,
        case.rule_code,
        tie["about"],
        tie["since"],
        tie["until"],
        tie["other"],
    ) == (
        "coauthor",
        "open",
        1.0,
        "interest",
        "Thu hồi kẽm từ bụi lò",
        "2025-01-01",
        "2026-01-01",
        dossier.leader_id,
    )
    assert case.article == "ND267 Art 12"


def test_an_old_work_ties_nobody_any_more(office, dossier):
    leader, member = conflicts.led(dossier), conflicts.in_the_pool()
    conflicts.wrote_together(leader.pk, member.person_id, year=2022)
    conflicts.searched(office, dossier)
    assert Conflict.objects.count() == 0


def test_years_are_what_the_house_last_said(office, dossier):
    actions.set_tie_years(
        actor=person(Role.LEADER),
        kind="coauthor",
        years=5,
        reason="Thông lệ của các quỹ.",
        at=panels.AT,
    )
    leader, member = conflicts.led(dossier), conflicts.in_the_pool()
    conflicts.wrote_together(leader.pk, member.person_id, year=2022)
    conflicts.searched(office, dossier)
    assert conflicts.case_of(member, dossier).kind == "coauthor"


def test_a_sealed_call_is_not_looked_at(office):
    call = calls.published(office.officer)
    calls.submitted(calls.applicant(Organisations.create()), call)
    with pytest.raises(StepNotAllowed):
        actions.find_conflicts(actor=office.officer, at=panels.AT, call_id=call.pk)


def test_only_the_office_searches(dossier):
    with pytest.raises(AccessDenied):
        actions.find_conflicts(
            actor=panels.expert(), at=panels.AT, call_id=dossier.call_id
        )


def test_a_printed_name_is_a_case_with_a_probability(office, dossier):
    leader = conflicts.led(dossier)
    member = conflicts.in_the_pool(full_name="Trịnh Quốc Đạt")
    work = conflicts.wrote_together(leader.pk, byline="; Trinh Quoc Dat")
    work.byline = f"{leader.full_name}; Trinh Quoc Dat"
    work.save()
    conflicts.searched(office, dossier)
    case = conflicts.case_of(member, dossier)
    assert 0.1 <= case.probability < 1
    assert case.evidence[0]["identity"].startswith(f"{member.person_id}|byline:trinh")
    assert next(name for name, _factor in case.evidence[0]["clues"]) == "folded"


def test_searching_twice_writes_nothing_new(office, written_together, dossier):
    before = list(Conflict.objects.values())
    search = conflicts.searched(office, dossier)
    assert list(Conflict.objects.values()) == before
    assert (search.found, search.opened) == (1, 0)


def test_the_worker_searches_again_only_when_something_changed(office, dossier):
    member = conflicts.in_the_pool()
    leader = conflicts.led(dossier)
    done = [actions.look_again(at=panels.AT), actions.look_again(at=panels.AT)]
    declare_relation(
        actor=office.officer,
        person_id=leader.pk,
        other_id=member.person_id,
        kind="sibling",
        at=panels.AT,
    )
    done.append(actions.look_again(at=LATER))
    assert done == [1, 0, 1]
    assert conflicts.case_of(member, dossier).kind == "family"


def test_the_record_tells_neither_who_nor_of_what_kind(written_together, dossier):
    body = Entry.objects.get(act="panels.find_conflicts").body
    assert '"things":1' in body
    assert conflicts.case_of(written_together, dossier).public_id not in body


# ---- barred until judged


def test_an_open_case_bars_a_pair_until_it_is_judged(office, written_together, dossier):
    pair = {(written_together.person_id, dossier.pk): "coauthor"}
    assert blocked_pairs(dossiers=[dossier.pk]) == pair
    assert blocked_pairs(dossiers=[dossier.pk], people=[0]) == {}
    judge(office.officer, conflicts.case_of(written_together, dossier))
    assert blocked_pairs(dossiers=[dossier.pk]) == {}


def test_pairs_are_asked_in_two_queries(
    written_together, dossier, django_assert_num_queries
):
    with django_assert_num_queries(2):
        blocked_pairs(dossiers=[dossier.pk])


def test_a_seat_is_refused_to_whom_a_case_bars(office, written_together, dossier):
    council = panels.formed(office, dossiers=[dossier])
    with pytest.raises(Invalid) as refused:
        actions.add_seat(
            actor=office.officer,
            council_id=council.pk,
            person_id=written_together.person_id,
            role="member",
            at=panels.AT,
        )
    assert refused.value.problems[0].field == "person"


def test_who_is_let_in_under_a_condition_takes_the_seat(
    office, written_together, dossier
):
    case = conflicts.case_of(written_together, dossier)
    judge(office.officer, case, "manageable", condition="Không chấm phần kinh phí.")
    case.refresh_from_db()
    council = panels.formed(office, dossiers=[dossier])
    seat = actions.add_seat(
        actor=office.officer,
        council_id=council.pk,
        person_id=written_together.person_id,
        role="member",
        at=LATER,
    )
    assert (case.state, case.condition) == ("manageable", "Không chấm phần kinh phí.")
    assert not Recusal.objects.filter(seat=seat).exists()


def test_a_tie_found_while_the_council_sits_excludes_at_once(office, dossier):
    leader = conflicts.led(dossier)
    council, members = panels.prepared(office, dossiers=[dossier])
    member = members[5]
    item = panels.item_of(council)
    assert queries.items(member, council).count() == 1
    conflicts.wrote_together(leader.pk, member.person_id)
    conflicts.searched(office, dossier)
    assert queries.items(member, council).count() == 0
    assert Recusal.objects.get().item_id == item.pk
    judge(office.officer, conflicts.case_of(member, dossier))
    assert queries.items(member, council).count() == 1
    assert not Recusal.objects.exists()


def test_an_official_in_conflict_keeps_and_sees_nothing_of_it(office, dossier):
    leader = conflicts.led(dossier)
    official = panels.expert()
    official = person(Role.OFFICER, person_id=official.person_id)
    council = panels.formed(office, dossiers=[dossier])
    assert may(official, "panels.keep", council)
    assert visible(official, type(dossier).objects.all()).count() == 1
    conflicts.wrote_together(leader.pk, official.person_id)
    actions.find_conflicts(actor=office.officer, at=panels.AT, call_id=dossier.call_id)
    assert Conflict.objects.count() == 0  # no role of his is kept in the accounts
    actions.declare_interests(
        actor=office.officer,
        person_id=official.person_id,
        interests=[Interest(dossier_id=dossier.pk, reason="Cùng bài báo.")],
        at=panels.AT,
    )
    assert not may(official, "panels.keep", council)
    assert not may(official, "calls.check_eligibility", dossier)
    assert visible(official, type(dossier).objects.all()).count() == 0
    assert queries.councils(official).count() == 0
    assert visible(official, Conflict.objects.all()).count() == 0
