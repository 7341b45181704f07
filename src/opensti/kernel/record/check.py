"""Is the record still what was written and signed? Name every row that is not.

The tree is rebuilt from the rows' bodies and held against three witnesses: the row's
own columns, the tiles, and the signed checkpoints (those in the database, in the
journal beside it, and any that are brought from outside). One pass; writers may go on meanwhile.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from sti_methods.ledger import EMPTY_ROOT, Edge, root_of

from opensti.kernel.record import leaves
from opensti.kernel.record.findings import (
    WIDTH,
    Finding,
    Kind,
    Pass,
    of_tree,
    size_now,
)
from opensti.kernel.record.models import LogHead, Secret, Tile
from opensti.kernel.record.rows import UNKNOWN, Row, rows_from
from opensti.kernel.record.signed import (
    all_signed,
    check_cosignatures,
    check_signed,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Progress = Callable[[int, int], object]


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
        return [of_tree("record_loghead id=1", _("The head of the log was altered."))]
    walk = Pass(size=edge.size, edge=edge)
    signed = all_signed(walk, against)
    _walk(walk, {one.size for one in signed}, progress)
    check_upper_tiles(walk)
    check_signed(walk, signed)
    check_cosignatures(walk)
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
    now = size_now()
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
            of_tree(f"record_tile 0/{number}", _("The tile was deleted or cut."))
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
            of_tree(
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
            walk.findings.append(of_tree(f"record_tile {level}/{index}", text))
        level += 1
    now = size_now()
    walk.findings += [
        of_tree(f"record_tile {level}/{index}", _("The tile was inserted."))
        for level, index in Tile.objects.values_list("level", "index")
        if index >= now >> (8 * (level + 1))
    ]


def _split(hashes: bytes) -> list[bytes]:
    return [hashes[at : at + 32] for at in range(0, len(hashes), 32)]


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
