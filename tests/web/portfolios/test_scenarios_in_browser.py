"""In a real browser: pages of scenarios have no barrier, fit the screen, keep to a language."""

from __future__ import annotations

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import reverse
from playwright.sync_api import sync_playwright

from opensti.domains.portfolios.models import Decision
from tests.chromium import CHROMIUM, FLAGS
from tests.factories import portfolios as factory
from tests.journeys.barriers import AXE, GLANCE
from tests.journeys.wording import amiss

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # whitenoise says so before anybody collected the static files
    pytest.mark.filterwarnings("ignore:No directory at"),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]
MONEY = 2_000_000_000


@pytest.fixture(scope="module")
def chromium():
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # its loop runs in this thread, where Django would refuse its database
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def at_work(chromium, live_server, client_of):
    """The page of somebody signed in, in one language, at a screen of one width."""
    opened = []

    def sits_down(actor, language, width):
        client = client_of(actor)
        context = chromium.new_context(viewport={"width": width, "height": 900})
        opened.append(context)
        context.add_cookies(
            [
                {"name": name, "value": value, "url": live_server.url}
                for name, value in (
                    ("sessionid", client.cookies["sessionid"].value),
                    ("django_language", language),
                )
            ]
        )
        return context.new_page()

    yield sits_down
    for context in opened:
        context.close()


def walk(story):
    """Addresses of every page of scenarios, each in a state that shows most of it."""
    round_ = factory.laid_out(story)
    rules = {
        "budgets": {"state": 2 * MONEY},
        "ceilings": [{"per": "organisation", "at_most": 2}],
        "shares": [{"where": {"young_leader": ["no"]}, "at_most": 1}],
        "reserve": 1,
    }
    done = factory.computed(story, round_, rules=rules)
    void = factory.computed(
        story, round_, rules={"budgets": {"state": MONEY}, "at_least": 2}
    )
    drawn = factory.scenario(story, round_, ties="draw", seed_source="XSMB 1/8/2026")
    forward = factory.put_forward(story, round_)
    one = reverse("portfolios:scenario", args=[done.public_id])
    decision = Decision.objects.filter(round=round_).earliest("pk")
    numbers = f"?s={done.number}&s={forward.number}"
    return [
        reverse("portfolios:round", args=[round_.public_id]),
        reverse("portfolios:scenarios", args=[round_.public_id]),
        reverse("portfolios:scenario_new", args=[round_.public_id]),
        reverse("portfolios:scenario_edit", args=[drawn.public_id]) + "?as=text",
        f"{one}?stop=150&change=budgets.state&value=6000000000",
        f"{one}?state=left&sort=cost",
        reverse("portfolios:scenario", args=[void.public_id]),
        reverse("portfolios:scenario", args=[drawn.public_id]),
        reverse("portfolios:scenario", args=[forward.public_id]),
        reverse("portfolios:compare", args=[round_.public_id]) + numbers,
        reverse("portfolios:lock", args=[decision.public_id]),
    ]


def test_no_page_of_scenarios_has_a_barrier_or_words_of_another_language(
    at_work, live_server
):
    story = factory.judged("90", "85", "80", orders=3)
    addresses = walk(story)
    found = []
    for language, width in (("vi", 1280), ("en", 390)):
        page = at_work(story.officer, language, width)
        for address in addresses:
            page.goto(live_server.url + address)
            glance = page.evaluate(GLANCE)
            faults = [t for t in glance["said"] if amiss(" ".join(t.split()), language)]
            if glance["wide"] > 0:
                faults.append(f"{glance['wide']} px too wide")
            page.evaluate(AXE_SCRIPT)
            faults += page.evaluate(AXE)
            found += [f"{address} {language} {width}: {fault}" for fault in faults]
    assert found == []


def test_the_slider_moves_the_marks_of_the_list(at_work, live_server):
    story = factory.judged("90", "85", "80", orders=3)
    round_ = factory.laid_out(story)
    done = factory.computed(story, round_, rules={"budgets": {"state": 2 * MONEY}})
    page = at_work(story.officer, "vi", 1280)
    page.goto(live_server.url + reverse("portfolios:scenario", args=[done.public_id]))
    last = story.dossiers[2].code
    row = page.locator(f'[id="ranked-{last}"]')
    assert row.get_attribute("data-change") is None
    page.locator("#budget-range").focus()
    page.keyboard.press("End")
    page.wait_for_function(
        "code => document.getElementById(`ranked-${code}`).dataset.change === 'enters'",
        arg=last,
    )
    page.wait_for_url("**stop=150**")
