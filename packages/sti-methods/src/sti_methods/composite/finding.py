"""Weights that come from the data themselves: by first component, or balanced correlations.

Such weights stand on scores, which stand on the weights below: they are found level by level
from the lowest, each on the scores that the weights found so far give.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sti_methods.composite.log import Step, digest
from sti_methods.composite.prepared import score
from sti_methods.composite.unfit import Unfit
from sti_methods.composite.weighting import correlation_weights, pca_weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sti_methods.composite.prepared import Prepared
    from sti_methods.composite.recipe import FoundWeights

__all__ = ["find_weights"]

METHODS = {"pca": pca_weights, "correlation": correlation_weights}
# What the methods refuse, as it is told of an index.
REFUSED = {
    "constant": "weights_constant",
    "few_units": "weights_few",
    "collinear": "weights_collinear",
    "no_balance": "weights_balance",
}


def find_weights(
    *, prepared: Prepared, rule: FoundWeights
) -> tuple[NDArray[np.float64], Step]:
    """Replace the weights at ``rule.levels`` by those of the method, parent by parent.

    A lone child keeps its weight. Returns the vector in the order of ``tree.codes`` and the
    line of the log, with what the first component explains or the correlation all reach.

    Raises
    ------
    Unfit
        ``weights_level`` (nothing to weigh there), ``weights_negative`` for each code whose
        weight is below nothing: its group does not measure one thing; ``weights_constant``,
        ``weights_few``, ``weights_collinear``, ``weights_balance``.
    """
    tree = prepared.tree
    top = max(tree.at_level)
    Unfit.raise_all(
        [
            Unfit("weights_level", level=level, top=top)
            for level in rule.levels
            if level not in tree.at_level or level == top
        ]
    )
    vector = prepared.weights.copy()
    facts: dict[str, dict[str, float]] = {}
    for level in sorted(rule.levels):
        answer = score(prepared, weights=vector)
        columns = dict(
            zip(
                tree.codes,
                np.hstack([answer.normalised, answer.aggregates]).T,
                strict=True,
            )
        )
        found: list[Unfit] = []
        for parent in tree.at_level[level + 1]:
            codes = tree.children(parent)
            if len(codes) == 1:
                continue
            values = np.column_stack([columns[code] for code in codes])
            try:
                weights = METHODS[rule.method](values=values, codes=codes)
            except Unfit as refusal:
                found += [_told(fault, parent) for fault in refusal.all]
                continue
            found += [
                Unfit("weights_negative", code=code, parent=parent)
                for code in weights.negative
            ]
            facts[parent] = dict(weights.facts)
            vector[[tree.place[code] for code in codes]] = weights.values
        Unfit.raise_all(found)
    return vector, Step(
        name="weigh",
        parameters={
            "weights": rule.method,
            "levels": list(rule.levels),
            "facts": facts,
            "values": dict(zip(tree.codes, vector.tolist(), strict=True)),
        },
        counts={"codes": len(tree.codes), "parents": len(facts)},
        digest=digest(vector),
    )


def _told(fault: Unfit, parent: str) -> Unfit:
    about: dict[str, Any] = {"code": parent, "parent": parent, **fault.about}
    return Unfit(REFUSED[fault.kind], **about)
