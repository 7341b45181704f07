"""Work that a worker does for councils: carry the letters of convocation by e-mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.timezone import now

from opensti.domains.panels.actions import mail_summons
from opensti.domains.panels.queries import unmailed_summons
from opensti.kernel.access import SYSTEM
from opensti.kernel.jobs.actions import enqueue
from opensti.kernel.jobs.registry import job

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opensti.domains.panels.events import MeetingCalled
    from opensti.kernel.jobs.work import Work


@job("panels.mail_summons")
def mail_convocation(work: Work) -> Mapping[str, Any]:
    """Mail each letter of a convocation; those that went out before a stop are passed over."""
    letters = unmailed_summons(int(work.payload["convocation_id"]))
    failed = 0
    for done, summons_id in enumerate(letters, start=1):
        failed += mail_summons(summons_id=summons_id, at=now()).mailed_at is None
        work.progress(done, total=len(letters))
    return {"mailed": len(letters) - failed, "failed": failed}


def mail_called(event: MeetingCalled) -> None:
    """Ask for the mails, in the transaction of the act that wants them."""
    enqueue(
        "panels.mail_summons",
        actor=SYSTEM,
        at=now(),
        payload={"convocation_id": event.convocation_id},
        subject=f"panels.convocation:{event.convocation_id}",
        unique_key=f"panels.mail_summons:{event.convocation_id}",
    )
