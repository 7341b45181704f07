"""The tree as arrays: which child counts for which parent, with which weight."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from sti_methods.composite.log import Step, digest
from sti_methods.composite.unfit import Unfit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sti_methods.composite.elements import Element
    from sti_methods.composite.recipe import Recipe
    from sti_methods.composite.tables import Tables

__all__ = ["Tree"]


@dataclass(frozen=True, kw_only=True)
class Tree:
    """Indicators, then aggregates by level; the place in ``codes`` is the place in vectors."""

    elements: Mapping[str, Element]

    @classmethod
    def of(cls, *, tables: Tables) -> Tree:
        return cls(elements=dict(tables.elements))

    def without(self, *, codes: Iterable[str]) -> Tree:
        """The tree without these codes and what hangs on them.

        Raises Unfit ``nothing_left`` when a parent would lose all its children.
        """
        gone = set(codes)
        for code in reversed(self.codes):
            if self.elements[code].parent in gone:
                gone.add(code)
        if not gone:
            return self
        left = {c: e for c, e in self.elements.items() if c not in gone}
        parents = {e.parent for e in left.values()}
        empty = [
            Unfit("nothing_left", code=code)
            for code, element in left.items()
            if element.kind == "Aggregate" and code not in parents
        ]
        if not left:
            empty.append(Unfit("nothing_left", code=self.codes[-1]))
        Unfit.raise_all(empty)
        return Tree(elements=left)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        return tuple(self.elements)

    @cached_property
    def place(self) -> dict[str, int]:
        return {code: n for n, code in enumerate(self.codes)}

    @cached_property
    def indicators(self) -> tuple[str, ...]:
        return self.at_level[1]

    @cached_property
    def aggregates(self) -> tuple[str, ...]:
        """By level from 2 on; the index stands last."""
        return tuple(c for c, e in self.elements.items() if e.level > 1)

    @cached_property
    def at_level(self) -> dict[int, tuple[str, ...]]:
        """Level → its codes in order."""
        levels = sorted({e.level for e in self.elements.values()})
        return {
            n: tuple(c for c, e in self.elements.items() if e.level == n)
            for n in levels
        }

    @cached_property
    def level_places(self) -> dict[int, list[int]]:
        """Level → places of its codes in ``codes``."""
        return {n: [self.place[c] for c in codes] for n, codes in self.at_level.items()}

    @cached_property
    def top(self) -> tuple[str, ...]:
        return self.at_level[max(self.at_level)]

    def children(self, code: str) -> tuple[str, ...]:
        return tuple(c for c, e in self.elements.items() if e.parent == code)

    @cached_property
    def directions(self) -> NDArray[np.float64]:
        """(indicators,), 1 where more is better, else -1."""
        return np.array([float(self.elements[c].direction) for c in self.indicators])

    @cached_property
    def targets(self) -> NDArray[np.float64]:
        return np.array([self.elements[c].target for c in self.indicators])

    @cached_property
    def joins(self) -> dict[int, NDArray[np.float64]]:
        """Level from 2 on → (children, parents) of 0 and 1: which child is whose."""
        return {
            level: np.array(
                [
                    [float(self.elements[c].parent == p) for p in parents]
                    for c in self.at_level[level - 1]
                ]
            )
            for level, parents in self.at_level.items()
            if level > 1
        }

    def weigh(
        self, *, recipe: Recipe, weights: Mapping[str, float] | None
    ) -> tuple[NDArray[np.float64], Step]:
        """The weight of each code, as the recipe or ``weights`` say.

        Raises Unfit ``missing_weight`` for every code without one, ``weight_sum`` where the
        weights under a parent do not add up to more than nothing.
        """
        said = weights
        source = "handed over"
        if said is None:
            source = recipe.weights
            if source == "equal":
                said = dict.fromkeys(self.codes, 1.0)
            elif source == "given":
                said = {c: e.weight for c, e in self.elements.items()}
            else:
                said = recipe.weight_sets[source]
        missing = [
            Unfit("missing_weight", code=code, row=self.elements[code].row, set=source)
            for code in self.codes
            if code not in self.top and not _finite(said.get(code, math.nan))
        ]
        Unfit.raise_all(missing)
        vector = np.array(
            [said[c] if _finite(said.get(c, math.nan)) else 1.0 for c in self.codes],
            dtype=float,
        )
        empty = [
            Unfit("weight_sum", code=code)
            for code in self.aggregates
            if not sum(vector[self.place[c]] for c in self.children(code)) > 0
        ]
        Unfit.raise_all(empty)
        step = Step(
            name="weigh",
            parameters={
                "weights": source,
                "values": dict(zip(self.codes, vector.tolist(), strict=True)),
            },
            counts={"codes": len(self.codes)},
            digest=digest(vector),
        )
        return vector, step

    def changed(
        self, *, weights: NDArray[np.float64], changes: object
    ) -> NDArray[np.float64]:
        """The vector with some weights replaced: by code, by level, or all at once."""
        if not isinstance(changes, Mapping):
            vector = np.asarray(changes, dtype=float)
            if vector.shape != weights.shape:
                raise Unfit("weight_shape", has=vector.size, needs=weights.size)
            return vector
        vector = weights.copy()
        for key, value in changes.items():
            if isinstance(key, int | np.integer):
                codes = self.at_level.get(int(key), ())
                values = np.asarray(value, dtype=float)
                if values.shape != (len(codes),):
                    raise Unfit("weight_shape", has=values.size, needs=len(codes))
                vector[[self.place[c] for c in codes]] = values
            elif key in self.place:
                vector[self.place[key]] = float(value)
            else:
                raise Unfit("weight_unknown", code=str(key))
        return vector

    def effective_weights(self, *, weights: NDArray[np.float64]) -> dict[str, float]:
        """What each code weighs in the index: the product of rescaled weights up the tree."""
        found: dict[str, float] = dict.fromkeys(self.top, 1.0)
        for code in reversed(self.codes):
            parent = self.elements[code].parent
            if parent:
                whole = sum(weights[self.place[c]] for c in self.children(parent))
                found[code] = found[parent] * float(weights[self.place[code]] / whole)
        return {code: found[code] for code in self.codes}


def _finite(value: float) -> bool:
    return math.isfinite(float(value))
