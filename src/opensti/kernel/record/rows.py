"""One entry as the database has it now, held against itself."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sti_methods.ledger import leaf_hash

from opensti.kernel.record import leaves
from opensti.kernel.record.models import Entry

if TYPE_CHECKING:
    from collections.abc import Iterator

UNKNOWN = bytes(32)
UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


@dataclass
class Row:
    """An entry reduced to what must be compared with the rest of the log."""

    pk: int
    position: int
    hash: bytes
    wrong: list[str]
    commitments: dict[str, str] = field(default_factory=dict)
    erased: frozenset[tuple[int, str]] = frozenset()

    @property
    def name(self) -> str:
        return f"record_entry id={self.pk}"


def rows_from(position: int = 0) -> Iterator[Row]:
    """Yield every entry in order; one that cannot even be read is a row all the same."""
    last = position - 1
    rows = Entry.objects.filter(position__gte=position).order_by("position")
    try:
        for entry in rows.iterator(chunk_size=2000):
            yield reduced(entry)
            last = entry.position
    except UNREADABLE:
        pass
    else:
        return
    places = Entry.objects.filter(position__gt=last).order_by("position")
    for pk, place in list(places.values_list("pk", "position")):
        try:
            yield reduced(Entry.objects.get(pk=pk))
        except UNREADABLE:
            yield Row(pk, place, UNKNOWN, ["unreadable"])


def reduced(entry: Entry) -> Row:
    """Compare a row with itself: body, columns, leaf and hash must tell one story."""
    salt = bytes(entry.salt)
    leaf = leaves.leaf_of(body=entry.body, salt=salt, public=entry.public)
    hash_ = leaf_hash(leaf)
    wrong = []
    if bytes(entry.leaf) != leaf:
        wrong.append("leaf")
    if bytes(entry.leaf_hash) != hash_:
        wrong.append("leaf_hash")
    body = _parsed(entry.body)
    own = {
        "v": leaves.VERSION,
        "position": entry.position,
        "act": entry.act,
        "subject": entry.subject,
        "role": entry.role,
        "at": leaves.moment(entry.recorded_at),
        "basis": entry.basis,
        "public": entry.public,
    }
    columns = {"v": "body", "at": "recorded_at"}
    wrong += [columns.get(k, k) for k, value in own.items() if body.get(k) != value]
    if not _same_actor(entry, body, salt):
        wrong.append("actor_user_id, on_behalf")
    commitments = body.get("secret")
    return Row(
        pk=entry.pk,
        position=entry.position,
        hash=hash_,
        wrong=wrong,
        commitments=commitments if isinstance(commitments, dict) else {},
        erased=_erasure(entry, body),
    )


def _parsed(text: str) -> dict[str, Any]:
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _same_actor(entry: Entry, body: dict[str, Any], salt: bytes) -> bool:
    told = body.get("actor")
    if told is None or entry.actor_user_id is None:
        return told is None and entry.actor_user_id is None and entry.on_behalf is None
    if not isinstance(told, dict):
        return False
    if entry.public:
        roles = entry.role.split("+")
        lenders = [{}] if entry.on_behalf is None else _lenders(roles, entry.on_behalf)
        return any(
            told
            == leaves.actor_of(
                user_id=entry.actor_user_id, on_behalf=lent, salt=salt, public=True
            )
            for lent in lenders
        )
    lent = told.get("on_behalf")
    return (
        told.get("user") == entry.actor_user_id
        and isinstance(lent, dict)
        and min(lent.values(), default=None) == entry.on_behalf
    )


def _lenders(roles: list[str], lender: int) -> list[dict[str, int]]:
    """Return the ways in which one person may have lent some of the roles."""
    ways: list[dict[str, int]] = [{}]
    for role in roles:
        ways += [way | {role: lender} for way in ways]
    return ways[1:]


def _erasure(entry: Entry, body: dict[str, Any]) -> frozenset[tuple[int, str]]:
    """Return which secrets (position, field) the entry says were erased."""
    detail = body.get("detail")
    if entry.act != "record.erase_secret" or not isinstance(detail, dict):
        return frozenset()
    positions = detail.get("positions")
    if not isinstance(positions, list):
        return frozenset()
    return frozenset((p, str(detail.get("field"))) for p in positions)
