"""Write an act into the record, erase what must be erased; ``signing`` signs it.

``record`` is called by every action as its last step but one, in the action's own
transaction: the act and its entry are there together or not at all. It locks the
log's head until that transaction ends, so call it after all other locks are taken.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.transaction import TransactionManagementError
from django.utils.translation import gettext_lazy as _
from sti_methods.ledger import Edge, leaf_hash
from sti_methods.ledger import Tile as TilePlace

from opensti.kernel.access import SYSTEM, Actor, Role
from opensti.kernel.events import publish
from opensti.kernel.record import leaves
from opensti.kernel.record.holding import held_back
from opensti.kernel.record.models import Entry, LogHead, Secret, Tile
from opensti.kernel.record.signing import (
    LogBroken,
    begin_journal,
    checkpoint,
    issue_receipt,
    sign_after_act,
)
from opensti.kernel.refusals import Invalid, NotFound, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

__all__ = [
    "Act",
    "LogBroken",
    "Recorded",
    "begin_journal",
    "checkpoint",
    "erase_secret",
    "erase_secrets",
    "issue_receipt",
    "record",
    "record_many",
    "sign_after_act",
]
NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Act:
    """One act to be recorded; see ``record`` for what the parts mean."""

    act: str
    subject: str
    basis: str = ""
    public: bool = False
    detail: Mapping[str, Any] = field(default_factory=dict)
    secret: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """Acts on these subjects were recorded; told in the transaction of the acts."""

    subjects: tuple[str, ...]
    at: datetime


def record(
    *,
    actor: Actor,
    act: str,
    subject: str,
    at: datetime,
    basis: str = "",
    public: bool = False,
    detail: Mapping[str, Any] = NOTHING,
    secret: Mapping[str, Any] = NOTHING,
    role: Role | None = None,
) -> Entry:
    """Append one entry, in the transaction of the act it tells of.

    ``subject`` is ``"calls.dossier:12"``. The body of a ``public`` entry is readable by
    everybody for ever (who acted stays a commitment); of any other only a salted
    commitment leaves the house. Fields in ``secret`` are commitments even within the
    body and can be erased later. ``role`` is the capacity used, when the actor has
    several; without it all are named.
    """
    line = Act(
        act=act,
        subject=subject,
        basis=basis,
        public=public,
        detail=detail,
        secret=secret,
    )
    return record_many(actor=actor, acts=[line], at=at, role=role)[0]


def record_many(
    *, actor: Actor, acts: Sequence[Act], at: datetime, role: Role | None = None
) -> list[Entry]:
    """Append several entries at the price of one: for imports and bulk acts."""
    if not transaction.get_connection().in_atomic_block:
        raise TransactionManagementError(
            "An act is recorded in its own transaction; there is none."
        )
    if not acts:
        return []
    acts = _withheld(acts)
    size, edge = _locked_edge()
    entries: list[Entry] = []
    hidden: list[Secret] = []
    full: list[tuple[TilePlace, bytes]] = []
    for act in acts:
        entry, secret = _entry(
            actor=actor, act=act, position=edge.size, at=at, role=role
        )
        entries.append(entry)
        hidden += secret
        full += edge.append(bytes(entry.leaf_hash))
    Entry.objects.bulk_create(entries, batch_size=500)
    if hidden:
        Secret.objects.bulk_create(hidden, batch_size=500)
    if full:
        Tile.objects.bulk_create(
            Tile(level=place.level or 0, index=place.index, hashes=hashes)
            for place, hashes in full
        )
    moved = LogHead.objects.filter(pk=1, size=size).update(
        size=edge.size, edge=edge.packed
    )
    if moved != 1:
        raise LogBroken(_("Two writers met at the head of the record."))
    publish(Recorded(subjects=tuple({act.subject for act in acts}), at=at))
    return entries


@transaction.atomic
def erase_secret(
    *, actor: Actor, subject: str, field: str, at: datetime, basis: str
) -> Entry:
    """Delete a secret field of a subject for good; the log stays valid.

    Whether the actor may is asked by the action of the domain that owns the subject.
    """
    if not basis:
        raise Invalid([Problem(field="basis", message=_("State the legal basis."))])
    rows = Secret.objects.select_for_update(of=("self",)).filter(
        entry__subject=subject, field=field
    )
    found = list(rows.order_by("pk").values_list("pk", "entry__position"))
    if not found:
        raise NotFound(_("There is no such secret (any more)."))
    Secret.objects.filter(pk__in=[pk for pk, _position in found]).delete()
    return record(
        actor=actor,
        act="record.erase_secret",
        subject=subject,
        at=at,
        basis=basis,
        detail={"field": field, "positions": [position for _pk, position in found]},
    )


def erase_secrets(
    *, actor: Actor, subjects: Sequence[str], at: datetime, basis: str
) -> list[Entry]:
    """Delete every secret of some subjects for good, an entry for each field; 4 queries.

    Subjects without secrets are passed over; the caller asks whether the actor may.
    """
    rows = Secret.objects.select_for_update(of=("self",)).filter(
        entry__subject__in=subjects
    )
    found: dict[tuple[str, str], list[int]] = {}
    pks = []
    for pk, subject, name, position in rows.order_by("pk").values_list(
        "pk", "entry__subject", "field", "entry__position"
    ):
        pks.append(pk)
        found.setdefault((subject, name), []).append(position)
    Secret.objects.filter(pk__in=pks).delete()
    acts = [
        Act(
            act="record.erase_secret",
            subject=subject,
            basis=basis,
            detail={"field": name, "positions": positions},
        )
        for (subject, name), positions in found.items()
    ]
    return record_many(actor=actor, acts=acts, at=at)


def _withheld(acts: Sequence[Act]) -> Sequence[Act]:
    """What is public by law is not where its subject is held back: a commitment alone."""
    held = held_back({act.subject for act in acts if act.public})
    if not held:
        return acts
    return [
        replace(act, public=False) if act.public and act.subject in held else act
        for act in acts
    ]


def _locked_edge() -> tuple[int, Edge]:
    head = LogHead.objects.select_for_update().filter(pk=1).first()
    if head is None:
        LogHead.objects.bulk_create([LogHead(pk=1)], ignore_conflicts=True)
        head = LogHead.objects.select_for_update().get(pk=1)
    return head.size, Edge(head.size, bytes(head.edge))


def _entry(
    *, actor: Actor, act: Act, position: int, at: datetime, role: Role | None
) -> tuple[Entry, list[Secret]]:
    """Return the entry and the rows that keep its secrets; nothing is written yet."""
    capacity, on_behalf = _capacity(actor, role)
    salt = secrets.token_bytes(leaves.SALT)
    entry = Entry(
        position=position,
        act=act.act,
        subject=act.subject,
        actor_user_id=actor.user_id,
        role=capacity,
        on_behalf=min(on_behalf.values(), default=None),
        recorded_at=at,
        basis=act.basis,
        public=act.public,
        salt=salt,
    )
    hidden = [
        Secret(
            entry=entry,
            field=name,
            salt=secrets.token_bytes(leaves.SALT),
            value=leaves.canonical(value),
        )
        for name, value in act.secret.items()
    ]
    entry.body = leaves.canonical(
        {
            "v": leaves.VERSION,
            "position": position,
            "act": act.act,
            "subject": act.subject,
            "actor": leaves.actor_of(
                user_id=actor.user_id, on_behalf=on_behalf, salt=salt, public=act.public
            ),
            "role": capacity,
            "at": leaves.moment(at),
            "basis": act.basis,
            "public": act.public,
            "detail": act.detail,
            "secret": {
                row.field: leaves.commitment(salt=bytes(row.salt), text=row.value)
                for row in hidden
            },
        }
    )
    entry.leaf = leaves.leaf_of(body=entry.body, salt=salt, public=act.public)
    if len(entry.leaf) > leaves.LONGEST_LEAF:
        raise Invalid(
            [
                Problem(
                    field="",
                    message=_(
                        "The texts that this act would make public are longer than one entry of the record can be (65,535 bytes)."
                    ),
                    mend=_("Shorten them; put the details into an attached paper."),
                )
            ]
        )
    entry.leaf_hash = leaf_hash(entry.leaf)
    return entry, hidden


def _capacity(actor: Actor, role: Role | None) -> tuple[str, dict[str, int]]:
    """Return the role acted in (all of them, when not told) and who lent it."""
    if actor is SYSTEM:
        return "system", {}
    used = [role] if role else sorted(actor.roles - {Role.PUBLIC}) or [Role.PUBLIC]
    lent = {str(r): actor.on_behalf[r] for r in used if r in actor.on_behalf}
    return "+".join(used), lent
