"""What public acts say, and under which field of the policy each of it falls.

The log itself keeps what it was told for ever and shows it to whoever reads it there. What
is passed on from it (files, feeds) is what the policy shows at the moment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opensti.domains.publications.disclosure import WHOLE_ROW

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opensti.domains.publications.queries.sight import Sight

AID_SAID = (
    "aid", "giver", "giver_kind", "giver_ref", "amount", "currency", "committed_on",
    "flow", "finance", "aid_type", "tied", "sector",
)  # fmt: skip
# By act: the kind, and for each key of its detail the field (``*``: with the row).
TOLD: dict[str, tuple[str, dict[str, str]]] = {
    "orders.approve": (
        "order",
        {
            "code": "code",
            "title_vi": "title",
            "objectives_vi": "objectives",
            "budget_ceiling": "budget_ceiling",
            "products": "products",
        },
    ),
    "calls.publish": (
        "call",
        {
            "code": "code",
            "title": "title",
            "way": "way",
            "opens_at": "opens_at",
            "closes_at": "closes_at",
            "orders": "orders",
        },
    ),
    "calls.extend": ("call", {"to": "closes_at", "reason": "state"}),
    "calls.cancel": ("call", {"reason": "state"}),
    "calls.open": ("call", {"dossiers": "state"}),
    "calls.conclude": ("call", {}),
    "portfolios.release_decision": (
        "decision",
        {
            "title_vi": "title",
            "host": "host",
            "amount": "amount",
            "decision_number": "number",
            "reason_vi": "reason",
            "decided_at": "decided_at",
        },
    ),
    "contracts.sign": (
        "contract",
        {
            "title_vi": "title",
            "number": "number",
            "signed_on": "signed_on",
            "starts_on": "starts_on",
            "ends_on": "ends_on",
            "state_money": "state_money",
        },
    ),
    "contracts.note_aid": ("contract", dict.fromkeys(AID_SAID, "aid")),
    "contracts.drop_aid": ("contract", {"aid": "aid"}),
    "contracts.decide_amendment": (
        "amendment",
        {"amendment": "number", "kinds": "kinds", "effective_on": "effective_on"},
    ),
    "tasks.set_state": ("task", {"state": "state", "start": "start", "end": "end"}),
    "acceptances.recognise": (
        "acceptance",
        {"decision": "decision_number", "decided_on": "recognised_on"},
    ),
    "acceptances.register": (
        "result",
        {"certificate": "certificate", "registered_on": "certificate"},
    ),
}
# What an amendment changes of the contract.
_AMENDED = {"ends_on": "ends_on", "state_money": "state_money"}


class Shown(dict[str, Any]):
    """The detail of an act; what is withheld reads as None."""

    def __missing__(self, key: str) -> None:
        return None


def is_passed_on(by: Sight, act: str) -> bool:
    """Whether acts of this kind are told at all: of a kind of row that is shown."""
    kind = TOLD[act][0] if act in TOLD else ""
    return not kind or by.is_open(kind, WHOLE_ROW)


def detail_shown(
    by: Sight, act: str, detail: Mapping[str, Any], rows: Mapping[str, Any]
) -> Shown:
    """The detail of an act with what is withheld gone; what no field names goes too.

    ``rows`` holds the row of a kind where it was read; without it a delay hides.
    """
    if act not in TOLD:
        return Shown()
    kind, keys = TOLD[act]
    found = {
        key: by.said(kind, name, rows.get(kind), detail[key])
        for key, name in keys.items()
        if key in detail
    }
    if act == "contracts.decide_amendment":
        found |= {
            key: by.said("contract", name, rows.get("contract"), detail[key])
            for key, name in _AMENDED.items()
            if key in detail
        }
    return Shown({key: value for key, value in found.items() if value is not None})
