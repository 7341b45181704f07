"""What a project is worth before it is done, and what it was worth after.

Cooper, Edgett & Kleinschmidt (1998), Research-Technology Management 41(4):20 (expected
commercial value).
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from sti_methods.composite.unfit import Unfit

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class Prospect:
    """Amounts in one currency, chances from 0 to 1.

    ``value``: present value of what it earns once it succeeds on the market; ``launch`` and
    ``development``: what these still cost.
    """

    value: float
    commercial: float
    launch: float
    technical: float
    development: float


def expected_value(one: Prospect) -> float:
    """((value · p_commercial - launch) · p_technical) - development.

    Raises ``Unfit``: ``chance`` outside 0 to 1, ``negative`` for a cost below 0.
    """
    if not (0 <= one.commercial <= 1 and 0 <= one.technical <= 1):
        raise Unfit("chance", commercial=one.commercial, technical=one.technical)
    if one.launch < 0 or one.development < 0:
        raise Unfit("negative", launch=one.launch, development=one.development)
    return (one.value * one.commercial - one.launch) * one.technical - one.development


@dataclass(frozen=True, kw_only=True)
class Realised:
    """``ratio``: of the sums; ``median``: of the items, of which the half lies below."""

    items: int
    estimated: float
    realised: float
    ratio: float
    median: float


def realised(values: Mapping[str, tuple[float, float]]) -> Realised | None:
    """Realised beside estimated value of items that have both (estimated above 0); or None."""
    told = {name: pair for name, pair in values.items() if pair[0] > 0}
    if not told:
        return None
    estimated = sum(one for one, _other in told.values())
    came = sum(other for _one, other in told.values())
    return Realised(
        items=len(told),
        estimated=estimated,
        realised=came,
        ratio=came / estimated,
        median=median(other / one for one, other in told.values()),
    )
