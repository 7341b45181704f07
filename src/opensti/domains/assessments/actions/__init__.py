"""Freeze frameworks, share assessments."""

from opensti.domains.assessments.actions.frameworks import (
    extend_framework,
    load_frameworks,
)
from opensti.domains.assessments.actions.sharing import end_sharing, share

__all__ = ["end_sharing", "extend_framework", "load_frameworks", "share"]
