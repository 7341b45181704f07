"""A call is drafted, published with its orders, extended, cancelled, concluded."""

from __future__ import annotations

from datetime import timedelta

import pytest

from opensti.domains.calls import actions, queries
from opensti.domains.calls.choices import CallState
from opensti.domains.calls.lifecycle import CALL_LIFECYCLE
from opensti.domains.calls.models import Call
from opensti.kernel.access import Role
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import AccessDenied, Invalid, Stale, StepNotAllowed
from tests.factories import calls as make
from tests.factories.registry import Organisations
from tests.factories.tasks import approved, person, regimes

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    regimes()
    return make.officer()


@pytest.fixture
def leader():
    return person(Role.LEADER)


def test_every_state_of_a_call_is_reached():
    assert CALL_LIFECYCLE.unreachable(list(CallState)) == set()


def test_the_regime_is_the_one_in_force_on_the_day_the_call_opens(officer):
    call = make.draft_call(officer)
    assert call.regime_version.code == "moit_2026"


def test_publishing_calls_for_its_orders_and_leaves_a_public_entry(officer, leader):
    order = approved(officer, leader)
    call = make.published(officer, order)
    order.case.refresh_from_db()
    entry = Entry.objects.get(position=call.entry_position)
    assert (call.state, order.case.state, entry.public, entry.act) == (
        "published",
        "called",
        True,
        "calls.publish",
    )


def test_bad_input_is_refused_with_every_problem_named(officer):
    with pytest.raises(Invalid) as refused:
        make.draft_call(
            officer, code=" ", title_vi="x" * 501, closes_at=make.OPENS, way="nowhere"
        )
    assert [p.field for p in refused.value.problems] == [
        "code",
        "title_vi",
        "closes_at",
        "way",
    ]
    make.draft_call(officer, code="ONE")
    with pytest.raises(Invalid):
        make.draft_call(officer, code="ONE")
    assert Call.objects.count() == 1


def test_an_order_that_is_not_approved_cannot_be_called_for(officer):
    from tests.factories.tasks import order  # noqa: PLC0415

    with pytest.raises(Invalid):
        make.draft_call(officer, order(officer))


def test_only_officials_draft_and_publish(officer):
    call = make.draft_call(officer)
    for role in (Role.APPLICANT, Role.SECRETARY, Role.AUDITOR, Role.ADMIN, Role.EXPERT):
        with pytest.raises(AccessDenied):
            make.draft_call(person(role))
    with pytest.raises(AccessDenied):
        actions.publish_call(actor=person(Role.AUDITOR), call_id=call.pk, at=make.OPENS)


def test_two_officers_edit_one_call_and_the_second_is_told(officer):
    call = make.draft_call(officer)
    actions.edit_call(
        actor=officer,
        call_id=call.pk,
        at=make.OPENS,
        title_vi="Mới",
        expected_version=1,
    )
    with pytest.raises(Stale) as refused:
        actions.edit_call(
            actor=officer,
            call_id=call.pk,
            at=make.OPENS,
            title_vi="Khác",
            expected_version=1,
        )
    assert "Mới" in str(refused.value.message)


def test_a_published_call_is_extended_but_never_shortened(officer):
    call = make.published(officer)
    later = make.CLOSES + timedelta(days=7)
    with pytest.raises(Invalid):
        actions.extend_call(
            actor=officer,
            call_id=call.pk,
            closes_at=make.CLOSES - timedelta(days=1),
            reason="",
            at=make.AT,
        )
    extended = actions.extend_call(
        actor=officer, call_id=call.pk, closes_at=later, reason="Ít hồ sơ", at=make.AT
    )
    assert extended.closes_at == later
    with pytest.raises(StepNotAllowed):
        actions.extend_call(
            actor=officer,
            call_id=call.pk,
            closes_at=later + timedelta(days=1),
            reason="x",
            at=later,
        )


def test_a_cancelled_call_takes_no_dossier(officer):
    call = make.published(officer)
    lan = make.applicant(Organisations.create())
    dossier = make.written(lan, call)
    actions.cancel_call(actor=officer, call_id=call.pk, reason="Hết vốn", at=make.AT)
    with pytest.raises(StepNotAllowed):
        actions.submit_dossier(actor=lan, dossier_id=dossier.pk, at=make.AT)


def test_direct_assignment_is_answered_by_the_one_host_named(officer, leader):
    host = Organisations.create(ministry_owned=True)
    order = approved(
        officer,
        leader,
        way="direct",
        grounds="Tổ chức duy nhất có lò thử.",
        assigned_host_id=host.pk,
    )
    with pytest.raises(Invalid):
        make.published(officer, order)
    call = make.published(officer, order, way="direct")
    with pytest.raises(StepNotAllowed):
        make.started(make.applicant(Organisations.create()), call)
    assert make.started(make.applicant(host), call).order == order


def test_a_call_is_concluded_once_every_dossier_is_decided(officer):
    call = make.published(officer)
    lan = make.applicant(Organisations.create())
    dossier = make.submitted(lan, call)
    make.opened(officer, call)
    with pytest.raises(StepNotAllowed):
        actions.conclude_call(actor=officer, call_id=call.pk, at=make.AFTER)
    actions.reject_ineligible(
        actor=officer, dossier_id=dossier.pk, reason="Thiếu phần", at=make.AFTER
    )
    done = actions.conclude_call(actor=officer, call_id=call.pk, at=make.AFTER)
    assert done.state == "concluded"


def test_work_tells_each_what_is_to_be_done(officer):
    lan = make.applicant(Organisations.create())
    call = make.published(officer)
    draft = make.draft_call(officer)
    make.started(lan, call)
    assert [w.kind for w in queries.work_for(lan, make.AT.date())] == ["dossiers.draft"]
    assert [(w.kind, w.url_args) for w in queries.work_for(officer, make.today())] == [
        ("calls.publish", (draft.public_id,)),
        ("calls.open", (call.public_id,)),
    ]


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_take_as_many_queries_for_three_rows_as_for_one(
    officer, rows, django_assert_num_queries
):
    call = make.published(officer)
    for _n in range(rows):
        make.submitted(make.applicant(Organisations.create()), call)
    make.opened(officer, call)
    with django_assert_num_queries(1):
        assert [c.dossier_count for c in queries.calls(actor=officer)] == [rows]
    with django_assert_num_queries(1):
        assert len({d.host.name for d in queries.dossiers(actor=officer)}) == rows
    with django_assert_num_queries(5):
        assert queries.work_for(officer, make.today())[-1].kind == (
            "dossiers.check_eligibility"
        )


def test_a_code_is_one_line_of_letters(officer):
    with pytest.raises(Invalid) as refused:
        make.draft_call(officer, code="BCT\r\n1")
    assert [p.field for p in refused.value.problems] == ["code"]
