"""A whole house for the journeys: its own database, its own server, its own clock."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from datetime import datetime, timedelta
from pathlib import Path
from urllib.error import URLError
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parents[2]
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
PASSWORD = "opensti-demo-2026"  # of every account of the demonstration
DOMAIN = "demo.opensti.test"


class House:
    """The demonstration ministry, served for real: a process with several threads.

    Pytest's own live server would share one connection among its threads when the
    database is in memory; two officers at once would then be no two officers.
    """

    def __init__(
        self,
        place: Path,
        database: str,
        *scene: str,
        opens: datetime | None = None,
    ) -> None:
        """``scene`` tells what it holds; ``opens`` is when it is there, now or long ago."""
        self.place = place
        self.scene = scene or ("tests.journeys.scene",)
        self.clock = place / "clock"
        self.mail = place / "mail"
        ahead = (opens - datetime.now(HANOI)).total_seconds() if opens else 0
        self.clock.write_text(str(ahead), encoding="ascii")
        self.environment = {
            **os.environ,
            "OPENSTI_DATA_DIR": str(place),
            "OPENSTI_LOG_ORIGIN": "log.example",
            "TEST_DATABASE_URL": database,  # read because the tests' settings hold
            "PYTEST_VERSION": os.environ.get("PYTEST_VERSION", "1"),
            "JOURNEY_CLOCK": str(self.clock),
            "EMAIL_URL": f"file:///{self.mail}",
        }
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://localhost:{self.port}"
        self.server: subprocess.Popen[bytes] | None = None

    def run(
        self, *command: str, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run ``opensti`` beside this house."""
        return self.run_module("opensti.console.main", *command, **environment)

    def run_module(
        self, *command: str, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", *command],
            env={**self.environment, **environment},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=900,  # a guard: nothing waits for it where the machine is quiet
        )

    def open(self) -> None:
        told = self.run_module(*self.scene)
        assert told.returncode == 0, told.stderr
        self.server = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "tests.journeys.wsgi"),
                *("--bind", f"127.0.0.1:{self.port}", "--threads", "4"),
                *("--log-level", "warning", "--timeout", "120"),
            ],
            env=self.environment,
            cwd=ROOT,
        )
        for _attempt in range(1200):
            try:
                urllib.request.urlopen(
                    f"{self.url}/accounts/login/", timeout=60
                ).close()
            except (URLError, ConnectionError, TimeoutError):
                assert self.server.poll() is None, "the server did not start"
                time.sleep(0.1)
            else:
                return
        raise AssertionError("the server does not answer")

    def close(self) -> None:
        if self.server is not None:
            self.server.terminate()
            self.server.wait(30)

    # ---- the clock

    def now(self) -> datetime:
        passed = timedelta(seconds=float(self.clock.read_text(encoding="ascii")))
        return datetime.now(HANOI) + passed

    def wait_until(self, moment: datetime) -> None:
        """Put the clock forward; sign-ins that are older than a working day expire."""
        ahead = (moment - datetime.now(HANOI)).total_seconds()
        assert moment > self.now(), "time runs forward only"
        kept = self.clock.with_suffix(".new")
        kept.write_text(str(ahead), encoding="ascii")
        kept.replace(self.clock)
