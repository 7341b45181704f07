"""A person's calendar of contracts for other programs: made anew or taken away."""

from __future__ import annotations

import secrets
from hashlib import sha256
from typing import TYPE_CHECKING

from django.db import transaction

from opensti.domains.contracts.models import ContractCalendar
from opensti.kernel.access import SYSTEM, require
from opensti.kernel.record.actions import record

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.domains.accounts.events import KeysTakenBack
    from opensti.kernel.access import Actor

BYTES = 32


def calendar_digest(secret: str) -> str:
    """Return under which name a secret is kept."""
    return sha256(secret.encode()).hexdigest()


@transaction.atomic
def link_calendar(*, actor: Actor, at: datetime) -> str:
    """Make the secret of a person's own calendar; a former one opens nothing any more.

    Returned once and never kept: who lost it makes another.
    """
    require(actor, "contracts.link_calendar")
    secret = secrets.token_urlsafe(BYTES)
    ContractCalendar.objects.update_or_create(
        user_id=actor.account_id,
        defaults={"digest": calendar_digest(secret), "made_at": at},
    )
    _record(actor, actor.account_id, "contracts.link_calendar", at)
    return secret


@transaction.atomic
def unlink_calendar(*, actor: Actor, at: datetime) -> None:
    """Take the link away; without one nothing happens."""
    require(actor, "contracts.link_calendar")
    _take_away(actor, actor.account_id, at)


def end_contract_calendar(event: KeysTakenBack) -> None:
    """The link ends with the password it was made under (follows ``KeysTakenBack``)."""
    _take_away(SYSTEM, event.user_id, event.at)


def _take_away(actor: Actor, user_id: int, at: datetime) -> None:
    if ContractCalendar.objects.filter(user_id=user_id).delete()[0]:
        _record(actor, user_id, "contracts.unlink_calendar", at)


def _record(actor: Actor, user_id: int, act: str, at: datetime) -> None:
    record(actor=actor, act=act, subject=f"contracts.calendar:{user_id}", at=at)
