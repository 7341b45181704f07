"""Work that a worker does for councils: letters to members, and the daily reminders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.timezone import now

from opensti.domains.panels.actions import invite, mail_letter, note_reminders
from opensti.domains.panels.queries import uninvited, unmailed
from opensti.kernel.access import SYSTEM
from opensti.kernel.jobs.actions import enqueue
from opensti.kernel.jobs.registry import every, job

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from opensti.domains.panels.events import CouncilSetUp, SeatFilled
    from opensti.kernel.jobs.work import Work

DAILY = 6 * 3600


@job("panels.mail_letters")
def mail_letters(work: Work) -> Mapping[str, Any]:
    """Write what invitations are wanting, then mail all letters not confirmed yet."""
    for seat_id in uninvited():
        invite(seat_id=seat_id, at=now())
    letters = unmailed()
    out = 0
    for done, (kind, letter_id) in enumerate(letters, start=1):
        out += mail_letter(kind=kind, letter_id=letter_id, at=now())
        work.progress(done, total=len(letters))
    return {"mailed": out, "left": len(letters) - out}


def invite_members(event: CouncilSetUp | SeatFilled) -> None:
    """Ask for the letters, in the transaction that asks the members or a new one."""
    _ask(event.at)


@every(seconds=DAILY, name="panels.reminders")
def remind(at: datetime) -> None:
    """Note every reminder that is due and ask for the mails; a second run adds none."""
    note_reminders(at=at)
    if uninvited() or unmailed():
        _ask(at)


def _ask(at: datetime) -> None:
    enqueue(
        "panels.mail_letters",
        actor=SYSTEM,
        at=at,
        payload={},
        subject="panels.letters",
        unique_key="panels.mail_letters",
    )
