"""What is kept of publication: the policy, what is announced, who is told."""
