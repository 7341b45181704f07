"""The search over the whole register at 100,000 public rows, beside FTS5 and a plain scan.

Makes its own database (SQLite, or the empty one of ``DATABASE_URL``): 100,000 tasks of
composed Vietnamese titles and abstracts (syllables by Zipf's law) with hosts, funders,
years and money. Each question is asked with no answer kept from before: found, ranked,
counted by every facet, the first page read from the register as the public. Prints one
JSON line: seconds to make the index, p50 and p95 in milliseconds (the bound is 200), and
on SQLite the same questions as a bare count with twenty rows by FTS5 over the same text
and by ``LIKE`` over the archive of tasks; the numbers found must be those of FTS5.

    python benchmarks/search.py [--size 100000] [--questions 200] [--keep DIR]
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import sys
import tempfile
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ROOT = Path(__file__).parents[1]
BATCH = 2000
BOUND_MS = 200
STARTS = [
    "b",
    "c",
    "ch",
    "d",
    "đ",
    "g",
    "gi",
    "h",
    "k",
    "kh",
    "l",
    "m",
    "n",
    "ng",
    "nh",
    "ph",
    "qu",
    "r",
    "s",
    "t",
    "th",
    "tr",
    "v",
    "x",
]
RIMES = [
    "a",
    "ai",
    "an",
    "ang",
    "ao",
    "anh",
    "ê",
    "êm",
    "ên",
    "i",
    "iên",
    "iêu",
    "inh",
    "o",
    "oan",
    "oi",
    "ong",
    "ô",
    "ôi",
    "ông",
    "ơ",
    "ơi",
    "ơn",
    "u",
    "uân",
    "uôi",
    "ung",
    "uy",
    "ư",
    "ươi",
    "ương",
    "ưu",
    "ă",
    "ăn",
    "âm",
    "ân",
    "âu",
    "at",
    "ac",
    "ich",
    "iêt",
    "uôc",
    "ươc",
]
TONES = ("", "\u0301", "\u0300", "\u0309", "\u0323")


def options() -> argparse.Namespace:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--size", type=int, default=100_000, help="public rows")
    asked.add_argument("--questions", type=int, default=200)
    asked.add_argument("--keep", type=Path, help="folder of the database, to use again")
    return asked.parse_args()


class Language:
    """Words as a register has them: few are in every title, most in hardly any."""

    def __init__(self, chance: random.Random) -> None:
        import unicodedata  # noqa: PLC0415

        made = [
            unicodedata.normalize("NFC", start + rime + tone)
            for start in STARTS
            for rime in RIMES
            for tone in TONES
        ]
        self.chance = chance
        chance.shuffle(made)
        self.words = made
        weights = [1 / (n + 8) for n in range(len(made))]
        self.summed = list(itertools.accumulate(weights))

    def text(self, length: int) -> str:
        picked = self.chance.choices(self.words, cum_weights=self.summed, k=length)
        return " ".join(picked)


def world(size: int, language: Language) -> None:
    from django.core.management import call_command  # noqa: PLC0415

    from opensti.domains.tasks.models import Task  # noqa: PLC0415
    from opensti.kernel.searchtext import search_text  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    chance = language.chance
    hosts = [f"Viện {language.text(3)}" for _n in range(400)]
    funders = [f"Quỹ {language.text(2)}" for _n in range(40)]

    def rows(numbers: Iterable[int]) -> Iterable[Task]:
        for n in numbers:
            title, host = language.text(14).capitalize(), chance.choice(hosts)
            yield Task(
                code=f"NV-{n:06}",
                title_vi=title,
                abstract_vi=language.text(60),
                host_name=host,
                funder=chance.choice(funders),
                year=chance.randint(2005, 2026),
                state=chance.choice(["archived", "running", "accepted"]),
                amount=chance.randint(100, 20_000) * 1_000_000,
                search_text=search_text(title, host),
            )

    for start in range(0, size, BATCH):
        Task.objects.bulk_create(rows(range(start, min(start + BATCH, size))))


def questions(number: int, language: Language) -> list[dict[str, str]]:
    """One to four words, some in quotes, some narrowed; some with nothing but a facet."""
    from opensti.domains.publications.models import SearchEntry  # noqa: PLC0415

    chance = language.chance
    texts = list(
        SearchEntry.objects.order_by("pk").values_list("title", flat=True)[:5000]
    )
    asked = []
    for n in range(number):
        words = chance.choice(texts).split()
        start = chance.randrange(len(words) - 4)
        some = words[start : start + 1 + n % 4]
        q = f'"{" ".join(some)}"' if n % 10 == 1 else " ".join(some)
        question = {"q": q if n % 20 else ""}
        if n % 3 == 0:
            question["year"] = str(chance.randint(2005, 2026))
        if n % 5 == 0:
            question["kind"] = "task"
        asked.append(question)
    return asked


def timed(
    ask: Callable[[Any], Any], asked: Iterable[Any]
) -> tuple[list[tuple[float, float]], list[Any]]:
    from django.core.cache import cache  # noqa: PLC0415

    took, answers = [], []
    for question in asked:
        cache.clear()
        begun, spent = perf_counter(), process_time()
        answers.append(ask(question))
        took.append(((perf_counter() - begun) * 1000, (process_time() - spent) * 1000))
    return took, answers


def told(took: list[tuple[float, float]]) -> dict[str, dict[str, float]]:
    """By the clock, and of the processor (which says something on a busy machine too)."""
    said = {}
    for name, values in zip(("clock", "cpu"), zip(*took, strict=True), strict=True):
        said[name] = {
            "p50": round(median(values), 1),
            "p95": round(quantiles(values, n=20)[-1], 1),
            "worst": round(max(values), 1),
        }
    return said


def ours(question: dict[str, str]) -> int:
    from opensti.domains.publications import queries  # noqa: PLC0415

    wanted = queries.Question.of(question)
    answer = queries.found(wanted)
    queries.labels(answer)
    queries.page_of(wanted, answer, 1)
    return answer.total


def peers(asked: list[dict[str, str]]) -> dict[str, Any]:
    """The same words by FTS5 over the same text, and by a scan of the archive's own."""
    from django.db import connection  # noqa: PLC0415

    from opensti.domains.publications.queries.search_words import (  # noqa: PLC0415
        BEGINNING,
    )
    from opensti.domains.publications.queries.search_words import (  # noqa: PLC0415
        asked as parsed,
    )
    from opensti.domains.tasks.queries import tasks  # noqa: PLC0415
    from opensti.kernel.access import PUBLIC  # noqa: PLC0415

    with_words = [q for q in asked if q["q"]]
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS peer")
        cursor.execute(
            "CREATE VIRTUAL TABLE peer USING fts5(text, content='', tokenize='unicode61')"
        )
        cursor.execute(
            "INSERT INTO peer(rowid, text) SELECT id, text FROM publications_searchentry"
        )

        def fts(question: dict[str, str]) -> int:
            phrases, single = parsed(question["q"])
            parts = [f'"{p}"' for p in phrases]
            parts += [f'"{w}"{"*" if len(w) >= BEGINNING else ""}' for w in single]
            match = " AND ".join(parts)
            cursor.execute("SELECT count(*) FROM peer WHERE peer MATCH %s", [match])
            number = cursor.fetchone()[0]
            cursor.execute(
                "SELECT rowid FROM peer WHERE peer MATCH %s ORDER BY rank LIMIT 20",
                [match],
            )
            cursor.fetchall()
            return int(number)

        took, numbers = timed(fts, with_words)

        def scan(question: dict[str, str]) -> int:
            rows = tasks(PUBLIC, question["q"])
            list(rows[:20])
            return rows.count()

        scanned, _n = timed(scan, with_words)
        plain = [{"q": q["q"]} for q in with_words]
        own = [ours(q) for q in plain]
        cursor.execute("DROP TABLE peer")
    return {
        "fts5_ms": told(took),
        "archive_scan_ms": told(scanned),
        "same_numbers_as_fts5": own == numbers,
    }


def measure(folder: Path, asked: argparse.Namespace) -> dict[str, Any]:
    os.environ["OPENSTI_DATA_DIR"] = str(folder)
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder / 'search.sqlite3'}")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opensti.project.settings")
    import django  # noqa: PLC0415

    django.setup()
    from django.db import connection  # noqa: PLC0415
    from django.utils.timezone import now  # noqa: PLC0415

    from opensti.domains.publications.actions import rebuild_search  # noqa: PLC0415
    from opensti.domains.publications.models import SearchEntry  # noqa: PLC0415

    language = Language(random.Random(8))
    seconds = None
    if "publications_searchentry" not in connection.introspection.table_names():
        world(asked.size, language)
        begun = perf_counter()
        rebuild_search(at=now())
        seconds = round(perf_counter() - begun, 1)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    wanted = questions(asked.questions, language)
    ours(wanted[1])  # the first one also loads what every process loads once
    took, _numbers = timed(ours, wanted)
    result: dict[str, Any] = {
        "database": connection.vendor,
        "entries": SearchEntry.objects.count(),
        "index_seconds": seconds,
        "questions": len(wanted),
        "search_ms": told(took),
        "bound_ms": BOUND_MS,
    }
    if connection.vendor == "sqlite":
        result |= peers(wanted)
    return result


def main() -> None:
    asked = options()
    if asked.keep:
        asked.keep.mkdir(parents=True, exist_ok=True)
        print(json.dumps(measure(asked.keep, asked)))
        return
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measure(Path(folder), asked)))


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
