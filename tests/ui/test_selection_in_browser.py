"""In a real browser: a slider marks the rows of a long list, with and without script."""

from __future__ import annotations

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.http import HttpResponse
from django.template import RequestContext, Template
from django.urls import path
from django.utils.translation import activate
from django_cotton.compiler_regex import CottonCompiler
from playwright.sync_api import expect, sync_playwright

from opensti.ui.ranked import Column, Line, Ranked, Row
from opensti.ui.stops import Stop, Stops
from tests.chromium import CHROMIUM, FLAGS
from tests.journeys.barriers import AXE

PAGE = """{% extends "ui/page.html" %}{% block main %}
<h2>Selection</h2><c-stops :stops="stops" /><c-ranked :table="ranked" />{% endblock %}"""
COUNT = 2000
# in ms: a hand drawing the slider sees every move at once
SMOOTH = 50

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # whitenoise says so before anybody collected the static files
    pytest.mark.filterwarnings("ignore:No directory at"),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]


def inside(percent):
    """So many keys of 2,000; a few in the middle go out when there is more money."""
    taken = {f"k{n}" for n in range(8 * percent)}
    return frozenset(taken - {f"k{n}" for n in range(300, 300 + max(0, percent - 100))})


def stops(asked):
    found = [
        Stop(
            value=p,
            label=f"{p} %",
            figures=(f"{8 * p}", f"{p} billion"),
            inside=inside(p),
            note="Not proved." if p == 50 else "",
        )
        for p in range(50, 155, 5)
    ]
    return Stops(
        id="budget",
        label="Budget",
        figures=("Merit", "Spent"),
        stops=found,
        base=100,
        at=Stops.asked(asked, stops=found, base=100),
        names={f"k{n}": f"Proposal number {n}" for n in range(COUNT)},
        marks="ranked",
    )


def ranked(at, count):
    columns = [
        Column(label="Rank", kind="rank"),
        Column(label="Proposal", kind="name"),
        Column(label="Mean", kind="figure"),
        Column(label="Merit", kind="figure"),
        Column(label="Cost", kind="money"),
        Column(label="Host"),
        Column(label="State", kind="state"),
        Column(label="Change", kind="mark"),
    ]
    rows = [
        Row(
            key=f"k{n}",
            cells=(
                f"{n + 1}",
                f"Proposal number {n} for drying, sorting and packing of fruit",
                "80.1",
                "79.4",
                "2.400.000.000 đ",
                "Institute of Mechanics",
                "Chosen" if n < 800 else "Not chosen",
                "",
            ),
            tone="good" if n < 800 else "",
            url=f"/proposals/{n}/",
        )
        for n in range(count)
    ]
    return Ranked(
        id="ranked",
        caption="Proposals",
        columns=columns,
        rows=rows,
        lines=[Line(after=min(800, count), words="Funding line: 800 of 2,000")],
        changes=at.changes,
    )


def selection(request):
    activate("en")
    at, count = stops(request.GET.get("stop")), int(request.GET.get("rows", COUNT))
    page = Template(CottonCompiler().process(PAGE))
    context = {"title": "Round", "stops": at, "ranked": ranked(at, count)}
    return HttpResponse(page.render(RequestContext(request, context)))


@pytest.fixture(scope="module")
def chromium():
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # its loop runs in this thread, where Django would refuse its database
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def at_work(chromium, live_server, addresses):
    addresses.urlpatterns.append(path("selection/", selection))
    opened = []

    def sits_down(width=1280, language="en", address="/selection/", **more):
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, locale=language, **more
        )
        opened.append(context)
        context.add_cookies(
            [{"name": "django_language", "value": language, "url": live_server.url}]
        )
        page = context.new_page()
        page.goto(live_server.url + address)
        return page

    yield sits_down
    for context in opened:
        context.close()
    addresses.urlpatterns.pop()


def amiss(page):
    """What axe finds, and by how much the page is wider than the screen."""
    page.evaluate(AXE_SCRIPT)
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return [*page.evaluate(AXE), *([f"{wide} px too wide"] if wide > 0 else [])]


def what_changes(page):
    """Rows that enter and leave, with the words beside them."""
    return page.evaluate("""() => Object.fromEntries(["enters", "leaves"].map(change => {
      const rows = [...document.querySelectorAll(`tr[data-change="${change}"]`)];
      const words = new Set(rows.map(row => row.querySelector(".k-mark").textContent.trim()));
      return [change, [rows.length, rows.length ? rows[0].dataset.row : "", [...words].join()]];
    }))""")


@pytest.mark.parametrize(
    ("width", "language"), [(1280, "vi"), (1280, "en"), (390, "vi"), (390, "en")]
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_catalogue_keeps_nobody_out(at_work, settings, width, language, scheme):
    settings.DEBUG = True
    page = at_work(width, language, "/ui/?stop=75", color_scheme=scheme)
    assert (page.locator(".stops").count(), amiss(page)) == (1, [])


@pytest.mark.parametrize("width", [1280, 390])
def test_a_list_of_several_blocks_keeps_nobody_out(at_work, width):
    """Not of all 2,000 rows: axe looks at them for a minute."""
    page = at_work(width, address="/selection/?stop=150&rows=120")
    assert (page.locator(".block").count(), amiss(page)) == (3, [])


def test_the_slider_obeys_the_keys_marks_the_rows_and_says_so(at_work):
    page = at_work()
    slider = page.get_by_role("slider", name="Budget")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-stop-summary]")).to_have_text(
        "105 %: 835 chosen, 40 enter, 5 leave"
    )
    assert slider.get_attribute("aria-valuetext") == (
        "105 %: 835 chosen, 40 enter, 5 leave"
    )
    assert what_changes(page) == {
        "enters": [40, "k800", "enters"],
        "leaves": [5, "k300", "leaves"],
    }
    expect(page.locator("[role=status][data-stop-said]")).to_have_text(
        "105 %: 835 chosen, 40 enter, 5 leave. Merit: 840. Spent: 105 billion"
    )
    assert page.url.endswith("/selection/?stop=105")
    entering = page.locator('[data-stop-moves="enters"]')
    assert entering.locator("h3").inner_text() == "Enter 40"
    assert entering.locator("li").all_inner_texts() == [
        *[f"Proposal number {n}" for n in range(800, 820)],
        "and 20 more, marked in the list",
    ]
    page.keyboard.press("Home")
    expect(page.locator("[data-stop-note]")).to_have_text("Not proved.")
    assert what_changes(page) == {
        "enters": [0, "", ""],
        "leaves": [400, "k400", "leaves"],
    }
    for _step in range(10):
        page.keyboard.press("ArrowRight")
    expect(page.locator("[data-stop-label]")).to_have_text("100 %")
    assert what_changes(page) == {"enters": [0, "", ""], "leaves": [0, "", ""]}
    expect(page.locator("[data-stop-note]")).to_be_hidden()
    page.wait_for_url("**/selection/")


def test_without_script_a_form_shows_the_stop_and_the_same_marks(at_work):
    with_script = at_work(address="/selection/?stop=150&q=a")
    page = at_work(java_script_enabled=False, address="/selection/?q=a")
    assert page.get_by_role("slider").count() == 0
    page.get_by_role("combobox", name="Budget").select_option("150")
    page.get_by_role("button", name="Show").click()
    assert page.url.endswith("/selection/?q=a&stop=150#budget")
    shown = ["[data-stop-summary]", ".stops-figures", ".stops-moves"]
    assert [page.locator(part).inner_text() for part in shown] == [
        with_script.locator(part).inner_text() for part in shown
    ]
    assert page.locator('tr[data-change="enters"]').count() == 400
    assert page.locator('tr[data-change="leaves"]').count() == 50
    assert what_changes(with_script) == {
        "enters": [400, "k800", "enters"],
        "leaves": [50, "k300", "leaves"],
    }


MOVES = """async () => {
  const slider = document.querySelector("input[type=range]");
  const frame = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)));
  const took = [];
  for (const value of [11, 12, 13, 20, 0, 20, 10, 9, 8, 0, 10]) {
    await frame();
    const start = performance.now();
    slider.value = value;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    await frame();
    took.push(performance.now() - start);
  }
  return took;
}"""


def test_two_thousand_rows_follow_the_hand(at_work):
    """The best median of three: other tests may be at work on the same machine."""
    page = at_work()
    page.evaluate("document.querySelector('.ranked-box').scrollTop = 30000")
    took = [sorted(page.evaluate(MOVES)) for _time in range(3)]
    assert min(moves[len(moves) // 2] for moves in took) < SMOOTH, took


def test_rows_far_from_the_screen_are_not_laid_out_but_there(at_work):
    page = at_work()
    far = page.locator("#ranked-k1990")
    seen = "node => node.checkVisibility({contentVisibilityAuto: true})"
    assert (far.evaluate(seen), far.evaluate("node => node.checkVisibility()")) == (
        False,
        True,
    )
    far.evaluate("node => node.scrollIntoView()")
    page.wait_for_function(f"({seen})(document.querySelector('#ranked-k1990'))")
    head = page.locator(".ranked thead").bounding_box()
    box = page.locator(".ranked-box").bounding_box()
    assert head["y"] - box["y"] == pytest.approx(1, abs=1)


def test_columns_stand_under_their_heads(at_work):
    """Each row is laid out on its own, so nothing but fixed widths keeps them in line."""
    page = at_work(address="/selection/?rows=120&stop=150")
    edges = page.evaluate("""() => [...document.querySelectorAll(".ranked tr")]
      .filter(row => row.cells.length > 1)
      .map(row => [...row.cells].map(cell => Math.round(cell.getBoundingClientRect().left)))""")
    assert len(edges) == 121
    assert len({tuple(edge) for edge in edges}) == 1


def test_a_slider_that_came_later_works_too(at_work):
    page = at_work(address="/selection/?rows=900")
    page.evaluate("""() => {
      const box = document.querySelector("[data-stops]");
      box.replaceWith(box.cloneNode(true));
      document.body.dispatchEvent(new Event("htmx:afterSwap", { bubbles: true }));
    }""")
    page.get_by_role("slider", name="Budget").press("ArrowRight")
    expect(page.locator("[data-stop-label]")).to_have_text("105 %")
    assert what_changes(page)["enters"] == [40, "k800", "enters"]


def test_a_link_of_the_slider_leads_to_the_row_in_the_list(at_work):
    page = at_work(address="/selection/?stop=110")
    page.get_by_role("link", name="Proposal number 805", exact=True).click()
    expect(page.locator("#ranked-k805")).to_be_in_viewport()
