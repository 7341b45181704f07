"""What is done about publication: the policy, what is announced, who is told."""

from opensti.domains.publications.actions.honours import (
    CriterionFacts,
    agree_to_be_named,
    confirm_honour,
    decline_honour,
    run_honours,
    state_criterion,
    withdraw_honour,
)

__all__ = [
    "CriterionFacts",
    "agree_to_be_named",
    "confirm_honour",
    "decline_honour",
    "run_honours",
    "state_criterion",
    "withdraw_honour",
]
