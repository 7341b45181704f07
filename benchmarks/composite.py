"""A thousand scorings of the ASEM index with other choices: seconds, and that they are right.

    python benchmarks/composite.py [--runs N] [--data DIR]

Prints one JSON line. Each run draws the most points winsorised (1 to 5), the normalisation
(min-max from 1 to 100, or z-scores with mean 10 and deviation 2), weights of pillars and
sub-indices (within a quarter of the nominal) and the mean (arithmetic or geometric), as the
published uncertainty analysis does, and ranks all units. Without the published tables beside
this checkout a planted table of the same size is scored. ``limit`` is what must hold on two
cores; the exit status is 1 where it does not.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
from sti_methods.composite import Recipe, Tables, ranked, rescore, run

HERE = Path(__file__).parents[1]
ASEM = HERE.parent / "shared" / "data" / "indicators" / "coinr_asem"
LIMIT = 5.0
RECIPE = {
    "name": "asem",
    "impute": {"method": "group_mean", "group": "EurAsia_group"},
    "treat": {"method": "outliers"},
}


def published(folder: Path) -> Tables:
    """The tables as published."""
    read = []
    for name in ("asem_idata.csv", "asem_imeta.csv"):
        with (folder / name).open(encoding="utf-8", newline="") as file:
            read.append(list(csv.DictReader(file)))
    return Tables.of(data=read[0], meta=read[1])


def planted() -> Tables:
    """A table of 51 units, 49 indicators, 8 pillars, 2 sub-indices."""
    rng = np.random.default_rng(7)
    values = rng.lognormal(sigma=1.0, size=(51, 49))
    data = [
        {"uCode": f"U{n}", "EurAsia_group": "ab"[n % 2]}
        | {f"i{k}": float(v) for k, v in enumerate(row)}
        for n, row in enumerate(values)
    ]
    same = {"Direction": 1, "Weight": 1}
    meta = [
        {
            "iCode": f"i{k}",
            "Type": "Indicator",
            "Level": 1,
            "Parent": f"p{k % 8}",
            **same,
        }
        for k in range(49)
    ]
    meta += [
        {
            "iCode": f"p{k}",
            "Type": "Aggregate",
            "Level": 2,
            "Parent": f"s{k % 2}",
            **same,
        }
        for k in range(8)
    ]
    meta += [
        {"iCode": f"s{k}", "Type": "Aggregate", "Level": 3, "Parent": "index", **same}
        for k in range(2)
    ]
    meta += [
        {"iCode": "index", "Type": "Aggregate", "Level": 4, "Parent": "", **same},
        {"iCode": "EurAsia_group", "Type": "Group", "Level": ""},
    ]
    return Tables.of(data=data, meta=meta)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1_000)
    parser.add_argument("--data", type=Path, default=ASEM)
    asked = parser.parse_args()
    real = asked.data.is_dir()
    tables = published(asked.data) if real else planted()
    begun = perf_counter()
    nominal = run(recipe=Recipe.of(RECIPE), tables=tables)
    once = perf_counter() - begun
    rng = np.random.default_rng(20)
    tree = nominal.prepared.tree
    scales = (
        {"method": "min_max", "lowest": 1, "highest": 100},
        {"method": "z", "mean": 10, "deviation": 2},
    )
    ranks = np.empty((asked.runs, len(nominal.prepared.units)))
    wall, cpu = perf_counter(), process_time()
    for n in range(asked.runs):
        changes = {
            "winmax": int(rng.integers(1, 6)),
            "normalisation": scales[int(rng.integers(2))],
            "weights": {
                level: rng.uniform(0.75, 1.25, len(tree.at_level[level]))
                for level in (2, 3)
            },
            "aggregation": ("arithmetic", "geometric")[int(rng.integers(2))],
        }
        ranks[n] = ranked(rescore(nominal, changes)[:, -1])
    wall, cpu = perf_counter() - wall, process_time() - cpu
    assert not np.isnan(ranks).any()
    shift = np.abs(ranks - nominal.ranks["Index" if real else "index"]).mean()
    told = {
        "benchmark": "composite",
        "table": "asem" if real else "planted",
        "units": len(nominal.prepared.units),
        "indicators": len(tree.indicators),
        "runs": asked.runs,
        "one_run_s": round(once, 4),
        "wall_s": round(wall, 3),
        "cpu_s": round(cpu, 3),
        "ms_each": round(1_000 * cpu / asked.runs, 3),
        "mean_rank_shift": round(float(shift), 3),
        "limit_s": LIMIT,
        "load": round(os.getloadavg()[0], 1),
    }
    print(json.dumps(told))
    return int(cpu > LIMIT * asked.runs / 1_000)


if __name__ == "__main__":
    sys.exit(main())
