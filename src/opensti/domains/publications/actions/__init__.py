"""What is done about publication: the policy, what is announced, who is told."""
