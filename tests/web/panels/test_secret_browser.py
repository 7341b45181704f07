"""In real browsers: two members vote secretly, one loses the line, and both find their ballots."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.db import connections
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect, sync_playwright

from opensti.domains.accounts.models import RoleGrant, User
from opensti.domains.panels import actions, queries
from opensti.domains.panels.models import Council, Credential, SecretBallot
from opensti.kernel import blind
from opensti.kernel.access import Role
from tests.chromium import CHROMIUM, FLAGS
from tests.factories import meetings, panels

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:No directory at"),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]
VECTOR = json.loads(
    (Path(__file__).parents[2] / "kernel/blind/rfc9474.json").read_text("utf-8")
)
SINCE = panels.AT.date().replace(year=2020)
RFC = """async (v) => {
  const o = window.openstiBlind;
  const n = BigInt("0x" + v.p) * BigInt("0x" + v.q), k = o.key(n.toString(16));
  const message = o.unhex(v.prefix + v.msg);
  const made = await o.blind(k, message, {salt: o.unhex(v.salt), inverse: BigInt("0x" + v.inv)});
  let r = 1n; for (let b = o.number(o.unhex(v.blind_sig)), e = 65537n; e > 0n; e >>= 1n) {
    if (e & 1n) r = (r * b) % n; b = (b * b) % n; }
  const signature = await o.finalize(k, message, o.unhex(v.blind_sig), made.inverse);
  return [r === o.number(made.blinded), o.hex(signature)];
}"""
AXE = """axe.run({resultTypes: ["violations"]}).then(found => found.violations.map(v =>
  v.id + " " + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join("; ")))"""
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(autouse=True)
def _place(settings, tmp_path, monkeypatch):
    settings.OPENSTI_DATA_DIR = tmp_path
    monkeypatch.setattr(blind, "BITS", meetings.BITS)
    # The browsers' own loop runs beside the test's thread; rows are read in turn.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture
def browser():
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
        # While the loop runs Django has a connection of its own for it; nobody else
        # would close it, and PostgreSQL drops no database that is in use.
        connections.close_all()


def phone(browser, live_server, actor, language="en", width=390):
    """A page in a browser of his own, signed in."""
    user = User.objects.get(pk=actor.user_id)
    for role in actor.roles - {Role.PUBLIC}:
        RoleGrant.objects.get_or_create(user=user, role=role, since=SINCE)
    client = Client()
    client.force_login(user)
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": width, "height": 844}
    )
    context.add_cookies(
        [
            {
                "name": "sessionid",
                "value": client.cookies["sessionid"].value,
                "url": live_server.url,
            },
            {"name": "django_language", "value": language, "url": live_server.url},
        ]
    )
    page = context.new_page()
    page.add_init_script("Math.random = () => 0.01;")  # wait little before the urn
    return page


def amiss(page):
    page.evaluate(AXE_SCRIPT)
    return [*page.evaluate(AXE), *(["too wide"] if page.evaluate(WIDE) > 0 else [])]


def test_from_two_browsers_to_the_verified_count(browser, live_server):
    office = panels.Office.new()
    council, members = meetings.determining(office, here=7)
    item = panels.item_of(council)
    meetings.begun(office, item)
    poll = meetings.voting(office, item)
    others = [meetings.voter(m, poll, {"vote": "yes"}) for m in members[2:7]]
    for other in others:
        other.ask()
    address = reverse("panels:secret", args=[poll.public_id])
    sent = []
    first, second = (phone(browser, live_server, m) for m in members[:2])
    for page in (first, second):
        page.on(
            "request",
            lambda r: sent.append((r, r.all_headers())) if "/urn/" in r.url else None,
        )
        page.goto(address)
    assert first.evaluate(RFC, VECTOR) == [True, VECTOR["sig"]]
    assert [amiss(first), amiss(second)] == [[], []]
    # Nothing is chosen: nothing is sent.
    first.get_by_role("button", name="Seal and hand in").click()
    assert Credential.objects.count() == 5
    first.get_by_label("No, I do not").check()
    first.get_by_role("button", name="Seal and hand in").click()
    expect(first.get_by_role("status")).to_contain_text("sealed in this browser")
    first.reload()  # a closed tab loses nothing
    expect(first.get_by_role("status")).to_contain_text("sealed in this browser")
    # The second loses the line while he asks, and the answer with it.
    second.context.set_offline(True)
    second.get_by_label("Yes, I propose it").check()
    second.get_by_role("button", name="Seal and hand in").click()
    expect(second.get_by_role("status")).to_contain_text("No connection")
    assert Credential.objects.count() == 6
    second.context.set_offline(False)
    for page in (first, second):
        expect(page.locator("[data-mark]")).to_have_attribute(
            "data-mark", re.compile("^[0-9a-f]{64}$"), timeout=30_000
        )
    marks = [p.locator("[data-mark]").inner_text() for p in (first, second)]
    assert {h.get("cookie") for _r, h in sent} == {None}
    assert {h.get("referer") for _r, h in sent} == {None}
    for other in others:
        other.hand_in()
    meetings.closed(office, poll)
    chosen = dict(SecretBallot.objects.values_list("mark", "choice"))
    assert [chosen[m] for m in marks] == [{"vote": "no"}, {"vote": "yes"}]
    actions.end_item(actor=office.secretary, item_id=item.pk, at=meetings.minute(10))
    panels.concluded(office, council)
    (result,) = queries.results(office.secretary, Council.objects.get(pk=council.pk))
    assert result.votes == {"yes": 6, "no": 1, "blank": 0, "cast": 7}
    first.goto(reverse("panels:minutes_page", args=[council.public_id]))
    first.get_by_text("The ballots under their marks").click()
    expect(first.get_by_text(marks[0])).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_pages_of_a_meeting_bar_nobody_and_fit_a_phone(
    browser, live_server, language, width, tmp_path
):
    office = panels.Office.new()
    council, members = meetings.determining(office, orders=2, here=7)
    item = panels.item_of(council)
    keeper = phone(browser, live_server, office.secretary, language, width)
    member = phone(browser, live_server, members[0], language, width)
    found = {}

    def look(page, name, thing=council):
        page.goto(reverse(f"panels:{name}", args=[thing.public_id]))
        assert page.locator("html").get_attribute("lang") == language
        page.screenshot(
            path=str(tmp_path / f"{name}-{language}-{width}.png"), full_page=True
        )
        if faults := amiss(page):
            found[name] = faults

    actions.arrive(
        actor=office.secretary,
        council_id=council.pk,
        seat_id=panels.seat_of(council, members[7]).pk,
        at=meetings.minute(2),
    )
    look(keeper, "session")
    look(keeper, "convocation")
    meetings.begun(office, item)
    poll = meetings.voting(office, item)
    for page, names in (
        (keeper, ("session", "room", "minutes_page")),
        (member, ("mine", "minutes_page", "convocation", "council")),
    ):
        for name in names:
            look(page, name)
    look(member, "secret", poll)
    assert found == {}
