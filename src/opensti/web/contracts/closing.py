"""The figures of the minutes that close a contract, from its books."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import override

from opensti.domains.contracts import queries
from opensti.domains.procedures.choices import Act, State
from opensti.domains.procedures.queries import regime_of
from opensti.kernel.bilingual import pick
from opensti.kernel.money import format_money
from opensti.web.contracts.writing.closing_papers import (
    Closing,
    Figure,
    liquidation_document,
    settlement_document,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from opensti.domains.contracts.models import Contract
    from opensti.web.contracts.writing.contract_paper import Paper

ENDED = frozenset(
    {
        State.COMPLETED,
        State.FAILED,
        State.TERMINATED,
        State.RECOVERING,
        State.SETTLED,
        State.LIQUIDATED,
    }
)
# Each minutes, the step it belongs to, and who writes it.
MINUTES: dict[str, tuple[Act, Callable[[Paper, Closing, str], dict[str, Any]]]] = {
    "settlement": (Act.CONTRACT_SETTLE, settlement_document),
    "liquidation": (Act.CONTRACT_LIQUIDATE, liquidation_document),
}


def minutes_of(contract: Contract) -> list[str]:
    """Which minutes the procedure of a contract that has ended knows."""
    if contract.case.state not in ENDED:
        return []
    steps = {t.act for t in _steps(contract)}
    return [name for name, (act, _write) in MINUTES.items() if act in steps]


def _steps(contract: Contract) -> tuple[Any, ...]:
    table = regime_of(contract.case).contract
    return table.transitions if table is not None else ()


def closing_of(contract: Contract, language: str) -> Closing:
    """What was promised, paid, cleared and is owed, in a language; 3 queries."""
    money = queries.money_of(contract)
    with override(language):
        owed = (
            [
                _("The host still owes %(amount)s.")
                % {"amount": format_money(money.owed_by_host)}
            ]
            if money.owed_by_host
            else []
        )
        return Closing(
            figures=[
                Figure(name=_("State money"), amount=contract.state_money),
                Figure(name=_("Paid"), amount=money.paid),
                Figure(name=_("Cleared"), amount=money.cleared),
                Figure(name=_("Savings"), amount=money.saved),
                Figure(name=_("Claimed back"), amount=money.claimed),
                Figure(name=_("Received back"), amount=money.received),
            ],
            done=[
                pick(p.name_vi, p.name_en)
                for p in contract.products.order_by("position")
            ],
            owed=owed,
        )


def minutes_document(name: str, paper: Paper, language: str) -> dict[str, Any]:
    """One of the minutes, as plain values."""
    _act, write = MINUTES[name]
    return write(paper, closing_of(paper.contract, language), language)
