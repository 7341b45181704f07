"""What other floors may ask of assessments."""

from opensti.domains.assessments.queries.advising import (
    profile_of,
    rule_file_of,
    rules_in_force,
)
from opensti.domains.assessments.queries.asking import asked_in, asked_of
from opensti.domains.assessments.queries.buying import bought
from opensti.domains.assessments.queries.changing import Change, changes
from opensti.domains.assessments.queries.days import days_from, held_days
from opensti.domains.assessments.queries.effects import acting
from opensti.domains.assessments.queries.frameworks import (
    active_versions,
    asked_by,
    bases_in_force,
    framework_of,
    framework_version,
    own_modules,
)
from opensti.domains.assessments.queries.linking import (
    help_at_hand,
    organisation_by_name,
)
from opensti.domains.assessments.queries.peers import (
    WHOLE,
    Peers,
    Place,
    among_peers,
    profiles_of,
)
from opensti.domains.assessments.queries.planning import (
    Plan,
    due_work,
    findings,
    improvement,
    improvements,
    plan,
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
    "Change",
    "Opened",
    "Peers",
    "Place",
    "Plan",
    "acting",
    "active_versions",
    "among_peers",
    "answering",
    "asked_by",
    "asked_in",
    "asked_of",
    "assessment",
    "assessments",
    "bases_in_force",
    "bought",
    "changes",
    "counted_among_peers",
    "days_from",
    "due_work",
    "earlier_results",
    "findings",
    "framework_of",
    "framework_version",
    "held_days",
    "help_at_hand",
    "improvement",
    "improvements",
    "opened",
    "organisation_by_name",
    "own_modules",
    "plan",
    "profile_of",
    "profiles_of",
    "result",
    "rule_file_of",
    "rules_in_force",
    "sharings",
    "sharings_of",
]
