"""Frameworks, sharing, assessments with what was said, shown, scored, advised and mended."""

from opensti.domains.assessments.models.advice import (
    Profile,
    Recommendation,
    RuleSet,
)
from opensti.domains.assessments.models.frameworks import Framework, FrameworkVersion
from opensti.domains.assessments.models.peers import PeerProfile, PeerTable
from opensti.domains.assessments.models.plans import (
    Gap,
    Improvement,
    ImprovementLink,
)
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
    "Gap",
    "Improvement",
    "ImprovementLink",
    "Participant",
    "PeerProfile",
    "PeerTable",
    "Profile",
    "Recommendation",
    "Reply",
    "Result",
    "RuleSet",
    "Sharing",
]
