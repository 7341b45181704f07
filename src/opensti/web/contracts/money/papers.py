"""Papers of money: the account of a contract, and the order for one payment."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opensti.domains.contracts import queries
from opensti.domains.contracts.choices import Account
from opensti.kernel.access import get_visible
from opensti.kernel.bilingual import pick
from opensti.kernel.citations import cited
from opensti.kernel.money import format_money, in_words
from opensti.ui.templatetags.ui import day
from opensti.web.papers import issued, language_of_paper, official, signed_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse

    from opensti.domains.contracts.models import Contract, Payment
    from opensti.domains.contracts.queries.money import Money
    from opensti.kernel.access import Actor
    from opensti.web.requests import Request

Block = dict[str, Any]
OPEN = "……"


def _money(amount: Any) -> str:
    return format_money(amount) or "0"


def _heading(text: str) -> Block:
    return {"kind": "heading", "text": text}


def _table(
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    right: Sequence[int],
    widths: Sequence[float] = (),
) -> Block:
    return {
        "kind": "table",
        "columns": list(columns),
        "rows": [list(map(str, row)) for row in rows],
        "right": list(right),
        "widths": list(widths) or [1] * len(columns),
    }


def _of_contract(contract: Contract) -> Block:
    rows = [
        [_("Contract"), contract.number or OPEN],
        [_("Task"), pick(contract.title_vi, contract.title_en)],
        [_("Host"), pick(contract.host.name_vi, contract.host.name_en)],
        [
            _("Principal investigator"),
            contract.leader.full_name if contract.leader else OPEN,
        ],
        [_("State money"), _money(contract.state_money)],
        [_("Other money"), _money(contract.other_money)],
    ]
    if contract.starts_on and contract.ends_on:
        rows.append(
            [
                _("Duration of the contract"),
                f"{day(contract.starts_on)} – {day(contract.ends_on)}",  # noqa: RUF001
            ]
        )
    return {"kind": "pairs", "rows": rows}


def account_document(actor: Actor, contract: Contract) -> dict[str, Any]:
    """The account of a contract as plain values: what was paid, cleared, owed, by year."""
    plan = queries.instalments_of(contract)
    money = queries.money_of(contract, plan)
    settlement = queries.settlement_of(actor, contract)
    claims = list(queries.claims_of(actor, contract))
    blocks: list[Block] = [
        _of_contract(contract),
        _heading(_("Figures of the contract")),
        {"kind": "pairs", "rows": _figures(money)},
        _heading(_("By budget year")),
        _table(
            [
                _("Year"),
                _("Planned money"),
                _("Allocated"),
                _("Paid"),
                _("Cleared"),
                _("Received back"),
            ],
            [
                [
                    y.year,
                    *map(
                        _money, (y.planned, y.allocated, y.paid, y.cleared, y.received)
                    ),
                ]
                for y in money.years
            ],
            [1, 2, 3, 4, 5],
        ),
        _heading(_("Instalments")),
        _table(
            [_("No."), _("Instalment"), _("Amount"), _("Paid on"), _("Reference")],
            [
                [
                    part.position,
                    part.label or part.get_kind_display(),
                    _money(part.amount),
                    day(paid.paid_on) if paid else OPEN,
                    paid.reference if paid else "",
                ]
                for part in plan
                for paid in [queries.payment_of(part)]
            ],
            [0, 2],
            [1, 5, 3.5, 2.5, 3],
        ),
    ]
    # What was struck out is in the books and on the page, not in the account.
    counted = queries.clearances_of(actor, contract).filter(taken_back_at=None)
    if cleared := list(counted):
        blocks += [
            _heading(_("Finished work cleared")),
            _table(
                [
                    _("Volume list"),
                    _("Confirmed"),
                    _("Finished work"),
                    _("State money"),
                ],
                [
                    [c.document_number, day(c.cleared_on), c.work, _money(c.amount)]
                    for c in cleared
                ],
                [3],
                [2.5, 2, 6, 3],
            ),
        ]
    if claims:
        blocks += [
            _heading(_("Claims")),
            _table(
                [_("Decision"), _("Claimed"), _("Still owed"), _("Due")],
                [
                    [
                        c.decision_number,
                        _money(c.amount),
                        _money(queries.outstanding(c)),
                        day(c.due_on) if c.due_on else OPEN,
                    ]
                    for c in claims
                ],
                [1, 2],
            ),
        ]
    blocks += [
        _heading(_("Books")),
        _table(
            [_("Account"), _("Balance")],
            [
                [Account(name).label, _money(balance)]
                for name, balance in queries.balances_of([contract.pk])
                .get(contract.pk, {})
                .items()
            ],
            [1],
        ),
    ]
    on = settlement.settled_on if settlement else None
    return {
        **issued(language_of_paper(), on),
        "number": settlement.document_number if settlement else OPEN,
        "title": _("Settlement of the money of a contract")
        if settlement
        else _("Account of the money of a contract"),
        "subtitle": contract.number or pick(contract.title_vi, contract.title_en),
        "blocks": _numbered(blocks),
        "signatures": [
            {"capacity": _("For the host"), "note": "", "name": ""},
            {"capacity": _("Finance officer"), "note": "", "name": ""},
            signed_by(language_of_paper()),
        ],
    }


def _numbered(blocks: Sequence[Block]) -> list[Block]:
    """Number the headings; one above a table without rows goes with its table."""
    kept: list[Block] = []
    for block in blocks:
        if block["kind"] == "table" and not block["rows"]:
            if kept and kept[-1]["kind"] == "heading":
                kept.pop()
            continue
        kept.append(block)
    number = itertools.count(1)
    return [
        b | {"text": f"{next(number)}. {b['text']}"} if b["kind"] == "heading" else b
        for b in kept
    ]


def _figures(money: Money) -> list[list[str]]:
    rows = [
        (_("Paid"), money.paid),
        (_("Cleared"), money.cleared),
        (_("Open advances"), money.open_advances),
        (_("Savings left to the host"), money.saved),
        (_("Claimed"), money.claimed),
        (_("Received back"), money.received),
        (_("Given up"), money.waived),
        (_("Owed back by the host"), money.owed_by_host),
        (_("Other money proven as spent"), money.contributed),
        (_("State money not paid"), money.left),
    ]
    return [[label, _money(amount)] for label, amount in rows]


def order_document(contract: Contract, payment: Payment) -> dict[str, Any]:
    """The order for one payment as plain values."""
    part = payment.instalment
    amount = payment.amount
    rows = [
        [_("Instalment"), f"{part.position}. {part.label}".strip()],
        [_("Amount paid"), _money(amount)],
    ]
    if language_of_paper() == "vi":
        rows.append([_("Amount in words"), in_words(amount)])
    rows += [
        [_("Paid on"), day(payment.paid_on)],
        [_("Reference"), payment.reference],
        [_("Rests on"), cited(queries.rules_of(contract).payment.basis)],
    ]
    return {
        **issued(language_of_paper(), payment.paid_on),
        "number": payment.reference,
        "title": _("Payment order"),
        "subtitle": contract.number,
        "blocks": [_of_contract(contract), {"kind": "pairs", "rows": rows}],
        "signatures": [
            {"capacity": _("Finance officer"), "note": "", "name": ""},
            signed_by(language_of_paper()),
        ],
    }


@require_safe
def settlement_paper(request: Request, public_id: str, kind: str) -> HttpResponse:
    contract = queries.contract(request.actor, public_id)
    return official(
        "minutes",
        account_document(request.actor, contract),
        kind=kind,
        name=f"quyet-toan-{contract.public_id}-{localdate():%Y%m%d}",
    )


@require_safe
def payment_paper(
    request: Request, public_id: str, payment_id: str, kind: str
) -> HttpResponse:
    contract = queries.contract(request.actor, public_id)
    payment = get_visible(
        request.actor,
        contract.payments.select_related("instalment"),
        public_id=payment_id,
    )
    return official(
        "minutes",
        order_document(contract, payment),
        kind=kind,
        name=f"lenh-chi-{payment.public_id}",
    )
