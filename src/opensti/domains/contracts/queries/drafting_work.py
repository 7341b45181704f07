"""What waits for the officers: contracts to be drafted, funded tasks without a contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Min
from django.utils.translation import gettext as _

from opensti.domains.calls.queries import dossiers
from opensti.domains.contracts.models import Contract
from opensti.domains.contracts.queries.budgets import budget_subject
from opensti.domains.contracts.queries.contracts import contract_subject
from opensti.domains.portfolios.queries import funded_ids
from opensti.domains.procedures.choices import State
from opensti.domains.procedures.queries import unsettled
from opensti.kernel.access import Role, visible
from opensti.kernel.bilingual import Words
from opensti.kernel.work import WorkItem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from opensti.kernel.access import Actor

MOST = 200


def drafting_work(actor: Actor, today: date) -> Iterator[WorkItem]:
    """Lines for programme officers; 2 queries."""
    if not actor.has(Role.OFFICER) or actor.has(Role.ADMIN, Role.AUDITOR):
        return
    yield from _to_draft(actor, today)
    yield from _to_open(actor)


def _to_draft(actor: Actor, today: date) -> Iterator[WorkItem]:
    rows = (
        visible(actor, Contract.objects.filter(case__state=State.DRAFT))
        .annotate(
            due_on=Min("case__deadlines__due_on", filter=unsettled("case__deadlines__"))
        )
        .order_by("due_on", "pk")[:MOST]
    )
    for row in rows:
        if row.officer_id not in (None, actor.user_id):
            continue  # another officer drafts it
        yield WorkItem(
            kind="contracts.draft",
            title=_("Draft the contract"),
            about=Words.titled(row),
            url_name="contracts:edit",
            url_args=(row.public_id,),
            subject=contract_subject(row.public_id),
            due_on=row.due_on,
            overdue=row.due_on is not None and row.due_on < today,
        )


def _to_open(actor: Actor) -> Iterator[WorkItem]:
    """Funded tasks whose procedure had no contracts when the letter went out."""
    left = (
        dossiers(actor=actor)
        .filter(pk__in=funded_ids())
        .exclude(pk__in=Contract.objects.values("dossier_id"))
    )
    for dossier in left[:MOST]:
        yield WorkItem(
            kind="contracts.open",
            title=_("Begin the contract of a funded task"),
            about=Words.titled(dossier),
            code=dossier.code,
            url_name="contracts:dossier_budget",
            url_args=(dossier.public_id,),
            subject=budget_subject(dossier.public_id),
        )
