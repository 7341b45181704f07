"""From respondents to organisations, from items to clauses.

An organisation speaks with one voice: people of one role are averaged, then the roles, as
in ``sti_methods.maturity``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sti_methods.composite.unfit import Unfit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Table = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Pooled:
    """A row for each organisation, in the order in which they came.

    ``values`` (organisations, columns): the mean over roles of their means; ``by_role``: the
    means of each role, NaN where nobody of it answered.
    """

    organisations: tuple[str, ...]
    values: Table
    by_role: Mapping[str, Table]
    respondents: NDArray[np.int_]


def pool(
    values: Table, *, organisation: Sequence[str], role: Sequence[str] | None = None
) -> Pooled:
    """Average respondents inside roles, and roles inside organisations.

    ``values``: (respondents, columns), NaN where there is no answer. Without roles all
    respondents count the same. Raises ``Unfit`` ``shape``, ``few_units``.
    """
    table = np.asarray(values, dtype=np.float64)
    roles = np.asarray(
        [""] * len(organisation) if role is None else role, dtype=object
    ).astype(str)
    if table.ndim != 2 or not len(table) == len(organisation) == len(roles):  # noqa: PLR2004
        raise Unfit("shape", dimensions=table.ndim)
    if not len(table):
        raise Unfit("few_units", units=0)
    names = list(dict.fromkeys(organisation))
    where = {name: at for at, name in enumerate(names)}
    places = np.array([where[name] for name in organisation])
    answered = np.isfinite(table)
    filled = np.where(answered, table, 0.0)
    by_role: dict[str, Table] = {}
    for one in np.unique(roles):
        rows = roles == one
        total = np.zeros((len(names), table.shape[1]))
        count = np.zeros_like(total)
        np.add.at(total, places[rows], filled[rows])
        np.add.at(count, places[rows], answered[rows])
        by_role[str(one)] = np.divide(
            total, count, out=np.full_like(total, np.nan), where=count > 0
        )
    return Pooled(
        organisations=tuple(names),
        values=_mean(np.stack(list(by_role.values()))),
        by_role=by_role,
        respondents=np.bincount(places, minlength=len(names)),
    )


def clause_scores(
    values: Table,
    *,
    clauses: Sequence[str],
    weights: Sequence[float],
    least_answered: float = 2 / 3,
) -> dict[str, NDArray[np.float64]]:
    """Weighted means of each clause's items, by clause; NaN where too little was answered.

    ``values``: (organisations, items); ``clauses`` and ``weights`` in the order of the items.
    The part of the clause's weight that has an answer must be ``least_answered`` or more.
    """
    table, weight = np.asarray(values), np.asarray(weights, dtype=np.float64)
    if table.ndim != 2 or not table.shape[1] == len(clauses) == len(weight):  # noqa: PLR2004
        raise Unfit("shape", dimensions=table.ndim)
    found: dict[str, NDArray[np.float64]] = {}
    names = np.asarray(clauses, dtype=object).astype(str)
    for clause in dict.fromkeys(clauses):
        one = names == clause
        answered = np.isfinite(table[:, one]) * weight[one]
        there = answered.sum(axis=1)
        enough = there >= least_answered * weight[one].sum() - 1e-9
        total = np.where(np.isfinite(table[:, one]), table[:, one], 0.0) @ weight[one]
        found[clause] = np.divide(
            total,
            there,
            out=np.full(len(table), np.nan),
            where=enough & (there > 0),
        )
    return found


def _mean(stacked: Table) -> Table:
    """Over the first axis, of what is there."""
    there = np.isfinite(stacked)
    count = there.sum(axis=0)
    total = np.where(there, stacked, 0.0).sum(axis=0)
    found: Table = np.full(count.shape, np.nan)
    np.divide(total, count, out=found, where=count > 0)
    return found
