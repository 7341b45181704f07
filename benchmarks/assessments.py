"""Answers kept from many phones at once, over HTTP, by the server of ``opensti serve``.

    python benchmarks/assessments.py [--organisations 500] [--respondents 5] [--phones 200]
        [--pause 1.5] [--cut 0.02] [--only sqlite|postgres] [--postgres URL]

Prints one JSON line and ends with 1 when a bound is broken: an answer is lost, or 95 in a hundred
saves take longer than 300 ms. Its own databases are made and dropped. Organisations draft a short
assessment and ask their people by the acts; then ``phones`` people at a time do what the page does:
open each chapter, and after each answer send the chapter as it stands, waiting ``pause`` seconds
before the next (1.5 is the shortest that the page ever waits), and go on with its button. Of ``cut``
of the saves the connection is cut before the answer comes, and the same is sent again. Whatever a
phone chose last must stand in the database.

Times are in milliseconds: ``save`` what a phone waits for a kept answer, ``page`` for a chapter.
``cpu_save`` is processor time of the web processes for each request of all kinds (the database's own is
not in it on PostgreSQL): it says something on a busy machine too. ``load`` is the mean number of
processes that wanted a core before and after; the phones themselves run on the same machine.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import deque
from contextlib import contextmanager, suppress
from statistics import median, quantiles
from time import perf_counter
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from pages import free_port, served, spent

if TYPE_CHECKING:
    from collections.abc import Iterator

BOUND_MS = 300.0
PATIENCE = 60
TIMES = 20
OPENED, WENT_ON = 200, 302
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="(\w+)"')
COOKIE = re.compile(rb"csrftoken=(\w+)")


def fill(organisations: int, respondents: int) -> None:
    """Assessments open for answers, by the acts; prints what phones need to know."""
    import django  # noqa: PLC0415 -- in a process of its own, after the environment is set

    django.setup()
    from django.utils.timezone import now  # noqa: PLC0415

    from opensti.console.database import prepare  # noqa: PLC0415
    from opensti.domains.accounts.models import User  # noqa: PLC0415
    from opensti.domains.assessments import actions, queries  # noqa: PLC0415
    from opensti.domains.registry.models import Organisation  # noqa: PLC0415
    from opensti.kernel.access import SYSTEM, Actor, Role  # noqa: PLC0415

    prepare()
    actions.load_frameworks(actor=SYSTEM, at=now())
    user = User.objects.create(email="manager@example.org", full_name="Quản lý")
    houses = Organisation.objects.bulk_create(
        Organisation(name_vi=f"Xưởng {n}", kind="enterprise")
        for n in range(organisations)
    )
    of = frozenset(house.pk for house in houses)
    actor = Actor(user_id=user.pk, roles=frozenset({Role.MANAGER}), manages=of)
    links, asked = [], None
    for house in houses:
        row = actions.draft_assessment(
            actor=actor, organisation_id=house.pk, title="Đánh giá", at=now()
        )
        asked = asked or queries.asked_of(row)
        roles = [one.code for one in asked.roles]
        for n in range(respondents):
            _row, token = actions.invite(
                actor=actor, assessment_id=row.pk, name=f"Người {n}",
                role=roles[n % len(roles)], until=None, at=now(),
            )  # fmt: skip
            links.append(token)
        actions.step(actor=actor, assessment_id=row.pk, act="open", at=now())
    assert asked is not None
    chapters = {
        one.number: [item.code for item in asked.of_clause(one.number)]
        for one in asked.clauses
    }
    print(json.dumps({"links": links, "chapters": chapters}))


def kept() -> None:
    """Print every reply in the database, by the digest of the link."""
    import django  # noqa: PLC0415

    django.setup()
    from opensti.domains.assessments.models import Reply  # noqa: PLC0415

    rows = Reply.objects.values_list("participant__token_digest", "item", "score")
    print(json.dumps(list(rows)))


class Phone:
    """One person's phone: a connection that is opened anew whenever it is gone."""

    def __init__(self, port: int, tally: Tally) -> None:
        self.port, self.tally = port, tally
        self.cookie = b""
        self.link: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(
        self, address: str, form: dict[str, str] | None = None, *, cut: bool = False
    ) -> tuple[int, bytes]:
        """Status and body; sent again where the connection was lost, as a phone does."""
        body = urlencode(form or {}).encode()
        lines = [
            f"{'GET' if form is None else 'POST'} {address} HTTP/1.1",
            f"Host: localhost:{self.port}",
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(body)}",
            f"Cookie: csrftoken={self.cookie.decode()}",
        ]
        sent = "\r\n".join([*lines, "", ""]).encode() + body
        for _time in range(TIMES):
            try:
                fresh = self.link is None
                reader, writer = self.link or await asyncio.open_connection(
                    "127.0.0.1", self.port
                )
                self.link = reader, writer
                writer.write(sent)
                await writer.drain()
                if cut:
                    cut = False
                    self.tally.cut += 1
                    self.drop()
                    continue
                return await asyncio.wait_for(self.read(reader), PATIENCE)
            except (OSError, EOFError, TimeoutError):
                self.drop()
                if fresh:
                    self.tally.failed += 1
        raise SystemExit(f"{address} was tried {TIMES} times in vain")

    async def read(self, reader: asyncio.StreamReader) -> tuple[int, bytes]:
        head = await reader.readuntil(b"\r\n\r\n")
        status = int(head.split(b" ", 2)[1])
        if found := COOKIE.search(head):
            self.cookie = found[1]
        length = re.search(rb"(?i)content-length: (\d+)", head)
        if length:
            body = await reader.readexactly(int(length[1]))
        else:
            body = await reader.read()
        if not length or re.search(rb"(?i)connection: close", head):
            self.drop()
        return status, body

    def drop(self) -> None:
        if self.link is not None:
            self.link[1].close()
        self.link = None


class Tally:
    """What was waited for, what was chosen, and what went wrong."""

    def __init__(self) -> None:
        self.save: list[float] = []
        self.page: list[float] = []
        self.said: dict[tuple[str, str], int | None] = {}
        self.cut = self.failed = self.refused = 0


async def person(
    number: int, token: str, chapters: dict[str, list[str]], tally: Tally, given: Any
) -> None:
    """One person from the first chapter to the last; every answer is sent as it is chosen."""
    phone = Phone(given.port, tally)
    count = 0
    for chapter, items in chapters.items():
        address = f"/assess/{token}/{chapter}/"
        start = perf_counter()
        status, body = await phone.ask(address)
        tally.page.append(perf_counter() - start)
        found = TOKEN.search(body)
        if status != OPENED or found is None:
            tally.refused += 1
            return
        form = {"csrfmiddlewaretoken": found[1].decode()}
        for item in items:
            await asyncio.sleep(given.pause)
            count += 1
            score = (number * 7 + count * 3) % 7
            form[f"score-{item}"] = "na" if score > 5 else str(score)  # noqa: PLR2004
            cut = (number * 31 + count * 17) % 1000 < 1000 * given.cut
            start = perf_counter()
            status, _body = await phone.ask(address, form | {"autosave": "1"}, cut=cut)
            tally.save.append(perf_counter() - start)
            if status != OPENED:
                tally.refused += 1
            tally.said[token, item] = None if score > 5 else score  # noqa: PLR2004
        await asyncio.sleep(given.pause)
        start = perf_counter()
        status, _body = await phone.ask(address, form | {"importance": "3"})
        tally.save.append(perf_counter() - start)
        if status != WENT_ON:
            tally.refused += 1
    phone.drop()


async def crowd(world: dict[str, Any], given: Any) -> Tally:
    """So many phones at a time until everybody has answered."""
    tally, waiting = Tally(), deque(enumerate(world["links"]))

    async def seat(place: int) -> None:
        await asyncio.sleep(given.pause * place / given.phones)
        while waiting:
            number, token = waiting.popleft()
            await person(number, token, world["chapters"], tally, given)

    await asyncio.gather(*(seat(n) for n in range(given.phones)))
    return tally


def child(env: dict[str, str], *options: str) -> Any:
    command = [sys.executable, __file__, *options]
    done = subprocess.run(command, env=env, check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout.splitlines()[-1])


def measured(env: dict[str, str], given: Any) -> dict[str, Any]:
    """Fill, serve, answer, look what stands in the database."""
    from hashlib import sha256  # noqa: PLC0415

    size = ["--organisations", str(given.organisations)]
    size += ["--respondents", str(given.respondents)]
    world = child(env, "--fill", *size)
    given.port = free_port()
    command = [sys.executable, "-m", "opensti.console.main", "serve"]
    with served(
        [*command, "--bind", f"127.0.0.1:{given.port}"], given.port, env
    ) as pid:
        before, start = spent(pid), perf_counter()
        tally = asyncio.run(crowd(world, given))
        took, used = perf_counter() - start, spent(pid) - before
    found = {(digest, item): score for digest, item, score in child(env, "--kept")}
    said = {
        (sha256(token.encode()).hexdigest(), item): score
        for (token, item), score in tally.said.items()
    }
    requests = len(tally.save) + len(tally.page) + tally.cut
    asked = len(world["links"]) * sum(map(len, world["chapters"].values()))
    return {
        "answers": asked,
        "lost": asked - sum(found.get(key, -1) == score for key, score in said.items()),
        "saves": len(tally.save),
        "save": _times(tally.save),
        "page": _times(tally.page),
        "per_second": round(requests / took, 1),
        "cpu_save": round(1000 * used / requests, 2),
        "seconds": round(took, 1),
        "cut": tally.cut,
        "connections_failed": tally.failed,
        "refused": tally.refused,
    }


def _times(took: list[float]) -> dict[str, float]:
    cut = quantiles(took, n=100)
    return {
        "p50": round(1000 * median(took), 1),
        "p95": round(1000 * cut[94], 1),
        "p99": round(1000 * cut[98], 1),
        "max": round(1000 * max(took), 1),
    }


@contextmanager
def database(kind: str, url: str) -> Iterator[dict[str, str]]:
    """The environment of a database that is made for this and dropped afterwards."""
    with tempfile.TemporaryDirectory(prefix="opensti-assessments-") as folder:
        env = {**os.environ, "OPENSTI_DATA_DIR": folder}
        env["DJANGO_SETTINGS_MODULE"] = "opensti.project.settings"
        env.pop("DATABASE_URL", None)
        if kind == "sqlite":
            yield env
            return
        import psycopg  # noqa: PLC0415 -- only where PostgreSQL is measured

        name = f"opensti_assessments_{os.getpid()}"
        with psycopg.connect(f"{url}/postgres", autocommit=True) as server:
            server.execute(f'CREATE DATABASE "{name}"'.encode())
        try:
            yield env | {"DATABASE_URL": f"{url}/{name}"}
        finally:
            with psycopg.connect(f"{url}/postgres", autocommit=True) as server:
                server.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--organisations", type=int, default=500)
    options.add_argument("--respondents", type=int, default=5)
    options.add_argument("--phones", type=int, default=200)
    options.add_argument("--pause", type=float, default=1.5, help="seconds")
    options.add_argument("--cut", type=float, default=0.02, help="share of saves")
    options.add_argument("--only", choices=["sqlite", "postgres"])
    options.add_argument("--postgres", default="postgres://postgres@127.0.0.1:5432")
    options.add_argument("--fill", action="store_true", help=argparse.SUPPRESS)
    options.add_argument("--kept", action="store_true", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.fill:
        fill(given.organisations, given.respondents)
        return
    if given.kept:
        kept()
        return
    answer: dict[str, Any] = {
        "benchmark": "assessments",
        "phones": given.phones,
        "pause": given.pause,
        "bound_ms": BOUND_MS,
        "load": [round(os.getloadavg()[0], 1)],
    }
    holds = True
    for kind in ("sqlite", "postgres"):
        if given.only in (None, kind):
            with database(kind, given.postgres) as env:
                found = answer[kind] = measured(env, given)
            print(kind, json.dumps(found), file=sys.stderr)  # the next may take long
            holds &= found["lost"] == found["refused"] == 0
            holds &= found["save"]["p95"] < BOUND_MS
    answer["load"].append(round(os.getloadavg()[0], 1))
    answer["holds"] = holds
    with suppress(BrokenPipeError):
        print(json.dumps(answer))
    sys.exit(0 if holds else 1)


if __name__ == "__main__":
    main()
