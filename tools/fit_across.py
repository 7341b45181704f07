"""Fit the probability of matches across languages; write ``across.json``.

    python tools/fit_across.py FOLDER [--others 10000]

FOLDER is that of ``benchmarks/overlap_languages.py``: talks in Vietnamese and English
and an archive of awards. A window of eight sentences is a record; its first sentence of
six words or more serves as the title where one is wanted. Each query is asked three times:
with its counterpart there, with the counterpart taken out, and with its whole talk taken
out (the latter two count half). The figures written beside the coefficients are of
talks that took no part in the fit (five folds).
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import minimize
from sti_methods.similarity import Index, Record, TermList, learned, shipped_terms
from sti_methods.similarity.across import across_features
from sti_methods.similarity.model import Linear, shipped
from sti_methods.similarity.text import fold, folded_words

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))
from overlap_languages import (  # type: ignore[import-not-found]  # noqa: E402
    WINDOW,
    awards,
    sentences,
)

OUT = ROOT / "packages/sti-methods/src/sti_methods/similarity/across.json"
FOLDS, RIDGE, HALF = 5, 1e-3, 0.5
SHORTEST_TITLE, LONGEST_THANKS = 6, 40
THERE, MISSING, OTHER_TALKS = "there", "missing", "whole talk missing"
WEIGHTS = {THERE: 1.0, MISSING: 0.5, OTHER_TALKS: 0.5}
# How a query and the records are cut: whether they have a title, and a body.
SHAPES = (("full", False), ("full", True), ("title", False), ("title", True))
EDGES = (0, 0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 1.01)


class Asked(NamedTuple):
    """One query's list in one state of the corpus."""

    terms: str
    shape: tuple[str, bool]
    state: str
    talk: int
    features: Any
    right: Any


class Windows(NamedTuple):
    """Eight sentences each, by the line they begin at."""

    name: str
    texts: dict[int, list[str]]

    def records(self, *, titled: bool, body: bool) -> list[Record]:
        return [
            _record(f"{self.name}{n}", lines, titled=titled, body=body)
            for n, lines in self.texts.items()
        ]


def _record(name: str, lines: list[str], *, titled: bool, body: bool) -> Record:
    if not titled:
        return Record(id=name, abstract=" ".join(lines))
    long = (n for n, x in enumerate(lines) if len(x.split()) >= SHORTEST_TITLE)
    head = next(long, 0)
    rest = " ".join(lines[:head] + lines[head + 1 :]) if body else ""
    return Record(id=name, title=lines[head], abstract=rest)


def windows(folder: Path, year: int, language: str, name: str) -> Windows:
    lines = sentences(folder, year, language)
    starts = range(0, len(lines) - WINDOW + 1, WINDOW)
    return Windows(name, {n: lines[n : n + WINDOW] for n in starts})


def talks(folder: Path) -> dict[int, int]:
    """Return the talk of the middle of each window; talks end with thanks."""
    lines = sentences(folder, 2013, "en")
    ends = [
        n
        for n, x in enumerate(lines)
        if x.startswith("Thank you") and len(x) < LONGEST_THANKS
    ]
    return {
        n: sum(end < n + WINDOW // 2 for end in ends)
        for n in range(0, len(lines) - WINDOW + 1, WINDOW)
    }


def corpus(
    there: Windows, far: Windows, others: list[Record], shape: tuple[str, bool]
) -> list[Record]:
    group, titled = shape
    cut: dict[str, bool] = {
        "titled": titled or group == "title",
        "body": group == "full",
    }
    more = others
    if group == "title":
        more = [replace(r, abstract="") for r in others]
    elif not titled:
        more = [replace(r, title="", abstract=f"{r.title}. {r.abstract}") for r in more]
    return [*there.records(**cut), *far.records(**cut), *more]


def asked(
    name: str,
    index: Index,
    queries: Windows,
    of: dict[int, int],
    shape: tuple[str, bool],
) -> list[Asked]:
    found = []
    group, titled = shape
    for n, query in zip(
        queries.texts, queries.records(titled=titled, body=True), strict=True
    ):
        lists = index.candidates(query, not_after=None, leave_out=())
        for some in lists:
            if not some.across or some.group != group or not len(some.rows):
                continue
            ids = [index.ids[row] for row in some.rows]
            right = np.array([i == f"there{n}" for i in ids])
            near = np.array(
                [i.startswith("there") and of[int(i[5:])] == of[n] for i in ids]
            )
            everything = np.ones(len(ids), bool)
            for state, keep in (
                (THERE, everything),
                (MISSING, ~right),
                (OTHER_TALKS, ~near),
            ):
                if not keep.any():
                    continue
                measures = some.measures[keep]
                order, _scores, _chances = shipped()[shape].judge(
                    measures, index._gaps(query, some.rows[keep]),
                    index._lengths(some.rows[keep]), len(folded_words(query.body)),
                )  # fmt: skip
                found.append(
                    Asked(
                        name, shape, state, of[n],
                        across_features(measures, order), right[keep][order],
                    )
                )  # fmt: skip
    return found


def everything(folder: Path, number: int) -> list[Asked]:
    vi, en, vi_far, en_far = (
        windows(folder, year, language, name)
        for year, name in ((2013, "there"), (2012, "far"))
        for language in ("vi", "en")
    )
    bare = Windows("bare", {n: [*map(fold, x)] for n, x in vi.texts.items()})
    vi_q, en_q = (Windows(f"query-{w}", x.texts) for w, x in (("vi", vi), ("en", en)))
    pairs = zip(*(sentences(folder, 2012, one) for one in ("vi", "en")), strict=False)
    lists = {
        "shipped": shipped_terms(),
        "shipped and learned": TermList([*shipped_terms(), *learned(pairs)]),
    }
    others, of, found = awards(folder, number), talks(folder), []
    for name, terms in lists.items():
        for queries, there, far, more in (
            (vi_q, en, en_far, others),
            (bare, en, en_far, others),
            (en_q, vi, vi_far, []),
        ):
            for shape in SHAPES:
                records = corpus(there, far, more, shape)
                index = Index(records, terms=terms)
                found += asked(name, index, queries, of, shape)
    return found


def fit(some: list[Asked]) -> Linear:
    x = np.vstack([a.features for a in some])
    y = np.concatenate([a.right for a in some]).astype(float)
    m = np.concatenate([np.full(len(a.right), WEIGHTS[a.state]) for a in some])
    mean, scale, m = x.mean(0), x.std(0) + 1e-9, m / m.sum()
    x = (x - mean) / scale

    def loss(w: Any) -> tuple[float, Any]:
        z = x @ w[:-1] + w[-1]
        g = m * (1 / (1 + np.exp(-z)) - y)
        slope = np.append(x.T @ g + 2 * RIDGE * w[:-1], g.sum())
        value = m @ (np.logaddexp(0, z) - y * z) + RIDGE * w[:-1] @ w[:-1]
        return float(value), slope

    bounds = [(0, None)] * x.shape[1] + [(None, None)]
    start = np.zeros(x.shape[1] + 1)
    w = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    return Linear(mean, scale, w[:-1], float(w[-1]))


def figures(told: list[tuple[Asked, Any]]) -> dict[str, Any]:
    """Return recall and precision at .5, how often anything wrong is said, calibration."""
    p = np.concatenate([chance for _a, chance in told])
    y = np.concatenate([a.right for a, _chance in told])
    m = np.concatenate([np.full(len(a.right), WEIGHTS[a.state]) for a, _c in told])
    right, said = m * (y & (p >= HALF)), m * (p >= HALF)
    states = {
        state: [c.max() >= HALF for a, c in told if a.state == state]
        for state in WEIGHTS
    }
    bins = []
    for low, high in pairwise(EDGES):
        inside = (p >= low) & (p < high)
        if inside.any():
            some = m[inside] / m[inside].sum()
            bins.append(
                [
                    round(float(some @ p[inside]), 3),
                    round(float(some @ y[inside]), 3),
                    int(inside.sum()),
                ]
            )
    return {
        "queries": len(states[THERE]),
        "right one first": _share(a.right[:1].any() for a, _c in told if a.state == THERE),
        "recall at .5": round(float(right.sum() / len(states[THERE])), 3),
        "precision at .5": round(float(right.sum() / max(said.sum(), 1e-9)), 3),
        "something at .5, right one missing": _share(states[MISSING]),
        "something at .5, whole talk missing": _share(states[OTHER_TALKS]),
        "said, found, number": bins,
    }  # fmt: skip


def _share(some: Any) -> float:
    return round(float(np.mean(list(some))), 3)


def held_out(every: list[Asked]) -> list[dict[str, Any]]:
    told = []
    for shape in SHAPES:
        mine = [a for a in every if a.shape == shape]
        for n in range(FOLDS):
            chance = fit([a for a in mine if a.talk % FOLDS != n])
            told += [
                (a, 1 / (1 + np.exp(-chance(a.features))))
                for a in mine
                if a.talk % FOLDS == n
            ]
    names = sorted({a.terms for a in every})
    return [
        {"group": shape[0], "title": shape[1], "terms": name}
        | figures([t for t in told if (t[0].shape, t[0].terms) == (shape, name)])
        for shape in SHAPES
        for name in names
    ]


def plain(model: Linear) -> dict[str, Any]:
    names = ("mean", "scale", "weights")
    arrays = {n: [float(f"{v:.6g}") for v in getattr(model, n)] for n in names}
    return arrays | {"intercept": float(f"{model.intercept:.6g}")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--others", type=int, default=10_000)
    given = parser.parse_args()
    every = everything(given.folder, given.others)
    made = {
        "fitted on": {
            "talks": len({a.talk for a in every}),
            "windows of eight sentences": len(talks(given.folder)),
            "queries": sum(a.state == THERE for a in every),
            "archives": f"talks of 2013 in both languages, those of 2012, {given.others} SBIR awards",
        },
        "held out": held_out(every),
        "models": [
            {"group": shape[0], "title": shape[1]}
            | plain(fit([a for a in every if a.shape == shape]))
            for shape in SHAPES
        ],
    }
    OUT.write_text(json.dumps(made, indent=1) + "\n", "utf-8")
    for row in made["held out"]:
        print(json.dumps(row))


if __name__ == "__main__":
    main()
