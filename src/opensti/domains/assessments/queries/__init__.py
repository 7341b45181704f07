"""What other floors may ask of assessments."""

from opensti.domains.assessments.queries.asking import asked_of
from opensti.domains.assessments.queries.days import days_from, held_days
from opensti.domains.assessments.queries.frameworks import (
    active_versions,
    asked_by,
    bases_in_force,
    framework_of,
    framework_version,
)
from opensti.domains.assessments.queries.runs import (
    Opened,
    answering,
    assessment,
    assessments,
    earlier_results,
    opened,
    result,
)
from opensti.domains.assessments.queries.sharing import (
    counted_among_peers,
    sharings,
    sharings_of,
)

__all__ = [
    "Opened",
    "active_versions",
    "answering",
    "asked_by",
    "asked_of",
    "assessment",
    "assessments",
    "bases_in_force",
    "counted_among_peers",
    "days_from",
    "earlier_results",
    "framework_of",
    "framework_version",
    "held_days",
    "opened",
    "result",
    "sharings",
    "sharings_of",
]
