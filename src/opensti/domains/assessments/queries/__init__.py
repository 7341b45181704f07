"""What other floors may ask of assessments."""

from opensti.domains.assessments.queries.asking import asked_of
from opensti.domains.assessments.queries.frameworks import (
    active_versions,
    asked_by,
    bases_in_force,
    framework_of,
    framework_version,
)
from opensti.domains.assessments.queries.peers import (
    WHOLE,
    Peers,
    Place,
    among_peers,
    profiles_of,
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
    "WHOLE",
    "Opened",
    "Peers",
    "Place",
    "active_versions",
    "among_peers",
    "answering",
    "asked_by",
    "asked_of",
    "assessment",
    "assessments",
    "bases_in_force",
    "counted_among_peers",
    "earlier_results",
    "framework_of",
    "framework_version",
    "opened",
    "profiles_of",
    "result",
    "sharings",
    "sharings_of",
]
