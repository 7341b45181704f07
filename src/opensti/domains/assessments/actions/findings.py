"""A finding from its cause to its end; what is closed stands in nobody's way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.assessments.choices import Progress, Standing
from opensti.domains.assessments.models import Finding, Improvement
from opensti.kernel.access import require
from opensti.kernel.checks import in_state, keep, locked_row, problem
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import StepNotAllowed

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.kernel.access import Actor
    from opensti.kernel.refusals import Text


@dataclass(frozen=True, kw_only=True)
class _Act:
    froms: frozenset[Standing]
    to: Standing
    permission: str
    field: str = ""
    missing: Text = ""


_S = Standing
ACTS: dict[str, _Act] = {
    "cause": _Act(
        froms=frozenset({_S.OPEN, _S.CAUSE}),
        to=_S.CAUSE,
        permission="assessments.run",
        field="cause",
        missing=_("Say what the cause is."),
    ),
    "action": _Act(
        froms=frozenset({_S.CAUSE, _S.ACTION}),
        to=_S.ACTION,
        permission="assessments.run",
        field="plan",
        missing=_("Say what is done about it, or choose an action of the plan."),
    ),
    "verify": _Act(
        froms=frozenset({_S.ACTION}),
        to=_S.VERIFIED,
        permission="assessments.judge",
        field="verified_words",
        missing=_("Say what was looked at."),
    ),
    "close": _Act(
        froms=frozenset({_S.VERIFIED}), to=_S.CLOSED, permission="assessments.plan"
    ),
}


@transaction.atomic
def answer_finding(
    *,
    actor: Actor,
    finding_id: int,
    act: str,
    at: datetime,
    words: str = "",
    improvement_id: int | None = None,
    version: int | None = None,
) -> Finding:
    """Bring a finding on: ``cause``, ``action``, ``verify``, ``close``.

    A manager says cause and action (``words``, or an action of the plan); an adviser
    verifies, once the action had its effect; either closes. Conformity follows at once:
    it counts what is not closed. Raises ``StepNotAllowed`` out of this order.
    """
    row = locked_row(
        actor,
        Finding.objects.select_related("assessment", "improvement"),
        version=version,
        pk=finding_id,
    )
    step = ACTS.get(act)
    if step is None:
        raise problem("act", _("There is no such step."))
    require(actor, step.permission, row.assessment)
    in_state(
        _("This is not possible while the finding is: %(state)s."),
        row.state,
        step.froms,
        row.get_state_display(),
    )
    fields = ["state"]
    if improvement_id is not None and act == "action":
        row.improvement = Improvement.objects.filter(
            assessment=row.assessment, pk=improvement_id
        ).first()
        if row.improvement is None:
            raise problem("improvement", _("Choose an action of this plan."))
        fields.append("improvement")
    if step.field:
        said = words.strip() or (
            row.improvement.what if act == "action" and row.improvement else ""
        )
        if not said:
            raise problem("words", step.missing)
        setattr(row, step.field, said[:2000])
        fields.append(step.field)
    if act == "verify":
        if row.improvement and row.improvement.state != Progress.EFFECTIVE:
            raise StepNotAllowed(
                _("The action against it is not known to be effective yet."),
                mend=_("Check the effect of the action first."),
            )
        row.verified_by_id, row.verified_at = actor.user_id, at
        fields += ["verified_by", "verified_at"]
    if act == "close":
        row.closed_at = at
        fields.append("closed_at")
    row.state = step.to
    keep(row, *fields)
    record(
        actor=actor,
        act="assessments.answer_finding",
        subject=row.assessment.subject,
        at=at,
        detail={"step": act},
    )
    return row
