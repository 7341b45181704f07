"""In a real browser: reports, checks, lights and calendar, without a barrier."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate, now
from playwright.sync_api import sync_playwright

from opensti.domains.contracts import actions
from opensti.domains.contracts.actions import Found, Member
from opensti.domains.contracts.models import ReportDue
from tests.chromium import CHROMIUM, FLAGS
from tests.factories import contracts as factory
from tests.factories import reports as report_factory
from tests.journeys.barriers import AXE, GLANCE
from tests.journeys.wording import amiss

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # whitenoise says so before anybody collected the static files
    pytest.mark.filterwarnings("ignore:No directory at"),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]


@pytest.fixture(scope="module")
def chromium():
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # its loop runs in this thread, where Django would refuse its database
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


def written(funded):
    """A report handed in twice and returned twice, figures handed in, a check held."""
    at = now()
    dues = ReportDue.objects.filter(contract=funded.contract)
    due = dues.get(rule="progress", number=1)
    report_factory.submitted(funded, due, at=at)
    for text in ("Nêu khối lượng.", "Thiếu chữ ký."):
        due.refresh_from_db()
        if due.state == "returned":
            answers = due.report.answers | {"summary": "Đã nêu rõ khối lượng"}
            report_factory.saved(funded, due, answers, at=at)
            actions.submit_report(actor=funded.host, due_id=due.pk, at=at)
            due.refresh_from_db()
        actions.return_report(
            actor=funded.officer,
            due_id=due.pk,
            remarks={"": text, "summary": text, "work": text, "annexes": text},
            until=localdate() + timedelta(days=9),
            at=at,
            expected_version=due.version,
        )
    figures = dues.get(rule="financial", number=1)
    report_factory.submitted(funded, figures, at=at)
    check = actions.plan_check(
        actor=funded.officer,
        contract_id=funded.contract.pk,
        planned_on=localdate(),
        team=[Member(name="Nguyễn Văn A", capacity="Trưởng đoàn")],
        reason="Kiểm tra định kỳ.",
        at=at,
    )
    actions.refresh_lights(at=at + timedelta(days=300))
    return due, figures, check


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_page_has_a_barrier_or_speaks_the_other_language(
    chromium, live_server, client_of, language, width
):
    with transaction.atomic():
        funded = factory.running()
    due, figures, check = written(funded)
    context = chromium.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    found = []

    def signed_in(actor):
        client = client_of(actor)
        context.add_cookies(
            [
                {"name": name, "value": value, "url": live_server.url}
                for name, value in (
                    ("sessionid", client.cookies["sessionid"].value),
                    ("django_language", language),
                )
            ]
        )

    def look(name, *args):
        url = reverse(f"contracts:{name}", args=args)
        page.goto(live_server.url + url)
        glance = page.evaluate(GLANCE)
        faults = [t for t in glance["said"] if amiss(" ".join(t.split()), language)]
        if glance["wide"] > 0:
            faults.append(f"{glance['wide']} px too wide")
        page.evaluate(AXE_SCRIPT)
        faults += page.evaluate(AXE)
        found.extend(f"{url}: {fault}" for fault in faults)

    contract = funded.contract.public_id
    signed_in(funded.officer)
    for name in ("contracts", "dashboard", "all_reports", "calendar"):
        look(name)
    for name in ("contract", "reports", "report_add", "checks", "check_new"):
        look(name, contract)
    look("report", contract, due.public_id)
    look("report_compare", contract, due.public_id)
    look("report", contract, figures.public_id)
    look("report_return", contract, figures.public_id)
    look("check", contract, check.public_id)
    look("check_hold", contract, check.public_id)
    actions.hold_check(
        actor=funded.officer,
        check_id=check.pk,
        held_on=localdate(),
        host_side="Trần B",
        content="Xem dây chuyền.",
        opinion="Đồng ý.",
        conclusion="Đạt yêu cầu.",
        findings=[Found(severity="major", text="Thiếu nhật ký.", mend_by=localdate())],
        at=now(),
        expected_version=1,
    )
    look("check", contract, check.public_id)
    signed_in(funded.host)
    look("report_edit", contract, due.public_id)
    look("check_finding", contract, check.public_id, 1)
    look("calendar")
    context.close()
    assert found == []
