"""Tables of surveys."""

from opensti.domains.surveys.models.answers import Answer, Respondent, Unit
from opensti.domains.surveys.models.outcomes import Declined, Outcome
from opensti.domains.surveys.models.waves import (
    Frozen,
    Manager,
    Stratum,
    Wave,
)

__all__ = [
    "Answer",
    "Declined",
    "Frozen",
    "Manager",
    "Outcome",
    "Respondent",
    "Stratum",
    "Unit",
    "Wave",
]
