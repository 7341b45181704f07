"""Handing in: complete, in time, once, with a receipt."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils.translation import override

from opensti.domains.calls import actions, queries
from opensti.domains.calls.models import Dossier, DossierVersion
from opensti.domains.procedures.models import Deadline
from opensti.domains.procedures.queries import active_versions, regime_of
from opensti.domains.procedures.regimes.forms import papers_wanted
from opensti.kernel.access import Role
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    Stale,
    StepNotAllowed,
)
from tests.factories import calls as make
from tests.factories.registry import Organisations
from tests.factories.tasks import approved, person, regimes

pytestmark = pytest.mark.django_db
PARTNERS = [{"partner": "Nhà máy thép", "task": "Thử nghiệm"}]


@pytest.fixture
def officer():
    return make.officer()


@pytest.fixture
def call(officer):
    return make.published(officer)


@pytest.fixture
def lan():
    return make.applicant(Organisations.create())


def submit(actor, dossier, at=make.AT, **more):
    return actions.submit_dossier(actor=actor, dossier_id=dossier.pk, at=at, **more)


def test_submission_freezes_a_version_and_gives_a_receipt(lan, call):
    dossier = make.submitted(lan, call)
    version = DossierVersion.objects.get(dossier=dossier)
    entry = Entry.objects.get(position=dossier.entry_position)
    assert (dossier.case.state, version.number, version.reason) == (
        "submitted",
        1,
        "submitted",
    )
    assert version.sha256 == queries.digest(version.snapshot)
    assert version.sha256 in entry.body
    assert (entry.act, entry.public) == ("dossiers.submit", False)
    assert dossier.code.startswith(f"{call.code}-")


def test_an_incomplete_dossier_is_told_what_is_missing_and_where(lan, call):
    dossier = make.started(lan, call)
    with pytest.raises(Invalid) as refused:
        submit(lan, dossier)
    fields = [p.field for p in refused.value.problems]
    assert {"title", "leader", "months", "need", "team", "budget"} <= set(fields)
    check = queries.completeness(dossier)
    assert (check.whole, {m.section for m in check.missing if m.part == "team"}) == (
        False,
        {"team"},
    )
    assert Dossier.objects.get(pk=dossier.pk).submitted_at is None


def test_a_dossier_without_its_signed_papers_is_not_complete(lan, call):
    dossier = make.written(lan, call, has_partners=True, partners=PARTNERS)
    for paper in dossier.attachments.order_by("-kind"):
        actions.detach_file(actor=lan, attachment_id=paper.pk, at=make.AT)
    dossier.refresh_from_db()
    with pytest.raises(Invalid) as refused:
        submit(lan, dossier)
    with override("en"):
        check = queries.completeness(dossier)
        told = [(m.part, m.problem.field, m.problem.message) for m in check.missing]
    assert [p.field for p in refused.value.problems] == ["paper-BM-09", "paper-BM-12"]
    assert told == [
        (
            "attachments",
            "paper-BM-09",
            "The signed paper BM-09 (Application to lead the task) is not attached.",
        ),
        (
            "attachments",
            "paper-BM-12",
            "The signed paper BM-12 (Commitment of partners and co-funders) is not attached.",
        ),
    ]
    assert [("4.2a" in p.basis, p.attached) for p in check.papers] == [
        (True, False),
        (False, False),
    ]


def test_a_paper_for_partners_is_asked_only_of_who_has_partners(lan, call):
    dossier = make.written(lan, call, has_partners=False)
    assert [p.code for p in queries.completeness(dossier).papers] == ["BM-09"]
    submit(lan, dossier)


@pytest.mark.parametrize(
    ("code", "papers"),
    [
        ("moit_2014", ["B7-DONTC", "B8-LLTC", "B9-LLCN"]),
        ("moit_2026", ["BM-09"]),
        ("national_2013", ["B1"]),
        ("nd268_2025", ["I.1", "I.6"]),
    ],
)
def test_every_procedure_names_the_papers_it_wants_signed(code, papers):
    regimes()
    regime = regime_of(active_versions().get(code=code))
    wanted = papers_wanted(regime.signed_papers, {"has_partners": False})
    assert [p.code for p in wanted] == papers


def test_more_state_money_than_the_order_allows_is_refused_to_the_dong(lan, officer):
    regimes()
    order = approved(officer, person(Role.LEADER))
    dossier = make.written(lan, make.published(officer, order))
    actions.save_dossier(
        actor=lan,
        dossier_id=dossier.pk,
        at=make.AT,
        budget=[{"category": "labour", "year": "2026", "state": "4.000.000.001"}],
    )
    with pytest.raises(Invalid) as refused:
        submit(lan, dossier)
    assert [(p.field, "1\xa0đ" in str(p.mend)) for p in refused.value.problems] == [
        ("budget", True)
    ]


def test_a_second_click_is_told_kindly_and_changes_nothing(lan, call):
    dossier = make.submitted(lan, call)
    with pytest.raises(StepNotAllowed) as refused:
        submit(lan, dossier)
    assert dossier.code in str(refused.value.message)
    assert DossierVersion.objects.count() == 1


def test_a_second_tab_that_is_behind_is_told(lan, call):
    dossier = make.written(lan, call)
    with pytest.raises(Stale):
        submit(lan, dossier, expected_version=1)


def test_nothing_is_taken_after_closing_but_a_late_exception_is(lan, call, officer):
    dossier = make.written(lan, call)
    late = make.CLOSES + timedelta(hours=1)
    with pytest.raises(StepNotAllowed):
        submit(lan, dossier, at=make.CLOSES)
    actions.grant_late_exception(
        actor=officer,
        call_id=call.pk,
        organisation_id=dossier.host_id,
        until=make.CLOSES + timedelta(days=2),
        reason="Mất điện cả vùng, công văn 12.",
        at=late,
    )
    other = make.applicant(Organisations.create())
    with pytest.raises(StepNotAllowed):
        actions.start_dossier(
            actor=other, call_id=call.pk, host_id=next(iter(other.member_of)), at=late
        )
    assert submit(lan, dossier, at=late).case.state == "submitted"


def test_a_late_exception_needs_a_reason_a_later_day_and_an_official(
    lan, call, officer
):
    (host_id,) = lan.member_of
    given = {"call_id": call.pk, "organisation_id": host_id, "at": make.AT}
    with pytest.raises(AccessDenied):
        actions.grant_late_exception(
            actor=lan, until=make.CLOSES + timedelta(days=1), reason="x", **given
        )
    with pytest.raises(Invalid) as refused:
        actions.grant_late_exception(
            actor=officer, until=make.CLOSES, reason=" ", **given
        )
    assert [p.field for p in refused.value.problems] == ["reason", "until"]


def test_reopening_is_possible_only_while_the_call_runs(lan, call):
    dossier = make.submitted(lan, call)
    again = actions.reopen_dossier(actor=lan, dossier_id=dossier.pk, at=make.AT)
    assert (again.case.state, again.submitted_at) == ("draft", None)
    code = submit(lan, dossier).code
    assert code == dossier.code
    with pytest.raises(StepNotAllowed):
        actions.reopen_dossier(actor=lan, dossier_id=dossier.pk, at=make.CLOSES)


def test_a_withdrawn_dossier_stays_withdrawn(lan, call):
    dossier = make.submitted(lan, call)
    gone = actions.withdraw_dossier(
        actor=lan, dossier_id=dossier.pk, at=make.AT, reason="Thiếu người"
    )
    assert gone.case.state == "withdrawn"
    with pytest.raises(StepNotAllowed):
        submit(lan, dossier)


def test_codes_do_not_tell_how_many_handed_in(call):
    codes = [
        make.submitted(make.applicant(Organisations.create()), call).code
        for _n in range(3)
    ]
    numbers = [int(code.rsplit("-", 1)[1]) for code in codes]
    assert len(set(numbers)) == 3
    assert numbers != [1, 2, 3]


def running(case_id):
    rows = Deadline.objects.filter(case=case_id).order_by("code")
    return list(rows.values_list("code", "binding_on", "due_on"))


def test_deadlines_start_only_when_the_dossiers_are_opened(lan, officer):
    """TT50 Art 19.1a: fifteen working days from the closing of the call."""
    regimes()
    older = active_versions().get(code="moit_2014")
    call = make.published(officer, regime_version_id=older.pk)
    dossier = make.submitted(lan, call)
    assert running(dossier.case_id) == []
    make.opened(officer, call)
    assert running(dossier.case_id) == [
        ("open_selection", "officer", date(2026, 7, 22)),
    ]


def test_only_a_dossier_assigned_directly_is_opened_as_it_is_received(officer):
    """TT50 Art 19.1b."""
    regimes()
    host = make.host(ministry_owned=True)
    order = approved(
        officer,
        person(Role.LEADER),
        way="direct",
        assigned_host_id=host.pk,
        grounds="Tổ chức duy nhất có lò thử.",
    )
    older = active_versions().get(code="moit_2014")
    call = make.published(officer, order, way="direct", regime_version_id=older.pk)
    dossier = make.submitted(make.applicant(host), call)
    make.opened(officer, call)
    assert [code for code, _role, _day in running(dossier.case_id)] == [
        "open_direct",
        "open_selection",
    ]


def test_a_dossier_is_supplemented_on_request_and_the_office_reads_what_was_handed_in(
    officer, lan, call
):
    dossier = make.submitted(lan, call)
    make.opened(officer, call)
    actions.request_supplement(
        actor=officer,
        dossier_id=dossier.pk,
        what="Thiếu giấy xác nhận.",
        until=make.AFTER.date() + timedelta(days=10),
        at=make.AFTER,
    )
    actions.save_dossier(
        actor=lan,
        dossier_id=dossier.pk,
        at=make.AFTER,
        answers={"need": "Đang viết lại"},
    )
    now = Dossier.objects.select_related("case", "order").get(pk=dossier.pk)
    assert (
        queries.content(actor=officer, dossier=now).answers["need"]
        == (make.ANSWERS["need"])
    )
    assert queries.content(actor=lan, dossier=now).answers["need"] == "Đang viết lại"
    back = actions.supplement_dossier(actor=lan, dossier_id=dossier.pk, at=make.AFTER)
    assert back.case.state == "submitted"
    assert [v.reason for v in back.versions.order_by("number")] == [
        "submitted",
        "supplemented",
    ]
