"""Checks on the spot: announced in time, held with minutes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opensti.domains.contracts.actions.acting import locked, tell
from opensti.domains.contracts.choices import CheckState, Severity
from opensti.domains.contracts.models import CheckFinding, SiteCheck
from opensti.domains.contracts.queries.checks import (
    after,
    check_subject,
    earliest_check,
    inspection_rule,
)
from opensti.domains.contracts.queries.reports import REPORTING
from opensti.domains.procedures.queries import working_calendar
from opensti.kernel.access import require
from opensti.kernel.checks import NEEDED, in_state, locked_row, problem
from opensti.kernel.files import actions as files
from opensti.kernel.refusals import Invalid, NotFound, Problem, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime

    from django.core.files.base import File

    from opensti.kernel.access import Actor
    from opensti.kernel.files.models import StoredFile

MOST_FILES = 50
MOST_TEAM = 30


@dataclass(frozen=True, kw_only=True)
class Member:
    """Who checks, and in which capacity."""

    name: str
    capacity: str = ""


@dataclass(frozen=True, kw_only=True)
class Found:
    """A finding as it is written into the minutes."""

    severity: str
    text: str
    mend_by: date | None = None


def _locked(
    actor: Actor,
    check_id: int,
    permission: str,
    *,
    states: Collection[str],
    version: int | None = None,
) -> SiteCheck:
    rows = SiteCheck.objects.select_related("contract__case__regime_version")
    rows = rows.defer("contract__case__regime_version__content")
    check = locked_row(actor, rows, version=version, pk=check_id)
    in_state(
        _("This is not possible while the check is: %(state)s."),
        check.state,
        states,
        CheckState(check.state).label,
    )
    require(actor, permission, check.contract)
    return check


@transaction.atomic
def plan_check(
    *,
    actor: Actor,
    contract_id: int,
    planned_on: date,
    team: Sequence[Member],
    reason: str,
    at: datetime,
    place: str = "",
) -> SiteCheck:
    """Announce a check, with the notice that the procedure asks for where it names one.

    Raises ``Invalid`` for a day that is too soon or a team of nobody.
    """
    contract = locked(actor, contract_id, "contracts.plan_check", states=REPORTING)
    today = timezone.localdate(at)
    rule = inspection_rule(contract)
    first = earliest_check(contract, today)
    problems = []
    if planned_on < today:
        problems.append(
            Problem(
                field="planned_on",
                message=_("This day has passed."),
                mend=_("Name a later day."),
            )
        )
    elif first is not None and planned_on < first:
        problems.append(
            Problem(
                field="planned_on",
                message=_("The host must be told earlier than that."),
                mend=_("The first day possible is %(day)s.")
                % {"day": f"{first:%d/%m/%Y}"},
            )
        )
    members = [m for m in team if m.name.strip()][:MOST_TEAM]
    if not members:
        problems.append(
            Problem(
                field="team",
                message=_("Nobody is named who checks."),
                mend=_("Name at least one person."),
            )
        )
    if not reason.strip():
        problems.append(Problem(field="reason", message=NEEDED))
    if problems:
        raise Invalid(problems)
    last = contract.checks.aggregate(n=Max("number"))["n"] or 0
    check = SiteCheck.objects.create(
        contract=contract,
        number=last + 1,
        planned_on=planned_on,
        told_on=today,
        reason=reason.strip(),
        place=place.strip()[:300],
        team=[
            {"name": m.name.strip()[:200], "capacity": m.capacity.strip()[:200]}
            for m in members
        ],
        made_by_id=actor.user_id,
        made_at=at,
    )
    tell(
        actor,
        contract,
        "contracts.plan_check",
        at,
        basis=rule.basis if rule is not None else "",
        detail={"check": check.number, "on": planned_on.isoformat()},
    )
    return check


@transaction.atomic
def cancel_check(
    *, actor: Actor, check_id: int, reason: str, at: datetime, expected_version: int
) -> SiteCheck:
    """Call a check off before it is held; the reason is kept."""
    check = _locked(
        actor,
        check_id,
        "contracts.plan_check",
        states=(CheckState.PLANNED,),
        version=expected_version,
    )
    if not reason.strip():
        raise problem("reason", NEEDED)
    check.state, check.conclusion = CheckState.CANCELLED, reason.strip()
    _keep(check, "state", "conclusion")
    tell_check(actor, check, "contracts.cancel_check", at)
    return check


@transaction.atomic
def hold_check(
    *,
    actor: Actor,
    check_id: int,
    held_on: date,
    host_side: str,
    content: str,
    opinion: str,
    conclusion: str,
    findings: Sequence[Found],
    at: datetime,
    expected_version: int,
) -> SiteCheck:
    """Write the minutes with what was found; the days to confirm begin to run.

    Raises ``Invalid`` for a day to come or before the notice, minutes without content or
    conclusion, a finding without words, or one to be mended before the check.
    """
    check = _locked(
        actor,
        check_id,
        "contracts.plan_check",
        states=(CheckState.PLANNED,),
        version=expected_version,
    )
    problems = []
    if not check.told_on <= held_on <= timezone.localdate(at):
        problems.append(
            Problem(
                field="held_on",
                message=_(
                    "The check was held after it was announced, and not later than today."
                ),
                mend=_("Name the day on which it was held."),
            )
        )
    problems += [
        Problem(field=name, message=NEEDED)
        for name, text in (("content", content), ("conclusion", conclusion))
        if not text.strip()
    ]
    problems += _wrong(findings, held_on)
    if problems:
        raise Invalid(problems)
    rule, calendar = inspection_rule(check.contract), working_calendar()
    check.state, check.held_on = CheckState.HELD, held_on
    check.host_side, check.content = host_side.strip(), content.strip()
    check.opinion, check.conclusion = opinion.strip(), conclusion.strip()
    if rule is not None:
        check.confirm_volume_by = after(rule.confirm_volume, held_on, calendar)
        check.confirm_spending_by = after(rule.confirm_spending, held_on, calendar)
    check.version += 1
    check.save()
    CheckFinding.objects.bulk_create(
        CheckFinding(
            check_of=check,
            position=position,
            severity=found.severity,
            text=found.text.strip(),
            mend_by=found.mend_by,
        )
        for position, found in enumerate(findings, start=1)
    )
    tell_check(actor, check, "contracts.hold_check", at, findings=len(findings))
    return check


def _wrong(findings: Sequence[Found], held_on: date) -> list[Problem]:
    problems = []
    for number, found in enumerate(findings):
        if not found.text.strip():
            problems.append(Problem(field=f"findings.{number}.text", message=NEEDED))
        if found.severity not in Severity.values:
            problems.append(
                Problem(
                    field=f"findings.{number}.severity",
                    message=_("Choose how grave it is."),
                )
            )
        if found.mend_by is not None and found.mend_by < held_on:
            problems.append(
                Problem(
                    field=f"findings.{number}.mend_by",
                    message=_("It cannot be mended before it was found."),
                    mend=_("Name a later day."),
                )
            )
    return problems


@transaction.atomic
def confirm_check(
    *, actor: Actor, check_id: int, what: str, at: datetime, expected_version: int
) -> SiteCheck:
    """Confirm to the host the work done (``volume``) or the money used (``spending``)."""
    if what not in ("volume", "spending"):
        raise NotFound
    check = _locked(
        actor,
        check_id,
        "contracts.plan_check",
        states=(CheckState.HELD,),
        version=expected_version,
    )
    name = f"{what}_confirmed_on"
    if getattr(check, name) is not None:
        raise StepNotAllowed(_("This was confirmed already."))
    setattr(check, name, timezone.localdate(at))
    _keep(check, name)
    tell_check(actor, check, "contracts.confirm_check", at, what=what)
    return check


@transaction.atomic
def attach_to_check(
    *, actor: Actor, check_id: int, file: File[bytes], at: datetime
) -> StoredFile:
    """Keep the signed minutes of a check that was held."""
    check = _locked(actor, check_id, "contracts.plan_check", states=(CheckState.HELD,))
    return keep_file(actor, check, file, at, "minutes")


def keep_file(
    actor: Actor, check: SiteCheck, file: File[bytes], at: datetime, kind: str
) -> StoredFile:
    return files.upload(
        actor=actor,
        subject=check_subject(check.public_id),
        file=file,
        at=at,
        kind=kind,
        most=MOST_FILES,
    )


def _keep(check: SiteCheck, *fields: str) -> None:
    check.version += 1
    check.save(update_fields=[*fields, "version"])


def tell_check(
    actor: Actor, check: SiteCheck, act: str, at: datetime, **detail: Any
) -> None:
    rule = inspection_rule(check.contract)
    tell(
        actor,
        check.contract,
        act,
        at,
        basis=rule.basis if rule is not None else "",
        detail={"check": check.number, **detail},
    )
