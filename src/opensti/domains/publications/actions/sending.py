"""Send changes to the addresses that asked for them, until they arrive or are given up.

Each delivery is tried with growing waits for three days. The waits are drawn between
half and the whole, so that what failed together does not come back together. When one has
failed for three days and nothing has arrived meanwhile, the address is stopped and its
owner written to. A worker that dies in the middle sends once more: receivers know a change
by its id.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext, override

from opensti.domains.publications.models import (
    Change,
    Delivery,
    DeliveryState,
    Endpoint,
    EndpointState,
)
from opensti.domains.publications.queries.changes import change_size
from opensti.domains.publications.queries.webhooks import (
    body_of,
    secret_of,
    signature,
)
from opensti.kernel.access import SYSTEM
from opensti.kernel.outgoing import Sent, post
from opensti.kernel.record.actions import record

if TYPE_CHECKING:
    from datetime import datetime

PART = 200
FIRST_WAIT = 15  # seconds, doubled each time
LONGEST_WAIT = 6 * 3600
GIVEN_UP = timedelta(days=3)
KEPT = timedelta(days=30)
ATTEMPTS_KEPT = 20


def put_on_the_way(*, at: datetime) -> int:
    """Make a delivery of each new change for each address that asked; returns how many."""
    made = 0
    active = Endpoint.objects.filter(
        state=EndpointState.ACTIVE, owner__is_active=True, told__lt=change_size()
    )
    for pk in list(active.order_by("pk").values_list("pk", flat=True)):
        while more := _put(pk, at):
            made += more[0]
            if more[1]:
                break
    return made


@transaction.atomic
def _put(endpoint_id: int, at: datetime) -> tuple[int, bool]:
    """One part for one address: how many deliveries, and whether that was all."""
    endpoint = Endpoint.objects.select_for_update().get(pk=endpoint_id)
    until = change_size()
    rows = Change.objects.filter(seq__gt=endpoint.told, seq__lte=until)
    part = list(rows.order_by("seq")[:PART])
    wanted = [c for c in part if not endpoint.kinds or c.kind in endpoint.kinds]
    Delivery.objects.bulk_create(
        [
            Delivery(endpoint=endpoint, change=c, made_at=at, next_at=at, since=at)
            for c in wanted
        ],
        ignore_conflicts=True,
    )
    endpoint.told = part[-1].seq if part else until
    endpoint.save(update_fields=["told"])
    return len(wanted), len(part) < PART


def send_due(*, endpoint_id: int, at: datetime, most: int = 50) -> int:
    """Send what is due for one address, in order, until one does not arrive.

    Returns how many arrived. Nothing is locked while the other side is spoken to.
    """
    arrived = 0
    for _turn in range(most):
        delivery = (
            Delivery.objects.filter(
                endpoint_id=endpoint_id,
                endpoint__state=EndpointState.ACTIVE,
                endpoint__owner__is_active=True,
                state=DeliveryState.WAITING,
                next_at__lte=at,
            )
            .select_related("endpoint", "change")
            .order_by("change__seq")
            .first()
        )
        if delivery is None:
            break
        sent = _send(delivery, at)
        _note(delivery.pk, sent, at)
        if not sent.arrived:
            break
        arrived += 1
    return arrived


def _send(delivery: Delivery, at: datetime) -> Sent:
    endpoint = delivery.endpoint
    body, stamp = body_of(delivery), int(at.timestamp())
    heads = {
        "Content-Type": "application/json",
        "User-Agent": "OpenSTI-webhooks/1",
        "webhook-id": delivery.public_id,
        "webhook-timestamp": str(stamp),
        "webhook-signature": signature(
            secret_of(endpoint), message=delivery.public_id, stamp=stamp, body=body
        ),
    }
    return post(endpoint.url, body, heads)


@transaction.atomic
def _note(delivery_id: int, sent: Sent, at: datetime) -> None:
    """Keep what came back, and when it is tried again; stop the address at the end."""
    row = Delivery.objects.select_for_update().filter(pk=delivery_id).first()
    if row is None:  # whoever was sent to, was erased meanwhile
        return
    endpoint = Endpoint.objects.select_for_update().get(pk=row.endpoint_id)
    row.tries += 1
    said = {
        "at": at.isoformat(),
        "status": sent.status,
        "ms": sent.milliseconds,
        "fault": sent.fault,
    }
    row.attempts = [*row.attempts, said][-ATTEMPTS_KEPT:]
    if sent.arrived:
        row.state, row.ended_at = DeliveryState.DONE, at
        endpoint.succeeded_at = at
        endpoint.save(update_fields=["succeeded_at"])
    else:
        row.next_at = at + _wait(row.tries)
        if row.next_at - row.since > GIVEN_UP:
            row.state, row.ended_at = DeliveryState.DEAD, at
            last = endpoint.succeeded_at
            if last is None or last < row.since:
                _stop(endpoint, at)
    row.save()


def _wait(tries: int) -> timedelta:
    whole = min(FIRST_WAIT * 2 ** min(tries - 1, 20), LONGEST_WAIT)
    drawn = secrets.randbelow(1000) / 1000
    return timedelta(seconds=whole * (1 + drawn) / 2)


def _stop(endpoint: Endpoint, at: datetime) -> None:
    if endpoint.state != EndpointState.ACTIVE:
        return
    endpoint.state = EndpointState.DEAD
    endpoint.version += 1
    endpoint.save(update_fields=["state", "version"])
    record(
        actor=SYSTEM,
        act="publications.stop_webhook",
        subject=f"publications.webhook:{endpoint.public_id}",
        at=at,
        detail={"kinds": endpoint.kinds, "state": endpoint.state},
    )
    owner = endpoint.owner
    if not owner.is_active:
        return
    with override(owner.language):
        subject = gettext("Changes do not arrive at your program any more")
        text = gettext(
            "For three days nothing that was sent to %(url)s arrived, so nothing more is sent there. What was given up on is kept for 30 days. Mend the program, then wake the address here: %(page)s"
        ) % {
            "url": endpoint.url,
            "page": settings.OPENSTI_ADDRESS.rstrip("/")
            + reverse("webhooks:webhook", args=[endpoint.public_id]),
        }
    mail = EmailMessage(subject, text, to=[owner.email])
    transaction.on_commit(lambda: mail.send(fail_silently=True))


def forget_deliveries(*, at: datetime) -> int:
    """Delete what ended 30 days ago, and what waits for addresses that ended."""
    old = Delivery.objects.exclude(state=DeliveryState.WAITING).filter(
        ended_at__lt=at - KEPT
    )
    left = Delivery.objects.filter(
        endpoint__state=EndpointState.ENDED, made_at__lt=at - KEPT
    )
    return old.delete()[0] + left.delete()[0]
