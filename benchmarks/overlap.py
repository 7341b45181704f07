"""How well and how quickly overlap is found, beside the tools people know, in one run.

    pip install --group bench        # or: uv pip install --group bench
    python benchmarks/overlap.py [FOLDER] [--size 30000] [--queries 0] [--without pairs]

Prints one JSON line. FOLDER holds the archives and ``eval_dev.jsonl`` (see
tools/fit_overlap.py). Peers are rerun in the same process, on the same records: TF-IDF
of scikit-learn, BM25 (bm25s, stemmed), titles by rapidfuzz, all pairs by
sparse_dot_topn; one that is not installed is named in ``left_out``. All see the records
as one list, but for ``lists`` where each group is a list of its own, as with us.

Beyond the size of the archives records are told again: the sentences of two records,
half of each, taken in turn. Seconds and milliseconds are processor time of the process,
``wall`` the clock's; believe the clock only where ``load`` is below one. Whoever fitted
our order saw these queries: figures that were held out are in ``model.json``.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import random
import resource
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any

import numpy as np
from overlap_kinds import archives, parts
from sti_methods.similarity import Index, Record, pairs
from sti_methods.similarity.text import Stems, folded_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FOLDER = Path(__file__).parents[2] / "shared/data/projects"
PEERS = ("sklearn", "bm25s", "rapidfuzz", "sparse_dot_topn")
# each task of the set, without and with the query's title, and where its answer stands
TASKS = {"AB": ("A", "B"), "C": ("C",), "NEG": ("NEG", "NEG with title")}
NOTHING = {"A": "NEG", "B": "NEG with title", "C": "NEG"}
GROUP = {"A": "full", "B": "full", "C": "title"}
LISTED, TOP, ADDED, SEED = 10, 10, 200, 1
SPENT: dict[str, dict[str, float]] = {}


@contextmanager
def spent(name: str) -> Iterator[None]:
    cpu, wall = process_time(), perf_counter()
    yield
    SPENT[name] = {
        "cpu": round(process_time() - cpu, 2),
        "wall": round(perf_counter() - wall, 2),
    }


def corpus(
    folder: Path, size: int, asked: list[dict[str, Any]]
) -> tuple[list[Record], int]:
    """Return ``size`` records with all the set names, and how many are told again."""
    named = {i for q in asked for i in (q["query"], *q["relevant"], *q["ignore"])}
    every = list({record.id: record for record in archives(folder)}.values())
    chance = random.Random(SEED)
    chosen = [r for r in every if r.id in named]
    others = [r for r in every if r.id not in named]
    chance.shuffle(others)
    chosen += others[: max(0, size - len(chosen))]
    again = size - len(chosen)
    for number in range(again):
        one, two = chance.sample(others, 2)
        told = parts(one.abstract)[::2] + parts(two.abstract)[1::2]
        chosen.append(
            replace(one, id=f"again {number}", title=two.title, abstract=" ".join(told))
        )
    return sorted(chosen, key=lambda r: r.id), max(0, again)


def questions(
    records: list[Record], asked: list[dict[str, Any]]
) -> Iterator[tuple[str, Record, dict[str, Any]]]:
    by_id = {r.id: r for r in records}
    for each in asked:
        for task in TASKS[each["task"]]:
            query = by_id[each["query"]]
            titled = task in {"B", "NEG with title"}
            yield task, query if titled else replace(query, title=""), each


class Scored:
    """A peer: scores of all records for a query, and the ten best that may be named."""

    def __init__(
        self, records: list[Record], scores: Callable[[Record], Any], *, lists: bool
    ) -> None:
        self.ids = np.array([r.id for r in records])
        self.row = {r.id: n for n, r in enumerate(records)}
        self.years = np.array([-1 if r.year is None else r.year for r in records])
        self.groups = np.array([r.group for r in records])
        self.scores, self.lists = scores, lists

    def __call__(
        self, query: Record, leave_out: list[str], group: str | None
    ) -> list[tuple[str, float]]:
        scores = np.array(self.scores(query), dtype=np.float64)
        if query.year is not None:
            scores[self.years > query.year] = -1
        scores[[self.row[i] for i in (query.id, *leave_out) if i in self.row]] = -1
        if self.lists and group:
            scores[self.groups != group] = -1
        best = np.argpartition(-scores, LISTED)[:LISTED]
        best = best[np.argsort(-scores[best], kind="stable")]
        return [(str(self.ids[n]), float(scores[n])) for n in best]


def quality(
    records: list[Record], asked: list[dict[str, Any]], find: Callable[..., Any]
) -> dict[str, Any]:
    """Return recall of each task, the best F1 of "overlaps something", ms a query."""
    hits: dict[str, list[tuple[bool, bool]]] = {}
    sure: dict[str, list[float]] = {}
    count, begun = 0, process_time()
    for task, query, each in questions(records, asked):
        found = find(query, each["ignore"], GROUP.get(task))
        count += 1
        sure.setdefault(task, []).append(max((s for _id, s in found), default=0.0))
        if task in GROUP:
            right = [name in each["relevant"] for name, _score in found]
            hits.setdefault(task, []).append((any(right[:1]), any(right)))
    took = process_time() - begun
    told: dict[str, Any] = {
        task: [round(float(x), 3) for x in np.mean(both, axis=0)]
        for task, both in sorted(hits.items())
    }
    for task, none in NOTHING.items():
        yes, no = np.array(sure[task]), np.array(sure[none])
        every = np.unique(np.concatenate([yes, no]))
        f1 = [
            2 * (yes >= t).sum() / ((yes >= t).sum() + (no >= t).sum() + yes.size)
            for t in every
        ]
        told[f"F1 {task}"] = round(float(max(f1)), 3)
    return told | {"ms": round(took / count * 1000, 2)}


def ours(records: list[Record], asked: list[dict[str, Any]]) -> dict[str, Any]:
    Index(records[:50]).rank(records[0])  # compiled loops are loaded
    with spent("build"):
        index = Index(records)

    def find(
        query: Record, leave_out: list[str], group: str | None
    ) -> list[tuple[str, float]]:
        matches = index.rank(query, not_after=query.year, leave_out=leave_out)
        if group is None:
            return [(m.id, m.probability) for m in matches]
        own = [(m.id, m.probability) for m in matches if m.group == group]
        return own[:LISTED]

    told = {"sti_methods": quality(records, asked, find)}
    every = [query for _task, query, _each in questions(records, asked)]
    begun = process_time()
    for query in every:
        index.nearest(query, top=LISTED, not_after=query.year)
    told["sti_methods"]["ms of the cosines alone"] = round(
        (process_time() - begun) / len(every) * 1000, 2
    )
    grown = Index(records[: len(records) // 2])
    begun = process_time()
    for n, record in enumerate(records[-ADDED:]):
        grown.add(replace(record, id=f"new {n}"))
    SPENT["add one, ms"] = {"cpu": round((process_time() - begun) / ADDED * 1000, 2)}
    return told


def tfidf(
    records: list[Record], asked: list[dict[str, Any]], *, with_pairs: bool
) -> dict[str, Any]:
    text = importlib.import_module("sklearn.feature_extraction.text")
    with spent("build, scikit-learn"):
        vectorizer = text.TfidfVectorizer(sublinear_tf=True, dtype=np.float32)
        matrix = vectorizer.fit_transform(f"{r.title}\n{r.abstract}" for r in records)
        by_term = matrix.T.tocsr()

    def scores(query: Record) -> Any:
        asked_for = vectorizer.transform([f"{query.title}\n{query.abstract}"])
        return (asked_for @ by_term).toarray()[0]

    told = {
        "TF-IDF": quality(records, asked, Scored(records, scores, lists=False)),
        "TF-IDF, lists": quality(records, asked, Scored(records, scores, lists=True)),
    }
    if with_pairs and importlib.util.find_spec("sparse_dot_topn"):
        topn = importlib.import_module("sparse_dot_topn")
        with spent("pairs, sparse_dot_topn"):
            topn.sp_matmul_topn(matrix, by_term, top_n=TOP + 1, n_threads=2)
    return told


def bm25(records: list[Record], asked: list[dict[str, Any]]) -> dict[str, Any]:
    module = importlib.import_module("bm25s")
    stems = Stems()

    def words(r: Record) -> list[str]:
        return [stems[w].decode() for w in folded_words(f"{r.title} {r.abstract}")]

    with spent("build, bm25s"):
        engine = module.BM25()
        engine.index([words(r) for r in records], show_progress=False)

    def scores(query: Record) -> Any:
        return engine.get_scores(words(query))

    return {
        "BM25": quality(records, asked, Scored(records, scores, lists=False)),
        "BM25, lists": quality(records, asked, Scored(records, scores, lists=True)),
    }


def fuzzy(records: list[Record], asked: list[dict[str, Any]]) -> dict[str, Any]:
    """Titles alone; only B has a title to ask with."""
    fuzz = importlib.import_module("rapidfuzz.fuzz")
    cdist = importlib.import_module("rapidfuzz.process").cdist
    titles = [" ".join(sorted(r.title.lower().split())) for r in records]
    some = [q for q in asked if q["task"] != "C"]

    def scores(query: Record) -> Any:
        if not query.title:
            return np.zeros(len(titles))
        title = " ".join(sorted(query.title.lower().split()))
        return cdist([title], titles, scorer=fuzz.ratio)[0]

    find = Scored(records, scores, lists=True)
    hits, count, begun = [], 0, process_time()
    for task, query, each in questions(records, some):
        if task == "B":
            found = find(query, each["ignore"], "full")
            right = [name in each["relevant"] for name, _score in found]
            hits.append((any(right[:1]), any(right)))
            count += 1
    took = process_time() - begun
    return {
        "titles, rapidfuzz": {
            "B": [round(float(x), 3) for x in np.mean(hits, axis=0)],
            "ms": round(took / count * 1000, 2),
        }
    }


def all_pairs(records: list[Record]) -> float:
    """Work out all pairs both ways; return the approximate answer's recall."""
    some = Index(records[:5000])  # compiled loops are loaded
    for approximate in (False, True):
        list(pairs(some, approximate=approximate))
    index = Index(records)
    worst: dict[str, float] = {}
    have = near = 0
    # Read as a stream, as the command does: a list of millions of neighbours costs the
    # collector of garbage as much again as the approximate answer itself.
    with spent("pairs, exact"):
        for n in pairs(index, top=TOP):
            worst[n.id] = n.cosine
            have += 1
    with spent("pairs, approximate"):
        for n in pairs(index, top=TOP, approximate=True):
            near += n.cosine >= worst[n.id]
    return near / have


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    options.add_argument("--size", type=int, default=30_000)
    options.add_argument("--queries", type=int, default=0, help="so many; 0 for all")
    options.add_argument("--without", choices=("pairs", "peers", "quality"), nargs="*")
    given = options.parse_args()
    without = set(given.without or ())
    lines = (given.folder / "eval_dev.jsonl").read_text("utf-8").splitlines()
    asked = [json.loads(line) for line in lines]
    records, again = corpus(given.folder, given.size, asked)
    if given.queries:
        asked = random.Random(SEED).sample(asked, given.queries)
    missing = [p for p in PEERS if importlib.util.find_spec(p) is None]
    answer: dict[str, Any] = {
        "benchmark": "overlap",
        "records": len(records),
        "told_again": again,
        "queries": len(asked),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "left_out": missing,
    }
    found: dict[str, Any] = {}
    if "quality" not in without:
        found |= ours(records, asked)
    if "pairs" not in without:
        answer["recall of approximate pairs"] = round(all_pairs(records), 4)
    if "peers" not in without:
        if "sklearn" not in missing:
            found |= tfidf(records, asked, with_pairs="pairs" not in without)
        if "bm25s" not in missing:
            found |= bm25(records, asked)
        if "rapidfuzz" not in missing:
            found |= fuzzy(records, asked)
    answer["peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    print(json.dumps(answer | {"seconds": SPENT, "recall@1, @10": found}))


if __name__ == "__main__":
    main()
