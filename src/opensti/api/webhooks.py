"""Have changes sent to a program, asked by the program itself with its key."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 -- read by the schemas at run time
from typing import Any

from django.http import HttpRequest  # noqa: TC002
from django.utils.timezone import now
from ninja import Field, Router, Schema

from opensti.api.acts import Bearer
from opensti.api.bodies import bounded
from opensti.domains.publications import actions, queries

router = Router(auth=Bearer(), tags=["webhooks"])


class WebhookIn(Schema):
    """Where to, and changes of which kinds; all where none is named."""

    url: str = Field(max_length=500)
    kinds: list[str] = Field([], max_length=20)


class WebhookOut(Schema):
    public_id: str
    url: str
    kinds: list[str]
    state: str
    made_at: datetime
    succeeded_at: datetime | None


class WebhookMade(Schema):
    """The secret is told this once."""

    webhook: WebhookOut
    secret: str


@router.get("", response=list[WebhookOut])
def webhooks(request: HttpRequest) -> Any:
    """The addresses that the owner of the key may know of."""
    return list(queries.endpoints(request.auth))  # type: ignore[attr-defined]


@router.post("", response=WebhookMade)
def webhook_new(request: HttpRequest, said: WebhookIn) -> dict[str, Any]:
    """Have changes from now on sent to an address."""
    bounded(said.dict())
    made, secret = actions.register_webhook(
        actor=request.auth,  # type: ignore[attr-defined]
        url=said.url,
        kinds=said.kinds,
        at=now(),
    )
    return {"webhook": made, "secret": secret}


@router.post("/{public_id}/end", response=WebhookOut)
def webhook_end(request: HttpRequest, public_id: str) -> Any:
    """Send nothing there any more."""
    return actions.end_webhook(
        actor=request.auth,  # type: ignore[attr-defined]
        public_id=public_id,
        at=now(),
    )
