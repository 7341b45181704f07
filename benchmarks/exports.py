"""Open data of many tasks with twenty public acts each: rows a second and peak memory.

Makes its own database (SQLite, or the empty one of ``DATABASE_URL``): one signed contract
is brought about by the actions, the others are copies of its order, dossier, decision,
task, contract and public acts. Then each file is written by ``opensti export`` in a
process of its own (on Linux), the index for harvesters is filled, and an independent
harvester (sickle) takes everything by OAI-PMH from gunicorn: ``peak_mb`` is then that of
the server. Prints one JSON line: for each file its bytes, seconds by the clock and
of the processor (these say something on a busy machine too), rows (releases, records,
grants, resources or table rows) a second of the processor, and the most memory of its
own that the process held, in megabytes: without the file that SQLite maps.

    python benchmarks/exports.py [--size 10000] [--acts 20] [--keep DIR] [--only PART]…
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from datetime import timedelta
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

ROOT = Path(__file__).parents[1]
BATCH = 1000
FILES = {
    "releases": ["ocds"],
    "records": ["ocds", "--records"],
    "grants": ["360giving"],
    "resources": ["datacite"],
    "rows": ["tables"],
    "events.parquet": ["tables", "--table", "events"],
    "awards.parquet": ["tables", "--table", "awards"],
    "awards.xlsx": ["tables", "--table", "awards"],
}
PORT = 8917
RUN = "from opensti.console.main import main; main()"


def options() -> argparse.Namespace:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--size", type=int, default=10_000, help="tasks")
    asked.add_argument("--acts", type=int, default=20, help="public acts of each task")
    asked.add_argument("--keep", type=Path, help="folder of the database, to use again")
    asked.add_argument(
        "--only", action="append", help="a file, or harvest; again for more"
    )
    return asked.parse_args()


def world(size: int, acts: int) -> None:
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import transaction  # noqa: PLC0415

    from tests.factories import contract_papers  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    contract = contract_papers.signed().contract
    for start in range(0, size - 1, BATCH):
        with transaction.atomic():
            copies(contract, range(start, min(start + BATCH, size - 1)), acts)
    varied()


def varied(hosts: int = 300) -> None:
    """Give the copies hosts in many provinces, fields, years and funders of their own."""
    from django.db.models import CharField, F, Value  # noqa: PLC0415
    from django.db.models.functions import Cast, Concat  # noqa: PLC0415

    from opensti.domains.calls.models import Dossier  # noqa: PLC0415
    from opensti.domains.registry.choices import OrganisationKind  # noqa: PLC0415
    from opensti.domains.registry.models import Code, Organisation  # noqa: PLC0415
    from opensti.domains.tasks.models import Order, Task  # noqa: PLC0415

    def codes(scheme: str, number: int) -> list[int]:
        made = Code.objects.bulk_create(
            Code(
                scheme=scheme, code=f"BM{n:02}", name_vi=f"Mã {n}", name_en=f"Code {n}"
            )
            for n in range(number)
        )
        return sorted(one.pk for one in made)

    places, fields = codes("province", 34), codes("field", 40)
    kinds = OrganisationKind.values
    made = Organisation.objects.bulk_create(
        Organisation(
            name_vi=f"Viện số {n}",
            name_en=f"Institute {n}",
            kind=kinds[n % len(kinds)],
            province_id=places[n % len(places)],
        )
        for n in range(hosts)
    )
    first = min(one.pk for one in made)
    host = F("pk") * 7919 % hosts + first
    Dossier.objects.update(host=host)
    Order.objects.update(field=F("pk") * 31 % len(fields) + fields[0])
    funder = Concat(Value("Quỹ số "), Cast(F("pk") % 40, CharField()))
    Task.objects.update(host=host, year=F("pk") % 15 + 2012, funder=funder)


def copies(first: Any, numbers: range, acts: int) -> None:
    """Write one more order, dossier, decision, task and contract for each number."""
    from opensti.domains.portfolios.models import Decision  # noqa: PLC0415
    from opensti.kernel.record.models import Entry, LogHead  # noqa: PLC0415

    decision = Decision.objects.get(dossier=first.dossier)
    order = first.dossier.order
    orders = written(
        order,
        ({"code": f"BM-{n}", "case_id": c.pk} for n, c in cased(order, numbers)),
        calls=decision.round.call,
    )
    dossiers = written(
        first.dossier,
        (
            {"code": f"HS-BM-{n}", "case_id": c.pk, "order_id": o.pk}
            for (n, c), o in zip(cased(first.dossier, numbers), orders, strict=True)
        ),
    )
    tasks = written(first.task, ({"order_id": one.pk} for one in orders))
    pairs = list(zip(dossiers, tasks, strict=True))
    decisions = written(
        decision, ({"dossier_id": d.pk, "task_id": t.pk} for d, t in pairs)
    )
    contracts = written(
        first,
        (
            {"number": f"{n}/BM", "case_id": c.pk, "dossier_id": d.pk, "task_id": t.pk}
            for (n, c), (d, t) in zip(cased(first, numbers), pairs, strict=True)
        ),
    )
    told: list[Entry] = []
    head = LogHead.objects.get()
    of_one = [
        (f"tasks.order:{order.public_id}", orders),
        (f"portfolios.decision:{decision.public_id}", decisions),
        (f"tasks.task:{first.task.public_id}", tasks),
        (f"contracts.contract:{first.public_id}", contracts),
    ]
    for subject, made in of_one:
        entries = list(Entry.objects.filter(subject=subject, public=True))
        # The contract's own act again and again, so that each task has so many.
        again = acts - 5 if made is contracts else 0
        for one in made:
            for number, entry in enumerate([*entries, *entries[-1:] * again]):
                values = {
                    f.attname: getattr(entry, f.attname)
                    for f in entry._meta.concrete_fields
                }
                del values["id"]
                values["position"] = head.size
                # Each at a moment of its own, as acts are.
                values["recorded_at"] += timedelta(minutes=number)
                values["subject"] = f"{subject.partition(':')[0]}:{one.public_id}"
                told.append(Entry(**values))
                head.size += 1
    Entry.objects.bulk_create(told, batch_size=BATCH)
    head.save()


def cased(row: Any, numbers: range) -> list[tuple[int, Any]]:
    """A case of its own for each number."""
    subject = f"bm.{row._meta.model_name}"
    made = written(row.case, ({"subject": f"{subject}:{n}"} for n in numbers))
    return list(zip(numbers, made, strict=True))


def written(row: Any, changes: Any, calls: Any = None) -> list[Any]:
    """Copies of a row with what differs; orders also stand in a call."""
    from opensti.kernel.identifiers import new_public_id  # noqa: PLC0415

    values = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}
    del values["id"]
    own = "public_id" in values
    kind = type(row)
    made = kind.objects.bulk_create(
        kind(**values | ({"public_id": new_public_id()} if own else {}) | changed)
        for changed in changes
    )
    if calls is not None:
        through = type(calls).orders.through
        through.objects.bulk_create(
            through(call_id=calls.pk, order_id=one.pk) for one in made
        )
    return list(made)


def measured(command: list[str], file: Path, what: str) -> dict[str, Any]:
    output = ["--output", str(file)]
    found = watched([sys.executable, "-c", RUN, "export", *command, *output])
    rows = counted(file, what)
    processor = found["cpu_seconds"]
    return {
        "bytes": file.stat().st_size,
        **found,
        "rows": rows,
        "rows_a_cpu_second": round(rows / processor),
    }


def watched(command: list[str]) -> dict[str, Any]:
    """Run a command and note its seconds and the most memory that it held."""
    began, held = perf_counter(), 0
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    while True:
        done, status, used = os.wait4(child.pid, os.WNOHANG)
        if done:
            break
        held = max(held, own_memory(child.pid))
        sleep(0.05)
    assert status == 0, f"{' '.join(command)} failed"
    return {
        "seconds": round(perf_counter() - began, 1),
        "cpu_seconds": round(used.ru_utime + used.ru_stime, 1),
        "peak_mb": round(held / 1024),
    }


def harvested(folder: Path) -> dict[str, Any]:
    """Fill the index, then take everything by OAI-PMH while noting what the server holds."""
    found = {"index": watched([sys.executable, "-c", RUN, "export", "harvest"])}
    print("index", found["index"], file=sys.stderr)
    server = subprocess.Popen(
        [
            str(Path(sys.executable).with_name("gunicorn")),
            "opensti.project.wsgi",
            "--workers=1",
            f"--bind=127.0.0.1:{PORT}",
        ],
        stderr=(folder / "gunicorn.log").open("wb"),
    )
    try:
        found["harvest"] = taken(server)
    finally:
        server.terminate()
        server.wait()
    return found


def taken(server: subprocess.Popen[bytes]) -> dict[str, Any]:
    from sickle import Sickle  # noqa: PLC0415 -- warns where it is imported

    sleep(5)
    workers = Path(f"/proc/{server.pid}/task/{server.pid}/children")
    reader = Sickle(f"http://127.0.0.1:{PORT}/api/oai", max_retries=3)
    began, held, size, found = perf_counter(), 0, 0, set()
    rows = 0
    for record in reader.ListRecords(metadataPrefix="oai_cerif_openaire_v1_2"):
        rows += 1
        size += len(record.raw)
        found.add(record.header.identifier)
        if rows % 100 == 0:
            pids = workers.read_text(encoding="ascii").split()
            held = max(held, *(own_memory(int(pid)) for pid in pids))
    seconds = perf_counter() - began
    return {
        "bytes": size,
        "seconds": round(seconds, 1),
        "rows": rows,
        "different": len(found),
        "rows_a_second": round(rows / seconds),
        "peak_mb": round(held / 1024),
    }


def own_memory(pid: int) -> int:
    """What a process holds of its own, in KiB: the database file that SQLite maps is not."""
    text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    for line in text.splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1])
    return 0  # it has ended


def counted(file: Path, what: str) -> int:
    """How many things a file holds: one line each but for archives."""
    if what == "resources":
        with zipfile.ZipFile(file) as whole:
            return len(whole.namelist())
    if what == "rows":
        with zipfile.ZipFile(file) as whole:
            names = [name for name in whole.namelist() if name != "dictionary.csv"]
            return sum(sum(1 for _line in whole.open(name)) - 1 for name in names)
    if what.endswith(".parquet"):
        from pyarrow.parquet import ParquetFile  # noqa: PLC0415

        return int(ParquetFile(file).metadata.num_rows)
    if what.endswith(".xlsx"):
        with (
            zipfile.ZipFile(file) as whole,
            whole.open("xl/worksheets/sheet1.xml") as s,
        ):
            return sum(
                chunk.count(b"<row ") for chunk in iter(lambda: s.read(2**20), b"")
            )
    # The first and the last line of a package hold its head and its end.
    with file.open("rb") as lines:
        return sum(1 for _line in lines if _line.startswith(b"{")) - 1


def main() -> None:
    asked = options()
    if asked.keep is None:
        with tempfile.TemporaryDirectory() as folder:
            run(asked, Path(folder))
    else:
        asked.keep.mkdir(parents=True, exist_ok=True)
        run(asked, asked.keep)


def run(asked: argparse.Namespace, folder: Path) -> None:
    os.environ["OPENSTI_DATA_DIR"] = str(folder)
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder / 'exports.sqlite3'}")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opensti.project.settings")
    sys.path.insert(0, str(ROOT))
    import django  # noqa: PLC0415

    django.setup()
    from django.db import connection  # noqa: PLC0415

    if not connection.introspection.table_names():
        world(asked.size, asked.acts)
    else:
        from django.core.management import call_command  # noqa: PLC0415

        call_command("migrate", verbosity=0)  # one that was kept may be older
    wanted = asked.only or [*FILES, "harvest"]
    found: dict[str, Any] = {}
    for what, command in FILES.items():
        if what in wanted:
            found[what] = measured(command, folder / what, what)
            print(what, found[what], file=sys.stderr)
    if "harvest" in wanted:
        found |= harvested(folder)
    said = {"tasks": asked.size, "acts": asked.acts, "vendor": connection.vendor}
    print(json.dumps(said | found))


if __name__ == "__main__":
    main()
