"""Fit the order and the probability of overlap screening; write ``model.json``.

    python tools/fit_overlap.py FOLDER [--records 30619] [--seed 1]
    python tools/fit_overlap.py FOLDER --model FOLDER_OF_A_SENTENCE_MODEL [--cache FILE]

FOLDER holds the archives and ``eval_dev.jsonl`` (queries with the ids of the records
that are their earlier part). The corpus is every record a query names and others drawn
at random. The figures written beside the coefficients are of queries that took no part
in the fit (five folds).

With ``--model`` the second step is fitted, ``model_meaning.json``: the order and the
probability of the fifty that words order first, with the likeness of meaning as one more
measure. In each fold those fifty are chosen by an order that did not see its queries.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import minimize
from sti_methods.embeddings import Encoder
from sti_methods.similarity import Index, Record
from sti_methods.similarity.index import CANDIDATES, CLOSEST
from sti_methods.similarity.meaning import Meanings, text_of
from sti_methods.similarity.model import (
    Linear,
    probability_features,
    ranking_features,
    shipped,
)

ARCHIVES = ("sbir.jsonl.gz", "nsf2017.jsonl.gz", "snsf_2012_2022.jsonl.gz")
OUT = (
    Path(__file__).parents[1]
    / "packages/sti-methods/src/sti_methods/similarity/model.json"
)
OUT_MEANING = OUT.with_name("model_meaning.json")
# each task of the set, asked without and with the query's title
TASKS = {"AB": ("A", "B"), "C": ("C", "C with title"), "NEG": ("NEG", "NEG with title")}
GROUP_OF = {"A": "full", "B": "full", "C": "title", "C with title": "title"}
UNTITLED = ("A", "C", "NEG")
FOLDS, RIDGE_RANK, RIDGE_CHANCE = 5, 3e-3, 1e-3
# Queries known to have a title-only original are far commoner in the set than in life.
WEIGHT_OF_C = 0.25


class Case(NamedTuple):
    task: str
    query: str
    group: str
    titled: bool
    features: Any
    gaps: Any
    lengths: Any
    words: int
    right: Any
    expected: bool
    asked: Record
    rows: Any


class Reader:
    """Adds the likeness of meaning to the candidates that words order first."""

    def __init__(self, records: list[Record], encoder: Encoder) -> None:
        self.meanings = Meanings(encoder)
        for record in records:
            self.meanings.append(record)
        self.seen: dict[tuple[str, str], dict[int, float]] = {}

    def closest(self, c: Case, order: Linear) -> Case:
        scores = order(ranking_features(c.features, c.gaps, c.lengths))
        keep = np.sort(np.argsort(-scores, kind="stable")[:CLOSEST])
        seen = self.seen.setdefault((c.query, text_of(c.asked)), {})
        new = [row for row in c.rows[keep] if row not in seen]
        if new:
            likeness = self.meanings.likeness(c.asked, np.array(new))
            seen.update(zip(new, likeness, strict=True))
        near = [seen[row] for row in c.rows[keep]]
        return c._replace(
            features=np.column_stack([c.features[keep], near]),
            gaps=c.gaps[keep], lengths=c.lengths[keep],
            right=c.right[keep], rows=c.rows[keep],
        )  # fmt: skip


def corpus(
    folder: Path, size: int, seed: int
) -> tuple[list[Record], list[dict[str, Any]]]:
    lines = (folder / "eval_dev.jsonl").read_text("utf-8").splitlines()
    queries = [json.loads(line) for line in lines]
    named = {i for q in queries for i in (q["query"], *q["relevant"], *q["ignore"])}
    rows = []
    for archive in ARCHIVES:
        with gzip.open(folder / archive, "rt", encoding="utf-8") as lines_:
            rows += [json.loads(line) for line in lines_]
    records = [
        Record(
            id=str(row.get("id") or row["grant_number"]),
            title=row.get("title") or "",
            abstract=row.get("abstract") or "",
            year=row.get("year"),
        )
        for row in rows
    ]
    others = [r for r in records if r.id not in named]
    random.Random(seed).shuffle(others)  # noqa: S311
    chosen = [r for r in records if r.id in named]
    chosen += others[: max(0, size - len(chosen))]
    return sorted(chosen, key=lambda r: r.id), queries


def cases(records: list[Record], queries: list[dict[str, Any]]) -> list[Case]:
    index, by_id = Index(records), {r.id: r for r in records}
    found = []
    for asked in queries:
        for task in TASKS[asked["task"]]:
            query = by_id[asked["query"]]
            if task in UNTITLED:
                query = replace(query, title="")
            question = index._question(query)
            near = index.nearest(query, top=CANDIDATES, not_after=query.year)
            for group, (near_rows, _cosines) in near.items():
                keep = [r for r in near_rows if index.ids[r] not in asked["ignore"]]
                if not keep:
                    continue
                rows = np.array(keep)
                found.append(
                    Case(
                        task, query.id, group, bool(query.title),
                        index._compare(question, rows),
                        query.year - index._years[rows].astype(float),
                        index._lengths(rows), len(query.body.split()),
                        np.array([index.ids[r] in asked["relevant"] for r in rows]),
                        GROUP_OF.get(task) == group, query, rows,
                    )
                )  # fmt: skip
    return found


def standard(x: Any) -> tuple[Any, Any, Any]:
    mean, scale = x.mean(0), x.std(0) + 1e-9
    return mean, scale, (x - mean) / scale


def fit_rank(some: list[Case]) -> Linear:
    some = [c for c in some if c.right.any()]
    parts = [ranking_features(c.features, c.gaps, c.lengths) for c in some]
    mean, scale, x = standard(np.vstack(parts))
    right = np.concatenate([c.right for c in some])
    sizes = [len(p) for p in parts]
    first = np.cumsum([0, *sizes[:-1]])
    of = np.repeat(np.arange(len(parts)), sizes)

    def loss(w: Any) -> tuple[float, Any]:
        s = x @ w
        e = np.exp(s - np.maximum.reduceat(s, first)[of])
        p = e / np.add.reduceat(e, first)[of]
        hit = np.maximum(np.add.reduceat(p * right, first), 1e-12)
        slope = x.T @ ((p - p * right / hit[of]) / len(parts)) + 2 * RIDGE_RANK * w
        return float(-np.log(hit).mean() + RIDGE_RANK * w @ w), slope

    w = minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B").x
    return Linear(mean, scale, w)


def fit_chance(some: list[Case], rank: Linear) -> Linear:
    parts, right, weight = [], [], []
    for c in some:
        scores = rank(ranking_features(c.features, c.gaps, c.lengths))
        order, x = probability_features(c.features, scores, c.gaps, c.lengths, c.words)
        parts.append(x)
        right.append(c.right[order])
        weight.append(np.full(len(x), WEIGHT_OF_C if c.task.startswith("C") else 1.0))
    mean, scale, x = standard(np.vstack(parts))
    y, m = np.concatenate(right).astype(float), np.concatenate(weight)
    m = m / m.sum()

    def loss(w: Any) -> tuple[float, Any]:
        z = x @ w[:-1] + w[-1]
        g = m * (1 / (1 + np.exp(-z)) - y)
        slope = np.append(x.T @ g + 2 * RIDGE_CHANCE * w[:-1], g.sum())
        return float(
            m @ (np.logaddexp(0, z) - y * z) + RIDGE_CHANCE * w[:-1] @ w[:-1]
        ), slope

    w = minimize(loss, np.zeros(x.shape[1] + 1), jac=True, method="L-BFGS-B").x
    return Linear(mean, scale, w[:-1], float(w[-1]))


def judged(c: Case, rank: Linear, chance: Linear) -> tuple[Any, Any]:
    """Return what is right, and its chance, best first, for the ten best."""
    scores = rank(ranking_features(c.features, c.gaps, c.lengths))
    order, x = probability_features(c.features, scores, c.gaps, c.lengths, c.words)
    return c.right[order], 1 / (1 + np.exp(-chance(x)))


def held_out(every: list[Case], reader: Reader | None = None) -> dict[str, Any]:
    names = sorted({c.query for c in every})
    random.Random(0).shuffle(names)  # noqa: S311
    fold = {name: n % FOLDS for n, name in enumerate(names)}
    hits: dict[str, list[Any]] = defaultdict(list)
    best: dict[tuple[str, str], float] = defaultdict(float)
    chances, rights = [], []
    for group, titled in kinds(every):
        mine = [c for c in every if (c.group, c.titled) == (group, titled)]
        for n in range(FOLDS):
            known = [c for c in mine if fold[c.query] != n]
            rank = fit_rank(known)
            asked = [c for c in mine if fold[c.query] == n]
            if reader is not None:
                known, asked = (
                    [reader.closest(c, rank) for c in some] for some in (known, asked)
                )
                rank = fit_rank(known)
            chance = fit_chance(known, rank)
            for c in asked:
                right, p = judged(c, rank, chance)
                chances.append(p)
                rights.append(right)
                best[c.task, c.query] = max(best[c.task, c.query], p.max())
                if c.expected:
                    hits[c.task].append(right)
    p, y = np.concatenate(chances), np.concatenate(rights)
    edges = np.minimum((p * 10).astype(int), 9)
    told = {
        task: {
            "queries": len(found),
            "recall@1": round(float(np.mean([r[:1].any() for r in found])), 3),
            "recall@10": round(float(np.mean([r.any() for r in found])), 3),
        }
        for task, found in sorted(hits.items())
    }
    verdicts = {}
    for name, yes, no in (
        ("A", "A", "NEG"),
        ("B", "B", "NEG with title"),
        ("C", "C", "NEG"),
    ):
        top = np.array([v for (t, _q), v in best.items() if t in (yes, no)])
        is_yes = np.array([t == yes for (t, _q) in best if t in (yes, no)])
        f1 = [
            (2 * ((top >= t) & is_yes).sum() / ((top >= t).sum() + is_yes.sum()), t)
            for t in np.unique(top)
        ]
        score, threshold = max(f1)
        verdicts[name] = {
            "F1": round(float(score), 3),
            "threshold": round(float(threshold), 3),
        }
    calibration = [
        [
            round(float(p[edges == b].mean()), 3),
            round(float(y[edges == b].mean()), 3),
            int((edges == b).sum()),
        ]
        for b in range(10)
        if (edges == b).any()
    ]
    return {"lists": told, "verdicts": verdicts, "said, found, number": calibration}


def kinds(every: list[Case]) -> list[tuple[str, bool]]:
    return sorted({(c.group, c.titled) for c in every})


def plain(model: Linear) -> dict[str, Any]:
    names = ("mean", "scale", "weights")
    arrays = {n: [float(f"{v:.6g}") for v in getattr(model, n)] for n in names}
    return arrays | {"intercept": float(f"{model.intercept:.6g}")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--records", type=int, default=30619)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--model", type=Path, help="folder of a sentence model")
    parser.add_argument("--cache", type=Path, help="where its vectors are kept")
    asked = parser.parse_args()
    encoder = Encoder(asked.model, cache=asked.cache) if asked.model else None
    records, queries = corpus(asked.folder, asked.records, asked.seed)
    every = cases(records, queries)
    reader = None if encoder is None else Reader(records, encoder)
    models = []
    for group, titled in kinds(every):
        mine = [c for c in every if (c.group, c.titled) == (group, titled)]
        rank = fit_rank(mine)
        if reader is not None:
            order = shipped()[group, titled].rank
            mine = [reader.closest(c, order) for c in mine]
            rank = fit_rank(mine)
        chance = fit_chance(mine, rank)
        models.append(
            {
                "group": group,
                "title": titled,
                "rank": plain(rank),
                "probability": plain(chance),
            }
        )
    made = {
        "fitted on": {
            "records": len(records),
            "queries": len(queries),
            "archives": "SBIR awards 1983-2018, NSF awards 2016-2019, SNSF grants 2012 and 2022",
            "seed": asked.seed,
        }
        | ({"model": encoder.name} if encoder else {}),
        "held out": held_out(every, reader),
        "models": models,
    }
    out = OUT if encoder is None else OUT_MEANING
    out.write_text(json.dumps(made, indent=1) + "\n", "utf-8")
    print(json.dumps(made["held out"]))


if __name__ == "__main__":
    main()
