"""The registry: organisations, people, what they do, and how they are tied."""

from opensti.domains.registry.models.codes import Code
from opensti.domains.registry.models.keeping import (
    DismissedPair,
    ImportRow,
    ImportRun,
    Merge,
)
from opensti.domains.registry.models.organisations import (
    Organisation,
    OrganisationLink,
    OrganisationName,
)
from opensti.domains.registry.models.people import (
    Authorship,
    Degree,
    Membership,
    Person,
    Position,
    Relation,
    Work,
)

__all__ = [
    "Authorship",
    "Code",
    "Degree",
    "DismissedPair",
    "ImportRow",
    "ImportRun",
    "Membership",
    "Merge",
    "Organisation",
    "OrganisationLink",
    "OrganisationName",
    "Person",
    "Position",
    "Relation",
    "Work",
]
