"""Which acts programs may take: those of a life that a person takes by himself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opensti.domains.calls import actions as calls
from opensti.domains.contracts import actions as contracts
from opensti.domains.overlaps import actions as overlaps
from opensti.domains.panels import actions as panels
from opensti.domains.portfolios import actions as portfolios
from opensti.domains.results import actions as results
from opensti.domains.strategies import actions as strategies
from opensti.domains.supervision import actions as supervision
from opensti.domains.tasks import actions as tasks

if TYPE_CHECKING:
    from types import ModuleType

# The life of a task from its order to its uptake, in the order of the domains.
DOMAINS: dict[str, ModuleType] = {
    "strategies": strategies,
    "tasks": tasks,
    "calls": calls,
    "overlaps": overlaps,
    "panels": panels,
    "portfolios": portfolios,
    "contracts": contracts,
    "results": results,
    "supervision": supervision,
}
# Acts that nobody takes by himself, by domain; without actor or time they are none anyway.
FOLLOWING: dict[str, frozenset[str]] = {
    "tasks": frozenset(
        {
            # A council concludes an order, a call opens it, a letter makes the task's file.
            "conclude_determined",
            "conclude_rejected",
            "create_task",
            "mark_called",
            # Where a task stands follows its contract and its acceptance.
            "set_task_state",
            # An archive comes by its command, with a file that was read and checked.
            "import_tasks_batch",
            # What is published is corrected once a second person confirms it.
            "correct_order",
            "correct_task",
        }
    ),
    "calls": frozenset(
        {
            # A council takes a dossier up and concludes it; a decision moves it on.
            "conclude_dossier",
            # What is published is corrected once a second person confirms it.
            "correct_call",
            "send_to_council",
            "step_dossier",
        }
    ),
    "overlaps": frozenset(),
    "panels": frozenset(
        {
            # A job computes what was asked for.
            "compute_run",
            "fail_run",
            # A page notes what a member read on it.
            "note_opening",
            # The browser blinds the ballot paper; a program of the office must not.
            "issue_credential",
            # A secret that outlives the key is shown on a page, once.
            "link_calendar",
            "unlink_calendar",
        }
    ),
    "portfolios": frozenset(
        {
            # A job computes what was asked for.
            "compute_scenario",
            "fail_scenario",
        }
    ),
    "contracts": frozenset(
        {
            # A contract is completed, or fails, by its acceptance.
            "complete_contract",
            "fail_contract",
            # A secret that outlives the key is shown on a page, once.
            "link_calendar",
            "unlink_calendar",
        }
    ),
    "results": frozenset(
        {
            # The yearly questions are planned when the work is recognised.
            "plan_uptake",
        }
    ),
    "strategies": frozenset(
        {
            # A job computes what was asked for.
            "analyse_version",
            "compute_account",
            "fail_account",
        }
    ),
    "supervision": frozenset(
        {
            # Texts come by their forms, where floods are held off and addresses confirmed.
            "receive_voice",
            "support_petition",
            # Alerts are written and read on their pages alone: a key has an owner.
            "move_alert",
            "open_alert_file",
            "reply_alert",
            "name_inspector",
            "end_inspector",
        }
    ),
}
# What only the house tells its own acts: the finished work an acceptance lays before its
# council, the strength of a key, where a fault is shown, the rule that a search found; and
# whose number a name has, which would tell the names of people whom one may not know of.
UNSAID: dict[tuple[str, str], frozenset[str]] = {
    ("panels", "form_council"): frozenset({"judged"}),
    ("panels", "plan_formation"): frozenset({"judged"}),
    ("panels", "open_poll"): frozenset({"bits"}),
    ("panels", "declare_interests"): frozenset({"field"}),
    ("panels", "name_exclusion"): frozenset({"person_id"}),
    ("panels", "recuse"): frozenset({"rule_code"}),
}
