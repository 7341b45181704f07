"""One line in the book of an asset, and the same in the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from opensti.domains.results.models import Asset, AssetEvent
from opensti.domains.results.queries import asset_subject
from opensti.kernel.files import actions as files
from opensti.kernel.record.actions import record

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from decimal import Decimal

    from django.core.files.base import File

    from opensti.domains.results.choices import AssetEventKind
    from opensti.kernel.access import Actor

NOTHING: Mapping[str, Any] = {}


def note(
    actor: Actor,
    asset: Asset,
    kind: AssetEventKind,
    *,
    at: datetime,
    on: date | None = None,
    text: str = "",
    party: str = "",
    number: str = "",
    form: str = "",
    amount: Decimal | None = None,
    detail: Mapping[str, Any] = NOTHING,
    basis: str = "",
    file: File[bytes] | None = None,
) -> AssetEvent:
    """Write what happened to an asset; the caller has locked, asked and changed it."""
    event = AssetEvent.objects.create(
        asset=asset,
        kind=kind,
        on=on or timezone.localdate(at),
        text=text.strip(),
        party=party.strip(),
        number=number.strip(),
        form=form,
        amount=amount,
        detail=dict(detail),
        made_by_id=actor.user_id,
        made_at=at,
    )
    subject = asset_subject(asset.public_id)
    if file is not None:
        files.upload(
            actor=actor, subject=subject, file=file, at=at, kind=event.public_id
        )
    said: dict[str, Any] = {"event": event.public_id, "on": event.on, **detail}
    if number:
        said["number"] = number.strip()
    if form:
        said["form"] = str(form)
    if amount is not None:
        said["amount"] = amount
    if text:
        said["reason"] = text.strip()
    record(
        actor=actor,
        act=f"assets.{kind}",
        subject=subject,
        at=at,
        basis=basis,
        detail=said,
        secret={"party": party.strip()} if party else {},
    )
    return event
