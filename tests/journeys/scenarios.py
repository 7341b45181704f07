"""Chapters of choosing: a scenario is computed, adopted by a second person, departed from."""

from __future__ import annotations

import re

GROUNDS = "Trong dự toán; không phương án nào có tổng điểm cao hơn."
DEPARTS = "Một phần thiết bị đo đã có từ nhiệm vụ trước."
BUDGET, GIVEN = 900_000_000, 300_000_000


def scenario(run):
    """An officer says the budget in a form; the worker finds the set and its reasons."""
    officer = run.who("officer")
    officer.menu(to="Selection rounds").first_row(run.code).follow("New scenario")
    officer.fill(
        title_vi=run.scenario.vi,
        title_en=run.scenario.en,
        **{"budget-state": run.money(BUDGET)},
    ).send()
    officer.press("Have it computed")
    told = run.house.run_module("tests.journeys.worker")
    assert told.returncode == 0, told.stderr
    officer.open(officer.page.url).reads(
        "Proven: no set within the conditions has a higher sum."
    )
    rows = officer.page.locator("[id^=ranked-]")
    assert run.read(run.titles[0]) in rows.first.text_content()
    assert run.read(run.titles[1]) in rows.last.text_content()
    officer.page.locator("#budget-range").focus()
    officer.page.keyboard.press("Home")
    officer.page.wait_for_url("**stop=50**")
    assert officer.page.locator("main svg").count() > 1
    box = officer.unfold("Put it forward as the advice of the round")
    box.locator("[name=grounds]").fill(GROUNDS)
    officer.press("Put it forward").reads(GROUNDS)
    assert not officer.offers("Adopt it")


def adoption(run):
    """The leader adopts it: the round proposes what it chose, with its reasons."""
    leader = run.who("leader")
    leader.menu(to="Selection rounds").first_row(run.code)
    leader.follow(run.read(run.scenario)).agree("Adopt it")
    leader.reads("This is the advice of the round")


def deviation(run):
    """The officer proposes less money than advised and says why; the paper tells it."""
    officer = run.who("officer")
    officer.menu(to="Selection rounds").first_row(run.code)
    row = officer.page.locator("main tr", has_text=run.read(run.titles[0])).first
    row.locator("a").first.click()
    officer.look().follow("Change the proposed ruling")
    officer.fill(amount=run.money(GIVEN)).send()
    officer.reads("This is not what the adopted scenario advises.")
    officer.fill(deviation=DEPARTS).send()
    officer.menu(to="Selection rounds").first_row(run.code).reads("not as advised")
    words = f"{officer.say('Proposal to the leader')}, PDF"
    paper = officer.download(words, run.place / "proposal.pdf")
    assert paper.startswith(b"%PDF")


def aggregate(run):
    """Anybody reads how often the advice was followed, and not why it was not."""
    reader = run.who()
    reader.open("/statistics/").follow("Decisions beside the advice")
    row = reader.page.locator("main tbody tr", has_text=run.code).first.inner_text()
    # decided 2: as advised 1, against it 0 and 0, with another amount 1
    assert re.findall(r"\b\d\b", row.split(run.read(run.call))[-1]) == list("21001")
    assert DEPARTS not in reader.page.content()
