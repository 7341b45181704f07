"""Who judges what: experts for proposals, best in total, fair, or drawn by lot.

Exact by flows where only sizes, loads, conflicts and locks count; a mixed-integer programme
with a stated bound where panels must be composed. See docs/methods/assignment.md.
"""

from sti_methods.assignment.explain import Explanation, explain
from sti_methods.assignment.infeasible import Condition, Infeasible, Relief
from sti_methods.assignment.problem import Problem
from sti_methods.assignment.rules import Apart, Between, OnePer, Rule, Seat
from sti_methods.assignment.solution import Chosen, Objective, Solution
from sti_methods.assignment.solving import solve

__all__ = [
    "Apart",
    "Between",
    "Chosen",
    "Condition",
    "Explanation",
    "Infeasible",
    "Objective",
    "OnePer",
    "Problem",
    "Relief",
    "Rule",
    "Seat",
    "Solution",
    "explain",
    "solve",
]
