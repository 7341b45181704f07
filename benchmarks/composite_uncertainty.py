"""Uncertainty and Sobol sensitivity of the ASEM index: seconds, beside one run after the other.

    python benchmarks/composite_uncertainty.py [--runs N] [--points N] [--data DIR]

Prints one JSON line. ``uncertainty`` draws winsorising, normalisation, weights and mean for N
runs as the published analysis does; ``loop`` scores the same draws by ``rescore``, one after
the other, and every rank must be the same (``same``). ``sobol`` makes points · 6 runs and
1,000 bootstraps. ``ishigami`` is how far total indices of a known function are off with 4,096
points; with SALib installed its estimates from the same outputs stand beside ours. Without the
published tables beside this checkout a planted table of the same size is scored. ``limit``, in
seconds for 1,000 runs, must hold on two cores; the exit status is 1 where it or ``same`` does
not.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
from composite import ASEM, LIMIT, RECIPE, planted, published
from sti_methods.composite import Recipe, ranked, rescore, run
from sti_methods.composite.modelling import model_of, usual_space
from sti_methods.composite.sensitivity import base_points, design, sobol_indices
from sti_methods.composite.space import weight_sets
from sti_methods.composite.uncertainty import analyse_sensitivity, analyse_uncertainty

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from sti_methods.composite import Run
    from sti_methods.composite.space import Space

SEED = 1
ISHIGAMI = (0.55758886, 0.44241114, 0.24368367)


def clocked(work: Callable[[], Any]) -> tuple[Any, float]:
    began = perf_counter()
    found = work()
    return found, round(perf_counter() - began, 3)


def loop(done: Run, space: Space, runs: int) -> NDArray[np.float64]:
    """Ranks of the same draws, each by a scoring of its own."""
    model = model_of(done)
    chosen = space.chosen(np.random.default_rng(SEED).random((runs, len(space.open))))
    place = [done.prepared.tree.place[code] for code in model.tree.codes]
    by_name = dict(zip(space.names, space.factors, strict=True))
    sets = weight_sets(tree=model.tree, factor=by_name["weights"], seed=SEED)
    ranks = np.empty((runs, len(model.units)))
    for row, options in enumerate(chosen):
        changes: dict[str, object] = {}
        for name, option in zip(space.names, options, strict=True):
            if name == "weights":
                vector = done.prepared.weights.copy()
                vector[place] = sets[option]
                changes[name] = vector
            else:
                changes[name] = by_name[name].options[option]
        ranks[row] = ranked(rescore(done, changes)[:, -1])
    return ranks


def ishigami() -> dict[str, Any]:
    x = 2 * np.pi * design(points=4096, factors=3, seed=SEED, sequence="sobol") - np.pi
    y = (
        np.sin(x[:, 0])
        + 7 * np.sin(x[:, 1]) ** 2
        + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
    )
    ours = [
        one.total
        for one in sobol_indices(
            outputs=y, factors=["a", "b", "c"], seed=SEED, bootstrap=1
        ).indices
    ]
    told = {"off": float(f"{np.abs(np.subtract(ours, ISHIGAMI)).max():.2e}")}
    if find_spec("SALib") is None:
        return told | {"salib": None}
    from SALib.analyze import sobol  # noqa: PLC0415 -- a peer that may be absent

    both, mixed = base_points(outputs=y, factors=3)
    # SALib wants A, AB1 … ABd, B for each point in turn.
    turned = np.column_stack([both[:4096], *mixed, both[4096:]]).ravel()
    problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[0, 1]] * 3}
    theirs = sobol.analyze(problem, turned, calc_second_order=False, seed=SEED)["ST"]
    return told | {"salib": float(f"{np.abs(np.subtract(theirs, ISHIGAMI)).max():.2e}")}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=1_000)
    parser.add_argument("--points", type=int, default=256)
    parser.add_argument("--data", type=Path, default=ASEM)
    given = parser.parse_args()
    there = (given.data / "asem_idata.csv").exists()
    tables = published(given.data) if there else planted()
    done = run(recipe=Recipe.of(RECIPE), tables=tables)
    model, space = model_of(done), usual_space(done)
    shaken, seconds = clocked(
        lambda: analyse_uncertainty(
            model=model, space=space, runs=given.runs, seed=SEED
        )
    )
    one_by_one, slow = clocked(lambda: loop(done, space, given.runs))
    sensitive, sobol_seconds = clocked(
        lambda: analyse_sensitivity(
            model=model, space=space, points=given.points, seed=SEED
        )
    )
    same = bool((shaken.ranks == one_by_one).all())
    limit = LIMIT * given.runs / 1_000
    told = {
        "load": [round(v, 1) for v in os.getloadavg()],
        "data": "asem" if there else "planted",
        "runs": given.runs,
        "uncertainty": seconds,
        "loop": slow,
        "same": same,
        "limit": limit,
        "sobol": {"runs": len(sensitive.outputs), "seconds": sobol_seconds},
        "total": {one.factor: round(one.total, 3) for one in sensitive.sobol.indices},
        "ishigami": ishigami(),
    }
    print(json.dumps(told))
    return 0 if same and seconds <= limit else 1


if __name__ == "__main__":
    sys.exit(main())
