"""What may keep a reader from a page: barriers, its width, words in the other language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT

from tests.journeys.wording import amiss

if TYPE_CHECKING:
    from tests.journeys.people import Person

IDS = re.compile(r"/(?=[^/]*\d)[0-9a-zA-Z_-]{6,}(?=/|$)|/\d+(?=/|$)")
# Which state of a page this is, how much too wide it is, what is cut off, its words. Text that is
# marked as being in another language than the page may be so.
GLANCE = """() => {
  const root = document.documentElement, said = new Set(document.title.split(" · "));
  const own = node => node.closest("[lang]").lang === root.lang;
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode.parentElement;
    if (!node.closest("script, style, textarea") && own(node)) said.add(texts.currentNode.data);
  }
  for (const name of ["aria-label", "title", "placeholder", "alt", "data-label"])
    for (const node of document.querySelectorAll(`[${name}]`))
      if (own(node)) said.add(node.getAttribute(name));
  const cut = [...document.querySelectorAll("main td :is(input, select, textarea)")]
    .filter(c => c.checkVisibility()
      && c.getBoundingClientRect().right > c.closest("td").getBoundingClientRect().right + 1);
  return {
    cut: cut.map(c => c.name),
    language: root.lang, wide: root.scrollWidth - root.clientWidth, said: [...said],
    state: [...document.querySelectorAll("main h2")].map(e => e.innerText).concat(
      document.querySelectorAll("main .notice").length),
  };
}"""
AXE = """axe.run({resultTypes: ["violations"]}).then(found => found.violations.map(v =>
  `${v.id} ${v.help} – ` + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join("; ")))"""


class Barriers:
    """Looks at every page, and with axe once at each state of it, language and size."""

    def __init__(self) -> None:
        self.seen: set[tuple[str, ...]] = set()

    def on(self, person: Person) -> list[str]:
        """Return what is amiss on the page before somebody."""
        if not person.scripts:
            return []
        page = person.page
        glance = page.evaluate(GLANCE)
        found = [
            f"“{text}” is not in the language of the page"
            for text in (" ".join(raw.split()) for raw in glance["said"])
            if amiss(text, person.language)
            or any(name in text for name in person.others)
        ]
        if glance["language"] != person.language:
            found.append(f"the page says it is in “{glance['language']}”")
        if glance["wide"] > 0:
            found.append(f"{glance['wide']} px wider than the screen")
        found += [f"“{name}” is cut off at the edge" for name in glance["cut"]]
        size = str(person.size["width"])
        address = IDS.sub("/*", urlsplit(page.url).path)
        key = (person.language, size, address, *map(str, glance["state"]))
        if key not in self.seen:
            self.seen.add(key)
            page.evaluate(AXE_SCRIPT)
            found += page.evaluate(AXE)
        where = f"{page.url} ({person.name}, {person.language}, {size} px)"
        return [f"{where}: {fault}" for fault in found]
