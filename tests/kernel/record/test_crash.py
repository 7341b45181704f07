"""Writers that meet, and writers that are killed: no half act, no lost act."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys

import pytest
from django.db import connection

WRITER = """
import json, sys, time
from datetime import UTC, datetime
import django
from django.conf import settings

what, who, count, database, key, folder = sys.argv[1:]
settings.configure(
    DATABASES={"default": json.loads(database)}, OPENSTI_LOG_KEY=key, USE_TZ=True,
    INSTALLED_APPS=["opensti.kernel.record"], OPENSTI_DATA_DIR=folder,
)
django.setup()
from django.db import transaction
from opensti.kernel.access import SYSTEM
from opensti.kernel.record.actions import checkpoint, record
from opensti.kernel.record.models import Entry
from opensti.kernel.record.queries import check_log

at = datetime(2026, 3, 1, tzinfo=UTC)

def act(n):
    return record(actor=SYSTEM, act="test.act", subject=f"{who}:{n}", at=at,
                  secret={"note": n}).position

for n in range(int(count)):
    with transaction.atomic():
        position = act(n)
    print(position, flush=True)
    if n % 10 == 0:
        checkpoint(at=at)
if what == "hang":
    with transaction.atomic():
        for n in range(300):
            act(n)
        print("ready", flush=True)
        time.sleep(60)
if what == "check":
    findings = [finding.as_dict() for finding in check_log()]
    rows = Entry.objects.order_by("position").values_list("position", "subject")
    print(json.dumps({"findings": findings, "rows": list(rows)}))
"""


@pytest.fixture
def start(tmp_path, transactional_db, settings):
    """Start a process of its own on one database file, or on PostgreSQL."""
    names = ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")
    place = {name: connection.settings_dict[name] for name in names}
    if connection.vendor == "sqlite":
        place["NAME"] = str(tmp_path / "crash.sqlite3")
        connection.ensure_connection()
        file = sqlite3.connect(place["NAME"])
        connection.connection.backup(file)
        file.close()
    running = []

    def run(what, who="a", count=0):
        process = subprocess.Popen(
            [
                *(sys.executable, "-c", WRITER, what, who, str(count)),
                *(json.dumps(place), settings.OPENSTI_LOG_KEY, str(tmp_path)),
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process

    yield run
    for process in running:
        process.kill()
        process.wait()
        process.stdout.close()


def answer(start, count=0):
    """Let one more process write, then check and tell all rows."""
    out, _ = start("check", "last", count).communicate()
    found = json.loads(out.splitlines()[-1])
    return found["findings"], [tuple(row) for row in found["rows"]]


def test_writers_at_the_same_time_leave_one_unbroken_row(start):
    writers = [start("write", who, 40) for who in "abc"]
    told = [
        (int(position), f"{who}:{n}")
        for who, writer in zip("abc", writers, strict=True)
        for n, position in enumerate(writer.communicate()[0].split())
    ]

    findings, rows = answer(start)

    assert [writer.returncode for writer in writers] == [0, 0, 0]
    assert findings == []
    assert rows == sorted(told)
    assert [position for position, _subject in rows] == list(range(120))


def test_a_writer_killed_within_an_act_leaves_no_half_act(start):
    hanging = start("hang", "b", 5)
    assert [hanging.stdout.readline() for _ in range(6)][-1] == "ready\n"

    hanging.send_signal(signal.SIGKILL)
    hanging.wait()

    assert answer(start, 2) == (
        [],
        [*((n, f"b:{n}") for n in range(5)), (5, "last:0"), (6, "last:1")],
    )


def test_a_writer_killed_at_any_moment_loses_no_act_it_has_told_of(start):
    writer = start("write", "a", 100_000)
    told = [int(writer.stdout.readline()) for _ in range(17)]
    writer.send_signal(signal.SIGKILL)
    told += [int(line) for line in writer.communicate()[0].splitlines()]

    findings, rows = answer(start, 1)

    positions = [position for position, _subject in rows]
    assert findings == []
    assert positions == list(range(len(rows)))
    assert set(told) <= set(positions)
