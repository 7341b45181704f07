"""What is done about publication: the policy, what is announced, who is told."""

from opensti.domains.publications.actions.harvest import Found, Kept, keep_harvest

__all__ = ["Found", "Kept", "keep_harvest"]
