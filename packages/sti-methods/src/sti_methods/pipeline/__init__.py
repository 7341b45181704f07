"""How ideas become things in use: stages, time, flow and value."""

from sti_methods.pipeline.flowing import (
    ENDS,
    KINDS,
    STAGES,
    Flow,
    Kind,
    Measured,
    Misplaced,
    Move,
    Stage,
    Visit,
    measure,
    visits,
    wilson,
)
from sti_methods.pipeline.surviving import Survival, kaplan_meier
from sti_methods.pipeline.valuing import Prospect, Realised, expected_value, realised

__all__ = [
    "ENDS",
    "KINDS",
    "STAGES",
    "Flow",
    "Kind",
    "Measured",
    "Misplaced",
    "Move",
    "Prospect",
    "Realised",
    "Stage",
    "Survival",
    "Visit",
    "expected_value",
    "kaplan_meier",
    "measure",
    "realised",
    "visits",
    "wilson",
]
