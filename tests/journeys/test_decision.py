"""From a need to a published decision, by clicking: every role, language and size."""

from __future__ import annotations

import json
import os
import re
from datetime import timedelta

import pytest
from django.db import connection

from tests.journeys.councils import (
    CHAIR,
    MEMBERS,
    PARTIAL,
    declare,
    items,
    letter,
    reviews,
    seats,
    signatures,
    ties,
)
from tests.journeys.experts import calendar, entry, figures, knowing, own
from tests.journeys.papers import pdf
from tests.journeys.people import DESKTOP, PHONE
from tests.journeys.run import Run
from tests.journeys.scenarios import (
    DEPARTS,
    GIVEN,
    adoption,
    aggregate,
    deviation,
    scenario,
)
from tests.journeys.writing import WORDS, propose, write_dossier

UNJUDGED = ".likenesses li:not(:has(.badge))"
# The letters are in the language of the applicants' accounts.
UNCHOSEN = r"Hội đồng (không đề nghị|xếp hồ sơ hạng 2)"
ABSENT = "expert2"  # hands in no ballot on the second dossier


# ---- the chapters


def order(run):
    title = run.titles[0]
    applicant = run.who("applicant1")
    propose(applicant, {"title": title.vi, "title_en": title.en})
    applicant.reads(run.read(title))

    officer = run.who("officer")
    officer.follow(run.read(title)).reads(WORDS)
    officer.agree("accept the need for consideration")
    officer.follow("Draft an order from it")
    officer.answer(
        {
            **title.fields(),
            "objectives_vi": WORDS,
            "budget_ceiling": run.money(1_000_000_000),
            "duration_months": "24",
            "way": "selection",
            "form-0-name_vi": "Hệ thống đo và phần mềm báo sớm",
            "form-0-quantity": "1",
            "form-0-unit": "bộ",
            "form-0-quality": "Báo trước 48 giờ",
            "assigned_host": "",
            "grounds": "",
        },
        words="",
    ).send()
    officer.follow("Put on a list for approval")
    officer.fill(**run.list.fields()).send()

    leader = run.who("leader")
    leader.menu(to="Order lists").follow(run.read(run.list))
    leader.fill(
        decision_number=f"1{run.number}/QĐ-ĐMST",
        decided_on=run.house.now().date().isoformat(),
    )
    leader.press("Approve").confirm()
    leader.reads(f"1{run.number}/QĐ-ĐMST")


def call(run):
    opens = run.house.now() + timedelta(hours=1)
    officer = run.who("officer")
    officer.menu(to="Calls").follow("New call")
    officer.fill(
        code=run.code,
        **run.call.fields(),
        description_vi=WORDS,
        opens_at=f"{opens:%Y-%m-%dT%H:%M}",
        closes_at=f"{opens + timedelta(days=21):%Y-%m-%dT%H:%M}",
    )
    officer.page.locator("label", has_text=run.read(run.titles[0])).first.click()
    officer.send()
    officer.agree("Publish")
    officer.reads("The call is published; everybody reads it.").reads("Sealed")
    run.house.wait_until(opens + timedelta(minutes=1))


def dossiers(run):
    paper = pdf(run.place)
    for name, title in zip(("applicant1", "applicant2"), run.titles, strict=True):
        applicant = run.who(name)
        applicant.menu(to="Calls").follow(run.read(run.call)).follow("Begin a dossier")
        write_dossier(applicant, title.fields(), paper=paper, money=run.money)
        applicant.press("Hand in the dossier").reads("Receipt")
        assert applicant.download("Receipt", run.place / "receipt").startswith(
            b"c2sp.org/"
        )
    officer = run.who("officer")
    officer.menu(to="Calls").follow(run.read(run.call)).reads("Sealed")
    officer.menu(to="Dossiers")
    for shown in (run.titles[1].vi, run.titles[1].en):
        assert shown not in officer.page.content()


def opening(run):
    run.house.wait_until(run.house.now() + timedelta(days=22))
    officer = run.who("officer")
    officer.menu(to="Calls").follow(run.read(run.call))
    officer.agree("Open the dossiers")
    for title in run.titles:
        officer.menu(to="Dossiers").follow(run.read(title)).follow("Check validity")
        for line in officer.every("main select"):
            line.select_option("met")
        officer.press("Confirm as valid")


def likenesses(run):
    """Earlier work says much the same: two people say why the dossier may go on."""
    title = run.titles[0]
    earlier = run.place / "earlier.jsonl"
    row = {"key": "1", "title": title.vi, "abstract": WORDS, "year": 2021}
    earlier.write_text(json.dumps(row), encoding="utf-8")
    for command in (
        ("opensti.console.main", "import", "tasks", str(earlier), "--source", run.code),
        ("tests.journeys.worker",),
    ):
        told = run.house.run_module(*command)
        assert told.returncode == 0, told.stderr
    officer = run.who("officer")
    _comparison(officer, run.read(title)).reads(WORDS[:30])
    for _n in range(officer.page.locator(UNJUDGED).count()):
        officer.page.locator("[name=finding][value=acceptable]").check()
        officer.fill(grounds="Nơi áp dụng khác, số đo khác.").press("Give the verdict")
    secretary = run.who("secretary")
    _comparison(secretary, run.read(title))
    while secretary.offers("Answer"):
        secretary.page.locator("[name=outcome][value=confirm]").check()
        secretary.press("Answer")
    officer.menu(to="Dossiers").follow(run.read(title)).reads("all likenesses judged")


def _comparison(reader, title):
    reader.menu(to="Dossiers").follow(title)
    return reader.follow("Open the comparison")


def council(run):
    officer = run.who("officer")
    officer.menu(to="Councils").follow("New council")
    officer.choose("kind", "selection").press("Show")
    officer.fill(**run.council.fields())
    officer.page.locator("select[name=secretary]").select_option(label="Lê Thị Thư Ký")
    for title in run.titles:
        officer.page.locator("tr", has_text=run.read(title)).locator(
            "input[type=checkbox]"
        ).check()
    officer.press("Form the council")
    seats(officer)
    officer.fill(
        decision_number=f"3{run.number}/QĐ-ĐMST",
        decided_on=run.house.now().date().isoformat(),
    ).press("Set up the council")


def invitations(run):
    hidden = run.titles[1]
    for name in MEMBERS:
        if name == CHAIR:
            continue  # answered by letter
        expert = run.who(name)
        expert.follow(run.read(run.council))
        if "/invitation/" not in expert.page.url:
            expert.follow("Answer the invitation")
        tied = run.read(hidden) if name == PARTIAL else ""
        declare(expert, tied=tied)
        if tied:
            expert.menu(to="Councils").follow(run.read(run.council))
            assert hidden.vi not in expert.page.content()
            assert hidden.en not in expert.page.content()


def preparation(run):
    meets = (run.house.now() + timedelta(days=16)).replace(hour=9, minute=0)
    secretary = run.who("secretary")
    secretary.follow(run.read(run.council))
    secretary.fill(meeting_at=f"{meets:%Y-%m-%dT%H:%M}", place="Phòng 201")
    secretary.press("Call the meeting")
    for title in run.titles:
        row = secretary.page.locator("tr", has_text=run.read(title))
        row.locator("summary").first.click()
        for name in ("expert3", "expert4"):
            row.locator("label", has_text=MEMBERS[name]).first.click()
        row.locator("button:visible").first.click()
        secretary.look()
    secretary.press("Send the documents")
    run.meets = meets


def meeting(run):
    run.house.wait_until(run.meets)
    secretary = run.who("secretary")
    secretary.menu(to="Councils").follow(run.read(run.council)).follow(
        "Attendance and opening"
    )
    for box in secretary.every("[name=present]"):
        box.check()
    secretary.press("Note the attendance").press("Open the meeting")
    secretary.reads("Ballots handed in")


def ballots(run):
    for number, name in enumerate(MEMBERS):
        expert = run.who(name)
        for title, share in zip(run.titles, (0.9, 0.6), strict=True):
            if title is run.titles[1] and name in {PARTIAL, ABSENT}:
                continue
            if title is run.titles[1]:  # the first is on the page of the day
                expert.menu(to="My ballots")
            expert.follow(run.read(title))
            if not expert.page.url.endswith("/ballot/"):
                expert.follow("Ballot")
            expert.score(share - 0.02 * number)
            expert.press("Hand the ballot in").reads("Your ballot is handed in")


def conclusion(run):
    secretary = run.who("secretary")
    secretary.menu(to="Councils").follow(run.read(run.council)).follow(
        "Attendance and conclusion"
    )
    secretary.press("Count and conclude").confirm()
    secretary.reads("Wait for them, or confirm that they count as not cast.")
    secretary.page.locator("[name=missing]").check()
    secretary.press("Count and conclude").confirm()
    if not secretary.page.url.endswith("/results/"):
        secretary.follow("The council has concluded: see the results")
    secretary.reads("How it was counted").reads("Means of the criteria")
    means = secretary.page.locator("main table").first.inner_text()
    assert re.search(r"\d{2}\.\d{2}" if run.language == "en" else r"\d{2},\d{2}", means)
    secretary.fill(text="Hội đồng đã nghe phản biện và thảo luận.").press(
        "Save the minutes"
    )
    paper = secretary.download("Minutes, PDF", run.place / "minutes.pdf")
    assert paper.startswith(b"%PDF")
    paper = secretary.download("Scores, Word", run.place / "scores.docx")
    assert paper.startswith(b"PK")


def results(run):
    officer = run.who("officer")
    officer.menu(to="Calls").follow(run.read(run.call))
    officer.agree("Lay out the results")
    officer.reads(run.read(run.titles[0]))


def proposal(run):
    officer = run.who("officer")
    officer.menu(to="Selection rounds").first_row(run.code)
    officer.fill(proposal="Kính trình Lãnh đạo Cục quyết định theo phương án tham mưu.")
    officer.press("Lay before the leader")


def decision(run):
    leader = run.who("leader")
    leader.menu(to="Selection rounds").first_row(run.code)
    leader.fill(decision_number=run.decided).press("Decide").confirm()
    leader.reads(run.decided)


def letters(run):
    officer = run.who("officer")
    officer.menu(to="Selection rounds").first_row(run.code)
    refused = officer.page.locator("main tr", has_text=run.read(run.titles[1])).first
    code = re.search(rf"{run.code}-\d+", refused.inner_text())[0]
    table = officer.page.locator("#letters + .table-box")
    for address in [a.get_attribute("href") for a in table.locator("a").all()]:
        officer.open(address).press("I have read it: checked")
    officer.menu(to="Selection rounds").first_row(run.code)
    officer.agree("Release all letters").confirm()
    applicant = run.who("applicant2")
    applicant.menu(to="Letters").first_row(code)
    applicant.reads(run.decided)
    assert re.search(UNCHOSEN, applicant.said())
    winner = run.who("applicant1")
    winner.menu(to="Letters").first_row(run.code).reads(f"{GIVEN:,}".replace(",", "."))
    for reader in (applicant, winner):
        assert DEPARTS not in reader.page.content()


def register(run):
    reader = run.who()
    reader.open("/").page.locator("main").get_by_role("listitem").filter(
        has_text=run.read(run.titles[0])
    ).last.locator("a").click()
    reader.look().reads(run.decided)
    receipt = run.place / "decision.tlog-proof"
    reader.download("Receipt", receipt)
    for page in ("calls", "orders", "tasks", "decisions", "statistics", "verify"):
        reader.open(f"/{page}/")
    key = re.search(r'--key "([^"]+)"', reader.page.locator("main").inner_text())[1]
    told = verify(run, receipt, key)
    assert told.returncode == 0, told.stderr
    said = json.dumps(json.loads(told.stdout), ensure_ascii=False)
    assert run.decided in said
    lines = receipt.read_text(encoding="utf-8").splitlines(keepends=True)
    mark = lines[1][40]
    lines[1] = lines[1][:40] + ("B" if mark == "A" else "A") + lines[1][41:]
    receipt.write_text("".join(lines), encoding="utf-8")
    assert verify(run, receipt, key).returncode == 1


def verify(run, receipt, key):
    """Let somebody verify a receipt who has nothing of the house."""
    empty = run.place / "elsewhere"
    empty.mkdir(exist_ok=True)
    return run.house.run(
        *("log", "verify", str(receipt), "--key", key, "--json"),
        OPENSTI_DATA_DIR=str(empty),
        TEST_DATABASE_URL=f"sqlite:///{empty / 'nothing.sqlite3'}",
    )


CHAPTERS = (
    *(order, call, dossiers, opening, likenesses, entry, ties, council, letter),
    *(knowing, invitations, preparation, calendar, reviews, meeting, items, ballots),
    *(conclusion, signatures, own, figures, results, scenario, adoption, deviation),
    *(proposal, decision, letters, register, aggregate),
)
EVERY = "OPENSTI_JOURNEYS"
RUNS = {
    "vi-desktop": (0, "vi", DESKTOP),
    "vi-phone": (1, "vi", PHONE),
    "en-desktop": (2, "en", DESKTOP),
    "en-phone": (3, "en", PHONE),
}


# A walk takes minutes: the runs on both databases together show each language and each
# size, all four on request.
USUAL = {"sqlite": "vi-desktop", "postgresql": "en-phone"}


@pytest.mark.parametrize("name", RUNS)
def test_a_need_becomes_a_published_decision(somebody, house, tmp_path, name):
    if name != USUAL[connection.vendor] and os.environ.get(EVERY) != "all":
        pytest.skip(f"walked with {EVERY}=all")
    number, language, size = RUNS[name]
    run = Run(number, language, size, house, tmp_path, somebody)
    for chapter in CHAPTERS:
        chapter(run)
