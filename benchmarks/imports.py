"""How long a large archive takes to come in, and how quick its list is afterwards.

Imports 84,902 projects into a new SQLite database, as ``opensti import tasks`` does, and
prints one JSON line: seconds, highest memory, and the list of the archive over HTTP-less
requests (first page, a two-word search, the count alone).

    python benchmarks/imports.py [FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

FILE = Path(__file__).parents[2] / "shared/data/projects/sbir.jsonl.gz"
LIMIT_S, LIMIT_MB = 120, 500
TIMES = 15


def _opensti(*words: str, env: dict[str, str]) -> float:
    """Run a command to its end; return its seconds."""
    start = perf_counter()
    subprocess.run(
        [sys.executable, "-m", "opensti.console.main", *words],
        env=env,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return perf_counter() - start


def _often(act: Callable[[], Any]) -> float:
    """The middle of several measurements, in milliseconds; the first is not counted."""
    took = []
    for _number in range(TIMES + 1):
        start = perf_counter()
        act()
        took.append((perf_counter() - start) * 1000)
    return round(median(took[1:]), 1)


def _lists() -> dict[str, Any]:
    """Ask for the archive as a citizen does; in this process, on the database made."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "opensti.project.settings"
    import django  # noqa: PLC0415 -- only now the database is known

    django.setup()
    from django.test import Client  # noqa: PLC0415

    from opensti.domains.publications import queries  # noqa: PLC0415

    client = Client(SERVER_NAME="localhost")

    def page(query: str = "") -> None:
        answer = client.get(f"/tasks/{query}")
        assert answer.status_code == 200, answer.status_code  # noqa: PLR2004

    return {
        "rows": queries.tasks().count(),
        "found": queries.tasks("solar water").count(),
        "count_ms": _often(lambda: queries.tasks().count()),
        "search_count_ms": _often(lambda: queries.tasks("solar water").count()),
        "first_page_ms": _often(page),
        "search_page_ms": _often(lambda: page("?q=solar+water")),
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("file", nargs="?", type=Path, default=FILE)
    given = options.parse_args()
    if not given.file.exists():
        raise SystemExit(f"{given.file} is not there: name a file of projects.")
    folder = tempfile.mkdtemp(prefix="opensti-imports-")
    env = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    env["OPENSTI_DATA_DIR"] = folder
    try:
        _opensti("setup", env=env)
        took = _opensti("import", "tasks", str(given.file), env=env)
        # Of all children that ended, the largest: the import, by far. Kilobytes on Linux.
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        os.environ.pop("DATABASE_URL", None)
        os.environ["OPENSTI_DATA_DIR"] = folder
        answer = {
            "benchmark": "imports",
            "file": given.file.name,
            "load": round(os.getloadavg()[0], 1),
            "import_s": round(took, 1),
            "peak_mb": round(peak),
            "within_limits": took < LIMIT_S and peak < LIMIT_MB,
            **_lists(),
        }
    finally:
        shutil.rmtree(folder)
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
