"""Chapters of acceptance: the host's own word, two councils, recognition, registration."""

from __future__ import annotations

from datetime import timedelta

from tests.journeys.councils import MEMBERS, at_council, declare, seats
from tests.journeys.run import Name

BEFORE_THE_END = 150  # days after the last chapter: the contract still runs
# A national council has nine members.
NINE = {"expert8": "Bùi Xuân Trường", "expert9": "Đặng Thị Kim Oanh"}
REVIEWERS = ("expert3", "expert4")
REASON = "Chưa đủ số liệu thử nghiệm dài ngày; phải đo thêm ba tháng."


def assessment(life):
    """Product by product, with evidence for each: saved by itself, then handed in."""
    life.wait(days=BEFORE_THE_END)
    host = life.at("applicant1", "Acceptance").follow("Self-assessment")
    kinds = host.page.locator("select[name=kind] option").evaluate_all(
        "options => options.map(o => o.value)"
    )
    for kind in kinds[:-1]:  # the last is any other paper
        host.choose("kind", kind)
        host.page.set_input_files("main input[type=file]", life.paper())
        host.press("Attach").reads("The file is attached.")
    claims(host)
    if host.offers("Hand in the self-assessment"):
        host.press("Hand in the self-assessment")
        host.reads("The self-assessment is handed in.")
    else:
        host.press("Save and go on later").reads("Saved.")


def claims(host, *, words="Đã chế tạo, thử nghiệm tại nhà máy."):
    """What the host says of each product, and of its report."""
    form = host.page.locator("main form[data-autosave]")
    for box in form.locator("select").all():
        box.select_option("pass")
    for box in form.locator("input[name^=delivered-]").all():
        box.fill("1")
    for box in form.locator("textarea[name^=text-]").all():
        box.fill(words)


def base(life):
    """The host's own council met elsewhere: its word is entered with its minutes."""
    host = life.at("applicant1", "Acceptance").follow("The host's own council")
    host.fill(
        decision_number="15/QĐ-VCK",
        met_on=life.today(),
        members="\n".join(
            f"{name}; ủy viên; Viện Nghiên cứu Cơ khí"
            for name in ("Ngô Văn A", "Lê Thị B", "Trần C", "Phạm D", "Vũ E")
        ),
        conclusion="Đạt yêu cầu của hợp đồng.",
        **{"votes-pass": "5"},
    )
    host.page.set_input_files("main input[type=file]", life.paper())
    host.press("The work passes").reads("The conclusion is entered.")


def dossier(life):
    """Handed in, returned with a marked place, handed in anew."""
    host = life.at("applicant1", "Acceptance")
    host.press("Hand in the acceptance dossier").confirm()
    officer = life.at("officer", "Acceptance")
    box = officer.unfold("Return for completion")
    box.locator("[name=mark_place]").first.fill("Báo cáo tổng kết")
    box.locator("[name=mark_text]").first.fill("Thiếu phụ lục số liệu.")
    officer.agree("Return for completion", reason="Bổ sung phụ lục.")
    host = life.at("applicant1", "Acceptance").reads("Thiếu phụ lục số liệu.")
    host.press("Hand in the acceptance dossier").confirm()
    host.reads("The acceptance dossier is handed in.")


def first_council(life):
    """Seven members declare and vote product by product: one product fails the work."""
    judged(life, Name("Hội đồng nghiệm thu lần 1", "First acceptance council"), "fail")


def second_council(life):
    """Another council reads the reworked dossier: the work is accepted."""
    judged(life, Name("Hội đồng nghiệm thu lần 2", "Second acceptance council"), "pass")


def judged(life, name, level):
    """A council formed, seated, invited, met, counted; its minutes are had as papers."""
    life.council = name
    officer = life.at("officer", "Acceptance")
    box = officer.unfold("Form the acceptance council")
    box.locator("[name=title_vi]").fill(name.vi)
    box.locator("[name=title_en]").fill(name.en)
    box.locator("[name=secretary]").select_option(label="Lê Thị Thư Ký")
    box.locator("button[type=submit]:not([name=act])").click()
    officer.look().follow("The council that has the work before it")
    members = MEMBERS | (NINE if life.regime == "national_2013" else {})
    seats(officer, members)
    officer.fill(
        decision_number=f"{30 + len(life.kept)}/QĐ-ĐMST", decided_on=life.today()
    ).press("Set up the council")
    for expert in members:
        member = life.who(expert).open("/work/").follow(life.read(name))
        if "/invitation/" not in member.page.url:
            member.follow("Answer the invitation")
        declare(member)
    meets(life)
    for expert in members:
        vote(life.who(expert), level)
    counted(life)


def meets(life):
    """Called with its documents sent; on its day it is opened."""
    day = (life.house.now() + timedelta(days=16)).replace(hour=9, minute=0)
    secretary = at_council(life, "secretary")
    secretary.fill(meeting_at=f"{day:%Y-%m-%dT%H:%M}", place="Phòng 201")
    secretary.press("Call the meeting")
    row = secretary.page.locator("main tr:has(summary)").first
    row.locator("summary").first.click()
    for name in REVIEWERS:
        row.locator("label", has_text=MEMBERS[name]).first.click()
    row.locator("button:visible").first.click()
    secretary.look().press("Send the documents")
    life.house.wait_until(day)
    secretary = at_council(life, "secretary").follow("Attendance and opening")
    for box in secretary.every("[name=present]"):
        box.check()
    secretary.press("Note the attendance").press("Open the meeting")


def vote(member, level):
    """Read the acceptance dossier; a level for each criterion, a reason for the lowest."""
    member.menu(to="My ballots").first_row()
    if not member.page.url.endswith("/ballot/"):
        member.follow("Ballot")
    ballot = member.page.url
    member.follow("Acceptance dossier").reads("Product by product")
    member.open(ballot)
    for number, box in enumerate(member.every("select[name^=vote-]")):
        box.select_option("pass" if number else level)
    member.fill(opinion=REASON if level == "fail" else "Đạt yêu cầu của đặt hàng.")
    member.press("Hand the ballot in").reads("Your ballot is handed in")


def counted(life):
    """Counted level by level; minutes and scores are had in PDF and Word."""
    secretary = at_council(life, "secretary").follow("Attendance and conclusion")
    secretary.press("Count and conclude").confirm()
    if not secretary.page.url.endswith("/results/"):
        secretary.follow("The council has concluded: see the results")
    secretary.reads("How it was counted")
    secretary.fill(text="Hội đồng đã nghe báo cáo và thảo luận.")
    life.papers(secretary.press("Save the minutes"))


def rework(life):
    """Not accepted: a time to rework, and the dossier anew within it."""
    officer = life.at("officer", "Acceptance")
    officer.reads("The council did not accept the work")
    officer.agree("Ask for rework", reason=REASON, until=life.today(days=90))
    officer.reads("The work is to be reworked.")
    mended(life)


def mended(life):
    life.wait(days=60)
    host = life.at("applicant1", "Acceptance").follow("Self-assessment")
    claims(host, words="Đã đo thêm ba tháng; số liệu trong phụ lục.")
    host.press("Save and go on later").follow("To the acceptance")
    host.press("Hand in the acceptance dossier").confirm()
    host.reads("The acceptance dossier is handed in.")


def office_asks_rework(life):
    """Where no council judges, the office does, on the evidence: first it asks for rework."""
    officer = life.at("officer", "Acceptance").follow("Conclude on the evidence")
    for box in officer.every("select[name^='level-']"):
        box.select_option("fail")
    officer.fill(reason=REASON, until=life.today(days=90)).press("Ask for rework")
    officer.reads("The conclusion is entered.")
    mended(life)


def office_accepts(life):
    officer = life.at("officer", "Acceptance").follow("Conclude on the evidence")
    for box in officer.every("select[name^=level]"):
        box.select_option("pass")
    officer.press("Accept the work").confirm()


def completion(life):
    """What the council asked is done: confirmed, with the report as a paper."""
    officer = life.at("officer", "Acceptance")
    officer.agree("Confirm the completion", note="Chủ tịch hội đồng đã xác nhận.")
    life.papers(officer.confirm().reads("The completion is confirmed."))


def recognition(life):
    """The leader recognises the result: public, and the contract is completed."""
    leader = life.at("leader", "Acceptance")
    leader.agree(
        "Recognise the result", decision_number="61/QĐ-BCT", decided_on=life.today()
    )
    leader.confirm().reads("The result is recognised.")
    life.kept["recognised"] = str(life.day().year)
    life.papers(leader)


def certificate(life):
    """The number of the national register is entered; its dossier is handed over there."""
    officer = life.at("officer", "Acceptance")
    box = officer.unfold("Enter the certificate of registration")
    box.locator("input[type=file]").set_input_files(life.paper())
    officer.agree(
        "Enter the certificate of registration",
        number="2027-24-0123/NS-KQNC",
        registered_on=life.today(),
    )
    officer.confirm().reads("The certificate is entered.")
    if officer.offers("Make the dossier for the national system"):
        officer.press("Make the dossier for the national system")
        life.papers(officer.reads("Dossier for the national system"))


COUNCILS = (assessment, base, dossier, first_council, rework, second_council)
OFFICE = (assessment, dossier, office_asks_rework, office_accepts)
