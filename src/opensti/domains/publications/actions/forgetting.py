"""Somebody was erased: what was told him goes, and where it was sent; what he did stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest
from django.utils.timezone import localdate

from opensti.domains.publications.models import (
    Delivery,
    Endpoint,
    EndpointState,
    Partner,
    Subscription,
)
from opensti.kernel.record.actions import erase_secrets

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opensti.domains.accounts.events import AccountErased
    from opensti.domains.registry.events import PersonErased


@transaction.atomic
def forget_account(event: AccountErased) -> None:
    """End webhooks and partnership of an account and delete the addresses it gave.

    Versions of policies, corrections, articles and honours keep the number of who wrote
    and who confirmed them. No permission is asked: the erasure that this follows did.
    """
    _forget_readers([event.address])
    hooks = Endpoint.objects.filter(owner_id=event.user_id)
    Delivery.objects.filter(endpoint__in=hooks).delete()
    subjects = [
        f"publications.webhook:{public_id}"
        for public_id in hooks.order_by("pk").values_list("public_id", flat=True)
    ]
    hooks.update(url="", state=EndpointState.ENDED, version=F("version") + 1)
    erase_secrets(actor=event.actor, subjects=subjects, at=event.at, basis=event.basis)
    today = localdate(event.at)
    Partner.objects.filter(user_id=event.user_id, until__gt=today).update(
        until=Greatest("since", Value(today)), version=F("version") + 1
    )


def forget_reader(event: PersonErased) -> None:
    """Delete what the addresses of a person in the registry asked to be told."""
    _forget_readers(event.addresses)


def _forget_readers(addresses: Iterable[str]) -> None:
    for address in addresses:
        Subscription.objects.filter(email__iexact=address).delete()
