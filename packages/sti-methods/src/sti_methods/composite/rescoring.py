"""Many scorings of one tree at once: other weights and other means over the same columns.

What uncertainty, sensitivity and leaving out need: the columns are normalised already, and
runs differ by weights only, so each parent is one product of arrays for all runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from sti_methods.composite.aggregating import aggregate
from sti_methods.composite.unfit import Unfit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["MEANS", "Mean", "Structure", "score_runs"]

# Copeland: duels won less duels lost, by pairs of units.
Mean = Literal["arithmetic", "geometric", "harmonic", "copeland"]
MEANS: tuple[Mean, ...] = ("arithmetic", "geometric", "harmonic", "copeland")
_BYTES = 200_000_000  # of scores held at a time


@dataclass(frozen=True, kw_only=True, eq=False)
class Structure:
    """Codes from the indicators up to the index: parents, levels and weights.

    ``columns`` are the indicators in the order of the columns of values; ``parents`` has
    every code, the index with None; ``levels`` are 1 for indicators and more above.

    Raises
    ------
    Unfit
        ``several_roots`` or ``no_root``; ``unknown_parent`` (code, parent); ``circle``
        (code); ``no_column`` (code): a code without children that is no column;
        ``not_lowest`` (code): a column with children; ``no_weight``, ``below_nothing``,
        ``no_level`` (code).
    """

    columns: tuple[str, ...]
    parents: Mapping[str, str | None]
    levels: Mapping[str, int]
    weights: Mapping[str, float]

    def __post_init__(self) -> None:
        roots = [code for code, parent in self.parents.items() if parent is None]
        if len(roots) != 1:
            raise Unfit("several_roots" if roots else "no_root", roots=len(roots))
        found: list[Unfit] = []
        for code, parent in self.parents.items():
            if parent is not None and parent not in self.parents:
                found.append(Unfit("unknown_parent", code=code, parent=parent))
            if code not in self.levels:
                found.append(Unfit("no_level", code=code))
            if parent is not None:
                weight = self.weights.get(code, np.nan)
                if not np.isfinite(weight):
                    found.append(Unfit("no_weight", code=code))
                elif weight < 0:
                    found.append(Unfit("below_nothing", code=code, weight=weight))
        Unfit.raise_all(found)
        self._reaches(roots[0])
        parents = set(self.children)
        lowest = set(self.parents) - parents
        Unfit.raise_all([
            *(Unfit("not_lowest", code=c) for c in self.columns if c in parents),
            *(Unfit("no_column", code=c) for c in sorted(lowest - set(self.columns))),
            *(Unfit("unknown_code", code=c) for c in self.columns if c not in self.parents),
        ])  # fmt: skip

    def _reaches(self, root: str) -> None:
        reached, waiting = {root}, [root]
        while waiting:
            for child in self.children.get(waiting.pop(), ()):
                reached.add(child)
                waiting.append(child)
        Unfit.raise_all(
            [Unfit("circle", code=code) for code in self.parents if code not in reached]
        )

    @cached_property
    def children(self) -> dict[str, tuple[str, ...]]:
        """Of every parent, in the order of ``parents``."""
        found: dict[str, list[str]] = {}
        for code, parent in self.parents.items():
            if parent is not None:
                found.setdefault(parent, []).append(code)
        return {parent: tuple(codes) for parent, codes in found.items()}

    @property
    def root(self) -> str:
        return next(code for code, parent in self.parents.items() if parent is None)

    @cached_property
    def upwards(self) -> tuple[str, ...]:
        """Parents, each after its children."""
        found: list[str] = []
        waiting = [(self.root, False)]
        while waiting:
            code, seen = waiting.pop()
            if seen:
                found.append(code)
            elif code in self.children:
                waiting.append((code, True))
                waiting.extend((one, False) for one in reversed(self.children[code]))
        return tuple(found)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Every code that has a weight, in the order of ``parents``."""
        return tuple(c for c, parent in self.parents.items() if parent is not None)

    def weight_row(self) -> NDArray[np.float64]:
        """Weights of ``codes``: (1, codes)."""
        return np.array([[float(self.weights[code]) for code in self.codes]])


def score_runs(
    *,
    tree: Structure,
    values: NDArray[np.float64],
    weights: NDArray[np.float64] | None = None,
    means: Mapping[str, Mean] | None = None,
    least_data: float = 0.0,
    only_root: bool = True,
) -> dict[str, NDArray[np.float64]]:
    """Scores under each row of weights.

    Parameters
    ----------
    values : (units, columns) float
        Normalised indicators, NaN where missing: skipped, and the other weights rescaled.
    weights : (runs, codes) float
        Of ``tree.codes``; one row, the tree's own, where None.
    means
        By parent's code: arithmetic where nothing is said.
    least_data
        The least share of its children with a weight that a parent must have; with 0 one
        child is enough.

    Returns
    -------
    dict
        {parent: (runs, units) float}, the index alone or every parent.

    Raises
    ------
    Unfit
        ``shape``; ``unknown_mean`` (code, mean); ``not_positive`` (run, row, code, parent,
        mean, value): a geometric or harmonic mean of what is not above 0; ``row`` is the
        unit's place. ``nothing_left`` (run): no unit has an index, because all weights of
        what is there are 0.

    Notes
    -----
    Cost: runs · units · codes multiplications, in blocks of runs within 200 MB; Copeland
    runs · units² · codes. The answers are those of ``aggregating.aggregate`` run by run.
    """
    given = np.asarray(values, dtype=np.float64)
    if given.ndim != 2 or given.shape[1] != len(tree.columns):  # noqa: PLR2004
        raise Unfit("shape", rows=len(given), columns=len(tree.columns))
    weight = tree.weight_row() if weights is None else np.asarray(weights, dtype=float)
    if weight.ndim != 2 or weight.shape[1] != len(tree.codes):  # noqa: PLR2004
        raise Unfit("shape", rows=len(weight), columns=len(tree.codes))
    asked = dict.fromkeys(tree.upwards, "arithmetic") | dict(means or {})
    Unfit.raise_all(
        [
            Unfit("unknown_mean", code=code, mean=str(mean))
            for code, mean in asked.items()
            if mean not in MEANS or code not in tree.children
        ]
    )
    block = max(1, _BYTES // (8 * max(1, len(given) * len(tree.parents))))
    parts = [
        _block(tree, given, weight[k : k + block], _Means(asked, least_data, k))
        for k in range(0, len(weight), block)
    ]
    wanted = (tree.root,) if only_root else tree.upwards
    return {code: np.concatenate([part[code] for part in parts]) for code in wanted}


class _Means(NamedTuple):
    """Which mean each parent takes, of how much data, and the number of the first run."""

    of: Mapping[str, str]
    least: float
    first: int


def _block(
    tree: Structure,
    values: NDArray[np.float64],
    weights: NDArray[np.float64],
    means: _Means,
) -> dict[str, NDArray[np.float64]]:
    """Scores of some runs; what no run changes is worked out once and spread over all."""
    place = {code: k for k, code in enumerate(tree.codes)}
    column = {code: k for k, code in enumerate(tree.columns)}
    found: dict[str, NDArray[np.float64]] = {
        code: values[None, :, k] for code, k in column.items()
    }
    for parent in tree.upwards:
        below = tree.children[parent]
        weight = weights[:, [place[code] for code in below]]
        if (weight == weight[:1]).all():
            weight = weight[:1]
        of_each = [found[code] for code in below]
        runs = max(len(one) for one in of_each)
        stacked = np.stack(
            [np.broadcast_to(one, (runs, len(values))) for one in of_each], axis=2
        )
        if means.of[parent] == "copeland":
            found[parent] = _duels(stacked, weight, parent, below, means.least)
        else:
            found[parent] = _mean(stacked, weight, parent, below, means)
    root = found[tree.root]
    empty = ~np.isfinite(root).any(axis=1)
    if empty.any():
        raise Unfit("nothing_left", run=means.first + int(np.argmax(empty)))
    return {
        code: np.broadcast_to(found[code], (len(weights), len(values)))
        for code in tree.upwards
    }


def _duels(
    stacked: NDArray[np.float64],
    weight: NDArray[np.float64],
    parent: str,
    below: tuple[str, ...],
    least: float,
) -> NDArray[np.float64]:
    runs, units, children = max(len(stacked), len(weight)), *stacked.shape[1:]
    found = np.full((runs, units), np.nan)
    for run in range(runs):
        row = weight[min(run, len(weight) - 1)]
        if row.sum() > 0:
            found[run] = aggregate(
                values=stacked[min(run, len(stacked) - 1)],
                weights=row,
                join=np.ones((children, 1)),
                method="copeland",
                least_data=least,
                codes=below,
                parents=(parent,),
                units=[""] * units,
            )[:, 0]
    return found


def _mean(
    stacked: NDArray[np.float64],
    weight: NDArray[np.float64],
    parent: str,
    below: tuple[str, ...],
    means: _Means,
) -> NDArray[np.float64]:
    """(runs, units) from (runs, units, children) and (runs, children)."""
    mean, there = means.of[parent], np.isfinite(stacked)
    whole = (there @ weight[:, :, None])[:, :, 0]
    counted = (weight != 0).astype(float)
    enough = (whole > 0) & (
        (there @ counted[:, :, None])[:, :, 0]
        >= means.least * counted.sum(axis=1)[:, None] - 1e-12
    )
    if mean != "arithmetic":
        bad = there & (stacked <= 0) & (weight[:, None, :] > 0)
        if bad.any():
            run, row, child = (int(k) for k in np.argwhere(bad)[0])
            source = stacked[min(run, len(stacked) - 1), row, child]
            raise Unfit(
                "not_positive",
                run=means.first + run,
                row=row,
                code=below[child],
                parent=parent,
                method=mean,
                value=float(source),
            )
        # Children without weight may hold anything; a one keeps them out of the sum.
        stacked = np.where(there & (stacked > 0), stacked, 1.0)
        stacked = np.log(stacked) if mean == "geometric" else 1 / stacked
    sums = (np.where(there, stacked, 0.0) @ weight[:, :, None])[:, :, 0]
    found = sums / np.where(enough, whole, np.nan)
    if mean == "geometric":
        return np.asarray(np.exp(found))
    return np.asarray(1 / found) if mean == "harmonic" else found
