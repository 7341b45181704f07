"""Money of 10,000 running contracts with 40 instalments each: pages and the year's end.

Makes its own database (SQLite, or the empty one of ``DATABASE_URL``): one contract is
brought about by the actions, the others are its copies with plans, payments and postings
of their own. Then every page is opened in this process, as a finance officer, and the
year-end workbook is written. Prints one JSON line: queries, processor milliseconds (they
say something on a busy machine too) and milliseconds by the clock; for the workbook
seconds and bytes.

    python benchmarks/contracts.py [--size 10000] [--instalments 40] [--times 5] [--keep DIR]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
PAID, CLEARED = 30, 20  # of forty
BATCH = 500  # contracts written at a time
HOSTS = 300
PART = Decimal(50_000_000)
FIRST_YEAR, YEARS = 2024, 4


def options() -> argparse.Namespace:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--size", type=int, default=10_000, help="contracts")
    asked.add_argument("--instalments", type=int, default=40)
    asked.add_argument("--times", type=int, default=5, help="measured openings")
    asked.add_argument("--keep", type=Path, help="folder of the database, to use again")
    return asked.parse_args()


def world(size: int, instalments: int) -> None:
    """Fill the database: one true contract, then its copies."""
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import transaction  # noqa: PLC0415

    from opensti.domains.registry.models import Organisation  # noqa: PLC0415
    from tests.factories import contracts as factory  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    funded = factory.running()
    hosts = Organisation.objects.bulk_create(
        Organisation(
            name_vi=f"Viện nghiên cứu số {n}",
            name_en=f"Institute {n}",
            search_text=f"vien nghien cuu so {n} institute {n}",
        )
        for n in range(HOSTS)
    )
    made: list[Any] = []
    for start in range(0, size - 1, BATCH):
        with transaction.atomic():
            some = range(start, min(start + BATCH, size - 1))
            made += copies(funded.contract, hosts, list(some), instalments)
    with transaction.atomic():
        plan(made[0], instalments)
        spread(made[0])


def copies(
    first: Any, hosts: list[Any], numbers: list[int], instalments: int
) -> list[Any]:
    """Write contracts with their cases, dossiers and task files."""
    from opensti.kernel.identifiers import new_public_id  # noqa: PLC0415

    def written(row: Any, *changes: dict[str, Any]) -> list[Any]:
        values = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}
        del values["id"]
        own = "public_id" in values
        return type(row).objects.bulk_create(
            type(row)(
                **{
                    **values,
                    **({"public_id": new_public_id()} if own else {}),
                    **changed,
                }
            )
            for changed in changes
        )

    tasks = written(
        first.task, *({"code": f"BM-{n}", "source_key": f"bm{n}"} for n in numbers)
    )
    of_dossiers = written(
        first.dossier.case, *({"subject": f"bm.dossier:{n}"} for n in numbers)
    )
    dossiers = written(
        first.dossier,
        *(
            {"code": f"BM-{n}", "case_id": case.pk}
            for n, case in zip(numbers, of_dossiers, strict=True)
        ),
    )
    cases = written(first.case, *({"subject": f"bm.contract:{n}"} for n in numbers))
    return written(
        first,
        *(
            {
                "number": f"{n:05d}/HĐ-ĐMST",
                "task_id": task.pk,
                "dossier_id": dossier.pk,
                "case_id": case.pk,
                "host_id": hosts[n % HOSTS].pk,
                "state_money": PART * instalments,
                "search_text": f"{n:05d}/hd-dmst de tai so {n}",
                "created_at": first.created_at + timedelta(minutes=n),
            }
            for n, task, dossier, case in zip(
                numbers, tasks, dossiers, cases, strict=True
            )
        ),
    )


def plan(contract: Any, instalments: int) -> None:
    """Give one of the copies its instalments, payments and postings."""
    from opensti.domains.contracts import models as k  # noqa: PLC0415

    parts = k.Instalment.objects.bulk_create(
        k.Instalment(
            contract=contract,
            position=n + 1,
            kind="progress" if n else "advance",
            label=f"Đợt {n + 1}",
            amount=PART,
            due_on=_day(n, instalments),
        )
        for n in range(instalments)
    )
    k.Payment.objects.bulk_create(
        k.Payment(
            contract=contract,
            instalment=part,
            amount=PART,
            paid_on=part.due_on,
            reference=f"UNC-{part.position}",
            made_at=contract.created_at,
        )
        for part in parts[: instalments * PAID // 40]
    )
    k.Posting.objects.bulk_create(postings(contract, instalments))


def _day(n: int, instalments: int) -> date:
    """The instalments of four years, evenly."""
    place = n * YEARS * 12 // instalments
    return date(FIRST_YEAR + place // 12, place % 12 + 1, 15)


def postings(contract: Any, instalments: int) -> Iterator[Any]:
    from opensti.domains.contracts.models import Posting  # noqa: PLC0415

    start = date(FIRST_YEAR, 1, 2)
    said = [("commit", start, "committed", "commitments", PART * instalments)]
    said += [
        (
            "allocate",
            date(FIRST_YEAR + year, 1, 5),
            "allocated",
            "state",
            PART * instalments / YEARS,
        )
        for year in range(YEARS)
    ]
    for n in range(instalments):
        day = _day(n, instalments)
        if n < instalments * PAID // 40:
            said.append(("pay", day, "advances", "allocated", PART))
        if n < instalments * CLEARED // 40:
            said.append(("clear", day, "spent", "advances", PART))
    for number, (kind, day, debit, credit, amount) in enumerate(said):
        yield Posting(
            contract=contract,
            kind=kind,
            day=day,
            year=day.year,
            debit=debit,
            credit=credit,
            amount=amount,
            source=f"bm:{number}",
            key=f"bm:{number}",
            made_at=contract.created_at,
        )


def spread(first: Any) -> None:
    """Give every later copy what the first one has, in three statements."""
    from opensti.domains.contracts import models as k  # noqa: PLC0415

    others = (
        f"contracts_contract c WHERE src.contract_id = {first.pk} AND c.id > {first.pk}"
    )
    own = "FROM contracts_{} src, " + others
    _insert(
        k.Instalment,
        {"contract_id": "c.id", "key": "'i' || c.id || '-' || src.position"},
        own.format("instalment"),
    )
    _insert(
        k.Posting,
        {"contract_id": "c.id", "key": "'bm:' || c.id || ':' || src.source"},
        own.format("posting"),
    )
    _insert(
        k.Payment,
        {
            "contract_id": "c.id",
            "public_id": "'p' || c.id || '-' || was.position",
            "instalment_id": "now.id",
            "reference": "'UNC-' || c.id || '-' || was.position",
        },
        "FROM contracts_payment src"
        " JOIN contracts_instalment was ON was.id = src.instalment_id"
        " JOIN contracts_instalment now ON now.position = was.position"
        f" JOIN contracts_contract c ON c.id = now.contract_id AND c.id > {first.pk}"
        f" WHERE src.contract_id = {first.pk}",
    )


def _insert(model: Any, changed: dict[str, str], source: str) -> None:
    from django.db import connection  # noqa: PLC0415

    names = [f.column for f in model._meta.concrete_fields if f.column != "id"]
    columns = ", ".join(f'"{name}"' for name in names)
    values = ", ".join(changed.get(name, f'src."{name}"') for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{model._meta.db_table}" ({columns}) SELECT {values} {source}'
        )


def measured(size: int, times: int) -> dict[str, Any]:
    """Open the pages again and again, then write the workbook."""
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415
    from django.utils.timezone import now  # noqa: PLC0415

    from opensti.domains.accounts.models import RoleGrant, User  # noqa: PLC0415
    from opensti.domains.contracts import models as k  # noqa: PLC0415
    from opensti.domains.contracts.actions.exporting import (  # noqa: PLC0415
        write_export,
    )
    from opensti.kernel.access import Actor, Role  # noqa: PLC0415

    user = User.objects.filter(email="finance@benchmark.test").first()
    if user is None:
        user = User.objects.create(email="finance@benchmark.test", full_name="Finance")
        RoleGrant.objects.create(user=user, role=Role.FINANCE, since=date(2020, 1, 1))
    client = Client(headers={"host": "localhost"})
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    middle = k.Contract.objects.order_by("pk")[size // 2]
    register = reverse("contracts:payments")
    pages = {
        "contracts": reverse("contracts:contracts"),
        "contracts, last page": reverse("contracts:contracts") + "?page=200",
        "money of a contract": reverse("contracts:money", args=[middle.public_id]),
        "register": register,
        "register, narrowed": f"{register}?year=2025&host=so+77&sort=-amount",
        "register, searched": f"{register}?q=00077",
        "requests": reverse("contracts:payment_requests"),
    }
    found: dict[str, Any] = {"pages": {}}
    for name, url in pages.items():
        client.get(url)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(url).status_code == 200, url  # noqa: PLR2004
        queries = len(caught)  # the next request forgets them
        cpu, clock = [], []
        for _n in range(times):
            busy, began = process_time(), perf_counter()
            client.get(url)
            cpu.append((process_time() - busy) * 1000)
            clock.append((perf_counter() - began) * 1000)
        found["pages"][name] = {
            "queries": queries,
            "cpu_ms": round(median(cpu), 1),
            "ms": round(median(clock), 1),
        }
        print(name, found["pages"][name], file=sys.stderr)
    busy, began = process_time(), perf_counter()
    steps = 0

    def told(_done: int, _total: int) -> None:
        nonlocal steps
        steps += 1

    kept = write_export(
        actor=Actor(user_id=user.pk, name="Finance", roles=frozenset({Role.FINANCE})),
        year=2025,
        language="vi",
        at=now(),
        told=told,
    )
    found["export"] = {
        "seconds": round(perf_counter() - began, 1),
        "cpu_seconds": round(process_time() - busy, 1),
        "bytes": kept.size,
        "progress": steps,
    }
    found["rows"] = {
        m.__name__: m.objects.count()
        for m in (k.Contract, k.Instalment, k.Payment, k.Posting)
    }
    return found


def main() -> None:
    given = options()
    folder = given.keep or Path(tempfile.mkdtemp(prefix="opensti-contracts-"))
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opensti.project.settings")
    os.environ["OPENSTI_DATA_DIR"] = str(folder)
    os.environ["ALLOWED_HOSTS"] = "localhost"
    sys.path.insert(0, str(ROOT))

    import django  # noqa: PLC0415

    django.setup()
    done = folder / "filled"
    began = perf_counter()
    if not done.exists():
        world(given.size, given.instalments)
        done.touch()
    answer = {
        "benchmark": "contracts",
        "size": given.size,
        "instalments": given.instalments,
        "filled_in_s": round(perf_counter() - began, 1),
        "load_before": round(os.getloadavg()[0], 1),
        **measured(given.size, given.times),
        "load_after": round(os.getloadavg()[0], 1),
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
