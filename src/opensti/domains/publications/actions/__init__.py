"""What is done about publication: the policy, what is announced, who is told."""

from opensti.domains.publications.actions.policy import check_policy as check_policy
from opensti.domains.publications.actions.policy import draft_policy as draft_policy
from opensti.domains.publications.actions.policy import issue_policy as issue_policy
from opensti.domains.publications.actions.policy import rewrite_policy as rewrite_policy
