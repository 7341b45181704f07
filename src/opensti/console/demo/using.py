"""What becomes of a finished work: assets, a right, a licence, an offer, yearly uptake."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.timezone import localdate

from opensti.console.demo.contracts import host_of, paper
from opensti.domains.results import actions as results
from opensti.domains.results import queries

if TYPE_CHECKING:
    from opensti.console.demo.story import Story
    from opensti.domains.contracts.models import Contract
    from opensti.domains.results.models import Asset, Deal, DealIncome, Right

MILLION = Decimal(1_000_000)
WHOLE = 10_000
PORTIONS = {"authors": 3_000, "research": 5_000, "welfare": 5_000}
TAKER = "Công ty cổ phần Thiết bị Hồng Hà"
SENT_BACK = "Bổ sung báo cáo tài chính chứng minh doanh thu."


def formed_assets(story: Story, contract: Contract) -> None:
    """Equipment enters the inventory while the task runs, and is found at the stocktake."""
    host = host_of(story, contract)
    bought = localdate(story.now) - timedelta(days=20)
    for number, (name, value) in enumerate(
        (("Thiết bị đo rung 8 kênh", 420), ("Lò thử nghiệm 15 kW", 260)), start=1
    ):
        story.act(
            "results",
            "add_asset",
            host,
            contract_id=contract.pk,
            item=results.Item(
                kind="equipment_full",
                code=f"TS-{contract.pk:03d}-{number:02d}",
                name=name,
                formed_on=bought,
                original_value=value * MILLION,
                unit="bộ",
                place="Xưởng thực nghiệm",
                custodian="Phòng nghiên cứu",
            ),
            at=story.later(),
        )
    story.act(
        "results",
        "take_stock",
        host,
        contract_id=contract.pk,
        year=localdate(story.now).year,
        on=localdate(story.now),
        found=[asset.public_id for asset in queries.assets_of(host, contract)],
        note_text="Kiểm kê tại xưởng; thiết bị hoạt động tốt.",
        at=story.later(),
    )


def handle_assets(story: Story, contract: Contract) -> None:
    """What the State owns is planned for, decided, handed over; what the host owns moves."""
    host = host_of(story, contract)
    for asset in queries.assets_of(host, contract):
        rule = queries.ownership_of(asset).rule
        if rule is not None and rule.owner == "state":
            _handled(story, contract, asset)
        else:
            _moved(story, contract, asset)


def _moved(story: Story, contract: Contract, asset: Asset) -> None:
    story.act(
        "results",
        "move_custody",
        host_of(story, contract),
        asset_id=asset.pk,
        custodian="Xưởng sản xuất thử",
        place="Nhà xưởng số 2",
        on=localdate(story.later(days=3)),
        reason="Nhiệm vụ đã kết thúc; thiết bị chuyển sang sản xuất thử.",
        version=asset.version,
        at=story.now,
    )


def _handled(story: Story, contract: Contract, asset: Asset) -> None:
    host, text = (
        host_of(story, contract),
        "Hoạt động tốt; tiếp tục dùng cho nghiên cứu.",
    )
    steps = (
        ("plan_handling", host, {"form": "assign", "text": text}),
        ("forward_plan", story.actor("officer"), {"text": text}),
        (
            "decide_handling",
            story.actor("leader"),
            {
                "form": "assign",
                "number": f"{asset.pk}/QĐ-BCT-TS",
                "text": "Giao cho đơn vị chủ trì tiếp tục sử dụng.",
            },
        ),
        ("hand_over", host, {"party": contract.host.name_vi, "text": text}),
    )
    for name, who, said in steps:
        asset.refresh_from_db()
        story.act(
            "results",
            name,
            who,
            asset_id=asset.pk,
            on=localdate(story.later(days=4)),
            version=asset.version,
            at=story.now,
            **said,
        )


def protect(story: Story, contract: Contract) -> Right:
    """The process is disclosed and filed; what the office wants is done in time."""
    host = host_of(story, contract)
    formed = localdate(story.now) - timedelta(days=15)
    leader = contract.leader
    assert leader is not None  # noqa: S101 -- of a contract in force
    right: Right = story.act(
        "results",
        "disclose_right",
        host,
        host_id=contract.host_id,
        contract_id=contract.pk,
        facts=results.RightFacts(
            kind="invention",
            title_vi=f"Quy trình: {contract.title_vi}",
            title_en=f"Process: {contract.title_en}",
            formed_on=formed,
        ),
        owners=[
            results.Named(
                name=contract.host.name_vi,
                share=WHOLE,
                kind="organisation",
                organisation_id=contract.host_id,
            )
        ],
        authors=[
            results.Named(
                name=leader.full_name,
                share=7_000,
                person_id=leader.pk,
            ),
            results.Named(name="Nguyễn Văn Thợ", share=3_000),
        ],
        at=story.later(),
    )
    filed = localdate(story.later(days=20))
    story.act(
        "results",
        "move_right",
        host,
        right_id=right.pk,
        to="filed",
        on=filed,
        number=f"1-{filed.year}-{right.pk:05d}",
        version=right.version,
        at=story.now,
    )
    entry = story.act(
        "results",
        "add_docket_entry",
        host,
        right_id=right.pk,
        label="Trả lời thông báo thiếu sót hình thức",
        due_on=filed + timedelta(days=60),
        kind="host",
        at=story.later(days=5),
    )
    story.act(
        "results",
        "meet_docket_entry",
        host,
        entry_id=entry.pk,
        done_on=localdate(story.later(days=10)),
        reference="Công văn sửa đơn",
        file=paper("cong-van-sua-don"),
        at=story.now,
    )
    right.refresh_from_db()
    return right


def license_out(story: Story, contract: Contract, right: Right) -> Deal:
    """A licence is signed; an offer finds another who is interested."""
    host = host_of(story, contract)
    signed = localdate(story.later(days=10))
    deal: Deal = story.act(
        "results",
        "sign_deal",
        host,
        right_id=right.pk,
        facts=results.DealFacts(
            kind="licence",
            number=f"{right.pk:02d}/{signed.year}/LI",
            signed_on=signed,
            territory="Việt Nam",
            price=900 * MILLION,
        ),
        parties=[results.Named(name=TAKER, kind="taker")],
        at=story.now,
    )
    story.act(
        "results",
        "attach_deal_file",
        host,
        deal_id=deal.pk,
        file=paper("hop-dong-li-xang"),
        at=story.later(),
    )
    offer = story.act(
        "results",
        "draft_offer",
        host,
        right_id=right.pk,
        facts=results.OfferFacts(
            title_vi=contract.title_vi,
            title_en=contract.title_en,
            does_vi="Giảm chi phí vận hành tại xưởng; đã chạy thử tại doanh nghiệp.",
            does_en="Lower running costs in the shop; tried in an enterprise.",
            form="licence",
            contact="Phòng Chuyển giao công nghệ",
            trl=7,
        ),
        at=story.later(days=3),
    )
    story.act(
        "results",
        "publish_offer",
        host,
        offer_id=offer.pk,
        version=offer.version,
        at=story.later(),
    )
    buyer = next(o for n, o in story.cast.hosts.items() if n == "CKSM")
    asking = story.actor(f"applicant{[*story.cast.hosts].index('CKSM') + 1}")
    interest = story.act(
        "results",
        "express_interest",
        asking,
        offer_id=offer.pk,
        organisation_id=buyer.pk,
        message="Đề nghị cho biết điều kiện chuyển giao và thời gian lắp đặt.",
        at=story.later(days=12),
    )
    story.act(
        "results",
        "answer_interest",
        host,
        interest_id=interest.pk,
        answer="Mời quý công ty đến xem tại xưởng; điều kiện gửi kèm qua thư.",
        at=story.later(days=4),
    )
    return deal


def share(story: Story, contract: Contract, deal: Deal, year: int) -> None:
    """A year's profit of the licence is reported, shared by the law, and paid."""
    host = host_of(story, contract)
    income = story.act(
        "results",
        "report_income",
        host,
        deal_id=deal.pk,
        year=year,
        revenue=900 * MILLION,
        cost=300 * MILLION,
        tax=120 * MILLION,
        evidence="Báo cáo tài chính đã kiểm toán",
        at=story.later(days=10),
    )
    story.act(
        "results",
        "share_income",
        host,
        income_id=income.pk,
        proposal=_proposal(income),
        version=income.version,
        at=story.later(days=5),
    )
    for payout in queries.payouts_of(host, income):
        story.act(
            "results",
            "pay_payout",
            host,
            payout_id=payout.pk,
            paid_on=localdate(story.later(days=2)),
            reference=f"UNC {payout.pk}",
            at=story.now,
        )


def _proposal(income: DealIncome) -> results.Proposal:
    """The least the law gives the authors, and what it says of the rest.

    Where the days fall under two laws, that of the day the work was formed is chosen.
    """
    basis = queries.basis_of(income)
    under = basis.sets[0]
    named = {rule.who for rule in under.rules}
    return results.Proposal(
        portions={who: part for who, part in PORTIONS.items() if who in named},
        state_part=WHOLE,
        ruled_on=under.day if basis.asked else None,
        choice="Theo ngày hình thành kết quả." if basis.asked else "",
    )


def tell_uptake(story: Story, contract: Contract) -> None:
    """The first year is answered, sent back and checked; the second nobody answered."""
    host, officer = host_of(story, contract), story.actor("officer")
    first, _unanswered, third = queries.uptake_years_of(host, contract)[:3]
    for year, revenue in ((first, 2_400), (third, 3_100)):
        story.until(year.due_on - timedelta(days=20))
        if story.now >= story.end:
            return
        _answered(story, contract, year.pk, revenue * MILLION)
        if year == first:
            year.refresh_from_db()
            story.act(
                "results",
                "return_uptake",
                officer,
                year_id=year.pk,
                note=SENT_BACK,
                version=year.version,
                at=story.later(days=3),
            )
            _answered(story, contract, year.pk, revenue * MILLION)
        year.refresh_from_db()
        story.act(
            "results",
            "check_uptake",
            officer,
            year_id=year.pk,
            note="Đã đối chiếu báo cáo tài chính.",
            version=year.version,
            at=story.later(days=5),
        )
        story.tick()


def _answered(story: Story, contract: Contract, year_id: int, revenue: Decimal) -> None:
    host = host_of(story, contract)
    year = next(y for y in queries.uptake_years_of(host, contract) if y.pk == year_id)
    story.act(
        "results",
        "answer_uptake",
        host,
        year_id=year_id,
        said=results.Uptake(
            users=[{"name": TAKER}],
            revenue=revenue,
            saving=180 * MILLION,
            jobs=14,
            note="Sản phẩm đã bán cho ba nhà máy.",
        ),
        evidence=[paper("bao-cao-tai-chinh")],
        version=year.version,
        at=story.later(days=2),
    )


def use(story: Story, contract: Contract) -> None:
    """All that becomes of the work, in the order of its days."""
    handle_assets(story, contract)
    right = protect(story, contract)
    deal = license_out(story, contract, right)
    share(story, contract, deal, localdate(story.now).year)
    tell_uptake(story, contract)
