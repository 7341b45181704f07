"""How overlap grows past one machine: build, query and all pairs on a Dask cluster.

    python benchmarks/overlap_scale.py [FOLDER] [--sizes 100000 1000000] [--workers 2]

Prints one JSON line. FOLDER holds the archives (see tools/fit_overlap.py), 99,975 real
records. Beyond them records are told again: the sentences of two records drawn by lot,
half of each, taken in turn, under the title of one. A word that a single record of the
archives has is spelt anew in each record told again, so that the vocabulary grows as
texts do, and other words stand in the same share of the records whatever the size.

The workers are processes of this machine with one thread each, found through
DASK_SCHEDULER_ADDRESS as everybody's are. ``cpu`` is the processor time of all workers
and of this process, ``wall`` the clock's; believe the clock only where ``load`` is below
the number of cores. Memory is the most any worker had: ``own`` its own (anonymous), and
``files`` index files mapped into it, which the system may take back at any time.

All pairs are run whole up to 100,000 records. Above that they are run whole among the
first ``--slice`` blocks, and scaled: each block once with itself, each two blocks once.
At the first size `Index` and `pairs` of one process are the peer; answers must be equal.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import re
import shutil
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp
from threading import Event, Thread
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any

import numpy as np
from distributed import Client, LocalCluster
from overlap_kinds import archives, parts
from sti_methods.similarity import Index, Record, pairs
from sti_methods.similarity import _kernels as kernels
from sti_methods.similarity.cluster import (
    ADDRESS,
    PartedIndex,
    open_corpus,
    workers,
    write_corpus,
)
from sti_methods.similarity.cluster.asking import piece, shared
from sti_methods.similarity.cluster.building import WORDS, read_words
from sti_methods.similarity.cluster.corpus import read_part
from sti_methods.similarity.cluster.crossing import all_pairs, blocks, inside
from sti_methods.similarity.index import LOG_TF, question
from sti_methods.similarity.store import Terms

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).parents[2] / "shared/data/projects"
QUERIES, SAMPLED, TOP, SEED = 256, 200, 10, 1
WHOLE = 100_000
CAPS = (1_000, 3_000, 10_000, 30_000, 100_000)  # records in which a word may stand
KEPT = 200
_WORD = re.compile(r"[^\W_]+")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Tellers:
    """Tells records again, any number of them, the same ones every time."""

    def __init__(self, every: list[Record]) -> None:
        self.every = every
        count: Counter[str] = Counter()
        for record in every:
            count.update(set(_WORD.findall(f"{record.title}\n{record.body}".lower())))
        self._single = {word for word, n in count.items() if n == 1}
        self._parts = [[self._marked(p) for p in parts(r.abstract)] for r in every]
        self._titles = [self._marked(record.title) for record in every]

    def _marked(self, text: str) -> tuple[str, tuple[str, ...]]:
        single = {w for w in _WORD.findall(text) if w.lower() in self._single}
        return text, tuple(sorted(single))

    @staticmethod
    def _spelt(marked: tuple[str, tuple[str, ...]], number: int) -> str:
        text, single = marked
        for word in single:
            ending, n = "", number
            while n:
                n, letter = divmod(n, 26)
                ending += _LETTERS[letter]
            text = text.replace(word, f"{word}q{ending}")
        return text

    def again(self, number: int, name: str) -> Record:
        chance = random.Random(f"{SEED} {name} {number}")
        one, two = (chance.randrange(len(self.every)) for _ in range(2))
        told = self._parts[one][::2] + self._parts[two][1::2]
        return replace(
            self.every[one],
            id=f"{name} {number}",
            title=self._spelt(self._titles[two], number),
            abstract=" ".join(self._spelt(part, number) for part in told),
        )

    def corpus(self, size: int) -> Iterator[Record]:
        yield from self.every[:size]
        for number in range(size - len(self.every)):
            yield self.again(number, "again")


def memory(pid: int) -> dict[str, int]:
    """Return megabytes of a process: its own, and of files mapped."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return {}
    told = dict(line.split(":", 1) for line in lines)
    return {
        name: int(told[field].split()[0]) // 1024
        for name, field in (("own", "RssAnon"), ("files", "RssFile"))
        if field in told
    }


class Watch:
    """What the workers use: processor time, and the most memory any of them had."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.told: dict[str, dict[str, float]] = {}

    def _cpu(self) -> float:
        spent = self.client.run(process_time)
        return sum(spent.values()) + process_time()

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        pids, most, over = list(self.client.run(os.getpid).values()), {}, Event()

        def look() -> None:
            while not over.wait(0.25):
                for pid in [*pids, os.getpid()]:
                    who = "driver" if pid == os.getpid() else "worker"
                    for kind, size in memory(pid).items():
                        key = f"{who}_{kind}_mb"
                        most[key] = max(most.get(key, 0), size)

        thread = Thread(target=look, daemon=True)
        cpu, wall = self._cpu(), perf_counter()
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
        self.told[name] = {
            "cpu": round(self._cpu() - cpu, 1),
            "wall": round(perf_counter() - wall, 1),
            "load": round(os.getloadavg()[0], 1),
            **most,
        }


def sizes_of(index: PartedIndex) -> dict[str, float]:
    """Return bytes a record: of Parquet, of the index, of its table of pairs alone."""
    corpus, where = index.corpus, index.made.folder
    parquet = sum((corpus.folder / part.file).stat().st_size for part in corpus.parts)
    every = {
        str(f.relative_to(where)): f.stat().st_size
        for f in where.rglob("*")
        if f.is_file()
    }
    whole = {
        "parquet": parquet,
        "index": sum(every.values()),
        "table of pairs": every["pair_df.npy"],
        "postings": sum(
            n for f, n in every.items() if Path(f).stem in {"docs", "counts", "at"}
        ),
        "texts": sum(
            n for f, n in every.items() if Path(f).stem in {"stream", "others"}
        ),
    }
    return {name: round(n / corpus.records, 1) for name, n in whole.items()}


def pruning(index: PartedIndex) -> dict[str, Any]:
    """Return what is lost where words of many records are not walked.

    For records drawn by lot: of the ten nearest by all words, how many are among the
    200 nearest by the words that stand in at most so many records (another one that is
    as near as the tenth counts as well: some titles are N/A); and which share of the
    products is left (the sum of the squares of the words' record counts).
    """
    where, n = index.made.folder, len(index)
    idf = np.array(shared(where, "idf"))
    df = np.round((n + 1) / np.exp(idf.astype(np.float64) - 1) - 1)
    known = Terms()
    known.of_stem.update((w, i) for i, w in enumerate(read_words(where / WORDS)))
    chance = random.Random(SEED)
    chosen = sorted(chance.sample(range(n), SAMPLED))
    asked = []
    for part in index.corpus.parts:
        mine = {r - part.first for r in chosen if 0 <= r - part.first < part.records}
        if mine:
            asked += [
                (part.first + place, question(record, known, idf))
                for place, record in enumerate(read_part(index.corpus.folder, part))
                if place in mine
            ]
    kept: dict[int, list[float]] = {cap: [] for cap in CAPS}
    for row, q in asked:
        exact = _cosines(index, q, row, q.terms >= 0)
        tenth = max(np.partition(exact, -TOP)[-TOP], np.float32(1e-6))
        true = min(TOP, int((exact >= tenth).sum()))
        for cap in CAPS:
            rough = _cosines(index, q, row, df[q.terms] <= cap)
            some = np.argpartition(-rough, KEPT)[:KEPT]
            found = int((exact[some[rough[some] > 0]] >= tenth).sum())
            if true:
                kept[cap].append(min(true, found) / true)
    squares = df**2
    return {
        str(cap): {
            "recall": round(float(np.mean(kept[cap])), 4),
            "products": round(float(squares[df <= cap].sum() / squares.sum()), 6),
        }
        for cap in CAPS
    }


def _cosines(index: PartedIndex, q: Any, row: int, used: Any) -> Any:
    """Return every record's cosine with a query by some of its words, its own as 0."""
    found = []
    for part in index.corpus.parts:
        held = piece(index.made.folder, part.name)
        sums = np.zeros(held.norms.size, np.float32)
        place = np.searchsorted(held.terms, q.terms).astype(np.int32)
        place[place == held.terms.size] = 0
        there = (held.terms[place] == q.terms) & used
        kernels.accumulate(
            sums, place[there], q.weights[there],
            held.at, held.docs, held.counts, LOG_TF,
        )  # fmt: skip
        found.append(sums / np.maximum(held.norms, np.float32(1e-9)))
    cosines = np.concatenate(found) / np.float32(q.norm)
    cosines[row] = 0
    return cosines


def measure(
    tellers: Tellers, size: int, place: Path, watch: Watch, sliced: int
) -> dict[str, Any]:
    folder = place / str(size)
    with watch("partition"):
        write_corpus(tellers.corpus(size), folder)
    queries = [tellers.again(n, "asked") for n in range(QUERIES)]
    told: dict[str, Any] = {}
    with workers() as staff:
        with watch("build"):
            index = PartedIndex.of(open_corpus(folder), staff)
        with watch("check"):
            PartedIndex.of(open_corpus(folder), staff)
        list(index.rank(queries[:32], top=TOP))  # compiled loops are loaded
        with watch("query"):
            answers = list(index.rank(queries, top=TOP))
        watch.told["query"]["cpu_ms_each"] = round(
            watch.told["query"]["cpu"] / QUERIES * 1000, 1
        )
        every = blocks(index.corpus.parts)
        whole = size <= WHOLE
        some = every if whole else every[:sliced]
        held = index.corpus.parts[: sum(len(block.names) for block in some)]
        given = index.made.folder, index.made.words
        with watch("inside"):
            handles = [staff.submit(inside, *given, b, TOP, 1) for b in some]
            for handle in handles:
                staff.result(handle)
            del handles
        with watch("pairs"):
            near = list(index.pairs(top=TOP)) if whole else None
            if not whole:
                for _block in all_pairs(*given, held, TOP, staff):
                    pass
        n, m = len(every), len(some)
        if not whole:
            told["pairs scaled"] = {
                kind: round(
                    watch.told["inside"][kind] / m * n
                    + (watch.told["pairs"][kind] - watch.told["inside"][kind])
                    / (m * (m - 1) / 2) * n * (n - 1) / 2
                )
                for kind in ("cpu", "wall")
            }  # fmt: skip
        told |= {
            "words": index.made.words,
            "length": round(index.made.mean_length, 1),
            "partitions": len(index.corpus.parts),
            "blocks": n,
            "blocks of pairs measured": m,
            "bytes a record": sizes_of(index),
            "pruning": pruning(index),
        }
    if whole:
        told["one process"] = peer(tellers, size, queries, answers, near)
    told |= watch.told
    watch.told = {}
    return told


def peer(
    tellers: Tellers, size: int, queries: list[Record], answers: Any, near: Any
) -> dict[str, Any]:
    told: dict[str, Any] = {}
    begun = process_time()
    index = Index(tellers.corpus(size))
    told["build cpu"] = round(process_time() - begun, 1)
    index.rank(queries[0])
    begun = process_time()
    mine = [(query, index.rank(query, top=TOP)) for query in queries]
    told["query cpu_ms_each"] = round((process_time() - begun) / QUERIES * 1000, 1)
    begun = process_time()
    same = list(pairs(index, top=TOP))
    told["pairs cpu"] = round(process_time() - begun, 1)
    told["answers equal"] = mine == answers
    told["pairs equal"] = same == near
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    parser.add_argument("--sizes", nargs="+", type=int, default=[100_000, 1_000_000])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--slice", type=int, default=4)
    parser.add_argument("--place", type=Path, help="where the corpora go for a while")
    given = parser.parse_args()
    every = list({record.id: record for record in archives(given.folder)}.values())
    random.Random(SEED).shuffle(every)
    tellers = Tellers(every)
    place = Path(mkdtemp(prefix="overlap-scale-", dir=given.place))
    told: dict[str, Any] = {"real records": len(every), "workers": given.workers}
    try:
        with (
            LocalCluster(
                n_workers=given.workers,
                threads_per_worker=1,
                processes=True,
                memory_limit=0,
                dashboard_address=":0",
            ) as cluster,
            Client(cluster) as client,
        ):
            os.environ[ADDRESS] = cluster.scheduler_address
            for size in given.sizes:
                told[str(size)] = measure(
                    tellers, size, place, Watch(client), given.slice
                )
    finally:
        shutil.rmtree(place)
    low, high = (told[str(size)] for size in (given.sizes[0], given.sizes[-1]))
    if low is not high:
        ratio = math.log(given.sizes[-1] / given.sizes[0])
        told["growth"] = {
            name: round(math.log(after / before) / ratio, 2)
            for name, before, after in (
                ("build", low["build"]["cpu"], high["build"]["cpu"]),
                ("query", low["query"]["cpu"], high["query"]["cpu"]),
                (
                    "pairs",
                    low["pairs"]["cpu"],
                    high.get("pairs scaled", high["pairs"])["cpu"],
                ),
                ("words", low["words"], high["words"]),
            )
        }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
