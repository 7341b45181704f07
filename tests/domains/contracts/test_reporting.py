"""Reports are planned at the signing, written by the host, returned, accepted."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile

from opensti.domains.contracts import actions, queries
from opensti.domains.contracts.events import TermsChanged
from opensti.domains.contracts.models import Milestone, Report, ReportDue
from opensti.kernel.access import PUBLIC, SYSTEM, Role
from opensti.kernel.events import publish
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    Stale,
    StepNotAllowed,
)
from tests.factories import contracts as factory
from tests.factories import reports as report_factory
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db
AT = datetime(2027, 2, 8, 2, 0, tzinfo=UTC)
TODAY = AT.date()


def owed(contract):
    rows = ReportDue.objects.filter(contract=contract).order_by("due_on", "rule")
    return [(r.rule, r.number, r.due_on.isoformat(), r.state) for r in rows]


def the_first(funded, rule="progress"):
    return ReportDue.objects.get(contract=funded.contract, rule=rule, number=1)


def test_the_signing_plans_every_report_of_the_procedure():
    funded = factory.running()
    assert owed(funded.contract) == [
        ("annual", 2026, "2026-12-15", "due"),
        ("financial", 1, "2027-02-11", "due"),
        ("progress", 1, "2027-02-11", "due"),
        ("financial", 2, "2027-08-09", "due"),
        ("progress", 2, "2027-08-09", "due"),
        ("annual", 2027, "2027-12-15", "due"),
        ("financial", 3, "2028-02-07", "due"),
        ("progress", 3, "2028-02-07", "due"),
        ("financial", 4, "2028-08-07", "due"),
        ("progress", 4, "2028-08-07", "due"),
        ("final", 1, "2028-09-01", "due"),
    ]


def test_an_extension_plans_anew_and_leaves_what_was_handed_in():
    funded = factory.running()
    report_factory.submitted(funded, the_first(funded), at=AT)
    contract = funded.contract
    contract.ends_on = date(2029, 3, 1)
    contract.save()
    publish(TermsChanged(contract_id=contract.pk, terms_id=1, actor=SYSTEM, at=AT))
    after = owed(contract)
    assert ("progress", 1, "2027-02-11", "submitted") in after
    assert ("final", 1, "2029-03-01", "due") in after
    assert ("progress", 5, "2029-02-07", "due") in after


def test_a_report_begins_with_what_the_contract_says():
    funded = factory.running()
    report = actions.start_report(
        actor=funded.host, due_id=the_first(funded, "financial").pk, at=AT
    )
    lines = queries.budget_now(funded.contract.dossier_id).items.all()
    assert sum(row["planned"] for row in report.answers["money"]) == sum(
        line.amount for line in lines
    )
    progress = actions.start_report(
        actor=funded.host, due_id=the_first(funded).pk, at=AT
    )
    assert [row["planned"] for row in progress.answers["work"]] == ["Mốc 1", "Mốc 2"]
    assert [row["no"] for row in progress.answers["products"]] == [1]


def test_begun_twice_gives_what_is_there():
    funded = factory.running()
    first = actions.start_report(actor=funded.host, due_id=the_first(funded).pk, at=AT)
    again = actions.start_report(actor=funded.host, due_id=the_first(funded).pk, at=AT)
    assert first == again


def test_typing_is_kept_as_it_is_and_two_writers_do_not_overwrite_each_other():
    funded = factory.running()
    due = report_factory.begun(funded, the_first(funded), at=AT)
    answers = {
        **due.report.answers,
        "summary": "Đang làm",
        "spent_state_total": "nhiều",
    }
    said = {"actor": funded.host, "due_id": due.pk, "answers": answers, "at": AT}
    saved = actions.save_report(**said, expected_version=1)
    assert (saved.version, saved.answers["spent_state_total"]) == (2, "nhiều")
    with pytest.raises(Stale):
        actions.save_report(**said | {"answers": {}}, expected_version=1)
    assert Report.objects.get(due=due).answers == answers


def test_an_unfinished_report_is_not_handed_in_and_every_place_is_named():
    funded = factory.running()
    due = report_factory.begun(funded, the_first(funded), at=AT)
    with pytest.raises(Invalid) as refused:
        actions.submit_report(actor=funded.host, due_id=due.pk, at=AT)
    fields = {p.field for p in refused.value.problems}
    assert fields >= {"summary", "spent_state_total", "products.1.state", "work.1.done"}
    assert due.versions.count() == 0


def test_what_is_handed_in_is_a_version_with_its_digest_in_the_record():
    funded = factory.running()
    version = report_factory.submitted(funded, the_first(funded), at=AT)
    due = the_first(funded)
    assert (version.number, due.state, due.spent_state) == (
        1,
        "submitted",
        Decimal(100_000_000),
    )
    key = funded.contract.products.get().key
    assert due.product_states == {key: "in_progress"}
    entry = Entry.objects.filter(act="contracts.submit_report").latest("pk")
    assert version.sha256 in str(entry.__dict__)


def test_lines_that_do_not_add_up_are_refused_at_the_sum():
    funded = factory.running()
    due = report_factory.begun(funded, the_first(funded, "financial"), at=AT)
    answers = report_factory.financial(due.report.answers)
    answers["spent_state_total"] += 1
    report_factory.saved(funded, due, answers, at=AT)
    with pytest.raises(Invalid) as refused:
        actions.submit_report(actor=funded.host, due_id=due.pk, at=AT)
    assert [p.field for p in refused.value.problems] == ["spent_state_total"]


def test_a_report_is_not_handed_in_before_its_window_opens():
    funded = factory.running()
    due = report_factory.begun(funded, the_first(funded), at=AT)
    due.opens_on = TODAY + timedelta(days=1)
    due.save()
    report_factory.saved(
        funded, due, report_factory.progress(due.report.answers), at=AT
    )
    with pytest.raises(StepNotAllowed):
        actions.submit_report(actor=funded.host, due_id=due.pk, at=AT)


def test_a_returned_report_shows_its_marked_places_and_comes_again():
    funded = factory.running()
    due = the_first(funded)
    report_factory.submitted(funded, due, at=AT)
    due.refresh_from_db()
    returned = actions.return_report(
        actor=funded.officer,
        due_id=due.pk,
        remarks={"summary": "Nêu rõ khối lượng.", "": "Thiếu chữ ký.", "risks": " "},
        until=date(2027, 2, 20),
        at=AT,
        expected_version=due.version,
    )
    assert queries.remarks_now(returned) == {
        "summary": ["Nêu rõ khối lượng."],
        "": ["Thiếu chữ ký."],
    }
    answers = {**returned.report.answers, "summary": "Đã nêu rõ"}
    report_factory.saved(funded, returned, answers, at=AT)
    second = actions.submit_report(actor=funded.host, due_id=due.pk, at=AT)
    first, last = queries.versions_of(funded.officer, the_first(funded))
    assert (second, last.number) == (last, 2)
    assert (first.answers["summary"], last.answers["summary"]) == (
        report_factory.SUMMARY,
        "Đã nêu rõ",
    )
    assert queries.remarks_now(the_first(funded)) == {}


@pytest.mark.parametrize(
    ("remarks", "until", "fields"),
    [
        ({"": "  "}, None, [""]),
        ({"no_such": "x"}, None, ["no_such"]),
        ({"": "x"}, TODAY - timedelta(days=1), ["until"]),
        ({"summary": "x" * 2001}, None, ["summary"]),
    ],
)
def test_a_report_is_not_returned_without_saying_what_is_wrong(remarks, until, fields):
    funded = factory.running()
    due = the_first(funded)
    report_factory.submitted(funded, due, at=AT)
    with pytest.raises(Invalid) as refused:
        actions.return_report(
            actor=funded.officer,
            due_id=due.pk,
            remarks=remarks,
            until=until,
            at=AT,
            expected_version=the_first(funded).version,
        )
    assert [p.field for p in refused.value.problems] == fields
    assert the_first(funded).state == "submitted"


def test_accepting_counts_the_milestones_it_shows_as_reached():
    funded = factory.running()
    due = the_first(funded)
    reached = {"reached_on": "2027-02-01"}
    report_factory.submitted(funded, due, at=AT, first=reached)
    version = the_first(funded).version
    actions.accept_report(
        actor=funded.officer, due_id=due.pk, at=AT, expected_version=version
    )
    days = Milestone.objects.filter(contract=funded.contract).order_by("position")
    assert [m.reached_on for m in days] == [date(2027, 2, 1), None]
    with pytest.raises(Stale):
        actions.accept_report(
            actor=funded.officer, due_id=due.pk, at=AT, expected_version=version
        )


def test_a_file_of_an_earlier_version_stays_with_it():
    funded = factory.running()
    due = report_factory.begun(funded, the_first(funded), at=AT)
    kept = actions.attach_to_report(
        actor=funded.host,
        due_id=due.pk,
        field="annexes",
        file=ContentFile(b"%PDF-1.4\n%%EOF\n", name="phu-luc.pdf"),
        at=AT,
    )
    report_factory.submitted(funded, due, at=AT)
    due = the_first(funded)
    actions.return_report(
        actor=funded.officer,
        due_id=due.pk,
        remarks={"annexes": "Bản này mờ."},
        until=None,
        at=AT,
        expected_version=due.version,
    )
    actions.detach_from_report(
        actor=funded.host, due_id=due.pk, file_id=kept.public_id, at=AT
    )
    due = the_first(funded)
    (version,) = queries.versions_of(funded.officer, due)
    assert queries.report_files(due, due.report) == {}
    assert queries.version_files(due, version) == {"annexes": [kept]}


def test_who_writes_and_who_judges():
    funded = factory.running()
    due = the_first(funded)
    with pytest.raises(AccessDenied):
        actions.start_report(actor=funded.officer, due_id=due.pk, at=AT)
    for stranger in (funded.story.applicants[1], person(Role.EXPERT), PUBLIC):
        with pytest.raises(NotFound):
            actions.start_report(actor=stranger, due_id=due.pk, at=AT)
    report_factory.submitted(funded, due, at=AT)
    said = {"due_id": due.pk, "at": AT, "expected_version": the_first(funded).version}
    for judge in (funded.host, funded.finance, person(Role.AUDITOR)):
        with pytest.raises(AccessDenied):
            actions.accept_report(actor=judge, **said)
    money = the_first(funded, "financial")
    report_factory.submitted(funded, money, at=AT)
    money.refresh_from_db()
    accepted = actions.accept_report(
        actor=funded.finance, due_id=money.pk, at=AT, expected_version=money.version
    )
    assert accepted.state == "accepted"


def test_the_office_does_not_see_what_the_host_is_writing():
    funded = factory.running()
    due = report_factory.begun(funded, the_first(funded), at=AT)
    report_factory.saved(funded, due, {"summary": "Nháp bí mật"}, at=AT)
    assert queries.writing_of(funded.host, due).answers == {"summary": "Nháp bí mật"}
    for reader in (funded.officer, funded.leader, funded.finance, person(Role.AUDITOR)):
        assert queries.writing_of(reader, due) is None
        assert queries.versions_of(reader, due) == []


def test_the_officer_asks_for_one_report_more_and_finds_one_not_owed():
    funded = factory.running()
    said = {
        "actor": funded.officer,
        "contract_id": funded.contract.pk,
        "kind": "progress",
        "label_vi": "Báo cáo đột xuất",
        "covers_from": date(2027, 1, 1),
        "covers_to": date(2027, 3, 1),
        "due_on": date(2027, 3, 8),
        "ground": "Theo yêu cầu của Bộ trưởng.",
        "at": AT,
    }
    extra = actions.add_report(**said)
    assert (extra.form_code, extra.rule, extra.state) == ("BC-TIENDO", "", "due")
    for wrong, fields in (
        ({"ground": " "}, ["ground"]),
        ({"covers_to": date(2027, 1, 1)}, ["covers_to"]),
        ({"due_on": date(2026, 1, 1)}, ["due_on"]),
        ({"kind": "none"}, ["kind"]),
    ):
        with pytest.raises(Invalid) as refused:
            actions.add_report(**said | wrong)
        assert [p.field for p in refused.value.problems] == fields
    with pytest.raises(AccessDenied):
        actions.add_report(**said | {"actor": funded.host})
    first = the_first(funded)
    dropped = actions.drop_report(
        actor=funded.officer,
        due_id=first.pk,
        reason="Đã gộp vào báo cáo năm.",
        at=AT,
        expected_version=first.version,
    )
    assert dropped.state == "dropped"
    contract = funded.contract
    publish(TermsChanged(contract_id=contract.pk, terms_id=1, actor=SYSTEM, at=AT))
    assert the_first(funded).state == "dropped"
