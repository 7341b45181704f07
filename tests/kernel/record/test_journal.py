"""What was signed stands in a file that no SQL reaches, whole after any power cut."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from opensti.kernel.access import Actor, Role
from opensti.kernel.record import keys
from opensti.kernel.record.actions import (
    Act,
    LogBroken,
    begin_journal,
    checkpoint,
    record_many,
)
from opensti.kernel.record.journal import journal_path, open_journal
from opensti.kernel.record.models import Checkpoint, Entry, LogHead, Tile
from opensti.kernel.record.queries import check_log
from opensti.kernel.refusals import StepNotAllowed

AT = datetime(2026, 3, 1, tzinfo=UTC)
OFFICER = Actor(user_id=7, name="An", roles=frozenset({Role.OFFICER}))
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def act(count=1, said="right"):
    acts = [Act(act="calls.note", subject="calls.call:1", detail={"said": said})]
    record_many(actor=OFFICER, acts=acts * count, at=AT)


def signed(count=1):
    act(count)
    return checkpoint(at=AT)


def rewrite(count):
    """What SQL alone can do: another history, built by the program's own rules."""
    for model in (Checkpoint, Entry, Tile, LogHead):
        model.objects.all().delete()
    act(count, said="wrong")


def found():
    return [(f.kind.value, f.row, f.message) for f in check_log()]


def test_every_checkpoint_is_written_there_too_one_after_the_other():
    notes = [signed(3).note, signed(300).note]
    checkpoint(at=AT)

    assert journal_path().read_text() == "".join(f"{note}\n" for note in notes)
    assert stat.S_IMODE(journal_path().stat().st_mode) == 0o600
    assert found() == []


@pytest.mark.parametrize("count", [2, 5, 9])
def test_a_history_written_anew_by_sql_is_not_signed_and_is_found(count):
    kept = signed(5)
    rewrite(count)

    with pytest.raises(LogBroken, match="signed at 5 entries"):
        checkpoint(at=AT)

    assert Checkpoint.objects.count() == 0
    assert journal_path().read_text() == f"{kept.note}\n"
    ((kind, row, _message),) = found()
    named = "rolled_back" if count < 5 else "forked"
    assert (kind, row.split("; ")[-1]) == (named, "log.checkpoints 1")


def test_a_checkpoint_deleted_from_the_database_is_named():
    signed(2)
    middle = signed(2)
    signed(2)
    middle.delete()

    assert found() == [
        (
            "signed",
            "log.checkpoints 2",
            "This checkpoint was deleted from the database.",
        )
    ]


def test_a_checkpoint_that_is_in_the_database_only_is_named():
    row = signed(2)
    act()
    Checkpoint.objects.create(
        size=3,
        root=(root := _root()),
        note=keys.sign_checkpoint(size=3, root=root),
        signed_at=AT,
    )

    odd = Checkpoint.objects.exclude(pk=row.pk).get()
    assert found() == [
        (
            "signed",
            f"record_checkpoint id={odd.pk}",
            "This checkpoint is not in the journal of signed checkpoints.",
        )
    ]


def _root():
    from opensti.kernel.record.queries import log_edge  # noqa: PLC0415

    return log_edge().root()


def test_without_the_file_nothing_is_signed_until_somebody_begins_it_anew():
    first = signed(2)
    journal_path().unlink()
    act()

    with pytest.raises(LogBroken, match="journal of signed checkpoints is missing"):
        checkpoint(at=AT)
    assert found() == [
        ("signed", "log.checkpoints", "The journal of signed checkpoints is missing.")
    ]

    assert begin_journal() == 1
    with pytest.raises(StepNotAllowed):
        begin_journal()
    second = checkpoint(at=AT)
    assert journal_path().read_text() == f"{first.note}\n{second.note}\n"
    assert found() == []


def test_an_altered_journal_is_no_ground_to_sign_on():
    signed(2)
    journal_path().write_text(journal_path().read_text().replace("\n2\n", "\n1\n"))
    act()

    with pytest.raises(LogBroken, match="journal of signed checkpoints was altered"):
        checkpoint(at=AT)
    assert [row for _kind, row, _message in found()][-1] == "log.checkpoints 1"


def test_what_was_signed_when_the_machine_stopped_becomes_a_row_later():
    first = signed(2)
    act()
    with open_journal() as journal:
        journal.append(keys.sign_checkpoint(size=3, root=_root()))

    assert found() == []
    assert checkpoint(at=AT).size == 3
    assert Checkpoint.objects.count() == 2
    assert journal_path().read_text().startswith(f"{first.note}\n")
    assert journal_path().read_text().count("— log.example") == 2


def test_a_note_cut_off_anywhere_leaves_the_others_whole():
    first = signed(2).note
    whole = journal_path().read_bytes()
    second = keys.sign_checkpoint(size=3, root=bytes(32)).encode()
    third = keys.sign_checkpoint(size=4, root=bytes(32))

    for cut in range(len(second)):
        journal_path().write_bytes(whole + second[:cut])
        with open_journal() as journal:
            assert journal.last == first
            journal.append(third)
            assert journal.notes == [first, third], second[:cut]
            assert journal.last == third


def test_the_file_is_only_ever_appended_to(monkeypatch):
    flags = []
    real = os.open
    monkeypatch.setattr(os, "open", lambda p, f, *m: flags.append(f) or real(p, f, *m))
    signed(1)

    assert any(flag & os.O_APPEND for flag in flags)
    assert not any(flag & os.O_TRUNC for flag in flags)


def test_signing_does_not_read_the_whole_journal(monkeypatch):
    """Ten years of checkpoints cost a signature no more than one."""
    signed(1)
    with journal_path().open("a") as file:
        for _ in range(2000):
            file.write(f"{Checkpoint.objects.get().note}\n")
    read = []
    real = os.pread
    monkeypatch.setattr(
        os, "pread", lambda f, n, o: read.append(len(r := real(f, n, o))) or r
    )
    signed(1)

    assert journal_path().stat().st_size > 5 * 64 * 1024
    assert sum(read) <= 2 * 64 * 1024


def test_two_signers_at_once_write_one_line_for_one_size(transactional_db):
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

    with transaction.atomic():
        act(3)

    def sign(_n):
        try:
            return checkpoint(at=AT).size
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        sizes = list(pool.map(sign, range(4)))

    assert sizes == [3, 3, 3, 3]
    assert journal_path().read_text().count("— log.example") == 1
