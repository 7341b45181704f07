"""In a real browser: advice beside rulings, and its counts in the open, without a barrier."""

from __future__ import annotations

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import reverse
from playwright.sync_api import sync_playwright

from opensti.domains.portfolios import actions
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


def drawn(story):
    """A round in which a lot decided between equals and one ruling is not as advised."""
    round_ = factory.laid_out(story)
    scenario = factory.scenario(
        story,
        round_,
        ties="draw",
        seed_source="XSMB 1/8/2026",
        rules={"budgets": {"state": 2 * MONEY}},
    )
    told = {"actor": story.officer, "scenario_id": scenario.pk, "at": factory.LAID_OUT}
    actions.commit_draw(**told)
    actions.ask_scenario(**told, said="12345")
    actions.compute_scenario(**told)
    actions.put_forward(**told, grounds="Bốc thăm.")
    actions.adopt_scenario(**told | {"actor": story.leader})
    left = Decision.objects.get(round=round_, advised="decline")
    actions.edit_decision(
        actor=story.officer,
        decision_id=left.pk,
        proposed="approve",
        amount=MONEY,
        reason_vi="Cần cho ngành điện.",
        reason_en="The power sector needs it.",
        deviation="Theo chỉ đạo mới.",
        at=factory.LAID_OUT,
    )
    return round_, left


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_page_has_a_barrier_or_speaks_the_other_language(
    chromium, live_server, client_of, language, width
):
    story = factory.judged("90", "90", "90", orders=3)
    round_, left = drawn(story)
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
        glance = page.evaluate(GLANCE)
        faults = [t for t in glance["said"] if amiss(" ".join(t.split()), language)]
        if glance["wide"] > 0:
            faults.append(f"{glance['wide']} px too wide")
        page.evaluate(AXE_SCRIPT)
        faults += page.evaluate(AXE)
        found.extend(f"{url}: {fault}" for fault in faults)

    signed_in(story.officer)
    look("portfolios:round", round_.public_id)
    look("portfolios:decision", left.public_id)
    look("portfolios:decision_edit", left.public_id)
    actions.propose_round(
        actor=story.officer, round_id=round_.pk, proposal="Trình.", at=factory.PROPOSED
    )
    signed_in(story.leader)
    look("portfolios:round", round_.public_id)
    decided = factory.decide(story, round_)
    factory.checked(story, decided)
    look("portfolios:round", round_.public_id)
    look("portal:deviations")
    factory.release(story, decided)
    look("portal:deviations")
    context.close()
    assert found == []
