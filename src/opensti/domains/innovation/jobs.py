"""What the worker does for innovation work: compare new ideas, remind of late replies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.timezone import now

from opensti.domains.innovation.actions import compare_ideas, remind_of_replies
from opensti.domains.innovation.actions.ideas import COMPARE_JOB
from opensti.kernel.jobs.registry import every, job

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from opensti.kernel.jobs.work import Work

DAILY = 24 * 3600


@job(COMPARE_JOB)
def compare(work: Work) -> Mapping[str, Any]:
    """Compare what is new in one organisation; says how many, never what."""
    of = int(work.payload["organisation"])
    return {"compared": compare_ideas(organisation_id=of, at=now())}


@every(seconds=DAILY, name="innovation.remind", atomic=False)
def remind(at: datetime) -> int:
    """A second run on a day adds nothing."""
    return remind_of_replies(at=at)
