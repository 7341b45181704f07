"""In a real browser: papers and approval have no barrier and fit a phone."""

from __future__ import annotations

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import reverse
from playwright.sync_api import sync_playwright

from opensti.domains.contracts import actions
from tests.chromium import CHROMIUM, FLAGS
from tests.factories import contract_papers as papers
from tests.factories import signatures
from tests.journeys.barriers import AXE, GLANCE

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # whitenoise says so before anybody collected the static files
    pytest.mark.filterwarnings("ignore:No directory at"),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]
LONG = "Siêu" * 60


def test_no_page_of_papers_has_a_barrier_or_is_wider_than_a_phone(
    live_server, client_of, monkeypatch
):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    funded = papers.ready()
    papers.send(funded, remark=LONG)
    actions.return_to_draft(
        actor=funded.finance,
        contract_id=funded.contract.pk,
        reason=LONG,
        marks=[{"place": "days", "text": LONG}],
        at=papers.AFTER,
    )
    contract = funded.again()
    contract.objectives = LONG
    contract.save()
    papers.send(funded)
    broken = signatures.overwritten(signatures.signed_pdf())
    found = []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        found += looked_at(chromium, live_server, client_of(funded.finance), funded)
        papers.approve(funded, funded.finance)
        papers.approve(funded, funded.leader)
        papers.keep_signed(funded, broken, scanned=True, title=LONG[:200])
        found += looked_at(chromium, live_server, client_of(funded.officer), funded)
        chromium.close()
    assert found == []


def looked_at(chromium, live_server, client, funded):
    found = []
    for language, width in (("vi", 1280), ("en", 390)):
        context = chromium.new_context(viewport={"width": width, "height": 900})
        context.add_cookies(
            [
                {"name": name, "value": value, "url": live_server.url}
                for name, value in (
                    ("sessionid", client.cookies["sessionid"].value),
                    ("django_language", language),
                )
            ]
        )
        page = context.new_page()
        for name in ("approval", "papers"):
            address = reverse(f"contracts:{name}", args=[funded.contract.public_id])
            page.goto(live_server.url + address)
            faults = []
            if (wide := page.evaluate(GLANCE)["wide"]) > 0:
                faults.append(f"{wide} px too wide")
            page.evaluate(AXE_SCRIPT)
            faults += page.evaluate(AXE)
            found += [f"{name} {language} {width}: {fault}" for fault in faults]
        context.close()
    return found
