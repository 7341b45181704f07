"""Chapters of a council's life: ties are judged, reviews sealed, the meeting runs, minutes are signed."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from itertools import chain, repeat
from urllib.parse import urlsplit

from tests.journeys.people import PHONE

SEATS = ("chair", "vice", "reviewer", "reviewer", "secretary", "member", "member")
MEMBERS = {
    "expert1": "Nguyễn Đình Phúc",
    "expert2": "Trần Quang Huy",
    "expert3": "Lê Thị Minh Châu",
    "expert4": "Phạm Hồng Sơn",
    "expert5": "Hoàng Thị Yến",
    "expert6": "Vũ Đức Thắng",
    "expert7": "Đỗ Thị Thu Trang",
}
PARTIAL = "expert7"  # was the second leader's colleague
REVIEWERS = {"expert3": 0.9, "expert4": 0.4}  # what they think of the first dossier
TIED = "Dương Thị Hạnh"  # has no seat; told by scene.py
CHAIR, KEEPS_MINUTES = "expert1", "expert5"


def seats(officer, members=MEMBERS):
    """Every seat of a council that was just formed is given; the rule is met."""
    if not officer.page.url.endswith("/seats/"):
        officer.follow("Seats")
    roles = chain(SEATS, repeat("member"))
    for seat, name in zip(roles, members.values(), strict=False):
        person = officer.page.locator("select[name=person]")
        label = person.locator("option", has_text=name).first.inner_text()
        person.select_option(label=label.strip())
        officer.choose("role", seat).press("Give the seat")
    officer.reads("The seats meet the rule.").follow("To the council")


def ties(run):
    """A sister of the applicant was found by itself; to let her judge takes two."""
    officer = run.who("officer")
    officer.menu(to="Conflicts of interest").first_row(run.code)
    officer.reads(TIED)
    officer.page.locator("[name=finding][value=manageable]").check()
    given = officer.page.locator("form:has([name=finding])")
    given.locator("[name=reason]").fill("Phần việc độc lập, không chung ngân sách.")
    given.locator("[name=condition]").fill("Không phát biểu về kinh phí.")
    officer.press("Give the verdict")
    officer.reads("The verdict waits for a second person; until then nothing changes.")
    assert not officer.offers("I confirm it")
    leader = run.who("leader")
    leader.menu(to="Conflicts of interest").first_row(run.code)
    leader.press("I confirm it").reads("Confirmed: the verdict holds from now on.")


def letter(run):
    """The chair takes the seat by the link of the letter, before signing in."""
    told = run.house.run_module("tests.journeys.worker")
    assert told.returncode == 0, told.stderr
    address = mailed_link(run, f"{CHAIR}@")
    reader = run.who()
    reader.open(address).press("I take the seat")
    reader.reads("You take part in the council")
    chair = run.who(CHAIR)
    declare(chair.open(address).follow("Sign in and go on"))


def declare(expert, *, tied=""):
    """Declare ties, sign the undertaking, take the seat."""
    if tied:
        box = expert.page.locator("fieldset", has_text=tied)
        box.locator("[type=checkbox]").check()
        box.locator("input:not([type=checkbox])").fill("Từng làm chung với chủ nhiệm")
    expert.page.locator("[name=undertaking]").check()
    expert.page.locator("[name=answer][value=accept]").check()
    expert.press("Answer")


def mailed_link(run, to):
    """The address in the newest letter that asks somebody for an answer."""
    found = ""
    for box in sorted(run.house.mail.iterdir(), key=lambda file: file.stat().st_mtime):
        for raw in re.split(rb"\n-{79}\n", box.read_bytes()):
            mail = message_from_bytes(raw.lstrip(), policy=policy.default)
            if to in (mail["To"] or ""):
                link = re.search(r"https?://\S+/answer/\S+", mail.get_content())
                found = link[0] if link else found
    return urlsplit(found).path


def reviews(run):
    """Two reviewers hand in sealed reviews; where they disagree is seen beforehand."""
    title = run.read(run.titles[0])
    for number, (name, share) in enumerate(REVIEWERS.items()):
        expert = at_council(run, name).follow("Reading room")
        expert.follow(title).follow("My review").score(share)
        expert.page.locator("[name=confidence][value=medium]").check()
        expert.press("Hand the review in").reads(
            "The reviews of this case are open"
            if number
            else "Your review is handed in and sealed"
        )
    secretary = at_council(run, "secretary").follow("Before the meeting")
    secretary.reads("The widest apart come first: speak of them first.")


def items(run):
    """The meeting goes from item to item; a member follows it on a phone."""
    secretary = at_council(run, "secretary").follow("Running meeting")
    member = run.who("expert6")
    for title in run.titles:
        row(secretary, title).get_by_role("button", name=secretary.say("Begin")).click()
        secretary.look()
        if title is run.titles[0]:
            member.page.set_viewport_size(PHONE)
            member.open(urlsplit(secretary.page.url).path.replace("session", "now"))
            member.reads(run.read(title)).reads("You are noted as present.")
            member.reads("Your ballot is not handed in yet.")
            member.follow("To my ballot")
            member.page.set_viewport_size(member.size)
            secretary.open(secretary.page.url.replace("session", "room"))
            secretary.page.go_back()
        else:
            row(secretary, MEMBERS[PARTIAL]).locator("[data-state=away]").wait_for()
        row(secretary, title).get_by_role(
            "button", name=secretary.say("Finish")
        ).click()
        secretary.look()


def row(reader, said, *, within="main"):
    """The row of the page that says something, by what it is called or what it says."""
    words = said if isinstance(said, str) else getattr(said, reader.language)
    return reader.page.locator(f"{within} tbody tr", has_text=words).first


def signatures(run):
    """Those who were there sign what they read, chair and secretary of the council last."""
    secretary = at_council(run, "secretary").follow("Minutes")
    path = urlsplit(secretary.page.url).path
    others = [name for name in MEMBERS if name not in {CHAIR, KEEPS_MINUTES}]
    for name in (*others, KEEPS_MINUTES, CHAIR):
        member = run.who(name).open(path)
        member.press("I have read them: sign").confirm()
        signed = row(member, MEMBERS[name], within="#signatures ~ .table-box")
        signed.locator("[data-state=signed]").wait_for()
    secretary.open(path).agree("Adopt the minutes").reads("The minutes are adopted")


def at_council(run, name):
    """Somebody at the page of the council."""
    return run.who(name).menu(to="Councils").follow(run.read(run.council))
