"""What is kept back stays unknown: an attacker solves for it with all that is told."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from sti_methods.composite.unfit import Unfit
from sti_methods.survey import Cell, Sum, peer_class, recoverable, suppress, too_small


def table(counts):
    """Cells of a table with both margins, weights 1; and the sums that are published."""
    counts = np.asarray(counts)
    rows, columns = counts.shape
    units = {f"{i},{j}": int(counts[i, j]) for i in range(rows) for j in range(columns)}
    units |= {f"{i},": int(counts[i].sum()) for i in range(rows)}
    units |= {f",{j}": int(counts[:, j].sum()) for j in range(columns)}
    units["all"] = int(counts.sum())
    sums = [
        *(Sum(whole=f"{i},", parts=tuple(f"{i},{j}" for j in range(columns))) for i in range(rows)),
        *(Sum(whole=f",{j}", parts=tuple(f"{i},{j}" for i in range(rows))) for j in range(columns)),
        Sum(whole="all", parts=tuple(f"{i}," for i in range(rows))),
        Sum(whole="all", parts=tuple(f",{j}" for j in range(columns))),
    ]  # fmt: skip
    cells = {
        name: Cell(units=n, weight=float(n), top=1.0 if n else 0.0)
        for name, n in units.items()
    }
    return cells, sums


def attacked(cells, sums, hidden):
    """The least and the greatest that each hidden count can be, by linear programming.

    The attacker knows every told cell, every sum, and that counts are 0 or more.
    """
    hidden = list(hidden)
    left, right = [], []
    for one in sums:
        row, known = np.zeros(len(hidden)), 0.0
        for sign, name in ((1, one.whole), *((-1, part) for part in one.parts)):
            if name in hidden:
                row[hidden.index(name)] += sign
            else:
                known -= sign * cells[name].units
        if row.any():
            left.append(row)
            right.append(known)
    found = {}
    for at, name in enumerate(hidden):
        aim = np.zeros(len(hidden))
        aim[at] = 1.0
        ends = []
        for sign in (1, -1):
            solved = linprog(
                sign * aim, A_eq=np.array(left) if left else None, b_eq=right or None,
                bounds=(0, None), method="highs",
            )  # fmt: skip
            ends.append(sign * solved.fun if solved.status == 0 else np.inf)
        found[name] = (ends[0], ends[1])
    return found


def pinned(cells, sums, hidden):
    return {
        name
        for name, (low, high) in attacked(cells, sums, hidden).items()
        if high - low < 1e-6
    }


def test_a_cell_of_four_organisations_is_kept_back_and_does_not_follow_from_totals():
    cells, sums = table([[4, 20, 30], [25, 9, 31], [40, 41, 42]])
    primary = [name for name, cell in cells.items() if too_small(cell)]
    # Without protection the totals tell it to the last digit.
    assert primary == ["0,0"]
    assert pinned(cells, sums, primary) == {"0,0"}
    assert recoverable(primary, sums) == ("0,0",)
    found = suppress(cells, sums)
    assert dict(found.cells) == {
        "0,0": "few",
        "0,1": "protects",
        "1,0": "protects",
        "1,1": "protects",
    }
    assert pinned(cells, sums, found.cells) == set()
    assert attacked(cells, sums, found.cells)["0,0"] == (0.0, 24.0)


@settings(max_examples=25, deadline=None)
@given(
    st.integers(2, 4).flatmap(
        lambda columns: st.lists(
            st.lists(st.integers(0, 14), min_size=columns, max_size=columns),
            min_size=2,
            max_size=4,
        )
    )
)
def test_no_attacker_with_the_totals_finds_what_is_kept_back(counts):
    cells, sums = table(counts)
    found = suppress(cells, sums)
    hidden = list(found.cells)
    assert {name for name, cell in cells.items() if too_small(cell)} <= set(hidden)
    if not hidden:
        return
    assert recoverable(hidden, sums) == ()
    assert pinned(cells, sums, hidden) == set()
    # Nor is a group of them told that would be too small by itself.
    for one in sums:
        rest = sum(cells[name].units for name in one.parts if name in found)
        if one.whole not in found and rest:
            assert rest >= 5


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(5, 60), min_size=9, max_size=9), st.integers(1, 4))
def test_without_the_further_cells_the_attacker_would_have_found_it(counts, few):
    grid = np.array(counts).reshape(3, 3)
    grid[1, 1] = few
    cells, sums = table(grid)
    assert pinned(cells, sums, ["1,1"]) == {"1,1"}
    assert pinned(cells, sums, suppress(cells, sums).cells) == set()


def test_two_small_cells_that_hide_each_other_alone_take_a_third():
    cells, sums = table([[2, 2, 50], [3, 4, 60], [30, 31, 32]])
    found = suppress(cells, sums)
    assert "0,2" in found
    assert pinned(cells, sums, found.cells) == set()


def test_an_organisation_of_more_than_half_the_weight_is_kept_back():
    few = Cell(units=9, weight=100.0, top=50.1)
    assert (too_small(few), too_small(Cell(units=9, weight=100.0, top=50.0))) == ("dominated", None)  # fmt: skip
    assert too_small(Cell(units=0, weight=0.0, top=0.0)) is None


def test_an_only_part_takes_its_total_with_it():
    cells = {
        "vn": Cell(units=4, weight=4, top=1),
        "vn,small": Cell(units=4, weight=4, top=1),
        "la": Cell(units=30, weight=30, top=1),
        "th": Cell(units=20, weight=20, top=1),
        "all": Cell(units=54, weight=54, top=1),
    }
    sums = [Sum(whole="vn", parts=("vn,small",)), Sum(whole="all", parts=("vn", "la", "th"))]  # fmt: skip
    assert dict(suppress(cells, sums).cells) == {
        "vn": "few",
        "vn,small": "few",
        "th": "protects",
    }


def test_sums_must_be_of_cells_and_equal():
    cells = {name: Cell(units=n, weight=n, top=1) for name, n in (("a", 9), ("b", 8))}
    with pytest.raises(Unfit) as caught:
        suppress(cells, [Sum(whole="a", parts=("b",))])
    assert (caught.value.kind, caught.value.about) == ("unequal", {"cell": "a"})
    with pytest.raises(Unfit) as caught:
        suppress(cells, [Sum(whole="a", parts=("c",))])
    assert caught.value.kind == "unknown_cell"


def test_a_class_of_four_peers_is_widened_until_there_are_five():
    peers = [
        *[{"economy": "vn", "sector": "c", "size": "small"}] * 4,
        {"economy": "vn", "sector": "c", "size": "large"},
        *[{"economy": "la", "sector": "c", "size": "small"}] * 3,
    ]
    wanted = [
        {"economy": "vn", "sector": "c", "size": "small"},
        {"economy": "vn", "size": "small"},
        {"sector": "c", "size": "small"},
        {},
    ]
    assert peer_class(wanted, peers) == (2, (0, 1, 2, 3, 5, 6, 7))
    assert peer_class(wanted, peers[:4]) is None
