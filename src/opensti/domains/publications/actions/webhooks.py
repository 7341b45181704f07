"""Have changes sent to a program: register an address, end it, wake it, send again."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.publications.models import (
    Delivery,
    DeliveryState,
    Endpoint,
    EndpointState,
)
from opensti.domains.publications.queries.changes import BY_NAME, change_size
from opensti.domains.publications.queries.webhooks import secret_of
from opensti.kernel.access import get_visible, require
from opensti.kernel.outgoing import checked_address
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import AccessDenied, Invalid, Problem, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from opensti.kernel.access import Actor

MOST = 10  # addresses of one account


@transaction.atomic
def register_webhook(
    *, actor: Actor, url: str, at: datetime, kinds: Collection[str] = ()
) -> tuple[Endpoint, str]:
    """Have changes from now on sent to an address; the secret is returned this once.

    ``kinds``: of which kinds, all where none is named. Raises ``Invalid`` for an address
    that nothing is sent to, ``StepNotAllowed`` beyond ten addresses.
    """
    require(actor, "publications.keep_webhook")
    address = checked_address(url)
    problems = [
        Problem(
            field="kinds",
            message=_("“%(value)s” is none of the choices.") % {"value": kind},
            mend=_("Use one of: %(known)s.") % {"known": ", ".join(BY_NAME)},
        )
        for kind in kinds
        if kind not in BY_NAME
    ]
    if problems:
        raise Invalid(problems)
    mine = Endpoint.objects.filter(owner_id=actor.account_id)
    if mine.exclude(state=EndpointState.ENDED).count() >= MOST:
        raise StepNotAllowed(
            _("You have as many addresses as one account may have."),
            mend=_("End one that is not needed any more."),
        )
    row = Endpoint.objects.create(
        owner_id=actor.account_id,
        url=address,
        kinds=sorted(set(kinds)),
        nonce=secrets.token_urlsafe(24),
        told=change_size(),
        made_at=at,
    )
    _told(actor, "publications.register_webhook", row, at)
    return row, secret_of(row)


@transaction.atomic
def end_webhook(*, actor: Actor, public_id: str, at: datetime) -> Endpoint:
    """Send nothing there any more; its owner or an administrator."""
    row = _locked(actor, public_id)
    if row.owner_id != actor.user_id:
        require(actor, "accounts.manage")
    if row.state == EndpointState.ENDED:
        raise StepNotAllowed(_("This has ended already."))
    _moved(row, EndpointState.ENDED)
    _told(actor, "publications.end_webhook", row, at)
    return row


@transaction.atomic
def wake_webhook(*, actor: Actor, public_id: str, at: datetime) -> Endpoint:
    """Send again to an address that was stopped, with all that was given up on."""
    row = _own(actor, public_id)
    if row.state != EndpointState.DEAD:
        raise StepNotAllowed(_("Only an address that was stopped is woken."))
    _moved(row, EndpointState.ACTIVE)
    _again(Delivery.objects.filter(endpoint=row, state=DeliveryState.DEAD), at)
    _told(actor, "publications.wake_webhook", row, at)
    return row


@transaction.atomic
def renew_webhook(
    *, actor: Actor, public_id: str, at: datetime
) -> tuple[Endpoint, str]:
    """Give an address another secret, for one that others may know; shown this once."""
    row = _own(actor, public_id)
    row.nonce = secrets.token_urlsafe(24)
    row.version += 1
    row.save(update_fields=["nonce", "version"])
    _told(actor, "publications.renew_webhook", row, at)
    return row, secret_of(row)


@transaction.atomic
def resend_delivery(*, actor: Actor, public_id: str, at: datetime) -> Delivery:
    """Send one change once more, under the id that it had."""
    row = get_visible(
        actor,
        Delivery.objects.select_for_update(of=("self",)).select_related("endpoint"),
        public_id=public_id,
    )
    endpoint = _own(actor, row.endpoint.public_id)
    if endpoint.state != EndpointState.ACTIVE:
        raise StepNotAllowed(
            _("Nothing is sent to this address now."), mend=_("Wake it first.")
        )
    if row.state == DeliveryState.WAITING:
        raise StepNotAllowed(_("This is on its way already."))
    _again(Delivery.objects.filter(pk=row.pk), at)
    _told(actor, "publications.resend_delivery", endpoint, at, delivery=row.public_id)
    row.refresh_from_db()
    return row


def _again(rows: object, at: datetime) -> None:
    rows.update(  # type: ignore[attr-defined]
        state=DeliveryState.WAITING, next_at=at, since=at, tries=0, ended_at=None
    )


def _locked(actor: Actor, public_id: str) -> Endpoint:
    require(actor, "publications.keep_webhook")
    rows = Endpoint.objects.select_for_update(of=("self",))
    return get_visible(actor, rows, public_id=public_id)


def _own(actor: Actor, public_id: str) -> Endpoint:
    row = _locked(actor, public_id)
    if row.owner_id != actor.user_id:
        raise AccessDenied(_("Only the owner of an address does this."))
    return row


def _moved(row: Endpoint, state: EndpointState) -> None:
    row.state = state
    row.version += 1
    row.save(update_fields=["state", "version"])


def _told(actor: Actor, act: str, row: Endpoint, at: datetime, **detail: str) -> None:
    record(
        actor=actor,
        act=act,
        subject=f"publications.webhook:{row.public_id}",
        at=at,
        detail={"kinds": row.kinds, "state": row.state, **detail},
        secret={"url": row.url},  # may name a person's machine: it can be erased
    )
