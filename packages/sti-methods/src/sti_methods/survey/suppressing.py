"""Which cells of tables with totals are kept back, so that none of them can be worked out.

Cells and the sums that bind them form one linear system. A cell kept back could be worked
out exactly if its unit vector lay in the row space of the sums over all cells kept back;
then, and while what can be told of several together is itself too small, a further cell is
kept back. Fellegi (1972), JASA 67:7; Cox (1980), JASA 75:377; Willenborg & de Waal (2001),
Elements of Statistical Disclosure Control.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from sti_methods.composite.unfit import Unfit
from sti_methods.late import Late

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

linprog = Late("scipy.optimize", "linprog")

Why = Literal["few", "dominated", "protects"]
LEAST = 5
MOST_OF_WEIGHT = 0.5
_ZERO, _MOVED = 1e-9, 1e-7


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A cell that might be published: organisations in it, their weight, the heaviest one.

    A cell without an organisation is no secret: it is shown as empty.
    """

    units: int
    weight: float
    top: float


@dataclass(frozen=True, kw_only=True)
class Sum:
    """``whole`` is the sum of ``parts``: names of cells, all of them told or kept back."""

    whole: str
    parts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Suppressed:
    """Cells kept back with the reason; ``protects``: for the sake of others."""

    cells: Mapping[str, Why]

    def __contains__(self, name: str) -> bool:
        return name in self.cells


def too_small(
    cell: Cell, *, least: int = LEAST, most: float = MOST_OF_WEIGHT
) -> Why | None:
    """Why a cell may not be told by itself: too few organisations, or one is most of it."""
    if not cell.units:
        return None
    if cell.units < least:
        return "few"
    return "dominated" if cell.top > most * cell.weight + _ZERO else None


def suppress(
    cells: Mapping[str, Cell],
    sums: Sequence[Sum],
    *,
    least: int = LEAST,
    most: float = MOST_OF_WEIGHT,
) -> Suppressed:
    """Keep back what is too small, and as much more as it takes that it stays unknown.

    Afterwards no cell kept back follows from the cells told and the sums, and whatever a
    told total leaves to the cells kept back of it has ``least`` organisations or more, none
    of which is more than ``most`` of the weight. Of the cells that would protect one,
    those with the fewest organisations together are taken, so that little is lost.

    Raises ``Unfit``: ``unknown_cell`` (cell) for a sum over a cell that is not given;
    ``unequal`` (cell) where the organisations of the parts are not those of the whole.
    Cost: a linear program of sums by cells for each cell protected.
    """
    for one in sums:
        for name in (one.whole, *one.parts):
            if name not in cells:
                raise Unfit("unknown_cell", cell=name)
        if sum(cells[name].units for name in one.parts) != cells[one.whole].units:
            raise Unfit("unequal", cell=one.whole)
    found: dict[str, Why] = {}
    for name, cell in cells.items():
        if why := too_small(cell, least=least, most=most):
            found[name] = why
    while True:
        if known := recoverable(tuple(found), sums):
            more = _hiding(known[0], cells, sums, found)
        elif (rest := _small_rest(cells, sums, found, least, most)) is not None:
            more = _further(rest, cells, found)
        else:
            break
        found |= dict.fromkeys(more, "protects")
    return Suppressed(cells=found)


def recoverable(hidden: Sequence[str], sums: Sequence[Sum]) -> tuple[str, ...]:
    """Cells kept back that follow exactly from all the others and the sums."""
    if not hidden:
        return ()
    matrix = _matrix(hidden, sums)
    if not matrix.size:
        return ()
    _u, s, v = np.linalg.svd(matrix, full_matrices=False)
    basis = v[s > _ZERO * max(float(s.max(initial=0.0)), 1.0)]
    # How much of each unit vector lies in the row space: all of it, or not.
    inside = (basis**2).sum(axis=0)
    return tuple(
        name for name, part in zip(hidden, inside, strict=True) if part > 1 - _ZERO
    )


def _matrix(hidden: Sequence[str], sums: Sequence[Sum]) -> NDArray[np.float64]:
    """A row for each sum that holds a cell kept back; what is told moves to the right side."""
    at = {name: place for place, name in enumerate(hidden)}
    rows = []
    for one in sums:
        row = np.zeros(len(hidden))
        for name in one.parts:
            if name in at:
                row[at[name]] += 1
        if one.whole in at:
            row[at[one.whole]] -= 1
        if row.any():
            rows.append(row)
    return np.array(rows)


def _small_rest(
    cells: Mapping[str, Cell],
    sums: Sequence[Sum],
    found: Mapping[str, Why],
    least: int,
    most: float,
) -> Sum | None:
    """A sum whose told total leaves too small a group to the parts that are kept back."""
    for one in sums:
        parts = [name for name in one.parts if name in found]
        if not parts or one.whole in found:
            continue
        rest = Cell(
            units=sum(cells[name].units for name in parts),
            weight=sum(cells[name].weight for name in parts),
            top=max(cells[name].top for name in parts),
        )
        if too_small(rest, least=least, most=most):
            return one
    return None


def _further(
    one: Sum, cells: Mapping[str, Cell], found: Mapping[str, Why]
) -> tuple[str, ...]:
    """The smallest part that is still told, or else the total."""
    parts = [name for name in one.parts if name not in found and cells[name].units]
    return (min(parts, key=lambda name: (cells[name].units, name), default=one.whole),)


def _hiding(
    weak: str,
    cells: Mapping[str, Cell],
    sums: Sequence[Sum],
    found: Mapping[str, Why],
) -> tuple[str, ...]:
    """The cells of fewest organisations that leave a cell free to be another.

    A change of the cell by 1 must be made up for along the sums by changes of other cells
    kept back: the cheapest such change, by linear programming, names the further cells.
    There is one: all cells that are not empty, changed in proportion.
    """
    names = [name for name, cell in cells.items() if cell.units]
    matrix = _matrix(names, sums)
    # Ties go to the name that comes first.
    rank = {name: at for at, name in enumerate(sorted(names))}
    cost = [
        0.0 if name in found else cells[name].units + 1e-6 * rank[name]
        for name in names
    ]
    fixed = np.array([[float(name == weak) for name in names]])
    held = np.vstack((matrix, fixed)) if matrix.size else fixed
    aim = np.zeros(len(held))
    aim[-1] = 1.0
    solved = linprog(
        np.array([*cost, *cost]),
        A_eq=np.hstack((held, -held)),
        b_eq=aim,
        bounds=(0, None),
        method="highs",
    )
    if solved.x is None:
        raise ArithmeticError(solved.message)
    change = solved.x[: len(names)] - solved.x[len(names) :]
    return tuple(
        name
        for name, moved in zip(names, change, strict=True)
        if abs(moved) > _MOVED and name not in found
    )


def peer_class(
    wanted: Sequence[Mapping[str, str]],
    peers: Sequence[Mapping[str, str]],
    *,
    least: int = LEAST,
) -> tuple[int, tuple[int, ...]] | None:
    """The narrowest class with ``least`` peers: its place in ``wanted``, and their places.

    ``wanted``: classes from narrow to wide, each what its peers must have (economy, sector,
    size; ``{}`` is everybody). None where not even the widest has so many: nothing is told.
    """
    for place, kind in enumerate(wanted):
        inside = tuple(
            at
            for at, peer in enumerate(peers)
            if all(peer.get(key) == value for key, value in kind.items())
        )
        if len(inside) >= least:
            return place, inside
    return None
