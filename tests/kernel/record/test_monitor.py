"""Somebody outside keeps the checkpoints of a running log, and it cannot unsay them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import transaction
from django.utils import translation
from sti_methods.ledger import parse_note, tiles_of

from opensti.console.log import log as command
from opensti.kernel.access import Actor, Role
from opensti.kernel.record.actions import Act, checkpoint, issue_receipt, record_many
from opensti.kernel.record.cosigning import ask_witnesses
from opensti.kernel.record.journal import journal_path
from opensti.kernel.record.keys import sign_checkpoint, verifier_key
from opensti.kernel.record.models import (
    Checkpoint,
    Cosignature,
    Entry,
    LogHead,
    Tile,
)
from opensti.kernel.record.queries import log_edge, log_state, read_tile
from opensti.kernel.record.receipts import opened_checkpoint, verify_receipt

AT = datetime(2026, 3, 1, tzinfo=UTC)
OFFICER = Actor(user_id=7, name="An", roles=frozenset({Role.OFFICER}))


def act(count=1, said="right"):
    acts = [Act(act="calls.note", subject="calls.call:1", detail={"said": said})]
    with transaction.atomic():
        record_many(actor=OFFICER, acts=acts * count, at=AT)


def another_history(count):
    """What root can do: exchange rows, tree, signatures and journal for others."""
    for model in (Cosignature, Checkpoint, Entry, Tile, LogHead):
        model.objects.all().delete()
    journal_path().unlink()
    act(count, said="wrong")
    return checkpoint(at=AT)


@pytest.fixture
def look(tmp_path):
    """Run the monitor on a log; returns exit code and the answer as JSON."""

    def run(source, *more):
        arguments = ["monitor", str(source), "--key", str(verifier_key()), "--json"]
        keep = ["--keep", str(tmp_path / "kept")]
        with translation.override("en"):
            done = CliRunner().invoke(command, [*arguments, *keep, *more])
        return done.exit_code, json.loads(done.stdout), done.stderr

    return run


def served(folder):
    """Write the log as it stands into a folder, as a mirror of it has it."""
    edge = log_edge()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "checkpoint").write_text(checkpoint(at=AT).cosigned, encoding="utf-8")
    for tile in tiles_of(edge.size):
        file = folder / "tile" / tile.path
        file.parent.mkdir(parents=True, exist_ok=True)
        hashes = read_tile(tile.level, tile.index, edge)
        file.write_bytes(hashes[: 32 * tile.width])
    return folder


def told(answer):
    code, said, _err = answer
    return code, said["found"], said["kept_size"], said["size"]


@pytest.mark.django_db
def test_a_log_that_grows_is_followed_from_checkpoint_to_checkpoint(look, tmp_path):
    sizes = []
    for number, count in enumerate((3, 0, 300, 270)):
        if count:
            act(count)
        sizes.append(told(look(served(tmp_path / str(number)))))

    assert sizes == [
        (0, "first", None, 3),
        (0, "same", 3, 3),
        (0, "grown", 3, 303),
        (0, "grown", 303, 573),
    ]
    kept = sorted((tmp_path / "kept").rglob("*.txt"))
    assert [opened_checkpoint(f.read_text(), [verifier_key()])[0] for f in kept] == [
        3,
        303,
        573,
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("count", "found"), [(3, "shrunk"), (5, "forked"), (300, "forked")]
)
def test_a_log_that_unsays_a_checkpoint_is_shouted_at_with_evidence(
    look, tmp_path, count, found
):
    act(5)
    look(served(tmp_path / "before"))
    another_history(count)
    mirror = served(tmp_path / "after")

    first, again = look(mirror), look(mirror)

    assert told(first) == told(again) == (1, found, 5, count)
    place = Path(first[1]["evidence"])
    signed = [
        opened_checkpoint((place / name).read_text(), [verifier_key()])
        for name in ("kept.txt", "served.txt")
    ]
    assert [size for size, _root in signed] == [5, count]
    with translation.override("en"):
        words = CliRunner().invoke(
            command,
            [
                *("monitor", str(mirror), "--key", str(verifier_key())),
                *("--keep", str(tmp_path / "kept")),
            ],
        )
    loud = {"shrunk": "was CUT", "forked": "was FORKED"}[found]
    assert words.stdout.startswith(f"ALARM: log.example {loud}")
    assert "Evidence: " in words.stdout


@pytest.mark.django_db
def test_files_that_do_not_give_the_signed_root_prove_nothing(look, tmp_path):
    act(5)
    look(served(tmp_path / "log"))
    act(2)
    mirror = served(tmp_path / "log")
    tile = mirror / "tile" / "0" / "000.p" / "7"
    whole = tile.read_bytes()
    tile.write_bytes(bytes(32) + whole[32:])
    altered = look(mirror)
    tile.write_bytes(whole[:-1])
    cut = look(mirror)
    tile.unlink()
    missing = look(mirror)

    assert told(altered) == (1, "unproven", 5, 7)
    assert [cut[0], missing[0]] == [2, 2]
    assert cut[1]["reason"] == "a tile of the log is not as long as it must be."


@pytest.mark.django_db
def test_a_printed_checkpoint_and_a_foreign_one_are_compared_too(look, tmp_path):
    act(5)
    mirror = served(tmp_path / "log")
    look(mirror)
    printed, foreign = tmp_path / "printed", tmp_path / "foreign"
    printed.write_text(sign_checkpoint(size=5, root=bytes(32)), encoding="utf-8")
    text = (mirror / "checkpoint").read_text(encoding="utf-8")
    foreign.write_text(text.replace("\n5\n", "\n6\n"), encoding="utf-8")

    assert told(look(mirror, "--checkpoint", str(printed)))[:2] == (1, "forked")
    code, said, _err = look(mirror, "--checkpoint", str(foreign))
    assert (code, said) == (
        2,
        {"found": None, "reason": "the signature of log.example is not valid."},
    )


# ------------------------------------------------------------------ the running house


@pytest.fixture
def university(tmp_path, settings):
    """The witness command in a process of its own, as a university runs it."""
    started = subprocess.Popen(
        [
            *(sys.executable, "-m", "opensti.console.main", "log", "witness"),
            *("--name", "uni.example/w", "--log", str(verifier_key())),
            *("--data", str(tmp_path / "uni"), "--bind", "127.0.0.1:0"),
        ],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        text=True,
    )
    url = started.stdout.readline().rpartition(" ")[2].strip()
    key = started.stdout.readline().strip()
    policy = tmp_path / "log.policy"
    policy.write_text(f"witness uni {key} {url}\nquorum uni\n")
    settings.OPENSTI_LOG_POLICY = str(policy)
    yield policy
    started.terminate()
    started.wait()
    started.stdout.close()


def test_a_witness_and_a_monitor_watch_the_running_house(
    live_server, university, look, tmp_path
):
    site = f"{live_server.url}/log/"
    act(3)
    checkpoint(at=AT)
    assert ask_witnesses(at=AT) == ["uni.example/w"]
    first = look(site, "--policy", str(university))
    act(300)
    checkpoint(at=AT)
    assert ask_witnesses(at=AT) == ["uni.example/w"]
    grown = look(site, "--policy", str(university))
    receipt = issue_receipt(position=302, at=AT)
    state = log_state()
    another_history(310)
    refused = ask_witnesses(at=AT)
    forked = look(site, "--policy", str(university))

    assert [told(one) for one in (first, grown, forked)] == [
        (0, "first", None, 3),
        (0, "grown", 3, 303),
        (1, "forked", 303, 310),
    ]
    assert [one[1]["witnesses"] for one in (first, grown, forked)] == [
        ["uni"],
        ["uni"],
        [],
    ]
    assert (state.enough, [(w.name, w.size) for w in state.witnesses]) == (
        True,
        [("uni", 303)],
    )
    assert refused == []
    assert len(parse_note(receipt.partition("\n\n")[2]).signatures) == 2
    assert verify_receipt(receipt, verifier_key()).position == 302
