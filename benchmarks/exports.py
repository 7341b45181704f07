"""Open data of many tasks with twenty public acts each: processor time, rows, peak memory.

Makes its own database (SQLite, or the empty one of ``DATABASE_URL``): one signed contract
is brought about by the actions, the others are copies of its order, dossier, decision,
task, contract and public acts, the last ones with aid. Then every file is written to its
end by ``opensti export all`` in a process of its own (on Linux), the index for harvesters
is filled, and an independent harvester (sickle) takes everything by OAI-PMH from gunicorn
while tasks are renamed and the index is brought up to date: ``peak_mb`` is then that of the
server. Prints one JSON line: for each file its bytes, seconds by the clock and
of the processor (these say something on a busy machine too), rows (releases, records,
grants, resources or table rows) a second of the processor, and the most memory of its
own that the process held, in megabytes: without the file that SQLite maps. Exit status 1 where
one held more than ``bound_mb``, or the harvester lost a record or met one twice.

    python benchmarks/exports.py [--size 10000] [--acts 20] [--keep DIR] [--only files|harvest]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from datetime import timedelta
from pathlib import Path
from time import perf_counter, sleep
from typing import Any
from urllib.request import urlopen

ROOT = Path(__file__).parents[1]
BATCH = 1000
BOUND_MB = 300
RENAMED = 200  # tasks at once, while a harvester reads
PORT = 8917
CERIF = "oai_cerif_openaire_v1_2"
RUN = "from opensti.console.main import main; main()"
# The worker's own look, though no act of the record announced the renaming.
LOOK = """import django; django.setup()
from django.utils.timezone import now
from opensti.exports.harvest import refresh
refresh(clock=now, anyway=True)"""


def options() -> argparse.Namespace:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--size", type=int, default=10_000, help="tasks")
    asked.add_argument("--acts", type=int, default=20, help="public acts of each task")
    asked.add_argument("--keep", type=Path, help="folder of the database, to use again")
    asked.add_argument("--only", choices=["files", "harvest", "none"])
    return asked.parse_args()


def world(size: int, acts: int) -> None:
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import transaction  # noqa: PLC0415

    from opensti.domains.contracts.models import Contract  # noqa: PLC0415
    from tests.factories import aid, contract_papers  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    # A kept one may have been cut off, or be wanted larger: what is there stays.
    contract = Contract.objects.order_by("pk").first()
    if contract is None:
        funded = contract_papers.signed()
        aid.note(funded)
        contract = funded.contract
    for start in range(Contract.objects.count() - 1, size - 1, BATCH):
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

    if Code.objects.filter(scheme="province", code="BM00").exists():
        return  # a kept one has them

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
    orders = copied(
        order,
        ({"code": f"BM-{n}", "case_id": c.pk} for n, c in cased(order, numbers)),
        calls=decision.round.call,
    )
    dossiers = copied(
        first.dossier,
        (
            {"code": f"HS-BM-{n}", "case_id": c.pk, "order_id": o.pk}
            for (n, c), o in zip(cased(first.dossier, numbers), orders, strict=True)
        ),
    )
    tasks = copied(first.task, ({"order_id": one.pk} for one in orders))
    pairs = list(zip(dossiers, tasks, strict=True))
    decisions = copied(
        decision, ({"dossier_id": d.pk, "task_id": t.pk} for d, t in pairs)
    )
    contracts = copied(
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
        again = acts - 6 if made is contracts else 0
        for one in made:
            for number, entry in enumerate([*entries, *entries[:1] * again]):
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
    made = copied(row.case, ({"subject": f"{subject}:{n}"} for n in numbers))
    return list(zip(numbers, made, strict=True))


def copied(row: Any, changes: Any, calls: Any = None) -> list[Any]:
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


def written(folder: Path) -> dict[str, Any]:
    """Write every file; what the process used while each was the one being written.

    Which one that is, the name of the unfinished file says.
    """
    command = [sys.executable, "-c", RUN, "export", "all", "--folder", str(folder)]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    found: dict[str, dict[str, Any]] = {}
    now, began, before, held = "reading", perf_counter(), 0.0, 0
    while True:
        done, status, used = os.wait4(child.pid, os.WNOHANG)
        beside = next(folder.glob(f".*.{child.pid}"), None) if folder.is_dir() else None
        name = beside.name[1:].removesuffix(f".{child.pid}") if beside else now
        if done or name != now:
            cpu = used.ru_utime + used.ru_stime if done else processor(child.pid)
            found[now] = {
                "seconds": round(perf_counter() - began, 1),
                "cpu_seconds": round(cpu - before, 1),
                "peak_mb": round(held / 1024),
            }
            print(now, found[now], file=sys.stderr, flush=True)
            now, began, before, held = name, perf_counter(), cpu, 0
        if done:
            break
        held = max(held, own_memory(child.pid))
        sleep(0.05)
    assert status == 0, "opensti export all failed"
    for name, figures in found.items():
        file = folder / name
        if file.is_file():
            rows = counted(file)
            figures |= {"bytes": file.stat().st_size, "rows": rows}
            if rows and figures["cpu_seconds"]:
                figures["rows_a_cpu_second"] = round(rows / figures["cpu_seconds"])
    return found


def processor(pid: int) -> float:
    """Seconds of the processor that a process used so far."""
    text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    user, system = text.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


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
            "--timeout=600",  # a busy machine takes long to load the house
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
    """Everything by a harvester while records change, then what changed since it began."""
    from sickle import Sickle  # noqa: PLC0415 -- warns where it is imported

    from opensti.domains.publications.models import HarvestRecord  # noqa: PLC0415

    answers()
    workers = Path(f"/proc/{server.pid}/task/{server.pid}/children")
    reader = Sickle(f"http://127.0.0.1:{PORT}/api/oai", max_retries=3)
    every = set(HarvestRecord.objects.values_list("key", flat=True))
    asked = reader.harvest(verb="ListRecords", metadataPrefix=CERIF)
    first = asked.xml.findtext("{*}responseDate")
    began, held, size, found = perf_counter(), 0, 0, Counter[str]()
    changing = Changing()
    for record in reader.ListRecords(metadataPrefix=CERIF):
        size += len(record.raw)
        found[record.header.identifier.rpartition(":")[2]] += 1
        if found.total() % 100 == 0:
            pids = workers.read_text(encoding="ascii").split()
            held = max(held, *(own_memory(int(pid)) for pid in pids))
            changing.go_on()
    seconds = perf_counter() - began
    changing.end()
    again = {}
    since = {"metadataPrefix": CERIF, "from": first, "set": "openaire_cris_projects"}
    for record in reader.ListRecords(**since):
        key = record.header.identifier.rpartition("/")[2]
        again[key] = record.xml.findtext(".//{*}Project/{*}Title")
    wanted = changing.renamed
    return {
        "bytes": size,
        "seconds": round(seconds, 1),
        "rows": found.total(),
        "different": len(found),
        "lost": len(every - found.keys()),
        "doubled": sum(1 for often in found.values() if often > 1),
        "renamed": len(wanted),
        "stale": sum(1 for key, title in wanted.items() if again.get(key) != title),
        "rows_a_second": round(found.total() / seconds),
        "peak_mb": round(held / 1024),
    }


def answers() -> None:
    """Wait until the server does; ten minutes at most."""
    for _second in range(600):
        try:
            with urlopen(f"http://127.0.0.1:{PORT}/api/oai?verb=ListSets", timeout=60):
                return
        except OSError:
            sleep(1)
    raise RuntimeError("the server does not answer")


class Changing:
    """Tasks renamed here and there, and looks at everything, one after the other."""

    def __init__(self) -> None:
        self.renamed: dict[str, str] = {}
        self.look: subprocess.Popen[bytes] | None = None

    def go_on(self) -> None:
        """Rename some tasks and begin a look once the one before has ended."""
        if self.look is not None and self.look.poll() is None:
            return
        from opensti.domains.tasks.models import Task  # noqa: PLC0415

        number = len(self.renamed)
        last = Task.objects.order_by("-pk")[0].pk
        step = max(1, last // RENAMED)
        wanted = range(1 + number % step, last + 1, step)
        rows = dict(Task.objects.filter(pk__in=wanted).values_list("pk", "public_id"))
        title = f"Tên mới lần {number}"
        Task.objects.filter(pk__in=rows).update(title_vi=title)
        self.renamed |= dict.fromkeys(rows.values(), title)
        self.look = subprocess.Popen(
            [sys.executable, "-c", LOOK], stdout=subprocess.DEVNULL
        )

    def end(self) -> None:
        """Let the last look end, and one more see what it was too early for."""
        if self.look is not None:
            assert self.look.wait() == 0, "a look failed"
        subprocess.run([sys.executable, "-c", LOOK], check=True)
        sleep(4)  # datestamps lie three seconds ahead


def own_memory(pid: int) -> int:
    """What a process holds of its own, in KiB: the database file that SQLite maps is not."""
    text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    for line in text.splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1])
    return 0  # it has ended


def counted(file: Path) -> int:
    """How many things a file holds: one line each but for archives and tables."""
    if file.suffix == ".zip":
        with zipfile.ZipFile(file) as whole:
            names = [name for name in whole.namelist() if name != "dictionary.csv"]
            if file.name == "datacite.zip":
                return len(names)
            return sum(sum(1 for _line in whole.open(name)) - 1 for name in names)
    if file.suffix == ".parquet":
        from pyarrow.parquet import ParquetFile  # noqa: PLC0415

        return int(ParquetFile(file).metadata.num_rows)
    if file.suffix == ".xlsx":
        with zipfile.ZipFile(file) as whole:
            sheets = [n for n in whole.namelist() if n.startswith("xl/worksheets/")]
            return sum(rows_of(whole, sheet) - 1 for sheet in sheets)
    # The first line of a table is its head, the first of a package holds what it begins with.
    starts, heads = {
        ".csv": (b"", 1),
        ".json": (b"{", 1),
        ".jsonl": (b"{", 0),
        ".ttl": (b"@prefix dcat", 0),
        ".xml": (b"<iati-activity ", 0),
    }[file.suffix]
    with file.open("rb") as lines:
        return sum(1 for line in lines if line.startswith(starts)) - heads


def rows_of(whole: zipfile.ZipFile, sheet: str) -> int:
    """Rows of a sheet, its head included; a mark may lie across two chunks."""
    mark, rows, left = b"<row ", 0, b""
    with whole.open(sheet) as one:
        while chunk := one.read(2**20):
            text = left + chunk
            rows += text.count(mark)
            left = text[-(len(mark) - 1) :]
    return rows


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

    world(asked.size, asked.acts)
    found: dict[str, Any] = {}
    if asked.only in (None, "files"):
        found["files"] = written(folder / "files-of-open-data")
    if asked.only in (None, "harvest"):
        found |= harvested(folder)
    said = {"tasks": asked.size, "acts": asked.acts, "vendor": connection.vendor}
    said |= {"bound_mb": BOUND_MB, "faults": faults(found)}
    print(json.dumps(said | found))
    sys.exit(bool(said["faults"]))


def faults(found: dict[str, Any]) -> list[str]:
    """What lies beyond the bound, and what a harvester lost or met twice."""
    held = found.get("files", {}) | {
        name: found[name] for name in ("index", "harvest") if name in found
    }
    said = [
        f"{name} held {one['peak_mb']} MB"
        for name, one in held.items()
        if one["peak_mb"] > BOUND_MB
    ]
    if "harvest" in found:
        one = found["harvest"]
        said += [f"{one['lost']} lost"] if one["lost"] else []
        said += [f"{one['doubled']} met twice"] if one["doubled"] else []
        said += [f"{one['stale']} old names"] if one["stale"] else []
    return said


if __name__ == "__main__":
    main()
