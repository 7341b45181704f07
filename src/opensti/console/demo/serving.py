"""Plans of the demonstration, and which of their goals its needs serve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from opensti.console.strategy import load_trees
from opensti.domains.procedures.regimes.loading import load_file
from opensti.domains.strategies.queries import linkable_goals
from opensti.domains.strategies.trees import shipped_files
from opensti.kernel.access import SYSTEM

if TYPE_CHECKING:
    from datetime import datetime

PLAN = "2795/QD-BCT"
# In turn; the empty one leaves some needs without a goal, so that gaps are to be seen.
CODES = ("growth", "policy", "network", "finance", "", "information")


def load_issued(at: datetime) -> set[str]:
    """Load the cards, and the shipped plans that were issued by then; return their codes."""
    paths, codes = [], set()
    for path in shipped_files():
        content = load_file(path)
        issued = content.get("issued_on")
        if issued is None or str(issued) <= at.date().isoformat():
            paths.append(path)
            codes.add(str(content.get("code", "")))
    load_trees(actor=SYSTEM, at=at, paths=paths)
    return codes - {""}


def goals_to_serve(at: datetime) -> tuple[str, ...]:
    """The public ids of the goals, in the order of ``CODES``; none before there is the plan.

    Raises ``ClickException`` where one of its goals is not there.
    """
    if PLAN not in load_issued(at):
        return ()
    known = {
        goal.code: goal.public_id
        for goal in linkable_goals(at.date()).filter(plan__code=PLAN)
    }
    missing = [code for code in CODES if code and code not in known]
    if missing:
        raise click.ClickException(f"{PLAN} lacks the goals {', '.join(missing)}.")
    return tuple(known.get(code, "") for code in CODES)
