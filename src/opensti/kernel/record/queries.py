"""What the record can be asked: timelines, receipts, the log's public files."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _
from sti_methods.ledger import (
    Edge,
    Party,
    Proof,
    TileNodes,
    consistency_proof,
    encode_bundle,
    inclusion_proof,
    parse_note,
    split_cosignature,
    verify_consistency,
)
from sti_methods.ledger import Tile as TilePlace

from opensti.kernel.record.check import check_log
from opensti.kernel.record.findings import Finding
from opensti.kernel.record.keys import log_origin, log_policy, verifier_key
from opensti.kernel.record.leaves import canonical, commitment
from opensti.kernel.record.models import (
    Checkpoint,
    Cosignature,
    Entry,
    LogHead,
    Secret,
    Tile,
)
from opensti.kernel.record.receipts import Verified, verify_receipt
from opensti.kernel.refusals import NotFound, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sti_methods.ledger import Policy, VerifierKey

NO_ENTRY = _("The record has no entry with this number.")
LOOKED_AT = 50  # checkpoints, newest first, for one that the witnesses have seen
__all__ = [
    "NO_ENTRY",
    "Finding",
    "Line",
    "LogState",
    "Opening",
    "Standing",
    "Verified",
    "any_act_since",
    "check_log",
    "consistency",
    "cosigners",
    "entries_of",
    "entry_at",
    "entry_bundle",
    "extends",
    "latest_act",
    "latest_checkpoint",
    "lines",
    "log_edge",
    "log_origin",
    "log_size",
    "log_state",
    "openings",
    "public_details",
    "public_policy",
    "read_tile",
    "receipt",
    "secrets_of",
    "subjects_after",
    "tile",
    "verifier_key",
    "verify_receipt",
]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One act in a timeline; secret fields are not in it, only their names."""

    position: int
    act: str
    subject: str
    role: str
    actor_user_id: int | None
    on_behalf: int | None
    recorded_at: datetime
    basis: str
    public: bool
    detail: dict[str, Any]
    secret: tuple[str, ...]


def entries_of(
    subject: str | Iterable[str], *, public_only: bool = False
) -> list[Line]:
    """Return the acts on one or several subjects, oldest first, in one query.

    With ``public_only``: what a stranger may read, without who acted.
    """
    subjects = [subject] if isinstance(subject, str) else list(subject)
    rows = Entry.objects.filter(subject__in=subjects).order_by("position")
    if public_only:
        rows = rows.filter(public=True)
    return [_line(row, stranger=public_only) for row in rows.defer("leaf", "leaf_hash")]


def lines(rows: Iterable[Entry]) -> list[Line]:
    """Return entries as lines; the caller has narrowed them to what the reader may know."""
    return [_line(row, stranger=False) for row in rows]


def _line(row: Entry, *, stranger: bool) -> Line:
    body = json.loads(row.body)
    return Line(
        position=row.position,
        act=row.act,
        subject=row.subject,
        role=row.role,
        actor_user_id=None if stranger else row.actor_user_id,
        on_behalf=None if stranger else row.on_behalf,
        recorded_at=row.recorded_at,
        basis=row.basis,
        public=row.public,
        detail=body["detail"],
        secret=tuple(body["secret"]),
    )


def public_details(
    acts: Iterable[str],
) -> Iterator[tuple[str, datetime, dict[str, Any]]]:
    """What the public entries of some acts say, oldest first, as a stream; 1 query."""
    rows = Entry.objects.filter(public=True, act__in=list(acts)).order_by("position")
    columns = rows.values_list("act", "recorded_at", "body")
    for act, at, body in columns.iterator(chunk_size=2000):
        yield act, at, json.loads(body)["detail"]


def subjects_after(position: int, *, prefixes: Iterable[str]) -> set[str]:
    """The subjects of the acts after a position whose subject begins so; 1 query."""
    begins = Q()
    for prefix in prefixes:
        begins |= Q(subject__startswith=prefix)
    rows = Entry.objects.filter(begins, position__gt=position).order_by()
    return set(rows.values_list("subject", flat=True))


def any_act_since(size: int, prefixes: Iterable[str]) -> bool:
    """Whether an act of some kinds stands at or behind a length of the log; 1 query."""
    kinds = Q()
    for prefix in prefixes:
        kinds |= Q(act__startswith=prefix)
    return Entry.objects.filter(kinds, position__gte=size).exists()


def entry_at(position: int) -> Entry:
    found = Entry.objects.filter(position=position).first()
    if found is None:
        raise NotFound(NO_ENTRY)
    return found


def secrets_of(position: int) -> dict[str, Any]:
    """Return what is left of an entry's secrets; the caller asks who may read them."""
    rows = Secret.objects.filter(entry__position=position)
    return {
        field: json.loads(value) for field, value in rows.values_list("field", "value")
    }


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What opens the commitments of one entry: the salts with the values they hide."""

    position: int
    detail: dict[str, Any]
    secret: dict[str, Any]
    salts: dict[str, str]
    holds: bool


def openings(subject: str, act: str) -> list[Opening]:
    """Open the commitments of all entries of one act on a subject, oldest first; 2 queries.

    ``holds`` says whether every value is still the one committed to. The caller asks
    who may know.
    """
    rows = (
        Entry.objects.filter(subject=subject, act=act)
        .defer("leaf", "leaf_hash")
        .prefetch_related("secrets")
        .order_by("position")
    )
    found = []
    for row in rows:
        body = json.loads(row.body)
        kept = list(row.secrets.all())
        found.append(
            Opening(
                position=row.position,
                detail=body["detail"],
                secret={s.field: json.loads(s.value) for s in kept},
                salts={s.field: bytes(s.salt).hex() for s in kept},
                holds=all(
                    commitment(salt=bytes(s.salt), text=s.value)
                    == body["secret"][s.field]
                    for s in kept
                ),
            )
        )
    return found


def latest_checkpoint() -> Checkpoint | None:
    return Checkpoint.objects.order_by("-size").first()


def log_size() -> int:
    return LogHead.objects.values_list("size", flat=True).first() or 0


def latest_act() -> datetime | None:
    """When the newest entry was written; nothing while there is none; 1 query."""
    newest = Entry.objects.order_by("-position").values_list("recorded_at", flat=True)
    return newest.first()


def log_edge() -> Edge:
    """Return the right edge of the tree; read it before the tiles, never after."""
    head = LogHead.objects.first()
    return Edge(head.size, bytes(head.edge)) if head else Edge()


def read_tile(level: int, index: int, edge: Edge) -> bytes:
    """Return as much of a hash tile as there is."""
    within = edge.levels[level] if level < len(edge.levels) else []
    if index == edge.size >> (8 * (level + 1)):
        return b"".join(within)
    found = Tile.objects.filter(level=level, index=index).first()
    return bytes(found.hashes) if found else b""


def consistency(old: int, edge: Edge, *, new: int | None = None) -> list[bytes]:
    """Return the proof that the log of ``new`` entries only adds to that of ``old``."""
    node = TileNodes(lambda level, index: read_tile(level, index, edge))
    return consistency_proof(old=old, new=edge.size if new is None else new, node=node)


def extends(size: int, signed_root: bytes, edge: Edge, root: bytes) -> bool:
    """Say whether the log as it stands is one signed before, only longer."""
    try:
        return verify_consistency(
            old=size,
            new=edge.size,
            old_root=signed_root,
            new_root=root,
            proof=consistency(size, edge),
        )
    except (LookupError, ValueError):
        return False


def tile(level: int, index: int, width: int) -> bytes:
    """Return a tile of the signed part of the log."""
    place = TilePlace(level, index, width)
    _require_signed(place)
    hashes = read_tile(level, index, log_edge())[: 32 * width]
    if len(hashes) < 32 * width:
        raise NotFound
    return hashes


def entry_bundle(index: int, width: int) -> bytes:
    """Return the leaves of a bundle: public bodies and sealed commitments, no more."""
    _require_signed(TilePlace(None, index, width))
    first = index * 256
    rows = Entry.objects.filter(position__gte=first, position__lt=first + width)
    leaves = rows.order_by("position").values_list("leaf", flat=True)
    return encode_bundle(bytes(leaf) for leaf in leaves)


def _require_signed(place: TilePlace) -> None:
    last = latest_checkpoint()
    if last is None or not place.exists_in(last.size):
        raise NotFound(_("The log has no such tile."))


def receipt(entry: Entry, *, disclose: bool = False) -> str:
    """Return the ``.tlog-proof`` of an entry that a signed checkpoint covers.

    ``disclose`` adds body and salt of an entry that is not public; the caller asks
    who may have them.
    """
    signed = _best_checkpoint(entry.position)
    if signed is None:
        raise StepNotAllowed(
            _("The log has not been signed since this act."),
            mend=_(
                "Try again in half a minute. If it stays so, tell an administrator: the background worker signs the log."
            ),
        )
    edge = log_edge()
    node = TileNodes(lambda level, index: read_tile(level, index, edge))
    hashes = inclusion_proof(index=entry.position, size=signed.size, node=node)
    extra = {"v": 1, "leaf": bytes(entry.leaf).decode()}
    if disclose:
        extra |= {"body": entry.body, "salt": bytes(entry.salt).hex()}
    proof = Proof(
        entry.position, tuple(hashes), signed.cosigned, canonical(extra).encode()
    )
    return str(proof)


def _best_checkpoint(position: int) -> Checkpoint | None:
    """The newest checkpoint over an entry that enough witnesses saw, else the newest."""
    last = latest_checkpoint()
    if last is None or last.size <= position:
        return None
    policy = log_policy()
    seen = Checkpoint.objects.filter(size__gt=position, cosignatures__isnull=False)
    for signed in seen.order_by("-size").distinct()[:LOOKED_AT]:
        if policy.satisfied_by(cosigners(signed, policy)):
            return signed
    return last


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A witness of the policy, and the newest checkpoint of this log that it saw."""

    name: str
    key: VerifierKey
    size: int | None = None
    seen_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class LogState:
    """What the log says of itself to everybody."""

    key: VerifierKey
    signed: Checkpoint | None
    witnesses: tuple[Standing, ...]
    enough: bool  # the newest checkpoint was seen by as many as the policy asks


def log_state() -> LogState:
    """Return the newest checkpoint and where each witness stands; 3 queries."""
    policy = log_policy()
    signed = latest_checkpoint()
    newest = (
        Cosignature.objects.order_by()
        .values("witness", "key_id")
        .annotate(last=Max("pk"))
        .values("last")
    )
    rows = Cosignature.objects.filter(pk__in=newest).select_related("checkpoint")
    kept = {(row.witness, row.key_id): row for row in rows}
    standing = tuple(
        _standing(name, party.key, kept.get((party.key.name, party.key.key_id.hex())))
        for name, party in policy.witnesses.items()
    )
    return LogState(
        key=verifier_key(),
        signed=signed,
        witnesses=standing,
        enough=bool(policy.witnesses)
        and signed is not None
        and policy.satisfied_by(cosigners(signed, policy)),
    )


def _standing(name: str, key: VerifierKey, row: Cosignature | None) -> Standing:
    if row is None:
        return Standing(name=name, key=key)
    (signature,) = parse_note(f"{row.checkpoint.note}{row.line}\n").signatures[-1:]
    since, _bare = split_cosignature(signature.value)
    return Standing(
        name=name,
        key=key,
        size=row.checkpoint.size,
        seen_at=datetime.fromtimestamp(since, UTC),
    )


def public_policy() -> str:
    """Return the trust policy for readers; "" when the log has no witnesses."""
    policy = log_policy()
    if not policy.witnesses:
        return ""
    logs = policy.logs or [Party(verifier_key())]
    return replace(policy, logs=logs).text


def cosigners(signed: Checkpoint, policy: Policy) -> list[VerifierKey]:
    """Return the policy's witnesses whose cosignature of a checkpoint is kept."""
    kept = {(row.witness, row.key_id) for row in signed.cosignatures.all()}
    return [k for k in policy.witness_keys if (k.name, k.key_id.hex()) in kept]
