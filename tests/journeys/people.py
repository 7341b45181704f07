"""People at a browser: they see, click, type, and look for barriers on every page."""

from __future__ import annotations

import gettext
import re
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.journeys.house import DOMAIN, PASSWORD, ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Locator

    from tests.journeys.house import House

AXE = Axe()
CATALOGUE = ROOT / "src" / "opensti" / "locale" / "vi" / "LC_MESSAGES" / "django.mo"
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
OPEN_CALL = "Tuyển chọn nhiệm vụ khoa học và công nghệ đợt 2"  # told by scene.py
IDS = re.compile(r"/(?=[^/]*\d)[0-9a-zA-Z_-]{6,}(?=/|$)|/\d+(?=/|$)")
# Controls that a reader could fill in: not hidden, not a button.
CONTROLS = """form => [...form.elements].filter(e => e.name && !e.disabled && !e.readOnly
  && !["hidden", "file", "submit", "button"].includes(e.type)).map(e => ({
    name: e.name, id: e.id, tag: e.tagName, type: e.type, value: e.value, checked: e.checked,
    numeric: e.inputMode === "numeric",
    options: e.tagName === "SELECT" ? [...e.options].map(o => o.value) : []}))"""


@cache
def _vietnamese() -> gettext.NullTranslations:
    with CATALOGUE.open("rb") as file:
        return gettext.GNUTranslations(file)


class Seen:
    """Which pages were looked at for barriers, so that each state of one is looked at once."""

    def __init__(self) -> None:
        self.pages: set[tuple[str, ...]] = set()


class Person:
    """Somebody with a browser of their own, signed in or not."""

    def __init__(
        self,
        house: House,
        browser: Browser,
        seen: Seen,
        name: str = "",
        *,
        language: str = "vi",
        size: dict[str, int] = DESKTOP,
        scripts: bool = True,
    ) -> None:
        self.house, self.name, self.language, self.seen = house, name, language, seen
        self.size, self.scripts = size, scripts
        self.faults: list[str] = []
        self.place = browser.new_context(
            viewport=size,
            java_script_enabled=scripts,
            locale=language,
            accept_downloads=True,
        )
        self.place.set_default_timeout(10_000)
        self.place.add_cookies(
            [{"name": "django_language", "value": language, "url": house.url}]
        )
        self.page = self.tab()
        if name:
            self.sign_in()

    def tab(self):
        page = self.place.new_page()
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on(
            "console",
            lambda said: (
                self.faults.append(f"console: {said.text}")
                if "Content Security Policy" in said.text
                else None
            ),
        )
        page.on(
            "response",
            lambda r: (
                self.faults.append(f"{r.status} {r.url}") if r.status >= 500 else None
            ),
        )
        return page

    def say(self, text: str) -> str:
        """Say an English text as this person reads it."""
        return text if self.language == "en" else _vietnamese().gettext(text)

    # ---- going about

    def open(self, path: str) -> Person:
        self.page.goto(path if path.startswith("http") else self.house.url + path)
        return self.look()

    def sign_in(self, name: str = "") -> Person:
        self.name = name or self.name
        self.open("/accounts/login/").give_password()
        assert "/login/" not in self.page.url
        return self.look()

    def give_password(self) -> None:
        self.page.fill("input[name=login]", f"{self.name}@{DOMAIN}")
        self.page.fill("input[name=password]", PASSWORD)
        self.page.locator("main button[type=submit]").first.click()
        self.page.wait_for_url("**/work/**")

    def confirm(self) -> Person:
        """Give the password once more, when it is asked for."""
        if "/accounts/reauthenticate/" in self.page.url:
            self.look()
            self.page.fill("input[name=password]", PASSWORD)
            self.page.locator("main").get_by_role("button").first.click()
            self.page.wait_for_load_state()
        return self.look()

    def menu(self, *, to: str) -> Person:
        """Go somewhere by the menu, which a phone opens first."""
        link = self.page.locator(".sidenav").get_by_role(
            "link", name=self.say(to), exact=True
        )
        if self.size["width"] == PHONE["width"]:
            self.page.locator(".menu-link").click()
        link.click()
        return self.look()

    def follow(self, text: str, *, within: str = "main") -> Person:
        """Click a link by what it says; ``text`` may be data or an English msgid."""
        links = self.page.locator(within).get_by_role("link", name=self.say(text))
        links.first.click()
        return self.look()

    def first_row(self, text: str = "") -> Person:
        """Open what the first row of a list is about, among those that say so."""
        self.page.locator("main tbody tr", has_text=text).locator("a").first.click()
        self.page.wait_for_load_state()
        return self.look()

    def press(self, text: str, *, within: str = "main") -> Person:
        """Press the button that says so."""
        self.page.locator(within).locator(
            "button:visible",
            has_text=re.compile(rf"^\s*{re.escape(self.say(text))}\s*$"),
        ).first.click()
        self.page.wait_for_load_state()
        return self.look()

    def unfold(self, text: str) -> Locator:
        """Open the box under a button; return the box."""
        box = self.page.locator(
            "main details",
            has=self.page.locator(
                "summary",
                has_text=re.compile(rf"^\s*{re.escape(self.say(text))}", re.IGNORECASE),
            ),
        ).first
        if box.get_attribute("open") is None:
            box.locator("summary").first.click()
        return box

    def send(self) -> Person:
        """Press the button that a form is for."""
        self.page.locator("main form .actions button[data-kind=primary]").last.click()
        self.page.wait_for_load_state()
        return self.look()

    def saved_by_itself(self) -> Person:
        """Wait until the page says that what was typed is kept."""
        said = self.page.locator("[data-autosave-status]").first
        expect(said).to_contain_text(self.words("saved"), timeout=20_000)
        return self

    def words(self, kind: str) -> str:
        """What the page says of saving by itself."""
        return self.page.locator("#autosave-words").get_attribute(f"data-{kind}") or ""

    def agree(self, text: str, **fields: str) -> Person:
        """Open the box of a step, fill it in, send it."""
        box = self.unfold(text)
        for name, value in fields.items():
            box.locator(f"[name={name}]").fill(value)
        box.locator("form button[type=submit]").last.click()
        self.page.wait_for_load_state()
        return self.look()

    def fill(self, **fields: str) -> Person:
        for name, value in fields.items():
            self.page.locator(f"main [name='{name}']").first.fill(value)
        return self

    def choose(self, name: str, value: str) -> Person:
        self.page.locator(f"main select[name='{name}']").select_option(value)
        return self

    def answer(
        self, given: dict[str, str], *, words: str, form: str = "main form"
    ) -> Person:
        """Answer everything that a form leaves open; ``given`` says some of it exactly."""
        box = self.page.locator(form).first
        done = set()
        for control in box.evaluate(CONTROLS):
            name, kind = control["name"], control["type"]
            if name in done or re.search(r"^(team|budget)-|-[1-9]\d*-", name):
                continue
            where = box.locator(f"[name='{name}']")
            if kind == "radio":
                where.locator(f"xpath=self::*[@value='{given[name]}']").check() if (
                    name in given
                ) else where.first.check()
                done.add(name)
            elif kind == "checkbox":
                if name not in done:
                    where.first.check()
                done.add(name)
            elif control["tag"] == "SELECT":
                if name in given:
                    where.select_option(given[name])
                elif not control["value"]:
                    where.select_option(next(o for o in control["options"] if o))
            elif name in given:
                where.fill(given[name])
            elif not control["value"]:
                where.fill(
                    self.house.now().date().isoformat()
                    if kind == "date"
                    else "12"
                    if control["numeric"] or kind == "number"
                    else words
                )
        return self

    def reads(self, text: str) -> Person:
        """Hold that the page says something."""
        assert self.say(text).casefold() in self.said().casefold(), self.said()
        return self

    def said(self) -> str:
        """All that the page says, on one line."""
        return " ".join(self.page.locator("main").inner_text().split())

    def download(self, text: str, to: Path) -> bytes:
        with self.page.expect_download() as coming:
            self.page.locator("main").get_by_role(
                "link", name=self.say(text)
            ).first.click()
        coming.value.save_as(to)
        return to.read_bytes()

    # ---- barriers

    def look(self) -> Person:
        """No page may have barriers, faults, or be wider than the screen."""
        self.came_to = self.page.url
        address = IDS.sub("/*", urlsplit(self.page.url).path)
        parts = (
            [] if not self.scripts else self.page.locator("main h2").all_inner_texts()
        )
        tones = self.page.locator("main .notice").count() if self.scripts else 0
        key = (self.language, str(self.size["width"]), address, str(tones), *parts)
        if not self.scripts or key in self.seen.pages:
            return self
        self.seen.pages.add(key)
        found = AXE.run(self.page, options={"resultTypes": ["violations"]})
        told = [
            f"{self.page.url} ({self.name}): {v['id']} {v['help']} – "
            + "; ".join(n["html"][:160] for n in v["nodes"][:3])
            for v in found.response["violations"]
        ]
        self.faults += told
        wide = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if wide > 0:
            self.faults.append(f"{self.page.url} is {wide} px wider than the screen")
        return self

    def leave(self) -> None:
        self.place.close()
