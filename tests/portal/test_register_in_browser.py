"""In a real browser: the public pages have no barrier, fit 320 px, fold their menu."""

from __future__ import annotations

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import reverse
from playwright.sync_api import sync_playwright

from opensti.kernel.access import Role
from tests.chromium import CHROMIUM, FLAGS
from tests.factories import supervision as make
from tests.journeys.barriers import AXE, GLANCE
from tests.journeys.wording import amiss

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # whitenoise says so before anybody collected the static files
    pytest.mark.filterwarnings("ignore:No directory at"),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]
NARROW, DESKTOP = 320, 1280
ASKED = "Doanh nghiệp nào đang dùng kết quả này?"


@pytest.fixture(scope="module")
def chromium():
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # its loop runs in this thread, where Django would refuse its database
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def opened(chromium, live_server):
    """A page of nobody who is signed in, in one language."""
    contexts = []

    def opens(language, width, *, scripts=True):
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=scripts
        )
        contexts.append(context)
        context.add_cookies(
            [{"name": "django_language", "value": language, "url": live_server.url}]
        )
        return context.new_page()

    yield opens
    for context in contexts:
        context.close()


def faults_of(page, answer, language):
    glance = page.evaluate(GLANCE)
    said = {" ".join(text.split()) for text in glance["said"]}
    faults = [text for text in sorted(said) if amiss(text, language)]
    if (answer.status, glance["language"]) != (200, language):
        faults.append(f"answered {answer.status} in “{glance['language']}”")
    if glance["wide"] > 0:
        faults.append(f"{glance['wide']} px too wide")
    page.evaluate(AXE_SCRIPT)
    return faults + page.evaluate(AXE)


def test_pages_of_citizens_have_no_barrier(opened, live_server):
    officer = make.in_office(Role.OFFICER)
    task = make.task()
    voice = make.assigned(
        officer, make.unit(officer), about=f"task:{task.public_id}", text=ASKED
    )
    make.inspector()
    places = [
        reverse("portal:home"),
        reverse("portal:voice", args=[voice.public_id]),
        reverse("portal:petition_new"),
        reverse("portal:alert_new"),
    ]
    found = []
    for language, width in (("vi", NARROW), ("en", DESKTOP)):
        page = opened(language, width)
        for place in places:
            answer = page.goto(live_server.url + place)
            found += [
                f"{place} {language} {width}: {fault}"
                for fault in faults_of(page, answer, language)
                if (fault, language) != (ASKED, "en")
            ]
    assert found == []


def test_a_narrow_screen_begins_with_the_page_and_unfolds_the_menu(opened, live_server):
    seen = {}
    for width in (NARROW, DESKTOP):
        page = opened("vi", width, scripts=False)
        page.goto(live_server.url)
        link = page.locator(".public-nav").get_by_role(
            "link", name="Thống kê", exact=True
        )
        menu = page.get_by_role("link", name="Trình đơn")
        seen[width] = [link.is_visible(), menu.count()]
        if width == NARROW:
            menu.click()
            seen["unfolded"] = link.is_visible()
    assert seen == {NARROW: [False, 1], "unfolded": True, DESKTOP: [True, 0]}
