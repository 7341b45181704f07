"""One task from its letter to its use: who walks, by which procedure, what is typed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING

from openpyxl import Workbook

from tests.journeys.papers import pdf

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime
    from pathlib import Path

    from tests.journeys.house import House
    from tests.journeys.people import Person
    from tests.journeys.run import Name

MAGIC = {"pdf": b"%PDF-", "docx": b"PK\x03\x04", "zip": b"PK\x03\x04"}
PAPERS = """root => [...root.querySelectorAll("a[href]")].map(a => a.getAttribute("href"))
  .filter(h => /\\.(pdf|docx|zip)$/.test(h.split("?")[0]))"""


@dataclass
class Life:
    """A walk by people of one language at screens of one size, in a house of its own."""

    regime: str
    language: str
    size: dict[str, int]
    house: House
    place: Path
    somebody: Callable[..., Person]
    here: dict[str, tuple[Person, datetime]] = field(default_factory=dict)
    fetched: set[str] = field(default_factory=set)
    kept: dict[str, str] = field(default_factory=dict)
    council: Name | None = None

    def read(self, name: Name) -> str:
        """What the people of this walk call it."""
        return name.en if self.language == "en" else name.vi

    def who(self, name: str = "") -> Person:
        """Somebody at the browser they always use; after a while they sign in again."""
        if name in self.here:
            person, when = self.here[name]
            if when < self.house.now() - timedelta(hours=4):
                person.come_back()
        else:
            person = self.somebody(name, language=self.language, size=self.size)
        self.here[name] = (person, self.house.now())
        return person

    def at(self, name: str, part: str = "") -> Person:
        """Somebody at a part of the contract, by the menu and the parts' own links."""
        person = self.who(name)
        parts = person.page.locator("main .tabs")
        if not parts.get_by_role("link", name=person.say("Early end")).count():
            person.menu(to="Contracts").first_row()
        return person.follow(part, within="main .tabs") if part else person

    # ---- time

    def today(self, **later: int) -> str:
        """The day in the house, or so much later, as a browser's field of days takes it."""
        return (self.house.now() + timedelta(**later)).date().isoformat()

    def day(self) -> date:
        return self.house.now().date()

    def wait(self, *, days: int) -> None:
        """Days pass; it is nine in the morning."""
        then = (self.house.now() + timedelta(days=days)).replace(hour=9, minute=0)
        self.house.wait_until(then)

    def work(self) -> None:
        """The worker does what has fallen due."""
        told = self.house.run_module("tests.journeys.worker")
        assert told.returncode == 0, told.stderr

    # ---- what is typed and kept

    def money(self, amount: int) -> str:
        """An amount as these people type it."""
        grouped = f"{amount:,}"
        return grouped if self.language == "en" else grouped.replace(",", ".")

    def figures(self, text: str) -> list[int]:
        """The amounts of money that a text names."""
        found = re.findall(r"\d{1,3}(?:[.,]\d{3})+", text)
        return [int(re.sub(r"\D", "", each)) for each in found]

    def paper(self) -> Path:
        """A signed paper, to be kept or attached."""
        return pdf(self.place)

    def papers(self, person: Person) -> Person:
        """Have every paper that the page offers: each is what its ending says."""
        offered = dict.fromkeys(person.page.locator("main").evaluate(PAPERS))
        assert offered, person.said()
        for address in offered:
            if address in self.fetched:
                continue
            self.fetched.add(address)
            answer = person.place.request.get(self.house.url + address)
            assert answer.status == 200, (address, answer.status)
            ending = address.split("?")[0].rsplit(".", 1)[-1]
            assert answer.body().startswith(MAGIC[ending]), address
        return person

    def sheet(self, name: str, rows: Sequence[Sequence[object]]) -> Path:
        """A workbook of one sheet, as a bank or an inventory hands it out."""
        book, out = Workbook(), BytesIO()
        page = book.active
        assert page is not None
        for row in rows:
            page.append(list(row))
        book.save(out)
        path = self.place / name
        path.write_bytes(out.getvalue())
        return path
