"""Conflicts of interest found in a planted world, beside the matching of printed words.

python benchmarks/conflicts.py [--people 10000] [--experts 2500] [--cases 400] [--seed 1] [--reliability]

Prints one line of JSON: of the planted ties how many were found (recall), of those told
how many are true (precision), how many of five are to be clicked away, the calibration of
the doubtful ones and of printed authors, and seconds; the same for two ways of existing
systems. Seed 7 is the world on which the constants were fitted: measure on others.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections import Counter, defaultdict
from math import prod

from sti_methods.conflicts import Houses, Rules, find
from sti_methods.conflicts.people import People
from sti_methods.conflicts.planted import World, by_profile, by_words, plant


def measured(told: set, truth: set) -> dict[str, float]:
    """Recall, precision, and how many of five told are wrong."""
    right = len(told & truth)
    precision = right / len(told) if told else 0.0
    return {
        "told": len(told),
        "recall": round(right / len(truth), 4),
        "precision": round(precision, 4),
        "wrong_in_five": round(5 * (1 - precision), 3),
    }


def together(ties: list) -> float:
    strongest: dict[str, float] = defaultdict(float)
    for tie in ties:
        key = tie.identity or tie.tie
        strongest[key] = max(strongest[key], tie.probability)
    return 1 - prod(1 - p for p in strongest.values())


def reliability(world: World) -> dict[str, list[float]]:
    """Printed authors by tenths of what is said of them: how many, said, true."""
    people = People(
        world.graph, Houses(world.graph.organisations), Rules(on=world.on, least=0.0)
    )
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for work in world.graph.works:
        for place, meant in people.of_byline(work):
            author = world.authors[work.id][place - 1]
            for one in meant:
                tenth = min(int(one.probability * 10), 9)
                bins[tenth].append((one.probability, one.person == author))
    return {
        f"{tenth / 10:.1f}": [
            len(rows),
            round(sum(p for p, _t in rows) / len(rows), 3),
            round(sum(t for _p, t in rows) / len(rows), 3),
        ]
        for tenth, rows in sorted(bins.items())
    }


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--people", type=int, default=10_000)
    ask.add_argument("--experts", type=int, default=2_500)
    ask.add_argument("--cases", type=int, default=400)
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument(
        "--least", type=float, default=Rules.__dataclass_fields__["least"].default
    )
    ask.add_argument("--reliability", action="store_true", help="of printed authors")
    given = ask.parse_args()
    world = plant(
        given.people, seed=given.seed, experts=given.experts, cases=given.cases
    )
    begun = time.perf_counter()
    found = find(
        world.graph,
        experts=world.experts,
        cases=world.cases,
        rules=Rules(on=world.on, least=given.least),
    )
    seconds = time.perf_counter() - begun
    truth = set(world.truth)
    by_pair = defaultdict(list)
    for tie in found:
        by_pair[tie.expert, tie.case].append(tie)
    told = set(by_pair)
    weak = {p for p, ties in by_pair.items() if all(t.probability < 1 for t in ties)}
    missed = Counter(k for p in truth - told for k in world.truth[p])
    kinds = Counter(k for p in truth for k in world.truth[p])
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for pair in weak:
        p = together(by_pair[pair])
        bins[min(int(p * 5), 4)].append((p, pair in truth))
    error = sum(
        abs(sum(p for p, _t in rows) - sum(t for _p, t in rows))
        for rows in bins.values()
    ) / max(len(weak), 1)
    names = Counter(p.name for p in world.graph.people)
    print(
        json.dumps(
            {
                "people": given.people,
                "with_a_namesake": sum(n for n in names.values() if n > 1),
                "experts": given.experts,
                "cases": given.cases,
                "planted": len(truth),
                "seed": given.seed,
                "least": given.least,
                "ours": measured(told, truth) | {"seconds": round(seconds, 2)},
                "doubtful": measured(weak, truth & weak)
                | {"told": len(weak), "calibration_error": round(error, 4)},
                "bins": {
                    f"{n / 5:.1f}": [
                        len(rows),
                        round(sum(p for p, _t in rows) / len(rows), 3),
                        round(sum(t for _p, t in rows) / len(rows), 3),
                    ]
                    for n, rows in sorted(bins.items())
                },
                "printed_authors": reliability(world) if given.reliability else None,
                "kinds": {
                    k: [n, round(1 - missed[k] / n, 4)]
                    for k, n in sorted(kinds.items())
                },
                "printed_words": measured(by_words(world), truth),
                "profiles": measured(by_profile(world), truth),
                "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            }
        )
    )


if __name__ == "__main__":
    main()
