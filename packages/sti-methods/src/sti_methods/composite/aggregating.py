"""Children joined to their parent: weighted means, and outranking by pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sti_methods.composite.unfit import Unfit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["aggregate"]

HALF = 0.5
ROWS = 512  # that meet all others at once: memory stays in bounds


def aggregate(
    *,
    values: NDArray[np.float64],
    weights: NDArray[np.float64],
    join: NDArray[np.float64],
    method: str,
    least_data: float,
    codes: Sequence[str],
    parents: Sequence[str],
    units: Sequence[str],
) -> NDArray[np.float64]:
    """Join (units, children) to (units, parents).

    ``weights``: (children,), rescaled inside each parent over what is there; ``join``:
    (children, parents) of 0 and 1. Missing children are skipped; below ``least_data`` of the
    children, or with none, the parent is NaN.

    Raises
    ------
    Unfit
        ``weight_sum`` (the weights of a parent add up to nothing or less), ``not_positive``
        for each unit and child of nothing or less under a geometric or harmonic mean.

    Cost: units x children x parents; Copeland units² x children.
    """
    shares = weights[:, None] * join
    whole = shares.sum(axis=0)
    Unfit.raise_all(
        [
            Unfit("weight_sum", code=parents[n])
            for n in np.flatnonzero(~(whole > 0)).tolist()
        ]
    )
    there = ~np.isnan(values)
    counted = join * (weights != 0)[:, None]
    present = there @ shares
    enough = (present > 0) & (
        there @ counted >= least_data * counted.sum(axis=0) - 1e-12
    )
    if method in {"geometric", "harmonic"}:
        _refuse_nonpositive(values, weights, method, codes, units)
    if method == "copeland":
        return np.where(enough, _copeland(values, weights, join), np.nan)
    turned = {"geometric": np.log, "harmonic": np.reciprocal}.get(method)
    clean = np.where(there & (weights != 0), values, 1.0)
    clean = clean if turned is None else turned(clean)
    joined = np.where(there, clean, 0.0) @ shares
    mean = joined / np.where(enough, present, np.nan)
    if method == "geometric":
        return np.exp(mean)
    return np.reciprocal(mean) if method == "harmonic" else mean


def _refuse_nonpositive(
    values: NDArray[np.float64],
    weights: NDArray[np.float64],
    method: str,
    codes: Sequence[str],
    units: Sequence[str],
) -> None:
    with np.errstate(invalid="ignore"):
        wrong = (values <= 0) & (weights != 0)
    if wrong.any():
        Unfit.raise_all(
            [
                Unfit(
                    "not_positive",
                    unit=units[unit],
                    code=codes[n],
                    value=float(values[unit, n]),
                    method=method,
                )
                for unit, n in np.argwhere(wrong).tolist()
            ]
        )


def _copeland(
    values: NDArray[np.float64],
    weights: NDArray[np.float64],
    join: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Duels won less duels lost: a duel is won with more than half of the weight.

    Equal values give half of their weight to either; children that one of the two lacks do
    not count. Munda & Nardo (2009), Applied Economics 41:1513.
    """
    found = np.empty((len(values), join.shape[1]))
    for parent in range(join.shape[1]):
        places = np.flatnonzero(join[:, parent]).tolist()
        for start in range(0, len(values), ROWS):
            block = values[start : start + ROWS]
            won = np.zeros((len(block), len(values)))
            whole = np.zeros_like(won)
            for n in places:
                own, others = block[:, n, None], values[None, :, n]
                both = ~np.isnan(own) & ~np.isnan(others)
                better = (own > others) + HALF * (own == others)
                won += weights[n] * np.where(both, better, 0.0)
                whole += weights[n] * both
            share = np.divide(won, whole, out=np.full_like(won, HALF), where=whole > 0)
            # Sums of weights part equals in the last digits.
            duels = np.sign(np.round(share - HALF, 12))
            found[start : start + ROWS, parent] = duels.sum(axis=1)
    return found
