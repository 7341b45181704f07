"""What may be said of a clause: compared, only indicated, or item by item.

The thresholds are choices of this house (``Gates``): omega .70 to compare, 30 organisations
in a group, and that the scale means the same everywhere (``reliability.invariance``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from sti_methods.composite.unfit import Unfit
from sti_methods.reliability import (
    Invariance,
    average_variance,
    consistency,
    fit_factors,
    invariance,
    omega,
)
from sti_methods.reliability.invariance import STAGES, Stage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Table = NDArray[np.float64]

# ``compared``: means beside others; ``indicative``: too few, a mean without a rank;
# ``items``: no mean of the clause at all.
Verdict = Literal["compared", "indicative", "items"]


@dataclass(frozen=True, kw_only=True)
class Gates:
    """``stage``: up to where the scale must be the same for means to stand side by side."""

    omega: float = 0.70
    units: int = 30
    stage: Stage = "scalar"
    largest_fall: float = 0.01
    least_cfi: float = 0.90


@dataclass(frozen=True, kw_only=True)
class Gate:
    """One clause in one group.

    ``units`` have a score of the clause, ``whole`` answered all its items (the model rests on
    these). What could not be worked out is None. ``why``: reasons of the verdict:
    ``low_omega``, ``few_units``, ``not_invariant``, ``not_tested``, or the kind of ``Unfit``
    for which there is no omega.
    """

    group: str
    clause: str
    units: int
    whole: int
    omega: float | None
    ave: float | None
    alpha: float | None
    alpha_low: float | None
    alpha_high: float | None
    verdict: Verdict
    why: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Sameness:
    """Whether a clause means the same in the groups that passed their own gate.

    ``tested`` is None, with ``why``, where it could not be tested.
    """

    clause: str
    groups: tuple[str, ...]
    tested: Invariance | None
    holds: bool
    why: str = ""


def gate(
    values: Table,
    *,
    codes: Sequence[str],
    units: int,
    group: str = "",
    clause: str = "",
    gates: Gates | None = None,
) -> Gate:
    """The reliability of one clause in one group, and what may be said of it.

    ``values``: (organisations, items of the clause), NaN where there is no answer; ``units``:
    how many have a score. An omega below the threshold, or none, leaves the items; too few
    organisations leave a mean without a rank. Never refuses: what is missing is a reason.
    """
    rule = gates or Gates()
    table = np.asarray(values, dtype=np.float64)
    whole = int(np.isfinite(table).all(axis=1).sum())
    found, extracted, kind = None, None, ""
    try:
        fit = fit_factors(table, factor=[0] * len(codes))
        if fit.improper:
            kind = "improper"
        else:
            found, extracted = omega(fit), average_variance(fit)
    except Unfit as refusal:
        kind = refusal.kind
    try:
        alpha = consistency(table, codes=codes)
    except Unfit:
        alpha = None
    why: list[str] = []
    verdict: Verdict = "compared"
    if units < rule.units:
        verdict = "indicative"
        why.append("few_units")
    if found is None:
        # With too few organisations for a model it is the number that must grow.
        if not (kind == "few_units" and verdict == "indicative"):
            verdict = "items"
            why.append(kind)
    elif found < rule.omega:
        verdict = "items"
        why.append("low_omega")
    return Gate(
        group=group,
        clause=clause,
        units=units,
        whole=whole,
        omega=found,
        ave=extracted,
        alpha=alpha.alpha if alpha else None,
        alpha_low=alpha.low if alpha else None,
        alpha_high=alpha.high if alpha else None,
        verdict=verdict,
        why=tuple(why),
    )


def sameness(
    groups: Mapping[str, Table], *, clause: str = "", gates: Gates | None = None
) -> Sameness:
    """Test one clause's scale over groups: (organisations, items) each.

    Fewer than two groups need no test (``why`` is ``few_groups``, and it holds: nothing is
    compared). Where it cannot be tested it does not hold.
    """
    rule = gates or Gates()
    names = tuple(groups)
    if len(groups) < 2:  # noqa: PLR2004
        return Sameness(
            clause=clause, groups=names, tested=None, holds=True, why="few_groups"
        )
    items = next(iter(groups.values())).shape[1]
    try:
        tested = invariance(
            groups,
            factor=[0] * items,
            largest_fall=rule.largest_fall,
            least_cfi=rule.least_cfi,
        )
    except Unfit as refusal:
        return Sameness(
            clause=clause, groups=names, tested=None, holds=False, why=refusal.kind
        )
    reached = -1 if tested.level == "" else STAGES.index(tested.level)
    holds = reached >= STAGES.index(rule.stage)
    return Sameness(
        clause=clause,
        groups=names,
        tested=tested,
        holds=holds,
        why="" if holds else "not_invariant",
    )
