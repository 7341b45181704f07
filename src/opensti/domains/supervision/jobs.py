"""What the worker does for supervision: mails, closing of petitions, forgetting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opensti.domains.supervision.actions import (
    close_petitions,
    forget,
    mail_support,
    mail_voice,
    write_alerts,
)
from opensti.domains.supervision.actions.petitions import SUPPORT_JOB
from opensti.domains.supervision.actions.receiving import MAIL_JOB
from opensti.kernel.jobs.registry import every, job

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from opensti.kernel.jobs.work import Work

HOURLY = 3600


@job(MAIL_JOB)
def mail(work: Work) -> Mapping[str, Any]:
    """Tell the author of one step."""
    told = mail_voice(
        voice_id=int(work.payload["voice"]), what=str(work.payload["what"])
    )
    return {"mailed": told}


@job(SUPPORT_JOB)
def mail_supporter(work: Work) -> Mapping[str, Any]:
    """Ask a supporter to confirm the address."""
    return {"mailed": mail_support(support_id=int(work.payload["support"]))}


@every(seconds=HOURLY, name="supervision.close_petitions")
def close(at: datetime) -> int:
    return close_petitions(at=at)


@every(seconds=HOURLY, name="supervision.forget")
def forget_what_is_over(at: datetime) -> int:
    return forget(at=at)


@every(seconds=HOURLY, name="supervision.write_alerts")
def tell_alerts_of_yesterday(at: datetime) -> int:
    """Nothing while a day lasts: the first run after it writes all of its entries."""
    return write_alerts(at=at)
