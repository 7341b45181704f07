"""How fast every public page is, over HTTP with gunicorn, at 100,000 tasks with 20 acts each.

The copies stand in one call, which no ministry has: its own page is left out. Serves the
database as ``opensti serve`` does and opens every page without a cookie, once the worker has
worked out the figures and indexed the tasks: drawn anew each time, as for the first reader
after an act (``cold``: p50, p95, and ``cpu``, the processor time of one opening); and asked
again with its ETag (``again``). Beside it a page of Django that says nothing, in the same
run: the floor below which no page can be. ``over`` names the pages whose p95 is over the
bound of 200 ms, and ``over_cpu`` those whose processor time is. All in milliseconds, one
JSON line.

    python benchmarks/register.py [--size 100000] [--acts 20] [--times 40] [--keep DIR] [--only PAGE …]

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

from pages import WARM_UP, floor, free_port, served, spent

HERE = Path(__file__).parent
BOUND_MS = 200
FILL = """
import sys, runpy
sys.path.insert(0, {root!r})
import django; django.setup()
from benchmarks import exports
exports.world({size}, {acts})
"""
PREPARE = """
from django.utils.timezone import now
from opensti.domains.publications import actions
from opensti.domains.publications.models import Figures, SearchEntry, SearchState
from opensti.kernel.record.queries import log_size
if not Figures.objects.exists():
    actions.make_figures(at=now())
if not SearchEntry.objects.exists():
    actions.rebuild_search(at=now(), kinds=["task"])
    SearchState.objects.update(position=log_size() - 1)
"""
ADDRESSES = """
import json
from opensti.domains.publications import queries
from django.utils.timezone import now
from opensti.domains.registry.models import Organisation
task = queries.tasks().order_by("-pk").first()
decision = queries.decisions().first()
order = queries.orders().order_by("-pk").first()
contract = queries.public_contracts(at=now()).order_by("-pk").first()
print(json.dumps({"task": task.public_id, "decision": decision.public_id,
                  "order": order.public_id, "code": order.code,
                  "contract": contract.public_id,
                  "organisation": Organisation.objects.latest("pk").public_id,
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


def asked_again(port: int, address: str, times: int) -> dict[str, float] | None:
    """The same page by who kept it: the answer is that nothing changed; None without a tag."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    link.request("GET", address)
    first = link.getresponse()
    first.read()
    tag, took = first.getheader("ETag") or "", []
    if not tag:
        return None
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


def drawn(server: int, port: int, address: str, times: int) -> dict[str, float]:
    """The page where nobody asked for it since the last act: each time under another address."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    took, between = [], "&" if "?" in address else "?"
    before = 0.0
    for number in range(-WARM_UP, times):
        if number == 0:
            before = spent(server)
        start = perf_counter()
        link.request("GET", f"{address}{between}n={os.getpid()}.{number}")
        answer = link.getresponse()
        answer.read()
        if answer.status != http.client.OK:
            raise SystemExit(f"{address} answered {answer.status}")
        if number >= 0:
            took.append((perf_counter() - start) * 1000)
    link.close()
    return {
        "p50": round(median(took), 1),
        "p95": round(quantiles(took, n=20)[-1], 1),
        "cpu": round((spent(server) - before) * 1000 / times, 1),
    }


def pages_of(told: dict[str, Any]) -> dict[str, str]:
    return {
        "home": "/",
        "disclosure": "/disclosure/",
        "search": "/search/",
        "search, a word of all": "/search/?q=nhiem+vu",
        "search, a year": "/search/?year=2020",
        "search, a code": f"/search/?q={told['code']}",
        "suggestions": "/search/suggest/?q=nhiem",
        "feed": "/search/feed.atom",
        "sitemap": "/sitemap.xml",
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
        "contracts": "/contracts/",
        "contracts, page 1000": "/contracts/?page=1000",
        "contract": f"/contracts/{told['contract']}/",
        "calls": "/calls/",
        "results": "/results/",
        "plans": "/plans/",
        "councils": "/councils/",
        "organisations": "/organisations/",
        "organisation": f"/organisations/{told['organisation']}/",
        "people": "/people/",
        "offers": "/offers/",
        "statistics": "/statistics/",
        "money": "/statistics/money/",
        "money, a field": "/statistics/money/?field=BM07&at=province",
        "map": "/statistics/map/",
        "deadlines": "/statistics/deadlines/",
        "use": "/statistics/use/",
        "openness": "/statistics/openness/",
        "councils in figures": "/statistics/councils/",
        "advice": "/statistics/advice/",
        "honours": "/honours/",
        "indicators": "/indicators/",
        "indices": "/indices/",
        "targets": "/targets/",
        "productivity": "/productivity/",
        "news": "/news/",
        "events": "/events/",
        "open data": "/open-data/",
        "red flags": "/red-flags/",
        "log": "/log/",
        "voices": "/voices/",
        "petitions": "/petitions/",
        "verify": "/verify/",
    }


def measured(
    folder: Path, size: int, acts: int, times: int, only: list[str]
) -> dict[str, Any]:
    env = {**os.environ, "OPENSTI_DATA_DIR": str(folder)}
    env.pop("DATABASE_URL", None)
    if not (folder / "opensti.sqlite3").exists():
        root = str(HERE.parent)
        told = FILL.format(root=root, size=size, acts=acts)
        settings = {"DJANGO_SETTINGS_MODULE": "opensti.project.settings"}
        subprocess.run([sys.executable, "-c", told], env=env | settings, check=True)
    manage(env, "migrate", "--verbosity", "0")
    told = json.loads(manage(env, "shell", "-v", "0", "-c", ADDRESSES).splitlines()[-1])
    manage(env, "shell", "-v", "0", "-c", PREPARE)
    port = free_port()
    command = [sys.executable, "-m", "opensti.console.main", "serve"]
    command += ["--bind", f"127.0.0.1:{port}"]
    found: dict[str, dict[str, Any]] = {}
    with served(command, port, env) as server:
        for name, address in pages_of(told).items():
            if only and name not in only:
                continue
            found[name] = {
                "cold": drawn(server, port, address, times),
                "again": asked_again(port, address, times),
            }
    return {
        "tasks": told["tasks"],
        "pages": len(found),
        "bound_ms": BOUND_MS,
        "over": [n for n, one in found.items() if one["cold"]["p95"] > BOUND_MS],
        "over_cpu": [n for n, one in found.items() if one["cold"]["cpu"] > BOUND_MS],
        "again_p95": max(o["again"]["p95"] for o in found.values() if o["again"]),
        "sqlite_ms": found,
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--size", type=int, default=100_000, help="tasks")
    options.add_argument("--acts", type=int, default=20, help="acts of a task")
    options.add_argument("--times", type=int, default=40, help="measured openings")
    options.add_argument("--keep", type=Path, help="folder of the database")
    options.add_argument("--only", nargs="*", default=[], help="names of pages")
    given = options.parse_args()
    folder = given.keep or Path(tempfile.mkdtemp(prefix="opensti-register-"))
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        answer = {
            "benchmark": "register",
            "load_before": round(os.getloadavg()[0], 1),
            "floor_ms": floor(given.times),
            **measured(folder, given.size, given.acts, given.times, given.only),
            "load_after": round(os.getloadavg()[0], 1),
        }
    finally:
        if given.keep is None:
            shutil.rmtree(folder)
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
