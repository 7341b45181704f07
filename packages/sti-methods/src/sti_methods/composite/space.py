"""The uncertain assumptions of an index: what may be chosen otherwise, and how it is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from sti_methods.composite.rescoring import MEANS
from sti_methods.composite.unfit import Unfit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sti_methods.composite.rescoring import Structure

__all__ = ["Factor", "Kind", "Space", "weight_sets"]

Kind = Literal["columns", "means", "weights"]
MOST_SPREAD = 1.0  # a weight drawn below 0 has no sense
_WEIGHT_STREAM = 1  # apart from the stream that draws the points


@dataclass(frozen=True, kw_only=True)
class Factor:
    """One uncertain assumption.

    ``columns``: ``options`` are values of ``name`` as ``prepare`` knows them, such as 1 to
    5 points for ``winsorise_most``. ``means``: options are kinds of mean, for every parent.
    ``weights``: the weights of codes on ``levels`` times 1 + a number drawn evenly between
    -spread and spread, for each code by itself; ``sets`` such rows are drawn beforehand, so
    that one number between 0 and 1 tells which.

    Raises
    ------
    Unfit
        ``no_options``, ``unknown_mean``, ``no_levels``, ``spread``, ``no_sets`` (factor).
    """

    name: str
    kind: Kind
    options: tuple[Any, ...] = ()
    levels: tuple[int, ...] = ()
    spread: float = 0.25
    sets: int = 1_000

    def __post_init__(self) -> None:
        if self.kind == "weights":
            if not self.levels:
                raise Unfit("no_levels", factor=self.name)
            if not 0 < self.spread <= MOST_SPREAD:
                raise Unfit("spread", factor=self.name, spread=self.spread)
            if self.sets < 1:
                raise Unfit("no_sets", factor=self.name)
        elif not self.options:
            raise Unfit("no_options", factor=self.name)
        for option in self.options if self.kind == "means" else ():
            if option not in MEANS:
                raise Unfit("unknown_mean", factor=self.name, mean=str(option))

    @property
    def count(self) -> int:
        return self.sets if self.kind == "weights" else len(self.options)

    def to_plain(self) -> dict[str, Any]:
        if self.kind == "weights":
            return {
                "name": self.name,
                "kind": self.kind,
                "levels": list(self.levels),
                "spread": self.spread,
                "sets": self.sets,
            }
        return {"name": self.name, "kind": self.kind, "options": list(self.options)}


@dataclass(frozen=True, kw_only=True)
class Space:
    """The factors, each once, at most one of means and one of weights."""

    factors: tuple[Factor, ...]

    def __post_init__(self) -> None:
        names = [factor.name for factor in self.factors]
        if not names:
            raise Unfit("few_factors", factors=0)
        for name in names:
            if names.count(name) > 1:
                raise Unfit("factor_twice", factor=name)
        kinds = [factor.kind for factor in self.factors]
        for kind in ("means", "weights"):
            if kinds.count(kind) > 1:
                raise Unfit("kind_twice", of=kind)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(factor.name for factor in self.factors)

    @property
    def open(self) -> tuple[str, ...]:
        """Names of the factors with more than one option: what is drawn at all."""
        return tuple(factor.name for factor in self.factors if factor.count > 1)

    def chosen(self, points: NDArray[np.float64]) -> NDArray[np.int64]:
        """Options of all factors, (runs, factors), from points in [0, 1) of those ``open``.

        A factor with one option takes no point: it cannot change what others draw.
        """
        counts = np.array([factor.count for factor in self.factors])
        free = counts > 1
        found = np.zeros((len(points), len(counts)), dtype=np.int64)
        drawn = np.floor(np.asarray(points) * counts[free]).astype(np.int64)
        found[:, free] = np.minimum(drawn, counts[free] - 1)
        return found


def weight_sets(*, tree: Structure, factor: Factor, seed: int) -> NDArray[np.float64]:
    """(sets, codes): noise for codes of the levels, drawn set by set."""
    moved = [
        k for k, code in enumerate(tree.codes) if tree.levels[code] in factor.levels
    ]
    if not moved:
        raise Unfit("no_levels", factor=factor.name)
    generator = np.random.default_rng([seed, _WEIGHT_STREAM])
    noise = generator.uniform(-factor.spread, factor.spread, (factor.sets, len(moved)))
    sets = np.repeat(tree.weight_row(), factor.sets, axis=0)
    sets[:, moved] *= 1 + noise
    return sets
