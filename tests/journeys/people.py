"""People at a browser: they see, click, type, and look for barriers on every page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.journeys.house import DOMAIN, PASSWORD
from tests.journeys.wording import CONTEXT, vietnamese

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from playwright.sync_api import Browser, Locator

    from tests.journeys.barriers import Barriers
    from tests.journeys.house import House

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
OPEN_CALL = "Tuyển chọn nhiệm vụ khoa học và công nghệ đợt 2"  # told by scene.py
# Controls that a reader could fill in: not hidden, not a button.
CONTROLS = """form => [...form.elements].filter(e => e.name && !e.disabled && !e.readOnly
  && !["hidden", "file", "submit", "button"].includes(e.type)).map(e => ({
    name: e.name, id: e.id, tag: e.tagName, type: e.type, value: e.value, checked: e.checked,
    numeric: e.inputMode === "numeric",
    options: e.tagName === "SELECT" ? [...e.options].map(o => o.value) : []}))"""


class Person:
    """Somebody with a browser of their own, signed in or not."""

    def __init__(
        self,
        house: House,
        browser: Browser,
        barriers: Barriers,
        name: str = "",
        *,
        language: str = "vi",
        size: dict[str, int] = DESKTOP,
        scripts: bool = True,
        others: Sequence[str] = (),
    ) -> None:
        self.house, self.name, self.barriers = house, name, barriers
        self.language, self.size, self.scripts = language, size, scripts
        self.others = (
            others  # what readers of the other language call what this one reads
        )
        self.faults: list[str] = []
        self.place = browser.new_context(
            viewport=size,
            java_script_enabled=scripts,
            locale=language,
            accept_downloads=True,
        )
        self.place.set_default_timeout(30_000)
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
        plain = text.rpartition(CONTEXT)[2]
        return plain if self.language == "en" else vietnamese().get(text, plain)

    # ---- going about

    def open(self, path: str) -> Person:
        self.page.goto(path if path.startswith("http") else self.house.url + path)
        return self.look()

    def sign_in(self) -> Person:
        if "/login/" not in self.page.url:
            self.open("/accounts/login/")
        self.give_password()
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
        self._link(text, within).click()
        return self.confirm()  # some forms ask who it is before they open

    def _link(self, text: str, within: str = "main") -> Locator:
        """The link that says just this; else the first that says it among other words."""
        place, said = self.page.locator(within), self.say(text)
        exact = place.get_by_role("link", name=said, exact=True)
        return (exact if exact.count() else place.get_by_role("link", name=said)).first

    def links(self, text: str) -> bool:
        """Whether there is a link that says so."""
        link = self.page.locator("main").get_by_role("link", name=self.say(text))
        return link.count() > 0

    def first_row(self, text: str = "") -> Person:
        """Open what the first row of a list is about, among those that say so."""
        self.page.locator("main tbody tr", has_text=text).locator("a").first.click()
        return self.look()

    def every(self, selector: str) -> list[Locator]:
        """All that the page has of something, once it has one."""
        found = self.page.locator(selector)
        found.first.wait_for()
        return found.all()

    def press(self, text: str, *, within: str = "main") -> Person:
        """Press the button that says so."""
        self._buttons(text, within).first.click()
        return self.confirm()

    def offers(self, text: str) -> bool:
        """Whether there is a button that says so."""
        return self._buttons(text, "main").count() > 0

    def _buttons(self, text: str, within: str) -> Locator:
        words = re.compile(rf"^\s*{re.escape(self.say(text))}\s*$")
        return self.page.locator(within).locator("button:visible", has_text=words)

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
        return self.confirm()

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
        return self.confirm()

    def fill(self, **fields: str) -> Person:
        for name, value in fields.items():
            self.page.locator(f"main [name='{name}']").first.fill(value)
        return self

    def choose(self, name: str, value: str) -> Person:
        self.page.locator(f"main select[name='{name}']").select_option(value)
        return self

    def suggested(self, name: str, text: str) -> Person:
        """Type a name, and take the entry of the registry that is suggested for it."""
        field = self.page.locator(f"main [name='{name}']").first
        field.fill(text)
        known = self.page.locator(f"datalist option[value^='{text} (']").first
        known.wait_for(state="attached")
        field.fill(known.get_attribute("value") or "")
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
                elif not control["value"] and any(control["options"]):
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

    def score(self, share: float) -> Person:
        """Fill in the sheet of a ballot: of each criterion's points a share."""
        for row in self.every("tr:has(input[name^=score-])"):
            most = row.locator("td.numeric").first.inner_text().replace(",", ".")
            row.locator("input[name^=score-]").fill(str(int(float(most) * share)))
            row.locator("textarea").fill("Đáp ứng yêu cầu.")
        return self.fill(opinion="Nhiệm vụ có địa chỉ ứng dụng rõ.")

    def reads(self, text: str) -> Person:
        """Hold that the page says something."""
        assert self.say(text).casefold() in self.said().casefold(), self.said()
        return self

    def said(self) -> str:
        """All that the page says, on one line."""
        return " ".join(self.page.locator("main").inner_text().split())

    def download(self, text: str, to: Path) -> bytes:
        with self.page.expect_download() as coming:
            self._link(text).click()
        coming.value.save_as(to)
        return to.read_bytes()

    def look(self) -> Person:
        """No page may have barriers, faults, or words in the other language."""
        self.page.wait_for_load_state()
        self.came_to = self.page.url
        self.faults += self.barriers.on(self)
        return self

    # ---- coming and going

    def come_back(self) -> Person:
        """Sit down again; who was away for longer than a working day signs in again."""
        self.open("/work/" if self.name else "/")
        return self.sign_in() if "/login/" in self.page.url else self

    def leave(self) -> None:
        self.place.close()
