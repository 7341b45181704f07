"""A wave of many economies, from CSV to written results, beside its bound.

    python benchmarks/survey.py [--economies 10] [--organisations 1000] [--seed 0] [--runs 2000]

Prints one JSON line and ends with 1 when a bound is broken. A wave is planted from the seed:
one factor for each organisation behind all items of the short form, economies that differ in
level, four sizes and six sectors, one to three respondents in each, importance of each item, barriers,
results, a few careless answers. ``opensti survey analyse`` then reads it, cleans, weighs, fits 70
factor models and seven tests of sameness, compares all pairs, draws 2,000 times, keeps cells back,
applies all rules and writes. ``cpu`` is processor time of the whole command.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import django
import numpy as np
import yaml
from click.testing import CliRunner

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opensti.project.settings")
BOUND = 20.0
ROOT = Path(__file__).resolve().parent.parent
FRAMEWORK = ROOT / "frameworks" / "innovation.yaml"
SIZES = ("micro", "small", "medium", "large")
SHARES = (0.4, 0.3, 0.2, 0.1)
SECTORS = 6
BARRIERS = ("money", "skills", "rules", "partners", "market", "culture")
CARELESS, SKIPPED = 0.03, 0.01


def planted(folder: Path, economies: int, organisations: int, seed: int) -> int:
    """Write responses.csv and frame.csv; return how many respondents there are."""
    chance = np.random.default_rng(seed)
    content = yaml.safe_load(FRAMEWORK.read_text(encoding="utf-8"))
    items = [one["code"] for one in content["items"] if one["short"]]
    head = ["organisation", "respondent", "economy", "size", "sector", "consent", "role", "minutes",
            *items, *(f"{c}_importance" for c in items), *(f"barrier_{b}" for b in BARRIERS),
            "new_product", "new_process", "research", "turnover_new", "knowledge"]  # fmt: skip
    hard = chance.normal(0, 0.4, len(items))
    frame: dict[tuple[str, str, str], int] = {}
    respondents = 0
    with (folder / "responses.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        for e in range(economies):
            level = chance.normal(2.3, 0.3)
            for o in range(organisations):
                size = int(chance.choice(4, p=SHARES))
                stratum = (f"e{e:02}", SIZES[size], f"s{chance.integers(SECTORS)}")
                frame[stratum] = frame.get(stratum, 0) + int(chance.integers(3, 30))
                f = chance.normal(level + 0.2 * size, 0.9)
                for r in range(int(chance.integers(1, 4))):
                    said = np.clip(
                        np.round(f + hard + chance.normal(0, 0.8, len(items))), 0, 5
                    )
                    if chance.random() < CARELESS:
                        said[:] = 3
                    cells = [
                        "" if chance.random() < SKIPPED else str(int(v)) for v in said
                    ]
                    writer.writerow([
                        f"e{e:02}o{o:04}", str(r), *stratum, "yes", ("top", "mgr", "all")[r],
                        f"{chance.normal(22, 4):.1f}", *cells,
                        *chance.integers(1, 6, len(items) + len(BARRIERS)),
                        *chance.choice(["yes", "no"], 3), int(chance.integers(0, 60)), int(chance.integers(0, 3)),
                    ])  # fmt: skip
                    respondents += 1
    with (folder / "frame.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["economy", "size", "sector", "organisations"])
        writer.writerows([*stratum, count] for stratum, count in frame.items())
    return respondents


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--economies", type=int, default=10)
    parser.add_argument("--organisations", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--runs", type=int, default=2000)
    given = parser.parse_args()
    django.setup()
    from opensti.console.survey import survey  # noqa: PLC0415 -- not before django

    with TemporaryDirectory() as place:
        folder = Path(place)
        respondents = planted(folder, given.economies, given.organisations, given.seed)
        wall, cpu = perf_counter(), process_time()
        done = CliRunner().invoke(
            survey,
            [
                "analyse", str(folder / "responses.csv"), "--framework", str(FRAMEWORK),
                "--frame", str(folder / "frame.csv"), "--output", str(folder / "out"),
                "--runs", str(given.runs),
            ],
        )  # fmt: skip
        wall, cpu = perf_counter() - wall, process_time() - cpu
        if done.exit_code:
            print(done.output, file=sys.stderr)
            return 2
        told = json.loads(
            (folder / "out" / "internal" / "survey.json").read_text(encoding="utf-8")
        )
    line = {
        "economies": given.economies,
        "organisations": sum(one["organisations"] for one in told["economies"]),
        "respondents": respondents,
        "items": len(told["items"]),
        "kept": told["kept"],
        "excluded": told["excluded"],
        "runs": given.runs,
        "wall": round(wall, 2),
        "cpu": round(cpu, 2),
        "bound": BOUND,
        "load": round(os.getloadavg()[0], 1),
        "holds": cpu <= BOUND,
    }
    print(json.dumps(line))
    return 0 if line["holds"] else 1


if __name__ == "__main__":
    raise SystemExit(main())
