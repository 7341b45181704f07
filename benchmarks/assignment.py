"""Experts for proposals: totals, fairness, draws and composed panels, beside the peer.

    python benchmarks/assignment.py [FOLDER] [--only WORD ...] [--large] [--without-peer]

Prints one JSON line. FOLDER holds the instances (``../shared/data/reviewer/instances``:
MIDL, AAMAS 2016, and a synthetic call of 5,000 by 5,000). ``read`` is reading and checking the
files as the command does, ``wall`` and ``cpu`` the seconds of `solve` alone, ``mb`` the most
memory of the process so far. Believe the clock only where ``load`` is below the number of cores.

Composed panels are a planted ministry's: five a panel, two seniors at least, one to three from
enterprises, a woman and a man at least, one of an organisation, six proposals an expert at
most; topics, scores and attributes follow from a seed. ``broken`` counts conditions that do not
hold, counted anew from ids alone. They are formed for the best total, fairly, and by lot within
``SECONDS`` by the clock. ``--large`` adds 5,000 by 5,000 of them (minutes).

Draws stand beside the optimum of the linear programme of their probabilities, found by HiGHS on its own.
The conference is planted: AAMAS 2021 (526 papers, 596 reviewers, 4 a paper, 6 a reviewer, scores
min(20 x text, 2)) is not shipped, so scores of this size and range are drawn, near by topics and by chance,
with level and spread chosen so that the best total and the worst paper's best four are about those
published (3,505.06 and 5.7071). What a limit leaves was not fitted.

The peer is openreview-matcher (MinMax and FairFlow) where it can be imported.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import resource
from collections import Counter
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np
from sti_methods.assignment import Between, OnePer, Problem, Solution, solve

from opensti.console.panels_files import Findings, read_loads, read_pairs, read_scores

FOLDER = Path(__file__).parents[2] / "shared/data/reviewer/instances"
SIZE = 3
# Instance, loads, what is asked, and what the issue wants: total, minimum, seconds.
PUBLISHED = (
    ("midl", "midl", "total", 201.885, 0.0, 2.0),
    ("midl", "midl", "fair", 201.769, 0.9448, 2.0),
    ("midl", "midl-lb", "fair", 192.241, 0.9448, 10.0),
    ("aamas2016", "aamas2016", "total", 949.5, 0.0, 4.0),
    ("aamas2016", "aamas2016", "fair", 949.25, 1.0, 4.0),
    ("syn5000", "syn5000", "total", 11062.119, 0.0, 2.0),
    ("syn5000", "syn5000", "fair", 11062.08, 1.5356, 6.0),
)
LEXIMIN = ("midl",)
SECONDS = 300.0
DRAWN = ((300, 600, "0.9"), (300, 600, "0.5"), (1000, 1500, "0.9"))
# AAMAS 2021 as published: best total, worst paper at best, and what a limit of .9 leaves.
CONFERENCE = {"total": 3505.06, "worst": 5.7071, "quality": 0.9924, "support": 2655}
CALLS = ((300, 600), (1000, 1500), (2000, 3000))
LARGE = (5000, 5000)
LIMIT = "0.9"
BARRED = 0.005


def place(folder: Path, name: str) -> Path:
    plain = folder / f"{name}.csv"
    return plain if plain.exists() else folder / f"{name}.csv.gz"


def instance(folder: Path, name: str, loads: str) -> Problem:
    found = Findings()
    scores = read_scores(place(folder, f"{name}_scores"), found)
    limits = read_loads(place(folder, f"{loads}_loads"), found)
    people = dict.fromkeys([*limits, *scores.experts], 0)
    conflicts = read_pairs(
        place(folder, f"{name}_conflicts"),
        ("expert", "proposal"),
        (people, scores.proposals),
        name,
        found,
    )
    found.stop()
    return Problem.of(
        scores.pairs,
        size=SIZE,
        load_min={e: low for e, (low, _high) in limits.items()},
        load_max={e: high for e, (_low, high) in limits.items()},
        experts=list(people),
        proposals=list(scores.proposals),
        conflicts=conflicts,
    )


def ministry(proposals: int, experts: int, *, seed: int = 1, near: int = 60) -> Problem:
    """A planted call: who is who, and what is near to whom, by a seed."""
    rng = np.random.default_rng(seed)
    topics = rng.gamma(0.15, size=(proposals + experts, 24))
    topics /= np.linalg.norm(topics, axis=1, keepdims=True)
    scores = 0.7 * topics[:proposals] @ topics[proposals:].T
    scores += 0.3 * rng.random((proposals, experts))
    houses = max(20, experts // 8)
    weight = 1 / np.arange(1, houses + 1) ** 0.7
    weight /= weight.sum()
    house = rng.choice(houses, experts, p=weight)
    applicant = rng.choice(houses, proposals, p=weight)
    senior, enterprise, woman = (rng.random(experts) < s for s in (0.4, 0.2, 0.35))
    people = [f"e{i}" for i in range(experts)]
    asked = [f"p{i}" for i in range(proposals)]
    pairs, conflicts = [], []
    for p, name in enumerate(asked):
        for e in np.sort(np.argpartition(-scores[p], near)[:near]).tolist():
            pairs.append((people[e], name, round(float(scores[p, e]), 6)))
            if house[e] == applicant[p] or rng.random() < BARRED:
                conflicts.append((people[e], name))

    def those(mask: np.ndarray) -> tuple[str, ...]:
        return tuple(people[i] for i in np.flatnonzero(mask))

    return Problem.of(
        pairs,
        size=5,
        load_max=6,
        experts=people,
        proposals=asked,
        conflicts=conflicts,
        rules=[
            Between(name="senior", experts=those(senior), least=2),
            Between(name="enterprise", experts=those(enterprise), least=1, most=3),
            Between(name="women", experts=those(woman), least=1),
            Between(name="men", experts=those(~woman), least=1),
            OnePer(
                name="organisation",
                group_of={e: str(h) for e, h in zip(people, house, strict=True)},
            ),
        ],
    )


def conference(
    *, seed: int = 2021, level: float = 0.585, spread: float = 0.345
) -> Problem:
    """A planted conference of the size and scores of AAMAS 2021; each paper keeps its best 100."""
    papers, reviewers, near = 526, 596, 100
    rng = np.random.default_rng(seed)
    topics = rng.gamma(0.15, size=(papers + reviewers, 24))
    topics /= np.linalg.norm(topics, axis=1, keepdims=True)
    alike = topics[:papers] @ topics[papers:].T
    alike = (alike - alike.mean()) / alike.std()
    alike = 0.6 * alike + 0.8 * rng.standard_normal(alike.shape)
    scores = np.clip(level + spread * alike, 0, 2).round(6)
    best = np.sort(np.argpartition(-scores, near)[:, :near], axis=1)
    return Problem(
        experts=tuple(f"e{i}" for i in range(reviewers)),
        proposals=tuple(f"p{i}" for i in range(papers)),
        expert=best.ravel(),
        proposal=np.repeat(np.arange(papers), near),
        score=np.take_along_axis(scores, best, axis=1).ravel(),
        size=np.full(papers, 4),
        load_min=np.zeros(reviewers, dtype=np.int64),
        load_max=np.full(reviewers, 6),
    )


def programme(problem: Problem, limit: float) -> float:
    """The best mean of a draw without rules, by HiGHS and nothing of ours."""
    from scipy.optimize import linprog  # noqa: PLC0415
    from scipy.sparse import csr_array  # noqa: PLC0415

    pairs = np.arange(problem.score.size)
    one = np.ones(pairs.size)
    of_expert = csr_array(
        (one, (problem.expert, pairs)), shape=(len(problem.experts), pairs.size)
    )
    of_proposal = csr_array(
        (one, (problem.proposal, pairs)), shape=(len(problem.proposals), pairs.size)
    )
    found: Any = linprog(
        -problem.score,
        A_ub=of_expert,
        b_ub=problem.load_max,
        A_eq=of_proposal,
        b_eq=problem.size,
        bounds=(0, limit),
        method="highs",
    )
    return -float(found.fun)


def broken(problem: Problem, solution: Solution) -> int:
    """Count what does not hold, from ids alone."""
    panels: dict[str, list[str]] = {name: [] for name in problem.proposals}
    for pair in solution.pairs:
        panels[pair.proposal].append(pair.expert)
    loads = Counter(pair.expert for pair in solution.pairs)
    wrong = sum(
        not low <= loads[e] <= high
        for e, low, high in zip(
            problem.experts, problem.load_min, problem.load_max, strict=True
        )
    )
    barred = set(problem.conflicts)
    for size, (name, panel) in zip(problem.size, panels.items(), strict=True):
        wrong += (len(panel) != size) + (len(set(panel)) != len(panel))
        wrong += sum((e, name) in barred for e in panel)
        for rule in problem.rules:
            if isinstance(rule, Between):
                count = len(set(rule.experts) & set(panel))
                wrong += count < rule.least
                wrong += rule.most is not None and count > rule.most
            elif isinstance(rule, OnePer):
                groups = Counter(rule.group_of[e] for e in panel)
                wrong += max(groups.values()) > rule.most
    return int(wrong)


def memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def measured(problem: Problem, objective: Any, **given: Any) -> dict[str, Any]:
    wall, cpu = perf_counter(), process_time()
    solution = solve(problem, objective, **given)
    figures = {
        "total": round(solution.total, 6),
        "minimum": round(solution.minimum, 6),
        "bound_total": round(solution.bound_total, 6),
        "bound_minimum": round(solution.bound_minimum, 6),
        "gap_percent": round(100 * solution.gap, 5),
        "status": solution.status,
        "bottom": {str(k): round(v, 4) for k, v in solution.bottom.items()},
        "bottom_bound": {str(k): round(v, 4) for k, v in solution.bottom_bound.items()},
        "wall": round(perf_counter() - wall, 2),
        "cpu": round(process_time() - cpu, 2),
        "broken": broken(problem, solution),
        "mb": memory(),
    }
    if solution.settled:
        figures["settled"] = solution.settled
    if objective == "random":
        figures["expected"] = round(solution.expected, 6)
        figures["bound_expected"] = round(solution.bound_expected, 6)
        figures["quality"] = round(solution.expected / solution.bound_total, 5)
        figures["support"] = len(solution.marginals)
        figures["ways"] = len(solution.mixture)
        figures["likeliest"] = max(
            part / solution.denominator for _e, _p, part in solution.marginals
        )
    return figures


def published(folder: Path, *, peer: bool) -> dict[str, Any]:
    report: dict[str, Any] = {}
    for name, loads, objective, total, minimum, seconds in PUBLISHED:
        begin = perf_counter()
        problem = instance(folder, name, loads)
        read = round(perf_counter() - begin, 2)
        figures = measured(problem, objective)
        figures["read"] = read
        figures["reached"] = {
            "total": figures["total"] >= total - 1e-3,
            "minimum": figures["minimum"] >= minimum - 5e-5,
            "seconds": figures["cpu"] <= seconds,
        }
        report[f"{loads} {objective}"] = figures
        if objective == "total" and peer:
            report[f"{loads} peer"] = peers(problem)
    for name in LEXIMIN:
        problem = instance(folder, name, name)
        report[f"{name} leximin"] = measured(problem, "fair", leximin=True)
    for name in ("aamas2016", "syn5000"):
        report[f"{name} random {LIMIT}"] = drawn(instance(folder, name, name))
    return report


def drawn(problem: Problem) -> dict[str, Any]:
    figures = measured(problem, "random", max_probability=LIMIT, seed="benchmark")
    figures["programme"] = round(programme(problem, float(LIMIT)), 6)
    return figures


def composed(*, large: bool) -> dict[str, Any]:
    report: dict[str, Any] = {}
    calls = [*CALLS, *([LARGE] if large else [])]
    for proposals, experts in calls:
        begin = perf_counter()
        problem = ministry(proposals, experts)
        read = round(perf_counter() - begin, 2)
        name = f"ministry {proposals} x {experts}"
        report[name] = {**measured(problem, "total"), "read": read}
        report[f"{name} fair"] = measured(problem, "fair", seconds=SECONDS)
    draws = [*DRAWN, *([(*LARGE, LIMIT)] if large else [])]
    for proposals, experts, limit in draws:
        report[f"ministry {proposals} x {experts} random {limit}"] = measured(
            ministry(proposals, experts),
            "random",
            max_probability=limit,
            seed="benchmark",
            seconds=SECONDS,
        )
    return report


def peers(problem: Problem) -> dict[str, Any]:
    """Run openreview-matcher's own solvers on the same matrix; say what stops them."""
    try:
        from matcher.solvers import FairFlow, MinMaxSolver  # noqa: PLC0415
    except ImportError as error:  # an older OR-tools than ours, or an extension
        return {"cannot be imported": str(error)}

    scores = np.zeros((len(problem.proposals), len(problem.experts)))
    barred = -np.ones_like(scores)
    scores[problem.proposal, problem.expert] = problem.score
    barred[problem.proposal, problem.expert] = 0
    report = {}
    for solver in (MinMaxSolver, FairFlow):

        class Encoded:
            aggregate_score_matrix = scores
            constraint_matrix = barred
            cost_matrix = -scores
            papers, reviewers = problem.proposals, problem.experts

        wall, cpu = perf_counter(), process_time()
        try:
            matched = np.asarray(
                solver(
                    problem.load_min.tolist(),
                    problem.load_max.tolist(),
                    problem.size.tolist(),
                    Encoded,
                ).solve()
            )
        except Exception as error:  # noqa: BLE001 -- of the peer: its figure is that it failed
            report[solver.__name__] = {"failed": f"{type(error).__name__}: {error}"}
            continue
        sums = (matched * scores).sum(axis=1)
        report[solver.__name__] = {
            "total": round(float(sums.sum()), 4),
            "minimum": round(float(sums.min()), 4),
            "wall": round(perf_counter() - wall, 2),
            "cpu": round(process_time() - cpu, 2),
            "under_minimum": int((matched.sum(axis=0) < problem.load_min).sum()),
        }
    return report


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    parser.add_argument(
        "--only", nargs="*", choices=["published", "conference", "composed"]
    )
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--without-peer", action="store_true")
    given = parser.parse_args()
    found = importlib.util.find_spec("matcher") is not None
    report: dict[str, Any] = {
        "peer": "openreview-matcher"
        if found
        else "openreview-matcher is not installed",
        "load": round(os.getloadavg()[0], 1),
        "cores": os.cpu_count(),
    }
    wanted = given.only or ["published", "conference", "composed"]
    if "published" in wanted:
        if given.folder.exists():
            report |= published(given.folder, peer=found and not given.without_peer)
        else:
            report["published"] = f"{given.folder} is not there"
    if "conference" in wanted:
        problem = conference()
        report["conference total"] = measured(problem, "total")
        report[f"conference random {LIMIT}"] = drawn(problem)
        report["as published of AAMAS 2021"] = CONFERENCE
    if "composed" in wanted:
        report |= composed(large=given.large)
    print(json.dumps(report))


if __name__ == "__main__":
    main()
