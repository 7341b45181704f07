"""A small house for golden files: one task from its order to its result, one that stopped."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count

from opensti.domains.publications.queries import (
    Asked,
    Awarded,
    Body,
    Brought,
    Called,
    Life,
    Paid,
    SetUp,
    Told,
)
from opensti.exports.house import House

HOUSE = House(
    name_vi="Bộ Công Thương",
    name_en="Ministry of Industry and Trade",
    address="https://sti.example.gov.vn",
    licence="https://creativecommons.org/licenses/by/4.0/",
    ocid="ocds-sti000",
    grants="360G-sti",
    doi="10.5072",
    ror="01bvv5f54",
)
EDITION = datetime(2028, 10, 1, 2, 0, tzinfo=UTC)
INSTITUTE = Body(
    public_id="inst00000001",
    name_vi="Viện Công nghệ đúc",
    name_en="Foundry Institute",
    ror="03rzcer12",
)
FACTORY = Body(
    public_id="inst00000002", name_vi="Công ty Cơ khí <A & B>", name_en="", ror=""
)
_position = count(100)


def told(act, on, **detail):
    at = datetime.fromisoformat(on).replace(tzinfo=UTC)
    return Told(position=next(_position), act=act, at=at, detail=detail)


def _approved(order, title, on, way, products=()):
    return told(
        "orders.approve",
        on,
        order=order,
        code=f"DH-{order}",
        title_vi=title,
        objectives_vi="Nâng tỷ lệ nội địa hoá chi tiết gang dẻo.",
        products=list(products),
        budget_ceiling="4200000000",
        months=24,
        way=way,
        decision="12/QĐ-BCT",
        decided_on="2026-01-15",
    )


def _published(code, on, way, *orders):
    return told(
        "calls.publish",
        on,
        code=code,
        title="Tuyển chọn đợt 1",
        way=way,
        opens_at="2026-03-01T01:00:00+00:00",
        closes_at="2026-04-15T10:00:00+00:00",
        orders=list(orders),
        regime="moit_2026",
    )


def _decided(on, title, host, amount):
    return told(
        "portfolios.release_decision",
        on,
        decision_number="188/QĐ-BCT",
        decided_at="2026-05-19T02:00:00+00:00",
        call="TC-2026-01",
        dossier="HS-1",
        title_vi=title,
        host=host.name_vi,
        ruling="approve",
        amount=amount,
        reason_vi="Điểm cao nhất; kinh phí hợp lý.",
    )


def _state(on, state, start="", end=""):
    return told("tasks.set_state", on, state=state, start=start, end=end)


def _aided():
    """Two givers, and one that was noted by mistake."""
    given = {
        "giver": "Cơ quan Hợp tác Phát triển <A>",
        "giver_kind": "10",
        "giver_ref": "XM-DAC-701-8",
        "amount": "120000.50",
        "currency": "USD",
        "committed_on": "2026-06-01",
        "flow": "10",
        "finance": "110",
        "aid_type": "D02",
        "tied": "5",
        "sector": "32182",
    }
    other = given | {
        "giver": "Quỹ Đúc", "giver_kind": "60", "giver_ref": "", "amount": "500000000",
        "currency": "VND", "flow": "30", "aid_type": "C01",
    }  # fmt: skip
    note = "contracts.note_aid"
    return (
        told(note, "2026-07-01T02:00", aid=1, **given),
        told(note, "2026-07-01T03:00", aid=2, **other | {"giver": "Nhầm"}),
        told("contracts.drop_aid", "2026-07-01T04:00", aid=2, reason="Nhầm tên."),
        told(note, "2026-07-01T05:00", aid=3, **other),
    )


def _lived() -> Life:
    title = "Đúc mẫu chảy chi tiết gang dẻo"
    products = [
        {"name_vi": "Dây chuyền", "quantity": "12.00", "unit": "bộ", "quality": ""},
        {"name_vi": "Quy trình", "quantity": "", "unit": "", "quality": "80 %"},
    ]
    order = Asked(
        public_id="order0000001",
        code="DH-order0000001",
        title_vi=title,
        title_en="Investment casting of ductile iron parts",
        objectives_vi="Nâng tỷ lệ nội địa hoá chi tiết gang dẻo.",
        ceiling=Decimal(4_200_000_000),
        months=24,
        way="selection",
        told=(
            _approved("order0000001", title, "2026-01-15T02:00", "selection", products),
        ),
    )
    call = Called(
        public_id="call00000001",
        code="TC-2026-01",
        title_vi="Tuyển chọn đợt 1",
        title_en="Call 1",
        way="selection",
        opens_at=datetime(2026, 3, 1, 1, tzinfo=UTC),
        closes_at=datetime(2026, 4, 30, 10, tzinfo=UTC),
        state="concluded",
        told=(
            _published("TC-2026-01", "2026-02-20T02:00", "selection", order.code),
            told(
                "calls.extend",
                "2026-04-10T02:00",
                code="TC-2026-01",
                to="2026-04-30T10:00:00+00:00",
                reason="Theo đề nghị của nhiều tổ chức.",
                **{"from": "2026-04-15T10:00:00+00:00"},
            ),
            told(
                "calls.open",
                "2026-05-02T02:00",
                code="TC-2026-01",
                dossiers=3,
                early=False,
            ),
            told("calls.conclude", "2026-05-21T02:00", code="TC-2026-01"),
        ),
    )
    contract = "contract0001"
    award = Awarded(
        public_id="award0000001",
        dossier="HS-1",
        title_vi=title,
        title_en="Investment casting of ductile iron parts",
        abstract_vi="Nghiên cứu quy trình đúc mẫu chảy.",
        abstract_en="A process of investment casting.",
        host=INSTITUTE,
        amount=Decimal(4_100_000_000),
        months=24,
        reason_vi="Điểm cao nhất; kinh phí hợp lý.",
        number="188/QĐ-BCT",
        released_at=datetime(2026, 5, 20, 2, tzinfo=UTC),
        call=call,
        order=order.code,
        task="task00000001",
        state="accepted",
        start=date(2026, 6, 15),
        end=date(2028, 9, 15),
        contract=contract,
        told=(
            told("tasks.create", "2026-05-20T02:00", dossier="HS-1", title_vi=title),
            _decided("2026-05-20T02:00", title, INSTITUTE, "4100000000"),
            _state("2026-06-10T02:00", "running", "2026-06-15", "2028-06-15"),
            told(
                "contracts.sign",
                "2026-06-10T02:00",
                number="01.26/HĐ-ĐMST",
                title_vi=title,
                host=INSTITUTE.name_vi,
                state_money="4100000000",
                signed_on="2026-06-10",
                starts_on="2026-06-15",
                ends_on="2028-06-15",
                products=["Dây chuyền", "Quy trình"],
                text="0" * 64,
            ),
            *_aided(),
            told(
                "contracts.decide_amendment",
                "2028-05-02T02:00",
                amendment=1,
                kinds=["extension", "budget"],
                decision="77/QĐ-BCT",
                effective_on="2028-05-02",
                terms="0" * 64,
                ends_on="2028-09-15",
                state_money="4000000000",
                other_money="0",
            ),
            told(
                "acceptances.register",
                "2028-09-20T02:00",
                certificate="2028-66-0012",
                registered_on="2028-09-20",
                contract="01.26/HĐ-ĐMST",
            ),
            told(
                "acceptances.recognise",
                "2028-09-25T02:00",
                decision="301/QĐ-BCT",
                decided_on="2028-09-25",
                contract="01.26/HĐ-ĐMST",
                title=title,
                host=INSTITUTE.name_vi,
                level="pass",
            ),
            _state("2028-09-25T02:00", "accepted", "2026-06-15", "2028-09-15"),
        ),
        results=(
            Brought(
                public_id="result000001",
                kind="process",
                title_vi="Quy trình đúc mẫu chảy",
                title_en="Casting process",
                formed_on=date(2028, 9, 1),
                since=date(2028, 9, 18),
                readiness=7,
                certificate="2028-66-0012",
                registered_on=date(2028, 9, 20),
            ),
        ),
        councils=(
            SetUp(
                public_id="council00001",
                kind="selection",
                kind_vi="hội đồng tuyển chọn",
                decided_on=date(2026, 4, 20),
                concluded_at=datetime(2026, 5, 8, 9, tzinfo=UTC),
                number="215/QĐ-BCT",
                rule_vi="Hội đồng tư vấn tuyển chọn",
                rule_en="Selection council",
                seats=9,
            ),
        ),
        payments=(
            Paid(
                public_id="payment00001",
                paid_on=date(2026, 9, 1),
                amount=Decimal(1_500_000_000),
            ),
            Paid(public_id="payment00002", paid_on=date(2027, 9, 1), amount=None),
        ),
    )
    return Life(public_id=order.public_id, order=order, calls=(call,), awards=(award,))


def _stopped() -> Life:
    """Assigned directly, answers no order, given up before a contract was signed."""
    title = "Khảo sát khuôn đúc \u201cđá\u201d"
    call = Called(
        public_id="call00000002",
        code="GT-2026-02",
        title_vi="Giao trực tiếp",
        title_en="",
        way="direct",
        opens_at=datetime(2026, 3, 1, 1, tzinfo=UTC),
        closes_at=datetime(2026, 4, 15, 10, tzinfo=UTC),
        state="opened",
        told=(_published("GT-2026-02", "2026-02-21T02:00", "direct"),),
    )
    award = Awarded(
        public_id="award0000002",
        dossier="HS-2",
        title_vi=title,
        title_en="",
        abstract_vi="",
        abstract_en="",
        host=FACTORY,
        amount=Decimal(500_000_000),
        months=None,
        reason_vi="Đơn vị duy nhất có khuôn.",
        number="190/QĐ-BCT",
        released_at=datetime(2026, 6, 1, 18, tzinfo=UTC),
        call=call,
        order="",
        task="task00000002",
        state="stopped",
        start=None,
        end=None,
        contract="",
        told=(
            _decided("2026-06-01T18:00", title, FACTORY, "500000000"),
            _state("2026-08-01T02:00", "stopped"),
        ),
        results=(),
        councils=(),
        payments=(),
    )
    return Life(public_id=award.task, order=None, calls=(call,), awards=(award,))


LIVES = (_lived(), _stopped())
