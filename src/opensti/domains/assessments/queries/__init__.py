"""What other floors may ask of assessments."""

from opensti.domains.assessments.queries.frameworks import (
    active_versions,
    asked_by,
    bases_in_force,
    framework_of,
    framework_version,
)
from opensti.domains.assessments.queries.sharing import (
    counted_among_peers,
    sharings,
)

__all__ = [
    "active_versions",
    "asked_by",
    "bases_in_force",
    "counted_among_peers",
    "framework_of",
    "framework_version",
    "sharings",
]
