"""Findings of a check: mended by the host, accepted by the office or not yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opensti.domains.contracts.choices import FindingState
from opensti.domains.contracts.models import CheckFinding
from opensti.kernel.access import require
from opensti.kernel.checks import NEEDED, in_state, locked_row, problem
from opensti.kernel.refusals import Invalid, Problem

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.core.files.base import File

    from opensti.kernel.access import Actor

from opensti.domains.contracts.actions.checking import keep_file, tell_check


def _finding(
    actor: Actor,
    finding_id: int,
    permission: str,
    state: FindingState,
    version: int,
) -> CheckFinding:
    rows = CheckFinding.objects.select_related("check_of__contract__case")
    finding = locked_row(actor, rows, version=version, pk=finding_id)
    in_state(
        _("This is not possible while the finding is: %(state)s."),
        finding.state,
        (state,),
        FindingState(finding.state).label,
    )
    require(actor, permission, finding.check_of.contract)
    return finding


@transaction.atomic
def mend_finding(
    *,
    actor: Actor,
    finding_id: int,
    mended_on: date,
    mending: str,
    at: datetime,
    expected_version: int,
    file: File[bytes] | None = None,
) -> CheckFinding:
    """The host says how and when a finding was mended, with evidence; the officer looks.

    Raises ``Invalid`` without words, for a day that cannot be, or a file that is not taken.
    """
    finding = _finding(
        actor,
        finding_id,
        "contracts.mend_finding",
        FindingState.OPEN,
        expected_version,
    )
    held_on = finding.check_of.held_on
    problems = []
    if not mending.strip():
        problems.append(Problem(field="mending", message=NEEDED))
    if mended_on > timezone.localdate(at) or (held_on and mended_on < held_on):
        problems.append(
            Problem(
                field="mended_on",
                message=_("It was mended after the check, and not later than today."),
                mend=_("Name the day on which it was mended."),
            )
        )
    if problems:
        raise Invalid(problems)
    if file is not None:
        keep_file(actor, finding.check_of, file, at, f"finding-{finding.position}")
    finding.state = FindingState.MENDED
    finding.mended_on, finding.mending = mended_on, mending.strip()
    finding.version += 1
    finding.save()
    tell_check(
        actor,
        finding.check_of,
        "contracts.mend_finding",
        at,
        finding=finding.position,
    )
    return finding


@transaction.atomic
def judge_finding(
    *,
    actor: Actor,
    finding_id: int,
    accept: bool,
    reason: str,
    at: datetime,
    expected_version: int,
) -> CheckFinding:
    """Accept how a finding was mended, or say why it is not mended yet."""
    finding = _finding(
        actor, finding_id, "contracts.plan_check", FindingState.MENDED, expected_version
    )
    if not accept and not reason.strip():
        raise problem("reason", NEEDED)
    finding.state = FindingState.ACCEPTED if accept else FindingState.OPEN
    finding.judged_at, finding.judged_by_id = at, actor.user_id
    finding.judged_for = reason.strip()
    finding.version += 1
    finding.save()
    act = "contracts.accept_finding" if accept else "contracts.reopen_finding"
    tell_check(actor, finding.check_of, act, at, finding=finding.position)
    return finding
