"""Is the record still what was written and signed? Name every row that is not.

The tree is rebuilt from the rows' bodies and held against three witnesses: the row's
own columns, the tiles, and the signed checkpoints (those in the database, in the
journal beside it, and any that are brought from outside). One pass; writers may go on meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from sti_methods.ledger import EMPTY_ROOT, Edge, Frontier, root_of

from opensti.kernel.record import leaves
from opensti.kernel.record.journal import NAME as JOURNAL
from opensti.kernel.record.journal import open_journal
from opensti.kernel.record.keys import known_keys
from opensti.kernel.record.models import Checkpoint, LogHead, Secret, Tile
from opensti.kernel.record.receipts import opened_checkpoint
from opensti.kernel.record.rows import UNKNOWN, Row, rows_from

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Progress = Callable[[int, int], object]

WIDTH = 256


class Kind(StrEnum):
    """What happened to a row."""

    ALTERED = "altered"
    DELETED = "deleted"
    INSERTED = "inserted"
    REORDERED = "reordered"
    TREE = "tree"
    SIGNED = "signed"
    SECRET = "secret"  # noqa: S105 -- a kind of finding


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is wrong, with the row it is wrong in."""

    kind: Kind
    row: str
    message: str
    position: int | None = None

    def as_dict(self) -> dict[str, Any]:
        return {
            "kind": str(self.kind),
            "position": self.position,
            "row": self.row,
            "message": self.message,
        }


@dataclass
class Pass:
    """What the one walk over the log gathers."""

    size: int
    edge: Edge
    frontier: Frontier = field(default_factory=Frontier)  # as the tiles tell
    rebuilt: Frontier | None = field(default_factory=Frontier)  # as the rows tell
    odd: list[tuple[Row, bytes | None]] = field(default_factory=list)
    beyond: list[Row] = field(default_factory=list)
    missing: dict[int, bytes | None] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    blocks: list[int] = field(default_factory=list)
    erased: set[tuple[int, str]] = field(default_factory=set)
    unkept: list[tuple[Row, str]] = field(default_factory=list)
    by_tiles: dict[int, bytes] = field(default_factory=dict)
    by_rows: dict[int, bytes] = field(default_factory=dict)


def check_log(
    *, progress: Progress | None = None, against: Sequence[str] = ()
) -> list[Finding]:
    """Return every fault found, none when the record is sound.

    ``against``: signed checkpoints or receipts kept elsewhere. ``progress`` is called
    with (entries done, entries in all).
    """
    head = LogHead.objects.filter(pk=1).first()
    try:
        edge = Edge(head.size, bytes(head.edge)) if head else Edge()
    except ValueError:
        return [_tree("record_loghead id=1", _("The head of the log was altered."))]
    walk = Pass(size=edge.size, edge=edge)
    signed = _signed(walk, against)
    _walk(walk, {size for size, _root, _name in signed}, progress)
    check_upper_tiles(walk)
    _check_signed(walk, signed)
    _name_rows(walk)
    _check_secrets(walk)
    return walk.findings


# ------------------------------------------------------------------ the walk


def _walk(walk: Pass, sizes: set[int], progress: Progress | None) -> None:
    if 0 in sizes:
        walk.by_tiles[0] = walk.by_rows[0] = EMPTY_ROOT
    blocks = groupby(rows_from(), key=lambda row: row.position // WIDTH)
    pending = next(blocks, None)
    for number in range(-(-walk.size // WIDTH)):
        rows: dict[int, Row] = {}
        if pending is not None and pending[0] == number:
            rows = {row.position: row for row in pending[1]}
            pending = next(blocks, None)
        _check_block(walk, number, rows, sizes)
        if progress:
            progress(min(walk.size, (number + 1) * WIDTH), walk.size)
    while pending is not None:
        walk.beyond += pending[1]
        pending = next(blocks, None)
    now = _size_now()
    walk.odd += [(row, None) for row in walk.beyond if row.position >= now]


def _check_block(  # noqa: C901 -- one walk over two witnesses
    walk: Pass, number: int, rows: dict[int, Row], sizes: set[int]
) -> None:
    first = number * WIDTH
    end = min(first + WIDTH, walk.size)
    told = _told(walk, number, end - first)
    own = [rows[p].hash if p in rows else None for p in range(first, end)]
    if told is None:
        told = [hash_ or UNKNOWN for hash_ in own]
    elif end - first == WIDTH:
        told = _believe(walk, number, told, own)
    for position, (hash_, mine) in enumerate(zip(told, own, strict=True), first):
        walk.frontier.append(hash_)
        if mine is None:
            walk.missing[position] = hash_
            walk.rebuilt = None
        elif walk.rebuilt is not None:
            walk.rebuilt.append(mine)
        if position + 1 in sizes:
            walk.by_tiles[position + 1] = walk.frontier.root()
            if walk.rebuilt is not None:
                walk.by_rows[position + 1] = walk.rebuilt.root()
    for row in rows.values():
        if row.position >= end:
            walk.beyond.append(row)
            continue
        _take_note(walk, row)
        if row.wrong or row.hash != told[row.position - first]:
            walk.odd.append((row, told[row.position - first]))


def _told(walk: Pass, number: int, count: int) -> list[bytes] | None:
    """Return the leaf hashes of a block as tile or head tell them."""
    if count < WIDTH:
        return walk.edge.levels[0]
    stored = Tile.objects.filter(level=0, index=number).first()
    if stored is None or len(bytes(stored.hashes)) != WIDTH * 32:
        walk.findings.append(
            _tree(f"record_tile 0/{number}", _("The tile was deleted or cut."))
        )
        return None
    return _split(bytes(stored.hashes))


def _believe(
    walk: Pass, number: int, told: list[bytes], own: list[bytes | None]
) -> list[bytes]:
    """Where tile and rows differ, let the hash above decide between them."""
    above = _above(walk, 0, number)
    whole = [hash_ for hash_ in own if hash_ is not None]
    if above is None or root_of(told) == above:
        return told
    if len(whole) == WIDTH and root_of(whole) == above:
        walk.findings.append(
            _tree(
                f"record_tile 0/{number}",
                _("The tile was altered; its rows are right."),
            )
        )
        return whole
    walk.blocks.append(number)
    return told


def _above(walk: Pass, level: int, index: int) -> bytes | None:
    """Return what the next level says the root of a full tile is."""
    number, within = divmod(index, WIDTH)
    if number == walk.size >> (8 * (level + 2)):
        row = walk.edge.levels[level + 1] if level + 1 < len(walk.edge.levels) else []
    else:
        stored = Tile.objects.filter(level=level + 1, index=number).first()
        row = _split(bytes(stored.hashes)) if stored else []
    return row[within] if within < len(row) else None


def check_upper_tiles(walk: Pass) -> None:
    """Hold every tile above the leaves against the one above it."""
    level = 1
    while walk.size >> (8 * (level + 1)):
        for index in range(walk.size >> (8 * (level + 1))):
            stored = Tile.objects.filter(level=level, index=index).first()
            if stored is None or len(bytes(stored.hashes)) != WIDTH * 32:
                text = _("The tile was deleted or cut.")
            elif root_of(_split(bytes(stored.hashes))) != _above(walk, level, index):
                text = _("The tile does not fit the one above it.")
            else:
                continue
            walk.findings.append(_tree(f"record_tile {level}/{index}", text))
        level += 1
    now = _size_now()
    walk.findings += [
        _tree(f"record_tile {level}/{index}", _("The tile was inserted."))
        for level, index in Tile.objects.values_list("level", "index")
        if index >= now >> (8 * (level + 1))
    ]


def _size_now() -> int:
    return LogHead.objects.values_list("size", flat=True).first() or 0


def _split(hashes: bytes) -> list[bytes]:
    return [hashes[at : at + 32] for at in range(0, len(hashes), 32)]


def _tree(row: str, message: str) -> Finding:
    return Finding(kind=Kind.TREE, row=row, message=message)


# ------------------------------------------------------------------ the rows


def _take_note(walk: Pass, row: Row) -> None:
    """Remember what only the whole log can answer: secrets and their erasure."""
    walk.unkept += [(row, name) for name in row.commitments]
    walk.erased |= row.erased


def _name_rows(walk: Pass) -> None:
    """Say of every odd row and every gap what was done there."""
    places = {told: row.position for row, told in walk.odd if told}
    places |= {told: position for position, told in walk.missing.items() if told}
    found = {row.hash for row, _told in walk.odd}
    for row, told in sorted(walk.odd, key=lambda pair: pair[0].position):
        home = places.get(row.hash)
        if told is not None and row.hash == told:
            kind = Kind.ALTERED
            message = _("Columns were altered: %s.") % ", ".join(row.wrong)
        elif home is not None:
            kind = Kind.REORDERED
            message = _("The row was moved here from position %s.") % home
        elif told is None or told in found:
            kind = Kind.INSERTED
            message = _("The row was inserted; no act wrote it.")
        else:
            kind = Kind.ALTERED
            names = ", ".join(n for n in row.wrong if n not in {"leaf", "leaf_hash"})
            message = _("The content was altered (%s).") % (names or "body, salt")
        walk.findings.append(
            Finding(kind=kind, position=row.position, row=row.name, message=message)
        )
    for position, told in walk.missing.items():
        if told is None or told not in found:
            walk.findings.append(
                Finding(
                    kind=Kind.DELETED,
                    position=position,
                    row=f"record_entry position={position}",
                    message=_("The row was deleted."),
                )
            )


# ------------------------------------------------------------------ what was signed


def _signed(walk: Pass, against: Sequence[str]) -> list[tuple[int, bytes, str]]:
    """Return size, root and name of everything the log has signed."""
    keys = known_keys()
    with open_journal() as journal:  # nothing is signed while both are read
        journalled = journal.notes
        rows = list(Checkpoint.objects.order_by("size"))
    _compare_with_journal(walk, rows, journalled)
    in_rows = {row.note for row in rows}
    notes: list[tuple[str, str, tuple[int, bytes] | None]] = [
        *(
            (row.note, f"record_checkpoint id={row.pk}", (row.size, bytes(row.root)))
            for row in rows
        ),
        *(
            (note, f"{JOURNAL} {number}", None)
            for number, note in enumerate(journalled, 1)
            if note not in in_rows
        ),
        *(
            (text, f"{_('kept elsewhere')} {number}", None)
            for number, text in enumerate(against, 1)
        ),
    ]
    signed = []
    for text, name, columns in notes:
        try:
            size, root = opened_checkpoint(text, keys)
        except ValueError as error:
            walk.findings.append(_of_signature(name, str(error)))
            continue
        if columns not in (None, (size, root)):
            walk.findings.append(_of_signature(name, _("Its columns were altered.")))
        signed.append((size, root, name))
    return sorted(signed)


def _compare_with_journal(
    walk: Pass, rows: Sequence[Checkpoint], journalled: Sequence[str]
) -> None:
    """Name the checkpoints that only one of database and journal knows.

    The journal is written first: the last note may still lack its row, if the machine
    stopped between the two; the next signing writes it.
    """
    if rows and not journalled:
        walk.findings.append(
            _of_signature(JOURNAL, _("The journal of signed checkpoints is missing."))
        )
        return
    in_rows, in_journal = {row.note for row in rows}, set(journalled)
    walk.findings += [
        _of_signature(
            f"{JOURNAL} {number}", _("This checkpoint was deleted from the database.")
        )
        for number, note in enumerate(journalled[:-1], 1)
        if note not in in_rows
    ]
    walk.findings += [
        _of_signature(
            f"record_checkpoint id={row.pk}",
            _("This checkpoint is not in the journal of signed checkpoints."),
        )
        for row in rows
        if row.note not in in_journal
    ]


def _check_signed(walk: Pass, signed: list[tuple[int, bytes, str]]) -> None:
    """Find the first signature that the log no longer answers to."""
    good = 0
    now = _size_now()
    for size, root, name in signed:
        if size > walk.size:
            if size > now:
                walk.findings.append(
                    _of_signature(
                        name,
                        _(
                            "The log was cut: %(signed)s entries were signed, %(now)s are left."
                        )
                        % {"signed": size, "now": now},
                    )
                )
            continue
        if walk.by_tiles.get(size) == root:
            good = size
        elif walk.by_rows.get(size) == root:
            good = size
            _trust_rows(walk, size)
        else:
            blocks = [
                b for b in walk.blocks if good < (b + 1) * WIDTH and b * WIDTH < size
            ]
            _name_signed_range(walk, name, good, size, blocks)
            return
    for block in walk.blocks:
        text = _("Tile, rows %(first)s to %(last)s and the tile above do not agree.")
        text %= {"first": block * WIDTH, "last": block * WIDTH + WIDTH - 1}
        walk.findings.append(_tree(f"record_tile 0/{block}", text))


def _trust_rows(walk: Pass, size: int) -> None:
    """The signature agrees with the rows: it is the head or a tile that was altered."""
    blamed = {
        row.pk for row, told in walk.odd if row.position < size and told != row.hash
    }
    if blamed:
        walk.findings.append(
            _tree(
                "record_loghead id=1",
                _("The tree's hashes were altered below entry %s; the rows are right.")
                % size,
            )
        )
    walk.odd = [
        (row, row.hash if row.pk in blamed else told)
        for row, told in walk.odd
        if row.pk not in blamed or row.wrong
    ]


def _name_signed_range(
    walk: Pass, name: str, good: int, size: int, blocks: list[int]
) -> None:
    first = blocks[0] * WIDTH if blocks else good
    last = min(size, (blocks[-1] + 1) * WIDTH) if blocks else size
    text = _(
        "Rows from %(first)s to %(last)s were altered together with their hashes: "
        "the tree no longer gives the root that was signed at %(size)s entries."
    )
    walk.findings.append(
        Finding(
            kind=Kind.SIGNED,
            position=first,
            row=f"record_entry position={first}..{last - 1}; {name}",
            message=text % {"first": first, "last": last - 1, "size": size},
        )
    )


def _of_signature(name: str, message: str) -> Finding:
    return Finding(kind=Kind.SIGNED, row=name, message=message)


# ------------------------------------------------------------------ secrets


def _check_secrets(walk: Pass) -> None:
    """Every commitment has its secret, or a recorded erasure; no secret is changed."""
    kept = {
        (row.entry.position, row.field): row
        for row in Secret.objects.select_related("entry").only(
            "field", "salt", "value", "entry__position"
        )
    }
    gone: list[tuple[Row, str]] = []
    for row, name in walk.unkept:
        secret = kept.pop((row.position, name), None)
        if secret is None:
            if (row.position, name) not in walk.erased:
                gone.append((row, name))
        elif row.commitments[name] != leaves.commitment(
            salt=bytes(secret.salt), text=secret.value
        ):
            walk.findings.append(
                Finding(
                    kind=Kind.SECRET,
                    position=row.position,
                    row=f"record_secret id={secret.pk}",
                    message=_("The secret field “%s” was altered.") % name,
                )
            )
    later = _erased_since(walk) if gone else set()
    walk.findings += [
        Finding(
            kind=Kind.SECRET,
            position=row.position,
            row=row.name,
            message=_("The secret field “%s” was deleted without a record of it.")
            % name,
        )
        for row, name in gone
        if (row.position, name) not in later
    ]
    walk.findings += [
        Finding(
            kind=Kind.SECRET,
            position=position,
            row=f"record_secret id={secret.pk}",
            message=_("No entry commits to this secret."),
        )
        for (position, _name), secret in kept.items()
        if position < walk.size
    ]


def _erased_since(walk: Pass) -> set[tuple[int, str]]:
    """Return what was erased while the check was running."""
    return {pair for row in rows_from(walk.size) for pair in row.erased}
