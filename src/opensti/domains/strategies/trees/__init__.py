"""Plans and cards as data: the words of the files, how they are read and checked."""

from opensti.domains.strategies.trees.checks import circle_of, target_key
from opensti.domains.strategies.trees.format import (
    ActionTree,
    AssignmentTree,
    BudgetTree,
    CardsFile,
    CardTree,
    EnvelopeTree,
    GoalTree,
    MilestoneTree,
    PlanTree,
    RiskTree,
    TargetTree,
)
from opensti.domains.strategies.trees.order import in_order
from opensti.domains.strategies.trees.plain import digest, plain
from opensti.domains.strategies.trees.reading import (
    Files,
    read_cards,
    read_files,
    read_plan,
    shipped_files,
)
from opensti.domains.strategies.trees.walking import all_actions, all_goals, all_targets

__all__ = [
    "ActionTree",
    "AssignmentTree",
    "BudgetTree",
    "CardTree",
    "CardsFile",
    "EnvelopeTree",
    "Files",
    "GoalTree",
    "MilestoneTree",
    "PlanTree",
    "RiskTree",
    "TargetTree",
    "all_actions",
    "all_goals",
    "all_targets",
    "circle_of",
    "digest",
    "in_order",
    "plain",
    "read_cards",
    "read_files",
    "read_plan",
    "shipped_files",
    "target_key",
]
