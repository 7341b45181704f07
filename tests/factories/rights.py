"""Rights, deals and offers for tests, on a contract in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from opensti.domains.registry.models import Organisation, Person
from opensti.domains.results import actions
from opensti.domains.results.models import DealIncome, Right
from tests.factories import contracts as contract_factory
from tests.factories.kept import kept

if TYPE_CHECKING:
    from opensti.domains.results.models import Deal, Offer, Result
    from opensti.kernel.access import Actor
    from tests.factories.contracts import Funded

AT = datetime(2027, 9, 1, 2, 0, tzinfo=UTC)
NEXT_YEAR = datetime(2028, 2, 1, 2, 0, tzinfo=UTC)
FORMED = date(2027, 2, 1)
FILED = date(2027, 3, 1)
MILLION = Decimal(1_000_000)


@dataclass
class Kept:
    """A right on a contract, and the people around it."""

    funded: Funded
    right: Right

    @property
    def host(self) -> Actor:
        return self.funded.host

    def again(self) -> Right:
        return Right.objects.get(pk=self.right.pk)


def facts(**more: Any) -> actions.RightFacts:
    given: dict[str, Any] = {
        "kind": "invention",
        "title_vi": "Quy trình thu hồi kẽm",
        "title_en": "Process to recover zinc",
        "formed_on": FORMED,
    }
    return actions.RightFacts(**given | more)


def filed(**more: Any) -> actions.RightFacts:
    return facts(application_number="1-2027-01234", filed_on=FILED, **more)


def owners(*shares: int, **more: Any) -> list[actions.Named]:
    return [
        actions.Named(name=f"Chủ {n}", share=share, kind="organisation", **more)
        for n, share in enumerate(shares, start=1)
    ]


def authors(*shares: int, people: tuple[Person, ...] = ()) -> list[actions.Named]:
    return [
        actions.Named(
            name=f"Tác giả {n}",
            share=share,
            person_id=people[n - 1].pk if n <= len(people) else None,
        )
        for n, share in enumerate(shares, start=1)
    ]


@kept
def disclosed() -> Kept:
    """An invention with one owner and two authors, filed at the office."""
    funded = contract_factory.running()
    people = tuple(
        Person.objects.create(full_name=f"Tác giả {n}", created_at=AT) for n in (1, 2)
    )
    right = actions.disclose_right(
        actor=funded.host,
        host_id=funded.contract.host_id,
        contract_id=funded.contract.pk,
        facts=filed(),
        owners=owners(10_000),
        authors=authors(6_000, 4_000, people=people),
        at=AT,
    )
    return Kept(funded=funded, right=right)


def disclosed_of(funded: Funded, result: Result) -> Right:
    """A right disclosed on a result of a contract."""
    return actions.disclose_right(
        actor=funded.host,
        host_id=funded.contract.host_id,
        contract_id=funded.contract.pk,
        result_id=result.pk,
        facts=filed(),
        owners=owners(10_000),
        authors=authors(10_000),
        at=AT,
    )


def deal(kept_: Kept, *, number: str = "01/LI", broker: bool = True) -> Deal:
    parties = [actions.Named(name="Công ty Kẽm", kind="taker")]
    if broker:
        parties.append(actions.Named(name="Sàn công nghệ", kind="broker"))
    return actions.sign_deal(
        actor=kept_.host,
        right_id=kept_.right.pk,
        facts=actions.DealFacts(
            kind="licence", number=number, signed_on=date(2027, 6, 1)
        ),
        parties=parties,
        at=AT,
    )


def income(kept_: Kept, deal_: Deal, *, profit: int = 1000) -> DealIncome:
    """A year that brought so many million đồng after tax."""
    return actions.report_income(
        actor=kept_.host,
        deal_id=deal_.pk,
        year=2027,
        revenue=profit * MILLION * 2,
        cost=profit * MILLION // 2,
        tax=profit * MILLION // 2,
        evidence="Báo cáo kiểm toán",
        at=NEXT_YEAR,
    )


def proposal(**more: Any) -> actions.Proposal:
    given: dict[str, Any] = {
        "portions": {"authors": 3_000, "broker": 1_000},
        "state_part": 6_000,
        "state_reason": "Biên bản góp vốn số 3.",
    }
    return actions.Proposal(**given | more)


def offer(kept_: Kept, *, public: bool = True, **more: Any) -> Offer:
    given: dict[str, Any] = {
        "title_vi": "Thu hồi kẽm từ bụi lò",
        "title_en": "Zinc from furnace dust",
        "does_vi": "Thu hồi 80 % kẽm.",
        "form": "licence",
        "contact": "Phòng Chuyển giao công nghệ",
        "trl": 7,
    }
    made = actions.draft_offer(
        actor=kept_.host,
        right_id=kept_.right.pk,
        facts=actions.OfferFacts(**given | more),
        at=AT,
    )
    if public:
        made = actions.publish_offer(
            actor=kept_.host, offer_id=made.pk, version=made.version, at=AT
        )
    return made


def house(name: str = "Công ty Kẽm Việt") -> Organisation:
    return Organisation.objects.create(name_vi=name, created_at=AT)
