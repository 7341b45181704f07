"""The history of one public thing on a page of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.timezone import localdate

from opensti.domains.publications.queries import register
from opensti.domains.publications.queries.histories import (
    Change,
    Moment,
    changes_in,
    moments_of,
    public_acts,
    shown_changes,
    subject_of,
)
from opensti.domains.publications.queries.honouring import public_honour
from opensti.domains.publications.queries.public_contracts import contracts
from opensti.domains.publications.queries.sight import sight
from opensti.domains.strategies.queries import plan
from opensti.kernel.access import PUBLIC
from opensti.kernel.record.queries import entry_at, receipt
from opensti.kernel.refusals import NotFound

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class HistoryPage:
    """What happened to a thing, oldest first, and what was changed, the latest first."""

    title: str
    moments: tuple[Moment, ...]
    changes: tuple[Change, ...]


def history(kind: str, public_id: str, *, at: datetime) -> HistoryPage:
    """The history of a public thing, else ``NotFound``; 3 queries."""
    row = _contract(public_id, at) if kind == "contract" else _READ[kind](public_id)
    return history_of(kind, row, at=at)


def history_of(kind: str, row: Any, *, at: datetime) -> HistoryPage:
    """The history of a row that everybody may know of, else ``NotFound``; 1 query."""
    seen, public_id = sight(at=at), row.public_id
    if not seen.shows_row(kind, row):
        raise NotFound
    rows = {subject_of(kind, public_id): (kind, row)}
    acts = public_acts(rows)
    card = seen.card(kind, row)
    return HistoryPage(
        title=next(
            (str(said) for key in _NAMES[kind] if (said := card[key])),
            public_id,
        ),
        moments=tuple(moments_of(acts, rows, seen)),
        changes=shown_changes(changes_in(acts), rows, seen),
    )


# By what a thing is called at the head of its history.
_NAMES = {
    "call": ("code", "title"),
    "order": ("code", "title"),
    "task": ("code", "title"),
    "decision": ("dossier", "title"),
    "contract": ("number", "title"),
    "result": ("title",),
    "plan": ("code", "title"),
}


def _contract(public_id: str, at: datetime) -> Any:
    found = contracts(at=at).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


_READ: dict[str, Callable[[str], Any]] = {
    "call": register.call,
    "order": register.order,
    "task": register.task,
    "decision": register.decision,
    "result": register.result,
    "plan": lambda public_id: plan(PUBLIC, public_id),
}


def receipt_of_act(position: int) -> str:
    """The receipt of a public act by its number; ``NotFound`` for any other entry.

    Raises ``StepNotAllowed`` while the log has not been signed since.
    """
    entry = entry_at(position)
    if not entry.public:
        raise NotFound
    return receipt(entry, disclose=True)


def receipt_of_thing(kind: str, public_id: str, *, at: datetime) -> tuple[str, str]:
    """The receipt of the act that made a call, decision or honour public, and its name.

    Raises ``NotFound`` for what is not public, ``StepNotAllowed`` as above.
    """
    if kind == "call":
        call = register.call(public_id)
        return register.public_receipt(call.entry_position), call.code
    if kind == "decision":
        decision = register.decision(public_id)
        name = decision.dossier.code or decision.public_id
        return register.decision_receipt(decision), name
    honour = public_honour(public_id, localdate(at))
    return register.public_receipt(honour.entry_position), f"honour-{public_id}"
