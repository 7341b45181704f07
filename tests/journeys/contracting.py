"""Chapters of a contract's making: budget, draft, approval, signature, first payment."""

from __future__ import annotations

from tests.journeys.wording import CONTEXT
from tests.journeys.writing import WORDS

BUDGET = f"contract{CONTEXT}Budget"
DRAFT = f"contract{CONTEXT}Draft"
PAYS_BY_ITEMS = {"nd268_2025"}
CARRY = "Hai bên thực hiện theo hợp đồng và pháp luật về khoa học và công nghệ."


def begun(life):
    """The letter is out: the contract is there, and its host sees it too."""
    officer = life.at("officer")
    life.kept["title"] = officer.page.locator("h1").inner_text()
    officer.reads("Host").reads("Procedure")
    life.at("applicant1").reads("State money")


def budget(life):
    """The lines that were asked for are brought to the decision and into the contract."""
    officer = life.at("officer", BUDGET)
    if officer.links("Bring the lines to the decision"):
        officer.follow("Bring the lines to the decision")
        wanted, now = decided(life, officer)
        if wanted != now:
            cut(life, officer, wanted, now)
        officer.fill(whole_reason="Theo quyết định phê duyệt.").press("Save")
        officer.reads("The version is kept.")
    officer.follow("Agree on the contract's budget").press("Save")
    officer.reads("The version is kept.")
    life.at("applicant1", BUDGET).reads("Two versions side by side")


def cut(life, officer, wanted, now):
    """Every line of State money in proportion, the rest of the division on the first."""
    amounts = [
        officer.page.locator(f"[name='{row}-amount']")
        for row in rows_of(officer, "lines")
        if officer.page.locator(f"[name='{row}-source']").input_value() == "state"
    ]
    asked = [life.figures(box.input_value())[0] for box in amounts]
    given = [amount * wanted // now for amount in asked]
    given[0] += wanted - sum(given)
    for box, amount in zip(amounts, given, strict=True):
        box.fill(life.money(amount))


def rows_of(officer, part):
    """The rows of a table of inputs that is on the page, by the names of their inputs."""
    names = officer.page.locator(f"[data-row] [name^={part}-]").evaluate_all(
        "boxes => boxes.map(box => box.name.split('-').slice(0, 2).join('-'))"
    )
    return dict.fromkeys(names)


def decided(life, officer):
    """What the decision says, and what the lines make, of State money."""
    said = officer.page.locator("main p", has_text=officer.say("The decision says"))
    now, _other, wanted = life.figures(said.first.inner_text())[:3]
    return wanted, now


def draft(life):
    """Section by section, saved by itself; what is missing is said until nothing is."""
    officer = life.at("officer", "Overview").follow(DRAFT)
    starts = life.day().replace(day=1)
    ends = starts.replace(year=starts.year + 1)
    officer.fill(
        number=f"01/{starts:%Y}/HĐ-ĐMST",
        starts_on=life.today(),
        ends_on=ends.isoformat(),
        objectives=WORDS,
        obligations=CARRY,
    ).press("Save and go on")
    half = starts.replace(
        month=(starts.month + 5) % 12 + 1, year=starts.year + (starts.month > 6)
    )
    for n, (vi, en, due) in enumerate(
        (
            ("Xong thiết kế và mẫu thử", "Design and prototype", half),
            ("Xong thử nghiệm tại nhà máy", "Trial in the plant", ends),
        )
    ):
        row = f"milestones-{n}"
        officer.fill(
            **{
                f"{row}-name_vi": vi,
                f"{row}-name_en": en,
                f"{row}-evidence": "Biên bản thử nghiệm",
                f"{row}-due_on": due.isoformat(),
            }
        )
    officer.press("Save and go on")
    for box in officer.every("[name^=products-][name$=-name_vi]"):
        row = box.get_attribute("name").removesuffix("-name_vi")
        quality = officer.page.locator(f"[name='{row}-quality']")
        if box.input_value() and not quality.input_value():
            quality.fill("Đạt yêu cầu của đặt hàng")
    officer.press("Save and go on")
    instalments(life, officer)
    officer.press("Save").reads("Nothing is missing: the contract can be sent on.")
    life.kept["ends"] = ends.isoformat()


def instalments(life, officer):
    """Proposed as the procedure pays, then typed as the parties agreed."""
    officer.follow("Propose instalments as the procedure pays")
    box = officer.page.locator("main p", has_text=officer.say("State money")).first
    (money,) = life.figures(box.inner_text())
    life.kept["state"] = str(money)
    if life.regime in PAYS_BY_ITEMS:
        parts = (("item", money // 2, "1"), ("item", money - money // 2, "2"))
    else:
        part = money * 4 // 10
        parts = (
            ("advance", part, ""),
            ("progress", part, "1"),
            ("final", money - 2 * part, "2"),
        )
    while officer.page.locator("[data-row]:visible").count() > len(parts):
        officer.page.locator("[data-row-remove]:visible").last.click()
    for n, (kind, amount, milestone) in enumerate(parts):
        row = f"instalments-{n}"
        officer.choose(f"{row}-kind", kind).choose(f"{row}-milestone", milestone)
        officer.fill(
            **{f"{row}-label": f"Đợt {n + 1}", f"{row}-amount": life.money(amount)}
        )


def approval(life):
    """Sent once and sent back with a marked place, sent anew, approved by two more."""
    officer = life.at("officer", "Approval and signature")
    officer.press("Send for approval").confirm()
    finance = life.at("finance", "Approval and signature")
    box = finance.unfold("Send it back to be drafted")
    box.locator("[name=reason]").fill("Ghi rõ nơi thử nghiệm.")
    box.locator("[name=place-0]").select_option(index=1)
    box.locator("[name=text-0]").fill("Chưa nêu nhà máy.")
    box.locator("button[type=submit]").click()
    finance.confirm().reads("The contract is sent back to be drafted.")
    officer = life.at("officer", "Overview").follow(DRAFT)
    officer.fill(objectives=f"{WORDS} Thử nghiệm tại Hải Phòng.").press("Save")
    officer = life.at("officer", "Approval and signature").reads("Chưa nêu nhà máy.")
    officer.press("Send for approval").confirm()
    for name in ("finance", "leader"):
        reader = life.at(name, "Approval and signature")
        reader.press("I have read it: approve").confirm()
        reader.reads("You approved the contract.")


def signature(life):
    """The papers are had in Word and PDF; the signed file is kept, then it is in force."""
    officer = life.at("officer", "Papers")
    life.papers(officer)
    officer.page.set_input_files("main input[type=file]", life.paper())
    officer.page.locator("[name=side][value=both]").check()
    officer.page.locator("[name=scanned]").check()
    officer.fill(signed_on=life.today()).press("Keep the file")
    officer.follow("Approval and signature", within="main .tabs")
    officer.press("Enter the signature").confirm().reads("The contract is in force.")
    host = life.at("applicant1", "Papers")
    host.reads("don-dang-ky.pdf")


def first_payment(life):
    """The advance is paid out of the year's allocation; the host reads it.

    Where each item is paid against its evidence nothing is paid beforehand.
    """
    if life.regime in PAYS_BY_ITEMS:
        life.at("finance", "Payments and accounts").reads(
            "Each item is paid against its evidence"
        )
        return
    pay(life, 1, int(life.kept["state"]) * 4 // 10)


def pay(life, number, amount):
    """Finance allocates what is paid this year, and enters the payment that comes next."""
    finance = life.at("finance", "Payments and accounts").follow("Allocate")
    finance.fill(
        amount=life.money(amount),
        decision_number=f"1{number}/QĐ-BCT",
        decided_on=life.today(),
    ).send()
    finance.confirm().reads("The allocation is entered.")
    finance.follow("Enter payment")
    finance.fill(reference=f"UNC-{number}").send()
    finance.confirm().reads("The payment is entered.")
    life.kept |= {"paid_by": f"UNC-{number}", "paid": str(amount)}
    life.kept["paid_on"] = f"{life.day():%d/%m/%Y}"
    life.papers(finance)
    life.at("applicant1", "Payments and accounts").reads(f"UNC-{number}")


CHAPTERS = (begun, budget, draft, approval, signature, first_payment)
