"""Does the record still answer to what was signed, by the log and by its witnesses?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext as _
from sti_methods.ledger import parse_note

from opensti.kernel.record.findings import (
    WIDTH,
    Finding,
    Kind,
    Pass,
    of_tree,
    size_now,
)
from opensti.kernel.record.journal import NAME as JOURNAL
from opensti.kernel.record.journal import open_journal
from opensti.kernel.record.keys import known_keys, log_policy
from opensti.kernel.record.models import Checkpoint, Cosignature
from opensti.kernel.record.receipts import opened_checkpoint, verify_signature

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sti_methods.ledger import VerifierKey


class Signed(NamedTuple):
    """One thing the log put its name to: how long it was, its root, where that is kept."""

    size: int
    root: bytes
    name: str
    in_rows: bool


def all_signed(walk: Pass, against: Sequence[str]) -> list[Signed]:
    """Return everything the log has signed, shortest first."""
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
        signed.append(Signed(size, root, name, columns is not None))
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


def check_signed(walk: Pass, signed: list[Signed]) -> None:
    """Find the first signature that the log no longer answers to."""
    good = 0
    now = size_now()
    for one in signed:
        if one.size > walk.size:
            if one.size > now:
                _name_cut(walk, one, now)
            continue
        if walk.by_tiles.get(one.size) == one.root:
            good = one.size
        elif walk.by_rows.get(one.size) == one.root:
            good = one.size
            _trust_rows(walk, one.size)
        elif not _named_as_fork(walk, one, good, signed):
            blocks = [
                b
                for b in walk.blocks
                if good < (b + 1) * WIDTH and b * WIDTH < one.size
            ]
            _name_signed_range(walk, one.name, good, one.size, blocks)
            return
        else:
            return
    for block in walk.blocks:
        text = _("Tile, rows %(first)s to %(last)s and the tile above do not agree.")
        text %= {"first": block * WIDTH, "last": block * WIDTH + WIDTH - 1}
        walk.findings.append(of_tree(f"record_tile 0/{block}", text))


def _name_cut(walk: Pass, one: Signed, now: int) -> None:
    """The log is shorter than it was: a backup was restored, or its end cut off."""
    text = _(
        "The log was cut, or an old backup was restored: %(signed)s entries were signed, %(now)s are left."
    )
    walk.findings.append(
        Finding(
            kind=Kind.ROLLED_BACK,
            row=one.name,
            message=text % {"signed": one.size, "now": now},
        )
    )


def _named_as_fork(walk: Pass, one: Signed, good: int, signed: list[Signed]) -> bool:
    """Say of rows that agree among themselves, but not with a signature, what they are.

    Either the key signed both histories, or the database holds no checkpoint of the one
    that was signed: its rows were exchanged for others, as when an old backup is
    restored and written on.
    """
    other = next(
        (
            s
            for s in signed
            if s.size >= one.size
            and s.root in (walk.by_tiles.get(s.size), walk.by_rows.get(s.size))
        ),
        None,
    )
    if other is not None:
        text = _(
            "The log was forked: its key signed another history at %(size)s entries than the one in the rows, which it signed at %(other)s."
        )
        row = f"{one.name}; {other.name}"
        text %= {"size": one.size, "other": other.size}
    elif not one.in_rows and walk.by_rows.get(one.size) == walk.by_tiles[one.size]:
        text = _(
            "Another history was written from entry %(first)s on, as after an old backup was restored: the rows agree with each other, but not with what was signed at %(size)s entries."
        )
        row = f"record_entry position={good}..{one.size - 1}; {one.name}"
        text %= {"first": good, "size": one.size}
    else:
        return False
    walk.findings.append(
        Finding(
            kind=Kind.FORKED,
            position=None if other else good,
            row=row,
            message=text,
        )
    )
    return True


def _trust_rows(walk: Pass, size: int) -> None:
    """The signature agrees with the rows: it is the head or a tile that was altered."""
    blamed = {
        row.pk for row, told in walk.odd if row.position < size and told != row.hash
    }
    if blamed:
        walk.findings.append(
            of_tree(
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


def check_cosignatures(walk: Pass) -> None:
    """Every cosignature kept is the one its witness gave, as far as its key is known."""
    known = {(key.name, key.key_id): key for key in log_policy().witness_keys}
    walk.findings += [
        Finding(
            kind=Kind.COSIGNED,
            row=f"record_cosignature id={row.pk}",
            message=_("The cosignature of %s was altered.") % row.witness,
        )
        for row in Cosignature.objects.select_related("checkpoint")
        if not _as_given(row, known)
    ]


def _as_given(row: Cosignature, known: dict[tuple[str, bytes], VerifierKey]) -> bool:
    try:
        note = parse_note(f"{row.checkpoint.note}{row.line}\n")
        own = len(parse_note(row.checkpoint.note).signatures)
    except ValueError:
        return False
    added = note.signatures[own:]
    if [(row.witness, row.key_id)] != [(s.name, s.key_id.hex()) for s in added]:
        return False
    key = known.get((added[0].name, added[0].key_id))
    return key is None or verify_signature(key, note.text.encode(), added[0].value)
