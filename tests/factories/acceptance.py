"""Finished work for tests, brought where it stands by the actions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile

from opensti.domains.contracts.models import Product
from opensti.domains.panels import actions as panel_actions
from opensti.domains.panels.choices import Sheet
from opensti.domains.panels.models import Council, CouncilItem
from opensti.domains.procedures.models import Case
from opensti.domains.procedures.queries import active_version
from opensti.domains.results import actions
from opensti.domains.results.models import Acceptance
from opensti.domains.results.problem import Assessment, Claim
from opensti.kernel.access import Role
from tests.factories import contracts as contract_factory
from tests.factories import panels as panel_factory
from tests.factories.kept import kept

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from opensti.domains.contracts.models import Contract
    from opensti.kernel.access import Actor
    from tests.factories.contracts import Funded

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
ASSESSED = datetime(2028, 8, 1, 2, 0, tzinfo=UTC)
BASE_MET = date(2028, 8, 7)
HANDED_IN = datetime(2028, 8, 10, 2, 0, tzinfo=UTC)
FORMED = HANDED_IN + timedelta(days=4)
MEETING = FORMED + timedelta(days=20)
COUNTED = MEETING + timedelta(hours=2)
CONFIRMED = COUNTED + timedelta(days=10)
RECOGNISED = CONFIRMED + timedelta(days=5)
REGISTERED = RECOGNISED + timedelta(days=5)
SEATS = ("chair", "vice", "reviewer", "reviewer", "secretary", "member", "member")


@dataclass
class Work:
    """The finished work of one contract, and the people around it."""

    funded: Funded
    acceptance: Acceptance
    host: Actor

    @property
    def officer(self) -> Actor:
        return self.funded.officer

    @property
    def leader(self) -> Actor:
        return replace(self.funded.leader, sudo=True)

    @property
    def contract(self) -> Contract:
        return self.funded.contract

    def again(self) -> Acceptance:
        """The acceptance as it stands now."""
        return Acceptance.objects.select_related(
            "case__regime_version", "contract__case"
        ).get(pk=self.acceptance.pk)

    @property
    def state(self) -> str:
        return str(self.again().case.state)

    @property
    def keys(self) -> list[str]:
        rows = Product.objects.filter(contract=self.contract).order_by("position")
        return list(rows.values_list("key", flat=True))


def paper(name: str = "bao-cao.pdf") -> ContentFile[bytes]:
    return ContentFile(PDF, name=name)


@kept
def running(regime: str = "") -> Work:
    """A contract in force that promises two products, one of them by number."""
    funded = contract_factory.running()
    Product.objects.filter(contract=funded.contract).delete()
    for position, (name, quantity, unit) in enumerate(
        (("Dây chuyền", Decimal(12), "bộ"), ("Quy trình", None, "")), start=1
    ):
        Product.objects.create(
            contract=funded.contract,
            position=position,
            kind="product",
            name_vi=name,
            name_en=f"Product {position}",
            quantity=quantity,
            unit=unit,
            quality="Thu hồi ít nhất 80 %.",
        )
    found = Acceptance.objects.get(contract=funded.contract)
    if regime:
        under(found, regime)
    host = replace(
        funded.host,
        roles=funded.host.roles | {Role.MANAGER},
        manages=frozenset({funded.contract.host_id}),
    )
    return Work(funded=funded, acceptance=found, host=host)


def under(acceptance: Acceptance, regime: str) -> None:
    """The same acceptance under another procedure; its first stage has the same name."""
    version = active_version(regime)
    Case.objects.filter(pk=acceptance.case_id).update(
        regime_version=version, regime_code=version.code, regime_sha256=version.sha256
    )


def said(work: Work, **changed: Any) -> Assessment:
    """What the host says: all there and as ordered, unless changed for the first product."""
    first, second = work.keys[:2]
    return Assessment(
        products={
            first: Claim(
                **{
                    "delivered": "12",
                    "quality": "pass",
                    "quantity": "pass",
                    "text": "Biên bản đo kiểm số 7.",
                    **changed,
                }
            ),
            second: Claim(quality="excellent", text="Hội đồng chuyên ngành thẩm định."),
        },
        report="pass",
        text="Báo cáo tổng hợp đủ nội dung.",
    )


@kept
def assessed(work: Work, told: Assessment | None = None) -> Work:
    """The host attached its report and handed its assessment to its own council."""
    drafted(work, told)
    actions.assess_self(actor=work.host, acceptance_id=work.acceptance.pk, at=ASSESSED)
    return work


def drafted(work: Work, told: Assessment | None = None) -> Work:
    actions.add_evidence(
        actor=work.host,
        acceptance_id=work.acceptance.pk,
        file=paper(),
        kind="report",
        at=ASSESSED,
    )
    actions.save_assessment(
        actor=work.host,
        acceptance_id=work.acceptance.pk,
        said=told or said(work),
        at=ASSESSED,
    )
    return work


def base_word(**changed: Any) -> actions.BaseWord:
    members = [
        actions.Member(name=f"Ủy viên {n}", role="ủy viên", organisation="Viện")
        for n in range(5)
    ]
    return actions.BaseWord(
        **{
            "decision_number": "12/QĐ-VIEN",
            "met_on": BASE_MET,
            "members": members,
            "votes": {"pass": 4, "excellent": 1},
            **changed,
        }
    )


def passed(work: Work) -> Work:
    """The host's own council let the work pass."""
    actions.enter_base_council(
        actor=work.host,
        acceptance_id=work.acceptance.pk,
        word=base_word(),
        passed=True,
        minutes=paper("bien-ban.pdf"),
        at=HANDED_IN,
    )
    return work


def submitted(work: Work, at: datetime = HANDED_IN) -> Work:
    actions.submit_acceptance(actor=work.host, acceptance_id=work.acceptance.pk, at=at)
    return work


def returned(work: Work, at: datetime) -> Work:
    actions.return_acceptance(
        actor=work.officer, acceptance_id=work.acceptance.pk, reason="Thiếu.", at=at
    )
    return work


@kept
def handed_in(regime: str = "") -> Work:
    """The acceptance dossier is with the ministry."""
    work = running(regime)
    if regime == "nd268_2025":
        drafted(work)
    else:
        assessed(work)
        passed(work)
    return submitted(work)


def seats_of(work: Work) -> tuple[str, ...]:
    """Seven seats; nine where the procedure wants them."""
    nine = work.again().case.regime_code == "national_2013"
    return (*SEATS, "member", "member") if nine else SEATS


@kept
def council_of(
    work: Work, *, roles: Sequence[str] = (), at: datetime = FORMED
) -> tuple[Council, list[Actor]]:
    """The ministry's council on the work, set up, with the documents."""
    office = work.funded.story.office
    council = actions.form_acceptance_council(
        actor=work.officer,
        acceptance_id=work.acceptance.pk,
        title_vi="Hội đồng nghiệm thu",
        title_en="Acceptance council",
        secretary_id=office.secretary.user_id,
        at=at,
    )
    members = panel_factory.seated(office, council, roles or seats_of(work))
    panel_actions.set_up_council(
        actor=work.officer,
        council_id=council.pk,
        decision_number="90/QĐ-BCT",
        decided_on=at.date(),
        at=at,
    )
    panel_factory.accepted(council, members)
    panel_actions.schedule_meeting(
        actor=office.secretary,
        council_id=council.pk,
        meeting_at=at + timedelta(days=20),
        place="Phòng 301",
        at=at,
    )
    panel_actions.send_documents(
        actor=office.secretary, council_id=council.pk, without_reviewers=True, at=at
    )
    council.refresh_from_db()
    return council, members


def item_of(council: Council) -> CouncilItem:
    return CouncilItem.objects.select_related("council__regime_version", "case").get(
        council=council
    )


def marks(work: Work, level: str, **changed: str) -> dict[str, str]:
    """The same level for every criterion, unless changed: ``quality``, ``quantity``, ``report``."""
    first, second = work.keys
    return {
        f"{first}-quality": changed.get("quality", level),
        f"{first}-quantity": changed.get("quantity", level),
        f"{second}-quality": level,
        "report": changed.get("report", level if level != "excellent" else "pass"),
    }


def rated(
    work: Work,
    item: CouncilItem,
    member: Actor,
    level: str,
    *,
    at: datetime = MEETING,
    said: Mapping[str, str] | None = None,
    **more: Any,
) -> None:
    panel_actions.cast_ballot(
        actor=member,
        item_id=item.pk,
        sheet=Sheet(
            **{"votes": said or marks(work, level), "opinion": "Có căn cứ.", **more}
        ),
        at=at,
    )


@kept
def judged(
    work: Work, *levels: str, at: datetime = FORMED
) -> tuple[Council, list[Actor]]:
    """The council met and counted; a level for each of its seven members."""
    council, members = council_of(work, at=at)
    item = item_of(council)
    for member, level in zip(members, levels or ["pass"] * len(members), strict=True):
        rated(work, item, member, level, at=at + timedelta(days=20))
    counted(work, council, at=at + timedelta(days=20))
    council.refresh_from_db()
    return council, members


def counted(work: Work, council: Council, at: datetime = MEETING) -> None:
    """All are there; the ballots that were handed in are counted."""
    secretary = work.funded.story.office.secretary
    panel_actions.mark_attendance(
        actor=secretary,
        council_id=council.pk,
        present=list(council.seats.values_list("pk", flat=True)),
        at=at,
    )
    panel_actions.open_meeting(actor=secretary, council_id=council.pk, at=at)
    panel_actions.conclude_council(
        actor=secretary, council_id=council.pk, at=at + timedelta(hours=2)
    )


@kept
def accepted(regime: str = "", *levels: str) -> Work:
    work = handed_in(regime)
    judged(work, *levels)
    return work


def confirmed(work: Work) -> Work:
    actions.confirm_completion(
        actor=work.officer,
        acceptance_id=work.acceptance.pk,
        note="Chủ tịch hội đồng xác nhận ngày 10/9.",
        at=CONFIRMED,
    )
    return work


def recognised(work: Work) -> Work:
    actions.recognise_result(
        actor=work.leader,
        acceptance_id=work.acceptance.pk,
        decision_number="300/QĐ-BCT",
        decided_on=RECOGNISED.date(),
        at=RECOGNISED,
    )
    return work


def registered(work: Work, number: str = "2028-66-0123") -> Work:
    actions.register_result_certificate(
        actor=work.officer,
        acceptance_id=work.acceptance.pk,
        number=number,
        registered_on=REGISTERED.date(),
        file=paper("giay-chung-nhan.pdf"),
        at=REGISTERED,
    )
    return work
