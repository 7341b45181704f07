"""Whoever changes the record by SQL is found, and the row is named."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from sti_methods.ledger import Edge, leaf_hash, root_of

from opensti.kernel.access import Actor, Role
from opensti.kernel.record import keys, leaves
from opensti.kernel.record.actions import (
    Act,
    checkpoint,
    erase_secret,
    issue_receipt,
    record_many,
)
from opensti.kernel.record.check import Pass, check_upper_tiles
from opensti.kernel.record.journal import journal_path
from opensti.kernel.record.models import Checkpoint, Entry, LogHead, Secret, Tile
from opensti.kernel.record.queries import check_log

AT = datetime(2026, 3, 1, tzinfo=UTC)
OFFICER = Actor(user_id=7, name="An", roles=frozenset({Role.OFFICER}))
pytestmark = pytest.mark.django_db
SIZE = 600


@pytest.fixture
def log(in_english):
    """600 entries (two full tiles and an edge), signed at 600; every third is public."""
    acts = [
        Act(
            act="tasks.note",
            subject=f"tasks.task:{i}",
            public=i % 3 == 0,
            detail={"n": i},
            secret={"email": f"a{i}@example.org"} if i % 100 == 5 else {},
        )
        for i in range(SIZE)
    ]
    record_many(actor=OFFICER, acts=acts, at=AT)
    return checkpoint(at=AT)


def run(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def found(**more):
    return [(f.kind.value, f.position, f.row, f.message) for f in check_log(**more)]


def row_at(position):
    return f"record_entry id={Entry.objects.get(position=position).pk}"


def forge(position, *, tile=False, head=False, upper=False):
    """Alter body, leaf and hash of one row to agree with each other, and more."""
    entry = Entry.objects.get(position=position)
    body = entry.body.replace('"detail":{"n":', '"detail":{"n":9')
    leaf = leaves.leaf_of(body=body, salt=bytes(entry.salt), public=entry.public)
    hash_ = leaf_hash(leaf)
    run(
        "UPDATE record_entry SET body=%s, leaf=%s, leaf_hash=%s WHERE position=%s",
        body,
        leaf,
        hash_,
        position,
    )
    head_row = LogHead.objects.get()
    edge = Edge(head_row.size, bytes(head_row.edge))
    number, within = divmod(position, 256)
    if tile:
        stored = Tile.objects.get(level=0, index=number)
        hashes = bytearray(stored.hashes)
        hashes[32 * within : 32 * within + 32] = hash_
        run("UPDATE record_tile SET hashes=%s WHERE id=%s", bytes(hashes), stored.pk)
        if upper:
            parts = [bytes(hashes[i : i + 32]) for i in range(0, len(hashes), 32)]
            edge.levels[1][number] = root_of(parts)
    if head:
        edge.levels[0][within] = hash_
    run("UPDATE record_loghead SET edge=%s", edge.packed)


def test_a_sound_log_has_no_findings_and_reports_its_progress(log):
    steps = []

    assert check_log(progress=lambda done, total: steps.append((done, total))) == []
    assert steps == [(256, 600), (512, 600), (600, 600)]


def test_an_empty_log_is_sound():
    assert check_log() == []


@pytest.mark.parametrize("position", [0, 100, 300, 599])
def test_an_altered_body_is_named(log, position):
    run("UPDATE record_entry SET body = body || ' ' WHERE position = %s", position)

    assert found() == [
        ("altered", position, row_at(position), "The content was altered (body, salt).")
    ]


@pytest.mark.parametrize("position", [3, 5, 599])
@pytest.mark.parametrize(
    ("column", "value", "name"),
    [
        ("act", "other", "act"),
        ("subject", "other", "subject"),
        ("role", "leader", "role"),
        ("basis", "other", "basis"),
        ("recorded_at", datetime(2020, 1, 1, tzinfo=UTC), "recorded_at"),
        ("actor_user_id", 8, "actor_user_id, on_behalf"),
        ("actor_user_id", None, "actor_user_id, on_behalf"),
        ("on_behalf", 8, "actor_user_id, on_behalf"),
        ("leaf", b"other", "leaf"),
        ("leaf_hash", bytes(32), "leaf_hash"),
    ],
)
def test_an_altered_column_is_named(log, position, column, value, name):
    run(f"UPDATE record_entry SET {column} = %s WHERE position = %s", value, position)  # noqa: S608

    assert found() == [
        ("altered", position, row_at(position), f"Columns were altered: {name}.")
    ]


def test_publishing_a_sealed_entry_by_sql_is_named(log):
    run("UPDATE record_entry SET public = %s WHERE position = 4", True)  # noqa: FBT003

    ((kind, position, row, _message),) = found()
    assert (kind, position, row) == ("altered", 4, row_at(4))


def test_body_leaf_and_hash_altered_together_are_found_through_the_tile(log):
    forge(100)
    forge(550)

    assert found() == [
        ("altered", p, row_at(p), "The content was altered (body, salt).")
        for p in (100, 550)
    ]


def test_a_row_altered_with_its_tile_is_found_through_the_tile_above(log):
    forge(300, tile=True)

    ((kind, position, row, _message),) = found()
    assert (kind, position) == ("signed", 256)
    assert row == f"record_entry position=256..511; record_checkpoint id={log.pk}"


def test_without_any_checkpoint_the_tile_above_still_tells(log):
    forge(300, tile=True)
    run("DELETE FROM record_checkpoint")
    journal_path().unlink()

    assert found() == [
        (
            "tree",
            None,
            "record_tile 0/1",
            "Tile, rows 256 to 511 and the tile above do not agree.",
        )
    ]


@pytest.mark.parametrize(
    ("position", "how"),
    [(300, {"tile": True, "upper": True}), (590, {"head": True})],
)
def test_a_row_altered_with_the_whole_tree_is_found_through_the_signature(
    log, position, how
):
    forge(position, **how)

    ((kind, start, row, _message),) = found()
    assert (kind, start) == ("signed", 0)
    assert row == f"record_entry position=0..599; record_checkpoint id={log.pk}"


def test_between_two_signatures_the_range_is_named(log):
    acts = [Act(act="tasks.note", subject="tasks.task:x", detail={"n": 1})] * 50
    record_many(actor=OFFICER, acts=acts, at=AT)
    second = checkpoint(at=AT)
    forge(620, head=True)

    ((kind, start, row, _message),) = found()
    assert (kind, start) == ("signed", 600)
    assert row == f"record_entry position=600..649; record_checkpoint id={second.pk}"


def test_a_forger_who_signs_nothing_is_found_by_a_receipt_kept_elsewhere(log):
    kept = issue_receipt(position=590, at=AT)
    forge(590, head=True)
    run("DELETE FROM record_checkpoint")
    journal_path().unlink()

    assert found() == []
    ((kind, start, row, _message),) = found(against=[kept])
    assert (kind, start, row) == (
        "forked",
        0,
        "record_entry position=0..599; kept elsewhere 1",
    )


def test_a_deleted_row_is_named(log):
    run("DELETE FROM record_entry WHERE position IN (0, 300, 599)")

    assert found() == [
        ("deleted", p, f"record_entry position={p}", "The row was deleted.")
        for p in (0, 300, 599)
    ]


def test_a_whole_block_of_deleted_rows_is_named(log):
    run("DELETE FROM record_secret")
    run("DELETE FROM record_entry WHERE position >= 256 AND position < 512")

    assert [f[:2] for f in found() if f[0] != "secret"] == [
        ("deleted", p) for p in range(256, 512)
    ]


def test_swapped_rows_are_named_with_where_they_belong(log):
    for a, b in ((3, 9999), (400, 3), (9999, 400)):
        run("UPDATE record_entry SET position = %s WHERE position = %s", b, a)

    assert [(f[0], f[1], f[3]) for f in found()] == [
        ("reordered", 3, "The row was moved here from position 400."),
        ("reordered", 400, "The row was moved here from position 3."),
    ]


@pytest.mark.parametrize("at", [600, 700, 5000])
def test_a_row_put_at_the_end_is_named(log, at):
    copy = Entry.objects.get(position=10)
    copy.pk, copy.position = None, at
    Entry.objects.bulk_create([copy])

    assert found() == [
        (
            "inserted",
            at,
            row_at(at),
            "The row was inserted; no act wrote it.",
        )
    ]


def test_a_row_pushed_in_between_is_told_from_those_it_moved(log):
    for position in range(599, 594, -1):
        run(
            "UPDATE record_entry SET position = %s WHERE position = %s",
            position + 1,
            position,
        )
    other = Entry.objects.get(position=10)
    other.pk, other.position, other.body = None, 595, other.body + " "
    Entry.objects.bulk_create([other])

    assert [(f[0], f[1]) for f in found()] == [
        ("inserted", 595),
        *(("reordered", p) for p in range(596, 601)),
    ]


def test_a_row_that_cannot_be_read_is_named(log):
    run("UPDATE record_entry SET body = '[]' WHERE position = 7")
    run("UPDATE record_entry SET body = '{\"secret\":1}' WHERE position = 8")
    if connection.vendor == "sqlite":
        run("UPDATE record_entry SET recorded_at = 'never' WHERE position = 9")
    positions = [7, 8, 9] if connection.vendor == "sqlite" else [7, 8]

    assert [f[:3] for f in found()] == [
        ("altered", p, f"record_entry id={pk}")
        for p, pk in Entry.objects.filter(position__in=positions).values_list(
            "position", "pk"
        )
    ]


# ------------------------------------------------------------------ the tree itself


def test_an_altered_tile_is_named_and_its_rows_are_cleared(log):
    run('UPDATE record_tile SET hashes = %s WHERE "index" = 1', bytes(8192))

    assert found() == [
        ("tree", None, "record_tile 0/1", "The tile was altered; its rows are right.")
    ]


def test_deleted_and_inserted_tiles_are_named(log):
    run('DELETE FROM record_tile WHERE "index" = 0')
    Tile.objects.create(level=0, index=2, hashes=bytes(8192))

    assert found() == [
        ("tree", None, "record_tile 0/0", "The tile was deleted or cut."),
        ("tree", None, "record_tile 0/2", "The tile was inserted."),
    ]


def test_an_altered_head_is_named_and_the_rows_are_cleared(log):
    head = LogHead.objects.get()
    edge = Edge(head.size, bytes(head.edge))
    edge.levels[0][5] = bytes(32)
    run("UPDATE record_loghead SET edge = %s", edge.packed)

    assert found() == [
        (
            "tree",
            None,
            "record_loghead id=1",
            "The tree's hashes were altered below entry 600; the rows are right.",
        )
    ]


def test_a_head_of_the_wrong_length_is_named(log):
    run("UPDATE record_loghead SET edge = %s", b"123")

    assert found() == [
        ("tree", None, "record_loghead id=1", "The head of the log was altered.")
    ]


def test_a_log_cut_back_with_its_head_is_found_by_its_signature(log):
    run("DELETE FROM record_secret")
    run("DELETE FROM record_entry WHERE position >= 590")
    head = LogHead.objects.get()
    edge = Edge(head.size, bytes(head.edge))
    edge.levels[0] = edge.levels[0][:-10]
    run("UPDATE record_loghead SET size = 590, edge = %s", edge.packed)

    assert [f for f in found() if f[0] != "secret"] == [
        (
            "rolled_back",
            None,
            f"record_checkpoint id={log.pk}",
            "The log was cut, or an old backup was restored: 600 entries were signed, 590 are left.",
        )
    ]


def test_forged_and_altered_checkpoints_are_named(log):
    run("UPDATE record_checkpoint SET root = %s", bytes(32))
    Checkpoint.objects.create(
        size=5, root=bytes(32), note=log.note.replace("600", "5"), signed_at=AT
    )

    assert sorted(f[3] for f in found()) == [
        "Its columns were altered.",
        "This checkpoint is not in the journal of signed checkpoints.",
        "the signature of log.example is not valid.",
    ]


def test_a_checkpoint_of_a_former_key_is_still_good(log, settings):
    settings.OPENSTI_LOG_FORMER_KEYS = [str(keys.verifier_key())]
    settings.OPENSTI_LOG_KEY = "A" * 43 + "="

    assert found() == []


def test_tiles_of_the_upper_levels_are_held_against_each_other(in_english):
    edge = Edge()
    full = [
        tile
        for i in range(256 * 256 + 3)
        for tile in edge.append(leaf_hash(i.to_bytes(4)))
    ]
    Tile.objects.bulk_create(
        Tile(level=place.level, index=place.index, hashes=hashes)
        for place, hashes in full
    )
    LogHead.objects.create(pk=1, size=edge.size, edge=edge.packed)
    sound, faulty, cut = (Pass(size=edge.size, edge=edge) for _ in range(3))

    check_upper_tiles(sound)
    run("UPDATE record_tile SET hashes = %s WHERE level = 1", bytes(8192))
    check_upper_tiles(faulty)
    run("DELETE FROM record_tile WHERE level = 1")
    check_upper_tiles(cut)

    assert [[(f.row, f.message) for f in w.findings] for w in (sound, faulty, cut)] == [
        [],
        [("record_tile 1/0", "The tile does not fit the one above it.")],
        [("record_tile 1/0", "The tile was deleted or cut.")],
    ]


# ------------------------------------------------------------------ secrets


def test_secrets_altered_or_deleted_by_sql_are_named(log):
    first, second = Secret.objects.order_by("entry__position")[:2]
    run("UPDATE record_secret SET value = %s WHERE id = %s", '"x"', first.pk)
    run("DELETE FROM record_secret WHERE id = %s", second.pk)
    stray = Secret.objects.create(
        entry=Entry.objects.get(position=1), field="x", salt=b"", value="1"
    )

    assert found() == [
        (
            "secret",
            5,
            f"record_secret id={first.pk}",
            "The secret field “email” was altered.",
        ),
        (
            "secret",
            105,
            row_at(105),
            "The secret field “email” was deleted without a record of it.",
        ),
        (
            "secret",
            1,
            f"record_secret id={stray.pk}",
            "No entry commits to this secret.",
        ),
    ]


def test_an_erasure_that_is_recorded_is_no_fault(log):
    erase_secret(
        actor=OFFICER, subject="tasks.task:5", field="email", at=AT, basis="Luật 91"
    )

    assert found() == []
