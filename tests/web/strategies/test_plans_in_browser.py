"""In a real browser: plans, cards, coherence and growth have no barrier and fit a phone."""

from __future__ import annotations

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import reverse
from playwright.sync_api import sync_playwright

from opensti.domains.strategies.models import Indicator
from tests.chromium import CHROMIUM, FLAGS
from tests.factories import strategies_accounts as accounts
from tests.factories import strategies_indicators as cards
from tests.factories import strategies_plans as factory
from tests.factories import strategies_scorecard as scorecard
from tests.journeys.barriers import AXE, GLANCE
from tests.journeys.wording import amiss

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # whitenoise says so before anybody collected the static files
    pytest.mark.filterwarnings("ignore:No directory at"),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]
PROVINCES = {
    "code": "province",
    "name_vi": "Tỉnh, thành phố",
    "name_en": "Province",
    "complete": False,
    "parts": [
        {"code": "01", "name_vi": "Hà Nội", "name_en": "Hanoi"},
        {"code": "48", "name_vi": "Đà Nẵng", "name_en": "Da Nang"},
    ],
}


@pytest.fixture
def chromium():
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # its loop runs in this thread, where Django would refuse its database
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


def addresses(who):
    """Every page, each in a state that shows most of it."""
    issued, draft = factory.issued(), factory.draft(code="2/QD-BCT")
    card = cards.card(dimensions=[PROVINCES], account_part="employment")
    cards.published(card, "2024", 1200)
    for code, value in (("01", 700), ("48", 450), ("*", 50)):
        cards.published(card, "2024", value, cell=f"province={code}")
    for code, part, labour in (
        ("VA", "value_added", "none"),
        ("LP", "productivity", "hour"),
        ("E", "employment", "person"),
    ):
        placed = scorecard.rates(code, part, labour_unit=labour)
        scorecard.target(issued, placed, 7, measure="growth")
    release = accounts.loaded(who, accounts.registered(who))
    action = factory.action(draft)
    action.indicators.add(*Indicator.objects.filter(code__in=("lp", "va")))
    goal = factory.goal(issued)
    names = [
        ("strategies:plan", [draft.public_id], ""),
        ("strategies:action_edit", [action.public_id], ""),
        ("strategies:action", [action.public_id], ""),
        ("strategies:indicator", [card.public_id], ""),
        ("strategies:indicator_place", [card.public_id], ""),
        ("strategies:plan_coherence", [issued.public_id], ""),
        ("strategies:account_new", [], f"?kind=growth&vintages={release.public_id}"),
        ("portal:plan", [issued.public_id], ""),
        ("portal:goal", [goal.public_id], ""),
        ("portal:indicator", [card.public_id], ""),
    ]
    return [reverse(name, args=args) + query for name, args, query in names]


def test_no_page_has_a_barrier_or_words_of_another_language(
    chromium, live_server, client_of
):
    who = factory.officer()
    found = []
    walked = addresses(who)
    for language, width in (("vi", 1280), ("en", 390)):
        context = chromium.new_context(viewport={"width": width, "height": 900})
        session = client_of(who).cookies["sessionid"].value
        cookies = {"sessionid": session, "django_language": language}
        context.add_cookies(
            [
                {"name": name, "value": value, "url": live_server.url}
                for name, value in cookies.items()
            ]
        )
        page = context.new_page()
        for address in walked:
            answer = page.goto(live_server.url + address)
            glance = page.evaluate(GLANCE)
            faults = [t for t in glance["said"] if amiss(" ".join(t.split()), language)]
            if answer.status != 200:
                faults.append(f"answered {answer.status}")
            if glance["wide"] > 0:
                faults.append(f"{glance['wide']} px too wide")
            page.evaluate(AXE_SCRIPT)
            faults += page.evaluate(AXE)
            found += [f"{address} {language} {width}: {fault}" for fault in faults]
        context.close()
    assert found == []
