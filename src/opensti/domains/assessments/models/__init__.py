"""Frameworks, sharing."""

from opensti.domains.assessments.models.frameworks import Framework, FrameworkVersion
from opensti.domains.assessments.models.sharing import Sharing

__all__ = ["Framework", "FrameworkVersion", "Sharing"]
