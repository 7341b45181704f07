"""What is kept of publication: the policy, what is announced, who is told."""

from opensti.domains.publications.models.honours import (
    Honour,
    HonourCriterion,
    HonourRun,
)

__all__ = ["Honour", "HonourCriterion", "HonourRun"]
