"""What was said of a public thing from its first public act on, and what was changed since.

Made of public entries of the record alone: whatever stands here stands in the log too, and
has a receipt.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from opensti.domains.calls.queries import call_subject
from opensti.domains.contracts.queries import contract_subject
from opensti.domains.publications.disclosure import Form
from opensti.domains.publications.queries.catalogue import CATALOGUE
from opensti.domains.publications.queries.labels import fact_label, field_of
from opensti.domains.publications.queries.lives import Told
from opensti.domains.results.queries import acceptance_subject, result_subject
from opensti.domains.strategies.queries import plan_subject
from opensti.domains.tasks.queries import order_subject, task_subject
from opensti.kernel.record.queries import entries_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from opensti.domains.publications.queries.sight import Sight


@dataclass(frozen=True, kw_only=True)
class Change:
    """One published fact that became another, with why and by which public act.

    ``correction``: it was wrong before; else it was right and a decision changed it.
    """

    position: int
    subject: str
    act: str
    at: datetime
    field: str
    was: str
    now: str
    reason: str
    basis: str
    correction: bool
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class Act(Told):
    """A public act with what it is about and the paper that it rests on."""

    subject: str
    basis: str


@dataclass(frozen=True, kw_only=True)
class Moment:
    """One thing that happened; ``position`` is that of the public act, for its receipt."""

    act: str
    at: datetime | date
    position: int | None = None
    money: Decimal | None = None
    detail: dict[str, Any] = field(default_factory=dict)
    about: tuple[str, str] | None = None  # kind and public id of its page


# What a later act may change, by the name under which an earlier one said it.
_FOLLOWED = (
    "title",
    "title_vi",
    "closes_at",
    "state",
    "start",
    "end",
    "starts_on",
    "ends_on",
    "state_money",
    "other_money",
)
_CORRECTS = frozenset(
    {"tasks.correct", "orders.correct", "calls.correct", "results.change"}
)


def subject_of(kind: str, public_id: str) -> str:
    """How the record names a public thing of a kind; ``LookupError`` for another kind."""
    return {
        "call": call_subject,
        "order": order_subject,
        "task": task_subject,
        "contract": contract_subject,
        "acceptance": acceptance_subject,
        "result": result_subject,
        "plan": plan_subject,
        "decision": "portfolios.decision:{}".format,
    }[kind](public_id)


def public_acts(subjects: Iterable[str]) -> list[Act]:
    """Every public act on some things, oldest first; 1 query."""
    return [
        Act(
            position=line.position,
            act=line.act,
            at=line.recorded_at,
            detail=line.detail,
            subject=line.subject,
            basis=line.basis,
        )
        for line in entries_of(list(subjects), public_only=True)
    ]


def changes_in(acts: Iterable[Act]) -> tuple[Change, ...]:
    """What was changed by some public acts, the latest first; no query."""
    found: list[Change] = []
    known: dict[tuple[str, str], str] = {}
    for act in acts:
        if act.act in _CORRECTS:
            found += _corrected(act, known)
        elif act.act == "calls.extend":
            found.append(
                _change(
                    act,
                    "closes_at",
                    act.detail.get("from"),
                    act.detail.get("to"),
                )
            )
        else:
            found += _followed(act, known)
    return tuple(reversed(found))


def _corrected(act: Act, known: dict[tuple[str, str], str]) -> list[Change]:
    made = []
    for change in act.detail.get("changes", ()):
        fact = str(change.get("field", ""))
        made.append(
            _change(act, fact, change.get("was"), change.get("now"), correction=True)
        )
        known[act.subject, fact] = made[-1].now
    return made


def _followed(act: Act, known: dict[tuple[str, str], str]) -> list[Change]:
    """What an act says otherwise than the acts before it said of the same thing."""
    made = []
    for fact in _FOLLOWED:
        if fact not in act.detail:
            continue
        now, place = _text(act.detail[fact]), (act.subject, fact)
        before = known.get(place)
        if before is not None and before != now:
            made.append(_change(act, fact, before, now))
        known[place] = now
    return made


def _change(
    act: Act, fact: str, was: Any, now: Any, *, correction: bool = False
) -> Change:
    return Change(
        position=act.position,
        subject=act.subject,
        act=act.act,
        at=act.at,
        field=fact,
        was=_text(was),
        now=_text(now),
        reason=_text(act.detail.get("reason")),
        basis=act.basis,
        correction=correction,
    )


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def shown_changes(
    changes: Iterable[Change], rows: Mapping[str, tuple[str, Any]], seen: Sight
) -> tuple[Change, ...]:
    """Changes of facts that the policy shows as they are; ``rows``: kind and row by subject."""
    found = []
    for change in changes:
        kind, row = rows[change.subject]
        key = field_of(change.field)
        if key not in CATALOGUE[kind].by_key:
            continue
        if seen.form(kind, key) is Form.EXACT and seen.shows(kind, key, row):
            found.append(replace(change, label=fact_label(kind, change.field)))
    return tuple(found)


def moments_of(
    acts: Iterable[Act], rows: Mapping[str, tuple[str, Any]], seen: Sight
) -> list[Moment]:
    """Public acts with as much of what they told as the policy shows."""
    made = []
    for act in acts:
        kind, row = rows[act.subject]
        made.append(
            Moment(
                act=act.act,
                at=act.at,
                position=act.position,
                money=_money(act, kind, row, seen),
                detail={
                    key: value
                    for key, value in act.detail.items()
                    if (asked := _TELLS.get((act.act, key)))
                    and seen.shows(kind, asked, row)
                },
                about=(kind, row.public_id),
            )
        )
    return made


def _money(act: Act, kind: str, row: Any, seen: Sight) -> Decimal | None:
    """What the act is over, in the form that the policy gives it."""
    key = _MONEY.get(act.act, "")
    told = row.budget_ceiling if act.act == "orders.approve" else act.detail.get(key)
    if told in (None, ""):
        return None
    said: Decimal | None = seen.said(kind, key, row, Decimal(told))
    return said


_MONEY = {
    "orders.approve": "budget_ceiling",
    "portfolios.release_decision": "amount",
    "contracts.sign": "state_money",
    "contracts.decide_amendment": "state_money",
}
# What is repeated of a public act beside its name, and the field that decides on it.
_TELLS = {
    ("orders.approve", "decision"): "code",
    ("calls.publish", "closes_at"): "closes_at",
    ("calls.extend", "to"): "closes_at",
    ("calls.extend", "reason"): "closes_at",
    ("calls.open", "dossiers"): "dossiers",
    ("calls.cancel", "reason"): "state",
    ("portfolios.release_decision", "decision_number"): "number",
    ("portfolios.release_decision", "reason_vi"): "reason",
    ("contracts.sign", "number"): "number",
    ("contracts.sign", "starts_on"): "starts_on",
    ("contracts.sign", "ends_on"): "ends_on",
    ("contracts.decide_amendment", "kinds"): "amendments",
    ("contracts.decide_amendment", "decision"): "amendments",
    ("contracts.decide_amendment", "ends_on"): "ends_on",
    ("tasks.set_state", "state"): "state",
    ("acceptances.recognise", "decision"): "decision_number",
    ("acceptances.register", "certificate"): "certificate",
}
