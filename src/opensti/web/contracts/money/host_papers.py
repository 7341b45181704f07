"""What the host asks money with: the request for an instalment, the list of work done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opensti.domains.contracts import queries
from opensti.domains.contracts.choices import InstalmentKind
from opensti.domains.procedures.queries import regime_of
from opensti.kernel.access import get_visible
from opensti.kernel.bilingual import pick
from opensti.kernel.citations import cited
from opensti.kernel.files.serving import files_of
from opensti.kernel.money import format_money, in_words
from opensti.ui.templatetags.ui import day
from opensti.web.papers import (
    BLANK,
    attached,
    issued,
    issued_by,
    language_of_paper,
    of_the_host,
    office,
    official,
    signed_by,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse

    from opensti.domains.contracts.models import Clearance, Contract, PaymentRequest
    from opensti.kernel.files.models import StoredFile
    from opensti.web.requests import Request

# The form that a procedure gives the request for an advance, where it gives one.
ADVANCE_FORM = "B26-TUKP"


def _contract(contract: Contract) -> list[list[str]]:
    return [
        [_("Contract"), contract.number or BLANK],
        [_("Task"), pick(contract.title_vi, contract.title_en)],
        [_("Host"), pick(contract.host.name_vi, contract.host.name_en)],
        [
            _("Principal investigator"),
            contract.leader.full_name if contract.leader else BLANK,
        ],
    ]


def _amount(amount: Any) -> list[list[str]]:
    rows = [[_("Amount of money"), format_money(amount)]]
    if language_of_paper() == "vi":
        rows.append([_("Amount in words"), in_words(amount)])
    return rows


def request_document(
    asked: PaymentRequest, files: Sequence[StoredFile]
) -> dict[str, Any]:
    """The request for one instalment: how much, what was done for it, what shows it."""
    lang, contract, part = language_of_paper(), asked.contract, asked.instalment
    host = pick(contract.host.name_vi, contract.host.name_en)
    advance = part.kind == InstalmentKind.ADVANCE
    codes = {paper.code for paper in regime_of(contract.case).papers}
    rows = [
        *_contract(contract),
        [_("Instalment"), f"{part.position}. {part.label}".strip()],
        *_amount(part.amount),
    ]
    if part.milestone is not None:
        milestone = pick(part.milestone.name_vi, part.milestone.name_en)
        if part.milestone.reached_on:
            milestone = f"{milestone} ({day(part.milestone.reached_on)})"
        rows.append([_("Milestone"), milestone])
    if part.evidence:
        rows.append([_("Evidence the contract asks for"), part.evidence])
    rows.append(
        [_("Rests on"), cited(queries.rules_of(contract).payment.basis, language=lang)]
    )
    blocks: list[dict[str, Any]] = [{"kind": "pairs", "rows": rows}]
    if asked.text:
        blocks += [
            {"kind": "heading", "text": _("What was done, and what shows it")},
            *(
                {"kind": "paragraph", "text": line.strip()}
                for line in asked.text.splitlines()
                if line.strip()
            ),
        ]
    blocks += attached({"name": f.name, "sha256": f.sha256} for f in files)
    return {
        **issued_by(lang, host, localtime(asked.asked_at).date()),
        "title": _("Request for an advance")
        if advance
        else _("Request for an instalment"),
        "to": [office(lang)],
        "blocks": blocks,
        "signatures": of_the_host(contract.leader.full_name if contract.leader else ""),
        "footer": ADVANCE_FORM if advance and ADVANCE_FORM in codes else "",
    }


def volume_document(
    contract: Contract, cleared: Clearance, files: Sequence[StoredFile]
) -> dict[str, Any]:
    """The confirmed list of work done that an advance is cleared with."""
    lang = language_of_paper()
    rows = [*_contract(contract), [_("Volume list"), cleared.document_number]]
    rows += _amount(cleared.amount)
    if cleared.other_amount:
        rows.append([_("Other money"), format_money(cleared.other_amount)])
    rows.append(
        [_("Rests on"), cited(queries.rules_of(contract).payment.basis, language=lang)]
    )
    blocks: list[dict[str, Any]] = [
        {"kind": "pairs", "rows": rows},
        {"kind": "heading", "text": _("Finished work")},
        *(
            {"kind": "paragraph", "text": line.strip()}
            for line in cleared.work.splitlines()
            if line.strip()
        ),
        *attached({"name": f.name, "sha256": f.sha256} for f in files),
    ]
    return {
        **issued(lang, cleared.cleared_on),
        "number": cleared.document_number,
        "title": _("Confirmation of the volume of work done"),
        "blocks": blocks,
        "signatures": [
            {
                "capacity": _("Head of the host"),
                "note": _("(signature, full name, seal)"),
                "name": "",
            },
            signed_by(lang),
        ],
    }


@require_safe
def request_sheet(request: Request, request_id: str, kind: str) -> HttpResponse:
    """The request of a host for an instalment, as it was asked."""
    asked = queries.payment_request(request.actor, request_id)
    return official(
        "request",
        request_document(asked, files_of(queries.request_subject(asked.public_id))),
        kind=kind,
        name=f"request-{asked.public_id}",
    )


@require_safe
def volume_sheet(
    request: Request, public_id: str, clearance_id: str, kind: str
) -> HttpResponse:
    """The confirmation that advances are cleared with."""
    contract = queries.contract(request.actor, public_id)
    cleared = get_visible(
        request.actor, contract.clearances.all(), public_id=clearance_id
    )
    return official(
        "minutes",
        volume_document(
            contract, cleared, files_of(queries.clearance_subject(cleared.public_id))
        ),
        kind=kind,
        name=f"volume-{cleared.public_id}",
    )
