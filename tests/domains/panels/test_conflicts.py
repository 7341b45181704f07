"""Conflicts of interest as cases: found, judged, set aside, opened again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opensti.domains.panels import actions, queries
from opensti.domains.panels.actions import Interest
from opensti.domains.panels.models import (
    Conflict,
    ConflictVerdict,
    DismissedTie,
    Exclusion,
    Recusal,
)
from opensti.domains.panels.queries import blocked_pairs
from opensti.domains.registry.actions import declare_relation
from opensti.domains.registry.models import Authorship, Position, Relation
from opensti.kernel.access import Role, may, visible
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    Stale,
    StepNotAllowed,
)
from tests.factories import calls, conflicts, panels
from tests.factories import portfolios as portfolio_factory
from tests.factories.registry import Organisations
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db
LATER = panels.AT + timedelta(hours=1)


@pytest.fixture
def dossier(office):
    (made,) = panels.eligible_dossiers(office)
    return made


@pytest.fixture
def written_together(office, dossier):
    """A leader and an expert with a work of last year; the search has been done."""
    leader, member = conflicts.led(dossier), conflicts.in_the_pool()
    conflicts.wrote_together(leader.pk, member.person_id)
    conflicts.searched(office, dossier)
    return member


def judge(actor, case, finding="none", **said):
    return actions.judge_conflict(
        actor=actor,
        conflict_id=case.pk,
        finding=finding,
        **{"reason": "Bài đăng kỷ yếu 40 tác giả.", "at": LATER, **said},
    )


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


# ---- judged


def test_a_verdict_is_kept_with_reason_person_and_evidence(
    office, written_together, dossier
):
    case = conflicts.case_of(written_together, dossier)
    judge(office.officer, case, "real", reason="Đồng tác giả chính.")
    verdict = ConflictVerdict.objects.get()
    case.refresh_from_db()
    assert (
        case.state,
        verdict.finding,
        verdict.reason,
        verdict.given_by_id,
        verdict.digest,
        verdict.needs_second,
    ) == (
        "real",
        "real",
        "Đồng tác giả chính.",
        office.officer.user_id,
        case.digest,
        False,
    )


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"finding": "manageable"}, "condition"),
        ({"finding": "perhaps"}, "finding"),
    ],
)
def test_a_verdict_without_its_parts_is_refused(
    office, written_together, dossier, said, field
):
    with pytest.raises(Invalid) as refused:
        judge(office.officer, conflicts.case_of(written_together, dossier), **said)
    assert [p.field for p in refused.value.problems] == [field]
    assert ConflictVerdict.objects.count() == 0


def test_strangers_and_the_one_concerned_judge_nothing(written_together, dossier):
    case = conflicts.case_of(written_together, dossier)
    himself = person(Role.OFFICER, person_id=written_together.person_id)
    for actor in (panels.expert(), himself, person(Role.APPLICANT)):
        with pytest.raises(NotFound):
            judge(actor, case)
    with pytest.raises(AccessDenied):
        judge(person(Role.AUDITOR), case)


def test_who_reads_an_old_page_is_told_so(office, written_together, dossier):
    case = conflicts.case_of(written_together, dossier)
    judge(office.officer, case)
    with pytest.raises(Stale):
        judge(office.secretary, case, "real", expected_version=case.version)


def test_letting_in_staff_of_the_host_takes_two_people(office, dossier):
    member = conflicts.in_the_pool()
    conflicts.of_the_host(member, dossier)
    conflicts.searched(office, dossier)
    case = conflicts.case_of(member, dossier)
    verdict = judge(office.officer, case)
    case.refresh_from_db()
    assert (case.state, verdict.waits) == ("open", True)
    with pytest.raises(AccessDenied):
        actions.confirm_conflict(actor=office.officer, verdict_id=verdict.pk, at=LATER)
    actions.confirm_conflict(actor=office.secretary, verdict_id=verdict.pk, at=LATER)
    case.refresh_from_db()
    assert case.state == "none"
    with pytest.raises(StepNotAllowed):
        actions.confirm_conflict(
            actor=office.secretary, verdict_id=verdict.pk, at=LATER
        )


def test_many_are_judged_together_or_none(office, dossier):
    leader, found = conflicts.led(dossier), []
    for _n in range(2):
        member = conflicts.in_the_pool()
        conflicts.wrote_together(leader.pk, member.person_id)
        found.append(member)
    conflicts.searched(office, dossier)
    ids = [conflicts.case_of(m, dossier).pk for m in found]
    given = {
        "actor": office.officer,
        "finding": "none",
        "reason": "Kỷ yếu.",
        "at": LATER,
    }
    with pytest.raises(NotFound):
        actions.judge_many(conflict_ids=[*ids, 10**9], **given)
    assert set(Conflict.objects.values_list("state", flat=True)) == {"open"}
    actions.judge_many(conflict_ids=ids, **given)
    assert set(Conflict.objects.values_list("state", flat=True)) == {"none"}


# ---- opened again


def test_new_evidence_opens_a_judged_case_again(office, written_together, dossier):
    case = conflicts.case_of(written_together, dossier)
    judge(office.officer, case)
    old = case.digest
    conflicts.wrote_together(dossier.leader_id, written_together.person_id, year=2026)
    conflicts.searched(office, dossier)
    case.refresh_from_db()
    assert (case.state, len(case.evidence), case.digest != old) == ("open", 2, True)


@pytest.mark.parametrize(("finding", "then"), [("real", "open"), ("none", "lapsed")])
def test_evidence_that_is_gone_lapses_unless_it_was_real(
    office, written_together, dossier, finding, then
):
    case = conflicts.case_of(written_together, dossier)
    judge(office.officer, case, finding)
    Authorship.objects.filter(person_id=written_together.person_id).delete()
    conflicts.searched(office, dossier)
    case.refresh_from_db()
    assert (case.state, case.evidence) == (then, [])


def test_a_doubted_verdict_is_opened_again(office, written_together, dossier):
    case = conflicts.case_of(written_together, dossier)
    judge(office.officer, case)
    given = {"actor": office.secretary, "conflict_id": case.pk, "at": LATER}
    with pytest.raises(Invalid):
        actions.reopen_conflict(reason="", **given)
    actions.reopen_conflict(reason="Còn bài thứ hai.", **given)
    case.refresh_from_db()
    assert case.state == "open"


def test_an_auditor_judges_no_conflict_whatever_else_he_is(
    office, written_together, dossier
):
    case = conflicts.case_of(written_together, dossier)
    with pytest.raises(AccessDenied):
        judge(person(Role.AUDITOR, Role.OFFICER), case)
    conflicts.of_the_host(written_together, dossier)
    conflicts.searched(office, dossier)
    case.refresh_from_db()
    verdict = judge(office.officer, case)
    with pytest.raises(AccessDenied):
        actions.confirm_conflict(
            actor=person(Role.AUDITOR, Role.LEADER), verdict_id=verdict.pk, at=LATER
        )


# ---- set aside for good


def test_a_namesake_set_aside_is_never_asked_about_again(office):
    first, second = panels.eligible_dossiers(office, 2)
    leader = conflicts.led(first)
    second.leader = leader
    second.save(update_fields=["leader"])
    member = conflicts.in_the_pool(full_name="Trịnh Quốc Đạt")
    work = conflicts.wrote_together(leader.pk)
    work.byline = f"{leader.full_name}; Trinh Quoc Dat"
    work.save()
    conflicts.searched(office, first)
    assert blocked_pairs(dossiers=[first.pk, second.pk]) == {
        (member.person_id, first.pk): "coauthor",
        (member.person_id, second.pk): "coauthor",
    }
    case = conflicts.case_of(member, first)
    actions.dismiss_tie(
        actor=office.officer,
        conflict_id=case.pk,
        tie=case.evidence[0]["tie"],
        reason="Người cùng tên ở viện khác.",
        at=LATER,
    )
    assert blocked_pairs(dossiers=[first.pk, second.pk]) == {}
    assert set(Conflict.objects.values_list("state", flat=True)) == {"lapsed"}
    conflicts.searched(office, first)
    assert blocked_pairs(dossiers=[first.pk, second.pk]) == {}
    actions.restore_tie(
        actor=office.officer,
        dismissed_id=DismissedTie.objects.get().pk,
        reason="Chính là ông ấy.",
        at=LATER,
    )
    conflicts.searched(office, first)
    assert len(blocked_pairs(dossiers=[first.pk, second.pk])) == 2


def test_setting_a_tie_aside_is_no_way_around_the_second_person(office, dossier):
    member = conflicts.in_the_pool()
    conflicts.of_the_host(member, dossier)
    conflicts.searched(office, dossier)
    case = conflicts.case_of(member, dossier)
    aside = {
        "actor": office.officer,
        "conflict_id": case.pk,
        "tie": case.evidence[0]["tie"],
        "reason": "Nhầm người.",
        "at": LATER,
    }
    with pytest.raises(StepNotAllowed):
        actions.dismiss_tie(**aside)
    verdict = judge(office.officer, case)
    with pytest.raises(StepNotAllowed):
        actions.dismiss_tie(**aside)
    assert blocked_pairs(dossiers=[dossier.pk]) == {
        (member.person_id, dossier.pk): "host"
    }
    actions.confirm_conflict(actor=office.secretary, verdict_id=verdict.pk, at=LATER)
    actions.dismiss_tie(**aside)
    case.refresh_from_db()
    assert (case.state, case.evidence) == ("lapsed", [])


# ---- declared


def test_a_member_declares_what_no_register_knows(office, dossier):
    council = panels.formed(office, dossiers=[dossier])
    members = panels.seated(office, council)
    panels.set_up(office, council)
    member = members[4]
    actions.declare_interests(
        actor=member,
        person_id=member.person_id,
        interests=[
            Interest(
                dossier_id=dossier.pk, kind="family", reason="Con rể của chủ nhiệm."
            )
        ],
        at=panels.AT,
    )
    case = conflicts.case_of(member, dossier)
    assert (case.kind, case.state, case.evidence[0]["about"]) == (
        "family",
        "open",
        "Con rể của chủ nhiệm.",
    )
    assert queries.items(member, council).count() == 0
    assert Recusal.objects.get().seat.person_id == member.person_id


def test_a_person_declares_only_on_what_he_was_asked_about(office, dossier):
    given = {
        "interests": [Interest(dossier_id=dossier.pk, reason="Cùng viện.")],
        "at": panels.AT,
    }
    stranger, other = panels.expert(), panels.expert()
    with pytest.raises(NotFound):
        actions.declare_interests(actor=stranger, person_id=stranger.person_id, **given)
    with pytest.raises(AccessDenied):
        actions.declare_interests(actor=stranger, person_id=other.person_id, **given)
    assert Conflict.objects.count() == 0


def test_what_was_declared_stays_when_the_search_finds_nothing(office, dossier):
    member = conflicts.in_the_pool()
    actions.declare_interests(
        actor=office.officer,
        person_id=member.person_id,
        interests=[Interest(dossier_id=dossier.pk, reason="Bạn học.")],
        at=panels.AT,
    )
    conflicts.searched(office, dossier)
    assert conflicts.case_of(member, dossier).state == "open"


def test_the_keeper_lifts_what_was_declared_but_not_what_the_registry_knows(office):
    first, second = panels.eligible_dossiers(office, 2)
    council, members = panels.prepared(office, dossiers=[first, second])
    member, item = members[5], panels.item_of(council)
    given = {
        "actor": office.secretary,
        "item_id": item.pk,
        "seat_id": panels.seat_of(council, member).pk,
        "at": LATER,
    }
    actions.recuse(reason="Có đơn.", **given)
    actions.unrecuse(reason="Đơn rút.", **given)
    assert conflicts.case_of(member, item.dossier).state == "none"
    conflicts.of_the_host(member, item.dossier)
    conflicts.searched(office, item.dossier)
    with pytest.raises(StepNotAllowed):
        actions.unrecuse(reason="Không sao.", **given)


# ---- named by the applicant


@pytest.fixture
def own(office):
    """A dossier that its writer can still see, with the writer."""
    call = calls.published(office.officer)
    writer = calls.applicant(Organisations.create())
    made = calls.submitted(writer, call)
    calls.opened(office.officer, call)
    return writer, calls.eligible(office.officer, made)


def test_an_applicant_names_a_person_with_a_reason_and_a_case_is_made(office, own):
    writer, dossier = own
    member = conflicts.in_the_pool()
    given = {"actor": writer, "dossier_id": dossier.pk, "at": panels.AT}
    with pytest.raises(Invalid):
        actions.name_exclusion(person_id=member.person_id, reason="", **given)
    actions.name_exclusion(
        person_id=member.person_id, reason="Tranh chấp sáng chế.", **given
    )
    conflicts.searched(office, dossier)
    case = conflicts.case_of(member, dossier)
    assert (case.kind, case.state) == ("named", "open")
    for reader, sees in ((writer, 1), (office.officer, 1), (member, 0)):
        assert visible(reader, Exclusion.objects.all()).count() == sees


def test_no_more_are_named_than_allowed_by_one_window_or_two(own, settings):
    writer, dossier = own
    settings.OPENSTI_EXCLUSIONS = 2
    given = {"actor": writer, "dossier_id": dossier.pk, "at": panels.AT}
    with CaptureQueriesContext(connection) as asked:
        first = actions.name_exclusion(name="Ông A", reason="Tranh chấp.", **given)
    actions.name_exclusion(name="Bà B", reason="Tranh chấp.", **given)
    with pytest.raises(Invalid):
        actions.name_exclusion(name="Ông C", reason="Tranh chấp.", **given)
    actions.withdraw_exclusion(actor=writer, exclusion_id=first.pk, at=panels.AT)
    actions.name_exclusion(name="Ông C", reason="Tranh chấp.", **given)
    # The second window waits for the first: a row lock, or the file's on SQLite.
    locks = [
        q for q in asked if "calls_dossier" in q["sql"] and "FOR UPDATE" in q["sql"]
    ]
    assert bool(locks) == connection.features.has_select_for_update


def test_an_organisation_is_named_with_everybody_in_it(office, own):
    writer, dossier = own
    member, rival = conflicts.in_the_pool(), Organisations.create()
    Position.objects.create(person_id=member.person_id, organisation=rival)
    actions.name_exclusion(
        actor=writer,
        dossier_id=dossier.pk,
        organisation_id=rival.pk,
        reason="Đối thủ cạnh tranh.",
        at=panels.AT,
    )
    conflicts.searched(office, dossier)
    assert conflicts.case_of(member, dossier).kind == "named"


def test_only_a_few_are_named_and_none_once_the_council_is_set_up(office, own):
    writer, dossier = own
    given = {
        "actor": writer,
        "dossier_id": dossier.pk,
        "reason": "Tranh chấp.",
        "at": panels.AT,
    }
    made = [actions.name_exclusion(name=f"Ông {n}", **given) for n in "ABC"]
    with pytest.raises(Invalid):
        actions.name_exclusion(name="Ông D", **given)
    actions.withdraw_exclusion(actor=writer, exclusion_id=made[0].pk, at=LATER)
    council = panels.formed(office, dossiers=[dossier])
    panels.seated(office, council)
    panels.set_up(office, council)
    with pytest.raises(StepNotAllowed):
        actions.name_exclusion(name="Ông D", **given)


def test_nobody_names_for_a_dossier_of_others(own):
    _writer, dossier = own
    with pytest.raises(NotFound):
        actions.name_exclusion(
            actor=calls.applicant(Organisations.create()),
            dossier_id=dossier.pk,
            name="Ông A",
            reason="Tranh chấp.",
            at=panels.AT,
        )


def test_family_counts_however_long_ago(office, dossier):
    leader, member = conflicts.led(dossier), conflicts.in_the_pool()
    Relation.objects.create(
        person=leader,
        other_id=member.person_id,
        kind="spouse",
        since=date(1990, 1, 1),
        declared_at=panels.AT,
    )
    conflicts.searched(office, dossier)
    assert conflicts.case_of(member, dossier).kind == "family"


def test_open_cases_are_one_line_of_work_for_the_office_and_none_for_others(
    office, written_together
):
    found = {
        who: [
            (line.kind, str(line.title))
            for line in queries.work_for(actor, panels.AT.date())
            if line.kind == "panels.judge_conflict"
        ]
        for who, actor in (
            ("officer", office.officer),
            ("secretary", office.secretary),
            ("expert", written_together),
        )
    }
    line = ("panels.judge_conflict", "Kết luận về xung đột lợi ích: 1 trường hợp")
    assert found == {"officer": [line], "secretary": [line], "expert": []}


def test_an_official_in_conflict_sees_no_decision_on_it_nor_a_round_of_it_alone():
    story = portfolio_factory.judged("90")
    round_ = portfolio_factory.laid_out(story)
    official = panels.expert()
    official = person(Role.OFFICER, person_id=official.person_id)
    decisions = round_.decisions.all()
    assert visible(official, decisions).count() == 1
    actions.declare_interests(
        actor=story.officer,
        person_id=official.person_id,
        interests=[
            Interest(dossier_id=decisions.get().dossier_id, reason="Cùng bài báo.")
        ],
        at=LATER,
    )
    assert visible(official, decisions).count() == 0
    assert visible(official, type(round_).objects.all()).count() == 0
