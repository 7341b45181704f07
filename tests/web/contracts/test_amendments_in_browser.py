"""In a real browser: pages of amendments and endings have no barrier, in either language."""

from __future__ import annotations

import os

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import reverse
from playwright.sync_api import sync_playwright

from tests.chromium import CHROMIUM, FLAGS
from tests.factories import amendments as factory
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
    funded = factory.running()
    factory.paid(funded)
    factory.decided(factory.asked(funded, "extend", months=3), funded.leader)
    factory.asked(funded, "name", title_vi="Tên mới", title_en="New name")
    factory.ending(funded)
    factory.found(funded, unmet="no_fraud")
    context = chromium.new_context(viewport={"width": width, "height": 900})
    page, found = context.new_page(), []

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
        assert page.goto(live_server.url + url).ok, url
        glance = page.evaluate(GLANCE)
        if glance["wide"] > 0:
            found.append(f"{url}: {glance['wide']} px wider than the screen")
        found.extend(
            f"{url}: “{text}”"
            for text in glance["said"]
            if amiss(" ".join(text.split()), language)
        )
        page.evaluate(AXE_SCRIPT)
        found.extend(f"{url}: {fault}" for fault in page.evaluate(AXE))
        if shots := os.environ.get("OPENSTI_SHOTS"):
            kept = f"{name}-{len(args)}-{language}.png"
            page.screenshot(path=f"{shots}/{kept}", full_page=True)

    public_id = funded.contract.public_id
    signed_in(funded.officer)
    look("amendments", public_id)
    look("amendment", public_id, 1)
    look("terms", public_id, query="?on=2027-04-01")
    signed_in(funded.leader)
    look("amendment", public_id, 2)
    look("ending", public_id)
    factory.ended(funded, risk_accepted=False)
    look("ending", public_id)
    look("owing")
    context.close()
    assert found == []


def test_a_form_to_ask_by_has_no_barrier(chromium, live_server, client_of):
    funded = factory.running()
    client = client_of(funded.officer)
    context = chromium.new_context(viewport={"width": 390, "height": 900})
    context.add_cookies(
        [
            {
                "name": "sessionid",
                "value": client.cookies["sessionid"].value,
                "url": live_server.url,
            }
        ]
    )
    page = context.new_page()
    url = reverse("contracts:amendment_new", args=[funded.contract.public_id])
    kinds = "&".join(
        f"kind={kind}"
        for kind in ("extend", "leader", "product", "content", "budget_transfer")
    )
    assert page.goto(f"{live_server.url}{url}?{kinds}").ok
    page.evaluate(AXE_SCRIPT)
    assert page.evaluate(AXE) == []
    assert page.evaluate(GLANCE)["wide"] <= 0
    if shots := os.environ.get("OPENSTI_SHOTS"):
        page.screenshot(path=f"{shots}/ask.png", full_page=True)
    context.close()
