"""Chapters of use: what came of the work, who keeps and uses it, what it earned."""

from __future__ import annotations

from tests.journeys.contracting import PAYS_BY_ITEMS, pay
from tests.journeys.run import Name
from tests.journeys.running import clear

# Formed while the State still owned what its money paid for (until 1 October 2025).
STATE_OWNS = {"moit_2014", "national_2013"}
HOST = Name(
    "Viện Nghiên cứu Cơ khí", "National Research Institute of Mechanical Engineering"
)
ANSWER = Name("Trả lời công văn của Cục", "Answer the letter of the office")
RIGHT = Name("Bộ báo sớm hỏng hóc máy nghiền", "Early warning for mills")
LICENCE = "07/2027/HĐ-CGCN"
OFFER = "Chuyển giao hệ thống báo sớm"
OFFER_EN = "Early warning, to be taken over"


def results(life):
    """The promised products become results; one is described, shared out and opened."""
    host = life.at("applicant1", "Results and assets")
    host.follow("Enter the promised products as results")
    host.fill(formed_on=life.today()).send()
    host = life.at("applicant1", "Results and assets").first_row()
    life.kept["result"] = host.page.locator("h1").inner_text()
    host.follow("Change the result")
    host.page.locator("[name=secrecy][value=open]").check()
    host.choose("trl_start", "4").choose("trl_end", "7")
    host.suggested("author_0", "Ngô Minh Đức")
    host.fill(
        share_0="100",
        description_vi="Đo rung, phân tích phổ, báo trước 48 giờ.",
        reason="Bổ sung tác giả, mức sẵn sàng và công khai kết quả.",
    )
    host.press("Keep the result").reads("TRL")


def asset(life):
    """A rig comes to the inventory and is handled as the law of its day says."""
    host = life.at("applicant1", "Results and assets").follow("Enter an asset")
    host.fill(
        code="TS-01",
        name="Giá thử rung",
        formed_on=life.today(),
        quantity="1",
        unit="bộ",
        original_value=life.money(180_000_000),
        place="Phòng thí nghiệm",
    ).send()
    host = life.at("applicant1", "Results and assets").follow("TS-01 Giá thử rung")
    if life.regime in STATE_OWNS:
        handled_by_the_state(life)
    else:
        host.follow("Give into other custody")
        host.fill(
            custodian="Xưởng thực nghiệm", reason="Dùng cho nhiệm vụ khác."
        ).send()
        host.reads("It is written in the book of the asset.")
        host.reads("Xưởng thực nghiệm")
    host = life.at("applicant1", "Results and assets").follow("Stocktake")
    for box in host.every("[name=found]"):
        box.check()
    host.send()
    life.papers(life.at("applicant1", "Results and assets"))


def handled_by_the_state(life):
    """The host's plan, forwarded; the leader's decision; handed over with minutes."""
    at_asset(life, "applicant1").follow("Hand in the plan of handling")
    host = life.who("applicant1")
    host.every("[name=form]")[0].check()
    host.fill(text="Còn tốt; dùng tiếp cho nghiên cứu.").send()
    officer = at_asset(life, "officer").follow("Forward the plan")
    officer.send()
    leader = at_asset(life, "leader").follow("Decide the handling").confirm()
    leader.every("[name=form]")[0].check()
    leader.fill(number="88/QĐ-BCT").send()
    leader.confirm()
    officer = at_asset(life, "officer").follow("Enter the hand-over").confirm()
    officer.fill(party="Viện Nghiên cứu Cơ khí").send()
    life.papers(officer.confirm().reads("It is written in the book of the asset."))


def at_asset(life, name):
    """Somebody at the page of the rig, by the list of assets."""
    return life.who(name).menu(to="Assets formed").follow("TS-01")


def right(life):
    """What is new is disclosed and filed; its days are counted, one more is entered."""
    host = life.at("applicant1", "Rights").follow("Disclose")
    host.choose("kind", "utility")
    host.fill(
        title_vi=RIGHT.vi,
        title_en=RIGHT.en,
        summary="Bộ lọc phổ thích nghi theo tải.",
        formed_on=life.today(),
        **{"owners-0-share": "100", "authors-0-share": "100"},
    )
    host.suggested("owners-0-name", life.read(HOST))
    host.suggested("authors-0-name", "Ngô Minh Đức")
    host.send().reads("It is disclosed, and its days are counted.")
    host.first_row().follow("Where it stands now")
    host.page.locator("[name=to][value=filed]").check()
    host.fill(on=life.today(), number="2-2027-00123").send()
    host.reads("2-2027-00123").follow("Enter another day")
    label = life.read(ANSWER)
    host.fill(label=label, due_on=life.today(days=30)).send()
    row = host.page.locator("main tr", has_text=label)
    row.get_by_role("link").first.click()
    host.look().fill(done_on=life.today(), reference="CV-12").send()
    host.reads("CV-12")


def licence(life):
    """A licence is signed; a year's income is reported, shared by the rules and paid."""
    host = at_right(life).follow("Keep a deal")
    host.choose("kind", "licence").choose("parties-0-role", "taker")
    host.fill(
        number=LICENCE,
        signed_on=life.today(),
        territory="Việt Nam",
        price=life.money(500_000_000),
        **{"parties-0-name": "Công ty cổ phần Cơ khí Sao Mai"},
    ).send()
    host.reads("The deal is kept.").follow(LICENCE).follow("Report a year")
    host.fill(
        year=str(life.day().year),
        revenue=life.money(500_000_000),
        cost=life.money(100_000_000),
        tax=life.money(80_000_000),
        evidence="Báo cáo tài chính đã kiểm toán.",
    ).send()
    host.follow("Share it")
    if life.regime in STATE_OWNS:  # half of the rest to research, half to welfare
        host.fill(authors="30", research="50", welfare="50")
    else:
        host.fill(authors="40", research="0", welfare="0")
    laws = host.page.locator("[name=ruled_on]")
    if laws.count():  # the days fall under two laws: which governs is chosen and said
        laws.first.check()
        host.fill(choice="Quyền hình thành khi luật cũ còn hiệu lực.")
    host.press("Show what would come of it").reads("What would come of it")
    host.press("Record it for good").reads("Who gets what")
    life.papers(host)
    host.follow("It was paid")
    host.fill(paid_on=life.today(), reference="UNC-TG-1").send()
    host.reads("UNC-TG-1")


def at_right(life):
    return life.at("applicant1", "Rights").follow(life.read(RIGHT))


def offer(life):
    """Offered to enterprises: anybody reads it, one writes, the host answers."""
    title = OFFER_EN if life.language == "en" else OFFER
    host = at_right(life).follow("Offer it")
    host.answer(
        {
            "title_vi": OFFER,
            "title_en": OFFER_EN,
            "trl": "7",
            "opens_on": life.today(),
            "closes_on": life.today(days=365),
        },
        words="Báo trước hỏng hóc 48 giờ, lắp trong một ca.",
        form="main form.narrow",
    )
    host.send().follow(title).press("Make it public")
    reader = life.who().open("/offers/").follow(title)
    reader.reads("48 giờ")
    taker = life.who("applicant8").menu(to="Offers")
    taker.follow("All that is offered in public").follow(title)
    taker.follow("Write to the owner")
    taker.answer({}, words="Xin báo giá và thời gian lắp đặt.", form="main form.narrow")
    taker.send()
    host = life.who("applicant1").menu(to="Offers").follow(title).follow("Answer")
    host.answer(
        {}, words="Mời quý công ty đến xem mẫu.", form="main form.narrow"
    ).send()
    host.reads("Mời quý công ty đến xem mẫu.")


def last_payment(life):
    """The last milestone is reached and the last instalment paid, after the acceptance."""
    officer = life.at("officer", "Payments and accounts")
    while officer.links("Enter as reached"):
        officer.follow("Enter as reached")
        officer.fill(reached_on=life.today(), evidence="Quyết định công nhận.").send()
        officer.confirm()
    money = int(life.kept["state"])
    amount = money - 2 * (money * 4 // 10)
    if life.regime in PAYS_BY_ITEMS:
        amount = money - money // 2
        host = life.at("applicant1", "Payments and accounts").follow("Ask for it")
        host.fill(text="Đã nghiệm thu.")
        host.page.set_input_files("main input[type=file]", life.paper())
        host.send()
        officer = life.who("officer").menu(to="Requests for payment").first_row("Đợt 2")
        officer.page.locator("[name=verdict][value=accept]").check()
        officer.press("Answer")
    pay(life, 3, amount)


def settlement(life):
    """What was paid and not cleared is claimed, comes back, and nothing is owed then."""
    money = int(life.kept["state"])
    clear(life, 2, money // 2)
    finance = life.at("finance", "Payments and accounts").follow("Settle")
    finance.fill(document_number="09/QT", settled_on=life.today()).send()
    finance.confirm().reads("The contract is settled.")
    left = money - money * 4 // 10 - money // 2
    finance.reads(life.money(left)).follow("Enter what came back")
    finance.fill(amount=life.money(left), reference="GBC-1").send()
    finance.confirm().reads("GBC-1")
    life.papers(finance)


def recovery(life):
    """What was paid for an item and not shown is claimed by the leader, and comes back."""
    leader = life.at("leader", "Payments and accounts").follow("Claim money back")
    leader.fill(
        amount=life.money(30_000_000),
        reason="Chứng từ mua vật tư không đủ căn cứ thanh toán.",
        decision_number="77/QĐ-BCT",
        decided_on=life.today(),
    ).press("Decide on the claim")
    leader.reads("The claim is entered; its decision stands among the papers.")
    life.papers(leader)
    finance = life.at("finance", "Payments and accounts")
    finance.follow("Enter what came back")
    finance.fill(amount=life.money(30_000_000), reference="GBC-1").send()
    finance.confirm().reads("GBC-1")


def liquidation(life):
    """Nothing is owed and nothing waited for: the contract is liquidated."""
    officer = life.at("officer", "Payments and accounts").follow("Liquidate")
    officer.fill(document_number="10/BB-TL", liquidated_on=life.today()).send()
    officer.confirm().reads("The contract is liquidated.")
    life.papers(life.at("officer", "Papers"))


def uptake(life):
    """One year is answered and checked; the next passes without a word and says so."""
    reach_march(life)
    host = life.at("applicant1", "Uptake").first_row()
    host.fill(
        user_0="Công ty cổ phần Cơ khí Sao Mai",
        revenue=life.money(2_000_000_000),
        saving=life.money(350_000_000),
        jobs="12",
    )
    host.press("Hand in the answer")
    officer = life.at("officer", "Uptake").first_row()
    officer.reads("Cơ khí Sao Mai").press("Checked")
    now = life.house.now()
    life.house.wait_until(now.replace(year=now.year + 1, month=5))
    life.work()
    officer = life.at("officer", "Uptake").reads("no answer")
    officer.menu(to="Uptake after the end").follow("Totals of uptake")
    officer.reads("no answer")


def reach_march(life):
    """The middle of March of the year after the recognition, when the first year is due."""
    year = int(life.kept["recognised"]) + 1
    now = life.house.now()
    life.house.wait_until(now.replace(year=year, month=3, day=15, hour=9))
    life.work()


def public(life):
    """A stranger reads the task, its decision and its result; nothing that is not open."""
    reader = life.who().open("/").open("/tasks/").first_row()
    reader.open("/results/").follow(life.kept["result"]).reads("TRL")
    assert "Xưởng thực nghiệm" not in reader.page.content()
    reader.open("/statistics/")
