"""In a real browser: pages of overlap have no barrier, fit the screen, and obey the keys."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import reverse
from playwright.sync_api import sync_playwright

from opensti.domains.overlaps import actions
from opensti.domains.overlaps.jobs import compare_waiting
from opensti.domains.overlaps.models import TermFile, Verdict
from opensti.kernel.access import Role
from tests.chromium import CHROMIUM, FLAGS
from tests.factories import overlaps as factory
from tests.factories import tasks as task_factory
from tests.journeys.barriers import AXE

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


@pytest.fixture
def at_work(chromium, live_server, client_of):
    """Somebody signed in, in one language, at a screen of one width."""
    opened = []

    def sits_down(actor, language="vi", width=1280):
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
        page = context.new_page()

        def go(name, *args):
            page.goto(live_server.url + reverse(f"overlaps:{name}", args=args))
            return page

        return go

    yield sits_down
    for context in opened:
        context.close()


def amiss(page):
    """What axe finds, and by how much the page is wider than the screen."""
    page.evaluate(AXE_SCRIPT)
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return [*page.evaluate(AXE), *([f"{wide} px too wide"] if wide > 0 else [])]


@pytest.mark.parametrize(("language", "width"), [("vi", 1280), ("en", 390)])
def test_no_page_of_overlap_keeps_anybody_out(at_work, language, width):
    story = factory.screened()
    writer = task_factory.person(Role.APPLICANT)
    title, abstract = factory.REPEATED
    need = task_factory.draft(writer, title=title, urgency=abstract)
    actions.check_own_draft(
        actor=writer, kind="tasks.need", public_id=need.public_id, at=factory.LATER
    )
    compare_waiting(factory.LATER)
    screening = story.screening.public_id
    found = {}
    for who, pages in (
        (story.officer, [("screenings",), ("screening", screening), ("corpus",)]),
        (story.officer, [("archive", "KHO")]),
        (story.leader, [("thresholds",)]),
        (writer, [("own", "need", need.public_id)]),
    ):
        go = at_work(who, language, width)
        for name, *args in pages:
            page = go(name, *args)
            assert page.locator("main h1").count() == 1
            found[name] = amiss(page)
    assert {name: faults for name, faults in found.items() if faults} == {}
    assert len(found) == 6


WAYS = [("vi", 1280), ("en", 1280), ("vi", 390), ("en", 390)]


@pytest.mark.parametrize(("language", "width"), WAYS)
def test_a_likeness_across_languages_keeps_nobody_out(at_work, language, width):
    officer = factory.screened().officer
    factory.archived(factory.ABROAD, source="ABROAD", language="en")
    need = factory.repeated_need(task_factory.person(Role.APPLICANT))
    compare_waiting(factory.LATER)
    go = at_work(officer, language, width)
    page = go("screening", factory.story_of(need).screening.public_id)
    page.get_by_role("link", name=factory.ABROAD[0]).first.click()
    page.get_by_text("lò quay = rotary kiln").wait_for()
    assert amiss(page) == []


@pytest.mark.parametrize(("language", "width"), WAYS)
def test_pages_of_terms_keep_nobody_out(at_work, language, width):
    officer = task_factory.person(Role.OFFICER)
    first = put_terms(officer, ("rươi", "ragworm"), ("", "x"), replaces="")
    put_terms(officer, ("cù lao", "islet"), ("", "x"), replaces=first.public_id)
    actions.refresh_corpus(at=factory.LATER)
    row = TermFile.objects.get(in_use=True)
    go = at_work(officer, language, width)
    found = {}
    for name, *args in (("terms",), ("put_terms",), ("remove_terms", row.public_id)):
        page = go(name, *args)
        assert page.locator("main h1").count() == 1
        found[name] = amiss(page)
    page = go("corpus")
    found["corpus"] = amiss(page)
    assert {name: faults for name, faults in found.items() if faults} == {}


def put_terms(officer, *rows, replaces):
    return actions.put_terms(
        actor=officer,
        file=factory.term_table(*rows),
        reason="Từ điển của viện.",
        replaces=replaces,
        at=factory.LATER,
    )


def test_a_likeness_is_judged_by_keys_and_the_next_one_follows(at_work):
    story = factory.screened()
    page = at_work(story.officer)("screening", story.screening.public_id)
    page.keyboard.press("4")
    page.keyboard.type("Trùng nguyên văn 3 đoạn.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("screening"))
    page.get_by_text("Kết luận có hiệu lực.").wait_for()
    verdict = Verdict.objects.get()
    assert (verdict.finding, verdict.grounds) == ("decline", "Trùng nguyên văn 3 đoạn.")
