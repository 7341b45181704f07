"""Eligibility: the regime's list line by line, then one decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from opensti.domains.calls import actions, queries
from opensti.domains.calls.models import Dossier, EligibilityCheck
from opensti.domains.procedures.choices import Act
from opensti.domains.procedures.models import Case
from opensti.domains.procedures.queries import active_version
from opensti.kernel.access import Role
from opensti.kernel.refusals import AccessDenied, Invalid, Stale, StepNotAllowed
from tests.factories import calls as make
from tests.factories.registry import Organisations
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return make.officer()


@pytest.fixture
def call(officer):
    return make.published(officer)


@pytest.fixture
def lan():
    return make.applicant(Organisations.create())


@pytest.fixture
def dossier(lan, call, officer):
    made = make.submitted(lan, call)
    make.opened(officer, call)
    return made


def test_the_checklist_is_the_regimes_own(officer, dossier):
    lines = queries.eligibility(actor=officer, dossier=dossier)
    assert [line.id for line in lines] == [i.id for i in queries.checklist_of(dossier)]
    assert lines[0].verdict == ""


def test_an_unchecked_or_unmet_line_stops_the_confirmation(officer, dossier):
    item = queries.checklist_of(dossier)[0].id
    with pytest.raises(Invalid) as refused:
        actions.confirm_eligible(actor=officer, dossier_id=dossier.pk, at=make.AFTER)
    assert len(refused.value.problems) == len(queries.checklist_of(dossier))
    with pytest.raises(Invalid):
        actions.check_eligibility(
            actor=officer,
            dossier_id=dossier.pk,
            verdicts={item: ("not_met", "")},
            at=make.AFTER,
        )
    actions.check_eligibility(
        actor=officer,
        dossier_id=dossier.pk,
        verdicts={item: ("not_met", "Thiếu chữ ký")},
        at=make.AFTER,
    )
    with pytest.raises(Invalid) as refused:
        actions.check_and_confirm(actor=officer, dossier_id=dossier.pk, at=make.AFTER)
    assert [p.field for p in refused.value.problems] == [item]


def test_confirming_moves_the_case_and_names_the_article(officer, dossier):
    done = make.eligible(officer, dossier)
    last = queries.timeline(
        actor=officer, subject=queries.dossier_subject(dossier.public_id)
    )[-1]
    assert (done.case.state, last.act) == ("eligible", Act.DOSSIER_CONFIRM_ELIGIBLE)


def test_a_rejection_needs_a_reason_and_tells_it(officer, dossier, lan):
    with pytest.raises(Invalid):
        actions.reject_ineligible(
            actor=officer, dossier_id=dossier.pk, reason=" ", at=make.AFTER
        )
    actions.reject_ineligible(
        actor=officer, dossier_id=dossier.pk, reason="Nộp thiếu", at=make.AFTER
    )
    told = queries.timeline(
        actor=lan, subject=queries.dossier_subject(dossier.public_id)
    )[-1]
    assert told.reason == "Nộp thiếu"


def test_two_officers_decide_at_once_and_the_second_is_told(officer, dossier):
    seen = dossier.case.version
    actions.reject_ineligible(
        actor=officer,
        dossier_id=dossier.pk,
        reason="Nộp thiếu",
        at=make.AFTER,
        expected_version=seen,
    )
    with pytest.raises(Stale) as refused:
        actions.reject_ineligible(
            actor=person(Role.OFFICER),
            dossier_id=dossier.pk,
            reason="Khác",
            at=make.AFTER,
            expected_version=seen,
        )
    assert officer.name in str(refused.value.message)


def test_strangers_to_the_office_check_nothing(dossier, lan):
    for actor in (lan, person(Role.LEADER), person(Role.AUDITOR)):
        with pytest.raises(AccessDenied):
            actions.check_eligibility(
                actor=actor, dossier_id=dossier.pk, verdicts={}, at=make.AFTER
            )
    assert EligibilityCheck.objects.count() == 0


def test_a_dry_run_of_many_changes_nothing_and_names_each_refusal(officer, call, lan):
    good = make.submitted(lan, call)
    bad = make.submitted(make.applicant(Organisations.create()), call)
    make.opened(officer, call)
    actions.check_eligibility(
        actor=officer,
        dossier_id=bad.pk,
        verdicts={queries.checklist_of(bad)[0].id: ("not_met", "Thiếu")},
        at=make.AFTER,
    )
    given = {
        "actor": officer,
        "dossier_ids": [good.pk, bad.pk],
        "at": make.AFTER,
        "tick_open_lines": True,
    }
    dry = actions.confirm_many(dry_run=True, **given)
    assert [o.refusal is None for o in dry] == [True, False]
    assert {d.case.state for d in Dossier.objects.select_related("case")} == {
        "submitted"
    }
    actions.confirm_many(dry_run=False, **given)
    states = {d.pk: d.case.state for d in Dossier.objects.select_related("case")}
    assert states == {good.pk: "eligible", bad.pk: "submitted"}


def test_a_step_with_an_action_of_its_own_is_not_taken_by_the_side_door(
    officer, dossier
):
    with pytest.raises(StepNotAllowed):
        actions.step_dossier(
            actor=officer,
            dossier_id=dossier.pk,
            act=Act.DOSSIER_CONFIRM_ELIGIBLE,
            at=make.AFTER,
        )
    make.eligible(officer, dossier)
    council = actions.send_to_council(
        actor=officer, dossier_id=dossier.pk, at=make.AFTER, detail={"council": "c1"}
    )
    assert council.case.state == "in_council"


def test_an_official_who_is_party_to_a_dossier_does_not_judge_it(officer, call):
    host = Organisations.create()
    writer = make.applicant(host, Role.OFFICER)
    dossier = make.submitted(writer, call)
    make.opened(officer, call)
    left = replace(writer, member_of=frozenset())  # made it, then left the host
    for party in (writer, left):
        for act, said in (
            (actions.check_and_confirm, {}),
            (actions.reject_ineligible, {"reason": "Của tôi"}),
            (
                actions.request_supplement,
                {"what": "Bản in", "until": make.AFTER.date() + timedelta(days=9)},
            ),
            (actions.step_dossier, {"act": Act.DOSSIER_SEND_TO_COUNCIL}),
        ):
            with pytest.raises(AccessDenied):
                act(actor=party, dossier_id=dossier.pk, at=make.AFTER, **said)
    actions.check_and_confirm(actor=officer, dossier_id=dossier.pk, at=make.AFTER)
    assert all(
        line.verdict == "" for line in queries.eligibility(actor=left, dossier=dossier)
    )


def reviewed(dossier, regime):
    """The same dossier, concluded on by a council of another procedure."""
    version = active_version(regime)
    Case.objects.filter(pk=dossier.case_id).update(
        regime_version=version,
        regime_code=version.code,
        regime_sha256=version.sha256,
        stage="reviewed",
        state="reviewed",
    )
    return {"dossier_id": dossier.pk, "at": make.AFTER}


def test_costs_are_appraised_by_the_office_where_no_team_does_it(officer, dossier):
    said = reviewed(dossier, "nd268_2025")
    finance = person(Role.FINANCE)
    with pytest.raises(StepNotAllowed):
        actions.conclude_cost(actor=finance, **said)
    with pytest.raises(AccessDenied):  # the table names who sends it
        actions.send_to_cost_appraisal(actor=finance, **said)
    sent = actions.send_to_cost_appraisal(actor=officer, **said)
    assert sent.case.stage == "cost_appraisal"
    done = actions.conclude_cost(actor=finance, **said)
    assert done.case.stage == "cost_concluded"


def test_a_team_appraises_the_costs_where_the_procedure_has_one(officer, dossier):
    said = reviewed(dossier, "moit_2026")
    for act in (actions.send_to_cost_appraisal, actions.conclude_cost):
        with pytest.raises(StepNotAllowed) as refused:
            act(actor=officer, **said)
        assert refused.value.mend == (
            "Hãy thành lập tổ; kết luận của tổ chuyển bước hồ sơ."
        )
    assert Case.objects.get(pk=dossier.case_id).stage == "reviewed"
