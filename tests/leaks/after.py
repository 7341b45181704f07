"""After the decision: a contract of *won* in force, with what its people alone may know."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.utils.timezone import localdate

from opensti.console.demo.contracts import carry_out
from opensti.console.demo.texts import signed_paper
from opensti.domains.contracts import actions as contracts
from opensti.domains.contracts import queries
from opensti.domains.contracts.actions.patching import Patch
from opensti.domains.contracts.choices import PaperKind, Side
from opensti.domains.results import actions as results
from opensti.domains.results.actions import Named
from opensti.domains.results.actions.assets import Item
from opensti.domains.results.actions.offers import OfferFacts
from opensti.domains.results.actions.registry import Said
from opensti.domains.results.actions.right_facts import RightFacts
from opensti.domains.results.models import Acceptance
from opensti.domains.results.problem import Assessment
from tests.leaks import indicators

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opensti.domains.contracts.models import Contract
    from tests.leaks.marked import Marked
    from tests.leaks.world import World


def funded(world: World, story: Marked) -> None:
    """Drafted, approved and signed as in the demonstration; then what is not public."""
    (contract, *_rest) = carry_out(story, "paid")
    contract = queries.contract(story.actor("officer"), contract.public_id)
    world.things["contract won"] = contract
    world.known_as("contract won: payment", contract.payments.get().reference)
    _running(world, story, contract)
    _results(world, story, contract)
    indicators.reported(world, story)


def _running(world: World, story: Marked, contract: Contract) -> None:
    officer, host = story.actor("officer"), story.actor("applicant2")
    mark, day = world.mark, localdate(story.now)
    contracts.keep_signed_paper(
        actor=officer,
        contract_id=contract.pk,
        kind=PaperKind.OTHER,
        side=Side.BOTH,
        title=f"Phụ lục {mark('contract won: paper')}",
        file=ContentFile(signed_paper("Phu luc"), name="phu-luc.pdf"),
        signed_on=day,
        scanned=True,
        at=story.later(),
    )
    second = contract.instalments.order_by("position")[1]
    world.things["payment request"] = contracts.ask_payment(
        actor=host,
        instalment_id=second.pk,
        text=f"Đề nghị {mark('contract won: request')}",
        at=story.later(),
    )
    contracts.clear_work(
        actor=officer,
        contract_id=contract.pk,
        document_number=f"NT-{mark('contract won: clearing')}",
        cleared_on=day,
        amount=Decimal(1_000_003),
        work="Khối lượng đợt 1",
        at=story.later(),
    )
    world.things["amendment"] = contracts.ask_amendment(
        actor=host,
        contract_id=contract.pk,
        kinds=["content"],
        patch=Patch(obligations=f"Nghĩa vụ {mark('contract won: change')}"),
        reason=f"Vì {mark('contract won: reason')}",
        at=story.later(),
    )


def _results(world: World, story: Marked, contract: Contract) -> None:
    host, mark, day = story.actor("applicant2"), world.mark, localdate(story.now)
    acceptance = Acceptance.objects.get(contract=contract)
    world.things["acceptance"] = acceptance
    results.save_assessment(
        actor=host,
        acceptance_id=acceptance.pk,
        said=Assessment(products={}, text=f"Nháp {mark('acceptance won: draft')}"),
        at=story.later(),
    )
    result = results.add_result(
        actor=host,
        contract_id=contract.pk,
        said=Said(
            kind="software",
            title_vi=f"Phần mềm {mark('result won: title')}",
            description_vi=f"Mô tả {mark('result won: text')}",
            formed_on=day,
            secrecy="internal",
        ),
        at=story.later(),
    )
    world.things["result won"] = result
    world.known_as("result won: address", result.public_id)
    asset = results.add_asset(
        actor=host,
        contract_id=contract.pk,
        item=Item(
            kind="equipment_full",
            code="TB-01",
            name=f"Máy {mark('asset won: name')}",
            formed_on=day,
            original_value=Decimal(700_000_001),
        ),
        at=story.later(),
    )
    world.things["asset won"] = asset
    right = results.disclose_right(
        actor=host,
        host_id=contract.host_id,
        contract_id=contract.pk,
        facts=RightFacts(
            kind="invention",
            title_vi=f"Sáng chế {mark('right won: title')}",
            formed_on=day,
        ),
        owners=[
            Named(
                name=contract.host.name_vi,
                share=10_000,
                kind="organisation",
                organisation_id=contract.host_id,
            )
        ],
        authors=[Named(name=f"Tác giả {mark('right won: author')}", share=10_000)],
        at=story.later(),
    )
    world.things["right won"] = right
    world.things["offer won"] = results.draft_offer(
        actor=host,
        right_id=right.pk,
        facts=OfferFacts(
            title_vi=f"Chào bán {mark('offer won: title')}",
            does_vi="Giảm hao hụt khi sấy.",
            form="licence",
            contact="Phòng kế hoạch",
            opens_on=day + timedelta(days=1),
        ),
        at=story.later(),
    )


# Which thing an address is about, by the beginning of its name; the contract otherwise.
ABOUT = (
    ("contracts:dossier_", "dossier won"),
    ("contracts:budget_sheet", "dossier won"),
    ("contracts:budget_edit", "dossier won"),
    ("contracts:open", "dossier won"),
    ("contracts:payment_request", "payment request"),
    ("contracts:request_paper", "payment request"),
    ("results:of_contract", "contract won"),
    ("results:contract_", "contract won"),
    ("results:uptake_plan", "contract won"),
    ("results:result_new", "contract won"),
    ("results:propose", "contract won"),
    ("results:asset_new", "contract won"),
    ("results:assets_", "contract won"),
    ("results:stocktake", "contract won"),
    ("results:inventory", "contract won"),
    ("results:asset", "asset won"),
    ("results:handling", "asset won"),
    ("results:result", "result won"),
    ("results:right", "right won"),
    ("results:disclosure", "right won"),
    ("results:docket", "right won"),
    ("results:offer", "offer won"),
    ("results:interest", "offer won"),
    ("results:", "acceptance"),
)
# What else an address asks for; where there is none of a thing, the answer is no.
GIVEN = {
    "kind": "docx",
    "language": "vi",
    "paper": "contract",
    "section": "main",
    "act": "pay",
    "what": "x",
    "slug": "custody",
    "number": 1,
    "year": 2026,
}


def arguments(world: World, name: str, wanted: Sequence[str]) -> list[dict[str, Any]]:
    """What a page after the decision is asked with: the things of the contract of *won*."""
    things = world.things
    contract = things["contract won"]
    about = next((what for first, what in ABOUT if name.startswith(first)), "")
    given = {
        **GIVEN,
        "public_id": things[about or "contract won"].public_id,
        "request_id": things["payment request"].public_id,
        "report_id": contract.reports.first().public_id,
        "paper_id": contract.signed_papers.first().public_id,
        "payment_id": contract.payments.get().public_id,
        "clearance_id": contract.clearances.first().public_id,
        "item": "x",
        "file": "x",
    }
    return [{key: given.get(key, _none(key)) for key in wanted}]


def _none(key: str) -> str | int:
    """An id that nothing has."""
    return (
        1
        if key
        in {"line_id", "entry_id", "event_id", "interest_id", "payout_id", "base_id"}
        else "x"
    )
