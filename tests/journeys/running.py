"""Chapters of a running contract: a report, a check, amendments, money cleared and paid."""

from __future__ import annotations

import re

from tests.journeys.contracting import PAYS_BY_ITEMS, pay
from tests.journeys.people import CONTROLS
from tests.journeys.run import Name
from tests.journeys.wording import CONTEXT
from tests.journeys.writing import WORDS

ACCEPT = f"report{CONTEXT}Accept"
REPORTS = {
    "moit_2026": Name("Báo cáo định kỳ 1", "Periodic report 1"),
    "moit_2014": Name("Báo cáo tiến độ định kỳ 1", "Periodic progress report 1"),
    "national_2013": Name("Báo cáo tiến độ 1", "Progress report 1"),
    "nd268_2025": Name("Báo cáo tiến độ 1", "Progress report 1"),
}
ROW = re.compile(r"(\w+)-(\d+)-(\w+)")
HALF_A_YEAR = 180  # days: in the last week of the first period of six months
# Two changes of each procedure, and who decides the second; a work that was extended may
# not be reworked under the circular of 2014, so there nothing is extended.
CHANGES = {
    "moit_2026": ("extend", "team"),
    "moit_2014": ("content", "team"),
    "national_2013": ("extend", "content"),
    "nd268_2025": ("extend", "team"),
}
BY_THE_HOST = {("moit_2026", "team"), ("nd268_2025", "team"), ("moit_2014", "team")}


def report(life):
    """Handed in, returned with a marked place, mended where it is marked, accepted."""
    life.wait(days=HALF_A_YEAR)
    life.work()
    name = life.read(REPORTS[life.regime])
    host = life.at("applicant1", "Reports")
    row = host.page.locator("main tbody tr", has_text=name)
    row.get_by_role("button").click()
    write(host.look())
    host.press("Save and hand in").reads("The report was handed in.")
    officer = life.at("officer", "Reports").follow(name)
    officer.follow("Return for completion")
    officer.fill(**{"remark-summary": "Nêu khối lượng đã làm."}).send()
    officer.reads("The report goes back to the host with your remarks.")
    host = life.at("applicant1", "Reports").follow("Go on writing")
    host.reads("Nêu khối lượng đã làm.")
    host.fill(summary=f"{WORDS} Đã làm 60 %.").press("Save and hand in")
    officer = life.at("officer", "Reports").follow(name)
    officer.follow("What changed").reads("60 %")
    life.at("officer", "Reports").follow(name).press(ACCEPT)
    officer.reads("The report is accepted.")


def write(host):
    """Fill in a report: what is asked once, and the rows that stand in it already."""
    host.answer({"spent_state_total": "1000000"}, words=WORDS)
    rows: dict[tuple[str, str], list[dict]] = {}
    controls = host.page.locator("main form[data-autosave]").evaluate(CONTROLS)
    for control in controls:
        if found := ROW.fullmatch(control["name"]):
            rows.setdefault((found[1], found[2]), []).append(control)
    for row in rows.values():
        if not any(c["value"] for c in row if c["tag"] != "SELECT"):
            continue
        for control in row:
            where = host.page.locator(f"main form [name='{control['name']}']")
            if control["value"] or control["type"] == "date":
                continue
            if control["tag"] == "SELECT":
                where.select_option(next(o for o in control["options"] if o))
            else:
                where.fill("60" if control["numeric"] else "Đã làm xong phần chính")


def check(life):
    """Announced, held with a finding, mended by the host, the mending accepted."""
    officer = life.at("officer", "Checks").follow("Announce a check")
    officer.fill(
        planned_on=life.today(days=14),
        place="Nhà máy Hải Phòng",
        team="Trần Thị Chuyên Viên, trưởng đoàn\nVũ Thị Tài Chính, thành viên",
        reason="Kiểm tra định kỳ.",
    ).send()
    officer.reads("The check is announced to the host.")
    life.wait(days=14)
    officer = life.at("officer", "Checks").first_row().follow("Write the minutes")
    officer.fill(
        content="Xem mẫu thử và sổ nhật ký.",
        host_side="Ngô Minh Đức",
        opinion="Đồng ý với đoàn.",
        conclusion="Đúng tiến độ; còn một điểm phải khắc phục.",
        **{
            "finding-0-text": "Nhật ký thử nghiệm chưa ký.",
            "finding-0-mend_by": life.today(days=20),
        },
    ).send()
    life.papers(officer.reads("The minutes are kept."))
    host = life.at("applicant1", "Checks").first_row().first_row()
    host.fill(mended_on=life.today(), mending="Đã ký đủ nhật ký.")
    host.page.set_input_files("main input[type=file]", life.paper())
    host.press("Save")
    officer = life.at("officer", "Checks").first_row().first_row()
    officer.page.locator("[name=answer][value=accept]").check()
    officer.press("Save").reads("mending accepted")


def amendments(life):
    """Two changes that the host asks for, each decided by whom the procedure names."""
    for number, kind in enumerate(CHANGES[life.regime], start=1):
        host = life.at("applicant1", "Amendments")
        host.page.locator(f"[name=kind][value={kind}]").check()
        host.press("Go on")
        ask(host, kind)
        host.fill(reason="Nhà máy lùi lịch dừng máy.")
        host.press("Ask for the amendment").reads("Before and after")
        if (life.regime, kind) in BY_THE_HOST:
            decides = host
        else:
            officer = life.at("officer", "Amendments").follow(str(number))
            officer.fill(**{"opinion-text": "Có căn cứ, đề nghị chấp thuận."})
            officer.press("Keep the opinion")
            decides = life.at("leader", "Amendments").follow(str(number))
        for box in decides.every("form[action$='/decide/'] input:not([type=hidden])"):
            box.fill(
                life.today()
                if box.get_attribute("type") == "date"
                else f"{number}8/QĐ-ĐMST"
            )
        decides.page.locator("[name='decide-reason']").fill("Đồng ý theo đề nghị.")
        decides.press("Approve the amendment").confirm()
        life.papers(decides.reads("The amendment is in force."))
    life.at("auditor", "In force on a day").reads("28/QĐ-ĐMST")


def ask(host, kind):
    """What one kind of change asks for."""
    if kind == "extend":
        host.fill(months="3")
    elif kind == "team":
        host.fill(note="Ông Trần Văn Kỹ thay ông Lê Văn Cũ.")
    elif kind == "content":
        host.fill(obligations="Hai bên thực hiện theo hợp đồng và phụ lục.")


def work_paid(life):
    """What is done is shown, looked at and paid; where advances are paid it is cleared."""
    money = int(life.kept["state"])
    if life.regime in PAYS_BY_ITEMS:
        number, amount = 1, money // 2
    else:
        number, amount = 2, money * 4 // 10
        clear(life, 1, amount)
    host = life.at("applicant1", "Payments and accounts").follow("Ask for it")
    host.fill(text="Đã xong thiết kế và mẫu thử.")
    host.page.set_input_files("main input[type=file]", life.paper())
    host.send().reads("The request is sent; an officer checks its evidence.")
    officer = life.who("officer").menu(to="Requests for payment").first_row()
    officer.page.locator("[name=verdict][value=accept]").check()
    officer.press("Answer")
    pay(life, number, amount)


def clear(life, number, amount):
    """An officer confirms a list of finished work; the advances are cleared by it."""
    officer = life.at("officer", "Payments and accounts").follow("Clear work")
    officer.fill(
        document_number=f"KL-{number}",
        amount=life.money(amount),
        work="Thiết kế, mẫu thử và biên bản thử nghiệm.",
    )
    officer.page.set_input_files("main input[type=file]", life.paper())
    officer.send().confirm()
    officer.reads("The list is confirmed; the advances are cleared by it.")


def statement(life):
    """The treasury's statement is taken over; its lines find the payments in the books."""
    day, reference = life.kept["paid_on"], life.kept["paid_by"]
    amount = int(life.kept["paid"])
    book = life.sheet(
        "sao-ke.xlsx",
        (
            ["Sao kê tài khoản 3713.0.1"],
            ["Ngày", "Số chứng từ", "Nợ", "Có", "Nội dung", "Đơn vị thụ hưởng"],
            [day, reference, amount, None, "Tạm ứng", "Viện Nghiên cứu Cơ khí"],
            [day, "PHI 9", 11_000, None, "Phí dịch vụ", ""],
        ),
    )
    finance = (
        life.who("finance")
        .menu(to="Statements of accounts")
        .follow("Take a statement over")
    )
    finance.fill(account="3713.0.1")
    finance.page.set_input_files("main input[type=file]", book)
    finance.send().reads("Nothing is entered yet")
    finance.press("Enter the lines").press("Confirm all that agree")
    line = finance.page.locator("main tbody tr", has_text=reference)
    assert finance.say("payment") in line.inner_text()


CHAPTERS = (report, check, amendments, work_paid, statement)
