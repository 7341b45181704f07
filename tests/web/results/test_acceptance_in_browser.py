"""In a real browser: acceptance from assessment to registration, without a barrier."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import reverse
from playwright.sync_api import sync_playwright

from opensti.domains.results import actions
from tests.chromium import CHROMIUM, FLAGS
from tests.factories import acceptance as factory
from tests.journeys.barriers import AXE, GLANCE
from tests.journeys.wording import amiss

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # whitenoise says so before anybody collected the static files
    pytest.mark.filterwarnings("ignore:No directory at"),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]
OPEN = """() => document.querySelectorAll("main details:not([data-menu])").forEach(
  one => { one.open = true; })"""
SHOTS = os.environ.get("SHOTS", "")


@pytest.fixture(scope="module")
def chromium():
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # its loop runs in this thread, where Django would refuse its database
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.mark.parametrize(("language", "width"), [("vi", 390), ("en", 1280)])
def test_no_page_has_a_barrier_or_speaks_the_other_language(
    chromium, live_server, client_of, language, width
):
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
        url = reverse(name, args=args)
        page.goto(live_server.url + url)
        page.evaluate(OPEN)
        glance = page.evaluate(GLANCE)
        faults = [t for t in glance["said"] if amiss(" ".join(t.split()), language)]
        if glance["wide"] > 0:
            faults.append(f"{glance['wide']} px too wide")
        page.evaluate(AXE_SCRIPT)
        faults += page.evaluate(AXE)
        found.extend(f"{url}: {fault}" for fault in faults)
        if SHOTS:
            name = f"{name.replace(':', '-')}-{language}-{len(os.listdir(SHOTS))}.png"
            page.screenshot(path=str(Path(SHOTS) / name), full_page=True)

    work = factory.drafted(factory.running("moit_2014"))
    public_id = work.acceptance.public_id
    signed_in(work.host)
    look("results:assessment", public_id)
    actions.assess_self(
        actor=work.host, acceptance_id=work.acceptance.pk, at=factory.ASSESSED
    )
    look("results:base_council", public_id)
    factory.submitted(factory.passed(work))
    signed_in(work.officer)
    look("results:acceptances")
    look("results:acceptance", public_id)
    council, members = factory.council_of(work)
    item = factory.item_of(council)
    signed_in(members[5])
    look("panels:item", item.public_id)
    look("results:work", item.public_id)
    look("panels:ballot", item.public_id)
    for member in members:
        factory.rated(work, item, member, "fail")
    factory.counted(work, council)
    signed_in(work.officer)
    look("panels:results", council.public_id)
    look("results:of_contract", work.contract.public_id)
    context.close()
    assert found == []
