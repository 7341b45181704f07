"""What acts on a wave share: lock it as it was seen, and tell the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from opensti.domains.surveys import permissions as _permissions  # noqa: F401
from opensti.domains.surveys.models import Wave
from opensti.kernel.access import require
from opensti.kernel.checks import in_state, locked_row
from opensti.kernel.record.actions import record

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from opensti.kernel.access import Actor

STATE = _("This is not possible while the survey is: %(state)s.")


def locked(
    actor: Actor,
    wave_id: int,
    states: Collection[str] | None = None,
    *,
    version: int | None = None,
) -> Wave:
    """The wave, locked, for one who manages it, in one of the states."""
    row = locked_row(actor, Wave.objects.all(), version=version, pk=wave_id)
    require(actor, "surveys.run", row)
    if states is not None:
        in_state(STATE, row.state, states, row.get_state_display())
    return row


def tell(
    actor: Actor,
    act: str,
    row: Wave,
    at: datetime,
    *,
    detail: dict[str, Any] | None = None,
    secret: dict[str, Any] | None = None,
) -> None:
    """An entry that says how many, never who."""
    record(
        actor=actor,
        act=act,
        subject=row.subject,
        at=at,
        detail=detail or {},
        secret=secret or {},
    )
