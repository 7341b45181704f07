"""In a real browser: pages of strategies have no barrier, fit a phone, speak one language."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import reverse
from django.utils.timezone import localdate
from playwright.sync_api import sync_playwright

from opensti.domains.strategies import actions
from opensti.domains.strategies.models import Indicator
from opensti.domains.tasks.models import Task
from opensti.kernel.access import Role
from tests.chromium import CHROMIUM, FLAGS
from tests.factories import strategies_accounts as accounts
from tests.factories import strategies_indicators as make
from tests.factories import strategies_indices as indices
from tests.factories import strategies_plans as plans
from tests.factories import strategies_scorecard as scorecards
from tests.factories.tasks import Tasks, person
from tests.journeys.barriers import AXE, GLANCE
from tests.journeys.wording import amiss

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # whitenoise says so before anybody collected the static files
    pytest.mark.filterwarnings("ignore:No directory at"),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]
DESKTOP, PHONE = 1280, 390
# Names in the data of the factories, which are words of the house elsewhere.
DATA = {"employment", "Export", "Index", "Thống kê"}


@pytest.fixture(scope="module")
def chromium():
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # its loop runs in this thread, where Django would refuse its database
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def opened(chromium, live_server, client_of):
    """A page of somebody, or of nobody who is signed in, in one language."""
    contexts = []

    def opens(actor, language, width, *, scripts=True):
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=scripts
        )
        contexts.append(context)
        cookies = {"django_language": language}
        if actor is not None:
            cookies["sessionid"] = client_of(actor).cookies["sessionid"].value
        context.add_cookies(
            [
                {"name": name, "value": value, "url": live_server.url}
                for name, value in cookies.items()
            ]
        )
        return context.new_page()

    yield opens
    for context in contexts:
        context.close()


def planned(officer):
    """A plan in force with values against its targets, work for its goal, a stocktake."""
    plan, agency = plans.issued(), make.agency(name_vi="Sở Công Thương", name_en="")
    plan = actions.bring_in_force(
        actor=plans.leader(), plan_id=plan.pk, version=plan.version, at=plans.AT
    )
    card = Indicator.objects.get(code="lp")
    value = make.published(card, "2025", numerator=15, denominator=200, value="7.5")
    make.approved(card, "2026", 5, reporter=agency, numerator=1, denominator=20)
    campaign = make.campaign((agency, card), (agency, Indicator.objects.get(code="va")))
    campaign.due_on = localdate() + timedelta(days=9)
    campaign.save()
    goal, action = plans.goal(plan), plans.action(plan)
    Tasks.create(goal=goal)
    held = scorecards.held(plan, at=plans.AT + timedelta(days=90))
    one = [plan.public_id]
    work = [
        ("dashboard", []),
        ("scorecard", one),
        ("coherence", []),
        ("stocktake", [held.public_id]),
        ("plans", []),
        ("plan", one),
        ("action", [action.public_id]),
        ("goal", [goal.public_id]),
        ("gaps", []),
        ("indicator", [card.public_id]),
        ("observation", [value.public_id]),
        ("campaign", [campaign.public_id]),
        ("sheet_hand_in", [campaign.public_id, agency.public_id]),
    ]
    public = [
        ("plan", one),
        ("goal", [goal.public_id]),
        ("scorecards", []),
        ("scorecard", one),
        ("indicator", [card.public_id]),
    ]
    return work, public


def computed(officer):
    """A published run and index, each with another beside it."""
    vintage = accounts.loaded(officer, accounts.registered(officer))
    run = accounts.published(officer, vintage)
    model = indices.model(officer)
    version = indices.version(officer, model)
    actions.analyse_version(
        actor=officer, version_id=version.pk, runs=100, seed=1, at=make.AT
    )
    copy = actions.copy_version(actor=officer, version_id=version.pk, at=accounts.AT)
    actions.freeze_version(actor=officer, version_id=version.pk, at=make.AT)
    actions.publish_version(actor=make.leader(), version_id=version.pk, at=make.AT)
    work = [
        ("dataset", ["own"]),
        ("account_run", [run.public_id]),
        ("index", [model.public_id]),
        ("index_version", [copy.public_id]),
        ("index_version", [version.public_id]),
    ]
    public = [("account", [run.public_id]), ("index", [version.public_id])]
    return work, public


def faults_of(page, answer, language, width, other):
    """What is amiss on a page at both widths; axe looks at it at the first."""
    glance = page.evaluate(GLANCE)
    said = {" ".join(text.split()) for text in glance["said"]} - DATA
    faults = [text for text in sorted(said) if amiss(text, language)]
    if (answer.status, glance["language"]) != (200, language):
        faults.append(f"answered {answer.status} in “{glance['language']}”")
    page.evaluate(AXE_SCRIPT)
    faults += page.evaluate(AXE)
    wide = {width: glance["wide"]}
    page.set_viewport_size({"width": other, "height": 900})
    wide[other] = page.evaluate(GLANCE)["wide"]
    page.set_viewport_size({"width": width, "height": 900})
    return faults + [f"{by} px too wide at {at}" for at, by in wide.items() if by > 0]


def test_no_page_has_a_barrier_or_words_of_another_language(opened, live_server):
    officer = person(Role.OFFICER)
    parts = [planned(officer), computed(officer)]
    walks = {
        "strategies": (officer, [page for work, _public in parts for page in work]),
        "portal": (None, [page for _work, public in parts for page in public]),
    }
    found = []
    for language, width, other in (("vi", DESKTOP, PHONE), ("en", PHONE, DESKTOP)):
        for space, (actor, names) in walks.items():
            page = opened(actor, language, width)
            for name, args in names:
                address = reverse(f"{space}:{name}", args=args)
                answer = page.goto(live_server.url + address)
                found += [
                    f"{space}:{name} {language}: {fault}"
                    for fault in faults_of(page, answer, language, width, other)
                ]
    assert found == []


def test_a_goal_is_searched_chosen_and_set_with_and_without_scripts(
    opened, live_server
):
    officer, task = person(Role.OFFICER), Tasks.create()
    plan = plans.issued()
    plans.cards()
    place = live_server.url + reverse(
        "strategies:link_goal", args=["task", task.public_id]
    )

    page = opened(officer, "vi", PHONE)
    page.goto(place)
    box, search = page.locator("select#id_goal"), page.get_by_role("searchbox")
    assert box.locator("option").count() == 3
    search.press_sequentially("NANG SUAT")
    assert box.locator("option").all_inner_texts() == [
        "không có mục tiêu",
        "g1: Năng suất cao hơn",
    ]
    # Enter searches, it sends nothing.
    search.press("Enter")
    assert page.url == place
    box.select_option(label="g1: Năng suất cao hơn")
    search.fill("giai phap")
    # What is chosen stays, whatever is searched.
    assert [
        text.partition(":")[0] for text in box.locator("option").all_inner_texts()
    ] == [
        "không có mục tiêu",
        "g1",
        "g1a",
    ]
    page.locator("textarea[name=reason]").fill("Phục vụ mục tiêu năng suất.")
    page.locator("main form button").click()
    page.wait_for_url(f"**{reverse('tasks:task', args=[task.public_id])}")
    assert Task.objects.get(pk=task.pk).goal == plans.goal(plan)

    plain = opened(officer, "vi", PHONE, scripts=False)
    plain.goto(place)
    assert plain.get_by_role("searchbox").count() == 0
    plain.locator("select#id_goal").select_option(label="g1a: Nhóm giải pháp")
    plain.locator("textarea[name=reason]").fill("Đúng nhóm giải pháp hơn.")
    plain.locator("main form button").click()
    plain.wait_for_url(f"**{reverse('tasks:task', args=[task.public_id])}")
    assert Task.objects.get(pk=task.pk).goal == plans.goal(plan, "g1a")
