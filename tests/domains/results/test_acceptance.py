"""The way of finished work: assessed, handed in, judged, reworked or failed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from opensti.domains.contracts.actions.acting import write_terms
from opensti.domains.results import actions, queries
from opensti.domains.results.models import (
    Acceptance,
    BaseCouncil,
    HandedIn,
    ProductVerdict,
)
from opensti.domains.results.problem import Assessment, digest, quantity_of
from opensti.kernel.access import PUBLIC, SYSTEM, Role
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    Stale,
    StepNotAllowed,
)
from tests.factories import acceptance as factory
from tests.factories import panels as panel_factory
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db


def fields(refused):
    return [p.field for p in refused.value.problems]


# ---- the host's own word


def test_a_draft_is_kept_as_it_is_typed_and_two_windows_do_not_overwrite_each_other():
    work = factory.running()
    said = factory.said(work, delivered="mười hai", quality="")
    kept = actions.save_assessment(
        actor=work.host,
        acceptance_id=work.acceptance.pk,
        said=said,
        at=factory.ASSESSED,
    )
    assert (kept.draft["products"][work.keys[0]]["delivered"], kept.draft_version) == (
        "mười hai",
        1,
    )
    with pytest.raises(Stale):
        actions.save_assessment(
            actor=work.host,
            acceptance_id=work.acceptance.pk,
            said=factory.said(work),
            at=factory.ASSESSED,
            expected_version=0,
        )


def test_an_assessment_says_everything_of_every_product_and_shows_its_report():
    work = factory.running()
    first, second = work.keys
    with pytest.raises(Invalid) as refused:
        actions.assess_self(
            actor=work.host,
            acceptance_id=work.acceptance.pk,
            said=Assessment(products={}),
            at=factory.ASSESSED,
        )
    assert fields(refused) == [
        f"quality-{first}",
        f"quantity-{first}",
        f"delivered-{first}",
        f"text-{first}",
        f"quality-{second}",
        f"text-{second}",
        "report",
        "file",
    ]
    assert work.state == "awaited"
    factory.assessed(work)
    assert work.state == "at_base"


def test_only_the_host_assesses_and_only_whoever_knows_the_contract_knows_of_it():
    work = factory.running()
    for actor, refusal in (
        (work.officer, AccessDenied),
        (work.funded.story.applicants[1], NotFound),
        (panel_factory.expert(), NotFound),
        (person(Role.SECRETARY), NotFound),
        (PUBLIC, NotFound),
    ):
        with pytest.raises(refusal):
            actions.save_assessment(
                actor=actor,
                acceptance_id=work.acceptance.pk,
                said=factory.said(work),
                at=factory.ASSESSED,
            )
        assert queries.acceptances(actor).exists() == (refusal is AccessDenied)
    assert work.again().draft == {}


def enter(work, *, passed=True, actor=None, **changed):
    return actions.enter_base_council(
        actor=actor or work.host,
        acceptance_id=work.acceptance.pk,
        word=factory.base_word(**changed),
        passed=passed,
        at=factory.HANDED_IN,
    )


def test_the_votes_of_the_hosts_council_make_its_level_in_exact_fractions():
    work = factory.assessed(factory.running())
    with pytest.raises(Invalid) as refused:
        enter(work, level="excellent")  # 1 of 5 is not three quarters
    assert fields(refused) == ["level"]
    made = enter(work, votes={"excellent": 4, "pass": 1})
    assert (made.level, made.passed, work.again().case.stage) == (
        "excellent",
        True,
        "base_passed",
    )


def test_what_the_hosts_council_did_not_pass_goes_back():
    work = factory.assessed(factory.running())
    with pytest.raises(Invalid) as refused:
        enter(work, votes={"fail": 3, "pass": 2})
    assert fields(refused) == ["level"]
    with pytest.raises(Invalid) as refused:
        enter(work, passed=False, votes={"fail": 3, "pass": 2})
    assert fields(refused) == ["conclusion"]
    enter(work, passed=False, votes={"fail": 3}, conclusion="Đo lại hiệu suất.")
    assert work.state == "awaited"
    assert [b.passed for b in queries.base_councils(work.host, work.acceptance)] == [
        False
    ]


def test_more_votes_than_members_and_nameless_councils_are_refused():
    work = factory.assessed(factory.running())
    with pytest.raises(Invalid) as refused:
        enter(work, votes={"pass": 6})
    assert fields(refused) == ["votes"]
    with pytest.raises(Invalid) as refused:
        enter(work, members=[], met_on=date(2029, 1, 1), decision_number=" ")
    assert set(fields(refused)) == {"decision_number", "met_on", "members", "votes"}
    assert not BaseCouncil.objects.exists()


# ---- the dossier


def test_the_dossier_is_kept_whole_with_its_digest():
    work = factory.handed_in()
    (handed,) = queries.dossiers_handed_in(work.officer, work.acceptance)
    first = handed.content["products"][0]
    assert (
        first["promised"],
        first["delivered"],
        handed.content["base"]["level"],
        handed.content["late"],
        handed.sha256,
    ) == ("12", "12", "pass", False, digest(handed.content))
    assert [f["kind"] for f in handed.content["files"]] == ["report", "base_minutes"]
    assert work.state == "submitted"


def test_the_papers_that_the_procedure_names_are_parts_of_the_dossier():
    work = factory.running("moit_2014")
    factory.assessed(work)
    factory.passed(work)
    first = factory.submitted(work).again()
    factory.returned(work, factory.HANDED_IN + timedelta(days=1))
    (letter,) = queries.dossier_parts(first)
    kept = actions.add_evidence(
        actor=work.host,
        acceptance_id=work.acceptance.pk,
        file=factory.paper("cong-van.pdf"),
        kind=letter.kind,
        at=factory.HANDED_IN + timedelta(days=2),
    )
    factory.submitted(work, factory.HANDED_IN + timedelta(days=3))
    said = {
        "code": "B29-CVNT",
        "title_vi": "Công văn đề nghị nghiệm thu",
        "title_en": "Letter asking for acceptance",
    }
    assert [
        handed.content["parts"]
        for handed in HandedIn.objects.filter(acceptance=first).order_by("number")
    ] == [[said | {"files": []}], [said | {"files": [kept.public_id]}]]


def test_no_paper_is_a_part_of_the_dossier_that_the_procedure_does_not_name():
    work = factory.drafted(factory.running("nd268_2025"))
    assert queries.dossier_parts(work.again()) == []
    with pytest.raises(Invalid) as refused:
        actions.add_evidence(
            actor=work.host,
            acceptance_id=work.acceptance.pk,
            file=factory.paper(),
            kind="part-B29-CVNT",
            at=factory.ASSESSED,
        )
    assert [p.field for p in refused.value.problems] == ["kind"]


def test_a_returned_dossier_says_where_and_comes_back_as_another_version():
    work = factory.handed_in()
    with pytest.raises(Invalid):
        actions.return_acceptance(
            actor=work.officer,
            acceptance_id=work.acceptance.pk,
            reason=" ",
            at=factory.FORMED,
        )
    actions.return_acceptance(
        actor=work.officer,
        acceptance_id=work.acceptance.pk,
        reason="Thiếu kết quả đo.",
        marks=[("Dây chuyền", "Chưa có biên bản đo."), ("", " ")],
        at=factory.FORMED,
    )
    (handed,) = queries.dossiers_handed_in(work.host, work.acceptance)
    assert handed.marks == [{"place": "Dây chuyền", "text": "Chưa có biên bản đo."}]
    actions.submit_acceptance(
        actor=work.host, acceptance_id=work.acceptance.pk, at=factory.FORMED
    )
    assert [
        h.number for h in queries.dossiers_handed_in(work.host, work.acceptance)
    ] == [
        2,
        1,
    ]


def test_handing_in_twice_is_once():
    work = factory.handed_in()
    actions.submit_acceptance(
        actor=work.host, acceptance_id=work.acceptance.pk, at=factory.HANDED_IN
    )
    assert HandedIn.objects.count() == 1


def test_a_dossier_before_a_council_is_not_returned():
    work = factory.handed_in()
    actions.form_acceptance_council(
        actor=work.officer,
        acceptance_id=work.acceptance.pk,
        title_vi="Hội đồng",
        secretary_id=work.funded.story.office.secretary.user_id,
        at=factory.FORMED,
    )
    with pytest.raises(StepNotAllowed):
        actions.return_acceptance(
            actor=work.officer,
            acceptance_id=work.acceptance.pk,
            reason="Thiếu.",
            at=factory.FORMED,
        )
    with pytest.raises(Invalid):  # and no second council on it
        actions.form_acceptance_council(
            actor=work.officer,
            acceptance_id=work.acceptance.pk,
            title_vi="Hội đồng 2",
            at=factory.FORMED,
        )


# ---- not accepted: rework once, or failed


def asked(work, *, until=None, at=None):
    at = at or factory.COUNTED
    return actions.ask_rework(
        actor=work.officer,
        acceptance_id=work.acceptance.pk,
        reason="Đo lại hiệu suất thu hồi.",
        until=until or (at + timedelta(days=90)).date(),
        at=at,
    )


def failed_once():
    work = factory.handed_in()
    factory.judged(work, *["fail"] * 7)
    return work


def test_rework_has_a_last_day_within_the_rule_and_is_judged_by_a_new_council():
    work = failed_once()
    with pytest.raises(Invalid) as refused:
        asked(work, until=date(2029, 6, 1))
    assert fields(refused) == ["until"]
    asked(work)
    assert (work.state, work.again().rework_times) == ("rework", 1)
    again = factory.COUNTED + timedelta(days=30)
    actions.submit_acceptance(
        actor=work.host, acceptance_id=work.acceptance.pk, at=again
    )
    factory.judged(work, *["pass"] * 7, at=again + timedelta(days=1))
    assert (work.state, work.again().rating) == ("accepted", "pass")
    rounds = ProductVerdict.objects.order_by("round", "position")
    assert [(v.round, v.level) for v in rounds] == [
        (1, "fail"),
        (1, "fail"),
        (2, "pass"),
        (2, "pass"),
    ]


def test_it_is_judged_anew_at_most_once():
    work = failed_once()
    asked(work)
    again = factory.COUNTED + timedelta(days=30)
    actions.submit_acceptance(
        actor=work.host, acceptance_id=work.acceptance.pk, at=again
    )
    factory.judged(work, *["fail"] * 7, at=again + timedelta(days=1))
    with pytest.raises(StepNotAllowed):
        asked(work, at=again + timedelta(days=30))
    with pytest.raises(StepNotAllowed):  # nor by another council on the same dossier
        actions.form_acceptance_council(
            actor=work.officer,
            acceptance_id=work.acceptance.pk,
            title_vi="Hội đồng thứ ba",
            at=again + timedelta(days=30),
        )
    assert work.state == "in_council"


def test_where_the_rule_says_so_an_extended_contract_is_not_reworked():
    work = factory.handed_in("moit_2014")
    factory.judged(work, *["fail"] * 7)
    assert queries.no_rework_because(work.again()) == ""
    contract = work.funded.again()
    contract.ends_on = date(2028, 12, 1)
    contract.save()
    write_terms(
        SYSTEM,
        contract,
        in_force_from=date(2028, 5, 1),
        at=factory.ASSESSED,
        reason="Gia hạn",
    )
    with pytest.raises(StepNotAllowed):
        asked(work)
    assert work.state == "in_council"


def test_work_that_failed_takes_its_contract_along():
    work = failed_once()
    actions.fail_acceptance(
        actor=work.officer,
        acceptance_id=work.acceptance.pk,
        reason="Không đạt.",
        at=factory.COUNTED,
    )
    assert (work.state, work.funded.again().case.state) == ("failed", "failed")


def test_nobody_concludes_before_the_council():
    work = factory.handed_in()
    for act in (
        lambda: asked(work),
        lambda: actions.fail_acceptance(
            actor=work.officer,
            acceptance_id=work.acceptance.pk,
            reason="Không đạt.",
            at=factory.COUNTED,
        ),
        lambda: actions.accept_on_evidence(
            actor=work.officer,
            acceptance_id=work.acceptance.pk,
            findings={},
            level="pass",
            at=factory.COUNTED,
        ),
    ):
        with pytest.raises(StepNotAllowed):
            act()
    assert work.state == "submitted"


def test_a_task_fails_for_lateness_only_after_the_day_the_rule_names():
    work = factory.running("moit_2014")
    last = queries.last_day_in_time(work.again())
    assert last == date(2029, 3, 1)

    def fail(day):
        return actions.fail_acceptance(
            actor=work.officer,
            acceptance_id=work.acceptance.pk,
            reason="Chậm hơn 6 tháng.",
            at=datetime(
                day.year, day.month, day.day, 3, tzinfo=factory.ASSESSED.tzinfo
            ),
        )

    with pytest.raises(StepNotAllowed):
        fail(last)
    fail(last + timedelta(days=1))
    assert work.state == "failed"


def test_the_time_of_rework_ends():
    work = failed_once()
    asked(work, until=factory.COUNTED.date() + timedelta(days=10))
    late = factory.COUNTED + timedelta(days=11)
    with pytest.raises(StepNotAllowed):
        actions.submit_acceptance(
            actor=work.host, acceptance_id=work.acceptance.pk, at=late
        )
    actions.fail_acceptance(
        actor=work.officer, acceptance_id=work.acceptance.pk, reason="Quá hạn.", at=late
    )
    assert work.state == "failed"


# ---- without a council


def test_without_a_council_the_office_concludes_on_the_evidence_of_each_item():
    work = factory.handed_in("nd268_2025")
    first, second = work.keys
    with pytest.raises(StepNotAllowed):
        actions.form_acceptance_council(
            actor=work.officer,
            acceptance_id=work.acceptance.pk,
            title_vi="Hội đồng",
            at=factory.FORMED,
        )

    def accept(findings, level="pass", actor=None):
        return actions.accept_on_evidence(
            actor=actor or work.officer,
            acceptance_id=work.acceptance.pk,
            findings=findings,
            level=level,
            at=factory.FORMED,
        )

    one = {first: actions.Finding(level="pass", remark="Đủ 12 bộ.")}
    with pytest.raises(Invalid) as refused:
        accept(one, level="fail")
    assert fields(refused) == [f"level-{second}", "level"]
    with pytest.raises(AccessDenied):
        accept(one, actor=work.host)
    accept(one | {second: actions.Finding(level="excellent")})
    lines = queries.product_lines(
        work.officer, work.again(), queries.latest_dossier(work.acceptance)
    )
    assert [(li.promised, li.delivered, li.level) for li in lines] == [
        ("12", "12", "Đạt"),
        ("", "", "Xuất sắc"),
    ]
    assert ProductVerdict.objects.first().delivered == Decimal(12)


def test_without_a_council_nothing_is_concluded_without_a_finding_on_each_item():
    work = factory.handed_in("nd268_2025")
    told = {
        "actor": work.officer,
        "acceptance_id": work.acceptance.pk,
        "reason": "Thiếu chứng cứ.",
        "at": factory.FORMED,
    }
    with pytest.raises(Invalid) as failed:
        actions.fail_acceptance(**told)
    with pytest.raises(Invalid) as sent_back:
        actions.ask_rework(**told, until=factory.COUNTED.date())
    missing = [f"level-{key}" for key in work.keys]
    assert [
        [p.field for p in refused.value.problems] for refused in (failed, sent_back)
    ] == [missing, missing]
    assert (work.state, ProductVerdict.objects.count()) == ("submitted", 0)


def test_an_official_who_is_party_to_the_task_does_not_act_on_its_acceptance():
    work = factory.handed_in()
    party = person(Role.OFFICER, manages=frozenset({work.contract.host_id}))
    assert Acceptance.objects.filter(pk=work.acceptance.pk).exists()
    with pytest.raises(AccessDenied):
        actions.return_acceptance(
            actor=party,
            acceptance_id=work.acceptance.pk,
            reason="Thiếu.",
            at=factory.FORMED,
        )


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("12", Decimal(12)),
        (" 1,5 ", Decimal("1.5")),
        ("0", Decimal(0)),
        ("-1", None),
        ("1e3", Decimal(1000)),
        ("NaN", None),
        ("1,2345", None),
        ("mười", None),
        ("", None),
    ],
)
def test_quantities_are_read_as_people_write_them(typed, read):
    assert quantity_of(typed) == read
