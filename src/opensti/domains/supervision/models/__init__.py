"""What citizens say, who answers, and alerts that only a few may read."""

from opensti.domains.supervision.models.alerts import (
    Alert,
    AlertEntry,
    AlertExclusion,
    AlertFile,
    AlertMessage,
    Inspector,
)
from opensti.domains.supervision.models.units import Template, Unit, UnitMember
from opensti.domains.supervision.models.voices import (
    Objection,
    Petition,
    Support,
    Voice,
)

__all__ = [
    "Alert",
    "AlertEntry",
    "AlertExclusion",
    "AlertFile",
    "AlertMessage",
    "Inspector",
    "Objection",
    "Petition",
    "Support",
    "Template",
    "Unit",
    "UnitMember",
    "Voice",
]
