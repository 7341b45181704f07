"""Checks on the spot: announced in time, held with minutes, findings mended."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.core.files.base import ContentFile

from opensti.domains.contracts import actions, queries
from opensti.domains.contracts.actions import Found, Member
from opensti.domains.contracts.models import CheckFinding, SiteCheck
from opensti.kernel.access import Role
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    Stale,
    StepNotAllowed,
)
from tests.factories import contracts as factory
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db
AT = datetime(2027, 3, 1, 2, 0, tzinfo=UTC)
HELD = datetime(2027, 3, 10, 2, 0, tzinfo=UTC)
PDF = b"%PDF-1.4\n%%EOF\n"


def planned(funded, **said):
    given = {
        "actor": funded.officer,
        "contract_id": funded.contract.pk,
        "planned_on": date(2027, 3, 9),
        "team": [Member(name="Nguyễn Văn A", capacity="Trưởng đoàn")],
        "reason": "Kiểm tra định kỳ.",
        "at": AT,
    }
    return actions.plan_check(**given | said)


def held(funded, *, findings=(), **said):
    check = planned(funded)
    given = {
        "actor": funded.officer,
        "check_id": check.pk,
        "held_on": date(2027, 3, 9),
        "host_side": "",
        "content": "Xem dây chuyền.",
        "opinion": "",
        "conclusion": "Đạt yêu cầu.",
        "findings": findings,
        "at": HELD,
        "expected_version": 1,
    }
    return actions.hold_check(**given | said)


LATE = Found(severity="minor", text="Thiếu nhật ký.", mend_by=date(2027, 3, 20))


def test_the_notice_is_that_of_the_procedure(monkeypatch):
    funded = factory.running()
    # under the procedure of 2026 no text that was read names a notice
    assert queries.earliest_check(funded.contract, AT.date()) is None
    monkeypatch.setattr(
        "opensti.domains.contracts.actions.checking.earliest_check",
        lambda _contract, _today: date(2027, 3, 8),
    )
    with pytest.raises(Invalid) as refused:
        planned(funded, planned_on=date(2027, 3, 5))
    assert [p.field for p in refused.value.problems] == ["planned_on"]
    assert planned(funded, planned_on=date(2027, 3, 8)).number == 1


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({"planned_on": date(2027, 2, 28)}, ["planned_on"]),
        ({"team": [Member(name=" ")], "reason": ""}, ["team", "reason"]),
    ],
)
def test_a_check_needs_a_day_a_team_and_a_reason(said, fields):
    funded = factory.running()
    with pytest.raises(Invalid) as refused:
        planned(funded, **said)
    assert [p.field for p in refused.value.problems] == fields
    assert not SiteCheck.objects.exists()


def test_the_minutes_keep_what_was_found():
    funded = factory.running()
    check = held(funded, findings=[LATE])
    (finding,) = check.findings.all()
    assert (check.state, finding.text, finding.state) == (
        "held",
        "Thiếu nhật ký.",
        "open",
    )
    # nothing read says how long the office has to confirm
    assert (check.confirm_volume_by, check.confirm_spending_by) == (None, None)
    with pytest.raises(Stale):
        actions.cancel_check(
            actor=funded.officer,
            check_id=check.pk,
            reason="x",
            at=HELD,
            expected_version=1,
        )


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({"held_on": date(2027, 3, 11)}, ["held_on"]),
        ({"held_on": date(2027, 2, 1)}, ["held_on"]),
        ({"content": " ", "conclusion": ""}, ["content", "conclusion"]),
        (
            {
                "findings": [
                    Found(severity="x", text=" ", mend_by=date(2027, 3, 1)),
                ]
            },
            ["findings.0.text", "findings.0.severity", "findings.0.mend_by"],
        ),
    ],
)
def test_minutes_that_say_too_little_are_refused(said, fields):
    funded = factory.running()
    with pytest.raises(Invalid) as refused:
        held(funded, **said)
    assert [p.field for p in refused.value.problems] == fields
    assert not CheckFinding.objects.exists()


def test_a_finding_is_mended_refused_mended_again_and_accepted():
    funded = factory.running()
    finding = held(funded, findings=[LATE]).findings.get()
    mend = {
        "actor": funded.host,
        "finding_id": finding.pk,
        "mended_on": date(2027, 3, 10),
        "mending": "Đã lập nhật ký.",
        "at": HELD,
    }
    mended = actions.mend_finding(
        **mend, expected_version=1, file=ContentFile(PDF, name="nhat-ky.pdf")
    )
    judge = {"actor": funded.officer, "finding_id": finding.pk, "at": HELD}
    with pytest.raises(Invalid):
        actions.judge_finding(**judge, accept=False, reason=" ", expected_version=2)
    again = actions.judge_finding(
        **judge, accept=False, reason="Chưa có chữ ký.", expected_version=2
    )
    assert (mended.state, again.state) == ("mended", "open")
    actions.mend_finding(**mend, expected_version=3)
    done = actions.judge_finding(**judge, accept=True, reason="", expected_version=4)
    assert done.state == "accepted"
    with pytest.raises(StepNotAllowed):
        actions.judge_finding(**judge, accept=True, reason="", expected_version=5)
    check = queries.site_check(
        funded.officer, funded.contract.public_id, finding.check_of.public_id
    )
    assert [f.name for f in queries.check_files(check)["finding-1"]] == ["nhat-ky.pdf"]


@pytest.mark.parametrize("day", [date(2027, 3, 8), date(2027, 3, 11)])
def test_a_finding_is_mended_after_the_check_and_not_in_days_to_come(day):
    funded = factory.running()
    finding = held(funded, findings=[LATE]).findings.get()
    with pytest.raises(Invalid):
        actions.mend_finding(
            actor=funded.host,
            finding_id=finding.pk,
            mended_on=day,
            mending="Xong.",
            at=HELD,
            expected_version=1,
        )


def test_what_was_found_done_is_confirmed_once():
    funded = factory.running()
    check = held(funded)
    said = {"actor": funded.officer, "check_id": check.pk, "what": "volume", "at": HELD}
    actions.confirm_check(**said, expected_version=2)
    with pytest.raises(StepNotAllowed):
        actions.confirm_check(**said, expected_version=3)
    with pytest.raises(NotFound):
        actions.confirm_check(**said | {"what": "id"}, expected_version=3)


def test_who_checks_and_who_mends():
    funded = factory.running()
    for denied in (funded.host, funded.finance, funded.leader, person(Role.AUDITOR)):
        with pytest.raises(AccessDenied):
            planned(funded, actor=denied)
    rival = funded.story.applicants[1]
    with pytest.raises(NotFound):
        planned(funded, actor=rival)
    finding = held(funded, findings=[LATE]).findings.get()
    mend = {
        "finding_id": finding.pk,
        "mended_on": date(2027, 3, 10),
        "mending": "Xong.",
        "at": HELD,
        "expected_version": 1,
    }
    with pytest.raises(AccessDenied):
        actions.mend_finding(actor=funded.officer, **mend)
    with pytest.raises(NotFound):
        actions.mend_finding(actor=rival, **mend)
    assert list(queries.checks_of(rival, funded.contract)) == []
