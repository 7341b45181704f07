"""Which proposals to fund: the best set under budgets, floors, ceilings and exclusions.

Exact by HiGHS with a bound; conflicts, reasons and sensitivity are answers of the same
solver. See docs/methods/portfolio.md.
"""

from sti_methods.portfolio.conflict import Contradiction, conflict
from sti_methods.portfolio.problem import (
    Condition,
    Exclusive,
    Faulty,
    Level,
    Limit,
    Must,
    Never,
    Problem,
    Requires,
    Share,
    Threshold,
    Together,
)
from sti_methods.portfolio.reasons import Reason, Standing, explain, standings
from sti_methods.portfolio.rules import Rules, conditions_of
from sti_methods.portfolio.sensitivity import (
    Price,
    Stop,
    frequency,
    shadow_prices,
    sweep,
)
from sti_methods.portfolio.solving import Selection, Undecided, drawn_order, solve

__all__ = [
    "Condition",
    "Contradiction",
    "Exclusive",
    "Faulty",
    "Level",
    "Limit",
    "Must",
    "Never",
    "Price",
    "Problem",
    "Reason",
    "Requires",
    "Rules",
    "Selection",
    "Share",
    "Standing",
    "Stop",
    "Threshold",
    "Together",
    "Undecided",
    "conditions_of",
    "conflict",
    "drawn_order",
    "explain",
    "frequency",
    "shadow_prices",
    "solve",
    "standings",
    "sweep",
]
