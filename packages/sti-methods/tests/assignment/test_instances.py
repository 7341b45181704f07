"""The published instances, when they stand beside this checkout, and a planted ministry."""

from __future__ import annotations

import csv
import gzip
import os
from pathlib import Path

import numpy as np
import pytest
from sti_methods.assignment import Between, OnePer, Problem, solve

SHARED = Path(os.environ.get("OPENSTI_SHARED", Path(__file__).parents[5] / "shared"))
PLACE = SHARED / "data/reviewer/instances"
needs = pytest.mark.skipif(
    not PLACE.exists(),
    reason="../shared/data/reviewer/instances is not beside this checkout",
)


def rows(name):
    place = PLACE / name
    if not place.exists():
        place = PLACE / f"{name}.gz"
    read = gzip.open if place.suffix == ".gz" else open
    with read(place, "rt", encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


def instance(name, loads=None):
    limits = rows(f"{loads or name}_loads.csv")
    return Problem.of(
        [(e, p, float(s)) for e, p, s in rows(f"{name}_scores.csv")],
        size=3,
        experts=[e for e, _low, _high in limits],
        load_min={e: int(low) for e, low, _high in limits},
        load_max={e: int(high) for e, _low, high in limits},
        conflicts=[(e, p) for e, p in rows(f"{name}_conflicts.csv")],
    )


@needs
@pytest.mark.parametrize(
    ("name", "loads", "objective", "total", "minimum"),
    [
        ("midl", None, "total", 201.8849, 0.9033),
        ("midl", None, "fair", 201.7687, 0.9448),
        ("midl", "midl-lb", "fair", 192.2414, 0.9448),
        ("aamas2016", None, "fair", 949.25, 1.0),
        ("syn5000", None, "total", 11062.1191, 1.5017),
        ("syn5000", None, "fair", 11062.0805, 1.5356),
    ],
)
def test_published_instances_are_solved_to_the_proven_optimum(
    name, loads, objective, total, minimum
):
    solution = solve(instance(name, loads), objective)
    assert (round(solution.total, 4), round(solution.minimum, 4)) == (total, minimum)
    assert (solution.status, solution.gap) == ("optimal", 0)


@needs
@pytest.mark.parametrize(
    ("name", "kept"), [("aamas2016", 923.4 / 949.5), ("syn5000", 0.9949)]
)
def test_a_draw_keeps_what_the_limit_leaves_of_the_total(name, kept):
    drawn = solve(instance(name), "random", max_probability=0.9, seed="one")
    assert drawn.expected / drawn.bound_total == pytest.approx(kept, abs=5e-5)
    assert max(part for _e, _p, part in drawn.marginals) <= 0.9 * drawn.denominator


def test_composed_panels_meet_every_rule_within_the_stated_gap():
    rng = np.random.default_rng(3)
    n, m = 250, 400
    experts, proposals = [f"e{i}" for i in range(m)], [f"p{i}" for i in range(n)]
    cells = [
        (e, p, round(float(rng.random()), 6))
        for p in proposals
        for e in rng.choice(experts, 40, replace=False)
    ]
    senior = {e for e in experts if rng.random() < 0.4}
    house = {e: str(rng.integers(60)) for e in experts}
    problem = Problem.of(
        cells,
        size=5,
        load_max=4,
        experts=experts,
        proposals=proposals,
        rules=[
            Between(name="senior", experts=tuple(senior), least=2, most=3),
            OnePer(name="house", group_of=house),
        ],
    )
    solution = solve(problem)
    assert 0 <= solution.gap <= 1e-4
    loads = dict.fromkeys(experts, 0)
    for name in proposals:
        panel = [c.expert for c in solution.panel(name)]
        assert len(panel) == len({house[e] for e in panel}) == 5
        assert 2 <= len(senior & set(panel)) <= 3
        for e in panel:
            loads[e] += 1
    assert max(loads.values()) <= 4
