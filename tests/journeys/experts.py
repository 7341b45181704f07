"""Chapters of an expert: what one declares, who is found by it, fees, calendar, certificates."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from icalendar import Calendar
from playwright.sync_api import expect

from tests.journeys.councils import at_council

NEW = {"expert12": "Mai Văn Cường"}  # has written nothing that the registry knows
MONEY = re.compile(r"\d{3}[.,]\d{3}")


def entry(run):
    """An expert without works says what he can judge, and when he cannot come."""
    (name,) = NEW
    expert = run.who(name)
    expert.menu(to="My entry").reads(NEW[name])
    expert.follow("Correct").fill(
        keywords_vi=run.titles[0].vi, keywords_en=run.titles[0].en
    ).send()
    expert.reads(run.read(run.titles[0]))
    day = run.house.now().date().isoformat()
    expert.menu(to="My time and wishes").fill(since=day, last=day)
    expert.press("Note these days").reads("Free after all")


def knowing(run):
    """Officers see who knows a subject, by which works and terms, and by what is declared."""
    officer = at_council(run, "officer").follow("Who knows this subject")
    officer.press("Rank the experts")
    officer.reads("The experts are being ranked; look again in a minute.")
    # The worker looks for what is wanted three times a minute.
    run.house.wait_until(run.house.now() + timedelta(minutes=1))
    told = run.house.run_module("tests.journeys.worker")
    assert told.returncode == 0, told.stderr
    officer.open(officer.page.url)
    rows = officer.page.locator("main tbody tr")
    assert rows.count(), (told.stdout, told.stderr, officer.said())
    best = rows.first.inner_text()
    assert re.search(r"\d %; \w", best) or NEW["expert12"] in best, best
    officer.fill(q=NEW["expert12"]).press("Show")
    expect(officer.page.locator("main tbody tr")).to_have_count(1)
    officer.reads(NEW["expert12"]).reads("declared keywords and fields")


def calendar(run):
    """A member's calendar program reads the meeting by a secret link, until it is taken away."""
    expert = run.who("expert4").menu(to="My councils")
    expert.reads(run.read(run.council)).press("Make a link")
    address = expert.page.locator("main .notice code").inner_text()
    with urlopen(address) as answer:
        days = Calendar.from_ical(answer.read())
    assert any(run.council.vi in each["summary"] for each in days.walk("VEVENT")), days
    expert.press("Take the link away")
    with pytest.raises(HTTPError, match="404"):
        urlopen(address)


def own(run):
    """A member reads what the norms allow for the meeting, and takes the certificate."""
    expert = run.who("expert4").menu(to="My councils")
    expert.reads(run.read(run.council)).reads("Fees by the norms")
    assert MONEY.search(expert.page.locator("#fees ~ .table-box").first.inner_text())
    paper = expert.download("PDF", run.place / "certificate.pdf")
    assert paper.startswith(b"%PDF")


def figures(run):
    """What councils are like: for officials with all, for the public without small cells."""
    officer = run.who("officer").menu(to="Councils").follow("In figures")
    officer.reads("Seats held")
    reader = run.who().open("/statistics/").follow("Councils in figures")
    reader.reads("Councils in figures")
