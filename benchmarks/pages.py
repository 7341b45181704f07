"""How fast the most used pages are, over HTTP, at 10,000 dossiers with 4 to 7 reviews.

Makes its own databases, serves them as ``opensti serve`` does, opens every page many
times with a signed-in session and prints one JSON line: p50 and p95 in milliseconds for
each page on each database, the processor time that the web processes spent on one
opening (``cpu``: it says something on a busy machine too; PostgreSQL's own is not in
it), and the same for a page of Django that says nothing (the floor below which no page
can be).

    python benchmarks/pages.py [--size 10000] [--times 40] [--postgres URL] [--keep DIR]
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, sleep
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
WARM_UP = 5
PATIENCE = 120


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def spent(root: int) -> float:
    """Seconds of processor time of a process and its children, as Linux counts them."""
    family, total = {root}, 0.0
    for place in sorted(Path("/proc").glob("[0-9]*"), key=lambda p: int(p.name)):
        try:
            fields = (place / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has ended since
            continue
        if int(place.name) == root or int(fields[1]) in family:
            family.add(int(place.name))
            total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(command: list[str], port: int, env: dict[str, str]) -> Iterator[int]:
    """Run a server until the block ends; wait until it answers at all."""
    server = subprocess.Popen(command, env=env, cwd=HERE, stdout=subprocess.DEVNULL)
    try:
        until = perf_counter() + PATIENCE
        while perf_counter() < until:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                sleep(0.1)
        yield server.pid
    finally:
        server.terminate()
        server.wait()


def measure(
    server: int, port: int, address: str, session: str, times: int
) -> dict[str, float]:
    """Open a page again and again on one connection, the first rounds unmeasured."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    headers = {"Cookie": f"sessionid={session}"} if session else {}
    took = []
    size, before = 0, 0.0
    for number in range(WARM_UP + times):
        if number == WARM_UP:
            before = spent(server)
        start = perf_counter()
        link.request("GET", address, headers=headers)
        answer = link.getresponse()
        size = len(answer.read())
        waited = (perf_counter() - start) * 1000
        if answer.status != http.client.OK:
            raise SystemExit(f"{address} answered {answer.status}")
        if number >= WARM_UP:
            took.append(waited)
    link.close()
    return {
        "p50": round(median(took), 1),
        "p95": round(quantiles(took, n=20)[-1], 1),
        "cpu": round((spent(server) - before) * 1000 / times, 1),
        "kB": round(size / 1000, 1),
    }


def floor(times: int) -> dict[str, float]:
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "floor:application", "--preload"]
    command += ["--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4"]
    with served(command, port, dict(os.environ)) as server:
        return measure(server, port, "/", "", times)


def pages(env: dict[str, str], world: dict[str, Any], times: int) -> dict[str, Any]:
    port = free_port()
    command = [sys.executable, "-m", "opensti.console.main", "serve"]
    command += ["--bind", f"127.0.0.1:{port}"]
    with served(command, port, env) as server:
        return {
            name: measure(server, port, address, world["sessions"][who], times)
            for name, (who, address) in world["pages"].items()
        }


def fill(env: dict[str, str], size: int) -> dict[str, Any]:
    command = [sys.executable, str(HERE / "world.py"), "--size", str(size)]
    made = subprocess.run(command, env=env, check=True, stdout=subprocess.PIPE)
    world: dict[str, Any] = json.loads(made.stdout.splitlines()[-1])
    return world


def on_sqlite(size: int, times: int, keep: Path | None) -> dict[str, Any]:
    """Measure on SQLite; ``keep`` names a folder to leave the database in, or to reuse."""
    folder = keep or Path(tempfile.mkdtemp(prefix="opensti-pages-"))
    env = {**os.environ, "OPENSTI_DATA_DIR": str(folder), "DATABASE_URL": ""}
    del env["DATABASE_URL"]
    told = folder / "world.json"
    try:
        if not told.exists():
            told.write_text(json.dumps(fill(env, size)))
        world = json.loads(told.read_text())
        return {"world": world, "pages": pages(env, world, times)}
    finally:
        if keep is None:
            shutil.rmtree(folder)


def on_postgres(url: str, size: int, times: int) -> dict[str, Any]:
    """Measure on a PostgreSQL database that is made for it and dropped afterwards."""
    import psycopg  # noqa: PLC0415 -- only where PostgreSQL is measured

    name = f"opensti_pages_{os.getpid()}"
    with tempfile.TemporaryDirectory(prefix="opensti-pages-") as folder:
        with psycopg.connect(f"{url}/postgres", autocommit=True) as server:
            server.execute(f'CREATE DATABASE "{name}"'.encode())
        env = {
            **os.environ,
            "OPENSTI_DATA_DIR": folder,
            "DATABASE_URL": f"{url}/{name}",
        }
        try:
            world = fill(env, size)
            return {"world": world, "pages": pages(env, world, times)}
        finally:
            with psycopg.connect(f"{url}/postgres", autocommit=True) as server:
                server.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--size", type=int, default=10_000, help="dossiers")
    options.add_argument("--times", type=int, default=40, help="measured openings")
    options.add_argument("--only", choices=["sqlite", "postgres"])
    options.add_argument("--postgres", default="postgres://postgres@127.0.0.1:5432")
    options.add_argument("--keep", type=Path, help="folder of the SQLite database")
    given = options.parse_args()
    if given.keep:
        given.keep = given.keep.resolve()  # the server runs elsewhere
        given.keep.mkdir(parents=True, exist_ok=True)
    answer: dict[str, Any] = {
        "benchmark": "pages",
        "size": given.size,
        "times": given.times,
        "load_before": round(os.getloadavg()[0], 1),
        "floor_ms": floor(given.times),
    }
    if given.only != "postgres":
        found = on_sqlite(given.size, given.times, given.keep)
        answer["rows"] = found["world"]["rows"]
        answer["sqlite_ms"] = found["pages"]
    if given.only != "sqlite":
        found = on_postgres(given.postgres, given.size, given.times)
        answer["rows"] = found["world"]["rows"]
        answer["postgres_ms"] = found["pages"]
    answer["load_after"] = round(os.getloadavg()[0], 1)
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
