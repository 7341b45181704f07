"""On a phone the whole menu can be reached, its last link too."""

from __future__ import annotations

import pytest

from opensti.kernel.access import Role
from tests.chromium import CHROMIUM
from tests.factories.tasks import person
from tests.web.portfolios.test_scenarios_in_browser import at_work, chromium

__all__ = ["at_work", "chromium"]
pytestmark = [
    pytest.mark.django_db(transaction=True),
    # whitenoise says so before anybody collected the static files
    pytest.mark.filterwarnings("ignore:No directory at"),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]
# Whether the last link is below the screen when the menu was scrolled to its end.
BELOW = """menu => {
  menu.scrollTop = menu.scrollHeight;
  const last = [...menu.querySelectorAll("a")].at(-1).getBoundingClientRect();
  return last.bottom > innerHeight;
}"""


def test_the_last_link_comes_onto_the_screen(at_work, live_server):
    page = at_work(person(Role.OFFICER), "en", 390)
    page.goto(f"{live_server.url}/work/")
    page.locator(".menu-link").click()
    menu = page.locator(".sidenav")
    assert menu.get_by_role("link").count() > 25
    assert menu.evaluate(BELOW) is False
