"""Admit an organisation whose programs read what the policy shows partners."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from opensti.domains.accounts.queries import account_by_email
from opensti.domains.publications.models import Partner
from opensti.domains.registry.queries import organisations
from opensti.kernel.access import get_visible, require
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Invalid, Problem, StepNotAllowed

if TYPE_CHECKING:
    from datetime import date, datetime

    from opensti.kernel.access import Actor


@transaction.atomic
def admit_partner(
    *,
    actor: Actor,
    organisation_id: str,
    email: str,
    agreement: str,
    until: date,
    at: datetime,
) -> Partner:
    """Let the keys of an account be a partner's, from today until a day (not included).

    Raises ``Invalid`` where there is no such organisation or account, no agreement, or no
    time left.
    """
    require(actor, "publications.manage_partners")
    found = organisations(actor).filter(public_id=organisation_id.strip()).first()
    account = account_by_email(email)
    today = localdate(at)
    problems = [
        Problem(field=field, message=message)
        for field, wrong, message in (
            ("organisation_id", found is None, _("There is no such organisation.")),
            ("email", account is None, _("Nobody signs in with this address.")),
            ("agreement", not agreement.strip(), _("Name the agreement.")),
            ("until", until <= today, _("Enter a day after today.")),
        )
        if wrong
    ]
    if problems or found is None or account is None:
        raise Invalid(problems)
    row = Partner.objects.create(
        organisation_id=found.pk,
        user_id=account.pk,
        agreement=agreement.strip()[:300],
        since=today,
        until=until,
    )
    _told(actor, "publications.admit_partner", row, at)
    return row


@transaction.atomic
def end_partner(*, actor: Actor, public_id: str, at: datetime) -> Partner:
    """Let nothing be shown to a partner beyond the public, from now on."""
    require(actor, "publications.manage_partners")
    row = get_visible(
        actor, Partner.objects.select_for_update(of=("self",)), public_id=public_id
    )
    today = localdate(at)
    if row.until <= today:
        raise StepNotAllowed(_("This has ended already."))
    row.until, row.version = max(today, row.since), row.version + 1
    row.save(update_fields=["until", "version"])
    _told(actor, "publications.end_partner", row, at)
    return row


def _told(actor: Actor, act: str, row: Partner, at: datetime) -> None:
    record(
        actor=actor,
        act=act,
        subject=f"publications.partner:{row.public_id}",
        at=at,
        basis=row.agreement,
        detail={
            "organisation": row.organisation_id,
            "account": row.user_id,
            "since": row.since.isoformat(),
            "until": row.until.isoformat(),
        },
    )
