"""What is kept of publication: the policy, what is announced, who is told."""

from opensti.domains.publications.models.harvest import HarvestRecord, HarvestRun

__all__ = ["HarvestRecord", "HarvestRun"]
