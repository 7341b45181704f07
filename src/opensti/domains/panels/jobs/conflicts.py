"""What the worker does for councils: look for conflicts of interest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.timezone import now

from opensti.domains.panels.actions import find_conflicts, look_again
from opensti.kernel.jobs.registry import every, job

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any

    from opensti.kernel.jobs.work import Work

LATER = 600


@job("panels.find_conflicts")
def find(work: Work) -> Mapping[str, Any]:
    """Look through one call or council; it can be done again without harm."""
    search = find_conflicts(
        actor=work.actor,
        at=now(),
        call_id=work.payload.get("call"),
        council_id=work.payload.get("council"),
    )
    # Not how many dossiers: whoever asked need not know of all of them.
    return {"people": search.people}


@every(seconds=LATER, name="panels.look_again", atomic=False)
def find_again(at: datetime) -> int:
    return look_again(at=at)
