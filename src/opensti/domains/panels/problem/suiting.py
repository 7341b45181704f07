"""How well each expert fits each case, as forming asks it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from opensti.domains.panels.queries import DOSSIER, ORDER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

# Who knows a case: half as much as the one in the pool who knows it best.
KNOWS = 0.5


@dataclass(frozen=True, kw_only=True)
class Suit:
    """Scores (0 to 1) and who knows what, people by cases; who has no works at all."""

    score: NDArray[np.float64]
    known: NDArray[np.bool_]
    silent: NDArray[np.bool_]
    method: Mapping[str, str]


def suit(*, items: Sequence[Any], people: Sequence[int]) -> Suit:
    """Score people for rows that name a dossier or an order.

    Who has neither works nor words of his own scores 0 and is marked, not left out.
    """
    from opensti.domains.panels.problem.expertise import (  # noqa: PLC0415 -- takes a second
        scores_for,
    )

    found = scores_for(
        person_ids=people,
        dossier_ids=[item.dossier_id for item in items if item.dossier_id is not None],
        order_ids=[item.order_id for item in items if item.order_id is not None],
    )
    row = {pk: n for n, pk in enumerate(found.people)}
    column = {thing: n for n, thing in enumerate(found.items)}
    score = np.zeros((len(people), len(items)))
    here = [n for n, pk in enumerate(people) if pk in row]
    there = [row[people[n]] for n in here]
    dense = found.matrix.toarray()
    for j, item in enumerate(items):
        thing = (
            (DOSSIER, item.dossier_id)
            if item.dossier_id is not None
            else (ORDER, item.order_id)
        )
        if thing in column and there:
            score[here, j] = dense[there, column[thing]]
    np.clip(score, 0.0, 1.0, out=score)
    best = score.max(axis=0, initial=0.0)
    return Suit(
        score=score,
        known=(score > 0) & (score >= KNOWS * best),
        silent=np.array(
            [found.evidence.get(pk, "none") == "none" for pk in people], dtype=bool
        ),
        method={
            "expertise": found.method,
            "experts": found.pool,
            "cases": found.asked,
        },
    )
