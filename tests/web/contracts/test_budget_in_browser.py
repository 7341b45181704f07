"""In a real browser: the budget's trail and the draft, on a desktop and a phone, without a barrier."""

from __future__ import annotations

import os

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import reverse
from playwright.sync_api import sync_playwright

from opensti.domains.contracts import actions
from opensti.domains.contracts.problem.asking import budget_basis
from tests.chromium import CHROMIUM, FLAGS
from tests.domains.contracts.test_trail import AT, cut_by
from tests.factories import portfolios as round_factory
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


@pytest.mark.parametrize(("language", "width"), [("vi", 1280), ("en", 390)])
def test_no_page_has_a_barrier_or_speaks_the_other_language(
    chromium, live_server, client_of, language, width
):
    story = round_factory.judged("90", "60")
    dossier = story.dossiers[0]
    actions.propose_budget(
        actor=story.officer,
        dossier_id=dossier.pk,
        based_on=1,
        lines=cut_by(budget_basis(dossier).lines),
        at=AT,
    )
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

    def look(name, *args, query=""):
        url = reverse(f"contracts:{name}", args=args) + query
        page.goto(live_server.url + url)
        glance = page.evaluate(GLANCE)
        faults = [t for t in glance["said"] if amiss(" ".join(t.split()), language)]
        if glance["wide"] > 0:
            faults.append(f"{glance['wide']} px too wide")
        page.evaluate(AXE_SCRIPT)
        faults += page.evaluate(AXE)
        if folder := os.environ.get("OPENSTI_SHOTS"):
            place = f"{folder}/{name}-{'-'.join(args[1:])}-{language}.png"
            page.screenshot(path=place, full_page=True)
        found.extend(f"{url}: {fault}" for fault in faults)

    signed_in(story.officer)
    look("dossier_budget", dossier.public_id)
    look("budget_edit", dossier.public_id, "appraise")
    page.click("button[name=check]")
    round_factory.released(story)
    contract = dossier.contract
    look("budget", contract.public_id, query="?v=1&v=2&changed=1")
    for section in ("main", "milestones", "products", "instalments"):
        look("edit_section", contract.public_id, section)
    context.close()
    assert found == []
