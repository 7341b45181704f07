"""In a real browser: a form loses nothing, whatever happens to the line, the tab or the sign-in."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest
from axe_playwright_python.sync_playwright import Axe
from django import forms
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.template import RequestContext, Template
from django.urls import path
from django.utils.translation import activate
from django_cotton.compiler_regex import CottonCompiler
from playwright.sync_api import expect, sync_playwright

from tests.chromium import CHROMIUM, FLAGS

PAGE = """{% extends "ui/page.html" %}{% block main %}
<form method="post" data-autosave="/save/" data-autosave-version="1">{% csrf_token %}{{ form }}
<p class="autosave-status" data-autosave-status role="status"></p><c-button>Send</c-button></form>
{% include "ui/autosave_words.html" %}{% endblock %}"""

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # whitenoise says so before anybody collected the static files
    pytest.mark.filterwarnings("ignore:No directory at"),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]


class Sheet(forms.Form):
    title = forms.CharField(label="Title")
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea)
    money = forms.CharField(
        label="Money",
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )


server = SimpleNamespace(mode="ok", got=[], versions=[], kept={})


def sheet(request):
    activate("en")
    page = Template(CottonCompiler().process(PAGE))
    return HttpResponse(
        page.render(
            RequestContext(
                request, {"form": Sheet(initial=server.kept), "title": "Sheet"}
            )
        )
    )


def save(request):
    if server.mode == "down":
        return HttpResponse(status=503)
    if server.mode == "login":
        return HttpResponseRedirect("/login/")
    if server.mode == "conflict":
        changed = [{"field": "title", "label": "Title", "theirs": "<b>Theirs</b>"}]
        return JsonResponse(
            {
                "message": "An Nguyen changed it.",
                "mend": "Look again.",
                "changed": changed,
            },
            status=409,
        )
    server.got.append(request.POST["title"])
    server.versions.append(request.POST["version"])
    return JsonResponse(
        {"version": len(server.got) + 1, "saved_at": "2026-03-16T09:00:00+07:00"}
    )


@pytest.fixture(scope="module")
def chromium():
    """One browser for all of them; each test sits down at a profile of its own."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # its loop runs in this thread, where Django would refuse its database
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def browser(chromium, live_server, addresses):
    server.mode, server.got, server.versions, server.kept = "ok", [], [], {}
    addresses.urlpatterns += [path("sheet/", sheet), path("save/", save)]
    context = chromium.new_context(locale="en")
    context.route("**/login/**", lambda route: route.abort())
    yield SimpleNamespace(context=context, url=live_server.url + "/sheet/")
    context.close()
    del addresses.urlpatterns[-2:]


def open_sheet(browser):
    page = browser.context.new_page()
    page.goto(browser.url)
    return page, page.locator("[data-autosave-status]")


def test_a_form_saves_by_itself_and_says_when(browser):
    page, status = open_sheet(browser)
    page.get_by_label("Title").fill("One")
    expect(status).to_contain_text("Saved at")
    page.get_by_label("Title").fill("Two")
    page.wait_for_timeout(2500)
    assert (server.got, server.versions) == (["One", "Two"], ["1", "2"])


def test_a_lost_line_keeps_the_text_and_saves_it_later(browser):
    page, status = open_sheet(browser)
    browser.context.set_offline(True)
    page.get_by_label("Title").fill("Typed without a line")
    expect(status).to_contain_text("kept on this device")
    browser.context.set_offline(False)
    expect(status).to_contain_text("Saved at")
    assert server.got == ["Typed without a line"]


def test_a_closed_tab_offers_the_text_again(browser):
    page, status = open_sheet(browser)
    server.mode = "down"
    page.get_by_label("Title").fill("Half a sen")
    expect(status).to_contain_text("kept on this device")
    page.close()
    time.sleep(1)  # the last word of the closing tab is refused too
    server.mode = "ok"
    page, status = open_sheet(browser)
    assert page.get_by_label("Title").input_value() == ""
    expect(page.get_by_role("alert")).to_contain_text(
        "There is text here that was not saved"
    )
    page.get_by_role("button", name="Put it back").click()
    assert page.get_by_label("Title").input_value() == "Half a sen"
    expect(status).to_contain_text("Saved at")
    assert server.got == ["Half a sen"]


def test_what_the_server_wrote_in_its_own_way_is_no_unsaved_draft(browser):
    page, status = open_sheet(browser)
    server.mode = "down"
    page.get_by_label("Title").fill(" A, b ")
    page.get_by_label("Money").fill("2000000")
    expect(status).to_contain_text("kept on this device")
    page.close()
    alert = '[data-autosave-notice="draft"]'
    server.kept = {"title": "A, b", "money": "2.000.000"}  # it arrived after all
    page, _status = open_sheet(browser)
    expect(page.locator(alert)).to_have_count(0)
    page.close()
    server.mode = "ok"


def test_a_draft_that_differs_by_one_sign_is_offered(browser):
    page, status = open_sheet(browser)
    server.mode = "down"
    page.get_by_label("Title").fill("A, b")
    page.get_by_label("Money").fill("15")
    expect(status).to_contain_text("kept on this device")
    page.close()
    server.kept = {"title": "A b", "money": "1,5"}
    page, _status = open_sheet(browser)
    expect(page.locator('[data-autosave-notice="draft"]')).to_have_count(1)


def test_an_expired_sign_in_keeps_the_text_and_goes_on_afterwards(browser):
    page, status = open_sheet(browser)
    server.mode = "login"
    page.get_by_label("Title").fill("Signed out meanwhile")
    expect(status).to_contain_text("Your sign-in has expired")
    server.mode = "ok"
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(status).to_contain_text("Saved at")
    assert server.got == ["Signed out meanwhile"]
    expect(page.locator("[data-autosave-notice]")).to_have_count(0)


def test_a_conflict_shows_what_changed_and_overwrites_nothing(browser):
    page, status = open_sheet(browser)
    server.mode = "conflict"
    page.get_by_label("Title").fill("Mine")
    notice = page.get_by_role("alert")
    expect(notice).to_contain_text("An Nguyen changed it.")
    expect(notice).to_contain_text("Title: <b>Theirs</b>")
    expect(status).to_contain_text("kept on this device")
    server.mode = "ok"
    page.get_by_label("Title").fill("Mine again")
    page.wait_for_timeout(2500)
    assert server.got == []
    assert Axe().run(page).response["violations"] == []


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_catalogue_has_no_barriers(browser, settings, language, width):
    settings.DEBUG = True
    page = browser.context.browser.new_page(
        viewport={"width": width, "height": 900},
        extra_http_headers={"Accept-Language": language},
    )
    refused = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(browser.url.replace("/sheet/", "/ui/"))
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    page.evaluate(
        "document.querySelectorAll('details').forEach((d) => { d.open = true; })"
    )
    assert (Axe().run(page).response["violations"], wide, refused) == ([], 0, [])
