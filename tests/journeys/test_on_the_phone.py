"""A council's last ballot, its count, the decision and the letters: on a phone, in English."""

from __future__ import annotations

from tests.journeys.people import PHONE
from tests.journeys.test_without_scripts import score


def test_a_council_concludes_and_the_leader_decides(somebody):
    def on_the_phone(name=""):
        return somebody(name, language="en", size=PHONE)

    expert = on_the_phone("expert6")
    score(expert, 0.9)
    expert.reads("Your ballot is handed in")

    secretary = on_the_phone("secretary")
    secretary.menu(to="Councils")
    secretary.page.locator("main tbody a").first.click()
    secretary.look().follow("Meeting")
    missing = secretary.page.locator("[name=missing]")
    missing.check()
    secretary.press("Count and conclude").confirm()
    if not secretary.page.url.endswith("/results/"):
        secretary.follow("The council has concluded: see the results")
    secretary.reads("How it was counted")
    secretary.fill(text="The council heard the reviewers and discussed.")
    secretary.press("Save the minutes").agree("Adopt the minutes")

    officer = on_the_phone("officer")
    officer.menu(to="Calls").first_row("BCT-2026-01").agree("Lay out the results")
    officer.press("Lay before the leader")

    leader = on_the_phone("leader")
    leader.open("/work/")
    leader.page.locator("main tbody a").first.click()
    leader.look().fill(decision_number="88/QĐ-ĐMST").press("Decide").confirm()
    leader.reads("88/QĐ-ĐMST")

    officer.menu(to="Selection rounds").first_row("BCT-2026-01")
    officer.page.locator("#letters + .table-box tbody a").first.click()
    officer.look().press("I have read it: checked")
    officer.menu(to="Selection rounds").first_row("BCT-2026-01")
    officer.agree("Release all letters").confirm()

    reader = on_the_phone()
    reader.open("/decisions/")
    reader.page.locator("main tbody a").first.click()
    reader.look().reads("88/QĐ-ĐMST")
    for page in ("/", "/calls/", "/orders/", "/tasks/", "/statistics/", "/verify/"):
        reader.open(page)
