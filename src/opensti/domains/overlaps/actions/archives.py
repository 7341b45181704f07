"""Whose an imported archive is, under which licence, and of which day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from opensti.domains.overlaps.models import Archive, Document
from opensti.kernel.access import require
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Invalid, NotFound, Problem

if TYPE_CHECKING:
    from datetime import date, datetime

    from opensti.kernel.access import Actor


@transaction.atomic
def describe_archive(
    *,
    actor: Actor,
    source: str,
    name: str,
    licence: str,
    taken_on: date,
    at: datetime,
    address: str = "",
) -> Archive:
    """Say what an archive is; whoever compares sees it, and so does the public.

    Raises ``NotFound`` where nothing came from such a source, ``Invalid`` without a name
    or a licence, or with a day that has not come.
    """
    require(actor, "overlaps.describe_archive")
    if not source or not Document.objects.filter(source=source, left=None).exists():
        raise NotFound
    problems = [
        Problem(field=field, message=message)
        for field, bad, message in (
            ("name", not name.strip(), _("Enter the name of the archive.")),
            ("licence", not licence.strip(), _("Enter the licence, or its terms.")),
            ("taken_on", taken_on > localdate(at), _("This day has not come yet.")),
        )
        if bad
    ]
    if problems:
        raise Invalid(problems)
    archive, _new = Archive.objects.update_or_create(
        source=source,
        defaults={
            "name": name.strip(),
            "licence": licence.strip(),
            "address": address.strip(),
            "taken_on": taken_on,
            "described_by_id": actor.account_id,
            "described_at": at,
        },
    )
    record(
        actor=actor,
        act="overlaps.describe_archive",
        subject=f"tasks.archive:{source}",
        at=at,
        detail={
            "name": archive.name,
            "licence": archive.licence,
            "address": archive.address,
            "taken_on": taken_on.isoformat(),
        },
    )
    return archive
