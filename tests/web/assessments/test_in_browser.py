"""In a real browser: a small factory's owner on a phone from brief to report; the adviser after."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import reverse
from django.utils.timezone import now
from playwright.sync_api import sync_playwright

from opensti.domains.assessments.models import Assessment, Reply, Result
from tests.chromium import CHROMIUM, FLAGS
from tests.factories import assessments as factory
from tests.journeys.barriers import AXE, GLANCE
from tests.journeys.wording import amiss

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # whitenoise says so before anybody collected the static files
    pytest.mark.filterwarnings("ignore:No directory at"),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]
SHOTS = os.environ.get("SHOTS", "")
# At 12 seconds for each tap, reading included, this is less than twenty minutes.
TAPS = 75


@pytest.fixture(scope="module")
def chromium():
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # its loop runs in this thread, where Django would refuse its database
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


class Phone:
    """A page that counts taps and is looked at on the way."""

    def __init__(self, chromium, live_server, language="vi", width=390):
        self.context = chromium.new_context(viewport={"width": width, "height": 844})
        self.page, self.house = self.context.new_page(), live_server.url
        self.language, self.taps, self.faults = language, 0, []
        self.cookie("django_language", language)

    def cookie(self, name, value):
        self.context.add_cookies([{"name": name, "value": value, "url": self.house}])

    def open(self, name, *args):
        self.page.goto(self.house + reverse(name, args=args))

    def tap(self, what):
        self.taps += 1
        self.page.locator(what).first.click()

    def press(self, field, value):
        """The button of the form that holds this hidden field."""
        with self.page.expect_navigation():
            self.tap(f"main form:has(input[name={field}][value={value}]) button")

    def look(self):
        """Barriers (axe), width, words of the other language."""
        glance = self.page.evaluate(GLANCE)
        faults = [
            t for t in glance["said"] if amiss(" ".join(t.split()), self.language)
        ]
        if glance["wide"] > 0:
            faults.append(f"{glance['wide']} px too wide")
        self.page.evaluate(AXE_SCRIPT)
        faults += self.page.evaluate(AXE)
        self.faults += [f"{self.page.url}: {fault}" for fault in faults]
        if SHOTS:
            name = f"{len(os.listdir(SHOTS)):02}-{self.language}-{self.taps}.png"
            self.page.screenshot(path=str(Path(SHOTS) / name), full_page=True)


def test_an_owner_comes_from_brief_to_report_in_twenty_minutes(
    chromium, live_server, client_of
):
    factory.innovation()
    owner = factory.factory_owner()
    phone = Phone(chromium, live_server)
    phone.cookie("sessionid", client_of(owner).cookies["sessionid"].value)
    phone.open("assessments:new")
    phone.page.fill("[name=title]", "Năm nay")
    with phone.page.expect_navigation():
        phone.tap("main form button")
    phone.page.fill("[name=name]", "Chủ xưởng")
    phone.press("act", "invite")
    link = phone.page.locator("code.wrap").inner_text()
    phone.look()
    row = Assessment.objects.get()
    phone.open("assessments:assessment", row.public_id)
    phone.press("step", "open")

    phone.page.goto(link)
    phone.look()
    with phone.page.expect_navigation():
        phone.tap("main .actions a")
    for chapter in range(7):
        if chapter == 0:
            phone.look()
        for place in range(phone.page.locator("fieldset").count()):
            phone.taps += 1
            phone.page.locator("fieldset").nth(place).locator("input").nth(2).check()
        with phone.page.expect_navigation():
            phone.tap("main .actions button")
    with phone.page.expect_navigation():
        phone.tap("main .actions button")  # done
    assert Reply.objects.filter(score=2).count() == 32

    phone.open("assessments:assessment", row.public_id)
    for step in ("close", "check", "score", "report"):
        phone.press("step", step)
    phone.look()
    phone.open("assessments:result", row.public_id)
    phone.look()
    with phone.page.expect_download() as paper:
        phone.tap("a[href$='report.pdf']")
    assert Path(paper.value.path()).read_bytes()[:4] == b"%PDF"
    phone.open("assessments:sharing")
    phone.look()
    assert phone.faults == []
    assert phone.taps < TAPS


def test_an_adviser_reads_checks_and_validates(chromium, live_server, client_of):
    owner = factory.factory_owner()
    adviser = factory.advised(owner, now())
    row, (token,) = factory.opened(owner, at=now())
    factory.say(token, now(), A1=4, A2=4, B1=4)
    factory.shown(owner, row, "A2", now())
    desk = Phone(chromium, live_server, "en", 1280)
    desk.cookie("sessionid", client_of(adviser).cookies["sessionid"].value)
    desk.open("assessments:assessment", row.public_id)
    desk.press("act", "check")
    factory.go(owner, row, "close", "check", "score", "report", at=now())
    desk.open("assessments:assessment", row.public_id)
    desk.page.fill("#words-validate", "Seen on the spot.")
    desk.press("step", "validate")
    desk.open("assessments:result", row.public_id)
    assert "validated from outside" in desk.page.locator("main").inner_text()
    assert Result.objects.get().validation == "Seen on the spot."
