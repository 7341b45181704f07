"""Rights with owners, authors and docket; what the law of their day says of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Prefetch, Q
from django.utils.translation import gettext_lazy as _

from opensti.domains.procedures.queries import regime_of
from opensti.domains.procedures.regimes.rights import Offices, offices
from opensti.domains.results import permissions as _permissions  # noqa: F401
from opensti.domains.results.choices import RIGHT_ENDS, DocketKind
from opensti.domains.results.models import (
    DocketEntry,
    Right,
    RightAuthor,
    RightOwner,
    RightVersion,
)
from opensti.kernel.access import Role, get_visible, visible
from opensti.kernel.bilingual import Words
from opensti.kernel.files.serving import files_of
from opensti.kernel.searchtext import matches
from opensti.kernel.work import WorkItem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from django.db.models import QuerySet

    from opensti.domains.contracts.models import Contract
    from opensti.domains.procedures.regimes.format import Regime
    from opensti.domains.procedures.regimes.format.aftermath import OwnershipRule
    from opensti.kernel.access import Actor
    from opensti.kernel.files.models import StoredFile

# How long before its day an entry of the docket stands among a person's work.
AHEAD = timedelta(days=90)


def right_subject(public_id: str) -> str:
    return f"results.right:{public_id}"


def rights(actor: Actor, *, q: str = "") -> QuerySet[Right]:
    """Rights the person may know of, newest first."""
    rows = visible(actor, Right.objects.select_related("host", "contract"))
    return matches(rows, q).order_by("-created_at", "-id")


def right(actor: Actor, public_id: str) -> Right:
    """One right with its owners, authors and docket; 4 queries.

    ``NotFound`` if it may not be known.
    """
    rows = Right.objects.select_related(
        "host", "result", "contract__case"
    ).prefetch_related(
        Prefetch("owners", RightOwner.objects.order_by("position")),
        Prefetch("authors", RightAuthor.objects.order_by("position")),
        Prefetch("docket", DocketEntry.objects.order_by("due_on", "id")),
    )
    return get_visible(actor, rows, public_id=public_id)


def rights_of(actor: Actor, contract: Contract) -> QuerySet[Right]:
    """The rights that came of a contract, with owners; 2 queries."""
    rows = Right.objects.filter(contract=contract).prefetch_related("owners", "authors")
    return visible(actor, rows).order_by("-created_at", "-id")


def right_versions_of(actor: Actor, row: Right) -> QuerySet[RightVersion]:
    """What was said of it before, newest first."""
    rows = RightVersion.objects.filter(right=row).select_related("made_by")
    return visible(actor, rows).order_by("-number")


def papers_of(row: Right) -> list[StoredFile]:
    """Files kept with a right; the caller has decided who may know."""
    return files_of(right_subject(row.public_id))


@dataclass(frozen=True, kw_only=True)
class Ownership:
    """The rule of ownership that the day of formation points to, and its citation."""

    rule: OwnershipRule
    names: Mapping[str, tuple[str, str]]


def owner_rule_of(contract: Contract | None, formed_on: date) -> Ownership | None:
    """By the frozen rules of the contract; None where nothing that was read says it."""
    if contract is None:
        return None
    regime = regime_of(contract.case)
    if regime.aftermath is None:
        return None
    found = [r for r in regime.aftermath.ownership if r.covers(formed_on)]
    return Ownership(rule=found[0], names=names_of(regime)) if found else None


def names_of(regime: Regime) -> dict[str, tuple[str, str]]:
    """How the sources of a regime are cited."""
    return {source.id: source.names for source in regime.sources}


def rules_of_offices() -> Offices:
    """The dated rules of offices, from their file."""
    return offices()


def _open_docket(actor: Actor) -> QuerySet[DocketEntry]:
    rows = DocketEntry.objects.filter(done_on=None).exclude(right__state__in=RIGHT_ENDS)
    return visible(actor, rows.select_related("right"))


def docket_dates(
    actor: Actor, *, since: date | None = None, until: date | None = None
) -> QuerySet[DocketEntry]:
    """Open entries with a day, soonest first: for a calendar; half-open; 1 query."""
    rows = _open_docket(actor)
    if since is not None:
        rows = rows.filter(due_on__gte=since)
    if until is not None:
        rows = rows.filter(due_on__lt=until)
    return rows.order_by("due_on", "id")


def docket_work(actor: Actor, today: date) -> list[WorkItem]:
    """What the owner must do or pay within 90 days, or is late with; 1 query.

    The office's own days are shown on the right's page, not as anybody's work.
    """
    reads = actor.has(Role.LEADER, Role.FINANCE, Role.SECRETARY)
    if not actor.is_authenticated or actor.has(Role.AUDITOR, Role.ADMIN):
        return []
    if reads and not (actor.has(Role.OFFICER) or actor.manages):
        return []  # they oversee, and nothing here waits for them
    mine = Q(kind__in=(DocketKind.HOST, DocketKind.FEE))
    rows = _open_docket(actor).filter(mine, due_on__lte=today + AHEAD)
    return [
        WorkItem(
            kind=f"rights.{entry.kind}",
            title=_("Pay the fee of a right")
            if entry.kind == DocketKind.FEE
            else _("Act before the office of intellectual property"),
            about=Words(
                f"{entry.label_vi}: {entry.right.title_vi}",
                f"{entry.label_en or entry.label_vi}: "
                f"{entry.right.title_en or entry.right.title_vi}",
            ),
            url_name="results:right",
            url_args=(entry.right.public_id,),
            subject=right_subject(entry.right.public_id),
            due_on=entry.due_on,
            article=entry.article,
            overdue=entry.due_on < today,
        )
        for entry in rows.order_by("due_on", "id")[:50]
    ]


def names_of_contract(contract: Contract | None) -> dict[str, tuple[str, str]]:
    """How the sources of a contract's rules are cited; none without a contract."""
    return {} if contract is None else names_of(regime_of(contract.case))
