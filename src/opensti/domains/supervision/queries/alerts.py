"""Alerts as their few readers see them, and as their authors do by the code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.timezone import localdate

from opensti.domains.accounts.queries import names_by_id
from opensti.domains.supervision.models import Alert, Inspector, Unit
from opensti.domains.supervision.permissions import on_day
from opensti.domains.supervision.queries.sealed import (
    unsealed,
    unsealed_file,
    unsealed_message,
)
from opensti.kernel.access import get_visible, require, visible

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.db.models import QuerySet

    from opensti.kernel.access import Actor


@dataclass(frozen=True, kw_only=True)
class Message:
    """One message of the conversation, opened."""

    text: str
    from_author: bool
    on: date


@dataclass(frozen=True, kw_only=True)
class Opened:
    """An alert with its conversation, opened for one reading."""

    alert: Alert
    text: str
    concerns: str
    messages: tuple[Message, ...]
    files: tuple[tuple[str, str], ...]


def alerts(actor: Actor) -> QuerySet[Alert]:
    """Alerts that this reader may know of, newest first; texts stay sealed.

    An auditor who is not named finds none, like one whom they all concern.
    """
    require(actor, "supervision.list_alerts")
    return visible(actor, Alert.objects.defer("sealed")).order_by("-pk")


def alert(actor: Actor, public_id: str) -> Opened:
    """One alert for its reader, else ``NotFound``; 5 queries."""
    require(actor, "supervision.read_alerts")
    return opened(get_visible(actor, Alert.objects.all(), public_id=public_id))


def opened(found: Alert) -> Opened:
    """Open an alert; the caller has asked who may, or holds the code. 2 queries."""
    said = unsealed(found)
    return Opened(
        alert=found,
        text=said["text"],
        concerns=said["concerns"],
        messages=tuple(
            Message(
                text=unsealed_message(found, one),
                from_author=one.from_author,
                on=one.on,
            )
            for one in found.messages.all()
        ),
        files=tuple(
            (one.public_id, unsealed_file(one)[0])
            for one in found.files.select_related("alert")
        ),
    )


def inspectors(at: datetime) -> list[tuple[int, str]]:
    """Who reads alerts today, by number and name: an author excludes by them; 2 queries."""
    rows = list(
        Inspector.objects.filter(on_day(localdate(at))).values_list("pk", "user_id")
    )
    names = names_by_id({user for _pk, user in rows})
    return [(pk, names.get(user, "")) for pk, user in rows]


def answering_units() -> QuerySet[Unit]:
    return Unit.objects.filter(active=True)
