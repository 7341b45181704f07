"""How fast the public register is, over HTTP, at 100,000 tasks with 20 acts each.

The copies stand in one call, which no ministry has: its own page is left out.
Serves the database as ``opensti serve`` does and opens every page many times without a
cookie: p50 and p95 in milliseconds and the processor time of one opening (``cpu``); the
page drawn anew each time (``drawn``), as for the first reader after an act; the page
asked again with its ETag (``again``); and a page of Django that says nothing, in the
same run: the floor below which no page can be. One JSON line.

    python benchmarks/register.py [--size 100000] [--acts 20] [--times 40] [--keep DIR]

``--keep`` leaves the database (``opensti.sqlite3``) there, or uses the one that is.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import Any

from pages import WARM_UP, _port, floor, measure, served

HERE = Path(__file__).parent
FILL = """
import sys, runpy
sys.path.insert(0, {root!r})
import django; django.setup()
from benchmarks import exports
exports.world({size}, {acts})
"""
ADDRESSES = """
import json
from opensti.domains.publications import queries
task = queries.tasks().order_by("-pk").first()
decision = queries.decisions().first()
order = queries.orders().order_by("-pk").first()
print(json.dumps({"task": task.public_id, "decision": decision.public_id,
                  "order": order.public_id, "code": order.code,
                  "tasks": queries.tasks().count()}))
"""


def manage(env: dict[str, str], *command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "opensti.console.main", "manage", *command],
        env=env,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def asked_again(port: int, address: str, times: int) -> dict[str, float]:
    """The same page by who kept it: the answer is that nothing changed."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    link.request("GET", address)
    first = link.getresponse()
    first.read()
    tag, took = first.getheader("ETag") or "", []
    for number in range(WARM_UP + times):
        start = perf_counter()
        link.request("GET", address, headers={"If-None-Match": tag})
        answer = link.getresponse()
        answer.read()
        if answer.status != http.client.NOT_MODIFIED:
            raise SystemExit(f"{address} answered {answer.status} to its own tag")
        if number >= WARM_UP:
            took.append((perf_counter() - start) * 1000)
    link.close()
    return {
        "p50": round(median(took), 1),
        "p95": round(quantiles(took, n=20)[-1], 1),
    }


def drawn(port: int, address: str, times: int) -> dict[str, float]:
    """The page where nobody asked for it since the last act: each time under another address."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    took, between = [], "&" if "?" in address else "?"
    for number in range(times):
        start = perf_counter()
        link.request("GET", f"{address}{between}n={os.getpid()}.{number}")
        answer = link.getresponse()
        answer.read()
        if answer.status != http.client.OK:
            raise SystemExit(f"{address} answered {answer.status}")
        took.append((perf_counter() - start) * 1000)
    link.close()
    return {
        "p50": round(median(took), 1),
        "p95": round(quantiles(took, n=20)[-1], 1),
    }


def pages_of(told: dict[str, Any]) -> dict[str, str]:
    return {
        "home": "/",
        "tasks": "/tasks/",
        "tasks, page 1000": "/tasks/?page=1000",
        "tasks, searched": "/tasks/?q=BM-77",
        "tasks, a word of all": "/tasks/?q=nhiem+vu",
        "tasks, sorted": "/tasks/?sort=-title_vi",
        "tasks, filtered": "/tasks/?year_min=2020",
        "task": f"/tasks/{told['task']}/",
        "orders": "/orders/",
        "orders, page 1000": "/orders/?page=1000",
        "orders, searched": f"/orders/?q={told['code']}",
        "order": f"/orders/{told['order']}/",
        "decisions": "/decisions/",
        "decisions, page 1000": "/decisions/?page=1000",
        "decisions, searched": "/decisions/?q=BM-77777",
        "decision": f"/decisions/{told['decision']}/",
        "calls": "/calls/",
        "statistics": "/statistics/",
        "councils": "/statistics/councils/",
        "open data": "/open-data/",
    }


def measured(folder: Path, size: int, acts: int, times: int) -> dict[str, Any]:
    env = {**os.environ, "OPENSTI_DATA_DIR": str(folder)}
    env.pop("DATABASE_URL", None)
    if not (folder / "opensti.sqlite3").exists():
        root = str(HERE.parent)
        told = FILL.format(root=root, size=size, acts=acts)
        settings = {"DJANGO_SETTINGS_MODULE": "opensti.project.settings"}
        subprocess.run([sys.executable, "-c", told], env=env | settings, check=True)
    manage(env, "migrate", "--verbosity", "0")
    told = json.loads(manage(env, "shell", "-v", "0", "-c", ADDRESSES).splitlines()[-1])
    port = _port()
    command = [sys.executable, "-m", "opensti.console.main", "serve"]
    command += ["--bind", f"127.0.0.1:{port}"]
    with served(command, port, env) as server:
        found = {
            name: measure(server, port, address, "", times)
            | {
                "drawn": drawn(port, address, times),
                "again": asked_again(port, address, times),
            }
            for name, address in pages_of(told).items()
        }
    return {"tasks": told["tasks"], "sqlite_ms": found}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--size", type=int, default=100_000, help="tasks")
    options.add_argument("--acts", type=int, default=20, help="acts of a task")
    options.add_argument("--times", type=int, default=40, help="measured openings")
    options.add_argument("--keep", type=Path, help="folder of the database")
    given = options.parse_args()
    folder = given.keep or Path(tempfile.mkdtemp(prefix="opensti-register-"))
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        answer = {
            "benchmark": "register",
            "load_before": round(os.getloadavg()[0], 1),
            "floor_ms": floor(given.times),
            **measured(folder, given.size, given.acts, given.times),
            "load_after": round(os.getloadavg()[0], 1),
        }
    finally:
        if given.keep is None:
            shutil.rmtree(folder)
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
