"""What is kept of publication: the policy, what is announced, who is told."""

from opensti.domains.publications.models.policy import PolicyVersion as PolicyVersion
