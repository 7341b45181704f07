"""Checks on the spot: what was announced, held and found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Prefetch

from opensti.domains.contracts import permissions as _permissions  # noqa: F401
from opensti.domains.contracts.models import CheckFinding, SiteCheck
from opensti.domains.contracts.queries.contracts import rules_of
from opensti.domains.procedures.queries import working_calendar
from opensti.kernel.access import get_visible, visible
from opensti.kernel.files.serving import files_of
from opensti.kernel.periods import add_months, deadline

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from opensti.domains.contracts.models import Contract
    from opensti.domains.procedures.regimes.format import InspectionRule, Period
    from opensti.kernel.access import Actor
    from opensti.kernel.files.models import StoredFile
    from opensti.kernel.periods import Calendar


def check_subject(public_id: str) -> str:
    """How files name a check."""
    return f"contracts.check:{public_id}"


def checks_of(actor: Actor, contract: Contract) -> QuerySet[SiteCheck]:
    """All checks of a contract with their findings, oldest first; 2 queries."""
    rows = SiteCheck.objects.filter(contract=contract)
    findings = Prefetch("findings", CheckFinding.objects.order_by("position"))
    return visible(actor, rows).prefetch_related(findings).order_by("number")


def site_check(actor: Actor, contract_id: str, public_id: str) -> SiteCheck:
    """One check of a contract, both by public id; ``NotFound`` if it may not be known."""
    rows = SiteCheck.objects.select_related(
        "contract__case", "contract__host", "contract__leader", "made_by"
    ).prefetch_related(
        Prefetch("findings", CheckFinding.objects.select_related("judged_by"))
    )
    return get_visible(
        actor, rows, public_id=public_id, contract__public_id=contract_id
    )


def check_files(check: SiteCheck) -> dict[str, list[StoredFile]]:
    """Files of a check by what they are for: ``minutes``, or ``finding-1`` …; 1 query."""
    found: dict[str, list[StoredFile]] = {}
    for file in files_of(check_subject(check.public_id)):
        found.setdefault(file.kind, []).append(file)
    return found


def inspection_rule(contract: Contract) -> InspectionRule | None:
    """What the frozen procedure says of checks; none if it says nothing."""
    return rules_of(contract).inspections


def after(period: Period | None, start: date, calendar: Calendar) -> date | None:
    """The last day of a time that the procedure knows; none where it knows none."""
    if period is None:
        return None
    return deadline(start, n=period.n, unit=period.unit.value, calendar=calendar)


def earliest_check(contract: Contract, today: date) -> date | None:
    """The first day a check announced today may be held; none: no notice is known."""
    rule = inspection_rule(contract)
    return after(rule.notice, today, working_calendar()) if rule else None


def next_check_by(contract: Contract, last: date | None) -> date | None:
    """By when the work must be looked at (again), by the procedure's interval."""
    rule = inspection_rule(contract)
    start = last or contract.signed_on
    if rule is None or rule.every is None or start is None:
        return None
    months = rule.every.n * (12 if rule.every.unit == "year" else 1)
    return add_months(start, months)
