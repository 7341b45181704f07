"""A work is handed in or changed: it will be compared, without anybody asking.

Nothing is compared here: the act that files a work only leaves a row behind. A sealed
dossier leaves none before its call is opened, so that not even the time of a screening
tells that somebody handed in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.calls.queries import dossier_stamps, dossiers_of_call
from opensti.domains.overlaps.actions.screening import file_waiting
from opensti.domains.overlaps.choices import Kind, Reason, ScreeningState
from opensti.domains.overlaps.models import Notice, Screening
from opensti.domains.overlaps.queries import screening_of, subject_of
from opensti.domains.procedures.choices import State
from opensti.kernel.access import require
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from opensti.domains.calls.events import DossiersOpened, DossierSubmitted
    from opensti.domains.procedures.events import StepTaken
    from opensti.domains.tasks.events import (
        ArchiveGrew,
        NeedSubmitted,
        OrderWritten,
        TaskCreated,
    )
    from opensti.kernel.access import Actor

# Where a need, an order or a dossier is not (any more) before the office.
LEFT = frozenset(
    {
        State.DRAFT,
        State.RETURNED,
        State.ANSWERED,
        State.MERGED,
        State.WITHDRAWN,
        State.REJECTED,
        State.CANCELLED,
    }
)


def _file(kind: Kind, ids: Collection[int], at: datetime, reason: str) -> None:
    """Let works wait for their comparison; those that wait already do so once."""
    file_waiting(kind, ids, at, reason)
    Notice.objects.create(at=at)


def screen_need(event: NeedSubmitted) -> None:
    """Follow a need that was submitted."""
    _file(Kind.NEED, [event.need_id], event.at, Reason.FILED)


def screen_order(event: OrderWritten) -> None:
    """Follow an order that was drafted or changed."""
    _file(Kind.ORDER, [event.order_id], event.at, Reason.FILED)


def screen_dossier(event: DossierSubmitted) -> None:
    """Follow a dossier handed in to a call that is open for the office already."""
    if dossier_stamps([event.dossier_id]):
        _file(Kind.DOSSIER, [event.dossier_id], event.at, Reason.FILED)


def screen_call(event: DossiersOpened) -> None:
    """Follow the opening of a call: every dossier in it, at once."""
    ids = dossiers_of_call(event.call_id)
    if ids:
        _file(Kind.DOSSIER, ids, event.at, Reason.FILED)


def leave(event: StepTaken) -> None:
    """Note that a work is no longer before the office, so that the corpus follows."""
    if event.new_state in LEFT:
        Notice.objects.create(at=event.at)


def look_again(event: TaskCreated | ArchiveGrew) -> None:
    """Note that task files came or changed, so that the corpus follows."""
    Notice.objects.create(at=event.at)


@transaction.atomic
def ask_for_screening(
    *, actor: Actor, kind: str, object_id: int, at: datetime
) -> Screening:
    """Compare a work once more, because a person wants it.

    Raises ``NotFound`` where the person may not know of the work, ``StepNotAllowed``
    while it waits already.
    """
    require(actor, "overlaps.screen")
    last = screening_of(actor, kind, object_id)
    if Screening.objects.filter(
        kind=kind, object_id=object_id, state=ScreeningState.WAITING
    ).exists():
        raise StepNotAllowed(
            _("This work waits for its comparison already."),
            mend=_("Look again in a minute."),
        )
    _file(Kind(kind), [object_id], at, Reason.ASKED)
    record(actor=actor, act="overlaps.ask", subject=subject_of(last), at=at)
    return last
