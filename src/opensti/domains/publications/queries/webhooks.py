"""Where changes are sent to, as their owners see it; and how a sending is signed.

The scheme is that of Standard Webhooks: HMAC-SHA256 of id, time and body under a secret
that is made of the key of the house and a nonce. Another key of the house means other
secrets.
"""

from __future__ import annotations

import base64
import hmac
import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.crypto import salted_hmac

from opensti.domains.publications.models import (
    Change,
    Delivery,
    Endpoint,
    EndpointState,
    Partner,
)
from opensti.domains.publications.queries.changes import (
    BY_NAME,
    address_of,
    as_it_stands,
)
from opensti.kernel.access import get_visible, visible

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.db.models import QuerySet

    from opensti.kernel.access import Actor

SALT = "publications.webhook"


def secret_of(endpoint: Endpoint) -> str:
    """The secret an address's owner was shown once; ``whsec_`` and 32 bytes in base 64."""
    made = salted_hmac(SALT, endpoint.nonce, algorithm="sha256").digest()
    return f"whsec_{base64.b64encode(made).decode()}"


def signature(secret: str, *, message: str, stamp: int, body: bytes) -> str:
    """The value of ``webhook-signature`` for one sending."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message}.{stamp}.".encode() + body
    made = hmac.new(key, signed, sha256).digest()
    return f"v1,{base64.b64encode(made).decode()}"


def told(change: Change) -> dict[str, Any]:
    """A change as programs are told it: what everybody may know of it now."""
    address = address_of(change)
    return {
        "seq": change.seq,
        "kind": change.kind,
        "id": change.subject_id,
        "act": change.act,
        "at": change.at.isoformat(),
        "position": change.position,
        "shown": change.shown,
        "url": f"{settings.OPENSTI_ADDRESS.rstrip('/')}{address}" if address else None,
    }


def body_of(delivery: Delivery, kind: str = "") -> bytes:
    """What is sent: the change as it stands at the sending."""
    (change,) = as_it_stands([delivery.change])
    # Of what has no address here nothing is taken back: there was only an act on it.
    acted = "hidden" if change.kind in BY_NAME else "acted"
    said = {
        "type": kind or f"{change.kind}.{'changed' if change.shown else acted}",
        "timestamp": change.at.isoformat(),
        "data": told(change),
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def endpoints(actor: Actor) -> QuerySet[Endpoint]:
    """Addresses the person may know of, newest first; ended ones last."""
    return visible(actor, Endpoint.objects.select_related("owner")).order_by(
        "-made_at", "-pk"
    )


def endpoint(actor: Actor, public_id: str) -> Endpoint:
    rows = Endpoint.objects.select_related("owner")
    return get_visible(actor, rows, public_id=public_id)


def deliveries(actor: Actor, of: Endpoint) -> QuerySet[Delivery]:
    """What was sent to an address, newest first."""
    rows = Delivery.objects.filter(endpoint=of).select_related("change")
    return visible(actor, rows).order_by("-made_at", "-pk")


def due_endpoints(at: datetime) -> list[int]:
    """Addresses for which something is to be sent now, or to be put on the way."""
    due = Delivery.objects.filter(
        endpoint__state=EndpointState.ACTIVE,
        endpoint__owner__is_active=True,  # nothing is sent for whose account is closed
        state="waiting",
        next_at__lte=at,
    )
    return sorted(set(due.values_list("endpoint_id", flat=True)))


def partners(actor: Actor) -> QuerySet[Partner]:
    return visible(
        actor, Partner.objects.select_related("organisation", "user")
    ).order_by("-since", "-pk")


def is_partner(user_id: int | None, on: date) -> bool:
    """Whether an account's programs are a partner's on a day; 1 query."""
    if user_id is None:
        return False
    rows = Partner.objects.filter(user_id=user_id, since__lte=on, until__gt=on)
    return rows.exists()
