"""``kill -9`` of server and worker in the middle of acts: no half act, none lost.

People write, hand in and vote over HTTP while the whole server (gunicorn and the
background worker with it) is killed again and again. After the last start everything
that was answered with success must be there, whole, and the record must check.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.urls import reverse

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
WRITERS, VOTERS, ROWS, ARCHIVED, NEEDS, KILLS = 3, 2, 400, 2500, 30, 2

TOKEN = "c" * 64


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class House:
    """A server with its worker on a database of its own."""

    environment: dict[str, str]
    port: int
    said: Path
    process: subprocess.Popen[bytes] | None = None

    def run(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, *words],
            env=self.environment,
            cwd=ROOT,
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self) -> None:
        with self.said.open("ab") as said:
            self.process = subprocess.Popen(
                [
                    *[sys.executable, "-m", "opensti.console.main", "serve"],
                    *["--bind", f"127.0.0.1:{self.port}", "--workers", "2"],
                    "--with-worker",
                ],
                env=self.environment,
                cwd=ROOT,
                start_new_session=True,
                stdout=subprocess.DEVNULL,
                stderr=said,
            )
        until = time.monotonic() + 120
        while time.monotonic() < until:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                    return
            except OSError:
                assert self.process.poll() is None, self.said.read_text()
                time.sleep(0.1)
        pytest.fail("the server did not answer within two minutes")

    def kill(self) -> None:
        """Kill the server, its processes and the worker: the group that we started."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


@dataclass
class Person(threading.Thread):
    """Acts over HTTP as fast as answered, and remembers what was acknowledged."""

    house: House
    session: str
    name_: str
    stopped: threading.Event
    tried: int = 0
    kept: int = 0
    done: bool = False
    odd: list[str] = field(default_factory=list)

    def __hash__(self) -> int:
        return id(self)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    def post(self, path: str, **sent: str) -> int:
        """Return the status, or 0 when the answer never came."""
        link = http.client.HTTPConnection("127.0.0.1", self.house.port, timeout=10)
        try:
            link.request(
                "POST",
                path,
                urlencode({**sent, "csrfmiddlewaretoken": TOKEN}),
                {
                    "Content-Type": "application/x-www-form-urlencoded",
                    "Cookie": f"sessionid={self.session}; csrftoken={TOKEN}",
                },
            )
            answer = link.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
            return 0
        finally:
            link.close()
        return answer.status

    def run(self) -> None:
        while not self.stopped.is_set():
            self.act()

    def act(self) -> None:
        raise NotImplementedError

    def type(self, path: str, **sent: str) -> None:
        self.tried += 1
        status = self.post(path, **sent)
        if status == 200:
            self.kept = self.tried
        elif status != 0:
            self.odd.append(f"{status} {path}")


@dataclass
class Writer(Person):
    """Types into a dossier, and hands it in when told."""

    dossier: str = ""
    section: str = ""
    hand_in: threading.Event = field(default_factory=threading.Event)

    __hash__ = Person.__hash__

    def act(self) -> None:
        base = f"{reverse('home')}calls/dossiers/{self.dossier}"
        if self.done:
            time.sleep(0.05)
        elif self.hand_in.is_set():
            status = self.post(f"{base}/step/", act="dossiers.submit")
            # 409: it was handed in before the answer was lost in the crash.
            self.done = status in (302, 409)
        else:
            self.type(
                f"{base}/autosave/{self.section}/",
                methods=f"Lần {self.tried + 1}",
                need="Bụi lò",
            )


@dataclass
class Voter(Person):
    """Types an opinion on the ballot, again and again."""

    item: str = ""

    __hash__ = Person.__hash__

    def act(self) -> None:
        self.type(
            f"{reverse('home')}councils/item/{self.item}/ballot/save/",
            opinion=f"Lần {self.tried + 1}",
        )


@pytest.fixture(params=["sqlite", "postgres"])
def house(request: Any, tmp_path: Path) -> Iterator[House]:
    """A house on a database that is made for this test and dropped after it."""
    given = os.environ.get("TEST_DATABASE_URL", "")
    drop = None
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'crash.sqlite3'}"
    elif given.startswith("postgres"):
        url, drop = _own_database(given)
    else:
        pytest.skip("TEST_DATABASE_URL names no PostgreSQL server")
    environment = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith(("PYTEST_", "DJANGO_SETTINGS", "PGOPTIONS"))
        and k != "TEST_DATABASE_URL"
    } | {
        "DJANGO_SETTINGS_MODULE": "opensti.project.settings",
        "DATABASE_URL": url,
        "OPENSTI_DATA_DIR": str(tmp_path),
        "PYTHONPATH": str(ROOT),
        "ALLOWED_HOSTS": "127.0.0.1",
    }
    made = House(environment, _free_port(), tmp_path / "serve.log")
    try:
        yield made
    finally:
        made.kill()
        if drop is not None:
            drop()


def _own_database(given: str) -> tuple[str, Any]:
    import psycopg  # noqa: PLC0415 -- only where PostgreSQL is tested

    parts = urlsplit(given)
    name = f"{parts.path.strip('/')}_crash_{os.getpid()}"
    server = parts._replace(path="/postgres").geturl()

    def ask(*orders: str) -> None:
        with psycopg.connect(server, autocommit=True) as link:
            for order in orders:
                link.execute(order)

    ask(f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}"')
    return (
        parts._replace(path=f"/{name}").geturl(),
        lambda: ask(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'),
    )


def test_what_was_answered_is_there_and_nothing_is_half_done(house: House) -> None:
    sizes = map(str, (WRITERS, VOTERS, ROWS, ARCHIVED, NEEDS))
    found = json.loads(house.run(str(HERE / "prepare.py"), *sizes))
    stopped, dice = threading.Event(), random.Random(7)
    writers = [
        Writer(
            house,
            w["session"],
            w["dossier"],
            stopped,
            dossier=w["dossier"],
            section=w["section"],
        )
        for w in found["writers"]
    ]
    voters = [
        Voter(house, v["session"], v["user"], stopped, item=v["item"])
        for v in found["voters"]
    ]
    house.start()
    for person in (*writers, *voters):
        person.start()
    for writer in writers[:KILLS]:
        _everybody_got_through([*writers, *voters])
        writer.hand_in.set()
        time.sleep(dice.uniform(0.05, 0.3))
        house.kill()
        house.start()
    _everybody_got_through([*writers, *voters])
    stopped.set()
    for person in (*writers, *voters):
        person.join(timeout=30)
    facts = _when_idle(house)
    house.kill()

    assert facts["faults"] == []
    assert (facts["waiting"], facts["archived"], facts["again"]) == (0, ARCHIVED, True)
    assert facts["compared"] == facts["needs"]
    assert len(facts["needs"]) == NEEDS
    assert (facts["unfinished"], facts["failed"], facts["imported"]) == (0, 0, ROWS)
    assert [p.odd for p in (*voters, writers[-1])] == [[]] * (VOTERS + 1)
    assert all(p.kept for p in (*writers, *voters)), "somebody never got through"
    for writer in writers:
        held = facts["dossiers"][writer.dossier]
        assert _number_in(held["methods"]) in range(writer.kept, writer.tried + 1)
        handed_in = held["state"] == "submitted"
        assert (
            held["submitted"],
            held["code"],
            held["versions"],
            len(held["entries"]),
            held["entry"],
        ) == (
            (True, True, 1, 1, held["entries"][0])
            if handed_in
            else (False, False, 0, 0, None)
        )
        assert handed_in or not writer.done
    for voter in voters:
        opinion = facts["ballots"][voter.name_]["opinion"]
        assert _number_in(opinion) in range(voter.kept, voter.tried + 1)


def _everybody_got_through(people: list[Person]) -> None:
    """Wait until each has been answered with success once more, however slow the machine."""
    before = [p.kept for p in people]
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if all(p.done or p.kept > n for p, n in zip(people, before, strict=True)):
            return
        time.sleep(0.05)
    house = people[0].house
    state = "nothing started" if house.process is None else house.process.poll()
    pytest.fail(
        f"somebody did not get through: {[p.odd for p in people]}; "
        f"the server's exit code: {state}; it said: {house.said.read_text()}"
    )


def _number_in(text: str) -> int:
    return int(text.removeprefix("Lần ") or 0)


def _when_idle(house: House) -> dict[str, Any]:
    """Wait until the worker has done what was asked, then read the database."""
    until = time.monotonic() + 60
    while True:
        facts: dict[str, Any] = json.loads(house.run(str(HERE / "audit.py")))
        if facts["unfinished"] == facts["waiting"] == 0 or time.monotonic() > until:
            return facts
        time.sleep(1)
