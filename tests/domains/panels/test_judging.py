"""What is said of a case: by whom, why, when it takes two, when it is open again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from opensti.domains.panels import actions
from opensti.domains.panels.models import (
    Conflict,
    ConflictVerdict,
)
from opensti.domains.registry.models import Authorship
from opensti.kernel.access import Role
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    Stale,
    StepNotAllowed,
)
from tests.factories import conflicts, panels
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db
LATER = panels.AT + timedelta(hours=1)
judge = conflicts.judge


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
