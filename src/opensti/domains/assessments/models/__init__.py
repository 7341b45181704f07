"""Frameworks, sharing, assessments with what was said, shown and scored."""

from opensti.domains.assessments.models.frameworks import Framework, FrameworkVersion
from opensti.domains.assessments.models.peers import PeerTable, Profile
from opensti.domains.assessments.models.runs import (
    Agreed,
    Assessment,
    Evidence,
    Finding,
    Participant,
    Reply,
    Result,
)
from opensti.domains.assessments.models.sharing import Sharing

__all__ = [
    "Agreed",
    "Assessment",
    "Evidence",
    "Finding",
    "Framework",
    "FrameworkVersion",
    "Participant",
    "PeerTable",
    "Profile",
    "Reply",
    "Result",
    "Sharing",
]
