"""The tamper drill: the owner of the database does as he likes; each deed has its name.

``test_check`` holds the words; here every column of every table of the record is changed,
rows go, come and change places, backups come back, and the log is forked.
"""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.core import serializers
from django.db import connection, transaction
from sti_methods.ledger import parse_policy

from opensti.kernel.access import Actor, Role
from opensti.kernel.record import signed as signed_module
from opensti.kernel.record.actions import (
    Act,
    LogBroken,
    begin_journal,
    checkpoint,
    issue_receipt,
    record_many,
)
from opensti.kernel.record.journal import journal_path
from opensti.kernel.record.keys import verifier_key
from opensti.kernel.record.models import (
    Checkpoint,
    Cosignature,
    Entry,
    LogHead,
    Secret,
    Tile,
)
from opensti.kernel.record.queries import check_log
from opensti.kernel.record.witness import Witness

AT = datetime(2026, 3, 1, tzinfo=UTC)
OFFICER = Actor(user_id=7, name="An", roles=frozenset({Role.OFFICER}))
TABLES = (LogHead, Entry, Secret, Tile, Checkpoint, Cosignature)
# When a signature was made and a cosignature came is told by nobody but the row itself.
UNTOLD = {"checkpoint.signed_at", "cosignature.received_at"}
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def act(count, said="right"):
    acts = [
        Act(
            act="calls.note",
            subject=f"calls.call:{n}",
            public=n % 2 == 0,
            detail={"said": said},
            secret={"email": "a@example.org"} if n == 3 else {},
        )
        for n in range(count)
    ]
    record_many(actor=OFFICER, acts=acts, at=AT)


@pytest.fixture
def log(tmp_path, monkeypatch):
    """260 entries (a tile and an edge), signed, and cosigned by a witness of the policy."""
    act(260)
    signed = checkpoint(at=AT)
    witness = Witness(name="w.example", logs=[verifier_key()], folder=tmp_path / "w")
    body = f"old 0\n\n{signed.note}"
    line = witness.add_checkpoint(body.encode(), at=1_770_000_000).body.rstrip("\n")
    policy = parse_policy(f"witness w {witness.key}\nquorum w\n")
    monkeypatch.setattr(signed_module, "log_policy", lambda: policy)
    Cosignature.objects.create(
        checkpoint=signed,
        witness="w.example",
        key_id=witness.key.key_id.hex(),
        line=line,
        received_at=AT,
    )
    return signed


def run(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def kinds(**more):
    return Counter(str(f.kind) for f in check_log(**more))


def named(**more):
    return [(str(f.kind), f.row) for f in check_log(**more)]


def columns():
    return [
        (model, field.column)
        for model in TABLES
        for field in model._meta.concrete_fields
        if not field.primary_key
    ]


def test_nothing_is_found_where_nothing_was_done(log):
    assert named() == []


def altered(value):
    """Another value of the same kind."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1000
        case str():
            return value[:-1] + ("y" if value.endswith("x") else "x")
        case datetime():
            return value.replace(year=2001)
        case None:
            return 8
    raw = bytearray(bytes(value))
    raw[-1] ^= 1
    return bytes(raw)


@contextmanager
def undone():
    """What is done within is as if it had never been."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def change(model, column):
    """Change a column of one row by SQL; return the row and what stands there now."""
    row = model.objects.order_by("-pk").first()
    if column == "checkpoint_id":
        new = Checkpoint.objects.exclude(pk=row.checkpoint_id).get().pk
    elif column == "entry_id":
        new = Entry.objects.order_by("pk").first().pk
    else:
        new = altered(getattr(row, column))
    run(
        f'UPDATE {model._meta.db_table} SET "{column}" = %s WHERE id = %s',  # noqa: S608
        new,
        row.pk,
    )
    return row, new


def test_every_column_of_every_table_that_is_changed_is_named(log):
    act(1)
    checkpoint(at=AT)
    silent = []
    for model, column in columns():
        with undone():
            row, new = change(model, column)
            found = check_log()
        names = " ".join(f.row for f in found)
        if model is Entry:
            told = {row.position, new if column == "position" else None} & {
                f.position for f in found
            }
        elif model is Tile:
            told = "record_tile 0/" in names
        elif model is LogHead:
            told = found
        elif (model, column) == (Secret, "entry_id"):
            told = [f.position for f in found] == [3, 0]
        else:
            told = f"{model._meta.db_table} id={row.pk}" in names
        if not told:
            silent.append(f"{model._meta.model_name}.{column}")

    assert sorted(silent) == sorted(UNTOLD)


def test_every_row_that_is_deleted_is_named(log):
    act(1)
    checkpoint(at=AT)  # the journal's last note may lack its row; the first may not
    Cosignature.objects.all().delete()
    found = {}
    for model in (Entry, Secret, Tile, Checkpoint, LogHead):
        with undone():
            row = model.objects.order_by("pk").first()
            run(f"DELETE FROM {model._meta.db_table} WHERE id = %s", row.pk)  # noqa: S608
            found[model.__name__] = kinds()

    assert found == {
        "Entry": {"deleted": 1},
        "Secret": {"secret": 1},
        "Tile": {"tree": 1},
        "Checkpoint": {"signed": 1},
        "LogHead": {"inserted": 261, "rolled_back": 2, "tree": 1},
    }


def test_every_row_that_is_inserted_is_named(log):
    found = {}
    for model, column, value in (
        (Entry, "position", 260),
        (Secret, "field", "other"),
        (Tile, "index", 1),
        (Checkpoint, "size", 100),
        (Cosignature, "key_id", "00000000"),
    ):
        with undone():
            row = model.objects.order_by("pk").first()
            row.pk = None
            setattr(row, column, value)
            model.objects.bulk_create([row])
            found[model.__name__] = kinds()

    assert found == {
        "Entry": {"inserted": 1},
        "Secret": {"secret": 1},
        "Tile": {"tree": 1},
        "Checkpoint": {"signed": 1},
        "Cosignature": {"cosigned": 1},
    }


def test_rows_that_changed_places_are_named_with_their_places(log):
    for a, b in ((0, 9999), (258, 0), (9999, 258)):
        run("UPDATE record_entry SET position = %s WHERE position = %s", b, a)

    assert [(f.kind, f.position) for f in check_log()] == [
        ("reordered", 0),
        ("reordered", 258),
    ]


# ------------------------------------------------------------------ backups and forks


def backup():
    return serializers.serialize(
        "python", [row for model in TABLES for row in model.objects.all()]
    )


def restore(rows):
    for model in reversed(TABLES):
        model.objects.all().delete()
    for row in serializers.deserialize("python", rows):
        row.save()


@pytest.fixture
def restored(log):
    """Two days of the log; the database comes back as it was on the first."""
    first_day = backup()
    act(5)
    checkpoint(at=AT)
    kept = issue_receipt(position=262, at=AT)
    restore(first_day)
    return kept


def test_an_old_backup_is_found_by_the_journal_beside_it(restored):
    assert named() == [("rolled_back", "log.checkpoints 2")]
    with pytest.raises(LogBroken, match="signed at 265 entries"):
        checkpoint(at=AT)


def test_an_old_backup_that_was_written_on_is_told_from_rows_that_were_altered(
    restored,
):
    act(9, said="wrong")

    assert named() == [("forked", "record_entry position=260..264; log.checkpoints 2")]
    with pytest.raises(LogBroken, match="signed at 265 entries"):
        checkpoint(at=AT)


def test_an_old_backup_with_its_journal_is_found_by_a_receipt_kept_elsewhere(restored):
    journal_path().unlink()
    begin_journal()

    assert named() == []
    assert named(against=[restored]) == [("rolled_back", "kept elsewhere 1")]


@pytest.mark.parametrize("count", [5, 9])
def test_a_fork_is_proven_by_two_signatures_of_one_key(restored, count):
    """Root with the key signs a second history: as long as the first, or longer."""
    journal_path().unlink()
    begin_journal()
    act(count, said="wrong")
    other = checkpoint(at=AT)

    assert named() == []
    assert named(against=[restored]) == [
        ("forked", f"kept elsewhere 1; record_checkpoint id={other.pk}")
    ]
