"""The year's end of all contracts as one workbook, made by a worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from opensti.domains.contracts.queries.settlements import (
    contract_heads,
    contract_rows,
    payment_heads,
    payment_rows,
    settled_contracts,
)
from opensti.kernel.access import require
from opensti.kernel.files import actions as files
from opensti.kernel.jobs.actions import enqueue
from opensti.kernel.tables import Sheet, write_book

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from opensti.kernel.access import Actor
    from opensti.kernel.files.models import StoredFile
    from opensti.kernel.jobs.models import Job

EXPORT_JOB = "contracts.export_settlements"


def export_subject(actor: Actor) -> str:
    """Where a person's exports are kept; no other reads them."""
    return f"contracts.settlements:{actor.user_id}"


def ask_export(*, actor: Actor, year: int, at: datetime) -> Job:
    """Ask for the workbook of a year; asking twice gives the same work."""
    require(actor, "contracts.export_settlements")
    return enqueue(
        EXPORT_JOB,
        actor=actor,
        at=at,
        payload={"year": year, "language": get_language() or "vi"},
        subject=export_subject(actor),
        unique_key=f"{EXPORT_JOB}:{actor.user_id}:{year}",
    )


def write_export(
    *,
    actor: Actor,
    year: int,
    language: str,
    at: datetime,
    told: Callable[[int, int], None],
) -> StoredFile:
    """Write the workbook and keep it for the person who asked.

    One sheet has a row for each contract with its sums, one the payments of the year.
    ``told`` receives contracts done and to do.
    """
    require(actor, "contracts.export_settlements")
    total = settled_contracts(actor).count()
    with override(language):
        book = write_book(
            [
                Sheet(
                    title=_("Contracts"),
                    header=contract_heads(year),
                    rows=contract_rows(actor, year, lambda done: told(done, total)),
                ),
                Sheet(
                    title=_("Payments %(year)d") % {"year": year},
                    header=payment_heads(),
                    rows=payment_rows(actor, year),
                ),
            ]
        )
    name = f"quyet-toan-{year}-{at:%Y%m%d-%H%M}.xlsx"
    return files.upload(
        actor=actor,
        subject=export_subject(actor),
        kind=str(year),
        file=ContentFile(book, name=name),
        at=at,
    )
